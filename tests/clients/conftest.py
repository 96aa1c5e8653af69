"""The programs of `docs/clients/`, built as their pages say, and the embedded stack that they are run against."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
from kafka import KafkaProducer

from streams.administration import create_topics
from streams.resources import SCHEMAS
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import Stack, running_stack
from streams.wire.contract import register_schemas
from streams.wire.registry import SchemaRegistry
from tests.broker.conftest import Worker

REPOSITORY = Path(__file__).parents[2]
DOCS = REPOSITORY / "docs"

BUILD_TIMEOUT = 900.0
RUN_TIMEOUT = 300.0

FENCE = re.compile(r"^```(?P<language>\w+) (?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
"""A fenced block with a name after its language; GitHub shows it as any other."""


def blocks(page: Path) -> dict[str, str]:
    """The named blocks of a page."""
    return {match["name"]: match["text"] for match in FENCE.finditer(page.read_text())}


@dataclass(frozen=True)
class Client:
    """One folder of `docs/clients/`; its page has a block `build` and a block `run`.

    Parameters
    ----------
    programs
        What has to be installed.
    """

    name: str
    programs: tuple[str, ...] = field(default=(), compare=False)

    @property
    def folder(self) -> Path:
        return DOCS / "clients" / self.name

    @cached_property
    def page(self) -> dict[str, str]:
        return blocks(self.folder / "README.md")

    def shell(
        self, command: str, *, timeout: float, folder: Path | None = None, given: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the client's folder or a copy of it, with a text on its standard input."""
        # `python` is the one that has our package, as for a developer who has installed it.
        path = f"{REPOSITORY / '.venv' / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-euc", command],
            cwd=folder or self.folder,
            input=given,
            env={**os.environ, "PATH": path, **variables},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


CLIENTS = [
    Client("python"),
    Client("python-confluent"),
    Client("java", ("java", "mvn")),
    Client("go", ("go",)),
    Client("typescript", ("node", "npm")),
]


@pytest.fixture(scope="session", params=CLIENTS, ids=lambda client: client.name)
def client(request: pytest.FixtureRequest) -> Client:
    """A client, built; skipped where its language is not installed."""
    chosen: Client = request.param
    return built(chosen)


def built(client: Client) -> Client:
    missing = [program for program in client.programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"NOT TESTED: docs/clients/{client.name}, because {', '.join(missing)} cannot be found")
    done = client.shell(client.page["build"], timeout=BUILD_TIMEOUT)
    assert done.returncode == 0, done.stdout + done.stderr
    return client


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack"), Settings()) as stack:
        yield stack


def with_topics(stack: Stack) -> Settings:
    """Settings with topics that no other test has; topics and schemas are there."""
    changes = {"topic_prefix": f"{uuid.uuid4().hex[:8]}.", "partitions": 3, "processes": 1}
    ports = {"health_port": free_port(), "metrics_port": free_port()}
    settings = Settings().model_copy(update={**stack.connection, **changes, **ports})
    create_topics(settings)
    registry = SchemaRegistry(settings)
    register_schemas(registry, settings)
    registry.close()
    return settings


@contextlib.contextmanager
def running_worker(settings: Settings, folder: Path) -> Iterator[None]:
    worker = Worker(settings, folder / "worker.log")
    try:
        worker.wait_until_ready()
        yield
    finally:
        worker.stop()


@contextlib.contextmanager
def kafka_producer(settings: Settings) -> Iterator[KafkaProducer]:
    """Everything sent is acknowledged at the end."""
    producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers)
    yield producer
    producer.close()


def attempt(client: Client, command: str, settings: Settings, *, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program of a client against the stack; what it tells is shown where a test fails."""
    names = ("STREAMS_BOOTSTRAP_SERVERS", "STREAMS_REGISTRY_URL", "STREAMS_TOPIC_PREFIX")
    environment = settings.environment()
    variables = {name: environment[name] for name in names} | {"SCHEMAS": str(SCHEMAS)}
    done = client.shell(command, timeout=RUN_TIMEOUT, folder=folder, **variables)
    print(f"{shlex.quote(command)} in {client.folder.name}:\n{done.stdout}{done.stderr}")
    return done


def run(client: Client, command: str, settings: Settings, *, folder: Path | None = None) -> list[str]:
    """The lines that a program of a client prints when all goes well."""
    done = attempt(client, command, settings, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()
