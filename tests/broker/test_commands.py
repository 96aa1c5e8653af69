"""The commands that need a broker, as a user types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from streams.resources import SEEDS
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import Listener, Stack
from tests.broker.conftest import WAIT, Worker, outcomes, wait_for
from tests.conftest import GOLDEN

EVENTS = [json.loads(line) for line in (GOLDEN / "seed.jsonl").read_text().splitlines()]


def streams(settings: Settings, *arguments: str, timeout: float = WAIT) -> subprocess.CompletedProcess[str]:
    environment = settings.environment()
    return subprocess.run(
        [sys.executable, "-m", "streams", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=timeout,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["avro", "json"])
def test_produce_then_tail(settings: Settings, worker: Worker, encoding: str) -> None:
    del worker
    sent = streams(settings, "produce", str(SEEDS), "--format", encoding)
    assert sent.returncode == 0, sent.stderr
    assert "1 articles sent, 0 not readable" in sent.stderr
    outcomes(settings, 1)

    shown = streams(settings, "tail", "events.weapons-pledge", "--from-beginning", "--no-follow", "--json")
    found = sorted((json.loads(line) for line in shown.stdout.splitlines()), key=lambda event: str(event["id"]))
    assert found == sorted((e for e in EVENTS if e["type"] == "weapons-pledge"), key=lambda event: str(event["id"]))

    lines = streams(settings, "tail", "events.talks-round", "--from-beginning", "--no-follow").stdout.splitlines()
    assert len(lines) == 6
    assert any("Istanbul" in line and "proposed (possible)" in line for line in lines)
    pledges = streams(
        settings, "tail", "--where", "supplier=NOR", "--status", "committed,pledged", "--since", "1h", "--no-follow", "--json"
    )
    assert [json.loads(line)["suppliers"][0]["name"] for line in pledges.stdout.splitlines()] == ["Norway"]
    gaps = streams(
        settings, "tail", "--type", "funding-gap", "--type", "talks-round", "--from-beginning", "--no-follow"
    ).stdout.splitlines()
    assert len(gaps) == sum(event["type"] != "weapons-pledge" for event in EVENTS)
    assert streams(settings, "tail", "--since", "2099-01-01", "--no-follow").stdout == ""
    assert streams(settings, "tail", "--where", "nonsense=1").returncode == 2
    [article] = streams(settings, "tail", "articles", "--from-beginning", "--no-follow").stdout.splitlines()
    assert "000_351b40bd90625af1" in article
    [enriched] = streams(settings, "tail", "articles.enriched", "--from-beginning", "--no-follow").stdout.splitlines()
    assert "15 events" in enriched


def test_tail_shows_dead_letters_with_their_reason(settings: Settings, worker: Worker, tmp_path: Path) -> None:
    del worker
    (tmp_path / "a.json").write_text('{"id": "a", "text": "Too long for the limit."}')
    small = settings.model_copy(update={"max_text_length": 5})
    assert streams(small, "produce", str(tmp_path), "--format", "json").returncode == 0
    # The worker has the usual limit; a record that it refuses:
    from kafka import KafkaProducer

    producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers)
    producer.send(f"{settings.topic_prefix}articles", value=b"nonsense").get(timeout=30)
    producer.close()
    outcomes(settings, 2)
    [line] = streams(settings, "tail", "articles.dead-letter", "--from-beginning", "--no-follow").stdout.splitlines()
    assert "decode, decode: neither Avro" in line
    assert "(8 bytes)" in line


def test_tail_follows_until_it_is_stopped(settings: Settings, worker: Worker) -> None:
    del worker
    environment = settings.environment()
    command = [sys.executable, "-m", "streams", "tail", "events.funding-gap", "--from-beginning"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}) as tail:
        assert streams(settings, "produce", str(SEEDS)).returncode == 0
        assert tail.stdout is not None
        assert "34 billion EUR" in tail.stdout.readline() + tail.stdout.readline()
        tail.terminate()
        assert tail.wait(timeout=30) == 143


def test_tail_ends_when_nobody_reads_any_more(settings: Settings) -> None:
    command = [sys.executable, "-m", "streams", "tail"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **settings.environment()}) as tail:
        assert tail.stdout is not None
        tail.stdout.close()
        assert tail.wait(timeout=30) == 0
        assert tail.stderr is not None
        assert tail.stderr.read() == b""


def test_good_articles_are_sent_though_others_are_bad(settings: Settings, tmp_path: Path) -> None:
    lines = tmp_path / "articles.jsonl"
    lines.write_text('{"id": "1", "text": "One."}\nbroken\n{"id": "3", "text": "Three."}\n')
    sent = streams(settings, "produce", str(lines))
    assert sent.returncode == 1
    assert f"error: {lines}:2: " in sent.stderr
    assert "2 articles sent, 1 not readable" in sent.stderr
    shown = streams(settings, "tail", "articles", "--from-beginning", "--no-follow", "--json").stdout.splitlines()
    assert {json.loads(line)["id"] for line in shown} == {"1", "3"}


def test_topics_and_schemas(settings: Settings) -> None:
    assert streams(settings, "topics", "create").stdout == "all topics exist\n"
    listed = streams(settings, "topics", "list").stdout
    for name in ("articles", "articles.enriched", "events.funding-gap", "articles.dead-letter"):
        assert f"{settings.topic_prefix}{name} " in listed
    checked = streams(settings, "schemas", "check")
    assert checked.returncode == 0
    assert "events.talks-round against 0.1.0: the same" in checked.stdout
    assert "events.talks-round against version 1 in the registry: the same" in checked.stdout
    assert "events.talks-round-value has id" in streams(settings, "schemas", "register").stdout


def our_processes(marker: str) -> list[str]:
    """Command lines of running processes that name a folder of ours."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if marker in line and "pytest" not in line:
            found.append(line)
    return found


