"""The folders that stand at the top of the repository and inside an installed package."""

from __future__ import annotations

from pathlib import Path

__all__ = ["SCHEMAS", "SEEDS"]


def _folder(name: str) -> Path:
    installed = Path(__file__).parent / name
    return installed if installed.is_dir() else Path(__file__).parents[1] / name


SCHEMAS = _folder("schemas")
"""The Avro schemas, `*.avsc`."""

SEEDS = _folder("seeds")
"""Articles for the demonstration."""
