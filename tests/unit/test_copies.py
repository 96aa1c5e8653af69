"""A text that comes again is not parsed again, and what is made of it is its own."""

from __future__ import annotations

import pytest

from streams.extraction import pipeline
from streams.extraction.pipeline import Extraction, Extractor
from streams.records import Article
from streams.settings import Settings
from tests.unit.corpus import corpus

ARTICLES = [entry.article for entry in corpus()][::8]


def contents(extraction: Extraction) -> str:
    return extraction.enriched.model_dump_json() + "".join(event.model_dump_json() for event in extraction.events)


def copy(article: Article) -> Article:
    return article.model_copy(update={"id": f"copy of {article.id}", "publisher": "A Printer of Others' Texts", "title": "Another title"})


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    extractor = Extractor(Settings().model)
    return {article.id: contents(extractor.extract(article)) for article in [*ARTICLES, *map(copy, reversed(ARTICLES))]}


def test_a_copy_is_not_parsed_and_comes_out_as_if_it_were(expected: dict[str, str]) -> None:
    extractor = Extractor(Settings().model)
    for article in ARTICLES:
        assert contents(extractor.extract(copy(article))) == expected[f"copy of {article.id}"]
        again = extractor.extract(article)
        assert contents(again) == expected[article.id]
        assert again.seconds["nlp"] == 0.0


def test_forgetting_changes_nothing(expected: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "REMEMBERED", 1500)
    extractor = Extractor(Settings().model)
    for article in [*ARTICLES, *ARTICLES]:
        assert contents(extractor.extract(article)) == expected[article.id]
