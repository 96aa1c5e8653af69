"""The cache of the embedded stack's programs, against a repository of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from streams.errors import StackError
from streams.stack.jars import Jar, JarCache

CONTENT = b"jar" * 1000
SHARED = Jar("org.example:shared:1.0", hashlib.sha256(CONTENT).hexdigest())


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        pass


@pytest.fixture
def maven(tmp_path: Path) -> Iterator[str]:
    """Address of a Maven repository that holds `SHARED`."""
    file = tmp_path / "maven" / SHARED.path
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(tmp_path / "maven"))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _no_progress(done: int, total: int) -> None:
    assert done <= total


def _fetch(folder: Path, maven: str) -> bytes:
    (path,) = JarCache(folder, maven).fetch([SHARED], _no_progress)
    return path.read_bytes()


def test_programs_that_share_a_jar_fetch_it_at_the_same_time(tmp_path: Path, maven: str) -> None:
    with ThreadPoolExecutor(max_workers=8) as threads:
        for attempt in range(5):
            folder = tmp_path / str(attempt)
            assert set(threads.map(lambda _, folder=folder: _fetch(folder, maven), range(8))) == {CONTENT}
            assert [path.name for path in folder.rglob("*") if path.is_file()] == ["shared-1.0.jar"]


def test_a_jar_that_was_damaged_is_fetched_again(tmp_path: Path, maven: str) -> None:
    damaged = tmp_path / SHARED.path
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(CONTENT[:-1])
    assert _fetch(tmp_path, maven) == CONTENT


def test_a_jar_of_another_content_is_refused(tmp_path: Path, maven: str) -> None:
    (tmp_path / "maven" / SHARED.path).write_bytes(b"another")
    with pytest.raises(StackError, match="has SHA-256"):
        _fetch(tmp_path / "cache", maven)
    assert not (tmp_path / "cache" / SHARED.path).exists()
