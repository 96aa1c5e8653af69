"""Creates the topics and looks at them, with kafka-python."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError, TopicAlreadyExistsError

from streams.connections import kafka_options
from streams.errors import BrokerError
from streams.settings import Settings
from streams.topics import DEAD_LETTER_HEADROOM, DEAD_LETTERS, TOPICS, Topic

__all__ = ["create_topics", "describe_topics"]


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
        missing = {t.name_in(settings): _options(t, settings) for t in TOPICS.values() if t.name_in(settings) not in existing}
        if missing:
            try:
                client.create_topics(missing, wait_for_metadata=True)
            except TopicAlreadyExistsError:
                # Another worker that started at the same moment was faster.
                client.wait_for_topics(list(missing))
        return list(missing)


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


def _options(topic: Topic, settings: Settings) -> dict[str, Any]:
    configs = {
        "max.message.bytes": str(settings.max_record_bytes),
        # One replica may fail without stopping producers, where there is more than one.
        "min.insync.replicas": str(max(1, settings.replication_factor - 1)),
    }
    if topic is DEAD_LETTERS:
        configs["max.message.bytes"] = str(settings.max_record_bytes + DEAD_LETTER_HEADROOM)
        configs["retention.ms"] = str(30 * 24 * 60 * 60 * 1000)
    return {"num_partitions": settings.partitions, "replication_factor": settings.replication_factor, "configs": configs}
