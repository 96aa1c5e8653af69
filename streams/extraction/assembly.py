"""Makes records of what was found: ids, keys, and for each empty field why it is empty."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from spacy.tokens import Token

from streams.extraction.actors import Party
from streams.extraction.claims import Attribution
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.extraction.figures import FoundFigure
from streams.extraction.funding.lack import Gap
from streams.extraction.identity import gap_key, pledge_key, talks_key
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form
from streams.extraction.talks.round import Meeting
from streams.extraction.times import Direction, FoundTime
from streams.extraction.weapons.pledge import Transfer
from streams.records import (
    ARTICLE_NAMESPACE,
    Actor,
    Citation,
    Claim,
    Entity,
    EntityKind,
    EventTime,
    EventType,
    Figure,
    FigureKind,
    FundingGap,
    GapBasis,
    Location,
    Money,
    Participant,
    ParticipantRole,
    Quantity,
    Span,
    TalksFormat,
    TalksRound,
    TalksRoundStatus,
    TimeBasis,
    ValueScope,
    WeaponsPledge,
    WeaponsPledgeStatus,
    WeaponSystem,
)

__all__ = ["Assembler"]

NOT_STATED = "not stated"
NO_PUBLICATION_DATE = "publication date unknown"
UNNAMED = "not named"
INDEFINITE = "indefinite amount"
OPEN_INTERVAL = "open interval"
NO_SUCH_DAY = "no such day"
NO_CODE = "no CAMEO code"
OWN_VOICE = "stated in the article's own voice"

ISO_UNITS = {"minute": ("T", "M"), "hour": ("T", "H"), "day": ("", "D"), "week": ("", "W"), "month": ("", "M"), "second": ("T", "S")}


class Assembler:
    """Makes the records of one article.

    Parameters
    ----------
    citation
        The article, as its records cite it.
    """

    def __init__(self, context: ArticleContext, citation: Citation) -> None:
        self._context = context
        self._reading = context.reading
        self._citation = citation
        self._named: Counter[str] = Counter()

    # Parts -------------------------------------------------------------------------------------------------------------------------

    def entities(self) -> list[Entity]:
        """Every mention, people among them, in the order of the text."""
        found = [
            Entity(kind=m.kind, name=m.name, country=m.country, span=self._reading.span(m.first, m.end)) for m in self._context.mentions
        ]
        found += [
            Entity(kind=EntityKind.PERSON, name=name, country=country, span=self._reading.span(first, end))
            for name, country, first, end in self._context.cast.person_mentions
        ]
        return sorted(found, key=lambda entity: entity.span.start)

    def figure(self, found: FoundFigure) -> Figure:
        """A figure's record."""
        if found.kind is FigureKind.MONEY:
            return Figure(kind=found.kind, money=self._money(found))
        return Figure(kind=found.kind, quantity=self._quantity(found, found.unit))

    def time(self, found: FoundTime, direction: Direction = Direction.NEAREST) -> EventTime:
        """An expression of time's record."""
        resolved = found.resolve(self._context.published, direction)
        span = self._reading.characters(found.start, found.end)
        return EventTime(start=resolved.start, end=resolved.end, grain=found.grain, basis=resolved.basis, text=span.text, span=span)

    def _money(self, found: FoundFigure) -> Money:
        return Money(
            min=found.min,
            max=found.max,
            qualifier=found.qualifier,
            currency=found.currency,
            currency_basis=found.currency_basis,
            equivalent=self._money(found.equivalent) if found.equivalent else None,
            span=self._reading.characters(found.start, found.end),
        )

    def _quantity(self, found: FoundFigure, unit: str | None) -> Quantity:
        return Quantity(
            min=_number(found.min),
            max=_number(found.max),
            qualifier=found.qualifier,
            unit=unit,
            span=self._reading.characters(found.start, found.end),
        )

    def _actor(self, party: Party) -> Actor:
        return Actor(name=party.name, kind=party.kind, country=party.country, span=self._reading.span(party.first, party.end))

    def _claim(self, attribution: Attribution | None, cue: Token | None = None) -> Claim | None:
        if attribution is None:
            return None
        speaker = attribution.speaker
        parties = self._context.cast.parties(speaker) if speaker is not None else []
        who = (parties[0].individual or parties[0]) if parties else None
        first = min(attribution.cue.i, who.first) if who else attribution.cue.i
        end = max(attribution.cue.i + 1, who.end) if who else attribution.cue.i + 1
        return Claim(
            speaker=self._actor(who) if who else None,
            cue=(cue or attribution.cue).text,
            directness=attribution.directness,
            span=self._reading.span(first, end),
        )

    # Events ------------------------------------------------------------------------------------------------------------------------

    def funding_gap(self, gap: Gap) -> FundingGap:
        """A gap's record."""
        nulls: dict[str, str] = {}
        amount = self._money(gap.amount.found) if gap.amount else None
        _explain_money(nulls, "gap", amount)
        period, deadline = self._event_time(nulls, "period", gap.period, Direction.NEAREST), None
        deadline = self._event_time(nulls, "deadline", gap.deadline, Direction.FUTURE)
        for name, value in (
            ("requirements", gap.requirements),
            ("funding", gap.funding),
            ("percent_funded", gap.percent_funded),
            ("purpose", gap.purpose),
        ):
            if value is None:
                nulls[name] = NOT_STATED
        if gap.entity is None:
            nulls["entity"] = NOT_STATED
        if not gap.requested_from:
            nulls["requested_from"] = NOT_STATED
        nulls["cameo"] = NO_CODE
        claim = self._explained_claim(nulls, gap.attribution)
        trigger = self._reading.span(*gap.trigger)
        entity = self._actor(gap.entity) if gap.entity else None
        percent_funded = _bound(gap.percent_funded.found) if gap.percent_funded else None
        key = gap_key(
            gap.entity.key if gap.entity else None, amount=amount, percent_funded=percent_funded, period=period, article=self._citation
        )
        return FundingGap(
            id=self._id(EventType.FUNDING_GAP, trigger, amount.span if amount else None),
            event_key=key,
            article=self._citation,
            trigger=trigger,
            quote=self._quote(gap.node),
            status=gap.status,
            certainty=gap.certainty,
            evidence=self._spans(gap.evidence),
            claim=claim,
            counter_claims=[],
            confidence=gap.confidence,
            cameo=None,
            is_cumulative=False,
            null_reasons=nulls,
            entity=entity,
            requested_from=[self._actor(p) for p in gap.requested_from],
            gap=amount,
            requirements=self._money(gap.requirements.found) if gap.requirements else None,
            funding=self._money(gap.funding.found) if gap.funding else None,
            percent_funded=percent_funded,
            gap_basis=GapBasis.STATED if amount else GapBasis.UNKNOWN,
            purpose=self._reading.span(*gap.purpose).text if gap.purpose else None,
            aid_type=gap.aid_type,
            period=period,
            deadline=deadline,
        )

    def weapons_pledge(self, transfer: Transfer) -> WeaponsPledge:
        """A transfer's record."""
        nulls: dict[str, str] = {}
        weapon = transfer.weapon
        trigger = self._reading.span_of(transfer.predicate)
        system = WeaponSystem(designation=weapon.designation, category=weapon.category, span=self._reading.span(weapon.first, weapon.end))
        unit = weapon.head.lemma_.lower() if weapon.head.pos_ == "NOUN" else None
        quantity = self._quantity(transfer.quantity.found, unit) if transfer.quantity else None
        value = self._money(transfer.value.found) if transfer.value else None
        if quantity is None:
            nulls["quantity"] = NOT_STATED
        elif quantity.min is None and quantity.max is None:
            nulls["quantity.min"] = nulls["quantity.max"] = INDEFINITE
        _explain_money(nulls, "value", value)
        for name, parties in (("suppliers", transfer.suppliers), ("recipients", transfer.recipients)):
            if not parties:
                nulls[name] = NOT_STATED
            elif not any(p.is_named for p in parties):
                nulls[name] = UNNAMED
        suppliers = [p for p in transfer.suppliers if p.is_named]
        recipients = [p for p in transfer.recipients if p.is_named]
        past = Direction.PAST if transfer.status is WeaponsPledgeStatus.DELIVERED else Direction.FUTURE
        announced = self._event_time(nulls, "announced", transfer.announced, Direction.PAST)
        delivery = self._event_time(nulls, "delivery", transfer.delivery, past)
        cameo = words("transfers")["cameo"].get(transfer.status.value)
        if cameo is None:
            nulls["cameo"] = NO_CODE
        if transfer.package is None:
            nulls["package_id"] = "no package"
        claim = self._explained_claim(nulls, transfer.attribution)
        return WeaponsPledge(
            id=self._id(EventType.WEAPONS_PLEDGE, trigger, system.span, *(self._reading.span(p.first, p.end) for p in suppliers)),
            event_key=pledge_key(
                (p.key for p in suppliers),
                (p.key for p in recipients),
                weapon.designation,
                is_named=weapon.form is Form.NAME,
                number=(quantity.max if quantity.max is not None else quantity.min) if quantity else None,
                value=value,
                announced=announced,
                is_cumulative=transfer.is_cumulative,
                article=self._citation,
            ),
            article=self._citation,
            trigger=trigger,
            quote=self._quote(weapon.head if not weapon.is_elliptic else transfer.predicate),
            status=transfer.status,
            certainty=transfer.certainty,
            evidence=self._spans(transfer.evidence),
            claim=claim,
            counter_claims=[],
            confidence=transfer.confidence,
            cameo=cameo,
            is_cumulative=transfer.is_cumulative,
            null_reasons=nulls,
            suppliers=[self._actor(p) for p in suppliers],
            recipients=[self._actor(p) for p in recipients],
            system=system,
            quantity=quantity,
            value=value,
            value_scope=ValueScope.PACKAGE if value else ValueScope.UNKNOWN,
            package_id=self._package_id(transfer.package),
            announced=announced,
            delivery=delivery,
        )

    def talks_round(self, meeting: Meeting) -> TalksRound:
        """A meeting's record."""
        nulls: dict[str, str] = {}
        trigger = self._reading.span(*meeting.trigger)
        when = self._event_time(nulls, "date", meeting.date, meeting.direction)
        location = None
        if meeting.location:
            place = meeting.location
            span = self._reading.span(place.first, place.end)
            # Of "in Oslo" and "at the Kremlin" the gazetteer knows the state; the place is the city, or the house.
            name = span.text.removeprefix("the ") if place.form in (Form.CAPITAL, Form.SEAT) else place.name
            location = Location(name=name, country=place.country, span=span)
        for name, value in (
            ("location", location),
            ("duration", meeting.duration),
            ("round_number", meeting.round_number),
            ("round_count", meeting.round_count),
            ("process_name", meeting.process),
            ("proposed_by", meeting.proposed_by),
        ):
            if value is None:
                nulls[name] = NOT_STATED
        participants = [
            *self._participants(meeting.parties, ParticipantRole.PARTY),
            *self._participants(meeting.mediators, ParticipantRole.MEDIATOR),
            *self._participants(meeting.hosts, ParticipantRole.HOST),
        ]
        if not any(p.role is ParticipantRole.PARTY for p in participants):
            nulls["participants"] = UNNAMED if meeting.parties else NOT_STATED
        claim = self._explained_claim(nulls, meeting.attribution)
        named = [p for p in meeting.parties if p.is_named]
        counter = [c for doubt, attribution in meeting.counter_attributions if (c := self._claim(attribution, doubt)) is not None]
        return TalksRound(
            id=self._id(EventType.TALKS_ROUND, trigger, *(self._reading.span(p.first, p.end) for p in named)),
            event_key=talks_key(
                {p.key for p in named},
                location=location.name if location else None,
                when=when,
                happened=meeting.status in (TalksRoundStatus.HELD, TalksRoundStatus.ONGOING),
                by_phone=meeting.format is TalksFormat.PHONE,
                is_cumulative=meeting.is_cumulative,
                article=self._citation,
            ),
            article=self._citation,
            trigger=trigger,
            quote=self._quote(meeting.node),
            status=meeting.status,
            certainty=meeting.certainty,
            evidence=self._spans(meeting.evidence),
            claim=claim,
            counter_claims=counter,
            confidence=meeting.confidence,
            cameo=_talks_cameo(meeting),
            is_cumulative=meeting.is_cumulative,
            null_reasons=nulls,
            participants=participants,
            location=location,
            date=when,
            duration=_iso_duration(meeting.duration),
            round_number=meeting.round_number,
            round_count=meeting.round_count,
            process_name=self._reading.span(*meeting.process).text if meeting.process else None,
            level=meeting.level,
            format=meeting.format,
            proposed_by=self._actor(meeting.proposed_by) if meeting.proposed_by else None,
        )

    def _participants(self, parties: Iterable[Party], role: ParticipantRole) -> list[Participant]:
        return [
            Participant(actor=self._actor(p), individual=self._actor(p.individual) if p.individual else None, role=role)
            for p in parties
            if p.is_named
        ]

    # What all events share ---------------------------------------------------------------------------------------------------------

    def _spans(self, tokens: Iterable[Token]) -> list[Span]:
        return [self._reading.span_of(token) for token in tokens]

    def _quote(self, token: Token) -> Span:
        return self._reading.span_of(self._reading.sentences[self._reading.sentence_index(token)])

    def _explained_claim(self, nulls: dict[str, str], attribution: Attribution | None) -> Claim | None:
        claim = self._claim(attribution)
        if claim is None:
            nulls["claim"] = OWN_VOICE
        elif claim.speaker is None:
            nulls["claim.speaker"] = UNNAMED
        return claim

    def _event_time(self, nulls: dict[str, str], name: str, time: TimeMention | None, direction: Direction) -> EventTime | None:
        if time is None:
            nulls[name] = NOT_STATED
            return None
        record = self.time(time.found, direction)
        if record.basis is TimeBasis.UNKNOWN:
            reason = NO_PUBLICATION_DATE if self._context.published is None else NO_SUCH_DAY
            nulls[f"{name}.start"] = nulls[f"{name}.end"] = reason
        elif record.start is None or record.end is None:
            nulls[f"{name}.{'start' if record.start is None else 'end'}"] = OPEN_INTERVAL
        return record

    def _id(self, kind: EventType, *spans: Span | None) -> str:
        offsets = ",".join(f"{s.start}-{s.end}" for s in spans if s is not None)
        name = f"{self._citation.article_id}\n{kind.value}\n{offsets}"
        self._named[name] += 1
        # Two events with one id would be one to every consumer: the second would be lost.
        return str(uuid.uuid5(ARTICLE_NAMESPACE, name if self._named[name] == 1 else f"{name}\n{self._named[name]}"))

    def _package_id(self, package: Token | None) -> str | None:
        if package is None:
            return None
        name = f"{self._citation.article_id}\npackage\n{self._reading.start_of(package)}"
        return str(uuid.uuid5(ARTICLE_NAMESPACE, name))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _bound(found: FoundFigure) -> float | None:
    """The bound that is stated: 30 of `less than 30 percent`; 33.3 of `a third`."""
    bound = _number(found.min if found.min is not None else found.max)
    return None if bound is None else round(bound, 1)


