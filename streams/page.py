"""One self-contained page that shows what was found in articles, marked in their texts; it needs no network and no scripts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from streams.records import (
    Actor,
    Article,
    Claim,
    CurrencyBasis,
    EnrichedArticle,
    Event,
    EventTime,
    Location,
    Money,
    Participant,
    Quantity,
    Span,
    WeaponSystem,
)
from streams.wording import days_in_words, money_in_words, quantity_in_words, status_in_words

__all__ = ["page"]

TEMPLATE = "page.html.jinja"

LEGEND = {
    "person": "person",
    "state": "state",
    "organisation": "organisation",
    "place": "place",
    "weapon": "weapon",
    "figure": "figure",
    "time": "time",
    "trigger": "trigger of an event",
    "evidence": "evidence for its status",
}
"""Kinds of marks, as the page's style sheet calls them, and what they are called."""

CURRENCY_BASIS = {CurrencyBasis.SYMBOL: " (currency by its sign)", CurrencyBasis.INFERRED: " (currency inferred)"}
"""What stands behind a sum whose currency is not named."""

SHARED = frozenset(Event.model_fields) - {"certainty"}
"""Fields that each event's card has in places of their own."""

UNKNOWN = "UNKNOWN"
"""What every enumeration of the records says where it says nothing."""

BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters by which a text could turn round what stands beside it."""


@dataclass(frozen=True)
class _Mark:
    """One stretch of the text that means something.

    Parameters
    ----------
    event
        Number of the event on the page that it belongs to, for triggers.
    """

    start: int
    end: int
    kind: str
    meaning: str
    event: int | None = None


@dataclass(frozen=True)
class _Piece:
    """A stretch of text in which no mark begins or ends.

    Parameters
    ----------
    events
        Numbers of the events whose triggers end here.
    """

    text: str
    kinds: list[str]
    meaning: str
    events: list[int]


@dataclass(frozen=True)
class _Field:
    """One field of an event's card that holds something; `reason` where a part of it is empty."""

    name: str
    values: list[str]
    reason: str


@dataclass(frozen=True)
class _Card:
    """One event.

    Parameters
    ----------
    empty
        The names of the fields that hold nothing, by reason.
    """

    number: int
    event: Event
    title: str
    status: str
    fields: list[_Field]
    empty: dict[str, list[str]]
    claims: list[str]


@dataclass(frozen=True)
class _Section:
    """One article."""

    article: Article
    enriched: EnrichedArticle
    heading: str
    pieces: list[_Piece]
    cards: list[_Card]
    tables: dict[str, list[tuple[str, str]]]


def page(found: Sequence[tuple[Article, EnrichedArticle, Sequence[Event]]]) -> str:
    """The page, as HTML.

    Parameters
    ----------
    found
        Each article with what was found in it.
    """
    return _template().render(sections=[_section(*each) for each in found], legend=LEGEND)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["visible"] = _visible
    return environment.get_template(TEMPLATE)


