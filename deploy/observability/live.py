"""A real pipeline under real faults: every panel has to show data, every alert to reach a receiver and to end again.

Two brokers of Kafka, registry, two workers, the lag exporter, Prometheus and two Alertmanagers run on loopback ports. All times of the rules are divided by
`FACTOR`, so that days become minutes; nothing else of them is changed. Run it as `make watch`; it takes about ten minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, MemberToRemove, NewTopic
from kafka.structs import OffsetAndMetadata
from prometheus_client.parser import text_string_to_metric_families

from deploy.observability.dashboards import BOARDS, Panel, Query
from deploy.observability.rules import ALERTS, rules
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import KAFKA, REGISTRY, Stack, running_stack

FACTOR = 60
ROOT = Path(__file__).parents[2]
PATIENCE = 120.0

MOVES = {
    "Dead letters": 20,
    "Lag by partition": 30,
    "Wait of each group": 30,
    "Rebalances": 1,
    "Operations tried again": 1,
    "Replaced processes": 1,
    "Use of the pool": 0.9,
    "In flight and queued": 20,
    "Share of late articles": 0.144,
    "Share of articles that we failed": 0.072,
    "Oldest heartbeat": 5,
    "Lateness of the event loop": 1,
    "Memory of each worker": 0.9,
    "Replayed articles": 0.1,
}
"""What a panel must have reached at its highest, because a fault was made that it is there to show."""

PLAIN = "Officials from Norway and Sweden said that they had talked of fish, ferries and forests in Oslo on Monday. "
EVENTS = (
    "Norway pledged 12 NASAMS launchers to Ukraine on Friday.",
    "The World Food Programme said on Monday that it faces a funding gap of $40 million for its work in Sudan this year.",
    "Delegations from Armenia and Azerbaijan held a second round of talks in Geneva on Tuesday.",
)


class Receiver:
    """What Alertmanager's receivers are told."""

    def __init__(self) -> None:
        told = self.told = list[tuple[float, str, str, str]]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                for alert in body["alerts"]:
                    told.append((time.time(), alert["labels"]["alertname"], alert["status"], body["receiver"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gave it
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def first(self, name: str, status: str, since: float = 0) -> float | None:
        """When an alert was first told to be firing or resolved."""
        return next((at for at, alert, told, _ in list(self.told) if alert == name and told == status and at >= since), None)

    def receivers(self, name: str) -> set[str]:
        """Who was told."""
        return {receiver for _, alert, _, receiver in list(self.told) if alert == name}


class Load(threading.Thread):
    """Articles all the time, so that rates are above zero; what they are can be changed while it runs."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self.producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers, max_request_size=settings.max_record_bytes)
        self.rate = 4.0
        self.eventful = False
        self.timestamp_shift = 0.0
        self.stopped = False
        self._number = itertools.count()

    def run(self) -> None:
        while not self.stopped:
            if self.rate:
                number = next(self._number)
                text = EVENTS[number % 3] if self.eventful and number % 2 else PLAIN
                shift = self.timestamp_shift
                self.send(text, timestamp_ms=int((time.time() - shift) * 1000) if shift else None)
                if self.eventful and number % 10 == 0:
                    self.send(text, headers=[("replay.run-id", b"trial")])
            time.sleep(1 / (self.rate or 10))

    def send(self, text: str, **options: Any) -> None:
        """One article."""
        article = {"id": f"trial-{next(self._number)}", "text": text, "language": "en", "published_at": int(time.time() * 1000) - 60_000}
        self.raw(json.dumps(article).encode(), **options)

    def raw(self, value: bytes, **options: Any) -> None:
        """One record."""
        self.producer.send("articles", value=value, partition=next(self._number) % 3, **options)


class Trial:
    """The pipeline, what watches it, and what was seen."""

    def __init__(self, folder: Path, stack: Stack) -> None:
        self.folder = folder
        self.stack = stack
        self.began = time.time()
        self.failures: list[str] = []
        self.receiver = Receiver()
        self.settings = Settings().model_copy(
            update={
                **stack.connection,
                "partitions": 3,
                "processes": 2,
                "article_timeout": 3.0,
                "connect_timeout": 2.0,
                "heartbeat_interval": 1.0,
                "exporter_interval": 0.5,
                "log_format": "json",
                "exporter_port": free_port(),
            }
        )
        self.ports = {name: (free_port(), free_port()) for name in ("a", "b")}
        self.second_broker_port = free_port()
        self.prometheus = f"http://127.0.0.1:{free_port()}"
        self.alertmanagers = [f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"]
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def say(self, text: str) -> None:
        """Tell the person who waits."""
        sys.stdout.write(f"[{time.time() - self.began:5.0f} s] {text}\n")
        sys.stdout.flush()

    # Processes ----------------------------------------------------------------------------------------------------------------------

    def run(self, name: str, *command: str, **environment: str) -> None:
        """Start a process."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **environment})

    def start_worker(self, name: str, **changes: Any) -> None:
        """Start one of the two workers."""
        health, metrics = self.ports[name]
        chosen = self.settings.model_copy(update={"health_port": health, "metrics_port": metrics, **changes})
        self.run(name, sys.executable, "-m", "streams", "worker", **chosen.environment())

    def start_second_broker(self) -> None:
        """Start one more broker of the stack's cluster, run like the first."""
        first = next(server for server in self.stack.servers if server.name == KAFKA)
        *java, main, config = psutil.Process(first.pid).cmdline()
        address, data, properties = f"127.0.0.1:{self.second_broker_port}", self.folder / "kafka-2", self.folder / "kafka-2.properties"
        own = {
            "process.roles": "broker",
            "node.id": "2",
            "listeners": f"PLAINTEXT://{address}",
            "advertised.listeners": f"PLAINTEXT://{address}",
            "log.dirs": str(data),
        }
        lines = [line for line in Path(config).read_text().splitlines() if line.partition("=")[0] not in own]
        properties.write_text("\n".join([*lines, *(f"{key}={value}" for key, value in own.items())]) + "\n")
        if not data.exists():
            [cluster] = re.findall(r"^cluster\.id=(.+)$", (self.stack.folder / "kafka/meta.properties").read_text(), re.MULTILINE)
            format_storage = ["kafka.tools.StorageTool", "format", "--cluster-id", cluster, "--config", str(properties)]
            subprocess.run([*java, *format_storage], check=True, capture_output=True)
        self.run("kafka-2", *java, main, str(properties))

    def has_two_brokers(self) -> bool:
        """Whether the cluster knows both."""
        admin = KafkaAdminClient(bootstrap_servers=self.settings.bootstrap_servers)
        brokers = admin.describe_cluster()["brokers"]
        admin.close()
        return len(brokers) == 2

    def use_second_broker(self) -> None:
        """Create a topic on both brokers and one on the second alone, and a group that has read them."""
        replicas = {"on-both": [1, 2], "on-second": [2]}
        admin = KafkaAdminClient(bootstrap_servers=self.settings.bootstrap_servers)
        admin.create_topics([NewTopic(name, replica_assignments={0: nodes}) for name, nodes in replicas.items()])
        admin.alter_group_offsets("reads-both", {TopicPartition(name, 0): OffsetAndMetadata(0, "", -1) for name in replicas})
        admin.close()

    def start_exporter(self) -> None:
        """Start the lag exporter."""
        self.run("exporter", sys.executable, "-m", "streams", "lag-exporter", **self.settings.environment())

    def stop(self, name: str) -> None:
        """End a process and wait."""
        process = self._processes.pop(name)
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop_all(self) -> None:
        """End everything."""
        for process in self._processes.values():
            process.send_signal(signal.SIGCONT)
        for name in list(self._processes):
            self.stop(name)

    def pid(self, name: str) -> int:
        """Of a running process."""
        return self._processes[name].pid

    def start_watching(self) -> None:
        """Start Prometheus with the real rules, an Alertmanager that tells our receiver, and one with the shipped configuration."""
        (self.folder / "rules.yml").write_text(yaml.safe_dump(rules(FACTOR)))
        config = yaml.safe_load((ROOT / "deploy/alertmanager/alertmanager.yml").read_text())
        (self.folder / "shipped.yml").write_text(yaml.safe_dump(config))
        # Every alert is to be seen, those too that another one would hold back.
        del config["inhibit_rules"]
        for route in [config["route"], *config["route"]["routes"]]:
            route |= {"group_wait": "1s", "group_interval": "1s", "repeat_interval": "1h"}
        for receiver in config["receivers"]:
            receiver["webhook_configs"] = [{"url": f"http://127.0.0.1:{self.receiver.port}/", "send_resolved": True}]
        (self.folder / "telling.yml").write_text(yaml.safe_dump(config))
        for number, (name, address) in enumerate(zip(("telling", "shipped"), self.alertmanagers, strict=True)):
            self.run(
                f"alertmanager-{name}",
                shutil.which("prometheus-alertmanager") or "alertmanager",
                f"--config.file={self.folder / name}.yml",
                f"--web.listen-address={address}",
                f"--storage.path={self.folder}/alertmanager-{number}",
                "--cluster.listen-address=",
            )

        def targets(*ports: int) -> list[dict[str, list[str]]]:
            return [{"targets": [f"127.0.0.1:{port}" for port in ports]}]

        prometheus = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(self.folder / "rules.yml")],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": self.alertmanagers}]}]},
            "scrape_configs": [
                {"job_name": "streams-worker", "static_configs": targets(*(metrics for _, metrics in self.ports.values()))},
                {"job_name": "streams-lag-exporter", "static_configs": targets(self.settings.exporter_port)},
                {"job_name": "prometheus", "static_configs": targets(int(self.prometheus.rpartition(":")[2]))},
            ],
        }
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(prometheus))
        self.run(
            "prometheus",
            "prometheus",
            f"--config.file={self.folder}/prometheus.yml",
            f"--storage.tsdb.path={self.folder}/prometheus",
            f"--web.listen-address={self.prometheus.removeprefix('http://')}",
        )

    # Questions ----------------------------------------------------------------------------------------------------------------------

    def query(self, expr: str, *, at: float | None = None) -> list[dict[str, Any]]:
        """An instant query."""
        answer = httpx.get(f"{self.prometheus}/api/v1/query", params={"query": expr, **({"time": at} if at else {})}, timeout=30).json()
        if answer["status"] != "success":
            raise ValueError(f"{expr}: {answer['error']}")
        return list(answer["data"]["result"])

    def query_range(self, expr: str) -> list[dict[str, Any]]:
        """A query over the whole trial."""
        parameters: dict[str, Any] = {"query": expr, "start": self.began, "end": time.time(), "step": 2}
        answer = httpx.get(f"{self.prometheus}/api/v1/query_range", params=parameters, timeout=60).json()
        if answer["status"] != "success":
            raise ValueError(f"{expr}: {answer['error']}")
        return list(answer["data"]["result"])

    def value(self, expr: str) -> float:
        """The one value of an instant query; 0 for none."""
        # Nobody answers yet, or somebody who is not ready.
        with contextlib.suppress(httpx.HTTPError, ValueError):
            result = self.query(expr)
            return float(result[0]["value"][1]) if result else 0.0
        return 0.0

    def wait(self, what: str, condition: Callable[[], object], patience: float = PATIENCE) -> bool:
        """Wait for something; where it does not come, that is noted and the trial goes on."""
        deadline = time.monotonic() + patience
        while not condition():
            if time.monotonic() > deadline:
                self.failures.append(f"did not happen: {what}")
                self.say(f"NOT after {patience:.0f} s: {what}")
                return False
            time.sleep(0.5)
        return True

    def wait_for_alerts(self, *names: str, since: float, patience: float = PATIENCE) -> None:
        """Wait until the receiver was told of each."""
        for name in names:
            if self.wait(f"{name} fires", lambda name=name: self.receiver.first(name, "firing", since), patience):  # type: ignore[misc]
                self.say(f"fires: {name}")


