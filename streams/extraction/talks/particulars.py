"""Where and when."""

from __future__ import annotations

from streams.extraction.context import ArticleContext, TimeMention
from streams.extraction.mentions import Mention
from streams.extraction.talks.belonging import Belonging
from streams.extraction.talks.dates import Dates
from streams.extraction.talks.locations import Locations
from streams.extraction.talks.places import PREPOSITIONS, Places

__all__ = ["Particulars"]


class Particulars:
    """What tells one meeting from another: its `locations`, its `dates`, and both where they follow each other."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self.places = Places(context)
        self._belonging = Belonging(context, self.places)
        self.locations = Locations(context, self.places, self._belonging)
        self.dates = Dates(context, self.places, self._belonging)

    def ends_place_or_day(self, i: int) -> bool:
        """Whether a place or a day stands right before a token."""
        mention = self._context.mentions.at(i - 1)
        is_place = mention is not None and self.places.can_be(mention)
        return is_place or any(t.end == i for t in self._belonging.times(self._context.reading.doc[i]))

    def told_behind(self, i: int) -> tuple[Mention | None, TimeMention | None]:
        """Place and day of `in Lima on Monday`, which begins at a token."""
        place, day, _ = self.stop_at(i)
        return place, day

    def stop_at(self, i: int) -> tuple[Mention | None, TimeMention | None, int]:
        """Place and day of `in Lima on Monday`, which begins at a token, and the token behind them."""
        doc = self._context.reading.doc
        place, day, behind = None, None, i
        times = self._belonging.times(doc[i]) if i < len(doc) else []
        while i < len(doc):
            i += doc[i].lower_ in (*PREPOSITIONS, "on", "from")
            mention = self._context.mentions.at(i) if i < len(doc) else None
            time = next((t for t in times if t.first in (i, i - 1)), None)
            if time is not None and day is None:
                day, i = time, time.end
            elif mention is not None and place is None and self.places.can_be(mention) and doc[i - 1].lower_ in PREPOSITIONS:
                place, i = mention, mention.end
            else:
                break
            behind = i
        return place, day, behind
