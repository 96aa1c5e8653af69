"""Replays as an operator runs them: planned, executed, killed, resumed, held back, and proven complete from the topics themselves."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, Message, TopicPartition
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from streams.administration import Bounds, topic_bounds
from streams.settings import Settings
from streams.topics import ARTICLES, TOPICS
from tests.broker.conftest import WAIT, BrokenName, Worker, committed, headers_of, wait_for

CHUNK = 128


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"replay_dir": tmp_path / "runs"})


def command(settings: Settings, *arguments: str) -> tuple[list[str], dict[str, str]]:
    chosen = settings.model_dump(mode="json")
    environment = {f"STREAMS_{key.upper()}": str(value) for key, value in chosen.items() if "password" not in key}
    return [sys.executable, "-m", "streams", *arguments], {**os.environ, **environment}


def streams(settings: Settings, *arguments: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
    line, environment = command(settings, *arguments)
    done = subprocess.run(line, input=stdin, capture_output=True, env=environment, timeout=WAIT, check=False)
    return subprocess.CompletedProcess(line, done.returncode, done.stdout.decode(), done.stderr.decode())


def start(settings: Settings, *arguments: str) -> subprocess.Popen[bytes]:
    line, environment = command(settings, *arguments)
    return subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def summary(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The JSON line at the end."""
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def ends(settings: Settings) -> dict[str, Bounds]:
    return topic_bounds(settings, [topic.name_in(settings) for topic in TOPICS.values()])


def archive(folder: Path, count: int, *, text: str = "Officials from Norway and Sweden held talks in Oslo on Monday.") -> Path:
    path = folder / "archive.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        for number in range(count):
            out.write(json.dumps({"id": f"a{number}", "text": f"{text} {number}.", "published_at": "2025-07-25"}).encode() + b"\n")
    return path


def records(settings: Settings, topic: str) -> list[Message]:
    """Everything in a topic of any name."""
    bounds = topic_bounds(settings, [topic])[topic]
    left = {p: end for p, (oldest, end) in bounds.items() if oldest < end}
    consumer = Consumer({"bootstrap.servers": settings.bootstrap_servers, "group.id": "nobody", "enable.auto.commit": False})
    found: list[Message] = []
    try:
        consumer.assign([TopicPartition(topic, p, bounds[p][0]) for p in left])
        while left:
            for message in consumer.consume(1000, 1.0):
                assert message.error() is None
                found.append(message)
                if (message.offset() or 0) + 1 >= left.get(message.partition() or 0, 0):
                    left.pop(message.partition() or 0, None)
    finally:
        consumer.close()
    return found


def test_a_plan_changes_nothing(settings: Settings, tmp_path: Path, producer: KafkaProducer) -> None:
    for number in range(20):
        value = json.dumps({"id": f"r{number}", "text": "Text."}).encode()
        producer.send(ARTICLES.name_in(settings), key=f"r{number}".encode(), value=value, timestamp_ms=1_753_452_191_483).get(30)
    before = ends(settings)
    planned = streams(settings, "replay", "archive", str(archive(tmp_path, 300)), "--sample", "0.5", "--rate", "10")
    assert planned.returncode == 0, planned.stderr
    said = summary(planned)
    assert said["state"] == "planned"
    assert 100 < said["planned"] < 200
    assert said["reasons"] == {"not in the sample": 300 - said["planned"]}
    assert "at least 0:00:1" in planned.stderr
    assert "nothing was changed" in planned.stderr
    planned = streams(settings, "replay", "topic", "articles", "--to", f"{settings.topic_prefix}shadow", "--key", "r3", "--key", "r4")
    assert planned.returncode == 0, planned.stderr
    assert summary(planned)["planned"] == 2
    assert summary(planned)["reasons"] == {"another key": 18}
    redrive = streams(settings, "dead-letters", "redrive")
    assert redrive.returncode == 0, redrive.stderr
    assert ends(settings) == before
    assert not settings.replay_dir.exists()
    with KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers) as client:
        assert f"{settings.topic_prefix}shadow" not in client.list_topics()


