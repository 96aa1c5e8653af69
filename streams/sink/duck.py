"""DuckDB: a file on this machine, written by one sink, and Parquet files for everybody who reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from streams.errors import RefusedEventError, SinkError
from streams.sink.database import VIEWS, Database, statements
from streams.sink.rows import TABLES, Row

__all__ = ["DuckDatabase"]


class DuckDatabase(Database):
    """A DuckDB file; while it is open, no other process can open it.

    Raises
    ------
    SinkError
        When another process has it open, or it cannot be written.
    """

    def __init__(self, path: Path, cluster: str) -> None:
        super().__init__(cluster)
        self._path = path
        with self._our_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = duckdb.connect(path)
            if not self._rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'sink_positions'", []):
                self._connection.execute(f"BEGIN; {statements('tables')} COMMIT")
            self._columns = {table: self._connection.table(table).limit(0).to_arrow_table().schema for table in TABLES}

    def export(self, folder: Path) -> None:
        """Write every table and view as a Parquet file; a reader sees the old file or the new one.

        Raises
        ------
        SinkError
            When the folder cannot be written.
        """
        with self._our_errors():
            folder.mkdir(parents=True, exist_ok=True)
            for name in (*TABLES, *VIEWS):
                columns = "* REPLACE (record::text AS record)" if name == "events" else "*"
                unfinished = folder / f".{name}.parquet"
                self._connection.execute(
                    f"COPY (SELECT {columns} FROM {name}) TO '{_quoted(unfinished)}' (FORMAT parquet, COMPRESSION zstd)"  # noqa: S608
                )
                unfinished.replace(folder / f"{name}.parquet")

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._our_errors():
            self._connection.begin()
            try:
                yield
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, parameters).fetchall()

    def _insert(self, table: str, rows: list[Row]) -> None:
        schema = self._columns[table]
        self._connection.register("incoming", pa.Table.from_pylist(rows, schema=schema))
        self._connection.execute(f"INSERT INTO {table} ({', '.join(schema.names)}) SELECT * FROM incoming")  # noqa: S608
        self._connection.unregister("incoming")

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except (duckdb.DataError, duckdb.IntegrityError, pa.ArrowException) as error:
            raise RefusedEventError(str(error), where=str(self._path)) from error
        except duckdb.IOException as error:
            hint = "another sink has it open: one process at a time writes a DuckDB file, several write into PostgreSQL"
            raise SinkError(str(error).partition("\n")[0], where=str(self._path), hint=hint if "lock" in str(error) else "") from error
        except (duckdb.Error, OSError) as error:
            raise SinkError(str(error).partition("\n")[0], where=str(self._path)) from error


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
