"""Every metric of the project: its name, type, labels and help in one place."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client import disable_created_metrics as _disable_created_metrics
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from streams.records import Event, EventType, FundingGap, TalksRound, WeaponsPledge
from streams.wire.cloudevents import REPLAY_HEADER

__all__ = [
    "DEAD_LETTER_REASONS",
    "HEARTBEAT",
    "HEARTBEAT_HEADER",
    "LIVE",
    "MODES",
    "OUTCOMES",
    "STAGES",
    "ArticleCounts",
    "LagExporterMetrics",
    "WorkerMetrics",
    "mode_of",
    "optional_fields",
]

LIVE = "live"
HEARTBEAT = "heartbeat"
MODES = (LIVE, "replay", HEARTBEAT)
OUTCOMES = ("enriched", "no_event", "duplicate", "dead_lettered")
STAGES = ("decode", "queue", "nlp", "extract", "encode", "produce")
DEAD_LETTER_REASONS = ("decode", "validation", "timeout", "memory", "crash", "encode", "error")
REGISTRY_OPERATIONS = ("schema", "register", "compatibility", "subjects")
REGISTRY_OUTCOMES = ("ok", "unreachable", "unknown", "incompatible", "error")
RETRIED_OPERATIONS = ("create_topics", "register_schemas", "find_schema", "find_position")
POOL_RESTART_REASONS = ("crash", "timeout", "memory", "recycle")
NAME_TYPES = ("actor", "weapon", "place")

EVENT_CLASSES: dict[str, type[Event]] = {
    kind.event_type.value.lower(): kind  # the label reads as the topics do, with an underscore
    for kind in (FundingGap, WeaponsPledge, TalksRound)
}
EVENT_TYPES = tuple(kind.value.lower() for kind in EventType if kind is not EventType.UNKNOWN)

HEARTBEAT_HEADER = "streams.heartbeat"
"""Header of the lag exporter's own articles, which go the whole way but leave nothing behind."""

LATENCY_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
AGE_BUCKETS = (10, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86400, 3 * 86400, 7 * 86400, 30 * 86400)
STAGE_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REBALANCE_BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
CONFIDENCE_BUCKETS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

# A `_created` gauge beside every counter and histogram doubles the series and tells nothing that the start time does not.
_disable_created_metrics()  # type: ignore[no-untyped-call]


def mode_of(headers: list[tuple[str, bytes]]) -> str:
    """Value of the label `mode` for an article with these headers."""
    names = {name for name, _ in headers}
    if HEARTBEAT_HEADER in names:
        return HEARTBEAT
    return "replay" if REPLAY_HEADER in names else LIVE


