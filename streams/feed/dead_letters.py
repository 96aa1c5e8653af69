"""Dead letters for operators: what failed and why, one letter in full, and sending them through the pipeline again."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from typing import Any

from kafka.errors import KafkaError

from streams.administration import ensure_topic, retention, topic_bounds
from streams.errors import BrokerError, RejectedArticleError, ReplayStoppedError, UsageError
from streams.feed.replay.pace import GroupLag, Limits, Pace
from streams.feed.replay.selection import Selection
from streams.feed.replay.sources import TopicRecord, TopicSource
from streams.feed.replay.work import replay_producer
from streams.settings import Settings
from streams.topics import ARTICLES, DEAD_LETTER_HEADROOM, DEAD_LETTERS, HANDLED_LETTERS, PARKED, Topic
from streams.wire.avro import ArticleDecoder
from streams.wire.cloudevents import REPLAY_HEADER, REPLAY_ORIGIN_HEADER, Headers
from streams.wire.contract import schema_text
from streams.wire.dead_letter import LEFT_OUT_HEADER, PREFIX, attempts_of
from streams.wire.registry import SchemaRegistry

__all__ = ["Letter", "LetterCounts", "LetterFilter", "Redrive", "RedriveCounts", "count_letters", "find_letter", "letters"]

KEPT_ON_REDRIVE = ("dlq.attempt", "dlq.first-failed-at")
"""What a letter takes along, so that its attempts are counted on; all else about its failure stays in the dead-letter topic."""

BATCH = 100
HANDLED_RETENTION = 31 * 24 * 60 * 60 * 1000
"""Milliseconds: a day longer than the letters themselves are kept."""


@dataclass(frozen=True)
class Letter:
    """One dead letter.

    Parameters
    ----------
    handled
        `redriven` or `parked`; empty for one that waits.
    """

    record: TopicRecord
    handled: str = ""

    def header(self, name: str) -> str:
        """A header as text; empty where there is none."""
        return next((value.decode(errors="replace") for key, value in self.record.headers if key == name), "")

    @property
    def position(self) -> str:
        """Partition and offset in the dead-letter topic."""
        return f"{self.record.partition}/{self.record.offset}"

    @property
    def attempt(self) -> int:
        """How often it has failed."""
        return attempts_of(self.header("dlq.attempt").encode()) or 1


@dataclass(frozen=True)
class LetterFilter:
    """Which letters are meant; all that is given has to fit.

    Parameters
    ----------
    positions
        Partition and offset, as `3/1742`.
    """

    stages: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    error_classes: frozenset[str] = frozenset()
    positions: frozenset[str] = frozenset()
    selection: Selection = field(default_factory=Selection)

    def leaves_out(self, letter: Letter, decode: Callable[[bytes | None], Any]) -> str | None:
        """Why a letter is not meant; None where it is."""
        if letter.header(LEFT_OUT_HEADER):
            return "too large to be kept"
        if self.positions and letter.position not in self.positions:
            return "at another position"
        for name, wanted in (("dlq.stage", self.stages), ("dlq.reason", self.reasons), ("dlq.error.class", self.error_classes)):
            if wanted and letter.header(name) not in wanted:
                return f"another {name.removeprefix(PREFIX).replace('.', ' ')}"
        record = letter.record
        reason = self.selection.leaves_out_record(record.key, record.headers, sampled_by=record.key or record.where.encode())
        if reason is None and self.selection.needs_article:
            try:
                reason = self.selection.leaves_out_article(decode(record.value))
            except RejectedArticleError:
                return "not readable"
        return reason


@dataclass
class LetterCounts:
    """Letters of one kind of failure."""

    stage: str
    reason: str
    error_class: str
    waiting: int = 0
    redriven: int = 0
    parked: int = 0
    most_attempts: int = 0
    first: int | None = None
    last: int | None = None

    def add(self, letter: Letter) -> None:
        """Count one."""
        self.waiting += letter.handled == ""
        self.redriven += letter.handled == "redriven"
        self.parked += letter.handled == "parked"
        self.most_attempts = max(self.most_attempts, letter.attempt)
        at = letter.record.timestamp
        self.first = at if self.first is None else min(self.first, at)
        self.last = at if self.last is None else max(self.last, at)


@dataclass
class RedriveCounts:
    """What a redrive did, or would do.

    Parameters
    ----------
    reasons
        Letters that are sent again, by the reason of their failure.
    """

    redriven: int = 0
    parked: int = 0
    size: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


def letters(settings: Settings) -> Iterator[Letter]:
    """All letters that are there now, with what has been done about them.

    Raises
    ------
    BrokerError
        When the broker cannot be reached.
    """
    handled = _handled(settings)
    for record in _all_of(DEAD_LETTERS, settings):
        yield Letter(record, handled.get(f"{record.partition}/{record.offset}", ""))


def count_letters(found: Iterator[Letter]) -> list[LetterCounts]:
    """Counts by stage, reason and class of the error, the most first."""
    counts: dict[tuple[str, str, str], LetterCounts] = {}
    for letter in found:
        kind = letter.header("dlq.stage"), letter.header("dlq.reason"), letter.header("dlq.error.class")
        counts.setdefault(kind, LetterCounts(*kind)).add(letter)
    return sorted(counts.values(), key=lambda c: (-(c.waiting + c.redriven + c.parked), c.stage, c.reason))


def find_letter(settings: Settings, position: str) -> Letter:
    """One letter.

    Raises
    ------
    UsageError
        When there is none at that position.
    """
    partition, _, offset = position.rpartition("/")
    partition = partition.rpartition("/")[2]
    name = DEAD_LETTERS.name_in(settings)
    bounds = topic_bounds(settings, [name]).get(name, {})
    if partition.isdigit() and offset.isdigit() and int(partition) in bounds:
        oldest, end = bounds[int(partition)]
        if oldest <= int(offset) < end:
            source = TopicSource(name, {int(partition): (int(offset), int(offset) + 1)}, settings)
            for chunk in source.chunks({}, 1):
                for record in chunk.items:
                    assert isinstance(record, TopicRecord)
                    return Letter(record, _handled(settings).get(f"{record.partition}/{record.offset}", ""))
    there = ", ".join(f"{number}/{start} to {number}/{end - 1}" for number, (start, end) in bounds.items() if start < end) or "none"
    raise UsageError("no letter at this position", where=position, hint=f"partition/offset; there are: {there}")


@dataclass
class Redrive:
    """Sends letters to the topic that they came from, or after too many attempts to the parking topic, where nobody reads them again.

    A letter is marked as handled after the broker has its copy: killed in between, it is sent twice with the same ids, and never lost.

    Parameters
    ----------
    max_attempts
        Letters that have failed so often are parked.
    again
        Whether letters that were handled before are taken too.
    """

    settings: Settings
    wanted: LetterFilter
    limits: Limits
    run_id: str
    max_attempts: int
    again: bool
    stop: threading.Event
    on_progress: Callable[[RedriveCounts], None]
    counts: RedriveCounts = field(default_factory=RedriveCounts)

    def plan(self) -> RedriveCounts:
        """Count what `execute` would do."""
        for letter in self._chosen():
            self._count(letter)
            self.on_progress(self.counts)
        return self.counts

    def execute(self) -> RedriveCounts:
        """Send.

        Raises
        ------
        ReplayStoppedError
            When it was stopped; a second call goes on with the rest.
        """
        settings = self.settings
        configs = {"max.message.bytes": str(settings.max_record_bytes + DEAD_LETTER_HEADROOM), "retention.ms": "-1"}
        ensure_topic(settings, PARKED.name_in(settings), partitions=settings.partitions, configs=configs)
        configs = {"retention.ms": str(HANDLED_RETENTION)}
        ensure_topic(settings, HANDLED_LETTERS.name_in(settings), partitions=1, configs=configs)
        articles = ARTICLES.name_in(settings)
        lag = closing(GroupLag(settings, settings.group, articles)) if self.limits.lag is not None else nullcontext()
        try:
            producer = replay_producer(settings)
            try:
                with lag as ask:
                    self._send_all(producer, Pace(self.limits, ask, adds_to_lag=True))
            finally:
                producer.close(timeout=0)
        except (KafkaError, BrokerError) as error:
            what = f"stopped after {self.counts.redriven + self.counts.parked} letters: {type(error).__name__}: {error}"
            raise ReplayStoppedError(what, where=settings.bootstrap_servers, hint="the same command goes on with the rest") from error
        if self.stop.is_set():
            what = f"stopped after {self.counts.redriven + self.counts.parked} letters"
            raise ReplayStoppedError(what, where=self.run_id, hint="the same command goes on with the rest")
        return self.counts

    def _chosen(self) -> Iterator[Letter]:
        registry = SchemaRegistry(self.settings)
        decoder = ArticleDecoder(schema_text(ARTICLES), registry.schema, max_text_length=self.settings.max_record_bytes)
        try:
            for letter in letters(self.settings):
                reason = f"{letter.handled} before" if letter.handled and not self.again else None
                reason = reason or self.wanted.leaves_out(letter, decoder.decode)
                if reason:
                    self.counts.left_out[reason] = self.counts.left_out.get(reason, 0) + 1
                else:
                    yield letter
        finally:
            registry.close()

    def _send_all(self, producer: Any, pace: Pace) -> None:
        def tick() -> bool:
            self.on_progress(self.counts)
            return not self.stop.is_set()

        size = BATCH if not self.limits.articles else max(1, min(BATCH, int(self.limits.articles / 4)))
        batch: list[Letter] = []
        for letter in self._chosen():
            batch.append(letter)
            if len(batch) >= size:
                if not pace.wait(0, len(batch), tick):
                    return
                self._send(producer, pace, batch)
                batch = []
        if batch and pace.wait(0, len(batch), tick):
            self._send(producer, pace, batch)
        tick()

    def _send(self, producer: Any, pace: Pace, batch: list[Letter]) -> None:
        timeout = self.settings.acknowledge_timeout
        sent = [self._send_letter(producer, letter) for letter in batch]
        places = [future.get(timeout=timeout) for future in sent]
        marks = []
        for letter, place in zip(batch, places, strict=True):
            said = {
                "what": "parked" if self._is_parked(letter) else "redriven",
                "run": self.run_id,
                "to": f"{place.topic}/{place.partition}/{place.offset}",
            }
            handled = HANDLED_LETTERS.name_in(self.settings)
            marks.append(producer.send(handled, key=letter.position.encode(), value=json.dumps(said).encode()))
        for mark in marks:
            mark.get(timeout=timeout)
        for letter in batch:
            self._count(letter)
        pace.count(sum(not self._is_parked(letter) for letter in batch), sum(len(letter.record.value or b"") for letter in batch))

    def _send_letter(self, producer: Any, letter: Letter) -> Any:
        record = letter.record
        if self._is_parked(letter):
            return producer.send(PARKED.name_in(self.settings), key=record.key, value=record.value, headers=record.headers)
        origin = letter.header("dlq.topic") or ARTICLES.name_in(self.settings)
        # A letter may be older than what its topic keeps; with its own time it would be deleted before anybody reads it.
        kept = self._retention(origin)
        timestamp = record.timestamp if kept is None or time.time() * 1000 - record.timestamp < kept / 2 else None
        return producer.send(
            origin,
            key=record.key,
            value=b"" if record.value is None and record.key is None else record.value,
            headers=self._headers(letter),
            timestamp_ms=timestamp,
        )

    def _headers(self, letter: Letter) -> Headers:
        kept = [
            (name, value)
            for name, value in letter.record.headers
            if (not name.startswith(PREFIX) or name in KEPT_ON_REDRIVE) and name not in (REPLAY_HEADER, REPLAY_ORIGIN_HEADER)
        ]
        return [*kept, (REPLAY_HEADER, self.run_id.encode()), (REPLAY_ORIGIN_HEADER, letter.record.where.encode())]

    def _retention(self, topic: str) -> int | None:
        if topic not in self._retentions:
            self._retentions[topic] = retention(self.settings, topic)
        return self._retentions[topic]

    def __post_init__(self) -> None:
        self._retentions: dict[str, int | None] = {}

    def _is_parked(self, letter: Letter) -> bool:
        return letter.attempt >= self.max_attempts

    def _count(self, letter: Letter) -> None:
        counts = self.counts
        if self._is_parked(letter):
            counts.parked += 1
            return
        counts.redriven += 1
        counts.size += len(letter.record.value or b"")
        reason = letter.header("dlq.reason")
        counts.reasons[reason] = counts.reasons.get(reason, 0) + 1


def _handled(settings: Settings) -> dict[str, str]:
    """By position, what has been done about a letter; kept in Kafka, so that every operator sees the same."""
    handled: dict[str, str] = {}
    for record in _all_of(HANDLED_LETTERS, settings):
        said = json.loads(record.value or b"{}")
        handled[(record.key or b"").decode()] = str(said.get("what", ""))
    return handled


def _all_of(topic: Topic, settings: Settings) -> Iterator[TopicRecord]:
    name = topic.name_in(settings)
    bounds = topic_bounds(settings, [name]).get(name, {})
    for chunk in TopicSource(name, {p: b for p, b in bounds.items() if b[0] < b[1]}, settings).chunks({}, BATCH) if bounds else ():
        for record in chunk.items:
            assert isinstance(record, TopicRecord)
            yield record