def test_an_archive_goes_the_whole_way_and_a_second_time_with_the_same_ids(
    settings: Settings, tmp_path: Path, start_worker: Callable[..., Worker]
) -> None:
    lines = [
        {
            "id": f"a{n}",
            "text": f"Poland will send {n + 2} Leopard 2 tanks to Ukraine, Defence Minister Jan Nowak said.",
            "published_at": "2025-07-25",
        }
        for n in range(30)
    ]
    lines.append({"id": "long", "text": "word " * 1000})
    path = tmp_path / "archive.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\nbroken\n" + json.dumps(lines[3]) + "\n")
    worker = start_worker(max_text_length=2000).wait_until_ready()
    for run in ("first", "second"):
        done = streams(settings, "replay", "archive", str(path), "--execute", "--run-id", run)
        assert done.returncode == 0, done.stderr
        assert {key: summary(done)[key] for key in ("state", "planned", "sent", "failed", "reasons")} == {
            "state": "done",
            "planned": 31,
            "sent": 31,
            "failed": 1,
            "reasons": {"not readable": 1, "an id that came before": 1},
        }
    failures = [json.loads(line)["where"] for line in (settings.replay_dir / "first" / "failures.jsonl").read_text().splitlines()]
    assert failures == [f"{path}:32", f"{path}:33"]
    verified = streams(settings, "replay", "verify", "second", "--against", "first", "--wait", "60")
    assert verified.returncode == 0, verified.stderr
    assert summary(verified) == {
        "run": "second",
        "proven": True,
        "planned": 31,
        "sent": 31,
        "sent_again": 0,
        "enriched": 30,
        "dead_lettered": 1,
        "missing": 0,
        "events": 30,
        "compared": 30,
        "changed": 0,
    }
    # No alert and no objective counts them.
    assert worker.metric('streams_articles_received_total{mode="live"}') == 0
    assert worker.metric('streams_articles_received_total{mode="replay"}') == 62
    assert worker.metric('streams_events_emitted_total{event_type="weapons_pledge",mode="live"}') == 0
    assert worker.metric('streams_end_to_end_latency_seconds_count{mode="live"}') == 0


def test_what_did_not_come_out_is_named(settings: Settings, tmp_path: Path) -> None:
    done = streams(settings, "replay", "archive", str(archive(tmp_path, 5)), "--execute", "--run-id", "lost", "--processes", "2")
    assert done.returncode == 0, done.stderr
    verified = streams(settings, "replay", "verify", "lost")
    assert verified.returncode == 1
    assert summary(verified)["missing"] == 5
    assert f"missing: a3 ({tmp_path}/archive.jsonl.gz:4)" in verified.stderr


@pytest.mark.parametrize("processes", [1, 2])
def test_killed_at_random_and_resumed_nothing_is_missing(settings: Settings, tmp_path: Path, processes: int) -> None:
    count, target = 12_000, f"{settings.topic_prefix}shadow"
    chance = random.Random(7)
    options = ["--to", target, "--rate", "3000", "--processes", str(processes), "--run-id", "killed"]
    running = start(settings, "replay", "archive", str(archive(tmp_path, count)), "--execute", *options)
    checkpoint = settings.replay_dir / "killed" / "checkpoint.json"
    kills = 0
    while kills < 5:
        wait_for(checkpoint.exists)
        time.sleep(chance.uniform(0.3, 1.5))
        if running.poll() is not None:
            break
        running.send_signal(signal.SIGKILL)
        running.communicate()
        kills += 1
        # A chunk that was on its way in a child may still arrive.
        running = start(settings, "replay", "resume", "killed")
    out, err = running.communicate(timeout=WAIT)
    assert running.returncode == 0, err.decode()
    assert json.loads(out.splitlines()[-1])["sent"] == count
    assert kills >= 3
    copies = Counter(message.key() for message in records(settings, target))
    assert copies.keys() == {f"a{number}".encode() for number in range(count)}
    again = sum(copies.values()) - count
    print(f"\nkilled {kills} times with {processes} processes: missing 0, sent twice {again}")
    assert again <= kills * processes * 2 * CHUNK
    verified = streams(settings, "replay", "verify", "killed")
    assert verified.returncode == 0, verified.stderr
    assert summary(verified)["sent_again"] == again


def test_stopped_by_a_signal_it_can_go_on(settings: Settings, tmp_path: Path) -> None:
    target = f"{settings.topic_prefix}shadow"
    options = ["--to", target, "--rate", "100", "--run-id", "stopped", "--execute"]
    running = start(settings, "replay", "archive", str(archive(tmp_path, 500)), *options)
    wait_for((settings.replay_dir / "stopped" / "checkpoint.json").exists)
    time.sleep(1)
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=WAIT)
    assert running.returncode == 3, err.decode()
    said = json.loads(out.splitlines()[-1])
    assert said["state"] == "stopped"
    assert 0 < said["sent"] < 500
    assert "streams replay resume stopped" in err.decode()
    status = streams(settings, "replay", "status", "--json")
    assert summary(status)["state"] == "stopped"
    done = streams(settings, "replay", "resume", "stopped", "--rate", "0")
    assert done.returncode == 0, done.stderr
    # What was finished before the signal was noted: nothing is sent twice.
    assert sorted(message.key() or b"" for message in records(settings, target)) == sorted(f"a{n}".encode() for n in range(500))
    assert streams(settings, "replay", "resume", "stopped").returncode == 0, "done is done"
    assert len(records(settings, target)) == 500


