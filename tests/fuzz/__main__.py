"""`make fuzz`: so many inputs in all to decoding, figures and times, in all processors, with a report of what was found."""

from __future__ import annotations

import argparse
import itertools
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.chaos import report
from tests.fuzz.inputs import text, value
from tests.fuzz.targets import BYTE_TARGETS, TEXT_TARGETS

TOO_SLOW = 1.0
"""Seconds of the processor that no input may take; those of a clock on the wall would blame it for its neighbours."""

GIVEN_UP = 20.0
"""Seconds of the processor after which an input is ended: what never ends is found too."""

PORTION = 2_000
SHOWN = 5


class NeverEndsError(Exception):
    """An input took so long that it was ended."""


@dataclass
class Found:
    """What some inputs to one target showed."""

    target: str
    inputs: int = 0
    slowest: float = 0.0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        self.inputs += other.inputs
        self.slowest = max(self.slowest, other.slowest)
        self.seconds += other.seconds
        self.failures += other.failures


def feed(target: str, seed: int, count: int) -> Found:
    """One portion for one target; the same seed gives the same inputs."""
    chance = random.Random(f"{target} {seed}")
    found = Found(target, count)
    began = time.monotonic()
    for _ in range(count):
        given, check = next_input(target, chance)
        started = time.process_time()
        try:
            with ended_after(GIVEN_UP):
                check()
        except Exception:
            found.failures.append(f"{target}, input {given!r}\n{traceback.format_exc(limit=-4)}")
        seconds = time.process_time() - started
        found.slowest = max(found.slowest, seconds)
        if seconds > TOO_SLOW:
            found.failures.append(f"{target}, {seconds:.1f} s for {given!r}")
    found.seconds = time.monotonic() - began
    return found


def next_input(target: str, chance: random.Random) -> tuple[str | bytes, Callable[[], None]]:
    """An input, and what is done with it."""
    if target in TEXT_TARGETS:
        words = text(chance)
        return words, lambda: TEXT_TARGETS[target](words)
    record = value(chance)
    return record, lambda: BYTE_TARGETS[target](record)


@contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    def end(*_: object) -> None:
        raise NeverEndsError

    signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def portions(inputs: int, seed: int, targets: list[str]) -> Iterator[tuple[str, int, int]]:
    """Target, seed and number of inputs of each portion, in turn, so that an end before the last leaves no target out."""
    left = dict.fromkeys(targets, -(-inputs // len(targets)))
    for number in itertools.count():
        for target in targets:
            if left[target]:
                count = min(PORTION, left[target])
                left[target] -= count
                yield target, seed + number, count
        if not any(left.values()):
            return


def main() -> int:
    targets = [*TEXT_TARGETS, *BYTE_TARGETS]
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"which (all): {', '.join(targets)}")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="inputs for all targets together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="keep the figures in docs/chaos.json and show them in docs/chaos.md")
    options = parser.parse_args()
    if unknown := set(options.targets) - set(targets):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    circumstances = report.circumstances()
    found = {target: Found(target) for target in options.targets or targets}
    done, told = 0, time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        for future in as_completed([processes.submit(feed, *p) for p in portions(options.inputs, options.seed, list(found))]):
            portion = future.result()
            found[portion.target].add(portion)
            done += portion.inputs
            if time.monotonic() - told > 30:
                told = time.monotonic()
                print(f"{done:,} inputs, {sum(len(one.failures) for one in found.values())} failures", file=sys.stderr, flush=True)
    for target, one in found.items():
        print(f"{target}: {one.inputs:,} inputs, {len(one.failures)} failures, slowest {one.slowest:.3f} s, {one.seconds:.0f} s in all")
        print(*one.failures[:SHOWN], sep="\n", end="\n" if one.failures else "")
        if options.record:
            figures = {
                "inputs": one.inputs,
                "failures": len(one.failures),
                "slowest": one.slowest,
                "seconds": one.seconds,
                "seed": options.seed,
            }
            report.record("fuzz", target, circumstances | figures)
    return 1 if any(one.failures for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
