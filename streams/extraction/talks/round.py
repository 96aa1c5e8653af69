"""Meetings, calls and rounds of talks: who, where, when, which round, how long, and whether it happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date as day
from datetime import timedelta
from typing import TypeGuard

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, TimeMention
from streams.extraction.factuality import Factuality, Tense, assess
from streams.extraction.mentions import Mention
from streams.extraction.polities import polity
from streams.extraction.talks.gapping import taken_apart
from streams.extraction.talks.measures import Measures
from streams.extraction.talks.meeting import OFF, Draft, Meeting, Standing, talks_words
from streams.extraction.talks.merge import merge
from streams.extraction.talks.participants import Participants
from streams.extraction.talks.particulars import Particulars
from streams.extraction.talks.sides import STATE_LIKE, distinct, named
from streams.extraction.talks.standing import HAPPENED, StandingReader
from streams.extraction.talks.triggers import Triggers
from streams.extraction.times import Direction
from streams.records import ActorKind, Certainty, EntityKind, TalksFormat, TalksRoundStatus

__all__ = ["Meeting", "find_meetings"]

BACK_REFERENCE = frozenset({"the", "this", "that", "these", "those", "such", "its", "their", "his", "her", "previous", "earlier"})

POLITIES = frozenset({ActorKind.STATE, ActorKind.IGO})
"""Where two of these are told, it is no council or committee that sits by itself."""

TOLD = 0.9
"""Directness of who is named as one of those who meet."""

REMOTE = frozenset({TalksFormat.ONLINE, TalksFormat.PHONE})
"""In such a form whoever hosts it is nowhere in particular."""


def find_meetings(context: ArticleContext) -> list[Meeting]:
    """The meetings that an article states, each once, in the order of their triggers."""
    finder = _Finder(context)
    mentions = [meeting for token in context.reading.tokens for meeting in finder.at(token)]
    meetings = merge(mentions, context, finder.opposed(mentions), finder.mediators(mentions))
    return [meeting for meeting in meetings if not _is_domestic(meeting)]


def _is_domestic(meeting: Meeting) -> bool:
    """Whether several take part and all are of one state, or of none: a president and his senate, a bank and its creditors."""
    everybody = [*meeting.parties, *meeting.mediators, *meeting.hosts]
    return len(everybody) >= 2 and len({polity(party) for party in everybody} - {None}) < 2


class _Finder:
    """Looks for mentions of meetings at each token."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._triggers = Triggers()
        self._participants = Participants(context)
        self._particulars = Particulars(context)
        self._measures = Measures(context)
        self._standing = StandingReader(context, self._triggers)
        lexicon = talks_words()
        self._processes = frozenset(lexicon["nouns"]["process"])
        self._ahead = frozenset(lexicon["days"]["ahead"])
        self._behind = frozenset(lexicon["days"]["behind"])
        self._loose = frozenset(lexicon["nouns"]["loose"])
        self._formal = frozenset(lexicon["nouns"]["formal"])
        self._trade = frozenset(lexicon["deals"]["verbs"])
        self._limiting = frozenset(lexicon["deals"]["limiting"])
        self._attending = frozenset(lexicon["verbs"]["attending"])
        self._resuming = frozenset(lexicon["renewal"]["words"])
        self._adjourning = frozenset(lexicon["renewal"]["adjourning"])
        self._before = frozenset(lexicon["renewal"]["before"])

    def opposed(self, mentions: list[Meeting]) -> tuple[Party, ...]:
        """Between whom talks are of which no sentence says it; looked up only where there are such."""
        needed = any(len(m.party_keys) < 2 and m.is_particular for m in mentions)
        return self._participants.opposed() if needed else ()

    def mediators(self, mentions: list[Meeting]) -> tuple[Party, ...]:
        """Who mediates, where that is told apart from the meetings."""
        return self._participants.mediators() if mentions and not any(m.mediators for m in mentions) else ()

    def at(self, token: Token) -> list[Meeting]:
        """The meetings that a token triggers: usually none or one, several for `calls with A and B`."""
        draft = self._triggers.at(token) if not self._context.cast.is_person(token) else None
        if draft is None or not self._participants.fill(draft) or self._is_deal(draft):
            return []
        is_unhelped = draft.word in self._processes and not (draft.mediators or draft.chairs)
        if is_unhelped and len(named(draft.parties)) < 2:
            return []
        if self._triggers.is_elsewhere(draft, len([p for p in named(draft.parties) if p.kind in POLITIES])):
            return []
        meetings = self._complete(draft)
        if is_unhelped:
            # A process that nobody mediates is told of where it stops.
            meetings = [m for m in meetings if m.status.value in OFF]
        if meetings:
            self._participants.note(meetings)
            meetings.extend(self._resumption(draft, meetings[0]))
        return meetings

    def _complete(self, draft: Draft) -> list[Meeting]:
        fact = assess(draft.node)
        mediators = distinct(draft.mediators)
        # "The Secretary of Security hosted them": the recogniser sees a body in a part of a title.
        receiving = [h for h in distinct(draft.hosts) if h.kind is not ActorKind.ORG or h.country or len(draft.hosts) == 1]
        # Whoever hosts the summit of four of whom he is one sits there too.
        told = {(p.key, p.first) for p in draft.parties if p.directness >= TOLD}
        hosts = [h for h in receiving if not any(key == h.key and first != h.first for key, first in told)]
        helpers = {p.key for p in (*mediators, *hosts)}
        parties = [p for p in distinct(draft.parties) if p.key not in helpers]
        date = self._particulars.dates.of(draft)
        is_definite = _is_definite(draft)
        standing = self._standing.read(draft, fact, date, parties)
        if standing is None or _is_question(draft):
            return []
        date = date if date is None or self._may_be_on(date, standing.status, draft) else None
        standing = self._of_entry(self._still_to_come(standing, date, draft), date)
        location = self._particulars.locations.of(draft)
        parties = self._participants.with_host(parties, location)
        form = self._measures.format(draft, location)
        at_home = receiving or draft.at_home
        if location is None and at_home and at_home[0].country and form not in REMOTE:
            location = self._particulars.places.land_of(at_home[0], draft)
        if location is not None and _invites_home(draft.proposed_by, parties, location):
            hosts = [*hosts, replace(draft.proposed_by, directness=TOLD)]
        round_number, round_count = self._measures.round(draft)
        sides = [p for p in named(parties) if p.kind in STATE_LIKE]
        # "Meeting in Oslo, the minister said": with whom was told before.
        is_vague = not draft.nouns and len(sides) < 2 and not any(p.kind is ActorKind.IGO for p in sides)
        if draft.is_closed and sides:
            sides = named(parties)
        meeting = Meeting(
            trigger=_trigger_range(draft),
            node=draft.node,
            status=standing.status,
            certainty=fact.certainty,
            evidence=tuple(_in_order([*standing.cues, *fact.evidence])),
            parties=tuple(parties),
            mediators=tuple(mediators),
            hosts=tuple(hosts),
            chairs=tuple(distinct(draft.chairs)),
            location=location,
            date=date,
            direction=self._standing.direction(draft, standing, date),
            duration=self._measures.duration(draft),
            round_number=round_number,
            round_count=round_count,
            level=self._measures.level(draft, parties),
            format=form,
            proposed_by=draft.proposed_by,
            attribution=self._context.attributions.of(draft.node),
            doubt=fact.doubt,
            is_asserted=standing.is_asserted and not (is_vague and (draft.node.tag_ == "VBG" or date is None)),
            is_definite=is_definite or is_vague,
            is_bare=is_definite
            and not any(c.dep_ == "poss" or c.lower_ in ("with", "between", "of") for n in draft.nouns for c in n.children),
            is_loose=self._is_loose(draft),
            renews=standing.renews,
            is_attended=is_definite and bool(draft.nouns) and any(v.lemma_.lower() in self._attending for v in draft.verbs[:1]),
            names_parties=len(sides) >= 2 and all(p.directness >= 0.7 for p in sides),
            confidence=_confidence(parties, fact),
        )
        if meeting.parties and not sides and not any(p.individual for p in parties) and not helpers and not meeting.is_particular:
            return []
        return [m for one in _one_by_one(meeting) for m in taken_apart(one, draft, self._context, self._particulars)]

    def _still_to_come(self, standing: Standing, date: TimeMention | None, draft: Draft) -> Standing:
        """`welcomed the launch of a dialogue in 2027`, `thanked him for hosting a summit on Friday week`: not held, whatever the verb."""
        published = self._context.published
        if standing.status is TalksRoundStatus.SCHEDULED and date is not None and published is not None:
            return self._over_since(standing, date, published)
        if standing.status is not TalksRoundStatus.HELD or date is None or published is None or not draft.nouns:
            return standing
        start, near = (date.found.resolve(published, direction).start for direction in (Direction.PAST, Direction.NEAREST))
        is_ahead = start is not None and start > published + timedelta(days=2)
        if near is not None and start is not None and draft.verbs and draft.verbs[0].tag_ == "VBG":
            is_ahead = is_ahead or (published < near < published + timedelta(days=21) and published - start > timedelta(days=60))
        return replace(standing, status=TalksRoundStatus.SCHEDULED) if is_ahead else standing

    def _of_entry(self, standing: Standing, date: TimeMention | None) -> Standing:
        """`2-4 May 2021: Second round, in Lima`: of an entry in a calendar the day tells whether it was."""
        published = self._context.published
        if date is None or published is None or not self._particulars.dates.is_of_entry(date):
            return standing
        end = date.found.resolve(published, Direction.NEAREST).end
        if end is None or standing.status not in (TalksRoundStatus.UNKNOWN, *HAPPENED):
            return standing
        status = TalksRoundStatus.HELD if end <= published else TalksRoundStatus.SCHEDULED
        return replace(standing, status=status, is_asserted=True)

    @staticmethod
    def _over_since(standing: Standing, date: TimeMention, published: day) -> Standing:
        """`will sign what they agreed at their meeting on May 3, 2021`, told years later: held, unless a word says that it was only set."""
        end = date.found.resolve(published, Direction.FUTURE).end
        is_set = any(talks_words()["by_verb"].get(cue.lemma_.lower()) in ("SCHEDULED", "PROPOSED", "WISHED") for cue in standing.cues)
        is_over = end is not None and end < published - timedelta(days=2)
        return replace(standing, status=TalksRoundStatus.HELD) if is_over and not is_set else standing

    def _may_be_on(self, date: TimeMention, status: TalksRoundStatus, draft: Draft) -> bool:
        """What was held was not held next month, and what is set is not set for yesterday: such a day is of something else."""
        against = self._ahead if status is TalksRoundStatus.HELD else self._behind if status is TalksRoundStatus.SCHEDULED else frozenset()
        return not any(token.lower_ in against for token in draft.node.doc[date.first : date.end])

    def _is_loose(self, draft: Draft) -> bool:
        if not draft.nouns:
            if draft.word == "discuss":
                return True
            if draft.word == "negotiate" and any(o.pos_ == "NOUN" for o in syntax.objects(draft.node)):
                # "Will negotiate rules on fish".
                return True
            return draft.word in ("talk", "speak", "negotiate", "sit") and len(named(draft.parties)) < 2
        if not all(noun.lemma_.lower() in self._loose for noun in draft.nouns):
            return False
        words_of = {word for noun in draft.nouns for child in noun.children for word in (child.lower_, child.lemma_.lower())}
        is_name = any(noun.text[:1].isupper() and noun.i > noun.sent.start for noun in draft.nouns)
        # "The next round", "a previous session": of what was told before.
        is_of_series = draft.word in ("round", "session", "encounter", "sitting") and bool(words_of & (self._resuming | self._before))
        return not (is_name or is_of_series or words_of & self._formal)

    def _is_deal(self, draft: Draft) -> bool:
        """`in talks to buy helicopters`: a purchase, and no meeting that one could tell from others."""
        if not draft.nouns or any(t.lower_ in self._limiting for noun in draft.nouns for t in noun.lefts):
            # "Nuclear arms control talks".
            return False
        purposes = [v for noun in draft.nouns for v in noun.children if v.dep_ in ("acl", "xcomp", "advcl") and v.tag_ == "VB"]
        for noun in draft.nouns:
            for about in syntax.adjuncts(noun, "on", "about", "over", "for", "around", "regarding", "of"):
                purposes.append(about)
                purposes.extend(c for of in syntax.adjuncts(about, "of", "on") for c in [of])
        if draft.verbs:
            purposes.extend(v for v in draft.verbs[0].children if v.dep_ == "xcomp" and v.tag_ == "VB" and v.i > draft.node.i)
            purposes.extend(about for about in syntax.adjuncts(draft.verbs[0], "about", "over"))
            for about in list(purposes):
                purposes.extend(of for of in syntax.adjuncts(about, "of"))
        for purpose in purposes:
            things = [purpose, *(o for o in syntax.objects(purpose))] if purpose.pos_ == "VERB" else [purpose]
            phrases = [i for t in things for i in syntax.noun_phrase(t)]
            limits = any(purpose.doc[i].lower_ in self._limiting for i in phrases)
            names_weapon = not limits and any(self._context.mentions.at(i, EntityKind.WEAPON) for i in phrases)
            if purpose.lemma_.lower() in self._trade or names_weapon:
                return self._particulars.locations.of(draft) is None and not draft.mediators
        return False

    def _resumption(self, draft: Draft, before: Meeting) -> list[Meeting]:
        """`talks ended on Monday but will resume on Friday` are two meetings."""
        if (until := self._until(draft)) is not None:
            return [self._resumed(draft.node.head, before, until)]
        if draft.node.dep_ not in syntax.SUBJECT:
            return []
        found: list[Meeting] = []
        for verb in syntax.conjuncts(draft.node.head)[1:]:
            lowered = {c.lower_ for c in verb.children}
            is_ahead = bool(lowered & {"will", "’ll", "'ll", "would"}) or ("to" in lowered and verb.tag_ == "VB")
            if verb.lemma_.lower() not in self._resuming or not is_ahead:
                continue
            found.append(self._resumed(verb, before, self._particulars.dates.of(Draft(verb, [], [verb]))))
        return found

    def _until(self, draft: Draft) -> TimeMention | None:
        """`The talks were adjourned until Friday`: the day on which they go on."""
        verb = draft.node.head
        is_cut = draft.node.dep_ in (*syntax.SUBJECT, "dobj") and verb.lemma_.lower() in self._adjourning
        if not is_cut or assess(draft.node).negation is not None:
            return None
        return self._particulars.dates.day_behind(verb, "until", "till", "to")

    def _resumed(self, verb: Token, before: Meeting, date: TimeMention | None) -> Meeting:
        return replace(
            before,
            trigger=(verb.i, verb.i + 1),
            node=verb,
            status=TalksRoundStatus.SCHEDULED,
            certainty=Certainty.CERTAIN,
            evidence=tuple(c for c in (*verb.children, verb) if c == verb or c.dep_ == "aux"),
            location=self._particulars.locations.of(Draft(verb, [], [verb])),
            date=date,
            direction=Direction.FUTURE,
            duration=None,
            round_number=None,
            round_count=None,
            is_asserted=True,
            is_definite=False,
            renews=True,
        )


