"""The worker: what it is put together from, and how it starts and ends. The only module that knows Faust."""

from __future__ import annotations

import asyncio
import importlib.metadata
import logging
import os
import platform
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

import faust
import faust.streams
from prometheus_client import CollectorRegistry, start_http_server

from streams import __version__
from streams.administration import create_topics, first_offset, group_position
from streams.connections import tls_context
from streams.errors import BrokerError, RegistryUnreachableError, StreamsError
from streams.metrics import WorkerMetrics
from streams.pauses import pauses
from streams.records import Article
from streams.settings import Settings
from streams.topics import ARTICLES, DEAD_LETTER_HEADROOM, TOPICS
from streams.wire.avro import ArticleDecoder
from streams.wire.contract import register_schemas, schema_text
from streams.wire.registry import SchemaRegistry
from streams.worker.agent import ArticleAgent, Send
from streams.worker.continuity import Continuity
from streams.worker.enricher import Enriched, EnricherOptions, OutgoingRecord
from streams.worker.fetching import read_any_header_name
from streams.worker.health import Health, HealthServer
from streams.worker.memory import memory_limit, resident_memory
from streams.worker.pool import Limits, Pool
from streams.worker.tracing import tracing_of

__all__ = ["create_app", "run_worker"]

log = logging.getLogger(__name__)

Prepared = TypeVar("Prepared")

COMMIT_INTERVAL = 1.0
"""Seconds between two commits: what is read again after a kill."""

SESSION_TIMEOUT = 20.0
"""Seconds until the partitions of a killed worker go to the others. The consumer's heart beats in a thread of its own, whatever the
loop does, so that Faust's 60 would only be time lost."""

STREAM_BUFFER = 64
"""Records that Faust reads ahead; its default of 4,096 would have to be worked off before a stop."""

HALF_MILLISECOND = 0.0005

STUCK_GRACE = 15.0
"""Seconds beyond the time for an acknowledgement in which a worker must have failed by itself and ended in order."""


class _DisklessApp(faust.App):
    def _create_directories(self) -> None:
        """There are no tables to keep: nothing is written, and no folder is left behind by a worker that was killed."""


def create_app(settings: Settings, *, health: Health, metrics: WorkerMetrics, make_agent: Callable[[Send], ArticleAgent]) -> faust.App:
    """The Faust application of one worker.

    Parameters
    ----------
    make_agent
        Puts the agent together around the application's producer.
    """
    # The pure-Python iterator acknowledges messages of a revoked partition even under `noack()`.
    if getattr(faust.streams, "_CStreamIterator", None) is None:
        raise StreamsError("this build of faust-streaming lacks its C extension, and loses data without it", hint="install the wheel")
    read_any_header_name()
    app = _DisklessApp(
        settings.group,
        broker=";".join(f"kafka://{server.strip()}" for server in settings.bootstrap_servers.split(",")),
        broker_credentials=_credentials(settings),
        broker_commit_interval=COMMIT_INTERVAL,
        broker_session_timeout=SESSION_TIMEOUT,
        consumer_auto_offset_reset="earliest",
        # Any failure that is not one article's ends the process without an acknowledgement; the next start reads again.
        agent_supervisor="mode.CrashingSupervisor",
        producer_acks=-1,
        # Faust's own default of 20 minutes would hide a dead broker.
        producer_request_timeout=settings.acknowledge_timeout,
        producer_max_request_size=settings.max_record_bytes + DEAD_LETTER_HEADROOM,
        stream_buffer_maxsize=STREAM_BUFFER,
        stream_wait_empty=True,
        topic_disable_leader=True,
        web_enabled=False,
        worker_redirect_stdouts=False,
        store="memory://",
    )
    source = app.topic(ARTICLES.name_in(settings), key_serializer="raw", value_serializer="raw")
    targets: dict[str, Any] = {}

    async def send(record: OutgoingRecord) -> Awaitable[object]:
        topic = targets.setdefault(
            record.topic, app.topic(TOPICS[record.topic].name_in(settings), key_serializer="raw", value_serializer="raw")
        )
        # Faust cuts seconds down to milliseconds, and a float of milliseconds lies below the whole number half of the time.
        timestamp = None if record.timestamp is None else record.timestamp + HALF_MILLISECOND
        acknowledgement: Awaitable[object] = await topic.send(
            key=record.key, value=record.value, headers=record.headers, timestamp=timestamp
        )
        return acknowledgement

    agent = make_agent(send)

    @app.agent(source, concurrency=1, name="articles")
    async def enrich_articles(stream: Any) -> None:
        await agent.process(stream)

    revoked_at: list[float] = []

    @app.on_partitions_revoked.connect(weak=False)
    async def note_revocation(app: Any, revoked: set[Any], **_: Any) -> None:
        del app, revoked
        revoked_at.append(time.monotonic())

    @app.on_partitions_assigned.connect(weak=False)
    async def note_assignment(app: Any, assigned: set[Any], **_: Any) -> None:
        del app
        if revoked_at:
            metrics.rebalance_duration.observe(time.monotonic() - revoked_at[0])
            revoked_at.clear()
        health.joined_group = True
        health.assigned_partitions = len(assigned)
        metrics.assigned_partitions.set(len(assigned))
        metrics.rebalances.inc()
        if assigned:
            log.info("assigned %d partitions", len(assigned))
        else:
            log.info("standing by: every partition belongs to another worker")

    @app.task  # type: ignore[untyped-decorator]
    async def watch_event_loop() -> None:
        while True:
            asked = time.monotonic()
            await asyncio.sleep(1)
            health.last_turn = time.monotonic()
            metrics.event_loop_lag.set(health.last_turn - asked - 1)

    return app


