"""Whether a meeting says enough to be an event."""

from __future__ import annotations

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.mentions import Form
from streams.extraction.talks.meeting import OFF, Meeting, talks_words
from streams.extraction.talks.nounphrases import of_all
from streams.extraction.talks.sides import STATE_LIKE
from streams.extraction.talks.standing import HAPPENED
from streams.extraction.talks.telling import is_of_leaders, names_meeting, told_here
from streams.extraction.talks.triggers import is_venue
from streams.records import ActorKind, TalksLevel, TalksRoundStatus

__all__ = ["stands_alone"]

ENOUGH = 6
"""Points that make a mention an event; a mere reference to a meeting needs one more."""


def stands_alone(meeting: Meeting) -> bool:
    """Whether it is known well enough who met, or where and which round, to tell it to others."""
    if meeting.status is TalksRoundStatus.UNKNOWN:
        return False
    if is_venue(meeting.node) and not meeting.names_parties:
        # Where others met.
        return False
    known = _known_sides(meeting)
    goes_on = meeting.status is TalksRoundStatus.ONGOING and any(t.lemma_ == "continue" for t in meeting.evidence)
    if goes_on and meeting.node.lemma_ == "meet" and not meeting.is_particular:
        # "Continue to meet at all levels".
        return False
    if meeting.node.lemma_ == "discuss" and meeting.location is None:
        # "Discussed trade with his counterpart on Friday": by letter, for all that one knows.
        return False
    if of_all(meeting.node) and not meeting.names_parties:
        # "Will attend the climate conference in Lima": with everybody.
        return False
    if known and not any(p.kind in STATE_LIKE for p in known):
        # Two people, of whom none acts for anybody.
        return False
    # "The warring sides will meet in Lima on Friday": who they are was told before.
    rivals = talks_words()["groups"]["rivals"]
    is_placed = meeting.location is not None and meeting.location.form is not Form.SEAT and meeting.date is not None
    is_told_of_somebody = is_placed and any(p.name.split()[-1].casefold() in rivals for p in meeting.parties)
    if not known and not meeting.mediators and not is_told_of_somebody:
        return False
    helpers = (*meeting.mediators, *meeting.hosts)
    sides = {p.key for p in known}
    is_told_apart = bool(helpers) or meeting.round_number is not None or meeting.process is not None
    # "A summit of the Union in Lima on Sunday agreed to send troops".
    acts = meeting.status in HAPPENED and meeting.node.dep_ in syntax.SUBJECT and meeting.node.lemma_.lower() == "summit"
    is_gathering = (meeting.is_asserted or acts) and not is_venue(meeting.node)
    is_gathering = is_gathering and meeting.location is not None and meeting.date is not None
    is_of_many = any(
        (_is_many(p) and meeting.location is not None)
        or (names_meeting(p, meeting) and (is_gathering or _takes_place(meeting)))
        or _meets_by_itself(p, meeting)
        or _holds_its_own(p, meeting)
        or (_meets_among_itself(p, meeting) and is_placed)
        for p in known
    )
    is_of_many = is_of_many or is_of_leaders(meeting)
    is_bare_round = not helpers and meeting.location is None and meeting.date is None
    if len(sides) == 1 and (not is_told_apart or is_bare_round) and not is_of_many:
        # "Brevia was at the talks": with whom is not told, and most such talks are somebody else's.
        return False
    told = (meeting.location, meeting.date, meeting.round_number, meeting.duration)
    # "He represented them at two meetings in Lima": a number of them tells of more than that there are such.
    is_mere_reference = not meeting.is_asserted and sum(value is not None for value in (*told, meeting.round_count)) < 2
    is_mere_reference = is_mere_reference and not _is_where_they_decided(meeting)
    return _points(meeting, known) >= ENOUGH + is_mere_reference


def _is_where_they_decided(meeting: Meeting) -> bool:
    """`At their first meeting since the war, the two presidents agreed to open the border`: it was, and they decided there."""
    link, verb = meeting.node.head, syntax.governing_verb(meeting.node)
    if verb is None or meeting.node.dep_ != "pobj" or link.lower_ not in ("at", "during", "in", "after", "following"):
        return False
    is_theirs = any(c.lower_ == "their" for c in meeting.node.children) and meeting.status is TalksRoundStatus.HELD
    return is_theirs and verb.tag_ in ("VBD", "VBN") and verb.lemma_.lower() in talks_words()["offers"]["deciding"]


def _known_sides(meeting: Meeting) -> list[Party]:
    # "Between the premier and Mr X": whom he acts for is not told, and still it is a meeting.
    people = [p for p in meeting.parties if p.kind is ActorKind.PERSON and p.level is not TalksLevel.UNKNOWN and meeting.names_parties]
    acting = [p for p in meeting.parties if p.is_named and (p.kind in STATE_LIKE or p in people)]
    return list({p.key: p for p in acting}.values())


