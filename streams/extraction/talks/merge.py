"""What the mentions of one meeting say of it together, each meeting once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from dataclasses import replace
from typing import Any

from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.mentions import Form, Mention
from streams.extraction.talks.completion import between_by, inherit_parties, with_chairs, with_land, with_mediators
from streams.extraction.talks.identifiable import stands_alone
from streams.extraction.talks.meeting import OFF, Meeting
from streams.extraction.talks.sameness import dates_meet, is_same
from streams.extraction.talks.sides import STATE_LIKE, without_person
from streams.extraction.talks.standing import HAPPENED, PLANNED
from streams.extraction.talks.telling import is_on_the_way, is_stall_of, is_told, only_refers, shares_place_and_day, told_here
from streams.records import EntityKind, Grain, TalksFormat, TalksLevel, TalksRoundStatus

__all__ = ["merge"]

LOOK_BACK = 24
"""Meetings that a mention is compared with: those named last."""


def merge(
    mentions: list[Meeting], context: ArticleContext, opposed: tuple[Party, ...] = (), mediators: tuple[Party, ...] = ()
) -> list[Meeting]:
    """Make one of the mentions of one meeting; a mention that stays without parties and place is dropped.

    `opposed` are the two that the article is about, for talks of which no sentence says who holds them; `mediators` those whom it
    calls so without saying of which.
    """
    sides = {key for m in mentions if m.names_parties for key in m.party_keys}
    merged = _clustered([with_chairs(m, sides) for m in mentions], context)
    completed = [inherit_parties(meeting, merged, opposed) for meeting in merged]
    # Who meets there may be told in another sentence: then it may be one that names them.
    taken_over = {after.trigger for before, after in zip(merged, completed, strict=True) if after is not before}
    merged = _clustered(completed, context, taken_over)
    merged = [with_land(meeting, merged, context) for meeting in merged]
    kept = _told_once([m for m in merged if stands_alone(m)], context)
    kept = [with_mediators(meeting, kept) for meeting in kept]
    if mediators:
        counts = Counter(m.party_keys for m in kept if len(m.party_keys) == 2)
        central = next((keys for keys, _ in counts.most_common(1)), frozenset())
        kept = [between_by(m, mediators) if m.party_keys == central and m.format is not TalksFormat.PHONE else m for m in kept]
    return [_mark_total(m, kept, context) for m in kept]


def _clustered(mentions: list[Meeting], context: ArticleContext, taken_over: Container[tuple[int, int]] | None = None) -> list[Meeting]:
    """Each meeting once, in the order of their triggers; where some have taken their parties over, those are joined to others only."""
    clusters: list[tuple[Meeting, list[Meeting]]] = []
    for mention in mentions:
        near = list(reversed(clusters[-LOOK_BACK:]))
        if taken_over is not None:
            is_taken_over = mention.trigger in taken_over
            near = [cluster for cluster in near if (cluster[0].trigger in taken_over) != is_taken_over]
        same = [cluster for cluster in near if is_same(cluster[0], mention, context)]
        home = min(same, key=lambda cluster: _distance(cluster[0], mention), default=None)
        if home is None and only_refers(mention) and taken_over is None:
            home = next((cluster for cluster in near if is_same(cluster[0], mention, context, whatever_status=True)), None)
        if home is None:
            clusters.append((mention, [mention]))
            continue
        clusters.remove(home)
        together = [*home[1], mention]
        clusters.append((_combine(together), together))
    return sorted((head for head, _ in clusters), key=lambda m: m.trigger)


def _distance(head: Meeting, mention: Meeting) -> int:
    """Rather with what was in the same place, or names the same sides, than with the one that names nobody and stands nearer."""
    if head.location is not None and mention.location is not None and head.location.name == mention.location.name:
        return 0
    return 1 if len(mention.party_keys) > 1 and head.party_keys == mention.party_keys else 2


def _told_once(meetings: list[Meeting], context: ArticleContext) -> list[Meeting]:
    """Two plans of the same sides, of which no word tells that they are two, are one."""
    found: list[Meeting] = []
    for meeting in meetings:
        is_plan = meeting.status in (TalksRoundStatus.SCHEDULED, TalksRoundStatus.PROPOSED)
        same = (m for m in found if is_plan and m.party_keys == meeting.party_keys and m.status in PLANNED and is_same(m, meeting, context))
        if (known := next(same, None)) is None:
            found.append(meeting)
        else:
            found[found.index(known)] = _combine([known, meeting])
    return found


# The same meeting? -----------------------------------------------------------------------------------------------------------------


# What it is then -------------------------------------------------------------------------------------------------------------------


def _combine(cluster: list[Meeting]) -> Meeting:
    """The mention that tells most, filled up from the others; one that doubts it becomes a counter-claim."""
    best = max(cluster, key=_tells)
    others = [m for m in cluster if m is not best]
    # "Unless it returns to talks by August" says nothing of when and where those were that are told of.
    sure = [m for m in others if m.is_asserted or not best.is_asserted or (m.names_parties and m.status is best.status)]

    def first(name: str, *, of: list[Meeting] = sure) -> Any:
        values = (getattr(m, name) for m in (best, *of))
        return next((v for v in values if v not in (None, (), TalksLevel.UNKNOWN, TalksFormat.UNKNOWN)), getattr(best, name))

    # Who meets here is none of the mediators of another mention.
    helpers = first("mediators", of=[m for m in sure if not {p.key for p in m.mediators} & best.party_keys])
    hosts = first("hosts")
    parties = best.parties
    fullest = max(others, key=told_here, default=best)
    if len(best.party_keys) < 2 and told_here(fullest) > len(best.party_keys):
        parties = fullest.parties
    elif not parties and not best.is_definite:
        parties = max((m.parties for m in others), key=len, default=())
    own = {p.key for p in parties if p.is_named}
    if len(own) == 1:
        # Each mention may name one of the two.
        alone = {p.key: p for m in sure if len(m.party_keys) == 1 for p in m.parties if p.kind in STATE_LIKE and p.key not in own}
        parties = (*parties, *(without_person(p, p.directness) for p in alone.values()))
    dated = best if best.date is not None else next((m for m in sure if m.date is not None), best)
    doubts = tuple((m.doubt, m.attribution) for m in others if m.doubt is not None)
    standing = _standing(best, others)
    return replace(
        best,
        status=standing.status,
        evidence=standing.evidence,
        is_asserted=standing.is_asserted,
        parties=tuple(p for p in parties if p.key not in {h.key for h in helpers}),
        mediators=helpers,
        hosts=tuple(h for h in hosts if h.key not in own),
        location=None if first("format") is TalksFormat.PHONE else _most_specific(best, sure),
        date=dated.date,
        direction=dated.direction,
        duration=first("duration"),
        # "It was the fourth round": which one it is stands in a sentence that tells nothing else of it.
        round_number=first("round_number", of=[m for m in others if m.status is best.status]),
        level=first("level", of=[m for m in others if told_here(m)]),
        format=first("format"),
        proposed_by=first("proposed_by"),
        is_loose=all(m.is_loose for m in cluster),
        names_parties=any(m.names_parties for m in cluster),
        renews=any(m.renews for m in cluster),
        counter_attributions=best.counter_attributions + doubts,
    )


def _most_specific(best: Meeting, others: list[Meeting]) -> Mention | None:
    """Where it was: rather the town that one mention tells than the country that another does."""
    told = [m.location for m in (best, *others) if m.location is not None]
    if not told or told[0].kind is not EntityKind.STATE or told[0].form is not Form.NAME:
        return told[0] if told else None
    return next((p for p in told if p.country == told[0].country and (p.kind is EntityKind.PLACE or p.form is Form.CAPITAL)), told[0])


def _standing(best: Meeting, others: list[Meeting]) -> Meeting:
    """The mention that says how it stands: `the meeting set for Monday` is off where another sentence says so."""
    if is_on_the_way(best):
        return next((m for m in others if m.status in HAPPENED), best)
    if best.status is TalksRoundStatus.SCHEDULED and best.node.tag_ == "VB" and best.node.head.tag_ == "VBD":
        # "Travelled to Lima on Friday to meet him. They met in Lima on Friday."
        return next((m for m in others if m.status in HAPPENED and shares_place_and_day(m, best)), best)
    if best.status in HAPPENED and (stalled := _stalled_since(best, others)) is not None:
        return stalled
    if best.status is TalksRoundStatus.PROPOSED:
        # "Proposed talks between the two. The talks will be held on Friday": a day has been set since.
        best = next((m for m in others if m.status is TalksRoundStatus.SCHEDULED and m.is_asserted and _is_for_a_day(m)), best)
    if best.is_asserted or (best.status not in PLANNED and is_told(best)):
        return best
    return next((m for m in others if m.is_asserted and m.status.value in OFF), best)


def _is_for_a_day(meeting: Meeting) -> bool:
    return meeting.date is not None and meeting.date.found.grain is Grain.DAY


def _stalled_since(best: Meeting, others: list[Meeting]) -> Meeting | None:
    """`Talks began in 2011. The talks have been stalled for a year`: what was begun has stalled."""
    return next((m for m in others if m.status is TalksRoundStatus.SUSPENDED and is_stall_of(m, best)), None)


def _tells(meeting: Meeting) -> tuple[bool, int, int]:
    told = (meeting.location, meeting.date, meeting.duration, meeting.round_number, meeting.proposed_by)
    filled = sum(value is not None for value in told) + bool(meeting.mediators)
    if meeting.names_parties and told_here(meeting) >= 2:
        # Of those that tell who meets and when or where, the first tells it best: it is the news.
        filled = min(filled, 1)
    elif meeting.names_parties and meeting.is_asserted and filled and not told_here(meeting):
        # "The two sides met on Monday".
        filled += 1
    points = 2 * told_here(meeting) + filled
    points += (2 if points else 1) * meeting.is_asserted - meeting.is_loose
    return meeting.doubt is None, points, -meeting.trigger[0]


# Enough to be an event? ------------------------------------------------------------------------------------------------------------


def _mark_total(meeting: Meeting, meetings: list[Meeting], context: ArticleContext) -> Meeting:
    """`three sessions since May` are a total of others where one of them is told on its own."""
    if not meeting.round_count:
        return meeting
    parts = [
        m
        for m in meetings
        if m is not meeting and m.status is meeting.status and m.party_keys == meeting.party_keys and dates_meet(m, meeting, context)
    ]
    return replace(meeting, is_cumulative=bool(parts))
