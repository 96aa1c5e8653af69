"""One server of the embedded stack as a process: started, waited for, stopped, with its log in a file."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from streams.errors import StackError

__all__ = ["Server", "free_port", "start_server"]

LOG_LINES_IN_ERROR = 15

_reservations: list[socket.socket] = []


@dataclass(frozen=True)
class Server:
    """A running server.

    Parameters
    ----------
    name
        What it is, for messages.
    pid
        Its process id.
    started
        When the process was created, in seconds since the epoch: tells it from a later process with the same id.
    address
        `host:port` that it answers at.
    log
        The file that its output goes to.
    """

    name: str
    pid: int
    started: float
    address: str
    log: Path

    @property
    def process(self) -> psutil.Process | None:
        """The process, or None when it has ended."""
        try:
            process = psutil.Process(self.pid)
            alive = process.create_time() == self.started and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if alive else None

    def stop(self, timeout: float = 30.0) -> None:
        """End it, gently first; returns when it is gone."""
        process = self.process
        if process is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
            try:
                process.wait(timeout)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait(timeout)


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens at, and that no other call gives, in any process, as long as this one lives."""
    reservation = socket.socket()
    # Bound but not listening, it keeps the kernel from giving the port again, yet lets a server that asks for reuse listen there.
    # Closed at once, one port in some 14,000 came twice: two listeners of one broker, or servers of two test processes.
    reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reservation.bind(("127.0.0.1", 0))
    _reservations.append(reservation)
    return int(reservation.getsockname()[1])


def start_server(  # noqa: PLR0913 - a process has that many sides, each named at the call
    name: str,
    command: Sequence[str],
    *,
    address: str,
    log: Path,
    is_ready: Callable[[], bool],
    environment: Mapping[str, str] | None = None,
    timeout: float = 90.0,
    longest: float = 600.0,
) -> Server:
    """Start a server and wait until it is ready: for `timeout` after it last did something, and for `longest` in all.

    A machine that is busy makes a server slow, and only one that neither says nor computes anything any more is stuck.

    Raises
    ------
    StackError
        When its port is taken, when it ends before it is ready, or when it is not ready in time; with the end of its log.
    """
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        if probe.connect_ex((host, int(port))) == 0:
            raise StackError(f"cannot start {name}: something else listens there", where=address, hint="stop it, or choose another port")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            # An interrupt from the keyboard goes to the command, which stops its servers in order.
            start_new_session=True,
        )
    server = Server(name, child.pid, psutil.Process(child.pid).create_time(), address, log)
    began = moved = time.monotonic()
    signs = (0, 0)
    try:
        while not is_ready():
            if child.poll() is not None:
                raise StackError(f"{name} ended with exit code {child.returncode} before it was ready:\n{_tail(log)}", where=str(log))
            now = time.monotonic()
            if (latest := _signs_of_life(server)) != signs:
                signs, moved = latest, now
            if now > min(moved + timeout, began + longest):
                raise StackError(f"{name} was not ready after {now - began:.0f} s:\n{_tail(log)}", where=str(log))
            time.sleep(0.1)
    except BaseException:
        server.stop()
        raise
    return server


def _signs_of_life(server: Server) -> tuple[int, int]:
    """Bytes of its log, and whole seconds of the processor that it has had."""
    process = server.process
    return server.log.stat().st_size, int(sum(process.cpu_times()[:2])) if process else 0


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-LOG_LINES_IN_ERROR:])
