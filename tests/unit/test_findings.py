"""What metrics tell of an event."""

from __future__ import annotations

from streams.extraction.pipeline import Extractor
from streams.records import Article
from streams.worker.findings import finding_of


def test_a_finding_counts_without_quoting(extractor: Extractor) -> None:
    text = "Norway pledged 12 NASAMS launchers to Ukraine on Friday. The government of Norway said the launchers will be delivered in May."
    events = extractor.extract(Article(id="a", text=text, language="en")).events
    assert events
    finding = finding_of(events[0])
    assert finding.event_type == "weapons_pledge"
    assert finding.status == events[0].model_dump()["status"].lower()
    assert finding.confidence == events[0].confidence
    assert finding.names["weapon", "hit"] == 1
    assert finding.names["actor", "hit"] >= 2
    assert "value" in finding.null_fields
    assert "system" not in finding.null_fields
    assert finding.null_reasons == tuple(events[0].null_reasons.values())
    assert not any(word in repr(finding) for word in ("NASAMS", "Norway", "Friday"))
