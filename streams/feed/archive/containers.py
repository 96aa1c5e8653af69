"""Items of Avro object container files, block by block.

The `avro` package's own reader needs a file that can be read from its end, and unpacks blocks without a bound; so the frame is read here,
and the records by the package.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import BinaryIO

import avro.io
import avro.schema

from streams.errors import ArticleFileError
from streams.feed.archive.items import MAX_DOCUMENT_BYTES, Form, Item, Items
from streams.feed.archive.unpack import ZSTD_BOUNDS, zstd

__all__ = ["AVRO_MAGIC", "avro_records"]

AVRO_MAGIC = b"Obj\x01"
SYNC_BYTES = 16
MAX_HEADER_ENTRIES = 1000


class _DamagedError(Exception):
    pass


def avro_records(stream: BinaryIO, name: str) -> Items:
    """The records of a container; what is behind a damaged block is lost, and told."""
    number = 0
    try:
        reader, codec, sync = _header(stream)
        while (head := stream.read(1)) != b"":
            count = _long(stream, head)
            block = _unpacked(codec, _exactly(stream, _bounded(_long(stream))))
            if _exactly(stream, SYNC_BYTES) != sync:
                raise _DamagedError("the mark between two blocks is wrong")
            decoder = avro.io.BinaryDecoder(io.BytesIO(block))
            for _ in range(count):
                record = reader.read(decoder)
                number += 1
                where = f"{name}, record {number}"
                yield Item(where, Form.FIELDS, record) if isinstance(record, dict) else ArticleFileError("is no record", where=where)
    except ArticleFileError:
        raise
    # The avro package lets assertions, struct, index and Unicode errors of broken input through as they are.
    except Exception as error:
        yield ArticleFileError(f"is damaged or cut off: {type(error).__name__}: {error}"[:300], where=f"{name}, record {number + 1}")


def _header(stream: BinaryIO) -> tuple[avro.io.DatumReader, str, bytes]:
    _exactly(stream, len(AVRO_MAGIC))
    entries: dict[str, bytes] = {}
    while count := _long(stream):
        if count < 0:
            # A negative count is followed by the block's size.
            count, _ = -count, _long(stream)
        if count + len(entries) > MAX_HEADER_ENTRIES:
            raise _DamagedError("the header has too many entries")
        for _ in range(count):
            key = _exactly(stream, _bounded(_long(stream))).decode()
            entries[key] = _exactly(stream, _bounded(_long(stream)))
    schema = avro.schema.parse(entries["avro.schema"].decode())
    codec = entries.get("avro.codec", b"null").decode()
    return avro.io.DatumReader(schema), codec, _exactly(stream, SYNC_BYTES)


def _unpacked(codec: str, block: bytes) -> bytes:
    if codec == "null":
        return block
    makers: dict[str, Callable[[], object]] = {
        "deflate": lambda: zlib.decompressobj(-zlib.MAX_WBITS),
        "bzip2": bz2.BZ2Decompressor,
        "xz": lzma.LZMADecompressor,
        "zstandard": lambda: zstd().ZstdDecompressor(options=ZSTD_BOUNDS),
    }
    if codec not in makers:
        raise _DamagedError(f"the codec {codec!r} is not known (known: null, {', '.join(makers)})")
    return _at_most(lambda most: bytes(makers[codec]().decompress(block, most)))  # type: ignore[attr-defined]


def _at_most(unpack: Callable[[int], bytes]) -> bytes:
    unpacked = unpack(MAX_DOCUMENT_BYTES + 1)
    _bounded(len(unpacked))
    return unpacked


def _bounded(size: int) -> int:
    if not 0 <= size <= MAX_DOCUMENT_BYTES:
        raise _DamagedError(f"a block of {size} bytes, and {MAX_DOCUMENT_BYTES} are allowed")
    return size


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise _DamagedError("the file ends too early")
    return data


def _long(stream: BinaryIO, first: bytes = b"") -> int:
    """An Avro long: seven bits a byte, the lowest first, zigzag."""
    number = shift = 0
    while True:
        byte = (first or _exactly(stream, 1))[0]
        first = b""
        number |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return (number >> 1) ^ -(number & 1)
        shift += 7
        if shift > 63:
            raise _DamagedError("a number of more than 64 bits")
