"""CloudEvents 1.0 attributes as Kafka headers, binary mode."""

from __future__ import annotations

from streams.records import Event

__all__ = [
    "PASSED_ON_HEADERS",
    "REPLAY_HEADER",
    "REPLAY_ORIGIN_HEADER",
    "TRACE_HEADERS",
    "Headers",
    "event_headers",
    "passed_on_headers",
]

Headers = list[tuple[str, bytes]]

MAX_PASSED_ON_BYTES = 4096
"""Of one header: eight times what everybody has to pass on of `tracestate`, and a path of any length."""

REPLAY_HEADER = "replay.run-id"
"""Header by which a replayed article is told from a live one: the run that sent it."""

REPLAY_ORIGIN_HEADER = "replay.of"
"""Header that says what a replayed article repeats: topic, partition and offset, or file and line."""

TRACE_HEADERS = ("traceparent", "tracestate")
"""W3C trace context, https://www.w3.org/TR/trace-context."""

PASSED_ON_HEADERS = (*TRACE_HEADERS, REPLAY_HEADER, REPLAY_ORIGIN_HEADER)
"""The trace's context and the marks of a replay: passed on from the article to everything made from it."""


def event_headers(event: Event, *, source: str, data_schema: str) -> Headers:
    """The headers of one event's record.

    Parameters
    ----------
    source
        CloudEvents `source`: the pipeline that made the event.
    data_schema
        URL of the value's schema.

    References
    ----------
    CloudEvents 1.0, Kafka protocol binding, section 3.2. `ce_time` is the article's publication, not the clock: a repeat is the same.
    """
    published = event.article.published_at
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": event.id,
        "ce_type": f"news.eventstreams.{event.event_type.label}.v1",
        "ce_source": source,
        "ce_subject": event.article.article_id,
        **({"ce_time": published.isoformat(timespec="milliseconds").replace("+00:00", "Z")} if published else {}),
        "ce_dataschema": data_schema,
        "content-type": "application/avro",
    }
    return [(name, value.encode()) for name, value in attributes.items()]


def passed_on_headers(headers: Headers) -> Headers:
    """Those of an article's headers that belong to everything made from it."""
    # The last of a name counts, and what is longer is none of these; a header of megabytes must not go into every event.
    last = {name: value for name, value in headers if name in PASSED_ON_HEADERS and len(value) <= MAX_PASSED_ON_BYTES}
    return list(last.items())
