"""One gap, as a sentence tells it, and one for each gap of an article."""

from __future__ import annotations

from dataclasses import dataclass, replace

from spacy.tokens import Token

from streams.extraction.actors import Party
from streams.extraction.claims import Attribution
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.records import AidType, Certainty, FundingGapStatus

__all__ = ["Gap", "inherit_entity", "leaves", "merge", "one_a_sentence", "stands_alone"]

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
    """One for each gap: the same entity and amount told twice is one."""
    kept: list[Gap] = []
    for gap in gaps:
        twin = next((k for k, known in enumerate(kept) if _is_same(known, gap)), None)
        if twin is None:
            kept.append(gap)
        else:
            kept[twin] = _filled(kept[twin], gap)
    return kept


def leaves(requirements: FigureMention, funding: FigureMention, amount: FigureMention) -> bool:
    """Whether a need less what covers it is the amount."""
    sums = [figure.found.max if figure.found.max is not None else figure.found.min for figure in (requirements, funding, amount)]
    need, cover, missing = sums
    if need is None or cover is None or missing is None or len({f.found.currency for f in (requirements, funding, amount)}) > 1:
        return False
    return abs(need - cover - missing) <= missing / 50


def _is_same(known: Gap, gap: Gap) -> bool:
    if known.entity and gap.entity and known.entity.key != gap.entity.key:
        return False
    for whole, rest in ((known, gap), (gap, known)):
        if whole.requirements and whole.funding and whole.amount is None and rest.amount:
            # "Needs $60 billion and has $41 billion. The remaining $19 billion …" is one gap.
            return leaves(whole.requirements, whole.funding, rest.amount)
    if known.amount and gap.amount:
        return (known.amount.found.min, known.amount.found.max, known.amount.found.currency) == (
            gap.amount.found.min,
            gap.amount.found.max,
            gap.amount.found.currency,
        )
    if known.percent_funded and gap.percent_funded:
        return known.percent_funded.found.min == gap.percent_funded.found.min
    if known.requirements and gap.requirements and known.requirements.found.min != gap.requirements.found.min:
        return False
    is_vague = known.amount is None and gap.amount is None
    # A share that is funded and a body that has run out of money are two things, if they are not of the same.
    return (
        is_vague and (known.entity is not None or known.percent_funded is None) and (gap.entity is not None or gap.percent_funded is None)
    )
