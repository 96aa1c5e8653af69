"""Figures in news prose: money, percentages, durations and counts, with their bounds.

A small grammar over the text, left to right and in linear time; it knows nothing of sentences. What a count counts is told by the parse
(`reading.py`), not here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from streams.extraction.addresses import without_addresses
from streams.extraction.lexicon import words
from streams.records import CurrencyBasis, FigureKind, Qualifier

__all__ = ["FoundFigure", "find_figures"]

LEXEME = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|[^\w\s]|_")
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2})*(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}")
YEAR = range(1900, 2100)
DASHES = frozenset("-–—‑")
MAX_DIGITS = 21
"""Digits before the point that `Money` has room for less two; nobody lacks more."""
LONGEST_SERIES = 5
"""Sums behind one that may share its multiplier: what stands further off is not looked at, so that a long list costs no more."""


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
    return _Scanner(without_addresses(text)).scan()


@dataclass(frozen=True)
class _Lexeme:
    text: str
    lower: str
    start: int
    end: int

    @property
    def is_digits(self) -> bool:
        return self.text[0].isdecimal()


@dataclass(frozen=True)
class _Number:
    """A number as read.

    Parameters
    ----------
    value
        None for an indefinite one; in percent for a share.
    multiplied
        Whether a word like billion belongs to it.
    is_share
        `two-thirds of`, `half the`.
    """

    value: Decimal | None
    end: int
    multiplied: bool = False
    approximate: bool = False
    is_share: bool = False


@dataclass(frozen=True)
class _Currency:
    """A currency, `code` None where several states have one of that name; `scale` is what one unit as written is worth."""

    code: str | None
    basis: CurrencyBasis
    scale: Decimal = Decimal(1)


Bounds = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class _Amount:
    """A number or a range of two, before its unit is known."""

    bounds: Bounds
    qualifier: Qualifier
    currency: _Currency | None
    is_share: bool = False


class _Grammar:
    """The data file, as lookups."""

    def __init__(self) -> None:
        data = words("figures")
        self.numbers: dict[str, int] = data["numbers"]
        self.multipliers: dict[str, int] = data["multipliers"]
        self.money_multipliers: dict[str, int] = data["money_multipliers"]
        self.indefinite = frozenset(data["indefinite"]["words"])
        self.indefinite_phrases = [tuple(p.split()) for p in data["indefinite"]["phrases"]]
        self.indefinite_prefixes: tuple[str, ...] = tuple(data["indefinite"]["prefixes"])
        self.before = _phrases(data["qualifiers"]["before"], by_word=-1)
        self.particle_verbs = frozenset(data["qualifiers"]["particle_verbs"])
        self.after = _phrases(data["qualifiers"]["after"], by_word=0)
        self.percent = [tuple(p.split()) for p in data["percent"]["words"]]
        self.durations: dict[str, str] = data["durations"]
        self.fractions: dict[str, int] = data["fractions"]
        self.counted = frozenset(data["counted"]["words"])
        self.ordinals = frozenset(data["no_counts"]["ordinals"])
        self.labels = frozenset(data["no_counts"]["labels"])
        self.measures = frozenset(data["no_counts"]["measures"])
        currencies = data["currencies"]
        self.signs = {sign: _Currency(code, CurrencyBasis(basis)) for sign, (code, basis) in currencies["symbols"].items()}
        # "US $5" is "US$5", but "a $5 note" is not in Australian dollars.
        spaced = [re.sub(r"^(\w\S+)(\\\$)$", r"\1\\s?\2", re.escape(sign)) for sign in sorted(self.signs, key=len, reverse=True)]
        letters = {letter: _Currency(code or None, CurrencyBasis(basis)) for letter, (code, basis) in currencies["letters"].items()}
        many = "|".join([*self.multipliers, *self.money_multipliers])
        spaced.append(rf"[{''.join(letters)}](?=\d[\d.,]*(?:\s?[-–]\s?\d[\d.,]*)?[\s-]?(?:{many})\b)")
        self.sign_pattern = re.compile("|".join(spaced))
        self.letters = letters
        self.sign_beginnings = frozenset(sign[0] for sign in (*self.signs, *letters))
        self.codes = {code: _Currency(currencies["synonyms"].get(code, code), CurrencyBasis.EXPLICIT) for code in currencies["codes"]}
        # "30 MEUR", as companies write.
        self.codes |= {f"M{code}": _Currency(code, CurrencyBasis.EXPLICIT, Decimal(10) ** 6) for code in currencies["codes"]}
        self.weights = frozenset(data["weights"]["words"])
        self.weighed = frozenset(data["weights"]["weighed"])
        self.currency_words: dict[tuple[str, ...], _Currency] = {}
        for table, scale in (("words", Decimal(1)), ("hundredths", Decimal("0.01"))):
            for name, (code, basis) in currencies[table].items():
                for form in (name, f"{name}s"):
                    self.currency_words[tuple(lexeme.lower for lexeme in _lexemes(form))] = _Currency(
                        code or None, CurrencyBasis(basis), scale
                    )
        self.number_words = frozenset(
            [
                *("a", "an", "one", "half"),
                *(phrase[0] for phrase in self.indefinite_phrases),
                *self.indefinite,
                *self.fractions,
                *self.numbers,
            ]
        )
        """What a number in words can begin with, beside the prefixes."""
        self.longest_currency = max(map(len, self.currency_words))


def _phrases(by_qualifier: dict[str, list[str]], *, by_word: int) -> dict[str, list[tuple[tuple[str, ...], Qualifier]]]:
    """The phrases by their first or last word, the longest first."""
    pairs = [(tuple(x.lower for x in _lexemes(phrase)), Qualifier(name)) for name, phrases in by_qualifier.items() for phrase in phrases]
    found: dict[str, list[tuple[tuple[str, ...], Qualifier]]] = {}
    for phrase, qualifier in sorted(pairs, key=lambda pair: -len(pair[0])):
        found.setdefault(phrase[by_word], []).append((phrase, qualifier))
    return found


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
            figure, after = match
            is_rate = figure.kind is FigureKind.DURATION and self.lexemes[i].lower in ("a", "an")
            i = after
            if found and is_rate and self.text[found[-1].end : figure.start].isspace():
                continue  # "€24bn a year"
            if found and self._is_equivalent(found[-1], figure):
                found[-1] = _replace(found[-1], equivalent=figure)
            else:
                found.append(figure)
        return found

    # One figure ------------------------------------------------------------------------------------------------------------------

    def _figure(self, i: int) -> tuple[FoundFigure, int] | None:
        """The figure that begins at lexeme i, with the index after it."""
        first = self._amount(i) if self._may_begin(i) else None
        if first is None:
            return None
        number, currency, end = first
        upper = self._range_end(i, end, number, currency)
        if upper is None:
            qualifier = Qualifier.INDEFINITE if number.value is None else Qualifier.APPROX if number.approximate else Qualifier.EXACT
            value = None if number.value is None else number.value * self._factor_of_series(end, number, currency)
            return self._build(i, end, _Amount((value, value), qualifier, currency, number.is_share))
        high, high_currency, end = upper
        low = number.value
        # "$12-15bn": the multiplier stands once and belongs to both.
        if low is not None and high.multiplied and not number.multiplied:
            low *= self._multiplier_of(high)
        if low is None or high.value is None or low >= high.value:
            return self._build(i, first[2], _Amount((number.value, number.value), Qualifier.EXACT, currency))
        return self._build(i, end, _Amount((low, high.value), Qualifier.RANGE, currency or high_currency))

    def _may_begin(self, i: int) -> bool:
        lexeme, grammar = self.lexemes[i], self.grammar
        if lexeme.is_digits or lexeme.text[0] in grammar.sign_beginnings or lexeme.text in grammar.codes:
            return True
        return lexeme.lower in grammar.number_words or lexeme.lower.startswith(grammar.indefinite_prefixes)

    def _build(self, i: int, end: int, amount: _Amount) -> tuple[FoundFigure, int] | None:
        bounds, qualifier, currency = amount.bounds, amount.qualifier, amount.currency
        begin = i
        unit: str | None = None
        if currency is not None:
            kind = FigureKind.MONEY
            bounds = _each(bounds, lambda bound: bound * currency.scale)
        elif amount.is_share:
            kind, unit = FigureKind.PERCENTAGE, "percent"
        elif percent := self._percent(end):
            kind, unit, end = FigureKind.PERCENTAGE, "percent", percent
        elif duration := self._duration(end):
            kind = FigureKind.DURATION
            unit, end, half = duration
            bounds = _each(bounds, lambda bound: bound + half)
            if qualifier is Qualifier.EXACT and (rest := self._rest_of_duration(unit, end)):
                factor, unit, end, added = rest
                bounds = _each(bounds, lambda bound: bound * factor + added)
        elif self._is_no_count(i, end):
            return None
        else:
            kind = FigureKind.COUNT
        if qualifier in (Qualifier.EXACT, Qualifier.APPROX, Qualifier.RANGE):
            begin, end, bounds, qualifier = self._qualify(begin, end, bounds, qualifier, kind)
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

    def _qualify(self, begin: int, end: int, bounds: Bounds, qualifier: Qualifier, kind: FigureKind) -> tuple[int, int, Bounds, Qualifier]:
        """Take in `up to`, `at least`, `or more`, and open the bound that they leave open."""
        word = None
        for phrase, meaning in self.grammar.before.get(self._lower(begin - 1), ()):
            if self._words_before(begin, len(phrase)) == phrase:
                if phrase == ("over",) and kind is FigureKind.DURATION and self._lower(begin - 2) not in _BEFORE_A_LENGTH:
                    break  # "$4bn over two years"
                if phrase == ("over",) and self._lower(begin - 2) in self.grammar.particle_verbs:
                    break  # "handed over 20 tanks"
                word, begin = meaning, begin - len(phrase)
                break
        after = end + 1 if self._dash(end) and self._is_glued(end) else end
        for phrase, meaning in self.grammar.after.get(self._lower(after), ()):
            if self._words(after, len(phrase)) == phrase and (phrase[0][0].isalpha() or self._is_glued(after)):
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
            if number is None or number.value is None:
                return None
            end = self._skip_currency_after(number.end, currency)
            if self._dash(end) and (named := self._currency_after(end + 1)):
                end = named[1]
            return number, currency, end
        number = self._number(i, money=False)
        if number is None:
            money = self._number(i, money=True) if self._is_digits(i) else None
            after = self._currency_after(money.end) if money else None
            return (money, *after) if money and after else None
        after = self._currency_after(number.end)
        if after is not None and (factor := self.grammar.multipliers.get(self._lower(after[1]))):  # "75 USD million"
            return _Number((number.value or Decimal(1)) * factor, after[1] + 1, multiplied=True), after[0], after[1] + 1
        if after is None:
            money = self._number(i, money=True)
            if money and money.end > number.end and (after := self._currency_after(money.end)):
                return money, *after
            return number, None, self._skip_digits_again(number)
        return number, *after

    def _range_end(self, i: int, end: int, number: _Number, currency: _Currency | None) -> tuple[_Number, _Currency | None, int] | None:
        """The second number of `12-15`, `12 to 15`, `between 12 and 15`."""
        after_between = self._lower(i - 1) == "between"
        if number.value is None or number.is_share or end + 1 >= len(self.lexemes):
            return None
        # The unit may stand after each of both, as in "30% to 40%".
        unit_end = self._unit_end(end) if currency is None else end
        unit = self._words(end, unit_end - end)
        link = self._lower(unit_end)
        glued = self._is_glued(unit_end) and self._is_glued(unit_end + 1)
        if not (
            (self._dash(unit_end) and (glued or currency))
            or (link == "to" and self._lower(i - 1) != "from")
            or (link == "or" and not after_between)
            or (link == "and" and after_between)
        ):
            return None
        second = self._amount(unit_end + 1)
        if second is None and currency is not None and (bare := self._number(unit_end + 1, money=True)):
            second = (bare, None, bare.end)
        if second is None or second[0].is_share or (second[1] and currency and second[1].code != currency.code):
            return None
        if link in ("to", "or") and not after_between and second[1] is None and currency is not None and not second[0].multiplied:
            return None
        if unit and self._words(second[2], len(unit)) != unit:
            return None
        return second

    def _factor_of_series(self, end: int, number: _Number, currency: _Currency | None) -> Decimal:
        """What `$9` is multiplied by in `$9, $10, $15 billion`: the multiplier stands once, behind the last."""
        if currency is None or number.multiplied or number.is_share:
            return Decimal(1)
        for _ in range(LONGEST_SERIES):
            following = self._amount(end + 1) if self._lower(end) == "," else None
            if following is None or following[1] is None or following[1].code != currency.code:
                break
            last, _, end = following
            if last.multiplied:
                return self._multiplier_of(last)
        return Decimal(1)

    def _unit_end(self, j: int) -> int:
        """The index after the unit at j, or j where there is none."""
        if percent := self._percent(j):
            return percent
        return j + 1 if self._lower(j) in self.grammar.durations else j

    def _skip_digits_again(self, number: _Number) -> int:
        """`three (3)`."""
        j = number.end
        if self._lower(j) == "(" and self._lower(j + 2) == ")" and self.lexemes[j + 1].is_digits:
            return j + 3 if _decimal(self.lexemes[j + 1].text) == number.value else j
        return j

    def _number(self, i: int, *, money: bool) -> _Number | None:
        if i >= len(self.lexemes):
            return None
        if self.lexemes[i].is_digits:
            return self._digits(i, money=money)
        word = self._lower(i)
        begins = word in self.grammar.number_words or word.startswith(self.grammar.indefinite_prefixes)
        return self._spelled(i) if begins else None

    def _digits(self, i: int, *, money: bool) -> _Number | None:
        if i and self._is_glued(i) and not self._may_stand_before_number(i - 1):
            return None
        spaced = self._digits_in_threes(i)
        value = _decimal("".join(lexeme.text for lexeme in self.lexemes[i:spaced]))
        if value is None:
            return None
        j, multiplied = spaced, False
        if self._is_glued(j) and (part := _VULGAR.get(self._lower(j))):
            value, j = value + part, j + 1
        begin = j
        if self._dash(j) and self._lower(j + 1) in self.grammar.multipliers:
            j += 1
        while j < len(self.lexemes) and (factor := self.grammar.multipliers.get(self._lower(j))):
            value, j, multiplied = value * factor, j + 1, True
        if money and not multiplied and j < len(self.lexemes) and (factor := self.grammar.money_multipliers.get(self.lexemes[j].text)):
            value, j, multiplied = value * factor, j + 1, True
        if j == begin and not money and (factor := self._glued_multiplier(j)):
            value, j, multiplied = value * factor, j + 1, True
        if half := self._and_a_half(j):
            last = self.grammar.multipliers.get(self._lower(j - 1), 1) if j > begin else 1
            value, j = value + half[0] * last, half[1]
            while factor := self.grammar.multipliers.get(self._lower(j)):
                value, j, multiplied = value * factor, j + 1, True
        return _Number(value, j, multiplied)

    def _digits_in_threes(self, i: int) -> int:
        """The index after `40 000`; `12 155 mm guns` are two numbers."""
        j = i + 1
        if not (self.lexemes[i].text.isdecimal() and len(self.lexemes[i].text) <= 3 and self.lexemes[i].text[0] != "0"):
            return j
        while j < len(self.lexemes) and _THREE_DIGITS.fullmatch(self.lexemes[j].text):
            if self.lexemes[j].start != self.lexemes[j - 1].end + 1 or self.text[self.lexemes[j].start - 1] not in _SPACES:
                break
            j += 1
        behind = j + 1 if self._dash(j) else j
        return i + 1 if self._lower(behind) in self.grammar.measures else j

    def _glued_multiplier(self, j: int) -> int | None:
        """`300k rounds`, `1.5m shells`; `5m walls` are as likely to be five metres high."""
        if not self._is_glued(j) or j >= len(self.lexemes):
            return None
        counted = self._lower(j + 1)
        if self.lexemes[j].text == "k":
            return 1_000
        if self.lexemes[j].text == "m" and self._lower(j - 2) not in ("a", "the") and (counted == "people" or counted.endswith("s")):
            return 1_000_000
        return None

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
        if fraction := self._fraction(i):
            return fraction
        if word == "half" and self._lower(i + 1) in ("a", "an") and self._lower(i + 2) in self.grammar.durations:
            return _Number(Decimal("0.5"), i + 2)
        if word in ("a", "an"):
            if self._lower(i + 1) in _WHOLE_UNITS:
                return _Number(Decimal(1), i + 1)
            if self._lower(i + 1) == "couple":
                end = i + 3 if self._lower(i + 2) == "of" else i + 2
                return self._multiplied(Decimal(2), end, approximate=True)
            if self._words(i + 1, 2) == ("pair", "of"):
                return _Number(Decimal(2), i + 3)
            is_compound = self._dash(i + 2) and self._currency_after(i + 2) is None
            if is_compound or (factor := self.grammar.multipliers.get(self._lower(i + 1))) is None:
                return None
            return self._multiplied(Decimal(factor), i + 2)
        return self._number_words(i)

    def _behind_dash(self, i: int) -> int:
        return i + 1 if self._dash(i) else i

    def _fraction(self, i: int) -> _Number | None:
        """`half a million` and `three quarters of a billion` are numbers, `two-thirds of the appeal` and `half the money` shares."""
        parts, j = 1, i
        if self._lower(i) in ("a", "one"):
            j = i + 1
        elif (parts := self.grammar.numbers.get(self._lower(i), 1)) > 1:
            j = i + 2 if self._dash(i + 1) else i + 1
        whole = self.grammar.fractions.get(self._lower(j))
        is_half = self._lower(j) == "half"
        if whole is None or not parts < whole or (j == i and not is_half and self._lower(j) != "quarter"):
            return None
        # "quarter-of-a-million", "half-a-million": a dash between the words is none of them.
        behind = self._behind_dash(j + 1)
        of = self._behind_dash(behind + 1) if self._lower(behind) == "of" else behind
        article = self._behind_dash(of + 1) if self._lower(of) in ("a", "an") else of
        if factor := self.grammar.multipliers.get(self._lower(article)):
            # A third of a billion has no last digit; amounts are kept in hundredths.
            share = (Decimal(factor) * parts / whole).quantize(Decimal("0.01"))
            return self._multiplied(share, article + 1, approximate=factor * parts % whole != 0)
        # "three quarters" without more are nine months as often.
        is_fraction = j > i + 1 or (j > i and self._lower(j) not in ("quarter", "quarters", "half", "second") and self._lower(i) != "a")
        is_share = ((of > behind or (is_half and self._lower(of) in _DETERMINERS)) and (j > i or is_half)) or is_fraction
        # "the first half of 2026" is a time; so is "half of next year".
        is_time = self._lower(i - 1) in _BEFORE_HALF_OF_TIME or (of < len(self.lexemes) and self.lexemes[of].is_digits)
        if not is_share or is_time:
            return None
        end = of if of > behind or self._lower(of) in _DETERMINERS else j + 1
        return _Number(Decimal(100) * parts / whole, end, approximate=100 * parts % whole != 0, is_share=True)

    def _number_words(self, i: int) -> _Number | None:
        total, current, j = Decimal(0), Decimal(0), i
        factor, seen, multiplied = 1, False, False
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
                if j > i and not current and self._lower(j - 1) in self.grammar.multipliers:  # "three lakh crore"
                    total *= factor
                elif factor >= 1000:
                    total, current = total + (current or 1) * factor, Decimal(0)
                else:
                    current = (current or Decimal(1)) * factor
                multiplied = True
            elif seen and self._dash(j) and (self._lower(j + 1) in self.grammar.numbers or self._lower(j + 1) in self.grammar.multipliers):
                j += 1
                continue
            elif seen and (half := self._and_a_half(j)):
                # "two million and a half"
                current, j = current + half[0] * factor, half[1]
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
        if half := self._and_a_half(j):
            value, j = value + value * half[0], half[1]
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
        """What the words before the number's end multiply by: those behind its digits or its last number word."""
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
                written = "".join(sign[0].split())
                return self.grammar.signs.get(written) or self.grammar.letters[written], j
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
                if currency and not self._is_weight(begin, length):
                    return currency, begin + length
            is_glued = self._is_digits(begin + 1) and self._is_glued(begin + 1)  # "three USD50 notes"
            if begin < len(self.lexemes) and self.lexemes[begin].text in self.grammar.codes and not is_glued:
                return self.grammar.codes[self.lexemes[begin].text], begin + 1
        if j < len(self.lexemes) and (sign := self.grammar.signs.get(self.lexemes[j].text)):
            # "34€", but no number follows the sign, and "RM-70" is a name.
            k = j + 2 if self._dash(j + 1) and self._is_glued(j + 1) and self._is_glued(j + 2) else j + 1
            follows = k < len(self.lexemes) and self.lexemes[k].is_digits
            return None if follows else (sign, j + 1)
        return None

    def _is_weight(self, begin: int, length: int) -> bool:
        """`a 2,000-pound bomb` costs more than that."""
        weighs = self._lower(begin) in self.grammar.weights
        return weighs and any(self._lower(begin + k) in self.grammar.weighed for k in range(length, length + 4))

    def _skip_currency_after(self, j: int, currency: _Currency) -> int:
        """`$5 million US`, `€5bn euros`: a currency that is named twice."""
        after = self._currency_after(j)
        return after[1] if after and after[0].code == currency.code else j

    def _percent(self, j: int) -> int | None:
        """The index after `%`, `per cent`, `-per-cent`."""
        for phrase in self.grammar.percent:
            k = j
            for word in phrase:
                if self._dash(k):
                    k += 1
                if self._lower(k) != word:
                    break
                k += 1
            else:
                return k
        return None

    def _rest_of_duration(self, unit: str, j: int) -> tuple[int, str, int, Decimal] | None:
        """`and 15 minutes` behind hours: how many of the smaller unit make the larger, the smaller, the index after it, and its count."""
        factor, smaller = _SMALLER.get(unit, (0, ""))
        number = self._number(j + 1 if self._lower(j) == "and" else j, money=False) if factor else None
        if number is None or number.value is None:
            return None
        following = self._duration(number.end)
        if following is None or following[0] != smaller or number.value >= factor:
            return None
        return factor, smaller, following[1], number.value + following[2]

    def _duration(self, j: int) -> tuple[str, int, Decimal] | None:
        """Unit of time at j, the index after it, and what `and a half` behind it adds."""
        k = j + 1 if self._dash(j) else j
        unit = self.grammar.durations.get(self._lower(k))
        is_other_word = self._dash(k + 1) and self._lower(k + 2) == "hand"  # "24 second-hand jets"
        if unit is None or is_other_word or self._is_age(k + 1):
            return None
        half = self._and_a_half(k + 1)
        return (unit, half[1], half[0]) if half else (unit, k + 1, Decimal(0))

    def _is_age(self, j: int) -> bool:
        return self._lower(j + 1 if self._dash(j) else j) == "old" or self._words(j, 2) == ("of", "age")

    def _is_equivalent(self, first: FoundFigure, second: FoundFigure) -> bool:
        """`US$1.2m (£0.9m)`: the second amount says the first again."""
        between = self.text[first.end : second.start]
        return (
            first.kind is second.kind is FigureKind.MONEY
            and first.currency != second.currency
            and first.equivalent is None
            and between.strip() in ("(", "[", "(or", "(equal to", "(equivalent to", ", or", "or")
        )

    def _is_no_count(self, i: int, end: int) -> bool:
        """A bare number that counts nothing: a year, a day of a month, a time of day, a part of a name."""
        lexeme, following, before = self.lexemes[i], self._lower(end), self._lower(i - 1)
        if self._is_age(end + 2 if self._dash(end) else end + 1) or (
            self._lower(end + 1 if self._dash(end) else end) in self.grammar.measures
        ):
            return True
        if self._is_weight(end + 1 if self._dash(end) else end, 1):
            return True
        if self._is_glued(end) and end < len(self.lexemes) and self.lexemes[end].text[0].isalnum() and following not in _TIMES:
            return True
        if self._dash(end) and self._lower(end + 1) in self.grammar.ordinals:  # "the twenty-fifth round"
            return True
        if before in _AGES or self._is_label(i - 1, lexeme):
            return True
        if lexeme.is_digits and end == i + 1:
            return self._is_bare_no_count(i)
        if lexeme.lower == "one":
            if self._dash(end):  # "a one-way drone"
                return True
            return before in ("no", "any", "every", "some", "this", "that", "each", "which", "on", "the") or following.removesuffix(
                "'s"
            ) in (
                "another",
                "day",
            )
        return False

    def _is_label(self, i: int, number: _Lexeme) -> bool:
        """`Resolution 1701`, `World War Two`, but not `the group four`."""
        return self._lower(i) in self.grammar.labels and self.lexemes[i].text[0].isupper() and not number.text[0].islower()

    def _is_bare_no_count(self, i: int) -> bool:
        """The same, of digits that stand alone."""
        text, following, before = self.lexemes[i].text, self._lower(i + 1), self._lower(i - 1)
        if text.isdecimal() and len(text) == 4 and int(text) in YEAR:
            return following not in self.grammar.counted
        if following in (":", "/") and self._is_glued(i + 1) and i + 2 < len(self.lexemes) and self.lexemes[i + 2].is_digits:
            return True
        if i and before in (":", "/", "#", "№") and self._is_glued(i):
            return True
        month = self._lower(i - 2) if before == "." else before
        if following in _MONTHS or month in _MONTHS:
            return True
        # "Resolutions 550 and 789"
        if before in ("and", ",") and self._is_digits(i - 2) and self._is_label(i - 3, self.lexemes[i]):
            return True
        # "his son, 12, was hurt"
        if before == following == "," and text.isdecimal() and len(text) <= 2 and self._lower(i - 2).isalpha():
            return True
        # "they won 3-2", "2025-26"
        if any(self._dash(i + step) and self._is_glued(i + (step > 0)) and self._is_digits(i + 2 * step) for step in (-1, 1)):
            return True
        return following in ("am", "pm", "a", "p") and self._lower(i + 2) in (".", "")

    # Looking around ----------------------------------------------------------------------------------------------------------------

    def _lower(self, i: int) -> str:
        return self.lexemes[i].lower if 0 <= i < len(self.lexemes) else ""

    def _words(self, i: int, count: int) -> tuple[str, ...]:
        return tuple(lexeme.lower for lexeme in self.lexemes[i : i + count]) if i + count <= len(self.lexemes) else ()

    def _words_before(self, i: int, count: int) -> tuple[str, ...]:
        return self._words(i - count, count) if i >= count else ()

    def _is_digits(self, i: int) -> bool:
        return 0 <= i < len(self.lexemes) and self.lexemes[i].is_digits

    def _dash(self, i: int) -> bool:
        return 0 <= i < len(self.lexemes) and self.lexemes[i].text in DASHES

    def _is_glued(self, i: int) -> bool:
        """Whether lexeme i stands directly behind the one before it."""
        return 0 < i < len(self.lexemes) and self.lexemes[i - 1].end == self.lexemes[i].start

    def _may_stand_before_number(self, i: int) -> bool:
        """`F-16` and `M113` hold no number; `(34`, `“two`, `12-15`, `$12` and `EUR12` do."""
        text = self.lexemes[i].text
        if text in self.grammar.codes or text in self.grammar.signs:
            return True
        if text in self.grammar.letters:
            return self.grammar.sign_pattern.match(self.text, self.lexemes[i].start) is not None
        if text in DASHES:
            return i > 0 and (not self._is_glued(i) or self.lexemes[i - 1].is_digits or self.lexemes[i - 1].lower in self.grammar.numbers)
        return not text[-1].isalnum() and text not in "'’.,/:#_&@" + "".join(DASHES)


