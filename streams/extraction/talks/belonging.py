"""Which places and days of a sentence are those of the meeting that it tells of."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, TimeMention
from streams.extraction.mentions import Form
from streams.extraction.talks.meeting import Draft, talks_words
from streams.extraction.talks.places import Places, regions
from streams.extraction.talks.triggers import is_meeting_word, is_venue, ordinal_of
from streams.records import EntityKind

__all__ = ["AHEAD", "Belonging", "is_beside", "is_of_noun_before", "time_of"]

SIDELINES = frozenset({"sideline", "margin", "fringe"})
AHEAD = frozenset({"ahead", "advance", "before"})


class Belonging:
    """Judges by what stands between a meeting and a place or day."""

    def __init__(self, context: ArticleContext, places: Places) -> None:
        self._context = context
        self._places = places
        self._lexicon = talks_words()
        self._motion = frozenset(self._lexicon["verbs"]["motion"])
        self._met = frozenset(self._lexicon["verbs"]["meet"])
        self._together = frozenset(word for needed in self._lexicon["verbs"]["together"].values() for word in needed)
        self._times: dict[int, list[TimeMention]] = {}
        for time in context.time_mentions:
            self._times.setdefault(context.reading.sentence_index(time.root), []).append(time)

    def times(self, token: Token) -> list[TimeMention]:
        """The expressions of time in the token's sentence."""
        return self.times_in(self._context.reading.sentence_index(token))

    def times_in(self, sentence: int) -> list[TimeMention]:
        """The expressions of time in a sentence, by its number."""
        return self._times.get(sentence, [])

    def telling_verbs(self, draft: Draft) -> list[Token]:
        """The verbs whose day and place are those of the meeting: not `the talks come as ministers met last month`."""
        if draft.node.dep_ in syntax.SUBJECT and draft.verbs and draft.verbs[0].lemma_.lower() in self._motion:
            return draft.verbs[1:]
        stands_beside = bool(draft.nouns and draft.verbs) and is_beside(draft, AHEAD | {"after", "following"})
        if stands_beside and (
            draft.verbs[0].lemma_.lower() in self._met or any(is_meeting_word(o) for o in syntax.objects(draft.verbs[0]))
        ):
            # "Met him in Lima in advance of the summit", "held talks on Monday, a day after a first round in Oslo".
            return draft.verbs[1:]
        return draft.verbs

    @staticmethod
    def said_during(draft: Draft) -> list[Token]:
        """`said on Tuesday in Lima after talks with`: the day and place of what was said are those of the meeting."""
        for noun in (_of_days(noun) for noun in draft.nouns[:1]):
            if noun.dep_ == "pobj" and noun.head.lower_ in ("during", "after", "following", "at", "in") and noun.head.head.pos_ == "VERB":
                verb = noun.head.head
                is_of_else = verb.lemma_.lower() in (*talks_words()["verbs"]["motion"], *talks_words()["verbs"]["meet"])
                is_of_else = is_of_else or any(is_meeting_word(o) for o in syntax.objects(verb))
                return [] if is_of_else else [verb]
        return []

    def sentence_around(self, draft: Draft) -> range:
        """The tokens of the sentence where it tells of no other meeting; none where it does."""
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        verbs = {*self._lexicon["verbs"]["meet"], *self._lexicon["roles"]["mediate"], "bring"}
        for token in sentence:
            own = token in draft.nouns or token in draft.verbs or token == draft.node
            is_numbered = ordinal_of(token.lower_) is not None and token.dep_ in syntax.SUBJECT
            is_other = is_numbered or is_meeting_word(token) or (token.pos_ == "VERB" and token.lemma_.lower() in verbs)
            if is_other and not own and token.dep_ not in ("compound", "amod", "nmod"):
                return range(0)
        return range(sentence.start, sentence.end)

    def may_precede(self, token: Token, draft: Draft) -> bool:
        """Whether what stands before `in Oslo` or `on Monday` lets it belong to the meeting."""
        lemma = token.lemma_.lower()
        if token in draft.nouns or token in draft.verbs or is_meeting_word(token):
            return True
        if token.pos_ in ("VERB", "AUX"):
            return self._lexicon["by_verb"].get(lemma) in ("HOLD", "ONGOING", "SUSPENDED", "POSTPONED")
        if token.tag_ == "VBG" and token not in draft.verbs:
            return False
        in_time = any(t.first <= token.i < t.end for t in self.times(token))
        if lemma in self._lexicon["nouns"]["outcome"]:
            return False
        if self._is_topic(token, draft):
            return True
        return in_time or self.is_transparent(token) or token.pos_ in ("ADV", "PUNCT")

    def _is_topic(self, token: Token, draft: Draft) -> bool:
        """`talks on trade in Lima`: where they are; `talks on the protests in Lima` may be anywhere."""
        nouns = self._lexicon["nouns"]
        if token.pos_ != "NOUN" or token.lemma_.lower() in (*self._lexicon["groups"]["conflicts"], *nouns["outcome"], *nouns["local"]):
            return False
        behind = token.doc[token.i + 2 : token.i + 3]
        mention = self._context.mentions.at(behind[0].i) if len(behind) else None
        is_town = mention is not None and (
            mention.form is Form.CAPITAL or (mention.kind is EntityKind.PLACE and mention.name not in regions())
        )
        topics = [about for noun in draft.nouns for about in syntax.adjuncts(noun, "on", "about", "over")]
        if draft.word == "negotiate":
            # "Are negotiating the release of hostages in Lima".
            topics.extend(of for o in syntax.objects(draft.node) for of in (o, *syntax.adjuncts(o, "of")))
        return is_town and any(token == topic or token in topic.children for topic in topics)

    def is_transparent(self, noun: Token) -> bool:
        """People, states and dates: what stands behind them may belong to the meeting that they are named for."""
        if is_meeting_word(noun):
            if is_venue(noun):
                return True
            return any(node.lemma_.lower() in SIDELINES for node in syntax.chain(noun))
        lemma = noun.lemma_.lower()
        if (
            lemma in SIDELINES
            or lemma in self._places.nouns
            or lemma in self._lexicon["nouns"]["venue"]
            or lemma in self._lexicon["nouns"]["outcome"]
            or noun.ent_type_ in ("DATE", "TIME")
            or lemma in ("date", "deadline", "day", "time")
            or lemma in self._together
            or lemma in self._lexicon["roles"]["mediator_nouns"]
            or (lemma == "place" and noun.head.lemma_ == "take")
        ):
            return True
        if self._context.mentions.at(noun.i) or self._context.cast.is_person(noun):
            return True
        if lemma in self._lexicon["nouns"]["body"] and any(c.lower_ == "their" for c in noun.children):
            # "Reconvene their committee in Lima".
            return True
        return lemma in self._lexicon["groups"]["words"] or bool(self._context.cast.one(noun))