def _invites_home(proposer: Party | None, parties: Iterable[Party], location: Mention) -> TypeGuard[Party]:
    """`Mali suggested that Ghana and Togo meet in Bamako`: whoever is none of those who are to meet would host them."""
    others = [p for p in named(parties) if p.kind in STATE_LIKE]
    is_home = proposer is not None and proposer.country is not None and proposer.country == location.country
    return proposer is not None and is_home and len(others) > 1 and all(p.country != proposer.country for p in others)


def _is_definite(draft: Draft) -> bool:
    for noun in draft.nouns:
        determiners = {c.lower_ for c in noun.children if c.dep_ in ("det", "predet", "poss", "amod")}
        if determiners & BACK_REFERENCE:
            return True
    last = draft.nouns[-1] if draft.nouns else None
    if last is None or last.lower_ not in ("talks", "negotiations", "discussions"):
        return False
    return not any(c.dep_ in ("det", "amod", "nummod") or (c.dep_ == "prep" and c.lower_ in ("with", "between")) for c in last.children)


def _is_question(draft: Draft) -> bool:
    """`Should he go to the summit?`: nobody says that he will."""
    is_inverted = any(
        c.dep_ == "aux" and any(s.dep_ in syntax.SUBJECT and s.i > c.i for s in v.children) for v in draft.verbs for c in v.children
    )
    return is_inverted and any(t.text == "?" for t in list(draft.node.sent)[-3:])


