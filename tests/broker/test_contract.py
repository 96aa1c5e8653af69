"""Topics and schemas in the real broker and registry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from streams.administration import create_topics, describe_topics
from streams.errors import IncompatibleSchemaError, UnknownSchemaError
from streams.settings import Settings
from streams.topics import ARTICLES, TOPICS
from streams.wire.contract import compare_with_registry, register_schemas, schema_text
from streams.wire.registry import SchemaRegistry


@pytest.fixture
def registry(settings: Settings) -> Iterator[SchemaRegistry]:
    registry = SchemaRegistry(settings)
    yield registry
    registry.close()


def test_topics_are_created_once_with_the_settings_partitions(settings: Settings) -> None:
    assert create_topics(settings) == []
    described = {topic["name"]: len(topic["partitions"]) for topic in describe_topics(settings)}
    assert described == {topic.name_in(settings): 3 for topic in TOPICS.values()}


def test_several_that_start_at_once_do_not_get_in_each_others_way(settings: Settings) -> None:
    fresh = settings.model_copy(update={"topic_prefix": f"{settings.topic_prefix}fresh."})

    def prepare() -> dict[str, int]:
        create_topics(fresh)
        registry = SchemaRegistry(fresh)
        try:
            return {topic: schema.id for topic, schema in register_schemas(registry, fresh).items()}
        finally:
            registry.close()

    with ThreadPoolExecutor(6) as threads:
        results = [future.result() for future in [threads.submit(prepare) for _ in range(6)]]
    assert all(result == results[0] for result in results)


def test_subjects_follow_the_topic_names_and_are_held_to_full_transitive(settings: Settings, registry: SchemaRegistry) -> None:
    subjects = {topic.subject_in(settings) for topic in TOPICS.values() if topic.record}
    assert subjects <= set(registry.subjects())
    assert {registry.compatibility(subject) for subject in subjects} == {"FULL_TRANSITIVE"}


def test_a_registered_schema_comes_back_as_it_stands_in_the_file(settings: Settings, registry: SchemaRegistry) -> None:
    schema = register_schemas(registry, settings)[ARTICLES.name]
    assert json.loads(registry.schema(schema.id)) == json.loads(schema_text(ARTICLES))
    assert all(comparison.changes == [] and not comparison.refused for comparison in compare_with_registry(registry, settings))


def changed(**change: object) -> str:
    schema = json.loads(schema_text(ARTICLES))
    schema["fields"] = [field for field in schema["fields"] if field["name"] not in change]
    schema["fields"] += [{"name": name, **definition} for name, definition in change.items() if isinstance(definition, dict)]
    return json.dumps(schema)


@pytest.mark.parametrize(
    "schema",
    [changed(text=None), changed(author={"type": "string"}), changed(title={"type": ["null", "long"], "default": None})],
    ids=["a required field gone", "a new field without default", "another type"],
)
def test_a_schema_that_would_break_somebody_is_refused(settings: Settings, registry: SchemaRegistry, schema: str) -> None:
    subject = ARTICLES.subject_in(settings)
    assert not registry.is_compatible(subject, schema)
    with pytest.raises(IncompatibleSchemaError):
        registry.register(subject, schema)


def test_an_optional_field_more_is_taken(settings: Settings, registry: SchemaRegistry) -> None:
    subject = ARTICLES.subject_in(settings)
    schema = changed(author={"type": ["null", "string"], "default": None})
    assert registry.is_compatible(subject, schema)
    assert registry.register(subject, schema) > 0


def test_every_version_in_the_registry_is_compared(settings: Settings, registry: SchemaRegistry) -> None:
    # Somebody registered a newer version, in which articles have an author: ours would take that away from its readers.
    registry.register(ARTICLES.subject_in(settings), changed(author={"type": ["null", "string"], "default": None}))
    found = {c.version: c for c in compare_with_registry(registry, settings) if c.topic is ARTICLES}
    assert not found["version 1 in the registry"].breaks
    assert [str(change) for change in found["version 2 in the registry"].changes] == [
        "`author` is gone: services that still read with the old version see null in every new record"
    ]


def test_an_unknown_id_is_an_error_of_its_own(registry: SchemaRegistry) -> None:
    with pytest.raises(UnknownSchemaError):
        registry.schema(987_654)
