"""Words around a figure that open one of its bounds: `up to`, `at least`, `or more`."""

from __future__ import annotations

from streams.extraction.figures.figure import Bounds
from streams.extraction.figures.grammar import grammar
from streams.extraction.figures.lexemes import Lexemes
from streams.records import FigureKind, Qualifier

__all__ = ["Qualifiers"]

BEFORE_A_LENGTH = frozenset(["for", "lasted", "lasting", "lasts", "last", "took", "takes", "taking", "after", "of", "spent", "spoke"])
"""Words behind which `over two years` is more than two years; elsewhere it says how a thing is spread."""


class Qualifiers:
    """Finds the qualifiers of one text."""

    def __init__(self, lexemes: Lexemes) -> None:
        self._lexemes = lexemes
        self._grammar = grammar()

    def take_in(self, begin: int, end: int, bounds: Bounds, qualifier: Qualifier, kind: FigureKind) -> tuple[int, int, Bounds, Qualifier]:
        """Take in `up to`, `at least`, `or more`, and open the bound that they leave open."""
        lexemes = self._lexemes
        word = None
        for phrase, meaning in self._grammar.before.get(lexemes.lower(begin - 1), ()):
            if lexemes.words_before(begin, len(phrase)) == phrase:
                if phrase == ("over",) and kind is FigureKind.DURATION and lexemes.lower(begin - 2) not in BEFORE_A_LENGTH:
                    break  # "$4bn over two years"
                if phrase == ("over",) and lexemes.lower(begin - 2) in self._grammar.particle_verbs:
                    break  # "handed over 20 tanks"
                word, begin = meaning, begin - len(phrase)
                break
        after = end + 1 if lexemes.is_dash(end) and lexemes.is_glued(end) else end
        for phrase, meaning in self._grammar.after.get(lexemes.lower(after), ()):
            if lexemes.words(after, len(phrase)) == phrase and (phrase[0][0].isalpha() or lexemes.is_glued(after)):
                word, end = meaning, after + len(phrase)
                break
        if word is None or qualifier is Qualifier.RANGE:
            return begin, end, bounds, qualifier
        if word is Qualifier.AT_LEAST:
            return begin, end, (bounds[0], None), word
        if word is Qualifier.AT_MOST:
            return begin, end, (None, bounds[1]), word
        return begin, end, bounds, word
