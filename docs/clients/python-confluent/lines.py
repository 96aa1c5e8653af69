"""One line for each event, from the types that were made from the schemas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from events import Actor, EventTime, FundingGap, Money, TalksRound, WeaponsPledge


def funding_gap(event: FundingGap) -> str:
    who = event["entity"]["name"] if event["entity"] else "-"
    return columns("funding-gap", event["status"], who, money(event["gap"]), days(event["period"] or event["deadline"]), event["id"])


def weapons_pledge(event: WeaponsPledge) -> str:
    who = f"{names(event['suppliers'])} -> {names(event['recipients'])}"
    what = event["system"]["designation"]
    if event["quantity"]:
        what = f"{interval(number(event['quantity']['min']), number(event['quantity']['max']))} {what}"
    if event["value"]:
        what += f", {money(event['value'])}"
    return columns("weapons-pledge", event["status"], who, what, days(event["delivery"] or event["announced"]), event["id"])


def talks_round(event: TalksRound) -> str:
    who = names([participant["actor"] for participant in event["participants"]])
    where = event["location"]["name"] if event["location"] else "-"
    return columns("talks-round", event["status"], who, where, days(event["date"]), event["id"])


def columns(*parts: str) -> str:
    return " | ".join(parts)


def names(actors: Sequence[Actor]) -> str:
    return ", ".join(actor["name"] for actor in actors) or "-"


def money(amount: Money | None) -> str:
    return f"{interval(cents(amount['min']), cents(amount['max']))} {amount['currency'] or '?'}" if amount else "-"


def days(time: EventTime | None) -> str:
    return interval(day(time["start"]), day(time["end"])) if time else "-"


def interval(start: str, end: str) -> str:
    """The two bounds, where an empty one is open."""
    if start == end:
        return start or "?"
    return f"{start}..{end}"


def cents(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount)


def number(count: float | None) -> str:
    return "" if count is None else str(count).removesuffix(".0")


def day(value: date | None) -> str:
    return "" if value is None else value.isoformat()
