"""Metrics: well named, there from the start."""

from __future__ import annotations

import re
import threading

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.samples import Sample

from streams.metrics import DEAD_LETTER_REASONS, EVENT_TYPES, MODES, OUTCOMES, STAGES, ArticleCounts, WorkerMetrics, mode_of

REGISTRY = CollectorRegistry()
METRICS = WorkerMetrics(REGISTRY)
SCRAPED = generate_latest(REGISTRY).decode()


def test_names_have_prefix_base_unit_and_help() -> None:
    for family in REGISTRY.collect():
        if not family.name.startswith("streams_"):
            continue
        assert family.documentation.endswith("."), family.name
        assert not re.search(r"_(ms|millis|kb|mb)(_|$)", family.name)
        assert (family.type == "counter") == (f"# TYPE {family.name}_total counter" in SCRAPED)


def test_every_label_set_is_there_from_the_start() -> None:
    for mode in MODES:
        assert f'streams_articles_received_total{{mode="{mode}"}} 0.0' in SCRAPED
        for outcome in OUTCOMES:
            assert f'streams_articles_processed_total{{mode="{mode}",outcome="{outcome}"}} 0.0' in SCRAPED
        for event_type in EVENT_TYPES:
            assert f'streams_events_emitted_total{{event_type="{event_type}",mode="{mode}"}} 0.0' in SCRAPED
    for reason in DEAD_LETTER_REASONS:
        assert f'streams_dead_letters_total{{mode="live",reason="{reason}"}} 0.0' in SCRAPED
    for stage in STAGES:
        assert f'streams_process_duration_seconds_count{{stage="{stage}"}} 0.0' in SCRAPED


def test_no_gauge_beside_every_counter() -> None:
    assert "_created" not in SCRAPED


def test_replayed_articles_are_told_from_live_ones() -> None:
    assert mode_of([("traceparent", b"x")]) == "live"
    assert mode_of([("replay.run-id", b"7")]) == "replay"
    # A heartbeat stays one, even where a replay repeats it.
    assert mode_of([("replay.run-id", b"7"), ("streams.heartbeat", b"1")]) == "heartbeat"


def test_drift_metrics_name_what_can_be_empty() -> None:
    assert 'streams_event_null_fields_total{event_type="funding_gap",field="gap"} 0.0' in SCRAPED
    assert 'streams_event_status_total{event_type="weapons_pledge",status="under_discussion"} 0.0' in SCRAPED
    # A field that is always there is never empty.
    assert 'field="event_key"' not in SCRAPED
    assert 'field="system"' not in SCRAPED


def test_every_scrape_balances_whatever_happens_meanwhile() -> None:
    registry = CollectorRegistry()
    counts = ArticleCounts(registry)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            counts.receive("live")
            counts.receive("replay")
            counts.finish("enriched", "live")
            counts.finish("dead_lettered", "replay", dead_letter_reason="decode")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        seen = 0.0
        for _ in range(300):
            samples = [sample for family in registry.collect() for sample in family.samples]

            def total(name: str, samples: list[Sample] = samples) -> float:
                return sum(sample.value for sample in samples if sample.name == name)

            seen = total("streams_articles_received_total")
            assert seen == total("streams_articles_processed_total") + total("streams_articles_in_flight")
            dead = sum(s.value for s in samples if s.name == "streams_articles_processed_total" and s.labels["outcome"] == "dead_lettered")
            assert dead == total("streams_dead_letters_total")
        assert seen > 300
    finally:
        stop.set()
        for thread in threads:
            thread.join()
