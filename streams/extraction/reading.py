"""The parsed text: tokens, sentences and syntax, with offsets that lead back to the article as it was written."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from spacy.tokens import Doc, Token
from spacy.tokens import Span as Tokens

from streams.extraction import lexicon
from streams.extraction.mending import mend
from streams.extraction.parser.parsing import Parser
from streams.records import Span

__all__ = ["Reading", "read"]

UNSEEN = re.compile(r"[\[\]\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff•▪◦●■]")
"""Characters that the parser is better off without: the brackets of `with [Russian President Vladimir] Putin`, bullets, controls.

Each is replaced by one space, so that offsets stay."""

CONTRACTED = re.compile(r"(?<=n)’(?=t\b)|’(?=(?:ll|re|ve|d|m)\b)", re.IGNORECASE)
"""The apostrophe of `won’t` and `they’ll`, which the parser knows as `won't` and `they'll`."""

SIGN = "$"
"""How a sign of any currency is shown to the parser."""

ONLY_UNITS = frozenset({"bn", "bln", "mn", "mln", "tn", "trn", "tln"})
"""Short multipliers that mean nothing else behind digits."""

WIDEST_WRAP = 120
"""Code points of the widest line that a program would have wrapped; longer lines are paragraphs."""


DATELINE = re.compile(
    r"""(?: [A-Z][A-Z.'’/-]{2,} (?:[ ][A-Z.'’/-]{2,}){0,3}                           # BEIJING, ADDIS ABABA
            (?: ,?[ ][A-Z][a-z]+\.? (?:[ ][A-Z][a-z]+){0,2} (?:[ ]\d{1,2} (?:,[ ]\d{4})? )? ){0,2}  # , Ethiopia, July 11
            (?: ,?[ ]\d{1,2}[ ][A-Z][a-z]+\.? (?:[ ]\d{4})? )?                        # , 11 July
            (?: [ ]?\([^()\n]{2,40}\) )?                                             # (Reuters)
          | [A-Z][a-z]+ (?:[ ,/]{1,2}[A-Z][a-z]+){0,4} (?:[ ]\d{1,2} (?:,[ ]\d{4})? )? [ ]\([^()\n]{2,40}\)  # Moscow, July 11 (AFP)
          | \d{1,2}[ ][A-Z][a-z]+[ ]\d{4}                                            # 30 March 2017
          | \([A-Z][^()\n]{1,30}\)                                                  # (Reuters)
        ) (?: [ ]?[-–—]{1,2} | (?<=[A-Z]{3}): | (?<=\)): ) [ ]+ (?=[\w"“‘'(])""",
    re.VERBOSE,
)
"""Where and when a report was written, at the beginning of its first paragraph: no part of its first sentence."""

DATELINE_WITHIN = 4
"""Paragraphs, a headline among them, of which one may begin with the dateline."""


class Reading:
    """One text, parsed.

    Parameters
    ----------
    text
        The article's text.
    doc
        The parse of its tokens; white space is no token here.
    starts, ends
        For each token, where it begins in the text and where it ends. A token may be shown to the parser in other words than it is
        written in.
    """

    def __init__(self, text: str, doc: Doc, starts: list[int], ends: list[int]) -> None:
        self.text = text
        self.doc = doc
        self._starts = starts
        self._ends = ends
        # spaCy makes a new object for each token that it is asked for.
        self.tokens = list(doc)
        self.sentences = list(doc.sents)
        self._sentence_starts = [sentence.start for sentence in self.sentences]

    def span(self, first: int, end: int) -> Span:
        """The stretch of text from token `first` to before token `end`."""
        start, stop = self._starts[first], self._ends[end - 1]
        return Span(start=start, end=stop, text=self.text[start:stop])

    def span_of(self, tokens: Token | Tokens) -> Span:
        """The stretch of text of a token or of several."""
        return self.span(tokens.i, tokens.i + 1) if isinstance(tokens, Token) else self.span(tokens.start, tokens.end)

    def characters(self, start: int, end: int) -> Span:
        """The stretch of text between two offsets."""
        return Span(start=start, end=end, text=self.text[start:end])

    def start_of(self, token: Token) -> int:
        """Offset of the token."""
        return self._starts[token.i]

    def tokens_between(self, start: int, end: int) -> range:
        """Indices of the tokens that lie wholly or partly between two offsets."""
        return range(bisect.bisect_right(self._ends, start), bisect.bisect_left(self._starts, end))

    def sentence_index(self, token: Token) -> int:
        """Which sentence the token stands in."""
        return bisect.bisect_right(self._sentence_starts, token.i) - 1


def read(text: str, parser: Parser) -> Reading:
    """Parse a text."""
    # The modifier letter stands for an apostrophe in texts from Ukraine.
    shown = CONTRACTED.sub("'", UNSEEN.sub(" ", text).replace("\xa0", " ").replace("\u02bc", "’"))
    breaks = _paragraph_starts(shown)
    tokens = _with_names_told_apart(_without_prefixes(_with_sums_spelled_out(parser.words(shown))), shown)
    words, starts, ends = [token[0] for token in tokens], [token[1] for token in tokens], [token[2] for token in tokens]
    spaces = [shown[end].isspace() if end < len(shown) else False for end in ends]
    # A headline or list item has no full stop; without this the parser runs on into the next line.
    doc = parser(words, spaces, [start in breaks for start in starts])
    _set_lemmas(doc, words, "VERB", _lemmas())
    mend(doc)
    # What the parser took for a verb may be a noun now.
    _set_lemmas(doc, words, "NOUN", lexicon.words("lemmas")["nouns"])
    return Reading(text, doc, starts, ends)


def _set_lemmas(doc: Doc, words: list[str], part_of_speech: str, lemmas: Mapping[str, str]) -> None:
    for i, word in enumerate(words):
        if (lemma := lemmas.get(word.lower())) is not None and doc[i].pos_ == part_of_speech:
            doc[i].lemma_ = lemma


@cache
def _lemmas() -> dict[str, str]:
    """Verbs by their forms, where the lemmatizer errs."""
    found: dict[str, str] = {}
    for verb in lexicon.words("lemmas")["verbs"]:
        if verb.endswith("y"):
            forms = [f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"]
        else:
            stem = verb.removesuffix("e")
            forms = [f"{verb}s", f"{stem}ed", f"{stem}ing"]
        found |= dict.fromkeys(forms, verb)
    return found


def _without_prefixes(tokens: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """`will co-chair` as `will chair`: of three tokens the parser makes three verbs, and loses the auxiliary."""
    stems = tuple(lexicon.words("lemmas")["prefixed"]["co"])
    joined: list[tuple[str, int, int]] = []
    for word, start, end in tokens:
        is_joined = len(joined) > 1 and joined[-1][0] == "-" and joined[-1][2] == start and joined[-2][2] == joined[-1][1]
        if is_joined and joined[-2][0].lower() == "co" and word.startswith(stems):
            joined[-2:] = [(word, joined[-2][1], end)]
        else:
            joined.append((word, start, end))
    return joined


def _with_names_told_apart(tokens: list[tuple[str, int, int]], text: str) -> list[tuple[str, int, int]]:
    """`IS militants` as `ISIS militants`, where the article has the long name: the parser takes the short one for a verb."""
    names = lexicon.words("lemmas")["names"]
    shown = {short: name["shown"] for short, name in names.items() if any(cue in text for cue in name["told_by"])}
    if not shown:
        return tokens

    def is_in_capitals(i: int) -> bool:
        around = [word for word, _, _ in tokens[max(i - 1, 0) : i + 2] if word.isalpha()]
        return len(around) > 1 and all(word.isupper() for word in around)

    return [(word if word not in shown or is_in_capitals(i) else shown[word], start, end) for i, (word, start, end) in enumerate(tokens)]


def _with_sums_spelled_out(tokens: list[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """Each token's word for the parser, its start and its end: `£1.4m`, `Sh12.4 billion`, `€2bn` are read like `$1.4 million`.

    The parser knows few currencies, and takes an `m` for a noun or a verb.
    """
    spelled: list[tuple[str, int, int]] = []
    for (text, start), (following, _) in pairwise([*tokens, ("", 0)]):
        spelled.extend((word, start + begin, start + end) for word, begin, end in _spelled_out(text, start, spelled[-2:], following))
    return spelled


def _spelled_out(text: str, start: int, before: list[tuple[str, int, int]], following: str) -> list[tuple[str, int, int]]:
    """The words for one token, each with its place in it."""
    signs, letters, amount, units = _sums()
    if text in signs:
        return [(SIGN, 0, len(text))]
    behind_sign = bool(before) and before[-1][0] == SIGN
    unit = text.removesuffix(".") if not following[:1].islower() else text
    if unit in units and len(before) == 2 and before[0][0] == SIGN and before[1][2] == start and before[1][0][-1].isdigit():
        # "A deficit of £250m. The loss …": the full stop ends the sentence.
        return [(units[unit], 0, len(unit)), *([(".", len(unit), len(text))] if unit != text else [])]
    parts = amount.fullmatch(text)
    if parts is None or not (parts["sign"] or behind_sign or parts["unit"] in ONLY_UNITS):
        return [(text, 0, len(text))]
    if parts["sign"] in letters and not (parts["unit"] or following in units.values()):
        # "K9" and "N95" are no sums.
        return [(text, 0, len(text))]
    words = {"sign": SIGN, "number": parts["number"], "unit": units.get(parts["unit"], "")}
    return [(word, parts.start(name), parts.end(name)) for name, word in words.items() if parts[name]]


@cache
def _sums() -> tuple[frozenset[str], frozenset[str], re.Pattern[str], dict[str, str]]:
    """Signs of currencies, letters that are signs before millions, an amount written as one token, the word for each short multiplier."""
    figures = lexicon.words("figures")
    values = {value: word for word, value in reversed(figures["multipliers"].items()) if len(word) > 3}
    short = {**figures["money_multipliers"], **{word: value for word, value in figures["multipliers"].items() if len(word) <= 3}}
    units = {word: values[value] for word, value in short.items()}
    currencies = figures["currencies"]
    signs = [*currencies["symbols"], *currencies["codes"], *currencies["letters"]]
    by_length = sorted(map(re.escape, signs), key=len, reverse=True)
    long_units = sorted(units, key=len, reverse=True)
    amount = re.compile(rf"(?P<sign>{'|'.join(by_length)})?(?P<number>\d(?:[\d.,]*\d)?)(?P<unit>{'|'.join(long_units)})?")
    return frozenset(currencies["symbols"]), frozenset(currencies["letters"]), amount, units


def _paragraph_starts(text: str) -> set[int]:
    """Offsets of the first visible character of each paragraph, headline and list item, and of what follows a dateline."""
    starts: set[int] = set()
    for block in re.finditer(r"(?:[^\n]*\S[^\n]*(?:\n|$))+", text):
        lines = list(re.finditer(r"[^\n]+", block[0]))
        wrapped = _is_wrapped([line[0] for line in lines])
        for number, line in enumerate(lines):
            if number == 0 or not wrapped:
                starts.add(block.start() + line.start() + len(line[0]) - len(line[0].lstrip()))
    first = sorted(starts)[:DATELINE_WITHIN]
    return starts | {dateline.end() for start in first if (dateline := DATELINE.match(text, start))}


def _is_wrapped(lines: list[str]) -> bool:
    """Whether a program broke the lines: none could have taken the next line's first word too."""
    width = max(map(len, lines))
    if len(lines) < 2 or width > WIDEST_WRAP:
        return False
    return all(len(line.rstrip()) + 1 + len(following.split()[0]) > width for line, following in pairwise(lines))
