"""For each alert, how the world looks before, during and after the trouble; promtool runs the rules over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["SCENARIOS", "Scenario", "promtool_test"]

PROCESSED = 'streams_articles_processed_total{mode="live",outcome="no_event"}'
RECEIVED = 'streams_articles_received_total{mode="live"}'
COUNT = 'streams_end_to_end_latency_seconds_count{mode="live"}'
IN_TIME = 'streams_end_to_end_latency_seconds_bucket{mode="live",le="60.0"}'
TIMEOUTS = 'streams_dead_letters_total{mode="live",reason="timeout"}'
GROUP_LAG = 'kafka_consumergroup_group_lag_seconds{cluster_name="c",group="streams",topic="articles",partition="0"}'
SUM_LAG = 'kafka_consumergroup_group_topic_sum_lag{cluster_name="c",group="streams",topic="articles"}'


@dataclass(frozen=True)
class Counter:
    """Goes up by so much each minute: before, during, after."""

    before: float
    during: float
    after: float


@dataclass(frozen=True)
class Gauge:
    """Has a value: before, during, after."""

    before: float
    during: float
    after: float


@dataclass(frozen=True)
class Clock:
    """Is the time of its scrape, but stands still during the trouble."""


@dataclass(frozen=True)
class Scenario:
    """How one alert is tried.

    Parameters
    ----------
    pending
        Minutes after the trouble began at which the alert waits.
    before, during, after
        Minutes.
    labels
        What tells the alert's instance beside its severity.
    """

    series: dict[str, Counter | Gauge | Clock]
    pending: float
    labels: dict[str, str]
    before: int = 60
    during: int = 60
    after: int = 60


SCENARIOS = {
    "StreamsFreshnessBudgetBurn": Scenario(
        {COUNT: Counter(60, 60, 60), IN_TIME: Counter(60, 0, 60)}, 8.5, {}, before=120, during=30, after=80
    ),
    "StreamsFreshnessBudgetSlowBurn": Scenario(
        {COUNT: Counter(60, 60, 60), IN_TIME: Counter(60, 0, 60)}, 20, {}, before=1440, during=40, after=430
    ),
    "StreamsCorrectnessBudgetBurn": Scenario(
        {PROCESSED: Counter(60, 60, 60), TIMEOUTS: Counter(0, 60, 0)}, 5, {}, before=120, during=30, after=80
    ),
    "StreamsCorrectnessBudgetSlowBurn": Scenario(
        {PROCESSED: Counter(60, 60, 60), TIMEOUTS: Counter(0, 60, 0)}, 15, {}, before=1440, during=40, after=430
    ),
    "StreamsConsumerStalled": Scenario(
        {
            'kafka_consumergroup_lag{consumergroup="streams",topic="articles",partition="0"}': Gauge(0, 50, 0),
            'kafka_consumergroup_current_offset{consumergroup="streams",topic="articles",partition="0"}': Counter(10, 0, 10),
        },
        11,
        {"consumergroup": "streams", "topic": "articles"},
    ),
    "StreamsConsumerLagSeconds": Scenario({GROUP_LAG: Gauge(1, 400, 1)}, 5, {"group": "streams", "topic": "articles"}),
    "StreamsConsumerLagCritical": Scenario({GROUP_LAG: Gauge(1, 2000, 1)}, 3, {"group": "streams", "topic": "articles"}),
    "StreamsConsumerLagKeepsIncreasing": Scenario(
        {SUM_LAG: Counter(0, 20, -20), RECEIVED: Counter(60, 60, 60)}, 15, {"group": "streams", "topic": "articles"}
    ),
    "StreamsHeartbeatMissing": Scenario({'streams_last_processed_timestamp_seconds{partition="2"}': Clock()}, 6, {"partition": "2"}),
    "StreamsInputSilent": Scenario({RECEIVED: Counter(60, 0, 60)}, 33, {}),
    "StreamsExtractionSilent": Scenario(
        {PROCESSED: Counter(60, 60, 60), 'streams_events_emitted_total{mode="live",event_type="talks_round"}': Counter(1, 0, 1)},
        362,
        {},
        during=420,
    ),
    "StreamsRetentionDataLossRisk": Scenario(
        {
            'kafka_consumergroup_group_retention_margin{cluster_name="c",group="streams",topic="articles",partition="0"}': Gauge(
                0.9, 0.05, 0.9
            ),
            'kafka_topic_partition_oldest_offset{topic="articles",partition="0"}': Gauge(100, 900, 900),
        },
        5,
        {"group": "streams", "topic": "articles"},
    ),
    "StreamsNoConsumers": Scenario(
        {'kafka_consumergroup_members{consumergroup="streams"}': Gauge(2, 0, 2)}, 3, {"consumergroup": "streams"}
    ),
    "StreamsWorkersAbsent": Scenario({'up{job="streams-worker",instance="a"}': Gauge(1, 0, 1)}, 3, {}),
    "StreamsWorkerDown": Scenario(
        {'up{job="streams-worker",instance="a"}': Gauge(1, 0, 1), 'up{job="streams-worker",instance="b"}': Gauge(1, 1, 1)},
        3,
        {"job": "streams-worker", "instance": "a"},
    ),
    "StreamsPartitionsUnassigned": Scenario(
        {
            'streams_assigned_partitions{instance="a"}': Gauge(2, 1, 2),
            'kafka_topic_partition_current_offset{topic="articles",partition="0"}': Gauge(5, 5, 5),
            'kafka_topic_partition_current_offset{topic="articles",partition="1"}': Gauge(5, 5, 5),
        },
        3,
        {},
    ),
    "StreamsRebalanceStorm": Scenario({'streams_rebalances_total{instance="a"}': Counter(0, 1, 0)}, 4, {"instance": "a"}),
    "StreamsPoolSaturated": Scenario(
        {
            'streams_pool_busy_seconds_total{instance="a"}': Counter(30, 118, 30),
            'streams_pool_processes{instance="a",state="alive"}': Gauge(2, 2, 2),
            'streams_pool_queued_articles{instance="a"}': Gauge(0, 40, 0),
        },
        14,
        {"instance": "a"},
    ),
    "StreamsPoolCrashLooping": Scenario(
        {'streams_pool_restarts_total{instance="a",reason="crash"}': Counter(0, 1, 0)}, 4, {"instance": "a"}
    ),
    "StreamsDeadLetterSpike": Scenario(
        {PROCESSED: Counter(60, 60, 60), 'streams_dead_letters_total{mode="live",reason="decode"}': Counter(0, 10, 0)},
        3,
        {"reason": "decode"},
    ),
    "StreamsEventLoopBlocked": Scenario({'streams_event_loop_lag_seconds{instance="a"}': Gauge(0.002, 3, 0.002)}, 3, {"instance": "a"}),
    "StreamsMemoryHigh": Scenario(
        {
            'process_resident_memory_bytes{job="streams-worker",instance="a"}': Gauge(2e8, 4e8, 2e8),
            'streams_pool_resident_memory_bytes{instance="a"}': Gauge(3e8, 5.5e8, 3e8),
            'streams_memory_limit_bytes{instance="a"}': Gauge(1e9, 1e9, 1e9),
        },
        5,
        {"instance": "a"},
    ),
    "StreamsSchemaRegistryErrors": Scenario(
        {
            'streams_schema_registry_requests_total{operation="schema",outcome="ok"}': Counter(10, 5, 10),
            'streams_schema_registry_requests_total{operation="schema",outcome="unreachable"}': Counter(0, 5, 0),
        },
        4,
        {},
    ),
    "StreamsLagExporterDown": Scenario({'streams_lag_exporter_up{instance="a"}': Gauge(1, 0, 1)}, 3, {}),
    "KafkaOfflinePartitions": Scenario(
        {'kafka_topic_partition_leader{topic="articles",partition="0"}': Gauge(1, -1, 1)}, 0.5, {"topic": "articles"}
    ),
    "KafkaUnderReplicatedPartitions": Scenario(
        {'kafka_topic_partition_under_replicated_partition{topic="articles",partition="0"}': Gauge(0, 1, 0)}, 3, {"topic": "articles"}
    ),
}


def _values(shape: Counter | Gauge | Clock, scenario: Scenario) -> str:
    lengths = (scenario.before, scenario.during, scenario.after)
    if isinstance(shape, Clock):
        stood = 60 * (scenario.before - 1)
        return f"0+60x{scenario.before - 1} {stood}+0x{scenario.during - 1} {60 * (scenario.before + scenario.during)}+60x{scenario.after}"
    parts = []
    value = 0.0
    for amount, length in zip((shape.before, shape.during, shape.after), lengths, strict=True):
        if isinstance(shape, Counter):
            parts.append(f"{value:g}{amount:+g}x{length - 1}")
            value += amount * length
        else:
            parts.append(f"{amount:g}+0x{length - 1}")
    return " ".join(parts)


def promtool_test(rule_file: str, name: str, severity: str) -> dict[str, Any]:
    """A test file for promtool: quiet before, pending, firing during, resolved after."""
    scenario = SCENARIOS[name]
    labels = {"alertname": name, "severity": severity, "service": "news-event-streams", **scenario.labels}
    begin, end = scenario.before, scenario.before + scenario.during

    def state(minutes: float, expected: str | None) -> dict[str, Any]:
        pairs = ",".join(f'{key}="{value}"' for key, value in sorted({**labels, "alertstate": expected or ""}.items()))
        samples = [{"labels": f"ALERTS{{{pairs}}}", "value": 1}] if expected else []
        return {"expr": f'ALERTS{{alertname="{name}"}}', "eval_time": f"{int(minutes * 60)}s", "exp_samples": samples}

    return {
        "rule_files": [rule_file],
        "evaluation_interval": "30s",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": series, "values": _values(shape, scenario)} for series, shape in scenario.series.items()],
                "promql_expr_test": [
                    state(begin - 2, None),
                    state(begin + scenario.pending, "pending"),
                    state(end - 1, "firing"),
                    state(end + scenario.after - 1, None),
                ],
            }
        ],
    }
