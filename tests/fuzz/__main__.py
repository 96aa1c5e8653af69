"""`make fuzz`: a bounded number of inputs for each target, in all processors, with a report of what was found."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from tests.fuzz.inputs import text, value
from tests.fuzz.targets import BYTE_TARGETS, TEXT_TARGETS

TOO_SLOW = 1.0
"""Seconds that no input may take."""

PORTION = 2_000
SHOWN = 5


@dataclass
class Found:
    """What one portion of inputs showed."""

    inputs: int = 0
    slowest: float = 0.0
    failures: list[str] = field(default_factory=list)


def feed(target: str, seed: int, until: float) -> Found:
    """One portion for one target; the same seed gives the same inputs."""
    chance = random.Random(f"{target} {seed}")
    found = Found()
    for _ in range(PORTION):
        if time.time() > until:
            break
        started = time.perf_counter()
        given: str | bytes = ""
        try:
            if target in TEXT_TARGETS:
                given = text(chance)
                started = time.perf_counter()
                TEXT_TARGETS[target](given)
            else:
                given = value(chance)
                started = time.perf_counter()
                BYTE_TARGETS[target](given)
        except Exception:
            found.failures.append(f"{target}, input {given!r}\n{traceback.format_exc(limit=-4)}")
        seconds = time.perf_counter() - started
        found.inputs += 1
        found.slowest = max(found.slowest, seconds)
        if seconds > TOO_SLOW:
            found.failures.append(f"{target}, {seconds:.1f} s for {given!r}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000, help="inputs for all targets together")
    parser.add_argument("--seconds", type=float, default=1800, help="time after which it ends in any case")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    targets = [*TEXT_TARGETS, *BYTE_TARGETS]
    portions = max(1, options.inputs // PORTION // len(targets))
    until = time.time() + options.seconds
    failed = False
    with ProcessPoolExecutor(os.cpu_count()) as processes:
        jobs = {t: [processes.submit(feed, t, options.seed + n, until) for n in range(portions)] for t in targets}
        for target, futures in jobs.items():
            found = [future.result() for future in futures]
            failures = [failure for one in found for failure in one.failures]
            failed = failed or bool(failures)
            slowest = max(one.slowest for one in found)
            print(f"{target}: {sum(one.inputs for one in found)} inputs, {len(failures)} failures, slowest {slowest:.3f} s", flush=True)
            print(*failures[:SHOWN], sep="\n", end="\n" if failures else "", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
