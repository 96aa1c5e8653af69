"""The commands `streams replay …` and `streams dead-letters …`: options in, tables and progress out, one JSON line at the end."""

from __future__ import annotations

import json
import logging
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table

from streams.errors import StreamsError, UsageError
from streams.settings import Settings, load_settings

if TYPE_CHECKING:
    from streams.feed.archive.items import Options
    from streams.feed.replay.pace import Limits
    from streams.feed.replay.plan import OnProgress, ProgressReport
    from streams.feed.replay.runs import Plan, Run, RunSpec
    from streams.feed.replay.selection import Selection
    from streams.feed.replay.work import Tally

__all__ = ["dead_letters_app", "replay_app"]

replay_app = typer.Typer(help="Send old articles through the pipeline again, beside live traffic.", no_args_is_help=True)
dead_letters_app = typer.Typer(help="What failed, why, and sending it again.", no_args_is_help=True)

PLAIN_WIDTH = 160
PLAIN_LINE_SECONDS = 10.0
"""Time between two lines of progress where there is no terminal."""

SHOWN_PARTS = 30
SHOWN_FAILURES = 20
SHOWN_BYTES = 4000
DEFAULT_LAG = 1000
"""Articles that a replay leaves the live group behind at most, unless told otherwise: what two processes enrich in half a minute."""


class OnError(StrEnum):
    """What becomes of a run whose archive holds what cannot be read."""

    SKIP = "skip"
    STOP = "stop"


class OnDuplicate(StrEnum):
    """What becomes of an article whose id came before."""

    SKIP = "skip"
    SEND = "send"


class RecordFormat(StrEnum):
    """How articles of an archive are written into Kafka."""

    AVRO = "avro"
    JSON = "json"


class Timestamps(StrEnum):
    """Which timestamp a replayed record bears."""

    ORIGINAL = "original"
    NOW = "now"


Paths = Annotated[list[str], typer.Argument(metavar="PATH…", help="Files, folders, globs, or - for standard input.")]
Execute = Annotated[bool, typer.Option("--execute", help="Do it; without this the plan is shown and nothing is changed.")]
RunId = Annotated[str, typer.Option("--run-id", help="Name of the run; one is made where it is not given.")]
Target = Annotated[str, typer.Option("--to", help="Topic to send to: `articles`, or a topic of your own.")]
Since = Annotated[str, typer.Option("--since", help="Only articles published at this time or later (ISO 8601).")]
Until = Annotated[str, typer.Option("--until", help="Only articles published before this time.")]
Ids = Annotated[Path | None, typer.Option("--ids", help="Only articles whose id stands in this file, one a line.")]
ExceptIds = Annotated[Path | None, typer.Option("--except-ids", help="No article whose id stands in this file: takedowns stay away.")]
Publishers = Annotated[list[str], typer.Option("--publisher", help="Only articles of this publisher; may be given several times.")]
Keys = Annotated[list[str], typer.Option("--key", help="Only records with this key; may be given several times.")]
HeaderOptions = Annotated[list[str], typer.Option("--header", metavar="NAME=VALUE", help="Only records with this header.")]
Sample = Annotated[float, typer.Option("--sample", min=0, max=1, help="Share of the articles, always the same ones.")]
Rate = Annotated[float, typer.Option("--rate", min=0, help="Articles a second at most; 0 for no limit.")]
ByteRate = Annotated[float, typer.Option("--byte-rate", min=0, help="Bytes a second at most; 0 for no limit.")]
MaxLag = Annotated[int, typer.Option("--max-lag", min=0, help="Pause while the live group is further behind; 0 never pauses.")]
Group = Annotated[str, typer.Option("--group", help="Live group that is waited for; STREAMS_GROUP where it is not given.")]
Processes = Annotated[int, typer.Option("--processes", min=1, max=64, help="Processes that read, encode and send.")]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="Id of the run; `streams replay status` lists all.")]


