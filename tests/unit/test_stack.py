"""The embedded stack's ports, without the stack."""

from __future__ import annotations

import socket
import subprocess
import sys

from streams.stack.server import free_port

DRAWN = 300
DRAW = f"from streams.stack.server import free_port; print(*(free_port() for _ in range({DRAWN})), flush=True); input()"


def test_a_port_is_given_once_over_all_processes() -> None:
    drawers = [subprocess.Popen([sys.executable, "-c", DRAW], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        drawn = [port for drawer in drawers if drawer.stdout for port in drawer.stdout.readline().split()]
    finally:
        for drawer in drawers:
            drawer.communicate("\n", timeout=30)
    assert len(drawn) == len(set(drawn)) == 2 * DRAWN


def test_a_server_listens_at_a_port_that_was_given() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
