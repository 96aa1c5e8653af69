"""`/livez` and `/readyz`, answered from a thread of their own, so that a busy loop cannot keep them from telling that it is busy."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Health", "HealthServer"]

STALL = 30.0
"""Seconds without a turn of the event loop until the worker counts as dead: far longer than any honest step of it."""


@dataclass
class Health:
    """What the worker knows of itself; written by the worker, read by the server."""

    model_loaded: bool = False
    registry_reached: bool = False
    joined_group: bool = False
    assigned_partitions: int = 0
    last_turn: float | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the event loop turns, whatever the broker does; before it turns for the first time, the worker is starting."""
        return self.last_turn is None or time.monotonic() - self.last_turn < STALL

    @property
    def is_ready(self) -> bool:
        """Whether articles would be processed: a member of the group without partitions is a standby, and ready too."""
        return self.is_alive and self.model_loaded and self.registry_reached and self.joined_group

    def report(self) -> dict[str, object]:
        """What a person reads when it is not ready."""
        return {
            "ready": self.is_ready,
            "alive": self.is_alive,
            "model_loaded": self.model_loaded,
            "registry_reached": self.registry_reached,
            "joined_group": self.joined_group,
            "assigned_partitions": self.assigned_partitions,
            "standby": self.joined_group and not self.assigned_partitions,
            "seconds_since_last_turn": None if self.last_turn is None else round(time.monotonic() - self.last_turn, 1),
        }


class HealthServer:
    """Serves a worker's health.

    Parameters
    ----------
    address, port
        Where to listen; port 0 takes a free one.
    """

    def __init__(self, health: Health, address: str, port: int) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                ok = {"/livez": health.is_alive, "/readyz": health.is_ready}.get(self.path)
                if ok is None:
                    self.send_error(404)
                    return
                body = json.dumps(health.report()).encode()
                self.send_response(200 if ok else 503)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gave it
                """Say nothing: a probe every few seconds is no news."""

        self._server = ThreadingHTTPServer((address, port), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def start(self) -> None:
        """Answer from now on."""
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
