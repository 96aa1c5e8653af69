"""What an archive holds before anybody has looked into it: items, each with the place where it stands."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from streams.errors import ArticleFileError, StreamsError

__all__ = ["MAX_DOCUMENT_BYTES", "MAX_ITEM_BYTES", "Form", "Item", "Items", "Options", "optional_module"]

MAX_ITEM_BYTES = 16 * 1024 * 1024
"""Bytes of one article in an archive: what the topics take at most. With it the memory is bounded, whatever the archive's size."""

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
"""Bytes of a document that can only be read as a whole, such as a feed."""


class Form(StrEnum):
    """How an item has to be read."""

    JSON = "json"
    FIELDS = "fields"
    TEXT = "text"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Item:
    """One article as it lies in an archive.

    Parameters
    ----------
    where
        File, and line or number in it; for people, and as the record's origin.
    content
        JSON, text or HTML as bytes; for `FIELDS` the columns.
    known
        Fields of the article that stand beside the content.
    """

    where: str
    form: Form
    content: Any
    known: Mapping[str, object] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Its bytes, roughly."""
        if isinstance(self.content, bytes):
            return len(self.content)
        return sum(len(value) for value in self.content.values() if isinstance(value, str | bytes))


Items = Iterator[Item | ArticleFileError]
"""Items in the archive's order; what cannot be read comes out as an error in its place."""


@dataclass(frozen=True)
class Options:
    """How archives are read.

    Parameters
    ----------
    columns
        By field of the article, the column or JSON key that holds it; a dot leads into nested objects.
    encoding
        Of texts, CSV and JSON lines; None is UTF-8, or UTF-16 where the file begins with its mark.
    date_format
        Of publication dates, as `strptime` has it; None is ISO 8601 or a Unix time.
    max_ratio
        How many times larger than its packed size an archive may unpack; beyond that it is left.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    date_format: str | None = None
    max_ratio: int = 250


def optional_module(name: str, what: str) -> Any:
    """A module of the extra `archives`.

    Raises
    ------
    StreamsError
        When it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise StreamsError(f"{what} cannot be read without {name}", hint='pip install "news-event-streams[archives]"') from error
