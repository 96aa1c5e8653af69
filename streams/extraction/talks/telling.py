"""How much one mention tells of its meeting: nothing but that it was, or when, where and who."""

from __future__ import annotations

from spacy.tokens import Span, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.talks.meeting import OFF, Meeting, talks_words
from streams.extraction.talks.standing import PLANNED
from streams.records import ActorKind, TalksRoundStatus

__all__ = [
    "is_forum",
    "is_of_leaders",
    "is_on_the_way",
    "is_stall_of",
    "is_told",
    "names_meeting",
    "only_refers",
    "particulars",
    "shares_place_and_day",
    "told_here",
]

PLURAL = frozenset({"they", "them", "their", "both", "it", "its"})
"""Pronouns that may mean anybody who was named; `he` and `we` mean one."""


def is_told(meeting: Meeting) -> bool:
    """Whether a mention says anything of the meeting but that it is one."""
    return meeting.round_count is not None or particulars(meeting) > 0


def particulars(meeting: Meeting) -> int:
    """How much of where, when, how long and which round it tells."""
    return sum(value is not None for value in (meeting.location, meeting.date, meeting.duration, meeting.round_number))


def only_refers(mention: Meeting) -> bool:
    """`the talks are being mediated by`: nothing of its own that would make it another meeting."""
    is_off = mention.status.value in OFF
    if mention.is_attended and mention.date is None and not is_off:
        # "They will be allowed to attend the talks": those that are told of, however they stand.
        return True
    if mention.is_definite and mention.mediators and not mention.party_keys and mention.status is TalksRoundStatus.ONGOING:
        # "The Union has been mediating the negotiations since June": who helps in those that were told.
        return mention.location is None
    if mention.is_definite and mention.hosts and not mention.party_keys and mention.status is TalksRoundStatus.ONGOING:
        # "Oman is hosting the talks": the land is that of the host.
        return mention.date is None
    return mention.is_definite and not (is_told(mention) or mention.names_parties or mention.renews or is_off)


def told_here(meeting: Meeting) -> int:
    """Parties that its own sentence names: who is meant by `they` was told elsewhere."""
    sentence = meeting.node.sent
    told = [p for p in meeting.parties if p.is_named and sentence.start <= p.first < sentence.end]
    return len({p.key for p in told if not _refers_back(sentence.doc[p.first : p.end])})


def _refers_back(words_of: Span) -> bool:
    """`they`, `the two sides`."""
    first = words_of[0]
    return first.lower_ in PLURAL or (len(words_of) == 1 and first.lemma_.lower() in {*talks_words()["groups"]["sides"], "two"})


def is_on_the_way(meeting: Meeting) -> bool:
    """`flew to Lima for talks`: by the next sentence they may have been held."""
    motion = talks_words()["verbs"]["motion"]
    return meeting.status in PLANNED and any(t.tag_ in ("VBD", "VBZ", "VBP") and t.lemma_.lower() in motion for t in meeting.evidence)


def is_stall_of(stall: Meeting, begun: Meeting) -> bool:
    """Whether `the talks` that stalled are those told before as begun, and not as held on a day or as one round."""
    verb = begun.node.head
    is_begun = verb.pos_ == "VERB" and verb.lemma_.lower() in talks_words()["renewal"]["starting"]
    return is_begun and stall.is_bare and stall.date is None and not stall.party_keys and begun.trigger < stall.trigger


def names_meeting(party: Party, meeting: Meeting) -> bool:
    """`the G20 summit`, `a meeting of the African Union`, `G20 ministers met`, `gathered for their summit`."""
    if party.kind is not ActorKind.IGO:
        return False
    node, verb = meeting.node, syntax.governing_verb(meeting.node)
    heads = syntax.subjects(node) if node.pos_ == "VERB" else [node, *syntax.adjuncts(node, "of")]
    if verb is not None and any(c.lower_ in ("their", "its") for c in node.children):
        heads.extend(syntax.subjects(verb))
    return any(party.first in syntax.noun_phrase(head) or party.first <= head.i < party.end for head in heads)


def is_forum(node: Token) -> bool:
    """`the second Summit for Trade`, `the Summit of the Americas`: a gathering with a name of its own."""
    is_name = node.text[:1].isupper() and node.i > node.sent.start and node.lemma_.lower() in talks_words()["nouns"]["gathering"]
    behind = node.doc[node.i + 1 : node.i + 3]
    is_of_many = node.doc[node.i + 1 : node.i + 4].text == "of the Americas"
    return is_name and (is_of_many or (len(behind) == 2 and behind[0].lower_ in ("for", "on") and behind[1].text[:1].isupper()))


def shares_place_and_day(first: Meeting, second: Meeting) -> bool:
    """Whether both tell where and when; that they agree has been seen."""
    return None not in (first.location, second.location, first.date, second.date)


def is_of_leaders(meeting: Meeting) -> bool:
    """`Togo will host several African leaders for a summit on Monday`: with them, whoever they are."""
    leaders = talks_words()["nouns"]["leaders"]
    verb = syntax.governing_verb(meeting.node)
    if verb is None or verb.lemma_.lower() not in talks_words()["roles"]["host"]:
        return False
    are_many = any(not p.is_named and p.name.endswith("s") and p.name.split()[-1] in leaders for p in meeting.parties)
    return are_many and meeting.is_asserted and meeting.date is not None and meeting.node.lemma_.lower() in ("summit", "conference")
