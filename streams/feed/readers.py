"""Articles from files: text with metadata beside it, JSON, JSON lines."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from streams.errors import ArticleFileError
from streams.records import Article
from streams.wire.avro import UTF8_BOM, rejection

__all__ = ["STDIN", "read_articles"]

STDIN = "-"
METADATA_SUFFIX = ".meta.json"
READABLE = (".txt", ".json", ".jsonl", ".ndjson")

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Bytes of a text or JSON document, which is read as a whole; JSON lines are read line by line and may go on for ever."""

MAX_LINE_BYTES = 16 * 1024 * 1024
"""Bytes of one line of JSON lines: what the topics take at most."""

_OBJECT = TypeAdapter(dict[str, object])
_OBJECTS = TypeAdapter(list[dict[str, object]])


def read_articles(paths: Iterable[str]) -> Iterator[Article | ArticleFileError]:
    """The articles of files, folders and standard input (`-`), in order; what is no article comes out as an error, and the rest goes on.

    A text file is one article; its other fields stand in `<name>.meta.json` beside it. Other files are JSON: one article, a list of them,
    or one a line.
    """
    for path in paths:
        if path == STDIN:
            yield from _read_stream(sys.stdin.buffer, "standard input")
            continue
        for file in _files(Path(path)):
            if isinstance(file, ArticleFileError):
                yield file
                continue
            try:
                with file.open("rb") as stream:
                    yield from _read_text(stream, file) if file.suffix == ".txt" else _read_stream(stream, str(file))
            except OSError as error:
                yield ArticleFileError(f"cannot be read: {error.strerror}", where=str(file))


def _files(path: Path) -> Iterator[Path | ArticleFileError]:
    if not path.exists():
        yield ArticleFileError("no such file or folder", where=str(path))
    elif path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.suffix in READABLE and not p.name.endswith(METADATA_SUFFIX))
        if not found:
            yield ArticleFileError(f"no articles in this folder (looked for {', '.join(READABLE)})", where=str(path))
        yield from found
    else:
        yield path


def _read_text(stream: BinaryIO, file: Path) -> Iterator[Article | ArticleFileError]:
    beside = file.with_name(file.name.removesuffix(".txt") + METADATA_SUFFIX)
    metadata = _json_object(beside.read_bytes()) if beside.exists() else {}
    if isinstance(metadata, ArticleFileError):
        yield ArticleFileError(metadata.what, where=str(beside))
        return
    yield _text_article(_bounded(stream, str(file)), str(file), metadata)


def _read_stream(stream: BinaryIO, name: str) -> Iterator[Article | ArticleFileError]:
    """JSON lines, a JSON document or plain text: told apart by the content, because standard input has no name."""
    first = stream.readline(MAX_LINE_BYTES + 1)
    number = 1
    while first and not first.removeprefix(UTF8_BOM).strip():
        first, number = stream.readline(MAX_LINE_BYTES + 1), number + 1
    if not first:
        yield ArticleFileError("is empty", where=name)
    elif not isinstance(_json_object(first), ArticleFileError):
        yield from _read_lines(itertools.chain([first], _lines(stream)), name, number)
    else:
        content = _bounded(stream, name, first)
        yield from [content] if isinstance(content, ArticleFileError) else _read_document(content, name, number)


def _read_document(content: bytes, name: str, number: int) -> Iterator[Article | ArticleFileError]:
    opening = content.removeprefix(UTF8_BOM).lstrip()[:1]
    if opening == b"[":
        yield from _read_list(content.removeprefix(UTF8_BOM), name)
    elif opening != b"{":
        yield _text_article(content, name, {})
    elif b"\n{" in content and isinstance(_json_object(content), ArticleFileError):
        # JSON lines whose first line is broken: the others are still good.
        yield from _read_lines(io.BytesIO(content), name, number)
    else:
        yield _json_article(content, name)


def _read_lines(lines: Iterable[bytes], name: str, number: int) -> Iterator[Article | ArticleFileError]:
    for at, line in enumerate(lines, start=number):
        if len(line) > MAX_LINE_BYTES:
            yield ArticleFileError(f"the line has more than {MAX_LINE_BYTES} bytes", where=f"{name}:{at}")
        elif line.strip():
            yield _json_article(line, f"{name}:{at}")


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines that are left, of one that is too long only so much that it shows."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        yield line
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE_BYTES + 1)


def _read_list(content: bytes, name: str) -> Iterator[Article | ArticleFileError]:
    try:
        items = _OBJECTS.validate_json(content)
    except ValidationError as error:
        yield ArticleFileError(rejection(error).what, where=name)
        return
    for number, item in enumerate(items, start=1):
        try:
            yield Article.model_validate(item)
        except ValidationError as error:
            yield ArticleFileError(rejection(error).what, where=f"{name}, article {number}")


def _json_object(content: bytes) -> dict[str, object] | ArticleFileError:
    try:
        return _OBJECT.validate_json(content.removeprefix(UTF8_BOM))
    except ValidationError as error:
        return ArticleFileError(rejection(error).what)


def _json_article(content: bytes, where: str) -> Article | ArticleFileError:
    try:
        return Article.model_validate_json(content.removeprefix(UTF8_BOM))
    except ValidationError as error:
        return ArticleFileError(rejection(error).what, where=where)


def _text_article(content: bytes | ArticleFileError, name: str, metadata: dict[str, object]) -> Article | ArticleFileError:
    if isinstance(content, ArticleFileError):
        return content
    try:
        text = content.removeprefix(UTF8_BOM).decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return ArticleFileError(f"is not UTF-8: {error.reason}", where=f"{name}:{line}")
    try:
        return Article.model_validate({**metadata, "text": text})
    except ValidationError as error:
        return ArticleFileError(rejection(error).what, where=name)


def _bounded(stream: BinaryIO, name: str, first: bytes = b"") -> bytes | ArticleFileError:
    content = first + stream.read(MAX_FILE_BYTES + 1 - len(first))
    if len(content) > MAX_FILE_BYTES:
        return ArticleFileError(f"is larger than {MAX_FILE_BYTES} bytes", where=name, hint="JSON lines may be of any length")
    return content
