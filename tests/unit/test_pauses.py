"""How long is waited before the next try."""

from __future__ import annotations

import itertools

from streams.pauses import pauses


def test_pauses_double_up_to_the_longest_and_lie_in_the_upper_half_of_their_bound() -> None:
    for pause, bound in zip(itertools.islice(pauses(0.5, 8.0), 8), (0.5, 1, 2, 4, 8, 8, 8, 8), strict=True):
        assert bound / 2 <= pause <= bound


def test_no_two_workers_ask_in_step() -> None:
    first, second = (list(itertools.islice(pauses(), 10)) for _ in range(2))
    assert all(one != other for one, other in zip(first, second, strict=True))
