"""What others have in use keeps working: every released schema against this version, both ways, with real records."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from typing import Any

import avro.compatibility
import avro.schema
import fastavro
import pytest

from streams.extraction.pipeline import Extractor
from streams.records import Article, Record
from streams.topics import ARTICLES, ENRICHED, TOPICS, WEAPONS_PLEDGES, Topic, events_topic
from streams.wire.avro import Encoder, RecordDecoder, Schema
from streams.wire.compatibility import changes
from streams.wire.contract import RELEASED, compare_with_releases, released_versions, schema_text

WITH_SCHEMA = [topic for topic in TOPICS.values() if topic.schema_file]
PAIRS = [
    (version, topic) for version in released_versions() for topic in WITH_SCHEMA if (RELEASED / version / str(topic.schema_file)).exists()
]

OURS = schema_text(WEAPONS_PLEDGES)


@pytest.fixture(scope="session")
def samples(extractor: Extractor, seed: Article) -> dict[str, list[Record]]:
    """Records of every topic, made from the seed."""
    extraction = extractor.extract(seed)
    found: dict[str, list[Record]] = {ARTICLES.name: [seed], ENRICHED.name: [extraction.enriched]}
    for event in extraction.events:
        found.setdefault(events_topic(event).name, []).append(event)
    return found


def test_this_version_breaks_nobody() -> None:
    comparisons = list(compare_with_releases())
    assert len(comparisons) == len(PAIRS) > 0
    assert [f"{c.topic.name} {c.version}: {change}" for c in comparisons for change in c.changes if change.breaks] == []


def test_what_was_released_is_never_changed() -> None:
    sums = dict(line.split()[::-1] for line in (RELEASED / "SHA256SUMS").read_text().splitlines())
    found = {str(path.relative_to(RELEASED)): hashlib.sha256(path.read_bytes()).hexdigest() for path in RELEASED.rglob("*.avsc")}
    assert found == sums


def resolve_avro(writer: str, reader: str, value: bytes) -> dict[str, Any]:
    return dict(RecordDecoder(reader, lambda _: writer).decode(value))


def resolve_fastavro(writer: str, reader: str, value: bytes) -> dict[str, Any]:
    schemas = fastavro.parse_schema(json.loads(writer)), fastavro.parse_schema(json.loads(reader))
    found = fastavro.schemaless_reader(io.BytesIO(value[5:]), *schemas)
    assert isinstance(found, dict)
    return found


def without(record: dict[str, Any], fields: set[str]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name in fields}


@pytest.mark.parametrize("resolve", [resolve_avro, resolve_fastavro])
@pytest.mark.parametrize(("version", "topic"), PAIRS, ids=lambda value: value if isinstance(value, str) else value.name)
def test_old_and_new_read_each_other(
    samples: dict[str, list[Record]], version: str, topic: Topic, resolve: Callable[[str, str, bytes], dict[str, Any]]
) -> None:
    old, new = (RELEASED / version / str(topic.schema_file)).read_text(), schema_text(topic)
    common = {field["name"] for field in json.loads(old)["fields"]}
    for record in samples[topic.name]:
        written = Encoder(Schema(1, new)).encode(record)
        as_old = resolve(new, old, written)
        assert without(resolve(new, new, written), common) == as_old
        # What an old producer or worker wrote: the same record by the old schema.
        old_value = io.BytesIO()
        fastavro.schemaless_writer(old_value, fastavro.parse_schema(json.loads(old)), as_old)
        as_new = resolve(old, new, bytes(5) + old_value.getvalue())
        assert without(as_new, common) == as_old
        assert topic.record is not None
        topic.record.model_validate(as_new)


def edited(edit: Callable[[dict[str, Any]], object]) -> str:
    schema = json.loads(OURS)
    edit(schema)
    return json.dumps(schema)


def field(schema: dict[str, Any], name: str) -> dict[str, Any]:
    return next(field for field in schema["fields"] if field["name"] == name)


def rename(schema: dict[str, Any]) -> None:
    field(schema, "value").update(name="worth", aliases=["value"])


BREAKING: dict[str, Callable[[dict[str, Any]], object]] = {
    "`id` is gone: services that still read with the old version fail on every new record": lambda s: s["fields"].pop(0),
    "`package_id` is gone: services that still read with the old version see null in every new record": lambda s: s["fields"].remove(
        field(s, "package_id")
    ),
    "`value` is called `worth` now: services that still read with the old version see null in every new record": rename,
    "`cameo` may no longer be empty: new readers fail on old records in which it is": lambda s: field(s, "cameo").update(type="string"),
    "`confidence` may now be empty: services that still read with the old version fail on new records": lambda s: field(
        s, "confidence"
    ).update(type=["null", "double"]),
    "`confidence` was double and is string: readers of either version fail": lambda s: field(s, "confidence").update(type="string"),
    "`suppliers[]` was record Actor and is string: readers of either version fail": lambda s: field(s, "suppliers").update(
        type={"type": "array", "items": "string"}
    ),
    "`value.min` had the scale 2 and has 4: readers of either version take": lambda s: field(s, "value")["type"][1]["fields"][0]["type"][
        1
    ].update(scale=4),
    "`status` no longer has REFUSED: new readers read UNKNOWN in its place": lambda s: field(s, "status")["type"]["symbols"].remove(
        "REFUSED"
    ),
    "`author` is new, without a default: new readers fail on every old record": lambda s: s["fields"].append(
        {"name": "author", "type": "string"}
    ),
    "`the record` was record news.eventstreams.WeaponsPledge and is record news.eventstreams.Pledge": lambda s: s.update(name="Pledge"),
}


@pytest.mark.parametrize("words", BREAKING)
def test_what_would_break_somebody_is_said_in_words(words: str) -> None:
    breaking = [str(change) for change in changes(OURS, edited(BREAKING[words])) if change.breaks]
    assert any(line.startswith(words) for line in breaking), breaking


@pytest.mark.parametrize("words", BREAKING)
def test_what_avro_itself_refuses_is_never_taken(words: str) -> None:
    """The library's rules, as a net under ours: they overlook some breaks, and must find none that ours overlook."""
    schemas = avro.schema.parse(OURS), avro.schema.parse(edited(BREAKING[words]))
    checker: Any = avro.compatibility.ReaderWriterCompatibilityChecker
    results = [checker().get_compatibility(reader, writer) for reader, writer in (schemas, schemas[::-1])]
    refused = any(result.compatibility is avro.compatibility.SchemaCompatibilityType.incompatible for result in results)
    assert any(change.breaks for change in changes(OURS, edited(BREAKING[words]))) >= refused


