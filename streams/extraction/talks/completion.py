"""Sides and mediators of a meeting that another sentence tells."""

from __future__ import annotations

from dataclasses import replace

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.mentions import Form
from streams.extraction.talks.meeting import Meeting, talks_words
from streams.extraction.talks.nounphrases import of_all
from streams.extraction.talks.sides import STATE_LIKE, without_person
from streams.extraction.talks.standing import HAPPENED
from streams.extraction.talks.strangers import names_a_stranger
from streams.extraction.talks.telling import is_forum, is_of_leaders
from streams.records import ActorKind, EntityKind, TalksFormat, TalksRoundStatus

__all__ = ["between_by", "inherit_parties", "with_chairs", "with_land", "with_mediators"]

LEAD = 150
"""Tokens within which an article begins with talks and tells only later who holds them."""


def with_chairs(meeting: Meeting, sides: set[str]) -> Meeting:
    """`the talks, which Oman chairs`: between the sides, unless it is one of them."""
    between = tuple(p for p in meeting.chairs if p.key not in sides | meeting.party_keys and p.kind in STATE_LIKE)
    is_of_others = len(meeting.party_keys) >= 2 or (meeting.is_bare and sides)
    if between and is_of_others:
        return replace(meeting, mediators=(*meeting.mediators, *between))
    own = tuple(p for p in meeting.chairs if p.key not in meeting.party_keys)
    return replace(meeting, parties=(*meeting.parties, *own))


def inherit_parties(meeting: Meeting, meetings: list[Meeting], opposed: tuple[Party, ...]) -> Meeting:
    """`the latest round of talks`: between those who met before, in the nearest mention above."""
    # A committee or a panel that has no state is the body that meets, and not one of its sides.
    sides = [p for p in meeting.parties if p.kind is not ActorKind.ORG]
    own = frozenset(p.key for p in sides if p.is_named)
    helpers = {p.key for p in (*meeting.mediators, *meeting.hosts)}
    if (
        len(own) >= 2
        or (own and not (meeting.is_asserted and meeting.is_particular))
        or _is_of_its_own(meeting, own)
        or _is_of_many(meeting)
    ):
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
        and (m.trigger < meeting.trigger or (own and meeting.is_definite and m.trigger[0] <= meeting.trigger[0] + LEAD))
    ]
    if number := _number_of(meeting):
        # "The trilateral summit": of three.
        before = [m for m in before if len(m.party_keys) == number]
    same_kind = [m for m in before if (m.status in HAPPENED) == (meeting.status in HAPPENED)]
    beside = [m for m in before if meeting.renews and m.node.sent == meeting.node.sent]
    source = max(beside or same_kind or before, key=lambda m: m.trigger, default=None)
    if names_a_stranger(meeting):
        return meeting
    if source is not None and opposed and not own and _is_between_foes(meeting, source, {p.key for p in opposed}, helpers):
        return replace(meeting, parties=tuple(opposed), confidence=0.5)
    if source is None:
        keys = {p.key for p in opposed}
        is_of_two = meeting.is_definite or meeting.node.lemma_.lower() in talks_words()["nouns"]["strong"]
        is_of_two = is_of_two and not _is_on_other_topic(meeting) and meeting.node.lemma_.lower() not in ("summit", "congress")
        if opposed and own <= keys and meeting.is_particular and is_of_two and not helpers & keys:
            known = {p.key: p for p in sides}
            return replace(meeting, parties=tuple(known.get(p.key, p) for p in opposed), confidence=0.5)
        # "Ahead of the new round": between whom is told behind, and of nobody else.
        behind = [m for m in meetings if len(m.party_keys) >= 2 and m.format is not TalksFormat.PHONE]
        if meeting.trigger[0] > LEAD:
            return meeting
        if own or not (meeting.is_definite or meeting.renews) or len({m.party_keys for m in behind}) != 1 or helpers & behind[0].party_keys:
            return meeting
        source = behind[0]
    # "The next round will be hosted by Togo": one of those who met.
    is_next_of_two = len(source.party_keys) == 2 and (meeting.renews or meeting.round_number is not None)
    helpers = {p.key for p in meeting.mediators} | (set() if is_next_of_two else {p.key for p in meeting.hosts})
    parties = (*sides, *(without_person(p, 0.7) for p in source.parties if p.key not in own | helpers))
    hosts = tuple(h for h in meeting.hosts if h.key not in {p.key for p in parties})
    return replace(meeting, parties=parties, hosts=hosts, confidence=round(source.confidence * 0.8, 2))


