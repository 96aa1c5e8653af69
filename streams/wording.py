"""Values of records in words, for people: on a terminal and on a page."""

from __future__ import annotations

from decimal import Decimal

from streams.records import Event, EventTime, Money, Qualifier, Quantity

__all__ = ["days_in_words", "money_in_words", "quantity_in_words", "status_in_words"]


def _bounded(low: str | None, high: str | None, qualifier: Qualifier, written: str) -> str:
    match qualifier:
        case Qualifier.AT_LEAST if low:
            return f"≥ {low}"
        case Qualifier.AT_MOST if high:
            return f"≤ {high}"
        case Qualifier.APPROX if low:
            return f"about {low}"
        case Qualifier.RANGE if low and high:
            return f"{low}–{high}"
        case Qualifier.EXACT if low:
            return low
    return f"“{written}”"


def _large(amount: Decimal) -> str:
    """`34 billion`, `1.2 million`, `950,000`."""
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if amount >= size:
            return f"{(amount / size).normalize():f} {name}"
    return f"{amount:,.2f}".removesuffix(".00")


def money_in_words(money: Money | None) -> str:
    """`≥ 34 billion EUR`; a dash for none."""
    if money is None:
        return "–"
    low, high = (_large(bound) if bound is not None else None for bound in (money.min, money.max))
    amount = _bounded(low, high, money.qualifier, money.span.text)
    return f"{amount} {money.currency or ''}".strip()


def quantity_in_words(quantity: Quantity | None) -> str:
    """`12`, `≥ 300`, `“dozens”`; a dash for none."""
    if quantity is None:
        return "–"
    low, high = (f"{bound:,g}" if bound is not None else None for bound in (quantity.min, quantity.max))
    return _bounded(low, high, quantity.qualifier, quantity.span.text)


def days_in_words(time: EventTime | None) -> str:
    """`2025-07-23`, `2025-08-01 – …`; the words where they name no days; a dash for none."""
    if time is None:
        return "–"
    if time.start and time.start == time.end:
        return f"{time.start}"
    if time.start or time.end:
        return f"{time.start or '…'} – {time.end or '…'}"
    return f"“{time.text}”"


def status_in_words(event: Event) -> str:
    """`under discussion (possible), a total`."""
    status = str(getattr(event, "status", "")).lower().replace("_", " ")
    certainty = "" if event.certainty.value == "CERTAIN" else f" ({event.certainty.value.lower()})"
    total = ", a total" if event.is_cumulative else ""
    return f"{status}{certainty}{total}"
