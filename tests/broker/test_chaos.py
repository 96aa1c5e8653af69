"""The short form of `make chaos`: several faults in one run and nothing missing; and the unsafe worker, whose losses must be seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.faults import SCENARIOS, everything
from tests.chaos.run import Scenario, World, play, world

SHORT = Scenario("short", "several faults", everything, articles=800, rate=40, workers=2, hostile=1)
[UNSAFE] = [scenario for scenario in SCENARIOS if scenario.unsafe]


@pytest.fixture(scope="module")
def chaos_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("chaos")) as chaos_world:
        yield chaos_world


def test_nothing_is_missing_after_everything(chaos_world: World) -> None:
    outcome = play(SHORT, chaos_world, seed=11)
    assert (outcome.count.missing, outcome.count.unexpected) == (0, 0), outcome
    assert outcome.count.produced >= 803
    assert outcome.count.dead_letters == 3
    assert outcome.count.handed_over == outcome.count.events, "streams.consumer hands each event over once"
    assert outcome.starts > 2, "no worker was hurt"


def test_the_unsafe_worker_is_found_out(chaos_world: World) -> None:
    assert play(UNSAFE, chaos_world, seed=1).count.missing > 0
