"""A run and its folder: what was asked for, what was planned, how far it got, what could not be read."""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from streams.errors import ReplayError, UsageError
from streams.feed.archive.items import Options
from streams.feed.replay.pace import Limits
from streams.feed.replay.selection import Selection
from streams.feed.replay.sources import ArchiveSource, Chunk, Source, TopicSource
from streams.feed.replay.work import Found, Tally
from streams.settings import Settings

__all__ = ["Checkpoint", "Duplicates", "Plan", "Run", "RunSpec", "RunState", "new_run_id", "runs_in"]

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
LISTED_PARTS = 1000
"""Files that a plan lists one by one; the rest is told in one line, so that a plan of ten million files needs no more memory."""

OTHER_PARTS = "all other files"


class RunState(StrEnum):
    """How far a run is."""

    PLANNED = "planned"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class _Noted(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RunSpec(_Noted):
    """What was asked for; all that is needed to go on later.

    Parameters
    ----------
    paths
        Files of an archive; None for a topic.
    topic, ranges
        Topic with prefix, and by partition the first offset and the one behind the last.
    target
        Topic to send to, with prefix.
    group
        Live group that is waited for.
    skip_failures
        Whether the rest is sent where something cannot be read.
    skip_duplicates
        Whether of several articles with one id only the first is sent.
    """

    run_id: str
    created: datetime
    paths: tuple[str, ...] | None = None
    options: Options = Field(default_factory=Options)
    as_json: bool = False
    topic: str | None = None
    ranges: dict[int, tuple[int, int]] = Field(default_factory=dict)
    keep_timestamps: bool = True
    skip_replayed: bool = False
    selection: Selection = Field(default_factory=Selection)
    target: str
    group: str
    limits: Limits = Field(default_factory=Limits)
    processes: int = 1
    skip_failures: bool = True
    skip_duplicates: bool = True

    def source(self, settings: Settings) -> Source:
        """What is replayed."""
        if self.paths is not None:
            return ArchiveSource(self.paths, self.options)
        assert self.topic is not None
        return TopicSource(self.topic, self.ranges, settings)


class Plan(_Noted):
    """What a run is going to do.

    Parameters
    ----------
    parts
        By file or partition.
    state
        Of the source; another one means that it has changed since.
    """

    state: str
    total: Tally = Field(default_factory=Tally)
    parts: dict[str, Tally] = Field(default_factory=dict)
    seconds: float = 0.0

    def add(self, part: str, tally: Tally) -> None:
        """Count a chunk."""
        self.total.add(tally)
        name = part if part in self.parts or len(self.parts) < LISTED_PARTS else OTHER_PARTS
        self.parts.setdefault(name, Tally()).add(tally)


class Checkpoint(_Noted):
    """How far a run has got: everything up to `position` is acknowledged by the broker.

    Parameters
    ----------
    failures_size
        Bytes of the list of failures up to there.
    starts
        By topic and partition, where the topics that it writes to ended when it began.
    """

    state: RunState = RunState.RUNNING
    position: dict[str, Any] = Field(default_factory=dict)
    tally: Tally = Field(default_factory=Tally)
    seconds: float = 0.0
    failures_size: int = 0
    starts: dict[str, dict[int, int]] = Field(default_factory=dict)
    updated: datetime = Field(default_factory=lambda: datetime.now(UTC))


Model = TypeVar("Model", bound=BaseModel)


class Run:
    """One run's folder.

    Raises
    ------
    UsageError
        When its id is none, or is not known.
    """

    def __init__(self, folder: Path, spec: RunSpec) -> None:
        self.folder = folder
        self.spec = spec

    @classmethod
    def create(cls, settings: Settings, spec: RunSpec) -> Run:
        """A new run."""
        if not RUN_ID.fullmatch(spec.run_id):
            raise UsageError("a run id has letters, digits, dots, dashes and underscores", where=spec.run_id)
        folder = settings.replay_dir / spec.run_id
        try:
            folder.mkdir(parents=True)
        except FileExistsError as error:
            raise UsageError("there is a run of this id already", where=spec.run_id, hint=f"streams replay resume {spec.run_id}") from error
        run = cls(folder, spec)
        run._write("run.json", spec)
        return run

    @classmethod
    def open(cls, settings: Settings, run_id: str) -> Run:
        """A run that was begun before."""
        folder = settings.replay_dir / run_id
        spec = _read(folder / "run.json", RunSpec) if RUN_ID.fullmatch(run_id) else None
        if spec is None:
            raise UsageError("no such run", where=run_id, hint="`streams replay status` lists all")
        return cls(folder, spec)

    @property
    def plan(self) -> Plan | None:
        """What was planned; None where planning has not ended."""
        return _read(self.folder / "plan.json", Plan)

    @plan.setter
    def plan(self, plan: Plan) -> None:
        self._write("plan.json", plan)

    @property
    def checkpoint(self) -> Checkpoint | None:
        """How far it got; None where nothing was sent."""
        return _read(self.folder / "checkpoint.json", Checkpoint)

    @checkpoint.setter
    def checkpoint(self, checkpoint: Checkpoint) -> None:
        self._write("checkpoint.json", checkpoint)

    @property
    def state(self) -> str:
        """How far it is, for people; a run whose process died is stopped."""
        checkpoint = self.checkpoint
        state = checkpoint.state if checkpoint else RunState.PLANNED
        if state in (RunState.RUNNING, RunState.PLANNED) and self.is_locked():
            return RunState.RUNNING
        return RunState.STOPPED if state is RunState.RUNNING else state

    @property
    def failures_file(self) -> Path:
        """What could not be read, one JSON line each."""
        return self.folder / "failures.jsonl"

    def is_locked(self) -> bool:
        """Whether a process works on it."""
        try:
            with self.locked():
                return False
        except ReplayError:
            return True

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else works on the run meanwhile.

        Raises
        ------
        ReplayError
            When somebody does already.
        """
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ReplayError("another process works on this run", where=self.spec.run_id) from error
            yield

    def note_failures(self, failures: Iterable[tuple[str, str]], size: int) -> int:
        """Append to the list of failures, which was so long before; returns how long it is now."""
        with self.failures_file.open("ab") as file:
            # What a killed run noted behind its last checkpoint is read and noted again.
            file.truncate(size)
            file.seek(size)
            for where, what in failures:
                file.write(json.dumps({"where": where, "error": what}, ensure_ascii=False).encode(errors="replace") + b"\n")
            return file.tell()

    def remove(self) -> None:
        """Forget the run."""
        shutil.rmtree(self.folder)

    def _write(self, name: str, content: BaseModel) -> None:
        """Replace a file so that after a kill or a power cut it is the old or the new one, never a half."""
        path = self.folder / name
        fresh = path.with_suffix(".new")
        with fresh.open("w") as file:
            file.write(content.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Duplicates:
    """Which articles of an archive have an id that came before; on disk, because an archive has more ids than memory holds.

    Parameters
    ----------
    folder
        The run's, where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._ids_file = folder / "ids.sqlite"
        self._ids: sqlite3.Connection | None = None
        self._found = sqlite3.connect(folder / "duplicates.sqlite")
        self._found.execute("CREATE TABLE IF NOT EXISTS duplicate (file TEXT, number INTEGER, PRIMARY KEY (file, number)) WITHOUT ROWID")

    def start(self) -> None:
        """Begin to look for them, from the first article on."""
        self._ids_file.unlink(missing_ok=True)
        self._found.execute("DELETE FROM duplicate")
        self._ids = sqlite3.connect(self._ids_file, isolation_level=None)
        # It is made anew after whatever goes wrong, so nothing has to be safe.
        self._ids.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; BEGIN")
        self._ids.execute("CREATE TABLE id (digest BLOB PRIMARY KEY) WITHOUT ROWID")

    def look(self, chunk: Chunk, found: Iterable[Found]) -> list[Found]:
        """Note the ids of a chunk, and return those that came before."""
        assert self._ids is not None
        again = [f for f in found if self._ids.execute("INSERT OR IGNORE INTO id VALUES (?)", (f.digest,)).rowcount == 0]
        self._found.executemany("INSERT OR IGNORE INTO duplicate VALUES (?, ?)", [(chunk.position["file"], f.number) for f in again])
        return again

    def finish(self) -> None:
        """Keep what was found, and forget the ids."""
        self._found.commit()
        if self._ids is not None:
            self._ids.close()
        self._ids_file.unlink(missing_ok=True)

    def without(self, chunk: Chunk) -> Chunk:
        """The chunk without them."""
        last = chunk.first + len(chunk.items)
        query = "SELECT number FROM duplicate WHERE file = ? AND number >= ? AND number < ?"
        numbers = {row[0] for row in self._found.execute(query, (chunk.position["file"], chunk.first, last))}
        if not numbers:
            return chunk
        items = [item for number, item in enumerate(chunk.items, start=chunk.first) if number not in numbers]
        return replace(chunk, items=items, dropped=len(numbers))

    def close(self) -> None:
        """Close the file."""
        self._found.close()


def new_run_id() -> str:
    """An id that sorts by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def runs_in(settings: Settings) -> list[Run]:
    """All runs, the oldest first."""
    names = sorted(path.parent.name for path in settings.replay_dir.glob("*/run.json"))
    return sorted((Run.open(settings, name) for name in names), key=lambda run: run.spec.created)


def _read(path: Path, model: type[Model]) -> Model | None:
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise ReplayError("was written by another version, or is damaged", where=str(path)) from error
