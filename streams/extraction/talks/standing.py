"""Whether a meeting was held, goes on, is set, is offered, or is off, and the words that say so."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, TimeMention
from streams.extraction.factuality import Factuality, Governor, Tense, report_tense, tense_of
from streams.extraction.lexicon import words
from streams.extraction.talks.case import Case
from streams.extraction.talks.comings import expected_at
from streams.extraction.talks.meeting import OFF, Draft, Standing, talks_words
from streams.extraction.talks.mood import Mood
from streams.extraction.talks.statusverbs import StatusVerbs
from streams.extraction.talks.triggers import Triggers, is_naming, is_set_beside, is_stay
from streams.extraction.talks.turns import Turns
from streams.extraction.talks.wording import Wording
from streams.extraction.times import Direction
from streams.records import Grain, TalksRoundStatus

__all__ = ["HAPPENED", "PLANNED", "StandingReader"]

Status = TalksRoundStatus

PLANNED = frozenset({Status.SCHEDULED, Status.PROPOSED, Status.POSTPONED, Status.SUSPENDED, Status.CANCELLED, Status.RULED_OUT})
HAPPENED = frozenset({Status.HELD, Status.ONGOING})
PLANS = frozenset({"SCHEDULED", "PROPOSED"})
"""Of which the same sentence may tell that nothing came of them."""
IF = frozenset({"if", "unless"})
BEFORE_IT = frozenset({"ahead", "before"})
"""`ahead of talks`: they are still to come."""
AFTER_IT = frozenset({"after", "following", "since"})
"""`after the latest round`: it took place."""
SUBORDINATING = frozenset({"before", "once", "until", "unless", "since"})
"""`once they meet`, `since the talks were launched`: the clause tells only when something else is or was."""
AT_IT = frozenset({"during", "throughout", "amid", "at", "in", "from", "through", "within"})
"""`said during talks`: they take or took place; the verb is about something else."""
ABOUT_IT = frozenset(
    {"on", "about", "over", "regarding", "concerning", "despite", "towards", "toward", "around", "as", "by", "like", "without"}
)
"""`comment on the talks`: the verb says nothing of them."""
NEWS_DAYS = 6
"""Days after which a journey is no longer news: whoever set out then has arrived. A day of the week is never so long ago."""


class StandingReader:
    """Reads the status of a meeting off the words above it."""

    def __init__(self, context: ArticleContext, triggers: Triggers) -> None:
        self._context = context
        self._triggers = triggers
        self._verbs = StatusVerbs(context)
        self._mood = Mood(context)
        self._turns = Turns(context)
        self._wording = Wording(context, self._mood)
        lexicon = talks_words()
        self._by_verb: dict[str, str] = lexicon["by_verb"]
        self._motion = frozenset(lexicon["verbs"]["motion"])
        self._renewing = frozenset(lexicon["renewal"]["words"])
        self._ending = frozenset(lexicon["renewal"]["ending"])
        self._starting = frozenset(lexicon["renewal"]["starting"])
        self._at_the_table = frozenset(lexicon["verbs"]["at_the_table"])
        self._recalling: dict[str, str] = lexicon["verbs"]["recall"]
        self._together = frozenset(lexicon["verbs"]["together"]) - {"sit", "gather"}
        self._met = frozenset(lexicon["verbs"]["meet"])
        self._speaking = frozenset(lexicon["verbs"]["meet_with"]) - {"sit"}
        self._by_itself = self._together | frozenset(lexicon["verbs"]["receive"]) | {"discuss"}
        self._letting = frozenset(lexicon["offers"]["letting"])
        self._threats = frozenset(lexicon["threats"]["words"])
        self._harming = frozenset(lexicon["threats"]["harming"])
        self._founding = frozenset(lexicon["verbs"]["founding"])
        self._happening = frozenset(lexicon["verbs"]["happening"])
        self._spans = frozenset(lexicon["days"]["spans"])
        self._behind = frozenset(lexicon["days"]["behind"])
        self._ended = frozenset(lexicon["nouns"]["ended"])
        self._pointless = frozenset(lexicon["refusals"]["no"])
        self._telling = frozenset(lexicon["offers"]["telling"])
        self._staying_away = frozenset(lexicon["verbs"]["absent"])
        self._of_many = frozenset(lexicon["nouns"]["open"]) | {"summit"}
        self._leaving = frozenset(lexicon["verbs"]["leaving"])
        self._doubts = frozenset(lexicon["nouns"]["doubt"])
        self._venues = frozenset(lexicon["roles"]["venue_nouns"])
        self._deciding = frozenset(lexicon["offers"]["deciding"])
        denial = words("factuality")["denial"]
        self._reports, self._untrue = frozenset(denial["told_by"]), frozenset(denial["untrue"])
        self._said = frozenset(words("speech")["verbs"]["say"])
        self._falsely = frozenset(denial["falsely"])
        self._claiming = self._said | frozenset(lexicon["refusals"]["claiming"])

    def read(self, draft: Draft, fact: Factuality, date: TimeMention | None, parties: list[Party]) -> Standing | None:
        """The status with its words; None where the text says that there was no such meeting."""
        case = Case(draft, fact, date, {p.key for p in parties}, renews=self._renews(draft, fact))
        standing = self._before_its_end(case)
        if standing is not None and self._was_looked_forward_to(case, standing):
            standing = replace(standing, status=Status.HELD)
        is_plan = standing is not None and standing.status.value in PLANS
        return (self._turns.read(case) if is_plan else None) or standing

    def _was_looked_forward_to(self, case: Case, standing: Standing) -> bool:
        """`met to prepare for last weekend's talks`, `spoke ahead of the summit on July 8, 2022`: it was held since."""
        is_before = bool(standing.cues) and standing.cues[-1].lemma_.lower() in (*BEFORE_IT, "prepare", "preparation")
        return is_before and standing.status is Status.SCHEDULED and case.date is not None and self._mood.is_behind(case.date)

    def _before_its_end(self, case: Case) -> Standing | None:
        """The status without what the sentence says of it at last: `but it never took place`."""
        draft, fact = case.draft, case.fact
        if (
            _is_left_undone(draft)
            or _is_time_and_again(draft)
            or (_is_institution(draft) and (case.date is None or case.date.found.grain is not Grain.DAY))
            or _is_first_to_be(draft)
            or (_is_of_every_year(draft) and case.date is None)
            or (not draft.nouns and syntax.is_of_none(draft.verbs[:4]) and fact.tense is Tense.PAST)
        ):
            return None
        if (clause := self._subordinated(draft)) is not None:
            return clause
        if not draft.nouns and draft.node.tag_ == "VBG" and draft.node.dep_ == "acl" and draft.word in ("negotiate", "talk"):
            # "The six powers negotiating with them".
            return Standing(Status.ONGOING, (draft.node,))
        if not draft.nouns and _opens_account(draft.node):
            return Standing(Status.HELD, (draft.node,), is_asserted=True)
        if case.date is not None and _is_meeting_then(draft) and self._mood.is_ahead(case.date):
            # "Urged those meeting for talks next week to agree".
            return Standing(Status.SCHEDULED, tuple(draft.verbs[:1]), is_asserted=True)
        if any(_is_asked(n) for n in syntax.chain(draft.node)):
            return None
        if any(c.lower_ in self._falsely for n in syntax.chain(draft.node) if n.lemma_.lower() in self._claiming for c in n.children):
            # "Falsely claimed that they had met".
            return None
        if (word := self._untrue_report(draft)) is not None:
            return None if fact.tense is Tense.PAST else Standing(Status.RULED_OUT, (word,), is_asserted=True)
        governors = [] if is_set_beside(draft.node) else [g for g in fact.governors if not is_naming(g.token)]
        if not draft.nouns:
            governors = [Governor(draft.node, "self"), *fact.governors]
        for governor in governors:
            if not self._takes(governor, case):
                break
        inner = self._told_inside(case)
        if case.status is not None and case.status != "HOLD":
            if fact.negation is not None and case.cues and case.cues[-1].lemma_.lower() in self._telling:
                # "Did not discuss his summit with him": that says nothing of whether it was or will be.
                return inner
            # "Ahead of the round that will begin next week".
            is_told_inside = inner is not None and not case.asserted and inner.status.value == case.status
            # "Prepared the round, held a week later".
            is_told_inside |= inner is not None and case.status == "SCHEDULED" and self._has_happened(inner)
            # "Are discussing the round scheduled for May".
            is_told_inside |= inner is not None and case.status in ("PROPOSED", "WISHED") and self._is_set(inner)
            # "Cast doubt over the talks that opened on Monday".
            is_told_inside |= inner is not None and case.status == "UNKNOWN"
            return inner if is_told_inside else self._wording.read(case, self._or_off(case, case.status))
        # "Has a meeting with them planned".
        is_had = inner is not None and any(cue.head.lemma_ == "have" for cue in inner.cues)
        if inner is not None and (is_had or not case.asserted):
            return replace(inner, renews=inner.renews or case.renews)
        return self._mood.read(case)

    # Up the sentence ---------------------------------------------------------------------------------------------------------------

    def _takes(self, governor: Governor, case: Case) -> bool:
        """Note what one word above the meeting says; False where what stands above it is about something else."""
        for noun in (governor.token, *(c for c in governor.token.children if c.dep_ in ("dobj", "attr"))):
            # "Sees no point in a meeting", "will take no part in it".
            if noun.lemma_.lower() in self._pointless and any(c.lower_ == "no" for c in noun.children):
                case.note("RULED_OUT", noun)
                return False
        # "If they negotiate, he will go on": what he does then.
        is_of_condition = (
            governor.relation == "advcl"
            and governor.lemma != "be"
            and any(c.lower_ in IF for v in case.draft.verbs[:1] for c in v.children)
        )
        if is_of_condition or (case.status is None and self._takes_order(governor, case)):
            return False
        if governor.relation.startswith("prep:") and (place := self._by_preposition(governor, case)) is not None:
            found, cue, case_asserted = place
            beside = {governor.relation.removeprefix("prep:"), governor.token.lower_}
            if case.status == "HOLD" and found in ("HELD", "SCHEDULED") and beside & (AFTER_IT | BEFORE_IT):
                # "Agreed to meet again after concluding talks", "ahead of the resumption of talks": told of what lies between.
                case.note(found, cue or governor.token)
            elif case.status is None:
                case.status, case.asserted = found, case_asserted
                case.cues.extend([cue] if cue is not None else [])
            return False
        if governor.relation == "self" and (own := self._of_itself(governor.token)) is not None:
            case.note(own, governor.token)
            return True
        if governor.lemma in self._harming and governor.relation in ("dobj", "nsubjpass") and case.draft.is_process:
            # "Threatens to jeopardise their negotiations": those go on.
            case.note("ONGOING", governor.token)
            case.asserted = False
            return False
        if governor.lemma in self._threats or (governor.lemma in self._letting and governor.relation in ("ccomp", "xcomp")):
            # "To allow the talks to continue": what it is for.
            case.asserted = False
            return False
        told = self._verbs.read(governor)
        is_report = governor.relation in ("ccomp", "parataxis") and governor.token.lemma_.lower() in self._said
        if is_report and told is not None and told[0] in ("PROPOSED", "WISHED") and _is_subjunctive(case.draft):
            # "Suggested that they meet in Lima".
            case.note("PROPOSED", governor.token)
            return False
        if is_report and (told is None or told[0] != "RULED_OUT"):
            return False
        if told is not None:
            return self._takes_verb(governor, *told, case)
        case.asserted = case.asserted or _is_on_a_day(governor, case)
        if governor.relation.startswith("prep:") and governor.token.pos_ == "VERB" and not self._triggers.leads_up_to(governor.token):
            # "Ready to give him credit for the meeting": what they are ready for is none.
            case.aside = True
            return False
        if governor.token.pos_ in ("VERB", "AUX"):
            return governor.relation not in ("dobj", "nsubj") or governor.lemma == "be"
        return self._triggers.leads_up_to(governor.token)

    def _of_itself(self, verb: Token) -> str | None:
        """`spent an hour together`, `received him`; `has called them back for May 3` is still to come."""
        if self._triggers.is_recall(verb):
            return self._recalling[verb.lemma_.lower()]
        if expected_at(verb):
            return "SCHEDULED"
        return "HOLD" if verb.lemma_.lower() in self._by_itself else None

    def _takes_verb(self, governor: Governor, found: str, cue: Token, case: Case) -> bool:
        if governor.lemma == "oppose" and (syntax.is_passive(governor.token) or not self._wishes_for_itself(governor, case)):
            # "Those opposed to talks" refuse none.
            return False
        above = governor.token.head
        if found in OFF and governor.token.tag_ == "VB" and governor.token.dep_ in ("xcomp", "advcl", "acl"):
            is_aimed_at = above.lemma_.lower() in talks_words()["threats"]["aims"] and not self._wishes_for_itself(governor, case)
            if is_aimed_at and found in ("CANCELLED", "SUSPENDED"):
                # "An attack meant to derail the talks".
                return False
        is_of_others = len(case.parties) > 1 or case.draft.word in self._of_many
        if found == "CANCELLED" and governor.lemma in self._staying_away and is_of_others and not self._is_of_two(governor, case):
            # "Togo skips the summit of Mali and Peru": it takes place without it.
            return False
        case.started = case.started or (case.status in (None, "HOLD") and governor.lemma in self._starting)
        if found == "REACTION":
            if case.started and case.status in (None, "HOLD"):
                case.status, case.asserted = "ONGOING", True
            return False
        if found == "MOTION":
            if is_stay(governor.token) or (governor.relation in ("advcl", "xcomp", "relcl") and self._is_journey_over(governor, case)):
                return self._takes_journey_made(governor, case)
            if case.status is None and governor.relation == "prep:for":
                # "Weeks after he flew to Lima for talks".
                near = (*governor.token.children, *governor.token.head.children)
                around = [t for c in near if c.dep_ in ("mark", "npadvmod", "prep") for t in (c, *c.children)]
                is_over = any(t.lower_ in AFTER_IT for t in around) and any(t.lower_ in self._spans for t in around)
                visited = case.fact.tense is Tense.PAST and (governor.lemma == "visit" or is_over or self._is_long_ago(case.date))
                case.note("HOLD" if visited else "SCHEDULED", cue)
                is_bound = bool(syntax.adjuncts(governor.token, "to"))
                # "Before leaving for the summit on Thursday he said": when he left.
                is_aside = governor.token.dep_ == "pcomp" and governor.token.head.head.i > governor.token.i
                case.asserted = not is_aside and (case.fact.tense is Tense.FUTURE or case.date is not None or is_over or is_bound)
            elif case.status is None and governor.relation == "prep:to":
                case.note("HOLD", cue)
            return True
        is_aim = governor.relation in ("advcl", "xcomp") and case.status in (None, "HOLD") and case.fact.tense is Tense.INFINITIVE
        is_met = governor.token.lemma_.lower() in self._met and governor.token.lemma_.lower() not in self._speaking
        is_opened = case.started and governor.token.lemma_.lower() in self._met
        if is_aim and (is_met or is_opened) and tense_of(governor.token) is Tense.PAST:
            # "They met to open a second round", "sat face to face to hold talks".
            case.note("HELD", governor.token)
            return False
        takes_over = (
            (case.status in (None, "HOLD") and found != "HOLD")
            or (case.status in ("PROPOSED", "WISHED", "SCHEDULED", "ONGOING") and found in OFF)
            or (case.status == "SCHEDULED" and found in ("PROPOSED", "WISHED"))
            # "Invited him to continue the talks".
            or (case.status == "ONGOING" and found == "PROPOSED" and case.fact.tense is Tense.INFINITIVE)
            # "Accepted an invitation to the talks".
            or (case.status == "PROPOSED" and governor.lemma == "accept" and governor.relation == "dobj")
        )
        if takes_over:
            case.note(found, cue)
            case.own_wish = self._wishes_for_itself(governor, case)
        elif case.status == found == "WISHED":
            # "Hoped that it would pave the way for talks": who hopes may be one of them.
            case.own_wish = case.own_wish or self._wishes_for_itself(governor, case)
        elif case.status is None:
            case.status = found
        case.asserted = True
        return not (governor.relation in ("relcl", "advcl") and case.status not in (None, "HOLD"))

    def _is_of_two(self, governor: Governor, case: Case) -> bool:
        """Whether who acts is one of two who would meet: without it there is no meeting."""
        return len(case.parties) == 2 and self._wishes_for_itself(governor, case)

    def _takes_order(self, governor: Governor, case: Case) -> bool:
        """`the end of the talks`, `following talks`, `to be followed by talks`: where it stands in a row of events."""
        if governor.lemma == "follow" and governor.relation == "prep:by":
            self._takes_follow_up(governor.token, case)
            return True
        # "Hopes that peace results from talks": a noun to the tagger.
        is_end = governor.token.lemma_.lower() in self._ended and governor.token.pos_ == "NOUN" and governor.token.dep_ != "ccomp"
        if is_end and (open_status := self._still_open(governor.token)) is not None:
            case.note(open_status, governor.token)
            return True
        if is_end and case.modifier is not None and case.modifier[0] == "ONGOING":
            # "A blow to the success of the ongoing talks".
            return False
        if is_end or (governor.token.lower_ == "following" and governor.token.dep_ == "prep"):
            case.note("HELD", governor.token)
            return True
        return False

    @staticmethod
    def _still_open(end: Token) -> str | None:
        """`The outcome of the talks would be`, `the outcome of the talks, if they take place, is unknown`: they are still to come."""
        verb = syntax.governing_verb(end)
        if verb is None:
            return None
        if any(c.lower_ in IF for clause in verb.subtree if clause.dep_ == "advcl" for c in clause.children if c.dep_ == "mark"):
            return "PROPOSED"
        return "SCHEDULED" if tense_of(verb) is Tense.FUTURE else None

    @staticmethod
    def _takes_follow_up(verb: Token, case: Case) -> None:
        """`will meet in Lima, followed by talks in Oslo`: another meeting, which comes about as the first does."""
        above = next((v for v in syntax.chain(verb.head) if v.pos_ in ("VERB", "AUX")), None)
        is_over = (
            verb.head != verb and above is not None and tense_of(above) is Tense.PAST and not any(c.lower_ == "to" for c in verb.children)
        )
        planned = [v for v in case.draft.verbs[1:] if talks_words()["by_verb"].get(v.lemma_.lower()) in ("SCHEDULED", "PROPOSED")]
        case.note("HELD" if is_over and not planned else "SCHEDULED", verb)
        case.renews = True

    def _takes_journey_made(self, governor: Governor, case: Case) -> bool:
        """`was in Lima for talks`, `flew to Lima last month to meet him`: they met; who `is in Lima for talks` is holding them."""
        if case.status in (None, "HOLD", "ONGOING"):
            tense = tense_of(governor.token)
            if governor.token.dep_ == "advcl" and report_tense(governor.token) is Tense.FUTURE:
                # "Will meet him while he is in Lima for the summit".
                tense = Tense.FUTURE
            if tense is Tense.PRESENT and any(c.lower_ == "due" for c in governor.token.children):
                # "Is due in Lima on Friday for talks".
                tense = Tense.FUTURE
            if tense is Tense.PRESENT and case.date is not None and case.date.found.grain is Grain.DAY and self._mood.is_ahead(case.date):
                # "Is in Lima for talks on Friday", told before.
                tense = Tense.FUTURE
            status = {Tense.PAST: "HELD", Tense.PRESENT: "ONGOING", Tense.FUTURE: "SCHEDULED"}.get(tense, "HOLD")
            case.note(status, governor.token)
        return False

    def _is_journey_over(self, governor: Governor, case: Case) -> bool:
        """`Last month he flew to Lima to meet`: told of a time that is over; whoever left on Monday may still be on the way."""
        if tense_of(governor.token) is not Tense.PAST or case.fact.negation is not None:
            return False
        # Who "travelled to Lima to meet him" has done so; who "flew there on Friday" may still be there.
        is_made = governor.lemma in ("travel", "go", "journey", "make", "pay") and governor.relation in ("advcl", "xcomp")
        is_had = any(c.lower_ == "had" for c in governor.token.children)
        is_told_after = is_made and (
            is_had or (governor.token.tag_ == "VBD" and (case.date is None or self._is_day_of(governor, case.date)))
        )
        return governor.lemma == "visit" or is_told_after or self._is_long_ago(case.date)

    @staticmethod
    def _is_day_of(governor: Governor, date: TimeMention) -> bool:
        """`travelled on Monday to Lima to meet him`, and not `travelled to Lima to meet him on Monday`."""
        return syntax.governing_verb(date.root) == governor.token

    def _is_long_ago(self, date: TimeMention | None) -> bool:
        """`last week`, `earlier this month`, `in May`, and not `on Tuesday`, which is today's or yesterday's news."""
        if date is None:
            return False
        if any(t.lower_ in self._behind for t in self._context.reading.doc[date.first : date.end]):
            return True
        end = date.found.resolve(self._context.published, Direction.PAST).end
        is_calendar_day = any(t.text.isdigit() for t in self._context.reading.doc[date.first : date.end])
        if is_calendar_day and end is not None and self._context.published is not None and end <= self._context.published:
            # "On June 3 he flew to Lima to meet them", told on that day or after it.
            return True
        return end is not None and self._context.published is not None and (self._context.published - end).days > NEWS_DAYS

    def _or_off(self, case: Case, status: str) -> str:
        """Who pulls out of talks that are planned for May cancels them, and one of two who pulls out of their meeting."""
        node = case.draft.node
        is_of_two = len(case.parties) == 2 and node.tag_ == "NN" and node.lemma_.lower() in talks_words()["nouns"]["gathering"]
        if status == "SUSPENDED" and case.cues and self._leaves(case.cues[-1]) and (is_of_two or self._is_planned(case)):
            return "CANCELLED"
        return status

    def _leaves(self, verb: Token) -> bool:
        return verb.lemma_.lower() in self._leaving or any(f"{verb.lemma_.lower()} {c.lower_}" in self._leaving for c in verb.children)

    def _is_planned(self, case: Case) -> bool:
        is_set = any(v.tag_ == "VBN" and self._by_verb.get(v.lemma_.lower()) == "SCHEDULED" for v in case.draft.inner_verbs)
        return is_set or (case.modifier is not None and case.modifier[0] == "SCHEDULED")

    def _told_inside(self, case: Case) -> Standing | None:
        inner = self._inner(case.draft)
        return replace(inner, status=Status.SCHEDULED) if inner is not None and self._is_yet_to_be(case, inner) else inner

    def _is_yet_to_be(self, case: Case, inner: Standing) -> bool:
        """`the summit, chaired by Malta, will use the report`, `a meeting taking place on Friday`: no tense, and still to come."""
        clause, draft = inner.cues[-1], case.draft
        if clause.dep_ != "acl" or any(c.dep_ in ("aux", "auxpass") for c in clause.children):
            return False
        if clause.tag_ == "VBG":
            return case.date is not None and any(c.lower_ == "place" for c in clause.children) and self._mood.is_ahead(case.date)
        is_led = clause.lemma_.lower() in (*talks_words()["roles"]["chair"], *talks_words()["roles"]["host"])
        above = draft.verbs[0] if draft.verbs and draft.node.dep_ in syntax.SUBJECT else None
        return is_led and above is not None and tense_of(above) is Tense.FUTURE

    def _has_happened(self, standing: Standing) -> bool:
        """`a round, held a week later`, and not `a round mediated by Malta`."""
        return standing.status is Status.HELD and standing.cues[-1].lemma_.lower() in self._happening

    def _is_set(self, standing: Standing) -> bool:
        """`the round scheduled for May`, `a meeting taking place on Friday`, and not `talks to resume`."""
        if standing.status is Status.SCHEDULED and any(cue.tag_ == "VBG" and cue.lemma_ == "take" for cue in standing.cues):
            return True
        told = (cue for cue in standing.cues if cue.tag_ == "VBN")
        return standing.status is Status.SCHEDULED and any(self._by_verb.get(cue.lemma_.lower()) == "SCHEDULED" for cue in told)

    def direction(self, draft: Draft, standing: Standing, date: TimeMention | None) -> Direction:
        """Where to look for `July`: behind in `suspended its talks in July`, ahead in `talks planned for July were suspended`."""
        if standing.status in HAPPENED or (date is not None and self._has_left(draft, date)):
            return Direction.PAST
        if standing.status.value in OFF and date is not None and draft.verbs:
            verb = draft.verbs[-1] if draft.nouns else draft.node
            off = next((v for v in draft.verbs if self._by_verb.get(Governor(v, "").lemma) in OFF), verb)
            nearest = syntax.governing_verb(date.root)
            if nearest == off and off.tag_ in ("VBD", "VBN"):
                return Direction.PAST
            is_refused = nearest is not None and nearest in draft.verbs and any(c.tag_ == "MD" for c in nearest.children)
            if standing.status in (Status.RULED_OUT, Status.CANCELLED) and is_refused and self._mood.is_ahead(date):
                # "Will not attend the talks on Friday".
                return Direction.FUTURE
            # "Planned for Friday, they were called off": on the Friday to come.
            is_planned = nearest is not None and self._by_verb.get(nearest.lemma_.lower()) == "SCHEDULED"
            return Direction.FUTURE if is_planned and self._mood.is_ahead(date) else Direction.NEAREST
        return Direction.FUTURE

    def _has_left(self, draft: Draft, date: TimeMention) -> bool:
        """`travelled to Lima on Friday to meet him`, `arrived on Friday for talks`: the Friday before."""
        aim = draft.verbs[0] if draft.nouns and draft.verbs else draft.node
        verb = aim if draft.nouns and aim.tag_ == "VBD" else aim.head
        is_purpose = (aim.tag_ == "VB" or aim == verb) and verb.tag_ == "VBD" and verb.lemma_.lower() in self._motion
        above = next((n for n in syntax.chain(date.root) if n.pos_ in ("VERB", "AUX") or n in draft.nouns), None)
        return is_purpose and above == verb

    def _subordinated(self, draft: Draft) -> Standing | None:
        """`before negotiations begin`, `once they meet`: told as what is to come."""
        if (when := _when_to_come(draft)) is not None:
            return Standing(Status.SCHEDULED, (when,), is_asserted=True)
        is_at_it = draft.node.dep_ == "pobj" and draft.node.head.lower_ in AT_IT
        verb = syntax.governing_verb(draft.node) if is_at_it else draft.verbs[0] if draft.verbs else None
        if verb is None or (is_at_it and verb.tag_ not in ("VBZ", "VBP")):
            return None
        if draft.nouns and draft.node.dep_ not in (*syntax.SUBJECT, "dobj") and not is_at_it:
            return None
        mark = next((c for c in verb.children if c.dep_ in ("mark", "advmod") and c.lower_ in SUBORDINATING), None)
        if mark is None or verb.dep_ != "advcl" or (verb.tag_ == "VBD" and mark.lower_ != "since"):
            return None
        if mark.lower_ == "since":
            # "Since the last round collapsed" tells how it ended.
            return Standing(Status.HELD, (mark,), is_asserted=Governor(verb, "").lemma in self._ending)
        return Standing(Status.SCHEDULED if mark.lower_ == "before" else Status.PROPOSED, (mark,))

    def _untrue_report(self, draft: Draft) -> Token | None:
        """`The news that they will meet is inaccurate`, `dismissed reports that`: the word that says so."""
        node = draft.node
        for word in node.doc[node.i + 1 : node.sent.end]:
            # Whatever stands between, the parser may well have lost the clause.
            if word.lemma_.lower() in self._untrue and word.dep_ in ("acomp", "attr") and word.head.lemma_ == "be":
                is_negated = any(c.dep_ == "neg" for c in word.head.children)
                # At the beginning of a sentence "Reports" is taken for a verb.
                before = node.doc[node.sent.start : node.i]
                is_report = any(t.lemma_.lower() in self._reports and (t.pos_ == "NOUN" or t.is_sent_start) for t in before)
                return word if is_report and not is_negated else None
        report = next((n for n in syntax.chain(node) if n.lemma_.lower() in self._reports and n.pos_ == "NOUN"), None)
        if (
            report is not None
            and self._by_verb.get(Governor(report.head, "").lemma) == "RULED_OUT"
            and report in syntax.objects(report.head)
        ):
            return report.head
        return None

    # The words ---------------------------------------------------------------------------------------------------------------------

    def _by_preposition(self, governor: Governor, case: Case) -> tuple[str | None, Token | None, bool] | None:
        """What a preposition over the meeting says; a status of None says nothing, and ends the search."""
        word = governor.relation.removeprefix("prep:")
        token = governor.token
        names_other_side = any(syntax.adjuncts(noun, "with", "between") for noun in case.draft.nouns)
        preposition = next((c for c in token.children if c.dep_ == "prep" and c.lower_ == word), token)
        is_in_advance = token.lower_ == "advance" and token.dep_ == "pobj" and token.head.lower_ == "in"
        if word == "before" and self._is_next_in_row(token, case.draft):
            return "HELD", preposition, True
        if word in BEFORE_IT or token.lower_ in BEFORE_IT or is_in_advance:
            return "SCHEDULED", preposition if word in BEFORE_IT else token, False
        if word in AFTER_IT:
            is_asserted = names_other_side or word == "following"
            return "SCHEDULED" if self._is_to_come(token, case) else "HELD", preposition, is_asserted
        if (
            word == "in"
            and token.pos_ == "NOUN"
            and self._by_verb.get(token.lemma_.lower()) in ("POSTPONED", "PROPOSED", "WISHED", "SCHEDULED")
            and token.lemma_.lower() not in self._at_the_table
        ):
            # "Contributed to delays in the talks", "a proposal in the talks", "an agreement in the talks": they go or went on.
            return None, None, False
        if (
            word in AT_IT
            and token.tag_ == "VB"
            and governor.lemma not in self._at_the_table
            and any(c.dep_ == "neg" for c in token.children)
            and tense_of(token) is not Tense.PAST
        ):
            # "Pledged that it would not meddle during a summit": that is what is denied.
            case.aside = True
            by_day = None if case.date is None else "SCHEDULED" if self._mood.is_ahead(case.date) else "HELD"
            return by_day, preposition if by_day else None, by_day is not None
        if word == "for" and governor.lemma in self._founding:
            # "The group was set up for talks between them".
            return "UNKNOWN", preposition, False
        if word in ("over", "on") and case.modifier is None and {t.lemma_.lower() for t in (token, *syntax.objects(token))} & self._doubts:
            return "UNKNOWN", preposition, False
        mapped = self._verbs.read(governor)
        stays_out = word in ("from", "of", "in") and mapped is not None and mapped[0] in OFF
        is_of_else = (c.dep_ in ("dobj", "xcomp", "ccomp") and c.lemma_ != "part" for c in token.children)
        if stays_out and not any(is_of_else):
            # "Walked out of the talks", "stay away from a congress".
            return None
        offers_venue = word == "as" and any(c.lemma_.lower() in self._venues for c in syntax.adjuncts(token, "as"))
        if word == "on" and token.lemma_ == "build" and case.date is not None and not self._mood.is_ahead(case.date):
            # "Is building on the meeting on Sunday between".
            return "HELD", preposition, names_other_side
        leads_on = mapped is not None and token.lemma_.lower() in ("agree", "insist", "decide", "work", "plan", "build")
        if word in ABOUT_IT and not leads_on and not (offers_venue and mapped is not None):
            return None, None, False
        is_tried_there = token.tag_ == "VB" and token.dep_ == "xcomp" and token.head.lemma_.lower() in self._deciding
        if (
            word in ("during", "at", "in")
            and is_tried_there
            and tense_of(token.head) is Tense.PAST
            and governor.lemma not in self._at_the_table
        ):
            # "Failed to agree on a truce during talks in Lima".
            return "HELD", preposition, names_other_side
        if word == "during" and token.pos_ in ("VERB", "AUX"):
            return None, None, names_other_side
        takes_other = token.lemma_ == "take" and not any(c.lower_ in ("part", "place") for c in token.children)
        if word in AT_IT and token.pos_ in ("VERB", "AUX") and (governor.lemma not in self._at_the_table or takes_other):
            return None, None, names_other_side
        if word in ("at", "during", "after", "following") and token.pos_ in ("NOUN", "PROPN"):
            # "Tabled proposals at talks in Lima": where the parser hung it is no matter.
            return None, None, names_other_side
        return None

    def _is_to_come(self, above: Token, case: Case) -> bool:
        """`expected them to sign after talks on Friday`; `agreed to sign after talks on Friday` did so there."""
        if case.date is None or not self._mood.is_ahead(case.date):
            return False
        doc, node = case.draft.node.doc, case.draft.node
        if case.date.first < node.i or any(t.pos_ == "VERB" for t in doc[node.i + 1 : case.date.first]):
            # "Following his meetings in Israel, he will go on to Egypt on Tuesday".
            return False
        if doc[node.sent.start].lower_ in AFTER_IT and tense_of(node.sent.root) is Tense.PAST:
            # "Following talks on Sunday, they called for help to be given".
            return False
        is_decided = above.tag_ == "VB" and above.dep_ == "xcomp" and above.head.lemma_.lower() in self._deciding
        # "Began to come together following a call on Monday".
        is_decided |= above.tag_ == "VB" and above.head.lemma_ in ("begin", "start", "continue") and tense_of(above.head) is Tense.PAST
        return case.fact.tense is Tense.FUTURE or (case.fact.tense is Tense.INFINITIVE and not is_decided)

    def _is_next_in_row(self, above: Token, draft: Draft) -> bool:
        """`visited Lima before meeting them`, `met him before holding talks with her`: one after the other, and both were."""
        verb = draft.verbs[0] if draft.verbs else draft.node
        is_gerund = verb.tag_ == "VBG" and verb.dep_ == "pcomp" and verb.lemma_.lower() not in self._motion
        is_on_the_way = above.lemma_.lower() in self._motion and above.lemma_ != "visit"
        return is_gerund and tense_of(above) is Tense.PAST and not is_on_the_way and above.lemma_.lower() not in self._said

    def _wishes_for_itself(self, governor: Governor, case: Case) -> bool:
        """Whether who wants, hopes or calls for it would take part."""
        subjects = [p for s in syntax.subjects(governor.token) for p in self._context.cast.parties(s)]
        return any(p.key in case.parties for p in subjects)

    def _renews(self, draft: Draft, fact: Factuality) -> bool:
        if any(self._triggers.is_sequel(noun) or any(c.lower_ in self._renewing for c in noun.children) for noun in draft.nouns):
            return True
        resumes = any(g.lemma in self._renewing for g in fact.governors)
        return resumes and fact.tense is not Tense.PAST

    def _inner(self, draft: Draft) -> Standing | None:
        """`talks that collapsed`, `talks scheduled for May`, `talks to be mediated by`: said in a clause on the noun."""
        for verb in draft.inner_verbs:
            helpers = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
            mapped = self._verbs.read(Governor(verb, ""))
            mediates = verb.lemma_.lower() in (*talks_words()["roles"]["mediate"], *talks_words()["roles"]["host"])
            if (ahead := _ahead_in_clause(verb, mapped[0] if mapped else None)) is not None:
                return Standing(ahead, (verb,), is_asserted=True)
            if mapped is None and not mediates:
                continue
            status = mapped[0] if mapped else "HOLD"
            if status in ("MOTION", "REACTION", "WISHED") or _is_of_whoever_acts(verb):
                continue
            if status == "PROPOSED" and (verb.tag_ != "VBN" or verb.lemma_.lower() in ("aim", "intend")):
                # "Talks to try to end the war", "talks aimed at a truce": what they are for.
                continue
            if "to" in helpers or helpers & {"will", "would", "shall", "’ll", "'ll"}:
                return Standing(Status.SCHEDULED if status in ("HOLD", "ONGOING") else Status(status), (verb,), is_asserted=True)
            if status == "HOLD":
                if mapped is None and verb.dep_ == "acl":
                    continue
                is_past = verb.tag_ in ("VBD", "VBN") or bool(helpers & {"had", "have", "has", "was", "were"})
                # "Talks, which begin on Monday".
                is_to_begin = verb.tag_ in ("VBZ", "VBP") and Governor(verb, "").lemma in self._starting
                status_now = Status.SCHEDULED if is_to_begin else Status.ONGOING
                return Standing(Status.HELD if is_past else status_now, (verb,), is_asserted=True)
            if status in OFF and draft.verbs and draft.verbs[0].lemma_.lower() in self._renewing:
                # "To resume a negotiation that has been frozen for months".
                continue
            return Standing(Status(status), (verb,), is_asserted=True)
        return None


def _ahead_in_clause(verb: Token, status: str | None) -> Status | None:
    """`talks which will include ministers` are set; `a conference that Mali seeks to hold` is offered."""
    if verb.dep_ != "relcl":
        return None
    is_subject = any(c.lower_ in ("which", "that") and c.dep_ in syntax.SUBJECT for c in verb.children)
    if status is None and is_subject and any(c.dep_ == "aux" and c.lower_ in ("will", "’ll", "'ll") for c in verb.children):
        return Status.SCHEDULED
    holds = any(c.dep_ == "xcomp" and c.lemma_ in ("hold", "host", "convene", "organise", "organize", "stage") for c in verb.children)
    return Status.PROPOSED if status in ("WISHED", "PROPOSED") and holds and not is_subject else None


def _is_of_whoever_acts(clause: Token) -> bool:
    """`talks between Mali and the Front, which has led a revolt since May`: talks are led, and lead nobody."""
    is_own = clause.dep_ == "relcl" and any(c.lower_ in ("which", "who", "that") and c.dep_ == "nsubj" for c in clause.children)
    done_to_talks = (*talks_words()["roles"]["chair"], *talks_words()["roles"]["host"], "hold", "conduct", "attend", "launch", "stage")
    return is_own and clause.lemma_.lower() in done_to_talks and bool(syntax.objects(clause)) and not syntax.is_passive(clause)


def _is_on_a_day(governor: Governor, case: Case) -> bool:
    """`The next round would be on Monday`, `There had been talks this week`; not `Monday's round is the third`."""
    if governor.lemma != "be" or case.date is None:
        return False
    if governor.relation == "attr":
        return any(c.dep_ == "expl" for c in governor.token.children)
    is_set = any(c.dep_ == "xcomp" and c.tag_ == "VB" for c in governor.token.children)
    return governor.relation == "nsubj" and case.date.first > governor.token.i and not is_set


def _when_to_come(draft: Draft) -> Token | None:
    """`could be reached in May, when they meet`: the word, where the clause tells of what is to come."""
    verb = draft.verbs[0] if draft.verbs else draft.node
    when = next((c for c in verb.children if c.lower_ == "when" and c.i < verb.i), None)
    if when is None or verb.dep_ not in ("relcl", "advcl") or verb.tag_ not in ("VBZ", "VBP"):
        return None
    above = syntax.governing_verb(verb.head)
    is_to_come = above is not None and any(c.tag_ == "MD" and c.lower_ != "would" for c in above.children)
    return when if is_to_come else None


def _is_meeting_then(draft: Draft) -> bool:
    """`the envoys meeting in Lima for talks`."""
    verb = draft.verbs[0] if draft.verbs else draft.node
    is_participle = verb.lemma_ == "meet" and verb.tag_ == "VBG" and not any(c.dep_ == "aux" for c in verb.children)
    return is_participle and verb.dep_ in ("acl", "ccomp")


def _is_asked(verb: Token) -> bool:
    """`would not say whether they had met`, `how they might meet`; why talks failed is asked of talks that there were."""
    asking = {c.lower_ for c in verb.lefts if c.dep_ in ("mark", "advmod")}
    return "whether" in asking or (bool(asking & {"why", "how"}) and tense_of(verb) is not Tense.PAST)


def _is_left_undone(draft: Draft) -> bool:
    """`walked out without having met`, `instead of stopping in Lima to meet him`: there was no meeting."""
    verb = draft.node if not draft.nouns else draft.verbs[0] if draft.verbs else None
    clauses = [n for n in syntax.chain(verb) if n.dep_ == "pcomp"][:1] if verb is not None else []
    if any(n.head.i and n.head.nbor(-1).lower_ in ("instead", "rather") for n in clauses):
        return True
    return verb is not None and verb.dep_ == "pcomp" and verb.head.lower_ == "without"


def _is_time_and_again(draft: Draft) -> bool:
    """`has met him repeatedly`, `they meet regularly`: no meeting that one could tell from the others."""
    often = talks_words()["days"]["often"]
    verbs = [v for v in draft.verbs[:1] if v == draft.node or draft.node in (*syntax.objects(v), *v.children)]
    return any(c.lower_ in often for v in verbs for c in v.children if c.dep_ == "advmod")


def _is_institution(draft: Draft) -> bool:
    """`the launch of an annual dialogue`: what there is to be from then on, and no one meeting."""
    regular = talks_words()["days"]["regular"]
    words_of = [{c.lower_ for c in noun.children if c.i < noun.i} for noun in draft.nouns]
    return any(any(word in regular for word in before) and before & {"a", "an"} for before in words_of)


def _is_of_every_year(draft: Draft) -> bool:
    """`The annual meeting brings together leaders of 18 states`: what it does each time, and no one meeting."""
    regular = talks_words()["days"]["regular"]
    verb = draft.verbs[0] if draft.verbs and draft.node.dep_ in syntax.SUBJECT else None
    is_told_so = verb is not None and verb.tag_ in ("VBZ", "VBP") and verb.lemma_ not in ("be", "come", "take", "begin", "start", "open")
    return is_told_so and any(c.lower_ in regular for noun in draft.nouns for c in noun.children if c.i < noun.i)


def _is_first_to_be(draft: Draft) -> bool:
    """`would be the first time that they have met`: they have not, and may yet."""
    time = draft.node.head if not draft.nouns and draft.node.dep_ in ("relcl", "acl", "ccomp") else None
    return time is not None and time.lemma_ == "time" and report_tense(time) is Tense.FUTURE


def _is_subjunctive(draft: Draft) -> bool:
    """`that they meet`, `that talks be held`: neither tense nor modal."""
    verb = draft.verbs[0] if draft.verbs else None
    if verb is None or verb.dep_ != "ccomp":
        return False
    helpers = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    return helpers == {"be"} or (not helpers and verb.tag_ in ("VB", "VBP") and tense_of(verb.head) is Tense.PAST)


def _opens_account(verb: Token) -> bool:
    """`Meeting in Lima, the ministers agreed to reopen the border`: they met, and what they agreed on is no date for it."""
    return verb.tag_ == "VBG" and verb.dep_ == "advcl" and verb.i == verb.sent.start and verb.head.tag_ == "VBD"
