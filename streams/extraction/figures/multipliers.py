"""What makes more of a number from behind: `hundred million`, `and a half`."""

from __future__ import annotations

from decimal import Decimal

from streams.extraction.figures.grammar import grammar
from streams.extraction.figures.lexemes import Lexemes
from streams.extraction.figures.number import Number

__all__ = ["Multipliers"]


class Multipliers:
    """Finds the multipliers of one text."""

    def __init__(self, lexemes: Lexemes) -> None:
        self._lexemes = lexemes
        self._grammar = grammar()

    def multiplied(self, value: Decimal, j: int, *, approximate: bool = False) -> Number:
        """The number of that value, multiplied by what stands at j."""
        while factor := self._grammar.multipliers.get(self._lexemes.lower(j)):
            value, j = value * factor, j + 1
        if half := self.and_a_half(j):
            value, j = value + value * half[0], half[1]
        return Number(value, j, multiplied=True, approximate=approximate)

    def and_a_half(self, j: int) -> tuple[Decimal, int] | None:
        """`and a half`, also with hyphens: what it adds, and the index after it."""
        k = j
        for word in ("and", "a", "half"):
            if self._lexemes.is_dash(k):
                k += 1
            if self._lexemes.lower(k) != word:
                return None
            k += 1
        return Decimal("0.5"), self._lexemes.behind_dash(k)

    def of(self, number: Number) -> Decimal:
        """What the words before the number's end multiply by: those behind its digits or its last number word."""
        factor, j = Decimal(1), number.end - 1
        while j >= 0 and not self._lexemes.all[j].is_digits:
            word = self._lexemes.all[j]
            factor *= self._grammar.multipliers.get(word.lower) or self._grammar.money_multipliers.get(word.text) or 1
            j -= 1
            if word.lower in self._grammar.numbers:
                break
        return factor
