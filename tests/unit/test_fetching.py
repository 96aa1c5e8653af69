"""Batches as Kafka holds them: read whatever stands in a header's name, and read as the library reads them otherwise."""

from __future__ import annotations

import pytest
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchBuilderPy

from streams.outside_consumer import _ForgivingBatch as FeedBatch
from streams.worker.fetching import _ForgivingBatch as WorkerBatch

CODECS = [0, 1, 2, 3, 4]
"""None, gzip, snappy, lz4 and zstd, as a batch names them."""


class BrokenName(str):
    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        return b"\xff\xfe name"


def batch(name: str, *, compression: int) -> bytes:
    builder = _DefaultRecordBatchBuilderPy(2, compression, 0, -1, -1, -1, 2**20)
    for offset in range(3):
        builder.append(offset, 1_753_452_191_483, b"key", b"value \xff", [("before", b"\xff"), (name, b"v"), ("after", None)])
    return bytes(builder.build())


@pytest.mark.parametrize("reader", [WorkerBatch, FeedBatch])
@pytest.mark.parametrize("compression", CODECS)
def test_a_name_that_is_no_utf8_is_written_out_and_nothing_else_changes(compression: int, reader: type) -> None:
    records = list(reader(batch(BrokenName("x"), compression=compression)))
    assert [record.offset for record in records] == [0, 1, 2]
    for record in records:
        assert (record.key, record.value) == (b"key", b"value \xff")
        assert record.headers == [("before", b"\xff"), ("\\xff\\xfe name", b"v"), ("after", None)]


@pytest.mark.parametrize("reader", [WorkerBatch, FeedBatch])
@pytest.mark.parametrize("compression", CODECS)
def test_every_other_batch_is_read_as_the_library_reads_it(compression: int, reader: type) -> None:
    data = batch("grüße", compression=compression)
    ours, theirs = reader(data), DefaultRecordBatch(data)
    assert ours.validate_crc()
    assert theirs.validate_crc()
    for one, other in zip(ours, theirs, strict=True):
        for field in ("offset", "timestamp", "timestamp_type", "key", "value", "headers", "checksum"):
            assert getattr(one, field) == getattr(other, field), field
