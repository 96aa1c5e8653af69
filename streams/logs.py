"""Log lines: JSON for machines or plain for people, each with the article that it is about, none repeated without end."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from streams.settings import Settings
from streams.wire.dead_letter import SourceRecord

__all__ = ["JsonFormatter", "PlainFormatter", "RateLimit", "bind_article", "set_up_logging"]

BURST = 20
"""Lines of one kind that are written within one interval: enough to see what happens, too few to fill a disk while a broker is away."""

INTERVAL = 60.0
"""Seconds after which lines of a kind are written again."""

LONGEST_ID = 200
"""Characters of an article's id in a line; a producer may send any."""

_article: ContextVar[dict[str, str | int]] = ContextVar("article", default={})  # noqa: B039 - never changed in place


def bind_article(source: SourceRecord, article_id: str | None = None) -> None:
    """Let every line that the current task writes from here on name its article."""
    bound: dict[str, str | int] = {"topic": source.topic, "partition": source.partition, "offset": source.offset}
    if article_id is not None:
        bound["article_id"] = article_id[:LONGEST_ID]
    for name, value in source.headers:
        # https://www.w3.org/TR/trace-context: version-trace_id-parent_id-flags
        parts = value.split(b"-")
        if name == "traceparent" and len(parts) >= 4 and len(parts[1]) == 32:
            bound["trace_id"] = parts[1].decode("ascii", "replace")
    _article.set(bound)


def set_up_logging(settings: Settings) -> None:
    """Write this process's log to standard error, as the settings say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else PlainFormatter())
    handler.addFilter(_add_article)
    handler.addFilter(RateLimit())
    logging.basicConfig(level=settings.log_level, handlers=[handler])
    # They tell every request and every heartbeat, and at DEBUG passwords too.
    for chatty in ("aiokafka", "httpx", "faust", "mode"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    # kafka-python raises what it also writes, in four lines each.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)


def _add_article(record: logging.LogRecord) -> bool:
    record.article = _article.get()
    return True


class RateLimit(logging.Filter):
    """Lets so many lines of one place in the code through in an interval; the next one after it tells how many were left out.

    Parameters
    ----------
    clock
        Seconds on a monotonic clock.
    """

    def __init__(self, burst: int = BURST, interval: float = INTERVAL, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._burst = burst
        self._interval = interval
        self._clock = clock
        self._seen: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written; what ends a process always is."""
        if record.levelno >= logging.CRITICAL:
            return True
        # The place and not the text: a text with an offset in it is never the same twice.
        place = (record.pathname, record.lineno)
        now = self._clock()
        since, count = self._seen.get(place, (now, 0))
        if now - since >= self._interval:
            record.suppressed = max(0, count - self._burst)
            since, count = now, 0
        self._seen[place] = since, count + 1
        return count < self._burst


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "article", {}),
        }
        if suppressed := getattr(record, "suppressed", 0):
            fields["suppressed"] = suppressed
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False, default=str)


class PlainFormatter(logging.Formatter):
    """One line for people, with the same fields at its end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields = {name: value for name, value in getattr(record, "article", {}).items() if name in ("article_id", "trace_id")}
        if suppressed := getattr(record, "suppressed", 0):
            fields["suppressed"] = suppressed
        line = super().format(record)
        # As JSON, so that an id with a line break in it cannot write a line of its own.
        return line + "".join(f" {name}={json.dumps(value, ensure_ascii=False)}" for name, value in fields.items())
