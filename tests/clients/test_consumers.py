"""Each client prints exactly the events there are, each once, and goes on where it was; what comes later does not trouble it."""

from __future__ import annotations

import io
import json
from typing import Any

import fastavro
import pytest

from streams.records import Article
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import Stack
from streams.topics import ARTICLES, EVENT_TOPICS, WEAPONS_PLEDGES
from streams.wire.avro import RecordDecoder
from streams.wire.contract import schema_text
from streams.wire.registry import SchemaRegistry
from tests.broker.conftest import read_all
from tests.clients.conftest import Client, attempt, kafka_producer, run, running_worker, with_topics
from tests.clients.lines import line
from tests.conftest import GOLDEN

EVENTS: list[dict[str, Any]] = [json.loads(text) for text in (GOLDEN / "seed.jsonl").read_text().splitlines()]

OF_A_LATER_VERSION = "00000000-0000-5000-8000-000000000001"
"""Id of an event that only a later version could write."""


@pytest.fixture(scope="session")
def enriched(stack: Stack, tmp_path_factory: pytest.TempPathFactory, seed: Article) -> Settings:
    """Topics with the seed's events, each of them twice, as after a worker that was killed before it committed."""
    settings = with_topics(stack)
    with running_worker(settings, tmp_path_factory.mktemp("consumers")), kafka_producer(settings) as producer:
        for _ in range(2):
            producer.send(ARTICLES.name_in(settings), seed.model_dump_json().encode(), key=seed.id.encode())
        read_all(settings, *EVENT_TOPICS, enough=lambda found: len(found) >= 2 * len(EVENTS))
    return settings


@pytest.fixture(scope="session")
def later(stack: Stack, enriched: Settings) -> Settings:
    """Topics with one event of a later version, behind records that are none."""
    pledge = next(value for message in read_all(enriched, WEAPONS_PLEDGES, enough=bool) if (value := message.value()))
    settings = with_topics(stack)
    with kafka_producer(settings) as producer:
        for value in (b"nonsense", None, b"", b"\x00\x7f\xff\xff\xff\x01", pledge[:-3], written_by_a_later_version(settings, pledge)):
            producer.send(WEAPONS_PLEDGES.name_in(settings), value, key=b"key")
    return settings


def later_version() -> str:
    """The pledge's schema, one version on: with a field and a status more."""
    schema = json.loads(schema_text(WEAPONS_PLEDGES))
    schema["fields"].insert(1, {"name": "author", "type": ["null", "string"], "default": None, "doc": "Who wrote it."})
    status = next(field for field in schema["fields"] if field["name"] == "status")["type"]
    status["symbols"].insert(-1, "LEASED")
    return json.dumps(schema)


def written_by_a_later_version(settings: Settings, pledge: bytes) -> bytes:
    registry = SchemaRegistry(settings)
    try:
        record = RecordDecoder(schema_text(WEAPONS_PLEDGES), registry.schema).decode(pledge)
        schema_id = registry.register(WEAPONS_PLEDGES.subject_in(settings), later_version())
    finally:
        registry.close()
    value = io.BytesIO()
    changed = {**record, "id": OF_A_LATER_VERSION, "status": "LEASED", "author": "somebody"}
    fastavro.schemaless_writer(value, fastavro.parse_schema(json.loads(later_version())), changed)
    return b"\x00" + schema_id.to_bytes(4, "big") + value.getvalue()


@pytest.fixture(scope="session")
def outputs(client: Client, enriched: Settings) -> list[list[str]]:
    """What the client prints the first and the second time."""
    return [run(client, f"{client.page['run'].strip()} --until-end", enriched) for _ in range(2)]


def test_each_event_once_and_no_more(outputs: list[list[str]]) -> None:
    assert sorted(outputs[0]) == sorted(map(line, EVENTS))


def test_what_was_committed_does_not_come_again(outputs: list[list[str]]) -> None:
    assert outputs[1] == []


def test_what_comes_later_wakes_nobody(client: Client, later: Settings) -> None:
    [found] = run(client, f"{client.page['run'].strip()} --until-end", later)
    assert found.startswith("weapons-pledge | UNKNOWN | ")
    assert found.endswith(OF_A_LATER_VERSION)


def test_a_registry_that_is_away_loses_nothing(client: Client, stack: Stack, enriched: Settings) -> None:
    if client.name == "python":
        pytest.skip("it does not end, it waits")
    pledge = next(value for message in read_all(enriched, WEAPONS_PLEDGES, enough=bool) if (value := message.value()))
    settings = with_topics(stack)
    with kafka_producer(settings) as producer:
        producer.send(WEAPONS_PLEDGES.name_in(settings), pledge, key=b"key")
    command = f"{client.page['run'].strip()} --until-end"
    away = attempt(client, command, settings.model_copy(update={"registry_url": f"http://127.0.0.1:{free_port()}/apis/ccompat/v7"}))
    assert (away.returncode != 0, away.stdout) == (True, "")
    assert len(run(client, command, settings)) == 1
