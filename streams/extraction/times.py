"""Expressions of time in news prose, and the days that they mean.

Found by a grammar over the text; resolved against the publication date, never by a silent default: what cannot be resolved stays open. The
grains are those of TIMEX3 and duckling.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from streams.extraction.addresses import without_addresses
from streams.extraction.lexicon import words
from streams.records import Grain, TimeBasis

__all__ = ["Direction", "FoundTime", "Resolved", "find_times"]

Interval = tuple[date | None, date | None]

MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name: number for number, name in enumerate(calendar.month_abbr) if name} | {"Sept": 9}
WEEKDAYS = {name: number for number, name in enumerate(calendar.day_name)}
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
"""First and last month of each season, meteorological, northern hemisphere."""

ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}
SMALL_NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
} | {"a": 1, "an": 1, "a couple of": 2, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "fifty": 50, "sixty": 60, "ninety": 90}


class Direction(Enum):
    """Where to look for a day that the article names without its year or week: it follows from whether the event has happened."""

    PAST = "past"
    FUTURE = "future"
    NEAREST = "nearest"


@dataclass(frozen=True)
class _Meaning:
    """What an expression means: days by publication date and direction.

    Parameters
    ----------
    is_explicit
        It names its year, and needs no publication date.
    can_span
        It can be the first or last part of a stretch: `15 June to 2 July`.
    """

    interval: Callable[[date, Direction], Interval]
    is_explicit: bool = False
    can_span: bool = True


_Groups = dict[str, str | None]
_Build = Callable[[_Groups], _Meaning | None]


class _Bound(Enum):
    SINCE = "since"
    UNTIL = "until"
    NONE = ""


@dataclass(frozen=True)
class Resolved:
    """The days that an expression means; None for an open or unknown end."""

    start: date | None
    end: date | None
    basis: TimeBasis


@dataclass(frozen=True)
class FoundTime:
    """One expression of time.

    Parameters
    ----------
    start, end
        Offsets into the text.
    """

    start: int
    end: int
    grain: Grain
    meaning: _Meaning
    bound: _Bound

    def by_itself(self) -> FoundTime:
        """Of `until Friday` the Friday."""
        return replace(self, bound=_Bound.NONE)

    def resolve(self, published: date | None, direction: Direction = Direction.NEAREST) -> Resolved:
        """The days that are meant.

        Parameters
        ----------
        published
            Publication date; without it only expressions that name their year can be resolved.
        direction
            Where to look for a day that is named without its year or week.
        """
        if published is None and not self.meaning.is_explicit:
            return Resolved(None, None, TimeBasis.UNKNOWN)
        if self.bound is not _Bound.NONE:
            direction = Direction.PAST if self.bound is _Bound.SINCE else Direction.FUTURE
        try:
            start, end = self.meaning.interval(published or date.min, direction)
        except (ValueError, OverflowError):  # 31 June; a year before the first
            return Resolved(None, None, TimeBasis.UNKNOWN)
        if self.bound is _Bound.SINCE:
            # What lies ahead of the publication has not begun, and has no end yet.
            end = published if published is None or start is None or start <= published else None
        elif self.bound is _Bound.UNTIL:
            start = None
        if start and end and start > end:  # `since October`, said in the first year of the calendar
            return Resolved(None, None, TimeBasis.UNKNOWN)
        basis = TimeBasis.EXPLICIT if self.meaning.is_explicit else TimeBasis.PUBLISH_DATE
        return Resolved(start, end, basis if start or end else TimeBasis.UNKNOWN)


def find_times(text: str) -> list[FoundTime]:
    """The expressions of time in a text, in its order; of two that overlap the longer one."""
    text = without_addresses(text)
    candidates = [found for rule in _RULES for match in rule.pattern.finditer(text) if (found := _found(text, match, rule)) is not None]
    candidates.sort(key=lambda found: (found.start, -found.end))
    chosen: list[FoundTime] = []
    for found in candidates:
        if chosen and found.start < chosen[-1].end:
            if found.end - found.start > chosen[-1].end - chosen[-1].start:
                chosen[-1] = found
            continue
        chosen.append(found)
    return _joined(text, _of_year_before(text, chosen))


def _of_year_before(text: str, found: list[FoundTime]) -> list[FoundTime]:
    """`in May 1991 and in November of that year`: the year that the text named last."""
    told: list[FoundTime] = []
    year: int | None = None
    for time in found:
        is_of_it = year is not None and not time.meaning.is_explicit and time.grain in (Grain.DAY, Grain.MONTH)
        if is_of_it and _OF_THAT_YEAR.match(text, time.end):
            told.append(replace(time, meaning=_in(year or 0, time.meaning)))
            continue
        told.append(time)
        if time.meaning.is_explicit and (start := time.resolve(None).start) is not None:
            year = start.year
    return told


def _in(year: int, meaning: _Meaning) -> _Meaning:
    return _Meaning(lambda _, __: meaning.interval(date(year, 1, 1), Direction.FUTURE), is_explicit=True, can_span=meaning.can_span)


def _joined(text: str, found: list[FoundTime]) -> list[FoundTime]:
    """Two expressions of one grain with `to` or a dash between them are one stretch of time."""
    joined: list[FoundTime] = []
    for second in found:
        first = joined[-1] if joined else None
        if first is not None and _is_stretch(text, first, second):
            joined[-1] = FoundTime(first.start, second.end, second.grain, _stretch(first.meaning, second.meaning), first.bound)
        else:
            joined.append(second)
    return joined


def _is_stretch(text: str, first: FoundTime, second: FoundTime) -> bool:
    between = text[first.end : second.start]
    if first.grain is not second.grain or not (first.meaning.can_span and second.meaning.can_span) or len(between) > 12:
        return False
    before = text[max(0, first.start - 40) : first.start]
    if between.strip() == "and":
        return before.rstrip().endswith("between")
    return bool(_TO.fullmatch(between)) and not _MOVED_FROM.search(before)


def _stretch(first: _Meaning, second: _Meaning) -> _Meaning:
    """From the beginning of the first to the end of the second; the one that names its year tells that of the other."""

    def interval(published: date, direction: Direction) -> Interval:
        if second.is_explicit and not first.is_explicit:
            last = second.interval(published, direction)
            start = first.interval(last[0] or published, Direction.PAST)
            return start[0], last[1]
        start = first.interval(published, direction)
        last = second.interval(published if second.is_explicit else start[0] or published, Direction.FUTURE)
        if start[0] and last[1] and start[0] > last[1]:
            raise ValueError("ends before it begins")
        return start[0], last[1]

    return _Meaning(interval, is_explicit=first.is_explicit or second.is_explicit, can_span=False)


# Grammar ---------------------------------------------------------------------------------------------------------------------------

_MONTH = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b(?:(?<=\b\w{3})\.(?=\s+\d)|(?<=\bSept)\.)?"
_FULL_MONTH = r"(?P<month>" + "|".join(calendar.month_name[1:]) + r")\b"
_ABBREVIATED = r"(?P<month>" + "|".join([*calendar.month_abbr[1:], "Sept"]) + r")\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_PART = (
    r"(?:(?P<part>early|mid|late|beginning|start|middle|end|close|first half|second half)"
    # "to start in July" and "to close in July" are verbs.
    r"(?:[-\s]+|\s+of\s+|(?<!start)(?<!end)(?<!beginning)(?<!close)\s+in\s+))"
)
# "The following year" and "the previous week" are told from a day in the story, which nobody can know here.
_SHIFT = r"(?P<shift>last|(?:this\s+)?(?:coming|past)|this|current|next)"
_COUNT = r"(?P<count>\d{1,3}|a couple of|" + "|".join(word for word in SMALL_NUMBERS if " " not in word) + r")"
_WEEKDAY = r"(?P<weekday>" + "|".join(WEEKDAYS) + r")"

_BOUND_BEFORE = re.compile(r"\b(since|until|till|through|by|before|no\s+later\s+than)\s+(?:at\s+least\s+)?(?:the\s+)?$", re.IGNORECASE)
_TO = re.compile(r"\s*[-–—]\s*|\s+(?:to|through|till)\s+")
_OF_THAT_YEAR = re.compile(r",?\s+(?:(?:of|in)\s+)?(?:that(?:\s+same)?|the\s+same)\s+year\b(?!\s*['’])")
_MOVED_FROM = re.compile(r"\b(?:postponed|moved|delayed|shifted|rescheduled|pushed|brought|put)\b[^.;]*$", re.IGNORECASE)
_MAY_IS_MONTH = re.compile(
    r"(?:\b(?:in|since|until|till|by|of|from|to|and|before|after|during|through|last|next|this|late|early|mid|on)[\s-]+|\d\s+|\d(?:st|nd|rd|th)\s+)$"
)


def _found(text: str, match: re.Match[str], rule: _Rule) -> FoundTime | None:
    groups = match.groupdict()
    if groups.get("month") == "May" and not (
        any(groups.get(name) for name in ("day", "year", "part", "shift"))
        or _MAY_IS_MONTH.search(text, max(0, match.start() - 12), match.start())
    ):
        return None
    meaning = rule.build(groups)
    if meaning is None:
        return None
    before = _BOUND_BEFORE.search(text, max(0, match.start() - 24), match.start())
    bound = _Bound.NONE
    if before:
        bound = _Bound.SINCE if before[1].lower() == "since" else _Bound.UNTIL
    grain = rule.grain or _GRAINS[_text(groups, "unit").lower().removesuffix("s")]
    return FoundTime(match.start(), match.end(), grain, meaning, bound)


def _in_year(groups: _Groups, of: Callable[[int], Interval], weekday: int | None = None) -> _Meaning:
    """The named year, or the one that the direction says, of those in which it falls on the weekday that is named."""
    if year := groups.get("year"):
        return _Meaning(lambda _, __: of(int(year)), is_explicit=True)
    return _Meaning(lambda published, direction: _choose_year(published, direction, of, weekday=weekday))


def _calendar_day(groups: _Groups) -> _Meaning | None:
    month, day, last = MONTHS[_text(groups, "month")], int(_text(groups, "day")), int(groups.get("last") or _text(groups, "day"))
    if not 1 <= day <= last <= 31:
        return None

    def of(year: int) -> Interval:
        return date(year, month, day), date(year, month, last)

    return _in_year(groups, of, WEEKDAYS.get(groups.get("falls_on") or ""))


def _iso_day(groups: _Groups) -> _Meaning | None:
    try:
        day = date.fromisoformat(_text(groups, "iso"))
    except ValueError:
        return None
    return _Meaning(lambda _, __: (day, day), is_explicit=True)


def _month(groups: _Groups) -> _Meaning | None:
    month, part, shift = MONTHS[_text(groups, "month")], groups.get("part"), groups.get("shift")

    def of(year: int) -> Interval:
        return _part_of_month(_month_interval(year, month), part)

    if groups.get("year"):
        return _in_year(groups, of)

    def interval(published: date, direction: Direction) -> Interval:
        if shift in ("last", "past"):
            return of(published.year if month < published.month else published.year - 1)
        if shift in ("next", "coming"):
            return of(published.year if month > published.month else published.year + 1)
        return _choose_year(published, direction, of)

    return _Meaning(interval)


def _week_of_month(groups: _Groups) -> _Meaning | None:
    month, ordinal = MONTHS[_text(groups, "month")], _text(groups, "ordinal").lower()

    def of(year: int) -> Interval:
        start, end = _month_interval(year, month)
        if ordinal in ("last", "final"):
            return end - timedelta(days=6), end
        first = start + timedelta(weeks=ORDINALS[ordinal] - 1)
        return first, first + timedelta(days=6)

    return _in_year(groups, of)


def _numeric_day(groups: _Groups) -> _Meaning | None:
    """`23/07/2025` and `07/23/2025`; of `04/05/2025` nobody can tell the month."""
    first, second, year = int(_text(groups, "first")), int(_text(groups, "second")), int(_text(groups, "year"))
    if min(first, second) > 12 or (first <= 12 and second <= 12 and first != second):
        return None
    day, month = (first, second) if second <= 12 else (second, first)
    return _Meaning(lambda _, __: (date(year, month, day), date(year, month, day)), is_explicit=True)


def _year(groups: _Groups) -> _Meaning | None:
    year, part = int(_text(groups, "year")), groups.get("part")
    return _Meaning(lambda _, __: _part_of_year(year, part), is_explicit=True)


def _years(groups: _Groups) -> _Meaning | None:
    first, last = int(_text(groups, "year")), _text(groups, "last")
    second = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    if not first < second <= first + 30:
        return None
    return _Meaning(lambda _, __: (date(first, 1, 1), date(second, 12, 31)), is_explicit=True)


def _short_fiscal_year(groups: _Groups) -> _Meaning | None:
    year = 2000 + int(_text(groups, "short"))
    return _Meaning(lambda _, __: (date(year, 1, 1), date(year, 12, 31)), is_explicit=True)


def _quarter(groups: _Groups) -> _Meaning | None:
    quarter = ORDINALS.get((groups.get("ordinal") or "").lower()) or int(groups.get("number") or 0)
    shift = groups.get("shift")

    def of(year: int) -> Interval:
        return date(year, 3 * quarter - 2, 1), _month_interval(year, 3 * quarter)[1]

    if shift:
        return _Meaning(lambda published, _: of(published.year + _shift_by(shift)))
    return _in_year(groups, of)


def _half_year(groups: _Groups) -> _Meaning | None:
    part = "first half" if groups.get("number") == "1" else "second half"
    return _in_year(groups, lambda year: _part_of_year(year, part))


def _season(groups: _Groups) -> _Meaning | None:
    first, last = SEASONS[_text(groups, "season").lower()]
    shift = groups.get("shift")

    def of(year: int) -> Interval:
        return date(year, first, 1), _month_interval(year if last > first else year + 1, last)[1]

    if groups.get("year"):
        return _in_year(groups, of)

    def interval(published: date, direction: Direction) -> Interval:
        if shift and _shift_by(shift):
            direction = Direction.PAST if _shift_by(shift) < 0 else Direction.FUTURE
            return _choose_year(published, direction, of, strictly=True)
        if shift:
            # "This autumn" is that of the year; "this winter" in January is the one that is on.
            return of(published.year - 1) if last < first and published.month <= last else of(published.year)
        return _choose_year(published, direction, of)

    return _Meaning(interval)


def _relative_unit(groups: _Groups) -> _Meaning | None:
    unit, shift, part = _text(groups, "unit").lower(), groups.get("shift") or "this", (groups.get("part") or "").lower()
    within = (groups.get("within") or "").lower()

    def interval(published: date, _: Direction) -> Interval:
        start, end = _unit_interval(published, unit, _shift_by(shift))
        if unit == "year" and part:
            start, end = _part_of_year(start.year, part)
        elif unit == "month" and part:
            start, end = _part_of_month((start, end), part)
        if within == "earlier":
            return start, min(end, published)
        if within == "later":
            return max(start, published), end
        return start, end

    return _Meaning(interval)


def _ago(groups: _Groups) -> _Meaning | None:
    return _moved(groups, -1)


def _ahead(groups: _Groups) -> _Meaning | None:
    return _moved(groups, 1)


def _moved(groups: _Groups, sign: int) -> _Meaning | None:
    unit = _text(groups, "unit").lower().rstrip("s")
    count = sign * _counted(groups)
    if unit == "fortnight":
        unit, count = "week", 2 * count
    return _Meaning(lambda published, _: _unit_interval(published, unit, count))


def _coming(groups: _Groups) -> _Meaning | None:
    """From now on, and where the stretch is counted to its end."""
    unit, count = _text(groups, "unit").lower().rstrip("s"), _counted(groups)
    return _Meaning(lambda published, _: (published, _later(published, unit, count) if count else None), can_span=False)


def _recent(groups: _Groups) -> _Meaning | None:
    unit = _text(groups, "unit").lower().rstrip("s")
    count = _counted(groups) or int(unit == _text(groups, "unit").lower())  # "the past week"
    return _Meaning(lambda published, _: (_later(published, unit, -count) if count else None, published), can_span=False)


def _counted(groups: _Groups) -> int:
    word = (groups.get("count") or "").lower()
    return int(word) if word.isdecimal() else SMALL_NUMBERS.get(word, 0)


def _later(day: date, unit: str, count: int) -> date:
    """The day that lies so many units on; the last of the month where that month is shorter."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _day_word(groups: _Groups) -> _Meaning | None:
    word = " ".join(_text(groups, "word").lower().split())
    moved = {"yesterday": -1, "last night": -1, "tomorrow": 1, "the day before yesterday": -2, "the day after tomorrow": 2}.get(word, 0)
    return _Meaning(lambda published, _: (published + timedelta(days=moved), published + timedelta(days=moved)))


