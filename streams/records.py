"""The records that cross the topics, as Python types; `schemas/*.avsc` is their contract and documents each field."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

__all__ = [
    "Actor",
    "ActorKind",
    "AidType",
    "Article",
    "Certainty",
    "Citation",
    "Claim",
    "CurrencyBasis",
    "Directness",
    "EnrichedArticle",
    "Entity",
    "EntityKind",
    "Event",
    "EventTime",
    "EventType",
    "Figure",
    "FigureKind",
    "FundingGap",
    "FundingGapStatus",
    "GapBasis",
    "Grain",
    "Location",
    "Money",
    "Participant",
    "ParticipantRole",
    "Qualifier",
    "Quantity",
    "Record",
    "Span",
    "TalksFormat",
    "TalksLevel",
    "TalksRound",
    "TalksRoundStatus",
    "TimeBasis",
    "ValueScope",
    "WeaponCategory",
    "WeaponSystem",
    "WeaponsPledge",
    "WeaponsPledgeStatus",
    "event_to_json",
]

ARTICLE_NAMESPACE = uuid.UUID("5b3f2c1e-6a0d-5d1c-9d7b-0c4c3f0f6f0a")
"""Namespace of the ids of articles that bring none, and of all events. Changing it changes every id ever given."""

CENT = Decimal("0.01")
"""Scale of money in the schemas; the `avro` package writes a wrong number for a decimal of a smaller scale."""


def _in_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT)


def _in_utc(instant: datetime) -> datetime:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    # Topics carry milliseconds; cutting here makes a record equal to what its reader gets.
    return aware.astimezone(UTC).replace(microsecond=aware.microsecond // 1000 * 1000)


Amount = Annotated[Decimal, Field(max_digits=24), AfterValidator(_in_cents)]
Instant = Annotated[datetime, AfterValidator(_in_utc)]


class Record(BaseModel):
    """One Avro record."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_avro(self) -> dict[str, Any]:
        """The record as the `avro` package takes it."""
        return self.model_dump()


