"""Whatever stands in the topic: each record comes out once, where it belongs, and stops or delays nothing."""

from __future__ import annotations

import json
import os
import time

from confluent_kafka import Producer
from kafka import KafkaProducer, TopicPartition

from streams.outside_consumer import outside_consumer
from streams.settings import Settings
from streams.topics import ARTICLES
from tests.broker.conftest import BrokenName, Worker, committed, headers_of, outcomes, send, wait_for

FRENCH = "L'Allemagne a confirmé mardi la livraison de deux systèmes Patriot à l'Ukraine, a déclaré le ministre de la Défense."
GOOD = json.dumps({"id": "good", "text": "Officials from Norway and Sweden held talks in Oslo on Monday."}).encode()

DEAD = {
    "empty value": (b"", "decode", "the value is empty"),
    "no value": (None, "decode", "the value is empty"),
    "random bytes": (b"\x8d" + os.urandom(200), "decode", "neither Avro"),
    "a schema id beyond all": (b"\x00\xff\xff\xff\xff\x40abc", "decode", "is not registered"),
    "an unknown schema id": (b"\x00\x00\x0f\x42\x40abc", "decode", "schema id 1000000 is not registered"),
    "JSON without a text": (b'{"id": "x", "title": "No text"}', "validation", "text: Field required"),
    "JSON that ends too early": (b'{"text": "abc', "decode", "Invalid JSON"),
    "a list": (b'["text"]', "decode", "neither Avro"),
    "a blank text": (b'{"text": "  \\n "}', "validation", "the text is empty"),
    "a text of 5 MB": (json.dumps({"text": "word " * 1_000_000}).encode(), "validation", "code points"),
    "an endless title": (json.dumps({"text": "A text.", "title": "t" * 5000}).encode(), "validation", "title: more than the 4096"),
    "invalid UTF-8": (b'{"text": "Gr\xfc\xdfe"}', "decode", "Invalid JSON"),
    "deep nesting": (b'{"text": ' + b"[" * 100_000, "decode", "Invalid JSON"),
}

ENRICHED = {
    "French": (FRENCH, "fr"),
    "only emoji": ("😀🚀😀🎉", "und"),
    "null bytes": ("Officials met.\x00\x00\x00 They said nothing.\x00", "en"),
    "one word": ("Talks", None),
    "no spaces": ("x" * 20_000, None),
    "right to left": ("قال وزير الدفاع إن ألمانيا ستسلم أوكرانيا منظومتين من باتريوت.", "ar"),
    "brackets": ("[" * 5000 + "]" * 5000, None),
}


def test_dead_letters_keep_the_bytes_and_say_why(settings: Settings, worker: Worker, producer: KafkaProducer) -> None:
    del worker
    timestamp = 1_753_452_191_483
    offsets: dict[str, int] = {}
    for number, (name, (value, _, _)) in enumerate(DEAD.items()):
        key = None if name == "empty value" else b"\xff\x00 key"
        offsets[name] = send(producer, settings, value, key=key, headers=[("mine", b"\x00\xff")], timestamp_ms=timestamp + number)
        send(producer, settings, GOOD)
    enriched, letters = outcomes(settings, 2 * len(DEAD))
    assert [message.key() for message in enriched] == [b"good"] * len(DEAD)
    assert len(letters) == len(DEAD)
    by_offset = {int(headers_of(letter)["dlq.offset"]): letter for letter in letters}
    for number, (name, (value, reason, message)) in enumerate(DEAD.items()):
        letter = by_offset[offsets[name]]
        headers = headers_of(letter)
        assert headers["dlq.reason"].decode() == reason, name
        assert message in headers["dlq.error.message"].decode(), name
        assert letter.value() == value, name
        assert letter.key() == (None if name == "empty value" else b"\xff\x00 key"), name
        assert letter.timestamp()[1] == timestamp + number, name
        assert headers["mine"] == b"\x00\xff", name
        assert headers["dlq.topic"].decode() == f"{settings.topic_prefix}articles", name
        assert (headers["dlq.partition"], headers["dlq.attempt"]) == (b"0", b"1"), name


def test_truncated_avro(settings: Settings, worker: Worker, producer: KafkaProducer) -> None:
    del worker
    from streams.records import Article
    from streams.topics import ARTICLES
    from streams.wire.avro import Encoder, Schema
    from streams.wire.contract import schema_text
    from streams.wire.registry import SchemaRegistry

    registry = SchemaRegistry(settings)
    text = schema_text(ARTICLES)
    whole = Encoder(Schema(registry.register(ARTICLES.subject_in(settings), text), text)).encode(Article(id="a", text="A text."))
    registry.close()
    cuts = [whole[:length] for length in range(5, len(whole))]
    for cut in cuts:
        send(producer, settings, cut)
    send(producer, settings, whole)
    [enriched], letters = outcomes(settings, len(cuts) + 1)
    assert enriched.key() == b"a"
    assert sorted(letter.value() or b"" for letter in letters) == sorted(cuts)
    assert {headers_of(letter)["dlq.reason"] for letter in letters} == {b"decode"}


