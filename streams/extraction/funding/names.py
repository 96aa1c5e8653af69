"""The bodies that an article names, for what a sentence only describes: `the council` is `Shropshire Council`, named before or after."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property

from spacy.tokens import Span as Tokens

from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.lexicon import lists
from streams.records import ActorKind, EntityKind

__all__ = ["Names"]

OFTEN = 3
"""Mentions of a body by which an article can be about it."""


class Names:
    """The names of bodies in one article."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._lexicon = lists("funding")

    def named(self, entity: Party) -> Party:
        """The entity by its name where it is told by a description and only one body of the article fits; else as it is."""
        tokens = self._context.reading.doc[entity.first : entity.end]
        head = tokens[-1].lower_
        if not self._is_description(tokens) or tokens[-1].tag_ not in ("NN", "NNP"):
            return entity
        alike = {name: count for name, count in self._counts.items() if name.split()[-1].lower() == head and len(name.split()) > 1}
        if alike and head in self._lexicon["holders.bodies"]:
            return self._by_name(entity, self._foremost(alike, 1))
        return self._by_name(entity, self._foremost(self._counts, OFTEN)) if head in self._lexicon["holders.described"] else entity

    def _is_description(self, tokens: Tokens) -> bool:
        """`the council`, `The Council`, `UN agency`: no word of it tells which; `the school meals programme` tells it."""
        if self._context.mentions.at(tokens[-1].i) or not (tokens[-1].is_lower or tokens[-1].is_title):
            return False
        return all(self._context.mentions.at(t.i) or t.dep_ in ("det", "case") for t in tokens[:-1])

    def _foremost(self, counts: dict[str, int], least: int) -> str | None:
        """The name told most often, where none other is told half as often."""
        first, second = (*sorted(counts.values(), reverse=True), 0, 0)[:2]
        return max(counts, key=lambda name: counts[name]) if first >= least and first >= 2 * second else None

    def _by_name(self, entity: Party, name: str | None) -> Party:
        if name is None:
            return entity
        first, end = self._first[name]
        mention = self._context.mentions.at(first, EntityKind.ORGANISATION)
        kind = mention.actor_kind if mention is not None and mention.actor_kind is not ActorKind.UNKNOWN else ActorKind.ORG
        country = mention.country if mention is not None else entity.country
        return replace(entity, name=name, kind=kind, country=country, first=first, end=end, directness=entity.directness * 0.9)

    @cached_property
    def _first(self) -> dict[str, tuple[int, int]]:
        """The tokens by which each body is named first."""
        found: dict[str, tuple[int, int]] = {}
        for name, first, end in self._bodies:
            found.setdefault(name, (first, end))
        return found

    @cached_property
    def _counts(self) -> dict[str, int]:
        return Counter(name for name, _, _ in self._bodies)

    @cached_property
    def _bodies(self) -> list[tuple[str, int, int]]:
        """Each time that a body is named: its name and the tokens."""
        mentions, doc = self._context.mentions, self._context.reading.doc
        listed = [(m.name, m.first, m.end) for m in mentions if m.kind is EntityKind.ORGANISATION]
        others = [e for e in doc.ents if e.label_ == "ORG" and not any(mentions.at(t.i) for t in e)]
        return sorted([*listed, *map(self._unlisted, others)], key=lambda body: body[1])

    def _unlisted(self, tokens: Tokens) -> tuple[str, int, int]:
        first = tokens.start + (tokens[0].lower_ == "the" and len(tokens) > 1)
        end = tokens.end - (tokens[-1].tag_ == "POS" and len(tokens) > 1)
        return self._context.reading.span(first, end).text, first, end
