"""A worker whose Faust drops three records that it has fetched of each partition, as it does when a rebalance comes at the wrong moment."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from faust.transport.consumer import Consumer

from streams.logs import set_up_logging
from streams.settings import load_settings
from streams.worker.app import run_worker

DROPPED = 3


def main() -> None:
    first = int(sys.argv[1])
    seen: Counter[Any] = Counter()
    fetch = Consumer.getmany

    async def leak(self: Consumer, **options: Any) -> AsyncIterator[tuple[Any, Any]]:
        async for partition, message in fetch(self, **options):
            seen[partition] += 1
            if not first < seen[partition] <= first + DROPPED:
                yield partition, message

    setattr(Consumer, "getmany", leak)  # noqa: B010 - mypy lets no method be replaced by name
    settings = load_settings()
    set_up_logging(settings)
    run_worker(settings)


if __name__ == "__main__":
    main()