def _is_between_foes(meeting: Meeting, source: Meeting, opposed: set[str], helpers: set[str]) -> bool:
    """`Peace talks resumed in Doha`, where others met each other in Cairo before: between those at war, and not between those."""
    nouns = talks_words()["nouns"]
    described = {c.lower_ for c in meeting.node.children}
    if meeting.node.lower_ not in ("talks", "negotiations") or described & {"their", "the", "these", "those"} or helpers & opposed:
        return False
    is_encounter = source.node.lemma_.lower() not in nouns["strong"]
    is_elsewhere = meeting.location is not None and (source.location is None or source.location.name != meeting.location.name)
    # "Blinken met Israel's premier. Ceasefire talks ended in Doha": not between those two either.
    is_of_others = not source.party_keys & opposed or bool(described & set(nouns["peace"]))
    return is_encounter and is_of_others and (is_elsewhere or meeting.renews) and not _is_on_other_topic(meeting)


def _is_on_other_topic(meeting: Meeting) -> bool:
    """`Trade talks in Lima ended`, where the article is on a war, and nothing else of it on trade: hardly between those at war."""
    topics = [c for c in meeting.node.children if c.dep_ in ("compound", "amod") and c.lemma_.lower() in talks_words()["nouns"]["topic"]]
    elsewhere = {t.lemma_.lower() for t in meeting.node.doc if t.head != meeting.node}
    is_on_war = any(lemma in elsewhere for lemma in talks_words()["groups"]["conflicts"])
    return is_on_war and any(topic.lemma_.lower() not in elsewhere for topic in topics)


def _number_of(meeting: Meeting) -> int:
    """How many meet at a `trilateral` meeting; 0 where no word tells it."""
    numbers: dict[str, int] = talks_words()["sides"]
    return next((numbers[c.lower_] for c in meeting.node.children if c.lower_ in numbers), 0)


def with_land(meeting: Meeting, meetings: list[Meeting], context: ArticleContext) -> Meeting:
    """`Ghana's minister will hold talks in Lima`, where the article tells of Peru: with those who sit there."""
    place, sides = meeting.location, [p for p in meeting.parties if p.is_named]
    if (
        place is None
        or place.form is not Form.CAPITAL
        or len(sides) != 1
        or len(meeting.parties) != 1
        or sides[0].kind is not ActorKind.STATE
    ):
        return meeting
    land = place.country
    is_away = land not in (None, sides[0].country, *talks_words()["groups"]["neutral"])
    is_told_of = any(m.kind is EntityKind.STATE and m.country == land and m.form in (Form.NAME, Form.DEMONYM) for m in context.mentions)
    is_taken = any(len(m.party_keys) > 1 and m.location is not None and m.location.country == land for m in meetings)
    if not (is_away and is_told_of) or is_taken or not _is_talks_of_one(meeting, context) or names_a_stranger(meeting):
        return meeting
    host = Party(place.name, ActorKind.STATE, land, place.first, place.end, directness=0.7)
    return replace(meeting, parties=(*meeting.parties, host), confidence=0.6)


def _is_talks_of_one(meeting: Meeting, context: ArticleContext) -> bool:
    """`will hold talks`, with nobody told, and on no third state."""
    node = meeting.node
    is_held = (
        node.lemma_.lower() in ("talk", "talks", "negotiation") and node.dep_ == "dobj" and node.head.lemma_.lower() in ("hold", "have")
    )
    if not is_held or meeting.mediators or meeting.hosts or meeting.status not in (*HAPPENED, TalksRoundStatus.SCHEDULED):
        return False
    others = [c for n in (node, node.head) for c in n.children if c.lower_ in ("with", "between", "among", "the", "these", "those")]
    topics = [t for about in syntax.adjuncts(node, "on", "about", "over") for t in about.subtree]
    return not others and not any(context.mentions.at(t.i, EntityKind.STATE, EntityKind.ORGANISATION) for t in topics)


