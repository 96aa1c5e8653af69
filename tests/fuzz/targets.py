"""What is fuzzed, and what must hold for any input: errors of our own tree only, and nothing that takes a second."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from pydantic import ValidationError

from streams.errors import RejectedArticleError
from streams.extraction.figures import FoundFigure, find_figures
from streams.extraction.times import Direction, find_times
from streams.logs import bind_article
from streams.records import Article
from streams.settings import Settings
from streams.topics import ARTICLES, TOPICS
from streams.wire.avro import ArticleDecoder, Encoder, RecordDecoder, Schema, rejection
from streams.wire.cloudevents import passed_on_headers
from streams.wire.contract import schema_text
from streams.wire.dead_letter import MAX_MESSAGE_BYTES, SourceRecord, dead_letter_headers
from streams.worker.enricher import EnricherOptions
from tests.chaos.articles import STATEMENTS

SCHEMAS = {number: schema_text(topic) for number, topic in enumerate((t for t in TOPICS.values() if t.record), start=1)}
"""The registry of the fuzzers: the schemas of all topics, by a small id, so that a mutated id still meets one."""

TEXT_LIMIT = 5_000
HEADERS = ("any", "dlq.attempt", "dlq.first-failed-at", "traceparent", "tracestate")

_articles = ArticleDecoder(schema_text(ARTICLES), SCHEMAS.__getitem__, max_text_length=TEXT_LIMIT)
_records = [(topic.record, RecordDecoder(schema_text(topic), SCHEMAS.__getitem__)) for topic in TOPICS.values() if topic.record]
_published = datetime(2025, 7, 25, 12, tzinfo=UTC)


def article_value(value: bytes) -> None:
    """A record's value becomes an article that can be enriched, sent and read again, or a rejection that can be sent; so do its headers."""
    source = SourceRecord("articles", 0, 0, [(name, value[-60:]) for name in HEADERS])
    bind_article(source)
    assert {name for name, _ in passed_on_headers(source.headers)} <= set(HEADERS)
    try:
        article = _articles.decode(_with_known_id(value))
    except RejectedArticleError as error:
        headers = dict(dead_letter_headers(source, error, now=_published))
        assert 1 <= int(headers["dlq.attempt"]) < 10**7
        assert len(headers["dlq.error.message"]) <= MAX_MESSAGE_BYTES
        headers["dlq.error.message"].decode()
        return
    assert article.id
    assert article.text.strip()
    assert len(article.text) <= TEXT_LIMIT
    article.id.encode()
    again = _articles.decode(Encoder(Schema(1, SCHEMAS[1])).encode(article))
    assert again == article


def record_value(value: bytes) -> None:
    """A record of the topic that its schema is of, or of any, becomes a record, or an error that says so."""
    known = _with_known_id(value)
    record, decoder = _records[known[4] - 1 if known[:1] == b"\x00" and len(known) > 4 else -1]
    try:
        record.model_validate(decoder.decode(known))
    except RejectedArticleError as error:
        str(error)
    except ValidationError as error:
        str(rejection(error))


def figures(text: str) -> None:
    """Figures lie in the text, in order, none over another, with bounds in order."""
    _spans_hold(text, find_figures(text))
    for figure in find_figures(text):
        assert figure.min is None or figure.max is None or figure.min <= figure.max, figure


def times(text: str) -> None:
    """Times lie in the text, in order, none over another, and can be resolved on any day."""
    found = find_times(text)
    _spans_hold(text, found)
    for expression in found:
        for published in (None, date.min, date(2024, 2, 29), date.max):
            for direction in Direction:
                resolved = expression.resolve(published, direction)
                assert resolved.start is None or resolved.end is None or resolved.start <= resolved.end, (expression, published)


def _spans_hold(text: str, found: list[FoundFigure] | list[Any]) -> None:
    end = 0
    for one in found:
        assert end <= one.start < one.end <= len(text), (text, one)
        end = one.end


def _with_known_id(value: bytes) -> bytes:
    """Let the schema's id be one that exists; one that does stays."""
    if value[:1] != b"\x00":
        return value
    return value[:1] + ((int.from_bytes(value[1:5], "big") - 1) % len(SCHEMAS) + 1).to_bytes(4, "big") + value[5:]


def valid_values() -> list[bytes]:
    """What mutation starts from: articles as Avro and as JSON, and whatever is made of one that states an event of each type."""
    articles = [
        Article(id="a", text="Poland sent 20 tanks."),
        Article(id="ü", title="t", text="é" * 50, url="https://example.org", publisher="p", published_at=_published, language="en"),
    ]
    avro = [Encoder(Schema(1, SCHEMAS[1])).encode(article) for article in articles]
    numbered = {topic.name: Schema(number, schema_text(topic)) for number, topic in enumerate((t for t in TOPICS.values() if t.record), 1)}
    enrich = EnricherOptions(Settings().model, numbered, "/fuzz", "{id}", 2**20)()
    made = enrich(Article(id="b", text=" ".join(STATEMENTS), published_at=_published, language="en")).records
    assert len({record.topic for record in made}) == len(numbered) - 1
    return avro + [json.dumps(article.model_dump(mode="json")).encode() for article in articles] + [record.value or b"" for record in made]


BYTE_TARGETS: Mapping[str, Callable[[bytes], None]] = {"article value": article_value, "record value": record_value}
TEXT_TARGETS: Mapping[str, Callable[[str], None]] = {"figures": figures, "times": times}
