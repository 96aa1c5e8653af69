"""Which language a text is in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from streams.extraction.lexicon import words

__all__ = ["UNDETERMINED", "LanguageDetector"]

UNDETERMINED = "und"
"""BCP 47 for a text whose language cannot be told: emoji, a table, three words."""

LEAST_CONFIDENCE = 0.3
"""Below it a guess: a headline of five words in English lies above, a row of letters below."""

CERTAIN = 0.8
"""Above it the text is believed more than what its producer says."""

MOST = 0.5
"""The same for a text of several sentences: most of it."""

NOT_EXCLUDED = 0.01
"""Below it a text is not in the language that its producer says, however short it is."""

SAMPLE = 4000
"""Code points that are looked at; the answer does not change after a few paragraphs."""

LEAST_OUTSIDE_QUOTATIONS = 40
"""Letters that must be left for a text to be judged without its quotations."""

LEAST_IN_PART = 25
"""Letters from which on a sentence counts by itself; a shorter one goes with the next."""

ENGLISH_WORDS = 2
"""Different English function words that tell English where names hide it: `Presidents Aliyev and Pashinyan met in Yerevan`."""

QUOTATION = re.compile(r"«[^«»]{0,2000}»|“[^“”]{0,2000}”|„[^„“”]{0,2000}[“”]|「[^「」]{0,2000}」|\"[^\"]{0,2000}\"")
SENTENCE_END = re.compile(r"(?<=[.!?…。!?؟])\s+|\n+")
WORD = re.compile(r"[^\W\d_]+")


class LanguageDetector:
    """Tells the language of a text, among those that news is written in."""

    def __init__(self) -> None:
        data = words("languages")
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages(data["iso_639_1"])
        self._english = frozenset(data["english"])

    def detect(self, text: str, told: str | None) -> str:
        """ISO 639-1 code, or `und`.

        Of a text in several languages it is the one that has the most letters outside quotations: an English report that quotes a minister
        in French at length is English.

        Parameters
        ----------
        told
            What the producer says; taken where the text alone leaves room for doubt.
        """
        shown = _without_quotations(text[:SAMPLE])
        parts = list(_parts(shown)) or [shown]
        shares = self._shares(parts)
        language = max(shares, key=lambda code: shares[code])
        said = told[:2].lower() if told else None
        certain = CERTAIN if len(parts) == 1 else MOST
        if said and shares[language] < certain and (shares.get(said, 0.0) >= NOT_EXCLUDED or shares[language] < LEAST_CONFIDENCE):
            return said
        if shares[language] >= LEAST_CONFIDENCE:
            return language
        return "en" if len(self._english.intersection(word.lower() for word in WORD.findall(shown))) >= ENGLISH_WORDS else UNDETERMINED

    def _shares(self, parts: list[str]) -> dict[str, float]:
        """For each language its share of the letters, each part of the text shared by how likely it is in which.

        The longest parts come first; when one language has most of all letters, the rest changes nothing and is not looked at.
        """
        shares: dict[str, float] = defaultdict(float)
        letters = {part: _letters(part) for part in parts}
        total = sum(letters[part] for part in parts) or 1
        for part in sorted(parts, key=lambda part: -letters[part]):
            for language, likelihood in self._identifier.rank(part):
                shares[language] += float(likelihood) * (letters[part] or 1) / total
            if max(shares.values()) > MOST:
                break
        return shares


def _without_quotations(text: str) -> str:
    left = QUOTATION.sub(" ", text)
    return left if _letters(left) >= LEAST_OUTSIDE_QUOTATIONS else text


def _parts(text: str) -> Iterator[str]:
    """The sentences, short ones together."""
    part = ""
    for sentence in SENTENCE_END.split(text):
        part = f"{part} {sentence}".strip()
        if _letters(part) >= LEAST_IN_PART:
            yield part
            part = ""
    if part:
        yield part


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
