"""Dashboards, rules and runbooks: generated, in step with the metrics, and each alert quiet, pending, firing and resolved in its time."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.observability import thresholds
from deploy.observability.contract import asked_metrics, board_problems, declared_labels, problems, rule_problems
from deploy.observability.dashboards import BOARDS, Board
from deploy.observability.generate import generated_files
from deploy.observability.rules import ALERTS, Alert, rules, scaled
from tests.unit.alert_scenarios import SCENARIOS, promtool_test

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy/prometheus/rules/streams.yml"
RUNBOOKS = ROOT / "docs/runbooks"
NOT_ASKED = re.compile(
    r"^(process|python)_"  # what every process tells; a person looks at it when a panel of ours says so
    r"|_(sum|count|bucket)$"  # a histogram is asked for by one of its three
)
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed: make tools")


def test_generated_files_are_as_the_code_has_them() -> None:
    for path, content in generated_files().items():
        assert path.exists(), f"{path}: run `make dashboards`"
        assert path.read_text() == content, f"{path}: run `make dashboards`"
    stray = {path for folder in ("grafana/dashboards", "prometheus/rules") for path in (ROOT / "deploy" / folder).glob("[!.]*")}
    assert stray <= generated_files().keys()


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_dashboards_ask_for_what_is_told(board: Board) -> None:
    assert board_problems(board) == []


def test_rules_ask_for_what_is_told() -> None:
    assert rule_problems() == []


def test_what_is_told_is_asked_for() -> None:
    ours = {name for name in declared_labels() if not NOT_ASKED.search(name)}
    assert ours - asked_metrics() == set()
    # Of each histogram one part at least.
    histograms = {name.removesuffix("_bucket") for name in declared_labels() if name.endswith("_bucket")}
    assert {name for name in histograms if not any(asked.startswith(name + "_") for asked in asked_metrics())} == set()


def mutations(board: Board) -> list[tuple[str, Board]]:
    """Each query of each panel, damaged in three ways."""
    damaged = []
    for title, panels in board.rows.items():
        for index, panel in enumerate(panels):
            for number, query in enumerate(panel.queries):
                for name, expr, legend in (
                    ("metric", re.sub(r"\b(streams|kafka|process|up|ALERTS)(?=[_:{ ])", r"\1x", query.expr, count=1), query.legend),
                    (
                        "label",
                        re.sub(
                            r"\{SEL|\{(?=alertstate)",
                            lambda m: m[0] + ',nosuch="1"' if "SEL" in m[0] else '{nosuch="1",',
                            query.expr,
                            count=1,
                        ),
                        query.legend,
                    ),
                    ("legend", query.expr, query.legend + " {{nosuch}}"),
                ):
                    queries = tuple(replace(q, expr=expr, legend=legend) if n == number else q for n, q in enumerate(panel.queries))
                    if queries == panel.queries:
                        continue  # A recorded metric has no selector to damage.
                    changed = tuple(replace(panel, queries=queries) if n == index else other for n, other in enumerate(panels))
                    damaged.append((f"{panel.title} {number} {name}", replace(board, rows={**board.rows, title: changed})))
    return damaged


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_every_panel_can_fail_the_contract(board: Board) -> None:
    tried = mutations(board)
    assert len(tried) >= 2 * sum(len(panel.queries) for panel in board.panels)
    assert [name for name, damaged in tried if not board_problems(damaged)] == []


@pytest.mark.parametrize(
    ("expr", "legend", "problem"),
    [
        ("sum(streams_articles_recieved_total)", "", "no such metric"),
        ('sum(streams_articles_received_total{topic="articles"})', "", "no label topic"),
        ("sum by (country) (streams_articles_received_total)", "", "to aggregate by"),
        ("sum(streams_articles_received_total)", "{{mode}}", "does not keep"),
    ],
)
def test_the_contract_says_what_is_wrong(expr: str, legend: str, problem: str) -> None:
    [found] = problems(expr, legend)
    assert problem in found


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)
def test_dashboards_are_read_only_and_every_panel_explains_itself(board: Board) -> None:
    content = json.loads(next(text for path, text in generated_files().items() if path.stem == board.uid))
    assert content["editable"] is False
    panels = [panel for panel in content["panels"] if panel["type"] != "row"]
    assert len(panels) == len(board.panels)
    for panel in panels:
        assert panel["description"].startswith("Good:"), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert all(link["url"].startswith(thresholds.RUNBOOKS) for link in panel.get("links", []))
        # Nothing lies upon another, or out of the grid.
        grid = panel["gridPos"]
        assert grid["x"] + grid["w"] <= 24
    cells = [
        (x, y)
        for p in panels
        for x in range(p["gridPos"]["x"], p["gridPos"]["x"] + p["gridPos"]["w"])
        for y in range(p["gridPos"]["y"], p["gridPos"]["y"] + p["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    alerts = {alert.name for alert in ALERTS}
    assert {panel.runbook for panel in board.panels} - {""} <= alerts


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_every_alert_has_a_runbook_that_helps(alert: Alert) -> None:
    text = (RUNBOOKS / f"{alert.name}.md").read_text()
    assert text.startswith(f"# {alert.name}\n")
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert sections == ["Meaning", "Impact", "Diagnosis", "Mitigation"]
    for section in re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]:
        assert len(section.split()) >= 6, section
    assert "```" in text or alert.name == "Watchdog"


def test_no_runbook_without_an_alert() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} - {"README"} == {alert.name for alert in ALERTS}


def test_scaling_divides_every_time_and_nothing_else() -> None:
    assert scaled("rate(x[15m]) > @300s and y > 300", 60) == "rate(x[15s]) > 5 and y > 300"
    assert scaled("rate(x[15m]) > @300s", 1) == "rate(x[15m]) > 300"


def rules_of(alert: Alert, content: dict[str, Any], folder: Path) -> Path:
    """A file with one alert of the rules and what it rests on: all of them, over three days of every alert, would take minutes."""
    groups = [
        {**group, "rules": [r for r in group["rules"] if r.get("alert") == alert.name or ("record" in r and "streams:" in alert.expr)]}
        for group in content["groups"]
    ]
    path = folder / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [group for group in groups if group["rules"]]}))
    return path


def run_promtool(*arguments: str) -> None:
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_promtool_takes_the_rules() -> None:
    run_promtool("check", "rules", str(RULES))


@needs_promtool
@pytest.mark.parametrize("alert", [alert for alert in ALERTS if alert.name != "Watchdog"], ids=lambda alert: alert.name)
def test_alerts_are_quiet_pending_firing_and_resolved(alert: Alert, tmp_path: Path) -> None:
    path = tmp_path / "test.yml"
    path.write_text(yaml.safe_dump(promtool_test(str(rules_of(alert, rules(), tmp_path)), alert.name, alert.severity)))
    run_promtool("test", "rules", str(path))


@needs_promtool
@pytest.mark.parametrize("name", ["StreamsConsumerStalled", "StreamsDeadLetterSpike", "StreamsFreshnessBudgetBurn"])
def test_the_trial_of_alerts_can_fail(name: str, tmp_path: Path) -> None:
    """Rules whose comparison is turned round do not pass."""
    alert = next(alert for alert in ALERTS if alert.name == name)
    broken: Any = rules()
    for rule in [rule for group in broken["groups"] for rule in group["rules"] if rule.get("alert") == name]:
        rule["expr"] = rule["expr"].replace(" > ", " < ", 1)
    path = tmp_path / "test.yml"
    path.write_text(yaml.safe_dump(promtool_test(str(rules_of(alert, broken, tmp_path)), name, alert.severity)))
    assert PROMTOOL is not None
    assert subprocess.run([PROMTOOL, "test", "rules", str(path)], capture_output=True, check=False).returncode == 1


@needs_promtool
def test_the_watchdog_always_fires(tmp_path: Path) -> None:
    samples = [{"labels": 'ALERTS{alertname="Watchdog",alertstate="firing",service="news-event-streams",severity="info"}', "value": 1}]
    expected = [{"expr": 'ALERTS{alertname="Watchdog"}', "eval_time": "1m", "exp_samples": samples}]
    path = tmp_path / "test.yml"
    path.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "tests": [{"interval": "1m", "promql_expr_test": expected}]}))
    run_promtool("test", "rules", str(path))


def test_every_alert_has_a_scenario() -> None:
    assert SCENARIOS.keys() == {alert.name for alert in ALERTS} - {"Watchdog"}