@replay_app.command("archive")
def replay_archive(
    paths: Paths,
    execute: Execute = False,
    run_id: RunId = "",
    target: Target = "articles",
    columns: Annotated[
        list[str], typer.Option("--map", metavar="FIELD=COLUMN", help="Column or JSON key of a field; a dot leads into objects.")
    ] = [],
    encoding: Annotated[str, typer.Option("--encoding", help="Encoding of texts, CSV and JSON; UTF-8 where it is not given.")] = "",
    date_format: Annotated[
        str, typer.Option("--date-format", help="Of publication dates, such as %d.%m.%Y; else ISO 8601 or Unix time.")
    ] = "",
    max_ratio: Annotated[int, typer.Option("--max-ratio", min=1, help="How many times its size an archive may unpack to.")] = 250,
    on_error: Annotated[OnError, typer.Option("--on-error", help="Leave out what cannot be read, or send nothing at all.")] = OnError.SKIP,
    on_duplicate: Annotated[
        OnDuplicate, typer.Option("--on-duplicate", help="Leave out articles whose id came before, or send them too.")
    ] = OnDuplicate.SKIP,
    record_format: Annotated[RecordFormat, typer.Option("--format", help="Format of the records.")] = RecordFormat.AVRO,
    since: Since = "",
    until: Until = "",
    ids: Ids = None,
    except_ids: ExceptIds = None,
    publishers: Publishers = [],
    keys: Keys = [],
    headers: HeaderOptions = [],
    sample: Sample = 1.0,
    rate: Rate = 0,
    byte_rate: ByteRate = 0,
    max_lag: MaxLag = DEFAULT_LAG,
    group: Group = "",
    processes: Processes = 1,
) -> None:
    """Send an archive of articles: text, JSON, CSV, Parquet, Avro, WARC, feeds, packed or not."""
    from streams.feed.archive.items import Options

    settings = _settings()
    options = Options(_pairs(columns, "--map"), encoding or None, date_format or None, max_ratio)
    _check_options(options)
    spec = _spec(settings, run_id=run_id, target=target, group=group, processes=processes).model_copy(
        update={
            "paths": tuple(paths),
            "options": options,
            "as_json": record_format is RecordFormat.JSON,
            "selection": _selection(since, until, ids, except_ids, publishers, keys, headers, sample),
            "limits": _limits(rate, byte_rate, max_lag),
            "skip_failures": on_error is OnError.SKIP,
            "skip_duplicates": on_duplicate is OnDuplicate.SKIP,
        }
    )
    _plan_or_execute(settings, spec, execute=execute)


@replay_app.command("topic")
def replay_topic(
    topic: Annotated[str, typer.Argument(help="Topic to read: `articles`, or any other that holds articles.")],
    target: Annotated[str, typer.Option("--to", help="Topic to send to; it is created where it is not there.")],
    execute: Execute = False,
    run_id: RunId = "",
    from_time: Annotated[str, typer.Option("--from-time", help="First timestamp in Kafka (ISO 8601).")] = "",
    until_time: Annotated[str, typer.Option("--until-time", help="Timestamp in Kafka to stop before.")] = "",
    from_offsets: Annotated[
        list[str], typer.Option("--from-offset", metavar="[PARTITION:]OFFSET", help="First offset, of one partition or of all.")
    ] = [],
    until_offsets: Annotated[
        list[str], typer.Option("--until-offset", metavar="[PARTITION:]OFFSET", help="Offset to stop before; else the end as of now.")
    ] = [],
    partitions: Annotated[list[int], typer.Option("--partition", help="Only this partition; may be given several times.")] = [],
    timestamps: Annotated[Timestamps, typer.Option("--timestamps", help="Keep each record's timestamp, or give it a new one.")] = (
        Timestamps.ORIGINAL
    ),
    allow_same_topic: Annotated[bool, typer.Option("--allow-same-topic", help="Send a topic's records into the topic itself.")] = False,
    skip_replayed: Annotated[bool, typer.Option("--skip-replayed", help="Leave out records that were replayed themselves.")] = False,
    since: Since = "",
    until: Until = "",
    ids: Ids = None,
    except_ids: ExceptIds = None,
    publishers: Publishers = [],
    keys: Keys = [],
    headers: HeaderOptions = [],
    sample: Sample = 1.0,
    rate: Rate = 0,
    byte_rate: ByteRate = 0,
    max_lag: MaxLag = DEFAULT_LAG,
    group: Group = "",
    processes: Processes = 1,
) -> None:
    """Send a range of a topic again; its end is fixed at the start, and no group's offsets are touched."""
    from streams.feed.replay.ranges import RangeBounds, ranges_of

    settings = _settings()
    spec = _spec(settings, run_id=run_id, target=target, group=group, processes=processes)
    name = _topic_name(topic, settings)
    if name == spec.target and not allow_same_topic:
        raise UsageError("would be read and written", where=name, hint="--allow-same-topic, if it is meant")
    bounds = RangeBounds(
        _time(from_time, "--from-time"),
        _time(until_time, "--until-time"),
        _offsets(from_offsets, "--from-offset"),
        _offsets(until_offsets, "--until-offset"),
        frozenset(partitions),
    )
    spec = spec.model_copy(
        update={
            "topic": name,
            "ranges": ranges_of(settings, name, bounds),
            "keep_timestamps": timestamps is Timestamps.ORIGINAL,
            "skip_replayed": skip_replayed,
            "selection": _selection(since, until, ids, except_ids, publishers, keys, headers, sample),
            "limits": _limits(rate, byte_rate, max_lag),
        }
    )
    _plan_or_execute(settings, spec, execute=execute)


