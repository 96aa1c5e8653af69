"""Leaders whom news names without their state."""

from __future__ import annotations

import pytest

from streams.extraction.pipeline import Extractor
from streams.records import Article, EntityKind


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Putin spoke for two hours on Monday.", "Putin", "RUS"),
        ("The visit of Lloyd Austin was short.", "Lloyd Austin", "USA"),
        ("The game was won by Brandon Austin on Sunday.", "Brandon Austin", None),
    ],
)
def test_state_of_a_leader(extractor: Extractor, text: str, name: str, country: str | None) -> None:
    entities = extractor.extract(Article(id="leader", text=text)).enriched.entities
    assert [(e.name, e.country) for e in entities if e.kind is EntityKind.PERSON] == [(name, country)]
