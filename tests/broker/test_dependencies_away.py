"""`docs/dependencies-away.md`, line by line: what a worker does when what it needs is missing, goes, and comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from kafka import KafkaProducer

from streams.records import Article
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import KAFKA, REGISTRY, Stack
from streams.topics import ARTICLES, ENRICHED
from streams.wire.avro import Encoder, Schema
from streams.wire.contract import schema_text
from streams.wire.registry import SchemaRegistry
from tests.broker.conftest import Worker, committed, outcomes, read_all, send, wait_for
from tests.broker.test_worker_life import articles, send_all

GOOD = json.dumps({"id": "good", "text": "Officials met in Oslo."}).encode()


@pytest.fixture
def broker_away(stack: Stack) -> Iterator[Callable[[], None]]:
    """Kills the broker; it is back at the end of the test at the latest."""

    def kill() -> None:
        os.kill(next(server.pid for server in stack.servers if server.name == KAFKA), signal.SIGKILL)
        wait_for(lambda: all(server.name != KAFKA for server in stack.servers))

    yield kill
    if all(server.name != KAFKA for server in stack.servers):
        stack.restart(KAFKA)


@pytest.fixture
def registry_away(stack: Stack) -> Iterator[Callable[[], None]]:
    def end() -> None:
        next(server for server in stack.servers if server.name == REGISTRY).stop()

    yield end
    if all(server.name != REGISTRY for server in stack.servers):
        stack.restart(REGISTRY)


def cpu_seconds(worker: Worker) -> float:
    times = psutil.Process(worker.process.pid).cpu_times()
    return float(times.user + times.system)


def test_kafka_missing_at_start_is_waited_for_and_then_given_up(start_worker: Callable[..., Worker]) -> None:
    worker = start_worker(bootstrap_servers=f"127.0.0.1:{free_port()}", startup_timeout=8, connect_timeout=2)
    wait_for(lambda: worker.get("/livez") is not None)
    live, ready = worker.get("/livez"), worker.get("/readyz")
    assert live is not None
    assert live.is_success
    assert ready is not None
    assert ready.status_code == 503
    started = time.monotonic()
    assert worker.process.wait(60) == 1
    assert time.monotonic() - started < 20
    log = worker.log.read_text()
    assert "STREAMS_BOOTSTRAP_SERVERS" in log
    assert "trying again in" in log
    assert "Traceback" not in log
    assert len(log.splitlines()) < 40


def test_kafka_that_comes_in_time_is_found(stack: Stack, start_worker: Callable[..., Worker], broker_away: Callable[[], None]) -> None:
    broker_away()
    worker = start_worker(connect_timeout=2)
    time.sleep(4)
    stack.restart(KAFKA)
    worker.wait_until_ready()


def test_kafka_away_for_a_while_the_worker_lives_waits_quietly_and_goes_on(
    stack: Stack, settings: Settings, worker: Worker, producer: KafkaProducer, broker_away: Callable[[], None]
) -> None:
    send(producer, settings, GOOD)
    outcomes(settings, 1)
    lines, cpu = len(worker.log.read_text().splitlines()), cpu_seconds(worker)
    broker_away()
    for _ in range(20):
        time.sleep(1)
        answer = worker.get("/livez")
        assert answer is not None
        assert answer.is_success
    # Not a busy loop, and not a flood.
    assert cpu_seconds(worker) - cpu < 20 * 0.25
    assert len(worker.log.read_text().splitlines()) - lines < 150
    stack.restart(KAFKA)
    send(producer, settings, GOOD)
    assert len(outcomes(settings, 2)[0]) >= 2
    assert worker.process.poll() is None
    wait_for(lambda: committed(settings) == 2)


def test_kafka_away_for_longer_than_a_record_may_wait_ends_the_worker_and_loses_nothing(
    stack: Stack, settings: Settings, start_worker: Callable[..., Worker], producer: KafkaProducer, broker_away: Callable[[], None]
) -> None:
    values = articles(300, words=200)
    worker = start_worker(acknowledge_timeout=5).wait_until_ready()
    send_all(producer, settings, values)
    wait_for(lambda: worker.metric("streams_articles_processed_total") > 10)
    broker_away()
    assert worker.process.wait(60) == 1, worker.log.read_text()[-2000:]
    stack.restart(KAFKA)
    start_worker().wait_until_ready()
    wait_for(lambda: committed(settings) == len(values))
    read_all(settings, ENRICHED, enough=lambda messages: {(m.key() or b"").decode() for m in messages} >= values.keys())


def test_a_broker_whose_disk_takes_no_more_is_kafka_away(
    stack: Stack, settings: Settings, start_worker: Callable[..., Worker], producer: KafkaProducer, broker_away: Callable[[], None]
) -> None:
    del broker_away  # only for what it does at the end
    values = articles(300, words=200)
    worker = start_worker().wait_until_ready()
    send_all(producer, settings, values)
    wait_for(lambda: worker.metric("streams_articles_processed_total") > 10)
    broker = psutil.Process(next(server.pid for server in stack.servers if server.name == KAFKA))
    # The kernel refuses every further byte, as it does when a disk is full.
    broker.rlimit(psutil.RLIMIT_FSIZE, (0, broker.rlimit(psutil.RLIMIT_FSIZE)[1]))
    broker.wait(60)
    assert worker.process.poll() is None
    stack.restart(KAFKA)
    wait_for(lambda: committed(settings) == len(values))
    read_all(settings, ENRICHED, enough=lambda messages: {(m.key() or b"").decode() for m in messages} >= values.keys())


def test_registry_missing_at_start_is_waited_for_and_then_given_up(start_worker: Callable[..., Worker]) -> None:
    worker = start_worker(registry_url=f"http://127.0.0.1:{free_port()}", startup_timeout=5, connect_timeout=2)

    def says_so() -> bool:
        answer = worker.get("/readyz")
        return answer is not None and answer.status_code == 503 and answer.json()["registry_reached"] is False

    wait_for(says_so)
    live = worker.get("/livez")
    assert live is not None
    assert live.is_success
    assert worker.process.wait(60) == 1
    log = worker.log.read_text()
    assert "STREAMS_REGISTRY_URL" in log
    assert "trying again in" in log
    assert "Traceback" not in log
    assert len(log.splitlines()) < 40


def test_registry_that_comes_in_time_is_found(stack: Stack, start_worker: Callable[..., Worker], registry_away: Callable[[], None]) -> None:
    registry_away()
    worker = start_worker(connect_timeout=2)
    time.sleep(4)
    stack.restart(REGISTRY)
    worker.wait_until_ready()


def test_registry_away_later_delays_only_what_needs_it_and_condemns_nothing(
    stack: Stack, settings: Settings, worker: Worker, producer: KafkaProducer, registry_away: Callable[[], None]
) -> None:
    registry = SchemaRegistry(settings)
    text = schema_text(ARTICLES)
    avro = Encoder(Schema(registry.register(ARTICLES.subject_in(settings), text), text)).encode(
        Article(id="avro", text="They met in Oslo.")
    )
    registry.close()
    registry_away()
    send(producer, settings, GOOD)
    # JSON needs no registry, and records go out with the schemas that were asked for at the start.
    assert [message.key() for message in outcomes(settings, 1)[0]] == [b"good"]
    send(producer, settings, avro)
    wait_for(lambda: worker.metric('streams_retries_total{operation="find_schema"}') >= 2)
    lines, cpu = len(worker.log.read_text().splitlines()), cpu_seconds(worker)
    time.sleep(10)
    assert cpu_seconds(worker) - cpu < 10 * 0.25
    assert len(worker.log.read_text().splitlines()) - lines < 20
    answer = worker.get("/livez")
    assert answer is not None
    assert answer.is_success
    stack.restart(REGISTRY)
    enriched, letters = outcomes(settings, 2)
    assert {message.key() for message in enriched} == {b"good", b"avro"}
    assert letters == []
    wait_for(lambda: committed(settings) == 2)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make the file system read-only for one process")
def test_a_worker_needs_no_disk_but_a_folder_for_temporary_files(settings: Settings, producer: KafkaProducer, tmp_path: Path) -> None:
    chosen = settings.model_copy(update={"health_port": free_port(), "metrics_port": free_port()})
    log = tmp_path / "worker.log"
    remounts = "for m in $(awk '{print $2}' /proc/mounts); do case $m in /proc*|/sys*|/dev*) ;; *) mount -o remount,bind,ro $m; esac; done"
    command = (
        f"{remounts} 2>/dev/null; touch {tmp_path}/written 2>/dev/null && echo WRITABLE; cd /; exec {sys.executable} -m streams worker"
    )
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", command],
            env={**os.environ, **chosen.environment(), "PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": "/dev/shm"},
            stdout=output,
            stderr=output,
        )
    try:
        send(producer, settings, GOOD)
        assert len(outcomes(settings, 1)[0]) == 1, log.read_text()
        assert "WRITABLE" not in log.read_text()
        process.terminate()
        assert process.wait(60) == 0, log.read_text()
    finally:
        process.kill()
