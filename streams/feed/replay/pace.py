"""Holds a replay back: a rate of articles and bytes, and a bound on how far the live group may be behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, OffsetSpec
from kafka.errors import KafkaError

from streams.connections import kafka_options
from streams.errors import BrokerError
from streams.settings import Settings

__all__ = ["GroupLag", "Limits", "Pace"]

LOOK_SECONDS = 1.0
"""Time between two questions for the lag; what was sent since the last one is added to its answer."""

RESUME_SHARE = 0.8
"""A paused replay goes on when the lag has fallen to this share of the bound, and not with every single article."""

WAIT_SECONDS = 0.2


@dataclass(frozen=True)
class Limits:
    """What a replay may take.

    Parameters
    ----------
    articles, size
        Articles and bytes a second; None for as many as the machine can.
    lag
        Records that the live group may be behind; None to never wait for it.
    """

    articles: float | None = None
    size: float | None = None
    lag: int | None = None

    def seconds_for(self, articles: int, size: int) -> float | None:
        """How long so much takes at least at the given rate; None without a rate."""
        if not self.articles and not self.size:
            return None
        return max(articles / self.articles if self.articles else 0, size / self.size if self.size else 0)


class GroupLag:
    """Asks how far a group is behind in a topic.

    Raises
    ------
    BrokerError
        When the broker cannot be reached.
    """

    def __init__(self, settings: Settings, group: str, topic: str) -> None:
        self._settings = settings
        self._group = group
        self._topic = topic
        try:
            self._admin = KafkaAdminClient(**kafka_options(settings), client_id="streams-replay-lag")
        except KafkaError as error:
            raise self._away(error) from error

    def __call__(self) -> int:
        deadline = time.monotonic() + self._settings.acknowledge_timeout
        while True:
            try:
                return self._ask()
            except KafkaError as error:
                # A coordinator that moves, or is made for the first group of all, answers a moment later.
                if not error.retriable or time.monotonic() > deadline:
                    raise self._away(error) from error
                time.sleep(WAIT_SECONDS)

    def _ask(self) -> int:
        committed = {
            tp: found.offset
            for tp, found in self._admin.list_group_offsets(self._group)[self._group].items()
            if tp.topic == self._topic and found.offset >= 0
        }
        described = self._admin.describe_topics([self._topic])
        partitions = [TopicPartition(self._topic, p["partition_index"]) for t in described for p in t["partitions"]]
        oldest = self._admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.EARLIEST))
        # After the committed offsets, so that the group is never ahead.
        ends = self._admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
        return sum(max(0, ends[tp].offset - max(committed.get(tp, 0), oldest[tp].offset)) for tp in partitions)

    def close(self) -> None:
        """Close the connection."""
        self._admin.close()

    def _away(self, error: KafkaError) -> BrokerError:
        return BrokerError(f"the lag of group {self._group} cannot be asked for: {error}", where=self._settings.bootstrap_servers)


class Pace:
    """Says when the next chunk may go.

    Parameters
    ----------
    lag
        Tells how far the live group is behind.
    adds_to_lag
        Whether what is sent waits for that group.
    clock, sleep
        For tests.
    """

    def __init__(
        self,
        limits: Limits,
        lag: Callable[[], int] | None,
        *,
        adds_to_lag: bool,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._ask = lag if limits.lag is not None else None
        self._adds_to_lag = adds_to_lag
        self._clock = clock
        self._sleep = sleep
        self._due = clock()
        self._looked_at = float("-inf")
        self._seen = 0
        self._sent_since = 0
        self.is_paused = False

    @property
    def lag(self) -> int | None:
        """How far the group is behind at most, as far as is known; None where nobody asked."""
        return self._seen + self._sent_since if self._ask and self._looked_at > float("-inf") else None

    def wait(self, under_way: int, upcoming: int, tick: Callable[[], bool]) -> bool:
        """Wait until so many more may go.

        Parameters
        ----------
        under_way
            Articles that were given out and not counted yet.
        tick
            Called while it waits; ends it where it returns false.

        Returns
        -------
        bool
            False where `tick` ended it.
        """
        while tick():
            now = self._clock()
            if now < self._due:
                self._sleep(min(WAIT_SECONDS, self._due - now))
            elif self._is_behind(now, under_way + upcoming):
                self._sleep(WAIT_SECONDS)
            else:
                return True
        return False

    def count(self, articles: int, size: int) -> None:
        """Count what was sent."""
        seconds = self._limits.seconds_for(articles, size)
        if seconds:
            self._due = max(self._due, self._clock()) + seconds
        if self._adds_to_lag:
            self._sent_since += articles

    def _is_behind(self, now: float, coming: int) -> bool:
        if self._ask is None or self._limits.lag is None:
            return False
        if now - self._looked_at >= LOOK_SECONDS:
            # Sent before this look, it is in its answer.
            self._sent_since = 0
            self._seen = self._ask()
            self._looked_at = now
        known = self._seen + self._sent_since
        # A group that has read everything is not behind, even where a single chunk is more than the bound.
        is_too_much = known > 0 and known + (coming if self._adds_to_lag else 0) > self._limits.lag
        self.is_paused = is_too_much or (self.is_paused and known > self._limits.lag * RESUME_SHARE)
        return self.is_paused
