"""What is told of an article while it is in work, for those who follow traces."""

from __future__ import annotations

from typing import Protocol

from streams.errors import StreamsError
from streams.settings import Settings
from streams.wire.cloudevents import Headers
from streams.wire.dead_letter import SourceRecord

__all__ = ["ArticleTrace", "NoTracing", "Tracing", "tracing_of"]


class ArticleTrace(Protocol):
    """The trace of one article, from its reading to its acknowledgement."""

    def stage(self, name: str, seconds: float) -> None:
        """A stage has ended just now, and took so long."""

    def passed_on(self, headers: Headers) -> Headers:
        """The headers for what is made from the article, with the trace's context in them."""

    def end(self, outcome: str, dead_letter_reason: str | None = None) -> None:
        """The article is acknowledged."""


class Tracing(Protocol):
    """Begins the trace of each article."""

    def begin(self, source: SourceRecord) -> ArticleTrace:
        """The article was read just now."""

    def close(self) -> None:
        """Send what waits to be sent."""


class NoTracing:
    """Tells nobody anything; a `traceparent` is passed on as it came."""

    def begin(self, source: SourceRecord) -> NoTracing:
        del source
        return self

    def stage(self, name: str, seconds: float) -> None:
        pass

    def passed_on(self, headers: Headers) -> Headers:
        return headers

    def end(self, outcome: str, dead_letter_reason: str | None = None) -> None:
        pass

    def close(self) -> None:
        pass


def tracing_of(settings: Settings) -> Tracing:
    """What the settings ask for.

    Raises
    ------
    StreamsError
        When spans are asked for and OpenTelemetry is not installed.
    """
    if not settings.tracing:
        return NoTracing()
    try:
        from streams.worker.spans import OpenTelemetryTracing
    except ImportError as error:
        raise StreamsError(
            "OpenTelemetry is not installed", where="STREAMS_TRACING", hint='pip install "news-event-streams[tracing]"'
        ) from error
    return OpenTelemetryTracing(settings.group)