@replay_app.command("resume")
def replay_resume(
    run_id: RunName,
    rate: Annotated[float | None, typer.Option("--rate", min=0, help="Another rate of articles a second; 0 for no limit.")] = None,
    byte_rate: Annotated[float | None, typer.Option("--byte-rate", min=0, help="Another rate of bytes a second.")] = None,
    max_lag: Annotated[int | None, typer.Option("--max-lag", min=0, help="Another bound of the live group's lag.")] = None,
) -> None:
    """Go on with a run that was stopped or killed, where it was."""
    from streams.feed.replay.runs import Run

    settings = _settings()
    run = Run.open(settings, run_id)
    limits = run.spec.limits
    if rate is not None:
        limits = replace(limits, articles=rate or None)
    if byte_rate is not None:
        limits = replace(limits, size=byte_rate or None)
    if max_lag is not None:
        limits = replace(limits, lag=max_lag or None)
    _execute(settings, run, limits)


@replay_app.command("status")
def replay_status(
    run_id: Annotated[str, typer.Argument(metavar="[RUN]", help="One run; all where it is not given.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line for each run.")] = False,
) -> None:
    """Show the runs and how far they are."""
    from streams.feed.replay.runs import Run, runs_in

    settings = _settings()
    runs = [Run.open(settings, run_id)] if run_id else runs_in(settings)
    if as_json:
        for run in runs:
            typer.echo(json.dumps(_summary(run)))
        return
    table = Table("run", "state", "what", "to", "sent", "planned", "left out", "not readable", "last sign of life")
    for run in runs:
        said = _summary(run)
        checkpoint = run.checkpoint
        table.add_row(
            run.spec.run_id,
            str(said["state"]),
            run.spec.topic or " ".join(run.spec.paths or ()),
            run.spec.target,
            *(str(said[name]) if said[name] is not None else "" for name in ("sent", "planned", "left_out", "failed")),
            f"{checkpoint.updated:%Y-%m-%d %H:%M:%S}" if checkpoint else "",
        )
    _console(stderr=False).print(table, highlight=False)


@replay_app.command("verify")
def replay_verify(
    run_id: RunName,
    against: Annotated[str, typer.Option("--against", help="An earlier run: the same articles must have the same event ids.")] = "",
    wait: Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for what has not come out yet.")] = 0,
) -> None:
    """Prove that every planned article came out enriched or as a dead letter; exit code 1 where it is not so."""
    from streams.feed.replay.runs import Run
    from streams.feed.replay.verification import verify

    settings = _settings()
    verdict = verify(Run.open(settings, run_id), settings, against=Run.open(settings, against) if against else None, wait=wait)
    for line in verdict.missing:
        typer.echo(f"missing: {line}", err=True)
    for line in verdict.changed:
        typer.echo(f"other event ids than in {against}: {line}", err=True)
    said = {
        "run": run_id,
        "proven": verdict.is_proven,
        "planned": verdict.planned,
        "sent": verdict.sent,
        "sent_again": verdict.sent_again,
        "enriched": verdict.enriched,
        "dead_lettered": verdict.dead_lettered,
        "missing": verdict.count_missing,
        "events": verdict.events,
        **({"compared": verdict.compared, "changed": len(verdict.changed)} if against else {}),
    }
    typer.echo(json.dumps(said))
    if not verdict.is_proven:
        raise typer.Exit(1)


