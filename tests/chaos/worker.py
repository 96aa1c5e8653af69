"""Workers for chaos: the product's, with an enricher that hostile articles can hurt, and one that is unsafe on purpose.

The unsafe one is the worker that one writes first with Faust: the loop acknowledges an article when it asks for the next one, and what was
made of it is sent in the background. The suite has to see that it loses articles, or it would see no loss at all.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import streams.worker.app
from streams.logs import set_up_logging
from streams.settings import load_settings
from streams.worker.agent import ArticleAgent, Outcome, Received
from streams.worker.window import Window
from tests.chaos.hostile import HostileEnricherOptions

SAFE, UNSAFE = "safe", "unsafe"


class UnsafeAgent(ArticleAgent):
    async def process(self, stream: Any) -> None:
        async def acknowledge(received: Received, outcome: Outcome) -> None:
            self._count(received, outcome)

        window = Window(self._window_size, work=self._work, send=self._send, acknowledge=acknowledge)
        running = asyncio.ensure_future(window.run())
        # No `noack()`: Faust acknowledges each article as soon as the next one is asked for.
        async for event in stream.events():
            await window.put(self._receive(event))
        running.cancel()


def main() -> None:
    vars(streams.worker.app)["EnricherOptions"] = HostileEnricherOptions
    if sys.argv[1] == UNSAFE:
        vars(streams.worker.app)["ArticleAgent"] = UnsafeAgent
    settings = load_settings()
    set_up_logging(settings)
    streams.worker.app.run_worker(settings)


if __name__ == "__main__":
    main()
