"""A number as read, before its currency or unit is known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Number"]


@dataclass(frozen=True)
class Number:
    """A number as read.

    Parameters
    ----------
    value
        None for an indefinite one; in percent for a share.
    multiplied
        Whether a word like billion belongs to it.
    is_share
        `two-thirds of`, `half the`.
    """

    value: Decimal | None
    end: int
    multiplied: bool = False
    approximate: bool = False
    is_share: bool = False
