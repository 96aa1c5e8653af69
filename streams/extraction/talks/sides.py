"""Who may be a side of a meeting, and which of several mentions stands for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.talks.meeting import talks_words
from streams.extraction.talks.triggers import is_meeting_word
from streams.records import ActorKind, EntityKind, TalksLevel

__all__ = ["SIDES", "STATE_LIKE", "Sides", "distinct", "named", "without_person"]

STATE_LIKE = frozenset({ActorKind.STATE, ActorKind.IGO, ActorKind.GROUP})
"""Between whom the records' meetings are: not companies, not people who act for nobody."""

SIDES = STATE_LIKE - {ActorKind.IGO}
"""Who may be at odds with each other."""


class Sides:
    """Tells who of those found records are between."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        lexicon = talks_words()
        self._domestic = frozenset(lexicon["groups"]["domestic"])
        self._home = frozenset(lexicon["groups"]["home"])
        self._group_names = frozenset(lexicon["groups"]["names"])

    def between_states(self, parties: list[Party]) -> list[Party]:
        """Those between whom records are: joint bodies taken apart, and nobody who acts for nobody where two others are named."""
        parties = [party for party in parties if party.name.casefold() not in self._domestic and not self._is_of_publisher(party)]
        parties = [self._as_group(p) for party in parties if not self._is_of_meeting(party) for p in self._taken_apart(party)]
        states = [p for p in parties if p.kind is not ActorKind.PERSON]
        if len(named(states)) < 2:
            return parties
        listed = [p for p in states if self.is_listed(p)]
        # Beside two who are known, what else the recogniser sees in one word is mostly a part of somebody's name.
        if len(named(listed)) < 2:
            return states
        kept = [p for p in states if p in listed or self._may_be_body(p)]
        if len(named(p for p in kept if p.kind in STATE_LIKE and not self._is_shared(p))) < 2:
            return kept
        # Beside two states no bureau of one of them, and not the committee on which they sit.
        return [p for p in kept if (p.kind is not ActorKind.ORG or p.country) and not self._is_shared(p)]

    def _is_of_publisher(self, party: Party) -> bool:
        """`the Trade Administration` in what a government publishes: one of its own offices."""
        voice = self._context.voice
        if voice is None or voice.kind is not ActorKind.STATE or party.kind not in (ActorKind.ORG, ActorKind.GROUP):
            return False
        offices = {*talks_words()["groups"]["bureaus"], *talks_words()["groups"]["offices"]}
        return party.country is None and not self.is_listed(party) and bool(offices & set(party.name.casefold().split()))

    def _is_shared(self, party: Party) -> bool:
        """`the Trilateral Trade Committee`, `a Strategic Consultative Group`: what two or more sit on."""
        nouns = talks_words()["nouns"]
        words_of = party.name.casefold().split()
        if party.country is not None or party.kind not in (ActorKind.ORG, ActorKind.GROUP):
            return False
        is_bureau = words_of[0] in talks_words()["groups"]["bureaus"]
        return is_bureau or (words_of[-1] in nouns["body"] and any(word in nouns["shared"] for word in words_of))

    @staticmethod
    def _may_be_body(party: Party) -> bool:
        """Of what no list has, a camp; not `Defence Ann Lee`, in which the recogniser sees an organisation."""
        return party.name.islower() or (" " in party.name and party.kind is not ActorKind.ORG)

    def _is_of_meeting(self, party: Party) -> bool:
        """`the Six-Party Talks`: what is held, and nobody who takes part."""
        return party.kind in (ActorKind.ORG, ActorKind.IGO) and is_meeting_word(self._context.reading.doc[party.end - 1])

    def _as_group(self, party: Party) -> Party:
        """An unlisted front or army is an armed group: `the Northern Front`, `Tigrayan forces`."""
        if (authorities := self._authorities(party)) is not None:
            return authorities
        words_of = (party.name.split()[-1].casefold(), self._context.reading.doc[party.end - 1].lower_)
        if party.kind is not ActorKind.ORG or not self._group_names & set(words_of) or self._context.mentions.at(party.end - 1):
            return party
        return replace(party, kind=ActorKind.GROUP)

    def _authorities(self, party: Party) -> Party | None:
        """`Dunian regional authorities`: of a land that no list has, and no state."""
        last = self._context.reading.doc[party.end - 1]
        is_unlisted = party.kind in (ActorKind.ORG, ActorKind.STATE) and not self.is_listed(party)
        head = last.head if last.dep_ in ("amod", "compound", "nmod") else last
        if not is_unlisted or head.lower_ not in ("authorities", "rebels") or head.i == party.first:
            return None
        end = head.i + 1
        return replace(party, name=self._context.reading.span(party.first, end).text, kind=ActorKind.GROUP, end=end)

    def _taken_apart(self, party: Party) -> list[Party]:
        """`the Ghana-Togo Joint Commission`: the states that sit on it; `the Ghanaian Army`: Ghana."""
        if party.kind is not ActorKind.ORG or self.is_listed(party):
            return [party]
        inside = {
            m.country: m for i in range(party.first, party.end) for m in self._context.mentions.all_at(i) if m.kind is EntityKind.STATE
        }
        if len(inside) == 1 and (state := next(iter(inside.values()))).first == party.first:
            behind = self._context.reading.doc[state.end : state.end + 1].text.casefold()
            # "The US Army" is the United States, the Free Malian Army is not Mali.
            return [Party(state.name, ActorKind.STATE, state.country, party.first, party.end)] if behind in self._home else [party]
        if len(inside) < 2:
            return [party]
        return [Party(m.name, ActorKind.STATE, m.country, m.first, m.end) for m in inside.values()]

    def is_listed(self, party: Party) -> bool:
        """Whether a gazetteer knows the party, or the state that it acts for."""
        if party.country is not None or party.individual is not None:
            return True
        mentions = (self._context.mentions.at(i) for i in range(party.first, party.end))
        return any(mention is not None and mention.name == party.name for mention in mentions)


def without_person(party: Party, directness: float) -> Party:
    """A party taken over from another meeting: who went there then need not be there now."""
    return replace(party, individual=None, level=TalksLevel.UNKNOWN, directness=directness)


def named(parties: Iterable[Party]) -> list[Party]:
    """Those with a name, each once."""
    return [party for party in distinct(parties) if party.is_named]


def distinct(parties: Iterable[Party]) -> list[Party]:
    """Each party once: the mention that names a person before one that does not, a named one before `the two sides`."""
    best: dict[str, Party] = {}
    for party in parties:
        known = best.get(party.key)
        if known is None or (party.individual and not known.individual):
            best[party.key] = party
    found = list(best.values())
    with_name = [party for party in found if party.is_named]
    return found if len(with_name) < 2 else with_name
