"""Whether a meeting was held or is to come where only mood and tense say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, TimeMention
from streams.extraction.factuality import Governor, Tense, report_tense
from streams.extraction.lexicon import words
from streams.extraction.talks.case import Case
from streams.extraction.talks.meeting import OFF, Draft, Standing, talks_words
from streams.extraction.times import Direction
from streams.records import Certainty, TalksRoundStatus

__all__ = ["Mood"]

Status = TalksRoundStatus

WEEK = timedelta(days=7)
IN_IT = frozenset({"be", "engage", "involve", "lock"})
"""`are in talks`, `have been engaged in talks`."""


class Mood:
    """Reads mood and tense of what is said of a meeting."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        lexicon = talks_words()
        self._by_verb: dict[str, str] = lexicon["by_verb"]
        self._attending = frozenset(lexicon["verbs"]["attending"])
        self._processes = frozenset(lexicon["nouns"]["process"])
        self._set = frozenset(lexicon["modifiers"]["set"])
        self._happening = frozenset({*lexicon["verbs"]["happening"], "happen", "materialise", "materialize"}) - {"stall", "collapse"}
        self._soon = frozenset(lexicon["days"]["soon"])
        self._visits = frozenset(lexicon["nouns"]["visit"])
        self._said = frozenset(words("speech")["verbs"]["say"])

    def read(self, case: Case) -> Standing | None:
        """The standing; None where the text says that there was no such meeting, or nothing of it: `would not lobby for talks`."""
        if case.aside and case.fact.negation is not None and case.fact.modal is not None:
            return None
        if self._is_of_what_was_done_there(case):
            return Standing(Status.HELD, tuple(case.cues))
        return self._by_modifier_or_mood(case) if self._decides_mood(case) else self._by_tense(case)

    def is_ahead(self, date: TimeMention) -> bool:
        """`meets him on Wednesday`: told in the present, and the day is still to come."""
        published = self._context.published
        resolved = date.found.resolve(published, Direction.NEAREST)
        if published is None or resolved.start is None:
            return False
        if resolved.start > published:
            return True
        # "Meets him on Wednesday", told on Thursday; but "on Monday, August 19", told in September, was.
        future = date.found.resolve(published, Direction.FUTURE).start
        return resolved.start < published and future is not None and published < future <= published + WEEK

    def is_behind(self, date: TimeMention) -> bool:
        """`last weekend`, `July 8, 2022`: over, however one looks at it."""
        published, end = self._context.published, date.found.resolve(self._context.published, Direction.FUTURE).end
        return published is not None and end is not None and end <= published

    @staticmethod
    def _decides_mood(case: Case) -> bool:
        fact = case.fact
        is_off = case.modifier is not None and case.modifier[0] in OFF and fact.modal_kind != "possible" and not case.is_resumed
        has_mood = fact.modal_kind in ("possible", "obliged") or fact.condition is not None or fact.doubt is not None
        return is_off or has_mood or _is_yet_to_come(case.draft)

    def _by_modifier_or_mood(self, case: Case) -> Standing:
        """`stalled talks`, `could meet`, `if they met`, `have yet to meet`."""
        fact, cues = case.fact, tuple(case.cues)
        if case.modifier is not None and case.modifier[0] in OFF and fact.modal_kind != "possible" and not case.is_resumed:
            return Standing(Status(case.modifier[0]), (*cues, case.modifier[1]), is_asserted=True, renews=case.renews)
        if _is_yet_to_come(case.draft):
            return Standing(Status.PROPOSED, case.told, renews=case.renews)
        hindered = any(c.lower_ in ("without", "until", "unless", "while") for v in case.draft.verbs[:2] for c in v.children)
        # "Could hardly sleep in anticipation of the meeting" denies nothing of it.
        denied = (*([fact.modal.head] if fact.modal is not None and fact.modal.head in case.draft.verbs else []), *case.draft.nouns)
        is_denied = fact.negation is not None and fact.modal is not None and fact.negation.head in denied
        is_refused = is_denied and hindered and fact.modal_kind in ("would", "future") and case.asserted
        if is_refused or (is_denied and fact.modal_kind == "possible" and not hindered):
            return Standing(Status.RULED_OUT, cues, is_asserted=case.asserted)
        if case.draft.node.dep_ == "pcomp" and case.draft.node.head.lower_ == "by":
            # "May have lost by meeting him": they met; "could win by meeting him": nobody says that they will.
            has_done = fact.is_perfect and fact.modal is not None and fact.modal.lower_ in ("may", "might")
            return Standing(Status.HELD if has_done else Status.PROPOSED, cues, is_asserted=has_done)
        # "Said he would hold a summit with Togo if there were a deal": a condition that who would take part sets himself.
        is_offered = fact.condition is not None and fact.tense is Tense.FUTURE and len(case.parties) > 1
        sure = (case.asserted or is_offered) and fact.modal_kind != "obliged" and (is_offered or fact.condition is None) and not hindered
        return Standing(Status.PROPOSED, cues, is_asserted=sure or fact.doubt is not None, renews=case.renews)

    def _by_tense(self, case: Case) -> Standing | None:
        fact, cues = case.fact, tuple(case.cues)
        if self._is_only_thought_of(case.draft):
            case.asserted = False
        if fact.tense is Tense.FUTURE and _is_only_then(case.draft):
            return Standing(Status.PROPOSED, cues, is_asserted=True, renews=case.renews)
        if fact.tense is Tense.FUTURE:
            # "There will be no talks".
            is_denied = fact.negation is not None and fact.negation.head in case.draft.nouns
            return Standing(self._of_future(case), cues, is_asserted=case.asserted or is_denied, renews=case.renews)
        # "Resumed tentative talks": they were resumed.
        is_done = fact.hedge is not None and fact.hedge.head in case.draft.nouns and case.asserted and fact.tense is Tense.PAST
        if fact.hedge is not None and fact.hedge_strength is Certainty.POSSIBLE and not is_done:
            is_heading = case.draft.node.sent.root == case.draft.node
            return Standing(Status.PROPOSED, cues, is_asserted=case.asserted or is_heading, renews=case.renews)
        if fact.negation is not None and case.modifier is not None and case.modifier[1].lower_ in self._set and self._happens(case):
            # "A planned round in May never took place".
            return Standing(Status.CANCELLED, (*cues, case.modifier[1]), is_asserted=True)
        if fact.negation is not None and self._stayed_away(case):
            return Standing(Status.CANCELLED, (*cues, *case.draft.verbs[:1]), is_asserted=True)
        is_denied = fact.negation is not None and not _is_of_what_was_made_there(case)
        if is_denied or (fact.tense is Tense.PAST and _is_by_nobody(case.draft)):
            # "No president has ever met him."
            return None
        if case.modifier is not None and not (case.is_resumed and case.modifier[0] in OFF):
            status, word = case.modifier
            if not (case.asserted and status in ("SCHEDULED", "PROPOSED") and fact.tense is Tense.PAST):
                sure = case.asserted or status not in ("HELD", "SCHEDULED")
                return Standing(Status(status), (*cues, word), is_asserted=sure, renews=case.renews)
        standing = self._of_plain_tense(case)
        if standing.status is Status.HELD and not standing.is_asserted and self._is_on_day_ahead(case):
            # "Raises the stakes for a summit next week".
            return replace(standing, status=Status.SCHEDULED)
        return standing

    def _stayed_away(self, case: Case) -> bool:
        """`Ghana did not show up for talks with Togo on Monday`: without one of the two there were none."""
        verb = case.draft.verbs[0] if case.draft.nouns and case.draft.verbs else None
        if verb is None or case.date is None or len(case.parties) != 2 or case.fact.tense is not Tense.PAST or case.fact.is_perfect:
            return False
        comes = Governor(verb, "").lemma in {*self._attending, "show up", "turn up"}
        return comes and any(syntax.adjuncts(node, "with") for node in (*case.draft.nouns, verb))

    def _is_of_what_was_done_there(self, case: Case) -> bool:
        """`did not mention the border during talks with Togo`: they were held; not `did not take part at talks`."""
        link, verb = case.draft.node.head, syntax.governing_verb(case.draft.node)
        if verb is None or not case.draft.nouns or link.lower_ not in ("during", "at", "after", "following") or len(case.parties) < 2:
            return False
        was = case.fact.tense is Tense.PAST or any(c.lower_ == "could" for c in verb.children)
        if not was or case.fact.is_perfect or case.fact.negation is None or case.fact.negation not in verb.children:
            return False
        comes = {*self._attending, *talks_words()["verbs"]["at_the_table"], *talks_words()["verbs"]["motion"]}
        does = any(c.dep_ in ("dobj", "ccomp", "xcomp") or (c.dep_ == "prep" and c.lower_ in ("on", "about")) for c in verb.children)
        return does and verb.lemma_.lower() not in comes and self._by_verb.get(verb.lemma_.lower()) != "HOLD"

    def _happens(self, case: Case) -> bool:
        """Whether the clause tells that it took place, and of a time that is over."""
        verb = case.draft.verbs[0] if case.draft.verbs and case.draft.node.dep_ in syntax.SUBJECT else None
        takes_place = verb is not None and any(c.lower_ == "place" for c in verb.children)
        return case.fact.tense is Tense.PAST and verb is not None and (takes_place or verb.lemma_.lower() in self._happening)

    def _of_future(self, case: Case) -> Status:
        fact, verb = case.fact, case.draft.verbs[0] if case.draft.verbs else None
        if fact.negation is not None:
            # "Will no longer meet him on Friday".
            is_off = (fact.negation.lower_ == "longer" and case.date is not None) or self._will_not_happen(case)
            return Status.CANCELLED if is_off else Status.RULED_OUT
        reported = verb is not None and (report_tense(verb) is Tense.PAST or _is_on_that_journey(verb))
        if fact.modal_kind == "would" and (not reported or _is_offer(case.draft) or _depends(case.draft)):
            return Status.PROPOSED
        return Status.SCHEDULED

    def _will_not_happen(self, case: Case) -> bool:
        """`The summit will not go ahead`, `a round planned for May will not take place`: what was set is called off."""
        draft = case.draft
        verb = draft.verbs[0] if draft.verbs and draft.node.dep_ in syntax.SUBJECT else None
        if verb is None or not any(c.dep_ == "neg" for c in verb.children):
            return False
        happens = verb.lemma_.lower() in self._happening or any(c.lower_ in ("place", "ahead") for c in verb.children)
        planned = (self._by_verb.get(v.lemma_.lower()) == "SCHEDULED" for v in draft.inner_verbs if v.tag_ == "VBN")
        is_set = case.modifier is not None and case.modifier[1].lower_ in self._set
        is_known = draft.node.tag_ == "NN" and any(c.lower_ == "the" for c in draft.node.children)
        return happens and (is_set or is_known or case.date is not None or any(planned))

    def _of_plain_tense(self, case: Case) -> Standing:
        draft, fact = case.draft, case.fact
        asserted, status = case.asserted, Status.HELD
        if fact.tense is Tense.NONE:
            if draft.verbs and draft.verbs[0].dep_ in ("amod", "acl") and draft.node in syntax.chain(draft.verbs[0]):
                return Standing(Status.HELD, case.told, is_asserted=True)
            return Standing(Status.HELD if case.status else Status.UNKNOWN, tuple(case.cues), is_asserted=asserted, renews=case.renews)
        if fact.tense is Tense.INFINITIVE:
            status = Status.HELD if case.aside else Status.SCHEDULED
            above = draft.node.head
            is_while = above.lower_ in ("at", "during", "after") or (
                above.lower_ == "in" and above.head.lemma_.lower() not in self._attending
            )
            if draft.nouns and draft.node.dep_ == "pobj" and is_while:
                # "They failed to agree at two days of talks", "to reach a deal at talks".
                at = draft.node.head.lower_ != "in"
                verb = draft.verbs[0] if draft.verbs else syntax.governing_verb(draft.node) if at else None
                was = verb is not None and report_tense(verb) is Tense.PAST
                status = Status.HELD if was else Status.SCHEDULED
            elif fact.is_perfect and self._is_told_by_others(draft):
                # "Is said to have met him".
                status = Status.HELD
            elif draft.word in self._processes and draft.mediators:
                status, asserted = Status.ONGOING, True
            elif not draft.nouns and draft.node.head.lemma_.lower() in self._visits and report_tense(draft.node) is Tense.PAST:
                # "Had a good trip to Lima to meet them".
                status = Status.HELD
            elif not draft.nouns and draft.node.dep_ in ("acl", "relcl"):
                # "One of the few to meet him" may well have done so.
                asserted = False
            elif not asserted and draft.nouns and draft.node.dep_ == "pobj" and draft.node.head.lower_ in ("on", "about", "over"):
                # "Declined to comment on the talks".
                status = Status.UNKNOWN
        elif fact.tense is Tense.PAST and self._still_goes_on(case):
            status = Status.ONGOING
        elif fact.tense is Tense.PRESENT:
            # "Are in talks", "are engaged in talks".
            is_in_it = bool(draft.verbs) and draft.verbs[0].lemma_ in IN_IT and draft.node.head.lower_ == "in"
            is_on_day_to_come = case.date is not None and self.is_ahead(case.date) and not _is_of_past_clause(case.date, draft)
            if (asserted and is_on_day_to_come) or self._is_soon(draft):
                status = Status.SCHEDULED
            elif fact.is_progressive or is_in_it or case.started or _is_being_done(draft) or _is_described(draft):
                # "Begins today", told on the day.
                status = Status.ONGOING
        return Standing(status, case.told, is_asserted=asserted, renews=case.renews)

    def _still_goes_on(self, case: Case) -> bool:
        """What began before now, or before it was told, and has not ended."""
        draft, fact = case.draft, case.fact
        if fact.is_progressive and (fact.is_perfect or self._is_reported(draft)):
            # "Have been holding talks since Saturday", "said that they were holding talks".
            return True
        if case.started:
            # "Have begun in Lima"; what had begun may be over.
            return any(c.dep_ == "aux" and c.lower_ in ("has", "have") for verb in draft.verbs[:1] for c in verb.children)
        # "Have been in talks for months", "have been engaged in talks"; but "engaged in talks as recently as Sunday".
        verb = draft.verbs[0] if draft.verbs and draft.node.head.lower_ == "in" else None
        is_in_it = verb is not None and (verb.lemma_ == "be" or (verb.lemma_ in IN_IT and syntax.is_passive(verb) and case.date is None))
        return fact.is_perfect and is_in_it

    @staticmethod
    def _is_on_day_ahead(case: Case) -> bool:
        """`next week`, where what is told is not told for that week."""
        ahead = talks_words()["days"]["ahead"]
        doc = case.draft.node.doc
        return case.date is not None and any(t.lower_ in ahead for t in doc[case.date.first : case.date.end])

    def _is_soon(self, draft: Draft) -> bool:
        """`resume soon`, `next meet in Lima`, `will raise it when he meets them`."""
        if not draft.verbs:
            return False
        verb = draft.verbs[0]
        is_next = verb.i > 0 and verb.nbor(-1).lower_ == "next"
        is_when = verb.dep_ == "advcl" and any(c.lower_ == "when" for c in verb.children) and report_tense(verb) is Tense.FUTURE
        return is_next or is_when or any(c.lower_ in self._soon for c in verb.children if c.dep_ == "advmod")

    def _is_reported(self, draft: Draft) -> bool:
        """`said that they were holding talks`: at the time of saying so."""
        verb = draft.verbs[0] if draft.verbs else None
        is_held = verb is not None and self._by_verb.get(verb.lemma_.lower()) == "HOLD"
        return verb is not None and is_held and verb.dep_ == "ccomp" and report_tense(verb) is Tense.PAST

    def _is_told_by_others(self, draft: Draft) -> bool:
        """`is reported to have met`."""
        told_by = self._said | frozenset(talks_words()["refusals"]["claiming"])
        return any(v.dep_ == "xcomp" and v.head.lemma_.lower() in told_by for v in draft.verbs[:1])

    def _is_only_thought_of(self, draft: Draft) -> bool:
        """`preconditions for holding talks`, `ways to restart talks`: none have been held; `after holding talks` they have."""
        verb = draft.verbs[0] if draft.verbs else None
        if verb is None:
            return False
        if verb.tag_ == "VBG" and verb.dep_ == "pcomp":
            return verb.head.lower_ in ("on", "for", "of", "about", "against", "without", "to", "over", "at", "from", "towards", "toward")
        return verb.tag_ == "VB" and verb.dep_ in ("acl", "relcl") and self._by_verb.get(verb.head.lemma_.lower()) == "WISHED"