Stages = Annotated[list[str], typer.Option("--stage", help="Only letters that failed there: decode, enrich, encode.")]
Reasons = Annotated[list[str], typer.Option("--reason", help="Only letters with this reason, such as timeout.")]
ErrorClasses = Annotated[list[str], typer.Option("--error-class", help="Only letters with this class of error.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines.")]


@dead_letters_app.command("list")
def dead_letters_list(
    each: Annotated[bool, typer.Option("--each", help="A line for each letter, and not for each kind.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count the letters by stage, reason and error."""
    from streams.feed.dead_letters import count_letters, letters

    settings = _settings()
    if each:
        for letter in letters(settings):
            names = ("dlq.stage", "dlq.reason", "dlq.error.class", "dlq.error.message", "dlq.topic", "dlq.partition", "dlq.offset")
            said = {name.removeprefix("dlq."): letter.header(name) for name in names}
            said = {"position": letter.position, "handled": letter.handled or "waiting", "attempt": str(letter.attempt), **said}
            typer.echo(json.dumps(said, ensure_ascii=False) if as_json else "  ".join(_safe(value) for value in said.values()))
        return
    counts = count_letters(letters(settings))
    if as_json:
        for count in counts:
            typer.echo(json.dumps(vars(count)))
        return
    table = Table("stage", "reason", "error", "waiting", "redriven", "parked", "most attempts", "oldest", "newest")
    for count in counts:
        numbers = (count.waiting, count.redriven, count.parked, count.most_attempts)
        kind = (_safe(count.stage), _safe(count.reason), _safe(count.error_class))
        table.add_row(*kind, *map(str, numbers), _when(count.first), _when(count.last))
    _console(stderr=False).print(table, highlight=False, markup=False)


@dead_letters_app.command("show")
def dead_letters_show(
    position: Annotated[str, typer.Argument(metavar="PARTITION/OFFSET", help="Position in the dead-letter topic.")],
    raw: Annotated[bool, typer.Option("--raw", help="Only the value, byte for byte.")] = False,
) -> None:
    """Show one letter with its error and its bytes."""
    from streams.feed.dead_letters import find_letter

    letter = find_letter(_settings(), position)
    value = letter.record.value or b""
    if raw:
        sys.stdout.buffer.write(value)
        return
    lines = {
        "position": letter.record.where,
        "state": letter.handled or "waiting",
        "timestamp": _when(letter.record.timestamp),
        "key": _bytes(letter.record.key),
        **{name: _bytes(content) for name, content in letter.record.headers},
        "value": f"{len(value)} bytes{'' if letter.record.value is not None else ', none at all'}",
    }
    for name, content in lines.items():
        typer.echo(f"{_safe(name):22} {content}")
    typer.echo(_bytes(value[:SHOWN_BYTES]) + (f"… and {len(value) - SHOWN_BYTES} bytes more (--raw)" if len(value) > SHOWN_BYTES else ""))


@dead_letters_app.command("redrive")
def dead_letters_redrive(
    positions: Annotated[list[str], typer.Argument(metavar="[PARTITION/OFFSET…]", help="Only these letters.")] = [],
    execute: Execute = False,
    run_id: RunId = "",
    max_attempts: Annotated[int, typer.Option("--max-attempts", min=1, help="Letters that have failed so often are parked.")] = 3,
    again: Annotated[bool, typer.Option("--again", help="Take letters too that were redriven or parked before.")] = False,
    stages: Stages = [],
    reasons: Reasons = [],
    error_classes: ErrorClasses = [],
    since: Since = "",
    until: Until = "",
    ids: Ids = None,
    except_ids: ExceptIds = None,
    publishers: Publishers = [],
    keys: Keys = [],
    headers: HeaderOptions = [],
    sample: Sample = 1.0,
    rate: Rate = 0,
    max_lag: MaxLag = DEFAULT_LAG,
) -> None:
    """Send letters through the pipeline again; what has failed too often goes to the parking topic `articles.parked`."""
    from streams.feed.dead_letters import LetterFilter, Redrive
    from streams.feed.replay.runs import new_run_id

    settings = _settings()
    wanted = LetterFilter(
        frozenset(stages),
        frozenset(reasons),
        frozenset(error_classes),
        frozenset(position.removeprefix("articles.dead-letter/") for position in positions),
        _selection(since, until, ids, except_ids, publishers, keys, headers, sample),
    )
    started = time.monotonic()
    with _stoppable() as stop:
        redrive = Redrive(
            settings=settings,
            wanted=wanted,
            limits=_limits(rate, 0, max_lag),
            run_id=run_id or new_run_id(),
            max_attempts=max_attempts,
            again=again,
            stop=stop,
            on_progress=lambda _: None,
        )
        state = "planned"
        try:
            if execute:
                state = "stopped"
                redrive.execute()
                state = "done"
            else:
                redrive.plan()
        finally:
            counts = redrive.counts
            said = {
                "run": redrive.run_id,
                "state": state,
                "redriven" if execute else "to_redrive": counts.redriven,
                "parked" if execute else "to_park": counts.parked,
                "bytes": counts.size,
                "reasons": counts.reasons,
                "left_out": counts.left_out,
                "seconds": round(time.monotonic() - started, 1),
            }
            if not execute:
                typer.echo("this is a plan, and nothing was changed; --execute does it", err=True)
            typer.echo(json.dumps(said))


def _plan_or_execute(settings: Settings, spec: RunSpec, *, execute: bool) -> None:
    from streams.feed.replay.runs import Run

    if execute:
        _execute(settings, Run.create(settings, _spooled(spec, settings)), spec.limits)
        return
    from streams.feed.replay.execution import expired_problem
    from streams.feed.replay.plan import DUPLICATE, Watch, make_plan

    failures: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory(prefix="streams-plan-") as folder, _stoppable() as stop, _progress() as on_progress:

        def note(found: list[tuple[str, str]]) -> None:
            # Every single one stands in the run's folder; here those that nobody expects come first.
            unexpected = [failure for failure in found if failure[1] != DUPLICATE]
            failures.extend(unexpected[: SHOWN_FAILURES - len(failures)])

        plan = make_plan(spec, settings, Path(folder), Watch(on_progress, note, stop))
    _show_plan(spec, plan, failures)
    if problem := expired_problem(spec, plan, settings):
        typer.echo(f"--execute will refuse: {spec.target} {problem} (--timestamps now, or a longer retention)", err=True)
    typer.echo("this is a plan, and nothing was changed; --execute does it", err=True)
    typer.echo(json.dumps({"run": None, "state": "planned", **_counts(plan.total), "planned": plan.total.selected, "target": spec.target}))


def _spooled(spec: RunSpec, settings: Settings) -> RunSpec:
    """Standard input is kept in the run's folder: it can be read only once, and a run reads twice, or more often where it is resumed."""
    from streams.feed.archive.files import STDIN

    if not spec.paths or STDIN not in spec.paths:
        return spec
    inputs = settings.replay_dir / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    kept = inputs / spec.run_id
    with kept.open("xb") as file:
        while data := sys.stdin.buffer.read(1024 * 1024):
            file.write(data)
    return spec.model_copy(update={"paths": tuple(str(kept) if path == STDIN else path for path in spec.paths)})


def _execute(settings: Settings, run: Run, limits: Limits) -> None:
    from streams.feed.replay.execution import Execution

    typer.echo(f"run {run.spec.run_id}, noted in {run.folder}", err=True)
    try:
        with _stoppable() as stop, _progress() as on_progress:
            Execution(run, settings, limits, on_progress, stop).carry_out()
    except StreamsError as error:
        typer.echo(json.dumps({**_summary(run), "error": str(error)}))
        raise
    (settings.replay_dir / "inputs" / run.spec.run_id).unlink(missing_ok=True)
    typer.echo(json.dumps(_summary(run)))


def _summary(run: Run) -> dict[str, Any]:
    checkpoint, plan = run.checkpoint, run.plan
    tally = checkpoint.tally if checkpoint else plan.total if plan else None
    counts = _counts(tally) if tally else dict.fromkeys(("bytes", "left_out", "failed", "reasons"))
    seconds = checkpoint.seconds if checkpoint else 0.0
    sent = checkpoint.tally.selected if checkpoint else 0
    return {
        "run": run.spec.run_id,
        "state": str(run.state),
        "planned": plan.total.selected if plan else None,
        "sent": sent,
        **counts,
        "target": run.spec.target,
        "seconds": round(seconds, 1),
        "rate": round(sent / seconds, 1) if seconds else None,
        "failures": str(run.failures_file),
    }


def _counts(tally: Tally) -> dict[str, Any]:
    from streams.feed.replay.work import FAILED

    failed = tally.left_out.get(FAILED, 0)
    return {"bytes": tally.size, "left_out": sum(tally.left_out.values()) - failed, "failed": failed, "reasons": tally.left_out}


def _show_plan(spec: RunSpec, plan: Plan, failures: list[tuple[str, str]]) -> None:
    from streams.feed.replay.work import FAILED

    console = _console()
    table = Table("partition" if spec.topic else "file", "articles", "bytes", "from", "to", "left out", "not readable")
    parts = list(plan.parts.items())
    for name, tally in [*parts[:SHOWN_PARTS], ("all", plan.total)]:
        if name == "all" and len(parts) > SHOWN_PARTS:
            table.add_row(f"… and {len(parts) - SHOWN_PARTS} more", "", "", "", "", "", "")
        failed = tally.left_out.get(FAILED, 0)
        left_out = sum(tally.left_out.values()) - failed
        span = (_when(tally.earliest), _when(tally.latest))
        table.add_row(_safe(name), f"{tally.selected:,}", f"{tally.size:,}", *span, f"{left_out:,}", f"{failed:,}")
    console.print(table, highlight=False)
    for reason, count in sorted(plan.total.left_out.items(), key=lambda item: -item[1]):
        console.print(f"left out: {count:,} {reason}", highlight=False)
    if plan.total.undated:
        console.print(
            f"{plan.total.undated:,} without a publication date: their weekdays will not be resolved (--map published_at=…?)",
            highlight=False,
        )
    for where, what in failures:
        typer.echo(f"not readable: {_safe(where)}: {_safe(what)}", err=True)
    seconds = spec.limits.seconds_for(plan.total.selected, plan.total.size)
    rate = f"at least {timedelta(seconds=round(seconds))} at the given rate" if seconds else "no rate is given"
    waits = f", and longer where group {spec.group} falls {spec.limits.lag} behind" if spec.limits.lag else ""
    console.print(f"to {spec.target}: {plan.total.selected:,} articles, {plan.total.size:,} bytes; {rate}{waits}", highlight=False)


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """A first SIGINT or SIGTERM sets the event; a second one ends at once."""
    stop = threading.Event()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def on_signal(number: int, frame: object) -> None:
        del frame
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in handlers:
        signal.signal(number, on_signal)
    try:
        yield stop
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


@contextmanager
def _progress() -> Iterator[OnProgress]:
    """A bar on a terminal, a line now and then elsewhere; on standard error."""
    console = _console()
    if console.is_terminal:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[said]}"),
        )
        with ProgressBar(*columns, console=console, transient=True) as bar:
            task = bar.add_task("", total=None, said="")
            yield lambda now: bar.update(task, description=now.phase, completed=now.done, total=now.total, said=_said(now))
        return
    last = time.monotonic() - PLAIN_LINE_SECONDS + 1

    def line(now: ProgressReport) -> None:
        nonlocal last
        if time.monotonic() - last >= PLAIN_LINE_SECONDS:
            last = time.monotonic()
            total = f" of {now.total}" if now.total is not None else ""
            typer.echo(f"[{now.seconds:6.1f} s] {now.phase}: {now.done}{total} articles, {_said(now)}", err=True)

    yield line


def _said(now: ProgressReport) -> str:
    said = [f"{now.rate:,.0f}/s"]
    if now.seconds_left is not None:
        said.append(f"{timedelta(seconds=round(now.seconds_left))} left")
    if now.lag is not None:
        said.append(f"lag {now.lag}{', paused' if now.is_paused else ''}")
    said.append(f"{now.left_out} left out, {now.failed} not readable")
    return ", ".join(said)


def _spec(settings: Settings, *, run_id: str, target: str, group: str, processes: int) -> RunSpec:
    from streams.feed.replay.runs import RunSpec, new_run_id

    return RunSpec(
        run_id=run_id or new_run_id(),
        created=datetime.now(UTC),
        target=_topic_name(target, settings),
        group=group or settings.group,
        processes=processes,
    )


def _topic_name(name: str, settings: Settings) -> str:
    """A topic of the pipeline gets the prefix of the settings; any other is meant as it is written."""
    from streams.topics import TOPICS

    return TOPICS[name].name_in(settings) if name in TOPICS else name


def _selection(
    since: str,
    until: str,
    ids: Path | None,
    except_ids: Path | None,
    publishers: list[str],
    keys: list[str],
    headers: list[str],
    sample: float,
) -> Selection:
    from streams.feed.replay.selection import Selection, read_ids

    return Selection(
        since=_time(since, "--since"),
        until=_time(until, "--until"),
        ids=read_ids(ids),
        except_ids=read_ids(except_ids),
        publishers=frozenset(publishers),
        keys=frozenset(key.encode() for key in keys),
        headers=tuple((name, value.encode()) for name, value in _pairs(headers, "--header").items()),
        sample=sample,
    )


def _limits(rate: float, byte_rate: float, max_lag: int) -> Limits:
    from streams.feed.replay.pace import Limits

    return Limits(rate or None, byte_rate or None, max_lag or None)


def _check_options(options: Options) -> None:
    from streams.records import Article

    for name in options.columns:
        if name not in Article.model_fields:
            raise UsageError(f"{name} is no field of an article", where="--map", hint=f"one of {', '.join(Article.model_fields)}")
    try:
        "".encode(options.encoding or "utf-8")
    except LookupError as error:
        raise UsageError("no such encoding", where=f"--encoding {options.encoding}") from error


def _pairs(written: list[str], option: str) -> Mapping[str, str]:
    pairs = [entry.partition("=") for entry in written]
    for name, equals, value in pairs:
        if not name or not equals or not value:
            raise UsageError("has the form NAME=VALUE", where=f"{option} {name}{equals}{value}")
    return {name: value for name, _, value in pairs}


def _time(written: str, option: str) -> datetime | None:
    if not written:
        return None
    try:
        parsed = datetime.fromisoformat(written)
    except ValueError as error:
        raise UsageError("is no time in ISO 8601, such as 2025-07-25 or 2025-07-25T14:00:00Z", where=f"{option} {written}") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _offsets(written: list[str], option: str) -> dict[int | None, int]:
    found: dict[int | None, int] = {}
    for entry in written:
        partition, _, offset = entry.rpartition(":")
        if not offset.isdigit() or (partition and not partition.isdigit()):
            raise UsageError("has the form OFFSET or PARTITION:OFFSET", where=f"{option} {entry}")
        found[int(partition) if partition else None] = int(offset)
    return found


def _when(milliseconds: int | None) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M}" if milliseconds is not None else ""


def _bytes(content: bytes | None) -> str:
    """Bytes for a terminal: text as it is, everything that could steer the terminal escaped."""
    return "none" if content is None else _safe(content.decode("utf-8", "backslashreplace"), keep="\n\t")


def _safe(text: str, keep: str = "") -> str:
    return "".join(sign if sign.isprintable() or sign in keep else sign.encode("unicode_escape").decode() for sign in text)


def _settings() -> Settings:
    logging.basicConfig(level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s")
    return load_settings()


def _console(*, stderr: bool = True) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr) if stream.isatty() else Console(stderr=stderr, width=PLAIN_WIDTH)
