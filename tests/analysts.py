"""The answers in `docs/analysts.md`, and its time line: made from the corpus and the reports of `tests/identity`, in either database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

from streams.consumer import Batch, Delivery
from streams.records import Event, FundingGap, TalksRound, WeaponsPledge
from streams.sink.database import Database
from tests.identity.measure import Report

__all__ = ["PAGE", "PICTURE", "TYPES", "answered", "corpus_events", "fill", "time_line"]

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "analysts.md"
PICTURE = DOCS / "rounds.svg"
CORPUS = Path(__file__).parent / "golden" / "corpus.jsonl"

TYPES: dict[str, type[Event]] = {"funding-gap": FundingGap, "weapons-pledge": WeaponsPledge, "talks-round": TalksRound}
PUBLISHERS = ("Harbour Gazette", "Northern Wire", "Radio Kestrel", "The Daily Ledger")
"""Invented; a report's number within its group chooses."""

QUESTION = re.compile(r"```sql\n(?P<sql>.*?)```\n\n(?P<answer>(?:\|[^\n]*\n)*\n?)", re.DOTALL)
LONGEST_CELL = 110

Query = Callable[[str], tuple[list[str], list[tuple[Any, ...]]]]
"""SQL in, names of the columns and rows out."""


def corpus_events() -> list[Event]:
    """Every event of the golden corpus."""
    lines = (json.loads(line) for line in CORPUS.read_text().splitlines())
    return [TYPES[event.pop("type")].model_validate(event) for line in lines for event in line["events"]]


def fill(database: Database, reports: Iterable[Report]) -> None:
    """Write all events into an empty database, those of reports with invented publishers."""
    events = corpus_events()
    for report in reports:
        publisher = PUBLISHERS[report.number % len(PUBLISHERS)]
        events += [
            event.model_copy(update={"article": event.article.model_copy(update={"publisher": publisher})}) for event in report.events
        ]
    place = ("events", 0)
    database.positions([place])
    recorded = int(datetime(2025, 10, 1, tzinfo=UTC).timestamp() * 1000)
    database.write(Batch([Delivery(event, *place, offset, [], recorded) for offset, event in enumerate(events)], {place: len(events)}))


def answered(page: str, query: Query) -> str:
    """The page with the answer below each question in SQL."""
    return QUESTION.sub(lambda found: f"```sql\n{found['sql']}```\n\n{_table(*query(found['sql']))}\n", page)


def _table(names: list[str], rows: list[tuple[Any, ...]]) -> str:
    lines = [
        names,
        ["---:" if _is_number(column) else "---" for column in zip(*rows, strict=True)],
        *([_shown(v) for v in row] for row in rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _is_number(column: Sequence[object]) -> bool:
    return all(value is None or isinstance(value, int | float | Decimal) for value in column)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float | Decimal):
        return f"{value:,.2f}".removesuffix(".00")
    text = str(value).replace("|", "\\|").replace("\n", " ")
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


WIDTH, MARGIN, AXIS, STEP = 900, 40, 210, 34
COLOURS = {"HELD": "#1a7f37", "ONGOING": "#1a7f37", "SCHEDULED": "#0969da", "PROPOSED": "#0969da"}
OTHER_COLOUR = "#cf222e"
"""Of what was put off, broken off or ruled out."""


def time_line(title: str, rounds: Sequence[tuple[date, str | None, str, int]]) -> str:
    """Rounds of talks on a line, as SVG.

    Parameters
    ----------
    rounds
        Day, place, status and number of reports, the earliest first.
    """
    first, last = rounds[0][0].replace(day=1), rounds[-1][0] + timedelta(days=31)
    scale = (WIDTH - 2 * MARGIN) / (last - first).days

    def x(day: date) -> float:
        return round(MARGIN + (day - first).days * scale, 1)

    parts = [f'<line x1="{MARGIN}" y1="{AXIS}" x2="{WIDTH - MARGIN}" y2="{AXIS}" stroke="#57606a" stroke-width="2"/>']
    month = first
    while month < last:
        parts.append(f'<line x1="{x(month)}" y1="{AXIS}" x2="{x(month)}" y2="{AXIS + 6}" stroke="#57606a"/>')
        if (last - first).days < 500 or month.month in (1, 7):
            parts.append(f'<text x="{x(month)}" y="{AXIS + 22}" fill="#57606a">{month:%b %Y}</text>')
        month = (month + timedelta(days=32)).replace(day=1)
    for number, (day, place, status, reports) in enumerate(rounds):
        # Neighbours stand at different heights, so that their words do not meet.
        height = AXIS - 24 - STEP * (number % 5)
        colour = COLOURS.get(status, OTHER_COLOUR)
        words = f"{day:%-d %b} · {place or 'place not said'} · {status.lower().replace('_', ' ')}"
        told = f"{reports} report{'s' if reports > 1 else ''}"
        at_right = x(day) > WIDTH - 260
        anchor, offset = ("end", -8) if at_right else ("start", 8)
        parts += [
            f'<line x1="{x(day)}" y1="{AXIS}" x2="{x(day)}" y2="{height}" stroke="{colour}"/>',
            f'<circle cx="{x(day)}" cy="{AXIS}" r="{4 + 1.5 * min(reports, 4)}" fill="{colour}"><title>{told}</title></circle>',
            f'<text x="{x(day) + offset}" y="{height + 4}" text-anchor="{anchor}" fill="#1f2328">{escape(words)}</text>',
        ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {AXIS + 36}" font-family="system-ui, sans-serif" font-size="13">'
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return "\n  ".join([head, f"<title>{escape(title)}</title>", ground, *parts]) + "\n</svg>\n"
