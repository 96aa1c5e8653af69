"""Names real-world events, so that reports of one event in several articles meet under one `event_key`.

A key is made of one article alone, so that it may hold only what reports of one event agree in. They agree in who, in what and in how many;
they differ in status, in wording, and in the days that they were written on. What each key rests on was measured (`tests/identity`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date
from decimal import Decimal

from streams.records import Citation, EventTime, EventType, Money

__all__ = ["gap_key", "pledge_key", "talks_key"]

SIGNIFICANT_DIGITS = 3
"""Digits of an amount that count. With two, $1.35 billion for Yemen meets $1.4 billion for all."""

DAYS_IN_WEEK = 7
MONTHS_OF_HALF = 6
PARTIES_OF_TALKS = 2


def pledge_key(  # noqa: PLR0913 - that many sides has a pledge
    suppliers: Iterable[str],
    recipients: Iterable[str],
    designation: str,
    *,
    is_named: bool,
    number: float | None,
    value: Money | None,
    announced: EventTime | None,
    is_cumulative: bool,
    article: Citation,
) -> str:
    """`weapons-pledge/DEU/2025-H1/>ukr>iris-t>4`: one batch of one system, from the first talk of it to its delivery within half a year.

    Parameters
    ----------
    is_named
        Whether the designation is a system's name, and no class such as `tank`.
    """
    suppliers, recipients = sorted(suppliers), sorted(recipients)
    told = (announced.start or announced.end) if announced else None
    day = told or _published(article)
    if number is not None:
        what = f"{number:g}"
    elif value is not None and (amount := _amount(value)):
        what = amount
    else:
        what = ""
    # Two batches of the same size within half a year are rare; without a number, only a name keeps one promise from the next.
    time = _half_year(day) if what or is_named else _month(day)
    batch = ">".join(["", "+".join(recipients), designation, *(["total"] if is_cumulative else []), what])
    known = (suppliers and recipients) or (what and (suppliers or recipients))
    return _key(EventType.WEAPONS_PLEDGE, suppliers, time, batch, None if known else article)


def gap_key(entity: str | None, *, amount: Money | None, percent_funded: float | None, period: EventTime | None, article: Citation) -> str:
    """`funding-gap/UKR/2026/34b-eur`: so much money that somebody lacks in a year."""
    told = (period.end or period.start) if period else None
    what = _amount(amount) if amount else ""
    if not what and percent_funded is not None:
        what = f"{percent_funded:g}-percent"
    known = entity and what
    return _key(EventType.FUNDING_GAP, [entity] if entity else [], _year(told or _published(article)), what, None if known else article)


def talks_key(  # noqa: PLR0913 - that many sides has a meeting
    parties: Iterable[str],
    *,
    location: str | None,
    when: EventTime | None,
    happened: bool,
    by_phone: bool,
    is_cumulative: bool,
    article: Citation,
) -> str:
    """`talks-round/RUS+UKR/2025-07-23/`: the talks of these parties that began on a day, those by telephone apart.

    Not the place: one report names the city, the other the country. Not the level: one
    report has the leaders' titles, the other their names.
    """
    parties, published = sorted(parties), _published(article)
    start, end = (when.start or when.end, when.end or when.start) if when else (None, None)
    if start and start == end:
        time = f"{start}"
    elif start and end and (end - start).days < DAYS_IN_WEEK:
        time = _week(start)
    elif start:
        time = _month(start)
    elif happened:
        # A report of talks that were held, without a day, is news of the day.
        time = _week(published)
    else:
        time = f"{_month(published)}-open"
    how = [word for word, applies in (("phone", by_phone), ("several", is_cumulative)) if applies]
    if len(parties) < PARTIES_OF_TALKS and location:
        how.append(location)
    known = len(parties) >= PARTIES_OF_TALKS or (parties and location)
    return _key(EventType.TALKS_ROUND, parties, time, "-".join(how), None if known else article)


def _key(kind: EventType, parties: Iterable[str], time: str, discriminator: str, only_in: Citation | None) -> str:
    """Readable, so that a person sees in a topic what met. What is known too vaguely meets nothing outside its own article."""
    parts = [kind.label, "+".join(parties), time, discriminator.casefold().replace(" ", "-")]
    return "/".join([*parts, only_in.article_id] if only_in else parts)


def _published(article: Citation) -> date | None:
    return article.published_at.astimezone(UTC).date() if article.published_at else None


def _amount(money: Money) -> str:
    """`34b-eur`, rounded; nothing for an indefinite one."""
    bound = money.min if money.min is not None else money.max
    if not bound:
        return ""
    rounded = Decimal(f"{bound:.{SIGNIFICANT_DIGITS - 1}e}")
    for size, letter in ((10**9, "b"), (10**6, "m"), (10**3, "k")):
        if rounded >= size:
            return f"{(rounded / size).normalize():f}{letter}-{money.currency or ''}"
    return f"{rounded.normalize():f}-{money.currency or ''}"


def _year(day: date | None) -> str:
    return f"{day:%Y}" if day else ""


def _half_year(day: date | None) -> str:
    return f"{day:%Y}-H{1 if day.month <= MONTHS_OF_HALF else 2}" if day else ""


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else ""


def _week(day: date | None) -> str:
    return f"{day:%G-W%V}" if day else ""
