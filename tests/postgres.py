"""A PostgreSQL server of the tests' own, from Debian's package, in a temporary folder and on a free port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from streams.stack.server import free_port

__all__ = ["PostgresServer", "running_postgres"]

USER = "postgres" if os.geteuid() == 0 else None
"""PostgreSQL does not run as root; Debian's package brings a user for it."""


class PostgresServer:
    """One server; it trusts everybody on this machine."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._port = free_port()
        self._run(
            "initdb", "--username=streams", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", f"--pgdata={folder}/data"
        )

    def start(self) -> None:
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "start", "--wait", f"--pgdata={self._folder}/data", f"--log={self._folder}/log", f"--options={options}")

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is what a crash does."""
        self._run("pg_ctl", "stop", "--wait", f"--pgdata={self._folder}/data", f"--mode={mode}")

    def database(self) -> str:
        """URL of a new, empty database."""
        name = f"d{uuid.uuid4().hex[:8]}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql://streams@127.0.0.1:{self._port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        # A server inherits what it is started with: it must not hold on to a pipe that somebody reads to its end.
        subprocess.run(
            [self._programs / program, *arguments],
            check=True,
            user=USER,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
        )


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server that runs until the end of the block; the test is skipped where the machine has no PostgreSQL."""
    found = shutil.which("initdb") or max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=None)
    if found is None:
        pytest.skip("PostgreSQL is missing: apt-get install postgresql")
    # Not below pytest's own folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="streams-postgres-"))
    try:
        if USER:
            shutil.chown(folder, USER)
        server = PostgresServer(Path(found).resolve().parent, folder)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder)
