"""Shares of what is needed that came in: `only 30 percent funded`, `half the funds required were raised`."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.factuality import Governor
from streams.extraction.funding.builder import Builder, Told
from streams.extraction.funding.clauses import verbs_above
from streams.extraction.funding.cover import Covers
from streams.extraction.funding.holders import Holders
from streams.extraction.funding.lack import Gap
from streams.extraction.funding.sums import Sums
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists
from streams.records import FigureKind, FundingGapStatus

__all__ = ["Shares"]

Status = FundingGapStatus


class Shares:
    """Shares of what is needed, in one article."""

    def __init__(self, context: ArticleContext, builder: Builder, sums: Sums, holders: Holders, covers: Covers) -> None:
        self._context = context
        self._lexicon = lists("funding")
        self._builder = builder
        self._sums = sums
        self._holders = holders
        self._covers = covers

    def at(self, token: Token) -> Gap | None:
        """`only 30 percent funded`, `37 % of the requested funding had been received`, `half the funds required were raised`."""
        lowered = token.lower_
        if token.i and lowered in self._lexicon["funded.shares"]:
            behind = token.i + 1 < len(token.doc) and token.doc[token.i + 1].lower_ == "at"
            shares = self._sums.of(token, FigureKind.PERCENTAGE)
            before = token.i - (token.nbor(-1).text == "-")
            share = next((f for f in shares if f.end == before or (behind and 0 < f.first - token.i <= 3)), None)
            if share is not None and self._sums.is_less_than_whole(share) and not (self._paid_by(token) or self._is_aimed_at(token)):
                who = self._holding(token, share.first)
                return self._builder.gap(token, (min(share.first, token.i), token.i + 1), Told(share=share), who=who)
            part = token.nbor(-1)
            if share is None and part.lower_.split("-")[-1] in self._lexicon["funded.fractions"] and not self._paid_by(token):
                return self._builder.gap(token, (part.i, token.i + 1), who=self._holding(token, part.i))
        if (told := self._listed(token) or self._level(token)) is not None:
            return told
        whole = self._whole_of(token)
        if whole is None:
            return None
        verb = self._coming_in(token, whole)
        asked = self._covers.asked_before(token) if whole.pos_ == "PRON" else None
        is_little = verb is not None and (is_in("means.seeking", verb) or asked is not None or self._is_too_little(verb, token))
        if verb is None or not (is_little or self._says_missing(verb) or any(c.dep_ == "neg" for c in verb.children)):
            return None
        if (
            self._covers.is_to_come(verb)
            or self._covers.is_all_told(verb)
            or any(syntax.adjuncts(v, "from") for v in (verb, syntax.governing_verb(token)) if v is not None)
        ):
            # "Only a third of the money came from small donors": all of it came.
            return None
        share = next((f for f in self._sums.of(token, FigureKind.PERCENTAGE) if f.first <= token.i < f.end), None)
        if share is not None and not self._sums.is_less_than_whole(share):
            return None
        figures = self._sums.of(token, FigureKind.MONEY)
        requirements = asked or next((f for f in figures if f.root == whole or self._sums.is_asked_for(f)), None) or self._price_of(whole)
        # Of two thirds that "have still not arrived", or that are still looked for, nothing has come in.
        is_missing = is_in("means.seeking", verb) or self._says_missing(verb) or any(c.dep_ == "neg" for c in verb.children)
        came = next((f for f in self._sums.of(token, FigureKind.MONEY) if token.dep_ == "appos" and f.root == token.head), None)
        sums = Told(requirements=requirements, share=None if is_missing else share, funding=None if is_missing else came)
        wanting = [whole, *(c for c in whole.children if c.dep_ in ("acl", "relcl"))]
        # Whose need the sum before is, is told with it.
        who = [
            *(self._covers.asking(asked) if asked is not None else [whole]),
            *(h for t in wanting for h in syntax.adjuncts(t, "for")),
            *(self._covers.asking(requirements) if requirements else ()),
        ]
        trigger = next((c for c in verb.children if self._is_missing(c)), verb)
        gap = self._builder.gap(verb, (trigger.i, trigger.i + 1), sums, who=[*who, *syntax.subjects(verb)])
        if gap.entity is None and self._is_priced(whole):
            gap = replace(gap, entity=self._holders.thing(whole))
        return gap if is_missing else replace(gap, status=Status.PARTLY_FUNDED)

    def _listed(self, token: Token) -> Gap | None:
        """`The least-funded plans are Chad at 15% and the Peru appeal at 16%`: one gap each."""
        share = next((f for f in self._sums.of(token, FigureKind.PERCENTAGE) if f.end == token.i + 1), None)
        if share is None or share.first < token.sent.start + 2 or token.doc[share.first - 1].lower_ not in ("at", "("):
            return None
        named = token.doc[share.first - 2]
        is_of_funding = any(t.lower_ in self._lexicon["funded.listed"] for t in token.doc[token.sent.start : share.first])
        if named.pos_ not in ("NOUN", "PROPN") or not is_of_funding or not self._sums.is_less_than_whole(share):
            return None
        entity = self._holders.one(named)
        gap = self._builder.gap(token, (share.first, token.i + 1), Told(share=share)) if entity is not None else None
        return replace(gap, entity=entity) if gap is not None else None

    def _is_too_little(self, verb: Token, share: Token) -> bool:
        """`half of the costs was raised`; of `the firm covers half of the costs` only where a word says that it is little."""
        if verb.dep_ not in ("acl", "relcl") and verb.tag_ == "VBG" and share in syntax.subjects(verb) and syntax.objects(verb):
            # "Only 3 percent of the money is funding schools" tells where it goes.
            return False
        if self._is_of_needs(verb, share):
            return True
        is_given = is_in("funded.given", verb) and verb != share and share in syntax.objects(verb) and not syntax.is_passive(verb)
        if is_given and any(c.dep_ == "poss" for whole in syntax.adjuncts(share, "of") for c in whole.children):
            # "Allocates only 5 percent of its budget to schools" tells where its money goes.
            return False
        return self._covers.is_too_little(verb) if is_given else self._sums.is_too_little(verb, share)

    def _is_of_needs(self, verb: Token, share: Token) -> bool:
        """`The plan has brought in $71 million, or 21 per cent of the total`, `pledges cover 40 per cent of what the fund requires`."""
        subjects = syntax.subjects(verb)
        wholes = syntax.adjuncts(share, "of")
        is_of_plan = any(is_in("holders.of_country", s) for s in subjects) and any(is_in("funded.whole", w) for w in wholes)
        is_given = any(is_in("funded.gifts", s) for s in subjects) and any(
            w.dep_ == "pcomp" and is_in("funded.required", w) for w in wholes
        )
        return (is_of_plan and share.dep_ in ("appos", "conj")) or is_given

    def _holding(self, token: Token, end: int) -> list[Token]:
        """What is funded: the subjects and objects of the verbs that the words hang on, before a token."""
        verbs = verbs_above(token)
        # "The plan ended the year 21% covered", where the parser hangs it on the year.
        described = next((v.head for v in verbs if v.dep_ in ("relcl", "acl", "amod") and is_in("holders.abstract", v.head)), None)
        above = syntax.governing_verb(described) if described is not None else None
        verbs += [above] if above is not None else []
        return [t for verb in verbs for t in (*syntax.objects(verb), *syntax.subjects(verb)) if t.i < end]

    def _coming_in(self, share: Token, whole: Token) -> Token | None:
        """The word by which a share of the money came in: `has been raised`, `secured`, or the share itself."""
        above = syntax.governing_verb(share)
        of_subjects = (c for s in (syntax.subjects(above) if above is not None else ()) for c in s.children if c.dep_ in ("acl", "relcl"))
        near = [above, *(c for node in (whole, share) for c in node.children), *of_subjects]
        came = next((v for v in near if v is not None and v.pos_ == "VERB" and self._receives(v)), None)
        if above is not None and is_in("funded.required", above):
            # "Half of the money is needed for food."
            return None
        if above is not None and above.lemma_ == "be" and any(is_in("funded.required_nouns", s) for s in syntax.subjects(above)):
            # "The appeal is less than half of what was sought a year ago."
            return None
        if came is not None or (above is not None and self._says_missing(above)):
            return came or above
        if above is not None and is_in("means.seeking", above) and any(c.lower_ == "still" for c in above.children):
            return above
        if whole.pos_ == "PRON" and above is not None and above.lemma_.lower() == "have":
            # "They want $1.2 billion, and have a quarter of it."
            return above
        is_wanted = any(is_in("funded.required", c) for c in (whole, *whole.children) if c.dep_ in ("amod", "acl", "relcl", "pcomp"))
        if is_wanted and above is not None and above.lemma_.lower() == "have":
            return above
        stands_at = above is not None and is_in("amounts.equate", above) and share.head.dep_ in ("ROOT", "prep", "ccomp")
        return share if is_wanted and (above is None or stands_at or share.head.pos_ == "ADP") else None

    def _receives(self, verb: Token) -> bool:
        lemma = Governor(verb, "").lemma
        return is_in("funded.received", verb) or (" " in lemma and lemma in self._lexicon["funded.arrived"])

    def _whole_of(self, share: Token) -> Token | None:
        """The needs that a percentage or fraction is a share of."""
        if share.i and share.nbor(-1).lower_ == "as":
            # "As part of a plan" is no share.
            return None
        is_fraction = is_in("funded.fractions", share) or share.lower_ in self._lexicon["funded.fractions"]
        is_percent = share.lower_ in self._lexicon["funded.percent"]
        if is_fraction or is_percent:
            wholes = syntax.adjuncts(share, "of")
        elif any(
            c.lower_ in self._lexicon["funded.fractions"] for c in share.children if c.dep_ in ("nummod", "predet", "det", "quantmod")
        ):
            wholes = [share]
        else:
            return None
        money = {f.root.i for f in self._sums.of(share, FigureKind.MONEY) if self._sums.is_asked_for(f)}
        return next((w for w in wholes if self._is_whole(w) or w.i in money or self._is_it(w) or self._is_priced(w)), None)

    def _is_priced(self, token: Token) -> bool:
        """`a third of the £1.6bn upgrade is unfunded`."""
        verb = syntax.governing_verb(token)
        return verb is not None and self._says_missing(verb) and self._price_of(token) is not None

    def _price_of(self, noun: Token) -> FigureMention | None:
        phrase = syntax.noun_phrase(noun)
        return next((f for f in self._sums.of(noun, FigureKind.MONEY) if phrase.start <= f.first and f.end <= noun.i), None)

    def _is_it(self, token: Token) -> bool:
        """`needs $770 million, and 84 per cent of that is missing`."""
        return token.lower_ in ("it", "that", "this", "which") and self._covers.asked_before(token) is not None

    def _says_missing(self, verb: Token) -> bool:
        """`is missing`, `remains unfunded`."""
        return verb.lower_ in self._lexicon["short.uncovered"] or any(map(self._is_missing, verb.children))

    def _is_missing(self, word: Token) -> bool:
        return word.dep_ in ("acomp", "oprd") and word.lower_ in self._lexicon["short.uncovered"]

    def _level(self, percent: Token) -> Gap | None:
        """`Funding for the clinics stands at 17 per cent of requirements`."""
        share = next((f for f in self._sums.of(percent, FigureKind.PERCENTAGE) if f.root == percent), None)
        verb = syntax.governing_verb(percent)
        if share is None or verb is None or not is_in("amounts.equate", verb) or not self._sums.is_less_than_whole(share):
            return None
        levels = [s for s in syntax.subjects(verb) if is_in("funded.level", s)]
        wholes = syntax.adjuncts(percent, "of")
        is_at = percent in syntax.adjuncts(verb, "at") or percent in syntax.objects(verb)
        if not (levels and is_at) or any(not is_in("funded.required_nouns", w) for w in wholes):
            return None
        concerned = [*syntax.adjuncts(levels[0], "for", "of"), *(h for w in wholes for h in syntax.adjuncts(w, "for"))]
        if not (concerned or wholes):
            return None
        return self._builder.gap(percent, (share.first, share.end), Told(share=share), who=[*concerned, *levels])

    def _is_whole(self, token: Token) -> bool:
        """`of the funds`, `of the target`, `of what is needed`; but not `of the cash raised by others`."""
        if any(c.dep_ in ("acl", "relcl") and is_in("funded.gathered", c) for c in token.children):
            return False
        is_needed = token.dep_ == "pcomp" and is_in("funded.required", token)
        # "38 percent of the assets that it needs"
        is_needed = is_needed or (
            is_in("means.had", token) and any(is_in("funded.required", c) for c in token.children if c.dep_ == "relcl")
        )
        return is_in("nouns.money", token) or is_in("funded.whole", token) or is_needed

    def _is_aimed_at(self, funded: Token) -> bool:
        """`in order to reach a 90 percent funded level`."""
        verb = syntax.governing_verb(funded)
        return funded.dep_ == "amod" and verb is not None and is_in("funded.reached", verb)

    def _paid_by(self, funded: Token) -> bool:
        """`80 percent funded by the European Union` says who pays, and nothing is missing."""
        by = funded.doc[funded.i + 1] if funded.i + 1 < len(funded.doc) else None
        if by is None or by.lower_ not in ("by", "through", "from", "with"):
            return False
        return not any(self._context.time_at(t) for t in by.subtree)
