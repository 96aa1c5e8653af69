"""The words, numbers and signs of a text, and what stands beside one: `€2.3bn` is `€`, `2.3` and `bn`, the later two glued."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["DASHES", "Lexeme", "Lexemes"]

LEXEME = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|[^\w\s]|_")
DASHES = frozenset("-–—‑")


@dataclass(frozen=True)
class Lexeme:
    """A word, a number in digits, or a sign."""

    text: str
    lower: str
    start: int
    end: int

    @property
    def is_digits(self) -> bool:
        return self.text[0].isdecimal()


class Lexemes:
    """The lexemes of a text. What is asked about the one at an index may be asked of any index: outside the text nothing stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.all = [Lexeme(m[0], m[0].lower().replace("’", "'"), m.start(), m.end()) for m in LEXEME.finditer(text)]
        self.count = len(self.all)

    def lower(self, i: int) -> str:
        return self.all[i].lower if 0 <= i < self.count else ""

    def words(self, i: int, count: int) -> tuple[str, ...]:
        return tuple(lexeme.lower for lexeme in self.all[i : i + count]) if i + count <= self.count else ()

    def words_before(self, i: int, count: int) -> tuple[str, ...]:
        return self.words(i - count, count) if i >= count else ()

    def is_digits(self, i: int) -> bool:
        return 0 <= i < self.count and self.all[i].is_digits

    def is_dash(self, i: int) -> bool:
        return 0 <= i < self.count and self.all[i].text in DASHES

    def behind_dash(self, i: int) -> int:
        """The index after a dash at i, or i where there is none."""
        return i + 1 if self.is_dash(i) else i

    def is_glued(self, i: int) -> bool:
        """Whether lexeme i stands directly behind the one before it."""
        return 0 < i < self.count and self.all[i - 1].end == self.all[i].start
