"""What of an article is a place where people could meet."""

from __future__ import annotations

from functools import cache

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.lexicon import table
from streams.extraction.mentions import Form, Mention
from streams.extraction.talks.meeting import Draft, talks_words
from streams.extraction.talks.triggers import is_in_dateline, is_meeting_word
from streams.records import EntityKind

__all__ = ["PREPOSITIONS", "Places", "capitals", "is_wide", "regions"]

PREPOSITIONS = ("in", "at", "outside", "near")

ENTITIES = frozenset({"GPE", "LOC", "FAC"})
"""What the recogniser takes a place for."""


class Places:
    """The places of one article."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._lexicon = talks_words()
        self.nouns = frozenset(self._lexicon["nouns"]["place"])
        self.houses = self.nouns | frozenset(self._lexicon["nouns"]["venue"])
        self._seats = frozenset(self._lexicon["nouns"]["seat"])

    def within(self, first: int, end: int) -> Mention | None:
        """The first place that stands between two tokens."""
        mentions = (m for i in range(first, end) if (m := self._context.mentions.at(i)))
        return next((m for m in mentions if self.can_be(m)), None)

    def land_of(self, host: Party, draft: Draft) -> Mention | None:
        """`would host talks`: they would be in the host's country."""
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        told = [m for i in sentence if (m := self._context.mentions.at(i.i, EntityKind.STATE)) and m.country == host.country]
        # "Oslo will host the next round".
        capital = next((m for m in told if m.form is Form.CAPITAL and m.first == host.first), None)
        return capital or next((m for m in told if m.form in (Form.NAME, Form.DEMONYM)), None)

    def can_be(self, mention: Mention) -> bool:
        if is_wide(mention) or self._is_owner(mention):
            return False
        is_state = mention.kind is EntityKind.STATE and mention.form in (Form.CAPITAL, Form.NAME)
        return mention.kind is EntityKind.PLACE or is_state or self._is_seat(mention)

    def _is_owner(self, mention: Mention) -> bool:
        """`at the U.S. Chamber of Commerce`, `in the U.S. Government`: whose it is, and not where."""
        head = self.root_of(mention).head
        is_before = self.root_of(mention).dep_ in ("compound", "nmod", "amod") and head.i >= mention.end and head.pos_ in ("NOUN", "PROPN")
        is_name = mention.kind is EntityKind.STATE and mention.form is Form.NAME
        return is_before and is_name and not self._context.mentions.at(head.i) and head.lemma_.lower() not in self.nouns

    def _is_seat(self, mention: Mention) -> bool:
        """`at the White House`: a government's house stands for it, and is a place too."""
        name = self._context.reading.doc[mention.first : mention.end].text.casefold()
        return mention.form is Form.SEAT and name.removeprefix("the ") in self._seats

    def preposition_of(self, mention: Mention) -> Token | None:
        """`in` of `in the Qatari capital, Doha`."""
        doc = self._context.reading.doc
        for i in range(mention.first - 1, max(mention.first - 7, -1), -1):
            token = doc[i]
            if token.lower_ in PREPOSITIONS:
                return token
            known = self._context.mentions.at(i) or token.lemma_.lower() in self.nouns or token.pos_ in ("DET", "ADJ", "PUNCT", "PART")
            if not known and token.lower_ not in ("of", "capital", "neighbouring", "neighboring"):
                return None
        return None

    def root_of(self, mention: Mention) -> Token:
        doc = self._context.reading.doc
        tokens = range(mention.first, mention.end)
        return next((doc[i] for i in tokens if doc[i].head.i not in tokens), doc[mention.first])

    def unknown_at(self, token: Token) -> Mention | None:
        if token.dep_ != "pobj" or token.head.lower_ not in (*PREPOSITIONS, "of") or self._context.mentions.at(token.i):
            return None
        names = [c.i for c in token.lefts if c.dep_ == "compound" and c.pos_ == "PROPN"]
        first = min([token.i, *names])
        is_house = token.lemma_.lower() in self.houses and first < token.i
        is_town = token.pos_ == "PROPN" and token.ent_type_ in ENTITIES
        # "At the Harbour Security Forum": no place.
        is_event = is_meeting_word(token) or token.lemma_.lower() in self._lexicon["nouns"]["body"]
        if is_event or not (is_house or is_town) or any(self._context.mentions.at(i) for i in range(first, token.i)):
            return None
        name = token.doc[first : token.i + 1].text
        return Mention(EntityKind.PLACE, Form.NAME, name, first, token.i + 1)

    def written_at(self) -> Mention | None:
        """`Lome` of `LOME, Togo (Reuters) - …`."""
        doc = self._context.reading.doc
        end = next((t.i for t in doc if not t.text.isupper()), len(doc))
        if not end or not is_in_dateline(doc[0]):
            return None
        name = doc[:end].text.title()
        lands = (m for i in range(end, min(end + 2, len(doc))) if (m := self._context.mentions.at(i, EntityKind.STATE)))
        by_capital = {capital: country for country, capital in capitals().items()}
        return Mention(EntityKind.PLACE, Form.NAME, name, 0, end, next((m.country for m in lands), by_capital.get(name)))

    def is_this(self, noun: Token) -> bool:
        """`in this border town`, `at the headquarters in this town`."""
        inner = [noun, *syntax.adjuncts(noun, "in")]
        return any(n.lemma_.lower() in self.nouns and any(c.lower_ == "this" for c in n.children) for n in inner)


@cache
def regions() -> frozenset[str]:
    """Places too large to meet at."""
    return frozenset(row["name"] for row in table("places") if row["kind"] in ("REGION", "AREA"))


@cache
def capitals() -> dict[str, str]:
    """The capital of each state, by its alpha-3."""
    return {row["alpha3"]: row["capitals"].split("|")[0] for row in table("countries") if row["capitals"]}


def is_wide(place: Mention) -> bool:
    """`in the Indo-Pacific`: where nobody meets."""
    return place.kind is EntityKind.PLACE and place.name in talks_words()["nouns"]["continents"]