def _weekday(groups: _Groups) -> _Meaning | None:
    weekday, shift = WEEKDAYS[_text(groups, "weekday")], (groups.get("shift") or "").lower()

    def interval(published: date, direction: Direction) -> Interval:
        back, ahead = (published.weekday() - weekday) % 7, (weekday - published.weekday()) % 7
        if shift.split()[-1:] in (["last"], ["past"]):
            moved = -(back or 7)
        elif shift.split()[-1:] in (["next"], ["coming"]):
            moved = ahead or 7
        elif shift == "this" and not (direction is Direction.FUTURE and weekday < published.weekday()):
            moved = weekday - published.weekday()
        elif direction is Direction.FUTURE:
            moved = ahead
        else:
            moved = -back
        day = published + timedelta(days=moved)
        return day, day

    return _Meaning(interval)


@dataclass(frozen=True)
class _Rule:
    """What an expression looks like, its grain (None where its unit tells it), and what it means."""

    pattern: re.Pattern[str]
    grain: Grain | None
    build: _Build


def _rule(grain: Grain, build: _Build, *pattern: str, flags: re.RegexFlag = re.NOFLAG) -> _Rule:
    return _Rule(re.compile("".join(pattern), flags), grain, build)


def _for_units(build: _Build, before: str, units: str, behind: str) -> _Rule:
    return _Rule(re.compile(rf"{before}(?P<unit>{units}){behind}", re.IGNORECASE), None, build)


