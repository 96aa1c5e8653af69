"""That no record is passed over between the group's position and what the stream hands on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from streams.errors import PassedOverError

__all__ = ["Continuity", "Partition"]

Partition = tuple[str, int]
"""Topic and number."""


@dataclass
class _Reading:
    """How far a partition has been read since it was assigned."""

    generation: int
    next_offset: int


class Continuity:
    """Follows the offsets of each partition, and ends the worker where records are missing between two of them.

    Faust drops what it has fetched when a rebalance comes in between, and counts offsets that it does not see as acknowledged, as if they
    were the gaps that transactions leave. What is dropped so would be committed with the next record.

    Parameters
    ----------
    position
        Asks the broker which offset of a partition the group reads next, 0 where it has committed none.
    first_offset
        Asks the broker for the offset of the first record of a partition at or after an offset.
    """

    def __init__(self, *, position: Callable[[Partition], int], first_offset: Callable[[Partition, int], int]) -> None:
        self._position = position
        self._first_offset = first_offset
        self._readings: dict[Partition, _Reading] = {}

    async def check(self, message: Any) -> None:
        """One of Faust's messages has come; what was read before may come again.

        Raises
        ------
        PassedOverError
            When the broker holds records before it that have not come.
        """
        partition = (message.topic, message.partition)
        reading = self._readings.get(partition)
        if reading is None or reading.generation != message.generation_id:
            # The first since the partitions were dealt out anew: all that was in work before has been committed or is read again.
            position = await asyncio.to_thread(self._position, partition)
            reading = self._readings[partition] = _Reading(message.generation_id, position)
        if message.offset > reading.next_offset:
            first = await asyncio.to_thread(self._first_offset, partition, reading.next_offset)
            if first < message.offset:
                raise PassedOverError(
                    f"offset {message.offset} came where {first} should have",
                    where=f"{message.topic}[{message.partition}]",
                    hint="the worker ends without acknowledging it; the next start reads again from the group's position",
                )
        reading.next_offset = message.offset + 1
