"""Bytes in and out: decoding of whatever arrives, encoding of what goes out, headers."""

from __future__ import annotations

import contextlib
import json
import os
import re
from datetime import UTC, datetime

import avro.schema
import pytest

from streams.errors import DecodeError, InvalidArticleError, RegistryUnreachableError, RejectedArticleError, UnknownSchemaError
from streams.extraction.pipeline import Extractor
from streams.metrics import DEAD_LETTER_REASONS
from streams.records import Article, Event
from streams.resources import SCHEMAS
from streams.topics import ARTICLES, ENRICHED, events_topic
from streams.wire.avro import ArticleDecoder, Encoder, RecordDecoder, Schema
from streams.wire.cloudevents import event_headers, passed_on_headers
from streams.wire.contract import schema_text
from streams.wire.dead_letter import SourceRecord, dead_letter_headers

OLDER_ARTICLE = '{"type":"record","name":"Article","namespace":"news.eventstreams","fields":[{"name":"text","type":"string"}]}'
NEWER_ARTICLE = json.dumps(
    {
        "type": "record",
        "name": "Article",
        "namespace": "news.eventstreams",
        "fields": [{"name": "text", "type": "string"}, {"name": "author", "type": ["null", "string"], "default": None}],
    }
)
KNOWN = {1: schema_text(ARTICLES), 2: OLDER_ARTICLE, 3: NEWER_ARTICLE, 4: '{"type":"string"}', 5: "no schema"}


def find_schema(schema_id: int) -> str:
    if schema_id == 6:
        raise RegistryUnreachableError("away")
    if schema_id not in KNOWN:
        raise UnknownSchemaError("not found")
    return KNOWN[schema_id]


@pytest.fixture
def decoder() -> ArticleDecoder:
    return ArticleDecoder(schema_text(ARTICLES), find_schema, max_text_length=1000)


ARTICLE = Article(
    id="a1",
    title="T",
    text="Naïve 🚀 text",
    url="https://example.org/1",
    published_at=datetime(2025, 7, 25, 14, 3, 11, 482_999, tzinfo=UTC),
)


def test_an_article_comes_back_as_it_went(decoder: ArticleDecoder) -> None:
    assert decoder.decode(Encoder(Schema(1, KNOWN[1])).encode(ARTICLE)) == ARTICLE


def test_json_of_the_same_shape_is_the_same_article(decoder: ArticleDecoder) -> None:
    assert decoder.decode(ARTICLE.model_dump_json().encode()) == ARTICLE
    assert decoder.decode(b"\xef\xbb\xbf \n" + ARTICLE.model_dump_json().encode()) == ARTICLE


def test_instants_are_taken_in_every_usual_form(decoder: ArticleDecoder) -> None:
    forms = ['"2025-07-25T14:03:11.482Z"', '"2025-07-25T16:03:11.482+02:00"', "1753452191482"]
    assert {decoder.decode(f'{{"text": "t", "published_at": {form}}}'.encode()).published_at for form in forms} == {ARTICLE.published_at}
    assert decoder.decode(b'{"text": "t", "published_at": "2025-07-25"}').published_at == datetime(2025, 7, 25, tzinfo=UTC)


@pytest.mark.parametrize("schema_id", [2, 3])
def test_older_and_newer_writers_are_read(decoder: ArticleDecoder, schema_id: int) -> None:
    body = bytes([0, 0, 0, 0, schema_id]) + b"\x0aHello" + (b"\x02\x06Ann" if schema_id == 3 else b"")
    assert decoder.decode(body).text == "Hello"


def test_fields_of_a_newer_producer_in_json_are_passed_over(decoder: ArticleDecoder) -> None:
    assert decoder.decode(b'{"text": "t", "author": "Ann"}').text == "t"


