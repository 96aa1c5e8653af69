"""Our encoder against the avro package's, on every schema and on values that do not fit."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import avro.errors
import avro.io
import avro.schema
import pytest

from streams.extraction.pipeline import Extractor
from streams.settings import Settings
from streams.topics import ENRICHED, Topic, events_topic
from streams.wire.contract import schema_text
from streams.wire.writing import writer_of
from tests.unit.corpus import corpus

SCHEMA = """{"type": "record", "name": "r", "fields": [
  {"name": "s", "type": "string"}, {"name": "i", "type": "int", "default": 7}, {"name": "l", "type": ["null", "long"], "default": null},
  {"name": "d", "type": "double", "default": 0}, {"name": "b", "type": "boolean", "default": false},
  {"name": "e", "type": {"type": "enum", "name": "e", "symbols": ["A", "B"]}, "default": "A"},
  {"name": "a", "type": {"type": "array", "items": "string"}, "default": []},
  {"name": "m", "type": {"type": "map", "values": "string"}, "default": {}},
  {"name": "u", "type": ["string", "int"], "default": ""}, {"name": "x", "type": "bytes", "default": ""},
  {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}], "default": null}]}"""


@cache
def schema_of(topic: Topic) -> avro.schema.Schema:
    return avro.schema.parse(schema_text(topic))


def theirs(schema: avro.schema.Schema, value: object) -> bytes:
    buffer = io.BytesIO()
    avro.io.DatumWriter(schema).write(value, avro.io.BinaryEncoder(buffer))
    return buffer.getvalue()


def ours(schema: avro.schema.Schema, value: object) -> bytes:
    out = bytearray()
    writer_of(schema)(value, out)
    return bytes(out)


def test_records_have_the_bytes_that_the_avro_package_gives_them() -> None:
    extractor = Extractor(Settings().model)
    for entry in list(corpus())[::4]:
        extraction = extractor.extract(entry.article)
        for topic, record in [(ENRICHED, extraction.enriched), *((events_topic(event), event) for event in extraction.events)]:
            schema = schema_of(topic)
            assert ours(schema, record.to_avro()) == theirs(schema, record.to_avro())


@pytest.mark.parametrize("number", [0, -1, 1, 63, 64, -64, -65, 2**31 - 1, -(2**31), 2**31, 2**63 - 1, -(2**63)])
def test_numbers(number: int) -> None:
    schema = avro.schema.parse(SCHEMA)
    value = {"s": "é\U0001f600", "l": number, "i": 7, "d": 1.5, "b": True, "e": "B", "a": ["x"] * 70, "m": {"k": "v"}, "u": 3, "x": b"\0"}
    assert ours(schema, {**value, "day": None}) == theirs(schema, {**value, "day": None})


MISFITS: dict[str, list[object]] = {
    "s": [None, 7, b"x", ["x"]],
    "i": [2**31, "7", 1.5],
    "l": [2**63, "x"],
    "e": ["C", None, 1],
    "a": ["x", [1], None],
    "m": [[], {"k": 1}, {1: "k"}],
    "b": [1, None],
    "d": ["1", None],
    "u": [1.5],
    "x": ["text"],
    "day": ["Monday"],
    "unknown": [1],
}


@pytest.mark.parametrize("change", [{name: wrong} for name, values in MISFITS.items() for wrong in values])
def test_what_does_not_fit_is_refused_as_by_the_avro_package(change: dict[str, Any]) -> None:
    schema = avro.schema.parse(SCHEMA)
    value = {"s": "", "i": 7, "l": None, "d": 0.0, "b": False, "e": "A", "a": [], "m": {}, "u": "", "x": b"", "day": None, **change}
    for encode in (theirs, ours):
        with pytest.raises((avro.errors.AvroException, ValueError)):
            encode(schema, value)
