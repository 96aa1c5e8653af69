"""What `streams tail` shows and leaves out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from streams.errors import UsageError
from streams.feed.tail import condition, instant
from streams.topics import EVENT_TOPICS
from tests.conftest import GOLDEN

EVENTS = [json.loads(line) for line in (GOLDEN / "seed.jsonl").read_text().splitlines()]
NOW = datetime(2025, 7, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "type_", "attribute", "value"),
    [
        ("recipient=UKR", "weapons-pledge", lambda e: e["recipients"][0]["country"], "UKR"),
        ("suppliers=germany", "weapons-pledge", lambda e: e["suppliers"][0]["name"], "Germany"),
        ("participants.actor.country=TUR", "talks-round", lambda e: "TUR" in str(e["participants"]), True),
        ("gap.currency=EUR", "funding-gap", lambda e: e["gap"]["currency"], "EUR"),
        ("system.category=AIR_DEFENCE,MISSILE", "weapons-pledge", lambda e: e["system"]["category"] in ("AIR_DEFENCE", "MISSILE"), True),
    ],
)
def test_conditions_choose_events(written: str, type_: str, attribute: Callable[[dict[str, Any]], object], value: object) -> None:
    wanted = condition(written, EVENT_TOPICS)
    found = [event for event in EVENTS if wanted.holds(event)]
    assert found
    assert {event["type"] for event in found} == {type_}
    assert [attribute(event) for event in found] == [value] * len(found)


def test_a_condition_on_what_no_event_has_chooses_none() -> None:
    assert not any(condition("recipient=NOR", EVENT_TOPICS).holds(event) for event in EVENTS)
    assert not any(condition("gap.nothing.below=1", EVENT_TOPICS).holds(event) for event in EVENTS)


@pytest.mark.parametrize("written", ["nonsense=1", "recipients", "=UKR"])
def test_a_condition_that_cannot_hold_is_wrong_usage(written: str) -> None:
    with pytest.raises(UsageError):
        condition(written, EVENT_TOPICS)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2h", datetime(2025, 7, 25, 10, tzinfo=UTC)),
        ("7d", datetime(2025, 7, 18, 12, tzinfo=UTC)),
        ("2025-07-01", datetime(2025, 7, 1, tzinfo=UTC)),
        ("2025-07-01T08:00+02:00", datetime(2025, 7, 1, 6, tzinfo=UTC)),
    ],
)
def test_since_is_a_span_or_an_instant(written: str, expected: datetime) -> None:
    assert instant(written, now=NOW) == expected


@pytest.mark.parametrize("written", ["yesterday", "2", "h", "2025-13-01"])
def test_since_nothing_else(written: str) -> None:
    with pytest.raises(UsageError):
        instant(written, now=NOW)
