"""Money that is asked for and is not there yet: `has received $2 million of the $9 million it needs`, `needs another $5 million`."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import FigureMention
from streams.extraction.factuality import Governor, Tense, assess
from streams.extraction.funding.builder import Builder, Told, in_order
from streams.extraction.funding.cover import Covers
from streams.extraction.funding.holders import Holders
from streams.extraction.funding.lack import Gap
from streams.extraction.funding.sums import Sums, is_less
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists
from streams.records import FigureKind, FundingGapStatus

__all__ = ["Wanted"]

Status = FundingGapStatus


class Wanted:
    """What is asked for, in one article."""

    def __init__(self, builder: Builder, sums: Sums, holders: Holders, covers: Covers) -> None:
        self._lexicon = lists("funding")
        self._builder = builder
        self._holders = holders
        self._sums = sums
        self._covers = covers

    def unmet(self, verb: Token) -> Gap | None:
        """`donors have not come up with the $98 million it needs`, `$38 million of its $105 million cost has not been secured`."""
        lemma = Governor(verb, "").lemma
        if lemma == "have":
            return self._without_source(verb)
        if verb.pos_ != "VERB" or not (is_in("funded.received", verb) or lemma in self._lexicon["funded.arrived"]):
            return None
        fails = verb.dep_ == "xcomp" and is_in("means.failing", verb.head)
        if not (fails or any(c.dep_ == "neg" for c in verb.children)) or assess(verb).condition is not None:
            return None
        figures = self._sums.of(verb, FigureKind.MONEY)
        concerned = [*syntax.objects(verb), *syntax.subjects(verb), *syntax.adjuncts(verb, "with")]
        missing = next((f for f in figures if f.root in concerned), None)
        if missing is None:
            return None
        whole = next((f for f in figures if f is not missing and self._sums.is_part_of(missing.root, f.root)), None)
        if whole is None and not self._sums.is_asked_for(missing):
            return None
        own = [s for s in syntax.subjects(verb) if s != missing.root and not is_in("funded.givers", s)]
        who = [*self._covers.asking(whole or missing), *own]
        return self._builder.gap(verb, (verb.i, verb.i + 1), Told(gap=missing, requirements=whole), who=who)

    def _without_source(self, have: Token) -> Gap | None:
        """`still has no source for $15 billion of the $42 billion it needs`, `is counting on £3m that it does not have`."""
        figures = self._sums.of(have, FigureKind.MONEY)
        none = [o for o in syntax.objects(have) if any(c.lower_ == "no" for c in o.children)]
        lacked = [h for node in (have, *none) for h in syntax.adjuncts(node, "for")] if none else []
        if have.dep_ == "relcl" and any(c.dep_ == "neg" for c in have.children):
            lacked = [have.head]
        missing = next((f for f in figures if f.root in lacked), None)
        if missing is None or assess(have).condition is not None:
            return None
        whole = next((f for f in figures if f is not missing and self._sums.is_part_of(missing.root, f.root)), None)
        return self._builder.gap(have, (have.i, have.i + 1), Told(gap=missing, requirements=whole), who=syntax.subjects(have))

    def against(self, joint: Token) -> Gap | None:
        """`closed with $11 billion in pledges, below its $18 billion target`, `raised $4 billion against a need of $6 billion`."""
        if joint.lower_ not in self._lexicon["funded.against"] or any(is_in("funded.sold", t) for t in joint.sent):
            return None
        figures = self._sums.of(joint, FigureKind.MONEY)
        compared = [*(c for c in joint.children if c.dep_ == "pobj"), *syntax.adjuncts(joint, "with", "to")]
        behind = [t for c in compared for t in (c, *c.children, *syntax.adjuncts(c, "of"))]
        whole = next((f for f in figures if f.root in behind and self._covers.is_asked_for(f)), None)
        came = next((f for f in reversed(figures) if f.end <= joint.i), None)
        if whole is None or came is None or not is_less(came, whole) or came.found.currency != whole.found.currency:
            return None
        verb = syntax.governing_verb(came.root)
        around = [came.root, came.root.head, came.root.head.head]
        given = any(is_in("funded.gifts", t) for t in (*around, *syntax.adjuncts(came.root, "in")))
        if not given and (verb is None or not (self._covers.is_level(verb) or self._covers.comes_in(verb))):
            return None
        acting = syntax.subjects(verb) if verb is not None else []
        who = [*self._covers.asking(whole), *(s for s in acting if not is_in("funded.givers", s))]
        return self._builder.gap(joint, (joint.i, joint.i + 1), Told(requirements=whole, funding=came), who=who)

    def part(self, verb: Token) -> Gap | None:
        """`£300,000 of the £500,000 needed has been raised`, `has received $2 million of the $9 million it asked for`."""
        is_released = is_in("funded.released", verb)
        arrives = Governor(verb, "").lemma in self._lexicon["funded.arrived"] or is_in("funded.offered", verb)
        arrives = arrives and self._covers.comes_in(verb)
        comes_in = verb.pos_ == "VERB" and (is_released or arrives or is_in("funded.received", verb))
        if not (comes_in or self._covers.is_at_hand(verb)) or self._covers.has_yet_to(verb):
            return None
        if self._covers.is_of_trade(verb):
            return None
        for funding in self._sums.of(verb, FigureKind.MONEY):
            if funding.root not in [*syntax.objects(verb), *syntax.subjects(verb)]:
                continue
            others = [f for f in self._sums.of(verb, FigureKind.MONEY) if f is not funding]
            whole = next((f for f in others if self._sums.is_part_of(funding.root, f.root) or self._sums.is_asked_for(f)), None)
            is_little = self._sums.is_too_little(verb, funding.root)
            if whole is None or self._covers.is_to_come(verb) or self._is_asked_by_people(whole):
                continue
            is_claim = (is_released and not self._sums.is_part_of(funding.root, whole.root)) or self._sums.is_promised(whole)
            if self._sums.must_find(verb):
                # "Must still find $40 billion of the $130 billion."
                told = Told(gap=funding, requirements=whole)
                return self._builder.gap(verb, (verb.i, verb.i + 1), told, who=syntax.subjects(verb))
            if is_little or (is_less(funding, whole) and not is_claim):
                own = [s for s in syntax.subjects(verb) if s != funding.root and not is_in("funded.givers", s)]
                own = [] if syntax.is_passive(verb) else own
                who = [
                    *own,
                    *self._covers.asking(whole),
                    whole.root.head,
                    *(h for t in funding.root.subtree for h in syntax.adjuncts(t, "for")),
                ]
                told = Told(requirements=whole, funding=funding, share=self._sums.share_between(funding, whole))
                return self._with_thing(self._builder.gap(verb, (verb.i, verb.i + 1), told, who=who), whole)
        return None

    def covered(self, verb: Token) -> Gap | None:
        """`They need $161 million and have so far mobilised $32 million`, in one sentence or two."""
        cover = self._covers.at(verb)
        if cover is None or assess(verb).condition is not None:
            return None
        if self._is_asked_by_people(cover.requirements):
            return None
        told = Told(requirements=cover.requirements, funding=cover.funding, share=cover.share)
        return self._with_thing(self._builder.gap(verb, (verb.i, verb.i + 1), told, who=cover.who), cover.requirements)

    def _with_thing(self, gap: Gap, whole: FigureMention) -> Gap:
        """`Reconstruction will cost $524 billion; donors have put up less than $20 billion`: what costs it, where no body is named."""
        if gap.entity is not None:
            return gap
        costing = [s for s in self._covers.asking(whole) if s.dep_ in syntax.SUBJECT]
        return replace(gap, entity=next((p for s in costing if (p := self._holders.thing(s))), None))

    def after_cover(self, verb: Token) -> Gap | None:
        """`The spire fund is at £1.9m. It needs £2.6m`: the need is told after what there is."""
        who = [s for s in syntax.subjects(verb) if s.lower_ in ("it", "they", "we")]
        if not who or verb.pos_ != "VERB" or not is_in("funded.required", verb) or assess(verb).negation is not None:
            return None
        whole = self._sums.on([*syntax.objects(verb), *syntax.adjuncts(verb, "for")])
        came = self._covers.came_before(verb) if whole is not None else None
        if whole is None or came is None or not is_less(came, whole) or came.found.currency != whole.found.currency:
            return None
        return self._builder.gap(verb, (verb.i, verb.i + 1), Told(requirements=whole, funding=came), who=who)

    def without(self, token: Token) -> Gap | None:
        """`Without $2.2 million by October the teams will be dissolved`, `unless it receives $5 million`."""
        if token.lower_ not in self._lexicon["funded.unless"]:
            return None
        node = token if token.lower_ == "without" else token.head
        if token.lower_ == "if" and not any(c.dep_ == "neg" for c in node.children):
            return None
        if node == token:
            wanted = [c for c in token.children if c.dep_ == "pobj"]
        elif is_in("funded.received", node) or Governor(node, "").lemma in self._lexicon["funded.arrived"]:
            wanted = [*syntax.objects(node), *syntax.subjects(node), *syntax.adjuncts(node, "with")]
        else:
            return None
        above = node.head
        wanted += [of for t in wanted for of in syntax.adjuncts(t, "of")]
        amount = next((f for f in self._sums.of(token, FigureKind.MONEY) if f.root in wanted), None)
        verb = syntax.governing_verb(above)
        if amount is None or verb is None or (assess(verb).tense is not Tense.FUTURE and assess(verb).modal_kind == ""):
            return None
        who = [*syntax.subjects(token), *syntax.subjects(verb), *syntax.objects(verb)]
        gap = self._builder.gap(token, (token.i, token.i + 1), Told(gap=amount), who=who)
        # "The opera says that if the region does not come up with $4 million it will close."
        comes = node != token and Governor(node, "").lemma in self._lexicon["funded.arrived"]
        speaking = self._holders.speaking(token) if comes else None
        return replace(gap, entity=speaking) if speaking is not None else gap

    def need(self, verb: Token) -> Gap | None:
        """`An additional €21 billion will be needed for …`, `Ukraine needs another $5 billion`, `urgently needs $75 million to …`."""
        if not is_in("need.verbs", verb) or verb.pos_ not in ("VERB", "ADJ"):
            return None
        if verb.lemma_.lower() == "want" and not syntax.is_passive(verb):
            return None
        objects = syntax.objects(verb)
        # "$200 million more"
        # "needs to raise another £18,000"
        objects += [o for c in verb.children if c.dep_ == "xcomp" and is_in("funded.collected", c) for o in syntax.objects(c)]
        objects += [c for o in objects if o.lower_ in self._lexicon["need.more"] for c in o.children if c.dep_ == "npadvmod"]
        amount = next((f for f in self._sums.of(verb, FigureKind.MONEY) if f.root in objects), None)
        if amount is None:
            return None
        near = [*(t for t in amount.root.subtree if t.i <= amount.end), *verb.doc[max(0, amount.first - 2) : amount.end + 1]]
        # "More than $500 million" is no more than before.
        around = {t.lower_ for t in near if t.i + 1 == len(t.doc) or t.nbor().lower_ != "than"}
        urgent = [c for c in verb.children if c.lower_ in self._lexicon["need.urgent"]]
        # What is still needed is not there yet.
        is_still = any(c.lower_ == "still" for c in urgent)
        is_more = bool(around & self._lexicon["need.more"]) or is_still
        fact = assess(verb)
        if not (is_more or urgent) or fact.negation is not None or fact.condition is not None:
            return None
        cue = [c for c in amount.root.subtree if c.lower_ in self._lexicon["need.more"]] or urgent
        gap = self._builder.gap(verb, (verb.i, verb.i + 1), Told(gap=amount) if is_more else Told(requirements=amount))
        return replace(
            gap,
            status=Status.PROJECTED if fact.tense is Tense.FUTURE else Status.STATED,
            evidence=tuple(in_order([*cue, *fact.evidence])),
            is_additional=is_more and not is_still,
        )

    def is_reached(self, token: Token) -> bool:
        """`The appeal reached its target when a sale raised the final £840`: nothing is missing."""
        return any(
            is_in("funded.reached", t) and any(o.lemma_.lower() in ("target", "goal", "total") for o in syntax.objects(t))
            for t in token.sent
            if t.pos_ == "VERB"
        )

    def _is_asked_by_people(self, whole: FigureMention) -> bool:
        """What farmers want is no budget of theirs, and what a governor asks a parliament for no need."""
        return any(map(self._holders.is_politician, self._covers.asking(whole)[:1]))
