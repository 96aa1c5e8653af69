"""Reads topics from outside any group, for people and tools: nobody's offsets move."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from streams.errors import BrokerError
from streams.feed.produce import Position
from streams.outside_consumer import outside_consumer
from streams.settings import Settings
from streams.topics import Topic
from streams.wire.cloudevents import Headers

__all__ = ["StoredRecord", "consume"]

POLL_SECONDS = 0.2


@dataclass(frozen=True)
class StoredRecord:
    """One record of a topic.

    Parameters
    ----------
    timestamp
        Milliseconds since the epoch.
    """

    topic: Topic
    position: Position
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: int


def consume(
    topics: list[Topic], settings: Settings, *, from_beginning: bool, follow: bool, since: datetime | None = None
) -> Iterator[StoredRecord | None]:
    """The records of topics.

    Parameters
    ----------
    from_beginning
        Start with what is there already, and not with what comes.
    since
        Start with what Kafka got at this instant or later; goes before `from_beginning`.
    follow
        Go on when all that is there has been read; None is given now and then while nothing comes, so that the caller can stop.

    Raises
    ------
    BrokerError
        When the broker cannot be reached or has no such topic.
    """
    try:
        consumer = outside_consumer(settings, "streams-consume")
        try:
            names = {topic.name_in(settings): topic for topic in topics}
            partitions = [TopicPartition(name, p) for name in names for p in _partitions(consumer, name, settings)]
            consumer.assign(partitions)
            ends = consumer.end_offsets(partitions)
            if since is not None:
                found = consumer.offsets_for_times(dict.fromkeys(partitions, int(since.timestamp() * 1000)))
                for partition in partitions:
                    consumer.seek(partition, found[partition].offset if found[partition] else ends[partition])
            elif from_beginning:
                consumer.seek_to_beginning(*partitions)
            else:
                for partition in partitions:
                    consumer.seek(partition, ends[partition])
            while True:
                if not follow and all(consumer.position(p) >= ends[p] for p in partitions):
                    return
                batch = consumer.poll(timeout_ms=int(POLL_SECONDS * 1000))
                if not batch:
                    yield None
                for records in batch.values():
                    for record in records:
                        yield StoredRecord(
                            names[record.topic],
                            Position(record.topic, record.partition, record.offset),
                            record.key,
                            record.value,
                            [(name, value or b"") for name, value in record.headers],
                            record.timestamp,
                        )
        finally:
            # It reports the requests that its end cancels as errors.
            logging.getLogger("kafka").setLevel(logging.CRITICAL)
            consumer.close()
    except KafkaError as error:
        raise BrokerError(f"cannot be read: {type(error).__name__}: {error}", where=settings.bootstrap_servers) from error


def _partitions(consumer: KafkaConsumer, topic: str, settings: Settings) -> set[int]:
    deadline = time.monotonic() + settings.connect_timeout
    while not (partitions := consumer.partitions_for_topic(topic)):
        if time.monotonic() > deadline:
            raise BrokerError("no such topic", where=topic, hint="`streams topics list` shows those that exist")
        time.sleep(POLL_SECONDS)
    return set(partitions)
