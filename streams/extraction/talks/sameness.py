"""Whether two mentions are of one meeting."""

from __future__ import annotations

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor
from streams.extraction.mentions import Form, Mention
from streams.extraction.talks.meeting import OFF, Meeting, talks_words
from streams.extraction.talks.sides import STATE_LIKE
from streams.extraction.talks.standing import HAPPENED, PLANNED
from streams.extraction.talks.strangers import is_of_strangers
from streams.extraction.talks.telling import (
    is_forum,
    is_on_the_way,
    is_stall_of,
    is_told,
    names_meeting,
    only_refers,
    particulars,
    shares_place_and_day,
    told_here,
)
from streams.records import ActorKind, EntityKind, TalksFormat, TalksLevel, TalksRoundStatus

__all__ = ["dates_meet", "is_same"]

SUMMIT_DAYS = 3
"""What lies between the first and the last day of most summits."""


def is_same(head: Meeting, mention: Meeting, context: ArticleContext, *, whatever_status: bool = False) -> bool:
    """Whether `mention` tells of the meeting that `head` is: by round, day, place, sides and status."""
    if head.trigger == mention.trigger:
        # "Met separately with A and B": told in one breath as two.
        return False
    if head.round_number != mention.round_number and head.round_number and mention.round_number:
        return False
    if (head.round_count or 1) != (mention.round_count or 1):
        return False
    of_two_kinds = TalksFormat.PHONE in (head.format, mention.format) and head.format is not mention.format
    # "The conversation" may have been by phone; "a phone call" is no round.
    if of_two_kinds and (not mention.is_loose or mention.location is not None or mention.format is TalksFormat.PHONE):
        return False
    is_one_day = dates_meet(head, mention, context) or _lasts_over(head, mention) or _is_one_summit(head, mention, context)
    if _places_differ(head.location, mention.location) or not is_one_day:
        return False
    if _is_within(head, mention) or _is_within(mention, head) or _others_meet(head, mention) or _is_at_forum(head, mention):
        return False
    if is_forum(mention.node) and not mention.party_keys and head.node.pos_ == "VERB":
        # Somebody met somebody, and thanked him for coming to "the second Summit for Trade".
        return False
    if _is_visit_alone(head, mention) or any(_is_aside(m) for m in (head, mention)):
        return False
    same_place = head.location is not None and mention.location is not None
    same_day = head.date is not None and mention.date is not None
    if not whatever_status and not _statuses_fit(head, mention) and not (same_day and (same_place or mention.is_bare)):
        return False
    if (mention.renews and head.status in HAPPENED and not head.renews) or _comes_behind(mention):
        return False
    if _was_before(mention, head) or _was_before(head, mention) or _is_apart(mention, head) or _is_apart(head, mention):
        return False
    if _is_resumption(mention) and _has_broken_off(head):
        return False
    if _came_to_nothing(head, mention) or _came_to_nothing(mention, head):
        return False
    return _parties_fit(head, mention, shares_particulars=same_place or same_day)


def _comes_behind(meeting: Meeting) -> bool:
    """`Talks on fish follow on Monday`: others than those told before."""
    verb = syntax.governing_verb(meeting.node)
    is_it = verb is not None and verb.lemma_ == "follow" and meeting.node in syntax.subjects(verb) and not syntax.objects(verb)
    return is_it and meeting.date is not None


def _was_before(held: Meeting, planned: Meeting) -> bool:
    """`builds on their previous meetings in April`, beside one that is to come."""
    is_earlier = any(c.lower_ in talks_words()["renewal"]["before"] for c in held.node.children)
    return is_earlier and held.status in HAPPENED and planned.status in (TalksRoundStatus.SCHEDULED, TalksRoundStatus.PROPOSED)


def _is_apart(two: Meeting, more: Meeting) -> bool:
    """`would also sit down one-on-one`, `a bilateral meeting`, beside the three or more who meet there."""
    if len(two.party_keys) != 2 or len(more.party_keys) < 3 or not two.names_parties:
        return False
    own = {t.lower_ for t in two.node.subtree} if two.node.pos_ == "VERB" else {c.lower_ for c in two.node.children}
    text = two.node.doc[two.node.i : two.node.right_edge.i + 1].text.lower()
    return bool(own & {"bilateral", "bilaterally", "separately"}) or (two.node.pos_ == "VERB" and "one-on-one" in text)


