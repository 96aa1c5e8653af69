"""The AsyncAPI document says what the code does, and AsyncAPI's own parser takes it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from streams.asyncapi import asyncapi_document, headers_of
from streams.cli import app
from streams.errors import DecodeError
from streams.extraction.pipeline import Extractor
from streams.records import Article
from streams.settings import Settings
from streams.topics import TOPICS
from streams.wire.cloudevents import PASSED_ON_HEADERS, event_headers
from streams.wire.contract import schema_text
from streams.wire.dead_letter import LEFT_OUT_HEADER, SourceRecord, dead_letter_headers

REPOSITORY = Path(__file__).parents[2]
DOCUMENT = REPOSITORY / "docs" / "asyncapi.yaml"
CHECK = REPOSITORY / "deploy" / "tools" / "asyncapi"
DEFAULTS = Settings.model_construct()


def test_the_document_in_the_docs_is_of_this_version(golden: Callable[..., None]) -> None:
    text = yaml.safe_dump(asyncapi_document(DEFAULTS), sort_keys=False, allow_unicode=True, width=140)
    golden(DOCUMENT, f"# Written by `make asyncapi`.\n{text}")


def test_every_topic_with_its_schema() -> None:
    document = asyncapi_document(DEFAULTS)
    assert {channel["address"] for channel in document["channels"].values()} == set(TOPICS)
    schemas = [message["payload"]["schema"] for message in document["components"]["messages"].values()]
    for topic in TOPICS.values():
        if topic.schema_file:
            assert json.loads(schema_text(topic)) in schemas


def test_the_headers_are_those_that_are_sent(extractor: Extractor, seed: Article) -> None:
    event = extractor.extract(seed).events[0]
    sent = [name for name, _ in event_headers(event, source="/test", data_schema="http://registry")]
    assert list(headers_of("event-headers.md")) == [*sent, *PASSED_ON_HEADERS]


def test_the_headers_of_dead_letters_are_those_that_are_sent() -> None:
    error = DecodeError("broken")
    sent = dead_letter_headers(SourceRecord("articles", 0, 0, []), error, now=datetime.now(UTC))
    assert set(headers_of("dead-letter-headers.md")) == {name for name, _ in sent} | {LEFT_OUT_HEADER}


def test_the_command_takes_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_TOPIC_PREFIX", "news.")
    monkeypatch.setenv("STREAMS_BOOTSTRAP_SERVERS", "kafka.example:9093")
    document = json.loads(CliRunner().invoke(app, ["schemas", "asyncapi"]).output)
    assert document["servers"]["kafka"]["host"] == "kafka.example:9093"
    assert all(channel["address"].startswith("news.") for channel in document["channels"].values())


def test_asyncapis_own_parser_takes_it() -> None:
    node = shutil.which("node")
    if node is None or not (CHECK / "node_modules").is_dir():
        pytest.skip("Node or the parser is missing: `make asyncapi` installs the parser where Node is there")
    done = subprocess.run([node, "check.mjs", str(DOCUMENT)], cwd=CHECK, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"AsyncAPI 3.0.0: {len(TOPICS)} channels, {len(TOPICS)} operations, {len(TOPICS) + 1} messages\n"
