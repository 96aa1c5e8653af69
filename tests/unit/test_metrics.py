"""Metrics: well named, there from the start."""

from __future__ import annotations

import re

from prometheus_client import CollectorRegistry, generate_latest

from streams.metrics import DEAD_LETTER_REASONS, EVENT_TYPES, MODES, OUTCOMES, STAGES, WorkerMetrics, mode_of

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
        assert f'streams_dead_letters_total{{reason="{reason}"}} 0.0' in SCRAPED
    for stage in STAGES:
        assert f'streams_process_duration_seconds_count{{stage="{stage}"}} 0.0' in SCRAPED


def test_no_gauge_beside_every_counter() -> None:
    assert "_created" not in SCRAPED


def test_replayed_articles_are_told_from_live_ones() -> None:
    assert mode_of([("traceparent", b"x")]) == "live"
    assert mode_of([("replay.run-id", b"7")]) == "replay"
