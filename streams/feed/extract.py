"""Events of articles without Kafka, on all processors, in the order of the articles."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain, islice

from streams.errors import RejectedArticleError
from streams.records import Article, EnrichedArticle, Event, event_to_json
from streams.settings import Settings
from streams.worker.pool import Limits, Pool

__all__ = ["ExtractOptions", "Extracted", "extract_all", "in_order"]

FEW = 8
"""Articles for which loading the model several times would take longer than it saves."""

AHEAD = 8
"""Articles that each process has waiting, so that it need not wait for the order."""


@dataclass(frozen=True)
class Extracted:
    """What came of one article.

    Parameters
    ----------
    lines
        The events, in JSON.
    found
        The same as records, where they were asked for.
    """

    lines: list[str]
    found: tuple[EnrichedArticle, list[Event]] | None


@dataclass(frozen=True)
class ExtractOptions:
    """What a process needs to know; plain data, because it crosses into it.

    Parameters
    ----------
    with_records
        Whether records are wanted and not only JSON: they take longer to cross back than all else.
    """

    model: str
    with_records: bool

    def __call__(self) -> Callable[[Article], Extracted]:
        """Load the model; the returned function takes one article."""
        from streams.extraction.pipeline import Extractor

        extractor = Extractor(self.model)

        def extract(article: Article) -> Extracted:
            extraction = extractor.extract(article)
            lines = [json.dumps(event_to_json(event), ensure_ascii=False) for event in extraction.events]
            return Extracted(lines, (extraction.enriched, extraction.events) if self.with_records else None)

        return extract


def extract_all(
    articles: Iterable[Article], settings: Settings, *, with_records: bool = False
) -> Iterator[tuple[Article, Extracted | RejectedArticleError]]:
    """Each article with what came of it, in order; a few are done in this process, many in as many as the settings say.

    Raises
    ------
    StreamsError
        When the model is not installed.
    """
    options = ExtractOptions(settings.model, with_records)
    articles = iter(articles)
    first = list(islice(articles, FEW))
    if len(first) < FEW or settings.processes == 1:
        extract = options()
        for article in chain(first, articles):
            yield article, extract(article)
        return
    limits = Limits(seconds=settings.article_timeout, memory=settings.article_memory * 1024 * 1024, jobs=settings.articles_per_process)
    pool: Pool[Article, Extracted] = Pool(options, processes=settings.processes, limits=limits, likeness=Article.likeness)
    pool.start()
    try:
        yield from in_order(pool, chain(first, articles), settings.processes * AHEAD)
    finally:
        pool.close()


def in_order(
    pool: Pool[Article, Extracted], articles: Iterable[Article], ahead: int
) -> Iterator[tuple[Article, Extracted | RejectedArticleError]]:
    """Each article with what came of it, `ahead` of them in work at a time."""
    waiting: deque[tuple[Article, Future[Extracted]]] = deque()
    for article in articles:
        waiting.append((article, pool.submit(article)))
        if len(waiting) >= ahead:
            yield _outcome(*waiting.popleft())
    while waiting:
        yield _outcome(*waiting.popleft())


def _outcome(article: Article, extracting: Future[Extracted]) -> tuple[Article, Extracted | RejectedArticleError]:
    try:
        return article, extracting.result()
    except RejectedArticleError as error:
        return article, error
