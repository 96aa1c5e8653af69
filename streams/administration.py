"""Creates the topics and looks at them, with kafka-python."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, OffsetSpec
from kafka.errors import KafkaError, TopicAlreadyExistsError

from streams.connections import kafka_options
from streams.errors import BrokerError
from streams.outside_consumer import outside_consumer
from streams.settings import Settings
from streams.topics import DEAD_LETTER_HEADROOM, DEAD_LETTERS, TOPICS, Topic

__all__ = [
    "cluster_id",
    "create_topics",
    "describe_topics",
    "ensure_topic",
    "first_offset",
    "group_position",
    "offsets_at",
    "retention",
    "topic_bounds",
    "topic_options",
]

LONGEST_LOOK = 30.0
"""Seconds in which a record that is there must come."""

Bounds = dict[int, tuple[int, int]]
"""By partition the oldest offset that is kept, and the next one to come."""


@contextmanager
def _admin_client(settings: Settings) -> Iterator[KafkaAdminClient]:
    """kafka-python's administration client, closed at the end; its errors become `BrokerError`."""
    try:
        client = KafkaAdminClient(
            **kafka_options(settings),
            client_id="streams-topics",
        )
        try:
            yield client
        finally:
            client.close()
    except KafkaError as error:
        raise BrokerError(
            f"Kafka does not answer as it should: {error}",
            where=settings.bootstrap_servers,
            hint="is it up, and STREAMS_BOOTSTRAP_SERVERS, STREAMS_SECURITY_PROTOCOL, STREAMS_SASL_… and STREAMS_CA_FILE right?",
        ) from error


def create_topics(settings: Settings) -> list[str]:
    """Create the topics that are missing, and return their names; an existing topic is left as it is.

    Raises
    ------
    BrokerError
        When Kafka cannot be reached or refuses.
    """
    with _admin_client(settings) as client:
        existing = set(client.list_topics())
        missing = {t.name_in(settings): topic_options(t, settings) for t in TOPICS.values() if t.name_in(settings) not in existing}
        if missing:
            try:
                client.create_topics(missing, wait_for_metadata=True)
            except TopicAlreadyExistsError:
                # Another worker that started at the same moment was faster.
                client.wait_for_topics(list(missing))
        return list(missing)


def cluster_id(settings: Settings) -> str:
    """The id that the Kafka cluster gave itself when it was made.

    Raises
    ------
    BrokerError
        When Kafka cannot be reached or refuses.
    """
    with _admin_client(settings) as client:
        return str(client.describe_cluster()["cluster_id"])


def describe_topics(settings: Settings) -> list[dict[str, Any]]:
    """Kafka's own description of those of our topics that exist: name, partitions, replicas.

    Raises
    ------
    BrokerError
        When Kafka cannot be reached or refuses.
    """
    with _admin_client(settings) as client:
        existing = set(client.list_topics())
        described: list[dict[str, Any]] = client.describe_topics(
            [name for t in TOPICS.values() if (name := t.name_in(settings)) in existing]
        )
        return described


def ensure_topic(settings: Settings, name: str, *, partitions: int, configs: dict[str, str]) -> bool:
    """Create a topic of any name where it is missing; returns whether it was.

    Raises
    ------
    BrokerError
        When Kafka cannot be reached or refuses.
    """
    with _admin_client(settings) as client:
        if name in client.list_topics():
            return False
        options = {"num_partitions": partitions, "replication_factor": settings.replication_factor, "configs": configs}
        try:
            client.create_topics({name: options}, wait_for_metadata=True)
        except TopicAlreadyExistsError:
            client.wait_for_topics([name])
        return True