def _visible(text: str) -> str:
    """The text with characters that are not seen, and those that turn the writing round, shown by their number."""
    return "".join(f"⟦U+{ord(c):04X}⟧" if c in BIDI or (unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t") else c for c in text)


# An article ------------------------------------------------------------------------------------------------------------------------


def _section(article: Article, enriched: EnrichedArticle, events: Sequence[Event]) -> _Section:
    in_order = sorted(events, key=lambda event: event.trigger.start)
    cards = [_card(number, event) for number, event in enumerate(in_order, start=1)]
    return _Section(
        article=article,
        enriched=enriched,
        heading=article.title or _first_words(article.text),
        pieces=list(_pieces(article.text, _marks(enriched, cards))),
        cards=cards,
        tables={
            "Entities": [(e.span.text, f"{e.kind.value.lower()}: {_named(e.name, e.country)}") for e in enriched.entities],
            "Figures": [(f.span.text, _measure(f)) for figure in enriched.figures if (f := figure.money or figure.quantity)],
            "Times": [(t.span.text, _days(t)) for t in enriched.times],
        },
    )


def _first_words(text: str, width: int = 80) -> str:
    line = text.strip().partition("\n")[0].strip()
    return line if len(line) <= width else f"{line[:width].rpartition(' ')[0] or line[:width]} …"


def _marks(enriched: EnrichedArticle, cards: Sequence[_Card]) -> list[_Mark]:
    marks = [_mark(e.span, e.kind.value.lower(), f"{e.kind.value.lower()}: {_named(e.name, e.country)}") for e in enriched.entities]
    marks += [_mark(f.span, "figure", f"figure: {_measure(f)}") for figure in enriched.figures if (f := figure.money or figure.quantity)]
    marks += [_mark(t.span, "time", f"time: {_days(t)}") for t in enriched.times]
    for card in cards:
        marks.append(_mark(card.event.trigger, "trigger", f"trigger of event {card.number}", card.number))
        marks += [_mark(span, "evidence", f"evidence of event {card.number}") for span in card.event.evidence]
    return marks


def _mark(span: Span, kind: str, meaning: str, event: int | None = None) -> _Mark:
    return _Mark(span.start, span.end, kind, meaning, event)


def _pieces(text: str, marks: Sequence[_Mark]) -> Iterator[_Piece]:
    """Cut the text wherever a mark begins or ends, so that marks may overlap in any way."""
    begins: dict[int, list[_Mark]] = {}
    ends: dict[int, list[_Mark]] = {}
    for mark in marks:
        begins.setdefault(mark.start, []).append(mark)
        ends.setdefault(mark.end, []).append(mark)
    cuts = sorted({0, len(text), *begins, *ends})
    active: list[_Mark] = []
    for start, end in pairwise(cuts):
        active = [mark for mark in active if mark.end > start] + begins.get(start, [])
        yield _Piece(
            text=text[start:end],
            kinds=list(dict.fromkeys(mark.kind for mark in active)),
            meaning=" · ".join(dict.fromkeys(mark.meaning for mark in active)),
            events=[mark.event for mark in ends.get(end, []) if mark.event is not None],
        )


# An event --------------------------------------------------------------------------------------------------------------------------


def _card(number: int, event: Event) -> _Card:
    fields: list[_Field] = []
    empty: dict[str, list[str]] = {}
    for name in type(event).model_fields:
        if name in SHARED or name == "status":
            continue
        value, shown = getattr(event, name), name.replace("_", " ")
        if worded := [_worded(each) for each in (value if isinstance(value, list) else [value]) if each not in (None, UNKNOWN)]:
            fields.append(_Field(shown, worded, _reason_of_part(name, event.null_reasons)))
        else:
            empty.setdefault(event.null_reasons.get(name, "unknown"), []).append(shown)
    return _Card(
        number=number,
        event=event,
        title=event.event_type.label,
        status=status_in_words(event),
        fields=fields,
        empty=empty,
        claims=[*([_claim(event.claim)] if event.claim else []), *(f"{_claim(claim)} (against it)" for claim in event.counter_claims)],
    )


def _reason_of_part(name: str, reasons: Mapping[str, str]) -> str:
    return "; ".join(f"{part.partition('.')[2]}: {reason}" for part, reason in reasons.items() if part.startswith(f"{name}."))


def _worded(value: Any) -> str:
    match value:
        case Actor():
            return _written(_named(value.name, value.country), value.span)
        case Participant():
            person = f", {_written(value.individual.name, value.individual.span)}" if value.individual else ""
            return f"{value.role.value.lower()}: {_written(_named(value.actor.name, value.actor.country), value.actor.span)}{person}"
        case Money() | Quantity():
            return _written(_measure(value), value.span)
        case EventTime():
            return _written(_days(value), value.span)
        case Location():
            return _written(_named(value.name, value.country), value.span)
        case WeaponSystem():
            return _written(f"{value.designation}, {value.category.value.lower().replace('_', ' ')}", value.span)
    return value.value.lower().replace("_", " ") if isinstance(value, StrEnum) else str(value)


def _named(name: str, country: str | None) -> str:
    return f"{name} ({country})" if country else name


def _written(meaning: str, span: Span) -> str:
    return f"{meaning} “{' '.join(span.text.split())}”"


def _measure(value: Money | Quantity) -> str:
    if isinstance(value, Quantity):
        return " ".join(part for part in (quantity_in_words(value), value.unit) if part)
    basis = CURRENCY_BASIS.get(value.currency_basis, "")
    equivalent = f" = {money_in_words(value.equivalent)}" if value.equivalent else ""
    return f"{money_in_words(value)}{basis}{equivalent}"


def _days(time: EventTime) -> str:
    return f"{days_in_words(time)}, {time.grain.value.lower()}"


def _claim(claim: Claim) -> str:
    speaker = _named(claim.speaker.name, claim.speaker.country) if claim.speaker else "somebody"
    return f"{speaker}: “{claim.cue}”, {claim.directness.value.lower()}"
