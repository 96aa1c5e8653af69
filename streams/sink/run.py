"""The sink itself: batches of events out of Kafka into a database, until it is stopped or there is nothing more."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from streams.administration import cluster_id
from streams.consumer import Batch, EventConsumer
from streams.errors import DatabaseAwayError, OvertakenError, RefusedEventError, UsageError
from streams.pauses import pauses
from streams.records import Event
from streams.settings import Settings
from streams.sink.database import Database
from streams.sink.duck import DuckDatabase
from streams.sink.postgres import PostgresDatabase
from streams.topics import Topic

__all__ = ["Parquet", "Sink", "Tally", "open_database", "run_sink"]

log = logging.getLogger(__name__)

BATCH = 1000
"""Events of one transaction at most."""

QUIET_SECONDS = 3.0
"""Without an event for so long, a sink that does not follow has everything."""

PROGRESS_SECONDS = 10.0


@dataclass
class Tally:
    """What became of the events that a sink was given."""

    written: int = 0
    repeats: int = 0
    refused: int = 0
    """Events that the database could not hold, and records that were no events: told in the log, and passed over."""

    def __str__(self) -> str:
        return f"{self.written} events written, {self.repeats} repeats, {self.refused} passed over"


@dataclass(frozen=True)
class Parquet:
    """Where Parquet files are written, and how many seconds pass between two times."""

    folder: Path
    every: float


def run_sink(  # noqa: PLR0913 - each is named at the call
    settings: Settings, address: str, *, group: str, topics: Sequence[Topic], follow: bool, parquet: Parquet | None = None
) -> Tally:
    """Write the events of some topics into a database, until SIGTERM or SIGINT or, if it does not follow, there is nothing more.

    Raises
    ------
    UsageError
        When Parquet files are wanted of a database that cannot write them, or the address holds a password.
    BrokerError, SinkError
        When Kafka or the database refuse.
    """
    with open_database(address, settings) as database:
        export = _Export(database, parquet) if parquet else None
        events = [topic.record for topic in topics if topic.record and issubclass(topic.record, Event)]
        sink = Sink(settings, database, group=group, events=events, follow=follow, after_batch=export.when_due if export else None)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: sink.stop())
        sink.run()
        if export:
            export.now()
    return sink.tally


class _Export:
    """Writes Parquet files now and then."""

    def __init__(self, database: Database, parquet: Parquet) -> None:
        if not isinstance(database, DuckDatabase):
            raise UsageError("Parquet files are written from a DuckDB file only", where="--parquet")
        self._database = database
        self._parquet = parquet
        self._last = time.monotonic()

    def when_due(self) -> None:
        if time.monotonic() - self._last > self._parquet.every:
            self.now()

    def now(self) -> None:
        self._database.export(self._parquet.folder)
        self._last = time.monotonic()


def open_database(address: str, settings: Settings) -> Database:
    """A PostgreSQL database by its URL, or a DuckDB file by its path.

    Raises
    ------
    UsageError
        When the URL holds a password, which everybody on the machine could see.
    SinkError
        When it cannot be opened.
    BrokerError
        When Kafka cannot be reached.
    """
    cluster = cluster_id(settings)
    if address.startswith(("postgresql://", "postgres://")):
        if ":" in address.partition("://")[2].rpartition("@")[0]:
            raise UsageError(
                "a password does not belong into the URL", where="DATABASE", hint="PGPASSWORD, PGPASSFILE or ~/.pgpass hold it"
            )
        return PostgresDatabase(address, cluster)
    return DuckDatabase(Path(address), cluster)


class Sink:
    """A member of a consumer group that writes what it is given into a database.

    What was written stands in the database itself, with the events: however it ends, the next start goes on exactly there. Kafka is told
    afterwards, so that monitors see the lag of the group.

    Parameters
    ----------
    events
        Types of events that are wanted.
    follow
        Wait for more when all that is there has been written.
    after_batch
        Called after each batch.
    """

    def __init__(  # noqa: PLR0913 - each is named at the call
        self,
        settings: Settings,
        database: Database,
        *,
        group: str,
        events: Sequence[type[Event]],
        follow: bool,
        after_batch: Callable[[], None] | None = None,
    ) -> None:
        self.tally = Tally()
        self._database = database
        self._after_batch = after_batch
        self._stopped = threading.Event()
        self._consumer: EventConsumer[Event] = EventConsumer(
            settings,
            group=group,
            events=events,
            remembered=0,
            batch=BATCH,
            idle_timeout=None if follow else QUIET_SECONDS,
            positions=database.positions,
        )

    def run(self) -> None:
        """Write until `stop` is called or, if it does not follow, nothing came for a while.

        Raises
        ------
        BrokerError, SinkError
            When Kafka or the database refuse; while one of them is only away, the sink waits.
        """
        told = time.monotonic()
        attempts = pauses()
        with self._consumer:
            while not self._stopped.is_set():
                try:
                    for batch in self._consumer.batches():
                        self._write(batch)
                        attempts = pauses()
                        if time.monotonic() - told > PROGRESS_SECONDS:
                            told = time.monotonic()
                            log.info("%s", self.tally)
                        if self._after_batch:
                            self._after_batch()
                    break
                except OvertakenError as error:
                    log.info("%s; reading on from where the database is", error)
                except DatabaseAwayError as error:
                    pause = next(attempts)
                    log.warning("%s; trying again in %.1f s", error, pause)
                    self._stopped.wait(pause)
                self._consumer.look_again()
            self.tally.refused += self._consumer.unreadable

    def stop(self) -> None:
        """End after the batch that is being written; may be called from a signal handler or another thread."""
        self._stopped.set()
        self._consumer.stop()

    def _write(self, batch: Batch[Event]) -> None:
        try:
            written = self._database.write(batch)
        except RefusedEventError:
            self._write_each(batch)
            return
        self.tally.written += written
        self.tally.repeats += len(batch.deliveries) - written

    def _write_each(self, batch: Batch[Event]) -> None:
        """One event stops nothing: those that the database cannot hold are passed over, and told."""
        for delivery in batch.deliveries:
            next_offset = {(delivery.topic, delivery.partition): delivery.offset + 1}
            try:
                written = self._database.write(Batch([delivery], next_offset))
            except RefusedEventError as error:
                log.warning("%s[%d] offset %d: passed over, %s", delivery.topic, delivery.partition, delivery.offset, error)
                self._database.write(Batch([], next_offset))
                self.tally.refused += 1
                continue
            self.tally.written += written
            self.tally.repeats += 1 - written
        self._database.write(Batch([], batch.next_offsets))
