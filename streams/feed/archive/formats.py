"""Recognises what a stream holds by its content, whatever its name."""

from __future__ import annotations

import io
import re

from streams.errors import ArticleFileError
from streams.feed.archive.containers import AVRO_MAGIC, avro_records
from streams.feed.archive.items import Items, Options
from streams.feed.archive.tables import csv_delimiter, csv_rows, parquet_rows
from streams.feed.archive.text import is_json_object, json_lines, json_values, plain_text, transcoded
from streams.feed.archive.web import feed_entries, html_page, warc_pages
from streams.wire.avro import UTF8_BOM

__all__ = ["items_of"]

FEED = re.compile(rb"<(rss|feed|(?:\w+:)?RDF)[\s>]")
PAGE = re.compile(rb"<(!doctype html|html|head|body)[\s>]", re.IGNORECASE)
TABLE_SUFFIXES = (".csv", ".tsv")
SNIFFED = 64 * 1024


def items_of(stream: io.BufferedReader, name: str, options: Options, *, metadata: bytes | None = None, text_allowed: bool = True) -> Items:
    """The items of one unpacked file.

    Parameters
    ----------
    metadata
        JSON that stands beside a text.
    text_allowed
        Whether a file that is nothing else is a text: not every file in a folder is an article.
    """
    head = stream.peek(SNIFFED)[:SNIFFED]
    if head.startswith(AVRO_MAGIC):
        return avro_records(stream, name)
    if head.startswith(b"PAR1"):
        return parquet_rows(stream, name)
    if head.startswith(b"WARC/"):
        return warc_pages(stream, name)
    stream = transcoded(stream, name, options.encoding)
    head = stream.peek(SNIFFED)[:SNIFFED].removeprefix(UTF8_BOM)
    opening = head.lstrip()
    if not opening:
        # Nothing but blanks as far as one can see may be lines that begin later.
        return json_lines(stream, name) if len(head) == SNIFFED else iter([ArticleFileError("is empty", where=name)])
    if opening.startswith(b"{"):
        return json_lines(stream, name) if _is_json_lines(head) else json_values(stream, name)
    if opening.startswith(b"["):
        return json_lines(stream, name) if _has_objects_as_lines(head) else json_values(stream, name)
    if opening.startswith(b"<"):
        if FEED.search(head[:4096]):
            return feed_entries(stream, name)
        if PAGE.search(head[:4096]):
            return html_page(stream, name)
    first_line = head.split(b"\n", 1)[0].rstrip(b"\r")
    if (delimiter := csv_delimiter(first_line, options)) is not None:
        return csv_rows(stream, name, delimiter)
    if any(suffix in name.lower() for suffix in TABLE_SUFFIXES):
        columns = first_line.decode(errors="replace")[:200]
        wanted = options.columns.get("text", "text")
        return iter(
            [ArticleFileError(f"the header has no column {wanted!r}: {columns}", where=f"{name}:1", hint="--map text=COLUMN names it")]
        )
    if _has_objects_as_lines(head):
        # JSON lines whose first line is broken: the others are still good.
        return json_lines(stream, name)
    if b"\x00" in head[:1024]:
        return iter([ArticleFileError("is of no format that is known", where=name)])
    return plain_text(stream, name, metadata) if text_allowed else iter([])


def _is_json_lines(head: bytes) -> bool:
    first = head.lstrip().split(b"\n", 1)
    if len(first) == 1:
        # One line, or a first line longer than the head: a document is a file of one line.
        return True
    return is_json_object(first[0]) or _has_objects_as_lines(first[1])


def _has_objects_as_lines(head: bytes) -> bool:
    """Whether a line that begins at the margin is an object by itself, as none in an indented document is."""
    return any(line.startswith(b"{") and is_json_object(line) for line in head.split(b"\n")[:50])
