"""What the metrics say is what happened: counts against what was sent, lag against Kafka's own figures by another client."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from confluent_kafka import Consumer, TopicPartition
from kafka import KafkaProducer
from prometheus_client.parser import text_string_to_metric_families

from streams.metrics import MODES
from streams.settings import Settings
from streams.stack.server import free_port
from streams.topics import ARTICLES, ENRICHED
from tests.broker.conftest import WAIT, Worker, committed, headers_of, outcomes, read_all, send, wait_for
from tests.otlp import running_collector

EVENTFUL = "Norway pledged 12 NASAMS launchers to Ukraine on Friday."
PLAIN = "Officials from Norway and Sweden said that they had talked of fish, ferries and forests in Oslo on Monday. "

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def parsed(page: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def total(samples: Samples, metric: str, **labels: str) -> float:
    return sum(value for (name, pairs), value in samples.items() if name == metric and labels.items() <= dict(pairs).items())


def scrape(worker: Worker) -> Samples:
    answer = worker.get("/metrics")
    assert answer is not None
    return parsed(answer.text)


def balances(samples: Samples) -> bool:
    """Received is what came out and what is on the way, in this one scrape."""
    return total(samples, "streams_articles_received_total") == (
        total(samples, "streams_articles_processed_total") + total(samples, "streams_articles_in_flight")
    )


@pytest.fixture
def exporter(settings: Settings, tmp_path: Path) -> Iterator[Callable[[], Samples]]:
    chosen = settings.model_copy(update={"exporter_port": free_port(), "exporter_interval": 0.5, "heartbeat_interval": 0})
    yield from run_exporter(chosen, tmp_path / "exporter.log")


def run_exporter(settings: Settings, log: Path) -> Iterator[Callable[[], Samples]]:
    environment = {**os.environ, **settings.environment()}
    url = f"http://127.0.0.1:{settings.exporter_port}/metrics"
    with log.open("ab") as output:
        process = subprocess.Popen([sys.executable, "-m", "streams", "lag-exporter"], env=environment, stdout=output, stderr=output)

    def read() -> Samples:
        deadline = time.monotonic() + WAIT
        while True:
            try:
                samples = parsed(httpx.get(url, timeout=2).text)
            except httpx.HTTPError:
                samples = {}
            if total(samples, "kafka_brokers"):
                return samples
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)

    yield read
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0, log.read_text()


def lag_by_kafka(settings: Settings) -> dict[int, int]:
    """By partition, the lag as librdkafka finds it."""
    client = Consumer({"bootstrap.servers": settings.bootstrap_servers, "group.id": settings.group, "enable.auto.commit": False})
    try:
        positions = client.committed([TopicPartition(ARTICLES.name_in(settings), p) for p in range(settings.partitions)], timeout=30)
        ends = {p.partition: client.get_watermark_offsets(p, timeout=30) for p in positions}
        return {p.partition: (ends[p.partition] or (0, 0))[1] - max(p.offset, 0) for p in positions}
    finally:
        client.close()


def test_every_article_is_counted_once_and_every_scrape_balances(
    settings: Settings, start_worker: Callable[..., Worker], producer: KafkaProducer
) -> None:
    worker = start_worker(article_timeout=2.0).wait_until_ready()
    for n in range(30):
        send(producer, settings, json.dumps({"id": f"plain-{n}", "text": PLAIN * 20}).encode(), partition=n % 3)
    for n in range(7):
        send(producer, settings, json.dumps({"id": f"event-{n}", "text": EVENTFUL}).encode(), partition=n % 3)
    for n in range(5):
        send(producer, settings, b"\x00 neither Avro nor JSON", partition=n % 3)
    for n in range(4):
        headers = [("replay.run-id", b"run")]
        send(producer, settings, json.dumps({"id": f"replayed-{n}", "text": EVENTFUL}).encode(), partition=n % 3, headers=headers)
    send(producer, settings, b'{"id": "empty", "text": " "}')
    scrapes: list[Samples] = []

    def is_done() -> bool:
        scrapes.append(scrape(worker))
        return total(scrapes[-1], "streams_articles_processed_total") >= 47

    wait_for(is_done)
    assert all(balances(samples) for samples in scrapes)
    # Some of them were taken in the middle of the work.
    assert any(total(samples, "streams_articles_in_flight") > 0 for samples in scrapes)
    done = scrapes[-1]
    counted = {
        (mode, outcome): total(done, "streams_articles_processed_total", mode=mode, outcome=outcome)
        for mode in MODES
        for outcome in ("enriched", "no_event", "duplicate", "dead_lettered")
    }
    expected = {("live", "no_event"): 30, ("live", "enriched"): 7, ("live", "dead_lettered"): 6, ("replay", "enriched"): 4}
    assert {key: value for key, value in counted.items() if value} == expected
    assert total(done, "streams_articles_received_total", mode="live") == 43
    assert total(done, "streams_articles_in_flight") == 0
    assert total(done, "streams_dead_letters_total") == total(done, "streams_articles_processed_total", outcome="dead_lettered")
    assert total(done, "streams_dead_letters_total", reason="validation") == 1
    assert total(done, "streams_end_to_end_latency_seconds_count", mode="live") == 43
    # The topics hold what the counters say.
    enriched, letters = outcomes(settings, 47)
    assert (len(enriched), len(letters)) == (41, 6)
    assert total(done, "streams_events_emitted_total", mode="live") == total(done, "streams_event_status_total")


def test_scrapes_balance_while_partitions_move(settings: Settings, start_worker: Callable[..., Worker], producer: KafkaProducer) -> None:
    first = start_worker().wait_until_ready()
    sent = 0

    def send_some() -> None:
        nonlocal sent
        for _ in range(15):
            value = json.dumps({"id": f"a-{sent}", "text": f"{PLAIN * 8} {sent}"}).encode()
            producer.send(ARTICLES.name_in(settings), value=value, key=b"k", partition=sent % 3)
            sent += 1
        producer.flush()

    send_some()
    wait_for(lambda: first.metric("streams_articles_processed_total") > 5)
    second = start_worker()
    scrapes: list[Samples] = []

    def is_done() -> bool:
        scrapes.extend(parsed(answer.text) for worker in (first, second) if (answer := worker.get("/metrics")) is not None)
        if first.metric("streams_rebalances_total") < 2:
            # There has to be work in hand when the partitions move.
            send_some()
            return False
        return committed(settings) == sent

    wait_for(is_done)
    assert all(balances(samples) for samples in scrapes)
    assert first.metric("streams_rebalances_total") >= 2
    assert first.metric("streams_rebalance_duration_seconds_count") >= 1
    assert first.metric("streams_assigned_partitions") + second.metric("streams_assigned_partitions") == 3
    # At least once: every article was finished by one of them, some perhaps by both.
    assert sum(worker.metric("streams_articles_processed_total") for worker in (first, second)) >= sent


def test_lag_is_what_kafka_says_and_stays_when_the_worker_is_gone(
    settings: Settings, worker: Worker, producer: KafkaProducer, exporter: Callable[[], Samples]
) -> None:
    name = ARTICLES.name_in(settings)
    for n in range(9):
        send(producer, settings, json.dumps({"id": f"a-{n}", "text": PLAIN}).encode(), partition=n % 3)
    wait_for(lambda: committed(settings) == 9)
    wait_for(lambda: total(exporter(), "kafka_consumergroup_current_offset", consumergroup=settings.group) == 9)
    samples = exporter()
    assert total(samples, "kafka_consumergroup_members", consumergroup=settings.group) == 1
    assert total(samples, "kafka_consumergroup_lag", consumergroup=settings.group, topic=name) == 0
    assert total(samples, "kafka_consumergroup_group_max_lag_seconds", group=settings.group) == 0

    assert worker.stop() == 0
    sent_at = time.time()
    for n in range(5):
        send(producer, settings, json.dumps({"id": f"b-{n}", "text": PLAIN}).encode(), partition=0 if n < 4 else 1)
    wait_for(lambda: total(exporter(), "kafka_consumergroup_lag", consumergroup=settings.group) == 5)
    # What it serves is as old as its last look, on a crowded machine more so.
    wait_for(lambda: total(exporter(), "kafka_consumergroup_group_max_lag_seconds", group=settings.group) >= 2)
    samples = exporter()
    assert total(samples, "kafka_consumergroup_members", consumergroup=settings.group) == 0
    by_partition = {
        p: total(samples, "kafka_consumergroup_lag", consumergroup=settings.group, topic=name, partition=str(p)) for p in range(3)
    }
    assert by_partition == lag_by_kafka(settings) == {0: 4, 1: 1, 2: 0}
    waiting = total(samples, "kafka_consumergroup_group_max_lag_seconds", group=settings.group)
    assert waiting <= time.time() - sent_at
    # An old timestamp is a wait where a producer was late, but not where a replay repeats an old article.
    send(producer, settings, b"{}", partition=2, timestamp_ms=int((sent_at - 5000) * 1000), headers=[("replay.run-id", b"r")])
    wait_for(lambda: total(exporter(), "kafka_consumergroup_lag", consumergroup=settings.group) == 6)
    assert total(exporter(), "kafka_consumergroup_group_max_lag_seconds", group=settings.group) < 1000


def test_heartbeats_go_the_whole_way_and_leave_nothing(settings: Settings, worker: Worker, producer: KafkaProducer, tmp_path: Path) -> None:
    chosen = settings.model_copy(update={"exporter_port": free_port(), "exporter_interval": 0.5, "heartbeat_interval": 1})
    for read in run_exporter(chosen, tmp_path / "heartbeats.log"):
        read()
        wait_for(lambda: worker.metric('streams_articles_processed_total{mode="heartbeat",outcome="no_event"}') >= 6)
    send(producer, settings, b'{"id": "real", "text": "Officials met in Oslo."}')
    wait_for(lambda: worker.metric('streams_articles_processed_total{mode="live",outcome="no_event"}') == 1)
    [only] = read_all(settings, ENRICHED, enough=lambda messages: len(messages) >= 1)
    assert "streams.heartbeat" not in headers_of(only)
    samples = scrape(worker)
    assert balances(samples)
    partitions = {dict(labels)["partition"] for name, labels in samples if name == "streams_last_processed_timestamp_seconds"}
    assert partitions == {"0", "1", "2"}
    assert total(samples, "streams_end_to_end_latency_seconds_count", mode="heartbeat") >= 6


def test_spans_of_a_worker_reach_a_collector(
    producer: KafkaProducer, settings: Settings, start_worker: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_collector() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        worker = start_worker(tracing=True).wait_until_ready()
        send(producer, settings, json.dumps({"text": EVENTFUL}).encode())
        [enriched], _ = outcomes(settings, 1)
        assert worker.stop() == 0
    spans = collector.spans()
    article = spans.pop(f"process {ARTICLES.name_in(settings)}")
    assert set(spans) == {"decode", "enrich", "produce"}
    assert all(span.parent_span_id == article.span_id for span in spans.values())
    assert headers_of(enriched)["traceparent"].split(b"-")[1:3] == [article.trace_id.hex().encode(), article.span_id.hex().encode()]
