"""Which mentions are of one meeting, what that meeting is then, and which of them say too little to be an event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from dataclasses import replace
from typing import Any

from spacy.tokens import Span, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form, Mention
from streams.extraction.talks.meeting import OFF, Meeting, talks_words
from streams.extraction.talks.sides import STATE_LIKE, without_person
from streams.extraction.talks.standing import HAPPENED, PLANNED
from streams.extraction.talks.triggers import is_venue
from streams.records import ActorKind, EntityKind, TalksFormat, TalksLevel, TalksRoundStatus

__all__ = ["merge"]

LOOK_BACK = 24
"""Meetings that a mention is compared with: those named last."""


SUMMIT_DAYS = 3
"""What lies between the first and the last day of most summits."""
PLURAL = frozenset({"they", "them", "their", "both", "it", "its"})
"""Pronouns that may mean anybody who was named; `he` and `we` mean one."""


def merge(
    mentions: list[Meeting], context: ArticleContext, opposed: tuple[Party, ...] = (), mediators: tuple[Party, ...] = ()
) -> list[Meeting]:
    """Make one of the mentions of one meeting; a mention that stays without parties and place is dropped.

    `opposed` are the two that the article is about, for talks of which no sentence says who holds them; `mediators` those whom it
    calls so without saying of which.
    """
    sides = {key for m in mentions if m.names_parties for key in m.party_keys}
    merged = _clustered([_with_chairs(m, sides) for m in mentions], context)
    completed = [_inherit_parties(meeting, merged, opposed) for meeting in merged]
    # Who meets there may be told in another sentence: then it may be one that names them.
    taken_over = {after.trigger for before, after in zip(merged, completed, strict=True) if after is not before}
    merged = _clustered(completed, context, taken_over)
    kept = _told_once([m for m in merged if _stands_alone(m)], context)
    kept = [_with_mediators(meeting, kept) for meeting in kept]
    if mediators:
        counts = Counter(m.party_keys for m in kept if len(m.party_keys) == 2)
        central = next((keys for keys, _ in counts.most_common(1)), frozenset())
        kept = [_between_by(m, mediators) if m.party_keys == central and m.format is not TalksFormat.PHONE else m for m in kept]
    return [_mark_total(m, kept, context) for m in kept]


def _clustered(mentions: list[Meeting], context: ArticleContext, taken_over: Container[tuple[int, int]] | None = None) -> list[Meeting]:
    """Each meeting once, in the order of their triggers; where some have taken their parties over, those are joined to others only."""
    clusters: list[tuple[Meeting, list[Meeting]]] = []
    for mention in mentions:
        near = list(reversed(clusters[-LOOK_BACK:]))
        if taken_over is not None:
            is_taken_over = mention.trigger in taken_over
            near = [cluster for cluster in near if (cluster[0].trigger in taken_over) != is_taken_over]
        home = next((cluster for cluster in near if _is_same(cluster[0], mention, context)), None)
        if home is None and _only_refers(mention) and taken_over is None:
            home = next((cluster for cluster in near if _is_same(cluster[0], mention, context, whatever_status=True)), None)
        if home is None:
            clusters.append((mention, [mention]))
            continue
        clusters.remove(home)
        together = [*home[1], mention]
        clusters.append((_combine(together), together))
    return sorted((head for head, _ in clusters), key=lambda m: m.trigger)


def _told_once(meetings: list[Meeting], context: ArticleContext) -> list[Meeting]:
    """Two plans of the same sides, of which no word tells that they are two, are one."""
    found: list[Meeting] = []
    for meeting in meetings:
        is_plan = meeting.status in (TalksRoundStatus.SCHEDULED, TalksRoundStatus.PROPOSED)
        same = (
            m for m in found if is_plan and m.party_keys == meeting.party_keys and m.status in PLANNED and _is_same(m, meeting, context)
        )
        if (known := next(same, None)) is None:
            found.append(meeting)
        else:
            found[found.index(known)] = _combine([known, meeting])
    return found


def _with_chairs(meeting: Meeting, sides: set[str]) -> Meeting:
    """`the talks, which Oman chairs`: between the sides, unless it is one of them."""
    between = tuple(p for p in meeting.chairs if p.key not in sides | meeting.party_keys and p.kind in STATE_LIKE)
    is_of_others = len(meeting.party_keys) >= 2 or (meeting.is_bare and sides)
    if between and is_of_others:
        return replace(meeting, mediators=(*meeting.mediators, *between))
    own = tuple(p for p in meeting.chairs if p.key not in meeting.party_keys)
    return replace(meeting, parties=(*meeting.parties, *own))


# The same meeting? -----------------------------------------------------------------------------------------------------------------


def _only_refers(mention: Meeting) -> bool:
    """`the talks are being mediated by`: nothing of its own that would make it another meeting."""
    is_off = mention.status.value in OFF
    if mention.is_attended and mention.date is None and not is_off:
        # "They will be allowed to attend the talks": those that are told of, however they stand.
        return True
    if mention.is_definite and mention.mediators and not mention.party_keys and mention.status is TalksRoundStatus.ONGOING:
        # "The Union has been mediating the negotiations since June": who helps in those that were told.
        return mention.location is None
    return mention.is_definite and not (_is_told(mention) or mention.names_parties or mention.renews or is_off)


def _is_same(head: Meeting, mention: Meeting, context: ArticleContext, *, whatever_status: bool = False) -> bool:
    if head.round_number != mention.round_number and head.round_number and mention.round_number:
        return False
    if (head.round_count or 1) != (mention.round_count or 1):
        return False
    of_two_kinds = TalksFormat.PHONE in (head.format, mention.format) and head.format is not mention.format
    if of_two_kinds and (not mention.is_loose or mention.location is not None):
        return False
    is_one_day = dates_meet(head, mention, context) or _lasts_over(head, mention) or _is_one_summit(head, mention, context)
    if _places_differ(head.location, mention.location) or not is_one_day:
        return False
    if _is_within(head, mention) or _is_within(mention, head) or _others_meet(head, mention) or _is_at_forum(head, mention):
        return False
    if _is_visit_alone(head, mention) or any(_is_aside(m) for m in (head, mention)):
        return False
    same_place = head.location is not None and mention.location is not None
    same_day = head.date is not None and mention.date is not None
    if not whatever_status and not _statuses_fit(head, mention) and not (same_day and (same_place or mention.is_bare)):
        return False
    if mention.renews and head.status in HAPPENED and not head.renews:
        return False
    if _is_resumption(mention) and _has_broken_off(head):
        return False
    return _parties_fit(head, mention, shares_particulars=same_place or same_day)


def _lasts_over(first: Meeting, second: Meeting) -> bool:
    """`began on Monday`, `ended on Friday`: two days of one round."""
    starting, ending = talks_words()["renewal"]["starting"], talks_words()["renewal"]["ending"]
    told = [{token.lemma_.lower() for token in (syntax.governing_verb(m.node), *m.evidence) if token is not None} for m in (first, second)]
    return any(a & set(starting) and b & set(ending) for a, b in (told, reversed(told))) and {first.status, second.status} <= HAPPENED


def _is_resumption(meeting: Meeting) -> bool:
    """`Negotiations resumed a week later`: those that had broken off before were others."""
    return any(t.tag_ in ("VBD", "VBN") and t.lemma_.lower() in talks_words()["renewal"]["words"] for t in meeting.evidence)


def _has_broken_off(meeting: Meeting) -> bool:
    by_verb = talks_words()["by_verb"]
    ends = talks_words()["renewal"]["ending"]
    told = [*meeting.evidence, syntax.governing_verb(meeting.node)]
    lemmas = {Governor(token, "").lemma for token in told if token is not None}
    return any(lemma in ends or lemma == "break down" or by_verb.get(lemma) == "SUSPENDED" for lemma in lemmas)


def _is_one_summit(first: Meeting, second: Meeting, context: ArticleContext) -> bool:
    """Whether an organisation holds a summit in both, in one place and on days that are close: it lasts some days."""
    forums = [{p.key for p in m.parties if _names_meeting(p, m)} for m in (first, second)]
    if not forums[0] & forums[1] or first.location is None or second.location is None or first.date is None or second.date is None:
        return False
    days = [m.date.found.resolve(context.published, m.direction) for m in (first, second) if m.date is not None]
    starts = [day.start for day in days if day.start is not None]
    return len(starts) == 2 and abs((starts[0] - starts[1]).days) <= SUMMIT_DAYS


def _is_within(process: Meeting, meeting: Meeting) -> bool:
    """Whether one is a process that goes on, and the other a meeting of those sides that was: not the same event."""
    is_process = process.status is TalksRoundStatus.ONGOING and _particulars(process) == 0
    return (
        is_process and meeting.status is TalksRoundStatus.HELD and meeting.names_parties and not meeting.is_definite and _is_told(meeting)
    )


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
    forums = [{p.key for p in m.parties if _names_meeting(p, m)} for m, _ in sides]
    if forums[0] & forums[1]:
        return False
    # "The Union's ministers met" by themselves; in "the EU-Iran talks" it is one of the two.
    forums = [forum - (o.party_keys if len(m.party_keys) > 1 else set()) for forum, (m, o) in zip(forums, sides, strict=True)]
    if forums[0] == forums[1]:
        return False
    return all(forums) or any(not forum and m.names_parties and _told_here(m) > 1 for forum, (m, _) in zip(forums, sides, strict=True))


def _names_meeting(party: Party, meeting: Meeting) -> bool:
    """`the G20 summit`, `a meeting of the African Union`, `G20 ministers met`."""
    if party.kind is not ActorKind.IGO:
        return False
    heads = syntax.subjects(meeting.node) if meeting.node.pos_ == "VERB" else [meeting.node, *syntax.adjuncts(meeting.node, "of")]
    return any(party.first in syntax.noun_phrase(head) or party.first <= head.i < party.end for head in heads)


def _is_aside(meeting: Meeting) -> bool:
    """`the six powers negotiating with them`: who they are, and no meeting that is told."""
    return meeting.node.dep_ == "acl" and meeting.status is TalksRoundStatus.ONGOING and not meeting.is_asserted


def _is_visit_alone(first: Meeting, second: Meeting) -> bool:
    """Whether one is a visit that was called off, and the other a meeting that is not."""
    visits = talks_words()["nouns"]["visit"]
    return (first.node.lemma_.lower() in visits) != (second.node.lemma_.lower() in visits) and not (
        first.status.value in OFF and second.status.value in OFF
    )


def _statuses_fit(head: Meeting, mention: Meeting) -> bool:
    if not head.is_asserted or not mention.is_asserted:
        refers = mention.is_definite and _particulars(mention) < 2
        tells_itself = mention.names_parties and not refers and mention.node.pos_ != "PRON"
        if not (tells_itself and (mention.is_asserted or mention.is_particular) and (head.is_asserted or head.is_particular)):
            return True
    statuses = {head.status, mention.status}
    if mention.status is TalksRoundStatus.SUSPENDED and _is_stall_of(mention, head):
        return True
    if TalksRoundStatus.SUSPENDED in statuses and statuses & {TalksRoundStatus.SCHEDULED, TalksRoundStatus.PROPOSED}:
        # Talks that stalled are not the meeting that may bring them forward.
        return False
    if statuses & HAPPENED and (_is_on_the_way(head) or _is_on_the_way(mention)):
        return True
    return not (statuses & HAPPENED and statuses & PLANNED)


def _is_on_the_way(meeting: Meeting) -> bool:
    """`flew to Lima for talks`: by the next sentence they may have been held."""
    motion = talks_words()["verbs"]["motion"]
    return meeting.status in PLANNED and any(t.tag_ in ("VBD", "VBZ", "VBP") and t.lemma_.lower() in motion for t in meeting.evidence)


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
            return True
        if not first & second and len(first) == len(second) == 1 and _only_refers(mention) and not head.names_parties:
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
    if not second:
        if (head.status.value in OFF) != (mention.status.value in OFF) and not shares_particulars and not _is_stall_of(mention, head):
            # "Earlier talks were suspended": not those that are still to come.
            return False
        has_own = mention.is_particular and not (mention.mediators and not _is_told(mention))
        return not has_own or shares_particulars or (mention.is_definite and bool(first or head.mediators))
    # What is known so far names nobody.
    return shares_particulars or (mention.is_definite and not head.is_particular)


def _same_camps(head: Meeting, mention: Meeting) -> bool:
    """`the government and the rebels` are the government and the fronts that are named elsewhere."""
    camps = [[p for p in m.parties if p.is_named and p.kind is ActorKind.GROUP] for m in (head, mention)]
    others = [{p.key for p in m.parties if p.is_named and p.kind is not ActorKind.GROUP} for m in (head, mention)]
    unnamed = [bool(c) and all(_is_common(p) for p in c) for c in camps]
    return all(camps) and others[0] == others[1] and bool(others[0]) and any(unnamed)


def _is_common(party: Party) -> bool:
    """A camp without a name of its own: `rebel groups`, `the opposition`."""
    return party.name.split()[-1].casefold().rstrip("s") in {word.rstrip("s") for word in talks_words()["groups"]["words"]}


def shares_place_and_day(first: Meeting, second: Meeting) -> bool:
    """Whether both tell where and when; that they agree has been seen."""
    return None not in (first.location, second.location, first.date, second.date)


def _is_told(meeting: Meeting) -> bool:
    return meeting.round_count is not None or _particulars(meeting) > 0


def _particulars(meeting: Meeting) -> int:
    """How much of where, when, how long and which round it tells."""
    return sum(value is not None for value in (meeting.location, meeting.date, meeting.duration, meeting.round_number))


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

    helpers = first("mediators")
    hosts = first("hosts")
    parties = best.parties
    fullest = max(others, key=_told_here, default=best)
    if len(best.party_keys) < 2 and _told_here(fullest) > len(best.party_keys):
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
        hosts=hosts,
        location=first("location"),
        date=dated.date,
        direction=dated.direction,
        duration=first("duration"),
        # "It was the fourth round": which one it is stands in a sentence that tells nothing else of it.
        round_number=first("round_number", of=[m for m in others if m.status is best.status]),
        level=first("level", of=[m for m in others if _told_here(m)]),
        format=first("format"),
        proposed_by=first("proposed_by"),
        is_loose=all(m.is_loose for m in cluster),
        names_parties=any(m.names_parties for m in cluster),
        renews=any(m.renews for m in cluster),
        counter_attributions=best.counter_attributions + doubts,
    )


def _standing(best: Meeting, others: list[Meeting]) -> Meeting:
    """The mention that says how it stands: `the meeting set for Monday` is off where another sentence says so."""
    if _is_on_the_way(best):
        return next((m for m in others if m.status in HAPPENED), best)
    if best.status is TalksRoundStatus.SCHEDULED and best.node.tag_ == "VB" and best.node.head.tag_ == "VBD":
        # "Travelled to Lima on Friday to meet him. They met in Lima on Friday."
        return next((m for m in others if m.status in HAPPENED and shares_place_and_day(m, best)), best)
    if best.status in HAPPENED and (stalled := _stalled_since(best, others)) is not None:
        return stalled
    if best.is_asserted or (best.status not in PLANNED and _is_told(best)):
        return best
    return next((m for m in others if m.is_asserted and m.status.value in OFF), best)


def _stalled_since(best: Meeting, others: list[Meeting]) -> Meeting | None:
    """`Talks began in 2011. The talks have been stalled for a year`: what was begun has stalled."""
    return next((m for m in others if m.status is TalksRoundStatus.SUSPENDED and _is_stall_of(m, best)), None)


def _is_stall_of(stall: Meeting, begun: Meeting) -> bool:
    """Whether `the talks` that stalled are those told before as begun, and not as held on a day or as one round."""
    verb = begun.node.head
    is_begun = verb.pos_ == "VERB" and verb.lemma_.lower() in talks_words()["renewal"]["starting"]
    return is_begun and stall.is_bare and stall.date is None and not stall.party_keys and begun.trigger < stall.trigger


def _told_here(meeting: Meeting) -> int:
    """Parties that its own sentence names: who is meant by `they` was told elsewhere."""
    sentence = meeting.node.sent
    told = [p for p in meeting.parties if p.is_named and sentence.start <= p.first < sentence.end]
    return len({p.key for p in told if not _refers_back(sentence.doc[p.first : p.end])})


def _refers_back(words_of: Span) -> bool:
    """`they`, `the two sides`."""
    first = words_of[0]
    return first.lower_ in PLURAL or (len(words_of) == 1 and first.lemma_.lower() in {*talks_words()["groups"]["sides"], "two"})


def _tells(meeting: Meeting) -> tuple[bool, int, int]:
    told = (meeting.location, meeting.date, meeting.duration, meeting.round_number, meeting.proposed_by)
    filled = sum(value is not None for value in told) + bool(meeting.mediators)
    if meeting.names_parties and _told_here(meeting) >= 2:
        # Of those that tell who meets and when or where, the first tells it best: it is the news.
        filled = min(filled, 1)
    elif meeting.names_parties and meeting.is_asserted and filled and not _told_here(meeting):
        # "The two sides met on Monday".
        filled += 1
    points = 2 * _told_here(meeting) + filled
    points += (2 if points else 1) * meeting.is_asserted - meeting.is_loose
    return meeting.doubt is None, points, -meeting.trigger[0]


def _inherit_parties(meeting: Meeting, meetings: list[Meeting], opposed: tuple[Party, ...]) -> Meeting:
    """`the latest round of talks`: between those who met before, in the nearest mention above."""
    # A committee or a panel that has no state is the body that meets, and not one of its sides.
    sides = [p for p in meeting.parties if p.kind is not ActorKind.ORG]
    own = frozenset(p.key for p in sides if p.is_named)
    helpers = {p.key for p in (*meeting.mediators, *meeting.hosts)}
    if len(own) >= 2 or (own and not (meeting.is_asserted and meeting.is_particular)) or _is_of_its_own(meeting, own):
        return meeting
    is_of_others = meeting.mediators or (meeting.hosts and not syntax.adjuncts(meeting.node, "with"))
    if (is_of_others and own) or (not own and not _is_of_the_series(meeting)):
        return meeting
    before = [
        m
        for m in meetings
        if len(m.party_keys) >= 2
        and own <= m.party_keys
        and m.format is not TalksFormat.PHONE
        and (m.trigger < meeting.trigger or (own and meeting.is_definite))
    ]
    same_kind = [m for m in before if (m.status in HAPPENED) == (meeting.status in HAPPENED)]
    beside = [m for m in before if meeting.renews and m.node.sent == meeting.node.sent]
    source = max(beside or same_kind or before, key=lambda m: m.trigger, default=None)
    if _names_a_stranger(meeting):
        return meeting
    if source is None:
        keys = {p.key for p in opposed}
        is_of_two = meeting.is_definite or meeting.node.lemma_.lower() in talks_words()["nouns"]["strong"]
        if opposed and own <= keys and meeting.is_particular and is_of_two and not helpers & keys:
            known = {p.key: p for p in sides}
            return replace(meeting, parties=tuple(known.get(p.key, p) for p in opposed), confidence=0.5)
        # "Ahead of the new round": between whom is told behind, and of nobody else.
        behind = [m for m in meetings if len(m.party_keys) >= 2 and m.format is not TalksFormat.PHONE]
        if own or not meeting.is_definite or len({m.party_keys for m in behind}) != 1:
            return meeting
        source = behind[0]
    parties = (*sides, *(without_person(p, 0.7) for p in source.parties if p.key not in own | helpers))
    return replace(meeting, parties=parties, confidence=round(source.confidence * 0.8, 2))


def _is_of_its_own(meeting: Meeting, own: frozenset[str]) -> bool:
    """`the Lake Chad Dialogue`, and what somebody attended as `a security conference`: not between those who met before."""
    node = meeting.node
    is_name = node.pos_ == "PROPN" and node.text[:1].isupper() and any(c.dep_ == "compound" and c.pos_ == "PROPN" for c in node.children)
    is_any = node.lemma_.lower() in talks_words()["nouns"]["open"] and any(c.lower_ in ("a", "an") for c in node.children)
    return (is_name and not own and meeting.round_number is None) or (is_any and bool(own))


def _between_by(meeting: Meeting, mediators: tuple[Party, ...]) -> Meeting:
    """With the mediators of the article, unless they are one of the two who meet, or people are named who meet themselves."""
    if meeting.hosts or {p.key for p in mediators} & meeting.party_keys or any(p.individual for p in meeting.parties):
        return meeting
    return replace(meeting, mediators=mediators)


def _is_of_the_series(meeting: Meeting) -> bool:
    """`the talks`, `a third round`, `an emergency session in January`: where nobody is named, those meet that met before."""
    if meeting.is_definite or meeting.renews or (meeting.round_number is not None and meeting.is_asserted):
        return True
    lemma = meeting.node.lemma_.lower()
    is_part = lemma in talks_words()["nouns"]["serial"] and not meeting.parties
    return is_part and meeting.is_asserted and meeting.is_particular


def _with_mediators(meeting: Meeting, meetings: list[Meeting]) -> Meeting:
    """Who mediates between two sides is told once for all their rounds."""
    if meeting.mediators or len(meeting.party_keys) < 2:
        return meeting
    same = (m for m in meetings if m.mediators and m.party_keys == meeting.party_keys)
    mediators = next((tuple(without_person(p, 0.7) for p in m.mediators) for m in same), ())
    return replace(meeting, mediators=mediators)


def _names_a_stranger(meeting: Meeting) -> bool:
    """`Iranian and European diplomats`, `met with business leaders`: the other side is named, though not as anybody known."""
    doc = meeting.node.doc
    covered = {i for p in (*meeting.parties, *meeting.mediators, *meeting.hosts) for i in range(p.first, p.end)}
    joined = [c for p in meeting.parties for i in range(p.first, p.end) for c in doc[i].conjuncts]
    if any(c.i not in covered and c.ent_type_ in ("NORP", "GPE", "ORG", "PERSON") for c in joined):
        return True
    verb = meeting.node if meeting.node.pos_ == "VERB" else meeting.node.head
    sides = {*talks_words()["groups"]["sides"], *words("roles")["bodies"]["words"], *words("roles")["groups"]["words"]}
    if verb == meeting.node and any(
        s.i not in covered and s.tag_ == "NNS" and s.lemma_.lower() not in sides and not any(c.i in covered for c in s.subtree)
        for s in syntax.subjects(verb)
    ):
        # "The families met her".
        return True
    met = [*syntax.adjuncts(meeting.node, "with"), *syntax.adjuncts(verb, "with"), *(syntax.objects(verb) if verb == meeting.node else ())]
    return any(_is_stranger(head) for head in met if head.i not in covered)


def _is_stranger(head: Token) -> bool:
    """`labour leaders`, `Ann Lee of a bank`, `aides`; not `his counterpart`, `the envoys`."""
    described = any(c.dep_ in ("compound", "amod", "nmod") for c in head.children)
    if head.lemma_.lower() in talks_words()["groups"]["own"]:
        return True
    return head.ent_type_ in ("PERSON", "ORG") or (described and head.lemma_.lower() in talks_words()["groups"]["sides"])


# Enough to be an event? ------------------------------------------------------------------------------------------------------------

ENOUGH = 6
"""Points that make a mention an event; a mere reference to a meeting needs one more."""


def _stands_alone(meeting: Meeting) -> bool:
    if meeting.status is TalksRoundStatus.UNKNOWN:
        return False
    if is_venue(meeting.node) and not meeting.names_parties:
        # Where others met.
        return False
    known = _known_sides(meeting)
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
    is_gathering = meeting.is_asserted and not is_venue(meeting.node) and meeting.location is not None and meeting.date is not None
    is_of_many = any((_is_many(p) and meeting.location is not None) or (_names_meeting(p, meeting) and is_gathering) for p in known)
    if len(sides) == 1 and not is_told_apart and not is_of_many:
        # "Brevia was at the talks": with whom is not told, and most such talks are somebody else's.
        return False
    told = (meeting.location, meeting.date, meeting.round_number, meeting.duration)
    is_mere_reference = not meeting.is_asserted and sum(value is not None for value in told) < 2
    return _points(meeting, known) >= ENOUGH + is_mere_reference


def _known_sides(meeting: Meeting) -> list[Party]:
    # "Between the premier and Mr X": whom he acts for is not told, and still it is a meeting.
    people = [p for p in meeting.parties if p.kind is ActorKind.PERSON and p.level is not TalksLevel.UNKNOWN and meeting.names_parties]
    acting = [p for p in meeting.parties if p.is_named and (p.kind in STATE_LIKE or p in people)]
    return list({p.key: p for p in acting}.values())


def _points(meeting: Meeting, known: list[Party]) -> int:
    """How much tells this meeting from others: two for what its own sentence says, one for what was taken over from another."""
    here = min(2, _told_here(meeting) + sum(_is_many(p) for p in known))
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
    points -= is_weak and here < 2 and meeting.location is None and meeting.date is None
    return points


def _is_many(party: Party) -> bool:
    """`rival factions`: two at the least."""
    return party.kind is ActorKind.GROUP and party.name.split()[-1].islower() and party.name.endswith("s")


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
