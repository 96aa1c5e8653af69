"""Proves from the topics themselves that a run left nothing out: what was planned was sent, and what was sent came out."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaError

from streams.administration import topic_bounds
from streams.errors import BrokerError, ReplayError
from streams.feed.replay.runs import Run
from streams.feed.replay.work import REFUSED
from streams.outside_consumer import outside_consumer
from streams.settings import Settings
from streams.topics import ARTICLES, DEAD_LETTERS, ENRICHED, TOPICS
from streams.wire.cloudevents import REPLAY_HEADER, REPLAY_ORIGIN_HEADER

__all__ = ["Verdict", "verify"]

LISTED = 100
POLL_SECONDS = 0.2
LOOK_AGAIN_SECONDS = 1.0
FETCH_BYTES = 4 * 1024 * 1024

SCHEMA = """
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;
CREATE TABLE sent (origin TEXT PRIMARY KEY, key BLOB, copies INTEGER) WITHOUT ROWID;
CREATE TABLE outcome (origin TEXT PRIMARY KEY, enriched INTEGER DEFAULT 0, dead INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE TABLE came (run TEXT, article BLOB, PRIMARY KEY (run, article)) WITHOUT ROWID;
CREATE TABLE event (run TEXT, article BLOB, id TEXT, PRIMARY KEY (run, article, id)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Verdict:
    """What was found.

    Parameters
    ----------
    sent, sent_again
        Articles of the run in its target, and how many records more there are.
    enriched, dead_lettered
        Articles of it that came out so.
    missing
        Some that came out nowhere, `count_missing` in all.
    changed
        Articles whose events have other ids than in the run that it was compared with; None without a comparison.
    """

    planned: int
    sent: int
    sent_again: int
    enriched: int
    dead_lettered: int
    count_missing: int
    missing: list[str]
    events: int
    compared: int | None = None
    changed: list[str] = field(default_factory=list)

    @property
    def is_proven(self) -> bool:
        """Whether nothing is missing and no id changed."""
        return self.planned == self.sent and self.count_missing == 0 and not self.changed


def verify(run: Run, settings: Settings, *, against: Run | None = None, wait: float = 0.0) -> Verdict:
    """Read the topics that the run wrote to.

    Parameters
    ----------
    against
        An earlier run: articles that both sent must have events of the same ids.
    wait
        Seconds to wait for what has not come out yet.

    Raises
    ------
    ReplayError
        When the run has not sent anything.
    BrokerError
        When the broker cannot be reached.
    """
    checkpoint, plan = run.checkpoint, run.plan
    if checkpoint is None or plan is None:
        raise ReplayError("nothing was sent yet", where=run.spec.run_id)
    starts = {name: dict(partitions) for name, partitions in checkpoint.starts.items()}
    if against is not None:
        earlier = against.checkpoint
        if earlier is None:
            raise ReplayError("nothing was sent yet", where=against.spec.run_id)
        for name, partitions in earlier.starts.items():
            for partition, start in partitions.items():
                starts.setdefault(name, {})[partition] = min(start, starts.get(name, {}).get(partition, start))
    deadline = time.monotonic() + wait
    with (
        tempfile.TemporaryDirectory(prefix="streams-verify-") as folder,
        closing(_Evidence(Path(folder), run, against, settings)) as evidence,
    ):
        while True:
            starts = evidence.read(starts)
            verdict = evidence.verdict(planned=plan.total.selected - checkpoint.tally.left_out.get(REFUSED, 0))
            if verdict.is_proven or time.monotonic() >= deadline:
                return verdict
            time.sleep(LOOK_AGAIN_SECONDS)


class _Evidence:
    """What the topics hold of one run, or of two; in a file, because it may be ten million articles."""

    def __init__(self, folder: Path, run: Run, against: Run | None, settings: Settings) -> None:
        self._run = run.spec.run_id
        self._against = against.spec.run_id if against else None
        self._target = run.spec.target
        # What went to a topic of one's own comes out nowhere.
        self._is_read_by_workers = self._target == ARTICLES.name_in(settings)
        self._settings = settings
        self._enriched = ENRICHED.name_in(settings)
        self._dead = DEAD_LETTERS.name_in(settings)
        self._events = {topic.name_in(settings) for topic in TOPICS.values() if topic.name.startswith("events.")}
        self._db = sqlite3.connect(folder / "evidence.sqlite")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    def read(self, starts: Mapping[str, Mapping[int, int]]) -> dict[str, dict[int, int]]:
        """Read from there to the topics' ends as of now, and return these."""
        wanted = {self._target, self._enriched, self._dead, *self._events}
        ends = topic_bounds(self._settings, wanted)
        for record in _records(self._settings, {name: starts.get(name, {}) for name in ends}, ends):
            headers = dict(record.headers)
            run = (headers.get(REPLAY_HEADER) or b"").decode(errors="replace")
            if run in (self._run, self._against):
                self._note(record, run, headers)
        self._db.commit()
        return {name: {partition: end for partition, (_, end) in bounds.items()} for name, bounds in ends.items()}

    def _note(self, record: Any, run: str, headers: dict[str, bytes]) -> None:
        origin = (headers.get(REPLAY_ORIGIN_HEADER) or b"").decode(errors="replace")
        if record.topic in self._events:
            event = (run, headers.get("ce_subject", b""), headers.get("ce_id", b"").decode(errors="replace"))
            self._db.execute("INSERT OR IGNORE INTO event VALUES (?, ?, ?)", event)
        elif record.topic == self._enriched:
            self._db.execute("INSERT OR IGNORE INTO came VALUES (?, ?)", (run, record.key))
            if run == self._run:
                self._db.execute("INSERT INTO outcome VALUES (?, 1, 0) ON CONFLICT (origin) DO UPDATE SET enriched = 1", (origin,))
        elif run == self._run and record.topic == self._dead:
            self._db.execute("INSERT INTO outcome VALUES (?, 0, 1) ON CONFLICT (origin) DO UPDATE SET dead = 1", (origin,))
        elif run == self._run and record.topic == self._target:
            again = "INSERT INTO sent VALUES (?, ?, 1) ON CONFLICT (origin) DO UPDATE SET copies = copies + 1"
            self._db.execute(again, (origin, record.key))

    def verdict(self, *, planned: int) -> Verdict:
        """What has been found so far."""
        sent, copies = self._one("SELECT count(*), coalesce(sum(copies), 0) FROM sent")
        enriched, dead = self._one("SELECT coalesce(sum(enriched), 0), coalesce(sum(dead AND NOT enriched), 0) FROM outcome")
        (events,) = self._one("SELECT count(*) FROM event WHERE run = ?", self._run)
        (count_missing,) = self._one("SELECT count(*) FROM sent WHERE origin NOT IN (SELECT origin FROM outcome)")
        rows = self._db.execute("SELECT origin, key FROM sent WHERE origin NOT IN (SELECT origin FROM outcome) LIMIT ?", (LISTED,))
        missing = [f"{(key or b'').decode(errors='replace')} ({origin})" for origin, key in rows]
        if not self._is_read_by_workers:
            count_missing, missing = 0, []
        compared, changed = self._compare() if self._against else (None, [])
        return Verdict(planned, sent, copies - sent, enriched, dead, count_missing, missing, events, compared, changed)

    def _compare(self) -> tuple[int, list[str]]:
        """How many articles both runs had enriched, and those of them whose events differ."""
        runs = (self._run, self._against)
        both = "SELECT article FROM came WHERE run = ? INTERSECT SELECT article FROM came WHERE run = ?"
        self._db.execute("DROP TABLE IF EXISTS both")
        self._db.execute(f"CREATE TEMP TABLE both AS {both}", runs)
        (compared,) = self._one("SELECT count(*) FROM both")
        query = """
            SELECT DISTINCT article FROM (SELECT article, id FROM event WHERE run IN (?, ?) GROUP BY article, id HAVING count(*) = 1)
            WHERE article IN (SELECT article FROM both) LIMIT ?
        """
        rows = self._db.execute(query, (*runs, LISTED))
        return compared, [article.decode(errors="replace") for (article,) in rows]

    def _one(self, query: str, *values: object) -> tuple[int, ...]:
        return tuple(self._db.execute(query, values).fetchone())


def _records(
    settings: Settings, starts: Mapping[str, Mapping[int, int]], ends: Mapping[str, Mapping[int, tuple[int, int]]]
) -> Iterator[Any]:
    """All records between, of all topics, read from outside any group."""
    ranges = {
        TopicPartition(name, partition): (max(oldest, starts[name].get(partition, oldest)), end)
        for name, bounds in ends.items()
        for partition, (oldest, end) in bounds.items()
    }
    left = {tp: end for tp, (start, end) in ranges.items() if start < end}
    if not left:
        return
    try:
        consumer = outside_consumer(settings, "streams-verify", max_partition_fetch_bytes=FETCH_BYTES)
        try:
            consumer.assign(list(left))
            for tp in left:
                consumer.seek(tp, ranges[tp][0])
            while left:
                for records in consumer.poll(timeout_ms=int(POLL_SECONDS * 1000)).values():
                    yield from _before(records, left)
                for tp in [tp for tp, end in left.items() if consumer.position(tp) >= end]:
                    consumer.pause(tp)
                    del left[tp]
        finally:
            consumer.close()
    except KafkaError as error:
        raise BrokerError(f"cannot be read: {type(error).__name__}: {error}", where=settings.bootstrap_servers) from error


def _before(records: Iterable[Any], ends: Mapping[TopicPartition, int]) -> Iterator[Any]:
    return (record for record in records if record.offset < ends.get(TopicPartition(record.topic, record.partition), 0))
