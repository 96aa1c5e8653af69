"""PostgreSQL: many readers, several sinks at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from streams.errors import DatabaseAwayError, OvertakenError, RefusedEventError, SinkError
from streams.sink.database import Database, statements
from streams.sink.rows import Row

__all__ = ["PostgresDatabase"]

CREATION_LOCK = 0x6E657773
"""Number of the advisory lock that sinks hold while they look whether the tables are there."""

CONNECTION = {
    "application_name": "streams-sink",
    "connect_timeout": 10,
    # A server that vanished without a word is noticed in half a minute.
    "tcp_user_timeout": 30_000,
    "keepalives_idle": 10,
}


class PostgresDatabase(Database):
    """A PostgreSQL database.

    Parameters
    ----------
    url
        `postgresql://user@host/database`, or as libpq takes it; what is left out comes from `PGPASSWORD`, `~/.pgpass` and the like.

    Raises
    ------
    SinkError
        When it cannot be reached, or the tables cannot be made.
    """

    def __init__(self, url: str, cluster: str) -> None:
        super().__init__(cluster)
        self._url = url
        self._open_connection: psycopg.Connection[tuple[Any, ...]] | None = None
        with self._transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock($1)", [CREATION_LOCK])
            if self._rows("SELECT to_regclass('sink_positions')", []) == [(None,)]:
                for name in ("tables", "indexes"):
                    # Not prepared, which takes one statement only.
                    psycopg.ClientCursor(self._connection).execute(statements(name).encode())

    def close(self) -> None:
        if self._open_connection is not None:
            self._open_connection.close()

    @property
    def _connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self._open_connection is None or self._open_connection.closed:
            # `$1` as DuckDB has it, and not psycopg's own `%s`.
            self._open_connection = psycopg.connect(self._url, autocommit=True, cursor_factory=psycopg.RawCursor, **CONNECTION)  # type: ignore[arg-type]
        return self._open_connection

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _our_errors(), self._connection.transaction():
            yield

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with _our_errors():
            return self._connection.execute(sql.encode(), parameters).fetchall()

    def _insert(self, table: str, rows: list[Row]) -> None:
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, rows[0])))
        with _our_errors(), self._connection.cursor().copy(statement) as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.UniqueViolation as error:
        # An event came in two partitions, to two sinks.
        raise OvertakenError(_message(error)) from error
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded) as error:
        raise RefusedEventError(_message(error), where="PostgreSQL") from error
    except psycopg.OperationalError as error:
        raise DatabaseAwayError(f"does not answer: {_message(error)}", where="PostgreSQL") from error
    except psycopg.Error as error:
        raise SinkError(_message(error), where="PostgreSQL") from error


def _message(error: psycopg.Error) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
