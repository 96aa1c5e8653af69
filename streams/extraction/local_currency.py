"""Which rupees, shillings or pesos: those of the state that the article is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from streams.extraction.figures import FoundFigure
from streams.extraction.lexicon import words
from streams.extraction.mentions import Mention
from streams.records import CurrencyBasis

__all__ = ["with_local_currencies"]


def with_local_currencies(figures: Iterable[FoundFigure], mentions: Iterable[Mention]) -> list[FoundFigure]:
    """The figures, each with the currency of the state named most often among those that share its name; it stays marked as inferred."""
    shared: dict[str, dict[str, str]] = words("figures")["currencies"]["shared"]
    named = Counter(mention.country for mention in mentions if mention.country)

    def local(figure: FoundFigure) -> FoundFigure:
        codes = shared.get(figure.currency or "", {}) if figure.currency_basis is CurrencyBasis.INFERRED else {}
        ranked = sorted(((named[state], state) for state in codes if named[state]), reverse=True)
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return figure
        return replace(figure, currency=codes[ranked[0][1]])

    return [local(figure) for figure in figures]