def _lasts_over(first: Meeting, second: Meeting) -> bool:
    """`began on Monday`, `ended on Friday`: two days of one round."""
    starting, ending = talks_words()["renewal"]["starting"], talks_words()["renewal"]["ending"]
    told = [{token.lemma_.lower() for token in (syntax.governing_verb(m.node), *m.evidence) if token is not None} for m in (first, second)]
    return any(a & set(starting) and b & set(ending) for a, b in (told, reversed(told))) and {first.status, second.status} <= HAPPENED


def _is_resumption(meeting: Meeting) -> bool:
    """`Negotiations resumed a week later`: those that had broken off before were others."""
    return any(t.tag_ in ("VBD", "VBN") and t.lemma_.lower() in talks_words()["renewal"]["words"] for t in meeting.evidence)


def _came_to_nothing(off: Meeting, plan: Meeting) -> bool:
    """Whether one was called off some time ago, and the other is a plan of its own: `was to meet them last month, but they cancelled`."""
    if off.status is not TalksRoundStatus.CANCELLED or off.date is None or plan.date is not None:
        return False
    is_past = any(t.lower_ in talks_words()["days"]["behind"] for t in off.node.doc[off.date.first : off.date.end])
    return is_past and plan.is_asserted and not plan.is_definite and plan.status in (TalksRoundStatus.SCHEDULED, TalksRoundStatus.PROPOSED)


def _has_broken_off(meeting: Meeting) -> bool:
    by_verb = talks_words()["by_verb"]
    ends = talks_words()["renewal"]["ending"]
    told = [*meeting.evidence, syntax.governing_verb(meeting.node)]
    lemmas = {Governor(token, "").lemma for token in told if token is not None}
    return any(lemma in ends or lemma == "break down" or by_verb.get(lemma) == "SUSPENDED" for lemma in lemmas)


def _is_one_summit(first: Meeting, second: Meeting, context: ArticleContext) -> bool:
    """Whether an organisation holds a summit in both, in one place and on days that are close: it lasts some days."""
    forums = [{p.key for p in m.parties if names_meeting(p, m)} for m in (first, second)]
    if not forums[0] & forums[1] or first.location is None or second.location is None or first.date is None or second.date is None:
        return False
    days = [m.date.found.resolve(context.published, m.direction) for m in (first, second) if m.date is not None]
    starts = [day.start for day in days if day.start is not None]
    return len(starts) == 2 and abs((starts[0] - starts[1]).days) <= SUMMIT_DAYS


def _is_within(process: Meeting, meeting: Meeting) -> bool:
    """Whether one is a process that goes on, and the other a meeting of those sides that was: not the same event."""
    is_process = process.status is TalksRoundStatus.ONGOING and particulars(process) == 0
    return is_process and meeting.status is TalksRoundStatus.HELD and meeting.names_parties and not meeting.is_definite and is_told(meeting)


def _others_meet(first: Meeting, second: Meeting) -> bool:
    """Whether presidents meet in one, and in the other ministers of the same states, or a minister and the president."""
    people = [{p.key: p.individual for p in m.parties if p.individual} for m in (first, second)]
    shared = people[0].keys() & people[1].keys()
    pairs = [(people[0][key], people[1][key]) for key in shared]
    others = [(a, b) for a, b in pairs if a.name.split()[-1] != b.name.split()[-1]]
    if not others:
        return False
    if len(others) < len(pairs):
        levels = [{a.level, b.level} for a, b in others]
        return any(len(level) > 1 and TalksLevel.LEADERS in level and TalksLevel.UNKNOWN not in level for level in levels)
    return len(pairs) > 1 or (first.is_asserted and second.is_asserted and first.status is not second.status)


