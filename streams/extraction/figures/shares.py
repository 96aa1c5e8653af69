"""Halves, thirds and quarters: numbers in `half a million`, shares in `two-thirds of the appeal`."""

from __future__ import annotations

from decimal import Decimal

from streams.extraction.figures.grammar import grammar
from streams.extraction.figures.lexemes import Lexemes
from streams.extraction.figures.multipliers import Multipliers
from streams.extraction.figures.number import Number

__all__ = ["Shares"]

DETERMINERS = frozenset(["the", "its", "their", "his", "her", "that", "this", "these", "those", "of"])
FUNDED = frozenset(["funded", "financed", "covered"])
BEFORE_HALF_OF_TIME = frozenset(["first", "second", "latter", "last", "other", "final", "third", "fourth", "a", "one", "early", "late"])


class Shares:
    """Reads the fractions in words of one text."""

    def __init__(self, lexemes: Lexemes, multipliers: Multipliers) -> None:
        self._lexemes = lexemes
        self._multipliers = multipliers
        self._grammar = grammar()

    def read(self, i: int) -> Number | None:
        """`half a million`, `quarter of a billion` are numbers, `two-thirds of the appeal`, `half the money`, `half funded` shares."""
        lexemes, parts, j = self._lexemes, 1, i
        if lexemes.lower(i) in ("a", "one"):
            j = lexemes.behind_dash(i + 1) if lexemes.lower(i) == "one" else i + 1
        elif (parts := self._grammar.numbers.get(lexemes.lower(i), 1)) > 1:
            j = lexemes.behind_dash(i + 1)
        whole = self._grammar.fractions.get(lexemes.lower(j))
        is_half = lexemes.lower(j) == "half"
        if whole is None or not parts < whole or (j == i and not is_half and lexemes.lower(j) != "quarter"):
            return None
        # "quarter-of-a-million", "half-a-million": a dash between the words is none of them.
        behind = lexemes.behind_dash(j + 1)
        of = lexemes.behind_dash(behind + 1) if lexemes.lower(behind) == "of" else behind
        article = lexemes.behind_dash(of + 1) if lexemes.lower(of) in ("a", "an") else of
        if factor := self._grammar.multipliers.get(lexemes.lower(article)):
            # A third of a billion has no last digit; amounts are kept in hundredths.
            share = (Decimal(factor) * parts / whole).quantize(Decimal("0.01"))
            return self._multipliers.multiplied(share, article + 1, approximate=factor * parts % whole != 0)
        # "three quarters" without more are nine months as often.
        is_fraction = j > i + 1 or (j > i and lexemes.lower(j) not in ("quarter", "quarters", "half", "second") and lexemes.lower(i) != "a")
        is_share = ((of > behind or (is_half and lexemes.lower(of) in DETERMINERS)) and (j > i or is_half)) or is_fraction
        # "only half funded", "a quarter financed".
        is_share = is_share or (lexemes.lower(behind) in FUNDED and (j > i or is_half))
        # "the first half of 2026" is a time; so is "half of next year".
        is_time = lexemes.lower(i - 1) in BEFORE_HALF_OF_TIME or lexemes.is_digits(of)
        if not is_share or is_time:
            return None
        end = of if of > behind or lexemes.lower(of) in DETERMINERS else j + 1
        return Number(Decimal(100) * parts / whole, end, approximate=100 * parts % whole != 0, is_share=True)
