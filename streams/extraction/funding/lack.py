"""One gap, as a sentence tells it, and one for each gap of an article."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from spacy.tokens import Token

from streams.extraction.actors import Party
from streams.extraction.claims import Attribution
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.records import ActorKind, AidType, Certainty, FundingGapStatus, Qualifier

__all__ = ["Gap", "inherit_entity", "is_of_a_whole_state", "is_vague", "leaves", "merge", "one_a_sentence", "stands_alone"]

Status = FundingGapStatus

ROUNDING = Decimal("0.005")
"""Part of a sum by which `$1.04 million` may differ from `$1,044,000`."""


ROUGHLY = Decimal("0.05")
"""Part of a sum by which `nearly $1 billion` may differ from `$960 million`."""

NEAR = 90
"""Tokens within which `the city` is the one whose gap was just told."""


GUESSED = 0.7
"""Directness up to which an entity is taken from the sentences around."""


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
    is_hole = gap.node.lemma_.lower() == "hole" and any(c.lower_ == "black" for c in gap.node.children) and gap.status is not Status.DENIED
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
    filled = replace(known, status=status, **changes)
    return replace(filled, requirements=None) if filled.requirements is filled.amount else filled


def merge(gaps: list[Gap]) -> list[Gap]:
    """One for each gap: the same entity and amount told twice is one, and so is a gap told once more without its sum."""
    kept: list[Gap] = []
    for gap in gaps:
        # "The council" is the one that was named last, "the gap" the one that was told last.
        twin = next((k for k in reversed(range(len(kept))) if _is_retold(gap) or _is_same(kept[k], gap)), None)
        if twin is None:
            kept.append(gap)
        elif is_vague(kept[twin]) and not is_vague(gap):
            kept[twin] = _with_name(_filled(gap, kept[twin]), kept[twin])
        else:
            kept[twin] = _with_name(_filled(kept[twin], gap), gap)
    return kept


def _is_description(gap: Gap) -> bool:
    """Whether its entity is no name: `the agency`, `Rations` at the beginning of a sentence."""
    if gap.entity is None:
        return False
    first = gap.node.doc[gap.entity.first]
    begins = first.is_sent_start and first.pos_ != "PROPN" and gap.entity.name[1:] == gap.entity.name[1:].lower()
    return begins or gap.entity.name == gap.entity.name.lower()


def _with_name(gap: Gap, other: Gap) -> Gap:
    """The gap with the entity of its other telling where only that one is a name."""
    is_named = gap.entity is not None and not _is_description(gap)
    return gap if is_named or other.entity is None or _is_description(other) else replace(gap, entity=other.entity)


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
    if one.currency != other.currency:
        return False
    if Qualifier.EXACT in (one.qualifier, other.qualifier) and one.qualifier != other.qualifier and not _are_of_other_times(known, gap):
        # "Nearly $1 billion" is "$960 million", "more than £7bn" "£7.2bn".
        return _is_near(one.min or one.max, other.min or other.max, ROUGHLY)
    return _is_near(one.min, other.min) and _is_near(one.max, other.max)


def _is_same_need(known: Gap, gap: Gap) -> bool:
    """The same sum asked for is the same appeal, of the United Nations as of its agencies."""
    if known.requirements is None or gap.requirements is None or known.amount or gap.amount:
        return False
    one, other = known.requirements.found, gap.requirements.found
    return one.currency == other.currency and _is_near(one.min or one.max, other.min or other.max)


def _is_same_share(known: Gap, gap: Gap) -> bool:
    """`has raised just 2% of that … That is just 2% of the total required`: one that tells of what it is a share, one that does not."""
    if known.percent_funded is None or gap.percent_funded is None or (known.requirements is None) == (gap.requirements is None):
        return False
    return known.percent_funded.found.min == gap.percent_funded.found.min and gap.node.i - known.node.i < 3 * NEAR


def _are_of_other_times(known: Gap, gap: Gap) -> bool:
    return known.period is not None and gap.period is not None and known.period.found.meaning != gap.period.found.meaning


def _is_near(one: Decimal | None, other: Decimal | None, part: Decimal = ROUNDING) -> bool:
    """Whether one of two sums is the other rounded."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= max(abs(one), abs(other)) * part


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


def _is_bare(gap: Gap) -> bool:
    """`the city`, `the effort`: a description of one word, or one that was only guessed."""
    if gap.entity is None or gap.entity.country is not None:
        return False
    return gap.entity.directness <= GUESSED or (_is_description(gap) and " " not in gap.entity.name)


def _is_retold(gap: Gap) -> bool:
    """`make up some of the gap`, `the funding shortfall had already scaled back …`: one that was told before."""
    modifiers = [c for c in gap.node.children if c.dep_ not in ("punct", "relcl", "det", "compound")]
    is_definite = any(c.dep_ == "det" and c.lower_ in ("the", "this", "that") for c in gap.node.children)
    return is_vague(gap) and gap.node.pos_ == "NOUN" and is_definite and not modifiers


def _are_known_apart(one: Gap, other: Gap) -> bool:
    """Whether their entities are two names, of two countries or of a country and a body."""
    if one.entity is None or other.entity is None:
        return False
    kinds = {one.entity.kind, other.entity.kind}
    return _are_apart(one.entity, other.entity) or (ActorKind.STATE in kinds and len(kinds) > 1)


def _is_rest(whole: Gap, rest: Gap) -> bool:
    """`Needs $60 billion and has $41 billion. The remaining $19 billion …` is one gap."""
    if whole.requirements is None or whole.funding is None or whole.amount is not None or rest.amount is None:
        return False
    return leaves(whole.requirements, whole.funding, rest.amount)


def _is_same(known: Gap, gap: Gap) -> bool:
    shares = [g.percent_funded.found for g in (known, gap) if g.percent_funded is not None]
    if len(shares) == 2 and (shares[0].min, shares[0].max) != (shares[1].min, shares[1].max):
        return False
    vague = [g for g in (known, gap) if is_vague(g)]
    if vague and gap.node.i - known.node.i < NEAR and any(map(_is_bare, vague)) and not _are_known_apart(known, gap):
        return True
    if known.entity and gap.entity and len(vague) == 1 and vague[0].purpose is None:
        return _is_same_body(known.entity, gap.entity)
    if known.entity and gap.entity and known.entity.key != gap.entity.key:
        # The same sum in another sentence is the same gap, of "the agency" as of the World Food Programme.
        is_retold = known.node.sent != gap.node.sent and not _are_apart(known.entity, gap.entity)
        is_same_need = _is_same_need(known, gap) or _is_same_share(known, gap)
        return is_retold and (_is_same_sum(known, gap) or is_same_need or _is_rest(known, gap) or _is_rest(gap, known))
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
