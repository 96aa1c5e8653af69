"""Processes that work on chunks side by side, or the calling process itself."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Protocol

from streams.errors import BrokerError, StreamsError
from streams.feed.replay.sources import Chunk
from streams.feed.replay.work import Outcome, Work, WorkSpec

__all__ = ["UNDER_WAY", "Lane", "open_lanes"]

UNDER_WAY = 2
"""Chunks of one lane between `submit` and `collect`: while the broker acknowledges one, the next is read."""


class Lane(Protocol):
    """Does chunks in the order given."""

    def submit(self, chunk: Chunk) -> None:
        """Begin a chunk."""

    def collect(self) -> Outcome:
        """Wait for the oldest that was begun."""
        ...

    def close(self) -> None:
        """End at once."""


def open_lanes(spec: WorkSpec, processes: int) -> list[Lane]:
    """So many lanes: this process where it is one, else processes of their own.

    Raises
    ------
    BrokerError
        When the broker cannot be reached.
    """
    return [_OwnLane(spec)] if processes == 1 else [_ProcessLane(spec) for _ in range(processes)]


class _OwnLane:
    def __init__(self, spec: WorkSpec) -> None:
        self._work = Work(spec)
        self._begun: deque[Callable[[], Outcome]] = deque()

    def submit(self, chunk: Chunk) -> None:
        self._begun.append(self._work.begin(chunk))

    def collect(self) -> Outcome:
        return self._begun.popleft()()

    def close(self) -> None:
        self._work.close()


class _ProcessLane:
    def __init__(self, spec: WorkSpec) -> None:
        # Spawned, not forked: clients of Kafka have threads.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_lane_main, args=(spec, theirs), name="streams-replay", daemon=True)
        self._process.start()
        theirs.close()

    def submit(self, chunk: Chunk) -> None:
        try:
            self._connection.send(chunk)
        except OSError as error:
            raise self._died() from error

    def collect(self) -> Outcome:
        try:
            outcome: Outcome | StreamsError = self._connection.recv()
        except (EOFError, OSError) as error:
            raise self._died() from error
        if isinstance(outcome, StreamsError):
            raise outcome
        return outcome

    def close(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.join(timeout=5)

    def _died(self) -> StreamsError:
        with contextlib.suppress(OSError, EOFError):
            while self._connection.poll(0):
                said = self._connection.recv()
                if isinstance(said, StreamsError):
                    return said
        self._process.join(timeout=5)
        return BrokerError(f"a process of the replay ended with exit code {self._process.exitcode}")


def _lane_main(spec: WorkSpec, connection: Connection) -> None:
    # The parent decides when to stop; a signal to the whole group must not take chunks away that it still waits for.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begun: deque[Callable[[], Outcome]] = deque()
    # Without the parent the pipe ends, and so does this.
    with contextlib.suppress(EOFError, OSError):
        try:
            work = Work(spec)
            while True:
                if not begun or (len(begun) < UNDER_WAY and connection.poll(0)):
                    begun.append(work.begin(connection.recv()))
                else:
                    connection.send(begun.popleft()())
        except StreamsError as error:
            connection.send(error)
