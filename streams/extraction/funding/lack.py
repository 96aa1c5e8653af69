"""One gap, as a sentence tells it, and one for each gap of an article."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from spacy.tokens import Token

from streams.extraction.actors import Party
from streams.extraction.claims import Attribution
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.records import ActorKind, AidType, Certainty, FundingGapStatus

__all__ = ["Gap", "inherit_entity", "is_of_a_whole_state", "is_vague", "leaves", "merge", "one_a_sentence", "stands_alone"]

Status = FundingGapStatus

ROUNDING = Decimal("0.005")
"""Part of a sum by which `$1.04 million` may differ from `$1,044,000`."""


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


def inherit_entity(gap: Gap, before: list[Gap], context: ArticleContext) -> Gap:
    """`An additional €21 billion`: whoever lacked the money named just before."""
    if gap.entity is not None or not before or before[-1].entity is None:
        return gap
    reading = context.reading
    if reading.sentence_index(gap.node) - reading.sentence_index(before[-1].node) > 2:
        return gap
    entity = replace(before[-1].entity, directness=0.8)
    return replace(gap, entity=entity, confidence=round(gap.confidence * 0.9, 2))


def stands_alone(gap: Gap) -> bool:
    if gap.entity is None:
        # Nobody is named, but the sum or the share that is missing is.
        is_part = gap.requirements is not None and gap.status is Status.PARTLY_FUNDED
        told = gap.amount is not None or gap.percent_funded is not None or is_part
        return told and not gap.is_additional
    return True


def is_of_a_whole_state(gap: Gap) -> bool:
    """`The country has run out of money`: neither a sum nor a programme nor a purpose, and so nothing that one could cover."""
    is_state = gap.entity is not None and gap.entity.kind is ActorKind.STATE
    # "To fill the black hole in the public finances" is one that somebody covers.
    is_hole = gap.node.lemma_.lower() == "hole" and gap.status is not Status.DENIED
    return is_vague(gap) and gap.purpose is None and not is_hole and (is_state or gap.entity is None)


def one_a_sentence(gaps: list[Gap], context: ArticleContext) -> list[Gap]:
    """`only 37 % has been received, leaving a gap of $9 million` is one gap, told by two triggers."""
    kept: list[Gap] = []
    for gap in gaps:
        known = kept[-1] if kept else None
        if known is not None and context.reading.sentence_index(known.node) == context.reading.sentence_index(gap.node):
            stated = ((known.amount, gap.amount), (known.percent_funded, gap.percent_funded))
            both_stated = any(first is not None and second is not None and first != second for first, second in stated)
            if not both_stated:
                kept[-1] = _filled(known, gap) if known.amount or not gap.amount else _filled(gap, known)
                continue
        kept.append(gap)
    return kept


def _filled(known: Gap, other: Gap) -> Gap:
    """What one telling leaves open, from the other."""
    names = ("amount", "requirements", "funding", "percent_funded", "entity", "period", "deadline", "purpose", "attribution")
    changes = {name: value for name in names if getattr(known, name) is None and (value := getattr(other, name)) is not None}
    status = Status.PARTLY_FUNDED if changes.keys() & {"funding", "percent_funded"} else known.status
    return replace(known, status=status, **changes)


def merge(gaps: list[Gap]) -> list[Gap]:
    """One for each gap: the same entity and amount told twice is one, and so is a gap told once more without its sum."""
    kept: list[Gap] = []
    for gap in gaps:
        # "The council" is the one that was named last.
        twin = next((k for k in reversed(range(len(kept))) if _is_same(kept[k], gap)), None)
        if twin is None:
            kept.append(gap)
        elif is_vague(kept[twin]) and not is_vague(gap):
            kept[twin] = _filled(gap, kept[twin])
        else:
            kept[twin] = _with_name(_filled(kept[twin], gap), gap.entity)
    return kept


def _is_description(entity: Party) -> bool:
    """`the agency`, `the project`: no name."""
    return entity.name == entity.name.lower()


def _with_name(gap: Gap, other: Party | None) -> Gap:
    """The gap with the entity of its other telling where only that one is a name."""
    is_named = gap.entity is not None and not _is_description(gap.entity)
    return gap if is_named or other is None or _is_description(other) else replace(gap, entity=other)


def leaves(requirements: FigureMention, funding: FigureMention, amount: FigureMention) -> bool:
    """Whether a need less what covers it is the amount."""
    sums = [figure.found.max if figure.found.max is not None else figure.found.min for figure in (requirements, funding, amount)]
    need, cover, missing = sums
    if need is None or cover is None or missing is None or len({f.found.currency for f in (requirements, funding, amount)}) > 1:
        return False
    return abs(need - cover - missing) <= missing / 50


def _is_same_sum(known: Gap, gap: Gap) -> bool:
    if known.amount is None or gap.amount is None:
        return False
    one, other = known.amount.found, gap.amount.found
    return one.currency == other.currency and _is_near(one.min, other.min) and _is_near(one.max, other.max)


def _is_near(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether one of two sums is the other rounded."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= max(abs(one), abs(other)) * ROUNDING


def is_vague(gap: Gap) -> bool:
    """Whether nothing is told of how much."""
    return not any((gap.amount, gap.requirements, gap.funding, gap.percent_funded))


def _are_apart(one: Party, other: Party) -> bool:
    """Whether they belong to two countries."""
    return one.country is not None and other.country is not None and one.country != other.country


def _is_same_body(one: Party, other: Party) -> bool:
    """`the district` is `Fallbrook Union High School District`, `the Response Plan` the `2019 Joint Response Plan`."""
    short, long = sorted((one.name.casefold().split(), other.name.casefold().split()), key=len)
    return one.key == other.key or (bool(short) and long[-len(short) :] == short and not _are_apart(one, other))


def _is_rest(whole: Gap, rest: Gap) -> bool:
    """`Needs $60 billion and has $41 billion. The remaining $19 billion …` is one gap."""
    if whole.requirements is None or whole.funding is None or whole.amount is not None or rest.amount is None:
        return False
    return leaves(whole.requirements, whole.funding, rest.amount)


def _is_same(known: Gap, gap: Gap) -> bool:
    vague = [g for g in (known, gap) if is_vague(g)]
    if known.entity and gap.entity and len(vague) == 1 and vague[0].purpose is None:
        return _is_same_body(known.entity, gap.entity)
    if known.entity and gap.entity and known.entity.key != gap.entity.key:
        # The same sum in another sentence is the same gap, of "the agency" as of the World Food Programme.
        is_retold = known.node.sent != gap.node.sent and not _are_apart(known.entity, gap.entity)
        return is_retold and (_is_same_sum(known, gap) or _is_rest(known, gap) or _is_rest(gap, known))
    if any(whole.requirements and whole.funding and whole.amount is None and rest.amount for whole, rest in ((known, gap), (gap, known))):
        return _is_rest(known, gap) or _is_rest(gap, known)
    if known.amount and gap.amount:
        return _is_same_sum(known, gap)
    if known.percent_funded and gap.percent_funded:
        return known.percent_funded.found.min == gap.percent_funded.found.min
    if known.requirements and gap.requirements and known.requirements.found.min != gap.requirements.found.min:
        return False
    if known.amount is not None or gap.amount is not None:
        return False
    # A share that is funded and a body that has run out of money are two things, if they are not of the same.
    return (known.entity is not None or known.percent_funded is None) and (gap.entity is not None or gap.percent_funded is None)
