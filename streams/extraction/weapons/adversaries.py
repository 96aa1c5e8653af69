"""Who attacks whom in one article: what the one is short of the other does not send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext
from streams.extraction.weapons.merge import OF_CONTEXT
from streams.extraction.weapons.owners import Owners
from streams.extraction.weapons.transfer import Transfer
from streams.extraction.weapons.weapon import lexicon
from streams.records import EntityKind

__all__ = ["Adversaries", "without_adversary"]


class Adversaries:
    """The pairs of states of which the article says that one attacks the other: `Malta's invasion of Cyprus`, `Malta invaded Cyprus`."""

    def __init__(self, context: ArticleContext, owners: Owners) -> None:
        self._context = context
        self._owners = owners

    @cached_property
    def _pairs(self) -> set[frozenset[str]]:
        """Looked up only where a side comes from the sentences around: in most articles none does."""
        return {
            frozenset({attacker, attacked})
            for token in self._context.reading.doc
            for attackers, victims in self._sides(token)
            for attacker in attackers
            for attacked in victims
        }

    def are(self, first: frozenset[str], second: frozenset[str]) -> bool:
        """Whether one of the first and one of the second, by their keys, are at war."""
        return any(frozenset({one, other}) in self._pairs for one in first for other in second)

    def _sides(self, token: Token) -> Iterator[tuple[set[str], set[str]]]:
        """Who attacks, and who is attacked, by one word."""
        words_of = lexicon()["adversaries"]
        lemma = token.lemma_.lower()
        if token.pos_ == "VERB" and lemma in words_of["verbs"]:
            acting = [c for c in token.children if c.dep_ == "nsubj"]
            suffering = [c for c in token.children if c.dep_ in ("dobj", "nsubjpass")]
            yield self._keys([*acting, *syntax.adjuncts(token, "by")]), self._keys(suffering)
        elif token.pos_ == "NOUN" and lemma in words_of["nouns"]:
            owners = {p.key for p in self._owners.of(token) if p.is_named and p.country}
            places = ("of", "against", "on", "with", *(("in",) if lemma in words_of["waged_in"] else ()))
            yield owners | self._keys(syntax.adjuncts(token, "by")), self._keys(syntax.adjuncts(token, *places))

    def _keys(self, heads: Iterable[Token]) -> set[str]:
        """The states that are meant, or that the towns and lands lie in."""
        # A pronoun is too loose a link for a war.
        heads = [h for h in heads if h.pos_ != "PRON"]
        lands = (self._context.mentions.at(h.i, EntityKind.PLACE) for h in heads)
        parties = (p for h in heads for p in self._context.cast.one(h))
        return {p.key for p in parties if p.is_named and p.country} | {m.country for m in lands if m is not None and m.country}


def without_adversary(transfer: Transfer, adversaries: Adversaries) -> Transfer:
    """The transfer without a side that only the sentences around it name, where the other is at war with it."""
    inherits_recipients, inherits_suppliers = (
        all(p.directness <= OF_CONTEXT for p in side) for side in (transfer.recipients, transfer.suppliers)
    )
    if not (inherits_recipients or inherits_suppliers) or not adversaries.are(transfer.named_suppliers, transfer.named_recipients):
        return transfer
    return replace(transfer, recipients=()) if inherits_recipients else replace(transfer, suppliers=())
