"""Goes through a text and makes figures of what the other parts read there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from streams.extraction.addresses import without_addresses
from streams.extraction.figures.amounts import Amounts
from streams.extraction.figures.currencies import Currencies
from streams.extraction.figures.figure import MAX_DIGITS, Bounds, FoundFigure
from streams.extraction.figures.grammar import Currency, grammar
from streams.extraction.figures.lexemes import Lexemes
from streams.extraction.figures.multipliers import Multipliers
from streams.extraction.figures.nocounts import NoCounts
from streams.extraction.figures.numbers import Numbers
from streams.extraction.figures.qualifiers import Qualifiers
from streams.extraction.figures.ranges import Ranges
from streams.extraction.figures.units import Units
from streams.records import CurrencyBasis, FigureKind, Qualifier

__all__ = ["find_figures"]


def find_figures(text: str) -> list[FoundFigure]:
    """The figures of a text, in its order, none overlapping another."""
    return _Scanner(without_addresses(text)).scan()


@dataclass(frozen=True)
class _Quantity:
    """A number or a range of two, before its unit is known."""

    bounds: Bounds
    qualifier: Qualifier
    currency: Currency | None
    is_share: bool = False


class _Scanner:
    """Reads one text."""

    def __init__(self, text: str) -> None:
        self._lexemes = Lexemes(text)
        self._grammar = grammar()
        self._no_counts = NoCounts(self._lexemes)
        self._multipliers = Multipliers(self._lexemes)
        currencies = Currencies(self._lexemes, self._no_counts)
        numbers = Numbers(self._lexemes, self._multipliers, currencies)
        self._amounts = Amounts(self._lexemes, numbers, currencies)
        self._units = Units(self._lexemes, numbers, self._multipliers, self._no_counts)
        self._ranges = Ranges(self._lexemes, self._amounts, numbers, self._multipliers, self._units)
        self._qualifiers = Qualifiers(self._lexemes)

    def scan(self) -> list[FoundFigure]:
        found: list[FoundFigure] = []
        i = 0
        while i < self._lexemes.count:
            match = self._figure(i)
            if match is None:
                i += 1
                continue
            figure, after = match
            is_rate = figure.kind is FigureKind.DURATION and self._lexemes.all[i].lower in ("a", "an")
            i = after
            if found and is_rate and self._lexemes.text[found[-1].end : figure.start].isspace():
                continue  # "€24bn a year"
            if found and self._is_equivalent(found[-1], figure):
                found[-1] = replace(found[-1], equivalent=figure)
            else:
                found.append(figure)
        return found

    def _figure(self, i: int) -> tuple[FoundFigure, int] | None:
        """The figure that begins at lexeme i, with the index after it."""
        first = self._amounts.read(i) if self._may_begin(i) else None
        if first is None:
            return None
        number, currency, end = first
        upper = self._ranges.upper(i, end, number, currency)
        if upper is None:
            qualifier = Qualifier.INDEFINITE if number.value is None else Qualifier.APPROX if number.approximate else Qualifier.EXACT
            value = None if number.value is None else number.value * self._ranges.factor_of_series(end, number, currency)
            return self._build(i, end, _Quantity((value, value), qualifier, currency, number.is_share))
        high, high_currency, end = upper
        low = number.value
        # "$12-15bn": the multiplier stands once and belongs to both.
        if low is not None and high.multiplied and not number.multiplied:
            low *= self._multipliers.of(high)
        if low is None or high.value is None or low >= high.value:
            return self._build(i, first[2], _Quantity((number.value, number.value), Qualifier.EXACT, currency))
        return self._build(i, end, _Quantity((low, high.value), Qualifier.RANGE, currency or high_currency))

    def _may_begin(self, i: int) -> bool:
        lexeme, grammar = self._lexemes.all[i], self._grammar
        if lexeme.is_digits or lexeme.text[0] in grammar.sign_beginnings or lexeme.text in grammar.codes:
            return True
        return lexeme.lower in grammar.number_words or lexeme.lower.startswith(grammar.indefinite_prefixes)

    def _build(self, i: int, end: int, quantity: _Quantity) -> tuple[FoundFigure, int] | None:
        bounds, qualifier, currency = quantity.bounds, quantity.qualifier, quantity.currency
        begin = i
        unit: str | None = None
        if currency is not None:
            kind = FigureKind.MONEY
            bounds = _each(bounds, lambda bound: bound * currency.scale)
        elif quantity.is_share:
            kind, unit = FigureKind.PERCENTAGE, "percent"
        elif percent := self._units.percent(end):
            kind, unit, end = FigureKind.PERCENTAGE, "percent", percent
        elif duration := self._units.duration(end):
            kind = FigureKind.DURATION
            unit, end, half = duration
            bounds = _each(bounds, lambda bound: bound + half)
            if qualifier is Qualifier.EXACT and (rest := self._units.rest_of_duration(unit, end)):
                factor, unit, end, added = rest
                bounds = _each(bounds, lambda bound: bound * factor + added)
        elif self._no_counts.counts_nothing(i, end):
            return None
        else:
            kind = FigureKind.COUNT
        if qualifier in (Qualifier.EXACT, Qualifier.APPROX, Qualifier.RANGE):
            begin, end, bounds, qualifier = self._qualifiers.take_in(begin, end, bounds, qualifier, kind)
        low, high = bounds
        if any(bound is not None and bound >= Decimal(10) ** MAX_DIGITS for bound in bounds):
            return None
        figure = FoundFigure(
            kind,
            low,
            high,
            qualifier,
            self._lexemes.all[begin].start,
            self._lexemes.all[end - 1].end,
            currency.code if currency else None,
            currency.basis if currency else CurrencyBasis.UNKNOWN,
            unit,
        )
        return figure, end

    def _is_equivalent(self, first: FoundFigure, second: FoundFigure) -> bool:
        """`US$1.2m (£0.9m)`: the second amount says the first again."""
        between = self._lexemes.text[first.end : second.start]
        return (
            first.kind is second.kind is FigureKind.MONEY
            and first.currency != second.currency
            and first.equivalent is None
            and between.strip() in ("(", "[", "(or", "(equal to", "(equivalent to", ", or", "or")
        )


def _each(bounds: Bounds, change: Callable[[Decimal], Decimal]) -> Bounds:
    low, high = bounds
    return None if low is None else change(low), None if high is None else change(high)
