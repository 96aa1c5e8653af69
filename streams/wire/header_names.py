"""Names of headers that are no UTF-8: Kafka takes any bytes there, and its clients in Python end on them."""

from __future__ import annotations

from typing import Any

__all__ = ["ForgivingBytes"]


class ForgivingBytes(bytearray):
    """A batch of records whose names can always be decoded; what is no UTF-8 in them is written out in hexadecimal."""

    def __getitem__(self, place: Any) -> Any:
        part = super().__getitem__(place)
        return ForgivingBytes(part) if isinstance(place, slice) else part

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The text, in UTF-8 whatever is asked for."""
        del encoding, errors
        return super().decode("utf-8", "backslashreplace")
