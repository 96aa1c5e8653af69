"""Workers as separate processes, and whoever starts them again: what `restart: unless-stopped` does in production."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import psutil

from streams.settings import Settings
from streams.stack.server import free_port

REPOSITORY = Path(__file__).parents[2]
RESTART_DELAY = 0.5
PATIENCE = 300.0
"""Seconds that a worker may take to become ready, or to end: some on a quiet machine, minutes on a crowded one."""


class Crew:
    """As many workers as are wanted; one that ends is started again.

    Parameters
    ----------
    command
        Arguments of the interpreter that make a worker.
    environment
        Put beside the settings.
    """

    def __init__(self, settings: Settings, folder: Path, command: list[str], environment: dict[str, str]) -> None:
        self._settings = settings
        self._folder = folder
        self._command = command
        self._environment = environment
        self._lock = threading.RLock()
        self._workers: list[_Worker] = []
        self._stopped = threading.Event()
        self.starts = 0
        self.exit_codes: list[int] = []
        """Of the workers that ended, by themselves or by a signal."""
        threading.Thread(target=self._watch, name="crew", daemon=True).start()

    def scale(self, wanted: int) -> None:
        """Start or stop (SIGTERM) workers until there are so many."""
        with self._lock:
            while len(self._workers) < wanted:
                self._workers.append(self._start())
            surplus, self._workers = self._workers[wanted:], self._workers[:wanted]
        for worker in surplus:
            self._end(worker, signal.SIGTERM)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not all(worker.is_ready for worker in self._now()):
            assert time.monotonic() < deadline, f"workers are not ready, see {self._folder}"
            time.sleep(0.2)

    def signal_one(self, number: int, with_signal: signal.Signals) -> None:
        """Send a signal to the worker with that number, whichever has it now."""
        workers = self._now()
        workers[number % len(workers)].process.send_signal(with_signal)

    def pool_processes(self) -> list[psutil.Process]:
        """The processes that enrich, of all workers."""
        found: list[psutil.Process] = []
        for worker in self._now():
            try:
                children = psutil.Process(worker.process.pid).children()
                found += [child for child in children if "spawn_main" in " ".join(child.cmdline())]
            except psutil.NoSuchProcess:
                continue
        return found

    def stop(self) -> list[int]:
        """End all workers gently and return the exit codes of those that were ready; one that is still starting has nothing to drain."""
        self._stopped.set()
        with self._lock:
            workers, self._workers = self._workers, []
        were_ready = [worker.is_ready for worker in workers]
        codes = [self._end(worker, signal.SIGTERM) for worker in workers]
        return [code for code, was_ready in zip(codes, were_ready, strict=True) if was_ready]

    def kill(self) -> None:
        """End what is left, at once."""
        self._stopped.set()
        for worker in self._now():
            worker.process.kill()
            worker.process.wait()

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self._folder.glob("worker-*.log")))

    def _now(self) -> list[_Worker]:
        with self._lock:
            return list(self._workers)

    def _start(self) -> _Worker:
        self.starts += 1
        settings = self._settings.model_copy(update={"health_port": free_port(), "metrics_port": free_port()})
        environment = {**os.environ, **settings.environment(), "PYTHONPATH": str(REPOSITORY), **self._environment}
        with (self._folder / f"worker-{self.starts:03}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, *self._command], env=environment, stdout=log, stderr=log)
        return _Worker(process, settings.health_port)

    def _end(self, worker: _Worker, with_signal: signal.Signals) -> int:
        worker.process.send_signal(with_signal)
        code = worker.process.wait(timeout=PATIENCE)
        self.exit_codes.append(code)
        return code

    def _watch(self) -> None:
        while not self._stopped.wait(RESTART_DELAY):
            with self._lock:
                for place, worker in enumerate(self._workers):
                    code = worker.process.poll()
                    if code is not None and not self._stopped.is_set():
                        self.exit_codes.append(code)
                        self._workers[place] = self._start()


class _Worker:
    def __init__(self, process: subprocess.Popen[bytes], health_port: int) -> None:
        self.process = process
        self._health_port = health_port

    @property
    def is_ready(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self._health_port}/readyz", timeout=2).is_success
        except httpx.HTTPError:
            return False
