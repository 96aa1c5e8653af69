"""Numbers in words, also those that name none: `twenty-five`, `a hundred`, `dozens`, `tens of thousands`."""

from __future__ import annotations

from decimal import Decimal

from streams.extraction.figures.currencies import Currencies
from streams.extraction.figures.grammar import grammar
from streams.extraction.figures.lexemes import Lexemes
from streams.extraction.figures.multipliers import Multipliers
from streams.extraction.figures.number import Number
from streams.extraction.figures.shares import Shares

__all__ = ["Spelled"]

WHOLE_UNITS = frozenset(["hour", "day", "week", "month", "year", "decade", "minute"])
"""Units that `a` counts one of; `a second` is an ordinal as often."""


class Spelled:
    """Reads the numbers in words of one text."""

    def __init__(self, lexemes: Lexemes, multipliers: Multipliers, currencies: Currencies) -> None:
        self._lexemes = lexemes
        self._multipliers = multipliers
        self._currencies = currencies
        self._shares = Shares(lexemes, multipliers)
        self._grammar = grammar()

    def read(self, i: int) -> Number | None:
        """`twenty-five`, `two and a half million`, `half a dozen`, `a hundred`, `dozens of`, `several hundred`, `billions`."""
        lexemes, factors = self._lexemes, self._grammar.multipliers
        for phrase in self._grammar.indefinite_phrases:
            if lexemes.words(i, len(phrase)) == phrase:
                return self._indefinite(i + len(phrase))
        word = lexemes.lower(i)
        if word in self._grammar.indefinite:
            return self._indefinite(i + 1)
        for prefix in self._grammar.indefinite_prefixes:
            if word.startswith(prefix) and word.removeprefix(prefix) in factors:
                return Number(None, i + 1, multiplied=True)
            if word == prefix and lexemes.is_dash(i + 1) and lexemes.lower(i + 2) in factors:
                return Number(None, i + 3, multiplied=True)
        if share := self._shares.read(i):
            return share
        if word == "half" and lexemes.lower(i + 1) in ("a", "an") and lexemes.lower(i + 2) in self._grammar.durations:
            return Number(Decimal("0.5"), i + 2)
        if word in ("a", "an"):
            if lexemes.lower(i + 1) in WHOLE_UNITS:
                return Number(Decimal(1), i + 1)
            if lexemes.lower(i + 1) == "couple":
                end = i + 3 if lexemes.lower(i + 2) == "of" else i + 2
                return self._multipliers.multiplied(Decimal(2), end, approximate=True)
            if lexemes.words(i + 1, 2) == ("pair", "of"):
                return Number(Decimal(2), i + 3)
            is_compound = lexemes.is_dash(i + 2) and self._currencies.after(i + 2) is None
            if is_compound or (factor := factors.get(lexemes.lower(i + 1))) is None:
                return None
            return self._multipliers.multiplied(Decimal(factor), i + 2)
        return self._definite(i)

    def _definite(self, i: int) -> Number | None:
        """`twenty-five`, `two hundred and fifty thousand`."""
        lexemes, numbers, factors = self._lexemes, self._grammar.numbers, self._grammar.multipliers
        total, current, j = Decimal(0), Decimal(0), i
        factor, seen, multiplied, end = 1, False, False, i
        while j < lexemes.count:
            word = lexemes.lower(j)
            if word in numbers:
                small = numbers[word]
                if seen and not _continues(current, small):
                    break
                current, seen = current + small, True
            elif word in factors and seen:
                factor = factors[word]
                if j > i and not current and lexemes.lower(j - 1) in factors:  # "three lakh crore"
                    total *= factor
                elif factor >= 1000:
                    total, current = total + (current or 1) * factor, Decimal(0)
                else:
                    current = (current or Decimal(1)) * factor
                multiplied = True
            elif seen and lexemes.is_dash(j) and (lexemes.lower(j + 1) in numbers or lexemes.lower(j + 1) in factors):
                j += 1
                continue
            elif seen and (half := self._multipliers.and_a_half(j)):  # "two million and a half"
                current, j = current + half[0] * factor, half[1]
                end = j
                continue
            elif seen and multiplied and word == "and" and lexemes.lower(j + 1) in numbers and current % 100 == 0:
                j += 1
                continue
            else:
                break
            j += 1
            end = j
        return Number(total + current, end, multiplied) if seen else None

    def _indefinite(self, j: int) -> Number:
        """Take in what belongs to an indefinite number: `tens of thousands`, `several hundred million`."""
        lexemes, factors, multiplied = self._lexemes, self._grammar.multipliers, False
        while j < lexemes.count:
            word = lexemes.lower(j)
            if word in factors or (word in self._grammar.indefinite and word.rstrip("s") in factors):
                j, multiplied = j + 1, True
            elif word == "of" and lexemes.lower(j + 1).rstrip("s") in factors:
                j += 1
            else:
                break
        return Number(None, j, multiplied or lexemes.lower(j - 1).rstrip("s") in factors)


def _continues(current: Decimal, small: int) -> bool:
    """Whether a small number goes on with the one read so far: `twenty five`, `hundred twenty`, but not `two three`."""
    return current == 0 or (current % 100 == 0 and small < 100) or (current % 10 == 0 and current % 100 >= 20 and small < 10)
