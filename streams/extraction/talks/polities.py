"""Whom a meeting is between: states, their organisations, armed and rival groups; not parties and parliaments at home."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from streams.extraction.actors import Party
from streams.extraction.talks.meeting import Meeting, talks_words
from streams.records import ActorKind

__all__ = ["between_polities"]


def between_polities(meetings: Iterable[Meeting]) -> list[Meeting]:
    """The meetings without those whose participants are of one state, or of none: a president and his senate, a bank and its creditors."""
    return [meeting for meeting in meetings if not _is_domestic(meeting)]


def _is_domestic(meeting: Meeting) -> bool:
    everybody = [*meeting.parties, *meeting.mediators, *meeting.hosts]
    polities = {polity for party in everybody if (polity := _polity(party)) is not None}
    return len(everybody) >= 2 and len(polities) < 2


def _polity(party: Party) -> str | None:
    """What a party stands for among others; None where that is no state, organisation of states, or armed or rival group."""
    if party.kind is ActorKind.ORG:
        return None
    if party.kind is ActorKind.IGO:
        return party.key
    if party.kind is ActorKind.GROUP and party.country is None:
        return party.key if _at_home().isdisjoint(party.name.casefold().split()) else None
    return party.key if party.country else None


@cache
def _at_home() -> frozenset[str]:
    return frozenset(talks_words()["groups"]["at_home"])
