"""One run: articles go in, a fault happens, the group catches up, and every record is counted."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import os
import random
import shutil
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

from streams.administration import create_topics
from streams.records import Article
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import KAFKA, REGISTRY, Listener, Stack, running_stack
from streams.topics import ARTICLES
from streams.wire.avro import Encoder, Schema
from streams.wire.contract import register_schemas
from streams.wire.registry import SchemaRegistry
from tests.chaos.articles import Oracle, make_articles
from tests.chaos.count import Count, count
from tests.chaos.crew import Crew
from tests.chaos.hostile import hostile_articles
from tests.chaos.proxy import Proxy
from tests.chaos.worker import SAFE, UNSAFE

CHAOS_WORKER = ["-m", "tests.chaos.worker"]

PATIENCE = 240.0
"""Seconds without any progress after which a run has failed; how long it takes in all is the machine's affair."""

FEWEST = 200
"""Articles that a run has at least."""

TRICKLE = 5.0
"""Articles a second that go on coming until the fault is undone, so that it never comes when all is done, however fast the workers are."""


@dataclass(frozen=True)
class Scenario:
    """What happens in one run.

    Parameters
    ----------
    harm
        What the fault does, for the table.
    fault
        Does the harm and undoes it; returns when it is undone. Called when the workers are ready and articles have begun to come.
    prepare
        Called before the workers start.
    articles, rate
        How many, and how many a second; all at once where `rate` is infinite. Until the fault is undone, some more come.
    hostile
        Articles of each hostile kind among them.
    ready_first
        Whether the workers have to be ready before the fault begins.
    avro_from
        From which part of the articles on they are Avro and no longer JSON, 0 to 1.
    environment
        Put before the workers' own; `{folder}` stands for the run's folder.
    small_disk
        Whether the broker has a small disk of its own.
    """

    name: str
    harm: str
    fault: Callable[[Run], None]
    articles: int = 1200
    rate: float = 60.0
    prepare: Callable[[Run], None] = lambda _: None
    workers: int = 1
    partitions: int = 6
    hostile: int = 0
    unsafe: bool = False
    proxied: bool = False
    ready_first: bool = True
    avro_from: float = 0.5
    environment: dict[str, str] = field(default_factory=dict)
    small_disk: bool = False

    def scaled(self, part: float) -> Scenario:
        """The same with fewer articles, over the same time."""
        return dataclasses.replace(self, articles=max(FEWEST, int(self.articles * part)), rate=self.rate * part)


@dataclass(frozen=True)
class Outcome:
    """What one run showed.

    Parameters
    ----------
    recovery
        Seconds from the end of the fault until the group committed again.
    stall
        Longest time without a commit while articles waited, in seconds.
    starts
        Workers started, the first ones included.
    """

    scenario: str
    seed: int
    count: Count
    recovery: float
    stall: float
    seconds: float
    starts: int
    exit_codes: list[int]


@dataclass
class World:
    """What outlives a run: the stack, the proxy before it, and the oracle."""

    stack: Stack
    proxy: Proxy
    settings: Settings
    oracle: Oracle | None = None

    def knowing(self, schemas: dict[str, Schema]) -> Oracle:
        self.oracle = self.oracle or Oracle(self.settings.model, schemas)
        return self.oracle

    def heal(self) -> None:
        """Undo what a fault left behind that did not come to its end."""
        self.proxy.heal()
        running = {server.name: server for server in self.stack.servers}
        for name in (KAFKA, REGISTRY):
            if name in running:
                os.kill(running[name].pid, signal.SIGCONT)
            else:
                self.stack.restart(name)


@contextlib.contextmanager
def world(folder: Path) -> Iterator[World]:
    """A stack of its own, with a second door behind a proxy."""
    inside, outside = free_port(), free_port()
    with running_stack(folder, Settings(), listeners=[Listener("PROXIED", "PLAINTEXT", inside, advertised_port=outside)]) as stack:
        proxy = Proxy(outside, inside)
        try:
            yield World(stack, proxy, Settings().model_copy(update=stack.connection))
        finally:
            proxy.close()