def test_an_article_without_id_gets_one_from_its_url_else_from_its_text(decoder: ArticleDecoder) -> None:
    by_url = [decoder.decode(json.dumps({"text": text, "url": "https://example.org/1"}).encode()).id for text in ("a", "b")]
    by_text = [decoder.decode(json.dumps({"text": text}).encode()).id for text in ("a", "a", "b")]
    assert by_url[0] == by_url[1]
    assert by_text[0] == by_text[1] != by_text[2]
    assert by_url[0] not in by_text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "empty"),
        (b"", "empty"),
        (b"\xde\xad\xbe\xef", "neither Avro"),
        (b"plain text", "neither Avro"),
        (b"[1, 2]", "neither Avro"),
        (b"\x00\x00", "fewer than five bytes"),
        (b"\x00\x00\x00\x00\x63abc", "schema id 99 is not registered"),
        (b"\x00\x00\x00\x00\x05abc", "schema id 5 is no Avro schema"),
        (b"\x00\x00\x00\x00\x01\x02\x04a", "no Avro of schema 1"),
        (b"\x00\x00\x00\x00\x04\x02a", "no Avro of schema 4"),
        (b"\x00\x00\x00\x00\x02\x02a surplus", "bytes too many"),
        (b"\x00\x00\x00\x00\x02\x04\xff\xfe", "no Avro of schema 2"),
        (b'{"text": "a', "Invalid JSON"),
        (b'{"text": "\xff"}', "Invalid JSON"),
        (b'{"text": "\\ud83d"}', "Invalid JSON"),
    ],
)
def test_what_cannot_be_decoded(decoder: ArticleDecoder, value: bytes | None, message: str) -> None:
    with pytest.raises(DecodeError, match=re.escape(message)):
        decoder.decode(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (b'{"title": "no text"}', "text: Field required"),
        (b'{"text": 5}', "text: Input should be a valid string"),
        (b'{"text": " \\n\\t"}', "the text is empty"),
        (b'{"text": "t", "published_at": "Friday"}', "published_at"),
        (json.dumps({"text": "x" * 1001}).encode(), "1001 code points"),
    ],
)
def test_what_is_no_article(decoder: ArticleDecoder, value: bytes, message: str) -> None:
    with pytest.raises(InvalidArticleError, match=re.escape(message)):
        decoder.decode(value)


def test_a_registry_that_is_away_is_not_the_articles_fault(decoder: ArticleDecoder) -> None:
    with pytest.raises(RegistryUnreachableError):
        decoder.decode(b"\x00\x00\x00\x00\x06abc")


def test_each_schema_is_asked_for_once() -> None:
    asked: list[int] = []

    def counting(schema_id: int) -> str:
        asked.append(schema_id)
        return KNOWN[schema_id]

    decoder = ArticleDecoder(schema_text(ARTICLES), counting, max_text_length=100)
    for _ in range(3):
        decoder.decode(b"\x00\x00\x00\x00\x02\x02a")
    assert asked == [2]


def test_random_bytes_never_raise_anything_else(decoder: ArticleDecoder) -> None:
    good = Encoder(Schema(1, KNOWN[1])).encode(ARTICLE)
    for number in range(3000):
        noise = os.urandom(number % 60)
        # Noise alone, behind a good prefix, and a good record with one byte changed.
        at = number % len(good)
        for value in (noise, good[:5] + noise, good[:at] + bytes([good[at] ^ (1 + number % 255)]) + good[at + 1 :]):
            with contextlib.suppress(RejectedArticleError, RegistryUnreachableError):
                decoder.decode(value)


def test_everything_found_in_the_seed_fits_its_schema(extractor: Extractor, seed: Article) -> None:
    extraction = extractor.extract(seed)
    for record, topic in [(extraction.enriched, ENRICHED), *((event, events_topic(event)) for event in extraction.events)]:
        text = schema_text(topic)
        value = Encoder(Schema(7, text)).encode(record)
        assert value[:5] == b"\x00\x00\x00\x00\x07"
        decoded = RecordDecoder(text, lambda _, text=text: text).decode(value)  # type: ignore[misc]
        assert type(record).model_validate(decoded) == record


