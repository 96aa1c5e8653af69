"""Missing money: who lacks how much for what and when."""

from __future__ import annotations

from functools import cache

from spacy.tokens import Token

from streams.extraction.context import ArticleContext
from streams.extraction.funding.builder import Builder
from streams.extraction.funding.cover import Covers
from streams.extraction.funding.exclusions import Exclusions
from streams.extraction.funding.holders import Holders
from streams.extraction.funding.lack import Gap, inherit_entity, is_of_a_whole_state, merge, one_a_sentence, stands_alone
from streams.extraction.funding.lacking import Lacking
from streams.extraction.funding.named import Named
from streams.extraction.funding.series import Series
from streams.extraction.funding.shares import Shares
from streams.extraction.funding.short import Short
from streams.extraction.funding.sums import Sums
from streams.extraction.funding.wanted import Wanted
from streams.extraction.lexicon import lists

__all__ = ["find_gaps"]

CUES = (
    "nouns.always",
    "nouns.gap",
    "nouns.lack",
    "need.verbs",
    "short.verbs",
    "short.dried",
    "short.insufficient",
    "short.having",
    "short.words",
    "short.by",
    "short.than",
    "short.still",
    "short.missing",
    "short.adjectives",
    "short.overspend",
    "short.unmet",
    "funded.shares",
    "funded.fractions",
    "funded.percent",
    "funded.received",
    "funded.required",
    "funded.offered",
    "funded.released",
    "funded.arrived",
    "funded.unless",
    "means.afford",
    "means.balance",
    "means.find",
    "means.red",
    "means.exceed",
    "means.leaving",
    "means.seeking",
    "means.empty",
    "means.broke",
    "funded.against",
    "means.allotted",
    "nouns.money",
)
"""Lists of the data file of which each trigger, or its first word, is in one."""


def find_gaps(context: ArticleContext) -> list[Gap]:
    """The gaps that an article states, each once, in the order of their triggers."""
    sums = Sums(context)
    holders = Holders(context, sums)
    builder = Builder(context, sums, holders)
    exclusions = Exclusions(context, holders)
    triggers = _Triggers(context, sums, holders, builder, exclusions)
    series = Series(context, sums)
    found: list[Gap] = []
    for token in context.reading.tokens:
        gap = triggers.at(token)
        if gap is not None:
            found.extend(series.of(inherit_entity(builder.with_speaker(gap), found, context)))
    told = one_a_sentence([gap for gap in found if stands_alone(gap) and not exclusions.excludes(gap)], context)
    gaps = merge([gap for gap in map(builder.with_entity, told) if not exclusions.is_private(gap)])
    return [builder.with_name(gap) for gap in gaps if not is_of_a_whole_state(gap)]


@cache
def _cues() -> frozenset[str]:
    """The words, or first words, of all triggers."""
    return frozenset(phrase.split()[0] for name in CUES for phrase in lists("funding")[name])


class _Triggers:
    """The words by which an article tells of missing money."""

    def __init__(self, context: ArticleContext, sums: Sums, holders: Holders, builder: Builder, exclusions: Exclusions) -> None:
        covers = Covers(context, sums)
        named = Named(context, builder, sums, holders)
        lacking = Lacking(context, builder, sums, holders, exclusions)
        shares = Shares(context, builder, sums, holders, covers)
        self._wanted = wanted = Wanted(builder, sums, holders, covers)
        # The first that finds something tells it.
        self._finders = (
            named.at,
            lacking.at,
            Short(builder, sums, holders).at,
            shares.at,
            wanted.unmet,
            wanted.part,
            wanted.covered,
            wanted.against,
            wanted.after_cover,
            wanted.without,
            wanted.need,
            lacking.beyond_means,
        )
        fractions = lists("funding")["funded.fractions"]
        self._divided = frozenset(token.head.i for token in context.reading.tokens if token.lower_ in fractions)

    def at(self, token: Token) -> Gap | None:
        """The gap that a token triggers."""
        if token.lower_ not in _cues() and token.lemma_.lower() not in _cues() and token.i not in self._divided:
            return None
        gap = next((gap for find in self._finders if (gap := find(token)) is not None), None)
        if gap is not None and gap.amount is None and gap.requirements is not None and self._wanted.is_reached(token):
            return None
        return gap
