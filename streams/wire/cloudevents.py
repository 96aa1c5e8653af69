"""CloudEvents 1.0 attributes as Kafka headers, binary mode."""

from __future__ import annotations

from streams.records import Event

__all__ = ["TRACE_HEADERS", "Headers", "event_headers", "trace_headers"]

Headers = list[tuple[str, bytes]]

TRACE_HEADERS = ("traceparent", "tracestate")
"""W3C trace context: passed on from the article to everything made from it."""


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


def trace_headers(headers: Headers) -> Headers:
    """Those of an article's headers that belong to everything made from it."""
    return [(name, value) for name, value in headers if name in TRACE_HEADERS]
