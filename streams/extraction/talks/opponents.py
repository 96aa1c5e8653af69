"""The two who an article is about: those it joins, or sets against each other, most often."""

from __future__ import annotations

from collections import Counter

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.lexicon import words
from streams.extraction.mentions import Mention
from streams.extraction.talks.circles import Circles
from streams.extraction.talks.mediation import Mediation
from streams.extraction.talks.meeting import talks_words
from streams.extraction.talks.phrases import Phrases
from streams.extraction.talks.sides import SIDES, STATE_LIKE, distinct, named, without_person
from streams.records import ActorKind, EntityKind

__all__ = ["Opponents"]

ENOUGH = 4
"""How often an article must name two states, and how much more often than any other, to be about them."""

OFTEN = 3
"""How often two must be told of together to be at odds: twice as `negotiators of A and B`, or three times."""


class Opponents:
    """Finds between whom the talks of one article are, where no sentence of it says so."""

    def __init__(self, context: ArticleContext, phrases: Phrases, mediation: Mediation, circles: Circles) -> None:
        self._context = context
        self._phrases = phrases
        self._mediation = mediation
        self._circles = circles

    def opposed(self) -> tuple[Party, ...]:
        """The two who an article is about: those that it joins or sets against each other most often, `negotiators of A and B` first."""
        counts, latest, opposing = self._joined()
        ranked = counts.most_common(2)
        is_clear = bool(ranked) and ranked[0][0] in opposing and ranked[0][1] >= OFTEN and not _are_even(ranked, set())
        disputed = self._circles.of_dispute() if not is_clear else ()
        if disputed:
            return disputed
        at_odds: set[frozenset[str]] = set()
        if not is_clear:
            for pair in self._at_odds():
                keys = frozenset(p.key for p in pair)
                counts[keys] += 2
                at_odds.add(keys)
                latest.setdefault(keys, pair)
            opposing |= at_odds
            # Of two told as often, those who are at odds.
            ranked = sorted(counts.most_common(), key=lambda r: (-r[1], r[0] not in opposing))[:2]
        # Of a short article that sets two at odds and joins no others, once will do.
        is_only_pair = len(ranked) == 1 and ranked[0][0] in at_odds
        if not ranked or (ranked[0][1] < OFTEN and not is_only_pair) or _are_even(ranked, opposing):
            return self._circles.of_dispute() or self._two_by_themselves() or self._state_and_its_foe()
        return tuple(without_person(p, 0.6) for p in latest[ranked[0][0]])

    def _joined(self) -> tuple[Counter[frozenset[str]], dict[frozenset[str], list[Party]], set[frozenset[str]]]:
        """How often each two are told of in one breath, who they are, and which of them are so as those who are at odds."""
        roles = words("roles")
        acting = {*roles["bodies"]["words"], *roles["groups"]["words"], *talks_words()["groups"]["sides"]}
        no_rebels = set(roles["groups"]["no_rebels"])
        counts: Counter[frozenset[str]] = Counter()
        latest: dict[frozenset[str], list[Party]] = {}
        opposing: set[frozenset[str]] = set()
        tokens = self._context.reading.tokens
        joined = {token.head.i for token in tokens if token.dep_ == "conj"}
        for token in tokens:
            is_joined = token.i in joined and token.dep_ != "conj" and token.pos_ in ("NOUN", "PROPN", "ADJ")
            acts = token.pos_ == "NOUN" and token.lemma_.lower() in acting
            if not (is_joined or acts) or any(self._mediation.is_mediator(t) for t in (token, token.head)):
                continue
            sides = [p for p in named(self._phrases.parties(token)) if p.kind in SIDES and p.directness >= 0.9]
            is_between = acts or token.head.lower_ == "between"
            if len(sides) == 2 and (token.head.lower_ == "between" or any(p.kind is ActorKind.STATE for p in sides)):
                # "Fronts A and B" in one breath fight somebody else.
                keys = frozenset(p.key for p in sides)
                # A state and an armed group of its own in one breath are at odds; "Russia and Hezbollah" are allies.
                lands = {p.country for p in sides} - {None}
                is_at_home = len({p.kind for p in sides}) == 2 and len(lands) == 1 and not {p.name for p in sides} & no_rebels
                counts[keys] += 3 if is_at_home else 2 if is_between else 1
                # "Officials of Mali and Togo" may well sit beside each other.
                opposing |= {keys} if is_at_home or token.head.lower_ == "between" or token.lemma_ == "negotiator" else set()
                latest.setdefault(keys, sides)
        return counts, latest, opposing

    def _at_odds(self) -> list[list[Party]]:
        """`Ghana accused Togo of it`, `Ghana and Togo are at odds`, `the war between the two`: each two who are set against each other."""
        groups = talks_words()["groups"]
        quarrels = {*groups["conflicts"], *groups["quarrels"], *talks_words()["nouns"]["outcome"]}
        against = words("roles")["pronouns"]["against"]
        found: list[list[Party]] = []
        cardinals = talks_words()["cardinals"]
        sides_told = (t for t in self._context.reading.tokens if t.lemma_.lower() in groups["sides"])
        if any(cardinals.get(c.lower_, 0) > 2 for t in sides_told for c in t.children):
            # "Envoys from six countries".
            return []
        for token in self._context.reading.tokens:
            lemma = token.lemma_.lower()
            if token.pos_ == "VERB" and lemma in against and not syntax.is_passive(token):
                pairs = [syntax.subjects(token)[:1], [o for o in syntax.objects(token) if o.head == token][:1]]
            elif token.pos_ == "NOUN" and {lemma, token.lower_} & quarrels and token.dep_ == "pobj" and token.head.lower_ in ("at", "in"):
                verb = syntax.governing_verb(token)
                pairs = [syntax.subjects(verb) if verb is not None else []]
            elif token.pos_ == "NOUN" and (lemma in quarrels or (lemma in groups["bonds"] and token.dep_ in syntax.SUBJECT)):
                pairs = [syntax.adjuncts(token, "between")]
            else:
                continue
            sides = [p for heads in pairs for h in heads for p in named(self._phrases.one(h)) if p.kind in SIDES and p.directness >= 0.9]
            if len({p.key for p in sides}) == 2:
                found.append(distinct(sides))
        return found

    def _two_by_themselves(self) -> tuple[Party, ...]:
        """The two states of an article that tells of hardly any other."""
        counts: Counter[str] = Counter()
        named_first: dict[str, Party] = {}
        for m in self._context.mentions:
            if m.kind is EntityKind.STATE and m.country:
                counts[m.country] += 1
                named_first.setdefault(m.country, Party(m.name, ActorKind.STATE, m.country, m.first, m.end, directness=0.6))
            elif m.kind is EntityKind.ORGANISATION and m.actor_kind in STATE_LIKE:
                counts[m.name] += 1
        ranked = counts.most_common(3)
        alone = len(ranked) >= 2 and ranked[1][1] >= ENOUGH and (len(ranked) == 2 or ranked[2][1] * ENOUGH < ranked[1][1])
        return tuple(named_first[name] for name, _ in ranked[:2]) if alone and all(n in named_first for n, _ in ranked[:2]) else ()

    def _state_and_its_foe(self) -> tuple[Party, ...]:
        """An armed group and the state that it fights, of an article that tells of hardly anybody else."""
        counts: Counter[str] = Counter()
        first: dict[str, Mention] = {}
        for m in self._context.mentions:
            if m.kind is EntityKind.STATE or m.actor_kind is ActorKind.GROUP:
                counts[m.name] += 1
                first.setdefault(m.name, m)
        ranked = [first[name] for name, count in counts.most_common(3) if count >= OFTEN]
        groups = [m for m in ranked[:2] if m.actor_kind is ActorKind.GROUP and m.name not in words("roles")["groups"]["no_rebels"]]
        states = [m for m in ranked[:2] if m.kind is EntityKind.STATE]
        if len(ranked) != 2 or not groups or not states or groups[0].country is None or groups[0].country != states[0].country:
            return ()
        return tuple(Party(m.name, m.actor_kind or ActorKind.STATE, m.country, m.first, m.end, directness=0.6) for m in (*states, *groups))


def _are_even(ranked: list[tuple[frozenset[str], int]], opposing: set[frozenset[str]]) -> bool:
    """Whether two pairs are told of as often, and both or none are at odds."""
    return len(ranked) == 2 and ranked[1][1] == ranked[0][1] and (ranked[0][0] in opposing) == (ranked[1][0] in opposing)
