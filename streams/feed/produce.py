"""Pushes articles into Kafka, and waits until the broker has each of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kafka import KafkaProducer
from kafka.errors import KafkaError

from streams.connections import kafka_options
from streams.errors import BrokerError
from streams.records import Article
from streams.settings import Settings
from streams.topics import ARTICLES

__all__ = ["Position", "produce"]

IN_FLIGHT = 1000
"""Articles that wait for their acknowledgement at most, so that an archive of any size needs no more memory."""


@dataclass(frozen=True)
class Position:
    """Where a record lies in Kafka."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}] offset {self.offset}"


def produce(
    articles: Iterable[Article], settings: Settings, encode: Callable[[Article], bytes], on_sent: Callable[[Article, Position], None]
) -> None:
    """Send articles to the topic `articles`, keyed by their ids.

    Parameters
    ----------
    encode
        Makes the value of a record: Avro or JSON.
    on_sent
        Called for each article when the broker has it, in order.

    Raises
    ------
    BrokerError
        When the broker cannot be reached or does not take an article.
    """
    try:
        producer = KafkaProducer(
            **kafka_options(settings),
            client_id="streams-produce",
            acks="all",
            linger_ms=5,
            max_request_size=settings.max_record_bytes,
        )
        try:
            waiting: deque[tuple[Article, object]] = deque()
            for article in articles:
                waiting.append((article, producer.send(ARTICLES.name_in(settings), key=article.id.encode(), value=encode(article))))
                while len(waiting) >= IN_FLIGHT:
                    _wait_for(*waiting.popleft(), on_sent)
            for article, future in waiting:
                _wait_for(article, future, on_sent)
        finally:
            producer.close(timeout=10)
    except KafkaError as error:
        raise BrokerError(f"articles cannot be sent: {type(error).__name__}: {error}", where=settings.bootstrap_servers) from error


def _wait_for(article: Article, future: object, on_sent: Callable[[Article, Position], None]) -> None:
    sent = future.get(timeout=60)  # type: ignore[attr-defined]
    on_sent(article, Position(sent.topic, sent.partition, sent.offset))
