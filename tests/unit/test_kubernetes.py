"""The manifests say the same as the code: topics, ports, settings, job names. `make manifests` holds them against schemas."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams import __version__
from streams.settings import Settings
from streams.topics import ARTICLES, DEAD_LETTERS, TOPICS

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy/kubernetes"
RESOURCES: list[dict[str, Any]] = [
    resource
    for path in sorted(KUBERNETES.rglob("*.yaml"))
    if path.name != "kustomization.yaml"
    for resource in yaml.safe_load_all(path.read_text())
]
KUSTOMIZATIONS = [yaml.safe_load(path.read_text()) for path in sorted(KUBERNETES.rglob("kustomization.yaml"))]
BASE = yaml.safe_load((KUBERNETES / "base/kustomization.yaml").read_text())
SETTINGS = {f"STREAMS_{name.upper()}": name for name in Settings.model_fields}


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {resource["metadata"]["name"]: resource for resource in RESOURCES if resource["kind"] == kind}


def containers() -> dict[str, dict[str, Any]]:
    owners = of_kind("Deployment") | of_kind("Job")
    return {name: owner["spec"]["template"]["spec"]["containers"][0] for name, owner in owners.items()}


def pod(name: str) -> dict[str, Any]:
    spec: dict[str, Any] = (of_kind("Deployment") | of_kind("Job"))[name]["spec"]["template"]["spec"]
    return spec


def literals(kustomization: dict[str, Any]) -> dict[str, str]:
    pairs = [pair for generator in kustomization.get("configMapGenerator", []) for pair in generator["literals"]]
    return dict(pair.split("=", 1) for pair in pairs)


def test_strimzi_has_every_topic_as_the_code_makes_it() -> None:
    topics = of_kind("KafkaTopic")
    assert topics.keys() == TOPICS.keys()
    base = literals(BASE)
    for name, topic in topics.items():
        assert topic["spec"]["partitions"] == int(base["STREAMS_PARTITIONS"])
        assert topic["spec"]["replicas"] == int(base["STREAMS_REPLICATION_FACTOR"])
        assert topic["spec"]["config"]["min.insync.replicas"] == topic["spec"]["replicas"] - 1
        extra = 64 * 1024 if name == DEAD_LETTERS.name else 0
        assert topic["spec"]["config"]["max.message.bytes"] == Settings().max_record_bytes + extra


def test_the_worker_may_do_what_it_does_and_no_more() -> None:
    acls = {
        (acl["resource"]["type"], acl["resource"]["name"]): set(acl["operations"])
        for acl in of_kind("KafkaUser")["streams-worker"]["spec"]["authorization"]["acls"]
    }
    written = {("topic", name): {"Write", "Describe"} for name in TOPICS if name != ARTICLES.name}
    assert acls == written | {("topic", ARTICLES.name): {"Read", "Describe"}, ("group", Settings().group): {"Read", "Describe"}}


@pytest.mark.parametrize("user", ["streams-worker", "streams-lag-exporter", "streams-replay"])
def test_nobody_may_change_topics_or_do_everything(user: str) -> None:
    for acl in of_kind("KafkaUser")[user]["spec"]["authorization"]["acls"]:
        assert not {"All", "Alter", "AlterConfigs", "Create", "Delete", "ClusterAction"} & set(acl["operations"])
        if acl["resource"].get("name") == "*":
            assert acl["operations"] == ["Describe"]


def test_environment_names_are_settings() -> None:
    for kustomization in KUSTOMIZATIONS:
        values = literals(kustomization)
        assert values.keys() <= SETTINGS.keys()
    for name, container in containers().items():
        assert {variable["name"] for variable in container.get("env", [])} <= SETTINGS.keys(), name


def test_ports_are_those_of_the_settings() -> None:
    ports = {name: {p["name"]: p["containerPort"] for p in c.get("ports", [])} for name, c in containers().items()}
    defaults = Settings()
    assert ports["streams-worker"] == {"health": defaults.health_port, "metrics": defaults.metrics_port}
    assert ports["streams-lag-exporter"] == {"metrics": defaults.exporter_port}
    let_in = {p["port"] for rule in of_kind("NetworkPolicy")["streams"]["spec"]["ingress"] for p in rule["ports"]}
    assert let_in == {defaults.metrics_port, defaults.exporter_port}


def test_a_stop_has_time_to_drain_and_memory_is_what_is_asked_for() -> None:
    assert pod("streams-worker")["terminationGracePeriodSeconds"] > Settings().article_timeout
    for container in containers().values():
        assert container["resources"]["requests"]["memory"] == container["resources"]["limits"]["memory"]


def test_liveness_never_asks_for_the_broker() -> None:
    worker = containers()["streams-worker"]
    assert worker["livenessProbe"]["httpGet"]["path"] == "/livez"
    assert worker["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_jobs_are_named_as_the_rules_know_them() -> None:
    rules = (ROOT / "deploy/prometheus/rules/streams.yml").read_text()
    known = set(re.findall(r'job="(streams-[a-z-]+)"', rules))
    named = {
        relabeling["replacement"]
        for monitor in of_kind("PodMonitor").values()
        for endpoint in monitor["spec"]["podMetricsEndpoints"]
        for relabeling in endpoint["relabelings"]
    }
    assert known <= named == {"streams-worker", "streams-lag-exporter"}
    labels = {m["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] for m in of_kind("PodMonitor").values()}
    assert labels <= of_kind("Deployment").keys()


def test_there_are_never_more_workers_than_partitions() -> None:
    scaled = of_kind("ScaledObject")["streams-worker"]["spec"]
    partitions = int(literals(BASE)["STREAMS_PARTITIONS"])
    assert scaled["maxReplicaCount"] <= partitions
    [trigger] = scaled["triggers"]
    assert (trigger["metadata"]["topic"], trigger["metadata"]["consumerGroup"]) == (ARTICLES.name, Settings().group)


def test_the_image_has_our_version() -> None:
    tags = {image["newTag"] for kustomization in KUSTOMIZATIONS for image in kustomization.get("images", [])}
    assert tags == {__version__}