class Article(Record):
    """One news article, as producers push it."""

    # A producer's newer field must not send its articles to the dead-letter topic.
    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = ""
    title: str | None = None
    text: str
    url: str | None = None
    publisher: str | None = None
    published_at: Instant | None = None
    language: str | None = None

    @field_validator("id", mode="before")
    @classmethod
    def _absent_id(cls, value: object) -> object:
        return "" if value is None else value

    @field_validator("text")
    @classmethod
    def _text_is_not_blank(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("the text is empty")
        return text

    @model_validator(mode="after")
    def _is_unicode(self) -> Article:
        for value in (self.id, self.title, self.text, self.url, self.publisher, self.language):
            try:
                (value or "").encode()
            except UnicodeEncodeError as error:
                raise ValueError("a text holds half of a surrogate pair, which is no Unicode character") from error
        return self

    @model_validator(mode="after")
    def _give_id(self) -> Article:
        if not self.id:
            name = self.url or f"text:{self.text}"
            object.__setattr__(self, "id", str(uuid.uuid5(ARTICLE_NAMESPACE, name)))
        return self

    def likeness(self) -> int:
        """The same number for copies of one text, in one process."""
        return hash(self.text)


class Span(Record):
    """A stretch of the article's text: `text[start:end] == span.text`."""

    start: int
    end: int
    text: str


class ActorKind(StrEnum):
    STATE = "STATE"
    IGO = "IGO"
    NGO = "NGO"
    ORG = "ORG"
    PERSON = "PERSON"
    GROUP = "GROUP"
    UNKNOWN = "UNKNOWN"


class Actor(Record):
    """Somebody who acts or is acted for."""

    name: str
    kind: ActorKind
    country: str | None = None
    span: Span


class Qualifier(StrEnum):
    EXACT = "EXACT"
    APPROX = "APPROX"
    AT_LEAST = "AT_LEAST"
    AT_MOST = "AT_MOST"
    RANGE = "RANGE"
    INDEFINITE = "INDEFINITE"
    UNKNOWN = "UNKNOWN"


class Quantity(Record):
    """A count or measure with its bounds."""

    min: float | None = None
    max: float | None = None
    qualifier: Qualifier
    unit: str | None = None
    span: Span


class CurrencyBasis(StrEnum):
    EXPLICIT = "EXPLICIT"
    SYMBOL = "SYMBOL"
    INFERRED = "INFERRED"
    UNKNOWN = "UNKNOWN"


class Money(Record):
    """An amount of money in full units of its currency."""

    min: Amount | None = None
    max: Amount | None = None
    qualifier: Qualifier
    currency: str | None = None
    currency_basis: CurrencyBasis
    equivalent: Money | None = None
    span: Span


class Grain(StrEnum):
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    SEASON = "SEASON"
    YEAR = "YEAR"
    UNKNOWN = "UNKNOWN"


class TimeBasis(StrEnum):
    EXPLICIT = "EXPLICIT"
    PUBLISH_DATE = "PUBLISH_DATE"
    UNKNOWN = "UNKNOWN"


class EventTime(Record):
    """An interval of days, as precise as the article is."""

    start: date | None = None
    end: date | None = None
    grain: Grain
    basis: TimeBasis
    text: str
    span: Span


class Directness(StrEnum):
    DIRECT = "DIRECT"
    INDIRECT = "INDIRECT"
    UNKNOWN = "UNKNOWN"


class Claim(Record):
    """Who says so, kept apart from who acts."""

    speaker: Actor | None = None
    cue: str
    directness: Directness
    span: Span


class Citation(Record):
    """The article that a record was made from."""

    article_id: str
    url: str | None = None
    publisher: str | None = None
    title: str | None = None
    language: str
    published_at: Instant | None = None


class EventType(StrEnum):
    FUNDING_GAP = "FUNDING_GAP"
    WEAPONS_PLEDGE = "WEAPONS_PLEDGE"
    TALKS_ROUND = "TALKS_ROUND"
    UNKNOWN = "UNKNOWN"

    @property
    def label(self) -> str:
        """Name in topics and on the command line: `funding-gap`."""
        return self.value.lower().replace("_", "-")


class Certainty(StrEnum):
    CERTAIN = "CERTAIN"
    PROBABLE = "PROBABLE"
    POSSIBLE = "POSSIBLE"
    UNKNOWN = "UNKNOWN"


class Event(Record):
    """What the three events have in common."""

    event_type: ClassVar[EventType]

    id: str
    event_key: str
    article: Citation
    trigger: Span
    quote: Span
    certainty: Certainty
    evidence: list[Span]
    claim: Claim | None = None
    counter_claims: list[Claim]
    confidence: float
    cameo: str | None = None
    is_cumulative: bool
    null_reasons: dict[str, str]


class FundingGapStatus(StrEnum):
    STATED = "STATED"
    PROJECTED = "PROJECTED"
    PARTLY_FUNDED = "PARTLY_FUNDED"
    CLOSED = "CLOSED"
    DENIED = "DENIED"
    UNKNOWN = "UNKNOWN"


class GapBasis(StrEnum):
    STATED = "STATED"
    DERIVED = "DERIVED"
    UNKNOWN = "UNKNOWN"


class AidType(StrEnum):
    FINANCIAL = "FINANCIAL"
    HUMANITARIAN = "HUMANITARIAN"
    MILITARY = "MILITARY"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class FundingGap(Event):
    """Somebody is said to lack money for a purpose."""

    event_type: ClassVar[EventType] = EventType.FUNDING_GAP

    status: FundingGapStatus
    entity: Actor | None = None
    requested_from: list[Actor]
    gap: Money | None = None
    requirements: Money | None = None
    funding: Money | None = None
    percent_funded: float | None = None
    gap_basis: GapBasis
    purpose: str | None = None
    aid_type: AidType
    period: EventTime | None = None
    deadline: EventTime | None = None


class WeaponsPledgeStatus(StrEnum):
    REQUESTED = "REQUESTED"
    UNDER_DISCUSSION = "UNDER_DISCUSSION"
    PLEDGED = "PLEDGED"
    COMMITTED = "COMMITTED"
    DELIVERED = "DELIVERED"
    DELAYED = "DELAYED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    UNKNOWN = "UNKNOWN"


class WeaponCategory(StrEnum):
    AIR_DEFENCE = "AIR_DEFENCE"
    AIRCRAFT = "AIRCRAFT"
    ARMOURED_VEHICLE = "ARMOURED_VEHICLE"
    TANK = "TANK"
    ARTILLERY = "ARTILLERY"
    MISSILE = "MISSILE"
    AMMUNITION = "AMMUNITION"
    DRONE = "DRONE"
    SHIP = "SHIP"
    SMALL_ARMS = "SMALL_ARMS"
    ANTI_TANK = "ANTI_TANK"
    SENSOR = "SENSOR"
    ELECTRONIC_WARFARE = "ELECTRONIC_WARFARE"
    ENGINEERING = "ENGINEERING"
    PROTECTIVE_EQUIPMENT = "PROTECTIVE_EQUIPMENT"
    VEHICLE = "VEHICLE"
    SUPPORT_EQUIPMENT = "SUPPORT_EQUIPMENT"
    UNSPECIFIED = "UNSPECIFIED"
    UNKNOWN = "UNKNOWN"


class WeaponSystem(Record):
    """What is given."""

    designation: str
    category: WeaponCategory
    span: Span


class ValueScope(StrEnum):
    PER_ITEM = "PER_ITEM"
    PACKAGE = "PACKAGE"
    CUMULATIVE = "CUMULATIVE"
    UNKNOWN = "UNKNOWN"


class WeaponsPledge(Event):
    """Somebody asks for, discusses, promises, delivers or refuses weapons."""

    event_type: ClassVar[EventType] = EventType.WEAPONS_PLEDGE

    status: WeaponsPledgeStatus
    suppliers: list[Actor]
    recipients: list[Actor]
    system: WeaponSystem
    quantity: Quantity | None = None
    value: Money | None = None
    value_scope: ValueScope
    package_id: str | None = None
    announced: EventTime | None = None
    delivery: EventTime | None = None


class TalksRoundStatus(StrEnum):
    HELD = "HELD"
    ONGOING = "ONGOING"
    SCHEDULED = "SCHEDULED"
    PROPOSED = "PROPOSED"
    POSTPONED = "POSTPONED"
    SUSPENDED = "SUSPENDED"
    CANCELLED = "CANCELLED"
    RULED_OUT = "RULED_OUT"
    UNKNOWN = "UNKNOWN"


class ParticipantRole(StrEnum):
    PARTY = "PARTY"
    MEDIATOR = "MEDIATOR"
    HOST = "HOST"
    OBSERVER = "OBSERVER"
    UNKNOWN = "UNKNOWN"


class Participant(Record):
    """Who takes part, and as what."""

    actor: Actor
    individual: Actor | None = None
    role: ParticipantRole


class Location(Record):
    """Where it takes place."""

    name: str
    country: str | None = None
    span: Span


class TalksLevel(StrEnum):
    LEADERS = "LEADERS"
    MINISTERIAL = "MINISTERIAL"
    DELEGATION = "DELEGATION"
    TECHNICAL = "TECHNICAL"
    UNKNOWN = "UNKNOWN"


class TalksFormat(StrEnum):
    DIRECT = "DIRECT"
    INDIRECT = "INDIRECT"
    PHONE = "PHONE"
    ONLINE = "ONLINE"
    UNKNOWN = "UNKNOWN"


class TalksRound(Event):
    """A meeting, call or round of talks."""

    event_type: ClassVar[EventType] = EventType.TALKS_ROUND

    status: TalksRoundStatus
    participants: list[Participant]
    location: Location | None = None
    date: EventTime | None = None
    duration: str | None = None
    round_number: int | None = None
    round_count: int | None = None
    process_name: str | None = None
    level: TalksLevel
    format: TalksFormat
    proposed_by: Actor | None = None


class EntityKind(StrEnum):
    PERSON = "PERSON"
    STATE = "STATE"
    ORGANISATION = "ORGANISATION"
    PLACE = "PLACE"
    WEAPON = "WEAPON"
    UNKNOWN = "UNKNOWN"


class Entity(Record):
    """One mention of a person, state, organisation, place or weapon."""

    kind: EntityKind
    name: str
    country: str | None = None
    span: Span


class FigureKind(StrEnum):
    MONEY = "MONEY"
    COUNT = "COUNT"
    PERCENTAGE = "PERCENTAGE"
    DURATION = "DURATION"
    UNKNOWN = "UNKNOWN"


class Figure(Record):
    """One amount of money, count, percentage or duration."""

    kind: FigureKind
    money: Money | None = None
    quantity: Quantity | None = None


class EnrichedArticle(Record):
    """What was found in one article."""

    article: Citation
    entities: list[Entity]
    figures: list[Figure]
    times: list[EventTime]
    event_types: list[EventType]
    event_ids: list[str]
    extractor_version: str


def event_to_json(event: Event) -> dict[str, Any]:
    """The event in plain JSON: decimals as strings, days and instants as ISO 8601, its type first."""
    return {"type": event.event_type.label, **event.model_dump(mode="json")}
