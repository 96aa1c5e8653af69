"""Which language a text is in."""

from __future__ import annotations

from py3langid.langid import MODEL_FILE, LanguageIdentifier

__all__ = ["UNDETERMINED", "LanguageDetector"]

UNDETERMINED = "und"
"""BCP 47 for a text whose language cannot be told: emoji, a table, three words."""

MIN_CONFIDENCE = 0.5
SAMPLE = 4000
"""Code points that are looked at; the answer does not change after a few paragraphs."""


class LanguageDetector:
    """Tells the language of a text."""

    def __init__(self) -> None:
        self._identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=MIN_CONFIDENCE)

    def detect(self, text: str, told: str | None) -> str:
        """ISO 639-1 code, or `und`.

        Parameters
        ----------
        told
            What the producer says; taken where the text is too short to tell.
        """
        language, _ = self._identifier.classify(text[:SAMPLE])
        if language == UNDETERMINED and told:
            return told[:2].lower()
        return str(language)
