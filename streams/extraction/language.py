"""Which language a text is in."""

from __future__ import annotations

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from streams.extraction.lexicon import words

__all__ = ["UNDETERMINED", "LanguageDetector"]

UNDETERMINED = "und"
"""BCP 47 for a text whose language cannot be told: emoji, a table, three words."""

LEAST_CONFIDENCE = 0.3
"""Below it a guess: a headline of five words in English lies above, a row of letters below."""

CERTAIN = 0.8
"""Above it the text is believed more than what its producer says."""

SAMPLE = 4000
"""Code points that are looked at; the answer does not change after a few paragraphs."""


class LanguageDetector:
    """Tells the language of a text, among those that news is written in."""

    def __init__(self) -> None:
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages(words("languages")["iso_639_1"])

    def detect(self, text: str, told: str | None) -> str:
        """ISO 639-1 code, or `und`.

        Parameters
        ----------
        told
            What the producer says; taken where the text alone leaves room for doubt.
        """
        language, confidence = self._identifier.classify(text[:SAMPLE])
        if confidence < CERTAIN and told:
            return told[:2].lower()
        return str(language) if confidence >= LEAST_CONFIDENCE else UNDETERMINED
