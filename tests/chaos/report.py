"""What `make chaos`, `make soak` and `make fuzz` measured: kept in `docs/chaos.json`, shown in the tables of `docs/chaos.md`.

`python -m tests.chaos.report` writes the tables anew. What stands between `<!-- begin NAME -->` and `<!-- end NAME -->` is made here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
FIGURES = DOCS / "chaos.json"
PAGE = DOCS / "chaos.md"

COLUMNS = (
    *("fault", "what happens", "runs", "articles", "missing", "not asked for", "dead letters", "duplicates", "reordered"),
    *("handed over once", "recovery s", "longest stall s", "starts", "minutes", "load"),
)
"""Of the table of faults; recovery and stall are the longest of all runs, the rest are sums."""


def circumstances() -> dict[str, Any]:
    """What a figure has to be read with: a crowded machine takes longer."""
    return {"processors": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}


def record(part: str, name: str, figures: dict[str, Any]) -> None:
    """Keep the figures of one thing that was measured, in the place of those before, and show them on the page."""
    measured = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    measured.setdefault(part, {})[name] = figures
    FIGURES.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(shown_in(PAGE.read_text(), measured))


def shown_in(page: str, measured: dict[str, Any]) -> str:
    """The page with its tables made anew."""
    tables = {
        "chaos": fault_table(measured.get("chaos", {})),
        "fuzz": fuzz_table(measured.get("fuzz", {})),
        "soak": soak_lines(measured.get("soak", {})),
    }
    for name, lines in tables.items():
        before, begin, rest = page.partition(f"<!-- begin {name} -->\n")
        _, end, after = rest.partition(f"<!-- end {name} -->")
        if end:
            page = f"{before}{begin}{lines}\n{end}{after}"
    return page


def fault_table(faults: dict[str, Any]) -> str:
    """One row a fault, in the order in which `make chaos` plays them."""
    from tests.chaos.faults import SCENARIOS

    rows = [fault_row(scenario.name, scenario.harm, faults[scenario.name]) for scenario in SCENARIOS if scenario.name in faults]
    return table(COLUMNS, rows)


def fault_row(name: str, harm: str, figures: dict[str, Any]) -> list[str]:
    """The cells of one fault, over all its runs."""
    runs = figures["runs"]
    counts = [run["count"] for run in runs]

    def total(field: str) -> int:
        return int(sum(count[field] for count in counts))

    records = total("enriched") + total("events") + total("dead_letters")
    return [
        name,
        harm,
        str(len(runs)),
        f"{total('produced'):,}",
        f"{total('missing'):,}",
        f"{total('unexpected'):,}",
        f"{total('dead_letters'):,}",
        f"{total('duplicates'):,} ({total('duplicates') / max(1, records):.1%})",
        f"{total('reordered'):,}",
        f"{total('handed_over'):,} of {total('events'):,}",
        f"{max(run['recovery'] for run in runs):.1f}",
        f"{max(run['stall'] for run in runs):.1f}",
        str(sum(run["starts"] for run in runs)),
        f"{sum(run['seconds'] for run in runs) / 60:.1f}",
        f"{figures['load']:.1f}",
    ]


def fuzz_table(targets: dict[str, Any]) -> str:
    """One row a target."""
    rows = [
        [name, f"{of['inputs']:,}", str(of["failures"]), f"{of['slowest']:.3f}", f"{of['seconds'] / 60:.1f}", f"{of['load']:.1f}"]
        for name, of in targets.items()
    ]
    return table(("what is fed", "inputs", "failures", "slowest, s of processor", "minutes", "load"), rows)


def soak_lines(soaks: dict[str, Any]) -> str:
    """One row a soak."""
    rows = [
        [
            f"{of['articles']:,}",
            f"{of['words']:,}",
            f"{of['seconds'] / 60:.1f}",
            str(of["processes"]),
            f"{of['early_mib']:.0f}",
            f"{of['late_mib']:.0f}",
            f"{of['late_mib'] / of['early_mib'] - 1:+.1%}",
            f"{of['load']:.1f}",
        ]
        for of in soaks.values()
    ]
    return table(("articles", "words", "minutes", "processes", "MiB after 5,000", "MiB at the end", "growth", "load"), rows)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(row(cells) for cells in lines)


def row(cells: Sequence[str]) -> str:
    """One line of it."""
    return f"| {' | '.join(cells)} |"


def main() -> None:
    PAGE.write_text(shown_in(PAGE.read_text(), json.loads(FIGURES.read_text())))


if __name__ == "__main__":
    main()
