"""Expressions of time in news prose, for articles of several days, and that no text takes long or raises."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.extraction.times import Direction, FoundTime, find_times

STRINGS = Path(__file__).parent / "data" / "time_strings.toml"

PIECES = [
    *("23", "31", "2025", "26", "1st", "July", "May", "Sept.", "Feb", "Monday", "week", "month", "quarter", "year", "autumn", "day"),
    *("the", "of", "end", "early", "mid", "last", "next", "this", "since", "until", "between", "and", "to", "-", "–", "/", ",", "(", "ago"),
    *("in", "within", "two", "yesterday", "before", "fiscal", "Q3", "2025-07-23", "  ", "\n", "first", "half", "coming", "weeks", "days"),
]


@dataclass(frozen=True)
class TimeString:
    group: str
    published: date | None
    direction: Direction
    text: str
    readings: list[str]


def time_strings() -> Iterator[TimeString]:
    for group in tomllib.loads(STRINGS.read_text())["group"]:
        direction = Direction[group.get("direction", "NEAREST")]
        for text, readings in group["strings"].items():
            yield TimeString(group["name"], group.get("published"), direction, text, readings)


def reading_of(found: FoundTime, string: TimeString) -> str:
    resolved = found.resolve(string.published, string.direction)
    start, end = resolved.start, resolved.end
    if start is None and end is None:
        days = "?"
    elif start == end:
        days = f"{start}"
    else:
        days = f"{start or ''}..{end or ''}"
    return f"{string.text[found.start : found.end]} = {days} {found.grain}"


@pytest.mark.parametrize("string", list(time_strings()), ids=lambda string: f"{string.group}: {string.text}")
def test_days(string: TimeString) -> None:
    assert [reading_of(found, string) for found in find_times(string.text)] == string.readings


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=60),
    st.sampled_from(["", " ", "-"]),
    st.none() | st.dates(),
    st.sampled_from(Direction),
)
def test_any_text_on_any_day_gives_days_that_hold(pieces: list[str], between: str, published: date | None, direction: Direction) -> None:
    text = between.join(pieces)
    started = time.process_time()
    found = find_times(text)
    assert time.process_time() - started < 0.5
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
    for each in found:
        resolved = each.resolve(published, direction)
        assert resolved.start is None or resolved.end is None or resolved.start <= resolved.end


@pytest.mark.parametrize(
    "piece", [*PIECES, "early ", "the end of ", "23 July to ", "Monday-", "2025-", "1 ", "in the ", "last ", "of the "]
)
def test_no_repetition_takes_long(piece: str) -> None:
    started = time.process_time()
    find_times(piece * (20_000 // len(piece)))
    assert time.process_time() - started < 3
