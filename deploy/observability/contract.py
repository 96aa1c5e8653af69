"""Holds queries against metrics, in both directions: nothing is asked that nobody tells, and nothing is told that nobody asks."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import promql_parser
from kafka import TopicPartition
from prometheus_client import CollectorRegistry

from deploy.observability.dashboards import BOARDS, Board
from deploy.observability.rules import ALERTS, rules
from streams.lag_exporter import GroupPosition, LagCollector, PartitionState, Snapshot
from streams.metrics import LagExporterMetrics, WorkerMetrics

__all__ = ["asked_metrics", "board_problems", "declared_labels", "problems", "rule_problems", "selectors"]

TARGET_LABELS = frozenset({"job", "instance"})
GRAFANA_VARIABLES = {"$__rate_interval": "1m", "$__range": "1h"}


@dataclass(frozen=True)
class Selector:
    """One metric in a query, with the labels that its matchers name."""

    metric: str
    labels: frozenset[str]


@functools.cache
def declared_labels() -> dict[str, frozenset[str]]:
    """By series, the labels that it has: what worker and exporter serve, what Prometheus adds, and what rules record."""
    declared: dict[str, frozenset[str]] = {}
    partition = TopicPartition("articles", 0)
    collector = LagCollector("cluster")
    collector.snapshot = Snapshot(1, {partition: PartitionState(0, 1, 1, 1, 1)}, {"g": 1}, {("g", partition): GroupPosition(0, 1, 1.0)})
    for make in (WorkerMetrics, LagExporterMetrics, lambda registry: registry.register(collector)):
        registry = CollectorRegistry()
        make(registry)
        declared |= _served(registry)
    declared |= {rule["record"]: frozenset() for group in rules()["groups"] for rule in group["rules"] if "record" in rule}
    declared["up"] = TARGET_LABELS
    declared["ALERTS"] = frozenset({"alertname", "alertstate", "severity", "service"}) | TARGET_LABELS
    return declared


def _served(registry: CollectorRegistry) -> dict[str, frozenset[str]]:
    served: dict[str, frozenset[str]] = {}
    for family in registry.collect():
        for sample in family.samples:
            served[sample.name] = served.get(sample.name, TARGET_LABELS) | sample.labels.keys()
    # A metric whose label values are open has no sample yet, but knows its names.
    for metric, names in vars(registry)["_collector_to_names"].items():
        labels = getattr(metric, "_labelnames", ())
        for name in names:
            kind = metric.collect()[0].type if labels else ""
            if kind == "gauge" or (kind == "counter" and name.endswith("_total")):
                served.setdefault(name, TARGET_LABELS | frozenset(labels))
    return served


def selectors(expr: str) -> list[Selector]:
    """Every metric that a query asks for.

    Raises
    ------
    ValueError
        When it is no PromQL.
    """
    nodes = [node for node in _nodes(_parsed(expr)) if isinstance(node, promql_parser.VectorSelector)]
    return [Selector(str(node.name), frozenset(matcher.name for matcher in node.matchers.matchers)) for node in nodes]


def asked_metrics() -> set[str]:
    """Every metric that a dashboard or a rule asks for."""
    exprs = [query.promql for board in BOARDS for panel in board.panels for query in panel.queries]
    exprs += [rule["expr"] for group in rules()["groups"] for rule in group["rules"]]
    return {selector.metric for expr in exprs for selector in selectors(expr)}


def problems(expr: str, legend: str = "") -> list[str]:
    """What is wrong with a query: a metric or a label that nobody tells."""
    declared = declared_labels()
    asked = selectors(expr)
    known = {label for selector in asked for label in declared.get(selector.metric, ())}
    found = [f"no such metric: {selector.metric}" for selector in asked if selector.metric not in declared]
    found += [
        f"{selector.metric} has no label {label}"
        for selector in asked
        if selector.metric in declared
        for label in sorted(selector.labels - declared[selector.metric])
    ]
    aggregations = [node for node in _nodes(_parsed(expr)) if isinstance(node, promql_parser.AggregateExpr)]
    grouped = {label for node in aggregations if node.modifier for label in node.modifier.labels}
    named = {str(node.param.val) for node in aggregations if str(node.op) == "count_values"}
    found += [f"nothing has the label {label} to aggregate by" for label in sorted(grouped - known)]
    wanted = set(re.findall(r"\{\{\s*(\w+)\s*\}\}", legend))
    available = grouped | named if aggregations else known
    found += [f"the legend wants the label {label}, which the query does not keep" for label in sorted(wanted - available)]
    return found


def board_problems(board: Board) -> list[str]:
    """What is wrong with a dashboard's queries."""
    return [
        f"{board.title}, {panel.title}: {problem}"
        for panel in board.panels
        for query in panel.queries
        for problem in problems(query.promql, query.legend)
    ]


def rule_problems() -> list[str]:
    """What is wrong with the rules' queries, and with the labels in their texts."""
    texts = {alert.name: alert.description for alert in ALERTS}
    found: list[str] = []
    for rule in [rule for group in rules()["groups"] for rule in group["rules"]]:
        name = rule.get("alert") or rule["record"]
        legend = " ".join(f"{{{{{label}}}}}" for label in re.findall(r"\$labels\.(\w+)", texts.get(name, "")))
        found += [f"{name}: {problem}" for problem in problems(rule["expr"], legend)]
    return found


def _parsed(expr: str) -> Any:
    for name, value in GRAFANA_VARIABLES.items():
        expr = expr.replace(name, value)
    return promql_parser.parse(expr)


def _nodes(node: Any) -> Iterator[Any]:
    yield node
    for part in ("lhs", "rhs", "expr", "vector_selector", "vs"):
        child = getattr(node, part, None)
        if child is not None and not isinstance(child, str):
            yield from _nodes(child)
    for argument in getattr(node, "args", None) or ():
        yield from _nodes(argument)
