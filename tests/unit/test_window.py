"""The window: many at once, sent and acknowledged in order, nothing acknowledged that is not safe."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable

import pytest

from streams.worker.window import Window


class Recorder:
    """A window whose steps take random times and note what they do."""

    def __init__(self, size: int, *, fail_at: int | None = None, fail_in: str = "") -> None:
        self.sent: list[int] = []
        self.acknowledged: list[int] = []
        self.at_work = 0
        self.most_at_work = 0
        self._fail_at = fail_at
        self._fail_in = fail_in
        self.window: Window[int, int] = Window(size, work=self._work, send=self._send, acknowledge=self._acknowledge)

    def _maybe_fail(self, step: str, item: int) -> None:
        if step == self._fail_in and item == self._fail_at:
            raise RuntimeError(f"{step} {item}")

    async def _work(self, item: int) -> int:
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        await asyncio.sleep(random.uniform(0, 0.005))
        self.at_work -= 1
        self._maybe_fail("work", item)
        return item * 10

    async def _send(self, item: int, result: int) -> Awaitable[object]:
        assert result == item * 10
        self._maybe_fail("send", item)
        self.sent.append(item)

        async def acknowledgement() -> None:
            await asyncio.sleep(random.uniform(0, 0.003))
            self._maybe_fail("broker", item)

        return asyncio.ensure_future(acknowledgement())

    async def _acknowledge(self, item: int, result: int) -> None:
        assert result == item * 10
        self._maybe_fail("acknowledge", item)
        self.acknowledged.append(item)

    async def _all_done(self, items: int) -> None:
        while len(self.acknowledged) < items:  # noqa: ASYNC110 - the window has no event for it, and needs none
            await asyncio.sleep(0.001)

    async def run(self, items: int) -> None:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(self.window.run())
            for item in range(items):
                await self.window.put(item)
            await self._all_done(items)
            running.cancel()


def test_everything_is_sent_and_acknowledged_in_order() -> None:
    recorder = Recorder(size=8)
    asyncio.run(recorder.run(200))
    assert recorder.sent == list(range(200))
    assert recorder.acknowledged == list(range(200))


def test_work_goes_on_side_by_side_and_no_more_than_the_size() -> None:
    recorder = Recorder(size=8)
    asyncio.run(recorder.run(200))
    assert 1 < recorder.most_at_work <= 8


@pytest.mark.parametrize("step", ["work", "send", "broker", "acknowledge"])
def test_a_failure_ends_it_and_nothing_from_there_on_is_acknowledged(step: str) -> None:
    recorder = Recorder(size=8, fail_at=50, fail_in=step)
    with pytest.raises(ExceptionGroup) as failure:
        asyncio.run(recorder.run(200))
    assert failure.group_contains(RuntimeError, match=f"{step} 50")
    # What came before may still have been on its way to an acknowledgement; there is never a hole.
    assert recorder.acknowledged == list(range(len(recorder.acknowledged)))
    assert len(recorder.acknowledged) <= 50


def test_a_failure_is_told_while_no_item_comes() -> None:
    async def wait_for_ever() -> None:
        recorder = Recorder(size=8, fail_at=0, fail_in="work")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(recorder.window.run())
            await recorder.window.put(0)
            await asyncio.sleep(60)

    with pytest.raises(ExceptionGroup):
        asyncio.run(asyncio.wait_for(wait_for_ever(), timeout=5))
