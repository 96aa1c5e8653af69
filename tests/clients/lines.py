"""The line that every client prints for an event, made from the golden JSON by code that shares nothing with the clients."""

from __future__ import annotations

from typing import Any

__all__ = ["line"]


def line(event: dict[str, Any]) -> str:
    return " | ".join([event["type"], event["status"], *PARTS[event["type"]](event), event["id"]])


def _funding_gap(event: dict[str, Any]) -> tuple[str, str, str]:
    return (event["entity"] or {}).get("name", "-"), _money(event["gap"]), _days(event["period"] or event["deadline"])


def _weapons_pledge(event: dict[str, Any]) -> tuple[str, str, str]:
    what = event["system"]["designation"]
    if event["quantity"]:
        what = f"{_bounds(event['quantity'], 'min', 'max').replace('.0', '')} {what}"
    if event["value"]:
        what += f", {_money(event['value'])}"
    return f"{_names(event['suppliers'])} -> {_names(event['recipients'])}", what, _days(event["delivery"] or event["announced"])


def _talks_round(event: dict[str, Any]) -> tuple[str, str, str]:
    who = _names([participant["actor"] for participant in event["participants"]])
    return who, (event["location"] or {}).get("name", "-"), _days(event["date"])


PARTS = {"funding-gap": _funding_gap, "weapons-pledge": _weapons_pledge, "talks-round": _talks_round}


def _names(actors: list[dict[str, Any]]) -> str:
    return ", ".join(actor["name"] for actor in actors) or "-"


def _money(amount: dict[str, Any] | None) -> str:
    return f"{_bounds(amount, 'min', 'max')} {amount['currency'] or '?'}" if amount else "-"


def _days(time: dict[str, Any] | None) -> str:
    return _bounds(time, "start", "end") if time else "-"


def _bounds(interval: dict[str, Any], low: str, high: str) -> str:
    bounds = ["" if interval[end] is None else str(interval[end]) for end in (low, high)]
    return "..".join(bounds) if bounds[0] != bounds[1] else bounds[0] or "?"
