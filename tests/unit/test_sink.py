"""What a sink keeps: each event once, the position with it, and tables that are the same in every database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow.parquet as pq
import pytest

from streams.consumer import Batch, Delivery, Place
from streams.errors import OvertakenError, RefusedEventError, SinkError, UsageError
from streams.records import Event, FundingGap, Qualifier, TalksRound, WeaponsPledge
from streams.settings import Settings
from streams.sink.database import VIEWS, Database
from streams.sink.duck import DuckDatabase
from streams.sink.postgres import PostgresDatabase
from streams.sink.rows import TABLES
from streams.sink.run import open_database
from tests.analysts import corpus_events
from tests.postgres import PostgresServer

PLACE: Place = ("events.weapons-pledge", 0)
RECORDED = 1_753_444_800_000

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(params=["duckdb", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "duckdb":
        return str(tmp_path / "events.duckdb")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.database()


def opened(address: str) -> Database:
    return PostgresDatabase(address, "cluster") if address.startswith("postgresql:") else DuckDatabase(Path(address), "cluster")


def query(address: str, sql: str) -> list[tuple[Any, ...]]:
    """What a reader of the database sees; of DuckDB only when no sink has it open."""
    if address.startswith("postgresql:"):
        with psycopg.connect(address) as connection:
            return connection.execute(sql.encode()).fetchall()
    with duckdb.connect(address) as reader:
        return reader.execute(sql).fetchall()


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    with opened(address) as database:
        database.positions([PLACE])
        yield database


def delivered(event: Event, offset: int = 0) -> Delivery[Event]:
    return Delivery(event, *PLACE, offset, [], RECORDED)


def batch(events: list[Event], next_offset: int) -> Batch[Event]:
    return Batch([delivered(event) for event in events], {PLACE: next_offset})


EVENTS = corpus_events()


def pledge(number: int, **changes: Any) -> WeaponsPledge:
    first = next(event for event in EVENTS if isinstance(event, WeaponsPledge) and event.quantity)
    return first.model_copy(update={"id": f"pledge-{number}", **changes})


def report(number: int, day: int, status: str, quantity: int, publisher: str) -> WeaponsPledge:
    first = pledge(number)
    assert first.quantity is not None
    article = first.article.model_copy(
        update={"article_id": f"article-{number}", "publisher": publisher, "published_at": datetime(2025, 7, day, tzinfo=UTC)}
    )
    changed = first.model_dump() | {
        "event_key": "weapons-pledge/one",
        "status": status,
        "article": article,
        "quantity": first.quantity.model_copy(update={"min": quantity, "max": quantity, "qualifier": Qualifier.EXACT}),
    }
    return WeaponsPledge.model_validate(changed)


def test_each_event_once_by_its_id(database: Database, address: str) -> None:
    assert database.write(batch([pledge(1), pledge(2), pledge(1)], 3)) == 2
    assert database.write(batch([pledge(2), pledge(3)], 5)) == 1
    database.close()
    assert query(address, "SELECT id FROM events ORDER BY id") == [("pledge-1",), ("pledge-2",), ("pledge-3",)]
    parties = query(address, "SELECT event_id, position, count(*) FROM parties GROUP BY event_id, position HAVING count(*) > 1")
    assert parties == []


def test_the_position_is_kept_with_the_events(database: Database, address: str) -> None:
    database.write(batch([pledge(1)], 7))
    database.write(batch([], 9))
    database.close()
    with opened(address) as again:
        assert again.positions([PLACE]) == {PLACE: 9}


def test_a_cluster_that_was_made_anew_is_read_from_its_beginning(database: Database, address: str) -> None:
    database.write(batch([pledge(1)], 7))
    database.close()
    other = PostgresDatabase(address, "other") if isinstance(database, PostgresDatabase) else DuckDatabase(Path(address), "other")
    with other:
        assert other.positions([PLACE]) == {}


def test_of_two_sinks_at_one_place_one_writes(postgres: PostgresServer) -> None:
    address = postgres.database()
    with opened(address) as one, opened(address) as other:
        for sink in (one, other):
            sink.positions([PLACE])
        assert one.write(batch([pledge(1)], 1)) == 1
        with pytest.raises(OvertakenError):
            other.write(batch([pledge(2)], 1))
        other.positions([PLACE])
        assert other.write(batch([pledge(2)], 2)) == 1
        with pytest.raises(OvertakenError):
            one.write(batch([pledge(3)], 2))
    assert query(address, "SELECT id FROM events ORDER BY id") == [("pledge-1",), ("pledge-2",)]


def test_an_event_that_cannot_be_held_is_refused_and_nothing_of_its_batch_is_written(database: Database, address: str) -> None:
    too_much = pledge(
        3, value=next(e.value for e in EVENTS if isinstance(e, WeaponsPledge) and e.value).model_copy(update={"min": Decimal(10) ** 30})
    )
    with pytest.raises(RefusedEventError):
        database.write(batch([pledge(1), too_much], 2))
    assert database.write(batch([pledge(1)], 2)) == 1
    database.close()
    assert query(address, "SELECT id FROM events") == [("pledge-1",)]


def test_a_character_that_no_database_stores_stops_nothing(database: Database, address: str) -> None:
    quote = pledge(1).quote.model_copy(update={"text": "a\0b"})
    database.write(batch([pledge(1, quote=quote)], 1))
    database.close()
    assert query(address, "SELECT quote FROM events") == [("a\ufffdb",)]


def test_the_history_of_a_real_world_event(database: Database, address: str) -> None:
    reports: list[Event] = [
        report(1, 1, "UNDER_DISCUSSION", 4, "A"),
        report(4, 20, "DELIVERED", 6, "A"),
        report(3, 12, "COMMITTED", 6, "C"),
        report(2, 3, "UNDER_DISCUSSION", 6, "B"),
    ]
    database.write(batch(reports, 4))
    database.close()
    found = query(
        address, "SELECT first_report, last_report, reports, articles, publishers, status, statuses, figures FROM real_world_events"
    )
    first, last, *rest = found[0]
    assert (first.astimezone(UTC).day, last.astimezone(UTC).day) == (1, 20)
    assert rest == [4, 4, 3, "DELIVERED", "UNDER_DISCUSSION → COMMITTED → DELIVERED", "4 → 6"]
    steps = query(address, "SELECT report, event_id, status_changed, figure_changed FROM history ORDER BY report")
    assert steps == [(1, "pledge-1", True, True), (2, "pledge-2", False, True), (3, "pledge-3", True, False), (4, "pledge-4", True, False)]


def test_money_is_exact(database: Database, address: str) -> None:
    database.write(batch(list(EVENTS), 1))
    database.close()
    gaps = [event.gap.min for event in EVENTS if isinstance(event, FundingGap) and event.gap and event.gap.min is not None]
    assert query(address, "SELECT sum(minimum) FROM amounts WHERE role = 'GAP' AND NOT is_equivalent") == [(sum(gaps),)]


def test_one_row_for_each_event_in_the_view_of_its_type(database: Database, address: str) -> None:
    database.write(batch(list(EVENTS), 1))
    database.close()
    for view, kind in (("funding_gaps", FundingGap), ("weapons_pledges", WeaponsPledge), ("talks_rounds", TalksRound)):
        found = query(address, f"SELECT id FROM {view} ORDER BY id")
        assert [row[0] for row in found] == sorted(event.id for event in EVENTS if isinstance(event, kind))


def test_both_databases_hold_the_same(postgres: PostgresServer, tmp_path: Path) -> None:
    addresses = [str(tmp_path / "events.duckdb"), postgres.database()]
    for address in addresses:
        with opened(address) as database:
            database.positions([PLACE])
            assert database.write(batch(list(EVENTS), 1)) == len(EVENTS)
    for name in (*TABLES, *VIEWS):
        columns = "*" if name != "events" else "id, figure, quote, reported_at, system, quantity_min, percent_funded, round_number"
        in_duckdb, in_postgres = (sorted(map(_comparable, query(address, f"SELECT {columns} FROM {name}"))) for address in addresses)
        assert in_duckdb == in_postgres, name
        assert in_duckdb, name


def _comparable(row: tuple[Any, ...]) -> list[str]:
    return [str(value.astimezone(UTC) if isinstance(value, datetime) else value) for value in row]


def test_parquet_files_hold_every_table_and_view(tmp_path: Path) -> None:
    with DuckDatabase(tmp_path / "events.duckdb", "cluster") as database:
        database.positions([PLACE])
        database.export(tmp_path / "it's here")
        database.write(batch(list(EVENTS), 1))
        database.export(tmp_path / "it's here")
    files = {path.name: pq.read_metadata(path).num_rows for path in (tmp_path / "it's here").iterdir()}
    assert files.keys() == {f"{name}.parquet" for name in (*TABLES, *VIEWS)}
    assert files["events.parquet"] == len(EVENTS)


def test_a_duckdb_file_that_is_open_elsewhere_is_told(tmp_path: Path) -> None:
    program = f"import duckdb; c = duckdb.connect({str(tmp_path / 'x.duckdb')!r}); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(SinkError, match="one process at a time"):
            DuckDatabase(tmp_path / "x.duckdb", "cluster")
        holder.communicate("\n")


def test_a_password_in_the_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.sink.run.cluster_id", lambda _: "cluster")
    with pytest.raises(UsageError, match="PGPASSWORD"):
        open_database("postgresql://me:secret@127.0.0.1/news", Settings())


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(SinkError, match="does not answer"):
        PostgresDatabase("postgresql://streams@127.0.0.1:1/news", "cluster")