def test_an_archive_that_changed_is_not_gone_on_with(settings: Settings, tmp_path: Path) -> None:
    path = archive(tmp_path, 400)
    options = ["--to", f"{settings.topic_prefix}shadow", "--rate", "50", "--run-id", "changed", "--execute"]
    running = start(settings, "replay", "archive", str(path), *options)
    wait_for((settings.replay_dir / "changed" / "checkpoint.json").exists)
    second = streams(settings, "replay", "resume", "changed")
    assert second.returncode == 1
    assert "another process works on this run" in second.stderr
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=WAIT)
    assert running.returncode == 3
    with gzip.open(path, "ab") as out:
        out.write(b'{"id": "new", "text": "New."}\n')
    done = streams(settings, "replay", "resume", "changed")
    assert done.returncode == 1
    assert "the files have changed since they were planned" in done.stderr


def test_a_damaged_archive_is_fatal_where_that_is_asked_for(settings: Settings, tmp_path: Path) -> None:
    path = archive(tmp_path, 100)
    path.write_bytes(path.read_bytes()[:-20])
    before = ends(settings)
    done = streams(settings, "replay", "archive", str(path), "--execute", "--on-error", "stop")
    assert done.returncode == 1
    assert "nothing was sent" in done.stderr
    assert ends(settings) == before
    done = streams(settings, "replay", "archive", str(path), "--execute", "--on-error", "skip")
    assert done.returncode == 0, done.stderr
    assert summary(done)["failed"] == 1


def test_standard_input_is_kept_until_it_is_done(settings: Settings) -> None:
    lines = b"".join(json.dumps({"id": f"p{n}", "text": "Text."}).encode() + b"\n" for n in range(50))
    done = streams(settings, "replay", "archive", "-", "--execute", "--format", "json", stdin=lines)
    assert done.returncode == 0, done.stderr
    assert summary(done)["sent"] == 50
    assert list((settings.replay_dir / "inputs").iterdir()) == []
    assert json.loads(records(settings, ARTICLES.name_in(settings))[0].value() or b"")["text"] == "Text."


def test_a_range_of_a_topic_keeps_bytes_and_touches_no_group(settings: Settings, producer: KafkaProducer) -> None:
    source, target = ARTICLES.name_in(settings), f"{settings.topic_prefix}shadow"
    now = int(time.time() * 1000)
    for number in range(60):
        producer.send(
            source,
            key=None if number % 10 == 0 else f"k{number % 7}".encode(),
            value=b"\xff not an article" if number == 7 else json.dumps({"id": f"i{number}", "text": "Text."}).encode(),
            headers=[("mine", b"\x00\xff"), (BrokenName("x"), b""), ("replay.run-id", b"earlier")],
            partition=number % 3,
            timestamp_ms=now - 60_000 + number * 1000,
        ).get(30)
    # A live group that has committed somewhere.
    live = Consumer({"bootstrap.servers": settings.bootstrap_servers, "group.id": settings.group, "enable.auto.commit": False})
    live.commit(offsets=[TopicPartition(source, p, 5) for p in range(3)], asynchronous=False)
    live.close()
    groups_before = groups(settings)
    from_time = datetime.fromtimestamp((now - 50_000) / 1000, UTC).isoformat()
    options = ["--from-time", from_time, "--until-offset", "1:15", "--max-lag", "0", "--execute", "--run-id", "range"]
    done = streams(settings, "replay", "topic", "articles", "--to", target, *options)
    assert done.returncode == 0, done.stderr
    # Ten seconds in are the first ten records; partition 1 ends at its offset 15, which is record 46.
    wanted = [n for n in range(10, 60) if n % 3 != 1 or n // 3 < 15]
    found = {(message.partition(), message.timestamp()[1]): message for message in records(settings, target)}
    assert sorted(found) == sorted((n % 3, now - 60_000 + n * 1000) for n in wanted)
    for number in wanted:
        message = found[number % 3, now - 60_000 + number * 1000]
        assert message.key() == (None if number % 10 == 0 else f"k{number % 7}".encode())
        assert message.value() == json.dumps({"id": f"i{number}", "text": "Text."}).encode()
        assert headers_of(message) == {
            "mine": b"\x00\xff",
            "\\xff\\xfe name": b"",
            "replay.run-id": b"range",
            "replay.of": f"{source}/{number % 3}/{number // 3}".encode(),
        }
    assert committed(settings) == 15
    assert groups(settings) == groups_before
    done = streams(settings, "replay", "topic", "articles", "--to", target, "--skip-replayed", "--execute")
    assert summary(done)["reasons"] == {"replayed itself": 60}


def groups(settings: Settings) -> set[str]:
    with KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers) as client:
        return {group["group_id"] for group in client.list_groups()}


