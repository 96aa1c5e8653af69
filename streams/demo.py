"""The whole way on the seed article, for a person to watch: Kafka in, typed events out, metrics on top."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.console import Console

from streams.administration import create_topics
from streams.errors import StackError, StreamsError
from streams.feed.consume import consume
from streams.feed.produce import Position, produce
from streams.feed.readers import read_articles
from streams.present import article_panel, event_tables
from streams.progress import Progress
from streams.records import Article, EnrichedArticle, Event
from streams.resources import SEEDS
from streams.settings import Settings
from streams.stack.server import Server, free_port, start_server
from streams.stack.stack import Stack
from streams.topics import ARTICLES, DEAD_LETTERS, ENRICHED, TOPICS
from streams.wire.avro import Encoder, RecordDecoder
from streams.wire.contract import register_schemas, schema_text
from streams.wire.registry import COMPATIBILITY, SchemaRegistry

__all__ = ["Demo", "run_demo"]

RESULT_TIMEOUT = 120.0
SHOWN_METRICS = ("streams_articles_", "streams_events_", "streams_dead_letters_", "streams_end_to_end_latency_seconds_")


class Demo:
    """One run of the demonstration.

    Parameters
    ----------
    console
        Where the results are shown.
    progress
        Where each step is told.
    """

    def __init__(self, settings: Settings, console: Console, progress: Progress) -> None:
        self._settings = settings
        self._console = console
        self._progress = progress

    def run(self, stack: Stack) -> None:
        """Take the seed through the stack and show what came out; the worker is left to the stack.

        Raises
        ------
        StreamsError
            When a part does not start, or the results do not come.
        """
        stack.up(self._progress)
        settings = self._settings.model_copy(update=stack.connection)
        registry = SchemaRegistry(settings)
        try:
            self._progress("creating topics, registering schemas")
            create_topics(settings)
            schemas = register_schemas(registry, settings)
            worker = start_worker(settings, stack, self._progress)
            articles = [article for article in read_articles([str(SEEDS)]) if isinstance(article, Article)]
            self._progress("waiting for the worker to load its model and join its group")
            worker.wait_until_ready()
            self._progress(f"producing {len(articles)} article with kafka-python, waiting for the results")
            sent: dict[str, Position] = {}
            produce(
                articles, settings, Encoder(schemas[ARTICLES.name]).encode, lambda article, position: sent.update({article.id: position})
            )
            enriched, events = self._collect(set(sent), settings, registry)
            # A scrape later than the results: the counters move when the broker has acknowledged.
            metrics = worker.metrics_after(len(articles))
        finally:
            registry.close()
        for article in articles:
            record, position = enriched[article.id]
            placed = [(event, where) for event, where in events if event.article.article_id == article.id]
            self._show(article, record, placed, sent[article.id], position)
        self._console.print(f"{len(schemas)} schemas in the registry, held to {COMPATIBILITY}\n", highlight=False)
        self._console.print(worker.metrics_url, style="bold", highlight=False)
        for line in metrics:
            self._console.print(line, highlight=False, markup=False)

    def _collect(
        self, ids: set[str], settings: Settings, registry: SchemaRegistry
    ) -> tuple[dict[str, tuple[EnrichedArticle, Position]], list[tuple[Event, Position]]]:
        """Read the output topics until everything made from the articles is there."""
        decoders = {t: RecordDecoder(schema_text(t), registry.schema) for t in TOPICS.values() if t.record and t is not ARTICLES}
        enriched: dict[str, tuple[EnrichedArticle, Position]] = {}
        events: dict[str, tuple[Event, Position]] = {}
        deadline = time.monotonic() + RESULT_TIMEOUT
        for record in consume([*decoders, DEAD_LETTERS], settings, from_beginning=True, follow=True):
            if record is not None:
                topic = record.topic
                if topic is DEAD_LETTERS:
                    reason = dict(record.headers).get("dlq.error.message", b"").decode()
                    raise StreamsError(f"the article became a dead letter: {reason}", where=str(record.position))
                value = decoders[topic].decode(record.value or b"")
                if topic is ENRICHED:
                    found = EnrichedArticle.model_validate(value)
                    enriched[found.article.article_id] = (found, record.position)
                else:
                    assert topic.record is not None
                    event = topic.record.model_validate(value)
                    assert isinstance(event, Event)
                    events[event.id] = (event, record.position)
            wanted = [event_id for found, _ in enriched.values() for event_id in found.event_ids]
            if enriched.keys() >= ids and events.keys() >= set(wanted):
                return enriched, [events[event_id] for event_id in wanted]
            if time.monotonic() > deadline:
                raise StreamsError(f"after {RESULT_TIMEOUT:.0f} s only {len(enriched)} of {len(ids)} articles came out enriched")
        raise AssertionError("unreachable")

    def _show(
        self, article: Article, enriched: EnrichedArticle, events: list[tuple[Event, Position]], sent: Position, position: Position
    ) -> None:
        in_colour = self._console.color_system is not None
        self._console.print(article_panel(article, enriched, [event for event, _ in events], in_colour=in_colour))
        self._console.print(f"in   {sent}", highlight=False, markup=False)
        self._console.print(
            f"out  {position}: {len(enriched.entities)} entities, {len(enriched.figures)} figures, "
            f"{len(enriched.times)} times, {len(events)} events\n",
            highlight=False,
            markup=False,
        )
        for table in event_tables(events):
            self._console.print(table, "\n")


class WorkerProcess:
    """A worker beside the stack, as a process of its own."""

    def __init__(self, server: Server, health_port: int, metrics_port: int) -> None:
        self._server = server
        self._health_url = f"http://127.0.0.1:{health_port}"
        self.metrics_url = f"http://127.0.0.1:{metrics_port}/metrics"

    def wait_until_ready(self, timeout: float = 180.0) -> None:
        """Return when `/readyz` says yes.

        Raises
        ------
        StackError
            When the worker ends, or is not ready in time.
        """
        deadline = time.monotonic() + timeout
        while not _is_ok(f"{self._health_url}/readyz"):
            if self._server.process is None:
                raise StackError("the worker ended before it was ready", where=str(self._server.log))
            if time.monotonic() > deadline:
                raise StackError(f"the worker was not ready after {timeout:.0f} s", where=str(self._server.log))
            time.sleep(0.1)

    def metrics_after(self, articles: int) -> list[str]:
        """The counters of `/metrics` once so many articles are counted as processed."""
        deadline = time.monotonic() + 10
        while True:
            lines = httpx.get(self.metrics_url, timeout=5).text.splitlines()
            done = sum(float(line.split()[-1]) for line in lines if line.startswith("streams_articles_processed_total"))
            if done >= articles or time.monotonic() > deadline:
                return [x for x in lines if x.startswith(SHOWN_METRICS) and "_bucket" not in x and not x.endswith(" 0.0")]
            time.sleep(0.2)


def start_worker(settings: Settings, stack: Stack, progress: Progress) -> WorkerProcess:
    """Start a worker whose end is the stack's end."""
    progress("starting a worker")
    health_port, metrics_port = free_port(), free_port()
    # One process: each loads the model, and there is hardly an article to share.
    chosen = settings.model_copy(update={"health_port": health_port, "metrics_port": metrics_port, "processes": 1})
    environment = chosen.environment()
    server = start_server(
        "worker",
        [sys.executable, "-m", "streams", "worker"],
        address=f"127.0.0.1:{health_port}",
        log=stack.folder / "worker.log",
        is_ready=lambda: _answers(f"http://127.0.0.1:{health_port}/livez"),
        environment=environment,
    )
    stack.adopt(server)
    return WorkerProcess(server, health_port, metrics_port)


