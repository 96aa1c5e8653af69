"""Takes packing off: gzip, bzip2, xz, zstd, zip and tar, in one another too; bounded, and never onto the disk under a name from outside."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from streams.errors import ArticleFileError
from streams.feed.archive.items import optional_module

__all__ = ["HEAD_BYTES", "ZSTD_BOUNDS", "Budget", "buffered", "members", "read_up_to", "seekable", "unpack", "zstd"]

HEAD_BYTES = 256 * 1024
"""Bytes that can be looked at before reading, to tell what a stream holds."""

RATIO_FLOOR = 64 * 1024 * 1024
"""Unpacked bytes below which no ratio is held against an archive: small files of one repeated line are no attack."""

MAX_DEPTH = 5
"""Packings in one another."""

ZSTD_WINDOW_LOG_MAX = 100
ZSTD_BOUNDS = {ZSTD_WINDOW_LOG_MAX: 27}
"""Memory that a zstd stream may ask for: 2^27 bytes, what `zstd` itself takes without being told. 100 is the parameter's number in zstd."""

MAX_ON_DISK = 16 * 1024 * 1024 * 1024
"""Bytes of a zip or Parquet file inside another archive; they are read from their end, and are laid in a nameless temporary file for it."""

DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)


class Budget:
    """How much one file may unpack to, in all its layers together.

    Parameters
    ----------
    name
        The file, for errors.
    packed
        Its bytes.
    """

    def __init__(self, name: str, packed: int, max_ratio: int) -> None:
        self._name = name
        self._most = max(RATIO_FLOOR, packed * max_ratio)
        self._max_ratio = max_ratio
        self.unpacked = 0

    def spend(self, unpacked: int) -> None:
        """Count bytes that came out.

        Raises
        ------
        ArticleFileError
            When they are too many: a zip bomb.
        """
        self.unpacked += unpacked
        if self.unpacked > self._most:
            raise ArticleFileError(
                f"unpacks to more than {self._max_ratio} times its size, and was left after {self.unpacked} bytes",
                where=self._name,
                hint="--max-ratio allows more, for archives that are trusted",
            )


class _Reading(io.RawIOBase):
    """Fills each buffer as far as it can, and tells of damage only after everything before it has been read."""

    def __init__(self, read: Callable[[int], bytes], name: str, budget: Budget | None) -> None:
        self._read = read
        self._name = name
        self._budget = budget
        self._failure: ArticleFileError | None = None
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        filled = 0
        while filled < len(buffer) and not self._failure:
            try:
                data = self._read(len(buffer) - filled)
                if self._budget:
                    self._budget.spend(len(data))
            except ArticleFileError as error:
                self._failure = error
            except (*DAMAGED, *_zstd_errors()) as error:  # type: ignore[misc]
                self._failure = ArticleFileError(
                    f"is damaged or cut off after {self._at + filled} unpacked bytes: {type(error).__name__}: {error}", where=self._name
                )
            except OSError as error:
                self._failure = ArticleFileError(f"cannot be read after {self._at + filled} bytes: {error}", where=self._name)
            else:
                if not data:
                    break
                buffer[filled : filled + len(data)] = data
                filled += len(data)
        self._at += filled
        if not filled and self._failure:
            raise self._failure
        return filled


def buffered(read: Callable[[int], bytes], name: str, budget: Budget | None = None) -> io.BufferedReader:
    """A stream whose `peek` shows its head; where it is damaged, it raises `ArticleFileError` after the last good byte."""
    return io.BufferedReader(_Reading(read, name, budget), HEAD_BYTES)


def unpack(stream: io.BufferedReader, name: str, budget: Budget) -> io.BufferedReader:
    """The stream without compression around it, however often it was put on.

    Raises
    ------
    ArticleFileError
        When it is packed too often.
    """
    for _ in range(MAX_DEPTH):
        head = stream.peek(8)
        if head.startswith(b"\x1f\x8b"):
            opened: Any = gzip.GzipFile(fileobj=stream)
        elif head.startswith(b"BZh") and head[4:8] in (b"1AY&", b"\x17rE8"):
            opened = bz2.BZ2File(stream)
        elif head.startswith(b"\xfd7zXZ\x00"):
            opened = lzma.LZMAFile(stream)  # noqa: SIM115
        elif head.startswith(b"\x28\xb5\x2f\xfd"):
            opened = zstd().ZstdFile(stream, options=ZSTD_BOUNDS)
        else:
            return stream
        stream = buffered(opened.read1, name, budget)
    raise ArticleFileError(f"is packed more than {MAX_DEPTH} times", where=name)


