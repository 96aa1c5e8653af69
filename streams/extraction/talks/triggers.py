"""Which nouns and verbs name a meeting between governments, organisations or armed groups, and which only look so."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.factuality import Governor
from streams.extraction.lexicon import words
from streams.extraction.talks.comings import (
    are_both_sides,
    brings_to_table,
    called_back,
    expected_at,
    follow_in_turn,
    is_return,
    is_time_spent,
    returns_below,
    see_each_other,
)
from streams.extraction.talks.meeting import Draft, talks_words

__all__ = [
    "DATELINE",
    "NEAR",
    "Triggers",
    "is_deadline",
    "is_in_dateline",
    "is_meeting_word",
    "is_naming",
    "is_set_beside",
    "is_stay",
    "is_venue",
    "noun_lemma",
    "ordinal_of",
]

NEAR = 60
"""Tokens within which `the first` means a round that was told of."""

DATELINE = 14
"""Tokens of the longest dateline."""

COMING = frozenset({"bring", "see", "expect", "follow"})
"""`brought together`, `are to see one another`, `are expected in`, `are to follow in`."""

DATELINE_ENDS = frozenset({"-", "–", "—", "--", ":"})

MODIFIER = frozenset({"compound", "amod", "nmod", "nummod", "poss"})


class Triggers:
    """Finds the words that a meeting is read off."""

    def __init__(self) -> None:
        lexicon = talks_words()
        self._nouns, self._parts = frozenset(lexicon["nouns"]["meeting"]), frozenset(lexicon["nouns"]["part"])
        self._resuming = frozenset(lexicon["renewal"]["words"])
        self._happening = frozenset(lexicon["verbs"]["happening"])
        self._bodies = frozenset(lexicon["nouns"]["body"])
        self._processes = frozenset(lexicon["nouns"]["process"])
        self._contacts = frozenset(lexicon["nouns"]["contact"])
        self._direct = frozenset(lexicon["nouns"]["direct"])
        self._process_kinds = frozenset(lexicon["nouns"]["process_kind"])
        self._appointments = frozenset(lexicon["nouns"]["appointment"])
        self._sequels = frozenset(lexicon["nouns"]["sequel"])
        self._to_come = frozenset(lexicon["modifiers"]["SCHEDULED"])
        self._meals, self._attempts = frozenset(lexicon["nouns"]["meals"]), frozenset(lexicon["nouns"]["attempts"])
        self._numbered = frozenset([*lexicon["nouns"]["numbered"], "round", "session", "cycle"])
        self._formal = frozenset(lexicon["nouns"]["formal"])
        self._shared = frozenset(lexicon["nouns"]["shared"])
        self._remembered = frozenset(lexicon["not_between_states"]["remembered"])
        self._elsewhere = frozenset(lexicon["not_between_states"]["words"])
        self._topics = frozenset(lexicon["not_between_states"]["topics"])
        self._sitting = frozenset(lexicon["not_between_states"]["sitting"])
        self._sport = frozenset(lexicon["not_between_states"]["sport"])
        self._played: dict[int, bool] = {}
        self._unless_states = frozenset(lexicon["not_between_states"]["unless_states"])
        self._of_states = frozenset(lexicon["not_between_states"]["of_states"])
        self._councils = frozenset(lexicon["not_between_states"]["councils"])
        self._wrangling = frozenset(lexicon["nouns"]["wrangling"])
        self._convening = frozenset(lexicon["nouns"]["convened"])
        self._convened_bodies = frozenset({"group", "committee", "commission"})
        self._phone = frozenset(lexicon["nouns"]["phone"])
        self._verbs = lexicon["verbs"]
        self._by_verb: dict[str, str] = lexicon["by_verb"]
        self._meeting_verbs = frozenset(self._verbs["meet"])
        self._receiving = frozenset(self._verbs["receive"]) - {"invite"}
        self._remote = self._phone | frozenset(lexicon["nouns"]["online"])
        self._visits = frozenset(lexicon["nouns"]["visit"])
        self._outcomes = frozenset(lexicon["nouns"]["outcome"])
        self._together: dict[str, list[str]] = self._verbs["together"]
        self._mediating, self._helping = frozenset(lexicon["roles"]["mediate"]), frozenset(lexicon["offers"]["helping"])
        self._recalling: dict[str, str] = self._verbs["recall"]
        self._each_other = frozenset(self._verbs["each_other"])
        self._called = frozenset(lexicon["groups"]["sides"])
        verbs = {*self._recalling, *self._meeting_verbs, *self._together, *self._receiving, *self._mediating, *COMING}
        left_out = {
            *lexicon["ordinals"],
            *self._appointments,
            *self._convened_bodies,
            *self._contacts,
            *(w.split("-")[-1] for w in self._sequels),
            *self._meals,
            *self._attempts,
        }
        self._words = frozenset({*self._nouns, *self._wrangling, *self._visits, *self._processes, *left_out, *verbs})
        self._said = frozenset(words("speech")["verbs"]["say"])
        roles = lexicon["roles"]
        lists = (
            self._verbs["motion"],
            self._verbs["receive"],
            roles["mediate"],
            roles["host"],
            roles["mediator_nouns"],
            roles["venue_nouns"],
            roles["part_nouns"],
        )
        leading = {lemma for lemmas in lists for lemma in lemmas}
        leading |= {*self._parts, "hour", "minute", "sideline", "margin", "week", "month", "be", "provide", "act", "serve"}
        self._leads_up = (set(lexicon["by_verb"]) - set(lexicon["status"]["REACTION"])) | leading

    def at(self, token: Token) -> Draft | None:
        """The draft of a meeting that a token names, as yet without anybody in it."""
        lemma = token.lemma_.lower()
        if self._words.isdisjoint((lemma, lemma.removesuffix("s"), token.lower_)) and not token.text[:1].isdigit():
            return None
        if self._is_meeting_noun(token):
            nouns = self._with_inner_nouns(token)
            inner = [c for noun in nouns for c in noun.children if c.dep_ in ("acl", "relcl") and c.pos_ in ("VERB", "AUX")]
            # "A round due to take place in Muscat".
            due = [c for noun in nouns for c in noun.children if c.lower_ in ("due", "set") and c.i > noun.i]
            inner.extend(c for word in (*due, *inner) for c in word.children if c.dep_ == "xcomp" and c not in inner)
            inner.extend(self._happening_behind(nouns[-1], inner))
            verbs = [] if is_set_beside(token) else self._verbs_above(token) or _mistaken_verb(token) or self._verb_after_clause(token)
            if verbs and (token.dep_ == "dobj" or (token.dep_ == "pobj" and token.head.lower_ == "for")):
                # "Proposed talks to be held in Lima", "pushed for talks to take place in Lima".
                inner.extend(c for c in verbs[0].children if c.dep_ == "advcl" and c.i > token.i and (_is_to_be(c) or self._is_set(c)))
            if self._is_aim_of_meeting(nouns, verbs):
                return None
            if verbs and token.dep_ in syntax.SUBJECT:
                # "Talks are expected to begin in Lima".
                around = (verbs[0], *(c for c in verbs[0].children if c.dep_ not in ("conj", "advcl", "ccomp")))
                raised = [c for node in around for c in node.children if c.dep_ == "xcomp" and c.tag_ == "VB"]
                inner.extend(raised)
            return Draft(token, nouns, verbs, inner)
        if self.is_recall(token):
            return Draft(token, [], [token, *(c for c in token.children if c.dep_ == "xcomp")])
        if expected_at(token):
            coming = [c for node in (token, *token.children) for c in node.children if c.dep_ == "xcomp" and c.tag_ == "VB"]
            return Draft(token, [], [token, *coming])
        if is_return(token):
            return Draft(token, [], [token, *self._verbs_above(token)])
        if self._is_left_out(token):
            return Draft(token, [token], self._verbs_above(token), [c for c in token.children if c.dep_ in ("acl", "relcl")])
        if self._is_meeting_verb(token) and not self._is_purpose_of_meeting(token):
            inner = [c for c in token.children if c.dep_ in ("acl", "advcl", "xcomp", "oprd") and c.tag_ == "VBN"]
            return Draft(token, [], [token, *self._verbs_above(token)], inner if self._is_together(token) else [])
        return None

    def is_recall(self, verb: Token) -> bool:
        """`Oman has called both sides back for May 3`, `both were asked to come back in May`; not `called its envoys back`."""
        if verb.pos_ != "VERB" or verb.lemma_.lower() not in self._recalling:
            return False
        returns = returns_below(verb)
        is_back = any(c.lower_ == "back" for node in (verb, *returns) for c in node.children) or any(c.lemma_ == "return" for c in returns)
        return is_back and not any(syntax.objects(c) for c in returns) and any(are_both_sides(c) for c in called_back(verb))

    def _is_purpose_of_meeting(self, verb: Token) -> bool:
        """`met him to negotiate a treaty`: one meeting, and the first verb tells it."""
        if not any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children):
            return False
        above = [verb.head] if verb.dep_ in ("advcl", "xcomp") else list(verb.head.ancestors)[:3] if verb.dep_ in ("acl", "relcl") else []
        return any(self._is_meeting_verb(head) for head in above)

    def _is_aim_of_meeting(self, nouns: list[Token], verbs: list[Token]) -> bool:
        """`met him to revive the stalled talks`, `in a bid to revive them`: the first verb tells the meeting, and those are none of it."""
        aim = verbs[0] if verbs else None
        if aim is None or aim.tag_ != "VB" or aim.lemma_.lower() not in self._resuming or nouns[0].dep_ != "dobj":
            return False
        if any(c.lower_ in ("between", "with", "a", "an", "another") for noun in nouns for c in noun.children):
            return False
        if aim.dep_ == "acl" and not is_meeting_word(aim.head):
            # "Welcomes the agreement to resume talks".
            return False
        return any(self._is_meeting_verb(v) and v.tag_ != "VB" for v in verbs[1:])

    def _happening_behind(self, noun: Token, known: list[Token]) -> list[Token]:
        """`the meeting of ministers that took place in Lima`: the parser hangs the clause on whoever stands before it."""
        clauses = [t for t in noun.subtree if t.i > noun.i and t.pos_ == "VERB" and t not in known and t.head != noun]
        return [
            verb
            for verb in clauses
            if (self._tells_that_it_happens(verb) or self._tells_when_it_is(verb))
            and not any(is_meeting_word(t) for t in noun.doc[noun.i + 1 : verb.i])
        ]

    def _tells_that_it_happens(self, verb: Token) -> bool:
        """`that took place in Lima`."""
        has_subject = any(c.lower_ in ("that", "which") and c.dep_ in syntax.SUBJECT for c in verb.children)
        happens = verb.lemma_.lower() in self._happening or any(c.lower_ == "place" for c in verb.children)
        return verb.dep_ == "relcl" and has_subject and happens

    def _is_set(self, verb: Token) -> bool:
        """`has a meeting with them planned`."""
        is_bare = verb.tag_ in ("VBN", "VBD") and not any(c.dep_ in (*syntax.SUBJECT, "dobj", "mark", "aux") for c in verb.children)
        return is_bare and verb.head.lemma_ == "have" and self._by_verb.get(verb.lemma_.lower()) == "SCHEDULED"

    def _tells_when_it_is(self, verb: Token) -> bool:
        """`planned for May`."""
        is_planned = verb.dep_ == "acl" and verb.tag_ == "VBN" and self._by_verb.get(verb.lemma_.lower()) == "SCHEDULED"
        return is_planned and any(c.dep_ == "prep" and c.lower_ in ("for", "on", "in", "at") for c in verb.children)

    def _verb_after_clause(self, noun: Token) -> list[Token]:
        """`The talks, which Oman mediates, opened in Lima`: the parser hangs the last verb on whoever stands before it."""
        if noun.dep_ != "ROOT":
            return []
        if not any(c.dep_ in ("relcl", "acl") and c.i < c.head.i + 3 for c in noun.children):
            # "Talks on a truce resumed in Lima": a truce that was resumed, to the parser.
            told = (t for t in noun.subtree if t.dep_ == "acl" and t.tag_ in ("VBN", "VBD") and t.head != noun and t.head.dep_ == "pobj")
            return [t for t in told if t.i == t.head.i + 1 and self._by_verb.get(t.lemma_.lower()) in ("HOLD", "SUSPENDED", "ONGOING")][:1]
        behind = noun.doc[noun.i + 1 : noun.sent.end]
        last = next((t for t in behind if t.tag_ in ("VBD", "VBN") and t.nbor(-1).text == "," and t.head.i < t.i), None)
        return [last] if last is not None and last.dep_ in ("acl", "relcl") and last.lemma_.lower() in self._by_verb else []

    def _is_left_out(self, token: Token) -> bool:
        """`A third is planned for May`, `agreed to a third`, `The next appointment is for May`, where rounds were told of before."""
        is_next = any(c.lower_ in self._to_come for c in token.children)
        is_appointment = (token.lemma_.lower() in self._appointments and is_next) or self.is_sequel(token)
        if not is_appointment and (ordinal_of(token.lower_) is None or token.ent_type_ == "DATE"):
            return False
        if any(c.dep_ == "prep" and c.lower_ in ("of", "with", "to") for c in token.children):
            return False
        before = token.doc[max(0, token.i - NEAR) : token.i]
        if token.dep_ in syntax.SUBJECT and not is_appointment:
            happens = token.head.lemma_.lower() in self._happening or any(c.lower_ == "place" for c in token.head.children)
            is_met = happens and any(t.pos_ == "VERB" and t.lemma_ == "meet" for t in before)
            return is_met or any(t.lemma_.lower() in self._numbered or t.lower_ in ("talks", "negotiations") for t in before)
        if token.dep_ not in syntax.SUBJECT and not self._is_agreed_on(token):
            return False
        return any(is_meeting_word(t) or (t.pos_ == "VERB" and t.lemma_ == "meet") for t in before)

    def is_sequel(self, noun: Token) -> bool:
        """`A follow-up is planned`, `a repeat is set for May`."""
        word = noun.lower_ if noun.i < 2 or noun.nbor(-1).text != "-" else noun.doc[noun.i - 2 : noun.i + 1].text.lower()
        is_one = any(c.lower_ in ("a", "another") for c in noun.children)
        is_set = noun.dep_ in syntax.SUBJECT and self._by_verb.get(noun.head.lemma_.lower()) == "SCHEDULED"
        return word in self._sequels and is_one and is_set

    def _is_agreed_on(self, ordinal: Token) -> bool:
        """`agreed to a third`, `have scheduled a third`, and not `a third of`, `agreed to cut it by a third`."""
        verb = ordinal.head.head if ordinal.dep_ == "pobj" and ordinal.head.lower_ in ("to", "on") else ordinal.head
        is_object = ordinal.dep_ == "dobj" or verb != ordinal.head
        is_one = any(c.dep_ == "det" for c in ordinal.children) and ordinal.lower_ != "first"
        return is_object and is_one and verb.pos_ == "VERB" and self._by_verb.get(verb.lemma_.lower()) == "SCHEDULED"

    def _is_meeting_noun(self, token: Token) -> bool:
        lemma = noun_lemma(token)
        if lemma in self._visits:
            return self._is_visit_called_off(token)
        if token.lower_ in self._wrangling or lemma == "meet" or lemma in {*self._convened_bodies, *self._contacts}:
            spent = self._is_part_spent(token) or self._is_contact_refused(token)
            return spent or self._is_next_meet(token) or self._is_body_convened(token)
        if lemma not in self._nouns and token.lower_ not in self._nouns and lemma not in self._processes:
            return lemma in {*self._meals, *self._attempts} and (self._is_working_meal(token) or self._is_earlier_attempt(token))
        if (token.pos_ not in ("NOUN", "PROPN") and not _is_mistaken_for_verb(token)) or self._is_parliament(token):
            return False
        if token.dep_ == "pobj" and self._tells_how(token, lemma):
            return False
        if token.lower_ == "talk":
            # One has a talk about anything; states hold talks.
            return False
        if token.dep_ in MODIFIER and token.head.pos_ in ("NOUN", "PROPN") and token.head.i > token.i:
            # "summit meeting" is found at its head, "meeting format" is none.
            return False
        whole = token.head.head if token.dep_ == "pobj" and token.head.lower_ == "of" else None
        # "Were invited to some of the sessions".
        parts = self._parts & self._nouns | {"some", "many", "most", "any"}
        if whole is not None and (whole.lemma_.lower() in parts or self._is_beside(token, whole)):
            return False
        if lemma == "call" and not self._is_conversation(token):
            return False
        if self._is_of_other_talks(token, lemma):
            return False
        if lemma == "mechanism" and not any(c.lemma_.lower() in ("consultation", "dialogue", "coordination") for c in token.children):
            return False
        if lemma in self._parts and not all(self._may_be_part_of(of) for of in self._whole_of(token)):
            return False
        if any(child.dep_ == "det" and child.lower_ == "any" for child in token.children) and not self._is_refused(token):
            # "Would attend any talks": none that there are.
            return False
        modifiers = {
            t.lemma_.lower()
            for child in token.children
            if child.dep_ in MODIFIER
            for t in (child, *(c for c in child.children if c.dep_ in MODIFIER))
        }
        if lemma in self._processes:
            return bool(modifiers & self._process_kinds) or self._is_earlier_attempt(token)
        # "The anniversary of the summit".
        return not any(of.lemma_.lower() in self._remembered for of in _wholes(token))

    @staticmethod
    def _is_beside(noun: Token, whole: Token) -> bool:
        """`on the sidelines of the summit`, and not `of the dialogue between Ghana and Togo`."""
        return whole.lemma_.lower() in ("sideline", "margin", "fringe") and not syntax.adjuncts(noun, "between")

    def _is_next_meet(self, meet: Token) -> bool:
        """`agreed to a future meet`; athletes go to a meet."""
        is_noun = meet.lower_ == "meet" and meet.pos_ == "NOUN"
        return is_noun and any(c.lower_ in talks_words()["nouns"]["meets"] for c in meet.children)

    def _is_working_meal(self, meal: Token) -> bool:
        """`had a working lunch in Lima`; `held talks over a working lunch` are the talks."""
        is_noun = meal.pos_ == "NOUN" and meal.lemma_.lower() in self._meals
        is_beside = meal.dep_ == "pobj" and meal.head.lower_ in ("over", "during", "after", "before", "by")
        return is_noun and not is_beside and any(c.lower_ == "working" for c in meal.children)

    def _is_earlier_attempt(self, noun: Token) -> bool:
        """`A previous attempt, in Oslo in May, was abandoned`, `An earlier process in Lima collapsed`: where it was and how it ended."""
        is_earlier = noun.dep_ in syntax.SUBJECT and any(c.lower_ in talks_words()["renewal"]["before"] for c in noun.children)
        ended = self._by_verb.get(Governor(noun.head, "").lemma) in ("SUSPENDED", "CANCELLED", "HOLD")
        is_somewhere = any(c.dep_ == "prep" and c.lower_ in ("in", "at") for c in noun.children)
        # What was attempted is told: "a previous attempt to climb it".
        is_of_else = any(c.dep_ in ("acl", "relcl") and c.tag_ != "VBN" for c in noun.children) or bool(syntax.adjuncts(noun, "at"))
        return is_earlier and ended and is_somewhere and (not is_of_else or noun.lemma_.lower() in self._processes)

    def _is_body_convened(self, body: Token) -> bool:
        """`will travel to Lima to launch the Ghana-Peru Working Group`."""
        is_shared = any(c.lemma_.lower() in self._shared for c in body.children) and body.lemma_.lower() in self._convened_bodies
        # "The 12th Ghana-Peru Joint Commission was held in Lima".
        is_held = body.dep_ in ("nsubjpass", "dobj") and body.head.lemma_.lower() in ("hold", "convene")
        return is_shared and (is_held or (body.dep_ == "dobj" and body.head.lemma_.lower() in self._convening))

    def _is_contact_refused(self, contact: Token) -> bool:
        """`Direct contact with the rebels is out of the question`, `ruled out direct contacts with them`; what there is may be a letter."""
        is_direct = any(c.lower_ in self._direct for c in contact.children) and bool(syntax.adjuncts(contact, "with", "between"))
        if (
            not is_direct
            or contact.lemma_.lower() not in self._contacts
            or contact.pos_ != "NOUN"
            or contact.dep_ not in (*syntax.SUBJECT, "dobj")
        ):
            return False
        is_out = any(
            c.lower_ == "question" for out in contact.head.children if out.lower_ == "out" for of in out.children for c in of.children
        )
        return is_out or self._by_verb.get(Governor(contact.head, "").lemma) == "RULED_OUT"

    def _is_part_spent(self, wrangling: Token) -> bool:
        """`began a second day of wrangling`; not `after days of wrangling`, of which nobody knows where it was."""
        part = wrangling.head.head if wrangling.head.lower_ == "of" else wrangling
        is_held = self._by_verb.get(Governor(part.head, "").lemma) in ("HOLD", "ONGOING", "SUSPENDED") and part.dep_ in ("dobj", "nsubj")
        return is_held and part.lemma_.lower() in self._parts

    def _is_of_other_talks(self, noun: Token, lemma: str) -> bool:
        """`asked for its mediation in the talks`, `the negotiation of an agreement between them`, which is what is to come of talks."""
        if lemma == "mediation":
            return any(is_meeting_word(of) for of in syntax.adjuncts(noun, "for", "of", "in"))
        is_one = lemma == "negotiation" and noun.tag_ == "NN"
        return is_one and any(of.lemma_.lower() in self._outcomes for of in syntax.adjuncts(noun, "of"))

    @staticmethod
    def _whole_of(part: Token) -> list[Token]:
        """What a round is of: `of talks`, or as with the one named just before: `the first round of jabs, and a second round`."""
        own = syntax.adjuncts(part, "of")
        if own or part.lemma_ != "round":
            return own
        before = (t for t in reversed(part.doc[max(0, part.i - NEAR) : part.i]) if t.lemma_ == "round")
        return syntax.adjuncts(next(before, part), "of")

    def _is_parliament(self, token: Token) -> bool:
        """`the U.S. Congress`, `a joint meeting of Congress`, and not `the Peace Congress`."""
        houses = (token, *syntax.adjuncts(token, "of"))
        return any(house.text == "Congress" and not any(c.lower_ in self._formal for c in house.children) for house in houses)

    def _is_conversation(self, call: Token) -> bool:
        """`a phone call`, `a call with Togo`, `in a call on Monday`; not `a call by Togo for peace`."""
        words_of = {c.lower_ for c in call.children}
        is_held = call.dep_ == "dobj" and self._by_verb.get(call.head.lemma_.lower()) == "HOLD"
        within = call.dep_ == "pobj" and call.head.lower_ in ("in", "during", "on", "by", "via", "after")
        is_appeal = bool(words_of & {"for", "to"}) and not words_of & self._phone
        return not is_appeal and (is_held or within or bool(words_of & {*self._phone, "with", "between", "video", "conference"}))

    def _tells_how(self, noun: Token, lemma: str) -> bool:
        """`met under Omani mediation`, `met by video conference`: how they met, and no meeting besides."""
        if lemma == "mediation":
            return noun.head.lower_ in ("under", "through", "by", "with", "despite")
        words_of = {noun.lower_, *(c.lower_ for c in noun.children)}
        is_link = noun.head.lower_ in ("by", "via", "over", "through") and bool(words_of & self._remote)
        return is_link and noun.head.head.lemma_.lower() in self._meeting_verbs

    def _is_visit_called_off(self, noun: Token) -> bool:
        """`postponed his trip to Oslo`."""
        verb = syntax.governing_verb(noun)
        return (
            verb is not None
            and self._by_verb.get(Governor(verb, "").lemma) in ("CANCELLED", "POSTPONED")
            and noun in syntax.objects(verb)
            and any(c.dep_ == "prep" and c.lower_ == "to" for c in noun.children)
        )

    def is_elsewhere(self, draft: Draft, states: int) -> bool:
        """`wage talks`, `a meeting of the board`: of another kind than between states; `debt talks` only where fewer than two are named."""
        if draft.node.sent.start not in self._played:
            self._played[draft.node.sent.start] = any(t.lemma_.lower() in self._sport and t.pos_ == "NOUN" for t in draft.node.sent)
        winning = talks_words()["not_between_states"]["winning"] if draft.word == "round" else ()
        if self._played[draft.node.sent.start] or any(v.lemma_.lower() in winning for v in draft.verbs):
            # "Was beaten in the first round by Ghana's Ama Osei".
            return True
        elsewhere = self._elsewhere - self._unless_states if states >= 2 else self._elsewhere
        for noun in draft.nouns:
            around = [c for c in noun.children if c.dep_ in MODIFIER]
            around += [c for child in around for c in child.children if c.dep_ in MODIFIER]
            # "The African Union summit" is none of a union.
            around = [t for t in around if not self._is_of_states(t)]
            wholes = [of for of in syntax.adjuncts(noun, "of") if not any(c.lemma_.lower() in self._shared for c in of.children)]
            if {t.lemma_.lower() for t in (*around, *wholes)} & elsewhere:
                return True
        if states >= 2:
            return False
        if not draft.nouns:
            return draft.node.dep_ != "acl" and not syntax.objects(draft.node) and self._sits_by_itself(draft)
        topics = {about.lemma_.lower() for noun in draft.nouns for about in syntax.adjuncts(noun, "on", "about", "over")}
        return bool(topics & self._topics) or self._sits_by_itself(draft)

    def _sits_by_itself(self, draft: Draft) -> bool:
        """`The parliament met`: with nobody else."""
        subjects = [s for verb in draft.verbs[:1] for s in syntax.subjects(verb)]
        return any(s.lemma_.lower() in self._sitting and not self._is_of_states(s) for s in subjects)

    def _is_of_states(self, token: Token) -> bool:
        name = token.doc[max(0, token.i - 2) : token.i + 1].text.casefold()
        return token.pos_ == "PROPN" and (token.lemma_.lower() in self._of_states or any(name.endswith(c) for c in self._councils))

    def _may_be_part_of(self, whole: Token) -> bool:
        """`a round of talks`, `the session of the working group`, and no round of voting."""
        return whole.pos_ == "PROPN" or is_meeting_word(whole) or whole.lemma_.lower() in (*self._processes, *self._bodies, *self._contacts)

    def _is_refused(self, token: Token) -> bool:
        """`denied any talks`, `will not hold any talks`, `would take no part in any talks`."""
        if self._by_verb.get(Governor(token.head, "").lemma) == "RULED_OUT":
            return True
        verb = syntax.governing_verb(token)
        negations = words("factuality")["negation"]["words"]
        return verb is not None and any(c.lower_ in negations for node in (verb, *syntax.objects(verb)) for c in node.children)

    def _with_inner_nouns(self, noun: Token) -> list[Token]:
        """`round`, and the `talks` that it is of."""
        nouns = [noun]
        while nouns[-1].lemma_.lower() in self._parts or len(nouns) == 1:
            inner = [c for c in syntax.adjuncts(nouns[-1], "of") if c.lemma_.lower() in self._nouns or c.lower_ in self._nouns]
            if not inner:
                break
            nouns.append(inner[0])
        return nouns

    def _is_together(self, token: Token) -> bool:
        """`returned to the negotiating table`, `spent an hour together`: a word in the clause of the verb makes it a meeting."""
        needed = self._together.get(token.lemma_.lower())
        if needed is None or (token.lemma_ == "be" and any(is_meeting_word(c) for c in token.children)):
            return False
        if token.dep_ in ("xcomp", "ccomp") and token.head.lemma_.lower() in self._helping:
            # "Ideas to help both come together".
            return False
        if token.dep_ in ("acl", "advcl", "xcomp") and self._is_together(token.head):
            # "Spent hours holed up with": one meeting.
            return False
        if is_time_spent(token):
            return True
        if token.lemma_ == "spend" and any(c.tag_ == "VBG" for c in token.children):
            # "Spent the week sparring with them".
            return False
        purposes = (o for c in token.children if c.dep_ in ("xcomp", "advcl") and c.tag_ == "VB" for o in syntax.objects(c))
        if any(is_meeting_word(o) for o in purposes):
            # "Returned to the table to open the second round": the noun tells more.
            return False
        return any(word.lower_ in needed for word in _own_words(token) if word.i > token.i)

    def _is_meeting_verb(self, token: Token) -> bool:
        if token.pos_ not in ("VERB", "AUX"):
            return False
        if self._is_together(token) or see_each_other(token) or follow_in_turn(token) or brings_to_table(token):
            return True
        if token.pos_ == "AUX":
            return False
        lemma = token.lemma_.lower()
        if lemma == "bring":
            # The parser hangs it on "in Lima", too.
            return any(t.lower_ == "together" and syntax.governing_verb(t) == token for t in token.subtree)
        if lemma in self._mediating:
            return bool(syntax.adjuncts(token, "between")) and not any(is_meeting_word(o) for o in syntax.objects(token))
        if lemma in self._receiving and self._is_of_meeting_before(token):
            return False
        if lemma in self._receiving and (not syntax.is_passive(token) or any(c.dep_ == "agent" for c in token.children)):
            return not self._meets_for_talks(token) and not any(is_meeting_word(o) for o in syntax.objects(token))
        if lemma not in self._meeting_verbs or self._meets_for_talks(token):
            return False
        if lemma == "meet" and any(c.dep_ == "dobj" and c.lemma_.lower() in self._verbs["not_met"] for c in token.children):
            return False
        if lemma in ("gather", "assemble", "convene", "reconvene", "regroup"):
            if any(c.dep_ == "dobj" and (self._is_their_body(c) or self._is_called_together(c)) for c in token.children):
                return True
            # "Plan to break off and to reconvene in Lima": those who break off.
            is_shared = token.tag_ == "VB" and token.dep_ in ("conj", "xcomp") and lemma in self._resuming and bool(syntax.subjects(token))
            own = is_shared or any(child.dep_ in syntax.SUBJECT for child in token.children) or self._are_to_gather(token)
            return own and not any(child.dep_ in ("dobj", "ccomp", "xcomp") for child in token.children)
        if lemma == "sit" and not any(child.lower_ == "down" for child in token.children):
            return any(head.lemma_ == "table" for head in syntax.adjuncts(token, "at", "across", "around"))
        if lemma == "discuss" and not self._is_only_telling(token):
            return False
        # "speak" alone is a speech; "speak to Putin" is a call; "the ministers talked" are two who talk.
        needed = self._verbs["meet_with"].get(lemma)
        links = [t for head in syntax.adjuncts(token, "by", "over", "on", "via") for t in (head, *head.children)]
        by_phone = any(t.lemma_.lower() in self._remote for t in links)
        for_hours = any(time.lemma_ in ("hour", "minute") for time in syntax.adjuncts(token, "for"))
        subjects = syntax.subjects(token)
        several = any(s.tag_ in ("NNS", "NNPS", "NNP") or (s.lower_ in self._each_other and (by_phone or for_hours)) for s in subjects)
        # "Peru's premier and Chile's president spoke by phone"; "the pair last negotiated in Lima".
        several = several or len(subjects) > 1
        several = several or (lemma == "negotiate" and any(s.lower_ in self._each_other and s.lower_ != "they" for s in subjects))
        several = several and (lemma not in ("speak", "chat") or by_phone or for_hours)
        # "Ghana's Lee and Togo's Kpodo discussed it in Lima".
        are_two = len(subjects) == 2 and all(s.pos_ == "PROPN" for s in subjects) and bool(syntax.adjuncts(token, "in"))
        several = several and (lemma != "discuss" or are_two)
        return needed is None or several or bool(syntax.adjuncts(token, *needed))

    @staticmethod
    def _is_only_telling(verb: Token) -> bool:
        """`will discuss it with the chancellor in Lima on Friday`; where a word of its sentence names a meeting, that word tells more."""
        about = any(c.dep_ == "dobj" for c in verb.children)
        return about and not any(is_meeting_word(t) or (t.lemma_ == "meet" and t.pos_ == "VERB") for t in verb.sent)

    def _is_their_body(self, body: Token) -> bool:
        """`reconvene their follow-up committee`: that on which they sit."""
        return body.lemma_.lower() in self._bodies and any(c.lower_ == "their" for c in body.children)

    def _is_called_together(self, called: Token) -> bool:
        """`convened Caribbean leaders`, `The leaders of both will convene the Border Council`; not `convened his cabinet`, `the court`."""
        if called.head.lemma_.lower() not in ("convene", "gather", "assemble") or any(c.dep_ == "poss" for c in called.children):
            return False
        if called.tag_ in ("NNS", "NNPS"):
            return called.lemma_.lower() in ("leader", "minister", "president", "premier", "head", "envoy")
        calling = [s for s in syntax.subjects(called.head) if s.tag_ == "NNS" and s.lemma_.lower() in self._called]
        return called.pos_ == "PROPN" and called.lemma_.lower() in self._bodies and bool(calling)

    @staticmethod
    def _are_to_gather(verb: Token) -> bool:
        """`They are set to reconvene`, `mediators plan to convene with`; not `attempts by the rebels to regroup`, `able to convene`."""
        if verb.dep_ != "xcomp" or syntax.is_passive(verb) or verb.head.lower_ == "able":
            return False
        several = any(s.tag_ in ("NNS", "NNPS") or are_both_sides(s) for s in syntax.subjects(verb))
        return several and (verb.lemma_.lower() != "convene" or bool(syntax.adjuncts(verb, "with")))

    @staticmethod
    def _is_of_meeting_before(verb: Token) -> bool:
        """`talks with the premier, which were hosted by Oman`, `a summit with him, hosted by Oman`: those are, and not the premier."""
        if any(c.lower_ == "which" and c.dep_ in syntax.SUBJECT for c in verb.children):
            return True
        is_participle = verb.tag_ == "VBN" and verb.dep_ in ("acl", "advcl") and verb.i > 0 and verb.nbor(-1).text == ","
        return is_participle and any(is_meeting_word(t) for t in verb.doc[verb.sent.start : verb.i])

    def _meets_for_talks(self, verb: Token) -> bool:
        """`met for the third Strategic Dialogue`: the noun tells more."""
        return any(self._is_meeting_noun(noun) and not is_venue(noun) for noun in syntax.adjuncts(verb, "for", "in", "at"))

    def leads_up_to(self, node: Token) -> bool:
        """Whether a word above a meeting says something of it: `offer`, `round`, `host`, and not `support` or `focus`."""
        lemma = Governor(node, "").lemma
        if is_deadline(node):
            return False
        return lemma in self._leads_up or node.lemma_.lower() in self._leads_up or is_meeting_word(node)

    def _verbs_above(self, token: Token) -> list[Token]:
        found: list[Token] = []
        below = token
        for node in syntax.chain(token):
            if node == token:
                continue
            if node.pos_ in ("VERB", "AUX") or (node.dep_ == "acomp" and node.tag_ == "VBN") or node.lower_ == "locked":
                if is_naming(node):
                    below = node
                    continue
                is_said = below.dep_ in ("ccomp", "parataxis", "dep", "prep") and below.lower_ != "for"
                if node.lemma_.lower() in self._said and is_said:
                    break
                found.append(node)
                if _is_clause_of_its_own(node) or not self.leads_up_to(node) or node.dep_ == "conj" or _is_on_another_day(node):
                    # "They met in Lima and agreed to talk": the first verb has its own day and place.
                    break
            elif node.pos_ in ("NOUN", "PROPN") and not self.leads_up_to(node):
                # "support for the talks": who supports them, and where, is none of theirs.
                break
            below = node
        return found


def _own_words(verb: Token) -> Iterator[Token]:
    """The words of a verb's clause, without those of the clauses that hang on it."""
    for child in verb.children:
        if child.dep_ in ("ccomp", "relcl", "conj", "nsubj", "csubj", "parataxis") or (child.dep_ == "advcl" and child.tag_ != "VBN"):
            continue
        yield child
        yield from _own_words(child)


