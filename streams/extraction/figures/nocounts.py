"""What counts nothing: ages and weights (`45-year-old`, `a 2,000-pound bomb`), years, days, scores, parts of names (`Resolution 1701`)."""

from __future__ import annotations

from streams.extraction.figures.grammar import grammar
from streams.extraction.figures.lexemes import Lexeme, Lexemes

__all__ = ["NoCounts"]

YEAR = range(1900, 2100)
MONTHS = frozenset(
    [
        *("january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"),
        *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
    ]
)
AGES = frozenset(["age", "aged", "ages"])
TIMES = ("x", "\u00d7")
"""`4x Gepard`"""


class NoCounts:
    """Tells the numbers of one text that count nothing."""

    def __init__(self, lexemes: Lexemes) -> None:
        self._lexemes = lexemes
        self._grammar = grammar()

    def is_age(self, j: int) -> bool:
        """`-old` behind a unit of time, `of age`."""
        return self._lexemes.lower(self._lexemes.behind_dash(j)) == "old" or self._lexemes.words(j, 2) == ("of", "age")

    def is_weight(self, begin: int, length: int) -> bool:
        """`a 2,000-pound bomb` costs more than that."""
        weighs = self._lexemes.lower(begin) in self._grammar.weights
        return weighs and any(self._lexemes.lower(begin + k) in self._grammar.weighed for k in range(length, length + 4))

    def counts_nothing(self, i: int, end: int) -> bool:
        """A bare number that counts nothing: a year, a day of a month, a time of day, a part of a name."""
        lexemes = self._lexemes
        lexeme, following, before = lexemes.all[i], lexemes.lower(end), lexemes.lower(i - 1)
        behind = lexemes.behind_dash(end)
        if self.is_age(behind + 1) or lexemes.lower(behind) in self._grammar.measures:
            return True
        if self.is_weight(behind, 1):
            return True
        if lexemes.is_glued(end) and end < lexemes.count and lexemes.all[end].text[0].isalnum() and following not in TIMES:
            return True
        if lexemes.is_dash(end) and lexemes.lower(end + 1) in self._grammar.ordinals:  # "the twenty-fifth round"
            return True
        if before in AGES or self._is_label(i - 1, lexeme):
            return True
        if lexeme.is_digits and end == i + 1:
            return self._digits_count_nothing(i)
        if lexeme.lower == "one":
            if lexemes.is_dash(end):  # "a one-way drone"
                return True
            is_pronoun = before in ("no", "any", "every", "some", "this", "that", "each", "which", "on", "the")
            return is_pronoun or following.removesuffix("'s") in ("another", "day")
        return False

    def _is_label(self, i: int, number: Lexeme) -> bool:
        """`Resolution 1701`, `World War Two`, but not `the group four`."""
        is_named = self._lexemes.lower(i) in self._grammar.labels and self._lexemes.all[i].text[0].isupper()
        return is_named and not number.text[0].islower()

    def _digits_count_nothing(self, i: int) -> bool:
        """The same, of digits that stand alone."""
        lexemes = self._lexemes
        text, following, before = lexemes.all[i].text, lexemes.lower(i + 1), lexemes.lower(i - 1)
        if text.isdecimal() and len(text) == 4 and int(text) in YEAR:
            return following not in self._grammar.counted
        if following in (":", "/") and lexemes.is_glued(i + 1) and lexemes.is_digits(i + 2):
            return True
        if i and before in (":", "/", "#", "№") and lexemes.is_glued(i):
            return True
        if following in MONTHS or (lexemes.lower(i - 2) if before == "." else before) in MONTHS:
            return True
        # "Resolutions 550 and 789"
        if before in ("and", ",") and lexemes.is_digits(i - 2) and self._is_label(i - 3, lexemes.all[i]):
            return True
        # "his son, 12, was hurt"
        if before == following == "," and text.isdecimal() and len(text) <= 2 and lexemes.lower(i - 2).isalpha():
            return True
        # "they won 3-2", "2025-26"
        if any(lexemes.is_dash(i + step) and lexemes.is_glued(i + (step > 0)) and lexemes.is_digits(i + 2 * step) for step in (-1, 1)):
            return True
        return following in ("am", "pm", "a", "p") and lexemes.lower(i + 2) in (".", "")
