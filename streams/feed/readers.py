"""Articles from files of any format, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from streams.errors import ArticleFileError
from streams.feed.archive.convert import to_article
from streams.feed.archive.files import archive_files, items_in
from streams.feed.archive.items import Options
from streams.records import Article

__all__ = ["read_articles"]


def read_articles(paths: Iterable[str], options: Options | None = None) -> Iterator[Article | ArticleFileError]:
    """The articles of files, folders and standard input (`-`), in order; what is no article comes out as an error, and the rest goes on.

    A text file is one article; its other fields stand in `<name>.meta.json` beside it.
    """
    options = options or Options()
    for file in archive_files(paths):
        if isinstance(file, ArticleFileError):
            yield file
            continue
        for item in items_in(file, options):
            yield item if isinstance(item, ArticleFileError) else to_article(item, options)