_GRAINS = {
    "day": Grain.DAY,
    "week": Grain.WEEK,
    "weekend": Grain.WEEK,
    "fortnight": Grain.WEEK,
    "month": Grain.MONTH,
    "quarter": Grain.QUARTER,
    "year": Grain.YEAR,
}
_OF_YEAR = rf"(?:,?\s+(?:of\s+)?{_YEAR}\b)?"
_LAST_DAY = r"(?:\s*[-–—]\s*|\s+(?:and|to|or|through)\s+)(?P<last>[0-3]?\d)(?:st|nd|rd|th)?"
_FREE_NUMBER = r"(?<![\w.,$€£/-])"
_NO_YEAR_BEHIND = rf"(?![-–/.,]\d|['’]?s\b|\s+(?:{'|'.join(words('figures')['counted']['words'])})\b)"
_SOME = rf"(?:(?:few|several|couple\s+of|{_COUNT})\s+)?"
_DAYS_TO_YEARS = "(?:day|week|month|year)s?"
_WEEKDAY_BEFORE = r"(?:(?P<falls_on>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?:,?\s+|\s+\()(?:the\s+)?)?"
"""Of "Wednesday, 23 July" the calendar day counts, in a year in which that is a Wednesday."""

_RULES: list[_Rule] = [
    # 2025-07-23
    _rule(Grain.DAY, _iso_day, r"\b(?P<iso>(?:19|20)\d\d-[01]\d-[0-3]\d)\b"),
    _rule(Grain.DAY, _numeric_day, rf"{_FREE_NUMBER}(?P<first>[0-3]?\d)(?P<mark>[/.])(?P<second>[0-3]?\d)(?P=mark){_YEAR}\b"),
    # 15-16 June 2025; June 15 and 16; 23 July; July 23, 2025
    _rule(Grain.DAY, _calendar_day, rf"\b{_WEEKDAY_BEFORE}{_DAY}{_LAST_DAY}\s+(?:of\s+)?{_MONTH}{_OF_YEAR}"),
    _rule(
        Grain.DAY, _calendar_day, rf"\b{_WEEKDAY_BEFORE}{_MONTH}\s+{_DAY}{_LAST_DAY}\b(?!\s*(?:percent|%|million|billion|[A-Z])){_OF_YEAR}"
    ),
    _rule(Grain.DAY, _calendar_day, rf"\b{_WEEKDAY_BEFORE}{_DAY}\s+(?:of\s+)?{_MONTH}{_OF_YEAR}"),
    _rule(Grain.DAY, _calendar_day, rf"\b{_WEEKDAY_BEFORE}{_MONTH}\s+{_DAY}\b(?![,.]?\d){_OF_YEAR}"),
    # the first week of August
    _rule(
        Grain.WEEK,
        _week_of_month,
        rf"\b(?P<ordinal>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ll]ast|[Ff]inal)\s+week\s+(?:of|in)\s+{_FULL_MONTH}{_OF_YEAR}",
    ),
    # August; mid-May; the end of August 2025; next May; Sept. 2024, but no Jan without a number: it is a name as often
    _rule(Grain.MONTH, _month, rf"\b{_PART}?(?:{_SHIFT}\s+)?{_FULL_MONTH}{_OF_YEAR}"),
    _rule(Grain.MONTH, _month, rf"\b{_PART}?{_ABBREVIATED},?\s+(?:of\s+)?{_YEAR}\b"),
    # fiscal 2026; FY26; 2025-26; 2026; late 2024
    _rule(Grain.YEAR, _year, rf"\b(?:[Ff]iscal(?:\s+[Yy]ear)?|FY)\s*{_YEAR}\b"),
    _rule(Grain.YEAR, _short_fiscal_year, r"\bFY\s?(?P<short>\d\d)\b"),
    _rule(
        Grain.YEAR,
        _years,
        rf"(?:\b(?:FY\s?|[Ff]iscal\s+(?:[Yy]ear\s+)?)|{_FREE_NUMBER}){_YEAR}\s?[-–/]\s?(?P<last>(?:20)?\d\d)\b(?![-/]\d)",
        r"(?:\s+(?:financial|fiscal|budget)\s+year)?",
    ),
    _rule(Grain.YEAR, _year, rf"{_FREE_NUMBER}(?<!resolution )(?<!Resolution ){_PART}?{_YEAR}\b{_NO_YEAR_BEHIND}"),
    _rule(Grain.YEAR, _half_year, rf"\bH(?P<number>[12])\s+{_YEAR}\b"),
    # the second quarter of next year; Q3 2025
    _rule(
        Grain.QUARTER,
        _quarter,
        r"\b(?:(?P<ordinal>first|second|third|fourth|last|final)\s+quarter|Q(?P<number>[1-4]))",
        rf"(?:,?\s+(?:of\s+)?(?:{_YEAR}|(?P<shift>this|next|last)\s+year))?\b",
        flags=re.IGNORECASE,
    ),
    # this autumn; in the spring; early summer; spring 2026. "The fall of Kabul" is none.
    _rule(
        Grain.SEASON,
        _season,
        rf"\b(?:{_SHIFT}\s+|in\s+(?:the\s+)?|the\s+|(?:early|mid|late)[\s-]+)",
        rf"(?P<season>spring|summer|autumn|winter|(?<!the\s)fall)(?:\s+(?:of\s+)?{_YEAR}(?:[-–/]\d\d)?)?\b(?!\s+(?:of|in|from)\s+[a-z])",
    ),
    _rule(
        Grain.SEASON, _season, rf"\b(?P<season>spring|summer|autumn|winter|fall)\s+(?:of\s+)?{_YEAR}(?:[-–/]\d\d)?\b", flags=re.IGNORECASE
    ),
    # last week; earlier this month; the end of next year
    _for_units(
        _relative_unit,
        rf"\b(?:(?P<within>earlier|later)\s+(?:in\s+)?)?{_PART}?{_SHIFT}\s+(?:(?:fiscal|financial|calendar|budget)\s+)?",
        "week|weekend|month|quarter|year",
        r"\b(?!['’]s\s+end)",
    ),
    # the end of the year; year-end
    _for_units(
        _relative_unit,
        r"\b(?P<part>early|mid|late|beginning|start|middle|end|close|first half|second half)(?:\s+of\s+the\s+|\s+in\s+the\s+)(?:same\s+)?",
        "week|month|quarter|year",
        r"\b",
    ),
    _for_units(_relative_unit, r"\b", "year", r"[-’']?s?[-\s](?P<part>end)\b"),
    # two weeks ago; in three weeks; in the coming weeks; over the past two months
    _for_units(_ago, rf"\b{_COUNT}\s+", rf"{_DAYS_TO_YEARS}|fortnight", r"\s+ago\b"),
    _for_units(_ahead, rf"(?<=\bin\s){_COUNT}\s+", _DAYS_TO_YEARS, r"(?:['’])?(?:\s+time)?\b(?!\s+of)"),
    _for_units(_coming, rf"\bwithin\s+(?:the\s+next\s+)?{_COUNT}\s+", _DAYS_TO_YEARS, r"\b"),
    _for_units(_coming, rf"\b(?:the\s+)?(?:coming|next)\s+{_SOME}", "(?:day|week|month|year)s", r"\b"),
    _for_units(_recent, r"\b(?:the\s+)?past\s+", "week|month|year", r"\b"),
    _for_units(_recent, rf"\b(?:the\s+)?(?:recent|past|last)\s+{_SOME}", "(?:day|week|month|year)s", r"\b"),
    # yesterday; next Tuesday
    _rule(
        Grain.DAY,
        _day_word,
        r"(?<!USA )\b(?P<word>today|tonight|yesterday|tomorrow|this\s+(?:morning|afternoon|evening)|last\s+night",
        r"|the\s+day\s+(?:before\s+yesterday|after\s+tomorrow))\b",
        flags=re.IGNORECASE,
    ),
    _rule(Grain.DAY, _weekday, rf"\b(?:{_SHIFT}\s+)?{_WEEKDAY}\b"),
]


