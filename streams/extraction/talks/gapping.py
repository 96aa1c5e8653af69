"""Meetings told with one verb: `met Ann Lee in Lima on Monday and Yao Kpodo in Oslo on Friday`, `in Lima in May, in Oslo in June`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from spacy.tokens import Token

from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, TimeMention
from streams.extraction.mentions import Mention
from streams.extraction.talks.meeting import Draft, Meeting
from streams.extraction.talks.particulars import Particulars
from streams.extraction.talks.sides import STATE_LIKE
from streams.extraction.talks.triggers import ordinal_of

__all__ = ["taken_apart"]

LONGEST = 9
"""Words of whom the second half names."""

BETWEEN_STOPS = frozenset({",", "and", "then", "again", "later", "finally", "lastly", "once", "more", "for", "a", "the", "time"})
"""What stands between `in Lima in May` and `in Oslo in June`, or `for a second time in Oslo in June`."""

NAMING = frozenset({"DET", "ADJ", "PROPN", "NOUN", "PART", "PUNCT"})


@dataclass(frozen=True)
class _Half:
    """Whom the second half names, where and when."""

    joins: int
    party: Party
    location: Mention | None
    date: TimeMention | None


def taken_apart(meeting: Meeting, draft: Draft, context: ArticleContext, particulars: Particulars) -> list[Meeting]:
    """The meeting, or the two that its sentence tells of."""
    acting = [p for p in meeting.parties if p.is_named and p.first < meeting.node.i]
    is_meeting_with = draft.word == "meet" or any(c.lower_ == "with" for noun in draft.nouns for c in noun.children)
    half = _second_half(meeting.node, context, particulars) if len(acting) == 1 and is_meeting_with else None
    if half is None and meeting.round_number is None and len(stops := _stops(meeting, particulars)) > 1:
        return [replace(meeting, location=place or meeting.location, date=day, round_count=None) for place, day in stops]
    if half is None or half.party.key == acting[0].key:
        return [meeting]
    met = [p for p in meeting.parties if p not in acting and p.first < half.joins and p.key != half.party.key]
    if len(met) != 1:
        return [meeting]
    place, day = meeting.location, meeting.date
    first = replace(
        meeting,
        parties=(*acting, *met),
        location=place if place is None or place.first < half.joins else particulars.places.within(meeting.node.i, half.joins),
        date=day if day is not half.date else None,
    )
    is_shared = day is not None and half.date is None and day.first > half.joins
    return [first, replace(meeting, parties=(*acting, half.party), location=half.location, date=day if is_shared else half.date)]


def _stops(meeting: Meeting, particulars: Particulars) -> list[tuple[Mention | None, TimeMention]]:
    """`in Lima in May, in Oslo in June and again in Lima in July`, `from May 3 to May 5 and again in June`: a meeting at each."""
    node = meeting.node
    told = [m.first for m in (meeting.location, meeting.date) if m is not None and m.first > node.i]
    for i in sorted(told):
        stops, says_again = _row_of_stops(i - 1, particulars, node)
        has_places = {place is not None for place, _ in stops}
        if len(stops) > 1 and len(has_places) == 1 and (has_places == {True} or says_again):
            return stops
    return []


def _row_of_stops(i: int, particulars: Particulars, node: Token) -> tuple[list[tuple[Mention | None, TimeMention]], bool]:
    """Place and day of each stop of a row that begins at a token, and whether a word says that they met again."""
    doc, end = node.doc, node.sent.end
    stops: list[tuple[Mention | None, TimeMention]] = []
    says_again = False
    while i < end:
        begins = i
        while i < end and (doc[i].lower_ in BETWEEN_STOPS or ordinal_of(doc[i].lower_) is not None):
            says_again = says_again or doc[i].lower_ == "again"
            i += 1
        place, day, behind = particulars.stop_at(i)
        if day is None or (stops and begins == i):
            break
        stops.append((place, day))
        i = behind
    # "In Oslo on Friday police fired": what stands behind is no stop of theirs.
    is_cut = i < end and doc[i].pos_ in ("NOUN", "PROPN", "DET", "PRON", "ADJ", "NUM")
    return (stops[:-1] if is_cut else stops), says_again


def _second_half(node: Token, context: ArticleContext, particulars: Particulars) -> _Half | None:
    doc = node.doc
    for joins in doc[node.i + 1 : node.sent.end]:
        if joins.pos_ in ("VERB", "AUX"):
            return None
        if joins.lower_ != "and" or not particulars.ends_place_or_day(joins.i):
            continue
        for head in doc[joins.i + 1 : min(joins.i + 1 + LONGEST, node.sent.end)]:
            place, day = particulars.told_behind(head.i + 1)
            if head.pos_ in ("NOUN", "PROPN") and (place is not None or day is not None):
                parties = _named_at(head, context, particulars)
                return _Half(joins.i, parties[0], place, day) if len(parties) == 1 else None
            if head.pos_ not in NAMING and head.lower_ != "with":
                return None
    return None


def _named_at(head: Token, context: ArticleContext, particulars: Particulars) -> list[Party]:
    """Who is met; nobody in `in Lima and Lome on Monday`."""
    if particulars.places.within(head.i, head.i + 1) is not None:
        return []
    found = context.cast.one(head)
    if not found and head.nbor(-1).lower_ in ("'s", "’s"):
        # "Mali's president": the parser hangs the two on different words.
        found = context.cast.one(head.nbor(-2))
    return [p for p in found if p.is_named and p.kind in STATE_LIKE]
