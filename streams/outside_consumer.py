"""Reads topics from outside any group, whatever their records hold."""

from __future__ import annotations

from typing import Any

import kafka.record.memory_records
from kafka import KafkaConsumer
from kafka.record.default_records import DefaultRecordBatch

from streams.connections import kafka_options
from streams.settings import Settings
from streams.wire.header_names import ForgivingBytes

__all__ = ["outside_consumer"]


class _ForgivingBatch(DefaultRecordBatch):  # type: ignore[misc]  # the library carries no types
    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer: bytearray = ForgivingBytes(self._buffer)


def outside_consumer(settings: Settings, client_id: str, **options: Any) -> KafkaConsumer:
    """A consumer that moves nobody's offsets, and goes on behind a header's name that is no UTF-8.

    Raises
    ------
    KafkaError
        When the broker cannot be reached.
    """
    kafka.record.memory_records.DefaultRecordBatch = _ForgivingBatch
    return KafkaConsumer(
        **kafka_options(settings),
        client_id=client_id,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        **options,
    )
