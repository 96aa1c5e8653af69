"""The currency before or after a number: `US$`, `EUR`, `Swedish kronor`, a sign behind it."""

from __future__ import annotations

from streams.extraction.figures.grammar import Currency, grammar
from streams.extraction.figures.lexemes import Lexemes
from streams.extraction.figures.nocounts import NoCounts

__all__ = ["Currencies"]


class Currencies:
    """Finds the currencies of one text, each with the index after it."""

    def __init__(self, lexemes: Lexemes, no_counts: NoCounts) -> None:
        self._lexemes = lexemes
        self._no_counts = no_counts
        self._grammar = grammar()

    def before(self, i: int) -> tuple[Currency, int] | None:
        """The currency that begins at i and stands before its number: `$5`, `EUR 5`."""
        lexemes = self._lexemes
        if i >= lexemes.count:
            return None
        if sign := self._grammar.sign_pattern.match(lexemes.text, lexemes.all[i].start):
            j = i
            while j < lexemes.count and lexemes.all[j].start < sign.end():
                j += 1
            stands_free = not (i and lexemes.is_glued(i) and lexemes.all[i - 1].text[-1].isalnum())
            if stands_free and j < lexemes.count and lexemes.all[j - 1].end <= sign.end():
                written = "".join(sign[0].split())
                return self._grammar.signs.get(written) or self._grammar.letters[written], j
        if lexemes.all[i].text in self._grammar.codes and i + 1 < lexemes.count:
            j = i + 1
            sign = self._grammar.sign_pattern.match(lexemes.text, lexemes.all[j].start)
            if sign and len(sign[0]) == 1:
                j += 1
            return (self._grammar.codes[lexemes.all[i].text], j) if lexemes.is_digits(j) else None
        return None

    def after(self, j: int) -> tuple[Currency, int] | None:
        """The currency at j, behind its number: `5 euros`, `5-dollar`, `billions of dollars`."""
        lexemes, codes = self._lexemes, self._grammar.codes
        of = lexemes.lower(j) == "of" and lexemes.lower(j - 1) in self._grammar.indefinite
        for begin in (j + 1, j) if of or lexemes.is_dash(j) else (j,):
            for length in range(self._grammar.longest_currency, 0, -1):
                currency = self._grammar.currency_words.get(lexemes.words(begin, length))
                if currency and not self._no_counts.is_weight(begin, length):
                    return currency, begin + length
            is_glued = lexemes.is_digits(begin + 1) and lexemes.is_glued(begin + 1)  # "three USD50 notes"
            if begin < lexemes.count and lexemes.all[begin].text in codes and not is_glued:
                return codes[lexemes.all[begin].text], begin + 1
        return self._sign_after(j)

    def _sign_after(self, j: int) -> tuple[Currency, int] | None:
        """`34€`, but no number follows the sign, and `RM-70` is a name."""
        lexemes = self._lexemes
        if j < lexemes.count and (sign := self._grammar.signs.get(lexemes.all[j].text)):
            k = j + 2 if lexemes.is_dash(j + 1) and lexemes.is_glued(j + 1) and lexemes.is_glued(j + 2) else j + 1
            return None if lexemes.is_digits(k) else (sign, j + 1)
        return None

    def skip_again(self, j: int, currency: Currency) -> int:
        """`$5 million US`, `€5bn euros`: a currency that is named twice."""
        after = self.after(j)
        return after[1] if after and after[0].code == currency.code else j
