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
from streams.records import ActorKind, EntityKind, FigureKind

__all__ = ["Lacking"]


class Lacking:
    """Money that is not there, in one article."""

    def __init__(self, context: ArticleContext, builder: Builder, sums: Sums, holders: Holders, exclusions: Exclusions) -> None:
        self._context = context
        self._lexicon = lists("funding")
        self._builder = builder
        self._sums = sums
        self._holders = holders
        self._exclusions = exclusions
        self._means = Means(context, sums)

    def at(self, token: Token) -> Gap | None:
        """`for lack of funds`, `lacks the money`, `a shortage of cash`, `money dried up`, `no money was found`."""
        finders = (self._named, self._lacked, self._not_available, self._not_held, self._dried_up, self._not_enough)
        return next((gap for find in finders if (gap := find(token)) is not None), None)

    def _named(self, noun: Token) -> Gap | None:
        """`for lack of funds`, `for want of $3 million`."""
        if noun.pos_ != "NOUN" or not is_in("nouns.lack", noun):
            return None
        # "The $5 billion he wants in funding"
        joints = ("of",) if noun.lemma_.lower() == "want" else ("of", "in")
        what = [t for t in syntax.adjuncts(noun, *joints) if is_in("nouns.money", t)]
        missing = self._sums.on(syntax.adjuncts(noun, "of")) if is_in("nouns.lack_of_sum", noun) and not what else None
        if missing is not None:
            # "For want of $3 million the clinic will shut."
            return self._builder.gap(noun, (noun.i, missing.end), Told(gap=missing))
        return self._of_money(noun, what, Told(gap=self._sums.on([noun])))

    def _lacked(self, verb: Token) -> Gap | None:
        """`lacks the money`, `lacks $3 million`, `with money lacking`."""
        if verb.pos_ != "VERB" or not is_in("short.verbs", verb):
            return None
        missing = next((f for f in self._sums.of(verb, FigureKind.MONEY) if f.root in syntax.objects(verb)), None)
        if missing is not None:
            return self._builder.gap(verb, (verb.i, verb.i + 1), Told(gap=missing))
        lacking = syntax.subjects(verb) if verb.tag_ == "VBG" and not syntax.objects(verb) else []
        if any(is_in("nouns.money", t) for t in lacking):
            return self._builder.gap(verb, (verb.i, verb.i + 1))
        return self._of_money(verb, [t for t in syntax.objects(verb) if is_in("nouns.money", t)])

    def _not_available(self, verb: Token) -> Gap | None:
        """`the money is not there`."""
        if not self._is_there(verb) or not any(c.dep_ == "neg" for c in verb.children):
            return None
        return self._builder.gap(verb, (verb.i, verb.i + 1))

    def _not_held(self, verb: Token) -> Gap | None:
        """`has no money`, `there was no money left`, `£2.7m of that has no funder`."""
        if not self._holds(verb) or self._is_there(verb):
            return None
        if (unfunded := self._without_funds(verb)) is not None:
            return self._builder.gap(verb, (verb.i, verb.i + 1), Told(gap=unfunded))
        if (gap := self._none_there(verb)) is not None:
            return gap
        what = [t for t in syntax.objects(verb) if is_in("nouns.money", t) and self._is_none(verb, t)]
        if what and verb.lemma_.lower() == "leave":
            # "Cuts left no money for the museum": the cuts lack none.
            who = [*syntax.adjuncts(verb, "for"), *syntax.adjuncts(what[0], "for")]
            return self._builder.gap(verb, (verb.i, what[0].i + 1), who=who) if any(map(self._holders.one, who)) else None
        return self._of_money(verb, what)

    def _dried_up(self, verb: Token) -> Gap | None:
        """`funding dried up`, `the money ran out`."""
        if verb.pos_ != "VERB" or Governor(verb, "").lemma not in self._lexicon["short.dried"]:
            return None
        what_dries = [verb.head] if verb.dep_ == "acl" else [*syntax.subjects(verb), *syntax.objects(verb)]
        dried = [t for t in what_dries if is_in("nouns.money", t) or (is_in("short.dries", t) and not self._is_of_nature(t))]
        if not dried:
            return None
        gap = self._builder.gap(verb, (verb.i, verb.i + 2), who=[h for t in dried for h in syntax.adjuncts(t, "for")])
        # "The clinics closed when American funding dried up": whose money it was lacks none.
        stopping = self._holders.stopping(verb) if any(map(self._is_given, dried)) else None
        return replace(gap, entity=stopping) if stopping is not None else gap

    def _not_enough(self, token: Token) -> Gap | None:
        """`insufficient funds`, `no other money could be found`, `was left without money`."""
        if token.lower_ in self._lexicon["short.insufficient"] and token.dep_ == "amod":
            return self._of_money(token, [token.head] if is_in("nouns.money", token.head) else [])
        if token.lower_ == "without":
            return self._left_without(token)
        return self._builder.gap(token.head, (token.i, token.i + 1)) if self._is_not_there(token) else None

    def _of_money(self, token: Token, what: list[Token], told: Told | None = None) -> Gap | None:
        if not what or self._is_left_out(token, what[0]):
            return None
        # "A shortage in the state pension fund" is the fund's.
        who = [t for t in what if t.tag_ == "NN" and t.lower_ == "fund"]
        return self._builder.gap(token if token.dep_ != "amod" else token.head, (token.i, what[0].i + 1), told, who=who)

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

    def _left_without(self, without: Token) -> Gap | None:
        """`The archive was left without money to pay its staff`."""
        verb, money = without.head, next((c for c in without.children if c.dep_ == "pobj" and is_in("short.without", c)), None)
        is_left = verb.pos_ in ("VERB", "AUX") and (
            verb.lemma_.lower() == "be" or (verb.lemma_.lower() == "leave" and syntax.is_passive(verb))
        )
        # "Without the money that he had won".
        is_bare = money is not None and not any(c.dep_ in ("det", "poss", "relcl") for c in money.children)
        if money is None or not (is_left and is_bare):
            return None
        return self._builder.gap(verb, (without.i, money.i + 1))

    def _is_given(self, money: Token) -> bool:
        """`American funding`."""
        return any(c.dep_ in ("compound", "amod", "nmod") and self._context.mentions.at(c.i, EntityKind.STATE) for c in money.children)

    def _is_of_nature(self, noun: Token) -> bool:
        """`water resources`."""
        is_resource = noun.lemma_.lower() == "resource"
        return is_resource and any(c.dep_ in ("compound", "amod") and not is_in("nouns.of_money", c) for c in noun.children)

    def _none_there(self, there_is: Token) -> Gap | None:
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
        lacked = [t for t in syntax.objects(have) if is_in("nouns.money", t) or is_in("short.backers", t)]
        if not any(self._is_none(have, t) for t in lacked):
            return None
        return next((f for f in self._sums.of(have, FigureKind.MONEY) if f.root in syntax.subjects(have)), None)

    def _is_not_there(self, money: Token) -> bool:
        """`no other money could be found`, `no funds had come`."""
        if not is_in("nouns.money", money) or money.dep_ not in syntax.SUBJECT:
            return False
        verb = money.head
        # "The money had not been found."
        is_not_found = is_in("means.find", verb) and syntax.is_passive(verb) and any(c.dep_ == "neg" for c in verb.children)
        if not is_not_found and not any(c.lower_ == "no" for c in money.children):
            return False
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
