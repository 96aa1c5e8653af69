"""Which offsets of a topic are meant, as fixed numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from streams.administration import offsets_at, topic_bounds
from streams.errors import UsageError
from streams.settings import Settings

__all__ = ["RangeBounds", "ranges_of"]


@dataclass(frozen=True)
class RangeBounds:
    """A range as it was asked for; what is given twice has to hold twice.

    Parameters
    ----------
    from_time, until_time
        By the records' timestamps in Kafka: from the first one on, before the second.
    from_offsets, until_offsets
        By partition; None stands for every partition that is not named.
    partitions
        Only these; all where there are none.
    """

    from_time: datetime | None = None
    until_time: datetime | None = None
    from_offsets: Mapping[int | None, int] = field(default_factory=dict)
    until_offsets: Mapping[int | None, int] = field(default_factory=dict)
    partitions: frozenset[int] = frozenset()


def ranges_of(settings: Settings, topic: str, bounds: RangeBounds) -> dict[int, tuple[int, int]]:
    """By partition the first offset and the one behind the last; the end as of now where none is given.

    Raises
    ------
    UsageError
        When there is no such topic or partition.
    BrokerError
        When Kafka cannot be reached.
    """
    there = topic_bounds(settings, [topic]).get(topic)
    if there is None:
        raise UsageError("no such topic", where=topic)
    named = {p for p in (*bounds.partitions, *bounds.from_offsets, *bounds.until_offsets) if p is not None}
    if unknown := named - there.keys():
        raise UsageError(f"has no partition {min(unknown)}", where=topic)
    at_start = offsets_at(settings, topic, _milliseconds(bounds.from_time)) if bounds.from_time else {}
    at_end = offsets_at(settings, topic, _milliseconds(bounds.until_time)) if bounds.until_time else {}
    ranges: dict[int, tuple[int, int]] = {}
    for partition, (oldest, end) in there.items():
        if bounds.partitions and partition not in bounds.partitions:
            continue
        start = max(oldest, _given(bounds.from_offsets, partition, oldest), _at(at_start, partition, end))
        stop = min(end, _given(bounds.until_offsets, partition, end), _at(at_end, partition, end, absent=end))
        if start < stop:
            ranges[partition] = (start, stop)
    return ranges


def _given(offsets: Mapping[int | None, int], partition: int, otherwise: int) -> int:
    return offsets.get(partition, offsets.get(None, otherwise))


def _at(offsets: Mapping[int, int | None], partition: int, end: int, absent: int = 0) -> int:
    """The offset at a time; the end where all records are older, and `absent` where no time was given."""
    if partition not in offsets:
        return absent
    found = offsets[partition]
    return end if found is None else found


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)
