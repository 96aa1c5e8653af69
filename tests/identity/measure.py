"""How well `event_key` brings reports of one real-world event together, and keeps others apart: `python -m tests.identity.measure`.

Two reports count as brought together when they share a key of the group's type. Precision is the share of such pairs that belong
together; recall is the share of the pairs that belong together, reports in which nothing was found among them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from streams.extraction.pipeline import Extractor
from streams.records import Article, Event
from streams.settings import Settings

__all__ = ["GROUPS", "Figures", "Report", "compare", "read_reports"]

GROUPS = Path(__file__).parent / "groups.toml"


@dataclass(frozen=True)
class Report:
    """One article of a group, the events that were found in it, and the keys of those of the group's type."""

    group: str
    number: int
    type: str
    held_out: bool
    text: str
    events: tuple[Event, ...]
    keys: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """Pairs of reports: brought together rightly, wrongly, and not though they should have been."""

    right: list[tuple[Report, Report]]
    wrong: list[tuple[Report, Report]]
    missed: list[tuple[Report, Report]]

    @property
    def precision(self) -> float:
        return len(self.right) / max(1, len(self.right) + len(self.wrong))

    @property
    def recall(self) -> float:
        return len(self.right) / max(1, len(self.right) + len(self.missed))

    def __str__(self) -> str:
        counts = f"{len(self.right)} right, {len(self.wrong)} wrong, {len(self.missed)} missed"
        return f"precision {self.precision:.3f}, recall {self.recall:.3f} ({counts})"


def read_reports(extractor: Extractor) -> list[Report]:
    """Every report, after extraction."""
    reports = []
    for group in tomllib.loads(GROUPS.read_text())["group"]:
        for number, (published, text) in enumerate(group["reports"]):
            article = Article.model_validate({"id": f"{group['name']} {number}", "text": text, "published_at": published, "language": "en"})
            events = extractor.extract(article).events
            keys = frozenset(event.event_key for event in events if event.event_type.label == group["type"])
            reports.append(Report(group["name"], number, group["type"], group.get("held_out", False), text, tuple(events), keys))
    return reports


def compare(reports: Iterable[Report]) -> Figures:
    """All pairs of reports of one type."""
    right: list[tuple[Report, Report]] = []
    wrong: list[tuple[Report, Report]] = []
    missed: list[tuple[Report, Report]] = []
    for one, other in combinations(reports, 2):
        if one.type != other.type:
            continue
        together = bool(one.keys & other.keys)
        if one.group == other.group:
            (right if together else missed).append((one, other))
        elif together:
            wrong.append((one, other))
    return Figures(right, wrong, missed)


def main() -> None:
    """Print the figures, and the pairs behind them for the groups that may be looked at."""
    reports = read_reports(Extractor(Settings.model_fields["model"].default))
    open_to_all = [report for report in reports if not report.held_out]
    for report in open_to_all:
        print(f"{report.group:45} {' '.join(sorted(report.keys)) or '–'}")
    for title, pairs in (("wrong", compare(open_to_all).wrong),):
        for one, other in pairs:
            print(f"{title}: {one.text}\n       {other.text}")
    for type_ in sorted({report.type for report in reports}):
        print(f"{type_:15} {compare(report for report in reports if report.type == type_)}")
    print(f"worked on       {compare(open_to_all)}")
    print(f"held out        {compare(report for report in reports if report.held_out)}")
    print(f"all             {compare(reports)} in {len({report.group for report in reports})} groups, {len(reports)} reports")


if __name__ == "__main__":
    main()
