"""The reference of the site is complete, because it is made from the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from deploy.site.reference import pages
from streams.cli import app
from streams.settings import Settings
from streams.topics import TOPICS


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return pages()


def commands(path: str, command: Any) -> Iterator[str]:
    if not hasattr(command, "commands"):
        yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(f"{path} {name}", inner)


def test_every_command_setting_and_topic_is_there(made: dict[str, str]) -> None:
    for command in commands("streams", typer.main.get_command(app)):
        assert f"## `{command}`\n" in made["reference/commands.md"]
    for name in Settings.model_fields:
        assert f"`STREAMS_{name.upper()}`" in made["reference/settings.md"]
    for topic in TOPICS:
        assert f"## `{topic}`\n" in made["reference/topics.md"]


def test_every_record_that_is_named_is_described(made: dict[str, str]) -> None:
    linked = set(re.findall(r"\]\((?:records\.md)?#(\w+)\)", made["reference/records.md"] + made["reference/topics.md"]))
    described = {name.lower() for name in re.findall(r"^## (\w+)$", made["reference/records.md"], re.MULTILINE)}
    assert linked <= described
    assert {"weaponspledge", "money", "actor"} <= described


def test_the_pages_hold_nothing_of_this_machine(made: dict[str, str]) -> None:
    assert "`STREAMS_CACHE_DIR` | of the machine |" in made["reference/settings.md"]
    assert "`streams_articles_received`" in made["reference/metrics.md"]