# Calendar --------------------------------------------------------------------------------------------------------------------------


def _text(groups: _Groups, name: str) -> str:
    return groups[name] or ""


def _shift_by(shift: str) -> int:
    return {"last": -1, "past": -1, "next": 1, "coming": 1}.get(shift.lower().split()[-1], 0)


def _month_interval(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _part_of_month(interval: tuple[date, date], part: str | None) -> tuple[date, date]:
    """Thirds of a month: early is the first to the 10th, mid the 11th to the 20th, late and end the rest."""
    start, end = interval
    match (part or "").lower():
        case "early" | "beginning" | "start":
            return start, start.replace(day=10)
        case "mid" | "middle":
            return start.replace(day=11), start.replace(day=20)
        case "late" | "end" | "close":
            return start.replace(day=21), end
        case "first half":
            return start, start.replace(day=15)
        case "second half":
            return start.replace(day=16), end
    return start, end


def _part_of_year(year: int, part: str | None) -> tuple[date, date]:
    """Thirds of a year, but that its end is December and its start January."""
    first, last = {
        "early": (1, 4),
        "mid": (5, 8),
        "middle": (5, 8),
        "late": (9, 12),
        "beginning": (1, 1),
        "start": (1, 1),
        "end": (12, 12),
        "close": (12, 12),
        "first half": (1, 6),
        "second half": (7, 12),
    }.get((part or "").lower(), (1, 12))
    return date(year, first, 1), _month_interval(year, last)[1]


def _unit_interval(day: date, unit: str, count: int) -> tuple[date, date]:
    """The week, month, … that lies so many units from the day's own."""
    if unit == "day":
        moved = day + timedelta(days=count)
        return moved, moved
    if unit in ("week", "weekend"):
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=count)
        return monday + timedelta(days=5 if unit == "weekend" else 0), monday + timedelta(days=6)
    if unit == "year":
        return date(day.year + count, 1, 1), date(day.year + count, 12, 31)
    months = day.year * 12 + day.month - 1
    if unit == "quarter":
        first = (months // 3 + count) * 3
        return date(first // 12, first % 12 + 1, 1), _month_interval((first + 2) // 12, (first + 2) % 12 + 1)[1]
    return _month_interval((months + count) // 12, (months + count) % 12 + 1)


def _choose_year(
    published: date, direction: Direction, of: Callable[[int], Interval], *, strictly: bool = False, weekday: int | None = None
) -> Interval:
    """The year that puts an interval where the direction says; the publication day itself counts both ways unless strictly."""
    intervals: list[tuple[date, date]] = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            start, end = of(year)
        except ValueError:  # a 29 February that this year does not have
            continue
        if start and end and not (strictly and start <= published <= end):
            intervals.append((start, end))
    if not intervals:
        raise ValueError("no such day")
    intervals = [interval for interval in intervals if interval[0].weekday() == weekday] or intervals
    past = [interval for interval in intervals if interval[0] <= published]
    future = [interval for interval in intervals if interval[1] >= published]
    if direction is Direction.PAST and past:
        return past[-1]
    if direction is Direction.FUTURE and future:
        return future[0]
    return min(intervals, key=lambda interval: max((interval[0] - published).days, (published - interval[1]).days, 0))