def add_optional_field(schema: dict[str, Any]) -> None:
    schema["fields"].append({"name": "author", "type": ["null", "string"], "default": None, "doc": "Who wrote it."})


def add_symbol(schema: dict[str, Any]) -> None:
    field(schema, "status")["type"]["symbols"].append("LEASED")


@pytest.mark.parametrize("edit", [add_optional_field, add_symbol])
def test_what_the_guide_allows_breaks_nobody(edit: Callable[[dict[str, Any]], object]) -> None:
    found = changes(OURS, edited(edit))
    assert len(found) == 1
    assert not found[0].breaks


def test_documentation_and_order_are_no_changes() -> None:
    def edit(schema: dict[str, Any]) -> None:
        schema["fields"].reverse()
        # The first that uses a type defines it, in this order other fields than before.
        schema["doc"] = "Another text."

    small = {"type": "record", "name": "R", "doc": "a", "fields": [{"name": "a", "type": "int"}, {"name": "b", "type": "string"}]}
    other = json.loads(json.dumps(small))
    edit(other)
    assert changes(json.dumps(small), json.dumps(other)) == []


@pytest.mark.parametrize("resolve", [resolve_avro, resolve_fastavro])
def test_an_old_reader_sees_unknown_for_a_symbol_that_came_later(
    samples: dict[str, list[Record]], resolve: Callable[[str, str, bytes], dict[str, Any]]
) -> None:
    new = edited(add_symbol)
    record = resolve(OURS, OURS, Encoder(Schema(1, OURS)).encode(samples[WEAPONS_PLEDGES.name][0]))
    value = io.BytesIO()
    fastavro.schemaless_writer(value, fastavro.parse_schema(json.loads(new)), {**record, "status": "LEASED"})
    assert resolve(new, OURS, bytes(5) + value.getvalue())["status"] == "UNKNOWN"
