"""For services that act on events: each event once, as a typed record, with offsets committed after it was handled.

The pipeline promises each event at least once, and a repeat carries the same id. This module makes that once:

>>> with EventConsumer(settings, group="alerts", events=[FundingGap, WeaponsPledge]) as deliveries:
...     for delivery in deliveries:
...         act_on(delivery.event)

A service that keeps events in a database takes them by `batches`, and keeps with them how far it has read: see `streams.sink`.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError
from pydantic import ValidationError

from streams.connections import kafka_options
from streams.errors import BrokerError, DecodeError, RegistryUnreachableError
from streams.pauses import pauses
from streams.records import Event
from streams.settings import Settings
from streams.topics import TOPICS, Topic
from streams.wire.avro import RecordDecoder, rejection
from streams.wire.contract import schema_text
from streams.wire.registry import SchemaRegistry

__all__ = ["Batch", "Delivery", "EventConsumer", "Place"]

log = logging.getLogger(__name__)

AnyEvent = TypeVar("AnyEvent", bound=Event)

POLL_MILLISECONDS = 500
"""How soon a call of `stop` is noticed."""

SESSION_MILLISECONDS = 15_000
"""When the partitions of a killed member go to the others; hearts beat in a thread of their own, however long an event takes."""

ID_HEADER = "ce_id"

Place = tuple[str, int]
"""Topic, as it is called in Kafka, and partition."""


@dataclass(frozen=True)
class Delivery(Generic[AnyEvent]):
    """One event, and where it lies in Kafka.

    Parameters
    ----------
    headers
        CloudEvents attributes and trace context.
    timestamp
        When Kafka got it, milliseconds since the epoch.
    """

    event: AnyEvent
    topic: str
    partition: int
    offset: int
    headers: list[tuple[str, bytes]]
    timestamp: int


@dataclass(frozen=True)
class Batch(Generic[AnyEvent]):
    """Events that came together.

    Parameters
    ----------
    next_offsets
        Where to go on in each partition once all of them are handled.
    """

    deliveries: list[Delivery[AnyEvent]]
    next_offsets: dict[Place, int]


class EventConsumer(Generic[AnyEvent]):
    """A member of a consumer group that hands each event to its service once.

    An event counts as handled when the loop asks for the next one. If the loop ends by an error, the event is given again, here or after
    the next start. What was handled is committed after every `batch` events, before every rebalance, and at the end. Only a service that is
    killed between handling an event and the commit sees events again: at most `batch` of each. With `batch=1` it is the last one only.

    Repeats are told by their ids. Those of the last `remembered` records of each partition are kept, and read anew from the topic itself
    when a partition is taken over, so that neither a restart nor a rebalance makes an event come twice. A repeat of an event has its key,
    and lies in its partition.

    Parameters
    ----------
    settings
        Where Kafka and the registry are.
    group
        Consumer group of the service; its members share the partitions.
    events
        Types of events that are wanted, for example `[FundingGap]`.
    remembered
        Records of each partition among which a repeat is recognised; about 150 bytes of memory each.
    batch
        Events handled at most between two commits.
    idle_timeout
        Seconds without an event, while it has partitions, after which the loop ends; never where None.
    positions
        Where the service itself has kept how far it is in some partitions. What was committed to Kafka is then for monitors only.
    """

    def __init__(  # noqa: PLR0913 - each is named at the call
        self,
        settings: Settings,
        *,
        group: str,
        events: Sequence[type[AnyEvent]],
        remembered: int = 10_000,
        batch: int = 100,
        idle_timeout: float | None = None,
        positions: Callable[[Collection[Place]], Mapping[Place, int]] | None = None,
    ) -> None:
        self.duplicates = 0
        """Repeats that were recognised and not handed over."""
        self.unreadable = 0
        """Records that were no event of their topic's schema; told in the log and passed over."""
        self._remembered = remembered
        self._idle_timeout = idle_timeout
        self._positions = positions or self._committed
        self._topics = {topic.name_in(settings): topic for topic in TOPICS.values() if topic.record in events}
        self._registry = SchemaRegistry(settings)
        self._decoders = {topic: RecordDecoder(schema_text(topic), self._registry.schema) for topic in self._topics.values()}
        self._partitions: dict[TopicPartition, _Partition] = {}
        self._pending: deque[Any] = deque()
        self._stopped = threading.Event()
        self._assignment = _Assignment()
        self._where = settings.bootstrap_servers
        try:
            self._consumer = KafkaConsumer(
                **kafka_options(settings),
                client_id="streams-consumer",
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                max_poll_records=batch,
                session_timeout_ms=SESSION_MILLISECONDS,
            )
        except KafkaError as error:
            raise BrokerError(f"cannot be reached: {type(error).__name__}: {error}", where=self._where) from error
        for name in self._topics:
            # A member that joins before it knows the topics is given nothing, and the group balances again a minute later.
            self._consumer.partitions_for_topic(name)
        self._consumer.subscribe(list(self._topics), listener=self._assignment)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def __iter__(self) -> Iterator[Delivery[AnyEvent]]:
        """The events, as they come, until `stop` is called or none came for `idle_timeout`.

        Raises
        ------
        BrokerError
            When the broker refuses; while it is only away, the loop waits.
        """
        for _ in self._rounds():
            while self._pending and not self._stopped.is_set():
                record = self._pending[0]
                partition = self._partitions[TopicPartition(record.topic, record.partition)]
                event_id = _id(record)
                if record.offset >= partition.deliver_from:
                    if event_id in partition.seen:
                        self.duplicates += 1
                    elif (delivery := self._open(record)) is not None:
                        yield delivery
                # Only here, when the loop has asked for the next one, is it handled.
                self._pending.popleft()
                partition.handled(record.offset, event_id)

    def batches(self) -> Iterator[Batch[AnyEvent]]:
        """The events in batches, each handled when the loop asks for the next one; for services that know repeats by their ids themselves.

        Raises
        ------
        BrokerError
            When the broker refuses; while it is only away, the loop waits.
        """
        for _ in self._rounds():
            deliveries = [delivery for record in self._pending if (delivery := self._open(record)) is not None]
            yield Batch(deliveries, {(record.topic, record.partition): record.offset + 1 for record in self._pending})
            while self._pending:
                record = self._pending.popleft()
                self._partitions[TopicPartition(record.topic, record.partition)].handled(record.offset, _id(record))

    def look_again(self) -> None:
        """Drop what is not handled, and ask anew how far each partition is: somebody else has gone on, or it is not known what was kept."""
        self._pending.clear()
        self._partitions.clear()
        self._assignment.changed.set()

    def stop(self) -> None:
        """End the loop after the event that it is at; may be called from a signal handler or another thread."""
        self._stopped.set()

    def close(self) -> None:
        """Commit what was handled, leave the group, close the connections."""
        self._commit()
        self._consumer.close(autocommit=False)
        self._registry.close()

    @property
    def remembered_ids(self) -> int:
        """Ids kept at this moment, over all partitions."""
        return sum(len(partition.seen) for partition in self._partitions.values())

    def _rounds(self) -> Iterator[None]:
        """Once for each time that records are pending; what was handled of them is committed."""
        idle = 0.0
        while not self._stopped.is_set():
            if self._pending:
                yield
                idle = 0.0
            self._commit()
            if self._stopped.is_set() or (self._idle_timeout is not None and idle >= self._idle_timeout):
                return
            self._poll()
            if self._partitions and not self._pending:
                idle += POLL_MILLISECONDS / 1000

    def _poll(self) -> None:
        try:
            polled = self._consumer.poll(timeout_ms=POLL_MILLISECONDS)
        except KafkaError as error:
            self._refuse_unless_away(error)
            self._stopped.wait(next(pauses()))
            return
        if self._assignment.changed.is_set() or polled.keys() - self._partitions.keys():
            self._assignment.changed.clear()
            new = self._take_over()
            polled = {place: records for place, records in polled.items() if place not in new}
        for records in polled.values():
            self._pending.extend(records)

    def _take_over(self) -> set[TopicPartition]:
        """Go back, in partitions that are new to this member, far enough to know the ids of what others handled before."""
        for pause in pauses():
            try:
                return self._seek_back()
            except KafkaError as error:
                # What was polled already must not be passed over: nothing else is done before this has succeeded.
                self._refuse_unless_away(error)
                if self._stopped.wait(pause):
                    break
        return set(self._consumer.assignment())

    def _seek_back(self) -> set[TopicPartition]:
        assigned = set(self._consumer.assignment())
        beginnings = self._consumer.beginning_offsets(list(assigned)) if assigned else {}
        ends = self._consumer.end_offsets(list(assigned)) if assigned else {}
        positions = self._positions([(place.topic, place.partition) for place in assigned])
        new: set[TopicPartition] = set()
        for place in assigned:
            start = max(beginnings[place], positions.get((place.topic, place.partition), 0))
            if start > ends[place]:
                log.warning("%s[%d] ends at %d, before %d: the topic was made anew", place.topic, place.partition, ends[place], start)
                start = beginnings[place]
            known = self._partitions.get(place)
            if known is None or known.next_offset != start:
                self._consumer.seek(place, max(beginnings[place], start - self._remembered))
                self._partitions[place] = _Partition(start, self._remembered, known.seen if known else OrderedDict())
                new.add(place)
        for place in self._partitions.keys() - assigned:
            del self._partitions[place]
        return new

    def _committed(self, places: Collection[Place]) -> dict[Place, int]:
        return {place: self._consumer.committed(TopicPartition(*place)) or 0 for place in places}

    def _refuse_unless_away(self, error: KafkaError) -> None:
        if not error.retriable:
            raise BrokerError(f"cannot be read: {type(error).__name__}: {error}", where=self._where) from error
        log.warning("the broker does not answer: %s: %s", type(error).__name__, error)

    def _open(self, record: Any) -> Delivery[AnyEvent] | None:
        topic = self._topics[record.topic]
        assert topic.record is not None
        try:
            event = topic.record.model_validate(self._decode(topic, record.value or b""))
        except (DecodeError, ValidationError) as error:
            what = rejection(error) if isinstance(error, ValidationError) else error
            log.warning("%s[%d] offset %d: passed over, %s", record.topic, record.partition, record.offset, what)
            self.unreadable += 1
            return None
        headers = [(name, value or b"") for name, value in record.headers]
        return Delivery(event, record.topic, record.partition, record.offset, headers, record.timestamp)  # type: ignore[arg-type]

    def _decode(self, topic: Topic, value: bytes) -> dict[str, object]:
        for pause in pauses():
            try:
                return self._decoders[topic].decode(value)
            except RegistryUnreachableError as error:
                log.warning("%s; trying again in %.1f s", error, pause)
                if self._stopped.wait(pause):
                    raise
        raise AssertionError("unreachable")

    def _commit(self) -> None:
        offsets = {
            place: OffsetAndMetadata(partition.next_offset, "", -1)
            for place, partition in self._partitions.items()
            if partition.next_offset > partition.committed
        }
        if not offsets:
            return
        try:
            self._consumer.commit(offsets, timeout_ms=30_000)
        except KafkaError as error:
            # The next commit covers it; whoever takes a partition over before that gives these events again.
            log.warning("offsets are not committed: %s: %s", type(error).__name__, error)
            return
        for place, committed in offsets.items():
            self._partitions[place].committed = committed.offset


