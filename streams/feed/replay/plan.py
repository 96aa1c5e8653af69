"""Reads all of a source once, and counts what would be sent; nothing leaves the process."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from streams.errors import ReplayStoppedError
from streams.feed.replay.lanes import UNDER_WAY, Lane, open_lanes
from streams.feed.replay.runs import Duplicates, Plan, RunSpec
from streams.feed.replay.sources import CHUNK_ITEMS, Chunk
from streams.feed.replay.work import FAILED, Outcome, Tally, WorkSpec
from streams.settings import Settings
from streams.topics import ARTICLES
from streams.wire.avro import Schema
from streams.wire.contract import schema_text

__all__ = ["DUPLICATE", "OnProgress", "ProgressReport", "Watch", "make_plan", "opened_lanes", "worked"]

DUPLICATE = "an id that came before"
UNREGISTERED = 0
"""Schema id in a plan: it has as many bytes as any other, and no registry is asked."""


@dataclass(frozen=True)
class ProgressReport:
    """How far planning or sending is, for a person.

    Parameters
    ----------
    done, total
        Articles; None where the total is not known yet.
    seconds
        Since this process began with it.
    rate
        Articles a second since then.
    lag
        Of the live group, at most.
    """

    phase: str
    done: int
    total: int | None
    left_out: int
    failed: int
    seconds: float
    rate: float
    lag: int | None = None
    is_paused: bool = False
    latest: datetime | None = field(default=None)

    @property
    def seconds_left(self) -> float | None:
        """At the rate so far."""
        return (self.total - self.done) / self.rate if self.total is not None and self.rate > 0 else None


OnProgress = Callable[[ProgressReport], None]


@dataclass(frozen=True)
class Watch:
    """Who watches over planning.

    Parameters
    ----------
    on_failures
        Told place and reason of everything that cannot be read.
    stop
        Set from outside to end it.
    """

    on_progress: OnProgress
    on_failures: Callable[[list[tuple[str, str]]], None]
    stop: threading.Event


def make_plan(
    spec: RunSpec,
    settings: Settings,
    folder: Path,
    watch: Watch,
) -> Plan:
    """Count what the run would send.

    Parameters
    ----------
    folder
        Where ids that come twice are noted.

    Raises
    ------
    ReplayStoppedError
        When it was.
    """
    source = spec.source(settings)
    plan = Plan(state=source.state())
    started = time.monotonic()
    duplicates = Duplicates(folder)
    duplicates.start()
    work = WorkSpec(
        settings=settings,
        run_id=spec.run_id,
        selection=spec.selection,
        options=spec.options,
        schema=None if spec.as_json else Schema(UNREGISTERED, schema_text(ARTICLES)),
        skip_replayed=spec.skip_replayed,
    )
    try:
        with opened_lanes(work, spec.processes) as lanes:
            for chunk, outcome in worked(source.chunks({}, CHUNK_ITEMS), lanes, lambda *_: not watch.stop.is_set()):
                tally, failures = outcome.tally, list(outcome.failures)
                if spec.paths is not None:
                    for again in duplicates.look(chunk, outcome.found) if spec.skip_duplicates else []:
                        tally.selected -= 1
                        tally.size -= again.size
                        tally.leave_out(DUPLICATE)
                        failures.append((again.where, DUPLICATE))
                plan.add(chunk.part, tally)
                if failures:
                    watch.on_failures(failures)
                watch.on_progress(report("plan", plan.total, None, time.monotonic() - started))
    finally:
        duplicates.finish()
        duplicates.close()
    if watch.stop.is_set():
        raise ReplayStoppedError("stopped while it was planned, and nothing was sent", where=spec.run_id)
    plan.seconds = time.monotonic() - started
    return plan


def report(phase: str, tally: Tally, total: int | None, seconds: float, *, before: int = 0) -> ProgressReport:
    """A report of how far it is, of which so many were done before this process began."""
    failed = tally.left_out.get(FAILED, 0)
    return ProgressReport(
        phase=phase,
        done=tally.selected,
        total=total,
        left_out=sum(tally.left_out.values()) - failed,
        failed=failed,
        seconds=seconds,
        rate=(tally.selected - before) / seconds if seconds > 0 else 0.0,
        latest=datetime.fromtimestamp(tally.latest / 1000, UTC) if tally.latest is not None else None,
    )


@contextmanager
def opened_lanes(spec: WorkSpec, processes: int) -> Iterator[list[Lane]]:
    """Lanes that end with the block."""
    lanes = open_lanes(spec, processes)
    try:
        yield lanes
    finally:
        for lane in lanes:
            lane.close()


def worked(
    chunks: Iterable[Chunk], lanes: list[Lane], may_go: Callable[[int, Chunk], bool] = lambda *_: True
) -> Iterator[tuple[Chunk, Outcome]]:
    """Every chunk with its outcome, in the order of the chunks, while the next ones are in work.

    Parameters
    ----------
    may_go
        Asked before each chunk, with the articles that are under way; where it says no, what was begun is finished and nothing more taken.
    """
    begun: deque[tuple[Chunk, Lane]] = deque()
    for chunk in chunks:
        if not may_go(sum(len(other.items) for other, _ in begun), chunk):
            break
        lane = lanes[chunk.lane % len(lanes)]
        while sum(1 for _, other in begun if other is lane) >= UNDER_WAY:
            oldest, its_lane = begun.popleft()
            yield oldest, its_lane.collect()
        lane.submit(chunk)
        begun.append((chunk, lane))
    while begun:
        oldest, its_lane = begun.popleft()
        yield oldest, its_lane.collect()
