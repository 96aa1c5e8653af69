"""The processes that enrich articles: a crash, a hang or a kill costs one article's turn, never the worker."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import multiprocessing
import os
import queue
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Generic, TypeVar

from streams.errors import ArticleCrashedError, ArticleTimedOutError, ArticleTooHungryError, PoolError, RejectedArticleError, StreamsError

__all__ = ["Limits", "Pool"]

Job = TypeVar("Job")
Result = TypeVar("Result")
Work = Callable[[Job], Result]

CRASHES_UNTIL_REJECTED = 2
"""A process may be killed from outside while it has an innocent article; only the second crash in a row is laid to the article."""

START_ATTEMPTS = 3
"""A process may be killed from outside while it starts; when it ends again and again, something is wrong with the worker."""

STEPS = 20
"""Parts that an article's time is counted in: what it can lose or gain by a standstill is one of them."""

START_TIMEOUT = 300.0
"""Seconds until a process must have loaded its model: some seconds on a quiet machine, minutes on a crowded one."""


MOST_OVERTAKEN = 4
"""Jobs for each process that may be done before an older one, because that one is best done by another process."""

GARBAGE_THRESHOLD = 50_000
"""Objects that a process makes before it looks for garbage among them; Python's default is 700."""


@dataclass(frozen=True)
class Limits:
    """What one job and one process may use up.

    Parameters
    ----------
    seconds
        Time that one job may take.
    memory
        Bytes that one job may take on top of what a process holds when it is warm; held by the kernel, on Linux.
    jobs
        After so many a process is replaced, so that no leak in a library grows for ever.
    """

    seconds: float
    memory: int
    jobs: int


class Pool(Generic[Job, Result]):
    """A fixed number of spawned processes, each with a pipe of its own.

    A pipe of its own means that a killed process can take no lock with it that the others wait for.

    Parameters
    ----------
    start_work
        Called in each process at its start; returns the function that is called with each job. Must be importable, must not import faust.
    processes
        How many.
    limits
        What a job and a process may use up.
    on_restart
        Called with the reason whenever a process is replaced: `crash`, `timeout`, `memory` or `recycle`.
    likeness
        The same number for jobs that are best done by the same process, which remembers something of the first; they are, where that
        makes nobody wait.
    """

    def __init__(
        self,
        start_work: Callable[[], Work[Job, Result]],
        *,
        processes: int,
        limits: Limits,
        on_restart: Callable[[str], None] = lambda _: None,
        likeness: Callable[[Job], int] = lambda _: 0,
    ) -> None:
        self._start_work = start_work
        self._processes = processes
        self._limits = limits
        self._on_restart = on_restart
        self._idle: queue.SimpleQueue[_Child[Job, Result]] = queue.SimpleQueue()
        self._children: set[_Child[Job, Result]] = set()
        self._closed = False
        self._jobs = 0
        self._likeness = likeness
        self._waiting: list[deque[_Waiting[Job, Result]]] = [deque() for _ in range(processes)]
        self._numbers = itertools.count()
        self._choosing = threading.Lock()
        # One thread waits for each process: pipes block, and the event loop must not.
        self._threads = ThreadPoolExecutor(max_workers=processes, thread_name_prefix="pool")

    @property
    def pids(self) -> list[int]:
        """The processes that live."""
        return [child.pid for child in list(self._children) if child.is_alive]

    @property
    def queued(self) -> int:
        """The jobs that wait for a process."""
        return max(0, self._jobs - self._processes)

    def start(self) -> None:
        """Start all processes and wait until each has loaded what it needs.

        Raises
        ------
        PoolError
            When one cannot be started; nothing would be gained by reading articles then.
        """
        try:
            for child in list(self._threads.map(self._new_child, range(self._processes))):
                self._idle.put(child)
        except BaseException:
            self.close()
            raise

    async def run(self, job: Job) -> Result:
        """Have a process do the job.

        Raises
        ------
        RejectedArticleError
            When the job itself fails, takes too long or too much memory, or crashes its process.
        PoolError
            When a process that has to be replaced cannot be started.
        """
        self._jobs += 1
        try:
            return await asyncio.wrap_future(self.submit(job))
        finally:
            self._jobs -= 1

    def submit(self, job: Job) -> Future[Result]:
        """The same for those who have no event loop."""
        with self._choosing:
            waiting = _Waiting(next(self._numbers), job, Future[Result]())
            self._waiting[self._likeness(job) % self._processes].append(waiting)
        self._threads.submit(self._work)
        return waiting.outcome

    def close(self) -> None:
        """End all processes, at once."""
        self._closed = True
        for child in list(self._children):
            child.kill()
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._choosing:
            for waiting in itertools.chain(*self._waiting):
                waiting.outcome.cancel()

    def _work(self) -> None:
        child = self._idle.get()
        with self._choosing:
            waiting = self._next_for(child)
        if not waiting.outcome.set_running_or_notify_cancel():
            self._idle.put(child)
            return
        try:
            waiting.outcome.set_result(self._run(child, waiting.job))
        except BaseException as error:
            waiting.outcome.set_exception(error)

    def _next_for(self, child: _Child[Job, Result]) -> _Waiting[Job, Result]:
        oldest = min((jobs for jobs in self._waiting if jobs), key=lambda jobs: jobs[0].number)
        own = self._waiting[child.place]
        return (own if own and own[0].number < oldest[0].number + MOST_OVERTAKEN * self._processes else oldest).popleft()

    def _run(self, child: _Child[Job, Result], job: Job) -> Result:
        try:
            for crashes in range(1, CRASHES_UNTIL_REJECTED + 1):
                try:
                    return child.run(job, self._limits.seconds)
                except _TookTooLongError as error:
                    child = self._replace(child, "timeout")
                    raise ArticleTimedOutError(f"took longer than {self._limits.seconds:g} s") from error
                except ArticleTooHungryError:
                    # What the job left behind would be the next one's burden.
                    child = self._replace(child, "memory")
                    raise
                except EOFError as error:
                    exit_code = child.exit_code
                    child = self._replace(child, "crash")
                    if crashes == CRASHES_UNTIL_REJECTED:
                        raise ArticleCrashedError(f"ended its process {crashes} times, last with exit code {exit_code}") from error
            raise AssertionError("unreachable")
        finally:
            if child.jobs >= self._limits.jobs:
                child = self._replace(child, "recycle")
            self._idle.put(child)

    def _replace(self, child: _Child[Job, Result], reason: str) -> _Child[Job, Result]:
        child.kill()
        self._children.discard(child)
        self._on_restart(reason)
        return self._new_child(child.place)

    def _new_child(self, place: int) -> _Child[Job, Result]:
        for attempt in itertools.count(1):
            if self._closed:
                raise PoolError("the pool is closed")
            child = _Child(place, self._start_work, self._limits.memory)
            self._children.add(child)
            try:
                child.wait_until_warm()
            except _EndedWhileStartingError:
                self._children.discard(child)
                if attempt == START_ATTEMPTS:
                    raise
            else:
                return child
        raise AssertionError("unreachable")