def _of_days(noun: Token) -> Token:
    """`day` of `after a day of talks`."""
    while (
        noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head.ent_type_ in ("DATE", "TIME") and noun.head.head.pos_ == "NOUN"
    ):
        noun = noun.head.head
    return noun


def is_beside(draft: Draft, words_of: frozenset[str]) -> bool:
    """`ahead of the talks`, `after the talks`, `to prepare for the talks`: what stands above is on another day."""
    if draft.nouns and any(v.lemma_ == "prepare" and v.tag_ == "VB" and v.dep_ in ("advcl", "xcomp") for v in draft.verbs[:1]):
        return "ahead" in words_of
    above = (n for n in syntax.chain(draft.node) if n.i < draft.node.i and n.dep_ in ("advmod", "prep", "pobj"))
    return any(n.lower_ in words_of for n in above)


def is_of_noun_before(verb: Token, draft: Draft) -> bool:
    """`talks on the fair, to be held in Lima`: the fair is."""
    before = verb.doc[verb.left_edge.i - 1] if verb.left_edge.i else verb
    noun = before.nbor(-1) if before.text == "," and before.i else before
    is_clause = verb.dep_ in ("advcl", "acl", "relcl") and syntax.is_passive(verb) and verb not in (*draft.verbs, *draft.inner_verbs)
    return is_clause and noun.i > draft.node.i and noun.pos_ in ("NOUN", "PROPN") and not is_meeting_word(noun)


def time_of(draft: Draft) -> list[Token]:
    """`was` of `The last time they met was in Lima`."""
    if not draft.nouns and draft.node.lemma_ == "be" and any(c.dep_ == "npadvmod" and c.lemma_ == "time" for c in draft.node.children):
        # "The last time they were in one room was in Lima": to the parser they were so when it was in Lima.
        return [c for c in draft.node.children if c.lemma_ == "be" and c.dep_ in ("advcl", "ccomp") and c.i > draft.node.i]
    time = draft.node.head
    is_time = not draft.nouns and draft.node.dep_ == "relcl" and time.lemma_ == "time" and time.dep_ in syntax.SUBJECT
    return [time.head] if is_time and time.head.lemma_ == "be" else []