def test_filters_that_need_the_article_read_it(settings: Settings, producer: KafkaProducer) -> None:
    for number in range(10):
        article = {
            "id": f"i{number}",
            "text": "Text.",
            "publisher": "P" if number < 5 else "Q",
            "published_at": f"2025-07-{number + 1:02}" if number else None,
        }
        producer.send(ARTICLES.name_in(settings), key=b"k", value=json.dumps(article).encode()).get(30)
    producer.send(ARTICLES.name_in(settings), key=b"k", value=b"no article").get(30)
    planned = streams(settings, "replay", "topic", "articles", "--to", "shadow", "--publisher", "P", "--since", "2025-07-03")
    assert planned.returncode == 0, planned.stderr
    assert summary(planned)["planned"] == 3
    assert summary(planned)["reasons"] == {"another publisher": 5, "no publication date": 1, "published before": 1, "not readable": 1}


def test_what_would_expire_at_once_is_refused(settings: Settings, producer: KafkaProducer) -> None:
    # The topic that is read keeps everything; the one that is written to keeps the broker's seven days.
    kept = f"{settings.topic_prefix}kept"
    with KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers) as client:
        client.create_topics(
            {kept: {"num_partitions": 3, "replication_factor": 1, "configs": {"retention.ms": "-1"}}}, wait_for_metadata=True
        )
    producer.send(kept, value=b'{"text": "Old."}', timestamp_ms=1_600_000_000_000).get(30)
    options = ["--to", "articles", "--max-lag", "0", "--execute"]
    done = streams(settings, "replay", "topic", kept, *options)
    assert done.returncode == 1
    assert "would be deleted at once" in done.stderr
    assert records(settings, ARTICLES.name_in(settings)) == []
    done = streams(settings, "replay", "topic", kept, *options, "--timestamps", "now")
    assert done.returncode == 0, done.stderr
    [message] = records(settings, ARTICLES.name_in(settings))
    assert message.timestamp()[1] > 1_700_000_000_000


def test_a_replay_waits_for_the_live_group_and_goes_on_by_itself(settings: Settings, tmp_path: Path) -> None:
    topic, count, bound = ARTICLES.name_in(settings), 400, 60
    running = start(settings, "replay", "archive", str(archive(tmp_path, count)), "--execute", "--max-lag", str(bound), "--run-id", "paced")
    live = Consumer({"bootstrap.servers": settings.bootstrap_servers, "group.id": settings.group, "enable.auto.commit": False})
    worst = 0

    def written() -> int:
        return sum(end for _, end in topic_bounds(settings, [topic])[topic].values())

    try:
        wait_for(lambda: written() > bound // 2)
        time.sleep(3)
        stood = written()
        assert stood <= bound
        assert running.poll() is None
        deadline = time.monotonic() + WAIT
        while running.poll() is None:
            assert time.monotonic() < deadline
            bounds = topic_bounds(settings, [topic])[topic]
            worst = max(worst, sum(end for _, end in bounds.values()) - committed(settings))
            # The live group has read all that is there.
            live.commit(offsets=[TopicPartition(topic, p, end) for p, (_, end) in bounds.items()], asynchronous=False)
            time.sleep(0.3)
    finally:
        live.close()
        if running.poll() is None:
            running.kill()
    out, err = running.communicate()
    assert running.returncode == 0, err.decode()
    assert json.loads(out.splitlines()[-1])["sent"] == count
    assert worst <= bound


def test_a_broker_that_goes_away_leaves_a_run_that_can_go_on(settings: Settings, tmp_path: Path) -> None:
    away = settings.model_copy(update={"bootstrap_servers": "127.0.0.1:1", "connect_timeout": 1.0})
    done = streams(away, "replay", "archive", str(archive(tmp_path, 10)), "--execute", "--run-id", "away")
    assert done.returncode == 3, done.stderr
    assert "streams replay resume away" in done.stderr
    done = streams(settings, "replay", "resume", "away")
    assert done.returncode == 0, done.stderr
    assert summary(done)["sent"] == 10


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["topic", "articles", "--to", "articles"], "--allow-same-topic"),
        (["topic", "no.such.topic", "--to", "articles"], "no such topic"),
        (["topic", "articles", "--to", "x", "--partition", "99"], "has no partition 99"),
        (["topic", "articles", "--to", "x", "--from-offset", "early"], "PARTITION:OFFSET"),
        (["resume", "nothing"], "no such run"),
        (["verify", "../nothing"], "no such run"),
    ],
)
def test_wrong_usage(settings: Settings, arguments: list[str], said: str) -> None:
    done = streams(settings, "replay", *arguments)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
