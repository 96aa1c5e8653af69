"""Addresses in a text, whose digits say nothing."""

from __future__ import annotations

import re

__all__ = ["without_addresses"]

ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def without_addresses(text: str) -> str:
    """The text with something else, just as long, in place of every address of the web."""
    return ADDRESS.sub(lambda match: "_" * len(match[0]), text)
