"""How far every consumer group is behind, in records and in seconds, asked of Kafka itself.

A process of its own: it goes on telling when no worker lives to tell anything. Names and labels are those of `kafka_exporter` and
`kafka-lag-exporter`, so that dashboards and alerts that exist elsewhere work here.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kafka import KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, OffsetSpec
from kafka.errors import KafkaError
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from streams.connections import kafka_options
from streams.errors import BrokerError
from streams.metrics import HEARTBEAT_HEADER, LagExporterMetrics
from streams.outside_consumer import outside_consumer
from streams.settings import Settings
from streams.topics import ARTICLES, TOPICS
from streams.wire.cloudevents import REPLAY_HEADER

__all__ = ["AppendTimes", "GroupPosition", "KafkaWatcher", "LagCollector", "PartitionState", "Snapshot", "run_lag_exporter"]

log = logging.getLogger(__name__)

READ_SECONDS = 5.0
"""Time for reading the first waiting record of every partition; a partition that does not answer by then is told from memory."""

BATCH_BYTES = 64 * 1024
"""Bytes asked of a partition: one record is wanted, and a broker sends at least one batch whatever its size."""

REMEMBERED_LOOKS = 2000


@dataclass(frozen=True)
class PartitionState:
    """One partition as its leader sees it.

    Parameters
    ----------
    oldest, end
        Offset of the oldest record that is kept, and of the next one to come.
    leader
        Broker; -1 for none.
    """

    oldest: int
    end: int
    leader: int
    replicas: int
    in_sync: int


@dataclass(frozen=True)
class GroupPosition:
    """Where a group stands in one partition.

    Parameters
    ----------
    committed
        Next offset that it will read; -1 where it has not committed yet.
    lag
        Records that wait for it.
    waiting_seconds
        For how long the first of them has waited.
    """

    committed: int
    lag: int
    waiting_seconds: float


@dataclass(frozen=True)
class Snapshot:
    """Kafka at one moment."""

    brokers: int
    partitions: Mapping[TopicPartition, PartitionState]
    members: Mapping[str, int]
    positions: Mapping[tuple[str, TopicPartition], GroupPosition]


@dataclass
class AppendTimes:
    """When records were appended, as far as it was seen from outside: for records whose timestamp is of another time.

    Parameters
    ----------
    looks
        Time and end offset of each look.
    """

    looks: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=REMEMBERED_LOOKS))

    def note(self, now: float, end: int) -> None:
        """Note that at this time the partition ended there."""
        if not self.looks or self.looks[-1][1] != end:
            self.looks.append((now, end))

    def appended_at(self, offset: int) -> float | None:
        """When the record was there at the latest; None where it is newer than the last look."""
        return next((seen for seen, end in self.looks if end > offset), None)


class KafkaWatcher:
    """Asks Kafka for everything that the exporter tells.

    Raises
    ------
    KafkaError
        From every method, when Kafka does not answer.
    """

    def __init__(self, settings: Settings) -> None:
        connection: dict[str, Any] = {**kafka_options(settings), "client_id": "streams-lag-exporter"}
        self._settings = settings
        self._own_topic = ARTICLES.name_in(settings)
        self._append_times: dict[TopicPartition, AppendTimes] = {}
        self._admin = KafkaAdminClient(**connection)
        self._consumer = outside_consumer(settings, "streams-lag-exporter", max_partition_fetch_bytes=BATCH_BYTES)
        self._producer = KafkaProducer(**connection, acks="all")

    def close(self) -> None:
        """Close the connections."""
        for client in (self._producer, self._consumer, self._admin):
            client.close()

    def look(self) -> Snapshot:
        """Everything as of now."""
        groups = self._groups()
        committed = self._committed(groups)
        topics = {topic.name_in(self._settings) for topic in TOPICS.values()} | {tp.topic for _, tp in committed}
        described = [t for t in self._admin.describe_topics() if t["name"] in topics]
        known = {TopicPartition(topic["name"], p["partition_index"]): p for topic in described for p in topic["partitions"]}
        with_leader = [tp for tp, p in known.items() if p["leader_id"] >= 0]
        oldest = self._offsets(with_leader, OffsetSpec.EARLIEST)
        # After the committed offsets, so that a group is never ahead of its partition.
        ends = self._offsets(with_leader, OffsetSpec.LATEST)
        now = time.time()
        partitions = {
            tp: PartitionState(
                oldest.get(tp, 0),
                ends.get(tp, 0),
                int(known[tp]["leader_id"]),
                len(known[tp]["replica_nodes"]),
                len(known[tp]["isr_nodes"]),
            )
            for tp in known
        }
        for tp, end in ends.items():
            self._append_times.setdefault(tp, AppendTimes()).note(now, end)
        for tp in known:
            if tp.topic == self._own_topic:
                # A worker that has never committed begins with the oldest record.
                committed.setdefault((self._settings.group, tp), -1)
        return Snapshot(
            brokers=len(self._admin.describe_cluster()["brokers"]),
            partitions=partitions,
            members={self._settings.group: 0, **groups},
            positions=self._positions({key: offset for key, offset in committed.items() if key[1] in partitions}, partitions, now),
        )

    def send_heartbeats(self) -> None:
        """Send one article through every partition of `articles`."""
        waiting = []
        for partition in sorted(self._producer.partitions_for(self._own_topic)):
            article = {"id": f"heartbeat-{partition}", "language": "en", "text": "This article shows that the pipeline is alive."}
            waiting.append(
                self._producer.send(
                    self._own_topic,
                    key=article["id"].encode(),
                    value=json.dumps(article).encode(),
                    headers=[(HEARTBEAT_HEADER, b"1")],
                    partition=partition,
                )
            )
        for sent in waiting:
            sent.get(timeout=self._settings.acknowledge_timeout)

    def _groups(self) -> dict[str, int]:
        """The members of each group."""
        names = [group["group_id"] for group in self._admin.list_groups()]
        described = self._admin.describe_groups(names) if names else {}
        return {name: len(group.get("members") or []) for name, group in described.items()}

    def _committed(self, groups: Iterable[str]) -> dict[tuple[str, TopicPartition], int]:
        names = list(groups)
        if not names:
            return {}
        found = self._admin.list_group_offsets(names)
        return {
            (group, tp): position.offset for group, offsets in found.items() for tp, position in offsets.items() if position.offset >= 0
        }

    def _offsets(self, partitions: Iterable[TopicPartition], spec: OffsetSpec) -> dict[TopicPartition, int]:
        asked = dict.fromkeys(partitions, spec)
        return {tp: found.offset for tp, found in self._admin.list_partition_offsets(asked).items()} if asked else {}

    def _positions(
        self, committed: Mapping[tuple[str, TopicPartition], int], partitions: Mapping[TopicPartition, PartitionState], now: float
    ) -> dict[tuple[str, TopicPartition], GroupPosition]:
        # What was deleted before it was read waits for nobody any more.
        first_waiting = {key: max(offset, partitions[key[1]].oldest) for key, offset in committed.items()}
        lagging: dict[str, dict[TopicPartition, int]] = {}
        for (group, tp), offset in first_waiting.items():
            if offset < partitions[tp].end:
                lagging.setdefault(group, {})[tp] = offset
        since = {(group, tp): at for group, offsets in lagging.items() for tp, at in self._waiting_since(offsets).items()}
        return {
            key: GroupPosition(
                committed=offset,
                # As Kafka's own tool has it: against the committed offset, even where records in between were deleted.
                lag=max(0, partitions[key[1]].end - (offset if offset >= 0 else partitions[key[1]].oldest)),
                waiting_seconds=max(0.0, now - since[key]) if key in since else 0.0,
            )
            for key, offset in committed.items()
        }

    def _waiting_since(self, offsets: Mapping[TopicPartition, int]) -> dict[TopicPartition, float]:
        """By partition, since when its record at that offset has been there."""
        since: dict[TopicPartition, float] = {}
        self._consumer.assign(list(offsets))
        for tp, offset in offsets.items():
            self._consumer.seek(tp, offset)
        deadline = time.monotonic() + READ_SECONDS
        while len(since) < len(offsets) and time.monotonic() < deadline:
            for tp, records in self._consumer.poll(timeout_ms=200).items():
                # A replayed record bears the time of the article that it repeats.
                is_replayed = any(name == REPLAY_HEADER for name, _ in records[0].headers)
                remembered = self._append_times[tp].appended_at(offsets[tp])
                since.setdefault(tp, remembered if is_replayed and remembered is not None else records[0].timestamp / 1000)
                self._consumer.pause(tp)
        for tp, offset in offsets.items():
            remembered = self._append_times[tp].appended_at(offset)
            if remembered is not None:
                since.setdefault(tp, remembered)
        return since


class LagCollector(Collector):
    """Shows the last snapshot to Prometheus; without one it shows nothing, because a frozen number would look like health."""

    def __init__(self, cluster: str) -> None:
        self._cluster = cluster
        self.snapshot: Snapshot | None = None

    def collect(self) -> Iterable[Metric]:
        """All families."""
        snapshot = self.snapshot
        return [] if snapshot is None else [*_partition_families(snapshot), *_group_families(snapshot, self._cluster)]


def _partition_families(snapshot: Snapshot) -> list[Metric]:
    brokers = GaugeMetricFamily("kafka_brokers", "Brokers in the cluster.", value=snapshot.brokers)
    families = {
        "current_offset": "Offset of the next record to come.",
        "oldest_offset": "Offset of the oldest record that is kept.",
        "leader": "Broker that leads the partition; -1 for none.",
        "replicas": "Replicas of the partition.",
        "in_sync_replica": "Replicas of the partition that are in sync.",
        "under_replicated_partition": "1 where a replica is not in sync.",
    }
    made = {
        name: GaugeMetricFamily(f"kafka_topic_partition_{name}", text, labels=["topic", "partition"]) for name, text in families.items()
    }
    for tp, state in snapshot.partitions.items():
        values = {
            "current_offset": state.end,
            "oldest_offset": state.oldest,
            "leader": state.leader,
            "replicas": state.replicas,
            "in_sync_replica": state.in_sync,
            "under_replicated_partition": int(state.in_sync < state.replicas),
        }
        for name, value in values.items():
            made[name].add_metric([tp.topic, str(tp.partition)], value)
    return [brokers, *made.values()]


def _group_families(snapshot: Snapshot, cluster: str) -> list[Metric]:
    by_partition = ["consumergroup", "topic", "partition"]
    members = GaugeMetricFamily("kafka_consumergroup_members", "Members of the group.", labels=["consumergroup"])
    offset = GaugeMetricFamily("kafka_consumergroup_current_offset", "Committed offset; -1 for none yet.", labels=by_partition)
    lag = GaugeMetricFamily("kafka_consumergroup_lag", "Records that wait for the group.", labels=by_partition)
    seconds = GaugeMetricFamily(
        "kafka_consumergroup_group_lag_seconds",
        "For how long the first record that waits for the group has waited.",
        labels=["cluster_name", "group", "topic", "partition"],
    )
    longest = GaugeMetricFamily("kafka_consumergroup_group_max_lag_seconds", "The longest of them.", labels=["cluster_name", "group"])
    sums = GaugeMetricFamily(
        "kafka_consumergroup_group_topic_sum_lag",
        "Records of the topic that wait for the group.",
        labels=["cluster_name", "group", "topic"],
    )
    margin = GaugeMetricFamily(
        "kafka_consumergroup_group_retention_margin",
        "Share of the kept records that the group has read: at 0 the next one to be deleted is one that it has not read.",
        labels=["cluster_name", "group", "topic", "partition"],
    )
    for group, count in snapshot.members.items():
        members.add_metric([group], count)
    max_seconds: dict[str, float] = {}
    sum_lag: dict[tuple[str, str], int] = {}
    for (group, tp), position in snapshot.positions.items():
        state = snapshot.partitions[tp]
        partition = str(tp.partition)
        offset.add_metric([group, tp.topic, partition], position.committed)
        lag.add_metric([group, tp.topic, partition], position.lag)
        seconds.add_metric([cluster, group, tp.topic, partition], position.waiting_seconds)
        kept = state.end - state.oldest
        read = max(position.committed, 0) - state.oldest
        margin.add_metric([cluster, group, tp.topic, partition], 1.0 if position.lag == 0 or not kept else read / kept)
        max_seconds[group] = max(max_seconds.get(group, 0.0), position.waiting_seconds)
        sum_lag[group, tp.topic] = sum_lag.get((group, tp.topic), 0) + position.lag
    for group, value in max_seconds.items():
        longest.add_metric([cluster, group], value)
    for (group, topic), total in sum_lag.items():
        sums.add_metric([cluster, group, topic], total)
    return [members, offset, lag, seconds, longest, sums, margin]


def run_lag_exporter(settings: Settings) -> None:
    """Watch Kafka and serve `/metrics` until SIGTERM or SIGINT."""
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    registry = CollectorRegistry()
    metrics = LagExporterMetrics(registry)
    collector = LagCollector(settings.cluster)
    registry.register(collector)
    start_http_server(settings.exporter_port, settings.listen_address, registry)
    log.info(
        "serving /metrics on %s:%d, looking at Kafka every %g s",
        settings.listen_address,
        settings.exporter_port,
        settings.exporter_interval,
    )
    watcher: KafkaWatcher | None = None
    next_heartbeat = time.monotonic()
    while not stopped.is_set():
        try:
            watcher = watcher or KafkaWatcher(settings)
            if settings.heartbeat_interval and time.monotonic() >= next_heartbeat:
                next_heartbeat = time.monotonic() + settings.heartbeat_interval
                watcher.send_heartbeats()
            collector.snapshot = watcher.look()
            metrics.up.set(1)
        except (KafkaError, BrokerError, OSError) as error:
            log.warning("Kafka does not answer: %s: %s", type(error).__name__, error)
            collector.snapshot = None
            metrics.up.set(0)
            metrics.failures.inc()
            if watcher is not None:
                # New connections next time: the brokers may have moved.
                watcher.close()
                watcher = None
        stopped.wait(settings.exporter_interval)
    if watcher is not None:
        watcher.close()
