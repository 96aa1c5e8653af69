"""How long, which round, at which level and in which form."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.mentions import Mention
from streams.extraction.talks.meeting import Draft, talks_words
from streams.extraction.talks.triggers import is_meeting_word, noun_lemma, ordinal_of
from streams.records import FigureKind, TalksFormat, TalksLevel

__all__ = ["Measures"]

LASTING = frozenset({"last", "take", "run", "span", "stretch", "drag"})
PRONOUNS = frozenset({"it", "they", "this", "that"})
TIMED_UNITS = frozenset({"hour", "minute"})
"""A two-day meeting has a date of two days; only hours and minutes say how long people sat together."""


class Measures:
    """Finds what a meeting was like."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._lexicon = talks_words()
        self._durations: dict[int, list[FigureMention]] = {}
        self._counts: dict[int, list[FigureMention]] = {}
        for figure in context.figure_mentions:
            if figure.found.kind is FigureKind.DURATION and figure.found.unit in TIMED_UNITS:
                self._durations.setdefault(context.reading.sentence_index(figure.root), []).append(figure)
            elif figure.found.kind is FigureKind.COUNT:
                self._counts.setdefault(context.reading.sentence_index(figure.root), []).append(figure)

    def duration(self, draft: Draft) -> FigureMention | None:
        """`lasted 40 minutes`, `a two-hour meeting`, `eight hours of talks`, `spoke for 90 minutes`."""
        is_met = bool(draft.verbs) and (not draft.nouns or draft.verbs[0].lemma_ in ("meet", "talk"))
        nodes = [*draft.nouns, *(draft.verbs[:1] if is_met else [])]
        for figure in self._durations.get(self._context.reading.sentence_index(draft.node), []):
            root = figure.root
            head = root.head
            lasting = syntax.governing_verb(root)
            if lasting is not None and self._goes_on(lasting) and self._lasts(lasting, draft):
                return figure
            if root.dep_ in ("compound", "amod", "nmod", "nummod", "npadvmod", "poss") and any(h in draft.nouns for h in (head, head.head)):
                return figure
            if any(c in draft.nouns for c in syntax.adjuncts(root, "of")):
                return figure
            if root.dep_ == "pobj" and root.head.lower_ == "for" and root.head.head in (*nodes, *draft.verbs[:1]):
                return figure
            if root.dep_ == "npadvmod" and head in nodes:
                return figure
            if root.dep_ == "pobj" and root.head.lower_ == "after" and root.head.head in draft.verbs[:1]:
                # "Broke up after 45 minutes".
                return figure
        return self._told_next(draft)

    def _told_next(self, draft: Draft) -> FigureMention | None:
        """`The two met on Monday. It lasted two hours`: the sentence behind tells how long, and of no other meeting."""
        sentences = self._context.reading.sentences
        i = self._context.reading.sentence_index(draft.node) + 1
        if i >= len(sentences) or any(is_meeting_word(token) for token in draft.node.doc[sentences[i].start : sentences[i].end]):
            return None
        for figure in self._durations.get(i, []):
            lasting = syntax.governing_verb(figure.root)
            subjects = {s.lower_ for s in syntax.subjects(lasting)} if lasting is not None else set()
            if lasting is not None and self._goes_on(lasting) and subjects & PRONOUNS:
                return figure
        return None

    @staticmethod
    def _goes_on(verb: Token) -> bool:
        return verb.lemma_.lower() in LASTING or (verb.lemma_ == "go" and any(c.lower_ == "on" for c in verb.children))

    def _lasts(self, verb: Token, draft: Draft) -> bool:
        if verb in draft.verbs or any(s in draft.nouns for s in syntax.subjects(verb)):
            return True
        # The parser hangs "which lasted" on the last noun before it, even if that is a weekday.
        return (
            verb.dep_ in ("relcl", "acl")
            and any(node in draft.nouns for node in syntax.chain(verb.head) if node.sent == verb.sent)
            and not any(
                node.pos_ in ("VERB", "AUX") and node != verb and any(n in draft.nouns for n in node.subtree) and node.i > draft.node.i
                for node in syntax.chain(verb.head)
            )
        )

    def round(self, draft: Draft) -> tuple[int | None, int | None]:
        """Which round it is by its ordinal, and how many it stands for."""
        number = count = None
        for noun in draft.nouns:
            lemma = noun_lemma(noun)
            number = number or self._ordinal(noun)
            if lemma not in ("round", "session", "meeting", "summit"):
                continue
            for figure in self._counts.get(self._context.reading.sentence_index(noun), []):
                is_count = figure.root.head == noun and figure.root.dep_ == "nummod"
                if is_count and figure.found.min == figure.found.max and figure.found.min:
                    count = int(figure.found.min)
        return number, count if count and count > 1 else None

    def _ordinal(self, noun: Token) -> int | None:
        """`the third round`, `the 7th Strategic Dialogue`, `round two`; `the first talks in years` are no first round."""
        lemma = noun_lemma(noun)
        if (own := ordinal_of(noun.lower_)) is not None:
            return own
        phrase = syntax.noun_phrase(noun)
        for i in range(phrase.start, noun.i):
            word = noun.doc[i].lower_
            number = ordinal_of(word)
            is_day = noun.doc[i].ent_type_ == "DATE" and noun.doc[i + 1].lower_ not in ("annual", "yearly")
            if number is None or noun.doc[i + 1].text == "-" or noun.doc[i + 1].lower_ == "such" or is_day:
                continue
            if any(noun.doc[j].lower_ == "anniversary" for j in range(i + 1, noun.i)):
                # "NATO's 75th anniversary summit": so old it is, and no 75th meeting.
                continue
            # "The first Ghana-Mali Security Dialogue" is a name; "the first meeting in years" is no first round.
            is_name = noun.text[0].isupper() and noun.doc[i + 1].text[0].isupper() and lemma != "meeting"
            if lemma in ("round", "session", "cycle") or ((number > 1 or is_name) and lemma in self._lexicon["nouns"]["numbered"]):
                return number
        # "Monday's round in Lima, the third between them".
        told_behind = (ordinal_of(c.lower_) for c in noun.children if c.dep_ == "appos" and any(t.lower_ == "the" for t in c.children))
        if lemma in ("round", "session", *self._lexicon["nouns"]["numbered"]) and (number := next((n for n in told_behind if n), 0)) > 1:
            return number
        if lemma == "round" and noun.i + 1 < len(noun.doc):
            following = noun.doc[noun.i + 1]
            cardinals = self._lexicon["cardinals"]
            digits = following.text if following.text.isdigit() and len(following.text) < 3 else None
            return cardinals.get(following.lower_) or (int(digits) if digits else None)
        return None

    def level(self, draft: Draft, parties: list[Party]) -> TalksLevel:
        """Leaders, ministers, delegations or experts: by the noun, else by the highest who is named."""
        modifiers = {t.lower_ for noun in draft.nouns for i in syntax.noun_phrase(noun) for t in (noun.doc[i],)}
        modifiers |= {t.lemma_.lower() for noun in draft.nouns for t in syntax.adjuncts(noun, "between", "of", "with")}
        nouns = self._lexicon["nouns"]
        if modifiers & set(nouns["leaders"]):
            return TalksLevel.LEADERS
        levels = {p.individual.level for p in parties if p.individual} | {p.level for p in parties}
        for level in (TalksLevel.LEADERS, TalksLevel.MINISTERIAL, TalksLevel.DELEGATION):
            if level in levels:
                return level
        if modifiers & set(nouns["ministers"]):
            return TalksLevel.MINISTERIAL
        if modifiers & {"delegation", "envoy", "negotiator"}:
            return TalksLevel.DELEGATION
        return TalksLevel.TECHNICAL if modifiers & set(nouns["technical"]) else TalksLevel.UNKNOWN

    def format(self, draft: Draft, location: Mention | None) -> TalksFormat:
        """By phone, online, face to face, or through somebody between them."""
        nouns = self._lexicon["nouns"]
        modifiers = {draft.node.doc[i].lower_ for noun in draft.nouns for i in syntax.noun_phrase(noun)}
        for verb in (*draft.verbs[:2], *draft.inner_verbs, *draft.nouns):
            modifiers |= {c.lower_ for c in verb.children if c.dep_ in ("advmod", "npadvmod")}
            # "Met virtually on Friday": the parser hangs the adverb on the preposition.
            modifiers |= {c.lower_ for prep in verb.children if prep.dep_ == "prep" for c in prep.children if c.dep_ == "advmod"}
            for head in syntax.adjuncts(verb, "by", "via", "over", "on", "in", "through", "as"):
                modifiers |= {head.lower_, *(c.lower_ for c in head.children if c.dep_ in ("amod", "compound", "nmod"))}
        if modifiers & set(nouns["indirect"]):
            return TalksFormat.INDIRECT
        if modifiers & set(nouns["online"]):
            return TalksFormat.ONLINE
        names_call = (draft.word == "call" and bool(draft.nouns)) or bool(modifiers & set(nouns["phone"]))
        for_hours = any(time.lemma_ == "hour" for verb in draft.verbs[:1] for time in syntax.adjuncts(verb, "for"))
        if names_call or (not draft.nouns and draft.word == "speak" and location is None and not for_hours):
            return TalksFormat.PHONE
        return TalksFormat.DIRECT if modifiers & set(nouns["direct"]) or "face" in modifiers else TalksFormat.UNKNOWN
