"""One batch of one system, as a sentence tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from streams.extraction.actors import Party
from streams.extraction.claims import Attribution
from streams.extraction.context import FigureMention, TimeMention
from streams.extraction.weapons.weapon import Weapon
from streams.records import Certainty, WeaponsPledgeStatus

__all__ = ["Transfer"]


@dataclass(frozen=True)
class Transfer:
    """One batch of one system as a sentence tells it.

    Parameters
    ----------
    top
        Head of the phrase that the weapon is counted or valued in: `billions` of `billions of dollars of weapons`.
    predicate
        The verb or noun by which it changes hands.
    package
        The token that the systems of one announced package share.
    is_loose
        Read off the order of the words, where the parse joins the weapon to no transfer word.
    """

    weapon: Weapon
    top: Token
    predicate: Token
    status: WeaponsPledgeStatus
    certainty: Certainty
    evidence: tuple[Token, ...]
    suppliers: tuple[Party, ...] = ()
    recipients: tuple[Party, ...] = ()
    quantity: FigureMention | None = None
    value: FigureMention | None = None
    package: Token | None = None
    announced: TimeMention | None = None
    delivery: TimeMention | None = None
    attribution: Attribution | None = None
    is_cumulative: bool = False
    is_loose: bool = False
    confidence: float = 1.0

    @property
    def named_suppliers(self) -> frozenset[str]:
        """Those that have a name, comparable with those of another mention."""
        return frozenset(party.key for party in self.suppliers if party.is_named)

    @property
    def named_recipients(self) -> frozenset[str]:
        """Those that have a name, comparable with those of another mention."""
        return frozenset(party.key for party in self.recipients if party.is_named)