def _points(meeting: Meeting, known: list[Party]) -> int:
    """How much tells this meeting from others: two for what its own sentence says, one for what was taken over from another."""
    here = min(2, told_here(meeting) + sum(_is_many(p) for p in known))
    taken_over = min(2, len(known)) - min(here, len(known))
    told = (meeting.location, meeting.date, meeting.round_number, meeting.duration)
    points = 2 * (here + sum(value is not None for value in told)) + taken_over
    points += 2 * (bool(meeting.mediators or meeting.hosts) + meeting.is_asserted + (meeting.names_parties and here == 2))
    lemmas = {token.lemma_.lower() for token in meeting.node.doc[slice(*meeting.trigger)]}
    points += 2 * (meeting.names_parties and here == 2 and bool(lemmas & set(talks_words()["nouns"]["strong"])))
    # "Talks with the Farmers and Greens": parties of some parliament.
    helpers = (*meeting.mediators, *meeting.hosts)
    is_domestic = bool(known) and all(p.kind is ActorKind.GROUP and p.country is None and not _is_many(p) for p in known)
    points -= 3 * (is_domestic and not helpers)
    is_weak = meeting.status is TalksRoundStatus.PROPOSED or meeting.status.value in OFF
    is_process = bool(meeting.mediators) and bool(lemmas & set(talks_words()["nouns"]["mediated"])) and meeting.status in HAPPENED
    points += 3 * (is_process and here < 2)
    # Whoever rules out a dialogue with another tells what it would be.
    is_off = meeting.status.value in OFF and meeting.is_asserted and here == 2
    is_told = len(known) >= 2 and (sum(value is not None for value in told) >= 2 or meeting.round_number is not None or is_off)
    if meeting.node.tag_ in ("NNS", "NNPS") and meeting.node.lemma_.lower() in talks_words()["nouns"]["gathering"] and here < 2:
        # "A series of meetings".
        points -= 2
    is_placed = meeting.location is not None and meeting.date is not None
    points -= (0 if is_told else 1 if is_placed else 3) * meeting.is_loose + 2 * (is_weak and not meeting.is_asserted)
    # "Trade negotiations have since stalled": between the two that the article is about.
    is_stalled = meeting.status is TalksRoundStatus.SUSPENDED and meeting.is_asserted and len(known) == 2
    # "Both sides agreed to begin talks on fish", "both agreed to meet": who is meant was told before.
    agrees = {t.lemma_.lower() for t in meeting.evidence} & set(talks_words()["offers"]["agreeing"])
    is_agreed = meeting.status is TalksRoundStatus.SCHEDULED and meeting.is_asserted and meeting.names_parties and bool(agrees)
    is_for_two = len(known) == 2 and (meeting.node.tag_ == "NNS" or meeting.node.lemma_ == "meet")
    if is_stalled or (is_agreed and here < 2 and is_for_two):
        return points + 2
    return points - (is_weak and here < 2 and meeting.location is None and meeting.date is None)


def _meets_by_itself(party: Party, meeting: Meeting) -> bool:
    """`The G7 is to meet this weekend`, `leaders of the African Union met in Niamey for a summit`: its members, wherever it is."""
    verb = syntax.governing_verb(meeting.node)
    if party.kind is not ActorKind.IGO or not meeting.is_asserted or (meeting.location is None and meeting.date is None):
        return False
    if verb is None or verb.lemma_.lower() not in ("meet", "gather", "convene", "assemble"):
        return False
    is_its_own = meeting.node == verb or meeting.node.lemma_.lower() == "summit"
    if not is_its_own or syntax.objects(verb) or syntax.adjuncts(verb, "with", "to"):
        return False
    # "Its mission met", "its leader met": not they; "its finance ministers meet on Thursday" is a sitting of its own.
    leaders = talks_words()["nouns"]["leaders"]
    heads = [s for s in syntax.subjects(verb) if s.pos_ == "PROPN" or s.tag_ == "NNS"]
    heads = [s for s in heads if meeting.location is not None or s.pos_ == "PROPN" or s.lemma_ in leaders]
    return any(party.first <= t.i < party.end for s in heads for t in s.subtree)


def _holds_its_own(party: Party, meeting: Meeting) -> bool:
    """`The African Union will hold an emergency meeting in Addis Ababa`: of its members; not `holds a meeting with the press`."""
    node = meeting.node
    if party.kind is not ActorKind.IGO or not meeting.is_asserted or (meeting.location is None and meeting.date is None):
        return False
    holding = {"hold", "convene", "begin", "start", "open", "conclude", "end", "schedule", "plan", "postpone", "call"}
    is_urgent = any(c.lower_ in talks_words()["nouns"]["urgent"] for c in node.children) and not party.name.startswith("United Nations")
    is_summit = node.lemma_.lower() == "summit" or (is_urgent and node.lemma_.lower() in ("meeting", "session"))
    if node.dep_ != "dobj" or node.head.lemma_.lower() not in holding or not is_summit:
        return False
    if any(c.dep_ == "prep" and c.lower_ in ("with", "between", "of") for n in (node, node.head) for c in n.children):
        return False
    heads = [s for s in syntax.subjects(node.head) if s.pos_ == "PROPN" or s.tag_ == "NNS"]
    return any(party.first <= t.i < party.end for s in heads for t in s.subtree)


def _takes_place(meeting: Meeting) -> bool:
    """`A G7 summit is set to take place in July`: it says so itself."""
    node = meeting.node
    is_told = meeting.location is not None or meeting.date is not None
    return meeting.is_asserted and is_told and node.lower_ == "summit" and node.dep_ in syntax.SUBJECT


def _meets_among_itself(party: Party, meeting: Meeting) -> bool:
    """`Caribbean leaders said after a meeting in Kingston on Monday`: with each other."""
    verb, link = syntax.governing_verb(meeting.node), meeting.node.head
    if party.kind is not ActorKind.IGO or verb is None or link.lower_ not in ("after", "following"):
        return False
    return any(s.tag_ == "NNS" and any(party.first <= t.i < party.end for t in s.subtree) for s in syntax.subjects(verb))


def _is_many(party: Party) -> bool:
    """`rival factions`: two at the least."""
    return party.kind is ActorKind.GROUP and party.name.split()[-1].islower() and party.name.endswith("s")
