"""The page of `make chaos`, `make soak` and `make fuzz` shows what they measured, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from tests.chaos import report


def run(**changes: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("produced", "enriched", "events", "dead_letters", "missing", "unexpected", "duplicates", "reordered"), 0)
    named = {name: changes.pop(name) for name in list(changes) if name in counts or name == "handed_over"}
    return {"count": {**counts, "handed_over": 0, **named}, "recovery": 1.0, "stall": 2.0, "starts": 1, "seconds": 60.0, **changes}


def test_the_page_is_as_the_figures_make_it() -> None:
    page = report.PAGE.read_text()
    assert report.shown_in(page, json.loads(report.FIGURES.read_text())) == page


def test_runs_of_one_fault_are_one_row() -> None:
    first = run(produced=1000, enriched=900, events=90, dead_letters=10, duplicates=5, handed_over=90)
    second = run(produced=1000, enriched=1000, recovery=3.21, starts=2)
    cells = report.fault_row("nothing", "nothing", {"runs": [first, second], "load": 0.5})
    assert cells == ["nothing", "nothing", "2", "2,000", "0", "0", "10", "5 (0.2%)", "0", "90 of 90", "3.2", "2.0", "3", "2.0", "0.5"]
    assert len(cells) == len(report.COLUMNS)


def test_what_stands_around_the_tables_stays() -> None:
    page = "before\n<!-- begin fuzz -->\nold\n<!-- end fuzz -->\nafter\n"
    target = {"inputs": 1000, "failures": 0, "slowest": 0.01, "seconds": 90, "load": 1}
    made = report.shown_in(page, {"fuzz": {"times": target}})
    assert made.startswith("before\n<!-- begin fuzz -->\n| what is fed |")
    assert made.endswith("| times | 1,000 | 0 | 0.010 | 1.5 | 1.0 |\n<!-- end fuzz -->\nafter\n")