class Run:
    """One scenario with one seed; what a fault can reach."""

    def __init__(self, scenario: Scenario, world: World, seed: int, folder: Path) -> None:
        self.scenario = scenario
        self.world = world
        self.stack = world.stack
        self.proxy = world.proxy
        self.chance = random.Random(seed)
        self.seed = seed
        self.folder = folder
        name = f"{scenario.name}-{uuid.uuid4().hex[:6]}"
        self.settings = world.settings.model_copy(
            update={
                "topic_prefix": f"{name}.",
                "group": name,
                "partitions": scenario.partitions,
                "processes": 1,
                "article_timeout": 5.0,
                "article_memory": 512,
            }
        )
        seen_by_workers = {"bootstrap_servers": f"127.0.0.1:{world.proxy.port}"} if scenario.proxied else {}
        self.crew = Crew(
            self.settings.model_copy(update=seen_by_workers),
            folder,
            [*CHAOS_WORKER, UNSAFE if scenario.unsafe else SAFE],
            {name: value.format(folder=folder) for name, value in scenario.environment.items()},
        )

    def play(self) -> Outcome:
        """Do everything, and count."""
        scenario = self.scenario
        started = time.monotonic()
        create_topics(self.settings)
        registry = SchemaRegistry(self.settings)
        schemas = register_schemas(registry, self.settings)
        registry.close()
        good = make_articles(self.seed)
        dead = hostile_articles(scenario.hostile)
        planned = self._mixed(list(itertools.islice(good, scenario.articles)), list(dead))
        feed = Feed(self.settings, planned, good, scenario, schemas[ARTICLES.name])
        progress = CommitWatch(self.settings)
        try:
            scenario.prepare(self)
            self.crew.scale(scenario.workers)
            if scenario.ready_first:
                self.crew.wait_until_ready()
            feed.start()
            scenario.fault(self)
            restored = time.monotonic()
            feed.finish()
            progress.wait_until_caught_up(len(feed.positions), self.crew.logs)
            exit_codes = self.crew.stop()
        finally:
            self.crew.kill()
            progress.stop()
        assert set(exit_codes) <= {0}, f"workers that were stopped gently ended with {exit_codes}"
        oracle = self.world.knowing(schemas)
        expected = oracle.expected(article for article in feed.sent if article not in dead)
        counted = count(self.settings, feed.positions, expected, {article.id: reason for article, reason in dead.items()})
        return Outcome(
            scenario.name,
            self.seed,
            counted,
            progress.recovery(restored),
            progress.longest_stall(),
            time.monotonic() - started,
            self.crew.starts,
            self.crew.exit_codes,
        )

    def pause(self, shortest: float, longest: float) -> None:
        """Wait for a while that the plan chooses."""
        time.sleep(self.chance.uniform(shortest, longest))

    def broker_pid(self) -> int:
        return next(server.pid for server in self.stack.servers if server.name == KAFKA)

    def _mixed(self, good: list[Article], hostile: list[Article]) -> list[Article]:
        mixed = list(good)
        for article in hostile:
            mixed.insert(self.chance.randrange(len(mixed) // 4, len(mixed)), article)
        return mixed


class Feed:
    """Produces the articles, as patient as a producer has to be, and notes where the broker put each.

    Parameters
    ----------
    planned
        Come in any case, at the scenario's rate.
    more
        Come after them until `finish`.
    """

    def __init__(self, settings: Settings, planned: list[Article], more: Iterator[Article], scenario: Scenario, schema: Schema) -> None:
        self.positions: dict[str, tuple[int, int]] = {}
        self.sent: list[Article] = []
        self._topic = ARTICLES.name_in(settings)
        self._planned = planned
        self._more = more
        self._scenario = scenario
        self._avro = Encoder(schema)
        self._producer = Producer(
            {
                "bootstrap.servers": settings.bootstrap_servers,
                "enable.idempotence": True,
                "message.timeout.ms": 900_000,
                "queue.buffering.max.messages": 1_000_000,
                "partitioner": "murmur2_random",
                "log_level": 0,
            }
        )
        self._finished = threading.Event()
        self._due = 0.0
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Send what is planned and nothing more; returns when the broker has all of it."""
        self._finished.set()
        self._thread.join()
        left = self._producer.flush(PATIENCE)
        assert not left, f"{left} articles could not be produced"
        assert len(self.positions) == len(self.sent)

    def _run(self) -> None:
        self._due = time.monotonic()
        avro_from = self._scenario.avro_from * len(self._planned)
        for number, article in enumerate(self._planned):
            self._produce(article, is_avro=number >= avro_from)
            self._wait(1 / self._scenario.rate)
        while not self._finished.is_set():
            self._produce(next(self._more), is_avro=True)
            self._wait(1 / TRICKLE)

    def _produce(self, article: Article, *, is_avro: bool) -> None:
        value = self._avro.encode(article) if is_avro else article.model_dump_json(exclude_none=True).encode()
        self.sent.append(article)
        self._producer.produce(self._topic, value, key=article.id, on_delivery=self._note)
        self._producer.poll(0)

    def _wait(self, seconds: float) -> None:
        self._due += seconds
        while (early := self._due - time.monotonic()) > 0:
            self._producer.poll(min(early, 0.1))

    def _note(self, error: object, message: Message) -> None:
        assert error is None, error
        self.positions[(message.key() or b"").decode()] = (message.partition() or 0, message.offset() or 0)


class CommitWatch:
    """Looks at what the group has committed, from outside, twice a second."""

    def __init__(self, settings: Settings) -> None:
        self._partitions = [TopicPartition(ARTICLES.name_in(settings), p) for p in range(settings.partitions)]
        self._consumer = Consumer({"bootstrap.servers": settings.bootstrap_servers, "group.id": settings.group, "log_level": 0})
        self._samples: list[tuple[float, int]] = [(time.monotonic(), 0)]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="commits", daemon=True)
        self._thread.start()

    def wait_until_caught_up(self, produced: int, explain: Callable[[], str]) -> None:
        began = time.monotonic()
        while self._samples[-1][1] < produced:
            advanced = max((later[0] for earlier, later in itertools.pairwise(self._samples) if later[1] > earlier[1]), default=began)
            if time.monotonic() - max(advanced, began) > PATIENCE:
                raise AssertionError(f"{self._samples[-1][1]} of {produced} committed, and none for {PATIENCE:.0f} s\n{explain()[-5000:]}")
            time.sleep(0.2)

    def recovery(self, restored: float) -> float:
        before = max((total for at, total in self._samples if at <= restored), default=0)
        after = [at for at, total in self._samples if at > restored and total > before]
        return after[0] - restored if after else 0.0

    def longest_stall(self) -> float:
        advances = [at for (_, earlier), (at, later) in itertools.pairwise(self._samples) if later > earlier]
        return max((later - earlier for earlier, later in itertools.pairwise(advances)), default=0.0)

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()
        self._consumer.close()

    def _run(self) -> None:
        while not self._stopped.wait(0.5):
            with contextlib.suppress(KafkaException):
                committed = self._consumer.committed(self._partitions, timeout=2)
                total = sum(max(0, partition.offset) for partition in committed)
                self._samples.append((time.monotonic(), total))


def play(scenario: Scenario, world: World, seed: int) -> Outcome:
    """Play one scenario in a folder that goes with it when all is well, and stays for a look when not."""
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{scenario.name}-"))
    outcome = Run(scenario, world, seed, folder).play()
    if outcome.count.nothing_lost:
        shutil.rmtree(folder, ignore_errors=True)
    return outcome
