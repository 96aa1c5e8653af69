"""What can be replayed, as chunks in an order that is the same each time, so that a run can go on where it was stopped."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from kafka import TopicPartition
from kafka.errors import KafkaError

from streams.errors import ArticleFileError, BrokerError
from streams.feed.archive.files import archive_files, fingerprint, items_in
from streams.feed.archive.items import Item, Options
from streams.feed.consume import POLL_SECONDS
from streams.outside_consumer import outside_consumer
from streams.settings import Settings

__all__ = ["ArchiveSource", "Chunk", "Position", "Source", "TopicRecord", "TopicSource"]

CHUNK_BYTES = 1024 * 1024
CHUNK_ITEMS = 128
"""Articles that are sent and acknowledged together: with twice so many for each process at most what is sent twice after a kill."""

IDLE_POLLS = 150
"""Empty answers until a topic counts as unreadable: 30 seconds."""

Position = dict[str, Any]
"""How far a source has been read: for an archive the file and the items of it, for a topic the next offset of each partition."""


@dataclass(frozen=True)
class TopicRecord:
    """One record of the topic that is replayed."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    timestamp: int

    @property
    def where(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True)
class Chunk:
    """Some items that belong together.

    Parameters
    ----------
    part
        File or partition, for the plan.
    first
        Number of the first item in its file.
    lane
        Chunks of one lane keep their order.
    position
        How far the source has been read when this chunk is done.
    dropped
        Items that were taken out of it since.
    """

    part: str
    items: Sequence[Item | ArticleFileError | TopicRecord]
    position: Position
    first: int = 0
    lane: int = 0
    dropped: int = 0


class Source(Protocol):
    """Something that can be replayed."""

    def chunks(self, after: Position, size: int) -> Iterator[Chunk]:
        """Everything behind a position, cut into chunks of at most so many items."""
        ...

    def state(self) -> str:
        """Changes when the source does, so that no run goes on with another archive than the planned one."""
        ...

    def describe(self) -> str:
        """What it is, for people."""
        ...


@dataclass(frozen=True)
class ArchiveSource:
    """Files, folders and globs."""

    paths: tuple[str, ...]
    options: Options = field(default_factory=Options)

    def describe(self) -> str:
        return " ".join(self.paths)

    def state(self) -> str:
        return fingerprint(self.paths)

    def chunks(self, after: Position, size: int) -> Iterator[Chunk]:
        done_file: str | None = after.get("file")
        lanes = itertools.count()
        for number, file in enumerate(archive_files(self.paths)):
            if isinstance(file, ArticleFileError):
                name, items = f"#{number} {file.where}", iter([file])
            else:
                name, items = f"#{number} {file.path}", items_in(file, self.options)  # type: ignore[assignment]
            skipped = 0
            if done_file is not None:
                if name != done_file:
                    continue
                done_file, skipped = None, int(after["items"])
            yield from self._cut(name, itertools.islice(items, skipped, None), skipped, size, lanes)

    def _cut(self, name: str, items: Iterator[Item | ArticleFileError], first: int, size: int, lanes: Iterator[int]) -> Iterator[Chunk]:
        part = name.partition(" ")[2]
        waiting: list[Item | ArticleFileError] = []
        waiting_bytes = 0
        for item in items:
            waiting.append(item)
            waiting_bytes += item.size if isinstance(item, Item) else 0
            if len(waiting) >= size or waiting_bytes >= CHUNK_BYTES:
                yield Chunk(part, waiting, {"file": name, "items": first + len(waiting)}, first, next(lanes))
                first += len(waiting)
                waiting, waiting_bytes = [], 0
        if waiting:
            yield Chunk(part, waiting, {"file": name, "items": first + len(waiting)}, first, next(lanes))


@dataclass(frozen=True)
class TopicSource:
    """A range of a topic whose end is fixed, read from outside any group.

    Parameters
    ----------
    ranges
        By partition the first offset and the one behind the last.
    """

    topic: str
    ranges: Mapping[int, tuple[int, int]]
    settings: Settings = field(repr=False, compare=False)

    def describe(self) -> str:
        return self.topic

    def state(self) -> str:
        return self.topic

    def chunks(self, after: Position, size: int) -> Iterator[Chunk]:
        ends = {TopicPartition(self.topic, partition): end for partition, (_, end) in self.ranges.items()}
        try:
            consumer = outside_consumer(self.settings, "streams-replay", max_partition_fetch_bytes=CHUNK_BYTES)
            try:
                consumer.assign(list(ends))
                for partition, (start, _) in self.ranges.items():
                    consumer.seek(TopicPartition(self.topic, partition), int(after.get(str(partition), start)))
                yield from self._read(consumer, ends, size)
            finally:
                consumer.close()
        except KafkaError as error:
            raise BrokerError(f"cannot be read: {type(error).__name__}: {error}", where=self.topic) from error

    def _read(self, consumer: Any, ends: dict[TopicPartition, int], size: int) -> Iterator[Chunk]:
        idle = 0
        while True:
            for partition, end in list(ends.items()):
                if consumer.position(partition) >= end:
                    # What was written after the range was fixed is not part of it.
                    consumer.pause(partition)
                    del ends[partition]
            if not ends:
                return
            batches = consumer.poll(timeout_ms=int(POLL_SECONDS * 1000), max_records=size)
            idle = 0 if batches else idle + 1
            if idle > IDLE_POLLS:
                raise BrokerError(
                    f"nothing comes for {IDLE_POLLS * POLL_SECONDS:.0f} s, and offsets up to {max(ends.values())} are missing"
                )
            for partition, records in batches.items():
                end = ends.get(partition, 0)
                wanted = [
                    TopicRecord(
                        record.topic,
                        record.partition,
                        record.offset,
                        record.key,
                        record.value,
                        [(name, value or b"") for name, value in record.headers],
                        record.timestamp,
                    )
                    for record in records
                    if record.offset < end
                ]
                if wanted:
                    number = partition.partition
                    yield Chunk(f"{self.topic}/{number}", wanted, {str(number): wanted[-1].offset + 1}, lane=number)
