"""Figures in news prose: money, percentages, durations and counts, with their bounds.

A small grammar over the text, left to right and in linear time; it knows nothing of sentences. What a count counts is told by the parse
(`reading.py`), not here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from streams.extraction.lexicon import words
from streams.records import CurrencyBasis, FigureKind, Qualifier

__all__ = ["FoundFigure", "find_figures"]

LEXEME = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|[^\w\s]|_")
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2})*(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}")
YEAR = range(1900, 2100)
DASHES = frozenset("-–—‑")
MAX_DIGITS = 21
"""Digits before the point that `Money` has room for less two; nobody lacks more."""


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


def find_figures(text: str) -> list[FoundFigure]:
    """The figures of a text, in its order, none overlapping another."""
    return _Scanner(text).scan()


@dataclass(frozen=True)
class _Lexeme:
    text: str
    lower: str
    start: int
    end: int

    @property
    def is_digits(self) -> bool:
        return self.text[0].isdigit()


@dataclass(frozen=True)
class _Number:
    """A number as read: `value` is None for an indefinite one; `multiplied` where a word like billion belongs to it."""

    value: Decimal | None
    end: int
    multiplied: bool = False
    approximate: bool = False


@dataclass(frozen=True)
class _Currency:
    code: str
    basis: CurrencyBasis


class _Grammar:
    """The data file, as lookups."""

    def __init__(self) -> None:
        data = words("figures")
        self.numbers: dict[str, int] = data["numbers"]
        self.multipliers: dict[str, int] = data["multipliers"]
        self.money_multipliers: dict[str, int] = data["money_multipliers"]
        self.indefinite = frozenset(data["indefinite"]["words"])
        self.indefinite_phrases = [tuple(p.split()) for p in data["indefinite"]["phrases"]]
        self.indefinite_prefixes: list[str] = data["indefinite"]["prefixes"]
        self.before = _phrases(data["qualifiers"]["before"])
        self.after = _phrases(data["qualifiers"]["after"])
        self.percent = [tuple(p.split()) for p in data["percent"]["words"]]
        self.durations: dict[str, str] = data["durations"]
        currencies = data["currencies"]
        self.signs = {sign: _Currency(code, CurrencyBasis(basis)) for sign, (code, basis) in currencies["symbols"].items()}
        self.sign_pattern = re.compile("|".join(re.escape(sign) for sign in sorted(self.signs, key=len, reverse=True)))
        self.codes = {code: _Currency(currencies["synonyms"].get(code, code), CurrencyBasis.EXPLICIT) for code in currencies["codes"]}
        self.currency_words: dict[tuple[str, ...], _Currency] = {}
        for name, (code, basis) in currencies["words"].items():
            currency = _Currency(code, CurrencyBasis(basis))
            for form in (name, f"{name}s"):
                self.currency_words[tuple(lexeme.lower for lexeme in _lexemes(form))] = currency
        self.longest_currency = max(map(len, self.currency_words))


def _phrases(by_qualifier: dict[str, list[str]]) -> list[tuple[tuple[str, ...], Qualifier]]:
    pairs = [(tuple(x.lower for x in _lexemes(phrase)), Qualifier(name)) for name, phrases in by_qualifier.items() for phrase in phrases]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


@cache
def _grammar() -> _Grammar:
    return _Grammar()


def _lexemes(text: str) -> list[_Lexeme]:
    return [_Lexeme(m[0], m[0].lower().replace("’", "'"), m.start(), m.end()) for m in LEXEME.finditer(text)]


class _Scanner:
    """Reads one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lexemes = _lexemes(text)
        self.grammar = _grammar()

    def scan(self) -> list[FoundFigure]:
        found: list[FoundFigure] = []
        i = 0
        while i < len(self.lexemes):
            match = self._figure(i)
            if match is None:
                i += 1
                continue
            figure, i = match
            if found and self._is_equivalent(found[-1], figure):
                found[-1] = _replace(found[-1], equivalent=figure)
            else:
                found.append(figure)
        return found

    # One figure ------------------------------------------------------------------------------------------------------------------

    def _figure(self, i: int) -> tuple[FoundFigure, int] | None:
        """The figure that begins at lexeme i, with the index after it."""
        first = self._amount(i)
        if first is None:
            return None
        number, currency, end = first
        upper = self._range_end(i, end, number, currency)
        if upper is not None:
            high, high_currency, end = upper
            currency = currency or high_currency
            # "$12-15bn": the multiplier stands once and belongs to both.
            low = number.value
            if low is not None and high.value is not None and high.multiplied and not number.multiplied:
                low *= self._multiplier_of(high)
            bounds, qualifier = (low, high.value), Qualifier.RANGE
            if low is None or high.value is None or low > high.value:
                return self._finish(i, number, first[1], first[2])
        else:
            return self._finish(i, number, currency, end)
        return self._build(i, end, bounds, qualifier, currency)

    def _finish(self, i: int, number: _Number, currency: _Currency | None, end: int) -> tuple[FoundFigure, int] | None:
        bounds = (number.value, number.value)
        qualifier = Qualifier.INDEFINITE if number.value is None else Qualifier.APPROX if number.approximate else Qualifier.EXACT
        return self._build(i, end, bounds, qualifier, currency)

    def _build(
        self, i: int, end: int, bounds: tuple[Decimal | None, Decimal | None], qualifier: Qualifier, currency: _Currency | None
    ) -> tuple[FoundFigure, int] | None:
        begin = i
        unit: str | None = None
        if currency is not None:
            kind = FigureKind.MONEY
        elif percent := self._any_phrase(end, self.grammar.percent):
            kind, unit, end = FigureKind.PERCENTAGE, "percent", end + percent
        elif duration := self._duration(end):
            kind = FigureKind.DURATION
            unit, end, half = duration
            if half and bounds[0] is not None and bounds[1] is not None:
                bounds = (bounds[0] + half, bounds[1] + half)
        elif self._is_no_count(i, end):
            return None
        else:
            kind = FigureKind.COUNT
        if qualifier in (Qualifier.EXACT, Qualifier.APPROX, Qualifier.RANGE):
            begin, end, bounds, qualifier = self._qualify(begin, end, bounds, qualifier)
        low, high = bounds
        if any(bound is not None and bound >= Decimal(10) ** MAX_DIGITS for bound in bounds):
            return None
        figure = FoundFigure(
            kind,
            low,
            high,
            qualifier,
            self.lexemes[begin].start,
            self.lexemes[end - 1].end,
            currency.code if currency else None,
            currency.basis if currency else CurrencyBasis.UNKNOWN,
            unit,
        )
        return figure, end

    def _qualify(
        self, begin: int, end: int, bounds: tuple[Decimal | None, Decimal | None], qualifier: Qualifier
    ) -> tuple[int, int, tuple[Decimal | None, Decimal | None], Qualifier]:
        """Take in `up to`, `at least`, `or more`, and open the bound that they leave open."""
        word = None
        for phrase, meaning in self.grammar.before:
            if self._words_before(begin, len(phrase)) == phrase:
                word, begin = meaning, begin - len(phrase)
                break
        for phrase, meaning in self.grammar.after:
            after = end + 1 if self._dash(end) and self._is_glued(end) else end
            if self._words(after, len(phrase)) == phrase:
                word, end = meaning, after + len(phrase)
                break
        low, high = bounds
        if word is None or qualifier is Qualifier.RANGE:
            return begin, end, bounds, qualifier
        if word is Qualifier.AT_LEAST:
            return begin, end, (low, None), word
        if word is Qualifier.AT_MOST:
            return begin, end, (None, high), word
        return begin, end, bounds, word

    # Amounts ---------------------------------------------------------------------------------------------------------------------

    def _amount(self, i: int) -> tuple[_Number, _Currency | None, int] | None:
        """A number with the currency before or after it."""
        before = self._currency_before(i)
        if before is not None:
            currency, j = before
            number = self._number(j, money=True)
            if number is None or (number.value is None and currency.code not in self.text):
                return None
            end = self._skip_currency_after(number.end, currency)
            if self._dash(end) and (named := self._currency_after(end + 1)):
                end = named[1]
            return number, currency, end
        number = self._number(i, money=False)
        if number is None:
            money = self._number(i, money=True)
            after = self._currency_after(money.end) if money else None
            return (money, *after) if money and after else None
        after = self._currency_after(number.end)
        if after is None:
            money = self._number(i, money=True)
            if money and money.end > number.end and (after := self._currency_after(money.end)):
                return money, *after
            return number, None, number.end
        return number, *after

    def _range_end(self, i: int, end: int, number: _Number, currency: _Currency | None) -> tuple[_Number, _Currency | None, int] | None:
        """The second number of `12-15`, `12 to 15`, `between 12 and 15`."""
        link = self._lower(end)
        after_between = self._lower(i - 1) == "between"
        if number.value is None or end + 1 >= len(self.lexemes):
            return None
        glued = self._is_glued(end) and self._is_glued(end + 1)
        if not (
            (self._dash(end) and (glued or currency))
            or (link == "to" and self._lower(i - 1) != "from")
            or (link == "and" and after_between)
        ):
            return None
        second = self._amount(end + 1)
        if second is None and currency is not None and (bare := self._number(end + 1, money=True)):
            second = (bare, None, bare.end)
        if second is None or (second[1] and currency and second[1].code != currency.code):
            return None
        if link == "to" and not after_between and second[1] is None and currency is not None and not second[0].multiplied:
            return None
        return second

    def _number(self, i: int, *, money: bool) -> _Number | None:
        if i >= len(self.lexemes):
            return None
        if self.lexemes[i].is_digits:
            return self._digits(i, money=money)
        return self._spelled(i)

    def _digits(self, i: int, *, money: bool) -> _Number | None:
        if i and self._is_glued(i) and not self._may_stand_before_number(i - 1):
            return None
        value = _decimal(self.lexemes[i].text)
        if value is None:
            return None
        j, multiplied = i + 1, False
        if self._dash(j) and self._lower(j + 1) in self.grammar.multipliers:
            j += 1
        while j < len(self.lexemes) and (factor := self.grammar.multipliers.get(self._lower(j))):
            value, j, multiplied = value * factor, j + 1, True
        if money and not multiplied and j < len(self.lexemes) and (factor := self.grammar.money_multipliers.get(self.lexemes[j].text)):
            value, j, multiplied = value * factor, j + 1, True
        if j == i + 1 and (half := self._and_a_half(j)):
            value, j = value + half[0], half[1]
            while factor := self.grammar.multipliers.get(self._lower(j)):
                value, j, multiplied = value * factor, j + 1, True
        return _Number(value, j, multiplied)

    def _spelled(self, i: int) -> _Number | None:
        """`twenty-five`, `two and a half million`, `half a dozen`, `a hundred`, `dozens of`, `several hundred`, `billions`."""
        if i and self._is_glued(i) and not self._may_stand_before_number(i - 1):
            return None
        for phrase in self.grammar.indefinite_phrases:
            if self._words(i, len(phrase)) == phrase:
                return self._indefinite(i + len(phrase))
        word = self._lower(i)
        if word in self.grammar.indefinite:
            return self._indefinite(i + 1)
        for prefix in self.grammar.indefinite_prefixes:
            if word.startswith(prefix) and word.removeprefix(prefix) in self.grammar.multipliers:
                return _Number(None, i + 1, multiplied=True)
            if word == prefix and self._dash(i + 1) and self._lower(i + 2) in self.grammar.multipliers:
                return _Number(None, i + 3, multiplied=True)
        if word == "half" and self._words(i + 1, 1) in (("a",), ("of",)) and (factor := self.grammar.multipliers.get(self._lower(i + 2))):
            return self._multiplied(Decimal(factor) / 2, i + 3)
        if word == "quarter" and self._words(i + 1, 2) == ("of", "a") and (factor := self.grammar.multipliers.get(self._lower(i + 3))):
            return self._multiplied(Decimal(factor) / 4, i + 4)
        if word == "half" and self._lower(i + 1) in ("a", "an") and self._lower(i + 2) in self.grammar.durations:
            return _Number(Decimal("0.5"), i + 2)
        if word in ("a", "an"):
            if self._lower(i + 1) in _WHOLE_UNITS:
                return _Number(Decimal(1), i + 1)
            if self._lower(i + 1) == "couple":
                end = i + 3 if self._lower(i + 2) == "of" else i + 2
                return self._multiplied(Decimal(2), end, approximate=True)
            if self._dash(i + 2) or (factor := self.grammar.multipliers.get(self._lower(i + 1))) is None:
                return None
            return self._multiplied(Decimal(factor), i + 2)
        return self._number_words(i)

    def _number_words(self, i: int) -> _Number | None:
        total, current, j = Decimal(0), Decimal(0), i
        seen = multiplied = False
        end = i
        while j < len(self.lexemes):
            word = self._lower(j)
            if word in self.grammar.numbers:
                small = self.grammar.numbers[word]
                if seen and not _continues(current, small):
                    break
                current, seen = current + small, True
            elif word in self.grammar.multipliers and seen:
                factor = self.grammar.multipliers[word]
                if factor >= 1000:
                    total, current = total + (current or 1) * factor, Decimal(0)
                else:
                    current = (current or Decimal(1)) * factor
                multiplied = True
            elif seen and self._dash(j) and (self._lower(j + 1) in self.grammar.numbers or self._lower(j + 1) in self.grammar.multipliers):
                j += 1
                continue
            elif seen and (half := self._and_a_half(j)):
                current, j = current + half[0], half[1]
                end = j
                continue
            elif seen and multiplied and word == "and" and self._lower(j + 1) in self.grammar.numbers and current % 100 == 0:
                j += 1
                continue
            else:
                break
            j += 1
            end = j
        return _Number(total + current, end, multiplied) if seen else None

    def _indefinite(self, j: int) -> _Number:
        """Take in what belongs to an indefinite number: `tens of thousands`, `several hundred million`."""
        multiplied = False
        while j < len(self.lexemes):
            word = self._lower(j)
            if word in self.grammar.multipliers or (word in self.grammar.indefinite and word.rstrip("s") in self.grammar.multipliers):
                j, multiplied = j + 1, True
            elif word == "of" and self._lower(j + 1).rstrip("s") in self.grammar.multipliers:
                j += 1
            else:
                break
        return _Number(None, j, multiplied or self._lower(j - 1).rstrip("s") in self.grammar.multipliers)

    def _multiplied(self, value: Decimal, j: int, *, approximate: bool = False) -> _Number:
        while factor := self.grammar.multipliers.get(self._lower(j)):
            value, j = value * factor, j + 1
        return _Number(value, j, multiplied=True, approximate=approximate)

    def _and_a_half(self, j: int) -> tuple[Decimal, int] | None:
        """`and a half`, also with hyphens: what it adds, and the index after it."""
        k = j
        for word in ("and", "a", "half"):
            if self._dash(k):
                k += 1
            if self._lower(k) != word:
                return None
            k += 1
        if self._dash(k):
            k += 1
        return Decimal("0.5"), k

    def _multiplier_of(self, number: _Number) -> Decimal:
        """What the words before the number's end multiply by."""
        factor, j = Decimal(1), number.end - 1
        while j >= 0 and not self.lexemes[j].is_digits:
            word = self.lexemes[j]
            factor *= self.grammar.multipliers.get(word.lower) or self.grammar.money_multipliers.get(word.text) or 1
            j -= 1
            if word.lower in self.grammar.numbers:
                break
        return factor

    # Currencies and units ----------------------------------------------------------------------------------------------------------

    def _currency_before(self, i: int) -> tuple[_Currency, int] | None:
        if i >= len(self.lexemes):
            return None
        lexeme = self.lexemes[i]
        sign = self.grammar.sign_pattern.match(self.text, lexeme.start)
        if sign:
            j = i
            while j < len(self.lexemes) and self.lexemes[j].start < sign.end():
                j += 1
            stands_free = not (i and self._is_glued(i) and self.lexemes[i - 1].text[-1].isalnum())
            if stands_free and j < len(self.lexemes) and self.lexemes[j - 1].end <= sign.end():
                spaced = self.grammar.signs.get(f"{self.lexemes[i - 1].text}{sign[0]}") if i else None
                return spaced or self.grammar.signs[sign[0]], j
        if lexeme.text in self.grammar.codes and i + 1 < len(self.lexemes):
            j = i + 1
            sign = self.grammar.sign_pattern.match(self.text, self.lexemes[j].start)
            if sign and len(sign[0]) == 1:
                j += 1
            return (self.grammar.codes[lexeme.text], j) if j < len(self.lexemes) and self.lexemes[j].is_digits else None
        return None

    def _currency_after(self, j: int) -> tuple[_Currency, int] | None:
        of = self._lower(j) == "of" and self._lower(j - 1) in self.grammar.indefinite
        for begin in (j + 1, j) if of or self._dash(j) else (j,):
            for length in range(self.grammar.longest_currency, 0, -1):
                currency = self.grammar.currency_words.get(self._words(begin, length))
                if currency:
                    return currency, begin + length
            if begin < len(self.lexemes) and self.lexemes[begin].text in self.grammar.codes:
                return self.grammar.codes[self.lexemes[begin].text], begin + 1
        if j < len(self.lexemes) and self.lexemes[j].text in ("€", "£", "₴", "$", "₽"):
            # "34€": only where no other number follows the sign.
            follows = j + 1 < len(self.lexemes) and self.lexemes[j + 1].is_digits
            return None if follows else (self.grammar.signs[self.lexemes[j].text], j + 1)
        return None

    def _skip_currency_after(self, j: int, currency: _Currency) -> int:
        """`$5 million US`, `€5bn euros`: a currency that is named twice."""
        after = self._currency_after(j)
        return after[1] if after and after[0].code == currency.code else j

    def _duration(self, j: int) -> tuple[str, int, Decimal] | None:
        """Unit of time at j, the index after it, and what `and a half` behind it adds."""
        k = j + 1 if self._dash(j) else j
        unit = self.grammar.durations.get(self._lower(k))
        if unit is None or self._is_age(k + 1):
            return None
        half = self._and_a_half(k + 1)
        return (unit, half[1], half[0]) if half else (unit, k + 1, Decimal(0))

    def _is_age(self, j: int) -> bool:
        return self._lower(j + 1 if self._dash(j) else j) == "old"

    def _is_equivalent(self, first: FoundFigure, second: FoundFigure) -> bool:
        """`US$1.2m (£0.9m)`: the second amount says the first again."""
        between = self.text[first.end : second.start]
        return (
            first.kind is second.kind is FigureKind.MONEY
            and first.currency != second.currency
            and first.equivalent is None
            and between.strip() in ("(", "[", "(about", "(around", "(or", "(roughly", "(some", "(approximately")
        )

    def _is_no_count(self, i: int, end: int) -> bool:
        """A bare number that counts nothing: a year, a day of a month, a time of day, a part of a name."""
        lexeme = self.lexemes[i]
        following = self._lower(end)
        if self._is_age(end + 2 if self._dash(end) else end + 1):
            return True
        glued_after = end < len(self.lexemes) and self._is_glued(end) and self.lexemes[end].text[0].isalnum()
        if glued_after:
            return True
        if lexeme.is_digits and end == i + 1:
            if lexeme.text.isdigit() and len(lexeme.text) == 4 and int(lexeme.text) in YEAR:
                return True
            if following in (":", "/") and self._is_glued(end) and end + 1 < len(self.lexemes) and self.lexemes[end + 1].is_digits:
                return True
            if i and self.lexemes[i - 1].text in (":", "/", "#", "№") and self._is_glued(i):
                return True
            if following in _MONTHS or self._lower(i - 1) in _MONTHS:
                return True
            if following in ("am", "pm", "a", "p") and self._lower(end + 1) in (".", ""):
                return True
        if lexeme.lower == "one":
            return self._lower(i - 1) in ("no", "any", "every", "some", "this", "that", "each", "which") or following in ("another", "day")
        return False

    # Looking around ----------------------------------------------------------------------------------------------------------------

    def _lower(self, i: int) -> str:
        return self.lexemes[i].lower if 0 <= i < len(self.lexemes) else ""

    def _words(self, i: int, count: int) -> tuple[str, ...]:
        return tuple(lexeme.lower for lexeme in self.lexemes[i : i + count]) if i + count <= len(self.lexemes) else ()

    def _words_before(self, i: int, count: int) -> tuple[str, ...]:
        return self._words(i - count, count) if i >= count else ()

    def _any_phrase(self, i: int, phrases: list[tuple[str, ...]]) -> int:
        return max((len(phrase) for phrase in phrases if self._words(i, len(phrase)) == phrase), default=0)

    def _dash(self, i: int) -> bool:
        return 0 <= i < len(self.lexemes) and self.lexemes[i].text in DASHES

    def _is_glued(self, i: int) -> bool:
        """Whether lexeme i stands directly behind the one before it."""
        return 0 < i < len(self.lexemes) and self.lexemes[i - 1].end == self.lexemes[i].start

    def _may_stand_before_number(self, i: int) -> bool:
        """`F-16` and `M113` hold no number; `(34`, `“two`, `12-15` and `$12` do."""
        text = self.lexemes[i].text
        if text in DASHES:
            return i > 0 and (not self._is_glued(i) or self.lexemes[i - 1].is_digits or self.lexemes[i - 1].lower in self.grammar.numbers)
        return not text[-1].isalnum() and text not in "'’.,/:#_&@" + "".join(DASHES)


_WHOLE_UNITS = frozenset(["hour", "day", "week", "month", "year", "decade", "minute"])
"""Units that `a` counts one of; `a second` is an ordinal as often."""

_MONTHS = frozenset(
    [
        *("january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"),
        *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
    ]
)


def _decimal(digits: str) -> Decimal | None:
    """`1,200`, `1.550.000`, `34.5`, `34,5`."""
    if THOUSANDS.fullmatch(digits):
        return Decimal(digits.replace(",", "")) if digits.count(".") <= 1 else Decimal(digits.replace(".", ""))
    if digits.count(",") + digits.count(".") > 1 or len(digits) > 2 * MAX_DIGITS:
        return None
    return Decimal(digits.replace(",", "."))


def _continues(current: Decimal, small: int) -> bool:
    """Whether a small number goes on with the one read so far: `twenty five`, `hundred twenty`, but not `two three`."""
    return current == 0 or (current % 100 == 0 and small < 100) or (current % 10 == 0 and current % 100 >= 20 and small < 10)


def _replace(figure: FoundFigure, equivalent: FoundFigure) -> FoundFigure:
    return FoundFigure(**{**figure.__dict__, "equivalent": equivalent, "end": figure.end})
