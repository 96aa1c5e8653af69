"""Numbers in digits: `1,200`, `40 000`, `2½`, `34.5 million`, `$5m`."""

from __future__ import annotations

import re
from decimal import Decimal

from streams.extraction.figures.figure import MAX_DIGITS
from streams.extraction.figures.grammar import grammar
from streams.extraction.figures.lexemes import Lexemes
from streams.extraction.figures.multipliers import Multipliers
from streams.extraction.figures.number import Number

__all__ = ["Digits", "decimal_of"]

THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2})*(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}")
THREE_DIGITS = re.compile(r"\d{3}(?:[.,]\d{1,2})?")
VULGAR = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
SPACES = frozenset(" \u00a0\u2009\u202f")


class Digits:
    """Reads the numbers in digits of one text."""

    def __init__(self, lexemes: Lexemes, multipliers: Multipliers) -> None:
        self._lexemes = lexemes
        self._multipliers = multipliers
        self._grammar = grammar()

    def read(self, i: int, *, money: bool) -> Number | None:
        """The number whose digits begin at i; beside a currency, `money`, single letters multiply it too."""
        lexemes, factors = self._lexemes, self._grammar.multipliers
        spaced = self._in_threes(i)
        value = decimal_of("".join(lexeme.text for lexeme in lexemes.all[i:spaced]))
        if value is None:
            return None
        j, multiplied = spaced, False
        if lexemes.is_glued(j) and (part := VULGAR.get(lexemes.lower(j))):
            value, j = value + part, j + 1
        begin = j
        if lexemes.is_dash(j) and lexemes.lower(j + 1) in factors:
            j += 1
        while j < lexemes.count and (factor := factors.get(lexemes.lower(j))):
            value, j, multiplied = value * factor, j + 1, True
        if money and not multiplied and j < lexemes.count and (factor := self._grammar.money_multipliers.get(lexemes.all[j].text)):
            value, j, multiplied = value * factor, j + 1, True
        if j == begin and not money and (factor := self._glued_multiplier(j)):
            value, j, multiplied = value * factor, j + 1, True
        if half := self._multipliers.and_a_half(j):
            last = factors.get(lexemes.lower(j - 1), 1) if j > begin else 1
            value, j = value + half[0] * last, half[1]
            while factor := factors.get(lexemes.lower(j)):
                value, j, multiplied = value * factor, j + 1, True
        return Number(value, j, multiplied)

    def _in_threes(self, i: int) -> int:
        """The index after `40 000`; `12 155 mm guns` are two numbers."""
        lexemes, j = self._lexemes, i + 1
        if not (lexemes.all[i].text.isdecimal() and len(lexemes.all[i].text) <= 3 and lexemes.all[i].text[0] != "0"):
            return j
        while j < lexemes.count and THREE_DIGITS.fullmatch(lexemes.all[j].text):
            if lexemes.all[j].start != lexemes.all[j - 1].end + 1 or lexemes.text[lexemes.all[j].start - 1] not in SPACES:
                break
            j += 1
        return i + 1 if lexemes.lower(lexemes.behind_dash(j)) in self._grammar.measures else j

    def _glued_multiplier(self, j: int) -> int | None:
        """`300k rounds`, `1.5m shells`; `5m walls` are as likely to be five metres high."""
        lexemes, counted = self._lexemes, self._lexemes.lower(j + 1)
        if not lexemes.is_glued(j) or j >= lexemes.count:
            return None
        if lexemes.all[j].text == "k":
            return 1_000
        if lexemes.all[j].text == "m" and lexemes.lower(j - 2) not in ("a", "the") and (counted == "people" or counted.endswith("s")):
            return 1_000_000
        return None


def decimal_of(digits: str) -> Decimal | None:
    """`1,200`, `1.550.000`, `34.5`, `34,5`."""
    if THOUSANDS.fullmatch(digits):
        return Decimal(digits.replace(",", "")) if digits.count(".") <= 1 else Decimal(digits.replace(".", ""))
    if digits.count(",") + digits.count(".") > 1 or len(digits) > 2 * MAX_DIGITS:
        return None
    return Decimal(digits.replace(",", "."))
