"""How a worker starts, waits, shares, stops and is killed, and that no article is lost on the way."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import psutil
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from streams.settings import Settings
from streams.topics import ARTICLES, ENRICHED
from tests.broker.conftest import WAIT, Worker, committed, outcomes, read_all, send, wait_for


def articles(count: int, *, words: int = 40) -> dict[str, bytes]:
    """Articles with known ids, each a few milliseconds of work."""
    sentence = "Officials from Norway and Sweden said that they had talked of fish, ferries and forests in Oslo on Monday. "
    text = sentence * (words // 20)
    return {f"article-{n}": json.dumps({"id": f"article-{n}", "text": f"{text} {n}"}).encode() for n in range(count)}


def send_all(producer: KafkaProducer, settings: Settings, values: dict[str, bytes]) -> None:
    for key, value in values.items():
        producer.send(ARTICLES.name_in(settings), value=value, key=key.encode())
    producer.flush()


def enriched_keys(settings: Settings, count: int) -> list[str]:
    enriched, letters = outcomes(settings, count)
    assert letters == []
    return [(message.key() or b"").decode() for message in enriched]


def test_ready_only_when_model_partitions_and_registry_are_there(start_worker: Callable[..., Worker]) -> None:
    worker = start_worker()
    reports: list[dict[str, Any]] = []
    while not reports or not reports[-1]["ready"]:
        answer = worker.get("/readyz")
        if answer is not None:
            reports.append(answer.json())
            assert answer.is_success == reports[-1]["ready"]
            live = worker.get("/livez")
            assert live is not None
            assert live.is_success
        time.sleep(0.05)
    # It was asked before it was ready, and said no then.
    assert not reports[0]["ready"]
    for report in reports:
        assert report["ready"] == (report["model_loaded"] and report["registry_reached"] and report["joined_group"])
    assert reports[-1]["assigned_partitions"] == 3


def test_sigterm_drains_commits_and_ends_with_0(settings: Settings, worker: Worker, producer: KafkaProducer) -> None:
    values = articles(60, words=400)
    send_all(producer, settings, values)
    wait_for(lambda: worker.metric("streams_articles_received_total") > 20)
    assert worker.stop() == 0, worker.log.read_text()
    done = committed(settings)
    assert done > 0
    # What was committed came out, and what came out was committed: nothing would be read twice.
    keys = enriched_keys(settings, done)
    assert len(keys) == done
    assert len(set(keys)) == done


def test_killed_in_the_middle_and_started_again_it_loses_nothing(
    settings: Settings, start_worker: Callable[..., Worker], producer: KafkaProducer
) -> None:
    values = articles(150, words=200)
    first = start_worker().wait_until_ready()
    send_all(producer, settings, values)
    wait_for(lambda: first.metric("streams_articles_processed_total") > 20)
    children = psutil.Process(first.process.pid).children(recursive=True)
    first.stop(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == [], "processes of the pool outlived their worker"
    start_worker().wait_until_ready()
    wait_for(lambda: committed(settings) == len(values))
    # Some may have come out twice; none may be missing, and there is nothing else.
    found = read_all(settings, ENRICHED, enough=lambda messages: {(m.key() or b"").decode() for m in messages} >= values.keys())
    assert {(message.key() or b"").decode() for message in found} == values.keys()


def test_a_killed_pool_process_costs_nothing(settings: Settings, worker: Worker, producer: KafkaProducer) -> None:
    values = articles(120, words=200)
    send_all(producer, settings, values)
    wait_for(lambda: worker.metric("streams_articles_processed_total") > 10)
    for child in psutil.Process(worker.process.pid).children(recursive=True):
        if "spawn_main" in " ".join(child.cmdline()):
            os.kill(child.pid, signal.SIGKILL)
    keys = enriched_keys(settings, len(values))
    assert sorted(keys) == sorted(values)
    assert worker.metric('streams_pool_restarts_total{reason="crash"}') >= 1


def test_health_and_metrics_answer_while_the_pool_is_busy(settings: Settings, worker: Worker, producer: KafkaProducer) -> None:
    send_all(producer, settings, articles(40, words=4000))
    wait_for(lambda: worker.metric("streams_articles_in_flight") > 10)
    slowest = 0.0
    for _ in range(20):
        for path in ("/livez", "/readyz", "/metrics"):
            started = time.monotonic()
            answer = worker.get(path)
            slowest = max(slowest, time.monotonic() - started)
            assert answer is not None
            assert answer.is_success
    assert worker.metric("streams_articles_in_flight") > 0, "it was not busy any more"
    assert slowest < 1


def test_two_versions_of_an_article_come_out_in_the_order_they_came_in(
    settings: Settings, start_worker: Callable[..., Worker], producer: KafkaProducer
) -> None:
    start_worker(processes=2).wait_until_ready()
    # The first takes far longer than the second.
    long = json.dumps({"id": "a", "title": "first", "text": "Officials met in Oslo to talk of many things. " * 800}).encode()
    short = json.dumps({"id": "a", "title": "second", "text": "Officials met in Oslo."}).encode()
    send(producer, settings, long, key=b"a")
    send(producer, settings, short, key=b"a")
    first, second = outcomes(settings, 2)[0]
    assert b"first" in (first.value() or b"")
    assert b"second" in (second.value() or b"")


def test_workers_share_the_partitions_and_one_too_many_stands_by(start_worker: Callable[..., Worker]) -> None:
    workers = [start_worker(partitions=3).wait_until_ready() for _ in range(4)]

    def assigned() -> list[float]:
        return sorted(worker.metric("streams_assigned_partitions") for worker in workers)

    wait_for(lambda: assigned() == [0, 1, 1, 1])
    [spare] = [worker for worker in workers if worker.metric("streams_assigned_partitions") == 0]
    answer = spare.get("/readyz")
    assert answer is not None
    assert (answer.status_code, answer.json()["standby"]) == (200, True)
    assert "standing by: every partition belongs to another worker" in spare.log.read_text()


def test_what_is_not_sent_is_not_committed(settings: Settings, start_worker: Callable[..., Worker], producer: KafkaProducer) -> None:
    """An output topic that is gone is no article's fault: the worker ends with 1, and the next one reads the article again."""
    worker = start_worker(acknowledge_timeout=5).wait_until_ready()
    with contextlib.closing(KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)) as client:
        client.delete_topics([ENRICHED.name_in(settings)])
    send(producer, settings, b'{"id": "first", "text": "Officials met in Oslo."}', key=b"first")
    assert worker.process.wait(timeout=120) == 1, worker.log.read_text()
    assert committed(settings) == 0
    start_worker().wait_until_ready()
    assert enriched_keys(settings, 1) == ["first"]


def test_records_that_faust_drops_end_the_worker_and_are_read_again(
    settings: Settings, start_worker: Callable[..., Worker], producer: KafkaProducer
) -> None:
    wanted = articles(30)
    send_all(producer, settings, wanted)
    worker = start_worker(program=("tests.broker.leaky_worker", "5"))
    assert worker.process.wait(timeout=WAIT) == 1, worker.log.read_text()
    assert "should have" in worker.log.read_text()
    start_worker().wait_until_ready()
    read_all(settings, ENRICHED, enough=lambda messages: {message.key() for message in messages} == {key.encode() for key in wanted})
    wait_for(lambda: committed(settings) == len(wanted))