@dataclass(frozen=True)
class _Waiting(Generic[Job, Result]):
    """A job that waits for a process.

    Parameters
    ----------
    number
        How many came before.
    """

    number: int
    job: Job
    outcome: Future[Result]


class _TookTooLongError(Exception):
    pass


class _EndedWhileStartingError(PoolError):
    pass


class _Child(Generic[Job, Result]):
    """One process, seen from the parent."""

    def __init__(self, place: int, start_work: Callable[[], Work[Job, Result]], memory: int) -> None:
        self.place = place
        # Spawned, not forked: the parent has threads, and a lock held by one of them would stay held for ever in a fork.
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_child_main, args=(start_work, memory, theirs), name="streams-enricher", daemon=True)
        self._process.start()
        # The parent's copy of their end has to go, or the end of the process would not end the pipe.
        theirs.close()
        self.jobs = 0
        self._killing = threading.Lock()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        self._process.join(timeout=5)
        return self._process.exitcode

    def wait_until_warm(self) -> None:
        try:
            failure = self._connection.recv() if self._connection.poll(START_TIMEOUT) else f"not ready after {START_TIMEOUT:g} s"
        except (EOFError, OSError) as error:
            self.kill()
            what = f"a process for enriching cannot be started: ended with exit code {self.exit_code} while it started"
            raise _EndedWhileStartingError(what) from error
        if failure is not None:
            self.kill()
            raise PoolError(f"a process for enriching cannot be started: {failure}")

    def run(self, job: Job, timeout: float) -> Result:
        done, took_too_long = threading.Event(), threading.Event()

        def end_when_too_long() -> None:
            # In steps, each counted once however long it took: an article is not to blame for the time in which the whole worker stood
            # still, with its container or its machine.
            if not any(done.wait(timeout / STEPS) for _ in range(STEPS)):
                took_too_long.set()
                self._process.kill()

        # A thread that kills, and not a poll with a timeout: a process that is stopped does not even read its job.
        threading.Thread(target=end_when_too_long, name="limit", daemon=True).start()
        try:
            self.jobs += 1
            self._connection.send(job)
            result: Result | RejectedArticleError = self._connection.recv()
        except (EOFError, OSError) as error:
            if took_too_long.is_set():
                raise _TookTooLongError from error
            raise EOFError from error
        finally:
            done.set()
        if isinstance(result, StreamsError):
            raise result
        return result

    def kill(self) -> None:
        # The thread that waits for the process and the one that closes the pool may both come here; a second close of the same
        # number could close somebody else's file.
        with self._killing:
            self._process.kill()
            self._process.join(timeout=5)
            self._connection.close()


def _child_main(start_work: Callable[[], Work[Job, Result]], memory: int, connection: Connection) -> None:
    # The parent decides when a process ends; a signal to the whole group must not take the articles away that it still drains.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        work = start_work()
    except Exception as error:
        connection.send(f"{type(error).__name__}: {error}")
        return
    # What is loaded stays; to look through it for garbage again and again is a tenth of an article's time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)
    _limit_memory(memory)
    connection.send(None)
    with contextlib.suppress(EOFError, OSError):
        while True:
            job = connection.recv()
            result: Result | RejectedArticleError
            try:
                result = work(job)
            except RejectedArticleError as error:
                result = error
            except MemoryError:
                result = ArticleTooHungryError(f"took more than {memory // 2**20} MiB of memory")
            except Exception as error:
                result = _unexpected(error)
            connection.send(result)


def _limit_memory(allowance: int) -> None:
    """Let this process take so many bytes more, and not the machine's last."""
    status = Path("/proc/self/status")
    if not status.exists():
        return
    [held] = [int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmData:")]
    resource.setrlimit(resource.RLIMIT_DATA, (held + allowance, held + allowance))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        # Without this, a process that is busy with an endless article would outlive a killed worker.
        os._exit(0)


def _unexpected(error: Exception) -> RejectedArticleError:
    """The place of the failure and not its message, which may hold text of the article."""
    traceback = error.__traceback__
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    place = f"{traceback.tb_frame.f_code.co_filename.rpartition('/')[2]}:{traceback.tb_lineno}" if traceback else "nowhere"
    return RejectedArticleError(f"{type(error).__name__} at {place}")
