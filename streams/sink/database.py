"""What a sink asks of a database, whichever it is: each event once, and the positions in Kafka in the same transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib.resources import files
from typing import Any, Self

from streams.consumer import Batch, Place
from streams.errors import OvertakenError
from streams.records import Event
from streams.sink.rows import TABLES, Row, rows_of

__all__ = ["VIEWS", "Database", "statements"]

VIEWS = ("weapons_pledges", "funding_gaps", "talks_rounds", "history", "real_world_events")


def statements(name: str) -> str:
    """The SQL of a file beside this one."""
    return (files("streams.sink") / f"{name}.sql").read_text("utf-8")


class Database(ABC):
    """One database with the tables of `tables.sql`, which are made where they are missing.

    Several sinks may write into one database. Each batch moves the positions of its partitions from where this sink has seen them last, and
    fails as a whole where another sink has moved them in the meantime.

    Parameters
    ----------
    cluster
        Id of the Kafka cluster that the positions belong to.
    """

    def __init__(self, cluster: str) -> None:
        self._cluster = cluster
        self._seen: dict[Place, int | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def positions(self, places: Collection[Place]) -> Mapping[Place, int]:
        """How far partitions are written; those that never were are left out.

        Raises
        ------
        DatabaseAwayError
            When the database does not answer.
        """
        rows = self._rows("SELECT topic, partition, next_offset FROM sink_positions WHERE cluster = $1", [self._cluster])
        found: dict[Place, int] = {(topic, partition): offset for topic, partition, offset in rows}
        self._seen = {place: found.get(place) for place in places}
        return found

    def write(self, batch: Batch[Event]) -> int:
        """Write a batch in one transaction, and return how many of its events were new.

        Raises
        ------
        OvertakenError
            When another sink has written these partitions since their positions were read; nothing was written.
        DatabaseAwayError
            When the database does not answer; whether the batch was written, the positions tell.
        RefusedEventError
            When the database cannot hold an event; nothing was written.
        """
        with self._transaction():
            # Always in the same order, so that two sinks never wait for each other.
            for place, offset in sorted(batch.next_offsets.items()):
                self._move(place, offset)
            ids = [delivery.event.id for delivery in batch.deliveries]
            known = {row[0] for row in self._rows("SELECT id FROM events WHERE id = ANY($1)", [ids])} if ids else set()
            new = {delivery.event.id: delivery for delivery in batch.deliveries if delivery.event.id not in known}
            rows = rows_of(new.values())
            for table in TABLES:
                if rows[table]:
                    self._insert(table, rows[table])
        self._seen.update(batch.next_offsets)
        return len(new)

    @abstractmethod
    def close(self) -> None:
        """End the connection."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[None]: ...

    @abstractmethod
    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def _insert(self, table: str, rows: list[Row]) -> None: ...

    def _move(self, place: Place, offset: int) -> None:
        seen = self._seen.get(place)
        key = [self._cluster, *place]
        if seen is None:
            sql = "INSERT INTO sink_positions VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING next_offset"
            moved = self._rows(sql, [*key, offset])
        else:
            where = "cluster = $1 AND topic = $2 AND partition = $3 AND next_offset = $5"
            moved = self._rows(f"UPDATE sink_positions SET next_offset = $4 WHERE {where} RETURNING next_offset", [*key, offset, seen])  # noqa: S608
        if not moved:
            raise OvertakenError("another sink has gone on", where=f"{place[0]}[{place[1]}]")
