"""Gaps that a noun names: `a funding gap`, `a budget shortfall of $3 million`, `underfunding`; statistics and differences are none."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.factuality import Governor
from streams.extraction.funding.builder import Builder, Told
from streams.extraction.funding.clauses import verbs_above
from streams.extraction.funding.holders import Holders
from streams.extraction.funding.lack import Gap
from streams.extraction.funding.sums import Sums
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists
from streams.records import ActorKind, EntityKind

__all__ = ["Named"]


class Named:
    """The nouns that name a gap, in one article."""

    def __init__(self, context: ArticleContext, builder: Builder, sums: Sums, holders: Holders) -> None:
        self._context = context
        self._lexicon = lists("funding")
        self._builder = builder
        self._sums = sums
        self._holders = holders

    def at(self, noun: Token) -> Gap | None:
        """`a funding gap`, `a budget shortfall of $3 million`, `underfunding`, `unmet requirements of …`."""
        if noun.pos_ not in ("NOUN", "PROPN"):
            return None
        if is_in("nouns.always", noun):
            return self._builder.gap(noun, (noun.i, noun.i + 1))
        is_inside = noun.dep_ in ("compound", "nmod") and noun.head.pos_ in ("NOUN", "PROPN")
        if not is_in("nouns.gap", noun) or (is_inside and not is_in("nouns.of_gap", noun.head)):
            return None
        phrase = {t.lower_ for i in syntax.noun_phrase(noun) if (t := noun.doc[i]) != noun}
        around = self._around(noun, phrase)
        top = noun.head if is_inside else noun
        verbs = verbs_above(top)
        amount = self._sums.on([top]) or self._sums.equated(top, verbs)
        # Of a sum it is money that is missing, whatever it is for: "a $3 million shortfall for food programmes", "the energy ministry's".
        is_for = bool(syntax.adjuncts(noun, "for", "in", "of"))
        kinds = around if amount is None else phrase if is_for else phrase | self._held_by(noun, ("amod", "poss"))
        if phrase & self._lexicon["nouns.of_works"]:
            kinds = kinds - {"capital"}
        if self._is_difference(noun, phrase) or self._is_of_other(noun, phrase, kinds) or self._is_only_thought_of(noun):
            return None
        if not self._is_of_money(noun, phrase, around, amount, verbs) or self._is_statistic(noun, phrase, verbs):
            return None
        if is_in("short.overspend", noun) and amount is None and not (verbs and is_in("status.closed", verbs[0])):
            # "Our government's massive overspending" is an opinion.
            return None
        first = min(
            [noun.i, *(c.i for c in noun.children if c.dep_ in ("compound", "amod") and c.lower_ in self._lexicon["nouns.of_money"])]
        )
        who = [c for t in self._means(noun) for c in t.children if c.dep_ == "poss"]
        return self._builder.gap(noun, (first, noun.i + 1), Told(gap=amount), who=who)

    def _about(self, noun: Token) -> list[Token]:
        """What the gap is one in, of or for."""
        return [t for t in syntax.adjuncts(noun, "in", "of", "for", "across") if t.pos_ in ("NOUN", "PROPN")]

    def _around(self, noun: Token, phrase: set[str]) -> set[str]:
        """The words that tell what kind of gap it is."""
        about = self._about(noun)
        around = phrase | {w for t in about for w in (t.lower_, t.lemma_.lower())} | {c.lower_ for t in about for c in t.children}
        return around | self._held_by(noun, None)

    def _held_by(self, noun: Token, modifiers: tuple[str, ...] | None) -> set[str]:
        """What has the gap, or faces it, in words: with those modifiers of it, or with all."""
        verb = syntax.governing_verb(noun)
        holders = [s for s in syntax.subjects(verb) if s != noun] if verb is not None else []
        beside = [c for s in holders for c in s.children if modifiers is None or c.dep_ in modifiers]
        return {t.lower_ for t in (*holders, *beside) if t.pos_ in ("NOUN", "ADJ")}

    def _apart(self, noun: Token) -> list[Token]:
        # "A gap emerged between the bid and the price."
        told = [syntax.adjuncts(noun.head, "between")] if noun.dep_ in syntax.SUBJECT else []
        # "A gap of £3m, with £2m of savings found."
        return [t for t in (*syntax.adjuncts(noun, "between", "with"), *(t for each in told for t in each)) if t.pos_ != "NUM"]

    def _means(self, noun: Token) -> list[Token]:
        """`a gap between the fund's income and its costs`."""
        return [t for t in self._apart(noun) if is_in("means.had", t) or is_in("means.spent", t)]

    def _is_difference(self, noun: Token, phrase: set[str]) -> bool:
        """`a $30 million gap between the two leagues`, `the gap with India`; a gap beside exports and imports."""
        if phrase & self._lexicon["nouns.of_funding"]:
            return False
        is_apart = bool(self._apart(noun)) and not self._means(noun)
        verb = syntax.governing_verb(noun)
        # "The two clubs could not bridge a gap of €8 million": between what they ask and what is offered.
        bargains = verb is not None and is_in("status.closed", verb) and any(is_in("nouns.bargaining", s) for s in _with_wholes(verb))
        return is_apart or bargains or any(is_in("nouns.traded", t) for t in noun.sent)

    def _is_against_need(self, noun: Token) -> bool:
        """`a 58 per cent gap against its requirement of $38 million`."""
        return any(is_in("funded.required_nouns", t) for t in syntax.adjuncts(noun, "against"))

    def _is_of_other(self, noun: Token, phrase: set[str], around: set[str]) -> bool:
        """A pay gap, a gap in skills, or one that takes up such a gap."""
        is_of_money = bool((phrase | {t.lower_ for t in self._about(noun)}) & self._lexicon["nouns.of_money"])
        if around & self._lexicon["nouns.other"] and not self._is_against_need(noun) and not is_of_money:
            return True
        return phrase <= {"the", "that", "this"} and self._was_of_other(noun)

    def _is_only_thought_of(self, noun: Token) -> bool:
        """`ending fears of a shortfall`; `worse than the shortfall that was forecast`; what was hidden in a firm's ledgers."""
        if self._is_of_fraud(noun) or self._is_likened(noun):
            return True
        return noun.dep_ == "pobj" and (noun.head.lower_ == "than" or is_in("nouns.feared", noun.head.head))

    def _is_likened(self, noun: Token) -> bool:
        """`The scheme is a "financial black hole"`: it swallows money."""
        is_black = any(c.lower_ == "black" for c in noun.children)
        likened = [c for c in noun.head.children if c.dep_ in syntax.SUBJECT and c.pos_ in ("NOUN", "PROPN")]
        return is_black and noun.dep_ == "attr" and bool(likened)

    def _is_of_fraud(self, noun: Token) -> bool:
        """`a hole was found in its accounts`, `hidden shortfalls`: money that was never there."""
        if any(c.dep_ == "amod" and c.lower_ in self._lexicon["nouns.hidden"] for c in noun.children):
            return True
        verb = syntax.governing_verb(noun)
        if verb is None or Governor(verb, "").lemma not in self._lexicon["nouns.uncovered"]:
            return False
        return any(is_in("nouns.ledgers", t) for t in verb.subtree)

    def _is_of_money(self, noun: Token, phrase: set[str], around: set[str], amount: FigureMention | None, verbs: list[Token]) -> bool:
        """Whether a word of money or a sum stands beside the noun, as it needs."""
        if is_in("nouns.unmet", noun):
            return bool(phrase & self._lexicon["short.unmet"]) and bool(phrase & self._lexicon["nouns.of_money"] or amount)
        if is_in("nouns.strict", noun):
            is_measured = amount is not None and is_in("nouns.measured", noun) and self._is_faced(noun, verbs)
            is_closed = (
                amount is None and bool(verbs) and is_in("status.closed", verbs[0]) and bool(phrase & self._lexicon["nouns.of_body"])
            )
            return bool(phrase & self._lexicon["nouns.of_funding"]) or is_measured or (is_closed and self._is_of_local(noun, verbs))
        if around & self._lexicon["nouns.of_money"] or amount is not None or self._is_against_need(noun):
            return True
        return self._holders.is_black_hole(noun) or ("black" in phrase and self._is_faced(noun, verbs))

    def _is_statistic(self, noun: Token, phrase: set[str], verbs: list[Token]) -> bool:
        """`its shortfall with other countries fell to £2.7bn`, where the talk is of a state's deficit."""
        if phrase & self._lexicon["nouns.of_funding"] or is_in("nouns.strict", noun):
            return False
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(noun) - 3)].start
        around = [t for t in reading.tokens[begin : noun.sent.end] if t.pos_ in ("NOUN", "PROPN")]
        is_of_body = any(is_in("holders.local", t) for t in around)
        is_told_as_such = any(is_in("nouns.statistic", t) for t in around) or any(
            Governor(v, "").lemma in self._lexicon["nouns.recorded"] for v in verbs[:1]
        )
        return is_told_as_such and not is_of_body and not self._is_faced(noun, verbs)

    def _is_faced(self, noun: Token, verbs: list[Token]) -> bool:
        """`must close a $12 million deficit`, `a deficit that must be plugged`, `the trust's deficit`: no statistic of a state's."""
        said_of_it = [t for c in noun.children if c.dep_ in ("relcl", "acl") for t in c.subtree if t.pos_ == "VERB"]
        if any(is_in("status.faced", verb) for verb in verbs[:1]) or any(is_in("status.closed", verb) for verb in said_of_it):
            return True
        if verbs and is_in("amounts.change", verbs[0]) and self._is_of_body_before(noun):
            return True
        return self._is_of_local(noun, verbs)

    def _is_of_local(self, noun: Token, verbs: list[Token]) -> bool:
        """`the trust's deficit`, `the university must close its deficit`."""
        entity, _ = self._holders.entity(noun, verbs, [])
        named = entity is not None and {t.lemma_.lower() for t in noun.doc[entity.first : entity.end]}
        return bool(named and entity is not None and entity.kind is not ActorKind.STATE and named & self._lexicon["holders.local"])

    def _is_of_body_before(self, noun: Token) -> bool:
        """`Seattle's schools expect cuts. The deficit has grown to $131 million`: it is theirs, unless a state is named with it."""
        phrase = syntax.noun_phrase(noun)
        if any(self._context.mentions.at(i, EntityKind.STATE) for i in phrase):
            return False
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(noun) - 1)].start
        return any(is_in("holders.budgeting", t) for t in reading.tokens[begin : noun.sent.end] if t.pos_ in ("NOUN", "PROPN"))

    def _was_of_other(self, noun: Token) -> bool:
        """Whether `the gap` takes up one that the sentences before called a trade gap or a pay gap."""
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(noun) - 3)].start
        for token in reversed(list(noun.doc[begin : noun.sent.start])):
            if is_in("nouns.gap", token) and token.pos_ == "NOUN":
                described = {t.lower_ for i in syntax.noun_phrase(token) if (t := noun.doc[i]) != token}
                if described - {"the", "that", "this", "a"}:
                    return bool(described & self._lexicon["nouns.other"])
        return False


def _with_wholes(verb: Token) -> list[Token]:
    """Who acts, and what they are of: `delegations of the clubs`."""
    subjects = syntax.subjects(verb)
    return [*subjects, *(whole for s in subjects for whole in syntax.adjuncts(s, "of", "from"))]
