"""Numbers, in digits or in words, where they stand free: not in `F-16`."""

from __future__ import annotations

from streams.extraction.figures.currencies import Currencies
from streams.extraction.figures.digits import Digits
from streams.extraction.figures.grammar import grammar
from streams.extraction.figures.lexemes import DASHES, Lexemes
from streams.extraction.figures.multipliers import Multipliers
from streams.extraction.figures.number import Number
from streams.extraction.figures.spelled import Spelled

__all__ = ["Numbers"]


class Numbers:
    """Reads the numbers of one text."""

    def __init__(self, lexemes: Lexemes, multipliers: Multipliers, currencies: Currencies) -> None:
        self._lexemes = lexemes
        self._digits = Digits(lexemes, multipliers)
        self._spelled = Spelled(lexemes, multipliers, currencies)
        self._grammar = grammar()

    def read(self, i: int, *, money: bool) -> Number | None:
        """The number that begins at i; `money` where it stands beside a currency."""
        if i >= self._lexemes.count or (self._lexemes.is_glued(i) and not self._may_stand_before(i - 1)):
            return None
        if self._lexemes.all[i].is_digits:
            return self._digits.read(i, money=money)
        word = self._lexemes.lower(i)
        begins = word in self._grammar.number_words or word.startswith(self._grammar.indefinite_prefixes)
        return self._spelled.read(i) if begins else None

    def _may_stand_before(self, i: int) -> bool:
        """`F-16` and `M113` hold no number; `(34`, `“two`, `12-15`, `$12` and `EUR12` do."""
        lexemes, text = self._lexemes, self._lexemes.all[i].text
        if text in self._grammar.codes or text in self._grammar.signs:
            return True
        if text in self._grammar.letters:
            return self._grammar.sign_pattern.match(lexemes.text, lexemes.all[i].start) is not None
        if text in DASHES:
            return i > 0 and (not lexemes.is_glued(i) or lexemes.all[i - 1].is_digits or lexemes.all[i - 1].lower in self._grammar.numbers)
        return not text[-1].isalnum() and text not in "'’.,/:#_&@" + "".join(DASHES)
