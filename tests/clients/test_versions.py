"""Services in other languages read every version of the records as Python does, whoever wrote them."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import fastavro
import pytest

from streams.extraction.pipeline import Extractor
from streams.records import Article
from streams.settings import Settings
from streams.topics import ARTICLES, ENRICHED, TOPICS, WEAPONS_PLEDGES, Topic, events_topic
from streams.wire.avro import Encoder, Schema
from streams.wire.contract import RELEASED, released_versions, schema_text
from tests.clients.conftest import RUN_TIMEOUT, Client, built

PROGRAMS = Path(__file__).parent / "resolve"
RESOLVERS = {
    Client("go", ("go",)): f"go run {PROGRAMS / 'resolve.go'}",
    Client("java", ("java", "mvn")): f"java -cp 'target/lib/*' {PROGRAMS / 'Resolve.java'}",
    Client("typescript", ("node", "npm")): f"node {PROGRAMS / 'resolve.mjs'}",
}
"""By client, what reads with the Avro library of that client."""

THIS, LATER = "this version", "a later version"
VERSIONS = [*released_versions(), THIS, LATER]
PAIRS = list(permutations(VERSIONS, 2))
"""Who wrote, who reads."""

BREAKS: dict[str, dict[str, Any]] = {"confidence": {"type": "string"}, "id": {"name": "identity"}, "system": {"type": "string"}}
"""What is no longer the same in a field."""

WITH_SCHEMA = [topic for topic in TOPICS.values() if topic.schema_file]

OF_A_LATER_VERSION = "SYMBOL_OF_A_LATER_VERSION"

Record = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A value, its writer's schema and the schema of whoever reads it."""

    writer: str
    reader: str
    value: bytes

    @property
    def in_python(self) -> Record:
        return read(self.value, self.writer, self.reader)


def schema_in(version: str, topic: Topic) -> str | None:
    """The schema of a topic's values in a version; None where it had none yet."""
    if version == THIS:
        return schema_text(topic)
    if version == LATER:
        return later(schema_text(topic))
    path = RELEASED / version / str(topic.schema_file)
    return path.read_text() if path.exists() else None


def later(text: str) -> str:
    """A schema after all that the guide allows: an optional field more in every record, a symbol more in every enum."""

    def grow(node: Any) -> None:
        if isinstance(node, list):
            for inner in node:
                grow(inner)
        elif isinstance(node, dict):
            for inner in list(node.values()):
                grow(inner)
            if node.get("type") == "record":
                node["fields"].insert(1, {"name": "added", "type": ["null", "string"], "default": None})
            elif node.get("type") == "enum":
                node["symbols"].insert(-1, OF_A_LATER_VERSION)

    schema = json.loads(text)
    grow(schema)
    return json.dumps(schema)


def read(value: bytes, writer: str, reader: str) -> Record:
    found = fastavro.schemaless_reader(
        io.BytesIO(value), fastavro.parse_schema(json.loads(writer)), fastavro.parse_schema(json.loads(reader))
    )
    assert isinstance(found, dict)
    return found


def write(record: Record, schema: str) -> bytes:
    value = io.BytesIO()
    fastavro.schemaless_writer(value, fastavro.parse_schema(json.loads(schema)), record)
    return value.getvalue()


@pytest.fixture(scope="session")
def samples(seed: Article) -> dict[str, list[bytes]]:
    """Values of every topic in this version, made from the seed."""
    extraction = Extractor(Settings().model).extract(seed)
    found: dict[str, list[bytes]] = {}
    for topic, record in [
        (ARTICLES, seed),
        (ENRICHED, extraction.enriched),
        *((events_topic(event), event) for event in extraction.events),
    ]:
        found.setdefault(topic.name, []).append(Encoder(Schema(0, schema_text(topic))).encode(record)[5:])
    return found


def written_by(version: str, topic: Topic, value: bytes) -> bytes:
    """A value of this version as another version would have written it."""
    schema = schema_in(version, topic)
    assert schema is not None
    record = read(value, schema_text(topic), schema)
    if version == LATER:
        record["added"] = "something"
        if "status" in record:
            record["status"] = OF_A_LATER_VERSION
    return write(record, schema)


def cases_of(writer: str, reader: str, samples: dict[str, list[bytes]]) -> list[Case]:
    found = []
    for topic in WITH_SCHEMA:
        old, new = schema_in(writer, topic), schema_in(reader, topic)
        if old and new:
            found += [Case(old, new, written_by(writer, topic, value)) for value in samples[topic.name]]
    return found


def broken(field: str, samples: dict[str, list[bytes]]) -> Case:
    """A value whose reader has another idea of one of its fields."""
    ours = schema_text(WEAPONS_PLEDGES)
    schema = json.loads(ours)
    next(found for found in schema["fields"] if found["name"] == field).update(BREAKS[field])
    return Case(ours, json.dumps(schema), samples[WEAPONS_PLEDGES.name][0])


Answers = dict[object, list[tuple[Case, str]]]


@pytest.fixture(scope="session", params=RESOLVERS, ids=lambda client: client.name)
def answers(request: pytest.FixtureRequest, samples: dict[str, list[bytes]]) -> Answers:
    """What a client's library reads, by pair of versions and by break: each value written again by the reader's schema, or an error."""
    client = built(request.param)
    asked: dict[object, list[Case]] = {pair: cases_of(*pair, samples) for pair in PAIRS} | {
        name: [broken(name, samples)] for name in BREAKS
    }
    cases = [case for cases in asked.values() for case in cases]
    lines = [json.dumps({"writer": c.writer, "reader": c.reader, "value": base64.b64encode(c.value).decode()}) for c in cases]
    done = client.shell(RESOLVERS[client], timeout=RUN_TIMEOUT, given="\n".join(lines))
    assert done.returncode == 0, done.stderr
    found = zip(cases, done.stdout.splitlines(), strict=True)
    return {name: [next(found) for _ in cases] for name, cases in asked.items()}


@pytest.mark.parametrize("pair", PAIRS, ids=" to ".join)
def test_every_version_reads_what_any_other_wrote(answers: Answers, pair: tuple[str, str]) -> None:
    assert answers[pair]
    for case, answer in answers[pair]:
        assert not answer.startswith("error"), answer
        assert read(base64.b64decode(answer), case.reader, case.reader) == case.in_python


@pytest.mark.parametrize("field", BREAKS)
def test_a_break_would_be_seen(answers: Answers, field: str) -> None:
    [(_, answer)] = answers[field]
    assert answer.startswith("error")
