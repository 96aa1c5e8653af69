"""`make chaos`: play the scenarios against a real Kafka and registry with real workers, count every record, and print the table."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tests.chaos.faults import SCENARIOS
from tests.chaos.run import Outcome, Scenario, World, play, world

COLUMNS = (
    *("fault", "runs", "articles", "enriched", "events", "dead letters", "missing", "unexpected", "duplicates", "reordered"),
    *("recovery s", "longest stall s", "worker starts"),
)
SMALL_DISK = "48m"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"which (all): {', '.join(s.name for s in SCENARIOS)}")
    parser.add_argument("--seed", type=int, default=1, help="seed of the plan; the runs of one scenario take this and the following")
    parser.add_argument("--runs", type=int, default=1, help="runs of each scenario")
    parser.add_argument("--output", type=Path, help="file that each outcome is added to, as a JSON line")
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
        print(table_row(COLUMNS), table_row(["---"] * len(COLUMNS)), sep="\n", flush=True)
        for scenario in chosen:
            outcomes: list[Outcome] = []
            try:
                with own_world() if scenario.small_disk else nullcontext(shared) as there:
                    for seed in seeds:
                        outcomes.append(play(scenario, there, seed))
                        if options.output:
                            with options.output.open("a") as file:
                                file.write(json.dumps(dataclasses.asdict(outcomes[-1])) + "\n")
            except MayNotMountError as error:
                print(table_row([scenario.name, f"not run: {error}"]), flush=True)
                continue
            except AssertionError as error:
                failures.append(f"{scenario.name}: {error}")
            if outcomes:
                print(table_row(summary(scenario, outcomes)), flush=True)
            # A suite that does not see the losses of the unsafe worker sees none.
            failures += [f"{scenario.name}, seed {o.seed}: {o.count}" for o in outcomes if o.count.nothing_lost == scenario.unsafe]
    for failure in failures:
        print(f"FAILED {failure}", file=sys.stderr)
    return 1 if failures else 0


def summary(scenario: Scenario, outcomes: list[Outcome]) -> list[str]:
    counts = [outcome.count for outcome in outcomes]
    sums = (sum(getattr(c, field.name) for c in counts) for field in dataclasses.fields(counts[0]))
    recovery, stall = (max(getattr(outcome, name) for outcome in outcomes) for name in ("recovery", "stall"))
    starts = sum(outcome.starts for outcome in outcomes)
    return [scenario.name, str(len(outcomes)), *map(str, sums), f"{recovery:.1f}", f"{stall:.1f}", str(starts)]


def table_row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


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