_WHOLE_UNITS = frozenset(["hour", "day", "week", "month", "year", "decade", "minute"])
"""Units that `a` counts one of; `a second` is an ordinal as often."""

_AGES = frozenset(["age", "aged", "ages"])
_SMALLER = {"day": (24, "hour"), "hour": (60, "minute"), "minute": (60, "second")}

_BEFORE_A_LENGTH = frozenset(["for", "lasted", "lasting", "lasts", "last", "took", "takes", "taking", "after", "of", "spent", "spoke"])
"""Words behind which `over two years` is more than two years; elsewhere it says how a thing is spread."""

_DETERMINERS = frozenset(["the", "its", "their", "his", "her", "that", "this", "these", "those", "of"])
_BEFORE_HALF_OF_TIME = frozenset(["first", "second", "latter", "last", "other", "final", "third", "fourth", "a", "one", "early", "late"])
_THREE_DIGITS = re.compile(r"\d{3}(?:[.,]\d{1,2})?")
_VULGAR = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_TIMES = ("x", "\u00d7")
"""`4x Gepard`"""
_SPACES = frozenset(" \u00a0\u2009\u202f")

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


def _each(bounds: Bounds, change: Callable[[Decimal], Decimal]) -> Bounds:
    low, high = bounds
    return None if low is None else change(low), None if high is None else change(high)
