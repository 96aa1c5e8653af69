"""Reads the data files of the extraction; each is read once a process and never changed."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["lists", "table", "words"]


@cache
def words(name: str) -> dict[str, Any]:
    """The TOML file `data/<name>.toml`."""
    return tomllib.loads((files("streams.extraction.data") / f"{name}.toml").read_text("utf-8"))


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of `data/<name>.csv`."""
    return list(csv.DictReader((files("streams.extraction.data") / f"{name}.csv").read_text("utf-8").splitlines()))


@cache
def lists(name: str) -> dict[str, frozenset[str]]:
    """The lists of the TOML file `data/<name>.toml`, each by `table.list`."""
    return {f"{section}.{key}": frozenset(values) for section, content in words(name).items() for key, values in content.items()}