def is_naming(verb: Token) -> bool:
    """`held what he called good talks`: the verb only gives them a name."""
    named_thing = any(child.lower_ == "what" for child in verb.children) or any(
        c.lower_ == "what" for child in verb.children for c in child.children
    )
    return verb.lemma_.lower() in ("call", "describe", "term", "characterise", "characterize", "label", "say") and named_thing


def is_meeting_word(token: Token) -> bool:
    """Whether a noun names a meeting, if one looks at nothing else."""
    known = talks_words()["nouns"]["meeting"]
    return token.pos_ in ("NOUN", "PROPN") and (noun_lemma(token) in known or token.lower_ in known)


def is_venue(noun: Token) -> bool:
    """`met him at the summit`, `their meeting during the conference`: a gathering at which others meet each other."""
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("at", "during") or noun_lemma(noun) not in talks_words()["nouns"]["gathering"]:
        return False
    above = noun.head.head
    talks_at_summit = noun_lemma(noun) == "summit" and above.pos_ == "VERB" and above.lemma_ in talks_words()["verbs"]["meet"]
    if above.lemma_ != "meet" and not talks_at_summit:
        return is_meeting_word(above)
    met = [*syntax.objects(above), *syntax.adjuncts(above, "with", "to")]
    two = (c.lower_ for s in above.children if s.dep_ in syntax.SUBJECT for c in (s, *s.children))
    return bool(met) or any(word in ("two", "both", "they") for word in two)


