"""Who stands beside states: their organisations, armed and rival groups; not parties at home, not companies of no state."""

from __future__ import annotations

from functools import cache

from streams.extraction.actors import Party
from streams.extraction.lexicon import words
from streams.records import ActorKind

__all__ = ["polity"]


def polity(party: Party) -> str | None:
    """What a party stands for among others, comparable with those of other parties; None where it is no side beside a state."""
    if party.kind is ActorKind.IGO:
        return party.key
    words_of = set(party.name.casefold().split())
    if party.country is None and words_of & _on_duty():
        return None
    if party.kind is ActorKind.GROUP:
        return party.key if party.country or words_of & _armed() or not words_of & _at_home() else None
    if party.kind is ActorKind.ORG and party.country is None:
        return party.key if words_of & _armed() else None
    return _sovereigns().get(party.country or "", party.country)


@cache
def _sovereigns() -> dict[str, str]:
    """By ISO 3166-1 alpha-3 of a territory."""
    return dict(words("roles")["territories"])


@cache
def _at_home() -> frozenset[str]:
    return frozenset(words("roles")["groups"]["at_home"])


@cache
def _on_duty() -> frozenset[str]:
    """`the Election Threats Task Force`, `Police Scotland`: its own state's."""
    return frozenset(words("roles")["groups"]["on_duty"])


@cache
def _armed() -> frozenset[str]:
    return frozenset(words("roles")["groups"]["armed"])
