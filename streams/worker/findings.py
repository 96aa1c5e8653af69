"""What metrics tell of an event; made in the pool's processes, because the event itself does not leave them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from streams.metrics import optional_fields
from streams.records import Actor, ActorKind, Event, Location, WeaponCategory, WeaponSystem

__all__ = ["Finding", "finding_of"]


@dataclass(frozen=True)
class Finding:
    """One event, without a word of its article.

    Parameters
    ----------
    null_fields, null_reasons
        Its empty fields, and why they are empty.
    names
        How many names of a type a gazetteer knows (`hit`) or not (`miss`).
    """

    event_type: str
    status: str
    confidence: float
    null_fields: tuple[str, ...]
    null_reasons: tuple[str, ...]
    names: dict[tuple[str, str], int]


def finding_of(event: Event) -> Finding:
    """What is counted of one event."""
    values: dict[str, Any] = dict(event)
    names = Counter((name_type, "hit" if is_known else "miss") for name_type, is_known in _names(event))
    return Finding(
        event_type=event.event_type.value.lower(),
        status=str(values["status"]).lower(),
        confidence=event.confidence,
        null_fields=tuple(name for name in optional_fields(type(event)) if values[name] is None),
        null_reasons=tuple(event.null_reasons.values()),
        names=dict(names),
    )


def _names(value: object) -> list[tuple[str, bool]]:
    """Each actor, weapon and place anywhere in a record, and whether a gazetteer knows it."""
    if isinstance(value, Actor):
        return [("actor", value.kind is not ActorKind.UNKNOWN and (value.country is not None or value.kind in SUPRANATIONAL))]
    if isinstance(value, WeaponSystem):
        return [("weapon", value.category not in (WeaponCategory.UNSPECIFIED, WeaponCategory.UNKNOWN))]
    if isinstance(value, Location):
        return [("place", value.country is not None)]
    if isinstance(value, BaseModel):
        return [name for _, part in value for name in _names(part)]
    if isinstance(value, list):
        return [name for part in value for name in _names(part)]
    return []


SUPRANATIONAL = (ActorKind.IGO, ActorKind.NGO, ActorKind.GROUP)
"""Kinds that belong to no country even where they are known."""