def _is_of_past_clause(date: TimeMention, draft: Draft) -> bool:
    """`The talks, which opened on Monday, are being watched`."""
    verb = syntax.governing_verb(date.root)
    return verb in draft.inner_verbs and verb is not None and verb.tag_ == "VBD"


def _is_yet_to_come(draft: Draft) -> bool:
    """`have yet to hold talks`."""
    verbs = [v for v in draft.verbs[:3] if v.lemma_ in ("have", "be", "hold", "meet", "begin", "start")]
    return any(child.lower_ == "yet" for verb in verbs for child in verb.children)


def _is_only_then(draft: Draft) -> bool:
    """`will meet him only once his soldiers have left`, `only if it pays`, `only after the vote`: so long it is an offer."""
    clauses = [c for verb in draft.verbs[:1] for c in verb.children if c.i > verb.i and c.dep_ in ("advcl", "prep")]
    on_time = [c for c in clauses if any(t.lower_ in ("once", "if", "when", "after") for t in (c, *c.children))]
    return any(c.doc[i].lower_ == "only" for c in on_time for i in (c.left_edge.i - 1, c.left_edge.i))


def _is_being_done(draft: Draft) -> bool:
    """`talks are being held`."""
    return bool(draft.verbs) and any(c.lower_ == "being" for c in draft.verbs[0].children)


