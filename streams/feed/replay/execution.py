"""Sends what was planned, and notes what the broker has acknowledged, so that a run that was killed goes on where it was."""

from __future__ import annotations

import threading
import time
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from streams.administration import ensure_topic, retention, topic_bounds
from streams.errors import BrokerError, RegistryError, ReplayError, ReplayStoppedError
from streams.feed.replay.lanes import UNDER_WAY
from streams.feed.replay.pace import GroupLag, Limits, Pace
from streams.feed.replay.plan import DUPLICATE, OnProgress, Watch, make_plan, opened_lanes, report, worked
from streams.feed.replay.runs import Checkpoint, Duplicates, Plan, Run, RunSpec, RunState
from streams.feed.replay.sources import CHUNK_ITEMS, Chunk
from streams.feed.replay.work import FAILED, REFUSED, WorkSpec
from streams.settings import Settings
from streams.topics import ARTICLES, TOPICS
from streams.wire.avro import Schema
from streams.wire.contract import schema_text
from streams.wire.registry import SchemaRegistry

__all__ = ["Execution", "expired_problem"]

BURST_SECONDS = 0.25
"""A chunk of a run with a rate lasts so long at most, so that the rate is kept within a second too."""


@dataclass(frozen=True)
class Execution:
    """Carries a run out.

    Parameters
    ----------
    stop
        Set from outside: what is under way is finished and noted, then it ends.
    """

    run: Run
    settings: Settings
    limits: Limits
    on_progress: OnProgress
    stop: threading.Event

    def carry_out(self) -> Checkpoint:
        """Plan the run where it is not planned yet, and send what is left of it.

        Raises
        ------
        ReplayError
            When it must not begin: the archive is damaged or has changed, or the records would expire at once.
        ReplayStoppedError
            When it ended before its end, and can go on.
        """
        run = self.run
        with run.locked():
            try:
                plan = run.plan or self._plan()
                self._check(plan)
                return self._send(plan)
            except (BrokerError, RegistryError) as error:
                if (checkpoint := run.checkpoint) is not None:
                    run.checkpoint = checkpoint.model_copy(update={"state": RunState.STOPPED})
                raise ReplayStoppedError(str(error), where=run.spec.run_id, hint=self._resume_hint) from error

    @property
    def _resume_hint(self) -> str:
        return f"streams replay resume {self.run.spec.run_id}"

    def _plan(self) -> Plan:
        run = self.run
        size = run.note_failures([], 0)

        def note(failures: list[tuple[str, str]]) -> None:
            nonlocal size
            size = run.note_failures(failures, size)

        plan = make_plan(run.spec, self.settings, run.folder, Watch(self.on_progress, note, self.stop))
        run.plan = plan
        return plan

    def _check(self, plan: Plan) -> None:
        run, spec = self.run, self.run.spec
        failed = plan.total.left_out.get(FAILED, 0) + plan.total.left_out.get(DUPLICATE, 0)
        if failed and not spec.skip_failures:
            raise ReplayError(
                f"{failed} articles cannot be read, and nothing was sent", where=str(run.failures_file), hint="--on-error skip"
            )
        if spec.source(self.settings).state() != plan.state:
            raise ReplayError("the files have changed since they were planned", where=spec.run_id, hint="start a new run")
        if problem := expired_problem(spec, plan, self.settings):
            raise ReplayError(problem, where=spec.target, hint="--timestamps now, or a longer retention")

    def _begin(self) -> Checkpoint:
        """The checkpoint to go on from."""
        run, settings = self.run, self.settings
        if (checkpoint := run.checkpoint) is not None:
            return checkpoint
        target = run.spec.target
        if target != ARTICLES.name_in(settings):
            like = run.spec.topic or ARTICLES.name_in(settings)
            partitions = len(topic_bounds(settings, [like]).get(like, {})) or settings.partitions
            ensure_topic(settings, target, partitions=partitions, configs={"max.message.bytes": str(settings.max_record_bytes)})
        names = {target, *(topic.name_in(settings) for topic in TOPICS.values())}
        starts = {name: {p: end for p, (_, end) in bounds.items()} for name, bounds in topic_bounds(settings, names).items()}
        if target not in starts:
            raise ReplayError("no such topic", where=target, hint="`streams topics create`")
        return Checkpoint(starts=starts, failures_size=run.failures_file.stat().st_size)

    def _work(self, checkpoint: Checkpoint) -> WorkSpec:
        spec, settings = self.run.spec, self.settings
        return WorkSpec(
            settings=settings,
            run_id=spec.run_id,
            selection=spec.selection,
            options=spec.options,
            target=spec.target,
            schema=None if spec.as_json or spec.topic else _registered(settings),
            target_partitions=len(checkpoint.starts[spec.target]),
            source_partitions=len(topic_bounds(settings, [spec.topic])[spec.topic]) if spec.topic else 0,
            keep_timestamps=spec.keep_timestamps,
            skip_replayed=spec.skip_replayed,
        )

    def _send(self, plan: Plan) -> Checkpoint:
        run, spec, settings = self.run, self.run.spec, self.settings
        checkpoint = self._begin()
        if checkpoint.state is RunState.DONE:
            return checkpoint
        checkpoint.state = RunState.RUNNING
        run.checkpoint = checkpoint
        articles = ARTICLES.name_in(settings)
        started = time.monotonic()
        before, seconds_before = checkpoint.tally.selected, checkpoint.seconds
        lag = closing(GroupLag(settings, spec.group, articles)) if self.limits.lag is not None else nullcontext()
        with lag as ask, closing(Duplicates(run.folder)) as duplicates, opened_lanes(self._work(checkpoint), spec.processes) as lanes:
            pace = Pace(self.limits, ask, adds_to_lag=spec.target == articles)

            def tick() -> bool:
                now = report("replay", checkpoint.tally, plan.total.selected, time.monotonic() - started, before=before)
                self.on_progress(replace(now, lag=pace.lag, is_paused=pace.is_paused))
                return not self.stop.is_set()

            def may_go(under_way: int, chunk: Chunk) -> bool:
                return pace.wait(under_way, len(chunk.items), tick)

            chunks = spec.source(settings).chunks(checkpoint.position, _chunk_items(self.limits, spec.processes))
            if spec.paths is not None:
                chunks = map(duplicates.without, chunks)
            for chunk, outcome in worked(chunks, lanes, may_go):
                pace.count(outcome.tally.selected, outcome.tally.size)
                checkpoint.tally.add(outcome.tally)
                if chunk.dropped:
                    checkpoint.tally.leave_out(DUPLICATE, chunk.dropped)
                checkpoint.position.update(chunk.position)
                if outcome.refused:
                    checkpoint.failures_size = run.note_failures(outcome.refused, checkpoint.failures_size)
                checkpoint.seconds = seconds_before + time.monotonic() - started
                checkpoint.updated = datetime.now(UTC)
                run.checkpoint = checkpoint
            tick()
        return self._finish(plan, checkpoint)

    def _finish(self, plan: Plan, checkpoint: Checkpoint) -> Checkpoint:
        sent = checkpoint.tally.selected
        missing = plan.total.selected - sent - checkpoint.tally.left_out.get(REFUSED, 0)
        checkpoint.state = RunState.STOPPED if self.stop.is_set() and missing > 0 else RunState.DONE
        self.run.checkpoint = checkpoint
        if checkpoint.state is RunState.STOPPED:
            raise ReplayStoppedError(
                f"stopped after {sent} of {plan.total.selected} articles", where=self.run.spec.run_id, hint=self._resume_hint
            )
        if missing:
            raise ReplayError(
                f"{plan.total.selected} articles were planned and {sent} sent",
                where=self.run.spec.run_id,
                hint="the source was changed, or its records expired, between the two",
            )
        return checkpoint


def expired_problem(spec: RunSpec, plan: Plan, settings: Settings) -> str | None:
    """Why records of a topic would be deleted as soon as they are sent; None where they would not."""
    if spec.topic is None or not spec.keep_timestamps or plan.total.earliest is None or not topic_bounds(settings, [spec.target]):
        return None
    kept = retention(settings, spec.target)
    age = int(time.time() * 1000) - plan.total.earliest
    if kept is None or age < kept:
        return None
    return f"keeps records for {kept / 86_400_000:.1f} days, and the oldest is {age / 86_400_000:.1f} days old and would be deleted at once"


def _chunk_items(limits: Limits, lanes: int) -> int:
    bounds = [CHUNK_ITEMS]
    if limits.articles:
        bounds.append(int(limits.articles * BURST_SECONDS))
    if limits.lag is not None:
        # All that is under way at once is half of the bound at most.
        bounds.append(limits.lag // (2 * (UNDER_WAY * lanes + 1)))
    return max(1, min(bounds))


def _registered(settings: Settings) -> Schema:
    registry = SchemaRegistry(settings)
    try:
        text = schema_text(ARTICLES)
        return Schema(registry.register(ARTICLES.subject_in(settings), text), text)
    finally:
        registry.close()
