"""Names that are written like a state, a capital or a place and are none: `Paris Hilton`, `The Times of Israel`, `Athens, Georgia`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Doc

from streams.extraction.lexicon import table, words
from streams.extraction.mentions import Form, Mention
from streams.records import ActorKind, EntityKind

__all__ = ["Namesakes"]


class Namesakes:
    """The data file, ready to be held against the mentions of a text."""

    def __init__(self) -> None:
        data = words("namesakes")
        self._people = frozenset(data["people"]["names"])
        self._behind = frozenset(data["titles"]["behind"])
        self._bodies = frozenset(data["bodies"]["names"])
        self._before: dict[str, list[tuple[str, ...]]] = {}
        for phrase in data["titles"]["before"]:
            self._before.setdefault(phrase.split()[-1], []).append(tuple(phrase.split()))
        self._places = [
            (place["name"], place["country"], frozenset(place["told_by"]), frozenset(place["unless"])) for place in data["places"]
        ]
        countries = frozenset(data["regions"]["countries"])
        self._regions = {row["name"] for row in table("places") if row["kind"] == "REGION" and row["country"] in countries}
        self._regions |= {name for name, country, _, _ in self._places if country in countries}

    def without(self, doc: Doc, mentions: Iterable[Mention]) -> Iterator[Mention]:
        """The mentions that are what they look like; one of two places by its country."""
        mentions = list(mentions)
        named = {mention.name for mention in mentions}
        elsewhere = {name: country for name, country, told_by, unless in self._places if name in named and _tells(doc, told_by, unless)}
        ends = {mention.end for mention in mentions if mention.kind is EntityKind.STATE}
        for mention in mentions:
            if self._is_body_of_a_state(doc, mention, ends):
                continue
            if mention.kind not in (EntityKind.STATE, EntityKind.PLACE):
                yield mention
            elif self._is_person(doc, mention) or self._is_title(doc, mention) or self._is_elsewhere(doc, mention):
                continue
            elif mention.form is Form.NAME and mention.name in elsewhere:
                yield replace(mention, kind=EntityKind.PLACE, country=elsewhere[mention.name], actor_kind=ActorKind.UNKNOWN)
            else:
                yield mention

    def _is_body_of_a_state(self, doc: Doc, mention: Mention, ends: set[int]) -> bool:
        """`Ghana's Security Council`: that is Ghana."""
        before = mention.first - 1 if mention.first and doc[mention.first - 1].tag_ == "POS" else mention.first
        return before in ends and doc[mention.first : mention.end].text in self._bodies

    def _is_person(self, doc: Doc, mention: Mention) -> bool:
        token = doc[mention.first]
        if token.text not in self._people or mention.end != mention.first + 1 or token.ent_type_ != "PERSON":
            return False
        beside = [i for i in (mention.first - 1, mention.end) if 0 <= i < len(doc)]
        return any(doc[i].ent_type_ == "PERSON" and doc[i].text[:1].isupper() and doc[i].sent == token.sent for i in beside)

    def _is_title(self, doc: Doc, mention: Mention) -> bool:
        if mention.form is Form.SEAT:
            return False
        if mention.end < len(doc) and doc[mention.end].text in self._behind:
            return True
        return any(
            mention.first >= len(phrase) and all(doc[mention.first - len(phrase) + k].text == word for k, word in enumerate(phrase))
            for phrase in self._before.get(doc[mention.first - 1].text if mention.first else "", ())
        )

    def _is_elsewhere(self, doc: Doc, mention: Mention) -> bool:
        is_city = mention.form is Form.CAPITAL or mention.kind is EntityKind.STATE
        if not is_city or mention.end + 1 >= len(doc) or doc[mention.end].text != ",":
            return False
        return any(doc[mention.end + 1 : mention.end + 1 + length].text in self._regions for length in (1, 2))


def _tells(doc: Doc, told_by: frozenset[str], unless: frozenset[str]) -> bool:
    told = False
    for token in doc:
        if token.text in unless:
            return False
        told = told or token.text in told_by
    return told
