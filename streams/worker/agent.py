"""The way of one article through the worker: read, decode, enrich, send, acknowledge."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from streams.errors import DecodeError, RegistryUnreachableError, RejectedArticleError
from streams.logs import bind_article
from streams.metrics import HEARTBEAT, LIVE, WorkerMetrics, mode_of
from streams.pauses import pauses
from streams.records import Article
from streams.topics import DEAD_LETTER_HEADROOM, DEAD_LETTERS
from streams.wire.avro import ArticleDecoder
from streams.wire.cloudevents import Headers, passed_on_headers
from streams.wire.dead_letter import LEFT_OUT_HEADER, SourceRecord, dead_letter_headers
from streams.worker.continuity import Continuity
from streams.worker.enricher import Enriched, OutgoingRecord
from streams.worker.findings import Finding
from streams.worker.pool import Pool
from streams.worker.tracing import ArticleTrace, Tracing
from streams.worker.window import Window

__all__ = ["ArticleAgent", "Received", "Send"]

log = logging.getLogger(__name__)

Send = Callable[[OutgoingRecord], Awaitable[Awaitable[object]]]
"""Hands a record to the producer; returns an awaitable of the broker's acknowledgement."""


@dataclass(frozen=True)
class Received:
    """One record of `articles`.

    Parameters
    ----------
    event
        Faust's event, for its acknowledgement.
    trace
        Where its stages are told.
    """

    event: Any
    key: bytes | None
    value: bytes | None
    source: SourceRecord
    timestamp: float
    trace: ArticleTrace


@dataclass(frozen=True)
class Outcome:
    """What has to be sent for one article, and how it counts.

    Parameters
    ----------
    reason
        Why it is a dead letter.
    """

    records: list[OutgoingRecord]
    kind: str
    sending_from: float
    findings: Sequence[Finding] = ()
    published: datetime | None = None
    reason: str | None = None


