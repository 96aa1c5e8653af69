"""Amounts that share what stands once: `12-15`, `between $12 and $15 billion`, `$9, $10, $15 billion`."""

from __future__ import annotations

from decimal import Decimal

from streams.extraction.figures.amounts import Amounts
from streams.extraction.figures.grammar import Currency
from streams.extraction.figures.lexemes import Lexemes
from streams.extraction.figures.multipliers import Multipliers
from streams.extraction.figures.number import Number
from streams.extraction.figures.numbers import Numbers
from streams.extraction.figures.units import Units

__all__ = ["Ranges"]

LONGEST_SERIES = 5
"""Sums behind one that may share its multiplier: what stands further off is not looked at, so that a long list costs no more."""


class Ranges:
    """Reads the ranges and series of one text."""

    def __init__(self, lexemes: Lexemes, amounts: Amounts, numbers: Numbers, multipliers: Multipliers, units: Units) -> None:
        self._lexemes = lexemes
        self._amounts = amounts
        self._numbers = numbers
        self._multipliers = multipliers
        self._units = units

    def upper(self, i: int, end: int, number: Number, currency: Currency | None) -> tuple[Number, Currency | None, int] | None:
        """The second number of `12-15`, `12 to 15`, `between 12 and 15`."""
        lexemes = self._lexemes
        after_between = lexemes.lower(i - 1) == "between"
        if number.value is None or number.is_share or end + 1 >= lexemes.count:
            return None
        # The unit may stand after each of both, as in "30% to 40%".
        unit_end = self._units.end(end) if currency is None else end
        unit = lexemes.words(end, unit_end - end)
        link = lexemes.lower(unit_end)
        glued = lexemes.is_glued(unit_end) and lexemes.is_glued(unit_end + 1)
        if not (
            (lexemes.is_dash(unit_end) and (glued or currency))
            or (link == "to" and lexemes.lower(i - 1) != "from")
            or (link == "or" and not after_between)
            or (link == "and" and after_between)
        ):
            return None
        second = self._amounts.read(unit_end + 1)
        if second is None and currency is not None and (bare := self._numbers.read(unit_end + 1, money=True)):
            second = (bare, None, bare.end)
        if second is None or second[0].is_share or (second[1] and currency and second[1].code != currency.code):
            return None
        if link in ("to", "or") and not after_between and second[1] is None and currency is not None and not second[0].multiplied:
            return None
        return None if unit and lexemes.words(second[2], len(unit)) != unit else second

    def factor_of_series(self, end: int, number: Number, currency: Currency | None) -> Decimal:
        """What `$9` is multiplied by in `$9, $10, $15 billion`: the multiplier stands once, behind the last."""
        if currency is None or number.multiplied or number.is_share:
            return Decimal(1)
        for _ in range(LONGEST_SERIES):
            following = self._amounts.read(end + 1) if self._lexemes.lower(end) == "," else None
            if following is None or following[1] is None or following[1].code != currency.code:
                break
            last, _, end = following
            if last.multiplied:
                return self._multipliers.of(last)
        return Decimal(1)
