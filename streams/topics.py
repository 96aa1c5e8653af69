"""The topics: their names, what they carry, and how they are created."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError, TopicAlreadyExistsError

from streams.errors import BrokerError
from streams.records import Article, EnrichedArticle, Event, FundingGap, Record, TalksRound, WeaponsPledge
from streams.settings import Settings

__all__ = ["ARTICLES", "DEAD_LETTERS", "ENRICHED", "TOPICS", "Topic", "create_topics", "describe_topics", "events_topic"]


@dataclass(frozen=True)
class Topic:
    """One topic of the contract.

    Parameters
    ----------
    name
        Name without the prefix that the settings may put before it.
    record
        What its values are; None where they are bytes of any kind.
    schema_file
        The record's schema under `schemas/`.
    """

    name: str
    record: type[Record] | None = None
    schema_file: str | None = None

    def name_in(self, settings: Settings) -> str:
        """Its name in Kafka, with the prefix of the settings."""
        return settings.topic_prefix + self.name

    def subject_in(self, settings: Settings) -> str:
        """Subject of its values in the registry, by the topic-name strategy that Confluent's clients take by default."""
        return f"{self.name_in(settings)}-value"


ARTICLES = Topic("articles", Article, "article.avsc")
ENRICHED = Topic("articles.enriched", EnrichedArticle, "enriched-article.avsc")
FUNDING_GAPS = Topic("events.funding-gap", FundingGap, "funding-gap.avsc")
WEAPONS_PLEDGES = Topic("events.weapons-pledge", WeaponsPledge, "weapons-pledge.avsc")
TALKS_ROUNDS = Topic("events.talks-round", TalksRound, "talks-round.avsc")
DEAD_LETTERS = Topic("articles.dead-letter")

TOPICS = {topic.name: topic for topic in (ARTICLES, ENRICHED, FUNDING_GAPS, WEAPONS_PLEDGES, TALKS_ROUNDS, DEAD_LETTERS)}

DEAD_LETTER_HEADROOM = 64 * 1024
"""Bytes that a dead letter may be larger than its article, for its headers."""


def events_topic(event: Event) -> Topic:
    """The topic that an event goes to."""
    return TOPICS[f"events.{event.event_type.label}"]


@contextmanager
def admin_client(settings: Settings) -> Iterator[KafkaAdminClient]:
    """kafka-python's administration client, closed at the end; its errors become `BrokerError`."""
    try:
        client = KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers.split(","), client_id="streams-topics")
        try:
            yield client
        finally:
            client.close()
    except KafkaError as error:
        raise BrokerError(
            f"Kafka does not answer as it should: {error}",
            where=settings.bootstrap_servers,
            hint="is it up, and STREAMS_BOOTSTRAP_SERVERS right?",
        ) from error


def create_topics(settings: Settings) -> list[str]:
    """Create the topics that are missing, and return their names; an existing topic is left as it is.

    Raises
    ------
    BrokerError
        When Kafka cannot be reached or refuses.
    """
    with admin_client(settings) as client:
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
    with admin_client(settings) as client:
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
