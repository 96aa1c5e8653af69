"""Our grammar of figures beside price-parser and quantulum3, on strings of our own and on the cases of Recognizers-Text.

    make compare-figures

The others are judged leniently: a range may be one of its ends or its middle, a bound may be read as the number itself, a qualifier may be
missing, nothing at all is right where no number is written, and price-parser is handed each amount alone, since it is made for that.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from price_parser import Price
from quantulum3 import parser as quantulum
from rich.console import Console
from rich.table import Table

from streams.extraction.figures import find_figures
from streams.extraction.lexicon import words
from streams.records import FigureKind
from tests.unit.figure_strings import FigureString, figure_strings, normalised, reading_of

RECOGNIZERS = Path(__file__).parent / "recognizers"
RIGHT, WRONG, NONE = "right", "wrong", "none"

Reading = tuple[frozenset[Decimal], str | None]
"""The values that are taken as right, and the unit: an ISO 4217 code, `%`, a unit of time, or nothing."""

Found = tuple[Decimal, str | None]


def main() -> None:
    warnings.filterwarnings("ignore")
    console = Console(width=120)
    console.print(_own_strings())
    console.print(_recognizers())
    if "--errors" in sys.argv:
        for model in Model:
            for case in _cases(model):
                found = _ours(case.text, model)
                if _judged(case.readings, found) != RIGHT:
                    console.print(f"{model}: {case.text!r}\n    wanted {case.readings}\n    found  {found}", markup=False, highlight=False)


# Strings of our own ----------------------------------------------------------------------------------------------------------------


def _own_strings() -> Table:
    table = Table(
        "class", "strings", "ours\nright · wrong · none", "quantulum3\nright · wrong · none", "price-parser\nright · wrong · none"
    )
    groups: dict[str, list[FigureString]] = {}
    for string in figure_strings():
        groups.setdefault(string.group, []).append(string)
    judges = (_judge_ours, _judge_quantulum, _judge_price_parser)
    totals = [Counter[str](), Counter[str](), Counter[str]()]
    for group, strings in groups.items():
        counts = [Counter(verdict for s in strings if (verdict := judge(s)) is not None) for judge in judges]
        for total, count in zip(totals, counts, strict=True):
            total.update(count)
        table.add_row(group, str(len(strings)), *map(_shown, counts))
    table.add_section()
    table.add_row("all", str(sum(map(len, groups.values()))), *map(_shown, totals))
    return table


def _shown(counts: Counter[str]) -> str:
    return " · ".join(f"{counts[verdict]:3}" for verdict in (RIGHT, WRONG, NONE)) if counts else "not its task"


def _judge_ours(string: FigureString) -> str:
    found = [reading_of(figure, string.text) for figure in find_figures(string.text)]
    wanted = [normalised(reading) for reading in string.readings]
    return RIGHT if found == wanted else WRONG if found else NONE


def _judge_quantulum(string: FigureString) -> str:
    return _judged(_readings(string), _quantulum(string.text))


def _judge_price_parser(string: FigureString) -> str | None:
    if not string.group.startswith("money"):
        return None
    found = [price for reading in string.readings for price in _price_parser(reading.split(" = ")[0])]
    return _judged(_readings(string), found)


def _readings(string: FigureString) -> list[Reading]:
    readings: list[Reading] = []
    for reading in string.readings:
        for amount in normalised(reading).split(" = ")[1:]:
            bounds, *unit = amount.split()
            if bounds != "?":
                readings.append((_acceptable([Decimal(n) for n in bounds.lstrip("<>=~").split("..")]), unit[0] if unit else None))
    return readings


def _acceptable(bounds: list[Decimal]) -> frozenset[Decimal]:
    return frozenset([*bounds, sum(bounds, Decimal(0)) / len(bounds)])


def _judged(wanted: list[Reading], found: list[Found]) -> str:
    left = list(wanted)
    for value, unit in found:
        match = next((r for r in left if _matches(r, value, unit)), None)
        if match is None:
            return WRONG
        left.remove(match)
    return RIGHT if not left else WRONG if found else NONE


def _matches(reading: Reading, value: Decimal, unit: str | None) -> bool:
    accepted, wanted = reading
    if wanted == "%" and unit is None:  # a half is 0.5 to them
        value, unit = value * 100, "%"
    return unit == wanted and any(_near(value, number) for number in accepted)


def _near(value: Decimal, wanted: Decimal) -> bool:
    return abs(value - wanted) <= Decimal("0.005") * max(abs(wanted), Decimal("0.01"))


# The others ------------------------------------------------------------------------------------------------------------------------


def _quantulum(text: str) -> list[Found]:
    try:
        quantities = quantulum.parse(text)
    except Exception:  # it raises on some strings; that finds nothing
        return []
    return [_as_ours(Decimal(str(q.value)), q.unit.name.lower(), q.unit.entity.name) for q in quantities]


ITS_CURRENCIES = {"pound sterling": "GBP", "united states dollar": "USD", "russian ruble": "RUB", "japanese yen": "JPY"}
ITS_UNITS = {"percentage": "%", "per cent": "%", "dimensionless": None, "minute of arc": "minute", "second of arc": "second"}


def _as_ours(value: Decimal, unit: str, entity: str) -> Found:
    """Its units as ours. Without its classifier (the released one does not load) it takes minutes for those of arc: taken as right."""
    if unit in ("cent", "euro cent"):
        return value / 100, "EUR" if unit == "euro cent" else "USD"
    if unit == "dozen":
        return value * 12, None
    if entity == "currency":
        return value, ITS_CURRENCIES.get(unit) or words("figures")["currencies"]["words"].get(unit, [unit])[0]
    return value, ITS_UNITS.get(unit, unit)


def _price_parser(text: str) -> list[Found]:
    price = Price.fromstring(text)
    if price.amount is None:
        return []
    data = words("figures")["currencies"]
    currency = price.currency or ""
    code = data["symbols"].get(currency, [None])[0] or data["words"].get(currency.lower(), [None])[0]
    return [(price.amount, data["synonyms"].get(currency, code or currency or None))]


# Recognizers-Text ------------------------------------------------------------------------------------------------------------------

CURRENCIES = {"Dollar": "USD", "Pound": "GBP", "Cent": "USD", "Pence": "GBP", "Penny": "GBP", "Rupee": "INR", "Franc": "?"}
"""What its cases call a currency without saying of which state."""

HUNDREDTHS = frozenset(["Cent", "Pence", "Penny"])


class Model(StrEnum):
    """Its models, each with a file of cases."""

    CURRENCY = "currency"
    NUMBER = "number"
    PERCENTAGE = "percentage"


@dataclass(frozen=True)
class Case:
    """One of its cases; amounts without a number (`dollars`) are left out."""

    text: str
    readings: list[Reading]


def _cases(model: Model) -> list[Case]:
    lines = (RECOGNIZERS / f"{model}.jsonl").read_text().splitlines()
    return [Case(case["input"], [_reading(model, r) for r in case["results"] if r.get("value")]) for case in map(json.loads, lines)]


def _reading(model: Model, result: dict[str, str]) -> Reading:
    try:
        value = Decimal(result["value"].rstrip("%"))
    except InvalidOperation:  # two of its values are infinite
        value = Decimal("Infinity")
    if model is Model.NUMBER:
        return frozenset([value]), None
    if model is Model.PERCENTAGE:
        return frozenset([value]), "%"
    unit = result["unit"]
    if unit in HUNDREDTHS:
        value /= 100
    return frozenset([value]), result.get("isoCurrency") or CURRENCIES.get(unit, unit)


def _recognizers() -> Table:
    table = Table("Recognizers-Text", "cases", "ours right", "quantulum3 right", "price-parser right")
    for model in Model:
        cases = _cases(model)
        prices = [_judged(case.readings, _price_parser(case.text)) for case in cases] if model is Model.CURRENCY else []
        shares = (
            [_judged(case.readings, _ours(case.text, model)) for case in cases],
            [_judged(case.readings, _of_model(model, _quantulum(case.text))) for case in cases],
            prices,
        )
        table.add_row(model, str(len(cases)), *(_share(verdicts) for verdicts in shares))
    return table


def _share(verdicts: list[str]) -> str:
    right = verdicts.count(RIGHT)
    return f"{right} ({right / len(verdicts):.0%})" if verdicts else "not its task"


def _ours(text: str, model: Model) -> list[Found]:
    found: list[Found] = []
    for figure in find_figures(text):
        unit = {FigureKind.MONEY: figure.currency or "?", FigureKind.PERCENTAGE: "%"}.get(figure.kind)
        bounds = [bound for bound in (figure.min, figure.max) if bound is not None]
        found += [(bound, unit) for bound in dict.fromkeys(bounds)]
    return _of_model(model, found)


def _of_model(model: Model, found: list[Found]) -> list[Found]:
    """What a model speaks of: numbers of every kind, or only amounts of money, or only percentages."""
    if model is Model.NUMBER:
        return [(value, None) for value, _ in found]
    return [(value, unit) for value, unit in found if (unit == "%" if model is Model.PERCENTAGE else unit is not None and unit != "%")]


if __name__ == "__main__":
    main()
