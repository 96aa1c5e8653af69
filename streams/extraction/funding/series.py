"""Gaps of several years told one after the other: `£21 million in 2016-17 and £13 million in 2017-18`."""

from __future__ import annotations

from dataclasses import replace

from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.extraction.funding.lack import Gap
from streams.extraction.funding.sums import Sums
from streams.extraction.lexicon import lists
from streams.records import FigureKind

__all__ = ["Series"]


class Series:
    """The series of one article."""

    def __init__(self, context: ArticleContext, sums: Sums) -> None:
        self._context = context
        self._sums = sums
        self._joints = lists("funding")["amounts.joints"]

    def of(self, gap: Gap) -> list[Gap]:
        """The gap, and one for each further sum that has a time of its own."""
        if gap.amount is None or (time := self._time_behind(gap.amount)) is None:
            return [gap]
        found = [(gap.amount, time)]
        for amount in self._sums.of(gap.node, FigureKind.MONEY):
            own = self._time_behind(amount) if amount.first >= found[-1][1].end else None
            if own is not None and self._is_joined(found[-1][1].end, amount.first):
                found.append((amount, own))
        return [replace(gap, amount=amount, period=time) for amount, time in found] if len(found) > 1 else [gap]

    def _time_behind(self, amount: FigureMention) -> TimeMention | None:
        """`$3 million next year`, `£28m by 2018/19`."""
        times = self._context.times_between(amount.end, amount.end + 3)
        return next((t for t in times if self._is_joined(amount.end, t.first)), None)

    def _is_joined(self, first: int, end: int) -> bool:
        return all(t.lower_ in self._joints for t in self._context.reading.tokens[first:end])
