"""What a pool process does with one article: extract, and encode all that goes out. It runs in spawned processes, without faust."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from streams.errors import EncodeError
from streams.extraction.pipeline import Extractor
from streams.records import Article
from streams.topics import ENRICHED, events_topic
from streams.wire.avro import Encoder, Schema
from streams.wire.cloudevents import Headers, event_headers
from streams.worker.findings import Finding, finding_of

__all__ = ["Enriched", "EnricherOptions", "OutgoingRecord"]


HEADROOM = 32 * 1024
"""Bytes of the largest record that are left for headers passed on from the article, and for Kafka's own framing."""

HEADER_FRAMING = 10
"""Bytes around a header's name and value at most: two lengths."""


@dataclass(frozen=True)
class OutgoingRecord:
    """One record that waits to be sent.

    Parameters
    ----------
    topic
        Name without prefix.
    timestamp
        Seconds since the epoch; None lets the broker or producer choose.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp: float | None = None

    @property
    def size(self) -> int:
        """Bytes that it takes up in a batch, at most."""
        headers = sum(len(name.encode()) + len(value) + HEADER_FRAMING for name, value in self.headers)
        return len(self.key or b"") + len(self.value or b"") + headers


@dataclass(frozen=True)
class Enriched:
    """Everything made from one article.

    Parameters
    ----------
    findings
        What metrics tell of its events.
    seconds
        Time by stage: `nlp`, `extract`, `encode`.
    """

    records: list[OutgoingRecord]
    findings: list[Finding]
    seconds: dict[str, float] = field(compare=False)


@dataclass(frozen=True)
class EnricherOptions:
    """What a pool process needs to know; plain data, because it crosses into it.

    Parameters
    ----------
    model
        Name of the spaCy pipeline.
    schemas
        By topic, the schema that its records are written with.
    event_source
        CloudEvents `source`.
    schema_url
        URL of a schema by its id, with `{id}` in it.
    max_record_bytes
        Bytes of the largest record that the topics take.
    """

    model: str
    schemas: dict[str, Schema]
    event_source: str
    schema_url: str
    max_record_bytes: int

    def __call__(self) -> Callable[[Article], Enriched]:
        """Load the model; the returned function enriches one article."""
        extractor = Extractor(self.model)
        encoders = {topic: Encoder(schema) for topic, schema in self.schemas.items()}

        def enrich(article: Article) -> Enriched:
            extraction = extractor.extract(article)
            encoding_from = time.perf_counter()
            records = [OutgoingRecord(ENRICHED.name, article.id.encode(), encoders[ENRICHED.name].encode(extraction.enriched), [])]
            for event in extraction.events:
                topic = events_topic(event).name
                encoder = encoders[topic]
                headers = event_headers(event, source=self.event_source, data_schema=self.schema_url.format(id=encoder.schema_id))
                records.append(OutgoingRecord(topic, event.event_key.encode(), encoder.encode(event), headers))
            for record in records:
                # The producer would refuse it again after every restart, and nothing behind the article would ever be read.
                if record.size > self.max_record_bytes - HEADROOM:
                    raise EncodeError(f"a record of {record.topic} has {record.size} bytes, more than the topics take")
            seconds = {**extraction.seconds, "encode": time.perf_counter() - encoding_from}
            return Enriched(records, [finding_of(event) for event in extraction.events], seconds)

        return enrich
