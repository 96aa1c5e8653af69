"""`/livez` and `/readyz` tell the truth, and tell it while the worker is busy."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from streams.worker import health as health_module
from streams.worker.health import Health, HealthServer


@pytest.fixture
def health() -> Health:
    return Health(model_loaded=True, registry_reached=True, joined_group=True, assigned_partitions=3, last_turn=time.monotonic())


@pytest.fixture
def url(health: Health) -> Iterator[str]:
    server = HealthServer(health, "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


def test_ready_when_everything_is_there(url: str) -> None:
    answer = httpx.get(f"{url}/readyz")
    assert answer.status_code == 200
    assert answer.json()["assigned_partitions"] == 3


@pytest.mark.parametrize("missing", ["model_loaded", "registry_reached", "joined_group"])
def test_not_ready_while_something_is_missing_but_alive(url: str, health: Health, missing: str) -> None:
    setattr(health, missing, False)
    assert httpx.get(f"{url}/readyz").status_code == 503
    assert httpx.get(f"{url}/readyz").json()[missing] is False
    assert httpx.get(f"{url}/livez").status_code == 200


def test_a_member_without_partitions_stands_by_and_is_ready(url: str, health: Health) -> None:
    health.assigned_partitions = 0
    answer = httpx.get(f"{url}/readyz")
    assert answer.status_code == 200
    assert answer.json()["standby"] is True


def test_neither_alive_nor_ready_when_the_loop_stands(url: str, health: Health, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_module, "STALL", 0.05)
    time.sleep(0.1)
    assert httpx.get(f"{url}/livez").status_code == 503
    assert httpx.get(f"{url}/readyz").status_code == 503
    health.last_turn = time.monotonic() + 60
    assert httpx.get(f"{url}/livez").status_code == 200


def test_alive_while_it_starts() -> None:
    starting = Health()
    assert starting.is_alive
    assert not starting.is_ready


def test_nothing_else_is_served(url: str) -> None:
    for path in ("/", "/metrics", "/readyz/..", "/stats"):
        assert httpx.get(f"{url}{path}").status_code == 404
