"""When a meeting is: the expression of time nearest to what names it, and not the day on which somebody speaks of it."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, TimeMention
from streams.extraction.factuality import Governor
from streams.extraction.lexicon import words
from streams.extraction.talks.belonging import AHEAD, Belonging, is_beside, is_of_noun_before
from streams.extraction.talks.meeting import Draft, talks_words
from streams.extraction.talks.places import Places
from streams.extraction.talks.triggers import is_in_dateline, is_meeting_word, is_venue
from streams.records import Grain

__all__ = ["Dates"]

OTHER_TIME = frozenset({"since", "after", "before", "following", "until", "over", "about", "on", "amid", "despite"})
"""What stands behind one of these is another event, with a day of its own."""


class Dates:
    """Finds when the meetings of one article are."""

    def __init__(self, context: ArticleContext, places: Places, belonging: Belonging) -> None:
        self._context = context
        self._places = places
        self._belonging = belonging
        self._lexicon = talks_words()
        self._said = frozenset(words("speech")["verbs"]["say"])

    def of(self, draft: Draft) -> TimeMention | None:
        """The expression of time nearest to what names the meeting."""
        is_ahead = is_beside(draft, AHEAD)
        # "Arrived on Tuesday ahead of talks": they are on another day.
        verbs = [] if is_ahead else [*self._belonging.telling_verbs(draft), *self._belonging.said_during(draft)]
        nodes = [*draft.nouns, *draft.inner_verbs, *verbs]
        times = self._belonging.times(draft.node)
        times = [t for t in times if not is_in_dateline(self._context.reading.doc[t.first]) and not self._is_of_decision(t, draft)]
        if self._is_reviewed(draft):
            times = [t for t in times if t.first >= syntax.noun_phrase(draft.node).start]
        ranked = [(anchor, t.first, t) for t in times if (anchor := self._hangs_on(t, nodes)) is not None and self._tells_the_day(t, draft)]
        if ranked:
            return self._new_day([t for *_, t in ranked], draft) or min(ranked, key=lambda r: r[:2])[2]
        # The sentence may be cut behind the colon.
        cut = self._belonging.times_in(self._context.reading.sentence_index(draft.node) - 1)
        cut = [t for t in cut if t.end + 1 == draft.node.sent.start]
        if (entry := next((t for t in (*times, *cut) if self.is_of_entry(t)), None)) is not None:
            return entry
        return self._day_before(draft, times) or (None if is_ahead else self._only_day(draft, times))

    def is_of_entry(self, time: TimeMention) -> bool:
        """`11 August 2020: Envoys meet in Lima`: the day of an entry in a calendar."""
        doc = self._context.reading.doc
        before = doc[doc[time.first].sent.start : time.first]
        return all(t.is_punct or t.is_space for t in before) and time.end < len(doc) and doc[time.end].text == ":"

    def day_behind(self, verb: Token, *prepositions: str) -> TimeMention | None:
        """The day of `until Friday` behind a verb."""
        times = self._belonging.times(verb)
        doc = self._context.reading.doc
        days = (t for t in times if t.first > verb.i + 1 and doc[t.first - 1].lower_ in prepositions and t.found.grain is Grain.DAY)
        day = next((t for t in days if syntax.governing_verb(doc[t.first - 1]) == verb), None)
        return replace(day, found=day.found.by_itself()) if day is not None else None

    def _is_reviewed(self, draft: Draft) -> bool:
        """`will welcome him on Monday to discuss the summit`: the day and place of the talk about it."""
        verb = draft.verbs[0] if draft.verbs and draft.node.dep_ == "dobj" else None
        return verb is not None and verb.lemma_.lower() in self._lexicon["offers"]["reviewing"]

    @staticmethod
    def _day_before(draft: Draft, times: list[TimeMention]) -> TimeMention | None:
        """`in December, when its members gather`: the day that the clause hangs on."""
        for verb in draft.verbs[:1] or [draft.node]:
            if verb.dep_ == "relcl" and any(c.lower_ == "when" for c in verb.children):
                return next((t for t in times if t.first <= verb.head.i < t.end), None)
        return None

    def _new_day(self, times: list[TimeMention], draft: Draft) -> TimeMention | None:
        """`moved from Monday to Friday`, `planned for May, was put off to June`: the day that it is moved to."""
        if len(times) < 2:
            return None
        doc = self._context.reading.doc
        statuses = [self._lexicon["by_verb"].get(Governor(verb, "").lemma) for verb in draft.verbs]
        is_moved = "POSTPONED" in statuses or any(f"{verb.lemma_.lower()} to" in self._lexicon["by_verb"] for verb in draft.verbs)
        is_moved = is_moved or any(t.first and doc[t.first - 1].lower_ == "from" for t in times)
        return next((t for t in times if is_moved and t.first and doc[t.first - 1].lower_ in ("to", "until", "till")), None)

    def _is_of_decision(self, time: TimeMention, draft: Draft) -> bool:
        """`called off on Monday`, `agreed on Friday to meet`: the day of that, and none of the talks; `put off to Friday` is theirs."""
        if time.found.grain is not Grain.DAY or self._is_of_clause_on_noun(time, draft):
            return False
        if (time.root.dep_ == "dobj" or time.first == time.root.head.i + 1) and self._lexicon["by_verb"].get(
            time.root.head.lemma_.lower()
        ) == "SCHEDULED":
            # "Have set October 3 as the date for their next meeting".
            return False
        before = self._context.reading.doc[time.first - 1].lower_ if time.first else ""
        verb = next((n for n in syntax.chain(time.root) if n.pos_ in ("VERB", "AUX") or n in draft.nouns), None)
        own = (draft.node, *draft.nouns, *self._belonging.said_during(draft))
        if verb is not None and self._is_of_plan(verb, draft):
            return True
        if self._is_behind_place(time, draft) and verb in draft.verbs and verb.lemma_.lower() == "invite":
            return False
        if verb is None or verb in own or verb.tag_ not in ("VBD", "VBN") or before in ("for", "to", "until", "from", "by", "till"):
            return False
        status = self._lexicon["by_verb"].get(Governor(verb, "").lemma)
        is_planned = status in ("PROPOSED", "WISHED", "SCHEDULED") and not syntax.is_passive(verb)
        if is_planned and time.first > draft.node.i and self._is_still_ahead(time):
            # "Invited both to a session in Lima on May 22", told before that day.
            return False
        # "On Tuesday welcomed the talks".
        is_reaction = status == "REACTION" and time.first < draft.node.i
        return status in ("CANCELLED", "POSTPONED", "RULED_OUT") or is_planned or is_reaction

    def _is_behind_place(self, time: TimeMention, draft: Draft) -> bool:
        """`invited both to a session in Lome on 22 August`: the day of the session."""
        first = time.first - (time.first > 0 and self._context.reading.doc[time.first - 1].lower_ == "on")
        mention = self._context.mentions.at(first - 1) if first > draft.node.i + 1 else None
        return mention is not None and self._places.can_be(mention)

    def _is_still_ahead(self, time: TimeMention) -> bool:
        start, published = time.found.resolve(self._context.published).start, self._context.published
        return start is not None and published is not None and start > published

    @staticmethod
    def _is_of_clause_on_noun(time: TimeMention, draft: Draft) -> bool:
        """`the talks that were to be held in Lima on Friday have been postponed`: the parser may hang the day on the last verb."""
        helpers = [c.i for verb in draft.verbs[:1] for c in verb.children if c.dep_ in ("aux", "auxpass")]
        return bool(helpers) and any(inner.i < time.first < min(helpers) for inner in draft.inner_verbs)

    def _is_of_plan(self, verb: Token, draft: Draft) -> bool:
        """`went ahead on Monday with plans for talks`: the day of the planning."""
        between = [n for n in syntax.chain(draft.node) if n != draft.node and n.pos_ == "NOUN" and n.i > verb.i and verb in n.ancestors]
        return verb in draft.verbs and any(n.lemma_.lower() in ("plan", "preparation", "proposal") for n in between)

    def _only_day(self, draft: Draft, times: list[TimeMention]) -> TimeMention | None:
        """The one day of a sentence that tells of one meeting, wherever the parser hung it; not `said on Friday`."""
        around = self._belonging.sentence_around(draft)
        doc = self._context.reading.doc
        if len(times) != 1 or times[0].first not in around or doc[times[0].first].lower_ in OTHER_TIME:
            return None
        [time] = times
        verb = syntax.governing_verb(time.root)
        if verb is not None and verb not in draft.verbs and (self._tells_something_else(verb) or is_of_noun_before(verb, draft)):
            return None
        before = doc[time.first - 1] if time.first > around.start else None
        if before is not None and before.lower_ in ("on", "in", "at", "from", "early", "late") and before.i > around.start:
            before = doc[before.i - 1]
        fits = before is None or (before.lower_ not in (*OTHER_TIME, "by", "until") and self._belonging.may_precede(before, draft))
        return time if fits and self._tells_the_day(time, draft) else None

    def _tells_something_else(self, verb: Token) -> bool:
        """`said on Friday that`, `will brief the council on Friday and`: the day of that."""
        return verb.lemma_.lower() in self._said or (
            any(c.dep_ == "dobj" for c in verb.children) and any(c.dep_ in syntax.SUBJECT for c in verb.children)
        )

    def _hangs_on(self, time: TimeMention, nodes: list[Token]) -> int | None:
        node = time.root
        while True:
            if node in nodes:
                return nodes.index(node)
            head = node.head
            if head == node:
                return None
            if head not in nodes and (head.pos_ in ("VERB", "AUX") or (is_meeting_word(head) and not is_venue(head))):
                # "when its ally attacked last year": the day of what ended the talks is theirs.
                if head.pos_ == "VERB" and head.dep_ == "advcl" and head.head in nodes and any(c.lower_ == "when" for c in head.children):
                    return nodes.index(head.head)
                return None
            if head.pos_ in ("NOUN", "PROPN") and head not in nodes and not self._belonging.is_transparent(head):
                is_after = any(n.dep_ == "prep" and n.lower_ in OTHER_TIME for n in (head.head, head))
                if node.dep_ != "prep" or is_after:
                    # "The first talks since the attack last week": no day of the talks.
                    return None
            node = head

    def _tells_the_day(self, time: TimeMention, draft: Draft) -> bool:
        """Not `the first in eight months`, and not `the third since April`."""
        doc = self._context.reading.doc
        before = doc[time.first - 1].lower_ if time.first else ""
        if self._is_day_of_report(time, draft):
            return False
        word = doc[time.end - 1].lower_
        if before == "since" or doc[time.first].lower_ == "since":
            goes_on = any(v.tag_ == "VBG" for v in draft.verbs[:1])
            return goes_on or any(c.dep_ == "nummod" for noun in draft.nouns for c in noun.children)
        is_span = word in ("years", "months", "weeks", "days", "decades", "year", "decade", "month")
        named_before = doc[time.first].lower_ in ("last", "next", "this", "past", "coming", "early", "late", "the", "later", "earlier")
        is_first = any(c.lower_ in ("first", "last", "only", "latest", "highest") for noun in draft.nouns for c in noun.children)
        if is_span and is_first and not named_before:
            return False
        if before == "in" and time.first > 1 and doc[time.first - 2].lemma_.lower() == "time":
            # "For the third time in two months".
            return False
        if is_span and before in ("in", "for", "over", "than", "nearly", "about", "almost") and not named_before:
            return before == "in" and any(v.tag_ == "VB" for v in draft.verbs)
        is_cut = bool(draft.verbs) and self._lexicon["by_verb"].get(Governor(draft.verbs[0], "").lemma) == "SUSPENDED"
        return before not in ("until", "till", "to" if is_cut else "until")

    def _is_day_of_report(self, time: TimeMention, draft: Draft) -> bool:
        """`said on Tuesday it would resume talks`: the parser may hang the day on what was said."""
        doc = self._context.reading.doc
        first = time.first - 1 if time.first and doc[time.first - 1].lower_ in ("on", "late", "early") else time.first
        if first < 1 or time.end >= len(doc):
            return False
        said, behind = doc[first - 1], doc[time.end]
        is_report = said.tag_ in ("VBD", "VBZ", "VBP") and said.lemma_.lower() in self._said and said not in draft.verbs
        return (
            is_report
            and draft.node.i > time.end
            and (behind.lower_ in ("that", "it", "he", "she", "they") or behind.dep_ in syntax.SUBJECT)
        )
