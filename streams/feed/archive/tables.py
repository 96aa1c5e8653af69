"""Items of tables: CSV and Parquet, one article a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO

from streams.errors import ArticleFileError
from streams.feed.archive.items import MAX_ITEM_BYTES, Form, Item, Items, Options, optional_module
from streams.feed.archive.text import bounded_lines
from streams.feed.archive.unpack import seekable

__all__ = ["csv_delimiter", "csv_rows", "parquet_rows"]

DELIMITERS = (",", ";", "\t", "|")
BOM = "\ufeff"
PARQUET_ROWS = 128
"""Rows that are held at a time."""


def csv_delimiter(first_line: bytes, options: Options) -> str | None:
    """What parts the columns, where the line is a header with the column of the text; else None."""
    wanted = options.columns.get("text", "text")
    line = first_line.decode(errors="replace").removeprefix(BOM)
    for delimiter in DELIMITERS:
        columns = next(csv.reader([line], delimiter=delimiter), [])
        if len(columns) > 1 and wanted in columns:
            return delimiter
    return None


def csv_rows(stream: BinaryIO, name: str, delimiter: str) -> Items:
    """Rows of CSV with a header; an empty cell is an absent field."""
    csv.field_size_limit(MAX_ITEM_BYTES)
    reader = csv.reader(_text_lines(stream), delimiter=delimiter)
    header = next(reader)
    header[0] = header[0].removeprefix(BOM)
    while True:
        where = f"{name}:{reader.line_num + 1}"
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield ArticleFileError(f"no row of CSV: {error}", where=where)
            continue
        if row is None:
            return
        if not row:
            continue
        if len(row) != len(header):
            yield ArticleFileError(f"the row has {len(row)} columns and the header {len(header)}", where=where)
        elif not all(_is_unicode(cell) for cell in row):
            yield ArticleFileError("is not UTF-8", where=where, hint="--encoding names another")
        else:
            yield Item(where, Form.FIELDS, {column: cell or None for column, cell in zip(header, row, strict=True)})


def _text_lines(stream: BinaryIO) -> Iterator[str]:
    # Bytes that are no UTF-8 come through as lone surrogates, so that only the row with them is lost.
    return (line.decode(errors="surrogateescape") for line in bounded_lines(stream))


def _is_unicode(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def parquet_rows(stream: io.BufferedReader, name: str) -> Items:
    """Rows of a Parquet file, some at a time."""
    parquet = optional_module("pyarrow.parquet", "Parquet")
    arrow = optional_module("pyarrow", "Parquet")
    number = 0
    try:
        with closing(seekable(stream, name)) as file, parquet.ParquetFile(file, pre_buffer=False, buffer_size=1024 * 1024) as table:
            for batch in table.iter_batches(batch_size=PARQUET_ROWS, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield Item(f"{name}, row {number}", Form.FIELDS, row)
    except (arrow.ArrowException, OSError) as error:
        yield ArticleFileError(f"is damaged or cut off: {error}", where=f"{name}, row {number + 1}")