def topic_bounds(settings: Settings, names: Iterable[str]) -> dict[str, Bounds]:
    """Where topics begin and end; one that does not exist is left out.

    Raises
    ------
    BrokerError
        When Kafka cannot be reached or refuses.
    """
    with _admin_client(settings) as client:
        existing = [name for name in names if name in client.list_topics()]
        partitions = _partitions(client, existing)
        oldest = client.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.EARLIEST)) if partitions else {}
        ends = client.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST)) if partitions else {}
        found: dict[str, Bounds] = {name: {} for name in existing}
        for tp in partitions:
            found[tp.topic][tp.partition] = (oldest[tp].offset, ends[tp].offset)
        return found


def offsets_at(settings: Settings, name: str, when: int) -> dict[int, int | None]:
    """By partition the first offset whose record is not older than a time (milliseconds since the epoch); None where all are.

    Raises
    ------
    BrokerError
        When Kafka cannot be reached or refuses.
    """
    with _admin_client(settings) as client:
        asked = client.list_partition_offsets(dict.fromkeys(_partitions(client, [name]), when))
        return {tp.partition: found.offset if found.offset >= 0 else None for tp, found in asked.items()}


def group_position(settings: Settings, name: str, partition: int) -> int:
    """The offset of a partition that the workers' group reads next; 0 where it has committed none.

    Raises
    ------
    BrokerError
        When Kafka cannot be reached or refuses.
    """
    with _admin_client(settings) as client:
        committed = client.list_group_offsets(settings.group)[settings.group].get(TopicPartition(name, partition))
        return max(0, committed.offset) if committed else 0


def first_offset(settings: Settings, name: str, partition: int, start: int) -> int:
    """The offset of the first record of a partition at or after `start`; offsets that hold none are left by transactions and deletions.

    Raises
    ------
    BrokerError
        When Kafka cannot be reached or refuses, or has no such record.
    """
    try:
        consumer = outside_consumer(settings, "streams-administration", max_poll_records=1)
        try:
            tp = TopicPartition(name, partition)
            consumer.assign([tp])
            consumer.seek(tp, start)
            deadline = time.monotonic() + LONGEST_LOOK
            while time.monotonic() < deadline:
                if records := consumer.poll(timeout_ms=1000).get(tp):
                    return int(records[0].offset)
        finally:
            consumer.close()
    except KafkaError as error:
        raise BrokerError(f"Kafka does not answer as it should: {error}", where=settings.bootstrap_servers) from error
    raise BrokerError(f"no record at or after offset {start}", where=f"{name}[{partition}]")


def retention(settings: Settings, name: str) -> int | None:
    """Milliseconds after which a topic's records are deleted by their timestamp; None where they are not.

    Raises
    ------
    BrokerError
        When Kafka cannot be reached or refuses.
    """
    with _admin_client(settings) as client:
        asked = ConfigResource(ConfigResourceType.TOPIC, name, configs=["retention.ms", "cleanup.policy"])
        found = client.describe_configs([asked], config_filter="all")["topic"][name]
        values = {key: str(entry["value"]) for key, entry in found.items()}
        milliseconds = int(values["retention.ms"])
        return milliseconds if milliseconds >= 0 and "delete" in values["cleanup.policy"] else None


def _partitions(client: KafkaAdminClient, names: list[str]) -> list[TopicPartition]:
    described = client.describe_topics(names) if names else []
    return [TopicPartition(topic["name"], partition["partition_index"]) for topic in described for partition in topic["partitions"]]


def topic_options(topic: Topic, settings: Settings) -> dict[str, Any]:
    """What a topic is created with, in the words of Kafka."""
    configs = {
        "max.message.bytes": str(settings.max_record_bytes),
        # One replica may fail without stopping producers, where there is more than one.
        "min.insync.replicas": str(max(1, settings.replication_factor - 1)),
    }
    if topic is DEAD_LETTERS:
        configs["max.message.bytes"] = str(settings.max_record_bytes + DEAD_LETTER_HEADROOM)
        configs["retention.ms"] = str(30 * 24 * 60 * 60 * 1000)
    return {"num_partitions": settings.partitions, "replication_factor": settings.replication_factor, "configs": configs}
