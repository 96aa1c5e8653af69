"""Records of a topic as lines for a person or a pipe."""

from __future__ import annotations

import json
import re
import select
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from streams.errors import DecodeError, InvalidArticleError, UsageError
from streams.feed.consume import StoredRecord
from streams.present import event_line
from streams.records import Article, EnrichedArticle, Event, Record, event_to_json
from streams.settings import Settings
from streams.topics import ARTICLES, DEAD_LETTERS, TOPICS, Topic
from streams.wire.avro import ArticleDecoder, RecordDecoder
from streams.wire.contract import schema_text
from streams.wire.registry import SchemaRegistry

__all__ = ["Condition", "RecordPrinter", "condition", "instant", "nobody_reads"]

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True)
class Condition:
    """A field must have one of these values; compared without regard to case."""

    path: tuple[str, ...]
    values: frozenset[str]

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Whether the value, or anything below the field, is among those that are wanted: `recipients=UKR`, `system.category=TANK`."""
        found: list[Any] = [record]
        for name in self.path:
            found = [node[name] for node in _flat(found) if isinstance(node, dict) and name in node]
        return any(value in self.values for value in _values(found))


def condition(written: str, topics: Sequence[Topic]) -> Condition:
    """`field=value`, with a field of the topics' records; `recipient=UKR` is `recipients=UKR`.

    Raises
    ------
    UsageError
        When it has another form, or no such field is there.
    """
    path, equals, values = written.partition("=")
    if not equals or not path:
        raise UsageError("is no condition of the form field=value", where=written)
    first, *rest = path.split(".")
    fields = {name: None for topic in topics if topic.record for name in topic.record.model_fields}
    names = [name for name in (first, f"{first}s") if name in fields]
    if not names:
        raise UsageError("no such field in these records", where=written, hint=f"one of {', '.join(fields)}")
    return Condition((names[0], *rest), frozenset(value.casefold() for value in values.split(",")))


def instant(written: str, *, now: datetime) -> datetime:
    """`2h` before now, or a day or instant in ISO 8601 (UTC where it names no zone).

    Raises
    ------
    UsageError
        When it is neither.
    """
    if found := re.fullmatch(r"(\d{1,6})([smhdw])", written):
        return now - timedelta(**{UNITS[found[2]]: int(found[1])})
    try:
        parsed = datetime.fromisoformat(written)
    except ValueError as error:
        raise UsageError("is no time", where=written, hint="2h, 30m, 7d, 2025-07-25 or 2025-07-25T08:00") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def nobody_reads() -> bool:
    """Whether standard output is a pipe whose other end has been closed; otherwise only the next line would tell."""
    poller = select.poll()
    poller.register(sys.stdout, select.POLLERR)
    return bool(poller.poll(0))


def _flat(nodes: list[Any]) -> list[Any]:
    return [inner for node in nodes for inner in (_flat(node) if isinstance(node, list) else [node])]


def _values(node: Any) -> list[str]:
    """Every scalar below a node."""
    if isinstance(node, dict):
        return [value for inner in node.values() for value in _values(inner)]
    if isinstance(node, list):
        return [value for inner in node for value in _values(inner)]
    return [] if node is None else [str(node).casefold()]


class RecordPrinter:
    """Makes lines of the records of some topics.

    Parameters
    ----------
    as_json
        Whole records as JSON, and not one line for a person.
    conditions
        What a record must fulfil to be shown.

    Raises
    ------
    UsageError
        When a topic is none of the pipeline's, or a condition names no field.
    """

    def __init__(self, topics: Sequence[str], settings: Settings, *, as_json: bool = False, conditions: Sequence[str] = ()) -> None:
        for topic in topics:
            if topic not in TOPICS:
                raise UsageError("is no topic of the pipeline", where=topic, hint=f"one of {', '.join(TOPICS)}")
        self.topics = [TOPICS[topic] for topic in topics]
        self._as_json = as_json
        self._conditions = [condition(written, self.topics) for written in conditions]
        registry = SchemaRegistry(settings)
        self._articles = ArticleDecoder(schema_text(ARTICLES), registry.schema, max_text_length=settings.max_record_bytes)
        self._records = {t.name: RecordDecoder(schema_text(t), registry.schema) for t in self.topics if t.record and t is not ARTICLES}

    def line(self, record: StoredRecord) -> str | None:
        """One record in one line; None for one that is not wanted."""
        if record.topic is DEAD_LETTERS:
            return self._dead_letter(record)
        try:
            decoded = self._decode(record)
        except (DecodeError, InvalidArticleError) as error:
            # Standard output holds records only, for whoever reads it by a pipe.
            sys.stderr.write(f"error: {record.position}: cannot be decoded: {error}\n")
            return None
        plain = _plain(decoded)
        if not all(condition.holds(plain) for condition in self._conditions):
            return None
        if self._as_json:
            return json.dumps(plain, ensure_ascii=False)
        return f"{record.position}  {_summary(decoded)}"

    def _decode(self, record: StoredRecord) -> Record:
        if record.topic is ARTICLES:
            return self._articles.decode(record.value)
        assert record.topic.record is not None
        return record.topic.record.model_validate(self._records[record.topic.name].decode(record.value or b""))

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
