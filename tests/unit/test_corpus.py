"""The regression corpus: every article gives the events that it should, and the whole output is as it was looked at last."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from streams.extraction.pipeline import Extraction, Extractor
from streams.records import event_to_json
from tests.unit.corpus import CorpusArticle, corpus, differences, drop_mark

ARTICLES = list(corpus())


@pytest.fixture(scope="module")
def extractions(extractor: Extractor) -> dict[str, Extraction]:
    return {each.id: extractor.extract(each.article) for each in ARTICLES}


@pytest.mark.parametrize("each", ARTICLES, ids=lambda each: each.id)
def test_events(each: CorpusArticle, extractions: dict[str, Extraction], request: pytest.FixtureRequest) -> None:
    extraction = extractions[each.id]
    if each.known_miss and request.config.getoption("--update-golden") and not differences(each.events, extraction.events):
        drop_mark(each)
    elif each.known_miss:
        request.applymarker(pytest.mark.xfail(strict=True, reason=each.known_miss))
    assert extraction.enriched.article.language == each.language
    assert not differences(each.events, extraction.events), each.shows


def test_whole_output(extractions: dict[str, Extraction], golden: Callable[[str, str], None]) -> None:
    found = {
        id_: {"enriched": e.enriched.model_dump(mode="json"), "events": [*map(event_to_json, e.events)]} for id_, e in extractions.items()
    }
    golden("corpus.jsonl", "".join(json.dumps({"id": id_, **each}, ensure_ascii=False) + "\n" for id_, each in found.items()))


def test_half_of_the_corpus_are_near_misses() -> None:
    assert len(ARTICLES) >= 150
    assert len({each.id for each in ARTICLES}) == len(ARTICLES)
    assert 2 * sum(not each.events for each in ARTICLES) >= len(ARTICLES)
