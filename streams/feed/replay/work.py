"""What one process does with a chunk: read, select, encode, and where the run is executed, send and wait for the broker."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError

from streams.connections import kafka_options
from streams.errors import ArticleFileError, BrokerError, RejectedArticleError, StreamsError
from streams.feed.archive.convert import to_article
from streams.feed.archive.items import Item, Options
from streams.feed.replay.selection import Selection
from streams.feed.replay.sources import Chunk, TopicRecord
from streams.metrics import HEARTBEAT_HEADER
from streams.records import Article
from streams.settings import Settings
from streams.topics import ARTICLES, DEAD_LETTER_HEADROOM
from streams.wire.avro import ArticleDecoder, Encoder, Schema
from streams.wire.cloudevents import REPLAY_HEADER, REPLAY_ORIGIN_HEADER, Headers
from streams.wire.contract import schema_text
from streams.wire.registry import SchemaRegistry

__all__ = ["FAILED", "REFUSED", "Found", "Outcome", "Tally", "Work", "WorkSpec", "replay_producer"]

FAILED = "not readable"
"""Reason for leaving out what is damaged or no article; each is told with its place."""

REFUSED = "refused by the topic"
"""Reason for leaving out what the broker does not take, which shows only when it is sent."""

MAX_MESSAGE = 300
LINGER_MS = 20
BATCH_BYTES = 256 * 1024
"""kafka-python's own 16 KiB make a request of every fourth article; with these two one process sends four times as fast."""


@dataclass
class Tally:
    """Counts of what was found.

    Parameters
    ----------
    earliest, latest
        Publication dates, or for a topic the records' timestamps; milliseconds since the epoch.
    undated
        Articles without a publication date among the selected.
    left_out
        Articles that are not replayed, by reason.
    """

    selected: int = 0
    size: int = 0
    earliest: int | None = None
    latest: int | None = None
    undated: int = 0
    left_out: dict[str, int] = field(default_factory=dict)

    def select(self, size: int, at: int | None) -> None:
        """Count one that is replayed."""
        self.selected += 1
        self.size += size
        if at is None:
            self.undated += 1
        else:
            self.earliest = at if self.earliest is None else min(at, self.earliest)
            self.latest = at if self.latest is None else max(at, self.latest)

    def leave_out(self, reason: str, count: int = 1) -> None:
        """Count what is not."""
        self.left_out[reason] = self.left_out.get(reason, 0) + count

    def add(self, other: Tally) -> None:
        """Count all of another."""
        self.selected += other.selected
        self.size += other.size
        self.undated += other.undated
        self.earliest = min((at for at in (self.earliest, other.earliest) if at is not None), default=None)
        self.latest = max((at for at in (self.latest, other.latest) if at is not None), default=None)
        for reason, count in other.left_out.items():
            self.leave_out(reason, count)


@dataclass(frozen=True)
class Found:
    """One selected article of an archive, as the plan needs it to find ids that come twice."""

    number: int
    where: str
    digest: bytes
    size: int


@dataclass(frozen=True)
class Outcome:
    """What came of a chunk.

    Parameters
    ----------
    failures
        Place and reason of each item that could not be read.
    refused
        The same of what the broker did not take.
    found
        Only in the plan of an archive.
    """

    tally: Tally
    failures: list[tuple[str, str]]
    refused: list[tuple[str, str]]
    found: list[Found]


@dataclass(frozen=True)
class WorkSpec:
    """What a process needs to know; plain data, because it crosses into it.

    Parameters
    ----------
    target
        Topic to send to, with prefix; None for a plan, which sends nothing.
    schema
        Schema of the records that are made from archives; None writes JSON.
    target_partitions
        Partitions of the target.
    keep_timestamps
        Whether records of a topic keep their timestamp.
    skip_replayed
        Whether records that were replayed themselves are left out.
    """

    settings: Settings
    run_id: str
    selection: Selection
    options: Options = field(default_factory=Options)
    target: str | None = None
    schema: Schema | None = None
    target_partitions: int = 0
    source_partitions: int = 0
    keep_timestamps: bool = True
    skip_replayed: bool = False


@dataclass(frozen=True)
class _Ready:
    where: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    at: int | None
    timestamp: int | None = None
    partition: int | None = None

    @property
    def size(self) -> int:
        return len(self.key or b"") + len(self.value or b"") + sum(len(name) + len(value) for name, value in self.headers)


_Left = tuple[str, str, str]
"""Where, the reason, and what was wrong."""


def replay_producer(settings: Settings) -> Any:
    """A producer for many records: large batches, each acknowledged by all in-sync replicas, and none twice by a retry.

    Raises
    ------
    KafkaError
        When the broker cannot be reached.
    """
    return KafkaProducer(
        **kafka_options(settings),
        client_id="streams-replay",
        acks="all",
        enable_idempotence=True,
        linger_ms=LINGER_MS,
        batch_size=BATCH_BYTES,
        max_request_size=settings.max_record_bytes + DEAD_LETTER_HEADROOM,
        delivery_timeout_ms=int(settings.acknowledge_timeout * 1000),
        request_timeout_ms=int(settings.acknowledge_timeout * 500),
    )


