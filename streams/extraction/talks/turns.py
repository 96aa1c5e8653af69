"""What comes of a plan by the end of its sentence: `were due to meet, but that was cancelled`."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor, Tense, assess
from streams.extraction.talks.case import Case
from streams.extraction.talks.meeting import OFF, Draft, Standing, talks_words
from streams.records import TalksRoundStatus

__all__ = ["Turns"]

Status = TalksRoundStatus

THEY = frozenset({"they", "these", "it", "those"})
MAYBE = frozenset({"may", "might", "could"})


class Turns:
    """Reads what is said of a plan after the plan."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        lexicon = talks_words()
        self._by_verb: dict[str, str] = lexicon["by_verb"]
        self._ending = frozenset(lexicon["renewal"]["ending"])
        self._meant = frozenset({*lexicon["nouns"]["meeting"], *lexicon["nouns"]["visit"], *lexicon["nouns"]["plan"], "it", "this", "that"})
        self._visits = frozenset(lexicon["nouns"]["visit"])
        self._happening = frozenset({*lexicon["verbs"]["happening"], "happen", "go ahead"})

    def read(self, case: Case) -> Standing | None:
        """`were due to meet, but that event was cancelled`, `but he cancelled the trip`; `a planned summit, which has been cancelled`."""
        node = case.draft.node
        joined = [c for verb in (*case.draft.verbs, *case.draft.inner_verbs) for c in syntax.conjuncts(verb)[1:] if c.i > node.i]
        is_resumed = case.draft.verbs and case.draft.verbs[0].lemma_.lower() in talks_words()["renewal"]["words"]
        # "To resume talks that have been frozen for months".
        told_in = () if is_resumed else node.subtree
        clauses = [c for t in told_in if t.dep_ == "relcl" and t.i > node.i for c in syntax.conjuncts(t)]
        for later in (*joined, *clauses):
            status = self._by_verb.get(Governor(later, "").lemma)
            acted_on = [c for c in later.children if c.dep_ in ("dobj", "nsubjpass")]
            subjects = [c for c in later.children if c.dep_ in syntax.SUBJECT]
            meant = self._meant | ({"which", "that"} if later.dep_ == "relcl" else set())
            # Who refuses it stays away; the others still meet.
            told = subjects if status == "RULED_OUT" else [*acted_on, *subjects]
            # "But the Malians cancelled at the last minute".
            by_party = status in ("CANCELLED", "POSTPONED", "SUSPENDED") and not acted_on and self._are_sides(subjects, case)
            is_refused = status == "RULED_OUT" and len(case.parties) == 2 and self._are_sides(subjects, case)
            if is_refused and not any(c.dep_ in ("dobj", "xcomp", "ccomp", "prep") for c in later.children):
                # "Mali proposed talks with Togo, but Togo refused".
                return Standing(Status.RULED_OUT, (*case.cues, later), is_asserted=True)
            is_denied = assess(later).negation is not None
            if status in OFF and ({c.lemma_.lower() for c in told} & meant or by_party) and not is_denied:
                # Who pulls out of what has not begun cancels it.
                off = Status.CANCELLED if by_party and status == "SUSPENDED" else Status(status)
                return Standing(off, (*case.cues, later), is_asserted=True)
            happens = Governor(later, "").lemma in self._happening or any(c.lower_ == "place" for c in later.children)
            is_told = case.date is not None or case.fact.tense is Tense.PAST
            if Governor(later, "").lemma in self._ending and later.tag_ == "VBD" and is_told and {s.lower_ for s in subjects} & THEY:
                # "Attempted to convene talks in May, but these failed".
                return Standing(Status.HELD, (*case.cues, later), is_asserted=True)
            if happens and any(c.tag_ == "MD" and c.lower_ in MAYBE for c in (*later.children, *later.head.children, later.head)):
                # "Meetings that may or may not happen".
                return Standing(Status.PROPOSED, case.told)
            if is_denied and not subjects and happens:
                # "Was to follow in May but never took place".
                return Standing(Status.CANCELLED, (*case.cues, later), is_asserted=True)
        undone = _undone(case.draft.verbs) or self._not_happened(case.draft)
        if undone is not None:
            return Standing(Status.CANCELLED, tuple(dict.fromkeys((*case.cues, undone))), is_asserted=True)
        trip = self._trip_is_off(case.draft)
        return None if trip is None else Standing(Status(self._by_verb[Governor(trip, "").lemma]), (trip, *case.cues), is_asserted=True)

    def _trip_is_off(self, draft: Draft) -> Token | None:
        """`cancelled a trip to Lima, where he was to meet her`: the verb that takes the meeting with it."""
        verb = next((v for v in (draft.node, *draft.verbs) if v.dep_ in ("relcl", "advcl")), None)
        if verb is None or not any(t.lower_ in ("where", "which", "whom") for c in verb.lefts for t in (c, *c.children)):
            return None
        above = syntax.chain(verb.head) if verb.dep_ == "relcl" else syntax.objects(verb.head)
        trip = next((n for n in above if n.lemma_.lower() in self._visits), None)
        off = trip.head if trip is not None and trip.dep_ in (*syntax.OBJECT, "nsubjpass") else None
        return off if off is not None and self._by_verb.get(Governor(off, "").lemma) in ("CANCELLED", "POSTPONED") else None

    def _not_happened(self, draft: Draft) -> Token | None:
        """`the meeting planned for Monday did not go ahead`."""
        verb = draft.verbs[0] if draft.verbs and draft.node.dep_ in syntax.SUBJECT else None
        if verb is None or verb.tag_ != "VB" or not any(c.lower_ == "did" for c in verb.children):
            return None
        is_happening = Governor(verb, "").lemma in self._happening or any(c.lower_ in ("place", "ahead") for c in verb.children)
        return verb if is_happening and any(c.dep_ == "neg" for c in verb.children) else None

    def _are_sides(self, subjects: list[Token], case: Case) -> bool:
        return any(p.key in case.parties for s in subjects for p in self._context.cast.parties(s))


def _undone(verbs: list[Token]) -> Token | None:
    """`had been due to meet`, `were to have met`: the word by which it was meant to be, and was not."""
    meant = talks_words()["days"]["meant"]
    if any(c.lemma_ == "do" and c.dep_ == "conj" and c.tag_ == "VBD" for verb in verbs for c in (*verb.children, *verb.head.children)):
        # "And they did".
        return None
    for verb in verbs[:3]:
        above = verb.head
        has_to = {"to", "have"} <= {c.lower_ for c in verb.children if c.dep_ == "aux"}
        if has_to and verb.tag_ == "VBN" and above.lower_ in ("was", "were") and verb.dep_ == "xcomp":
            return verb
        for word in (c for node in (verb, above) for c in (node, *node.children) if c.lower_ in meant):
            around = {c.lower_ for node in (word, word.head) for c in (node, *node.children) if node == word or c.dep_ in ("aux", "neg")}
            if {"had", "been"} <= around | {word.head.lower_} and not around & {"not", "n't", "n’t"}:
                return word
    return None
