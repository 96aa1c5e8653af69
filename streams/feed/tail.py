"""Records of a topic as lines for a person or a pipe."""

from __future__ import annotations

import json

from streams.errors import DecodeError, StreamsError
from streams.feed.consume import StoredRecord
from streams.present import event_line
from streams.records import Article, EnrichedArticle, Event, Record, event_to_json
from streams.settings import Settings
from streams.topics import ARTICLES, DEAD_LETTERS, TOPICS
from streams.wire.avro import ArticleDecoder, RecordDecoder
from streams.wire.contract import schema_text
from streams.wire.registry import SchemaRegistry

__all__ = ["RecordPrinter"]


class RecordPrinter:
    """Makes lines of the records of one topic.

    Parameters
    ----------
    as_json
        Whole records as JSON, and not one line for a person.

    Raises
    ------
    StreamsError
        When the topic is none of the pipeline's.
    """

    def __init__(self, topic: str, settings: Settings, *, as_json: bool) -> None:
        if topic not in TOPICS:
            raise StreamsError("is no topic of the pipeline", where=topic, hint=f"one of {', '.join(TOPICS)}")
        self.topic = TOPICS[topic]
        self._as_json = as_json
        registry = SchemaRegistry(settings)
        if self.topic is ARTICLES:
            self._articles = ArticleDecoder(schema_text(ARTICLES), registry.schema, max_text_length=settings.max_record_bytes)
        elif self.topic is not DEAD_LETTERS:
            self._records = RecordDecoder(schema_text(self.topic), registry.schema)

    def line(self, record: StoredRecord) -> str:
        """One record in one line."""
        if self.topic is DEAD_LETTERS:
            return self._dead_letter(record)
        try:
            decoded = self._decode(record)
        except DecodeError as error:
            return f"{record.position}  cannot be decoded: {error}"
        if self._as_json:
            return json.dumps(_plain(decoded), ensure_ascii=False)
        return f"{record.position}  {_summary(decoded)}"

    def _decode(self, record: StoredRecord) -> Record:
        if self.topic is ARTICLES:
            return self._articles.decode(record.value)
        assert self.topic.record is not None
        return self.topic.record.model_validate(self._records.decode(record.value or b""))

    def _dead_letter(self, record: StoredRecord) -> str:
        headers = {name: value.decode(errors="replace") for name, value in record.headers}
        if self._as_json:
            return json.dumps({"position": str(record.position), "headers": headers, "bytes": len(record.value or b"")}, ensure_ascii=False)
        origin = f"{headers.get('dlq.topic')}[{headers.get('dlq.partition')}] offset {headers.get('dlq.offset')}"
        reason = f"{headers.get('dlq.stage')}, {headers.get('dlq.reason')}: {headers.get('dlq.error.message')}"
        return f"{record.position}  from {origin}: {reason} ({len(record.value or b'')} bytes)"


def _plain(record: Record) -> dict[str, object]:
    return event_to_json(record) if isinstance(record, Event) else record.model_dump(mode="json")


def _summary(record: Record) -> str:
    if isinstance(record, Event):
        return event_line(record)
    if isinstance(record, EnrichedArticle):
        found = f"{len(record.entities)} entities, {len(record.figures)} figures, {len(record.times)} times, {len(record.event_ids)} events"
        return f"{record.article.article_id} ({record.article.language}): {found}"
    if isinstance(record, Article):
        return f"{record.id} {record.title or ''} {len(record.text)} code points"
    return str(record)
