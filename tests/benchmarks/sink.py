"""How fast `streams sink` writes, alone and two at once, and what is in the database after kills: `make bench-sink`."""

from __future__ import annotations

import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg
from kafka import KafkaProducer

from streams.administration import create_topics
from streams.settings import Settings
from streams.stack.stack import running_stack
from streams.topics import TOPICS
from streams.wire.contract import register_schemas
from streams.wire.registry import SchemaRegistry
from streams.worker.enricher import EnricherOptions, OutgoingRecord
from tests.broker.test_sink import multiplied
from tests.chaos.articles import make_articles
from tests.postgres import running_postgres

EVENTS = 30_000
POLL_SECONDS = 0.05


def _events(settings: Settings) -> list[OutgoingRecord]:
    registry = SchemaRegistry(settings)
    schemas = register_schemas(registry, settings)
    registry.close()
    enrich = EnricherOptions(settings.model, schemas, "/benchmark", "{id}", settings.max_record_bytes)()
    outputs = [record for article in itertools.islice(make_articles(3), 200) for record in enrich(article).records]
    made = [record for record in outputs if record.topic.startswith("events.")]
    return multiplied(made, EVENTS // len(made) + 1)[:EVENTS]


def _publish(settings: Settings, records: list[OutgoingRecord]) -> None:
    producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers, linger_ms=20)
    for record in records:
        producer.send(TOPICS[record.topic].name_in(settings), key=record.key, value=record.value, headers=record.headers)
    producer.close()


def _start(settings: Settings, address: str, group: str, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "streams", "sink", address, "--group", group, *options]
    environment = {**os.environ, **settings.environment(), "STREAMS_LOG_LEVEL": "WARNING"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


def _count(address: str) -> int:
    with psycopg.connect(address) as connection:
        if connection.execute("SELECT to_regclass('events')").fetchall() == [(None,)]:
            return 0
        return int(connection.execute("SELECT count(*) FROM events").fetchall()[0][0])


def _time_until(reached: Callable[[], bool], *, since: Callable[[], bool]) -> float:
    """Seconds from one state to another."""
    while not since():
        time.sleep(POLL_SECONDS)
    started = time.monotonic()
    while not reached():
        time.sleep(POLL_SECONDS)
    return time.monotonic() - started


def _postgres_rate(settings: Settings, address: str, group: str, sinks: int) -> float:
    """Events a second from the first batch to the last."""
    processes = [_start(settings, address, group) for _ in range(sinks)]
    seconds = _time_until(lambda: _count(address) >= EVENTS, since=lambda: _count(address) > 0)
    for process in processes:
        process.terminate()
        process.wait()
    return EVENTS / seconds


def _duckdb_rate(settings: Settings, path: Path) -> float:
    started = time.monotonic()
    _start(settings, str(path), "bench-duckdb", "--no-follow").wait()
    seconds = time.monotonic() - started
    with duckdb.connect(path) as reader:
        assert reader.execute("SELECT count(*) FROM events").fetchall() == [(EVENTS,)]
    return EVENTS / seconds


def _killed(settings: Settings, address: str, kills: int) -> str:
    started = time.monotonic()
    for number in range(kills):
        process = _start(settings, address, "bench-killed")
        while _count(address) < EVENTS * (number + 1) / (kills + 1):
            time.sleep(POLL_SECONDS)
        process.kill()
        process.wait()
    _start(settings, address, "bench-killed", "--no-follow").wait()
    with psycopg.connect(address) as connection:
        (events, distinct), (positions,) = (
            connection.execute("SELECT count(*), count(DISTINCT id) FROM events").fetchall()[0],
            connection.execute("SELECT sum(next_offset) FROM sink_positions").fetchall()[0],
        )
    return f"{events:,} events of {EVENTS:,}, {distinct:,} ids, positions {positions:,}, {time.monotonic() - started:.0f} s"


def _told(title: str, rate: Callable[[], float]) -> None:
    """Time goes by while other processes run, too; what the sinks themselves took of the processor tells what a quiet machine can do."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = rate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{title:28} {found:7,.0f} events/s, {seconds / EVENTS * 1e6:5,.0f} µs of the processor an event, start included", flush=True)


def main() -> None:
    """Print the figures, a line each."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder) / "stack", Settings()) as stack,
        running_postgres() as postgres,
    ):
        settings = Settings().model_copy(update={**stack.connection, "partitions": 4})
        create_topics(settings)
        _publish(settings, _events(settings))
        print(f"{EVENTS:,} events in Kafka, {settings.partitions} partitions a topic")
        _told("PostgreSQL, one sink", lambda: _postgres_rate(settings, postgres.database(), "bench-one", 1))
        _told("PostgreSQL, two sinks", lambda: _postgres_rate(settings, postgres.database(), "bench-two", 2))
        _told("DuckDB, start included", lambda: _duckdb_rate(settings, Path(folder) / "events.duckdb"))
        print(f"PostgreSQL, killed five times  {_killed(settings, postgres.database(), 5)}")


if __name__ == "__main__":
    main()
