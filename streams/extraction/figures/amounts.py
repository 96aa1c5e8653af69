"""A number with the currency before or after it: `€5bn`, `5 billion euros`, `75 USD million`."""

from __future__ import annotations

from decimal import Decimal

from streams.extraction.figures.currencies import Currencies
from streams.extraction.figures.digits import decimal_of
from streams.extraction.figures.grammar import Currency, grammar
from streams.extraction.figures.lexemes import Lexemes
from streams.extraction.figures.number import Number
from streams.extraction.figures.numbers import Numbers

__all__ = ["Amounts"]


class Amounts:
    """Reads the amounts of one text."""

    def __init__(self, lexemes: Lexemes, numbers: Numbers, currencies: Currencies) -> None:
        self._lexemes = lexemes
        self._numbers = numbers
        self._currencies = currencies
        self._grammar = grammar()

    def read(self, i: int) -> tuple[Number, Currency | None, int] | None:
        """The number that begins at i or behind the currency there, that currency or the one after it, and the index after both."""
        before = self._currencies.before(i)
        if before is not None:
            currency, j = before
            number = self._numbers.read(j, money=True)
            if number is None or number.value is None:
                return None
            end = self._currencies.skip_again(number.end, currency)
            if self._lexemes.is_dash(end) and (named := self._currencies.after(end + 1)):
                end = named[1]
            return number, currency, end
        number = self._numbers.read(i, money=False)
        if number is None:
            money = self._numbers.read(i, money=True) if self._lexemes.is_digits(i) else None
            after = self._currencies.after(money.end) if money else None
            return (money, *after) if money and after else None
        after = self._currencies.after(number.end)
        if after is not None and (factor := self._grammar.multipliers.get(self._lexemes.lower(after[1]))):  # "75 USD million"
            return Number((number.value or Decimal(1)) * factor, after[1] + 1, multiplied=True), after[0], after[1] + 1
        if after is None:
            money = self._numbers.read(i, money=True)
            if money and money.end > number.end and (after := self._currencies.after(money.end)):
                return money, *after
            return number, None, self._skip_again(number)
        return number, *after

    def _skip_again(self, number: Number) -> int:
        """`three (3)`: a number that is written twice."""
        j = number.end
        if self._lexemes.lower(j) == "(" and self._lexemes.lower(j + 2) == ")" and self._lexemes.all[j + 1].is_digits:
            return j + 3 if decimal_of(self._lexemes.all[j + 1].text) == number.value else j
        return j
