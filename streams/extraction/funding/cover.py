"""What was asked for and what came in, told in any two places of a sentence or of two that follow each other."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.factuality import Governor, Tense, assess
from streams.extraction.funding.sums import Sums, is_less
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists
from streams.records import FigureKind

__all__ = ["Cover", "Covers"]


@dataclass(frozen=True)
class Cover:
    """A need and how much of it is covered.

    Parameters
    ----------
    funding, share
        What came in, as a sum or as a share of the whole; neither where the article says `barely half arrived`.
    who
        Heads of whose need it may be, the likeliest first.
    """

    requirements: FigureMention
    funding: FigureMention | None
    share: FigureMention | None
    who: list[Token]


COMING_IN = ("funded.released", "funded.received", "funded.offered", "funded.arrived")
"""Lists of the verbs by which money comes in."""


class Covers:
    """The needs of one article, and what came in."""

    def __init__(self, context: ArticleContext, sums: Sums) -> None:
        self._context = context
        self._sums = sums
        self._lexicon = lists("funding")

    def at(self, verb: Token) -> Cover | None:
        """What a verb by which money comes in tells, where the need is told beside it: `sought $25 million and was offered $7 million`."""
        if not self.comes_in(verb):
            return None
        came = [f for kind in (FigureKind.MONEY, FigureKind.PERCENTAGE) for f in self._sums.of(verb, kind) if self._verb_of(f) == verb]
        came = [f for f in came if not self.is_asked_for(f) and not self._is_price(f) and not self._is_measure(f)]
        subjects = [*syntax.subjects(verb), *(syntax.objects(verb) if syntax.is_passive(verb) else [])]
        fraction = next((t for t in subjects if is_in("funded.fractions", t)), None)
        if not came and fraction is None:
            return None
        is_too_little = self.is_too_little(verb)
        if syntax.is_passive(verb) and syntax.adjuncts(verb, "through") and not is_too_little:
            # "80% of the bill had been met through help from allies": that was all.
            return None
        beside = [
            f
            for f in self._sums.of(verb, FigureKind.MONEY)
            if f not in came and (self.is_asked_for(f) or (is_too_little and self._is_promised(f)))
        ]
        goes_elsewhere = is_in("funded.offered", verb) or any(c.lower_ == "also" for c in verb.children)
        before = [] if beside or goes_elsewhere else self._asked_before(verb)
        if before and not (is_too_little or self._goes_on(verb, subjects)):
            return None
        for whole in beside or before:
            part = next((f for f in came if f.found.kind is FigureKind.MONEY and self._is_part(f, whole)), None)
            share = next((f for f in came if f.found.kind is FigureKind.PERCENTAGE and self._sums.is_less_than_whole(f)), None)
            joined = [c for c in verb.children if c.dep_ in ("ccomp", "parataxis")]
            needs_and_has = verb.dep_ in ("conj", "parataxis", "ccomp") and self._asks(verb.head)
            needs_and_has = needs_and_has or any(self._asks(c) for c in joined)
            is_of_it = part is not None and self._sums.is_part_of(part.root, whole.root)
            has_own_verb = is_of_it or needs_and_has or verb.lemma_.lower() != "have" or is_too_little or bool(before) or share is not None
            if (part is not None or share is not None or (fraction is not None and is_too_little)) and has_own_verb:
                # "The plan needs $5 million; the budget has $2 million for it."
                own = [s for s in subjects if s != fraction and not (is_in("funded.givers", s) or is_in("holders.books", s))]
                return Cover(whole, part, share, [*own, *self.asking(whole)] if beside else [*self.asking(whole), *own])
        return None

    def comes_in(self, verb: Token) -> bool:
        """Whether money comes in by the verb: `has raised`, `was offered`."""
        lemma = Governor(verb, "").lemma if verb.pos_ in ("VERB", "AUX") else ""
        is_told = lemma == "have" or any(lemma in self._lexicon[name] for name in COMING_IN) or verb.lemma_.lower() == "be"
        if not is_told or self.has_yet_to(verb) or self.is_of_trade(verb):
            return False
        if self.is_at_hand(verb):
            return True
        if lemma == "come" and syntax.adjuncts(verb, "from", "on"):
            # "Half of it is to come from taxes" tells whence all of it comes; "comes on top of $1.4 billion" adds to it.
            return False
        if self.is_to_come(verb) or self.is_all_told(verb):
            return False
        if lemma == "have":
            # "It has no source for $15 billion of the $42 billion."
            has_none = any(c.lower_ == "no" for o in syntax.objects(verb) for c in o.children)
            return verb.dep_ not in ("aux", "auxpass") and not has_none
        if lemma == "cover" and self._covers_things(verb):
            return False
        if lemma in self._lexicon["funded.released"]:
            return self.is_too_little(verb)
        return any(lemma in self._lexicon[name] for name in COMING_IN)

    def is_at_hand(self, verb: Token) -> bool:
        """`is in hand`, `is available`."""
        if verb.lemma_.lower() != "be":
            return False
        said = [*(c for c in verb.children if c.dep_ in ("acomp", "advmod")), *syntax.adjuncts(verb, "in", "on")]
        return any(is_in("short.hand", t) or t.lower_ in self._lexicon["short.there"] for t in said)

    def is_of_trade(self, verb: Token) -> bool:
        """`Sales came in at $11 million`, `the tax authority collected`."""
        subjects = syntax.subjects(verb)
        return any(is_in("funded.sold", t) for s in subjects for t in (s, *(c for c in s.children if c.dep_ == "compound")))

    def _covers_things(self, verb: Token) -> bool:
        """`The notices cover 120 missiles at $980 million and nine launchers costing $410 million`: no part of a sum."""
        return any(
            o.pos_ == "NOUN" and any(c.dep_ == "nummod" for c in o.children) and not self._sums.on([o]) for o in syntax.objects(verb)
        )

    def has_yet_to(self, verb: Token) -> bool:
        """`has yet to be paid`: it has not come in."""
        return verb.dep_ == "xcomp" and any(c.lower_ == "yet" for c in verb.head.children)

    def is_all_told(self, verb: Token) -> bool:
        """`covers 30 % of the costs, with the rest coming from donations`: nothing is missing."""
        rest = [t for t in verb.sent if t.lower_ in self._lexicon["funded.rest"]]
        return any(t.lower_ in ("from", "by", "through") for r in rest for t in r.doc[r.i : r.i + 5])

    def is_to_come(self, verb: Token) -> bool:
        """`The bill would provide $50 billion`: it has not come in."""
        return assess(verb).tense is Tense.FUTURE and not self.is_too_little(verb)

    def is_too_little(self, verb: Token) -> bool:
        """Whether a word in the clause says so: `only`, `so far`, `barely`, `a fraction of`."""
        sentence = [t for t in verb.sent if t == verb or verb.is_ancestor(t)]
        lowered = {t.lower_ for t in sentence}
        text = " ".join(t.lower_ for t in sentence)
        return bool(lowered & self._lexicon["funded.only"]) or any(phrase in text for phrase in self._lexicon["funded.until_now"])

    def _goes_on(self, verb: Token, subjects: list[Token]) -> bool:
        """Whether the clause speaks of those who asked in the sentence before, or of those whom they asked."""
        # "By August donors had given $329 million", where the parser takes them for the time.
        if any(self._sums.is_another(s) for s in subjects):
            return False
        subjects = [*subjects, *(h for h in syntax.adjuncts(verb, "by") if h.i < verb.i and is_in("funded.givers", h))]
        return any(s.lower_ in ("it", "they", "we") or is_in("holders.nouns", s) or is_in("funded.givers", s) for s in subjects) or any(
            f.found.kind is FigureKind.PERCENTAGE for f in self._sums.of(verb, FigureKind.PERCENTAGE) if self._verb_of(f) == verb
        )

    def asked_before(self, node: Token) -> FigureMention | None:
        """`needs $770 million, and 84 per cent of that …`: the sum asked for last, in the same sentence or the one before."""
        here = [f for f in self._sums.of(node, FigureKind.MONEY) if f.end <= node.i and self.is_asked_for(f)]
        return next(reversed(here or self._asked_before(node)), None)

    def is_level(self, verb: Token) -> bool:
        """`The fund stands at £1.9m`."""
        return is_in("amounts.equate", verb) and any(is_in("means.purses", s) for s in syntax.subjects(verb))

    def came_before(self, node: Token) -> FigureMention | None:
        """`The appeal has raised £310,000 so far`, `the spire fund is at £1.9m`: what the sentence before says has come in."""
        index = self._context.reading.sentence_index(node)
        sentence = self._context.reading.sentences[index - 1] if index else None
        if sentence is None or sentence.root.pos_ not in ("VERB", "AUX"):
            return None
        for figure in self._sums.of(sentence.root, FigureKind.MONEY):
            verb = self._verb_of(figure)
            if verb is None or self.is_asked_for(figure) or self._is_price(figure):
                continue
            if self.is_level(verb) or (verb.lemma_.lower() != "have" and self.comes_in(verb)):
                return figure
        return None

    def _asked_before(self, verb: Token) -> list[FigureMention]:
        index = self._context.reading.sentence_index(verb)
        if not index:
            return []
        sentence = self._context.reading.sentences[index - 1]
        return [f for f in self._sums.of(sentence.root, FigureKind.MONEY) if self.is_asked_for(f)]

    def _is_part(self, part: FigureMention, whole: FigureMention) -> bool:
        return is_less(part, whole) and part.found.currency == whole.found.currency

    def _verb_of(self, figure: FigureMention) -> Token | None:
        """The verb that a figure is an argument of, with nothing but nouns and prepositions between."""
        node = figure.root
        while node.pos_ not in ("VERB", "AUX"):
            if node.head == node or node.dep_ in ("relcl", "acl", "advcl"):
                return None
            node = node.head
        return node

    def is_asked_for(self, figure: FigureMention) -> bool:
        """`needs $161 million`, `our appeal is for $674 million`, `the 80 million that the ballot would cost`."""
        for child in figure.root.children:
            if child.dep_ in ("relcl", "acl") and any(self._asks(t) for t in child.subtree if t.pos_ in ("VERB", "AUX")):
                return True
            if child.dep_ == "amod" and self._asks(child):  # "the estimated $2.3 billion"
                return True
        for node in [t for t in syntax.chain(figure.root) if t != figure.root]:
            if node.pos_ in ("VERB", "AUX"):
                if is_in("amounts.equate", node):
                    return any(is_in("funded.required_nouns", s) for s in [*syntax.subjects(node), *syntax.objects(node)])
                return self._asks(node)
            if is_in("funded.required_nouns", node):
                return True
            if node.pos_ not in ("ADP", "NUM", "SYM", "ADV"):
                return False
        return False

    def _is_promised(self, figure: FigureMention) -> bool:
        """`was promised $600 million`."""
        verb = self._verb_of(figure)
        return verb is not None and is_in("funded.promised", verb)

    def _is_price(self, figure: FigureMention) -> bool:
        """`for $192,724 in savings`: that is no money that comes in."""
        return figure.root.dep_ == "pobj" and figure.root.head.lower_ in ("for", "by") and figure.root.head.head.pos_ in ("VERB", "AUX")

    def _is_measure(self, figure: FigureMention) -> bool:
        """`an increase of 4.5%`, `a 5.5% rise`: no share of the money."""
        if figure.found.kind is not FigureKind.PERCENTAGE:
            return False
        above = figure.root.head
        if above.pos_ == "ADP":
            above = above.head
        return above != figure.root and above.pos_ in ("NOUN", "PROPN") and not is_in("nouns.money", above)

    def _asks(self, verb: Token) -> bool:
        if verb.lemma_.lower() == "have":
            return any(c.dep_ == "aux" and c.lower_ == "must" for c in verb.children)
        return self._sums.asks(verb)

    def asking(self, figure: FigureMention) -> list[Token]:
        """Who needs or asks: the subject of the verb, or the noun that names the appeal."""
        for child in figure.root.children:
            if child.dep_ in ("relcl", "acl") and any(self._asks(t) for t in child.subtree if t.pos_ in ("VERB", "AUX")):
                own = [s for t in child.subtree if t.pos_ == "VERB" for s in syntax.subjects(t) if s != figure.root]
                # "the $6.7 billion sought for Ukraine", "the £37bn needed to repair England's hospitals"
                repaired = [o for c in child.children if c.dep_ in ("xcomp", "advcl") for o in syntax.objects(c)]
                return own or [*syntax.adjuncts(child, "for"), *repaired]
        for node in syntax.chain(figure.root.head):
            if node.pos_ in ("VERB", "AUX"):
                return [s for s in [*syntax.subjects(node), *syntax.objects(node)] if s != figure.root]
            if is_in("funded.required_nouns", node):
                return [node]
        return []
