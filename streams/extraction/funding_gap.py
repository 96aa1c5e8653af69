"""Missing money: who lacks how much for what and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.claims import Attribution
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.extraction.factuality import Factuality, Governor, Tense, assess
from streams.extraction.lexicon import words
from streams.records import ActorKind, AidType, Certainty, EntityKind, FigureKind, FundingGapStatus

__all__ = ["Gap", "find_gaps"]

Status = FundingGapStatus


@dataclass(frozen=True)
class Gap:
    """One gap as a sentence tells it.

    Parameters
    ----------
    trigger
        First token of the trigger and the one after its last.
    purpose
        Tokens of what the money is for.
    """

    trigger: tuple[int, int]
    node: Token
    status: Status
    certainty: Certainty
    evidence: tuple[Token, ...]
    amount: FigureMention | None = None
    requirements: FigureMention | None = None
    funding: FigureMention | None = None
    percent_funded: FigureMention | None = None
    entity: Party | None = None
    requested_from: tuple[Party, ...] = ()
    purpose: tuple[int, int] | None = None
    aid_type: AidType = AidType.UNKNOWN
    period: TimeMention | None = None
    deadline: TimeMention | None = None
    attribution: Attribution | None = None
    is_additional: bool = False
    confidence: float = 1.0


def find_gaps(context: ArticleContext) -> list[Gap]:
    """The gaps that an article states, each once, in the order of their triggers."""
    finder = _Finder(context)
    found: list[Gap] = []
    for token in context.reading.doc:
        gap = finder.at(token)
        if gap is not None:
            found.append(_inherit_entity(gap, found, context))
    return _merge([gap for gap in found if _stands_alone(gap)])


@cache
def _lexicon() -> dict[str, Any]:
    return words("funding")


class _Finder:
    """Looks for gaps at each token."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        data = _lexicon()
        self._data = data
        self._gap_nouns = frozenset(data["nouns"]["gap"])
        self._weak = frozenset(data["nouns"]["weak"])
        self._of_money = frozenset(data["nouns"]["of_money"])
        self._other = frozenset(data["nouns"]["other"])
        self._more = frozenset(data["need"]["more"])
        self._holders = frozenset(data["holders"]["verbs"])

    def at(self, token: Token) -> Gap | None:
        """The gap that a token triggers."""
        lemma = token.lemma_.lower()
        if lemma in self._gap_nouns and token.pos_ in ("NOUN", "PROPN"):
            return self._gap_noun(token)
        if lemma in self._data["need"]["verbs"] and token.pos_ in ("VERB", "ADJ"):
            return self._additional_need(token)
        return None

    def _gap_noun(self, noun: Token) -> Gap | None:
        if noun.dep_ in ("compound", "nmod") and noun.head.pos_ in ("NOUN", "PROPN"):
            return None
        modifiers = {t.lower_ for i in syntax.noun_phrase(noun) if (t := noun.doc[i]) != noun}
        modifiers |= {t.lemma_.lower() for t in syntax.adjuncts(noun, "in", "of", "for") if t.pos_ == "NOUN"}
        if modifiers & self._other and not modifiers & self._of_money:
            return None
        verbs = self._verbs(noun)
        amount = self._money([noun]) or self._equated(noun, verbs)
        is_of_money = bool(modifiers & self._of_money)
        if not is_of_money and (amount is None or noun.lemma_.lower() in self._weak - {"gap", "hole"}):
            return None
        fact = assess(noun)
        status, cues = self._status(noun, verbs, fact)
        nodes = [noun, *verbs]
        period, deadline = self._times(nodes)
        purpose = self._purpose([noun])
        entity = self._entity(noun, verbs)
        first = min([noun.i, *(c.i for c in noun.children if c.dep_ in ("compound", "amod") and c.lower_ in self._of_money)])
        return Gap(
            trigger=(first, noun.i + 1),
            node=noun,
            status=status,
            certainty=fact.certainty,
            evidence=tuple(_in_order([*cues, *fact.evidence])),
            amount=amount,
            entity=entity,
            purpose=purpose,
            aid_type=self._aid_type(noun, purpose),
            period=period,
            deadline=deadline,
            attribution=self._context.attributions.of(noun),
            confidence=_confidence(entity, amount, fact),
        )

    def _additional_need(self, verb: Token) -> Gap | None:
        """`An additional €21 billion will be needed for …`, `Ukraine needs another $5 billion`."""
        objects = syntax.objects(verb)
        amount = next((f for f in self._context.figure_mentions if f.found.kind is FigureKind.MONEY and f.root in objects), None)
        if amount is None:
            return None
        around = {t.lower_ for t in amount.root.subtree if t.i <= amount.end} | {
            verb.doc[i].lower_ for i in range(max(0, amount.first - 2), amount.end)
        }
        if not around & self._more:
            return None
        fact = assess(verb)
        if fact.negation is not None or fact.condition is not None:
            return None
        holders = [] if syntax.is_passive(verb) else [p for s in syntax.subjects(verb) for p in self._context.cast.parties(s)]
        purpose = self._purpose([verb, amount.root])
        period, deadline = self._times([verb])
        cue = [c for c in amount.root.subtree if c.lower_ in self._more]
        status = Status.PROJECTED if fact.tense is Tense.FUTURE else Status.STATED
        return Gap(
            trigger=(verb.i, verb.i + 1),
            node=verb,
            status=status,
            certainty=fact.certainty,
            evidence=tuple(_in_order([*cue, *fact.evidence])),
            amount=amount,
            entity=holders[0] if holders else None,
            purpose=purpose,
            aid_type=self._aid_type(verb, purpose),
            period=period,
            deadline=deadline,
            attribution=self._context.attributions.of(verb),
            is_additional=True,
            confidence=_confidence(holders[0] if holders else None, amount, fact),
        )

    # How much ----------------------------------------------------------------------------------------------------------------------

    def _money(self, nodes: list[Token]) -> FigureMention | None:
        found = [f for f in self._context.figures_on(nodes) if f.found.kind is FigureKind.MONEY]
        return found[0] if found else None

    def _equated(self, noun: Token, verbs: list[Token]) -> FigureMention | None:
        """`the gap is €34 billion`, `the shortfall stands at $2bn`."""
        if noun.dep_ not in syntax.SUBJECT or not verbs:
            return None
        verb = verbs[0]
        if verb.lemma_.lower() not in ("be", "stand", "amount", "total", "reach", "exceed", "come", "estimate", "put", "hit", "remain"):
            return None
        return self._money([verb])

    # Who ---------------------------------------------------------------------------------------------------------------------------

    def _verbs(self, noun: Token) -> list[Token]:
        said = words("speech")["verbs"]["say"]
        found: list[Token] = []
        below = noun
        for node in syntax.chain(noun):
            if node != noun and node.pos_ in ("VERB", "AUX"):
                if node.lemma_.lower() in said and below.dep_ in ("ccomp", "parataxis", "dep"):
                    break
                found.append(node)
                if node.dep_ == "relcl":
                    break
            below = node
        return found

    def _entity(self, noun: Token, verbs: list[Token]) -> Party | None:
        cast = self._context.cast
        for i in syntax.noun_phrase(noun):
            token = noun.doc[i]
            mention = self._context.mentions.at(i, EntityKind.STATE, EntityKind.ORGANISATION)
            if mention and mention.first == i:
                return cast.one(token)[0]
        for child in noun.children:
            if child.dep_ == "poss" and (found := cast.parties(child)):
                return found[0]
        for head in syntax.adjuncts(noun, "for", "in", "at", "facing", "of"):
            if found := [p for p in cast.parties(head) if p.is_named]:
                return found[0]
            for child in head.children:
                if child.dep_ in ("poss", "compound", "amod") and (found := cast.one(child)):
                    return found[0]
        for verb in verbs:
            if Governor(verb, "").lemma in self._holders or verb.lemma_.lower() in self._holders:
                acting = [p for s in syntax.subjects(verb) if s != noun for p in cast.parties(s)]
                if acting:
                    return acting[0]
        return None

    # The rest ----------------------------------------------------------------------------------------------------------------------

    def _times(self, nodes: list[Token]) -> tuple[TimeMention | None, TimeMention | None]:
        period: TimeMention | None = None
        deadline: TimeMention | None = None
        for time in self._context.times_on(nodes):
            before = time.root.doc[time.first - 1].lower_ if time.first else ""
            if before in ("by", "before", "until", "till"):
                deadline = deadline or time
            else:
                period = period or time
        return period, deadline

    def _purpose(self, nodes: list[Token]) -> tuple[int, int] | None:
        for node in nodes:
            for child in node.children:
                is_for = child.dep_ == "prep" and child.lower_ == "for" and not any(self._context.time_at(t) for t in child.children)
                if is_for and child.n_rights:
                    what = [t for t in child.subtree if t != child]
                    named = [p for h in syntax.adjuncts(node, "for") for p in self._context.cast.parties(h)]
                    if what and not (named and named[0].kind is ActorKind.STATE):
                        return what[0].i, what[-1].i + 1
        return None

    def _aid_type(self, node: Token, purpose: tuple[int, int] | None) -> AidType:
        near = [node.doc[i] for i in range(*purpose)] if purpose else []
        for tokens in (near, [node.doc[i] for i in syntax.noun_phrase(node)], list(node.sent)):
            lowered = {t.lower_ for t in tokens}
            if any(self._context.mentions.at(t.i, EntityKind.WEAPON) for t in tokens) and tokens is near:
                return AidType.MILITARY
            for kind, name in ((AidType.HUMANITARIAN, "humanitarian"), (AidType.MILITARY, "military"), (AidType.FINANCIAL, "financial")):
                if lowered & set(self._data["aid"][name]) and tokens is not list(node.sent):
                    return kind
        return AidType.UNKNOWN

    def _status(self, noun: Token, verbs: list[Token], fact: Factuality) -> tuple[Status, list[Token]]:
        verb = verbs[0] if verbs else None
        if fact.negation is not None and (verb is None or verb.lemma_.lower() not in self._data["status"]["closed"]):
            return Status.DENIED, []
        if (
            verb is not None
            and Governor(verb, "").lemma in self._data["status"]["closed"]
            and fact.tense is Tense.PAST
            and noun in syntax.objects(verb)
        ):
            return Status.CLOSED, [verb]
        for above in verbs:
            if above.lemma_.lower() in self._data["status"]["projected"]:
                return Status.PROJECTED, [above]
        projected = [c for c in noun.children if c.lemma_.lower() in self._data["status"]["projected"]]
        if projected:
            return Status.PROJECTED, projected
        if fact.tense is Tense.FUTURE or fact.modal_kind == "possible":
            return Status.PROJECTED, []
        return Status.STATED, [verb] if verb is not None else []