def _explain_money(nulls: dict[str, str], name: str, money: Money | None) -> None:
    if money is None:
        nulls[name] = NOT_STATED
    elif money.min is None and money.max is None:
        nulls[f"{name}.min"] = nulls[f"{name}.max"] = INDEFINITE


def _iso_duration(figure: FigureMention | None) -> str | None:
    """`PT40M`, `PT3H30M`; nothing for an indefinite one."""
    if figure is None or figure.found.unit not in ISO_UNITS:
        return None
    value = figure.found.min if figure.found.min is not None else figure.found.max
    if value is None:
        return None
    time, unit = ISO_UNITS[figure.found.unit]
    whole, part = int(value), value - int(value)
    if part and figure.found.unit == "hour":
        return f"PT{whole}H{int(part * 60)}M" if whole else f"PT{int(part * 60)}M"
    return f"P{time}{whole if not part else value.normalize()}{unit}"


def _talks_cameo(meeting: Meeting) -> str | None:
    codes = words("talks")["cameo"]
    code: str | None
    if meeting.status is TalksRoundStatus.HELD and meeting.format is TalksFormat.PHONE:
        code = codes["HELD_PHONE"]
    elif meeting.status is TalksRoundStatus.HELD and meeting.mediators:
        code = codes["HELD_MEDIATED"]
    else:
        code = codes.get(meeting.status.value)
    return code
