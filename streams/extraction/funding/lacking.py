"""Money that is not there: `lacks the money`, `funding dried up`, `no funds were found`, `cannot afford`."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.factuality import Governor
from streams.extraction.funding.builder import Builder, Told
from streams.extraction.funding.exclusions import Exclusions
from streams.extraction.funding.holders import Holders
from streams.extraction.funding.lack import Gap
from streams.extraction.funding.means import Means
from streams.extraction.funding.sums import Sums
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists
from streams.records import ActorKind, FigureKind

__all__ = ["Lacking"]


class Lacking:
    """Money that is not there, in one article."""

    def __init__(self, context: ArticleContext, builder: Builder, sums: Sums, holders: Holders, exclusions: Exclusions) -> None:
        self._lexicon = lists("funding")
        self._builder = builder
        self._sums = sums
        self._holders = holders
        self._exclusions = exclusions
        self._means = Means(context, sums)

    def at(self, token: Token) -> Gap | None:
        """`for lack of funds`, `lacks the money`, `a shortage of cash`."""
        if token.pos_ == "NOUN" and is_in("nouns.lack", token):
            # "The $5 billion he wants in funding"
            joints = ("of",) if token.lemma_.lower() == "want" else ("of", "in")
            what = [t for t in syntax.adjuncts(token, *joints) if is_in("nouns.money", t)]
            missing = self._sums.on(syntax.adjuncts(token, "of")) if is_in("nouns.lack_of_sum", token) and not what else None
            if missing is not None:
                # "For want of $3 million the clinic will shut."
                return self._builder.gap(token, (token.i, missing.end), Told(gap=missing))
        elif token.pos_ == "VERB" and is_in("short.verbs", token):
            missing = next((f for f in self._sums.of(token, FigureKind.MONEY) if f.root in syntax.objects(token)), None)
            if missing is not None:
                return self._builder.gap(token, (token.i, token.i + 1), Told(gap=missing))
            lacking = syntax.subjects(token) if token.tag_ == "VBG" and not syntax.objects(token) else []
            if any(is_in("nouns.money", t) for t in lacking):
                return self._builder.gap(token, (token.i, token.i + 1))
            what = [t for t in syntax.objects(token) if is_in("nouns.money", t)]
        elif self._is_there(token):
            return self._builder.gap(token, (token.i, token.i + 1)) if any(c.dep_ == "neg" for c in token.children) else None
        elif self._holds(token) and (unfunded := self._without_funds(token)) is not None:
            return self._builder.gap(token, (token.i, token.i + 1), Told(gap=unfunded))
        elif self._holds(token) and (gap := self._is_none_there(token)) is not None:
            return gap
        elif self._holds(token):
            what = [t for t in syntax.objects(token) if is_in("nouns.money", t) and self._is_none(token, t)]
            if what and token.lemma_.lower() == "leave":
                # "Cuts left no money for the museum": the cuts lack none.
                who = [*syntax.adjuncts(token, "for"), *syntax.adjuncts(what[0], "for")]
                return self._builder.gap(token, (token.i, what[0].i + 1), who=who) if any(map(self._holders.one, who)) else None
        elif token.pos_ == "VERB" and Governor(token, "").lemma in self._lexicon["short.dried"]:
            what_dries = [token.head] if token.dep_ == "acl" else [*syntax.subjects(token), *syntax.objects(token)]
            dried = [t for t in what_dries if is_in("nouns.money", t) or is_in("short.dries", t)]
            return (
                self._builder.gap(token, (token.i, token.i + 2), who=[h for t in dried for h in syntax.adjuncts(t, "for")])
                if dried
                else None
            )
        elif token.lower_ in self._lexicon["short.insufficient"] and token.dep_ == "amod":
            what = [token.head] if is_in("nouns.money", token.head) else []
        elif self._is_not_there(token):
            return self._builder.gap(token.head, (token.i, token.i + 1))
        else:
            return None
        if not what or self._is_left_out(token, what[0]):
            return None
        # "A shortage in the state pension fund" is the fund's.
        who = [t for t in what if t.tag_ == "NN" and t.lower_ == "fund"]
        return self._builder.gap(token if token.dep_ != "amod" else token.head, (token.i, what[0].i + 1), who=who)

    def _is_left_out(self, lack: Token, money: Token) -> bool:
        """`The bill has no money for the road`, `vetoed it over its lack of funding for the road`: what a law leaves out; an idiom."""
        if any(is_in("short.nowhere", t) for t in syntax.adjuncts(money, "in")):
            return True
        behind = money.doc[money.i + 1] if money.i + 1 < len(money.doc) else None
        if behind is None or behind.lower_ != "for":
            return False
        holding = syntax.subjects(lack) if lack.pos_ in ("VERB", "AUX") else []
        return any(is_in("holders.drafts", t) for t in holding) or any(is_in("holders.laws", t) for t in money.sent)

    def beyond_means(self, token: Token) -> Gap | None:
        """`cannot afford to pay`, `has cash only until May`, `liabilities exceed assets by $3.3 billion`."""
        shortage = self._means.at(token)
        if shortage is None or any(self._exclusions.is_company(head) for head in shortage.who):
            return None
        entity = next((p for head in shortage.who if (p := self._holders.one(head))), None)
        if shortage.purse is not None:
            entity = self._holders.itself(shortage.purse)
        if entity is not None and entity.kind is ActorKind.PERSON:
            entity = self._holders.speaking(token)
        if entity is None and not shortage.tells_by_itself:
            return None
        entity = entity or self._holders.speaking(token)
        if entity is not None and (self._exclusions.is_state(entity)):
            # What states can pay for is their own affair.
            return None
        gap = self._builder.gap(token, (shortage.first, shortage.end), Told(gap=shortage.amount))
        return replace(gap, entity=entity or gap.entity)

    def _holds(self, token: Token) -> bool:
        """`have`, `there is`."""
        if not is_in("short.having", token) or token.pos_ not in ("VERB", "AUX"):
            return False
        return token.lemma_.lower() != "be" or any(c.dep_ == "expl" for c in token.children)

    def _is_none_there(self, there_is: Token) -> Gap | None:
        """`The scheme stopped in June. There was no money left`: whoever the sentence before speaks of."""
        if not any(c.dep_ == "expl" for c in there_is.children):
            return None
        none = [t for t in syntax.objects(there_is) if is_in("nouns.money", t) and self._is_none(there_is, t)]
        if not none or self._is_left_out(there_is, none[0]):
            return None
        gap = self._builder.gap(there_is, (there_is.i, none[0].i + 1))
        return replace(gap, entity=gap.entity or self._holders.spoken_of(there_is, 1))

    def _without_funds(self, have: Token) -> FigureMention | None:
        """`some $10 million of that has no funding`."""
        if not any(is_in("nouns.money", t) and self._is_none(have, t) for t in syntax.objects(have)):
            return None
        return next((f for f in self._sums.of(have, FigureKind.MONEY) if f.root in syntax.subjects(have)), None)

    def _is_not_there(self, money: Token) -> bool:
        """`no other money could be found`, `no funds had come`."""
        if not is_in("nouns.money", money) or money.dep_ not in syntax.SUBJECT or not any(c.lower_ == "no" for c in money.children):
            return False
        verb = money.head
        if verb.lemma_.lower() == "be" and any(c.lower_ in self._lexicon["short.there"] for c in verb.children):
            # "No new money was forthcoming."
            return True
        return any(is_in(name, verb) for name in ("funded.received", "means.find", "amounts.equate")) or (
            Governor(verb, "").lemma in self._lexicon["funded.arrived"]
        )

    def _is_there(self, verb: Token) -> bool:
        """`the money is there`, `funds are available`."""
        said = [c for c in verb.children if c.lower_ in self._lexicon["short.there"] and c.i > verb.i]
        return verb.lemma_.lower() == "be" and bool(said) and any(is_in("nouns.money", s) for s in syntax.subjects(verb))

    def _is_none(self, have: Token, money: Token) -> bool:
        """`has no money`, `does not have enough money to`."""
        negated = any(c.dep_ == "neg" for c in have.children)
        return negated or any(c.lower_ == "no" for c in money.children) or any(c.lower_ == "little" for c in money.children)
