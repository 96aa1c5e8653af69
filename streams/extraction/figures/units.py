"""What a number without a currency measures: percent or time, `12.5%`, `three-and-a-half hours`."""

from __future__ import annotations

from decimal import Decimal

from streams.extraction.figures.grammar import grammar
from streams.extraction.figures.lexemes import Lexemes
from streams.extraction.figures.multipliers import Multipliers
from streams.extraction.figures.nocounts import NoCounts
from streams.extraction.figures.numbers import Numbers

__all__ = ["Units"]

SMALLER = {"day": (24, "hour"), "hour": (60, "minute"), "minute": (60, "second")}


class Units:
    """Finds the units of one text."""

    def __init__(self, lexemes: Lexemes, numbers: Numbers, multipliers: Multipliers, no_counts: NoCounts) -> None:
        self._lexemes = lexemes
        self._numbers = numbers
        self._multipliers = multipliers
        self._no_counts = no_counts
        self._grammar = grammar()

    def percent(self, j: int) -> int | None:
        """The index after `%`, `per cent`, `-per-cent`."""
        for phrase in self._grammar.percent:
            k = j
            for word in phrase:
                if self._lexemes.is_dash(k):
                    k += 1
                if self._lexemes.lower(k) != word:
                    break
                k += 1
            else:
                return k
        return None

    def duration(self, j: int) -> tuple[str, int, Decimal] | None:
        """Unit of time at j, the index after it, and what `and a half` behind it adds."""
        k = self._lexemes.behind_dash(j)
        unit = self._grammar.durations.get(self._lexemes.lower(k))
        is_other_word = self._lexemes.is_dash(k + 1) and self._lexemes.lower(k + 2) == "hand"  # "24 second-hand jets"
        if unit is None or is_other_word or self._no_counts.is_age(k + 1):
            return None
        half = self._multipliers.and_a_half(k + 1)
        return (unit, half[1], half[0]) if half else (unit, k + 1, Decimal(0))

    def rest_of_duration(self, unit: str, j: int) -> tuple[int, str, int, Decimal] | None:
        """`and 15 minutes` behind hours: how many of the smaller unit make the larger, the smaller, the index after it, and its count."""
        factor, smaller = SMALLER.get(unit, (0, ""))
        number = self._numbers.read(j + 1 if self._lexemes.lower(j) == "and" else j, money=False) if factor else None
        if number is None or number.value is None:
            return None
        following = self.duration(number.end)
        if following is None or following[0] != smaller or number.value >= factor:
            return None
        return factor, smaller, following[1], number.value + following[2]

    def end(self, j: int) -> int:
        """The index after the unit at j, or j where there is none."""
        if percent := self.percent(j):
            return percent
        return j + 1 if self._lexemes.lower(j) in self._grammar.durations else j
