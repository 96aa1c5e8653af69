"""What the parts of the talks-round extractor hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from spacy.tokens import Token

from streams.extraction.actors import Party
from streams.extraction.claims import Attribution
from streams.extraction.context import FigureMention, TimeMention
from streams.extraction.lexicon import words
from streams.extraction.mentions import Mention
from streams.extraction.times import Direction
from streams.records import Certainty, TalksFormat, TalksLevel, TalksRoundStatus

__all__ = ["OFF", "Draft", "Meeting", "Standing", "talks_words"]

OFF = ("CANCELLED", "POSTPONED", "SUSPENDED", "RULED_OUT")
"""Statuses of a meeting that does not take place as planned."""


@dataclass
class Draft:
    """What is being put together for one trigger.

    Parameters
    ----------
    node
        The noun or verb that names the meeting.
    nouns
        Of `round of talks` both; empty for a verb.
    verbs
        From the trigger upwards to whoever reports it: where its time, place and actors may stand.
    inner_verbs
        Verbs of clauses on the noun: `talks held in Oslo`, `talks that collapsed`.
    topics
        `Syria talks`: what they are about, and a party where nobody else is named.
    is_closed
        `between A and B` names all who take part.
    opposite
        Keys of those behind `talks with`: who holds talks with them is told elsewhere.
    chairs
        Who leads it: one of the sides, or somebody between them.
    at_home
        Who receives many without a name, and sits with them.
    """

    node: Token
    nouns: list[Token]
    verbs: list[Token] = field(default_factory=list)
    inner_verbs: list[Token] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    mediators: list[Party] = field(default_factory=list)
    hosts: list[Party] = field(default_factory=list)
    topics: list[Party] = field(default_factory=list)
    proposed_by: Party | None = None
    is_closed: bool = False
    opposite: set[str] = field(default_factory=set)
    chairs: list[Party] = field(default_factory=list)
    at_home: list[Party] = field(default_factory=list)

    @property
    def word(self) -> str:
        """The lemma of the trigger."""
        return self.node.lemma_.lower()

    @property
    def is_open(self) -> bool:
        """A conference is with whoever comes: not a meeting between those."""
        return self.word in talks_words()["nouns"]["open"]

    @property
    def is_process(self) -> bool:
        """`their negotiations`, and not `their summit`: what may go on for weeks."""
        return self.node.tag_ == "NNS" and self.word in talks_words()["nouns"]["strong"]

    @property
    def is_on_peace(self) -> bool:
        """`talks on a truce`, `ceasefire talks`."""
        peace = talks_words()["nouns"]["peace"]
        return any(token.lemma_.lower() in peace for noun in self.nouns for token in noun.subtree)


@dataclass(frozen=True)
class Standing:
    """Whether a meeting was, is, will or may be.

    Parameters
    ----------
    is_asserted
        A word says so of this meeting; otherwise it is only how the clause around it is told.
    renews
        `will resume`, `the next round`: another one than that which was told before.
    """

    status: TalksRoundStatus
    cues: tuple[Token, ...] = ()
    is_asserted: bool = False
    renews: bool = False


@dataclass(frozen=True)
class Meeting:
    """One meeting as a sentence tells it.

    Parameters
    ----------
    trigger
        First token of the trigger and the one after its last.
    node
        The noun or verb that names it.
    direction
        Where a day without a year or week is to be looked for.
    is_asserted
        Whether a word tells its status; a mention that only refers to it does not.
    is_definite
        `the talks`, `such a meeting`: it may be one named before.
    is_bare
        `the talks`, and not `the talks with`: it says nothing of who takes part.
    is_loose
        Its noun means much else too: `discussion`, `conversation`.
    renews
        `will resume`: another one than that which was told before.
    names_parties
        It says itself who takes part, with at least two.
    is_attended
        It says who comes, and not between whom it is: others may come too.
    counter_attributions
        Who doubts or denies it, in a mention that was merged into this one.
    """

    trigger: tuple[int, int]
    node: Token
    status: TalksRoundStatus
    certainty: Certainty
    evidence: tuple[Token, ...]
    parties: tuple[Party, ...] = ()
    mediators: tuple[Party, ...] = ()
    hosts: tuple[Party, ...] = ()
    chairs: tuple[Party, ...] = ()
    location: Mention | None = None
    date: TimeMention | None = None
    direction: Direction = Direction.NEAREST
    duration: FigureMention | None = None
    round_number: int | None = None
    round_count: int | None = None
    process: tuple[int, int] | None = None
    level: TalksLevel = TalksLevel.UNKNOWN
    format: TalksFormat = TalksFormat.UNKNOWN
    proposed_by: Party | None = None
    attribution: Attribution | None = None
    doubt: Token | None = None
    counter_attributions: tuple[tuple[Token, Attribution | None], ...] = ()
    is_asserted: bool = False
    is_definite: bool = False
    is_bare: bool = False
    is_loose: bool = False
    renews: bool = False
    names_parties: bool = False
    is_attended: bool = False
    is_cumulative: bool = False
    confidence: float = 1.0

    @property
    def party_keys(self) -> frozenset[str]:
        """The parties, comparable with those of another mention."""
        return frozenset(party.key for party in self.parties if party.is_named)

    @property
    def is_particular(self) -> bool:
        """Whether it has something of its own that tells it from other meetings."""
        told = (self.location, self.date, self.duration, self.round_number, self.round_count)
        return any(value is not None for value in told) or bool(self.mediators)


@cache
def talks_words() -> dict[str, Any]:
    """The cue words of talks; `by_verb` and `by_modifier` lead from a word to what it says of the status."""
    data = words("talks")
    by_verb: dict[str, str] = {}
    for status, lemmas in data["status"].items():
        for lemma in lemmas:
            by_verb.setdefault(lemma, status)
    by_modifier = {word: status for status, modifiers in data["modifiers"].items() if status.isupper() for word in modifiers}
    return {**data, "by_verb": by_verb, "by_modifier": by_modifier}
