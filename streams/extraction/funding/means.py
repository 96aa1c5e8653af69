"""Money that does not reach, told without a word for the gap: `cannot afford`, `has cash only until May`, `is in the red by`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.factuality import assess
from streams.extraction.funding.sums import Sums
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists
from streams.records import FigureKind

__all__ = ["Means", "Shortage"]

NEAR = 5
"""Tokens between the words of one expression."""


@dataclass(frozen=True)
class Shortage:
    """What a word tells.

    Parameters
    ----------
    first, end
        Tokens of the trigger.
    amount
        What is missing, where it is said.
    who
        Heads of who may be the one that lacks it, the likeliest first.
    tells_by_itself
        Whether it is a gap even if nobody is named.
    purse
        The word for the fund that is empty, where it is called something.
    """

    first: int
    end: int
    amount: FigureMention | None
    who: list[Token]
    tells_by_itself: bool = False
    purse: Token | None = None


class Means:
    """The means of those in one article, and what they have to pay for."""

    def __init__(self, context: ArticleContext, sums: Sums) -> None:
        self._context = context
        self._sums = sums
        self._lexicon = lists("funding")

    def at(self, token: Token) -> Shortage | None:
        """The shortage that a token tells."""
        finders = (
            self._not_afforded,
            self._without_means,
            self._to_balance,
            self._out_of_balance,
            self._exceeded,
            self._over_budget,
            self._running_out,
            self._left_to_find,
            self._looked_for,
            self._empty,
        )
        return next((found for find in finders if (found := find(token)) is not None), None)

    def _not_afforded(self, verb: Token) -> Shortage | None:
        """`cannot afford to pay its midwives`, `is unable to pay salaries`."""
        if not is_in("means.afford", verb):
            return None
        done = [c for c in verb.children if c.dep_ in ("xcomp", "ccomp")]
        paid = [c for c in done if is_in("means.paid_for", c)]
        # "Cannot afford to be left behind", "cannot afford any more delays": no money would help.
        things = [o for o in syntax.objects(verb) if o.pos_ in ("NOUN", "PROPN") and not done and not is_in("means.unpaid", o)]
        if verb.lemma_.lower() != "afford":
            things = [o for o in things if is_in("means.wages", o)]
            paid = []
        if not (paid or things) or not self._is_unable(verb):
            return None
        return Shortage(verb.i, verb.i + 1, None, self._subjects(verb))

    def _without_means(self, verb: Token) -> Shortage | None:
        """`did not have the resources to pay for`, `lacks the means to buy fuel`."""
        is_lack = is_in("short.verbs", verb) or (verb.lemma_.lower() == "have" and self._is_unable(verb))
        if verb.pos_ not in ("VERB", "AUX") or not is_lack:
            return None
        for thing in syntax.objects(verb):
            to_pay = [c for c in (*thing.children, *verb.children) if c.dep_ in ("relcl", "acl", "xcomp", "advcl") and c.tag_ == "VB"]
            is_money = is_in("means.resources", thing) and bool(to_pay)
            if is_money or (is_in("nouns.money", thing) and any(is_in("means.paid_for", c) for c in to_pay)):
                return Shortage(verb.i, thing.i + 1, None, self._subjects(verb))
        return None

    def _is_unable(self, verb: Token) -> bool:
        fact = assess(verb)
        no_longer = any(c.lower_ == "longer" and c.nbor(-1).lower_ == "no" for c in verb.children)
        if no_longer or (fact.negation is not None and fact.negation.head in (verb, verb.head)):
            return fact.condition is None
        return is_in("means.unable", verb.head) and verb.dep_ == "xcomp"

    def _subjects(self, verb: Token) -> list[Token]:
        return [s for node in (verb, verb.head) for s in syntax.subjects(node) if s != verb]

    def _to_balance(self, verb: Token) -> Shortage | None:
        """`needs to find £14.2m to balance its books`, `must find £3m`."""
        if is_in("means.balance", verb) and verb.pos_ == "VERB":
            above = verb.head if verb.dep_ in ("advcl", "xcomp", "acl", "conj") else verb
            seeking = above if above.pos_ == "VERB" else syntax.governing_verb(above)
            if seeking is None or not any(is_in("holders.sums", o) for o in syntax.objects(verb)):
                return None
        elif self._sums.must_find(verb):
            seeking = verb
        else:
            return None
        sought = [*syntax.objects(seeking), *syntax.adjuncts(seeking, "with")]
        amount = self._sums.on([*sought, *(of for s in sought for of in syntax.adjuncts(s, "of"))])
        if amount is None:
            return None
        return Shortage(verb.i, verb.i + 1, amount, self._subjects(seeking), tells_by_itself=syntax.is_passive(seeking))

    def _out_of_balance(self, noun: Token) -> Shortage | None:
        """`£9 million in the red`, `out of balance by $9 million`."""
        if noun.lower_ not in self._lexicon["means.red"] or noun.dep_ == "compound":
            return None
        doc = noun.doc
        before = " ".join(t.lower_ for t in doc[max(noun.sent.start, noun.i - 2) : noun.i + 1])
        phrase = next((p for p in self._lexicon["means.in_the_red"] if before.endswith(p)), None)
        if phrase is None:
            return None
        first = noun.i + 1 - len(phrase.split())
        amount = next((f for f in self._sums.of(noun, FigureKind.MONEY) if f.end == first or 0 <= f.first - noun.i - 1 <= 1), None)
        if amount is None or amount.found.min is None:
            # "No more than £250m in the red" is what one aims at.
            return None
        verb = syntax.governing_verb(noun)
        return Shortage(first, noun.i + 1, amount, self._subjects(verb) if verb is not None else [])

    def _exceeded(self, verb: Token) -> Shortage | None:
        """`liabilities exceed its assets by $3.3 billion`, `overshot their budgets by £850m`."""
        if not is_in("means.exceed", verb) or verb.pos_ != "VERB":
            return None
        objects = syntax.objects(verb)
        spent = [s for s in syntax.subjects(verb) if is_in("means.spent", s)]
        if not any(is_in("means.had", o) for o in objects) or not (spent or is_in("short.overspend", verb)):
            return None
        by = syntax.adjuncts(verb, "by") or [h for o in objects for h in syntax.adjuncts(o, "by")]
        amount = next((f for f in self._sums.of(verb, FigureKind.MONEY) if f.root in by), None)
        owners = [verb.head if c.lower_ == "whose" else c for t in (*spent, *objects) for c in t.children if c.dep_ == "poss"]
        return (
            Shortage(verb.i, verb.i + 1, amount, [*owners, *spent, *self._subjects(verb), *syntax.adjuncts(verb, "at")])
            if amount is not None
            else None
        )

    def _over_budget(self, allotted: Token) -> Shortage | None:
        """`running £1.9m over its allocation`."""
        over = allotted.head
        if not is_in("means.allotted", allotted) or over.lower_ not in ("over", "above") or over.i == 0:
            return None
        amount = next((f for f in self._sums.of(allotted, FigureKind.MONEY) if f.end == over.i), None)
        verb = syntax.governing_verb(over)
        if amount is None or verb is None:
            return None
        owners = [c for c in allotted.children if c.dep_ == "poss"]
        return Shortage(over.i, allotted.i + 1, amount, [*self._subjects(verb), *owners])

    def _left_to_find(self, verb: Token) -> Shortage | None:
        """`leaves 17 million dollars to find`, `$3 million remains to be raised`."""
        if not is_in("means.leaving", verb) or verb.pos_ not in ("VERB", "AUX"):
            return None
        sums = [f for f in self._sums.of(verb, FigureKind.MONEY) if f.root in (*syntax.objects(verb), *syntax.subjects(verb))]
        for amount in sums:
            below = [c for node in (verb, amount.root, *amount.root.children) for c in node.children if c.tag_ in ("VB", "VBN")]
            is_left = verb.lemma_.lower() != "be" or any(c.lower_ == "still" for c in verb.children)
            if is_left and any(is_in("means.find", c) or c.lemma_ in ("raise", "secure") for c in below if c.i > amount.first):
                return Shortage(verb.i, verb.i + 1, amount, self._subjects(verb), tells_by_itself=True)
        return None

    def _looked_for(self, verb: Token) -> Shortage | None:
        """`is still looking for €1.2 billion`."""
        if not is_in("means.seeking", verb) or not any(c.lower_ == "still" for c in (*verb.children, *verb.head.children)):
            return None
        sought = [*syntax.adjuncts(verb, "for"), *syntax.objects(verb)]
        amount = next((f for f in self._sums.of(verb, FigureKind.MONEY) if f.root in sought), None)
        return Shortage(verb.i, verb.i + 1, amount, self._subjects(verb)) if amount is not None else None

    def _empty(self, empty: Token) -> Shortage | None:
        """`Our kitty is empty`, `the coffers are bare`, `the fund for refugees has been depleted`."""
        if empty.lower_ in self._lexicon["means.broke"]:
            # "The court fund is about to go broke."
            verb = empty if syntax.is_passive(empty) else syntax.governing_verb(empty.head)
            holding = [] if verb is None else syntax.objects(verb) if verb == empty else syntax.subjects(verb)
            purses = [s for s in holding if is_in("means.emptied", s)]
        elif empty.lower_ not in self._lexicon["means.empty"]:
            return None
        elif syntax.is_passive(empty):
            # Stocks of many things are depleted; "to fill the coffers drained by the war" fills them.
            purses = [s for s in syntax.objects(empty) if is_in("means.emptied", s) and empty.dep_ != "acl"]
        elif empty.dep_ in ("acomp", "oprd", "advmod", "attr"):
            purses = [s for s in syntax.subjects(empty.head) if is_in("means.purses", s)]
        else:
            return None
        if not purses:
            return None
        if purses[0].lower_ == "funds":
            # "Funds for the resettlement scheme ran dry."
            return Shortage(purses[0].i, empty.i + 1, None, syntax.adjuncts(purses[0], "for", "of"))
        owners = [*(c for c in purses[0].children if c.dep_ == "poss"), *syntax.adjuncts(purses[0], "of")]
        is_called = any(c.dep_ in ("compound", "acl") for c in purses[0].children) or bool(syntax.adjuncts(purses[0], "for"))
        return Shortage(purses[0].i, empty.i + 1, None, owners, purse=purses[0] if is_called else None)

    def _running_out(self, money: Token) -> Shortage | None:
        """`has enough money to pay them until May`, `its funds would last two months`, `has cash for only three more weeks`."""
        if not is_in("nouns.money", money):
            return None
        behind = money.doc[money.i + 1 : money.sent.end]
        verb = money.head
        lasts = verb.pos_ == "VERB" and is_in("means.last", verb) and money in syntax.subjects(verb)
        holds = is_in("short.having", verb) and money in syntax.objects(verb)
        if not (lasts or holds):
            return None
        if not self._is_limited(money, behind, lasts=lasts):
            return None
        if not any(self._context.time_at(t) or self._is_duration(t) for t in behind):
            return None
        owners = [c for c in money.children if c.dep_ == "poss"]
        return Shortage(money.i, money.i + 1, None, [*owners, *([] if lasts else self._subjects(verb))])

    def _is_limited(self, money: Token, behind: Iterable[Token], *, lasts: bool) -> bool:
        """Whether it is there for a time only: `only … until`, `for only three weeks`, `warned that its funds would last until`."""
        around = [t.lower_ for t in (*money.subtree, money.head, *behind)] + [money.doc[max(0, money.head.i - 1)].lower_]
        told = {*around} & (self._lexicon["funded.only"] | self._lexicon["means.enough"])
        is_little = bool(told) or any(is_in("means.warned", t) for t in syntax.chain(money.head))
        return is_little and (lasts or any(word in self._lexicon["means.until"] for word in around))

    def _is_duration(self, token: Token) -> bool:
        figures = self._context.figures_between(token.i, token.i + 1)
        return any(f.found.kind is FigureKind.DURATION for f in figures)
