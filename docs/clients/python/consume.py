"""Prints a line for each event. With --until-end it stops when it has read what is there now."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from streams.consumer import EventConsumer
from streams.records import Actor, Event, EventTime, FundingGap, Money, TalksRound, WeaponsPledge
from streams.settings import Settings


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--until-end", action="store_true")
    idle_timeout = 5.0 if options.parse_args().until_end else None
    wanted: list[type[Event]] = [FundingGap, WeaponsPledge, TalksRound]
    with EventConsumer(Settings(), group="example-python", events=wanted, idle_timeout=idle_timeout) as deliveries:
        signal.signal(signal.SIGTERM, lambda *_: deliveries.stop())
        for delivery in deliveries:
            print(line(delivery.event), flush=True)  # your work goes here


def line(event: Event) -> str:
    match event:
        case FundingGap():
            who = event.entity.name if event.entity else "-"
            return columns("funding-gap", event.status, who, money(event.gap), days(event.period or event.deadline), event.id)
        case WeaponsPledge():
            who = f"{names(event.suppliers)} -> {names(event.recipients)}"
            what = event.system.designation
            if event.quantity:
                what = f"{interval(number(event.quantity.min), number(event.quantity.max))} {what}"
            if event.value:
                what += f", {money(event.value)}"
            return columns("weapons-pledge", event.status, who, what, days(event.delivery or event.announced), event.id)
        case TalksRound():
            who = names([participant.actor for participant in event.participants])
            where = event.location.name if event.location else "-"
            return columns("talks-round", event.status, who, where, days(event.date), event.id)
    raise TypeError(type(event).__name__)


def columns(*parts: str) -> str:
    return " | ".join(parts)


def names(actors: Sequence[Actor]) -> str:
    return ", ".join(actor.name for actor in actors) or "-"


def money(amount: Money | None) -> str:
    return f"{interval(cents(amount.min), cents(amount.max))} {amount.currency or '?'}" if amount else "-"


def days(time: EventTime | None) -> str:
    return interval(day(time.start), day(time.end)) if time else "-"


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


if __name__ == "__main__":
    main()
