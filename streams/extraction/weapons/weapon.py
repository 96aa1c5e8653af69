"""What is given, as it stands in the text, and the words and makers that the data files name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from spacy.tokens import Token

from streams.extraction.context import FigureMention
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form
from streams.records import WeaponCategory

__all__ = ["Item", "Weapon", "lexicon", "made_in", "origins"]

WIDEST_KNOWN = 2
"""Tokens of a class that says no more of weapons than which were named: `the fighter jets`."""


@cache
def lexicon() -> dict[str, Any]:
    """The words of `data/transfers.toml`, with an index from each verb and noun to its kind."""
    data = words("transfers")
    verbs = {lemma: kind for kind, lemmas in reversed(data["verbs"].items()) for lemma in lemmas}
    nouns = {lemma: kind for kind, lemmas in reversed(data["nouns"].items()) for lemma in lemmas}
    return {**data, "by_verb": verbs, "by_noun": nouns, "by_any": verbs.keys() | nouns.keys()}


@cache
def origins() -> dict[str, str]:
    """The state whose makers sell a system new, alpha-3 by designation."""
    return {designation: country for country, designations in words("origins").items() for designation in designations}


@dataclass(frozen=True)
class Weapon:
    """What is given, as it stands in the text.

    Parameters
    ----------
    head
        Head of its phrase.
    first, end
        Tokens of the phrase without its number.
    is_elliptic
        Named before: `two systems`, `seven more`.
    """

    designation: str
    category: WeaponCategory
    form: Form
    head: Token
    first: int
    end: int
    is_elliptic: bool = False

    @property
    def is_package(self) -> bool:
        """A sum of unnamed things: `military aid`, `an arms package`, `arms sales`."""
        heads = lexicon()["packages"]["heads"]
        names = {self.head.lemma_.lower(), self.head.lower_.removesuffix("s")}
        is_sum = self.head.pos_ in ("NUM", "SYM")
        return self.category is WeaponCategory.UNSPECIFIED and (is_sum or not names.isdisjoint(heads))

    @property
    def is_known(self) -> bool:
        """`the missiles`, `those fighter jets`, and no more: some that were named before."""
        is_bare = self.form is Form.GENERIC and self.end - self.first <= WIDEST_KNOWN and self.head.tag_ == "NNS"
        return is_bare and any(c.dep_ == "det" and c.lower_ in ("the", "these", "those") for c in self.head.children)


def made_in(weapon: Weapon) -> str | None:
    """The state whose makers sell it new, alpha-3; of an `Akash air defence missile` as of an Akash."""
    name = weapon.designation.split()
    return next((home for end in range(len(name), 0, -1) if (home := origins().get(" ".join(name[:end])))), None)


@dataclass(frozen=True)
class Item:
    """A weapon with how many there are and what they are worth.

    Parameters
    ----------
    top
        Head of the phrase that the weapon is counted or valued in: `billions` of `billions of dollars of weapons`.
    """

    weapon: Weapon
    top: Token
    quantity: FigureMention | None
    value: FigureMention | None