def _inherit_entity(gap: Gap, before: list[Gap], context: ArticleContext) -> Gap:
    """`An additional €21 billion`: whoever lacked the money named just before."""
    if gap.entity is not None or not before or before[-1].entity is None:
        return gap
    reading = context.reading
    if reading.sentence_index(gap.node) - reading.sentence_index(before[-1].node) > 2:
        return gap
    entity = replace(before[-1].entity, directness=0.8)
    return replace(gap, entity=entity, confidence=round(gap.confidence * 0.9, 2))


def _stands_alone(gap: Gap) -> bool:
    return gap.entity is not None and (gap.amount is not None or gap.percent_funded is not None or not gap.is_additional)


def _confidence(entity: Party | None, amount: FigureMention | None, fact: Factuality) -> float:
    confidence = 0.95 * (entity.directness if entity else 0.8) * (1.0 if amount else 0.85)
    return round(confidence * (0.9 if fact.tense is Tense.NONE else 1.0), 2)


def _in_order(tokens: Iterable[Token]) -> list[Token]:
    return sorted({token.i: token for token in tokens}.values(), key=lambda token: token.i)


def _merge(gaps: list[Gap]) -> list[Gap]:
    """One for each gap: the same entity and amount told twice is one."""
    kept: list[Gap] = []
    for gap in gaps:
        twin = next((k for k, known in enumerate(kept) if _is_same(known, gap)), None)
        if twin is None:
            kept.append(gap)
            continue
        known = kept[twin]
        kept[twin] = replace(
            known,
            amount=known.amount or gap.amount,
            period=known.period or gap.period,
            deadline=known.deadline or gap.deadline,
            purpose=known.purpose or gap.purpose,
            attribution=known.attribution or gap.attribution,
        )
    return kept


def _is_same(known: Gap, gap: Gap) -> bool:
    if known.entity and gap.entity and known.entity.key != gap.entity.key:
        return False
    if known.amount and gap.amount:
        return (known.amount.found.min, known.amount.found.max, known.amount.found.currency) == (
            gap.amount.found.min,
            gap.amount.found.max,
            gap.amount.found.currency,
        )
    return known.status is gap.status and known.amount is None and gap.amount is None
