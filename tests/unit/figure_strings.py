"""The strings of `data/figure_strings.toml`, and the notation in which they say what a figure reads as."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from streams.extraction.figures import FoundFigure
from streams.records import FigureKind, Qualifier

STRINGS = Path(__file__).parent / "data" / "figure_strings.toml"


@dataclass(frozen=True)
class FigureString:
    """A sentence and the figures in it, each as `what is written = what it says`."""

    group: str
    text: str
    readings: list[str]


def figure_strings() -> Iterator[FigureString]:
    for group, strings in tomllib.loads(STRINGS.read_text()).items():
        for text, readings in strings.items():
            yield FigureString(group, text, readings)


def reading_of(figure: FoundFigure, text: str) -> str:
    """The figure in the notation of the file."""
    shown = f"{text[figure.start : figure.end]} = {_amount(figure)}"
    return f"{shown} = {_amount(figure.equivalent)}" if figure.equivalent else shown


def normalised(reading: str) -> str:
    """A reading of the file with its numbers written out: `34e9 EUR` is `34000000000 EUR`."""
    written, *amounts = reading.split(" = ")
    return " = ".join([written, *map(written_out, amounts)])


def written_out(amount: str) -> str:
    """One amount with its numbers written out."""
    bounds, *unit = amount.split()
    sign = bounds[: len(bounds) - len(bounds.lstrip("<>=~"))]
    numbers = "..".join(n if n == "?" else plain(Decimal(n)) for n in bounds.removeprefix(sign).split(".."))
    return " ".join([sign + numbers, *unit])


def _amount(figure: FoundFigure) -> str:
    low, high = (None if bound is None else plain(bound) for bound in (figure.min, figure.max))
    match figure.qualifier:
        case Qualifier.EXACT:
            bounds = f"{low}" if low == high else f"{low}!{high}"
        case Qualifier.APPROX:
            bounds = f"~{low}"
        case Qualifier.AT_LEAST:
            bounds = f">={low}"
        case Qualifier.AT_MOST:
            bounds = f"<={high}"
        case Qualifier.RANGE:
            bounds = f"{low}..{high}"
        case _:
            bounds = "?"
    unit = {FigureKind.MONEY: figure.currency or "?", FigureKind.PERCENTAGE: "%", FigureKind.DURATION: figure.unit}.get(figure.kind)
    return f"{bounds} {unit}" if unit else bounds


def plain(number: Decimal) -> str:
    """A number as digits, with at most two behind the point."""
    rounded = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".")
