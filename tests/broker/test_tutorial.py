"""The tutorial's commands, run one after the other as a reader does, with the output that the page shows."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streams.stack.server import free_port

REPOSITORY = Path(__file__).parents[2]
TUTORIAL = REPOSITORY / "docs" / "tutorial.md"
BLOCK = re.compile(r"```(?P<language>bash|python|text)\n(?P<content>.*?)```", re.DOTALL)
FILE_NAME = re.compile(r"# (\S+\.py)\n")
AFTER = "=== after block "

WAIT = 400
"""Seconds; on a quiet machine the tutorial takes one minute."""


def script_and_outputs(page: str, *, kafka_port: int, registry_port: int) -> tuple[str, dict[int, str]]:
    """All commands as one script that marks where each block ends, and by block what the page shows of it."""
    lines, outputs, number = ["set -e"], {}, 0
    for found in BLOCK.finditer(page):
        content = found["content"]
        if found["language"] == "text":
            outputs[number] = content
            continue
        number += 1
        if found["language"] == "python":
            name = FILE_NAME.match(content)
            assert name, "a file of the tutorial begins with its name"
            content = f"cat > {name[1]} <<'PYTHON'\n{content}PYTHON\n"
        # Its own ports: those of the page may be in use on this machine.
        content = content.replace("streams stack up", f"streams stack up --kafka-port {kafka_port} --registry-port {registry_port}")
        lines.append(f"{content}echo '{AFTER}{number}'")
    return "\n".join(lines), outputs


@pytest.mark.timeout(600)
def test_every_command_does_what_the_page_says(tmp_path: Path) -> None:
    kafka_port, registry_port = free_port(), free_port()
    script, outputs = script_and_outputs(TUTORIAL.read_text(), kafka_port=kafka_port, registry_port=registry_port)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    environment = {
        **os.environ,
        "STREAMS_STACK_DIR": str(tmp_path / "stack"),
        "STREAMS_BOOTSTRAP_SERVERS": f"127.0.0.1:{kafka_port}",
        "STREAMS_REGISTRY_URL": f"http://127.0.0.1:{registry_port}/apis/ccompat/v7",
        "STREAMS_HEALTH_PORT": "0",
        "STREAMS_METRICS_PORT": "0",
        "STREAMS_PROCESSES": "1",
    }
    with (tmp_path / "output").open("w+") as output:
        # Into a file: the servers that the tutorial starts inherit it, and would hold a pipe open.
        tutorial = subprocess.Popen(
            ["bash", "-c", script], cwd=tmp_path, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            code: int | str = tutorial.wait(timeout=WAIT)
        except subprocess.TimeoutExpired:
            code = f"nothing after {WAIT} s"
        if code:
            # The shell, and the worker that it has left behind.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(tutorial.pid, signal.SIGTERM)
            subprocess.run([sys.executable, "-m", "streams", "stack", "down"], env=environment, stdout=output, check=False)
        output.seek(0)
        shown = output.read()
    assert code == 0, shown
    found = re.split(rf"{AFTER}\d+\n", shown)
    for number, wanted in outputs.items():
        assert wanted.strip() in found[number - 1], f"block {number}"
