"""The topics: their names and what they carry."""

from __future__ import annotations

from dataclasses import dataclass

from streams.records import Article, EnrichedArticle, Event, FundingGap, Record, TalksRound, WeaponsPledge
from streams.settings import Settings

__all__ = [
    "ARTICLES",
    "DEAD_LETTERS",
    "DEAD_LETTER_HEADROOM",
    "ENRICHED",
    "EVENT_TOPICS",
    "HANDLED_LETTERS",
    "PARKED",
    "TOPICS",
    "Topic",
    "events_topic",
]


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
PARKED = Topic("articles.parked")
"""Dead letters that failed too often; a redrive creates it, and nobody reads it but people."""
HANDLED_LETTERS = Topic("articles.dead-letter.handled")
"""Which dead letters were redriven or parked; a redrive creates it."""

EVENT_TOPICS = (FUNDING_GAPS, WEAPONS_PLEDGES, TALKS_ROUNDS)

TOPICS = {topic.name: topic for topic in (ARTICLES, ENRICHED, *EVENT_TOPICS, DEAD_LETTERS)}

DEAD_LETTER_HEADROOM = 64 * 1024
"""Bytes that a dead letter may be larger than its article, for its headers."""


def events_topic(event: Event) -> Topic:
    """The topic that an event goes to."""
    return TOPICS[f"events.{event.event_type.label}"]