class ArticleCounts(Collector):
    """Where every article is: received = sum of outcomes + in flight, in every scrape.

    The counters are scraped under the lock that they are changed under; a scrape between two of them would show an article
    twice or not at all.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._lock = threading.Lock()
        self._received = Counter("streams_articles_received_total", "Articles read from Kafka.", ["mode"], registry=None)
        self._processed = Counter(
            "streams_articles_processed_total",
            "Articles that left the pipeline, acknowledged by the broker; received less this is in flight.",
            ["outcome", "mode"],
            registry=None,
        )
        self._dead_letters = Counter(
            "streams_dead_letters_total", "Records acknowledged by the dead-letter topic.", ["reason", "mode"], registry=None
        )
        self._in_flight = Gauge("streams_articles_in_flight", "Articles received and not finished.", registry=None)
        for mode in MODES:
            self._received.labels(mode)
            for outcome in OUTCOMES:
                self._processed.labels(outcome, mode)
            for reason in DEAD_LETTER_REASONS:
                self._dead_letters.labels(reason, mode)
        registry.register(self)

    def receive(self, mode: str) -> None:
        """Count an article in."""
        with self._lock:
            self._received.labels(mode).inc()
            self._in_flight.inc()

    def finish(self, outcome: str, mode: str, *, dead_letter_reason: str | None = None) -> None:
        """Count an article out."""
        with self._lock:
            self._processed.labels(outcome, mode).inc()
            if dead_letter_reason is not None:
                self._dead_letters.labels(dead_letter_reason, mode).inc()
            self._in_flight.dec()

    def collect(self) -> Iterable[Metric]:
        """All families as of one moment."""
        with self._lock:
            return [
                family for metric in (self._received, self._processed, self._dead_letters, self._in_flight) for family in metric.collect()
            ]


class LagExporterMetrics:
    """What the lag exporter tells of itself; what it tells of Kafka is in `lag_exporter.py`, under names that others gave.

    Parameters
    ----------
    registry
        Where they are registered and scraped from.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self.up = Gauge("streams_lag_exporter_up", "Whether Kafka answered at the last look.", registry=registry)
        self.failures = Counter("streams_lag_exporter_failures_total", "Looks at Kafka that failed.", registry=registry)


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
        self.articles = ArticleCounts(registry)

        def counter(name: str, help_text: str, *labels: str) -> Counter:
            return Counter(name, help_text, labels, registry=registry)

        def gauge(name: str, help_text: str, *labels: str) -> Gauge:
            return Gauge(name, help_text, labels, registry=registry)

        def histogram(name: str, help_text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(name, help_text, labels, buckets=buckets, registry=registry)

        # The way of an article.
        self.stages = histogram("streams_process_duration_seconds", "Time of one article in a stage.", STAGE_BUCKETS, "stage")
        self.latency = histogram(
            "streams_end_to_end_latency_seconds",
            "From the article's timestamp in Kafka to the broker's acknowledgement of all that was made from it.",
            LATENCY_BUCKETS,
            "mode",
        )
        self.age = histogram("streams_article_age_seconds", "From an article's publication to its receipt.", AGE_BUCKETS, "mode")
        self.last_processed = gauge("streams_last_processed_timestamp_seconds", "When the last article was finished.", "partition")
        self.watermark = gauge(
            "streams_event_time_watermark_timestamp_seconds", "Latest publication date among the live articles that were finished."
        )
        self.retries = counter("streams_retries_total", "Operations that were tried again.", "operation")

        # What was found: whether the extraction drifts.
        self.events = counter("streams_events_emitted_total", "Events acknowledged by the broker.", "event_type", "mode")
        self.event_status = counter("streams_event_status_total", "Live events by their status.", "event_type", "status")
        self.event_confidence = histogram("streams_event_confidence_ratio", "Confidence of live events.", CONFIDENCE_BUCKETS, "event_type")
        self.event_null_fields = counter("streams_event_null_fields_total", "Fields of live events that are empty.", "event_type", "field")
        self.event_null_reasons = counter("streams_event_null_reasons_total", "Why fields of live events are empty.", "reason")
        self.event_names = counter(
            "streams_event_names_total", "Names in live events, by whether a gazetteer knows them.", "name_type", "gazetteer"
        )

        # The group.
        self.assigned_partitions = gauge("streams_assigned_partitions", "Partitions of `articles` that this worker owns.")
        self.rebalances = counter("streams_rebalances_total", "Rebalances of the consumer group.")
        self.rebalance_duration = histogram(
            "streams_rebalance_duration_seconds", "From the revocation of partitions to the next assignment.", REBALANCE_BUCKETS
        )

        # The pool.
        self.pool_processes = gauge("streams_pool_processes", "Processes that enrich articles.", "state")
        self.pool_queued = gauge("streams_pool_queued_articles", "Articles that wait for a process.")
        self.pool_busy = counter("streams_pool_busy_seconds_total", "Time that the pool's processes spent on articles.")
        self.pool_restarts = counter("streams_pool_restarts_total", "Processes that were replaced.", "reason")
        self.pool_memory = gauge("streams_pool_resident_memory_bytes", "Resident memory of all processes of the pool.")
        self.memory_limit = gauge(
            "streams_memory_limit_bytes", "What parent and pool may use together: the container's limit, else the machine."
        )
        self.event_loop_lag = gauge("streams_event_loop_lag_seconds", "By how much the event loop's last tick was late.")

        # What it stands on.
        self.registry_requests = counter(
            "streams_schema_registry_requests_total", "Requests to the schema registry.", "operation", "outcome"
        )
        self.registry_duration = histogram(
            "streams_schema_registry_request_duration_seconds", "Time of a request to the schema registry.", REQUEST_BUCKETS, "operation"
        )
        self.build = gauge("streams_build_info", "What runs; always 1.", "version", "python", "faust")
        self.model = gauge("streams_model_info", "The loaded spaCy pipeline; always 1.", "model", "version")
        self.model_load_duration = gauge(
            "streams_model_load_duration_seconds", "Time until all processes of the pool had loaded the model."
        )
        self._initialise()

    def observe_registry(self, operation: str, outcome: str, seconds: float) -> None:
        """Count one request to the schema registry."""
        self.registry_requests.labels(operation, outcome).inc()
        self.registry_duration.labels(operation).observe(seconds)

    def _initialise(self) -> None:
        for mode in MODES:
            self.latency.labels(mode)
            self.age.labels(mode)
            for event_type in EVENT_TYPES:
                self.events.labels(event_type, mode)
        for event_type, event_class in EVENT_CLASSES.items():
            self.event_confidence.labels(event_type)
            for status in event_class.model_fields["status"].annotation or ():  # an enumeration in each of them
                self.event_status.labels(event_type, status.value.lower())
            for field in optional_fields(event_class):
                self.event_null_fields.labels(event_type, field)
        for name_type in NAME_TYPES:
            for gazetteer in ("hit", "miss"):
                self.event_names.labels(name_type, gazetteer)
        for stage in STAGES:
            self.stages.labels(stage)
        for state in ("configured", "alive"):
            self.pool_processes.labels(state)
        for reason in POOL_RESTART_REASONS:
            self.pool_restarts.labels(reason)
        for operation in RETRIED_OPERATIONS:
            self.retries.labels(operation)
        for operation in REGISTRY_OPERATIONS:
            self.registry_duration.labels(operation)
            for outcome in REGISTRY_OUTCOMES:
                self.registry_requests.labels(operation, outcome)


def optional_fields(event_class: type[Event]) -> Iterator[str]:
    """The fields of an event that may be empty."""
    return (name for name, field in event_class.model_fields.items() if not field.is_required() and field.default is None)
