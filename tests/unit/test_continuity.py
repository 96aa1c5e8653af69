"""What a stream may leave out, and what it may not."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from streams.errors import PassedOverError
from streams.worker.continuity import Continuity


def check(*records: tuple[int, int], position: int = 0, held: range | list[int]) -> None:
    """Read records of (generation, offset) from a partition that holds records at these offsets."""
    continuity = Continuity(position=lambda _: position, first_offset=lambda _, start: next(offset for offset in held if offset >= start))

    async def run() -> None:
        for generation, offset in records:
            await continuity.check(SimpleNamespace(topic="articles", partition=3, offset=offset, generation_id=generation))

    asyncio.run(run())


def test_records_one_after_the_other_are_all_there() -> None:
    check((1, 7), (1, 8), (1, 9), position=7, held=range(20))


def test_what_the_broker_holds_and_the_stream_leaves_out_is_an_error() -> None:
    with pytest.raises(PassedOverError, match=r"articles\[3\]: offset 10 came where 8 should have"):
        check((1, 7), (1, 10), position=7, held=range(20))


def test_the_first_record_is_held_against_the_group_s_position() -> None:
    with pytest.raises(PassedOverError, match="offset 9 came where 7 should have"):
        check((1, 9), position=7, held=range(20))


def test_a_group_that_has_committed_nothing_begins_with_the_oldest_record() -> None:
    check((1, 5), (1, 6), held=range(5, 20))
    with pytest.raises(PassedOverError):
        check((1, 6), held=range(5, 20))


def test_the_gaps_of_transactions_and_deletions_are_none() -> None:
    check((1, 7), (1, 12), (1, 13), position=7, held=[7, 12, 13])


def test_what_was_read_before_may_come_again() -> None:
    check((1, 7), (1, 8), (1, 7), (1, 8), position=7, held=range(20))


def test_after_a_rebalance_it_begins_at_the_group_s_position_again() -> None:
    check((1, 7), (2, 15), (2, 16), position=15, held=range(20))
    with pytest.raises(PassedOverError):
        check((1, 7), (2, 17), position=15, held=range(20))
