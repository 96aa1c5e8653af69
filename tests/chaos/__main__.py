"""`make chaos`: play the scenarios against a real Kafka and registry with real workers, count every record, and print the table."""

from __future__ import annotations

import argparse
import dataclasses
import logging
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tests.chaos import report
from tests.chaos.faults import SCENARIOS
from tests.chaos.run import Outcome, Scenario, World, play, world

SMALL_DISK = "48m"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"which (all): {', '.join(s.name for s in SCENARIOS)}")
    parser.add_argument("--seed", type=int, default=1, help="seed of the plan; the runs of one scenario take this and the following")
    parser.add_argument("--runs", type=int, default=1, help="runs of each scenario")
    parser.add_argument("--scale", type=float, default=1.0, help="part of the articles, and of their rate, for a machine that is busy")
    parser.add_argument("--record", action="store_true", help="keep the figures in docs/chaos.json and show them in docs/chaos.md")
    options = parser.parse_args()
    unknown = set(options.scenarios) - {scenario.name for scenario in SCENARIOS}
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    # What kafka-python says while the broker is away on purpose is no news.
    logging.basicConfig(level=logging.CRITICAL)
    chosen = [scenario for scenario in SCENARIOS if scenario.name in options.scenarios or not options.scenarios]
    seeds = range(options.seed, options.seed + options.runs)
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="chaos-stack-") as folder, world(Path(folder)) as shared:
        print(report.row(report.COLUMNS), report.row(["---"] * len(report.COLUMNS)), sep="\n", flush=True)
        for scenario in chosen:
            try:
                with own_world() if scenario.small_disk else nullcontext(shared) as there:
                    failures += play_all(scenario.scaled(options.scale), there, seeds, keep=options.record)
            except MayNotMountError as error:
                print(report.row([scenario.name, f"not run: {error}"]), flush=True)
    for failure in failures:
        print(f"FAILED {failure}", file=sys.stderr)
    return 1 if failures else 0


def play_all(scenario: Scenario, there: World, seeds: range, *, keep: bool) -> list[str]:
    """Play one scenario with each seed, print its row, and return what failed."""
    outcomes: list[Outcome] = []
    failures: list[str] = []
    circumstances = report.circumstances()
    for seed in seeds:
        print(f"{time.strftime('%H:%M:%S')} {scenario.name}, seed {seed}", file=sys.stderr, flush=True)
        try:
            outcomes.append(play(scenario, there, seed))
        except Exception as error:
            # One scenario that cannot be played to its end says nothing of the next.
            last = traceback.format_exc(limit=-2)
            failures.append(f"{scenario.name}, seed {seed}: {type(error).__name__}: {error}\n{last}")
        there.heal()
    if outcomes:
        figures = {**circumstances, "runs": [dataclasses.asdict(outcome) for outcome in outcomes]}
        print(report.row(report.fault_row(scenario.name, scenario.harm, figures)), flush=True)
        if keep:
            report.record("chaos", scenario.name, figures)
    # A suite that does not see the losses of the unsafe worker sees none.
    return failures + [f"{scenario.name}, seed {o.seed}: {o.count}" for o in outcomes if o.count.nothing_lost == scenario.unsafe]


class MayNotMountError(Exception):
    """This user may not mount a file system, which a small disk for the broker needs."""


@contextmanager
def own_world() -> Iterator[World]:
    """A stack whose Kafka has a disk of 48 MB, as a file system in memory."""
    with tempfile.TemporaryDirectory(prefix="chaos-disk-") as folder:
        disk = Path(folder) / "kafka"
        disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(disk)], capture_output=True, text=True, check=False
        )
        if mounted.returncode:
            raise MayNotMountError(mounted.stderr.strip())
        try:
            with world(Path(folder)) as own:
                yield own
        finally:
            subprocess.run(["umount", "--lazy", str(disk)], check=True)


if __name__ == "__main__":
    sys.exit(main())
