"""The page for analysts: its questions are answered in both databases alike, and the answers that it shows are those."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from streams.sink.duck import DuckDatabase
from streams.sink.postgres import PostgresDatabase
from tests.analysts import PAGE, PICTURE, QUESTION, answered, fill, time_line
from tests.identity.measure import Report
from tests.postgres import PostgresServer

ROUNDS = "m.first_day, m.location"
"""What tells the question after the rounds of talks from the others."""


@pytest.fixture(scope="module")
def duckdb_file(reports: list[Report], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("analysts") / "events.duckdb"
    with DuckDatabase(path, "cluster") as database:
        fill(database, reports)
    return path


def in_duckdb(path: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    with duckdb.connect(path, read_only=True) as reader:
        reader.execute("SET TimeZone = 'UTC'")
        found = reader.execute(sql)
        return [column[0] for column in found.description or ()], found.fetchall()


def test_the_page_shows_what_the_questions_answer(duckdb_file: Path, golden: Callable[..., None]) -> None:
    golden(PAGE, answered(PAGE.read_text(), lambda sql: in_duckdb(duckdb_file, sql)))


def test_the_picture_shows_the_rounds(duckdb_file: Path, golden: Callable[..., None]) -> None:
    sql = next(found["sql"] for found in QUESTION.finditer(PAGE.read_text()) if ROUNDS in found["sql"])
    rounds: list[tuple[date, str | None, str, int]] = [
        (day, place, status, n) for day, place, status, _, n, _ in in_duckdb(duckdb_file, sql)[1]
    ]
    assert len(rounds) >= 4
    golden(PICTURE, time_line("Rounds of talks between Russia and Ukraine", rounds))


def test_postgresql_answers_alike(postgres: PostgresServer, reports: list[Report], duckdb_file: Path) -> None:
    address = postgres.database()
    with PostgresDatabase(address, "cluster") as database:
        fill(database, reports)

    def in_postgres(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        with psycopg.connect(address, options="-c TimeZone=UTC") as connection:
            found = connection.execute(sql.encode())
            return [column.name for column in found.description or ()], found.fetchall()

    page = PAGE.read_text()
    assert answered(page, in_postgres) == answered(page, lambda sql: in_duckdb(duckdb_file, sql))
