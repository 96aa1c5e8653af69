"""Armed and rival camps: `Syrian rebels`, `the opposition`, `the North`."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.lexicon import words
from streams.extraction.talks.meeting import talks_words
from streams.records import ActorKind, EntityKind

__all__ = ["Camps"]

KOREAS = {"North": "PRK", "South": "KOR"}
"""By the compass: ISO 3166-1 alpha-3."""


class Camps:
    """Reads the camps of one article."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        lexicon = talks_words()
        self._groups = frozenset(lexicon["groups"]["words"])
        self._armed = frozenset(lexicon["groups"]["armed"])
        self._fighters = frozenset(lexicon["groups"]["fighters"])
        self._ruling = frozenset(lexicon["groups"]["ruling"])
        self._vague = frozenset(lexicon["groups"]["vague"])
        self._group_names = frozenset(lexicon["groups"]["names"])

    def of(self, head: Token) -> list[Party]:
        """`rebels`, `the Syrian opposition`, `separatist leaders`: armed or rival camps, with whose land they are of."""
        if only := self._only_one(head):
            return only
        camp = head
        if head.lemma_.lower() not in self._groups and head.lower_ not in self._groups:
            modifiers = [c for c in head.children if c.dep_ in ("amod", "compound", "poss") and c.lemma_.lower() in self._groups]
            roles = words("roles")
            acts_for = head.lemma_.lower() in (*roles["bodies"]["words"], *roles["groups"]["words"], *self._group_names)
            if not modifiers or not acts_for:
                return []
            camp = modifiers[0]
        if self._context.mentions.at(camp.i, EntityKind.ORGANISATION):
            return []
        if camp.lemma_.lower() in self._ruling and any(p.country for p in self._context.cast.one(head)):
            # "Mali's junta" is Mali.
            return []
        if camp.lemma_.lower() in self._vague and camp == head and not self._tells_camp(camp):
            # "A group of banks".
            return []
        before = [c for c in camp.children if c.dep_ in ("amod", "compound") and c.i < camp.i]
        described = [c.i for c in before if c.i == camp.i - 1 or self._names_land(c)]
        first = min([camp.i, *described, *self._land_before(head)])
        if camp == head and (by_name := self._name_before(first if described else camp.i, camp)):
            return [by_name]
        end = camp.i + 1
        owners = [c.i for c in camp.children if c.dep_ == "poss"]
        lands = {m.country for i in (*owners, *range(first, end)) if (m := self._context.mentions.at(i)) and m.country}
        country = lands.pop() if len(lands) == 1 else None
        return [Party(self._context.reading.span(first, end).text, ActorKind.GROUP, country, first, end)]

    def _only_one(self, head: Token) -> list[Party]:
        """`the militants`, `the Islamist sect`, where the article names one armed group and no other: that one."""
        if head.pos_ not in ("NOUN", "PROPN") or not {head.lemma_.lower(), head.lower_.removesuffix("s")} & self._fighters:
            return []
        described = [c for c in head.children if c.dep_ in ("amod", "compound", "nmod", "appos", "poss", "nummod")]
        lands = {m.country for c in described if (m := self._context.mentions.at(c.i, EntityKind.STATE))}
        told_apart = [c for c in described if c.lower_ not in self._armed and not self._context.mentions.at(c.i, EntityKind.STATE)]
        if told_apart or len(lands) > 1 or not any(c.lower_ == "the" or c in described for c in head.children):
            return []
        groups = {m.name: m for m in self._context.mentions if m.actor_kind is ActorKind.GROUP}
        group = next(iter(groups.values()), None)
        if group is None or len(groups) > 1 or group.name in words("roles")["groups"]["no_rebels"] or group.country is None:
            return []
        if not any(m.name == group.name and m.first < head.i for m in self._context.mentions) or (lands and lands != {group.country}):
            return []
        return [Party(group.name, ActorKind.GROUP, group.country, head.i, head.i + 1, directness=0.8)]

    def _tells_camp(self, camp: Token) -> bool:
        """`the rebel group`, `Malian factions`; of `groups` alone `labour groups` are none."""
        described = [c for c in camp.children if c.dep_ in ("amod", "compound", "poss")]
        if camp.lemma_.lower() != "group":
            return bool(described)
        return any(c.lemma_.lower() in self._armed or c.pos_ == "PROPN" or self._names_land(c) for c in described)

    def of_compass(self, head: Token) -> list[Party]:
        """`the North`, where the article tells of either Korea."""
        if head.text not in KOREAS:
            return []
        is_pair = {*KOREAS} <= {t.text for t in (head, *head.conjuncts)}
        if not is_pair and not any(c.lower_ == "the" for c in head.children):
            return []
        if not any(m.country in KOREAS.values() for m in self._context.mentions):
            return []
        return [Party(f"{head.text} Korea", ActorKind.STATE, KOREAS[head.text], head.i, head.i + 1, directness=0.9)]

    def _name_before(self, first: int, camp: Token) -> Party | None:
        """`the leftist Northern Army (NA) rebel group`: the group by its name."""
        doc = self._context.reading.doc
        begin = first
        while (begin > camp.sent.start and doc[begin - 1].text in "()-") or doc[begin - 1].pos_ == "PROPN":
            begin -= 1
        for i in range(begin, camp.i):
            mention = self._context.mentions.at(i, EntityKind.ORGANISATION)
            if mention is not None:
                return Party(mention.name, mention.actor_kind, mention.country, mention.first, mention.end)
        for other in (c for c in camp.children if c.dep_ == "appos" and c.i > camp.i):
            # "The rebel faction, the Northern Front".
            if renamed := next((p for p in self._context.cast.one(other) if p.kind in (ActorKind.ORG, ActorKind.GROUP)), None):
                return replace(renamed, kind=ActorKind.GROUP)
        name = [i for i in range(begin, camp.i) if doc[i].pos_ == "PROPN" and not self._context.mentions.at(i)]
        if not name or name[-1] - name[0] >= len(name) or doc[name[0]].ent_type_ in ("DATE", "GPE"):
            return None
        # "Tuareg rebels" are no Tuaregs at large.
        end = camp.i + 1 if len(name) == 1 or doc[name[0]].ent_type_ == "NORP" else name[-1] + 1
        return Party(self._context.reading.span(name[0], end).text, ActorKind.GROUP, None, name[0], end)

    def _names_land(self, token: Token) -> bool:
        return token.dep_ in ("amod", "compound") and self._context.mentions.at(token.i, EntityKind.STATE, EntityKind.PLACE) is not None

    def _land_before(self, head: Token) -> list[int]:
        return [c.left_edge.i for c in head.children if self._names_land(c)]
