"""A figure as found, with its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from streams.records import CurrencyBasis, FigureKind, Qualifier

__all__ = ["MAX_DIGITS", "Bounds", "FoundFigure"]

MAX_DIGITS = 21
"""Digits before the point that `Money` has room for less two; nobody lacks more."""

Bounds = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class FoundFigure:
    """One figure.

    Parameters
    ----------
    min, max
        Bounds in full units (`€34 billion` is 34,000,000,000); equal where the number is exact or approximate.
    currency
        ISO 4217 code, for money.
    unit
        `percent`, or a unit of time in the singular.
    start, end
        Offsets into the text.
    equivalent
        The same amount in another currency that follows in brackets.
    """

    kind: FigureKind
    min: Decimal | None
    max: Decimal | None
    qualifier: Qualifier
    start: int
    end: int
    currency: str | None = None
    currency_basis: CurrencyBasis = CurrencyBasis.UNKNOWN
    unit: str | None = None
    equivalent: FoundFigure | None = None