def test_odd_texts_are_enriched_without_events(settings: Settings, worker: Worker, producer: KafkaProducer) -> None:
    for name, (text, _) in ENRICHED.items():
        send(producer, settings, json.dumps({"id": name, "text": text}).encode(), key=name.encode())
    enriched, letters = outcomes(settings, len(ENRICHED))
    assert letters == []
    assert {(message.key() or b"").decode() for message in enriched} == ENRICHED.keys()
    assert worker.metric("streams_events_emitted_total") == 0
    assert worker.metric('streams_articles_processed_total{mode="live",outcome="no_event"}') == len(ENRICHED)


def test_bad_records_do_not_delay_the_good_ones_behind_them(settings: Settings, worker: Worker, producer: KafkaProducer) -> None:
    bad = [value for name, (value, _, _) in DEAD.items() if name != "a text of 5 MB"] * 20
    for value in bad:
        producer.send(f"{settings.topic_prefix}articles", value=value, key=b"key", partition=0)
    started = time.monotonic()
    send(producer, settings, GOOD)
    enriched, letters = outcomes(settings, len(bad) + 1)
    assert (len(enriched), len(letters)) == (1, len(bad))
    assert time.monotonic() - started < 20
    # Every record was acknowledged, so that a restart reads none of them again.
    wait_for(lambda: committed(settings) == len(bad) + 1)
    assert worker.process.poll() is None


HEADERS = {
    "an attempt with 5,000 digits": [("dlq.attempt", b"9" * 5000)],
    "a name that is no UTF-8": [(BrokenName("x"), b"value")],
    "200,000 of them": [("name", b"")] * 200_000,
    "one of 5 MB": [("name", b"x" * 5_000_000)],
    "a trace of 5 MB": [("traceparent", b"-" * 5_000_000)],
}


def test_hostile_headers_stop_nothing(settings: Settings, worker: Worker, producer: KafkaProducer) -> None:
    for headers in HEADERS.values():
        for value in (GOOD, b"no article"):
            send(producer, settings, value, headers=headers)
    enriched, letters = outcomes(settings, 2 * len(HEADERS))
    assert (len(enriched), len(letters)) == (len(HEADERS), len(HEADERS))
    wait_for(lambda: committed(settings) == 2 * len(HEADERS))
    assert worker.process.poll() is None


def test_a_record_that_grows_when_it_is_unpacked_is_a_dead_letter(settings: Settings, worker: Worker) -> None:
    """The broker measures what came over the wire: 20 MB of one letter are 20 KB there."""
    producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers, max_request_size=2**30, compression_type="gzip")
    for value in (b'{"text": "' + b"x" * 20_000_000 + b'"}', GOOD):
        send(producer, settings, value)
    producer.close()
    enriched, [letter] = outcomes(settings, 2)
    assert len(enriched) == 1
    # No topic would take it back: its place is kept, and how large it was.
    headers = headers_of(letter)
    assert (letter.value(), headers["dlq.offset"], headers["dlq.reason"]) == (b"", b"0", b"decode")
    assert int(headers["dlq.left-out"]) > 20_000_000
    wait_for(lambda: committed(settings) == 2)
    assert worker.process.poll() is None


def test_producers_compress_as_they_like(settings: Settings, worker: Worker) -> None:
    codecs = ("none", "gzip", "snappy", "lz4", "zstd")
    for codec in codecs:
        producer = Producer({"bootstrap.servers": settings.bootstrap_servers, "compression.type": codec})
        producer.produce(ARTICLES.name_in(settings), json.dumps({"id": codec, "text": "They met in Oslo. " * 200}).encode(), partition=0)
        producer.flush()
    enriched, letters = outcomes(settings, len(codecs))
    assert (len(enriched), len(letters)) == (len(codecs), 0)
    assert worker.process.poll() is None
    tool = outside_consumer(settings, "test")
    tool.assign([TopicPartition(ARTICLES.name_in(settings), 0)])
    assert [json.loads(next(tool).value)["id"] for _ in codecs] == list(codecs)
    tool.close()


def test_transactions_and_their_markers_are_read_over(settings: Settings, worker: Worker) -> None:
    producer = Producer({"bootstrap.servers": settings.bootstrap_servers, "transactional.id": settings.group})
    producer.init_transactions()
    for number in range(20):
        producer.begin_transaction()
        producer.produce(ARTICLES.name_in(settings), json.dumps({"id": f"{number}", "text": "They met."}).encode(), partition=0)
        producer.commit_transaction()
    enriched, letters = outcomes(settings, 20)
    assert (len(enriched), len(letters)) == (20, 0)
    # A marker stands behind each; the last is not read.
    wait_for(lambda: committed(settings) == 39)
    assert worker.process.poll() is None