class Work:
    """Processes chunks: `begin` reads and sends, `finish` waits until the broker has all of it; many can be under way.

    Raises
    ------
    BrokerError
        When the broker cannot be reached or does not take a record.
    """

    def __init__(self, spec: WorkSpec) -> None:
        self._spec = spec
        self._selection = spec.selection
        self._encode: Callable[[Article], bytes] = Encoder(spec.schema).encode if spec.schema else _as_json
        self._decoder: ArticleDecoder | None = None
        self._producer: Any = None
        if spec.target:
            try:
                self._producer = replay_producer(spec.settings)
            except KafkaError as error:
                raise _broker_error(error, spec) from error

    def close(self) -> None:
        """Give up what is under way."""
        if self._producer is not None:
            self._producer.close(timeout=0)

    def begin(self, chunk: Chunk) -> Callable[[], Outcome]:
        """Read and send a chunk; the returned function waits for the broker and tells the outcome."""
        tally = Tally()
        failures: list[tuple[str, str]] = []
        found: list[Found] = []
        waiting: list[tuple[_Ready, Any]] = []
        for number, item in enumerate(chunk.items, start=chunk.first):
            ready = self._ready(item)
            if isinstance(ready, tuple):
                where, reason, message = ready
                tally.leave_out(reason)
                if message:
                    failures.append((where, message[:MAX_MESSAGE]))
            elif self._producer is not None:
                waiting.append((ready, self._send(ready)))
            else:
                tally.select(ready.size, ready.at)
                if isinstance(item, Item):
                    found.append(Found(number, ready.where, hashlib.sha256(ready.key or b"").digest()[:16], ready.size))

        def finish() -> Outcome:
            refused: list[tuple[str, str]] = []
            for ready, sent in waiting:
                try:
                    if isinstance(sent, Exception):
                        raise sent
                    sent.get(timeout=self._spec.settings.acknowledge_timeout)
                except MessageSizeTooLargeError:
                    tally.leave_out(REFUSED)
                    refused.append((ready.where, f"{ready.size} bytes are more than the topic takes"))
                except KafkaError as error:
                    raise _broker_error(error, self._spec) from error
                else:
                    tally.select(ready.size, ready.at)
            return Outcome(tally, failures, refused, found)

        return finish

    def _send(self, ready: _Ready) -> Any:
        try:
            return self._producer.send(
                self._spec.target,
                key=ready.key,
                value=ready.value,
                headers=ready.headers,
                timestamp_ms=ready.timestamp,
                partition=ready.partition,
            )
        except MessageSizeTooLargeError as error:
            return error
        except KafkaError as error:
            raise _broker_error(error, self._spec) from error

    def _ready(self, item: Item | ArticleFileError | TopicRecord) -> _Ready | _Left:
        if isinstance(item, TopicRecord):
            return self._ready_record(item)
        article = item if isinstance(item, ArticleFileError) else to_article(item, self._spec.options)
        if isinstance(article, ArticleFileError):
            what = f"{article.what} ({article.hint})" if article.hint else article.what
            return article.where, FAILED, what
        return self._ready_article(article, item.where)

    def _ready_article(self, article: Article, where: str) -> _Ready | _Left:
        if len(article.text) > self._spec.settings.max_text_length:
            return where, FAILED, f"the text has more than {self._spec.settings.max_text_length} code points"
        key = article.id.encode()
        reason = self._selection.leaves_out_record(key, [], sampled_by=key) or self._selection.leaves_out_article(article)
        if reason:
            return where, reason, ""
        at = int(article.published_at.timestamp() * 1000) if article.published_at else None
        return _Ready(where, key, self._encode(article), self._marks(where), at)

    def _ready_record(self, record: TopicRecord) -> _Ready | _Left:
        where = record.where
        names = {name for name, _ in record.headers}
        if HEARTBEAT_HEADER in names:
            return where, "a heartbeat", ""
        if self._spec.skip_replayed and REPLAY_HEADER in names:
            return where, "replayed itself", ""
        reason = self._selection.leaves_out_record(record.key, record.headers, sampled_by=record.key or where.encode())
        if reason is None and self._selection.needs_article:
            try:
                reason = self._selection.leaves_out_article(self._decode(record))
            except RejectedArticleError as error:
                # Whoever selects by what stands in the article cannot have meant one that nobody can read.
                return where, FAILED, error.what
        if reason:
            return where, reason, ""
        headers = [(name, value) for name, value in record.headers if name not in (REPLAY_HEADER, REPLAY_ORIGIN_HEADER)]
        # Keys may have been spread by another client's partitioner; where there are as many partitions, each record stays in its own.
        same = self._spec.target_partitions == self._spec.source_partitions
        value = b"" if record.value is None and record.key is None else record.value
        return _Ready(
            where,
            record.key,
            value,
            headers + self._marks(where),
            record.timestamp,
            record.timestamp if self._spec.keep_timestamps and record.timestamp >= 0 else None,
            record.partition if same and self._spec.target else None,
        )

    def _marks(self, where: str) -> Headers:
        return [(REPLAY_HEADER, self._spec.run_id.encode()), (REPLAY_ORIGIN_HEADER, where.encode(errors="replace"))]

    def _decode(self, record: TopicRecord) -> Article:
        if self._decoder is None:
            registry = SchemaRegistry(self._spec.settings)
            self._decoder = ArticleDecoder(schema_text(ARTICLES), registry.schema, max_text_length=self._spec.settings.max_record_bytes)
        return self._decoder.decode(record.value)


def _as_json(article: Article) -> bytes:
    return article.model_dump_json(exclude_none=True).encode()


def _broker_error(error: KafkaError, spec: WorkSpec) -> StreamsError:
    return BrokerError(f"articles cannot be sent to {spec.target}: {type(error).__name__}: {error}", where=spec.settings.bootstrap_servers)
