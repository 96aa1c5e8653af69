"""What all tests share: golden files with an update flag, and the seed article."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streams.feed.readers import read_articles
from streams.records import Article
from streams.resources import SEEDS
from tests.postgres import PostgresServer, running_postgres

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write the golden files anew instead of comparing with them.")


@pytest.fixture(scope="session")
def seed() -> Article:
    articles = list(read_articles([str(SEEDS)]))
    assert len(articles) == 1
    assert isinstance(articles[0], Article)
    return articles[0]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str | Path, str], None]:
    """Compares a text with a file of `tests/golden`, or another one, or writes it."""

    def check(name: str | Path, found: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.write_text(found)
        wanted = path.read_text()
        difference = "".join(difflib.unified_diff(wanted.splitlines(keepends=True), found.splitlines(keepends=True), str(path), "found"))
        assert found == wanted, f"differs from {path} (make golden writes it anew):\n{difference}"

    return check