def _promql(query: Query) -> str:
    """The query as Grafana would send it with everything chosen."""
    values = {"$job": ".+", "$instance": ".+", "$group": ".+", "$mode": ".+", "$__rate_interval": "15s"}
    expr = query.promql
    for name, value in values.items():
        expr = expr.replace(name, value)
    return expr


def _finite(result: list[dict[str, Any]]) -> list[float]:
    found = [float(value) for series in result for _, value in (series.get("values") or [series["value"]])]
    return [value for value in found if math.isfinite(value)]


def panel_problems(trial: Trial, panel: Panel, queries: tuple[Query, ...] | None = None) -> list[str]:
    """What is wrong with a panel's data: an error, no series, no number, or a legend without its label. Zero is data, empty is none."""
    found = []
    for query in queries or panel.queries:
        try:
            result = trial.query_range(_promql(query))
        except ValueError as error:
            found.append(str(error))
            continue
        if not _finite(result):
            found.append(f"no data: {query.expr}")
        elif missing := [label for label in re.findall(r"\{\{(\w+)\}\}", query.legend) if not any(label in s["metric"] for s in result)]:
            found.append(f"no label {missing}: {query.expr}")
    return found


def check_panels(trial: Trial, report: dict[str, Any]) -> None:
    """Every query of every panel has data, moved where it should, and fails where it is damaged."""
    panels = [panel for board in BOARDS for panel in board.panels]
    tried = caught = 0
    for panel in panels:
        trial.failures += [f"{panel.title}: {problem}" for problem in panel_problems(trial, panel)]
        if panel.title in MOVES:
            reached = max(value for query in panel.queries for value in _finite(trial.query_range(_promql(query))) or [0.0])
            if reached < MOVES[panel.title]:
                trial.failures.append(f"{panel.title}: reached {reached:g}, the faults should have brought it to {MOVES[panel.title]:g}")
        for number, query in enumerate(panel.queries):
            for damaged in _damaged(query):
                tried += 1
                queries = tuple(damaged if n == number else q for n, q in enumerate(panel.queries))
                if panel_problems(trial, panel, queries):
                    caught += 1
                else:
                    trial.failures.append(f"{panel.title}: not noticed: {damaged.expr}")
    report |= {"panels": len(panels), "queries": sum(len(p.queries) for p in panels), "mutations": tried, "mutations caught": caught}
    trial.say(f"{report['panels']} panels, {report['queries']} queries; {caught} of {tried} mutations caught")