def zstd() -> Any:
    """Python's zstd module: of the standard library from 3.14 on, its backport before."""
    return optional_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd", "zstd")


def _zstd_errors() -> tuple[type[Exception], ...]:
    # Without the module nothing of zstd's can have been opened.
    module = sys.modules.get("compression.zstd") or sys.modules.get("backports.zstd")
    return (module.ZstdError,) if module else ()


def read_up_to(stream: BinaryIO, most: int) -> bytes:
    """At most so many bytes, without taking the memory for them beforehand."""
    pieces = []
    while most > 0 and (piece := stream.read(min(most, HEAD_BYTES))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


Member = tuple[str, io.BufferedReader] | ArticleFileError


def members(stream: io.BufferedReader, name: str, budget: Budget) -> Iterator[Member] | None:
    """The files in a zip or tar archive with their names, in order; None where it is neither.

    Each stream has to be read before the next is asked for. What is no plain file, or has a name that leads out of the archive, is told
    as an error in its place.
    """
    head = stream.peek(512)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_members(stream, name, budget)
    if head[257:262] == b"ustar":
        return _tar_members(stream, name)
    return None


def _zip_members(stream: io.BufferedReader, name: str, budget: Budget) -> Iterator[Member]:
    try:
        with closing(seekable(stream, name)) as file, zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                where = f"{name}!{info.filename}"
                if info.is_dir():
                    continue
                if _climbs_out(info.filename):
                    yield ArticleFileError("the name leads out of the archive", where=where)
                elif info.flag_bits & 1:
                    yield ArticleFileError("is encrypted", where=where)
                else:
                    try:
                        with archive.open(info) as member:
                            yield where, buffered(member.read, where, budget)
                    except (zipfile.BadZipFile, NotImplementedError) as error:
                        yield ArticleFileError(f"cannot be unpacked: {error}", where=where)
    except (*DAMAGED, ValueError) as error:
        yield ArticleFileError(f"is damaged or cut off: {error}", where=name)


def _tar_members(stream: io.BufferedReader, name: str) -> Iterator[Member]:
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as archive:
            while (info := archive.next()) is not None:
                # It keeps every header that it has seen, which in an archive of millions of files is all the memory there is.
                archive.members.clear()  # type: ignore[attr-defined]
                where = f"{name}!{info.name}"
                if info.isdir():
                    continue
                if _climbs_out(info.name):
                    yield ArticleFileError("the name leads out of the archive", where=where)
                elif not info.isreg():
                    yield ArticleFileError("is a link or a device, and no file", where=where)
                else:
                    member = archive.extractfile(info)
                    assert member is not None
                    yield where, buffered(member.read, where)
            if not getattr(archive, "ended", False):
                yield ArticleFileError("is cut off: the mark at its end is missing", where=name)
    except ArticleFileError as error:
        yield error
    except DAMAGED as error:
        yield ArticleFileError(f"is damaged or cut off: {error}", where=name)


class _Header(tarfile.TarInfo):
    """Notes that the end's mark was seen: to tarfile itself an archive that is cut between two files is a whole one."""

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> tarfile.TarInfo:  # type: ignore[override]
        try:
            return super().fromtarfile(tarfile_)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            tarfile_.ended = True  # type: ignore[attr-defined]
            raise


def _climbs_out(member: str) -> bool:
    path = PurePosixPath(member.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or (len(member) > 1 and member[1] == ":")


def seekable(stream: io.BufferedReader, name: str) -> BinaryIO:
    """The same bytes so that they can be read from the end: a file as it is, anything else by way of a temporary file.

    Raises
    ------
    ArticleFileError
        When they are too many for that.
    """
    if stream.seekable():
        return stream
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    try:
        while data := stream.read(1024 * 1024):
            file.write(data)
            if file.tell() > MAX_ON_DISK:
                raise ArticleFileError(f"is larger than {MAX_ON_DISK} bytes inside another archive", where=name)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
