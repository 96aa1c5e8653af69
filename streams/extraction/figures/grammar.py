"""The data file of figures as lookups: `bn` multiplies by a billion, `$` is the dollar of the United States, guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from streams.extraction.figures.lexemes import Lexemes
from streams.extraction.lexicon import words
from streams.records import CurrencyBasis, Qualifier

__all__ = ["Currency", "Grammar", "grammar"]


@dataclass(frozen=True)
class Currency:
    """A currency, `code` None where several states have one of that name; `scale` is what one unit as written is worth."""

    code: str | None
    basis: CurrencyBasis
    scale: Decimal = Decimal(1)


class Grammar:
    """The data file, as lookups."""

    def __init__(self) -> None:
        data = words("figures")
        self.numbers: dict[str, int] = data["numbers"]
        self.multipliers: dict[str, int] = data["multipliers"]
        self.money_multipliers: dict[str, int] = data["money_multipliers"]
        self.indefinite = frozenset(data["indefinite"]["words"])
        self.indefinite_phrases = [tuple(p.split()) for p in data["indefinite"]["phrases"]]
        self.indefinite_prefixes: tuple[str, ...] = tuple(data["indefinite"]["prefixes"])
        self.before = _phrases(data["qualifiers"]["before"], by_word=-1)
        self.particle_verbs = frozenset(data["qualifiers"]["particle_verbs"])
        self.after = _phrases(data["qualifiers"]["after"], by_word=0)
        self.percent = [tuple(p.split()) for p in data["percent"]["words"]]
        self.durations: dict[str, str] = data["durations"]
        self.fractions: dict[str, int] = data["fractions"]
        self.counted = frozenset(data["counted"]["words"])
        self.ordinals = frozenset(data["no_counts"]["ordinals"])
        self.labels = frozenset(data["no_counts"]["labels"])
        self.measures = frozenset(data["no_counts"]["measures"])
        currencies = data["currencies"]
        self.signs = {sign: Currency(code, CurrencyBasis(basis)) for sign, (code, basis) in currencies["symbols"].items()}
        # "US $5" is "US$5", but "a $5 note" is not in Australian dollars.
        spaced = [re.sub(r"^(\w\S+)(\\\$)$", r"\1\\s?\2", re.escape(sign)) for sign in sorted(self.signs, key=len, reverse=True)]
        letters = {letter: Currency(code or None, CurrencyBasis(basis)) for letter, (code, basis) in currencies["letters"].items()}
        many = "|".join([*self.multipliers, *self.money_multipliers])
        spaced.append(rf"[{''.join(letters)}](?=\d[\d.,]*(?:\s?[-–]\s?\d[\d.,]*)?[\s-]?(?:{many})\b)")
        self.sign_pattern = re.compile("|".join(spaced))
        self.letters = letters
        self.sign_beginnings = frozenset(sign[0] for sign in (*self.signs, *letters))
        self.codes = {code: Currency(currencies["synonyms"].get(code, code), CurrencyBasis.EXPLICIT) for code in currencies["codes"]}
        # "30 MEUR", as companies write.
        self.codes |= {f"M{code}": Currency(code, CurrencyBasis.EXPLICIT, Decimal(10) ** 6) for code in currencies["codes"]}
        self.weights = frozenset(data["weights"]["words"])
        self.weighed = frozenset(data["weights"]["weighed"])
        self.currency_words: dict[tuple[str, ...], Currency] = {}
        for table, scale in (("words", Decimal(1)), ("hundredths", Decimal("0.01"))):
            for name, (code, basis) in currencies[table].items():
                for form in (name, f"{name}s"):
                    self.currency_words[tuple(lexeme.lower for lexeme in Lexemes(form).all)] = Currency(
                        code or None, CurrencyBasis(basis), scale
                    )
        self.number_words = frozenset(
            [
                *("a", "an", "one", "half"),
                *(phrase[0] for phrase in self.indefinite_phrases),
                *self.indefinite,
                *self.fractions,
                *self.numbers,
            ]
        )
        """What a number in words can begin with, beside the prefixes."""
        self.longest_currency = max(map(len, self.currency_words))


def _phrases(by_qualifier: dict[str, list[str]], *, by_word: int) -> dict[str, list[tuple[tuple[str, ...], Qualifier]]]:
    """The phrases by their first or last word, the longest first."""
    pairs = [(tuple(x.lower for x in Lexemes(phrase).all), Qualifier(name)) for name, phrases in by_qualifier.items() for phrase in phrases]
    found: dict[str, list[tuple[tuple[str, ...], Qualifier]]] = {}
    for phrase, qualifier in sorted(pairs, key=lambda pair: -len(pair[0])):
        found.setdefault(phrase[by_word], []).append((phrase, qualifier))
    return found


@cache
def grammar() -> Grammar:
    """The one grammar of all texts."""
    return Grammar()