def is_set_beside(noun: Token) -> bool:
    """`They met in Rome, with another round planned for May`: the verb tells nothing of that round."""
    return (
        noun.dep_ == "pobj"
        and noun.head.lower_ == "with"
        and noun.head.i > 0
        and noun.head.nbor(-1).text == ","
        and any(c.dep_ in ("acl", "amod") and c.i > noun.i and c.tag_ in ("VBN", "VB") for c in noun.children)
    )


def is_stay(verb: Token) -> bool:
    """`was in Lima for talks`, `is due in Lima for talks`: whoever stays there meets somebody there."""
    if verb.lemma_ not in ("be", "stay"):
        return False
    if any(c.dep_ == "xcomp" and any(t.lower_ == "to" for t in c.children) and c.i == verb.i + 2 for c in verb.children):
        # "Are to follow in May, in a town".
        return False
    nodes = (verb, *(c for c in verb.children if c.dep_ == "acomp" and c.lower_ in ("due", "back")))
    places = talks_words()["nouns"]["place"]
    return any(p.pos_ == "PROPN" or p.lemma_.lower() in places for node in nodes for p in syntax.adjuncts(node, "in", "on"))


def is_deadline(noun: Token) -> bool:
    """`the expiration date of the talks`: not a date set for them."""
    return noun.lemma_ == "date" and any(c.dep_ == "compound" and c.pos_ == "NOUN" for c in noun.children)


