"""What comes of a plan by the end of its sentence: `were due to meet, but that was cancelled`."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor, Tense, assess
from streams.extraction.talks.case import Case
from streams.extraction.talks.meeting import OFF, Standing, talks_words
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
        return None

    def _are_sides(self, subjects: list[Token], case: Case) -> bool:
        return any(p.key in case.parties for s in subjects for p in self._context.cast.parties(s))
