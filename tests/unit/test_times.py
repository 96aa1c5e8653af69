"""Expressions of time and the days that they mean. The publication date is Friday 25 July 2025."""

from __future__ import annotations

from datetime import date

import pytest

from streams.extraction.times import Direction, FoundTime, find_times
from streams.records import Grain, TimeBasis

PUBLISHED = date(2025, 7, 25)


def only(text: str) -> FoundTime:
    found = find_times(text)
    assert len(found) == 1, [text[f.start : f.end] for f in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "written", "start", "end", "grain"),
    [
        ("on Wednesday", "Wednesday", "2025-07-23", "2025-07-23", "DAY"),
        ("last Friday", "last Friday", "2025-07-18", "2025-07-18", "DAY"),
        ("next Tuesday", "next Tuesday", "2025-07-29", "2025-07-29", "DAY"),
        ("this Sunday", "this Sunday", "2025-07-27", "2025-07-27", "DAY"),
        ("yesterday", "yesterday", "2025-07-24", "2025-07-24", "DAY"),
        ("23 July 2025", "23 July 2025", "2025-07-23", "2025-07-23", "DAY"),
        ("July 23, 2025", "July 23, 2025", "2025-07-23", "2025-07-23", "DAY"),
        ("Sept. 3", "Sept. 3", "2025-09-03", "2025-09-03", "DAY"),
        ("on 15-16 June", "15-16 June", "2025-06-15", "2025-06-16", "DAY"),
        ("June 15 and 16", "June 15 and 16", "2025-06-15", "2025-06-16", "DAY"),
        ("2025-07-23", "2025-07-23", "2025-07-23", "2025-07-23", "DAY"),
        ("last week", "last week", "2025-07-14", "2025-07-20", "WEEK"),
        ("within this week", "this week", "2025-07-21", "2025-07-27", "WEEK"),
        ("this weekend", "this weekend", "2025-07-26", "2025-07-27", "WEEK"),
        ("two weeks ago", "two weeks ago", "2025-07-07", "2025-07-13", "WEEK"),
        ("in three weeks", "three weeks", "2025-08-11", "2025-08-17", "WEEK"),
        ("in August", "August", "2025-08-01", "2025-08-31", "MONTH"),
        ("mid-May", "mid-May", "2025-05-11", "2025-05-20", "MONTH"),
        ("earlier this month", "earlier this month", "2025-07-01", "2025-07-25", "MONTH"),
        ("the start of next month", "start of next month", "2025-08-01", "2025-08-10", "MONTH"),
        ("last August", "last August", "2024-08-01", "2024-08-31", "MONTH"),
        ("next May", "next May", "2026-05-01", "2026-05-31", "MONTH"),
        ("the second quarter", "second quarter", "2025-04-01", "2025-06-30", "QUARTER"),
        ("the second quarter of next year", "second quarter of next year", "2026-04-01", "2026-06-30", "QUARTER"),
        ("Q3 2025", "Q3 2025", "2025-07-01", "2025-09-30", "QUARTER"),
        ("this autumn", "this autumn", "2025-09-01", "2025-11-30", "SEASON"),
        ("last winter", "last winter", "2024-12-01", "2025-02-28", "SEASON"),
        ("spring 2026", "spring 2026", "2026-03-01", "2026-05-31", "SEASON"),
        ("next year", "next year", "2026-01-01", "2026-12-31", "YEAR"),
        ("in 2026", "2026", "2026-01-01", "2026-12-31", "YEAR"),
        ("2025-26", "2025-26", "2025-01-01", "2026-12-31", "YEAR"),
        ("FY26", "FY26", "2026-01-01", "2026-12-31", "YEAR"),
        ("late 2024", "late 2024", "2024-09-01", "2024-12-31", "YEAR"),
        ("the end of the year", "end of the year", "2025-12-01", "2025-12-31", "YEAR"),
        ("the first half of 2026", "first half of 2026", "2026-01-01", "2026-06-30", "YEAR"),
    ],
)
def test_days_that_are_meant(text: str, written: str, start: str, end: str, grain: str) -> None:
    found = only(text)
    resolved = found.resolve(PUBLISHED)
    assert text[found.start : found.end] == written
    assert (str(resolved.start), str(resolved.end), found.grain) == (start, end, Grain(grain))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("since mid-May", date(2025, 5, 11), PUBLISHED),
        ("by the end of August", None, date(2025, 8, 31)),
        ("until March", None, date(2026, 3, 31)),
        ("until at least 2027", None, date(2027, 12, 31)),
        ("in the coming weeks", PUBLISHED, None),
    ],
)
def test_open_intervals(text: str, start: date | None, end: date | None) -> None:
    resolved = only(text).resolve(PUBLISHED)
    assert (resolved.start, resolved.end) == (start, end)


@pytest.mark.parametrize(
    ("text", "direction", "start"),
    [
        ("on Wednesday", Direction.PAST, "2025-07-23"),
        ("on Wednesday", Direction.FUTURE, "2025-07-30"),
        ("on Friday", Direction.PAST, "2025-07-25"),
        ("in November", Direction.PAST, "2024-11-01"),
        ("in November", Direction.FUTURE, "2025-11-01"),
        ("5 January", Direction.PAST, "2025-01-05"),
        ("5 January", Direction.FUTURE, "2026-01-05"),
    ],
)
def test_what_has_happened_lies_before_the_publication(text: str, direction: Direction, start: str) -> None:
    assert str(only(text).resolve(PUBLISHED, direction).start) == start


@pytest.mark.parametrize("text", ["on Wednesday", "in August", "next year", "since mid-May", "yesterday", "the second quarter"])
def test_nothing_is_guessed_without_a_publication_date(text: str) -> None:
    resolved = only(text).resolve(None)
    assert (resolved.start, resolved.end, resolved.basis) == (None, None, TimeBasis.UNKNOWN)


@pytest.mark.parametrize("text", ["23 July 2025", "in 2026", "Q3 2025", "spring 2026"])
def test_a_named_year_needs_no_publication_date(text: str) -> None:
    resolved = only(text).resolve(None)
    assert resolved.start is not None
    assert resolved.basis is TimeBasis.EXPLICIT


def test_a_day_that_does_not_exist_stays_open() -> None:
    assert only("on 31 June").resolve(PUBLISHED).start is None


@pytest.mark.parametrize(
    "text", ["They may go", "2,025 shells", "an F-2000", "the 1990s", "after the fall of Kabul", "two years of war", "It may 3 times"]
)
def test_what_is_no_time(text: str) -> None:
    assert find_times(text) == []


def test_a_full_stop_is_no_part_of_a_month() -> None:
    text = "They have met since mid-May. Nothing came of it."
    found = only(text)
    assert text[found.start : found.end] == "mid-May"