def run_demo(settings: Settings, console: Console, progress: Progress, *, keep: bool) -> None:
    """Run the demonstration in a folder of its own, which goes with it unless it is kept.

    Parameters
    ----------
    keep
        Leave stack and worker up, in the folder that `streams stack` knows.
    """
    demo = Demo(settings, console, progress)
    if not keep:
        with _stack_for_now(settings) as stack:
            demo.run(stack)
        return
    stack = Stack(settings.stack_dir, settings)
    if stack.servers:
        raise StackError("an embedded stack runs already", where=str(stack.folder), hint="`streams stack down` stops it")
    try:
        demo.run(stack)
    except BaseException:
        stack.down()
        raise
    console.print("\nkept running:", style="bold")
    for server in stack.servers:
        console.print(f"  {server.name:18} {server.address}  (log {server.log})", highlight=False, soft_wrap=True)
    console.print(f"  export STREAMS_BOOTSTRAP_SERVERS={stack.connection['bootstrap_servers']}", highlight=False, soft_wrap=True)
    console.print(f"  export STREAMS_REGISTRY_URL={stack.connection['registry_url']}", highlight=False, soft_wrap=True)
    console.print("`streams stack down` stops them", highlight=False)


@contextmanager
def _stack_for_now(settings: Settings) -> Iterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="streams-demo-"))
    stack = Stack(folder, settings)
    try:
        yield stack
    except StackError:
        # The logs that the message names have to outlive the run.
        stack.down()
        raise
    else:
        stack.down()
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        stack.down()


def _answers(url: str) -> bool:
    try:
        httpx.get(url, timeout=2)
    except httpx.HTTPError:
        return False
    return True


def _is_ok(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False