def _is_described(draft: Draft) -> bool:
    """`their talks are separate from the trial`: what is so now goes on."""
    return draft.is_process and bool(draft.verbs) and draft.verbs[0].lemma_ == "be" and draft.node.dep_ in syntax.SUBJECT


def _is_of_what_was_made_there(case: Case) -> bool:
    """`made no progress at talks`: of progress there was none, and talks there were."""
    word = case.fact.negation
    places = (g.token for g in case.fact.governors if g.relation in ("prep:at", "prep:during"))
    return word is not None and word.dep_ == "det" and any(noun == word.head for noun in places)


def _is_by_nobody(draft: Draft) -> bool:
    """`no president has ever met him`."""
    return not draft.nouns and syntax.is_of_none([draft.node])


def _depends(draft: Draft) -> bool:
    """`would hold talks under the right conditions`."""
    conditions = talks_words()["offers"]["conditions"]
    nodes = (*draft.verbs[:2], *draft.nouns)
    return any(head.lemma_.lower() in conditions for node in nodes for head in syntax.adjuncts(node, "under", "in"))


def _is_on_that_journey(verb: Token) -> bool:
    """`planned to fly to Lima, where he would meet them`: a plan within a plan, and no condition."""
    return verb.dep_ == "relcl" and any(c.lower_ in ("where", "when") and c.dep_ == "advmod" for c in verb.children)


def _is_offer(draft: Draft) -> bool:
    """`said it would host talks`: what somebody else has to take up."""
    return any(Governor(v, "").lemma in talks_words()["roles"]["offer"] for v in draft.verbs[:2])