def test_events_carry_cloudevents_attributes(extractor: Extractor, seed: Article) -> None:
    event: Event = extractor.extract(seed).events[0]
    headers = dict(event_headers(event, source="/here", data_schema="http://registry/schemas/ids/7"))
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": event.id.encode(),
        "ce_type": b"news.eventstreams.funding-gap.v1",
        "ce_source": b"/here",
        "ce_subject": seed.id.encode(),
        "ce_time": b"2025-07-25T00:00:00.000Z",
        "ce_dataschema": b"http://registry/schemas/ids/7",
        "content-type": b"application/avro",
    }


def test_the_trace_context_and_nothing_else_is_passed_on() -> None:
    assert passed_on_headers([("a", b"1"), ("traceparent", b"00-1"), ("tracestate", b"x=y")]) == [
        ("traceparent", b"00-1"),
        ("tracestate", b"x=y"),
    ]


NOW = datetime(2025, 7, 25, 14, 3, 11, tzinfo=UTC)


def test_no_endless_header_goes_into_every_event() -> None:
    assert passed_on_headers([("tracestate", b"x" * 4097)]) == []
    assert passed_on_headers([("tracestate", b"old"), *[("tracestate", b"new")] * 1000]) == [("tracestate", b"new")]


@pytest.mark.parametrize("field", ["id", "title", "url", "publisher", "language"])
def test_metadata_is_limited(decoder: ArticleDecoder, field: str) -> None:
    assert decoder.decode(json.dumps({"text": "A text.", field: "t" * 4096}).encode())
    with pytest.raises(InvalidArticleError, match=f"{field}: more than the 4096 code points"):
        decoder.decode(json.dumps({"text": "A text.", field: "t" * 4097}).encode())


def test_a_dead_letter_says_where_it_came_from_and_why() -> None:
    source = SourceRecord("articles", 3, 1742, [("a", b"1")])
    headers = dead_letter_headers(source, DecodeError("the value is empty"), now=NOW)
    assert headers[0] == ("a", b"1")
    assert dict(headers[1:]) | {"dlq.app.version": b""} == {
        "dlq.topic": b"articles",
        "dlq.partition": b"3",
        "dlq.offset": b"1742",
        "dlq.stage": b"decode",
        "dlq.reason": b"decode",
        "dlq.error.class": b"DecodeError",
        "dlq.error.message": b"the value is empty",
        "dlq.attempt": b"1",
        "dlq.first-failed-at": b"2025-07-25T14:03:11.000+00:00",
        "dlq.app.version": b"",
    }


def test_a_second_failure_counts_and_keeps_the_first_time() -> None:
    first = dead_letter_headers(SourceRecord("articles", 0, 1, []), DecodeError("x"), now=datetime(2020, 1, 1, tzinfo=UTC))
    second = dict(dead_letter_headers(SourceRecord("articles", 0, 9, first), DecodeError("y" * 9000), now=NOW))
    assert second["dlq.attempt"] == b"2"

    assert second["dlq.first-failed-at"].startswith(b"2020-01-01")
    assert second["dlq.offset"] == b"9"
    assert len(second["dlq.error.message"]) == 512


@pytest.mark.parametrize("written", [b"", b"-1", b"\xb2", b"many", b"9" * 5000])
def test_a_count_of_attempts_that_is_none_counts_as_none(written: bytes) -> None:
    headers = dead_letter_headers(SourceRecord("articles", 0, 0, [("dlq.attempt", written)]), DecodeError("odd"), now=datetime.now(UTC))
    assert dict(headers)["dlq.attempt"] == b"1"


def test_the_headers_document_names_every_header_and_reason() -> None:
    document = (SCHEMAS / "dead-letter-headers.md").read_text()
    headers = dead_letter_headers(SourceRecord("articles", 0, 1, []), DecodeError("x"), now=NOW)
    for name in [*(name for name, _ in headers), *DEAD_LETTER_REASONS]:
        assert f"`{name}`" in document


def test_released_schemas_are_valid_avro() -> None:
    for path in SCHEMAS.glob("*.avsc"):
        avro.schema.parse(path.read_text())