def _is_at_forum(first: Meeting, second: Meeting) -> bool:
    """Whether one is the summit of an organisation, and the other a meeting of two states with each other or another summit."""
    sides = (first, second), (second, first)
    forums = [{p.key for p in m.parties if names_meeting(p, m)} for m, _ in sides]
    if forums[0] & forums[1]:
        return False
    # "The Union's ministers met" by themselves; in "the EU-Iran talks" it is one of the two.
    forums = [forum - (o.party_keys if len(m.party_keys) > 1 else set()) for forum, (m, o) in zip(forums, sides, strict=True)]
    if forums[0] == forums[1]:
        return False
    return all(forums) or any(not forum and m.names_parties and told_here(m) > 1 for forum, (m, _) in zip(forums, sides, strict=True))


def _is_aside(meeting: Meeting) -> bool:
    """`the six powers negotiating with them`: who they are, and no meeting that is told."""
    return meeting.node.dep_ == "acl" and meeting.status is TalksRoundStatus.ONGOING and not meeting.is_asserted


def _is_visit_alone(first: Meeting, second: Meeting) -> bool:
    """Whether one is a visit that was called off, and the other a meeting that is not."""
    visits = talks_words()["nouns"]["visit"]
    return (first.node.lemma_.lower() in visits) != (second.node.lemma_.lower() in visits) and not (
        first.status.value in OFF and second.status.value in OFF
    )


def _is_refusal_of(refusal: Meeting, plan: Meeting) -> bool:
    """`A new round is due to begin on Thursday`, and `Togo will not take part in talks on Thursday`: what is set, and who will not come."""
    if refusal.status is not TalksRoundStatus.RULED_OUT or plan.status is not TalksRoundStatus.SCHEDULED or not plan.is_asserted:
        return False
    verb = syntax.governing_verb(refusal.node)
    is_absence = verb is not None and (
        verb.lemma_.lower() in talks_words()["verbs"]["attending"] or any(c.lower_ == "part" for c in verb.children)
    )
    return is_absence and refusal.is_asserted and refusal.names_parties and refusal.date is not None and plan.date is not None


def _statuses_fit(head: Meeting, mention: Meeting) -> bool:
    if not head.is_asserted or not mention.is_asserted:
        refers = mention.is_definite and particulars(mention) < 2
        tells_itself = mention.names_parties and not refers and mention.node.pos_ != "PRON"
        if not (tells_itself and (mention.is_asserted or mention.is_particular) and (head.is_asserted or head.is_particular)):
            return True
    statuses = {head.status, mention.status}
    if _is_refusal_of(head, mention) or _is_refusal_of(mention, head):
        return False
    if mention.status is TalksRoundStatus.SUSPENDED and is_stall_of(mention, head):
        return True
    if TalksRoundStatus.SUSPENDED in statuses and statuses & {TalksRoundStatus.SCHEDULED, TalksRoundStatus.PROPOSED}:
        # Talks that stalled are not the meeting that may bring them forward.
        return False
    if statuses & HAPPENED and (is_on_the_way(head) or is_on_the_way(mention)):
        return True
    return not (statuses & HAPPENED and statuses & PLANNED)


def _parties_fit(head: Meeting, mention: Meeting, *, shares_particulars: bool) -> bool:
    helpers = {p.key for m in (head, mention) for p in (*m.mediators, *m.hosts)}
    first, second = ({_comparable(p) for p in _acting(m) if p.key not in helpers} for m in (head, mention))
    refers = mention.is_definite or not mention.is_asserted
    if first and second:
        if first == second or _same_camps(head, mention):
            return True
        if (mention.is_attended and (refers or shares_particulars)) or (head.is_attended and shares_particulars):
            # "Togo and Mali attended the summit": two more at that which was told.
            return True
        if shares_place_and_day(head, mention) and first & second:
            # "In addition, he will meet Togo's president there on that day": two of the three, by themselves.
            all_told = head.names_parties and told_here(head) == len(head.party_keys)
            return first == second or not (all_told and _names_all(mention) and not mention.is_definite)
        if not first & second and len(first) == len(second) == 1 and only_refers(mention) and not head.names_parties:
            # "Togo's envoy called the talks useful": the other side of those just told.
            return True
        if mention.is_bare and len(second) == 1 and mention.location is None and head.status.value not in OFF:
            # "Togo's minister attended the meeting": one more at that which was told last.
            return True
        nested = first <= second or second <= first
        if nested and len(first & second) > 2 and abs(len(first) - len(second)) == 1:
            return True
        return (
            nested
            and (refers or shares_particulars)
            and (min(len(first), len(second)) < 2 or (mention.is_definite and len(second) <= len(first) + 1))
        )
    if not second and is_of_strangers(mention) and not shares_particulars:
        # "The summit of coastal states in Lima": not of those who met before.
        return False
    if not second:
        if (head.status.value in OFF) != (mention.status.value in OFF) and not shares_particulars and not is_stall_of(mention, head):
            # "Earlier talks were suspended": not those that are still to come.
            return False
        has_own = mention.is_particular and not (mention.mediators and not is_told(mention))
        return not has_own or shares_particulars or (mention.is_definite and bool(first or head.mediators))
    # What is known so far names nobody.
    return shares_particulars or (mention.is_definite and not head.is_particular)


