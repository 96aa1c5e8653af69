"""Dead letters: the original bytes, and headers that say where they came from and why they failed (`schemas/dead-letter-headers.md`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from streams import __version__
from streams.errors import RejectedArticleError
from streams.wire.cloudevents import Headers

__all__ = ["LEFT_OUT_HEADER", "PREFIX", "SourceRecord", "attempts_of", "dead_letter_headers"]

PREFIX = "dlq."
MAX_MESSAGE_BYTES = 512

ATTEMPT_DIGITS = 6
"""Of the longest count that is believed; whoever can write a record can write this header too."""

LEFT_OUT_HEADER = "dlq.left-out"
"""Header of a letter whose record no topic would take back: how many bytes it had. Where it lies says the rest."""


@dataclass(frozen=True)
class SourceRecord:
    """Where a record stood in Kafka, and its headers."""

    topic: str
    partition: int
    offset: int
    headers: Headers

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}] offset {self.offset}"


def attempts_of(header: bytes) -> int:
    """The count in a header `dlq.attempt`; 0 where it is none."""
    return int(header) if header.isdigit() and len(header) <= ATTEMPT_DIGITS else 0


def dead_letter_headers(source: SourceRecord, error: RejectedArticleError, *, now: datetime) -> Headers:
    """The headers of a dead letter: those of the article, and ours.

    Parameters
    ----------
    source
        The record that failed; after a redrive it bears the headers of its earlier failure.
    now
        When it failed.
    """
    earlier = {name: value for name, value in source.headers if name.startswith(PREFIX)}
    ours = {
        "dlq.topic": source.topic.encode(),
        "dlq.partition": str(source.partition).encode(),
        "dlq.offset": str(source.offset).encode(),
        "dlq.stage": error.stage.encode(),
        "dlq.reason": error.reason.encode(),
        "dlq.error.class": type(error).__name__.encode(),
        "dlq.error.message": error.what.encode()[:MAX_MESSAGE_BYTES],
        "dlq.attempt": str(attempts_of(earlier.get("dlq.attempt", b"")) + 1).encode(),
        "dlq.first-failed-at": earlier.get("dlq.first-failed-at", now.isoformat(timespec="milliseconds").encode()),
        "dlq.app.version": __version__.encode(),
    }
    return [(name, value) for name, value in source.headers if not name.startswith(PREFIX)] + list(ours.items())
