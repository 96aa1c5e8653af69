"""Walks paths, folders, globs and standard input, and gives the items of every file in an order that is the same each time."""

from __future__ import annotations

import glob
import hashlib
import io
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from streams.errors import ArticleFileError
from streams.feed.archive.formats import items_of
from streams.feed.archive.items import MAX_ITEM_BYTES, Items, Options
from streams.feed.archive.unpack import HEAD_BYTES, Budget, Member, buffered, members, read_up_to, unpack

__all__ = ["STDIN", "ArchiveFile", "archive_files", "fingerprint", "items_in"]

STDIN = "-"
METADATA_SUFFIX = ".meta.json"
TEXT_SUFFIX = ".txt"
MAX_ARCHIVES = 3
"""Archives in one another; an archive that holds itself never ends."""

MAX_METADATA_BYTES = 1024 * 1024


@dataclass(frozen=True)
class ArchiveFile:
    """A file to be read.

    Parameters
    ----------
    named
        Whether somebody asked for this very file, or it was found in a folder.
    """

    path: str
    named: bool = True


def archive_files(paths: Iterable[str]) -> Iterator[ArchiveFile | ArticleFileError]:
    """The files behind paths, folders and globs, in order; one folder's names are held at a time."""
    for path in paths:
        if path == STDIN or Path(path).is_file():
            yield ArchiveFile(path)
        elif Path(path).is_dir():
            empty = True
            for file in _walk(path, Path(path).resolve()):
                empty = False
                yield file
            if empty:
                yield ArticleFileError("no articles in this folder", where=path)
        elif Path(path).exists():
            # A pipe, such as the shell's <(…).
            yield ArchiveFile(path)
        else:
            found = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
            yield from archive_files(found) if found else [ArticleFileError("no such file or folder", where=path)]


def _walk(folder: str, root: Path) -> Iterator[ArchiveFile | ArticleFileError]:
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        yield ArticleFileError(f"cannot be read: {error.strerror}", where=folder)
        return
    for entry in entries:
        if entry.name.startswith((".", "_")) or entry.name.endswith(METADATA_SUFFIX):
            continue
        if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root):
            yield ArticleFileError("is a link that leads out of the folder", where=entry.path)
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, root)
        elif entry.is_file():
            yield ArchiveFile(entry.path, named=False)


def fingerprint(paths: Iterable[str]) -> str:
    """Changes when a file is added, removed, or written to; standard input has none."""
    digest = hashlib.sha256()
    for file in archive_files(paths):
        if isinstance(file, ArchiveFile) and file.path != STDIN:
            status = Path(file.path).stat()
            digest.update(f"{file.path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def items_in(file: ArchiveFile, options: Options) -> Items:
    """The items of a file, in the order in which they stand there; damage comes out as an error in its place."""
    name = "standard input" if file.path == STDIN else file.path
    try:
        if file.path == STDIN:
            piped = buffered(sys.stdin.buffer.read, name)
            yield from _Reader(options, Budget(name, 0, options.max_ratio)).items(piped, name, text_allowed=True)
            return
        with Path(file.path).open("rb", buffering=HEAD_BYTES) as file_stream:
            stream = cast("io.BufferedReader", file_stream)
            reader = _Reader(options, Budget(name, os.fstat(stream.fileno()).st_size, options.max_ratio))
            text_allowed = file.named or file.path.endswith(TEXT_SUFFIX)
            yield from reader.items(stream, name, text_allowed=text_allowed, metadata=_metadata_beside(file.path))
    except ArticleFileError as error:
        yield error
    except OSError as error:
        yield ArticleFileError(f"cannot be read: {error.strerror or error}", where=name)


@dataclass
class _Reader:
    """Reads one file through all layers of packing.

    Parameters
    ----------
    archives
        How many archives lie around what is read just now.
    """

    options: Options
    budget: Budget
    archives: int = 0

    def items(self, stream: io.BufferedReader, name: str, *, text_allowed: bool, metadata: bytes | None = None) -> Items:
        stream = unpack(stream, name, self.budget)
        inside = members(stream, name, self.budget)
        if inside is None:
            yield from items_of(stream, name, self.options, metadata=metadata, text_allowed=text_allowed)
        elif self.archives == MAX_ARCHIVES:
            yield ArticleFileError(f"is more than {MAX_ARCHIVES} archives deep", where=name)
        else:
            self.archives += 1
            yield from self._members(inside)
            self.archives -= 1

    def _members(self, inside: Iterator[Member]) -> Items:
        """The items of an archive's files; the metadata of a text stands directly before it or behind it, as any tool sorts them."""
        metadata: tuple[str, bytes] | None = None
        text: tuple[str, bytes] | None = None
        for member in inside:
            if isinstance(member, ArticleFileError):
                yield member
                continue
            name, stream = member
            try:
                if name.endswith(METADATA_SUFFIX):
                    metadata = name.removesuffix(METADATA_SUFFIX), read_up_to(stream, MAX_METADATA_BYTES)
                    if text and text[0] == metadata[0]:
                        yield from self._text(text, metadata)
                        text = None
                    continue
                if text:
                    yield from self._text(text, None)
                    text = None
                if not name.endswith(TEXT_SUFFIX):
                    yield from self.items(stream, name, text_allowed=False)
                    continue
                text = name.removesuffix(TEXT_SUFFIX), read_up_to(stream, MAX_ITEM_BYTES + 1)
                if metadata and metadata[0] == text[0]:
                    yield from self._text(text, metadata)
                    text = None
            except ArticleFileError as error:
                yield error
        if text:
            yield from self._text(text, None)

    def _text(self, text: tuple[str, bytes], metadata: tuple[str, bytes] | None) -> Items:
        name = text[0] + TEXT_SUFFIX
        return items_of(buffered(io.BytesIO(text[1]).read, name), name, self.options, metadata=metadata[1] if metadata else None)


def _metadata_beside(path: str) -> bytes | None:
    if not path.endswith(TEXT_SUFFIX):
        return None
    beside = Path(path.removesuffix(TEXT_SUFFIX) + METADATA_SUFFIX)
    return beside.read_bytes() if beside.exists() else None