def is_in_dateline(token: Token) -> bool:
    """`LOME, Togo, May 3 (Reuters) - …`, `LOME: …`: where and when it was written, at the beginning of a paragraph."""
    first = token.doc[token.sent.start]
    if not (first.text.isupper() and len(first.text) > 2) or token.i - first.i > DATELINE:
        return False
    return any(t.text in DATELINE_ENDS and t.whitespace_ for t in token.doc[token.i + 1 : min(first.i + DATELINE, token.sent.end)])


def ordinal_of(word: str) -> int | None:
    """`third`, `62nd`: the number."""
    digits = word.rstrip("stndrh")
    is_numeral = digits != word and digits.isdigit() and len(digits) < 3
    return int(digits) if is_numeral else talks_words()["ordinals"].get(word)


def noun_lemma(token: Token) -> str:
    """The lemma; of a plural in capitals, which the lemmatizer leaves as it is, the singular."""
    lemma = token.lemma_.lower()
    return lemma[:-1] if lemma.endswith("s") and lemma != "talks" and token.tag_ in ("NNPS", "NNP") else lemma


def _wholes(noun: Token) -> Iterator[Token]:
    """Of the talks in `the anniversary of the launch of the talks` the launch, and then the anniversary."""
    while noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head != noun:
        noun = noun.head.head
        yield noun