def _names_all(meeting: Meeting) -> bool:
    """Whether its own sentence names all who meet, and somebody meets somebody in it: not one more who comes to what was told."""
    is_met = meeting.node.pos_ == "VERB" or any(c.lower_ in ("a", "an") for c in meeting.node.children)
    return is_met and meeting.is_asserted and meeting.names_parties and told_here(meeting) == len(meeting.party_keys)


def _same_camps(head: Meeting, mention: Meeting) -> bool:
    """`the government and the rebels` are the government and the fronts that are named elsewhere."""
    camps = [[p for p in m.parties if p.is_named and p.kind is ActorKind.GROUP] for m in (head, mention)]
    others = [{p.key for p in m.parties if p.is_named and p.kind is not ActorKind.GROUP} for m in (head, mention)]
    unnamed = [bool(c) and all(_is_common(p) for p in c) for c in camps]
    return all(camps) and others[0] == others[1] and bool(others[0]) and any(unnamed)


def _is_common(party: Party) -> bool:
    """A camp without a name of its own: `rebel groups`, `the opposition`."""
    return party.name.split()[-1].casefold().rstrip("s") in {word.rstrip("s") for word in talks_words()["groups"]["words"]}


def _acting(meeting: Meeting) -> list[Party]:
    """Those who are named; beside two states, no bureau or firm."""
    known = [p for p in meeting.parties if p.is_named]
    states = [p for p in known if p.kind in STATE_LIKE]
    return states if len(states) > 1 else known


def _comparable(party: Party) -> str:
    """`the Malian rebels` and `the rebels` are one camp."""
    last = party.key.split()[-1]
    return last.rstrip("s") if party.kind is ActorKind.GROUP and last in talks_words()["groups"]["words"] else party.key


def _places_differ(first: Mention | None, second: Mention | None) -> bool:
    if first is None or second is None or first.name == second.name:
        return False
    if first.country != second.country:
        return True
    nouns = talks_words()["nouns"]
    if any(m.name.split()[-1].casefold() in (*nouns["place"], *nouns["venue"]) for m in (first, second)):
        # A palace stands in some town.
        return False
    # Two towns of a country are two places; a town and its country may be one.
    return all(m.kind is EntityKind.PLACE or m.form is Form.CAPITAL for m in (first, second))


def dates_meet(first: Meeting, second: Meeting, context: ArticleContext) -> bool:
    """Whether two meetings may have been on one day."""
    if first.date is None or second.date is None:
        return True
    a = first.date.found.resolve(context.published, first.direction)
    b = second.date.found.resolve(context.published, second.direction)
    if (a.start is None and a.end is None) or (b.start is None and b.end is None):
        texts = _text(first, context), _text(second, context)
        # Without the day of publication "yesterday" may well be the Thursday that another sentence names.
        return texts[0] in texts[1] or texts[1] in texts[0] or any(text in talks_words()["days"]["about_today"] for text in texts)
    if a.end is not None and b.start is not None and a.end < b.start:
        return False
    return not (b.end is not None and a.start is not None and b.end < a.start)


def _text(meeting: Meeting, context: ArticleContext) -> str:
    assert meeting.date is not None
    return context.reading.characters(meeting.date.found.start, meeting.date.found.end).text.casefold()