def _is_of_its_own(meeting: Meeting, own: frozenset[str]) -> bool:
    """`the Lake Chad Dialogue`, and what somebody attended as `a security conference`: not between those who met before."""
    node = meeting.node
    is_name = node.pos_ == "PROPN" and node.text[:1].isupper() and any(c.dep_ == "compound" and c.pos_ == "PROPN" for c in node.children)
    several = {*talks_words()["nouns"]["open"], "summit", "forum"}
    is_any = node.lemma_.lower() in several and any(c.lower_ in ("a", "an") for c in node.children) and not meeting.renews
    verb = syntax.governing_verb(node)
    # "Will take part in the Global Seed Summit": that of many.
    attends = verb is not None and (
        verb.lemma_.lower() in talks_words()["verbs"]["attending"] or any(c.lower_ == "part" for c in verb.children)
    )
    is_of_many = is_name and node.lemma_.lower() in talks_words()["nouns"]["gathering"] and attends
    if is_forum(node) and not own:
        return True
    return (is_name and not own and meeting.round_number is None) or (is_any and bool(own)) or (is_of_many and len(own) == 1)


def _is_of_many(meeting: Meeting) -> bool:
    """`has meetings in Lima on Monday`, `at its annual meeting`: with whom is nobody's business but theirs."""
    words_of = {c.lower_ for c in meeting.node.children}
    nouns = meeting.node.doc[slice(*meeting.trigger)]
    if of_all(meeting.node) or is_of_leaders(meeting):
        return True
    is_plural = any(noun.lower_ == "meetings" for noun in nouns) and not meeting.is_definite
    return is_plural or bool(words_of & {"annual", "yearly", "regular", "weekly"})


def _is_of_the_series(meeting: Meeting) -> bool:
    """`the talks`, `a third round`, `an emergency session in January`: where nobody is named, those meet that met before."""
    if meeting.is_definite or meeting.renews or (meeting.round_number is not None and meeting.is_asserted):
        return True
    if meeting.is_asserted and meeting.is_particular and _is_under_agenda(meeting):
        return True
    lemma = meeting.node.lemma_.lower()
    # "A meeting of defence ministers will follow": of theirs.
    follows = meeting.node.dep_ in syntax.SUBJECT and meeting.node.head.lemma_ == "follow" and not syntax.objects(meeting.node.head)
    is_nobodys = not meeting.parties or (follows and not any(p.is_named for p in meeting.parties))
    is_part = lemma in talks_words()["nouns"]["serial"] and is_nobodys
    # "Following two days of Omani-backed talks in Lima".
    return is_part and (meeting.is_asserted or bool(meeting.mediators)) and meeting.is_particular


def _is_under_agenda(meeting: Meeting) -> bool:
    """`Under the timetable, deputy ministers will hold a dialogue in Lima on May 3`: those who agreed on it."""
    verb = syntax.governing_verb(meeting.node)
    unders = [c for c in verb.children if c.lower_ == "under" and c.i == verb.sent.start] if verb is not None else []
    agenda = talks_words()["nouns"]["agenda"]
    return any(
        of.lemma_.lower() in agenda and (of.pos_ == "PRON" or any(c.lower_ == "the" for c in of.children))
        for u in unders
        for of in u.children
    )


def between_by(meeting: Meeting, mediators: tuple[Party, ...]) -> Meeting:
    """With the mediators of the article, unless they are one of the two who meet, or people are named who meet themselves."""
    if meeting.hosts or {p.key for p in mediators} & meeting.party_keys or any(p.individual for p in meeting.parties):
        return meeting
    return replace(meeting, mediators=mediators)


def with_mediators(meeting: Meeting, meetings: list[Meeting]) -> Meeting:
    """Who mediates between two sides is told once for all their rounds."""
    if meeting.mediators or len(meeting.party_keys) < 2:
        return meeting
    # "An earlier process, led by Oman, was suspended": Oman need not be there now.
    before = talks_words()["renewal"]["before"]
    mediated = (m for m in meetings if m.mediators and not any(c.lower_ in before for c in m.node.children))
    same = (m for m in mediated if m.party_keys == meeting.party_keys)
    mediators = next((tuple(without_person(p, 0.7) for p in m.mediators) for m in same), ())
    return replace(meeting, mediators=mediators)
