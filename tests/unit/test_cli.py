"""The command line without a broker: exit codes, messages, JSON lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from streams.resources import SEEDS
from streams.settings import Settings
from tests.conftest import GOLDEN

NOWHERE = {
    "STREAMS_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "STREAMS_REGISTRY_URL": "http://127.0.0.1:1",
    "STREAMS_STARTUP_TIMEOUT": "1",
    "STREAMS_CONNECT_TIMEOUT": "1",
}


def streams(*arguments: str, stdin: bytes | None = None, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "streams", *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **(environment or {})},
        timeout=120,
        check=False,
    )


def test_help_names_every_command() -> None:
    done = streams("--help")
    assert done.returncode == 0
    for command in ("demo", "replay", "dead-letters", "stack", "worker", "produce", "extract", "tail", "topics", "schemas", "settings"):
        assert command in done.stdout.decode()


@pytest.mark.parametrize("arguments", [["nonsense"], ["extract"], ["stack", "sideways"], ["produce", "--format", "xml", "x"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert streams(*arguments).returncode == 2


def test_extract_prints_the_seeds_events_as_json_lines() -> None:
    done = streams("extract", str(SEEDS))
    assert done.returncode == 0
    assert done.stdout.decode() == (GOLDEN / "seed.jsonl").read_text()
    assert done.stderr == b""


def test_extract_reads_standard_input_and_prints_the_type_first() -> None:
    article = {"text": "Poland will send 20 Leopard 2 tanks to Ukraine, Defence Minister Jan Nowak said.", "published_at": "2025-07-25"}
    done = streams("extract", "-", stdin=json.dumps(article).encode())
    [line] = done.stdout.decode().splitlines()
    assert line.startswith('{"type": "weapons-pledge", "id": "')
    event = json.loads(line)
    assert [event["suppliers"][0]["country"], event["recipients"][0]["country"]] == ["POL", "UKR"]
    assert event["quantity"]["min"] == 20


def test_bad_files_cost_one_line_each_and_the_good_ones_are_done(tmp_path: Path) -> None:
    lines = tmp_path / "articles.jsonl"
    lines.write_text('{"text": "Norway and Sweden held talks in Oslo on Monday."}\nbroken\n{"text": 7}\n')
    done = streams("extract", str(tmp_path / "missing.txt"), str(lines))
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    errors = done.stderr.decode().splitlines()
    assert [error.split(": ")[1] for error in errors] == [str(tmp_path / "missing.txt"), f"{lines}:2", f"{lines}:3"]


def test_too_long_a_text_is_told_and_the_rest_goes_on() -> None:
    articles = b"\n".join(
        json.dumps({"id": str(n), "text": text}).encode() for n, text in enumerate(["x" * 900, "Norway and Sweden met in Oslo."])
    )
    done = streams("extract", "-", stdin=articles, environment={"STREAMS_MAX_TEXT_LENGTH": "500"})
    assert done.returncode == 1
    assert b"error: 0: the text has more than 500 code points" in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_many_articles_come_out_in_their_order_whatever_takes_long() -> None:
    texts = ["Norway and Sweden held talks in Oslo on Monday. " + "Nothing else was said that day. " * (40 * (n % 3)) for n in range(24)]
    articles = b"\n".join(json.dumps({"id": str(n), "text": text}).encode() for n, text in enumerate(texts))
    alone, together = (streams("extract", "-", stdin=articles, environment={"STREAMS_PROCESSES": n}) for n in ("1", "2"))
    assert [json.loads(line)["article"]["article_id"] for line in together.stdout.splitlines()] == [str(n) for n in range(24)]
    assert together.stdout == alone.stdout


def test_one_article_too_large_for_the_machine_is_told_and_the_rest_goes_on() -> None:
    texts = ["Norway and Sweden met in Oslo. " * (1 if n != 5 else 7000) for n in range(10)]
    articles = b"\n".join(json.dumps({"id": str(n), "text": text}).encode() for n, text in enumerate(texts))
    done = streams("extract", "-", stdin=articles, environment={"STREAMS_PROCESSES": "2", "STREAMS_ARTICLE_MEMORY": "64"})
    assert done.returncode == 1
    assert b"more than 64 MiB of memory" in done.stderr
    assert len(done.stdout.splitlines()) == 9


def test_settings_shows_every_variable() -> None:
    done = streams("settings", environment={"STREAMS_WINDOW": "17"})
    shown = done.stdout.decode()
    for name in Settings.model_fields:
        assert f"STREAMS_{name.upper()}" in shown
    assert " 17 " in shown


def test_a_wrong_setting_is_named() -> None:
    done = streams("settings", environment={"STREAMS_WINDOW": "many"})
    assert done.returncode == 1
    assert b"error: STREAMS_WINDOW: " in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "who"),
    [
        (["topics", "create"], "Kafka does not answer"),
        (["topics", "list"], "Kafka does not answer"),
        (["schemas", "register"], "the schema registry does not answer"),
        (["schemas", "check"], "the schema registry does not answer"),
        (["produce", str(SEEDS), "--format", "json"], "articles cannot be sent"),
        (["worker"], "Kafka does not answer"),
    ],
)
def test_what_is_away_is_named_and_where(arguments: list[str], who: str) -> None:
    done = streams(*arguments, environment={"STREAMS_METRICS_PORT": "0", "STREAMS_HEALTH_PORT": "0", **NOWHERE})
    message = done.stderr.decode()
    assert done.returncode == 1, message
    assert who in message.splitlines()[-1]
    assert "127.0.0.1:1" in message.splitlines()[-1]
    assert "Traceback" not in message


def test_an_unknown_model_is_named() -> None:
    done = streams("extract", "-", stdin=b"Text.", environment={"STREAMS_MODEL": "en_no_such_model"})
    assert done.returncode == 1
    assert b"error: en_no_such_model: no such spaCy pipeline is installed" in done.stderr


def test_status_of_a_stack_that_does_not_run(tmp_path: Path) -> None:
    done = streams("stack", "status", environment={"STREAMS_STACK_DIR": str(tmp_path)})
    assert done.returncode == 1
    assert b"`streams stack up` starts it" in done.stderr


def test_an_unknown_topic_is_named() -> None:
    done = streams("tail", "events.nothing", environment=NOWHERE)
    assert done.returncode == 2
    assert b"is no topic of the pipeline" in done.stderr
