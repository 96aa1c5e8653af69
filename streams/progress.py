"""How long work tells what it does just now."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "silent"]

Progress = Callable[[str], None]
"""Called with one line whenever there is something new to say."""


def silent(message: str) -> None:
    """Tells nobody."""
    del message
