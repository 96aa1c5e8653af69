"""How a meeting stands by the word that says so: `agreed`, `hoped`, `not expected`, `continued`."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor, Tense, report_tense, tense_of
from streams.extraction.talks.case import Case
from streams.extraction.talks.meeting import OFF, Draft, Standing, talks_words
from streams.extraction.talks.mood import Mood
from streams.records import TalksRoundStatus

__all__ = ["Wording"]

Status = TalksRoundStatus

NOT_SO = {"RULED_OUT": Status.PROPOSED, "CANCELLED": Status.SCHEDULED, "POSTPONED": Status.SCHEDULED, "SUSPENDED": Status.ONGOING}
"""How a meeting stands that somebody has not ruled out, cancelled, postponed or broken off."""
NOT_BEYOND = frozenset({"before", "until", "till", "beyond", "past", "longer"})
"""Not so long or not so early, but to be."""
UNSET = frozenset({"date", "day", "venue", "place", "time", "agenda"})
"""What may still have to be set."""


class Wording:
    """Weighs a word of status against mood, tense and negation."""

    def __init__(self, context: ArticleContext, mood: Mood) -> None:
        self._context = context
        self._mood = mood
        lexicon = talks_words()
        self._set = frozenset(lexicon["modifiers"]["set"])
        self._behind = frozenset(lexicon["days"]["behind"])
        self._reviewing = frozenset(lexicon["offers"]["reviewing"])
        self._ending = frozenset(lexicon["renewal"]["ending"])

    def read(self, case: Case, status: str) -> Standing:
        """The standing that a word of a status gives, weighed against mood, tense and negation."""
        fact, cues = case.fact, tuple(case.cues)
        if case.aside and status in ("HELD", "SCHEDULED"):
            # "Would not raise it during the talks next week": what is denied is something else.
            return Standing(Status(status), cues, is_asserted=case.asserted)
        if status in NOT_SO and cues and any(c.dep_ == "neg" for c in cues[-1].children):
            # "Has not ruled out talks".
            return Standing(NOT_SO[status], cues, renews=case.renews)
        if status in OFF and fact.condition is not None and fact.condition.head in case.draft.verbs:
            # "If talks have broken off by then".
            return Standing(Status.UNKNOWN, cues)
        if status in NOT_SO and status != "RULED_OUT" and fact.modal_kind in ("possible", "obliged") and fact.negation is None:
            # "Should cancel the summit", "may be put off".
            return Standing(NOT_SO[status], cues)
        if status in ("SCHEDULED", "ONGOING") and fact.modal_kind in ("possible", "obliged") and fact.negation is None:
            # "Should continue to negotiate", "could agree to meet".
            return Standing(Status.PROPOSED, cues, renews=case.renews)
        if status in ("PROPOSED", "WISHED") and case.modifier is not None and case.modifier[1].lower_ in self._set:
            # "Discussed their upcoming meeting".
            return Standing(Status.SCHEDULED, (*cues, case.modifier[1]), is_asserted=True, renews=case.renews)
        if status == "PROPOSED" and self._is_looked_back_on(case):
            return Standing(Status.HELD, cues, is_asserted=True)
        if status == "SCHEDULED" and self._has_been(case):
            # "Confirmed that it had arranged talks between them".
            return Standing(Status.HELD, cues, is_asserted=True, renews=case.renews)
        if status == "SCHEDULED" and case.asserted and syntax.is_of_none(case.draft.verbs[:4]):
            return Standing(Status.PROPOSED, cues)
        if fact.negation is not None and status == "PROPOSED" and cues and cues[-1].pos_ == "NOUN" and cues[-1] in fact.negation.ancestors:
            # "A chance that they will not meet".
            return Standing(Status.PROPOSED, cues)
        if fact.negation is not None and status in ("PROPOSED", "SCHEDULED"):
            return self._of_denied_plan(case)
        if status == "WISHED":
            # An appeal from outside is no plan of those at the table.
            is_known = any(noun.tag_ == "NN" and c.lower_ == "the" for noun in case.draft.nouns for c in noun.children)
            wished = (
                (case.own_wish or bool(case.draft.mediators)) and not is_known and fact.negation is None and fact.modal_kind != "obliged"
            )
            return Standing(Status.PROPOSED, cues, is_asserted=wished, renews=case.renews)
        if status == "ONGOING":
            return self._of_course(case)
        return Standing(Status(status), cues, is_asserted=case.asserted, renews=case.renews)

    def _is_looked_back_on(self, case: Case) -> bool:
        """`discusses his meeting with her`, told by one of the two: it was; `discuss their next meeting` may be of both."""
        verb = case.cues[-1]
        is_own = any(c.dep_ == "poss" and c.lower_ in ("his", "her") for noun in case.draft.nouns for c in noun.children)
        is_now = case.fact.tense in (Tense.PAST, Tense.PRESENT) and case.fact.negation is None and case.modifier is None
        return is_own and is_now and verb.lemma_.lower() in self._reviewing and (case.date is None or not self._mood.is_ahead(case.date))

    def _of_denied_plan(self, case: Case) -> Standing:
        """`is not expected to be held`, `is not planned`."""
        cues = tuple(case.cues)
        clauses = [*case.draft.verbs, *(c for v in case.draft.verbs for c in v.children if c.dep_ == "xcomp")]
        if any(g.lemma in self._ending for g in case.fact.governors):
            # "Are not expected to wrap up this week": they go on.
            return Standing(Status.ONGOING, cues)
        told = (cues[-1], *(s for s in cues[-1].children if s.dep_ in syntax.SUBJECT)) if cues else ()
        if any(word.lemma_.lower() in UNSET for word in told):
            # "A date for the next round has not been set".
            return Standing(Status.PROPOSED, cues)
        if cues and cues[-1].lower_ in ("advance", "ahead", "before"):
            # "Had not known in advance of the meeting".
            return Standing(Status.UNKNOWN, cues)
        if any(c.lower_ in NOT_BEYOND for clause in clauses for c in clause.children):
            # "Are not expected to begin before Monday", "to run beyond Friday".
            return Standing(Status.SCHEDULED, cues, is_asserted=case.asserted)
        return Standing(Status.RULED_OUT, cues, is_asserted=True)

    @staticmethod
    def _of_course(case: Case) -> Standing:
        """`continue`, `go ahead`: by tense."""
        fact, cues, status = case.fact, tuple(case.cues), "ONGOING"
        if case.cues and case.cues[-1].pos_ == "NOUN":
            return Standing(Status.ONGOING, cues, is_asserted=True)
        if case.cues and case.cues[-1].lemma_.lower() in talks_words()["threats"]["harming"]:
            # "Threatens to jeopardise the negotiations".
            return Standing(Status.ONGOING, cues, is_asserted=case.asserted)
        if fact.negation is not None:
            # "Will not go ahead", and "are not continuing".
            status = "CANCELLED" if cues and cues[-1].lemma_ in ("go", "proceed") and fact.tense is Tense.FUTURE else "SUSPENDED"
        elif fact.tense is Tense.INFINITIVE and cues and tense_of(cues[-1]) in (Tense.PAST, Tense.PRESENT):
            # "Were continuing to negotiate", "continues to hold talks".
            return Standing(Status.ONGOING, cues, is_asserted=True, renews=case.renews)
        elif fact.tense in (Tense.FUTURE, Tense.INFINITIVE):
            status = "SCHEDULED"
        elif (
            fact.tense is Tense.PAST
            and not fact.is_progressive
            and not fact.is_perfect
            and not _lasts(case.draft)
            and not _was_so(case.draft)
        ):
            status = "HELD"
        return Standing(Status(status), cues, is_asserted=case.asserted, renews=case.renews)

    def _has_been(self, case: Case) -> bool:
        """`confirmed a meeting last month`, `had arranged talks`: what was announced or set up has taken place."""
        cue, date = case.cues[-1:], case.date
        is_over = date is not None and any(t.lower_ in self._behind for t in self._context.reading.doc[date.first : date.end])
        if is_over and cue and cue[0].lemma_ in ("confirm", "announce"):
            return True
        return _was_arranged(tuple(cue)) and (date is None or not self._mood.is_ahead(date))


def _was_arranged(cues: tuple[Token, ...]) -> bool:
    """`had arranged talks`: what was arranged before something else took place."""
    arranging = talks_words()["roles"]["convene"]
    return any(Governor(cue, "").lemma in arranging and any(c.lower_ == "had" for c in cue.children) for cue in cues)


def _was_so(draft: Draft) -> bool:
    """`said that talks were under way`: when it was said."""
    verb = draft.verbs[0] if draft.verbs else None
    return verb is not None and verb.lemma_ == "be" and verb.dep_ == "ccomp" and report_tense(verb) is Tense.PAST


def _lasts(draft: Draft) -> bool:
    """`dragged on into the night`; what `dragged on for six days` is over."""
    spans = talks_words()["days"]["spans"]
    if any(head.lemma_.lower() in spans for v in draft.verbs[:1] for head in syntax.adjuncts(v, "for")):
        return False
    return any(Governor(v, "").lemma in ("continue", "go on", "drag on", "progress", "enter") for v in draft.verbs)
