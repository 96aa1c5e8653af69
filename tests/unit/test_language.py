"""Which language a text is in, and what is done with one that is not English."""

from __future__ import annotations

import pytest

from streams.extraction.pipeline import Extractor
from streams.records import Article

FRENCH = "L'Allemagne a confirmé mardi la livraison de deux systèmes Patriot à l'Ukraine, a déclaré le ministre de la Défense à Berlin."
GERMAN = "Deutschland liefert der Ukraine zwei Patriot-Systeme, sagte der Verteidigungsminister am Dienstag in Berlin."
RUSSIAN = "Германия передаст Украине две системы Patriot, сообщил во вторник министр обороны."


@pytest.mark.parametrize(
    ("text", "told", "language"),
    [
        (FRENCH, None, "fr"),
        (GERMAN, None, "de"),
        (RUSSIAN, None, "ru"),
        (FRENCH, "en", "fr"),
        ("Norway and Sweden met in Oslo.", None, "en"),
        ("Hola", "es", "es"),
        ("Hola", "es-MX", "es"),
        ("😀🚀😀", None, "und"),
        ("12345 678", None, "und"),
        ("\x00\x00\x00", None, "und"),
        ("https://example.org/a/b", None, "und"),
        ("Yes.", None, "und"),
        ("Presidents Aliyev and Pashinyan met in Yerevan.", None, "en"),
        ("• 12 Leopard 2 tanks\n• 30 AS-90 guns", "en", "en"),
        ("NORWAY WILL GIVE UKRAINE TWELVE TANKS.", None, "en"),
        # A producer that calls everything English is not believed against the text.
        ("Srbija je poslala rakete Ukrajini, rekao je ministar odbrane u Beogradu.", "en", "hr"),
        (f"{FRENCH} English summary: Germany confirmed a delivery.", "en", "fr"),
        (f"READ IN ENGLISH\n\n{FRENCH}", None, "fr"),
    ],
)
def test_language_of_a_text(extractor: Extractor, text: str, told: str | None, language: str) -> None:
    extraction = extractor.extract(Article(text=text, language=told))
    assert extraction.enriched.article.language == language


@pytest.mark.parametrize("text", [FRENCH, GERMAN, RUSSIAN, "😀🚀😀"])
def test_a_text_that_is_not_english_is_enriched_without_events(extractor: Extractor, text: str) -> None:
    extraction = extractor.extract(Article(text=text))
    assert extraction.events == []
    assert extraction.enriched.entities == []
