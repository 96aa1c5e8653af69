"""Makes an article of an item; says why where it is none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from streams.errors import ArticleFileError
from streams.feed.archive.items import Form, Item, Options, optional_module
from streams.feed.archive.text import json_object
from streams.records import Article
from streams.wire.avro import UTF8_BOM, rejection

__all__ = ["to_article"]

FIELDS = tuple(Article.model_fields)


def to_article(item: Item, options: Options) -> Article | ArticleFileError:
    """The article in an item, or why there is none."""
    try:
        if item.form is Form.JSON:
            if not options.columns and not options.date_format:
                return Article.model_validate_json(item.content.removeprefix(UTF8_BOM))
            found = json_object(item.content, item.where)
            return found if isinstance(found, ArticleFileError) else Article.model_validate(_mapped(found, options))
        if item.form is Form.FIELDS:
            return Article.model_validate(_mapped(item.content, options))
        if item.form is Form.TEXT:
            return Article.model_validate({**item.known, "text": item.content.removeprefix(UTF8_BOM).decode()})
        return _page_article(item)
    except ValidationError as error:
        hint = "--map text=COLUMN names the column that holds it" if "text" in rejection(error).what and item.form is Form.FIELDS else ""
        return ArticleFileError(rejection(error).what, where=item.where, hint=hint)
    except UnicodeDecodeError as error:
        line = item.content.count(b"\n", 0, error.start) + 1
        return ArticleFileError(f"is not UTF-8: {error.reason}", where=f"{item.where}:{line}", hint="--encoding names another")


def _mapped(columns: Mapping[str, Any], options: Options) -> dict[str, object]:
    fields = {field: _column(columns, options.columns.get(field, field)) for field in FIELDS}
    fields = {field: str(value) if field != "published_at" and isinstance(value, int) else value for field, value in fields.items()}
    if options.date_format and isinstance(written := fields["published_at"], str):
        try:
            date = datetime.strptime(written, options.date_format)  # noqa: DTZ007 - the format may bring a zone
        except ValueError:
            # Left as it is, it fails as every date that cannot be read.
            fields["published_at"] = f"not {options.date_format}"
        else:
            fields["published_at"] = date if date.tzinfo else date.replace(tzinfo=UTC)
    # None stands for absent, so that a missing text is told as missing.
    return {field: value for field, value in fields.items() if value is not None}


def _column(columns: Mapping[str, Any], path: str) -> Any:
    if path in columns:
        return columns[path]
    value: Any = columns
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _page_article(item: Item) -> Article | ArticleFileError:
    """The main text of a page; its date only where the page itself states it, for a guessed one makes wrong events."""
    trafilatura = optional_module("trafilatura", "HTML")
    try:
        page = trafilatura.load_html(item.content)
        stated = {} if page is None else _stated(page, str(item.known["url"]) if "url" in item.known else None)
        found = trafilatura.bare_extraction(page, fast=True, favor_precision=True, include_comments=False, include_tables=False)
    # Pages are as broken as can be, and one must not end a run.
    except Exception as error:
        return ArticleFileError(f"the page cannot be read: {type(error).__name__}", where=item.where)
    if found is None or not found.text:
        return ArticleFileError("the page has no main text", where=item.where)
    return Article.model_validate({**{field: value for field, value in stated.items() if value}, **item.known, "text": found.text})


def _stated(page: Any, url: str | None) -> dict[str, str | None]:
    """What a page says of itself; the library's search for all of it, authors and licences too, would take as long as the text."""
    metadata, htmldate = optional_module("trafilatura.metadata", "HTML"), optional_module("htmldate", "HTML")
    found = metadata.extract_meta_json(page, metadata.examine_meta(page))
    address = found.url or metadata.extract_url(page, url)
    date = htmldate.find_date(page, url=address, extensive_search=False, original_date=True, outputformat="%Y-%m-%d")
    publisher = (found.sitename or metadata.extract_sitename(page) or "").lstrip("@") or (address and urlsplit(address).hostname)
    return {"title": found.title or metadata.extract_title(page), "url": address, "publisher": publisher, "published_at": date}
