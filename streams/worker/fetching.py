"""Reads what Kafka takes: a header's name may be any bytes there, and aiokafka ends on one that is no UTF-8.

Without this, one such record would end every worker in turn, and nothing behind it would ever be read.
"""

from __future__ import annotations

from typing import Any

import aiokafka.consumer.fetcher
import aiokafka.record.memory_records
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy

__all__ = ["read_any_header_name"]


class _ForgivingBytes(bytearray):
    def __getitem__(self, place: Any) -> Any:
        part = super().__getitem__(place)
        return _ForgivingBytes(part) if isinstance(place, slice) else part

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        del errors
        return super().decode(encoding, "backslashreplace")


class _ForgivingBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # the library carries no types
    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer: bytearray = _ForgivingBytes(self._buffer)


def read_any_header_name() -> None:
    """Let aiokafka's consumers read names that are no UTF-8; what is none in them is written out in hexadecimal.

    The library's reader in Python takes the place of the one in C: some hundredths of a millisecond more for each record.
    """
    aiokafka.record.memory_records.DefaultRecordBatch = _ForgivingBatch
    aiokafka.consumer.fetcher.MemoryRecords = _MemoryRecordsPy
