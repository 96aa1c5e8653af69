"""The seed article's whole way through a real Kafka, read by clients that share no code with ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from confluent_kafka import Message
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from kafka import KafkaProducer

from streams.records import Article
from streams.settings import Settings
from streams.topics import ARTICLES, ENRICHED, FUNDING_GAPS, TALKS_ROUNDS, WEAPONS_PLEDGES
from streams.wire.contract import schema_text
from tests.broker.conftest import Worker, headers_of, outcomes, read_all, send
from tests.conftest import GOLDEN

EVENT_TOPICS = (FUNDING_GAPS, WEAPONS_PLEDGES, TALKS_ROUNDS)
EVENTS = [json.loads(line) for line in (GOLDEN / "seed.jsonl").read_text().splitlines()]


def confluent_avro(settings: Settings) -> tuple[AvroSerializer, Callable[[Message], dict[str, Any]]]:
    """Confluent's own serializer of `Article` and its deserializer for whatever schema a record names."""
    registry = SchemaRegistryClient({"url": settings.registry_url})
    deserializer = AvroDeserializer(registry)

    def decode(message: Message) -> dict[str, Any]:
        topic = message.topic()
        assert topic is not None
        decoded = deserializer(message.value(), SerializationContext(topic, MessageField.VALUE))
        assert isinstance(decoded, dict)
        return decoded

    return AvroSerializer(registry, schema_text(ARTICLES), conf={"auto.register.schemas": False}), decode


def plain(value: Any) -> Any:
    """What Confluent's deserializer gives, as our JSON writes it."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def test_any_confluent_client_reads_what_the_worker_wrote(
    settings: Settings, worker: Worker, producer: KafkaProducer, seed: Article
) -> None:
    del worker
    trace = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    serialize, decode = confluent_avro(settings)
    value = serialize(seed.to_avro(), SerializationContext(ARTICLES.name_in(settings), MessageField.VALUE))
    send(producer, settings, value, key=seed.id.encode(), headers=[("traceparent", trace), ("private", b"x")])
    messages = read_all(settings, *EVENT_TOPICS, enough=lambda found: len(found) >= len(EVENTS))

    found = {headers_of(message)["ce_id"].decode(): message for message in messages}
    assert len(messages) == len(found) == len(EVENTS)
    for wanted in EVENTS:
        message = found[wanted["id"]]
        kind = wanted.pop("type")
        assert plain(decode(message)) == wanted
        assert message.topic() == f"{settings.topic_prefix}events.{kind}"
        assert message.key() == wanted["event_key"].encode()
        headers = headers_of(message)
        assert headers["ce_type"] == f"news.eventstreams.{kind}.v1".encode()
        assert headers["ce_specversion"] == b"1.0"
        assert headers["ce_time"] == b"2025-07-25T00:00:00.000Z"
        assert headers["content-type"] == b"application/avro"
        assert headers["traceparent"] == trace
        assert "private" not in headers
        value = message.value()
        assert value is not None
        schema_id = int.from_bytes(value[1:5], "big")
        assert headers["ce_dataschema"].decode() == f"{settings.registry_url}/schemas/ids/{schema_id}"
        wanted["type"] = kind

    [enriched], [] = outcomes(settings, 1)
    record = plain(decode(enriched))
    assert enriched.key() == seed.id.encode()
    assert record["event_ids"] == [event["id"] for event in EVENTS]
    assert record["event_types"] == ["FUNDING_GAP", "WEAPONS_PLEDGE", "TALKS_ROUND"]
    assert all(seed.text[e["span"]["start"] : e["span"]["end"]] == e["span"]["text"] for e in record["entities"])


def test_a_repeat_has_the_same_ids_and_bytes(settings: Settings, worker: Worker, producer: KafkaProducer, seed: Article) -> None:
    del worker
    for _ in range(2):
        send(producer, settings, seed.model_dump_json().encode(), key=seed.id.encode())
    messages = read_all(settings, *EVENT_TOPICS, ENRICHED, enough=lambda found: len(found) >= 2 * len(EVENTS) + 2)
    by_identity: dict[tuple[str | None, bytes], list[bytes | None]] = {}
    for message in messages:
        identity = headers_of(message).get("ce_id") or message.key() or b""
        by_identity.setdefault((message.topic(), identity), []).append(message.value())
    assert len(by_identity) == len(EVENTS) + 1
    assert all(len(values) == 2 and values[0] == values[1] for values in by_identity.values())


def test_metrics_tell_what_happened(settings: Settings, worker: Worker, producer: KafkaProducer, seed: Article) -> None:
    send(producer, settings, seed.model_dump_json().encode())
    send(producer, settings, b"nonsense")
    outcomes(settings, 2)
    assert worker.metric('streams_articles_received_total{mode="live"}') == 2
    assert worker.metric('streams_articles_processed_total{mode="live",outcome="enriched"}') == 1
    assert worker.metric('streams_articles_processed_total{mode="live",outcome="dead_lettered"}') == 1
    assert worker.metric('streams_dead_letters_total{mode="live",reason="decode"}') == 1
    assert worker.metric("streams_events_emitted_total") == len(EVENTS)
    assert worker.metric("streams_articles_in_flight") == 0
    assert worker.metric('streams_end_to_end_latency_seconds_count{mode="live"}') == 2
    assert worker.metric("streams_assigned_partitions") == settings.partitions


def test_the_health_port_serves_only_health(worker: Worker) -> None:
    port = worker.settings.health_port
    answer = worker.get("/livez")
    assert answer is not None
    assert re.search(rf":{port}/livez", str(answer.url))
    import httpx

    for path in ("/", "/stats", "/tables", "/metrics"):
        assert httpx.get(f"http://127.0.0.1:{port}{path}").status_code == 404, path
