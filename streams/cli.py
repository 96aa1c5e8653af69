"""The command line. Each command is a few lines: it reads its options, calls the module that does the work, and shows the outcome."""

from __future__ import annotations

import json
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from streams.errors import ArticleFileError, StreamsError, UsageError
from streams.progress import Progress
from streams.replay_commands import dead_letters_app, replay_app
from streams.settings import Settings, load_settings

if TYPE_CHECKING:
    from streams.records import Article, EnrichedArticle, Event

__all__ = ["main"]

app = typer.Typer(
    help="Reads news articles from Kafka and emits funding gaps, weapons pledges and rounds of talks as typed Avro events.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
stack_app = typer.Typer(help="Kafka and the schema registry on this machine, without Docker and without Java.", no_args_is_help=True)
topics_app = typer.Typer(help="The topics of the pipeline.", no_args_is_help=True)
schemas_app = typer.Typer(help="The schemas of the topics.", no_args_is_help=True)
app.add_typer(stack_app, name="stack")
app.add_typer(topics_app, name="topics")
app.add_typer(schemas_app, name="schemas")
app.add_typer(replay_app, name="replay")
app.add_typer(dead_letters_app, name="dead-letters")

PLAIN_WIDTH = 160
"""Columns of tables where no terminal says how many it has."""

Files = Annotated[list[str], typer.Argument(metavar="FILE…", help="Text, JSON or JSON-lines files, folders, or - for standard input.")]


class Encoding(StrEnum):
    """How `produce` writes articles."""

    AVRO = "avro"
    JSON = "json"


class EventLabel(StrEnum):
    """The types of events, as commands name them."""

    FUNDING_GAP = "funding-gap"
    WEAPONS_PLEDGE = "weapons-pledge"
    TALKS_ROUND = "talks-round"


def main() -> NoReturn:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong usage, 3 stopped and resumable."""
    # A stop by SIGTERM cleans up like one by the keyboard.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        app()
    except StreamsError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # `streams tail … | head`: whoever read has enough.
        sys.stderr.close()
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)


@app.command()
def demo(keep: Annotated[bool, typer.Option("--keep", help="Leave the stack and the worker up.")] = False) -> None:
    """Take the seed article the whole way through Kafka and show what comes out."""
    from streams.demo import run_demo

    with _progress() as progress:
        run_demo(_settings(), _console(), progress, keep=keep)


@app.command()
def worker() -> None:
    """Enrich articles until SIGTERM."""
    from streams.logs import set_up_logging

    settings = load_settings()
    set_up_logging(settings)
    from streams.worker.app import run_worker

    run_worker(settings)


@app.command(name="lag-exporter")
def lag_exporter() -> None:
    """Tell Prometheus how far the consumer groups are behind, until SIGTERM."""
    from streams.lag_exporter import run_lag_exporter
    from streams.logs import set_up_logging

    settings = load_settings()
    set_up_logging(settings)
    run_lag_exporter(settings)


@app.command()
def produce(files: Files, encoding: Annotated[Encoding, typer.Option("--format", help="Format of the records.")] = Encoding.AVRO) -> None:
    """Push articles into the topic `articles`."""
    from streams.feed import produce as producing
    from streams.topics import ARTICLES
    from streams.wire.avro import Encoder, Schema
    from streams.wire.contract import schema_text
    from streams.wire.registry import SchemaRegistry

    settings = _settings()
    reading = _Reading(files)
    if encoding is Encoding.AVRO:
        registry = SchemaRegistry(settings)
        text = schema_text(ARTICLES)
        encode: Callable[[Article], bytes] = Encoder(Schema(registry.register(ARTICLES.subject_in(settings), text), text)).encode
        registry.close()
    else:
        encode = _article_json
    sent = 0
    with _progress() as progress:

        def count(article: Article, position: producing.Position) -> None:
            nonlocal sent
            sent += 1
            if sent == 1 or sent % 1000 == 0:
                progress(f"{sent} articles sent, the last {article.id} to {position}")

        producing.produce(reading.articles(), settings, encode, count)
    typer.echo(f"{sent} articles sent, {reading.failed} not readable", err=True)
    reading.exit_if_failed()


@app.command()
def extract(
    files: Files,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="PAGE", help="Write a page too that shows what was found in the texts.")
    ] = None,
) -> None:
    """Print the events of articles as JSON lines, without Kafka, on all processors."""
    from streams.errors import InvalidArticleError
    from streams.feed.extract import extract_all
    from streams.page import page

    settings = load_settings()
    reading = _Reading(files)

    def of_allowed_length() -> Iterator[Article]:
        for article in reading.articles():
            if len(article.text) > settings.max_text_length:
                reading.fail(InvalidArticleError(f"the text has more than {settings.max_text_length} code points", where=article.id))
            else:
                yield article

    shown: list[tuple[Article, EnrichedArticle, list[Event]]] = []
    for article, extracted in extract_all(of_allowed_length(), settings, with_records=html is not None):
        if isinstance(extracted, StreamsError):
            reading.fail(extracted)
            continue
        for line in extracted.lines:
            typer.echo(line)
        if extracted.found is not None:
            shown.append((article, *extracted.found))
    if html is not None:
        _write(html, page(shown))
    reading.exit_if_failed()


@app.command()
def tail(
    topics: Annotated[
        list[str] | None,
        typer.Argument(metavar="TOPIC…", help="`streams topics list` names them; all topics of events where none is given."),
    ] = None,
    types: Annotated[list[EventLabel] | None, typer.Option("--type", help="Events of this type; may be repeated.")] = None,
    status: Annotated[str | None, typer.Option(help="Events of this status, or of these: PLEDGED,COMMITTED.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=VALUE", help="recipient=UKR, system.category=TANK, article.publisher=…; may be repeated, and all must hold."
        ),
    ] = None,
    since: Annotated[str | None, typer.Option(help="Start with what came 30m, 2h, 7d ago, or since a day or instant (UTC).")] = None,
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="Start with what is there already.")] = False,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Go on when all that is there has been shown.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Whole records, one JSON line each.")] = False,
) -> None:
    """Show the records of topics, decoded: the events, where no topic is named."""
    from streams.feed.consume import consume
    from streams.feed.tail import RecordPrinter, instant, nobody_reads
    from streams.topics import EVENT_TOPICS

    if topics and types:
        raise UsageError("either topics or types of events can be chosen", where="--type")
    chosen = topics or [f"events.{label}" for label in types or ()] or [topic.name for topic in EVENT_TOPICS]
    settings = _settings()
    conditions = [*(where or ()), *([f"status={status}"] if status else ())]
    start = instant(since, now=datetime.now(UTC)) if since else None
    printer = RecordPrinter(chosen, settings, as_json=as_json, conditions=conditions)
    for record in consume(printer.topics, settings, from_beginning=from_beginning, follow=follow, since=start):
        if record is None:
            if nobody_reads():
                return
        elif (line := printer.line(record)) is not None:
            typer.echo(line)


@app.command()
def sink(
    database: Annotated[str, typer.Argument(metavar="DATABASE", help="postgresql://user@host/name, or a DuckDB file.")],
    types: Annotated[list[EventLabel] | None, typer.Option("--type", help="Events of this type only; may be repeated.")] = None,
    group: Annotated[str, typer.Option(help="Consumer group; sinks of one group share the work. STREAMS_GROUP and `-sink`.")] = "",
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Wait for more when all that is there has been written.")] = True,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", metavar="FOLDER", help="Write tables and views as Parquet files too (DuckDB only).")
    ] = None,
    every: Annotated[float, typer.Option("--parquet-every", min=1, help="Seconds between two writings of the Parquet files.")] = 300.0,
) -> None:
    """Write events into a database, each once, until SIGTERM."""
    from streams.logs import set_up_logging
    from streams.topics import TOPICS

    chosen = load_settings()
    set_up_logging(chosen)
    try:
        from streams.sink.run import Parquet, run_sink
    except ImportError as error:
        raise StreamsError(f"{error.name} is missing", hint='pip install "news-event-streams[sink]"') from error

    tally = run_sink(
        chosen,
        database,
        group=group or f"{chosen.group}-sink",
        topics=[TOPICS[f"events.{label}"] for label in types or EventLabel],
        follow=follow,
        parquet=Parquet(parquet, every) if parquet else None,
    )
    typer.echo(f"{tally}")


@app.command()
def settings() -> None:
    """Show every setting with its environment variable."""
    current = load_settings()
    table = Table("environment variable", "value", "what it is", show_lines=False)
    for (variable, value), field in zip(current.shown().items(), Settings.model_fields.values(), strict=True):
        table.add_row(variable, value, field.description or "")
    _console().print(table, highlight=False)


@stack_app.command("up")
def stack_up(
    kafka_port: Annotated[int, typer.Option(help="Port of Kafka on 127.0.0.1.")] = 9092,
    registry_port: Annotated[int, typer.Option(help="Port of the schema registry on 127.0.0.1.")] = 8081,
) -> None:
    """Start Kafka and the schema registry, with their topics and schemas."""
    from streams.administration import create_topics
    from streams.stack.stack import Stack
    from streams.wire.contract import register_schemas
    from streams.wire.registry import SchemaRegistry

    chosen = _settings()
    stack = Stack(chosen.stack_dir, chosen, kafka_port=kafka_port, registry_port=registry_port)
    with _progress() as progress:
        stack.up(progress)
        progress("creating topics, registering schemas")
        connected = chosen.model_copy(update=stack.connection)
        create_topics(connected)
        registry = SchemaRegistry(connected)
        register_schemas(registry, connected)
        registry.close()
    stack_status()


@stack_app.command("down")
def stack_down() -> None:
    """Stop what runs; the data stays."""
    from streams.stack.stack import Stack

    chosen = _settings()
    for server in Stack(chosen.stack_dir, chosen).down():
        typer.echo(f"stopped {server.name}")


@stack_app.command("status")
def stack_status() -> None:
    """Show what runs and where; exit code 1 where nothing does."""
    from streams.stack.stack import Stack

    chosen = _settings()
    servers = Stack(chosen.stack_dir, chosen).servers
    for server in servers:
        typer.echo(f"{server.name:18} {server.address:22} pid {server.pid:<8} log {server.log}")
    if not servers:
        raise StreamsError("the embedded stack does not run", where=str(chosen.stack_dir), hint="`streams stack up` starts it")


@topics_app.command("create")
def topics_create() -> None:
    """Create the topics that are missing."""
    from streams.administration import create_topics

    created = create_topics(_settings())
    for name in created:
        typer.echo(f"created {name}")
    if not created:
        typer.echo("all topics exist")


@topics_app.command("list")
def topics_list() -> None:
    """Show the topics that exist."""
    from streams.administration import describe_topics

    table = Table("topic", "partitions", "replicas")
    for topic in sorted(describe_topics(_settings()), key=lambda topic: str(topic["name"])):
        partitions = topic["partitions"]
        replicas = len(partitions[0]["replica_nodes"]) if partitions else 0
        table.add_row(str(topic["name"]), str(len(partitions)), str(replicas))
    _console().print(table, highlight=False)


@schemas_app.command("register")
def schemas_register() -> None:
    """Register the schemas that are not registered yet."""
    from streams.wire.contract import register_schemas
    from streams.wire.registry import SchemaRegistry

    chosen = _settings()
    registry = SchemaRegistry(chosen)
    for topic, schema in register_schemas(registry, chosen).items():
        typer.echo(f"{topic}-value has id {schema.id}")
    registry.close()


@schemas_app.command("check")
def schemas_check(
    with_registry: Annotated[
        bool, typer.Option("--registry/--no-registry", help="Compare with what the running registry holds, too.")
    ] = True,
) -> None:
    """Say what the schemas of this version would break, and for whom; exit code 1 where they would."""
    from streams.wire.contract import Comparison, compare_with_registry, compare_with_releases
    from streams.wire.registry import SchemaRegistry

    chosen = _settings()
    broken = 0

    def show(comparison: Comparison) -> None:
        nonlocal broken
        broken += comparison.breaks
        where = f"{comparison.topic.name} against {comparison.version}"
        verdict = "breaks" if comparison.breaks else "compatible" if comparison.changes else "the same"
        typer.echo(f"{where}: {verdict}")
        for change in comparison.changes:
            typer.echo(f"    {'BREAKS ' if change.breaks else ''}{change}")
        if comparison.refused:
            typer.echo("    BREAKS the registry would refuse the schema")

    for comparison in compare_with_releases():
        show(comparison)
    if with_registry:
        registry = SchemaRegistry(chosen)
        for comparison in compare_with_registry(registry, chosen):
            show(comparison)
        registry.close()
    if broken:
        raise StreamsError(
            f"{broken} comparisons break somebody", where="schemas", hint="docs/schemas.md says how to add, deprecate and rename"
        )


@schemas_app.command("asyncapi")
def schemas_asyncapi() -> None:
    """Print topics, keys, headers and records as an AsyncAPI 3 document, with the addresses and names of the settings."""
    from streams.asyncapi import asyncapi_document

    typer.echo(json.dumps(asyncapi_document(_settings()), ensure_ascii=False, indent=2))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StreamsError(f"the page cannot be written: {error.strerror}", where=str(path)) from error


class _Reading:
    """The articles of files; what cannot be read is told on standard error and counted."""

    def __init__(self, files: list[str]) -> None:
        self._files = files
        self.failed = 0

    def articles(self) -> Iterator[Article]:
        from streams.feed.readers import read_articles

        for article in read_articles(self._files):
            if isinstance(article, ArticleFileError):
                self.fail(article)
            else:
                yield article

    def fail(self, error: StreamsError) -> None:
        self.failed += 1
        typer.echo(f"error: {error}", err=True)

    def exit_if_failed(self) -> None:
        if self.failed:
            raise typer.Exit(1)


def _article_json(article: Article) -> bytes:
    return article.model_dump_json(exclude_none=True).encode()


def _settings() -> Settings:
    """The settings of a command for people: libraries tell them only what went wrong."""
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    return load_settings()


def _console() -> Console:
    return Console() if sys.stdout.isatty() else Console(width=PLAIN_WIDTH)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A line that changes on a terminal, plain lines with the time elsewhere; on standard error."""
    console = Console(stderr=True)
    started = time.monotonic()
    if console.is_terminal:
        with console.status("starting", spinner="dots") as status:
            yield lambda message: status.update(f"{message} ({time.monotonic() - started:.0f} s)")
        return
    yield lambda message: typer.echo(f"[{time.monotonic() - started:5.1f} s] {message}", err=True)
