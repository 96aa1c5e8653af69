"""The `.avsc` files are the contract: each is complete, documented, can evolve, and says the same as the Python records."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Union, get_args, get_origin

import avro.schema
import pytest

from streams.records import Record
from streams.resources import SCHEMAS
from streams.topics import TOPICS, Topic
from streams.wire.contract import schema_text

WITH_SCHEMA = [topic for topic in TOPICS.values() if topic.record is not None]


def schema_of(topic: Topic) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(schema_text(topic))
    return parsed


def definitions(node: Any) -> Iterator[dict[str, Any]]:
    """Every record and enum that a schema defines."""
    if isinstance(node, list):
        for item in node:
            yield from definitions(item)
    elif isinstance(node, dict):
        if node.get("type") in ("record", "enum"):
            yield node
        for value in node.values():
            yield from definitions(value)


@pytest.mark.parametrize("topic", WITH_SCHEMA, ids=lambda topic: topic.name)
def test_each_file_is_a_whole_schema(topic: Topic) -> None:
    assert topic.record is not None
    parsed = avro.schema.parse(schema_text(topic))
    assert isinstance(parsed, avro.schema.RecordSchema)
    assert parsed.fullname == f"news.eventstreams.{topic.record.__name__}"


def test_every_schema_file_belongs_to_a_topic() -> None:
    assert {path.name for path in SCHEMAS.glob("*.avsc")} == {topic.schema_file for topic in WITH_SCHEMA}


@pytest.mark.parametrize("topic", WITH_SCHEMA, ids=lambda topic: topic.name)
def test_everything_is_documented_and_can_evolve(topic: Topic) -> None:
    for definition in definitions(schema_of(topic)):
        assert definition.get("doc"), definition["name"]
        if definition["type"] == "enum":
            assert definition["default"] == "UNKNOWN"
            assert "UNKNOWN" in definition["symbols"]
            continue
        for field in definition["fields"]:
            assert field.get("doc"), f"{definition['name']}.{field['name']}"
            if isinstance(field["type"], list):
                assert field["type"][0] == "null", f"{definition['name']}.{field['name']}"
                assert field["default"] is None


def test_parts_are_the_same_in_all_schemas() -> None:
    known: dict[str, dict[str, Any]] = {}
    for topic in WITH_SCHEMA:
        for definition in definitions(schema_of(topic)):
            resolved = with_names_only(definition)
            assert known.setdefault(definition["name"], resolved) == resolved, definition["name"]


def with_names_only(definition: dict[str, Any]) -> dict[str, Any]:
    """A definition in which other definitions stand by their names."""

    def name(node: Any) -> Any:
        if isinstance(node, list):
            return [name(item) for item in node]
        if isinstance(node, dict):
            if node.get("type") in ("record", "enum"):
                return node["name"]
            return {key: name(value) for key, value in node.items()}
        return node

    return {key: name(value) if key == "fields" else value for key, value in definition.items()}


@pytest.mark.parametrize("topic", WITH_SCHEMA, ids=lambda topic: topic.name)
def test_records_say_the_same_as_schemas(topic: Topic) -> None:
    assert topic.record is not None
    schema = schema_of(topic)
    named = {definition["name"]: definition for definition in definitions(schema)}
    compare(topic.record, schema, named, seen=set())


PRIMITIVES = {str: "string", int: "int", float: "double", bool: "boolean"}


def compare(record: type[Record], schema: dict[str, Any], named: dict[str, dict[str, Any]], seen: set[str]) -> None:
    if schema["name"] in seen:
        return
    seen.add(schema["name"])
    assert schema["name"] == record.__name__
    fields = {field["name"]: field["type"] for field in schema["fields"]}
    assert record.model_fields.keys() == fields.keys()
    for name, field in record.model_fields.items():
        where = f"{record.__name__}.{name}"
        if where == "Article.id":
            # Absent ids are given while an article is read.
            continue
        compare_type(field.annotation, fields[name], named, seen, where)


def compare_type(annotation: Any, schema: Any, named: dict[str, dict[str, Any]], seen: set[str], where: str) -> None:
    arguments = get_args(annotation)
    if get_origin(annotation) in (Union, types.UnionType) and type(None) in arguments:
        assert isinstance(schema, list), where
        assert schema[0] == "null", where
        inner = next(argument for argument in arguments if argument is not type(None))
        compare_type(inner, schema[1], named, seen, where)
        return
    if get_origin(annotation) is not None and hasattr(annotation, "__metadata__"):
        compare_type(arguments[0], schema, named, seen, where)
        return
    if isinstance(schema, str) and schema in named:
        schema = named[schema]
    if get_origin(annotation) is list:
        assert schema["type"] == "array", where
        compare_type(arguments[0], schema["items"], named, seen, where)
    elif get_origin(annotation) is dict:
        assert schema["type"] == "map", where
    elif isinstance(annotation, type) and issubclass(annotation, StrEnum):
        assert [member.value for member in annotation] == schema["symbols"], where
    elif isinstance(annotation, type) and issubclass(annotation, Record):
        compare(annotation, schema, named, seen)
    elif annotation is datetime:
        assert schema["logicalType"] == "timestamp-millis", where
    elif annotation is date:
        assert schema["logicalType"] == "date", where
    elif annotation is Decimal:
        assert (schema["logicalType"], schema["scale"]) == ("decimal", 2), where
    else:
        assert schema == PRIMITIVES[annotation], where
