"""What `docs/producers.md` shows pushes an article in, and the events come out; what it calls rejected becomes a dead letter."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from streams.records import Article, Event, event_to_json
from streams.settings import Settings
from streams.stack.stack import Stack
from streams.topics import EVENT_TOPICS, TOPICS
from streams.wire.avro import RecordDecoder
from streams.wire.contract import schema_text
from streams.wire.registry import SchemaRegistry
from tests.broker.conftest import WAIT
from tests.clients.conftest import CLIENTS, DOCS, Client, blocks, built, run, running_worker, with_topics
from tests.conftest import GOLDEN

PAGE = blocks(DOCS / "producers.md")
PROGRAMS = {"python-confluent": "produce.py", "java": "Produce.java", "go": "produce.go", "typescript": "src/produce.ts"}
BUILT = ("node_modules", "target")
"""What a copy of a client's folder shares with it."""

ANY_SHELL = Client("python", ("kcat",))

EVENTS: list[dict[str, Any]] = [json.loads(text) for text in (GOLDEN / "seed.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def live(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Topics with a worker that reads them."""
    settings = with_topics(stack)
    with running_worker(settings, tmp_path_factory.mktemp("producers")):
        yield settings


class Arrivals:
    """The events that come after it was made."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer = Consumer(
            {"bootstrap.servers": settings.bootstrap_servers, "group.id": uuid.uuid4().hex, "enable.auto.commit": False}
        )
        places = [TopicPartition(topic.name_in(settings), p) for topic in EVENT_TOPICS for p in range(settings.partitions)]
        for place in places:
            _, place.offset = self._consumer.get_watermark_offsets(place, timeout=30)
        self._consumer.assign(places)

    def take(self, count: int) -> list[dict[str, Any]]:
        """That many events as plain JSON, in the order of their ids."""
        registry = SchemaRegistry(self._settings)
        found: list[Event] = []
        deadline = time.monotonic() + WAIT
        while len(found) < count:
            assert time.monotonic() < deadline, f"only {len(found)} events"
            message = self._consumer.poll(0.2)
            if message is None:
                continue
            topic = TOPICS[str(message.topic()).removeprefix(self._settings.topic_prefix)]
            value = message.value()
            assert topic.record is not None
            assert value is not None
            record = topic.record.model_validate(RecordDecoder(schema_text(topic), registry.schema).decode(value))
            assert isinstance(record, Event)
            found.append(record)
        self._consumer.close()
        registry.close()
        return sorted((event_to_json(event) for event in found), key=lambda event: str(event["id"]))


def folder_with(program: str, client: Client, article: Article, tmp_path: Path) -> Path:
    """A copy of the client's folder with a program of the page, and the article."""
    folder = tmp_path / client.name
    shutil.copytree(client.folder, folder, ignore=shutil.ignore_patterns(*BUILT))
    for name in BUILT:
        if (client.folder / name).exists():
            (folder / name).symlink_to(client.folder / name)
    (folder / program).write_text(PAGE[program])
    (folder / "article.json").write_text(article.model_dump_json())
    return folder


@pytest.mark.parametrize("format_", ["json", "avro"])
@pytest.mark.parametrize("client", [client for client in CLIENTS if client.name in PROGRAMS], ids=lambda client: client.name)
def test_a_program_pushes_an_article(live: Settings, seed: Article, tmp_path: Path, client: Client, format_: str) -> None:
    folder = folder_with(PROGRAMS[client.name], built(client), seed, tmp_path)
    [command] = [line for line in PAGE[client.name].splitlines() if f" {format_} " in line]
    arrivals = Arrivals(live)
    run(client, command, live, folder=folder)
    assert arrivals.take(len(EVENTS)) == sorted(EVENTS, key=lambda event: str(event["id"]))


def test_kcat_pushes_an_article(live: Settings, seed: Article, tmp_path: Path) -> None:
    (tmp_path / "article.json").write_text(seed.model_dump_json())
    arrivals = Arrivals(live)
    run(built(ANY_SHELL), PAGE["kcat"], live, folder=tmp_path)
    assert arrivals.take(len(EVENTS)) == sorted(EVENTS, key=lambda event: str(event["id"]))


def test_the_article_of_the_page_is_one() -> None:
    article = json.loads(PAGE["article.json"])
    assert set(article) == set(Article.model_fields)
    Article.model_validate(article)


def test_what_is_rejected_can_be_found_out(live: Settings, tmp_path: Path) -> None:
    run(built(ANY_SHELL), PAGE["reject"], live, folder=tmp_path)
    wanted = PAGE["letter"].strip().partition(": ")[2]
    deadline = time.monotonic() + WAIT
    while not any(line.endswith(wanted) for line in run(ANY_SHELL, PAGE["find-out"], live, folder=tmp_path)):
        assert time.monotonic() < deadline
        time.sleep(1)
