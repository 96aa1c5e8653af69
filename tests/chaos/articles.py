"""Articles of known ids, and what must come out for each of them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from streams.records import Article
from streams.wire.avro import PREFIX_LENGTH, Schema
from streams.worker.enricher import EnricherOptions

STATEMENTS = (
    "Poland will send 20 Leopard 2 tanks to Ukraine, Defence Minister Jan Nowak said on Tuesday.",
    "Germany has delivered 12 howitzers to Ukraine, the ministry in Berlin said.",
    "Norway pledged 6 F-16 fighter jets to Ukraine last week.",
    "Delegations from Armenia and Azerbaijan met in Geneva on Monday for a second round of talks.",
    "Talks between Serbia and Kosovo will be held in Brussels on Friday.",
    "The World Food Programme faces a funding shortfall of $240 million this year, it said in its appeal.",
    "Ukraine faces a funding gap of $8 billion this year, the ministry said.",
)
BACKGROUND = (
    "Ferries between the islands were late again because of the wind.",
    "The museum in the old harbour showed boats, nets and letters of fishermen.",
    "Prices of bread rose by 3 per cent in the spring.",
    "Officials spoke of roads, schools and a new bridge over the river.",
    "The choir sang for an hour before the square fell silent.",
    "Farmers hope for rain before the end of the month.",
    "Trains to the north run every two hours in winter.",
)
PUBLISHED = datetime(2025, 7, 25, 12, 0, tzinfo=UTC)


def make_articles(seed: int) -> Iterator[Article]:
    """Articles without end, one to four sentences each; every second one states something. The same seed makes the same ones."""
    chance = random.Random(seed)
    for number in itertools.count():
        sentences = chance.sample(BACKGROUND, chance.randint(1, 3)) + chance.sample(STATEMENTS, chance.choice((0, 0, 1, 1, 2)))
        chance.shuffle(sentences)
        yield Article(id=f"{seed}-{number:06}", text=" ".join(sentences), published_at=PUBLISHED, language="en")


@dataclass(frozen=True)
class ExpectedRecord:
    """One record that must come out: where, under which key and id, with which bytes after the schema's id."""

    topic: str
    key: bytes
    id: str
    body: bytes


class Oracle:
    """Knows what must come out for an article: the same pure code as in the worker, called here without any of the machinery around it."""

    def __init__(self, model: str, schemas: dict[str, Schema]) -> None:
        self._enrich = EnricherOptions(model, schemas, "/oracle", "{id}", 2**24)()
        self._known: dict[str, list[ExpectedRecord]] = {}

    def expected(self, articles: Iterable[Article]) -> dict[str, list[ExpectedRecord]]:
        """By article id, the records that must come out."""
        return {article.id: self._of(article) for article in articles}

    def _of(self, article: Article) -> list[ExpectedRecord]:
        if article.id not in self._known:
            self._known[article.id] = [
                ExpectedRecord(r.topic, r.key or b"", dict(r.headers).get("ce_id", b"").decode(), (r.value or b"")[PREFIX_LENGTH:])
                for r in self._enrich(article).records
            ]
        return self._known[article.id]
