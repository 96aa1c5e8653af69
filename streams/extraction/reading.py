"""The parsed text: tokens, sentences and syntax, with offsets that lead back to the article as it was written."""

from __future__ import annotations

import bisect
import re
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Token
from spacy.tokens import Span as Tokens

from streams.records import Span

__all__ = ["Reading", "read"]

UNSEEN = re.compile(r"[\[\]\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff•▪◦●■]")
"""Characters that the parser is better off without: the brackets of `with [Russian President Vladimir] Putin`, bullets, controls.

Each is replaced by one space, so that offsets stay."""

WIDEST_WRAP = 120
"""Code points of the widest line that a program would have wrapped; longer lines are paragraphs."""


class Reading:
    """One text, parsed.

    Parameters
    ----------
    text
        The article's text.
    doc
        The parse of its tokens; white space is no token here.
    starts
        For each token, its offset in the text.
    """

    def __init__(self, text: str, doc: Doc, starts: list[int]) -> None:
        self.text = text
        self.doc = doc
        self._starts = starts
        self._ends = [start + len(token) for start, token in zip(starts, doc, strict=True)]
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


def read(text: str, nlp: Language) -> Reading:
    """Parse a text.

    Parameters
    ----------
    nlp
        An English pipeline with tagger, parser, lemmatizer and entity recogniser.
    """
    shown = UNSEEN.sub(" ", text).replace("\xa0", " ")
    breaks = _paragraph_starts(shown)
    words: list[str] = []
    starts: list[int] = []
    for token in nlp.tokenizer(shown):
        if not token.text.isspace():
            words.append(token.text)
            starts.append(token.idx)
    spaces = [
        shown[start + len(word)].isspace() if start + len(word) < len(shown) else False for start, word in zip(starts, words, strict=True)
    ]
    # A headline or list item has no full stop; without this the parser runs on into the next line.
    sentence_starts = [True if start in breaks else None for start in starts]
    doc = Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=sentence_starts)  # type: ignore[arg-type]
    return Reading(text, nlp(doc) if words else doc, starts)


def _paragraph_starts(text: str) -> set[int]:
    """Offsets of the first visible character of each paragraph, headline and list item."""
    starts: set[int] = set()
    for block in re.finditer(r"(?:[^\n]*\S[^\n]*(?:\n|$))+", text):
        lines = list(re.finditer(r"[^\n]+", block[0]))
        wrapped = _is_wrapped([line[0] for line in lines])
        for number, line in enumerate(lines):
            if number == 0 or not wrapped:
                starts.add(block.start() + line.start() + len(line[0]) - len(line[0].lstrip()))
    return starts


def _is_wrapped(lines: list[str]) -> bool:
    """Whether a program broke the lines: none could have taken the next line's first word too."""
    width = max(map(len, lines))
    if len(lines) < 2 or width > WIDEST_WRAP:
        return False
    return all(len(line.rstrip()) + 1 + len(following.split()[0]) > width for line, following in pairwise(lines))
