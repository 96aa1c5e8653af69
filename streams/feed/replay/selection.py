"""Which articles are replayed: the same filters for every source."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from streams.errors import UsageError
from streams.records import Article
from streams.wire.cloudevents import Headers

__all__ = ["Selection", "read_ids"]

HASH_RANGE = 2**64


@dataclass(frozen=True)
class Selection:
    """Filters; all have to let an article through.

    Parameters
    ----------
    since, until
        Bounds of the publication date: from the first on, before the second.
    ids, except_ids
        Articles that are wanted, and articles that must not come back, such as takedowns.
    headers
        Names and values of headers that the record must bear.
    sample
        Share of the articles between 0 and 1, always the same ones.
    """

    since: datetime | None = None
    until: datetime | None = None
    ids: frozenset[str] = field(default=frozenset(), repr=False)
    except_ids: frozenset[str] = field(default=frozenset(), repr=False)
    publishers: frozenset[str] = frozenset()
    keys: frozenset[bytes] = frozenset()
    headers: tuple[tuple[str, bytes], ...] = ()
    sample: float = 1.0

    @property
    def needs_article(self) -> bool:
        """Whether the value has to be decoded to decide."""
        return bool(self.since or self.until or self.ids or self.except_ids or self.publishers)

    def leaves_out_record(self, key: bytes | None, headers: Headers, *, sampled_by: bytes) -> str | None:
        """Why a record is left out, as far as it shows from outside; None where it is not."""
        if self.keys and key not in self.keys:
            return "another key"
        if any(header not in headers for header in self.headers):
            return "without the header"
        if self.sample < 1 and int.from_bytes(hashlib.sha256(sampled_by).digest()[:8], "big") >= self.sample * HASH_RANGE:
            return "not in the sample"
        return None

    def leaves_out_article(self, article: Article) -> str | None:
        """Why an article is left out; None where it is not."""
        if self.ids and article.id not in self.ids:
            return "not among the ids"
        if article.id in self.except_ids:
            return "among the ids to leave out"
        if self.publishers and article.publisher not in self.publishers:
            return "another publisher"
        if self.since or self.until:
            if article.published_at is None:
                return "no publication date"
            if self.since and article.published_at < self.since:
                return "published before"
            if self.until and article.published_at >= self.until:
                return "published after"
        return None


def read_ids(path: Path | None) -> frozenset[str]:
    """The ids in a file, one a line.

    Raises
    ------
    UsageError
        When it cannot be read.
    """
    if path is None:
        return frozenset()
    try:
        return frozenset(line.strip() for line in path.read_text().splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read as a list of ids: {error}", where=str(path)) from error
