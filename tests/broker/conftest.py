"""Real parts: the embedded Kafka and registry once a session, workers as separate processes, topics and group of each test's own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka import Consumer, KafkaError, Message, TopicPartition
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError as KafkaPythonError

from streams.administration import create_topics
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import Stack, running_stack
from streams.topics import ARTICLES, DEAD_LETTERS, ENRICHED, Topic
from streams.wire.contract import register_schemas
from streams.wire.registry import SchemaRegistry

WAIT = 90.0
"""Seconds that a test waits for what has to come; far more than it takes, so that only what never comes fails."""


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack"), Settings()) as stack:
        yield stack


@pytest.fixture
def settings(stack: Stack) -> Settings:
    """Settings with topics and a group that no other test has; topics and schemas are there."""
    name = uuid.uuid4().hex[:8]
    settings = Settings().model_copy(
        update={
            **stack.connection,
            "topic_prefix": f"{name}.",
            "group": name,
            "partitions": 3,
            "processes": 1,
            "health_port": free_port(),
            "metrics_port": free_port(),
        }
    )
    create_topics(settings)
    registry = SchemaRegistry(settings)
    register_schemas(registry, settings)
    registry.close()
    return settings


class Worker:
    """A worker as a process of its own."""

    def __init__(self, settings: Settings, log: Path, program: tuple[str, ...] = ("streams", "worker")) -> None:
        self.settings = settings
        self.log = log
        environment = settings.environment()
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *program], env={**os.environ, **environment}, stdout=output, stderr=output
            )

    def get(self, path: str) -> httpx.Response | None:
        port = self.settings.metrics_port if path == "/metrics" else self.settings.health_port
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=2)
        return None

    def wait_until_ready(self) -> Worker:
        def is_ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            answer = self.get("/readyz")
            return answer is not None and answer.is_success

        wait_for(is_ready, self.log.read_text)
        return self

    def metric(self, series: str) -> float:
        """The value of one series, or the sum of all that begin so."""
        answer = self.get("/metrics")
        assert answer is not None
        return sum(float(line.split()[-1]) for line in answer.text.splitlines() if line.startswith(series))

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(with_signal)
        return self.process.wait(timeout=WAIT)


@pytest.fixture
def start_worker(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    workers: list[Worker] = []

    def start(program: tuple[str, ...] = ("streams", "worker"), **changes: Any) -> Worker:
        chosen = settings.model_copy(update={"health_port": free_port(), "metrics_port": free_port(), **changes})
        workers.append(Worker(chosen, tmp_path / f"worker-{len(workers)}.log", program))
        return workers[-1]

    yield start
    for worker in workers:
        if worker.process.poll() is None:
            worker.process.kill()
            worker.process.wait()


@pytest.fixture
def worker(start_worker: Callable[..., Worker]) -> Worker:
    return start_worker().wait_until_ready()


@pytest.fixture
def producer(settings: Settings) -> Iterator[KafkaProducer]:
    producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers, max_request_size=settings.max_record_bytes)
    yield producer
    producer.close()


class BrokenName(str):
    """A header's name that is no UTF-8; Kafka takes any bytes."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe name"


def send(producer: KafkaProducer, settings: Settings, value: bytes | None, *, key: bytes | None = b"key", **options: Any) -> int:
    """Send one record to `articles` and return its offset."""
    record = producer.send(ARTICLES.name_in(settings), value=value, key=key, partition=options.pop("partition", 0), **options)
    return int(record.get(timeout=30).offset)


def read_all(settings: Settings, *topics: Topic, enough: Callable[[list[Message]], bool]) -> list[Message]:
    """Everything in the topics, read by confluent-kafka, as soon as it is enough."""
    consumer = Consumer({"bootstrap.servers": settings.bootstrap_servers, "group.id": uuid.uuid4().hex, "enable.auto.commit": False})
    messages: list[Message] = []
    try:
        names = [topic.name_in(settings) for topic in topics]
        consumer.assign([TopicPartition(name, p, 0) for name in names for p in range(settings.partitions)])
        deadline = time.monotonic() + WAIT
        while not enough(messages):
            assert time.monotonic() < deadline, f"only {len(messages)} records after {WAIT:.0f} s"
            message = consumer.poll(0.2)
            if message is not None:
                error = message.error()
                assert error is None or error.code() == KafkaError._PARTITION_EOF, error
                messages.append(message)
    finally:
        consumer.close()
    return messages


def outcomes(settings: Settings, count: int) -> tuple[list[Message], list[Message]]:
    """Enriched articles and dead letters, when there are so many of both together."""
    found = read_all(settings, ENRICHED, DEAD_LETTERS, enough=lambda messages: len(messages) >= count)
    dead = DEAD_LETTERS.name_in(settings)
    return [m for m in found if m.topic() != dead], [m for m in found if m.topic() == dead]


def headers_of(message: Message) -> dict[str, bytes]:
    headers = message.headers() or []
    return {name: value for name, value in (headers.items() if isinstance(headers, dict) else headers) if isinstance(value, bytes)}


def committed(settings: Settings) -> int:
    """Sum of the offsets that the group has committed; -1 while a broker that has just started does not know yet."""
    try:
        with contextlib.closing(KafkaAdminClient(bootstrap_servers=settings.bootstrap_servers)) as client:
            offsets = client.list_group_offsets(settings.group)[settings.group]
    except KafkaPythonError as error:
        if not error.retriable:
            raise
        return -1
    return sum(position.offset for position in offsets.values() if position.offset > 0)


def wait_for(condition: Callable[[], bool], explain: Callable[[], str] = lambda: "") -> None:
    deadline = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < deadline, f"not after {WAIT:.0f} s\n{explain()}"
        time.sleep(0.1)
