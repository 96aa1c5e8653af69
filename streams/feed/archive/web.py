"""Items of the web: WARC files, saved pages, RSS and Atom feeds."""

from __future__ import annotations

import calendar
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from streams.errors import ArticleFileError
from streams.feed.archive.items import MAX_DOCUMENT_BYTES, MAX_ITEM_BYTES, Form, Item, Items, optional_module
from streams.feed.archive.text import whole
from streams.feed.archive.unpack import read_up_to

__all__ = ["feed_entries", "html_page", "warc_pages"]

PAGE_TYPES = ("text/html", "application/xhtml+xml")
HTTP_OK = "200"


def warc_pages(stream: BinaryIO, name: str) -> Items:
    """The pages of a WARC file: HTML that was answered with 200. Requests, images, redirects and the like are no items."""
    iterator = optional_module("warcio.archiveiterator", "WARC").ArchiveIterator(stream)
    number = 0
    while True:
        where = f"{name}, record {number + 1}"
        try:
            record = next(iterator, None)
            if record is None:
                return
            number += 1
            page = _page(record, where)
            # What is left of the record has to be read before the next one.
            while record.raw_stream.read(65536):
                pass
            if record.raw_stream.limit > 0:
                page = ArticleFileError(f"is cut off: {record.raw_stream.limit} bytes are missing", where=where)
        except ArticleFileError:
            raise
        # warcio raises its own errors, and lets those of broken headers and encodings through as they are.
        except Exception as error:
            yield ArticleFileError(f"is damaged or cut off: {type(error).__name__}: {error}"[:300], where=where)
            return
        if page is not None:
            yield page


def _page(record: Any, where: str) -> Item | ArticleFileError | None:
    http = record.http_headers
    kind = (http.get_header("Content-Type") if http else record.rec_headers.get_header("Content-Type")) or ""
    if record.rec_type not in {"response", "resource"} or kind.split(";")[0].strip().lower() not in PAGE_TYPES:
        return None
    if http and http.get_statuscode() != HTTP_OK:
        return None
    content = read_up_to(record.content_stream(), MAX_ITEM_BYTES + 1)
    if len(content) > MAX_ITEM_BYTES:
        return ArticleFileError(f"the page has more than {MAX_ITEM_BYTES} bytes", where=where)
    url = record.rec_headers.get_header("WARC-Target-URI")
    return Item(where, Form.PAGE, content, {"url": url.strip("<>")} if url else {})


def html_page(stream: BinaryIO, name: str) -> Items:
    """A saved page that is one article."""
    content = whole(stream, name, MAX_ITEM_BYTES)
    yield content if isinstance(content, ArticleFileError) else Item(name, Form.PAGE, content)


def feed_entries(stream: BinaryIO, name: str) -> Items:
    """The entries of an RSS or Atom feed, with the text that the feed itself carries."""
    content = whole(stream, name, MAX_DOCUMENT_BYTES)
    if isinstance(content, ArticleFileError):
        yield content
        return
    # It drops the document type with all entities before parsing, so that no entity grows or reaches outside.
    feed = optional_module("feedparser", "RSS and Atom").parse(io.BytesIO(content))
    if not feed.entries and not feed.bozo and not feed.version:
        yield ArticleFileError("is XML, but no feed", where=name)
    publisher = feed.feed.get("title")
    for number, entry in enumerate(feed.entries, start=1):
        published = entry.get("published_parsed")
        # An id that is no address comes as a link too where the entry has none.
        link = url if (url := str(entry.get("link") or "")).startswith(("http://", "https://")) else None
        yield Item(
            f"{name}, entry {number}",
            Form.FIELDS,
            {
                "title": entry.get("title"),
                "text": _entry_text(entry),
                "url": link,
                "id": None if link else entry.get("id"),
                "publisher": publisher,
                "published_at": datetime.fromtimestamp(calendar.timegm(published), UTC) if published else None,
            },
        )
    if feed.bozo and not isinstance(feed.bozo_exception, UserWarning) and _is_broken(feed.bozo_exception):
        line = getattr(feed.bozo_exception, "getLineNumber", lambda: None)()
        yield ArticleFileError(f"is broken XML: {feed.bozo_exception}", where=f"{name}:{line}" if line else name)


def _is_broken(error: Exception) -> bool:
    # What is merely declared wrongly (an encoding, a media type) was still read whole.
    return "Override" not in type(error).__name__ and "NonXML" not in type(error).__name__


def _entry_text(entry: Any) -> str:
    contents = entry.get("content") or [entry.get("summary_detail") or {}]
    best = max(contents, key=lambda content: len(content.get("value") or ""))
    value = str(best.get("value") or "")
    return value if best.get("type") == "text/plain" else "\n".join(_paragraphs(value))


def _paragraphs(markup: str) -> Iterator[str]:
    """The text of a fragment of HTML, one paragraph a line."""
    html = optional_module("lxml.html", "HTML in feeds")
    if not markup.strip():
        return
    tree = html.fragment_fromstring(markup, create_parent="div")
    for element in tree.iter("script", "style"):
        element.text = None
    for element in tree.iter("p", "br", "div", "li", "h1", "h2", "h3", "h4", "blockquote", "tr"):
        element.tail = "\n" + (element.tail or "")
    for line in tree.text_content().splitlines():
        if line.strip():
            yield " ".join(line.split())
