"""Dead letters as an operator meets them: counted, looked at, sent again, and parked when nothing helps."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from kafka import KafkaProducer

from streams.settings import Settings
from streams.topics import ARTICLES, DEAD_LETTERS, ENRICHED, PARKED
from tests.broker.conftest import Worker, headers_of, outcomes, read_all, send, wait_for
from tests.broker.test_replay import records, streams, summary

LONG = json.dumps({"id": "long", "text": "Officials from Norway and Sweden held talks in Oslo on Monday. " * 50}).encode()
ESCAPE = b"\x1b[31mno article\xff"


def listed(settings: Settings) -> list[dict[str, Any]]:
    done = streams(settings, "dead-letters", "list", "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def counts(settings: Settings) -> dict[str, tuple[int, int, int]]:
    return {entry["reason"]: (entry["waiting"], entry["redriven"], entry["parked"]) for entry in listed(settings)}


def test_list_and_show(settings: Settings, worker: Worker, producer: KafkaProducer) -> None:
    del worker
    assert listed(settings) == []
    send(producer, settings, ESCAPE, key=b"\x1bkey", headers=[("mine", b"\x07\x00")])
    send(producer, settings, b'{"title": "No text"}')
    send(producer, settings, b'{"title": "No text either"}')
    outcomes(settings, 3)
    kinds = {(e["stage"], e["reason"], e["error_class"]): e["waiting"] for e in listed(settings)}
    assert kinds == {("decode", "validation", "InvalidArticleError"): 2, ("decode", "decode", "DecodeError"): 1}
    table = streams(settings, "dead-letters", "list").stdout
    assert "InvalidArticleError" in table
    each = streams(settings, "dead-letters", "list", "--each", "--json").stdout.splitlines()
    position = next(json.loads(line)["position"] for line in each if json.loads(line)["reason"] == "decode")
    shown = streams(settings, "dead-letters", "show", position)
    assert shown.returncode == 0, shown.stderr
    assert "\\x1b[31mno article\\xff" in shown.stdout
    assert "\x1b" not in shown.stdout, "no letter steers the operator's terminal"
    assert "\x07" not in shown.stdout
    assert "neither Avro" in shown.stdout
    raw = streams_raw(settings, "dead-letters", "show", f"articles.dead-letter/{position}", "--raw")
    assert raw == ESCAPE
    missing = streams(settings, "dead-letters", "show", "0/99")
    assert missing.returncode == 2
    assert "no letter at this position" in missing.stderr


def streams_raw(settings: Settings, *arguments: str) -> bytes:
    import subprocess

    from tests.broker.test_replay import command

    line, environment = command(settings, *arguments)
    return subprocess.run(line, capture_output=True, env=environment, timeout=60, check=True).stdout


def test_after_a_fix_letters_come_out(settings: Settings, start_worker: Callable[..., Worker], producer: KafkaProducer) -> None:
    before = start_worker(max_text_length=500).wait_until_ready()
    timestamp = 1_753_452_191_483
    send(producer, settings, LONG, key=b"long", headers=[("mine", b"\x00\xff"), ("traceparent", b"00-1")])
    send(producer, settings, b"broken", key=b"old", timestamp_ms=timestamp)
    outcomes(settings, 2)
    assert before.stop(signal.SIGTERM) == 0
    after = start_worker().wait_until_ready()
    planned = streams(settings, "dead-letters", "redrive", "--reason", "validation")
    assert planned.returncode == 0, planned.stderr
    assert {key: summary(planned)[key] for key in ("state", "to_redrive", "to_park", "reasons", "left_out")} == {
        "state": "planned",
        "to_redrive": 1,
        "to_park": 0,
        "reasons": {"validation": 1},
        "left_out": {"another reason": 1},
    }
    assert counts(settings) == {"validation": (1, 0, 0), "decode": (1, 0, 0)}
    done = streams(settings, "dead-letters", "redrive", "--reason", "validation", "--execute", "--run-id", "fixed")
    assert done.returncode == 0, done.stderr
    [enriched] = read_all(settings, ENRICHED, enough=lambda messages: len(messages) >= 1)
    assert enriched.key() == b"long"
    assert headers_of(enriched)["replay.run-id"] == b"fixed"
    assert headers_of(enriched)["traceparent"] == b"00-1"
    assert counts(settings) == {"validation": (0, 1, 0), "decode": (1, 0, 0)}
    wait_for(lambda: after.metric('streams_articles_processed_total{mode="replay",outcome="enriched"}') == 1)
    assert after.metric('streams_articles_received_total{mode="live"}') == 0
    # What was handled is left alone the next time.
    again = streams(settings, "dead-letters", "redrive", "--reason", "validation", "--execute")
    assert (summary(again)["redriven"], summary(again)["left_out"]) == (0, {"another reason": 1, "redriven before": 1})
    repeated = streams(settings, "dead-letters", "redrive", "--reason", "validation", "--again")
    assert summary(repeated)["to_redrive"] == 1


def test_attempts_are_counted_and_what_never_works_is_parked(settings: Settings, worker: Worker, producer: KafkaProducer) -> None:
    del worker
    value = b"\xff" + os.urandom(20)
    send(producer, settings, value, key=b"k", headers=[("mine", b"1")])
    first_failed = b""
    for attempt in (1, 2, 3):
        letters = read_all(settings, DEAD_LETTERS, enough=lambda messages, wanted=attempt: len(messages) >= wanted)  # type: ignore[misc]
        latest = max(letters, key=lambda letter: int(headers_of(letter)["dlq.attempt"]))
        headers = headers_of(latest)
        assert headers["dlq.attempt"] == str(attempt).encode()
        assert latest.value() == value
        assert headers["mine"] == b"1"
        first_failed = first_failed or headers["dlq.first-failed-at"]
        assert headers["dlq.first-failed-at"] == first_failed
        done = streams(settings, "dead-letters", "redrive", "--execute", "--max-attempts", "3")
        assert done.returncode == 0, done.stderr
        assert (summary(done)["redriven"], summary(done)["parked"]) == ((1, 0) if attempt < 3 else (0, 1))
    [parked] = records(settings, PARKED.name_in(settings))
    assert parked.value() == value
    assert headers_of(parked)["dlq.attempt"] == b"3"
    assert headers_of(parked)["dlq.error.class"] == b"DecodeError"
    assert counts(settings) == {"decode": (0, 2, 1)}
    assert len(records(settings, ARTICLES.name_in(settings))) == 3
    for record in records(settings, ARTICLES.name_in(settings))[1:]:
        assert {name for name in headers_of(record) if name.startswith("dlq.")} == {"dlq.attempt", "dlq.first-failed-at"}


@pytest.mark.parametrize(
    ("options", "wanted"), [(["--key", "b"], 1), (["--stage", "encode"], 0), (["--error-class", "DecodeError"], 2), (["0/1"], 1)]
)
def test_letters_are_chosen(settings: Settings, producer: KafkaProducer, options: list[str], wanted: int) -> None:
    for key in (b"a", b"b"):
        headers = [
            ("dlq.stage", b"decode"),
            ("dlq.error.class", b"DecodeError"),
            ("dlq.attempt", b"1"),
            ("dlq.topic", ARTICLES.name_in(settings).encode()),
        ]
        producer.send(DEAD_LETTERS.name_in(settings), key=key, value=b"x", headers=headers, partition=0).get(30)
    planned = streams(settings, "dead-letters", "redrive", *options)
    assert planned.returncode == 0, planned.stderr
    assert summary(planned)["to_redrive"] == wanted
