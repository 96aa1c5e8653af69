"""Whether a meeting is told as with somebody who is none of those the article knows: `the families met her`."""

from __future__ import annotations

from functools import cache

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.lexicon import words
from streams.extraction.talks.meeting import Meeting, talks_words
from streams.records import ActorKind

__all__ = ["acting_words", "is_of_strangers", "names_a_stranger"]

NAMES = frozenset({"NORP", "GPE", "ORG", "PERSON"})
"""What the recogniser sees somebody in."""


def names_a_stranger(meeting: Meeting) -> bool:
    """`Iranian and European diplomats`, `met with business leaders`, `Mr Low and his lawyers`."""
    doc = meeting.node.doc
    if is_of_strangers(meeting):
        return True
    if any(p.kind is ActorKind.ORG and p.name.split()[-1].casefold() in talks_words()["groups"]["partisan"] for p in meeting.parties):
        # "The Farmers' Party met in Lima".
        return True
    known = (*meeting.parties, *meeting.mediators, *meeting.hosts)
    covered = {i for p in known for i in range(p.first, p.end)}
    joined = {c for p in known for i in range(p.first, p.end) for node in (doc[i], doc[i].head) for c in node.conjuncts}
    joined = {c for c in joined if c.i not in covered and covered.isdisjoint(syntax.noun_phrase(c))}
    if any(c.ent_type_ in NAMES or _is_described(c) or _is_his(c) for c in joined):
        return True
    is_verb = meeting.node.pos_ == "VERB"
    verb = meeting.node if is_verb else meeting.node.head
    if is_verb and any(_is_a_crowd(s, covered) for s in syntax.subjects(verb)):
        return True
    met = [*syntax.adjuncts(meeting.node, "with", "between"), *syntax.adjuncts(verb, "with"), *(syntax.objects(verb) if is_verb else ())]
    named_at = {p.first for p in known if p.is_named} | {p.end - 1 for p in known if p.is_named}
    is_abroad = meeting.location is not None and meeting.location.country not in {p.country for p in meeting.parties}
    if not is_abroad and any(_is_any_official(head) and named_at.isdisjoint(t.i for t in head.subtree) for head in met):
        return True
    return any(_is_stranger(head) for head in met if head.i not in covered or _is_his(head))


def is_of_strangers(meeting: Meeting) -> bool:
    """`a summit of coastal states`: of some who are told apart by a word, and without a name."""
    return any(not p.is_named and _is_described(meeting.node.doc[p.end - 1]) for p in meeting.parties)


def _is_a_crowd(subject: Token, covered: set[int]) -> bool:
    """`The families met her`, `a widow who met her`, `Bishop Low met her`, `the Farmers' Party met`."""
    if subject.i in covered or any(c.i in covered for c in subject.subtree):
        return False
    lemma = subject.lemma_.lower()
    is_own = lemma in talks_words()["groups"]["own"]
    is_nobody_of_state = subject.pos_ == "NOUN" and (is_own or lemma not in acting_words() | set(talks_words()["nouns"]["body"]))
    return subject.ent_type_ in ("PERSON", "ORG") or is_nobody_of_state


def _is_stranger(head: Token) -> bool:
    """`labour leaders`, `Ann Lee of a bank`, `aides`, `parents of the girls`; not `his counterpart`, `the envoys`."""
    lemma = head.lemma_.lower()
    if lemma in talks_words()["groups"]["own"] or head.ent_type_ in ("PERSON", "ORG") or _is_described(head) or _is_his(head):
        return True
    is_met = head.dep_ == "dobj" and head.head.lemma_.lower() == "meet"
    return is_met and head.pos_ == "NOUN" and lemma not in acting_words()


def _is_any_official(head: Token) -> bool:
    """`met with military officials`: his own, for all that one knows; not `with officials, including Mr Lee`."""
    if any(c.lower_ == "including" for c in (*head.children, *head.head.head.children)):
        return False
    return head.lemma_.lower() == "official" and head.tag_ == "NNS" and not any(c.dep_ in ("det", "poss") for c in head.children)


def _is_described(head: Token) -> bool:
    """`business leaders`, `African leaders`; not `senior officials`, `the warring parties`."""
    groups = talks_words()["groups"]
    told = {*words("roles")["modifiers"]["words"], *groups["at_odds"], *groups["levels"]}
    titles = words("roles")["titles"]["ministers"]
    described = any(
        c.dep_ in ("compound", "amod", "nmod") and c.lower_ not in told and f"{c.lower_} {head.lemma_.lower()}" not in titles
        for c in head.children
    )
    return described and head.lemma_.lower() in groups["sides"]


def _is_his(head: Token) -> bool:
    """`his negotiating team`, `Mr Low's lawyers`: whoever sits with them sits at home; not `his counterpart`, `Mr Low's envoy`."""
    if head.pos_ != "NOUN":
        return False
    lemma = head.lemma_.lower()
    owners = [c for c in head.children if c.dep_ == "poss"]
    others = {*words("roles")["bodies"]["others"], *talks_words()["groups"]["alike"]}
    if any(c.tag_ == "PRP$" for c in owners):
        return lemma not in others
    return lemma not in others | acting_words() and any(c.ent_type_ == "PERSON" for c in owners)


@cache
def acting_words() -> frozenset[str]:
    """Nouns of who may act for a state."""
    roles = words("roles")
    titles = (title for level in ("leaders", "ministers", "delegates", "other") for title in roles["titles"][level])
    return frozenset({*talks_words()["groups"]["sides"], *roles["bodies"]["words"], *roles["groups"]["words"], *titles})
