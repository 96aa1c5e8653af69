"""Traces as OpenTelemetry spans, sent by OTLP over HTTP. The only module that knows OpenTelemetry, and an optional one."""

from __future__ import annotations

import time

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from streams import __version__
from streams.wire.cloudevents import TRACE_HEADERS, Headers
from streams.wire.dead_letter import SourceRecord

__all__ = ["OpenTelemetryTracing"]

W3C = TraceContextTextMapPropagator()


class OpenTelemetryTracing:
    """A span for each article, a child of the one that its `traceparent` names, with a span for each stage below it.

    Where the spans go, how many are kept and what the service is called is set by the variables `OTEL_…` of OpenTelemetry's specification.

    Parameters
    ----------
    group
        Consumer group that reads the articles.

    References
    ----------
    OpenTelemetry, semantic conventions for Kafka.
    """

    def __init__(self, group: str) -> None:
        self._group = group
        named = Resource.create({"service.version": __version__})
        if str(named.attributes["service.name"]).startswith("unknown_service"):
            named = named.merge(Resource({"service.name": "news-event-streams"}))
        self._provider = TracerProvider(resource=named)
        # A thread of its own with a bounded queue: a collector that is away costs spans, and no article.
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("streams", __version__)

    def begin(self, source: SourceRecord) -> _ArticleSpan:
        """The article was read just now."""
        carrier = {name: value.decode("ascii", "replace") for name, value in source.headers if name in TRACE_HEADERS}
        span = self._tracer.start_span(
            f"process {source.topic}",
            context=W3C.extract(carrier),
            kind=SpanKind.CONSUMER,
            attributes={
                "messaging.system": "kafka",
                "messaging.operation.type": "process",
                "messaging.operation.name": "process",
                "messaging.consumer.group.name": self._group,
                "messaging.destination.name": source.topic,
                "messaging.destination.partition.id": str(source.partition),
                "messaging.kafka.offset": source.offset,
            },
        )
        return _ArticleSpan(self._tracer, span)

    def close(self) -> None:
        """Send what waits to be sent."""
        self._provider.shutdown()


class _ArticleSpan:
    """The span of one article."""

    def __init__(self, tracer: Tracer, span: Span) -> None:
        self._tracer = tracer
        self._span = span
        self._context = set_span_in_context(span)

    def stage(self, name: str, seconds: float) -> None:
        """A span below the article's, that ends now."""
        ended = time.time_ns()
        self._tracer.start_span(name, context=self._context, start_time=ended - round(seconds * 1e9)).end(ended)

    def passed_on(self, headers: Headers) -> Headers:
        """The article's span becomes the parent of what consumers do with the records."""
        carrier: dict[str, str] = {}
        W3C.inject(carrier, self._context)
        others = [(name, value) for name, value in headers if name not in TRACE_HEADERS]
        return [*((name, value.encode()) for name, value in carrier.items()), *others]

    def end(self, outcome: str, dead_letter_reason: str | None = None) -> None:
        """A dead letter is an error, with its reason as the type."""
        self._span.set_attribute("streams.outcome", outcome)
        if dead_letter_reason is not None:
            self._span.set_attribute("error.type", dead_letter_reason)
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()
