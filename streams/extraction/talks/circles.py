"""Who meets where no clause names them: the members of a named format, the sides of a known dispute, the camps of a war."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Span, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.lexicon import table
from streams.extraction.mentions import Mention
from streams.extraction.talks.meeting import talks_words
from streams.records import ActorKind, EntityKind

__all__ = ["Circles"]


@dataclass(frozen=True)
class _Member:
    """One who belongs to a format or dispute, as the gazetteers have it."""

    name: str
    kind: ActorKind
    country: str | None


class Circles:
    """Looks up formats, disputes and wars of one article."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._conflicts = frozenset(talks_words()["groups"]["conflicts"])

    def of_format(self, sentence: Span) -> tuple[list[Party], range]:
        """`six-party talks`, `inter-Korean dialogue`: the members of a format that a sentence names, and its tokens."""
        words, members = _formats()
        match = words.search(sentence.text)
        if match is None or not self._tells_of(match[0].casefold()):
            return [], range(0)
        first = sentence.doc[sentence.start].idx + match.start()
        tokens = [t.i for t in sentence if t.idx < first + len(match[0]) and t.idx + len(t) > first]
        parties = [Party(m.name, m.kind, m.country, tokens[0], tokens[-1] + 1, directness=0.9) for m in members[match[0].casefold()]]
        return parties, range(tokens[0], tokens[-1] + 1)

    @staticmethod
    def of_region(mention: Mention) -> Party | None:
        """The body of the states of a region, as in `a U.S.-Caribbean summit`."""
        members = _formats()[1].get(f"{mention.name} leaders".casefold(), [])
        if len(members) != 1:
            return None
        return Party(members[0].name, members[0].kind, members[0].country, mention.first, mention.end, directness=0.9)

    def _tells_of(self, word: str) -> bool:
        """Whether the article names as many members as it takes to know which `six-party talks` are meant."""
        members, needed = {m.name for m in _formats()[1][word]}, _needed().get(word, 0)
        return not needed or len(members & {m.name for m in self._context.mentions}) >= needed

    def of_dispute(self) -> tuple[Party, ...]:
        """`the dam on the Nile`: those between whom a dispute is that the article tells of, where it names all of them."""
        text = self._context.reading.text
        told: dict[str, Mention] = {}
        for mention in self._context.mentions:
            if mention.kind in (EntityKind.STATE, EntityKind.ORGANISATION):
                told.setdefault(mention.name, mention)
        for words, members in _disputes():
            if all(m.name in told for m in members) and words.search(text):
                return tuple(self._party(told[m.name], 0.6) for m in members)
        return ()

    def adversary(self, country: str) -> Party | None:
        """The armed group of a state that an article names most often: with whom the state would make peace."""
        groups = [m for m in self._context.mentions if m.actor_kind is ActorKind.GROUP and m.country == country]
        if not groups:
            return None
        [(name, _)] = Counter(m.name for m in groups).most_common(1)
        return self._party(next(m for m in groups if m.name == name), 0.7)

    def whose_conflict(self, noun: Token) -> list[Party]:
        """`UN-led talks to end the Syrian war`: the state whose war it is, and the armed group that it fights."""
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(noun)]
        for token in sentence.doc[noun.i : sentence.end]:
            if token.lemma_.lower() not in self._conflicts:
                continue
            heads = [*(c for c in token.children if c.dep_ in ("amod", "compound", "poss")), *syntax.adjuncts(token, "in")]
            states = [m for h in heads if (m := self._context.mentions.at(h.i, EntityKind.STATE))]
            if states and states[0].country:
                other = self.adversary(states[0].country)
                return [self._party(states[0], 0.7), *([other] if other else [])]
        return []

    @staticmethod
    def state(country: str) -> str | None:
        """The name of a state by its code."""
        member = _members().get(country)
        return member.name if member is not None else None

    @staticmethod
    def _party(mention: Mention, directness: float) -> Party:
        kind = ActorKind.STATE if mention.kind is EntityKind.STATE else mention.actor_kind
        return Party(mention.name, kind, mention.country, mention.first, mention.end, directness=directness)


@cache
def _members() -> dict[str, _Member]:
    """By ISO 3166-1 alpha-3 of a state, by the name of an organisation."""
    states = {row["alpha3"]: _Member(row["name"], ActorKind.STATE, row["alpha3"]) for row in table("countries")}
    bodies = {row["name"]: _Member(row["name"], ActorKind(row["kind"]), row["country"] or None) for row in table("organisations")}
    return states | bodies


@cache
def _formats() -> tuple[re.Pattern[str], dict[str, list[_Member]]]:
    members = {
        word: [_members()[name] for name in entry["members"]]
        for entry in talks_words()["formats"]
        for word in map(str.casefold, entry["words"])
    }
    by_length = sorted(members, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, by_length))})(?!\w)", re.IGNORECASE), members


@cache
def _needed() -> dict[str, int]:
    """Members that an article must name, for words that may mean other formats too."""
    return {word.casefold(): entry["named"] for entry in talks_words()["formats"] if "named" in entry for word in entry["words"]}


@cache
def _disputes() -> list[tuple[re.Pattern[str], list[_Member]]]:
    return [
        (
            re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, entry['words']))})(?!\w)", re.IGNORECASE),
            [_members()[name] for name in entry["members"]],
        )
        for entry in talks_words()["disputes"]
    ]
