"""How long to wait before asking again what does not answer."""

from __future__ import annotations

import random
from collections.abc import Iterator

__all__ = ["pauses"]


def pauses(first: float = 0.5, longest: float = 30.0) -> Iterator[float]:
    """Seconds to wait, each time up to twice as long; with jitter, so that a fleet does not ask in step.

    Parameters
    ----------
    first, longest
        Upper bounds of the first pause and of all.
    """
    bound = first
    while True:
        yield bound * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        bound = min(2 * bound, longest)
