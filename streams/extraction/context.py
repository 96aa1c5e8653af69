"""Everything found in one article that the extractors build on."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from spacy.tokens import Token

from streams.extraction.actors import Cast, Party
from streams.extraction.claims import Attributions
from streams.extraction.figures import FoundFigure
from streams.extraction.mentions import Mentions
from streams.extraction.reading import Reading
from streams.extraction.times import FoundTime

__all__ = ["ArticleContext", "Located"]

CARRIES_TIME = frozenset(
    {"pobj", "prep", "npadvmod", "nmod", "compound", "amod", "nummod", "advmod", "appos", "poss", "dep", "conj", "quantmod"}
)
"""Relations by which an expression of time or place hangs on what it belongs to, without another verb between."""


@dataclass(frozen=True)
class Located:
    """A figure or time and the tokens that it covers."""

    first: int
    end: int


@dataclass(frozen=True)
class TimeMention(Located):
    """An expression of time in the parse."""

    found: FoundTime
    root: Token


@dataclass(frozen=True)
class FigureMention(Located):
    """A figure in the parse."""

    found: FoundFigure
    root: Token


@dataclass(frozen=True)
class ArticleContext:
    """One article, read.

    Parameters
    ----------
    published
        Publication date in UTC.
    voice
        The state or organisation that publishes, where it speaks for itself: what `we` means in a government's own release.
    """

    reading: Reading
    mentions: Mentions
    attributions: Attributions
    cast: Cast
    figures: Sequence[FoundFigure]
    times: Sequence[FoundTime]
    published: date | None
    voice: Party | None = None

    @cached_property
    def time_mentions(self) -> list[TimeMention]:
        """The expressions of time, each with the token that joins it to its sentence."""
        return [TimeMention(r.start, r.stop, t, self._root(r)) for t in self.times if (r := self.reading.tokens_between(t.start, t.end))]

    @cached_property
    def figure_mentions(self) -> list[FigureMention]:
        """The figures, each with the token that joins it to its sentence."""
        return [
            FigureMention(r.start, r.stop, f, self._root(r)) for f in self.figures if (r := self.reading.tokens_between(f.start, f.end))
        ]

    def figures_between(self, first: int, end: int) -> list[FigureMention]:
        """The figures whose first token lies from `first` to before `end`, in the order of the text."""
        begin = bisect.bisect_left(self.figure_mentions, first, key=lambda figure: figure.first)
        stop = bisect.bisect_left(self.figure_mentions, end, key=lambda figure: figure.first)
        return self.figure_mentions[begin:stop]

    def times_between(self, first: int, end: int) -> list[TimeMention]:
        """The expressions of time whose first token lies from `first` to before `end`, in the order of the text."""
        begin = bisect.bisect_left(self.time_mentions, first, key=lambda time: time.first)
        stop = bisect.bisect_left(self.time_mentions, end, key=lambda time: time.first)
        return self.time_mentions[begin:stop]

    def times_on(self, nodes: Iterable[Token]) -> list[TimeMention]:
        """The times that hang on one of the nodes, those of the first node first."""
        found: list[TimeMention] = []
        for node in nodes:
            found.extend(t for t in self.time_mentions if t not in found and self._hangs_on(t.root, node))
        return found

    def figures_on(self, nodes: Iterable[Token]) -> list[FigureMention]:
        """The figures that hang on one of the nodes, those of the first node first."""
        found: list[FigureMention] = []
        for node in nodes:
            found.extend(f for f in self.figure_mentions if f not in found and self._hangs_on(f.root, node))
        return found

    def time_at(self, token: Token) -> TimeMention | None:
        """The expression of time that a token belongs to."""
        return next((t for t in self.time_mentions if t.first <= token.i < t.end), None)

    def _root(self, tokens: range) -> Token:
        doc = self.reading.doc
        outside = [doc[i] for i in tokens if doc[i].head.i not in tokens or doc[i].dep_ == "ROOT"]
        # Of "an estimated $1 billion" the article hangs on the noun behind, as the number does.
        return next((t for t in outside if t.dep_ not in ("det", "predet", "punct")), outside[0] if outside else doc[tokens.start])

    @staticmethod
    def _hangs_on(token: Token, node: Token) -> bool:
        while token != node:
            if token.dep_ not in CARRIES_TIME or token.head == token:
                return False
            token = token.head
            if token.pos_ in ("VERB", "AUX") and token != node:
                return False
        return True