def _trigger_range(draft: Draft) -> tuple[int, int]:
    if not draft.nouns:
        return draft.node.i, draft.node.i + 1
    compound = [
        c.i for c in draft.nouns[0].children if c.dep_ == "compound" and c.lemma_.lower() in ("summit", "peace", "phone", "leader", "video")
    ]
    first = draft.nouns[0]
    if first.i > 1 and first.nbor(-1).text == "-" and first.nbor(-2).head == first:
        # "A follow-up".
        compound.append(first.i - 2)
    return min([first.i, *compound]), draft.nouns[-1].i + 1


def _in_order(tokens: Iterable[Token]) -> list[Token]:
    return sorted({token.i: token for token in tokens}.values(), key=lambda token: token.i)


def _confidence(parties: list[Party], fact: Factuality) -> float:
    confidence = 0.95 if len(parties) >= 2 else 0.7
    for party in parties:
        confidence *= party.directness
    return round(confidence * (0.9 if fact.tense is Tense.NONE else 1.0), 2)


def _one_by_one(meeting: Meeting) -> list[Meeting]:
    """`calls with A and B` are two calls: nobody reports a call of three in that way; so are `separate talks with A and B`."""
    callers = [p for p in meeting.parties if p.first < meeting.node.i]
    is_separate = any(c.lower_ in talks_words()["nouns"]["one_by_one"] for c in meeting.node.children)
    is_call = meeting.format is TalksFormat.PHONE and len(meeting.parties) == 3
    if not (is_call or is_separate) or len(meeting.parties) < 3 or len(callers) > 1 or meeting.mediators:
        return [meeting]
    caller, *called = meeting.parties
    return [replace(meeting, parties=(caller, other)) for other in called]
