"""Figures in news prose."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from streams.extraction.figures import FoundFigure, find_figures
from streams.extraction.pipeline import Extractor
from streams.records import Article, CurrencyBasis, FigureKind, Qualifier

BILLION = 1_000_000_000
MILLION = 1_000_000


def only(text: str) -> FoundFigure:
    found = find_figures(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "low", "high", "currency", "qualifier"),
    [
        ("€34 billion", 34 * BILLION, 34 * BILLION, "EUR", "EXACT"),
        ("€2.3bn", 2.3 * BILLION, 2.3 * BILLION, "EUR", "EXACT"),
        ("$12-15bn", 12 * BILLION, 15 * BILLION, "USD", "RANGE"),
        ("$12bn to $15bn", 12 * BILLION, 15 * BILLION, "USD", "RANGE"),
        ("between $12 billion and $15 billion", 12 * BILLION, 15 * BILLION, "USD", "RANGE"),
        ("€500-600 million", 500 * MILLION, 600 * MILLION, "EUR", "RANGE"),
        ("61bn dollars", 61 * BILLION, 61 * BILLION, "USD", "EXACT"),
        ("NT$ 5.4 million", 5.4 * MILLION, 5.4 * MILLION, "TWD", "EXACT"),
        ("UAH 20 billion", 20 * BILLION, 20 * BILLION, "UAH", "EXACT"),
        ("20 billion hryvnias", 20 * BILLION, 20 * BILLION, "UAH", "EXACT"),
        ("NOK 1.5 billion", 1.5 * BILLION, 1.5 * BILLION, "NOK", "EXACT"),
        ("100 million Swedish kronor", 100 * MILLION, 100 * MILLION, "SEK", "EXACT"),
        ("Rs 500 crore", 5 * BILLION, 5 * BILLION, "INR", "EXACT"),
        ("half a billion dollars", BILLION / 2, BILLION / 2, "USD", "EXACT"),
        ("a $300-million package", 300 * MILLION, 300 * MILLION, "USD", "EXACT"),
        ("more than €5 billion", 5 * BILLION, None, "EUR", "AT_LEAST"),
        ("$1 billion-plus", BILLION, None, "USD", "AT_LEAST"),
        ("up to £900m", None, 900 * MILLION, "GBP", "AT_MOST"),
        ("nearly $700m", 700 * MILLION, 700 * MILLION, "USD", "APPROX"),
        ("billions of dollars", None, None, "USD", "INDEFINITE"),
        ("a multi-billion-dollar deal", None, None, "USD", "INDEFINITE"),
        ("several hundred million euros", None, None, "EUR", "INDEFINITE"),
        ("US $25 million", 25 * MILLION, 25 * MILLION, "USD", "EXACT"),
        ("$5", 5, 5, "USD", "EXACT"),
    ],
)
def test_money(text: str, low: float | None, high: float | None, currency: str, qualifier: str) -> None:
    figure = only(text)
    assert figure.kind is FigureKind.MONEY
    assert (figure.min, figure.max) == tuple(None if bound is None else Decimal(bound).quantize(Decimal(1)) for bound in (low, high))
    assert figure.currency == currency
    assert figure.qualifier is Qualifier(qualifier)


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("€5", "SYMBOL"),
        ("5 euros", "EXPLICIT"),
        ("$5", "INFERRED"),
        ("US$5", "EXPLICIT"),
        ("5 U.S. dollars", "EXPLICIT"),
        ("5 pounds", "INFERRED"),
    ],
)
def test_how_the_currency_is_known(text: str, basis: str) -> None:
    assert only(text).currency_basis is CurrencyBasis(basis)


def test_the_same_amount_in_another_currency_is_no_second_amount() -> None:
    figure = only("US$1.2m (£0.9m)")
    assert figure.min == Decimal(1200000)
    assert figure.equivalent is not None
    assert (figure.equivalent.min, figure.equivalent.currency) == (Decimal(900000), "GBP")


def test_from_and_to_are_two_amounts_and_no_range() -> None:
    found = find_figures("rose from €25m to €28m")
    assert [f.min for f in found] == [f.max for f in found] == [25 * MILLION, 28 * MILLION]


def test_the_multiplier_of_a_series_stands_behind_the_last() -> None:
    found = find_figures("a shortfall of $9, $10, $15 billion")
    assert [f.min for f in found] == [9 * BILLION, 10 * BILLION, 15 * BILLION]
    assert [f.min for f in find_figures("tickets at $5, $6 and $7")] == [5, 6, 7]
    assert [f.min for f in find_figures("fees of $500, €2 million")] == [500, 2 * MILLION]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("two dozen", 24, 24),
        ("two and a half million", 2_500_000, 2_500_000),
        ("one hundred and twenty thousand", 120_000, 120_000),
        ("two hundred and fifty", 250, 250),
        ("twenty-five tanks", 25, 25),
        ("1,200,000 rounds", 1_200_000, 1_200_000),
        ("1.550.000", 1_550_000, 1_550_000),
        ("5-10 tanks", 5, 10),
        ("3,000 to 5,000 rounds", 3000, 5000),
        ("up to 300 tanks", None, 300),
        ("at least 31", 31, None),
        ("15 or more", 15, None),
        ("500,000-plus rounds", 500_000, None),
        ("dozens of tanks", None, None),
        ("tens of thousands of shells", None, None),
        ("two 2S7 howitzers", 2, 2),
        ("16 F-16s", 16, 16),
        ("from Norway for one.", 1, 1),
    ],
)
def test_counts(text: str, low: int | None, high: int | None) -> None:
    figure = only(text)
    assert figure.kind is FigureKind.COUNT
    assert (figure.min, figure.max) == (low, high)


@pytest.mark.parametrize(
    ("text", "amount", "unit", "kind"),
    [
        ("40 minutes", 40, "minute", FigureKind.DURATION),
        ("a 50-day deadline", 50, "day", FigureKind.DURATION),
        ("three-and-a-half hours", 3.5, "hour", FigureKind.DURATION),
        ("an hour and a half", 1.5, "hour", FigureKind.DURATION),
        ("half an hour", 0.5, "hour", FigureKind.DURATION),
        ("12.5%", 12.5, "percent", FigureKind.PERCENTAGE),
        ("25 per cent", 25, "percent", FigureKind.PERCENTAGE),
    ],
)
def test_measures(text: str, amount: float, unit: str, kind: FigureKind) -> None:
    figure = only(text)
    assert (figure.kind, figure.min, figure.unit) == (kind, Decimal(str(amount)), unit)


@pytest.mark.parametrize(
    "text",
    [
        "F-16",
        "S-300s and M113",
        "155mm shells",
        "in 2025",
        "23 July",
        "10:30",
        "in the 1990s",
        "the G7",
        "Covid-19",
        "a 45-year-old man",
        "no one",
        "5m away",
    ],
)
def test_what_counts_nothing(text: str) -> None:
    assert [f for f in find_figures(text) if f.kind is not FigureKind.DURATION and text[f.start : f.end] != "5"] == []


def test_offsets_count_code_points() -> None:
    text = "🚀🚀 They lack €34 billion, naïve as it is."
    figure = only(text)
    assert text[figure.start : figure.end] == "€34 billion"


@pytest.mark.parametrize(
    "text", ["", "€", "$" * 1000, "-" * 1000, "1" * 10_000, "1,1,1,1,", "and a half", "between and", "€ € €", "of of of", "one " * 3000]
)
def test_odd_text_raises_nothing(text: str) -> None:
    find_figures(text)


def test_time_grows_with_length_and_no_faster() -> None:
    sentence = "They lack between $12 and $15 billion, or up to two and a half million euros, for twenty-five tanks. "
    find_figures(sentence)

    def seconds(times: int) -> float:
        started = time.process_time()
        find_figures(sentence * times)
        return time.process_time() - started

    # Twenty times the text: in proportion that takes 20 times as long, in its square 400 times. A busy machine alone made 40 of 20.
    assert min(seconds(2000) for _ in range(2)) < 100 * seconds(100)


@pytest.mark.parametrize("text", ["a 2,000-pound bomb", "five 500-pound guided bombs", "300 pounds of explosives"])
def test_weights_are_no_money(text: str) -> None:
    assert not [figure for figure in find_figures(text) if figure.kind is FigureKind.MONEY or figure.min in (2000, 500, 300)]


def test_days_of_the_calendar_are_no_counts(extractor: Extractor) -> None:
    found = extractor.extract(Article(text="Drivers will strike on 2 and 5 October, 40 of them said on May 21.")).enriched.figures
    assert [figure.quantity.span.text for figure in found if figure.quantity] == ["40"]
