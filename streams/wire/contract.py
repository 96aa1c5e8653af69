"""The schemas of the topics: where they stand, and how they get into the registry."""

from __future__ import annotations

from streams.resources import SCHEMAS
from streams.settings import Settings
from streams.topics import TOPICS, Topic
from streams.wire.avro import Schema
from streams.wire.registry import SchemaRegistry

__all__ = ["incompatible_topics", "register_schemas", "schema_text"]


def schema_text(topic: Topic) -> str:
    """The schema of the topic's values, as it stands in `schemas/`."""
    if topic.schema_file is None:
        raise ValueError(f"{topic.name} has no schema")
    return (SCHEMAS / topic.schema_file).read_text()


def register_schemas(registry: SchemaRegistry, settings: Settings) -> dict[str, Schema]:
    """Register what is not registered yet, and return by topic the schema with its id.

    Raises
    ------
    IncompatibleSchemaError
        When a schema would break readers or writers of an earlier version.
    """
    return {topic.name: _register(registry, topic, settings) for topic in TOPICS.values() if topic.record is not None}


def incompatible_topics(registry: SchemaRegistry, settings: Settings) -> list[str]:
    """The topics whose schema here the registry would refuse."""
    return [
        topic.name
        for topic in TOPICS.values()
        if topic.record is not None and not registry.is_compatible(topic.subject_in(settings), schema_text(topic))
    ]


def _register(registry: SchemaRegistry, topic: Topic, settings: Settings) -> Schema:
    text = schema_text(topic)
    return Schema(registry.register(topic.subject_in(settings), text), text)
