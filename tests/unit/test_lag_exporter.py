"""The lag exporter's arithmetic; what Kafka answers is in `tests/broker`."""

from __future__ import annotations

from kafka import TopicPartition
from prometheus_client import CollectorRegistry, generate_latest

from streams.lag_exporter import AppendTimes, GroupPosition, LagCollector, PartitionState, Snapshot

FIRST = TopicPartition("articles", 0)
SECOND = TopicPartition("articles", 1)


def scraped(snapshot: Snapshot | None) -> str:
    registry = CollectorRegistry()
    collector = LagCollector("test")
    collector.snapshot = snapshot
    registry.register(collector)
    return generate_latest(registry).decode()


def test_a_record_was_appended_when_the_end_first_lay_behind_it() -> None:
    times = AppendTimes()
    for now, end in [(100.0, 5), (110.0, 5), (120.0, 9), (130.0, 9)]:
        times.note(now, end)
    assert times.appended_at(4) == 100.0
    assert times.appended_at(5) == 120.0
    assert times.appended_at(8) == 120.0
    assert times.appended_at(9) is None


def test_all_names_that_dashboards_elsewhere_ask_for() -> None:
    page = scraped(
        Snapshot(
            brokers=3,
            partitions={FIRST: PartitionState(10, 110, 1, 3, 3), SECOND: PartitionState(0, 7, -1, 3, 2)},
            members={"streams": 2},
            positions={("streams", FIRST): GroupPosition(60, 50, 12.5), ("streams", SECOND): GroupPosition(7, 0, 0.0)},
        )
    )
    for line in (
        'kafka_consumergroup_lag{consumergroup="streams",partition="0",topic="articles"} 50.0',
        'kafka_consumergroup_current_offset{consumergroup="streams",partition="0",topic="articles"} 60.0',
        'kafka_consumergroup_members{consumergroup="streams"} 2.0',
        'kafka_consumergroup_group_lag_seconds{cluster_name="test",group="streams",partition="0",topic="articles"} 12.5',
        'kafka_consumergroup_group_max_lag_seconds{cluster_name="test",group="streams"} 12.5',
        'kafka_consumergroup_group_topic_sum_lag{cluster_name="test",group="streams",topic="articles"} 50.0',
        'kafka_consumergroup_group_retention_margin{cluster_name="test",group="streams",partition="0",topic="articles"} 0.5',
        'kafka_consumergroup_group_retention_margin{cluster_name="test",group="streams",partition="1",topic="articles"} 1.0',
        'kafka_topic_partition_current_offset{partition="0",topic="articles"} 110.0',
        'kafka_topic_partition_oldest_offset{partition="0",topic="articles"} 10.0',
        'kafka_topic_partition_leader{partition="1",topic="articles"} -1.0',
        'kafka_topic_partition_under_replicated_partition{partition="1",topic="articles"} 1.0',
        "kafka_brokers 3.0",
    ):
        assert line in page, line


def test_without_an_answer_it_says_nothing() -> None:
    assert "kafka_" not in scraped(None)