def _mistaken_verb(noun: Token) -> list[Token]:
    """`Ghana hosted talks`, where the parser sees hosted talks."""
    for child in noun.children:
        is_verb = child.dep_ == "amod" and child.tag_ in ("VBN", "VBD") and any(c.dep_ in ("npadvmod", "nsubj") for c in child.lefts)
        if is_verb and noun.dep_ == "ROOT" and noun.doc[child.i - 1].text != "-":
            return [child]
    return []


def _is_clause_of_its_own(verb: Token) -> bool:
    """A finite clause with a subject: what stands above it has its own time, place and actors."""
    # "Proposed talks to be held in Lima".
    is_finite = verb.tag_ != "VBN" or not any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children)
    has_subject = any(child.dep_ in syntax.SUBJECT for child in verb.children)
    return verb.dep_ == "relcl" or (verb.dep_ in ("ccomp", "advcl") and has_subject and is_finite)


def _is_to_be(verb: Token) -> bool:
    """`to be held`, `to take place`."""
    helpers = {c.lower_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    takes_place = verb.lemma_ == "take" and "to" in helpers and any(c.lower_ == "place" for c in verb.children)
    return takes_place or (verb.lemma_ == "hold" and {"to", "be"} <= helpers)


def _is_on_another_day(verb: Token) -> bool:
    """`agreed to meet next week after concluding talks`, `flew in to prepare for talks`: what stands above has its own day and place."""
    is_preparing = verb.lemma_ == "prepare" and verb.dep_ in ("advcl", "xcomp") and verb.tag_ == "VB"
    return is_preparing or (verb.dep_ == "pcomp" and verb.head.lower_ in ("after", "before", "since", "following"))


def _is_mistaken_for_verb(token: Token) -> bool:
    """`a leaders meeting in Istanbul`, where the parser sees leaders who meet."""
    return (
        token.lower_ == "meeting"
        and token.dep_ == "acl"
        and token.head.i == token.i - 1
        and not any(c.dep_ in ("aux", "dobj") for c in token.children)
    )
