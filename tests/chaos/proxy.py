"""A bad network: a proxy on the loopback between a worker and its broker, which can be slow, narrow, deaf, or hang up."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import Coroutine
from typing import Any

CHUNK = 64 * 1024


class Proxy:
    """Passes bytes on from one port to another, as badly as it is told.

    Parameters
    ----------
    target
        Port on 127.0.0.1 that the bytes go to.
    """

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self._target = target
        self.delay = 0.0
        """Seconds that each piece waits, and up to as much again by chance."""
        self.bytes_per_second = float("inf")
        self.deaf = False
        """Takes bytes and passes nothing on, and takes no new connection up: a cable that is cut hangs nobody up."""
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        started = threading.Event()
        threading.Thread(target=self._run, args=(started,), name="proxy", daemon=True).start()
        assert started.wait(10)

    def hang_up(self) -> None:
        """End every connection there is."""
        self._loop.call_soon_threadsafe(self._abort_all)

    def heal(self) -> None:
        """Be a good network again."""
        self.delay, self.bytes_per_second, self.deaf = 0.0, float("inf"), False

    def close(self) -> None:
        self.hang_up()
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _abort_all(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        started.set()
        self._loop.run_forever()
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._listen()
        try:
            their_reader, their_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, their_writer}
        try:
            both: list[Coroutine[Any, Any, None]] = [self._pass_on(reader, their_writer), self._pass_on(their_reader, writer)]
            await asyncio.gather(*both)
        finally:
            self._writers -= {writer, their_writer}
            for end in (writer, their_writer):
                end.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._listen()
                if self.delay or self.bytes_per_second != float("inf"):
                    await asyncio.sleep(self.delay * random.uniform(1, 2) + len(data) / self.bytes_per_second)
                writer.write(data)
                await writer.drain()
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof()

    async def _listen(self) -> None:
        while self.deaf:  # noqa: ASYNC110 - it is set from another thread
            await asyncio.sleep(0.1)
