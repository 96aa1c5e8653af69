"""The dashboards. Each answers one question, from the general to the particular, and every panel says what good looks like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from grafana_foundation_sdk.builders import common, dashboard, heatmap, prometheus, stat, table, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import heatmap as heatmap_models
from grafana_foundation_sdk.models import prometheus as prometheus_models

from deploy.observability import thresholds as t

__all__ = ["BOARDS", "Board", "Panel", "Query", "dashboard_json"]

SOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")

JOB = 'job=~"$job",instance=~"$instance"'


@dataclass(frozen=True)
class Query:
    """One question of a panel.

    Parameters
    ----------
    expr
        PromQL; `SEL` stands for the matchers of job and instance.
    legend
        Grafana's pattern for the name of a series; empty for one of no labels.
    """

    expr: str
    legend: str

    @property
    def promql(self) -> str:
        """What Grafana is given."""
        return self.expr.replace("SEL", JOB)


@dataclass(frozen=True)
class Panel:
    """One panel.

    Parameters
    ----------
    good
        What good looks like, and what to look at where it does not.
    red
        Where the red begins; the same number as the alert's. None for none.
    red_below
        Whether red is below that number.
    runbook
        The alert whose runbook the panel links to.
    """

    title: str
    good: str
    unit: str
    queries: tuple[Query, ...]
    kind: str = "timeseries"
    width: int = 6
    red: float | None = None
    red_below: bool = False
    stacked: bool = False
    runbook: str = ""


@dataclass(frozen=True)
class Board:
    """One dashboard: rows of panels under a title."""

    uid: str
    title: str
    description: str
    rows: dict[str, tuple[Panel, ...]]
    collapsed: frozenset[str] = field(default_factory=frozenset)

    @property
    def panels(self) -> list[Panel]:
        """All panels, from top to bottom."""
        return [panel for panels in self.rows.values() for panel in panels]


def _quantiles(metric: str, selector: str, *quantiles: float, by: str = "") -> tuple[Query, ...]:
    labels = f"le, {by}" if by else "le"
    legend = f" {{{{{by}}}}}" if by else ""
    return tuple(
        Query(
            f"histogram_quantile({q}, sum by ({labels}) (rate({metric}_bucket{{{selector}}}[$__rate_interval])))", f"p{q * 100:g}{legend}"
        )
        for q in quantiles
    )


def _budget_left(objective: str, target: float) -> str:
    return f"1 - max(streams:{objective}_bad:ratio_rate3d) / {1 - target:.4g}"


HEALTH = (
    Panel(
        "Alerts that fire",
        "Good: 0. Each alert links to its runbook; begin with the critical one that fired first.",
        "short",
        (Query('sum(ALERTS{alertstate="firing",alertname!="Watchdog",severity!="info"}) or vector(0)', "firing"),),
        "stat",
        4,
        red=1,
    ),
    Panel(
        "Freshness budget left",
        "Good: above 0 %. Of the 1 % of live articles that may take longer than 60 s, what the last 3 days left.",
        "percentunit",
        (Query(_budget_left("freshness", t.FRESHNESS_OBJECTIVE), "left"),),
        "stat",
        4,
        red=0,
        red_below=True,
        runbook="StreamsFreshnessBudgetBurn",
    ),
    Panel(
        "Correctness budget left",
        "Good: above 0 %. Of the 0.5 % of live articles that may be dead-lettered by our fault, what the last 3 days left.",
        "percentunit",
        (Query(_budget_left("correctness", t.CORRECTNESS_OBJECTIVE), "left"),),
        "stat",
        4,
        red=0,
        red_below=True,
        runbook="StreamsCorrectnessBudgetBurn",
    ),
    Panel(
        "Longest wait",
        "Good: seconds. For how long the first article that was not read yet has waited; red from 5 min, as the alert.",
        "s",
        (Query('max(kafka_consumergroup_group_lag_seconds{SEL,group=~"$group"})', "wait"),),
        "stat",
        4,
        red=t.LAG_WARNING_SECONDS,
        runbook="StreamsConsumerLagSeconds",
    ),
    Panel(
        "Oldest heartbeat",
        "Good: below 1 min. The partition that finished nothing for longest, heartbeats included; red from 5 min.",
        "s",
        (Query("max(time() - max by (partition) (streams_last_processed_timestamp_seconds{SEL}))", "age"),),
        "stat",
        4,
        red=t.HEARTBEAT_SECONDS,
        runbook="StreamsHeartbeatMissing",
    ),
    Panel(
        "Workers and partitions",
        "Good: all workers that you run, and as many partitions as the topic has. A worker may be up and hold none.",
        "short",
        (
            Query('sum(up{SEL,job="streams-worker"})', "workers up"),
            Query("sum(streams_assigned_partitions{SEL})", "partitions owned"),
            Query(f'count(kafka_topic_partition_current_offset{{SEL,topic="{t.ARTICLES}"}})', "partitions"),
        ),
        "stat",
        4,
        runbook="StreamsPartitionsUnassigned",
    ),
)

TRAFFIC = (
    Panel(
        "Received and finished",
        "Good: finished follows received. Where it stays below, look at the lag and at the pool.",
        "cps",
        (
            Query('sum(rate(streams_articles_received_total{SEL,mode=~"$mode"}[$__rate_interval]))', "received"),
            Query('sum by (outcome) (rate(streams_articles_processed_total{SEL,mode=~"$mode"}[$__rate_interval]))', "{{outcome}}"),
        ),
        runbook="StreamsInputSilent",
    ),
    Panel(
        "Events",
        "Good: steady for the time of day. Articles without any event for hours are a rule or a model that broke.",
        "cps",
        (Query('sum by (event_type) (rate(streams_events_emitted_total{SEL,mode=~"$mode"}[$__rate_interval]))', "{{event_type}}"),),
        runbook="StreamsExtractionSilent",
    ),
    Panel(
        "Dead letters",
        "Good: none. `decode` and `validation` are the producer's; the others are ours.",
        "short",
        (Query('sum by (reason) (increase(streams_dead_letters_total{SEL,mode=~"$mode"}[$__rate_interval]))', "{{reason}}"),),
        stacked=True,
        runbook="StreamsDeadLetterSpike",
    ),
    Panel(
        "End-to-end latency",
        "Good: p99 below 60 s. From the article's timestamp in Kafka to the acknowledgement of all that was made from it.",
        "s",
        _quantiles("streams_end_to_end_latency_seconds", 'SEL,mode=~"$mode"', 0.5, 0.95, 0.99),
        red=t.FRESHNESS_SECONDS,
        runbook="StreamsFreshnessBudgetBurn",
    ),
    Panel(
        "Share of late articles",
        "Good: below 1 %. The burn of the freshness budget over several windows; all high is new trouble, the long ones alone old.",
        "percentunit",
        tuple(Query(f"max(streams:freshness_bad:ratio_rate{window})", window) for window in ("5m", "1h", "6h")),
        red=1 - t.FRESHNESS_OBJECTIVE,
        runbook="StreamsFreshnessBudgetSlowBurn",
    ),
    Panel(
        "Share of articles that we failed",
        "Good: below 0.5 %. The burn of the correctness budget over several windows.",
        "percentunit",
        tuple(Query(f"max(streams:correctness_bad:ratio_rate{window})", window) for window in ("5m", "1h", "6h")),
        red=1 - t.CORRECTNESS_OBJECTIVE,
        runbook="StreamsCorrectnessBudgetSlowBurn",
    ),
    Panel(
        "Age of articles when they come in",
        "Good: what it always is. A jump means a late producer or a wrong clock, not a slow pipeline.",
        "s",
        _quantiles("streams_article_age_seconds", 'SEL,mode=~"$mode"', 0.5, 0.95),
    ),
    Panel(
        "Event time reached",
        "Good: minutes. How far the latest publication date that was finished lies behind the clock.",
        "s",
        (Query("time() - (max(streams_event_time_watermark_timestamp_seconds{SEL}) > 0)", "behind"),),
    ),
)

LAG = (
    Panel(
        "Lag by partition",
        "Good: near zero, and equal. One partition alone that grows is one stuck article or one dead worker.",
        "short",
        (Query('sum by (topic, partition) (kafka_consumergroup_lag{SEL,consumergroup=~"$group"})', "{{topic}} {{partition}}"),),
        stacked=True,
        runbook="StreamsConsumerStalled",
    ),
    Panel(
        "Wait of each group",
        "Good: seconds. The groups of those who read our events are here too.",
        "s",
        (Query('max by (group) (kafka_consumergroup_group_max_lag_seconds{SEL,group=~"$group"})', "{{group}}"),),
        red=t.LAG_WARNING_SECONDS,
        runbook="StreamsConsumerLagCritical",
    ),
    Panel(
        "Produced and committed",
        "Good: the two lines are one. Committed below produced is lag that grows.",
        "cps",
        (
            Query(f'sum(rate(kafka_topic_partition_current_offset{{SEL,topic="{t.ARTICLES}"}}[$__rate_interval]))', "produced"),
            Query(
                f'sum(rate(kafka_consumergroup_current_offset{{SEL,consumergroup=~"$group",topic="{t.ARTICLES}"}}[$__rate_interval]))',
                "committed",
            ),
        ),
        runbook="StreamsConsumerLagKeepsIncreasing",
    ),
    Panel(
        "Partitions by worker",
        "Good: spread evenly, and their sum does not change. A worker with none stands by.",
        "short",
        (Query("sum by (instance) (streams_assigned_partitions{SEL})", "{{instance}}"),),
        stacked=True,
        runbook="StreamsPartitionsUnassigned",
    ),
    Panel(
        "Rebalances",
        "Good: none but at a deployment. All work stops in each.",
        "short",
        (Query("sum by (instance) (increase(streams_rebalances_total{SEL}[$__rate_interval]))", "{{instance}}"),),
        runbook="StreamsRebalanceStorm",
    ),
    Panel(
        "Time without partitions",
        "Good: a few seconds. How long a rebalance takes partitions away.",
        "s",
        (
            Query(
                "sum(rate(streams_rebalance_duration_seconds_sum{SEL}[$__rate_interval]))"
                " / (sum(rate(streams_rebalance_duration_seconds_count{SEL}[$__rate_interval])) > 0) or vector(0)",
                "mean",
            ),
        ),
        runbook="StreamsRebalanceStorm",
    ),
    Panel(
        "Members of each group",
        "Good: one for each worker. 0 means that nobody reads.",
        "short",
        (Query('max by (consumergroup) (kafka_consumergroup_members{SEL,consumergroup=~"$group"})', "{{consumergroup}}"),),
        runbook="StreamsNoConsumers",
    ),
    Panel(
        "Read share of what Kafka keeps",
        "Good: 100 %. At 0 % the record that Kafka deletes next is one that nobody has read.",
        "percentunit",
        (Query('min by (group, topic) (kafka_consumergroup_group_retention_margin{SEL,group=~"$group"})', "{{group}} {{topic}}"),),
        red=t.RETENTION_MARGIN,
        red_below=True,
        runbook="StreamsRetentionDataLossRisk",
    ),
)

PROCESSING = (
    Panel(
        "Time in each stage, p95",
        "Good: `nlp` and `extract` lead. `queue` above them: too few processes. `decode` above them: the registry. `produce`: Kafka.",
        "s",
        _quantiles("streams_process_duration_seconds", "SEL", 0.95, by="stage"),
    ),
    Panel(
        "Time of NLP, distribution",
        "Good: one band. Two bands are two kinds of article; a band that climbs is a machine that slows down.",
        "s",
        (Query('sum by (le) (increase(streams_process_duration_seconds_bucket{SEL,stage="nlp"}[$__rate_interval]))', "{{le}}"),),
        "heatmap",
    ),
    Panel(
        "Use of the pool",
        "Good: below 90 %. At 100 % with a queue, more processes or workers are needed.",
        "percentunit",
        (
            Query(
                "sum by (instance) (rate(streams_pool_busy_seconds_total{SEL}[$__rate_interval]))"
                ' / sum by (instance) (streams_pool_processes{SEL,state="alive"})',
                "{{instance}}",
            ),
        ),
        red=t.POOL_UTILISATION,
        runbook="StreamsPoolSaturated",
    ),
    Panel(
        "In flight and queued",
        "Good: in flight far below the window (64 by default); queued near zero.",
        "short",
        (
            Query("sum(streams_articles_in_flight{SEL})", "in flight"),
            Query("sum(streams_pool_queued_articles{SEL})", "queued for a process"),
        ),
        runbook="StreamsPoolSaturated",
    ),
    Panel(
        "Replaced processes",
        "Good: `recycle` alone. `crash` and `timeout` name an article each in the log.",
        "short",
        (Query("sum by (reason) (increase(streams_pool_restarts_total{SEL}[$__rate_interval]))", "{{reason}}"),),
        stacked=True,
        runbook="StreamsPoolCrashLooping",
    ),
    Panel(
        "Operations tried again",
        "Good: none. `find_schema` means that articles wait for the registry.",
        "short",
        (Query("sum by (operation) (increase(streams_retries_total{SEL}[$__rate_interval]))", "{{operation}}"),),
        runbook="StreamsSchemaRegistryErrors",
    ),
    Panel(
        "Requests to the registry",
        "Good: few, and `ok`. A worker asks once for each schema, at its start or at the first article that bears it.",
        "short",
        (
            Query(
                "sum by (operation, outcome) (increase(streams_schema_registry_requests_total{SEL}[$__rate_interval])) > 0 or on () vector(0)",
                "{{operation}} {{outcome}}",
            ),
        ),
        stacked=True,
        runbook="StreamsSchemaRegistryErrors",
    ),
    Panel(
        "Time of a request to the registry",
        "Good: milliseconds. Up to the connect timeout where it is away.",
        "s",
        (
            Query(
                "sum by (operation) (streams_schema_registry_request_duration_seconds_sum{SEL})"
                " / (sum by (operation) (streams_schema_registry_request_duration_seconds_count{SEL}) > 0)",
                "{{operation}}",
            ),
        ),
        runbook="StreamsSchemaRegistryErrors",
    ),
)

RESOURCES = (
    Panel(
        "Memory of each worker",
        "Good: flat over days, below 90 %. Parent and pool together, against the container's limit.",
        "percentunit",
        (
            Query(
                "(sum by (instance) (process_resident_memory_bytes{SEL}) + sum by (instance) (streams_pool_resident_memory_bytes{SEL}))"
                " / sum by (instance) (streams_memory_limit_bytes{SEL})",
                "{{instance}}",
            ),
        ),
        red=t.MEMORY_SHARE,
        runbook="StreamsMemoryHigh",
    ),
    Panel(
        "Resident memory",
        "Good: flat. Some 250 MB for each process of the pool, 150 MB for the parent.",
        "bytes",
        (
            Query("sum by (job, instance) (process_resident_memory_bytes{SEL})", "{{instance}} parent"),
            Query("sum by (instance) (streams_pool_resident_memory_bytes{SEL})", "{{instance}} pool"),
        ),
        stacked=True,
        runbook="StreamsMemoryHigh",
    ),
    Panel(
        "CPU of the parents",
        "Good: far below one core; the work is in the pool. Near 1 the event loop is the bottleneck.",
        "short",
        (Query("sum by (job, instance) (rate(process_cpu_seconds_total{SEL}[$__rate_interval]))", "{{instance}}"),),
    ),
    Panel(
        "Lateness of the event loop",
        "Good: milliseconds. From 1 s, something works on the loop that should not.",
        "s",
        (Query("max by (instance) (streams_event_loop_lag_seconds{SEL})", "{{instance}}"),),
        red=t.EVENT_LOOP_SECONDS,
        runbook="StreamsEventLoopBlocked",
    ),
    Panel(
        "Processes of the pool",
        "Good: alive is configured. Alive below it for minutes: a process cannot load the model.",
        "short",
        (Query("sum by (state) (streams_pool_processes{SEL})", "{{state}}"),),
        runbook="StreamsPoolCrashLooping",
    ),
    Panel(
        "Time to load the model",
        "Good: some seconds. It is the larger part of a worker's start.",
        "s",
        (Query("max by (instance) (streams_model_load_duration_seconds{SEL})", "{{instance}}"),),
    ),
    Panel(
        "What runs",
        "Good: one version, one model. Two of them outside a deployment are a rollout that got stuck.",
        "short",
        (
            Query("sum by (version, python, faust) (streams_build_info{SEL})", "{{version}} on Python {{python}}, Faust {{faust}}"),
            Query("sum by (model, version) (streams_model_info{SEL})", "{{model}} {{version}}"),
        ),
        "table",
    ),
    Panel(
        "Lag exporter",
        "Good: up 1, no failures. While it is down every number on lag is missing, not zero.",
        "short",
        (
            Query("max(streams_lag_exporter_up{SEL})", "up"),
            Query("sum(increase(streams_lag_exporter_failures_total{SEL}[$__rate_interval]))", "failures"),
        ),
        runbook="StreamsLagExporterDown",
    ),
)

REPLAY = (
    Panel(
        "Replayed articles",
        "Good: steady while a replay runs, and live articles beside them not slower than before.",
        "cps",
        (Query('sum by (outcome) (rate(streams_articles_processed_total{SEL,mode="replay"}[$__rate_interval]))', "{{outcome}}"),),
        width=8,
    ),
    Panel(
        "Live latency beside it",
        "Good: p99 below 60 s, as without a replay. Otherwise lower the replay's rate.",
        "s",
        _quantiles("streams_end_to_end_latency_seconds", 'SEL,mode="live"', 0.5, 0.99),
        width=8,
        red=t.FRESHNESS_SECONDS,
        runbook="StreamsFreshnessBudgetBurn",
    ),
    Panel(
        "Left to read, replay included",
        "Good: falls. Divided by the rate of commits it is the time that is left.",
        "short",
        (Query(f'sum(kafka_consumergroup_group_topic_sum_lag{{SEL,group=~"$group",topic="{t.ARTICLES}"}})', "records"),),
        width=8,
        runbook="StreamsConsumerLagKeepsIncreasing",
    ),
)

FOUND = (
    Panel(
        "Events for each article",
        "Good: steady over weeks. A step is a change of sources, of the model, or of a rule.",
        "short",
        (
            Query(
                'sum by (event_type) (rate(streams_events_emitted_total{SEL,mode="live"}[$__rate_interval]))'
                ' / on () group_left () (sum(rate(streams_articles_processed_total{SEL,mode="live",outcome!="dead_lettered"}[$__rate_interval])) > 0)',
                "{{event_type}}",
            ),
        ),
        width=8,
        runbook="StreamsExtractionSilent",
    ),
    Panel(
        "Articles with an event",
        "Good: steady. Of the articles that were read, those in which something was found.",
        "percentunit",
        (
            Query(
                'sum(rate(streams_articles_processed_total{SEL,mode="live",outcome="enriched"}[$__rate_interval]))'
                ' / (sum(rate(streams_articles_processed_total{SEL,mode="live",outcome=~"enriched|no_event"}[$__rate_interval])) > 0)',
                "share",
            ),
        ),
        width=8,
        runbook="StreamsExtractionSilent",
    ),
    Panel(
        "Confidence, median",
        "Good: steady. A fall means texts that the rules know less well.",
        "percentunit",
        _quantiles("streams_event_confidence_ratio", "SEL", 0.5, by="event_type"),
        width=8,
    ),
)

DRIFT = (
    *(
        Panel(
            f"Status of {title}",
            "Good: the shares are steady. One status that takes over is a cue word that matches too much.",
            "short",
            (
                Query(
                    f'sum by (status) (increase(streams_event_status_total{{SEL,event_type="{event_type}"}}[$__rate_interval]))',
                    "{{status}}",
                ),
            ),
            width=8,
            stacked=True,
        )
        for event_type, title in (
            ("funding_gap", "funding gaps"),
            ("weapons_pledge", "weapons pledges"),
            ("talks_round", "rounds of talks"),
        )
    ),
    Panel(
        "Empty fields",
        "Good: the same order as last week. A field that climbs is an extractor that no longer finds it.",
        "short",
        (
            Query(
                "topk(12, sum by (event_type, field) (increase(streams_event_null_fields_total{SEL}[$__rate_interval])))",
                "{{event_type}} {{field}}",
            ),
        ),
        width=8,
    ),
    Panel(
        "Why they are empty",
        "Good: `not stated` leads. `publication date unknown` is a producer that leaves `published_at` out.",
        "short",
        (Query("sum by (reason) (increase(streams_event_null_reasons_total{SEL}[$__rate_interval]))", "{{reason}}"),),
        width=8,
        stacked=True,
    ),
    Panel(
        "Names that no gazetteer knows",
        "Good: steady and low. A climb is news of people, places or weapons that are not in the lists yet.",
        "percentunit",
        (
            Query(
                'sum by (name_type) (rate(streams_event_names_total{SEL,gazetteer="miss"}[$__rate_interval]))'
                " / (sum by (name_type) (rate(streams_event_names_total{SEL}[$__rate_interval])) > 0)",
                "{{name_type}}",
            ),
        ),
        width=8,
    ),
)

BROKERS = (
    Panel(
        "Brokers",
        "Good: as many as you run.",
        "short",
        (Query("max(kafka_brokers{SEL})", "brokers"),),
        "stat",
        6,
    ),
    Panel(
        "Partitions without a leader",
        "Good: 0. They can neither be read nor written.",
        "short",
        (Query("count(kafka_topic_partition_leader{SEL} < 0) or vector(0)", "offline"),),
        "stat",
        6,
        red=1,
        runbook="KafkaOfflinePartitions",
    ),
    Panel(
        "Partitions that lack a replica",
        "Good: 0. One more failure may stop writes.",
        "short",
        (Query("sum(kafka_topic_partition_under_replicated_partition{SEL})", "under-replicated"),),
        "stat",
        6,
        red=1,
        runbook="KafkaUnderReplicatedPartitions",
    ),
    Panel(
        "Partitions by leader",
        "Good: even. A broker that leads far more than the others was not given its partitions back after a restart.",
        "short",
        (Query('count_values("broker", kafka_topic_partition_leader{SEL})', "broker {{broker}}"),),
        width=6,
    ),
    Panel(
        "Records in, by topic",
        "Good: `articles.enriched` follows `articles`.",
        "cps",
        (Query("sum by (topic) (rate(kafka_topic_partition_current_offset{SEL}[$__rate_interval]))", "{{topic}}"),),
        width=8,
    ),
    Panel(
        "Records kept, by topic",
        "Good: as the retention has it. A fall to zero is a retention that is too short.",
        "short",
        (
            Query(
                "sum by (topic) (kafka_topic_partition_current_offset{SEL}) - sum by (topic) (kafka_topic_partition_oldest_offset{SEL})",
                "{{topic}}",
            ),
        ),
        width=8,
        runbook="StreamsRetentionDataLossRisk",
    ),
    Panel(
        "Replicas in sync",
        "Good: equal to the replicas.",
        "short",
        (
            Query("sum by (topic) (kafka_topic_partition_in_sync_replica{SEL})", "{{topic}} in sync"),
            Query("sum by (topic) (kafka_topic_partition_replicas{SEL})", "{{topic}} all"),
        ),
        width=8,
        runbook="KafkaUnderReplicatedPartitions",
    ),
)

BOARDS = (
    Board(
        "streams-overview",
        "Streams / Overview",
        "Is the pipeline healthy, do its consumers get fresh events, and if not, where is it stuck?",
        {
            "Healthy?": HEALTH,
            "Traffic, errors, time": TRAFFIC,
            "Work": PROCESSING,
            "Resources": RESOURCES,
            "Replay": REPLAY,
        },
    ),
    Board("streams-kafka", "Streams / Kafka", "Who is how far behind, and does Kafka itself hold?", {"Groups": LAG, "Brokers": BROKERS}),
    Board(
        "streams-extraction",
        "Streams / Extraction",
        "Does the extraction drift? No error shows it.",
        {"What is found": FOUND, "Drift": DRIFT},
    ),
)


def dashboard_json(board: Board) -> str:
    """The dashboard as Grafana reads it."""
    builder = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags(["streams"])
        .readonly()
        .timezone("browser")
        .refresh("30s")
        .time("now-3h", "now")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
        .variables(list(_variables()))
        .annotations([_annotation("Firing alerts", 'ALERTS{alertstate="firing",severity!="info"}', "{{alertname}}", "red")])
        .annotation(_annotation("Deployments", "changes(streams_build_info[$__rate_interval]) > 0", "{{version}}", "blue"))
        .link(
            dashboard.DashboardLink("Streams")
            .type(models.DashboardLinkType.DASHBOARDS)
            .tags(["streams"])
            .include_vars(True)
            .keep_time(True)
        )
    )
    for title, panels in board.rows.items():
        builder = builder.with_row(dashboard.Row(title))
        for panel in panels:
            builder = builder.with_panel(_panel(panel))
    return JSONEncoder(sort_keys=True, indent=2).encode(builder.build()) + "\n"


def _variables() -> Iterable[Any]:
    yield dashboard.DatasourceVariable("datasource").label("Data source").type("prometheus")
    for name, label, query in (
        ("job", "Job", 'label_values(up{job=~"streams-.*"}, job)'),
        ("instance", "Instance", 'label_values(up{job=~"$job"}, instance)'),
        ("group", "Group", "label_values(kafka_consumergroup_members, consumergroup)"),
    ):
        yield (
            dashboard.QueryVariable(name)
            .label(label)
            .datasource(SOURCE)
            .query(query)
            .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
            .multi(True)
            .include_all(True)
            .all_value(".+")
            .current(models.VariableOption(text="All", value="$__all"))
        )
    yield (
        dashboard.CustomVariable("mode")
        .label("Mode")
        .values("live,replay,heartbeat")
        .multi(True)
        .include_all(True)
        .all_value(".+")
        .current(models.VariableOption(text="live", value="live"))
    )


def _annotation(name: str, expr: str, title: str, color: str) -> Any:
    return (
        dashboard.AnnotationQuery().name(name).datasource(SOURCE).enable(True).icon_color(color).expr(expr).step("60s").title_format(title)
    )


def _panel(panel: Panel) -> Any:
    builders = {"timeseries": timeseries.Panel, "stat": stat.Panel, "table": table.Panel, "heatmap": heatmap.Panel}
    builder = (
        builders[panel.kind]()
        .title(panel.title)
        .description(panel.good)
        .unit(panel.unit)
        .datasource(SOURCE)
        .span(panel.width)
        .height(4 if panel.kind == "stat" else 7)
    )
    if panel.runbook:
        builder = builder.links([dashboard.DashboardLink("Runbook").url(f"{t.RUNBOOKS}/{panel.runbook}.md").target_blank(True)])
    for number, query in enumerate(panel.queries):
        target = prometheus.Dataquery().expr(query.promql).legend_format(query.legend).ref_id(chr(ord("A") + number))
        target = target.instant() if panel.kind in ("stat", "table") else target.range()
        if panel.kind == "heatmap":
            target = target.format(prometheus_models.PromQueryFormat.HEATMAP)
        builder = builder.with_target(target)
    return _styled(builder, panel)


def _styled(builder: Any, panel: Panel) -> Any:
    if panel.kind == "heatmap":
        return builder.color(heatmap.HeatmapColorOptions().mode(heatmap_models.HeatmapColorMode.SCHEME).scheme("Spectral").steps(64))
    if panel.kind == "table":
        return builder
    steps = [models.Threshold(color="green", value=None)]
    if panel.red is not None:
        steps = (
            [models.Threshold(color="red", value=None), models.Threshold(color="green", value=panel.red)]
            if panel.red_below
            else [*steps, models.Threshold(color="red", value=panel.red)]
        )
    builder = builder.thresholds(dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps))
    if panel.kind == "stat":
        return builder.color_mode(
            common_models.BigValueColorMode.BACKGROUND if panel.red is not None else common_models.BigValueColorMode.VALUE
        )
    builder = (
        builder.line_width(1)
        .fill_opacity(30 if panel.stacked else 8)
        .show_points(common_models.VisibilityMode.NEVER)
        .min(0)
        .legend(
            common.VizLegendOptions()
            .display_mode(common_models.LegendDisplayMode.LIST)
            .placement(common_models.LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .tooltip(common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.MULTI).sort(common_models.SortOrder.DESCENDING))
    )
    if panel.stacked:
        builder = builder.stacking(common.StackingConfig().mode(common_models.StackingMode.NORMAL))
    if panel.red is not None:
        builder = builder.thresholds_style(common.GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.LINE))
    return builder
