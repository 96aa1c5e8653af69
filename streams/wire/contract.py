"""The schemas of the topics: where they stand, and how they get into the registry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from streams.errors import StreamsError
from streams.resources import SCHEMAS
from streams.settings import Settings
from streams.topics import TOPICS, Topic
from streams.wire.avro import Schema
from streams.wire.compatibility import Change, changes
from streams.wire.registry import SchemaRegistry

__all__ = [
    "RELEASED",
    "Comparison",
    "compare_with_registry",
    "compare_with_releases",
    "register_schemas",
    "released_versions",
    "schema_text",
]

RELEASED = SCHEMAS / "released"
"""The schemas of every released version, `<version>/*.avsc`. What stands here others have in use: it is never changed."""


@dataclass(frozen=True)
class Comparison:
    """One topic's schema here against an earlier version of it.

    Parameters
    ----------
    version
        What it was compared with: `0.1.0`, `version 3 in the registry`.
    refused
        Whether the registry itself says that it would not take the schema; it may know a rule that we do not.
    """

    topic: Topic
    version: str
    changes: list[Change]
    refused: bool = False

    @property
    def breaks(self) -> bool:
        """Whether somebody would be broken."""
        return self.refused or any(change.breaks for change in self.changes)


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


def released_versions() -> list[str]:
    """Names of the released versions, the oldest first."""
    folders = (path.name for path in RELEASED.iterdir() if path.is_dir())
    return sorted(folders, key=lambda name: [int(part) for part in name.split(".")])


def compare_with_releases() -> Iterator[Comparison]:
    """Every topic's schema against every released version of it.

    Raises
    ------
    StreamsError
        When a released schema belongs to no topic any more.
    """
    for version in released_versions():
        files = {path.name: path.read_text() for path in (RELEASED / version).glob("*.avsc")}
        for topic in TOPICS.values():
            if topic.schema_file in files:
                yield Comparison(topic, version, changes(files.pop(topic.schema_file), schema_text(topic)))
        if files:
            raise StreamsError("a released record has no topic any more, and its readers no records", where=f"{version}/{min(files)}")


def compare_with_registry(registry: SchemaRegistry, settings: Settings) -> Iterator[Comparison]:
    """Every topic's schema against every version of it that a registry holds."""
    for topic in TOPICS.values():
        if topic.record is None:
            continue
        subject, text = topic.subject_in(settings), schema_text(topic)
        versions = registry.versions(subject)
        refused = bool(versions) and not registry.is_compatible(subject, text)
        for number in versions:
            last = number == versions[-1]
            found = changes(registry.version(subject, number), text)
            yield Comparison(topic, f"version {number} in the registry", found, refused=refused and last)


def _register(registry: SchemaRegistry, topic: Topic, settings: Settings) -> Schema:
    text = schema_text(topic)
    return Schema(registry.register(topic.subject_in(settings), text), text)
