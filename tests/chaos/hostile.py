"""Articles that attack the process that enriches them, and the enricher that lets them. Pool processes import this; faust stays out."""

from __future__ import annotations

import os
from collections.abc import Callable

from streams.records import Article
from streams.worker.enricher import Enriched, EnricherOptions

CRASH, HANG, EAT = "hostile-crash-", "hostile-hang-", "hostile-eat-"
REASONS = {CRASH: "crash", HANG: "timeout", EAT: "memory"}


class HostileEnricherOptions(EnricherOptions):
    """The product's enricher, but for articles whose id says what they do to their process."""

    def __call__(self) -> Callable[[Article], Enriched]:
        enrich = super().__call__()

        def enrich_or_suffer(article: Article) -> Enriched:
            if article.id.startswith(CRASH):
                os.abort()
            if article.id.startswith(HANG):
                while True:
                    pass
            if article.id.startswith(EAT):
                hoard = []
                while True:
                    hoard.append(b"x" * 2**20)
            return enrich(article)

        return enrich_or_suffer


def hostile_articles(each: int) -> dict[Article, str]:
    """So many of each kind, with the reason that their dead letters must give."""
    return {Article(id=f"{kind}{n}", text=f"Number {n}."): reason for kind, reason in REASONS.items() for n in range(each)}
