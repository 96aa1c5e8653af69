"""Events as rows of the tables in `tables.sql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from streams.consumer import Delivery
from streams.records import Actor, Event, EventTime, FundingGap, Money, TalksRound, WeaponsPledge
from streams.wording import money_in_words, quantity_in_words

__all__ = ["TABLES", "Row", "rows_of"]

Row = dict[str, object]

TABLES = ("events", "parties", "amounts", "dates")

NUL, REPLACEMENT = r"\u0000", r"\ufffd"
"""As JSON writes them."""


def rows_of(deliveries: Iterable[Delivery[Event]]) -> dict[str, list[Row]]:
    """By table, the rows of some events."""
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    for delivery in deliveries:
        event, record = _storable(delivery.event)
        rows["events"].append(_event(event, record, datetime.fromtimestamp(delivery.timestamp / 1000, UTC)))
        for position, (role, actor, individual) in enumerate(_parties(event)):
            rows["parties"].append(_party(event, position, role, actor, individual))
        for role, money in _amounts(event):
            rows["amounts"].append(_amount(event, role, money, is_equivalent=False))
            if money.equivalent:
                rows["amounts"].append(_amount(event, role, money.equivalent, is_equivalent=True))
        rows["dates"].extend(_date(event, role, time) for role, time in _times(event))
    return rows


def _event(event: Event, record: str, recorded: datetime) -> Row:
    article = event.article
    weapons = event if isinstance(event, WeaponsPledge) else None
    gap = event if isinstance(event, FundingGap) else None
    talks = event if isinstance(event, TalksRound) else None
    quantity = weapons.quantity if weapons else None
    location = talks.location if talks else None
    return {
        "id": event.id,
        "type": event.event_type.label,
        "event_key": event.event_key,
        "status": str(getattr(event, "status", "UNKNOWN")),
        "certainty": event.certainty.value,
        "confidence": event.confidence,
        "is_cumulative": event.is_cumulative,
        "cameo": event.cameo,
        "figure": _figure(event),
        "quote": event.quote.text,
        "speaker": event.claim.speaker.name if event.claim and event.claim.speaker else None,
        "article_id": article.article_id,
        "publisher": article.publisher,
        "title": article.title,
        "url": article.url,
        "language": article.language,
        "published_at": article.published_at,
        "recorded_at": recorded,
        "reported_at": article.published_at or recorded,
        "system": weapons.system.designation if weapons else None,
        "system_category": weapons.system.category.value if weapons else None,
        "quantity_min": quantity.min if quantity else None,
        "quantity_max": quantity.max if quantity else None,
        "quantity_qualifier": quantity.qualifier.value if quantity else None,
        "quantity_unit": quantity.unit if quantity else None,
        "value_scope": weapons.value_scope.value if weapons and weapons.value else None,
        "package_id": weapons.package_id if weapons else None,
        "aid_type": gap.aid_type.value if gap else None,
        "purpose": gap.purpose if gap else None,
        "percent_funded": gap.percent_funded if gap else None,
        "gap_basis": gap.gap_basis.value if gap else None,
        "location": location.name if location else None,
        "location_country": location.country if location else None,
        "round_number": talks.round_number if talks else None,
        "round_count": talks.round_count if talks else None,
        "process_name": talks.process_name if talks else None,
        "duration": talks.duration if talks else None,
        "level": talks.level.value if talks else None,
        "format": talks.format.value if talks else None,
        "record": record,
    }


def _figure(event: Event) -> str | None:
    if isinstance(event, FundingGap) and event.gap:
        return money_in_words(event.gap)
    if isinstance(event, FundingGap) and event.percent_funded is not None:
        return f"{event.percent_funded:g} % funded"
    if isinstance(event, WeaponsPledge) and event.quantity:
        return quantity_in_words(event.quantity)
    if isinstance(event, WeaponsPledge) and event.value:
        return money_in_words(event.value)
    if isinstance(event, TalksRound) and event.round_number is not None:
        return f"round {event.round_number}"
    return None


def _parties(event: Event) -> Iterator[tuple[str, Actor, Actor | None]]:
    """Role, who, and the person who acts for them."""
    if isinstance(event, WeaponsPledge):
        yield from (("SUPPLIER", actor, None) for actor in event.suppliers)
        yield from (("RECIPIENT", actor, None) for actor in event.recipients)
    elif isinstance(event, FundingGap):
        if event.entity:
            yield "LACKS_MONEY", event.entity, None
        yield from (("REQUESTED_FROM", actor, None) for actor in event.requested_from)
    elif isinstance(event, TalksRound):
        yield from ((p.role.value, p.actor, p.individual) for p in event.participants)
        if event.proposed_by:
            yield "PROPOSER", event.proposed_by, None


def _amounts(event: Event) -> Iterator[tuple[str, Money]]:
    named: dict[str, Money | None] = {}
    if isinstance(event, WeaponsPledge):
        named = {"VALUE": event.value}
    elif isinstance(event, FundingGap):
        named = {"GAP": event.gap, "REQUIREMENTS": event.requirements, "FUNDING": event.funding}
    return ((role, money) for role, money in named.items() if money)


def _times(event: Event) -> Iterator[tuple[str, EventTime]]:
    named: dict[str, EventTime | None] = {}
    if isinstance(event, WeaponsPledge):
        named = {"ANNOUNCED": event.announced, "DELIVERY": event.delivery}
    elif isinstance(event, FundingGap):
        named = {"PERIOD": event.period, "DEADLINE": event.deadline}
    elif isinstance(event, TalksRound):
        named = {"MEETING": event.date}
    return ((role, time) for role, time in named.items() if time)


def _party(event: Event, position: int, role: str, actor: Actor, individual: Actor | None) -> Row:
    return {
        "event_id": event.id,
        "position": position,
        "role": role,
        "name": actor.name,
        "kind": actor.kind.value,
        "country": actor.country,
        "individual": individual.name if individual else None,
    }


def _amount(event: Event, role: str, money: Money, *, is_equivalent: bool) -> Row:
    return {
        "event_id": event.id,
        "role": role,
        "is_equivalent": is_equivalent,
        "minimum": money.min,
        "maximum": money.max,
        "qualifier": money.qualifier.value,
        "currency": money.currency,
        "as_written": money.span.text,
    }


def _date(event: Event, role: str, time: EventTime) -> Row:
    return {
        "event_id": event.id,
        "role": role,
        "first_day": time.start,
        "last_day": time.end,
        "grain": time.grain.value,
        "as_written": time.text,
    }


def _storable(event: Event) -> tuple[Event, str]:
    """The event and its JSON, without the one character that PostgreSQL does not store."""
    record = event.model_dump_json()
    if NUL not in record:
        return event, record
    record = record.replace(NUL, REPLACEMENT)
    return type(event).model_validate_json(record), record
