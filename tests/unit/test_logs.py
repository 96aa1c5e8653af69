"""Log lines: named after their article, readable by machines, never without end."""

from __future__ import annotations

import contextvars
import json
import logging

import pytest

from streams.logs import JsonFormatter, PlainFormatter, RateLimit, bind_article, set_up_logging
from streams.settings import Settings
from streams.wire.dead_letter import SourceRecord

TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def record(message: str = "hello", *, line: int = 1, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("streams.test", level, "test.py", line, message, (), None)


def lines(capsys: pytest.CaptureFixture[str], log_format: str, *, article_id: str, headers: list[tuple[str, bytes]]) -> list[str]:
    root = logging.getLogger()
    before = list(root.handlers)
    root.handlers.clear()
    try:
        set_up_logging(Settings(log_format=log_format, _env_file=None))

        def log() -> None:
            bind_article(SourceRecord("articles", 3, 41, headers), article_id)
            logging.getLogger("streams.test").warning("it %s", "happened")

        contextvars.copy_context().run(log)
        logging.getLogger("streams.test").warning("of no article")
    finally:
        root.handlers[:] = before
    return capsys.readouterr().err.splitlines()


def test_json_lines_name_topic_partition_offset_id_and_trace(capsys: pytest.CaptureFixture[str]) -> None:
    about, other = map(json.loads, lines(capsys, "json", article_id="a\n7", headers=[("traceparent", TRACE)]))
    assert about["message"] == "it happened"
    assert about["level"] == "WARNING"
    assert (about["topic"], about["partition"], about["offset"], about["article_id"]) == ("articles", 3, 41, "a\n7")
    assert about["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert "article_id" not in other


def test_plain_lines_name_the_article_and_an_id_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    about, other = lines(capsys, "plain", article_id="a\n2026 ERROR all is lost", headers=[])
    assert about.endswith('WARNING streams.test: it happened article_id="a\\n2026 ERROR all is lost"')
    assert "article_id" not in other


@pytest.mark.parametrize("value", [b"", b"00", b"00-short-x-01", b"\xff" * 40])
def test_a_broken_traceparent_is_no_trace(value: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    about = json.loads(lines(capsys, "json", article_id="a", headers=[("traceparent", value)])[0])
    assert "trace_id" not in about


def test_a_place_that_repeats_itself_is_cut_and_tells_how_much() -> None:
    now = 0.0
    limit = RateLimit(burst=3, interval=60, clock=lambda: now)
    assert [limit.filter(record(f"offset {n}")) for n in range(10)] == [True] * 3 + [False] * 7
    # Another place is not its fault, and what ends the process is always told.
    assert limit.filter(record(line=2))
    assert limit.filter(record(level=logging.CRITICAL))
    now = 61.0
    again = record("offset 11")
    assert limit.filter(again)
    again.article = {}
    assert json.loads(JsonFormatter().format(again))["suppressed"] == 7
    assert PlainFormatter().format(again).endswith("suppressed=7")
    # And it starts anew.
    assert [limit.filter(record()) for _ in range(4)] == [True, True, False, False]