class ArticleAgent:
    """Processes a stream of articles so that none is lost: section "promises" of the README says what that means.

    Parameters
    ----------
    send
        Hands a record to the producer.
    window
        Articles in work at most.
    continuity
        Told of every record that is read, before anything is done with it.
    max_record_bytes
        Bytes of the largest record that `articles` takes; one that was packed may have more, and is neither read nor kept.
    """

    def __init__(  # noqa: PLR0913 - what it is put together from
        self,
        *,
        decoder: ArticleDecoder,
        pool: Pool[Article, Enriched],
        send: Send,
        metrics: WorkerMetrics,
        window: int,
        continuity: Continuity,
        max_record_bytes: int,
        tracing: Tracing,
    ) -> None:
        self._decoder = decoder
        self._pool = pool
        self._send_record = send
        self._metrics = metrics
        self._window_size = window
        self._continuity = continuity
        self._max_record_bytes = max_record_bytes
        self._tracing = tracing
        self._unacknowledged: deque[float] = deque()
        self._finished: dict[tuple[str, int], int] = {}
        self._latest_publication = 0.0

    @property
    def seconds_unacknowledged(self) -> float:
        """How long the oldest record that was handed to the producer has waited for the broker; asked from any thread."""
        with contextlib.suppress(IndexError):
            return time.monotonic() - self._unacknowledged[0]
        return 0.0

    async def process(self, stream: Any) -> None:
        """Process the stream until it ends; any error here ends the worker, and what was not acknowledged is read again."""
        # Faust acknowledges an event when the loop asks for the next one, unless it is told not to.
        stream = stream.noack()

        async def acknowledge(received: Received, outcome: Outcome) -> None:
            self._count(received, outcome)
            await stream.ack(received.event)

        window = Window(self._window_size, work=self._work, send=self._send, acknowledge=acknowledge)
        async with asyncio.TaskGroup() as tasks:
            # A failure in the window cancels the loop below at once, even while no article comes in.
            running = tasks.create_task(window.run())
            async for event in stream.events():
                await self._continuity.check(event.message)
                await window.put(self._receive(event))
            running.cancel()

    def _receive(self, event: Any) -> Received:
        message = event.message
        headers = _headers(message.headers)
        self._metrics.articles.receive(mode_of(headers))
        source = SourceRecord(message.topic, message.partition, message.offset, headers)
        return Received(event, message.key, message.value, source, message.timestamp, self._tracing.begin(source))

    async def _work(self, received: Received) -> Outcome:
        """Step 1, many at once: decode and enrich; what cannot be becomes a dead letter."""
        mode = mode_of(received.source.headers)
        bind_article(received.source)
        try:
            article = await self._decode(received)
            bind_article(received.source, article.id)
            if article.published_at is not None:
                self._metrics.age.labels(mode).observe(max(0.0, time.time() - article.published_at.timestamp()))
            enriching_from = time.monotonic()
            enriched = await self._pool.run(article)
        except RejectedArticleError as error:
            return self._dead_letter(received, error)
        taken = time.monotonic() - enriching_from
        received.trace.stage("enrich", taken)
        seconds = enriched.seconds
        self._metrics.stages.labels("queue").observe(max(0.0, taken - sum(seconds.values())))
        for stage, duration in seconds.items():
            self._metrics.stages.labels(stage).observe(duration)
        self._metrics.pool_busy.inc(sum(seconds.values()))
        passed_on = received.trace.passed_on(passed_on_headers(received.source.headers))
        records = [OutgoingRecord(r.topic, r.key, r.value, r.headers + passed_on) for r in enriched.records]
        if mode == HEARTBEAT:
            # It has proved that the way is open; nobody downstream wants to read it.
            return Outcome([], "no_event", time.monotonic())
        kind = "enriched" if enriched.findings else "no_event"
        return Outcome(records, kind, time.monotonic(), enriched.findings, article.published_at)

    async def _decode(self, received: Received) -> Article:
        if received.value is not None and len(received.value) > self._max_record_bytes:
            raise DecodeError(f"the value has {len(received.value)} bytes, more than the {self._max_record_bytes} that are allowed")
        decoding_from = time.monotonic()
        for pause in pauses():
            try:
                # In a thread: a schema that is not known yet is asked for over HTTP.
                article = await asyncio.to_thread(self._decoder.decode, received.value)
            except RegistryUnreachableError as error:
                log.warning("%s: %s; trying again in %.1f s", received.source, error, pause)
                self._metrics.retries.labels("find_schema").inc()
                await asyncio.sleep(pause)
            else:
                seconds = time.monotonic() - decoding_from
                received.trace.stage("decode", seconds)
                self._metrics.stages.labels("decode").observe(seconds)
                return article
        raise AssertionError("unreachable")

    def _dead_letter(self, received: Received, error: RejectedArticleError) -> Outcome:
        log.warning("%s: dead letter, %s: %s", received.source, error.reason, error.what)
        value = received.value
        if received.key is None and value is None:
            # The producer refuses a record with neither; an empty value says the same.
            value = b""
        headers = dead_letter_headers(received.source, error, now=datetime.now(UTC))
        letter = OutgoingRecord(DEAD_LETTERS.name, received.key, value, headers, received.timestamp)
        if letter.size > self._max_record_bytes + DEAD_LETTER_HEADROOM // 2:
            # What was packed may be larger than its topic allows. The producer would refuse it again after every restart, and nothing
            # behind it would ever be read.
            place = dataclasses.replace(received.source, headers=[])
            headers = [*dead_letter_headers(place, error, now=datetime.now(UTC)), (LEFT_OUT_HEADER, str(letter.size).encode())]
            letter = OutgoingRecord(DEAD_LETTERS.name, None, b"", headers, received.timestamp)
        return Outcome([letter], "dead_lettered", time.monotonic(), reason=error.reason)

    async def _send(self, received: Received, outcome: Outcome) -> Awaitable[object]:
        """Step 2, in order: hand everything to the producer."""
        del received
        self._unacknowledged.append(time.monotonic())
        return asyncio.gather(*[await self._send_record(record) for record in outcome.records])

    def _count(self, received: Received, outcome: Outcome) -> None:
        """Step 3, in order, after the broker's acknowledgement."""
        self._unacknowledged.popleft()
        metrics = self._metrics
        source = received.source
        mode = mode_of(source.headers)
        seconds = time.monotonic() - outcome.sending_from
        received.trace.stage("produce", seconds)
        metrics.stages.labels("produce").observe(seconds)
        for finding in outcome.findings:
            metrics.events.labels(finding.event_type, mode).inc()
            if mode == LIVE:
                self._count_finding(finding)
        metrics.latency.labels(mode).observe(max(0.0, time.time() - received.timestamp))
        metrics.last_processed.labels(str(source.partition)).set_to_current_time()
        if mode == LIVE and outcome.published is not None and outcome.published.timestamp() > self._latest_publication:
            self._latest_publication = outcome.published.timestamp()
            metrics.watermark.set(self._latest_publication)
        # Read again after a rebalance, it was sent again with the same ids; as "enriched" it would count twice.
        is_duplicate = source.offset <= self._finished.get((source.topic, source.partition), -1)
        if not is_duplicate:
            self._finished[source.topic, source.partition] = source.offset
        kind = "duplicate" if is_duplicate and outcome.reason is None else outcome.kind
        metrics.articles.finish(kind, mode, dead_letter_reason=outcome.reason)
        received.trace.end(kind, outcome.reason)

    def _count_finding(self, finding: Finding) -> None:
        metrics = self._metrics
        metrics.event_status.labels(finding.event_type, finding.status).inc()
        metrics.event_confidence.labels(finding.event_type).observe(finding.confidence)
        for field in finding.null_fields:
            metrics.event_null_fields.labels(finding.event_type, field).inc()
        for reason in finding.null_reasons:
            metrics.event_null_reasons.labels(reason).inc()
        for (name_type, gazetteer), count in finding.names.items():
            metrics.event_names.labels(name_type, gazetteer).inc(count)


def _headers(headers: Any) -> Headers:
    """Faust gives a list of pairs, a mapping or None."""
    pairs = headers.items() if hasattr(headers, "items") else headers or []
    return [(str(name), bytes(value or b"")) for name, value in pairs]
