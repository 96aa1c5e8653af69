"""The articles of `tests/corpus/`, and what matters of an event in the notation that is used there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from streams.records import (
    Actor,
    Article,
    Event,
    EventTime,
    FundingGap,
    Money,
    ParticipantRole,
    Qualifier,
    Quantity,
    TalksRound,
    WeaponsPledge,
)
from tests.unit.figure_strings import plain, written_out

CORPUS = Path(__file__).parents[1] / "corpus"
PUBLISHED = date(2025, 9, 17)
"""Publication day of an article that names none: a Wednesday."""

NONE = "none"
AMOUNT = re.compile(r"[<>=~]*[\d.e]+( [A-Z?]{1,3})?( = .*)?")


@dataclass(frozen=True)
class CorpusArticle:
    """One article and what must come out of it."""

    id: str
    shows: str
    text: str
    published: date | None
    language: str
    events: list[dict[str, Any]]
    known_miss: str | None

    @property
    def article(self) -> Article:
        instant = datetime(self.published.year, self.published.month, self.published.day, 12, tzinfo=UTC) if self.published else None
        return Article(id=self.id, text=self.text, published_at=instant)


def corpus() -> Iterator[CorpusArticle]:
    for path in sorted(CORPUS.glob("*.toml")):
        for entry in tomllib.loads(path.read_text())["article"]:
            published = entry.get("published_at", PUBLISHED)
            yield CorpusArticle(
                id=entry["id"],
                shows=entry["shows"],
                text=entry["text"],
                published=None if published == "unknown" else published,
                language=entry.get("language", "en"),
                events=entry["events"],
                known_miss=entry.get("known_miss"),
            )


def drop_mark(each: CorpusArticle) -> None:
    """Take the mark of a known miss from an article that is none any more."""
    for path in CORPUS.glob("*.toml"):
        before, name, after = path.read_text().partition(f'id = "{each.id}"\n')
        if name:
            path.write_text(before + name + re.sub(r"known_miss = .*\n", "", after, count=1))


def differences(wanted: list[dict[str, Any]], found: Iterable[Event]) -> list[str]:
    """What is missing and what is too much, a line each; nothing where the events are those that are wanted."""
    left = [essentials(event) for event in found]
    missing: list[dict[str, Any]] = []
    # The ones that say most are matched first, so that a vague one does not take their event.
    for event in sorted(wanted, key=len, reverse=True):
        match = next((each for each in left if all(_agrees(value, each.get(name)) for name, value in event.items())), None)
        if match is None:
            missing.append(event)
        else:
            left.remove(match)
    return [f"missing: {event}" for event in missing] + [f"found:   {event}" for event in left]


def essentials(event: Event) -> dict[str, Any]:
    """The fields of an event that articles of the corpus may name."""
    shown: dict[str, Any] = {
        "type": event.event_type.label,
        "certainty": event.certainty.value,
        "cumulative": event.is_cumulative,
        "speaker": _actors([event.claim.speaker] if event.claim and event.claim.speaker else []),
        "null_reasons": event.null_reasons,
    }
    if isinstance(event, FundingGap):
        shown |= {
            "entity": _actors([event.entity]),
            "requested_from": _actors(event.requested_from),
            "gap": _money(event.gap),
            "requirements": _money(event.requirements),
            "funding": _money(event.funding),
            "percent_funded": event.percent_funded,
            "status": event.status.value,
            "period": _days(event.period),
            "deadline": _days(event.deadline),
        }
    elif isinstance(event, WeaponsPledge):
        shown |= {
            "suppliers": _actors(event.suppliers),
            "recipients": _actors(event.recipients),
            "system": event.system.designation,
            "quantity": _quantity(event.quantity),
            "value": _money(event.value),
            "status": event.status.value,
            "delivery": _days(event.delivery),
            "announced": _days(event.announced),
        }
    elif isinstance(event, TalksRound):
        shown |= {
            "parties": _actors(p.actor for p in event.participants if p.role is ParticipantRole.PARTY),
            "mediators": _actors(p.actor for p in event.participants if p.role in (ParticipantRole.MEDIATOR, ParticipantRole.HOST)),
            "location": event.location.name if event.location else NONE,
            "date": _days(event.date),
            "duration": event.duration or NONE,
            "round": event.round_number or NONE,
            "status": event.status.value,
            "level": event.level.value,
            "format": event.format.value,
            "proposed_by": _actors([event.proposed_by]),
        }
    return shown


def _agrees(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(found, dict) and wanted.items() <= found.items()
    if isinstance(found, list):  # actors, each by its names
        names = wanted if isinstance(wanted, list) else [] if wanted == NONE else [wanted]
        return len(names) == len(found) and all(any(name in actor for actor in found) for name in names)
    if isinstance(wanted, str):
        return found in (wanted.split("|") if "|" in wanted else [wanted, _in_full(wanted)])
    return bool(wanted == found)


def _in_full(value: str) -> str:
    return " = ".join(map(written_out, value.split(" = "))) if AMOUNT.fullmatch(value) else value


def _actors(actors: Iterable[Actor | None]) -> list[set[str]]:
    return [{name for name in (actor.name, actor.country) if name} for actor in actors if actor is not None]


def _money(money: Money | None) -> str:
    if money is None:
        return NONE
    shown = f"{_bounds(money.min, money.max, money.qualifier)} {money.currency or '?'}"
    return f"{shown} = {_money(money.equivalent)}" if money.equivalent else shown


def _quantity(quantity: Quantity | None) -> str:
    if quantity is None:
        return NONE
    low, high = (None if bound is None else Decimal(str(bound)) for bound in (quantity.min, quantity.max))
    return _bounds(low, high, quantity.qualifier)


def _bounds(low: Decimal | None, high: Decimal | None, qualifier: Qualifier) -> str:
    match qualifier:
        case Qualifier.EXACT if low is not None:
            return plain(low)
        case Qualifier.APPROX if low is not None:
            return f"~{plain(low)}"
        case Qualifier.AT_LEAST if low is not None:
            return f">={plain(low)}"
        case Qualifier.AT_MOST if high is not None:
            return f"<={plain(high)}"
        case Qualifier.RANGE if low is not None and high is not None:
            return f"{plain(low)}..{plain(high)}"
    return "?"


def _days(time: EventTime | None) -> str:
    if time is None or (time.start is None and time.end is None):
        return NONE
    return f"{time.start}" if time.start == time.end else f"{time.start or ''}..{time.end or ''}"
