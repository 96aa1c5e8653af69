"""Every metric of the worker: its name, type, labels and help in one place."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client import disable_created_metrics as _disable_created_metrics

from streams.records import EventType

__all__ = ["DEAD_LETTER_REASONS", "MODES", "OUTCOMES", "STAGES", "WorkerMetrics", "mode_of"]

MODES = ("live", "replay")
OUTCOMES = ("enriched", "no_event", "dead_lettered")
STAGES = ("decode", "queue", "nlp", "extract", "encode", "produce")
DEAD_LETTER_REASONS = ("decode", "validation", "timeout", "crash", "encode", "error")
EVENT_TYPES = tuple(kind.value.lower() for kind in EventType if kind is not EventType.UNKNOWN)

REPLAY_HEADER = "replay.run-id"
"""Header by which a replayed article is told from a live one."""

LATENCY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
STAGE_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

# A `_created` gauge beside every counter and histogram doubles the series and tells nothing that the start time does not.
_disable_created_metrics()  # type: ignore[no-untyped-call]


def mode_of(headers: list[tuple[str, bytes]]) -> str:
    """Value of the label `mode` for an article with these headers."""
    return "replay" if any(name == REPLAY_HEADER for name, _ in headers) else "live"


class WorkerMetrics:
    """The metrics of one worker, each label set there from the start, so that a rate has a zero to begin with.

    Parameters
    ----------
    registry
        Where they are registered and scraped from; a fresh one for each worker.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self.registry = registry
        self.received = Counter("streams_articles_received_total", "Articles read from Kafka.", ["mode"], registry=registry)
        self.processed = Counter(
            "streams_articles_processed_total",
            "Articles that left the pipeline, acknowledged by the broker; received less this is in flight.",
            ["outcome", "mode"],
            registry=registry,
        )
        self.events = Counter(
            "streams_events_emitted_total", "Events acknowledged by the broker.", ["event_type", "mode"], registry=registry
        )
        self.dead_letters = Counter("streams_dead_letters_total", "Records sent to the dead-letter topic.", ["reason"], registry=registry)
        self.stages = Histogram(
            "streams_process_duration_seconds", "Time of one article in a stage.", ["stage"], buckets=STAGE_BUCKETS, registry=registry
        )
        self.latency = Histogram(
            "streams_end_to_end_latency_seconds",
            "From the article's timestamp in Kafka to the broker's acknowledgement of all that was made from it.",
            ["mode"],
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self.in_flight = Gauge("streams_articles_in_flight", "Articles received and not finished.", registry=registry)
        self.last_processed = Gauge(
            "streams_last_processed_timestamp_seconds", "When the last article was finished.", ["partition"], registry=registry
        )
        self.assigned_partitions = Gauge(
            "streams_assigned_partitions", "Partitions of `articles` that this worker owns.", registry=registry
        )
        self.rebalances = Counter("streams_rebalances_total", "Rebalances of the consumer group.", registry=registry)
        self.pool_processes = Gauge("streams_pool_processes", "Processes that enrich articles.", ["state"], registry=registry)
        self.pool_busy = Counter("streams_pool_busy_seconds_total", "Time that the pool's processes spent on articles.", registry=registry)
        self.pool_restarts = Counter("streams_pool_restarts_total", "Processes that were replaced.", ["reason"], registry=registry)
        self.registry_requests = Counter(
            "streams_schema_registry_requests_total", "Requests to the schema registry.", ["outcome"], registry=registry
        )
        self.event_loop_lag = Gauge("streams_event_loop_lag_seconds", "By how much the event loop's last tick was late.", registry=registry)
        self.build = Gauge("streams_build_info", "What runs; always 1.", ["version", "model", "faust"], registry=registry)
        for mode in MODES:
            self.received.labels(mode)
            self.latency.labels(mode)
            for outcome in OUTCOMES:
                self.processed.labels(outcome, mode)
            for event_type in EVENT_TYPES:
                self.events.labels(event_type, mode)
        for reason in DEAD_LETTER_REASONS:
            self.dead_letters.labels(reason)
        for stage in STAGES:
            self.stages.labels(stage)
        for state in ("configured", "alive"):
            self.pool_processes.labels(state)
        for reason in ("crash", "timeout", "recycle"):
            self.pool_restarts.labels(reason)
        for outcome in ("ok", "unknown_schema", "unreachable"):
            self.registry_requests.labels(outcome)
