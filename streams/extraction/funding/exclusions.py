"""What is told like a gap and is none that counts: a business's, a household's, a budget that lapses, a mere supposition."""

from __future__ import annotations

from functools import cached_property

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.funding.clauses import is_aim, is_prevented, is_supposed, verbs_above
from streams.extraction.funding.holders import Holders
from streams.extraction.funding.lack import Gap, is_vague
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists
from streams.records import ActorKind, FigureKind

__all__ = ["Exclusions"]

LEAST_GAP = 1500
"""In units of money: less is no body's gap."""


class Exclusions:
    """What does not count in one article."""

    def __init__(self, context: ArticleContext, holders: Holders) -> None:
        self._context = context
        self._holders = holders
        self._lexicon = lists("funding")

    def excludes(self, gap: Gap) -> bool:
        """Whether it is a business that lacks the money, or nobody in particular, or nobody says that it is lacking."""
        if self._is_of_others(gap) or is_aim(gap.node) or self._is_deal(gap) or _is_petty(gap):
            return True
        return is_vague(gap) and (is_supposed(gap.node) or is_prevented(gap.node) or self._is_lapse(gap))

    def _is_deal(self, gap: Gap) -> bool:
        """`may raise its bid to £1.5bn from £1.3bn`, `raised $100m, which valued it at $2bn`: what is paid and asked on a market."""
        return gap.requirements is not None and any(is_in("groups.of_deals", token) for token in gap.node.sent)

    def is_private(self, gap: Gap) -> bool:
        """Whether only a person, a parliament or a state's deficit is told of, and not how much."""
        if not is_vague(gap) or gap.entity is None:
            return False
        return gap.entity.kind is ActorKind.PERSON or gap.entity.name in self._lexicon["holders.lawmakers"] or self._is_deficit(gap)

    def _is_deficit(self, gap: Gap) -> bool:
        """`whether the nation's budget gap should be narrowed`: what a state spends beyond its income."""
        if gap.entity is None or not self.is_state(gap.entity) or not is_in("nouns.gap", gap.node):
            return False
        phrase = {gap.node.doc[i].lower_ for i in syntax.noun_phrase(gap.node)}
        verbs = verbs_above(gap.node)
        return bool(phrase & self._lexicon["nouns.of_state"]) and not (verbs and is_in("status.closed", verbs[0]))

    def _is_of_others(self, gap: Gap) -> bool:
        """Whether it is a business that lacks the money, or nobody in particular: `some states`."""
        # Who has underfunded a body does not lack the money.
        withholds = gap.node.lower_ in self._lexicon["short.starved"]
        acting = [] if withholds else [s for verb in verbs_above(gap.node)[:1] for s in syntax.subjects(verb)]
        is_public = gap.entity is not None and gap.entity.kind is ActorKind.STATE and self._holders.is_black_hole(gap.node)
        if is_vague(gap) and not is_public and any(is_in("holders.people", s) or self._holders.is_private(s) for s in acting):
            return True
        if gap.entity is not None and is_vague(gap):
            heads = [
                self._context.reading.tokens[gap.entity.end - 1],
                *acting,
            ]
            if any(h.tag_ == "NNS" and any(c.lower_ in self._lexicon["holders.indefinite"] for c in h.children) for h in heads):
                return True
        if gap.entity is not None:
            tokens = list(self._context.reading.doc[gap.entity.first : gap.entity.end])
        else:
            tokens = [subject for verb in verbs_above(gap.node) for subject in syntax.subjects(verb)]
        return any(map(self.is_company, tokens))

    def is_company(self, token: Token) -> bool:
        """Whether a word names a business."""
        doc = token.doc
        hyphenated = f"{doc[token.i - 2].lower_}-{token.lemma_}" if token.i > 1 and doc[token.i - 1].text == "-" else token.lemma_.lower()
        is_other = token.i > 0 and doc[token.i - 1].lower_ in self._lexicon["holders.not_companies"]
        return hyphenated in self._lexicon["holders.companies"] and not is_other

    def is_state(self, entity: Party) -> bool:
        """`the country`, `the government`, whether or not the article says which."""
        tokens = self._context.reading.tokens[entity.first : entity.end]
        return entity.kind is ActorKind.STATE or is_in("groups.of_state", tokens[-1]) or tokens[0].lower_ == "federal"

    def _is_lapse(self, gap: Gap) -> bool:
        """`The government runs out of money on 30 September`, where a parliament has not voted for its budget."""
        if gap.node.pos_ in ("NOUN", "PROPN") or gap.node.lower_ in self._lexicon["short.starved"]:
            return False
        if gap.entity is None or self.is_state(gap.entity):
            return self._tells_of_lapse
        sentence = gap.node.sent.text.lower()
        return self._tells_of_lapse and any(phrase in sentence for phrase in self._lexicon["status.lapsing"])

    @cached_property
    def _tells_of_lapse(self) -> bool:
        text = self._context.reading.doc.text.lower()
        return any(phrase in text for phrase in self._lexicon["status.lapse"])


def _is_petty(gap: Gap) -> bool:
    """`an extra $600 a week`, `$100 to get a donor to give $1`: what one person gets or pays."""
    sums = [figure.found for figure in (gap.amount, gap.requirements) if figure is not None and figure.found.kind is FigureKind.MONEY]
    return bool(sums) and all((found.max or found.min or LEAST_GAP) < LEAST_GAP for found in sums)
