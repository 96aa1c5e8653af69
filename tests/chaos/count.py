"""Counts every record: what must have come out against what did."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from streams.consumer import EventConsumer
from streams.records import Event, FundingGap, TalksRound, WeaponsPledge
from streams.settings import Settings
from streams.topics import ARTICLES, DEAD_LETTERS, ENRICHED, TOPICS
from streams.wire.avro import PREFIX_LENGTH
from tests.broker.conftest import headers_of
from tests.chaos.articles import ExpectedRecord

PATIENCE = 300.0
"""Seconds that reading everything may take."""


@dataclass(frozen=True)
class Count:
    """The outcome of one run, in records.

    Parameters
    ----------
    missing
        Records that must have come out and did not, dead letters among them.
    unexpected
        Records that nothing asked for: other bytes than those that must come, or a dead letter of a good article.
    duplicates
        Records that came again, the same to the byte.
    reordered
        Articles that came out, for the first time, before one that had been read earlier from the same partition.
    handed_over
        Events that `streams.consumer` hands to a service out of all this: each once, or as many as `events`.
    """

    produced: int
    enriched: int
    events: int
    dead_letters: int
    missing: int
    unexpected: int
    duplicates: int
    reordered: int
    handed_over: int

    @property
    def nothing_lost(self) -> bool:
        return not self.missing and not self.unexpected and self.handed_over == self.events


def count(
    settings: Settings,
    positions: dict[str, tuple[int, int]],
    expected: dict[str, list[ExpectedRecord]],
    dead: dict[str, str],
) -> Count:
    """Read all that came out and compare.

    Parameters
    ----------
    positions
        By article id, partition and offset where it stands in `articles`.
    expected
        By article id, the records that must come out.
    dead
        By article id, the reason that its dead letter must give.
    """
    names = {topic.name_in(settings): topic.name for topic in TOPICS.values()}
    wanted = Counter(record for records in expected.values() for record in records)
    wanted_dead = Counter((positions[article], reason) for article, reason in dead.items())
    found: Counter[ExpectedRecord] = Counter()
    found_dead: Counter[tuple[tuple[int, int], str]] = Counter()
    order: dict[tuple[int, int], list[int]] = {}
    seen: set[bytes] = set()
    event_records = 0
    for message in _records(settings, [name for name, topic in names.items() if topic != ARTICLES.name]):
        topic = names[message.topic() or ""]
        headers = {name: value.decode() for name, value in headers_of(message).items()}
        key = message.key() or b""
        if topic == DEAD_LETTERS.name:
            found_dead[(int(headers["dlq.partition"]), int(headers["dlq.offset"])), headers["dlq.reason"]] += 1
            continue
        event_records += topic != ENRICHED.name
        found[ExpectedRecord(topic, key, headers.get("ce_id", ""), (message.value() or b"")[PREFIX_LENGTH:])] += 1
        if topic == ENRICHED.name and key not in seen and key.decode() in positions:
            seen.add(key)
            partition, offset = positions[key.decode()]
            order.setdefault((partition, message.partition() or 0), []).append(offset)
    return Count(
        produced=len(positions),
        enriched=len({record.key for record in found if record.topic == ENRICHED.name}),
        events=sum(1 for record in found if record.topic != ENRICHED.name),
        dead_letters=len(found_dead),
        missing=len(wanted.keys() - found.keys()) + len(wanted_dead.keys() - found_dead.keys()),
        unexpected=len(found.keys() - wanted.keys()) + len(found_dead.keys() - wanted_dead.keys()),
        duplicates=(found.total() - len(found)) + (found_dead.total() - len(found_dead)),
        reordered=sum(_overtaken(offsets) for offsets in order.values()),
        handed_over=_handed_over(settings, event_records),
    )


def _handed_over(settings: Settings, records: int) -> int:
    """How many events a service is given out of so many records."""
    handed_over = 0
    until = time.monotonic() + PATIENCE
    wanted: list[type[Event]] = [FundingGap, WeaponsPledge, TalksRound]
    with EventConsumer(settings, group=uuid.uuid4().hex, events=wanted, idle_timeout=1) as deliveries:
        while handed_over + deliveries.duplicates + deliveries.unreadable < records:
            assert time.monotonic() < until, f"only {handed_over} events were handed over"
            handed_over += sum(1 for _ in deliveries)
    return handed_over


def _overtaken(offsets: list[int]) -> int:
    highest, overtaken = -1, 0
    for offset in offsets:
        overtaken += offset < highest
        highest = max(highest, offset)
    return overtaken


def _records(settings: Settings, topics: list[str]) -> Iterator[Message]:
    """Everything in the topics, from the beginning to the ends as they are now."""
    consumer = Consumer(
        {
            "bootstrap.servers": settings.bootstrap_servers,
            "group.id": uuid.uuid4().hex,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    try:
        open_partitions = {(topic, p) for topic in topics for p in consumer.list_topics(topic, timeout=30).topics[topic].partitions}
        consumer.assign([TopicPartition(topic, p, 0) for topic, p in open_partitions])
        while open_partitions:
            message = consumer.poll(30)
            assert message is not None, "the broker gives no records"
            error = message.error()
            if error is None:
                yield message
            elif error.code() == KafkaError._PARTITION_EOF:
                open_partitions.discard((message.topic() or "", message.partition() or 0))
            else:
                raise AssertionError(error)
    finally:
        consumer.close()
