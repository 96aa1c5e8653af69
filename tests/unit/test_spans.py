"""Spans as a collector gets them: OTLP over HTTP, against a server of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from streams.settings import Settings
from streams.wire.dead_letter import SourceRecord
from streams.worker.spans import OpenTelemetryTracing
from streams.worker.tracing import NoTracing, tracing_of
from tests.otlp import Collector, running_collector

TRACE_ID, PARENT_ID = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED = f"00-{TRACE_ID}-{PARENT_ID}-01".encode()


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with running_collector() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint)
        yield collector


def source(*headers: tuple[str, bytes]) -> SourceRecord:
    return SourceRecord("articles", 2, 17, list(headers))


def attributes(span: Span) -> dict[str, str | int]:
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in span.attributes}


def test_an_article_is_a_span_below_its_producers_and_its_stages_lie_below_it(collector: Collector) -> None:
    tracing = OpenTelemetryTracing("enrichers")
    trace = tracing.begin(source(("traceparent", SAMPLED)))
    trace.stage("enrich", 0.25)
    trace.end("enriched")
    tracing.close()
    spans = collector.spans()
    article, stage = spans["process articles"], spans["enrich"]
    assert (article.trace_id.hex(), article.parent_span_id.hex(), article.kind) == (TRACE_ID, PARENT_ID, Span.SPAN_KIND_CONSUMER)
    assert (stage.trace_id, stage.parent_span_id) == (article.trace_id, article.span_id)
    assert stage.end_time_unix_nano - stage.start_time_unix_nano == pytest.approx(0.25e9, abs=1)
    told = attributes(article)
    assert (told["messaging.destination.partition.id"], told["messaging.kafka.offset"]) == ("2", 17)
    assert (told["messaging.consumer.group.name"], told["streams.outcome"]) == ("enrichers", "enriched")
    resource = {pair.key: pair.value.string_value for pair in collector.exported[0].resource.attributes}
    assert resource["service.name"] == "news-event-streams"


def test_a_dead_letter_is_an_error_with_its_reason(collector: Collector) -> None:
    tracing = OpenTelemetryTracing("enrichers")
    tracing.begin(source()).end("dead_lettered", "timeout")
    tracing.close()
    span = collector.spans()["process articles"]
    assert attributes(span)["error.type"] == "timeout"
    assert span.status.code == span.status.STATUS_CODE_ERROR
    assert span.parent_span_id == b""


def test_what_is_made_from_an_article_names_its_span_as_parent(collector: Collector) -> None:
    tracing = OpenTelemetryTracing("enrichers")
    trace = tracing.begin(source(("traceparent", SAMPLED), ("tracestate", b"x=y")))
    headers = trace.passed_on([("traceparent", SAMPLED), ("tracestate", b"x=y"), ("replay.run-id", b"7")])
    trace.end("enriched")
    tracing.close()
    span_id = collector.spans()["process articles"].span_id.hex()
    assert dict(headers) == {"traceparent": f"00-{TRACE_ID}-{span_id}-01".encode(), "tracestate": b"x=y", "replay.run-id": b"7"}
    assert len(headers) == 3


@pytest.mark.parametrize("broken", [b"", b"\xff\xfe", b"00-0-0-0", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01"])
def test_a_broken_traceparent_begins_a_trace_of_its_own(broken: bytes, collector: Collector) -> None:
    tracing = OpenTelemetryTracing("enrichers")
    tracing.begin(source(("traceparent", broken))).end("no_event")
    tracing.close()
    assert collector.spans()["process articles"].parent_span_id == b""


def test_without_the_setting_nothing_is_traced_and_the_context_is_passed_on_as_it_came() -> None:
    tracing = tracing_of(Settings())
    assert isinstance(tracing, NoTracing)
    assert tracing.begin(source()).passed_on([("traceparent", SAMPLED)]) == [("traceparent", SAMPLED)]
