"""The recording and alerting rules. An alert is a symptom that somebody has to act on, or a cause that will become one within the hour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from deploy.observability import thresholds as t

__all__ = ["ALERTS", "Alert", "rules", "scaled"]

OVERVIEW, KAFKA, EXTRACTION = "streams-overview", "streams-kafka", "streams-extraction"

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


@dataclass(frozen=True)
class Alert:
    """One alert.

    Parameters
    ----------
    expr
        PromQL; `@300s` stands for a threshold in seconds, so that a trial run can shorten all times alike.
    wait
        How long it has to hold (`for`).
    stay
        How long it stays after it ends (`keep_firing_for`), so that one that comes and goes is one.
    """

    name: str
    severity: str
    expr: str
    wait: str
    stay: str
    summary: str
    description: str
    dashboard: str = OVERVIEW


def _bad_share(objective: str) -> str:
    return f"streams:{objective}_bad:ratio_rate"


def _fast_burn(objective: str, target: float) -> str:
    budget = 1 - target
    share = _bad_share(objective)
    return (
        f"((max({share}1h) > {14.4 * budget:.4g} and max({share}5m) > {14.4 * budget:.4g})"
        f" or (max({share}6h) > {6 * budget:.4g} and max({share}30m) > {6 * budget:.4g}))"
        f" and max(streams:{objective}_bad:increase1h) > {t.FEWEST_BAD}"
    )


def _slow_burn(objective: str, target: float) -> str:
    budget = 1 - target
    share = _bad_share(objective)
    return (
        f"(max({share}1d) > {3 * budget:.4g} and max({share}2h) > {3 * budget:.4g})"
        f" or (max({share}3d) > {budget:.4g} and max({share}6h) > {budget:.4g})"
    )


ALERTS = (
    # What consumers feel ------------------------------------------------------------------------------------------------------------
    Alert(
        "StreamsFreshnessBudgetBurn",
        "critical",
        _fast_burn("freshness", t.FRESHNESS_OBJECTIVE),
        "2m",
        "5m",
        "Live articles come out too late",
        "{{ $value | humanizePercentage }} of the live articles took longer than 60 s; the month's budget is gone within days.",
    ),
    Alert(
        "StreamsFreshnessBudgetSlowBurn",
        "warning",
        _slow_burn("freshness", t.FRESHNESS_OBJECTIVE),
        "15m",
        "15m",
        "More live articles come out late than the objective allows",
        "{{ $value | humanizePercentage }} of the live articles took longer than 60 s, for days.",
    ),
    Alert(
        "StreamsCorrectnessBudgetBurn",
        "critical",
        _fast_burn("correctness", t.CORRECTNESS_OBJECTIVE),
        "2m",
        "5m",
        "Live articles are dead-lettered by our fault",
        "{{ $value | humanizePercentage }} of the live articles timed out, crashed or could not be encoded.",
    ),
    Alert(
        "StreamsCorrectnessBudgetSlowBurn",
        "warning",
        _slow_burn("correctness", t.CORRECTNESS_OBJECTIVE),
        "15m",
        "15m",
        "More live articles are dead-lettered by our fault than the objective allows",
        "{{ $value | humanizePercentage }} of the live articles timed out, crashed or could not be encoded, for days.",
    ),
    Alert(
        "StreamsConsumerStalled",
        "critical",
        "count by (consumergroup, topic) ("
        f'min_over_time(kafka_consumergroup_lag{{consumergroup="{t.GROUP}"}}[10m]) > 0'
        f' and changes(kafka_consumergroup_current_offset{{consumergroup="{t.GROUP}"}}[10m]) == 0)',
        "2m",
        "5m",
        "Articles wait, and nothing is read",
        "In {{ $value }} partitions of {{ $labels.topic }} articles wait, and group {{ $labels.consumergroup }} has committed nothing for 10 min.",
        KAFKA,
    ),
    Alert(
        "StreamsConsumerLagSeconds",
        "warning",
        f"max by (group, topic) (kafka_consumergroup_group_lag_seconds) > @{t.LAG_WARNING_SECONDS}s",
        "10m",
        "5m",
        "A consumer group is minutes behind",
        "Group {{ $labels.group }} has left a record of {{ $labels.topic }} waiting for {{ $value | humanizeDuration }}.",
        KAFKA,
    ),
    Alert(
        "StreamsConsumerLagCritical",
        "critical",
        f'max by (group, topic) (kafka_consumergroup_group_lag_seconds{{group="{t.GROUP}"}}) > @{t.LAG_CRITICAL_SECONDS}s',
        "5m",
        "5m",
        "The pipeline is half an hour behind",
        "An article of {{ $labels.topic }} has waited for {{ $value | humanizeDuration }}.",
        KAFKA,
    ),
    Alert(
        "StreamsConsumerLagKeepsIncreasing",
        "warning",
        "(sum by (group, topic) (delta(kafka_consumergroup_group_topic_sum_lag[15m])) > 0"
        " and sum by (group, topic) (kafka_consumergroup_group_topic_sum_lag) > 100)"
        ' unless on () sum(rate(streams_articles_received_total{mode="replay"}[15m])) > 0',
        "30m",
        "10m",
        "A consumer group falls further and further behind",
        "Group {{ $labels.group }} is {{ $value }} records of {{ $labels.topic }} further behind than 15 min ago, and no replay runs.",
        KAFKA,
    ),
    Alert(
        "StreamsHeartbeatMissing",
        "critical",
        f"time() - max by (partition) (streams_last_processed_timestamp_seconds) > @{t.HEARTBEAT_SECONDS}s",
        "2m",
        "2m",
        "Nothing gets through a partition, not even a heartbeat",
        "Nothing of partition {{ $labels.partition }} was finished for {{ $value | humanizeDuration }}, though each minute a heartbeat is sent.",
    ),
    Alert(
        "StreamsInputSilent",
        "warning",
        'sum(increase(streams_articles_received_total{mode="live"}[30m])) == 0',
        "5m",
        "2m",
        "No article comes in",
        "No live article was received for 30 min. The heartbeat tells whether we are deaf or the producers are mute.",
    ),
    Alert(
        "StreamsExtractionSilent",
        "warning",
        '(sum(increase(streams_articles_processed_total{mode="live",outcome=~"enriched|no_event"}[6h])) > 200)'
        ' and on () (sum(increase(streams_events_emitted_total{mode="live"}[6h])) == 0)',
        "5m",
        "5m",
        "Many articles and not one event",
        "{{ $value }} live articles in 6 h, and no event in any of them: a model or a rule that finds nothing raises no error.",
        EXTRACTION,
    ),
    Alert(
        "StreamsRetentionDataLossRisk",
        "critical",
        f'min by (group, topic) (kafka_consumergroup_group_retention_margin{{group="{t.GROUP}"}}'
        f" and on (topic, partition) kafka_topic_partition_oldest_offset > 0) < {t.RETENTION_MARGIN}",
        "10m",
        "5m",
        "Kafka is about to delete articles that were not read",
        "Only {{ $value | humanizePercentage }} of the kept records of {{ $labels.topic }} have been read; those after them are deleted next.",
        KAFKA,
    ),
    # Who should do the work ---------------------------------------------------------------------------------------------------------
    Alert(
        "StreamsNoConsumers",
        "critical",
        f'max by (consumergroup) (kafka_consumergroup_members{{consumergroup="{t.GROUP}"}}) == 0',
        "5m",
        "2m",
        "No worker is in the group",
        "Group {{ $labels.consumergroup }} has no members: nobody reads articles.",
        KAFKA,
    ),
    Alert(
        "StreamsWorkersAbsent",
        "critical",
        'absent(up{job="streams-worker"} == 1)',
        "5m",
        "2m",
        "No worker answers Prometheus",
        "Not one worker could be scraped for 5 min.",
    ),
    Alert(
        "StreamsWorkerDown",
        "warning",
        'up{job="streams-worker"} == 0',
        "5m",
        "2m",
        "A worker does not answer",
        "{{ $labels.instance }} could not be scraped for 5 min; its partitions go to the others.",
    ),
    Alert(
        "StreamsPartitionsUnassigned",
        "critical",
        f'sum(streams_assigned_partitions) < count(kafka_topic_partition_current_offset{{topic="{t.ARTICLES}"}})',
        "5m",
        "2m",
        "Partitions belong to no worker",
        "The workers own only {{ $value }} partitions of the articles; a worker may be up and hold none.",
        KAFKA,
    ),
    Alert(
        "StreamsRebalanceStorm",
        "warning",
        "sum by (instance) (increase(streams_rebalances_total[15m])) > 3",
        "1m",
        "5m",
        "The group is rebalanced again and again",
        "{{ $labels.instance }} has seen {{ $value }} rebalances in 15 min; all work stops in each.",
        KAFKA,
    ),
    Alert(
        "StreamsPoolSaturated",
        "warning",
        "(sum by (instance) (rate(streams_pool_busy_seconds_total[10m]))"
        ' / sum by (instance) (streams_pool_processes{state="alive"}) '
        f"> {t.POOL_UTILISATION}) and sum by (instance) (min_over_time(streams_pool_queued_articles[10m])) > 0",
        "15m",
        "5m",
        "All processes are busy and articles queue",
        "The processes of {{ $labels.instance }} are busy {{ $value | humanizePercentage }} of the time.",
    ),
    Alert(
        "StreamsPoolCrashLooping",
        "warning",
        'sum by (instance) (increase(streams_pool_restarts_total{reason=~"crash|timeout"}[15m])) > 3',
        "1m",
        "5m",
        "Processes that enrich articles die again and again",
        "{{ $value }} processes of {{ $labels.instance }} crashed or hung in 15 min.",
    ),
    Alert(
        "StreamsDeadLetterSpike",
        "warning",
        '(sum by (reason) (increase(streams_dead_letters_total{mode="live"}[15m])) > 20)'
        ' and (sum by (reason) (increase(streams_dead_letters_total{mode="live"}[15m]))'
        ' / on () group_left () sum(increase(streams_articles_processed_total{mode="live"}[15m])) > 0.01)',
        "1m",
        "5m",
        "Many dead letters of one kind",
        "{{ $value }} articles in 15 min went to the dead-letter topic for the reason {{ $labels.reason }}.",
    ),
    Alert(
        "StreamsEventLoopBlocked",
        "warning",
        f"max by (instance) (max_over_time(streams_event_loop_lag_seconds[5m])) > {t.EVENT_LOOP_SECONDS:g}",
        "5m",
        "2m",
        "Work runs on a worker's event loop",
        "The event loop of {{ $labels.instance }} was {{ $value | humanizeDuration }} late; commits and sends wait meanwhile.",
    ),
    Alert(
        "StreamsMemoryHigh",
        "warning",
        '(sum by (instance) (process_resident_memory_bytes{job="streams-worker"}) + sum by (instance) (streams_pool_resident_memory_bytes))'
        f" / sum by (instance) (streams_memory_limit_bytes) > {t.MEMORY_SHARE}",
        "10m",
        "5m",
        "A worker is about to be killed for its memory",
        "{{ $labels.instance }} uses {{ $value | humanizePercentage }} of its memory.",
    ),
    # What it stands on --------------------------------------------------------------------------------------------------------------
    Alert(
        "StreamsSchemaRegistryErrors",
        "warning",
        'sum(rate(streams_schema_registry_requests_total{outcome=~"unreachable|error"}[10m]))'
        f" / sum(rate(streams_schema_registry_requests_total[10m])) > {t.REGISTRY_ERROR_SHARE}",
        "5m",
        "5m",
        "The schema registry does not answer",
        "{{ $value | humanizePercentage }} of the requests to the registry fail; workers that run go on with the schemas that they know.",
    ),
    Alert(
        "StreamsLagExporterDown",
        "critical",
        "absent(streams_lag_exporter_up == 1)",
        "5m",
        "2m",
        "Nobody knows the lag",
        "The lag exporter is away, or Kafka does not answer it: the alerts on lag cannot fire.",
        KAFKA,
    ),
    Alert(
        "KafkaOfflinePartitions",
        "critical",
        "count by (topic) (kafka_topic_partition_leader < 0)",
        "1m",
        "2m",
        "Partitions have no leader",
        "{{ $value }} partitions of {{ $labels.topic }} can neither be read nor written.",
        KAFKA,
    ),
    Alert(
        "KafkaUnderReplicatedPartitions",
        "warning",
        "sum by (topic) (kafka_topic_partition_under_replicated_partition) > 0",
        "5m",
        "5m",
        "Replicas are not in sync",
        "{{ $value }} partitions of {{ $labels.topic }} have fewer copies than they should; one more failure may stop writes.",
        KAFKA,
    ),
    Alert(
        "Watchdog",
        "info",
        "vector(1)",
        "0m",
        "0m",
        "Always fires: where it is missing, alerts do not arrive",
        "The way from Prometheus over Alertmanager to the receiver is open.",
    ),
)


def scaled(text: str, factor: float) -> str:
    """The text with every duration divided by the factor; 1 leaves the rules as they are in production."""

    def window(match: re.Match[str]) -> str:
        return f"[{_duration(match[1], factor)}]"

    text = re.sub(r"\[(\d+[smhd])\]", window, text)
    return re.sub(r"@(\d+)s", lambda match: f"{int(match[1]) / factor:g}", text)


def rules(factor: float = 1) -> dict[str, Any]:
    """All rules, as Prometheus reads them.

    Parameters
    ----------
    factor
        Divides all times, for a trial that cannot last three days.
    """
    interval = f"{max(1, round(30 / factor))}s"
    burning = [alert for alert in ALERTS if "streams:" in alert.expr]
    others = [alert for alert in ALERTS if alert not in burning]
    return {
        "groups": [
            # Together, because the rules of a group are evaluated one after the other.
            {
                "name": "streams-objectives",
                "interval": interval,
                "rules": [*_recordings(factor), *(_rule(alert, factor) for alert in burning)],
            },
            {"name": "streams-alerts", "interval": interval, "rules": [_rule(alert, factor) for alert in others]},
        ]
    }


def _recordings(factor: float) -> list[dict[str, str]]:
    live = '{mode="live"}'
    count = "streams_end_to_end_latency_seconds_count" + live
    in_time = f'streams_end_to_end_latency_seconds_bucket{{mode="live",le="{float(t.FRESHNESS_SECONDS)}"}}'
    processed = "streams_articles_processed_total" + live
    ours = f'streams_dead_letters_total{{mode="live",reason=~"{t.OUR_FAULT}"}}'
    recordings = []
    for window in WINDOWS:
        freshness = f"1 - (sum(rate({in_time}[{window}])) / (sum(rate({count}[{window}])) > 0))"
        correctness = f"sum(rate({ours}[{window}])) / (sum(rate({processed}[{window}])) > 0)"
        recordings += [
            {"record": f"{_bad_share('freshness')}{window}", "expr": scaled(freshness, factor)},
            {"record": f"{_bad_share('correctness')}{window}", "expr": scaled(correctness, factor)},
        ]
    return [
        *recordings,
        {
            "record": "streams:freshness_bad:increase1h",
            "expr": scaled(f"sum(increase({count}[1h])) - sum(increase({in_time}[1h]))", factor),
        },
        {"record": "streams:correctness_bad:increase1h", "expr": scaled(f"sum(increase({ours}[1h]))", factor)},
    ]


def _rule(alert: Alert, factor: float) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": scaled(alert.expr, factor),
        "for": _duration(alert.wait, factor),
        **({"keep_firing_for": _duration(alert.stay, factor)} if alert.stay != "0m" else {}),
        "labels": {"severity": alert.severity, "service": "news-event-streams"},
        "annotations": {
            "summary": alert.summary,
            "description": alert.description,
            "runbook_url": f"{t.RUNBOOKS}/{alert.name}.md",
            "dashboard_url": f"/d/{alert.dashboard}",
        },
    }


def _duration(text: str, factor: float) -> str:
    if factor == 1:
        return text
    seconds = int(text[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[text[-1]] / factor
    return f"{max(1, round(seconds))}s" if seconds else "0s"