def _damaged(query: Query) -> Iterator[Query]:
    """A metric that is misspelt, and a legend whose label is gone."""
    bare = re.sub(r" or (on \(\) )?vector\(0\)", "", query.expr)
    yield Query(re.sub(r"\b(streams|kafka|process|up|ALERTS)(?=[_:{ ])", r"\1x", bare), query.legend)
    yield Query(query.expr, query.legend + " {{nosuch}}")


def check_balance(trial: Trial) -> None:
    """Every scrape of every worker balances exactly."""
    by = "sum by (instance)"
    expr = f"{by} (streams_articles_received_total) - {by} (streams_articles_processed_total) - {by} (streams_articles_in_flight)"
    values = _finite(trial.query_range(expr))
    if not values or any(values):
        trial.failures.append(f"received, processed and in flight do not balance: {sorted(set(values))[:5]}")
    trial.say(f"{len(values)} scrapes balance exactly")


def check_scrapes(trial: Trial) -> None:
    """What is served is well formed, by Prometheus's own linter."""
    for port in (trial.ports["a"][1], trial.settings.exporter_port):
        page = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
        assert list(text_string_to_metric_families(page))
        # Names that others gave are as they are.
        ours = "".join(line + "\n" for line in page.splitlines() if not re.match(r"(# (HELP|TYPE) )?(kafka_|python_)", line))
        done = subprocess.run(["promtool", "check", "metrics"], input=ours, capture_output=True, text=True, check=False)
        if done.returncode:
            trial.failures.append(f"promtool check metrics: {done.stdout}{done.stderr}")


