"""What a worker holds between reading and acknowledging: many articles in work at once, sent and acknowledged in the order read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

__all__ = ["Window"]

Item = TypeVar("Item")
Result = TypeVar("Result")


class Window(Generic[Item, Result]):
    """Runs each item through three steps, and lets no item overtake another in the second and third.

    1. `work`: many at once, finished in any order.
    2. `send`: one after the other in the order of `put`, so that two versions of one article come out as they came in.
       It returns as soon as the records are on their way, with an awaitable of their acknowledgement by the broker.
    3. `acknowledge`: in the order of `put`, after the broker has acknowledged. An offset is thus never committed before
       everything made from it, and everything before it, is safe.

    Any exception in a step ends `run`; what has not been acknowledged by then will be read again.

    Parameters
    ----------
    size
        Items between `put` and acknowledgement at most; `put` waits beyond that.
    """

    def __init__(
        self,
        size: int,
        *,
        work: Callable[[Item], Awaitable[Result]],
        send: Callable[[Item, Result], Awaitable[Awaitable[object]]],
        acknowledge: Callable[[Item, Result], Awaitable[None]],
    ) -> None:
        self._free = asyncio.Semaphore(size)
        self._work = work
        self._send = send
        self._acknowledge = acknowledge
        self._working: asyncio.Queue[tuple[Item, asyncio.Task[Result]]] = asyncio.Queue()
        self._sent: asyncio.Queue[tuple[Item, Result, Awaitable[object]]] = asyncio.Queue()

    async def put(self, item: Item) -> None:
        """Take an item in; waits while the window is full."""
        await self._free.acquire()
        self._working.put_nowait((item, asyncio.ensure_future(self._work(item))))

    async def run(self) -> None:
        """Send and acknowledge for as long as the window is used.

        Raises
        ------
        Exception
            Whatever a step raised first.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send_in_order())
            tasks.create_task(self._acknowledge_in_order())

    async def _send_in_order(self) -> None:
        try:
            while True:
                item, task = await self._working.get()
                result = await task
                acknowledgement = await self._send(item, result)
                self._sent.put_nowait((item, result, acknowledgement))
        finally:
            while not self._working.empty():
                self._working.get_nowait()[1].cancel()

    async def _acknowledge_in_order(self) -> None:
        while True:
            item, result, acknowledgement = await self._sent.get()
            await acknowledgement
            await self._acknowledge(item, result)
            self._free.release()
