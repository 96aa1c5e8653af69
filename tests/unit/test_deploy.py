"""Docker cannot run where this is built; what can be checked without it is checked here."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.observability.rules import ALERTS
from streams import __version__
from streams.settings import Settings
from streams.stack.jars import locked_jars

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ENVIRONMENT_NAMES = {f"STREAMS_{name.upper()}" for name in Settings.model_fields}
PINNED = re.compile(r"^[a-z0-9./-]+:v?\d+\.\d+\.\d+[\w.-]*$")


def test_everything_that_is_promised_is_there() -> None:
    expected = {"kafka", "registry", "topics", "schemas", "worker", "lag-exporter", "replay", "alertmanager", "prometheus", "grafana"}
    assert expected <= SERVICES.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    assert PINNED.match(SERVICES[name]["image"]), SERVICES[name]["image"]
    for image in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE):
        assert PINNED.match(image), image


def test_our_image_has_our_version() -> None:
    assert SERVICES["worker"]["image"] == f"news-event-streams:{__version__}"


def test_production_and_embedded_stack_run_the_same_software() -> None:
    kafka = next(jar.coordinate for jar in locked_jars("kafka") if jar.coordinate.startswith("org.apache.kafka:kafka_"))
    registry = locked_jars("registry")[0].coordinate
    assert SERVICES["kafka"]["image"].endswith(kafka.split(":")[2])
    assert SERVICES["registry"]["image"].endswith(registry.split(":")[2])


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_watched_or_run_once(name: str) -> None:
    service = SERVICES[name]
    if "profiles" in service:
        # Run by a person, once.
        assert service["restart"] == "no"
    elif service["restart"] == "on-failure":
        assert service["healthcheck"] == {"disable": True}
        assert SERVICES["worker"]["depends_on"][name] == {"condition": "service_completed_successfully"}
    else:
        assert service["restart"] == "unless-stopped"
        # The worker's stands in its Dockerfile.
        assert service.get("healthcheck", {}).get("test") or "HEALTHCHECK" in DOCKERFILE


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_open_to_this_machine_only_and_once(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert port.startswith("127.0.0.1:"), port
    published = [port.split(":")[1] for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(published) == len(set(published))


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if service["image"].startswith("news-event-streams")])
def test_environment_names_are_settings(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert environment.keys() <= ENVIRONMENT_NAMES
    Settings.model_validate({key.removeprefix("STREAMS_").lower(): value for key, value in environment.items()})


def test_addresses_within_name_services_and_their_ports() -> None:
    settings = SERVICES["worker"]["environment"]
    host, port = settings["STREAMS_BOOTSTRAP_SERVERS"].split(":")
    assert f"INTERNAL://{host}:{port}" in SERVICES[host]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    registry = re.match(r"http://(\w+):(\d+)/", settings["STREAMS_REGISTRY_URL"])
    assert registry is not None
    assert any(port.endswith(f":{registry[2]}") for port in SERVICES[registry[1]]["ports"])


def test_mounted_files_exist_and_volumes_are_declared() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).exists(), source
                assert volume.endswith(":ro"), volume
            else:
                assert source in COMPOSE["volumes"]


def test_a_stop_has_time_to_drain() -> None:
    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) > Settings().article_timeout


def test_the_image_runs_as_nobody_special_and_takes_only_what_is_locked() -> None:
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    installs = re.findall(r"pip install [^\n]*", DOCKERFILE)
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    allowed = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
        assert name in allowed, name


def test_amtool_takes_the_configuration_and_routes_by_severity() -> None:
    amtool = shutil.which("amtool")
    if amtool is None:
        pytest.skip("amtool is not installed: make tools")
    config = str(ROOT / "deploy/alertmanager/alertmanager.yml")
    subprocess.run([amtool, "check-config", config], check=True, capture_output=True)
    for labels, receiver in (
        (["alertname=StreamsConsumerStalled", "severity=critical"], "pager"),
        (["alertname=StreamsMemoryHigh", "severity=warning"], "tickets"),
        (["alertname=Watchdog", "severity=info"], "watchdog"),
    ):
        done = subprocess.run(
            [amtool, "config", "routes", "test", f"--config.file={config}", *labels], check=True, capture_output=True, text=True
        )
        assert done.stdout.strip() == receiver


def test_inhibition_names_alerts_that_exist() -> None:
    config = yaml.safe_load((ROOT / "deploy/alertmanager/alertmanager.yml").read_text())
    names = {alert.name for alert in ALERTS}
    for rule in config["inhibit_rules"]:
        for matcher in rule["source_matchers"] + rule["target_matchers"]:
            for pattern in re.findall(r'"(.+)"', matcher)[0].split("|"):
                assert any(re.fullmatch(pattern, name) for name in names), pattern


def test_prometheus_scrapes_the_port_that_the_worker_serves() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    [exporter] = [job for job in config["scrape_configs"] if job["job_name"] == "streams-lag-exporter"]
    assert exporter["static_configs"] == [{"targets": [f"lag-exporter:{Settings().exporter_port}"]}]
    [worker] = [job for job in config["scrape_configs"] if job["job_name"] == "streams-worker"]
    [source] = worker["dns_sd_configs"]
    assert source["names"] == ["worker"]
    assert source["port"] == Settings().metrics_port
    assert str(Settings().metrics_port) in re.findall(r"^EXPOSE (.+)$", DOCKERFILE, re.MULTILINE)[0].split()
