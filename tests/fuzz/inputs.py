"""What the fuzzers feed: bytes mutated from valid records, texts put together from the words that the grammars look for.

One seeded generator serves both: hypothesis draws its choices for the short form, which can then shrink what it finds; plain chance draws
them for the long form, which is ten times as fast.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Protocol, TypeVar

from streams.extraction.times import MONTHS, WEEKDAYS
from tests.fuzz.targets import valid_values

Item = TypeVar("Item")

LONGEST_TEXT = 30
"""Words of a text; what goes wrong goes wrong in few."""


REPEATS_ONE_IN = 200
LONGEST_REPEAT = 5_000
"""Characters: where the time grows faster than the text, so many show it."""


class Chance(Protocol):
    """What is asked of a source of choices; `random.Random` is one, and so is hypothesis's."""

    def randint(self, a: int, b: int, /) -> int: ...

    def choice(self, seq: Sequence[Item], /) -> Item: ...


def _figure_words() -> list[str]:
    data = tomllib.loads((files("streams.extraction") / "data" / "figures.toml").read_text())
    found: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                found.append(str(key))
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)
        elif isinstance(value, str):
            found.append(value)

    collect(data)
    return found


TIME_WORDS = (
    *MONTHS,
    *WEEKDAYS,
    *"last next this past coming previous early mid late end of start week month quarter year weekend summer winter".split(),  # noqa: SIM905
    *"yesterday today tomorrow tonight ago in on by since until before after between from to and the a first few couple".split(),  # noqa: SIM905
    *"2025 1999 31 29 30 3 12th 1st 2024-02-29 23/07/2025 31.12. 10:30 '24 Q3 2024/25 1990s".split(),  # noqa: SIM905
)
NUMBERS = (
    *"0 1 12 1,000 1.000.000 3.5 0,5 00 1,0,0 ½ ² ٣ \uff11\uff12 1e9 1. .5 5% -1 1/2 2½ 300k 5m €3bn $1 US$ A$ $ € £".split(),  # noqa: SIM905
    *("9" * 30, "1" * 400, *"–-(),.;:'’"),
)
ODD = ("", " ", "\u00a0", "\u200b", "\u202e", "\x00", "é", "e\u0301", "😀", "ß", "İ", "ﬁ", "ǆ", "\U0001d7d9", "\ufeff", "\r\n", "x" * 60)
WORDS = tuple(dict.fromkeys((*_figure_words(), *TIME_WORDS, *NUMBERS)))
GLUE = (" ", " ", " ", " ", "", "-", ", ", "\n")

VALID = valid_values()
ODD_BYTES = (
    b"\x00",
    b"\x00\x00\x00\x00\x01",
    b"\xff" * 10,
    b"\x80" * 12,
    b"{",
    b"}",
    b'"',
    b"[" * 200,
    b"\\u0000",
    b"\\ud800",
    b"null",
    b"1e999",
)


def text(chance: Chance) -> str:
    """A text like news with all its words out of order; now and then a few words over and over, which slow patterns are slowest at."""
    if chance.randint(0, REPEATS_ONE_IN) == 0:
        part: str = "".join(chance.choice(WORDS) + chance.choice(GLUE) for _ in range(chance.randint(1, 3))) or " "
        last: str = chance.choice(WORDS)
        return part * (chance.randint(1, LONGEST_REPEAT) // len(part)) + last
    parts: list[str] = []
    for _ in range(chance.randint(0, LONGEST_TEXT)):
        parts += (chance.choice(ODD if chance.randint(0, 15) == 0 else WORDS), chance.choice(GLUE))
    return "".join(parts)


def value(chance: Chance) -> bytes:
    """A valid record with some of its bytes changed, cut, doubled or put in; or bytes without any sense."""
    if chance.randint(0, 9) == 0:
        return bytes(chance.randint(0, 255) for _ in range(chance.randint(0, 40)))
    made = bytearray(chance.choice(VALID))
    for _ in range(chance.randint(0, 6)):
        at = chance.randint(0, len(made))
        match chance.randint(0, 4):
            case 0:
                made[at : at + 1] = bytes([chance.randint(0, 255)])
            case 1:
                del made[at : at + chance.randint(1, 20)]
            case 2:
                made[at:at] = chance.choice(ODD_BYTES)
            case 3:
                made[at:at] = made[: chance.randint(0, 30)]
            case _:
                made[at : at + 1] = bytes([made[at] ^ (1 << chance.randint(0, 7))]) if at < len(made) else b""
    return bytes(made)
