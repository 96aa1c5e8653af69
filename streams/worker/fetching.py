"""Reads what Kafka takes: a header's name may be any bytes there, and aiokafka ends on one that is no UTF-8.

Without this, one such record would end every worker in turn, and nothing behind it would ever be read.
"""

from __future__ import annotations

import aiokafka.consumer.fetcher
import aiokafka.record.memory_records
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy

from streams.wire.header_names import ForgivingBytes

__all__ = ["read_any_header_name"]


class _ForgivingBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # the library carries no types
    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer: bytearray = ForgivingBytes(self._buffer)


def read_any_header_name() -> None:
    """Let aiokafka's consumers read names that are no UTF-8; what is none in them is written out in hexadecimal.

    The library's reader in Python takes the place of the one in C: some hundredths of a millisecond more for each record.
    """
    aiokafka.record.memory_records.DefaultRecordBatch = _ForgivingBatch
    aiokafka.consumer.fetcher.MemoryRecords = _MemoryRecordsPy
