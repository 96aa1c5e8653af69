"""Articles from files: good ones come out, bad ones are told with file and line, and stop nothing."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.errors import ArticleFileError
from streams.feed.archive import text
from streams.feed.readers import read_articles
from streams.records import Article


def texts(*paths: Path | str) -> list[str]:
    """What was read: the text of an article, or the message of an error."""
    return [str(item) if isinstance(item, ArticleFileError) else item.text for item in read_articles([str(path) for path in paths])]


def test_a_text_file_takes_its_other_fields_from_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Text.")
    (tmp_path / "one.meta.json").write_text('{"id": "a1", "published_at": "2025-07-25", "publisher": "P"}')
    [article] = read_articles([str(tmp_path / "one.txt")])
    assert isinstance(article, Article)
    assert (article.id, article.publisher, article.published_at) == ("a1", "P", datetime(2025, 7, 25, tzinfo=UTC))


def test_a_folder_is_read_in_order_and_without_the_files_beside(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("B")
    (tmp_path / "b.meta.json").write_text("{}")
    (tmp_path / "a.jsonl").write_text('{"text": "A1"}\n\n{"text": "A2"}\n')
    (tmp_path / "c.json").write_text('{\n "text": "C"\n}')
    (tmp_path / "ignored.md").write_text("no article")
    assert texts(tmp_path) == ["A1", "A2", "B", "C"]


def test_a_list_in_one_json_document(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text(json.dumps([{"text": "A"}, {"title": "no text"}, {"text": "C"}], indent=1))
    assert texts(tmp_path) == ["A", f"{tmp_path / 'list.json'}, article 2: text: Field required", "C"]


def test_bad_lines_are_told_with_their_numbers_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b'{"text": "1"}\n{"text": "2\n{"title": "3"}\n{"text": "\xff"}\n{"text": 5}\n{"text": "6"}\n')
    found = texts(path)
    assert [found[0], found[-1]] == ["1", "6"]
    assert [error.split(": ")[0] for error in found[1:-1]] == [f"{path}:{line}" for line in (2, 3, 4, 5)]


def test_a_broken_first_line_does_not_hide_the_others(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text('{"text": "1\n{"text": "2"}\n')
    found = texts(path)
    assert found[0].startswith(f"{path}:1: Invalid JSON")
    assert found[1] == "2"


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("Gruß\nSchön".encode("latin-1"))
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "blank.txt").write_text(" \n")
    (tmp_path / "good.txt").write_text("Good")
    (tmp_path / "nothing").mkdir()
    found = texts(tmp_path / "none.txt", tmp_path / "nothing", tmp_path)
    assert "no such file or folder" in found[0]
    assert "no articles in this folder" in found[1]
    assert f"{tmp_path / 'blank.txt'}: is empty" in found
    assert f"{tmp_path / 'empty.json'}: is empty" in found
    assert f"{tmp_path / 'latin.txt'}:1: is not UTF-8: invalid continuation byte (--encoding names another)" in found
    assert "Good" in found


@pytest.mark.parametrize(("content", "wanted"), [(b'{"text": "A"}\n{"text": "B"}', ["A", "B"]), (b"Plain text.", ["Plain text."])])
def test_standard_input_is_told_by_its_content(content: bytes, wanted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert texts("-") == wanted


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_ITEM_BYTES", 100)
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"text": "A"}\n' + json.dumps({"text": "x" * 350}) + '\n{"text": "C"}\n')
    assert texts(lines) == ["A", f"{lines}:2: the line has more than 100 bytes", "C"]
    large = tmp_path / "large.txt"
    large.write_text("x" * 101)
    assert "larger than 100 bytes" in texts(large)[0]
