"""The sink on a real Kafka and a real PostgreSQL: each event once, whatever is killed, doubled or away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow.parquet as pq
import pytest
from kafka import KafkaProducer

from streams.administration import topic_bounds
from streams.settings import Settings
from streams.topics import EVENT_TOPICS
from streams.worker.enricher import OutgoingRecord
from tests.broker.conftest import committed, wait_for
from tests.broker.test_consumer import ids, made, publish, published
from tests.postgres import PostgresServer

__all__ = ["made", "published"]

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def address(postgres: PostgresServer) -> str:
    return postgres.database()


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Starts `streams sink` as a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "streams", "sink", *arguments],
                env={**os.environ, **settings.environment()},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def query(address: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(sql.encode()).fetchall()


def count(address: str) -> int:
    if query(address, "SELECT to_regclass('events')") == [(None,)]:
        return 0
    return int(query(address, "SELECT count(*) FROM events")[0][0])


def ends(settings: Settings) -> dict[tuple[str, int], int]:
    bounds = topic_bounds(settings, [topic.name_in(settings) for topic in EVENT_TOPICS])
    return {(name, partition): end for name, places in bounds.items() for partition, (_, end) in places.items() if end}


def assert_complete(address: str, settings: Settings, published: list[OutgoingRecord]) -> None:
    assert [row[0] for row in query(address, "SELECT id FROM events ORDER BY id")] == sorted(ids(published))
    positions = query(address, "SELECT topic, partition, next_offset FROM sink_positions")
    assert {(topic, partition): offset for topic, partition, offset in positions} == ends(settings)
    assert query(address, "SELECT 1 FROM parties GROUP BY event_id, position HAVING count(*) > 1") == []


def test_all_events_once_and_the_lag_is_gone(
    settings: Settings, producer: KafkaProducer, start: Start, address: str, published: list[OutgoingRecord]
) -> None:
    publish(settings, producer, published[::2])
    output, errors = start(address, "--no-follow").communicate(timeout=90)
    assert output == f"{len(published)} events written, {len(published[::2])} repeats, 0 passed over\n", errors
    assert_complete(address, settings, published)
    assert committed(settings.model_copy(update={"group": f"{settings.group}-sink"})) == sum(ends(settings).values())
    output, errors = start(address, "--no-follow").communicate(timeout=90)
    assert output == "0 events written, 0 repeats, 0 passed over\n", errors


def test_killed_again_and_again_it_goes_on_exactly_there(
    settings: Settings, producer: KafkaProducer, start: Start, address: str, published: list[OutgoingRecord]
) -> None:
    # The same events under new ids, so that several batches are needed.
    more = multiplied(published, 12)
    publish(settings, producer, more)
    for share in (0.1, 0.4, 0.7):
        process = start(address)
        wait_for(lambda share=share: count(address) >= share * len(more))  # type: ignore[misc]
        process.kill()
        process.wait()
    start(address, "--no-follow").communicate(timeout=120)
    assert count(address) == len(published) * 13
    assert sum(row[0] for row in query(address, "SELECT next_offset FROM sink_positions")) == sum(ends(settings).values())


def test_two_at_once_share_the_work_and_one_is_killed(
    settings: Settings, producer: KafkaProducer, start: Start, address: str, published: list[OutgoingRecord]
) -> None:
    one, other = start(address), start(address)
    wait_for(lambda: count(address) == len(published))
    more = multiplied(published, 6)
    publish(settings, producer, more)
    wait_for(lambda: count(address) > 3 * len(published))
    one.kill()
    publish(settings, producer, more)
    wait_for(lambda: count(address) == 7 * len(published))
    other.send_signal(signal.SIGTERM)
    assert other.wait(timeout=30) == 0


def test_a_database_that_goes_away_is_waited_for(  # noqa: PLR0917
    settings: Settings, producer: KafkaProducer, start: Start, postgres: PostgresServer, address: str, published: list[OutgoingRecord]
) -> None:
    process = start(address)
    wait_for(lambda: count(address) == len(published))
    postgres.stop("immediate")
    more = multiplied(published, 2)
    publish(settings, producer, more)
    postgres.start()
    wait_for(lambda: count(address) == 3 * len(published))
    process.send_signal(signal.SIGTERM)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert output.endswith("0 passed over\n")


def test_into_duckdb_and_parquet(start: Start, tmp_path: Path, published: list[OutgoingRecord]) -> None:
    path, folder = tmp_path / "events.duckdb", tmp_path / "parquet"
    output, errors = start(str(path), "--no-follow", "--parquet", str(folder), "--type", "talks-round").communicate(timeout=90)
    wanted = sorted(ids([record for record in published if record.topic == "events.talks-round"]))
    assert output == f"{len(wanted)} events written, 0 repeats, 0 passed over\n", errors
    with duckdb.connect(path) as reader:
        assert [row[0] for row in reader.execute("SELECT id FROM events ORDER BY id").fetchall()] == wanted
    assert sorted(pq.read_table(folder / "talks_rounds.parquet")["id"].to_pylist()) == wanted


def multiplied(records: list[OutgoingRecord], times: int) -> list[OutgoingRecord]:
    """The same events under ids of their own, which are as long as the old ones."""
    return [
        _renamed(record, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {ids([record])[0]}")))
        for number in range(times)
        for record in records
    ]


def _renamed(record: OutgoingRecord, new_id: str) -> OutgoingRecord:
    old, new = ids([record])[0].encode(), new_id.encode()
    headers = [(name, value.replace(old, new)) for name, value in record.headers]
    return replace(record, value=(record.value or b"").replace(old, new), headers=headers)