class _Partition:
    """What one member knows of a partition: where to deliver from, how far it has come, and the ids handled last."""

    def __init__(self, start: int, remembered: int, seen: OrderedDict[str, None]) -> None:
        self.deliver_from = start
        self.next_offset = start
        self.committed = start
        self.seen = seen
        self._remembered = remembered

    def handled(self, offset: int, event_id: str) -> None:
        self.next_offset = max(self.next_offset, offset + 1)
        self.seen[event_id] = None
        self.seen.move_to_end(event_id)
        if len(self.seen) > self._remembered:
            self.seen.popitem(last=False)


class _Assignment(ConsumerRebalanceListener):  # type: ignore[misc]
    """Notes that partitions came or went; it is called in the client's own thread, which must not wait."""

    def __init__(self) -> None:
        self.changed = threading.Event()

    def on_partitions_assigned(self, assigned: object) -> None:
        del assigned
        self.changed.set()

    def on_partitions_revoked(self, revoked: object) -> None:
        del revoked
        self.changed.set()


def _id(record: Any) -> str:
    """The event's id, read off the header without decoding the value; where a record has none, its place tells it from all others."""
    for name, value in record.headers:
        if name == ID_HEADER and value:
            return str(value, "utf-8", "replace")
    return f"{record.topic}[{record.partition}]{record.offset}"
