"""Items of text formats: JSON lines, JSON documents and arrays, plain text."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from pydantic import TypeAdapter, ValidationError

from streams.errors import ArticleFileError
from streams.feed.archive.items import MAX_ITEM_BYTES, Form, Item, Items
from streams.feed.archive.unpack import buffered, read_up_to
from streams.wire.avro import UTF8_BOM, rejection

__all__ = ["bounded_lines", "is_json_object", "json_lines", "json_object", "json_values", "plain_text", "transcoded", "whole"]

PIECE_BYTES = 256 * 1024
SNIFFED = 64 * 1024
JSON_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[{}\[\]]', re.DOTALL)
"""A whole string, or one that has not ended yet, or a bracket; linear, because nothing in it is tried twice."""

BETWEEN_OBJECTS = b" \t\r\n,\xef\xbb\xbf"
NO_OBJECT = "is no JSON object"
_OBJECT = TypeAdapter(dict[str, object])


def json_object(content: bytes, where: str) -> dict[str, object] | ArticleFileError:
    """The members of a JSON object, or why it is none."""
    try:
        return _OBJECT.validate_json(content.removeprefix(UTF8_BOM))
    except ValidationError as error:
        return ArticleFileError(rejection(error).what, where=where)


def is_json_object(content: bytes) -> bool:
    """Whether the bytes are one whole JSON object."""
    return not isinstance(json_object(content, ""), ArticleFileError)


def json_lines(stream: BinaryIO, name: str) -> Items:
    """One JSON object a line."""
    for number, line in enumerate(bounded_lines(stream), start=1):
        where = f"{name}:{number}"
        if len(line) > MAX_ITEM_BYTES:
            yield ArticleFileError(f"the line has more than {MAX_ITEM_BYTES} bytes", where=where)
        elif line.strip(b" \t\r\n\xef\xbb\xbf"):
            yield Item(where, Form.JSON, line)


def bounded_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines; of one that is too long only so much that it shows."""
    while line := stream.readline(MAX_ITEM_BYTES + 1):
        yield line
        while len(line) > MAX_ITEM_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_ITEM_BYTES + 1)


def json_values(stream: io.BufferedReader, name: str) -> Items:
    """The objects of a JSON array, or JSON documents one after the other, cut apart without reading the whole.

    A broken object is an error of its own as long as its brackets close; where they do not, nothing behind can be told apart any more.
    """
    in_array = stream.peek(SNIFFED).removeprefix(UTF8_BOM).lstrip().startswith(b"[")
    for number, content in enumerate(_cut_objects(stream, outside=1 if in_array else 0), start=1):
        where = f"{name}, article {number}"
        yield ArticleFileError(content, where=where) if isinstance(content, str) else Item(where, Form.JSON, content)


def _cut_objects(stream: BinaryIO, outside: int) -> Iterator[bytes | str]:
    """Objects that lie in so many brackets; a text in place of one says what is wrong there."""
    buffer = b""
    scanned = start = depth = 0
    while piece := stream.read(PIECE_BYTES):
        buffer += piece
        scanned_to = len(buffer)
        for token in JSON_TOKEN.finditer(buffer, scanned):
            at, sign = token.start(), token.group()
            if sign.startswith(b'"'):
                if token[1]:
                    continue
                # The string goes on in the next piece.
                scanned_to = at
                break
            if sign in b"{[":
                if depth == outside:
                    if buffer[start:at].strip(BETWEEN_OBJECTS):
                        yield NO_OBJECT
                    start = at
                depth += 1
                if depth == outside:
                    start = at + 1
            else:
                depth = max(0, depth - 1)
                if depth == outside:
                    yield buffer[start : at + 1]
                elif depth < outside and buffer[start:at].strip(BETWEEN_OBJECTS):
                    yield NO_OBJECT
                if depth <= outside:
                    start = at + 1
        buffer = buffer[start:]
        scanned, start = scanned_to - start, 0
        if len(buffer) > MAX_ITEM_BYTES:
            yield f"does not end within {MAX_ITEM_BYTES} bytes; what follows cannot be told apart"
            return
    if depth or buffer.strip(BETWEEN_OBJECTS):
        yield "is cut off, or its brackets or quotes do not close; what follows cannot be told apart" if depth else NO_OBJECT


def plain_text(stream: BinaryIO, name: str, metadata: bytes | None) -> Items:
    """A text that is one article; `metadata` is the JSON that stands beside it."""
    content = whole(stream, name, MAX_ITEM_BYTES)
    known = json_object(metadata, f"{name} (the metadata beside it)") if metadata is not None else {}
    for failure in (content, known):
        if isinstance(failure, ArticleFileError):
            yield failure
            return
    yield Item(name, Form.TEXT, content, known)  # type: ignore[arg-type]


def whole(stream: BinaryIO, name: str, most: int) -> bytes | ArticleFileError:
    """All bytes, or an error where they are too many."""
    content = read_up_to(stream, most + 1)
    return ArticleFileError(f"is larger than {most} bytes", where=name) if len(content) > most else content


def transcoded(stream: io.BufferedReader, name: str, encoding: str | None) -> io.BufferedReader:
    """The stream as UTF-8; without an encoding only UTF-16 is recognised, by its mark, and nothing is guessed."""
    if encoding is None and stream.peek(2)[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        encoding = "utf-16"
    if encoding is None or codecs.lookup(encoding).name == "utf-8":
        return stream
    decoder = codecs.getincrementaldecoder(encoding)()
    waiting = bytearray()
    read_bytes = 0
    ended = False

    def read(size: int) -> bytes:
        nonlocal read_bytes, ended
        while len(waiting) < size and not ended:
            piece = stream.read(PIECE_BYTES)
            ended = not piece
            try:
                waiting.extend(decoder.decode(piece, final=ended).encode())
            except UnicodeError as error:
                position = read_bytes + getattr(error, "start", 0)
                raise ArticleFileError(f"is not {encoding} near byte {position}", where=name) from error
            read_bytes += len(piece)
        data = bytes(waiting[:size])
        del waiting[:size]
        return data

    return buffered(read, name)