def _credentials(settings: Settings) -> faust.SASLCredentials | faust.SSLCredentials | None:
    context = tls_context(settings) if settings.security_protocol.endswith("SSL") else None
    if settings.security_protocol.startswith("SASL_"):
        return faust.SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password.get_secret_value(),
            ssl_context=context,
            mechanism=settings.sasl_mechanism,
        )
    return faust.SSLCredentials(context) if context else None


def run_worker(settings: Settings) -> NoReturn:
    """Run a worker until SIGTERM or SIGINT (exit code 0) or a failure (1).

    Raises
    ------
    StreamsError
        When it cannot start: the broker or the registry stays away, or the model cannot be loaded.
    """
    # Until Faust takes over the signals there is nothing to drain.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    tracing = tracing_of(settings)
    health = Health()
    metrics = WorkerMetrics(CollectorRegistry())
    metrics.build.labels(__version__, platform.python_version(), faust.__version__).set(1)
    metrics.model.labels(settings.model, _model_version(settings.model)).set(1)
    metrics.memory_limit.set(settings.memory_limit or memory_limit())
    start_http_server(settings.metrics_port, settings.listen_address, metrics.registry)
    health_server = HealthServer(health, settings.listen_address, settings.health_port)
    health_server.start()

    registry = SchemaRegistry(settings, metrics.observe_registry)

    def count_retry(operation: str) -> Callable[[], None]:
        return metrics.retries.labels(operation).inc

    created = _wait_for(lambda: create_topics(settings), BrokerError, settings.startup_timeout, count_retry("create_topics"))
    if created:
        log.info("created topics: %s", ", ".join(created))
    schemas = _wait_for(
        lambda: register_schemas(registry, settings), RegistryUnreachableError, settings.startup_timeout, count_retry("register_schemas")
    )
    health.registry_reached = True

    options = EnricherOptions(
        settings.model, schemas, settings.event_source, f"{registry.url}/schemas/ids/{{id}}", settings.max_record_bytes
    )
    pool: Pool[Article, Enriched] = Pool(
        options,
        processes=settings.processes,
        limits=Limits(seconds=settings.article_timeout, memory=settings.article_memory * 1024 * 1024, jobs=settings.articles_per_process),
        on_restart=lambda reason: metrics.pool_restarts.labels(reason).inc(),
        likeness=Article.likeness,
    )
    metrics.pool_processes.labels("configured").set(settings.processes)
    metrics.pool_processes.labels("alive").set_function(lambda: len(pool.pids))
    metrics.pool_queued.set_function(lambda: pool.queued)
    metrics.pool_memory.set_function(lambda: resident_memory(pool.pids))
    log.info("starting %d processes with %s", settings.processes, settings.model)
    loading_from = time.monotonic()
    pool.start()
    metrics.model_load_duration.set(time.monotonic() - loading_from)
    health.model_loaded = True
    decoder = ArticleDecoder(schema_text(ARTICLES), registry.schema, max_text_length=settings.max_text_length)
    continuity = Continuity(
        position=lambda partition: _wait_for(
            lambda: group_position(settings, *partition), BrokerError, settings.connect_timeout, count_retry("find_position")
        ),
        first_offset=lambda partition, start: _wait_for(
            lambda: first_offset(settings, *partition, start), BrokerError, settings.connect_timeout, count_retry("find_position")
        ),
    )
    agents: list[ArticleAgent] = []

    def make_agent(send: Send) -> ArticleAgent:
        agents.append(
            ArticleAgent(
                decoder=decoder,
                pool=pool,
                send=send,
                metrics=metrics,
                window=settings.window,
                continuity=continuity,
                max_record_bytes=settings.max_record_bytes,
                tracing=tracing,
            )
        )
        return agents[-1]

    app = create_app(settings, health=health, metrics=metrics, make_agent=make_agent)
    limit = settings.acknowledge_timeout + STUCK_GRACE
    threading.Thread(target=_end_when_stuck, args=(agents[0], limit), name="watchdog", daemon=True).start()
    try:
        faust.Worker(app, override_logging=False, loglevel=settings.log_level, quiet=True).execute_from_commandline()
    finally:
        pool.close()
        health_server.stop()
        registry.close()
        tracing.close()


def _end_when_stuck(agent: ArticleAgent, limit: float) -> NoReturn:
    """End the process when a record waits for the broker beyond all limits: Faust's stop waits for a broker that is away without end.

    Nothing is lost by it, because nothing that waits has been acknowledged.
    """
    while agent.seconds_unacknowledged < limit:
        time.sleep(1)
    log.critical("a record was not acknowledged by the broker for %.0f s; ending, to read it again", limit)
    os._exit(1)


def _model_version(model: str) -> str:
    try:
        return importlib.metadata.version(model)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _wait_for(prepare: Callable[[], Prepared], away: type[StreamsError], timeout: float, count_retry: Callable[[], None]) -> Prepared:
    """Try until what is needed answers; then its result, or its last error."""
    deadline = time.monotonic() + timeout
    for pause in pauses(longest=8.0):
        try:
            return prepare()
        except away as error:
            if time.monotonic() + pause > deadline:
                raise
            log.warning("%s; trying again in %.1f s", error, pause)
            count_retry()
            time.sleep(pause)
    raise AssertionError("unreachable")
