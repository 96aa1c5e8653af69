"""The agent without Kafka: how articles are counted that are read again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from types import SimpleNamespace
from typing import Any

from prometheus_client import CollectorRegistry

from streams.metrics import WorkerMetrics
from streams.topics import ARTICLES
from streams.wire.avro import ArticleDecoder
from streams.wire.contract import schema_text
from streams.worker.agent import ArticleAgent
from streams.worker.continuity import Continuity
from streams.worker.enricher import Enriched, OutgoingRecord
from streams.worker.findings import Finding
from streams.worker.tracing import NoTracing

FINDING = Finding("talks_round", "held", 0.8, ("duration",), ("not stated",), {("actor", "hit"): 2, ("place", "miss"): 1})
ARTICLE = json.dumps({"id": "a", "text": "They met.", "published_at": 1_700_000_000_000}).encode()


class FakePool:
    """Finds one event in each article."""

    async def run(self, article: object) -> Enriched:
        del article
        return Enriched([OutgoingRecord("articles.enriched", b"a", b"", [])], [FINDING], {"nlp": 0.01})


class FakeStream:
    """Gives events, and notes which of them were acknowledged."""

    def __init__(self, events: list[Any]) -> None:
        self._events = events
        self.acknowledged: list[int] = []
        self._done = asyncio.Event()

    def noack(self) -> FakeStream:
        return self

    async def events(self) -> AsyncIterator[Any]:
        for event in self._events:
            yield event
        await self._done.wait()

    async def ack(self, event: Any) -> None:
        self.acknowledged.append(event.message.offset)
        if len(self.acknowledged) == len(self._events):
            self._done.set()


def event(offset: int, value: bytes = ARTICLE, headers: list[tuple[str, bytes]] | None = None) -> Any:
    return SimpleNamespace(
        message=SimpleNamespace(
            topic="articles", partition=0, offset=offset, key=b"a", value=value, headers=headers, timestamp=1_700_000_100.0, generation_id=1
        )
    )


def processed(*events: Any) -> tuple[CollectorRegistry, list[str]]:
    """The metrics, and the topics sent to, after the events were processed."""
    registry = CollectorRegistry()
    sent: list[str] = []

    async def send(record: OutgoingRecord) -> Awaitable[object]:
        sent.append(record.topic)
        acknowledged: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        acknowledged.set_result(None)
        return acknowledged

    def find_schema(schema_id: int) -> str:
        raise AssertionError(schema_id)

    async def run() -> None:
        decoder = ArticleDecoder(schema_text(ARTICLES), find_schema, max_text_length=1000)
        pool: Any = FakePool()
        agent = ArticleAgent(
            decoder=decoder,
            pool=pool,
            send=send,
            metrics=WorkerMetrics(registry),
            window=4,
            continuity=Continuity(position=lambda _: 0, first_offset=lambda _partition, _start: 10**9),
            max_record_bytes=2**20,
            tracing=NoTracing(),
        )
        await asyncio.wait_for(agent.process(FakeStream(list(events))), timeout=10)

    asyncio.run(run())
    return registry, sent


def test_what_is_read_again_is_sent_again_and_counts_as_duplicate() -> None:
    registry, sent = processed(event(7), event(8), event(7), event(8), event(9))
    outcome = "streams_articles_processed_total"
    assert registry.get_sample_value(outcome, {"mode": "live", "outcome": "enriched"}) == 3
    assert registry.get_sample_value(outcome, {"mode": "live", "outcome": "duplicate"}) == 2
    assert registry.get_sample_value("streams_articles_received_total", {"mode": "live"}) == 5
    assert registry.get_sample_value("streams_articles_in_flight") == 0
    assert sent == ["articles.enriched"] * 5


def test_a_heartbeat_leaves_nothing_and_counts_by_itself() -> None:
    registry, sent = processed(event(1, headers=[("streams.heartbeat", b"1")]))
    assert sent == []
    assert registry.get_sample_value("streams_articles_processed_total", {"mode": "heartbeat", "outcome": "no_event"}) == 1
    assert registry.get_sample_value("streams_event_status_total", {"event_type": "talks_round", "status": "held"}) == 0


def test_findings_of_live_articles_alone_show_drift() -> None:
    registry, _ = processed(event(1), event(2, headers=[("replay.run-id", b"7")]))
    assert registry.get_sample_value("streams_event_status_total", {"event_type": "talks_round", "status": "held"}) == 1
    assert registry.get_sample_value("streams_event_null_fields_total", {"event_type": "talks_round", "field": "duration"}) == 1
    assert registry.get_sample_value("streams_event_null_reasons_total", {"reason": "not stated"}) == 1
    assert registry.get_sample_value("streams_event_names_total", {"name_type": "actor", "gazetteer": "hit"}) == 2
    assert registry.get_sample_value("streams_events_emitted_total", {"event_type": "talks_round", "mode": "replay"}) == 1


def test_the_watermark_is_the_latest_publication_and_age_is_counted_by_mode() -> None:
    older = ARTICLE.replace(b"1700000000000", b"1600000000000")
    registry, _ = processed(event(1), event(2, older), event(3, headers=[("replay.run-id", b"7")]))
    assert registry.get_sample_value("streams_event_time_watermark_timestamp_seconds") == 1_700_000_000
    assert registry.get_sample_value("streams_article_age_seconds_count", {"mode": "live"}) == 2
    assert registry.get_sample_value("streams_article_age_seconds_count", {"mode": "replay"}) == 1


def test_dead_letters_are_counted_by_reason_and_mode() -> None:
    registry, sent = processed(event(1, b"nothing"))
    assert sent == ["articles.dead-letter"]
    assert registry.get_sample_value("streams_dead_letters_total", {"reason": "decode", "mode": "live"}) == 1
    assert registry.get_sample_value("streams_articles_processed_total", {"mode": "live", "outcome": "dead_lettered"}) == 1