def check_runbooks(trial: Trial) -> None:
    """Every command of every runbook runs."""
    health, metrics = trial.ports["a"]
    environment = {
        **os.environ,
        **trial.settings.environment(),
        "PROMETHEUS": trial.prometheus,
        "WORKER_HEALTH": f"http://127.0.0.1:{health}",
        "WORKER_METRICS": f"http://127.0.0.1:{metrics}/metrics",
        "LAG_EXPORTER": f"http://127.0.0.1:{trial.settings.exporter_port}/metrics",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    texts = [path.read_text() for path in sorted((ROOT / "docs/runbooks").glob("*.md"))]
    blocks = [block for text in texts for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]
    commands = sorted({line for block in blocks for line in block.splitlines()})
    for command in commands:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        if done.returncode:
            trial.failures.append(f"runbook: {command}: exit {done.returncode}: {done.stderr[-300:]}")
    trial.say(f"{len(commands)} commands of the runbooks run")


def inject_faults(trial: Trial, load: Load) -> None:
    """One fault after the other, each until its alerts have reached the receiver."""
    began = trial.began
    trial.wait_for_alerts("Watchdog", "StreamsMemoryHigh", since=began)

    trial.say("fault: articles in which nothing is found")
    load.rate = 12
    trial.wait_for_alerts("StreamsExtractionSilent", since=began)
    load.rate, load.eventful = 4, True

    trial.say("fault: articles that come too late")
    load.timestamp_shift, load.rate = 120.0, 8
    trial.wait_for_alerts("StreamsFreshnessBudgetBurn", "StreamsFreshnessBudgetSlowBurn", since=began)
    load.timestamp_shift, load.rate = 0.0, 4

    trial.say("fault: records that are no articles")
    for _ in range(60):
        load.raw(b"no article")
    trial.wait_for_alerts("StreamsDeadLetterSpike", since=began)

    trial.say("fault: articles that take too long")
    load.rate = 0
    for _ in range(24):
        load.send(PLAIN * 2300)
    trial.wait_for_alerts("StreamsCorrectnessBudgetBurn", "StreamsCorrectnessBudgetSlowBurn", "StreamsPoolCrashLooping", since=began)
    trial.wait("the long articles are worked off", lambda: trial.value("sum(streams_articles_in_flight)") == 0)

    trial.say("fault: more than the pool can do")
    # Many and short: none of them may take longer than the limit, on a crowded machine neither. No two alike: a copy is not parsed again.
    for number in range(700):
        load.send(f"Report {number}. {PLAIN * 40}")
    trial.wait_for_alerts("StreamsPoolSaturated", since=began)
    trial.wait("the backlog is worked off", lambda: trial.value('sum(kafka_consumergroup_lag{topic="articles"})') < 10, 180)

    trial.say("fault: an event loop that stands, a group that is rebalanced, producers that are mute")
    admin = KafkaAdminClient(bootstrap_servers=trial.settings.bootstrap_servers)
    for _ in range(5):
        os.kill(trial.pid("a"), signal.SIGSTOP)
        time.sleep(2.5)
        os.kill(trial.pid("a"), signal.SIGCONT)
        time.sleep(1.5)
    for _ in range(6):
        members = admin.describe_groups([trial.settings.group])[trial.settings.group]["members"]
        admin.remove_group_members(trial.settings.group, [MemberToRemove(member_id=str(member["member_id"])) for member in members[:1]])
        time.sleep(2)
    trial.wait_for_alerts("StreamsEventLoopBlocked", "StreamsRebalanceStorm", "StreamsInputSilent", since=began)
    load.rate = 4
    trial.wait("articles flow again", lambda: trial.value('sum(rate(streams_articles_processed_total{mode="live"}[5s]))') > 1)

    trial.say("fault: no registry, and articles that need it")
    next(server for server in trial.stack.servers if server.name == REGISTRY).stop()
    for _ in range(9):
        load.raw(b"\x00\x00\x00\x98\x7f" + b"unknown")
    load.rate = 12
    trial.wait_for_alerts("StreamsSchemaRegistryErrors", "StreamsHeartbeatMissing", "StreamsConsumerStalled", since=began)
    _delete_what_was_read(trial, admin)
    trial.wait_for_alerts(
        *("StreamsConsumerLagSeconds", "StreamsConsumerLagCritical", "StreamsConsumerLagKeepsIncreasing", "StreamsRetentionDataLossRisk"),
        since=began,
    )
    load.rate = 4
    trial.stack.restart(REGISTRY)
    trial.wait("the backlog is worked off", lambda: trial.value('sum(kafka_consumergroup_lag{topic="articles"})') < 30, 180)

    trial.say("fault: one worker is killed, then there is none")
    os.kill(trial.pid("a"), signal.SIGKILL)
    trial.wait_for_alerts("StreamsWorkerDown", "StreamsPartitionsUnassigned", since=began)
    trial.stop("b")
    trial.wait_for_alerts("StreamsNoConsumers", "StreamsWorkersAbsent", since=began)
    # The second Alertmanager has the shipped configuration: what follows from the first alert is held back.
    shipped = f"http://{trial.alertmanagers[1]}/api/v2/alerts"

    def held_back() -> bool:
        alerts = httpx.get(shipped, timeout=5).json()
        return any(alert["labels"]["alertname"] == "StreamsWorkersAbsent" and alert["status"]["inhibitedBy"] for alert in alerts)

    trial.wait("StreamsNoConsumers holds StreamsWorkersAbsent back", held_back)
    for name in ("a", "b"):
        trial.start_worker(name)

    trial.say("fault: one of two brokers is killed")
    os.kill(trial.pid("kafka-2"), signal.SIGKILL)
    trial.wait_for_alerts("KafkaOfflinePartitions", "KafkaUnderReplicatedPartitions", since=began)
    trial.stop("kafka-2")
    trial.start_second_broker()

    trial.say("fault: no lag exporter")
    trial.stop("exporter")
    trial.wait_for_alerts("StreamsLagExporterDown", since=began)
    trial.start_exporter()


def _delete_what_was_read(trial: Trial, admin: KafkaAdminClient) -> None:
    """Let Kafka delete everything before the committed offsets, as a short retention would."""
    consumer = KafkaConsumer(bootstrap_servers=trial.settings.bootstrap_servers, group_id=trial.settings.group, enable_auto_commit=False)
    partitions = [TopicPartition("articles", p) for p in range(trial.settings.partitions)]
    offsets = {p: consumer.committed(p) or 0 for p in partitions}
    consumer.close()
    admin.delete_records({partition: offset for partition, offset in offsets.items() if offset})


def check_resolved(trial: Trial, report: dict[str, Any]) -> None:
    """Every alert that fired has ended, told by the receiver; and the right people were told."""
    rows = {}
    for alert in ALERTS:
        fired = trial.receiver.first(alert.name, "firing")
        if alert.name != "Watchdog" and fired:
            trial.wait(f"{alert.name} resolves", lambda alert=alert, fired=fired: trial.receiver.first(alert.name, "resolved", fired), 420)  # type: ignore[misc]
        ended = trial.receiver.first(alert.name, "resolved", fired or 0)
        told = trial.receiver.receivers(alert.name)
        wanted = {"critical": "pager", "warning": "tickets", "info": "watchdog"}[alert.severity]
        if told != {wanted}:
            trial.failures.append(f"{alert.name}: told {told}, not {wanted}")
        rows[alert.name] = {
            "receiver": ", ".join(sorted(told)),
            "fired after s": round(fired - trial.began) if fired else None,
            "resolved after s": round(ended - trial.began) if ended else None,
        }
    report |= {
        "alerts": len(ALERTS),
        "alerts fired": sum(row["fired after s"] is not None for row in rows.values()),
        "alerts resolved": sum(row["resolved after s"] is not None for row in rows.values()),
        "by alert": rows,
    }


def save_data(trial: Trial, path: Path) -> None:
    """Keep what every panel showed, for drawing."""
    now = time.time()
    data = {
        board.uid: {
            panel.title: [
                trial.query(_promql(query), at=now) if panel.kind in ("stat", "table") else trial.query_range(_promql(query))
                for query in panel.queries
            ]
            for panel in board.panels
        }
        for board in BOARDS
    }
    path.write_text(json.dumps({"from": trial.began, "to": now, "boards": data}))


def main() -> None:
    """Run the trial; exit code 1 where anything did not hold."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--report", type=Path, help="Where the results go, as JSON.")
    arguments.add_argument("--data", type=Path, help="Where what the panels showed goes, for drawing.")
    chosen = arguments.parse_args()
    missing = [name for name in ("prometheus", "promtool", "amtool") if shutil.which(name) is None]
    if missing:
        sys.stdout.write(f"SKIPPED: {', '.join(missing)} not installed (make tools, as root on Debian)\n")
        return
    # A limit of time from outside ends everything that was started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report: dict[str, Any] = {}
    folder = Path(tempfile.mkdtemp(prefix="streams-watch-"))
    with running_stack(folder / "stack", Settings()) as stack:
        trial = Trial(folder, stack)
        try:
            trial.say(f"logs and data in {folder}; Prometheus at {trial.prometheus}")
            trial.start_watching()
            trial.start_exporter()
            trial.start_worker("a")
            trial.start_worker("b", memory_limit=psutil.virtual_memory().total // 200)
            ready = 'sum(up{job=~"streams-worker|streams-lag-exporter"}) == 3 and sum(streams_assigned_partitions) == 3'
            trial.wait("all parts are up and own the partitions", lambda: trial.value(ready))
            # Only now, so that all that the pipeline needs lies on the first.
            trial.start_second_broker()
            trial.wait("both brokers are up", trial.has_two_brokers)
            trial.use_second_broker()
            load = Load(trial.settings)
            load.start()
            inject_faults(trial, load)
            trial.wait("all parts are up again", lambda: trial.value(ready))
            check_scrapes(trial)
            check_runbooks(trial)
            check_resolved(trial, report)
            check_balance(trial)
            check_panels(trial, report)
            if chosen.data:
                save_data(trial, chosen.data)
            load.stopped = True
        finally:
            trial.stop_all()
    report |= {"seconds": round(time.time() - trial.began), "failures": trial.failures}
    if chosen.report:
        chosen.report.write_text(json.dumps(report, indent=2) + "\n")
    trial.say(json.dumps({key: value for key, value in report.items() if key != "by alert"}, indent=2))
    for failure in trial.failures:
        sys.stdout.write(f"FAILED {failure}\n")
    sys.exit(1 if trial.failures else 0)


if __name__ == "__main__":
    main()