@pytest.mark.timeout(240)
def test_demo_shows_everything_and_leaves_nothing_running(tmp_path: Path) -> None:
    settings = Settings().model_copy(update={"stack_dir": tmp_path / "stack"})
    os.environ["TMPDIR"] = str(tmp_path)
    try:
        done = streams(settings, "demo", timeout=200)
    finally:
        del os.environ["TMPDIR"]
    assert done.returncode == 0, done.stderr
    for shown in (
        "{financing gap|trigger}",
        "events.funding-gap",
        "34 billion EUR",
        "events.weapons-pledge",
        "under discussion",
        "events.talks-round",
        "PT40M",
        'streams_articles_processed_total{mode="live",outcome="enriched"} 1.0',
        'streams_events_emitted_total{event_type="weapons_pledge",mode="live"} 7.0',
    ):
        assert shown in done.stdout
    for step in ("starting Kafka", "starting Apicurio Registry", "starting a worker", "producing 1 article"):
        assert step in done.stderr
    wait_for(lambda: our_processes(str(tmp_path)) == [])
    assert list(tmp_path.glob("streams-demo-*")) == []


@pytest.mark.timeout(240)
def test_demo_keeps_the_stack_on_request_and_stack_down_stops_it(tmp_path: Path) -> None:
    settings = Settings().model_copy(update={"stack_dir": tmp_path / "stack"})
    done = streams(settings, "demo", "--keep", timeout=200)
    try:
        assert done.returncode == 0, done.stderr
        assert "export STREAMS_BOOTSTRAP_SERVERS=127.0.0.1:" in done.stdout
        status = streams(settings, "stack", "status").stdout
        for name in ("Kafka", "Apicurio Registry", "worker"):
            assert name in status
        again = streams(settings, "demo", "--keep")
        assert again.returncode == 1
        assert "runs already" in again.stderr
    finally:
        down = streams(settings, "stack", "down")
    first, *others = down.stdout.splitlines()
    assert first == "stopped worker"
    assert set(others) == {"stopped Kafka", "stopped Apicurio Registry"}
    assert our_processes(str(tmp_path)) == []


def test_a_part_that_cannot_start_is_named_with_its_log(tmp_path: Path) -> None:
    settings = Settings().model_copy(update={"stack_dir": tmp_path / "stack"})
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        up = streams(settings, "stack", "up", "--kafka-port", str(port), "--registry-port", str(free_port()))
    assert up.returncode == 1
    assert f"error: 127.0.0.1:{port}: cannot start Kafka: something else listens there" in up.stderr
    wait_for(lambda: our_processes(str(tmp_path)) == [])

    broken = Stack(tmp_path / "broken", settings)
    (tmp_path / "broken" / "kafka").mkdir(parents=True)
    (tmp_path / "broken" / "kafka" / "meta.properties").write_text("version=1\ncluster.id=none\nnode.id=7\n")
    from streams.errors import StackError

    with pytest.raises(StackError, match="Kafka ended with exit code") as failure:
        broken.up()
    assert failure.value.where == str(tmp_path / "broken" / "kafka.log")
    assert our_processes(str(tmp_path)) == []

    twice = free_port()
    doors = [Listener(name, "PLAINTEXT", twice) for name in ("ONE", "OTHER")]
    with pytest.raises(StackError, match=f"cannot be formatted: .*two listeners on the same port.* port: {twice}$"):
        Stack(tmp_path / "twice", settings, listeners=doors).up()
    wait_for(lambda: our_processes(str(tmp_path)) == [])


def test_the_stack_keeps_its_data_over_a_stop(tmp_path: Path) -> None:
    settings = Settings().model_copy(update={"stack_dir": tmp_path / "stack"})
    ports = ("--kafka-port", str(free_port()), "--registry-port", str(free_port()))
    started = time.monotonic()
    try:
        assert streams(settings, "stack", "up", *ports).returncode == 0
        up = Stack(settings.stack_dir, settings).connection
        connected = settings.model_copy(update=up)
        assert streams(connected, "produce", str(SEEDS)).returncode == 0
        assert streams(settings, "stack", "down").returncode == 0
        assert streams(settings, "stack", "up", *ports).returncode == 0
        [line] = streams(connected, "tail", "articles", "--from-beginning", "--no-follow").stdout.splitlines()
        assert "000_351b40bd90625af1" in line
    finally:
        streams(settings, "stack", "down")
    assert time.monotonic() - started < 120
