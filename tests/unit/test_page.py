"""The page that shows what was found: whole, escaped, readable, and without network or scripts."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.extraction.pipeline import Extractor
from streams.page import page
from streams.records import Article, EnrichedArticle, Event

HOSTILE = Article(
    id='h"1',
    title="Norway & <script>alert(1)</script> \"double\" 'single'",
    text=(
        "<script>alert('x')</script> Norway will give Ukraine 12 \"Leopard 2\" tanks & more, <b>Tomas Ahlgren</b> said on Monday.\n\n"
        "\u202eturned\u202c Ukraine faces a financing gap of €19 billion in 2027. <img src=x onerror=alert(2)> {{ 7 * 7 }} \x1b[31m"
    ),
    url="javascript:alert(3)",
    publisher="Halden <b>Post</b>",
)

Found = tuple[Article, EnrichedArticle, list[Event]]


class _Parsed(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.shown = ""
        self._depth = 0
        self._in_number = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if tag == "div":
            self._depth = self._depth + 1 if self._depth else int(attributes.get("class") == "text")
        self._in_number = self._in_number or tag == "sup"

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1
        self._in_number = self._in_number and tag != "sup"

    def handle_data(self, data: str) -> None:
        if self._depth and not self._in_number:
            self.shown += data


@pytest.fixture(scope="module")
def found(extractor: Extractor, seed: Article) -> list[Found]:
    articles = [
        seed,
        HOSTILE,
        Article(text="L'Allemagne a livré deux chars à l'Ukraine, a déclaré mardi le ministre de la Défense à Berlin."),
    ]
    extractions = [extractor.extract(article) for article in articles]
    return [(article, e.enriched, e.events) for article, e in zip(articles, extractions, strict=True)]


def test_the_text_is_there_as_it_was_written(found: list[Found]) -> None:
    assert _Parsed(page(found[:1])).shown == found[0][0].text


def test_what_an_article_says_is_no_markup(found: list[Found]) -> None:
    assert found[1][2]
    parsed = _Parsed(page(found[1:2]))
    wanted = HOSTILE.text.replace("\u202e", "⟦U+202E⟧").replace("\u202c", "⟦U+202C⟧").replace("\x1b", "⟦U+001B⟧")
    assert parsed.shown == wanted
    assert {tag for tag, _ in parsed.tags} & {"script", "img", "b", "iframe", "object", "link"} == set()
    assert all(not name.startswith("on") for _, attributes in parsed.tags for name in attributes)
    assert all(a["href"].startswith("#") for tag, a in parsed.tags if tag == "a")


def test_nothing_is_fetched(found: list[Found]) -> None:
    text = page(found)
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import|src=", text.replace("&lt;img src=", ""))
    assert "http://" not in text
    assert "https://" not in text


def test_the_address_of_an_article_can_be_followed(found: list[Found]) -> None:
    article, enriched, events = found[0]
    text = page([(article.model_copy(update={"url": 'https://example.org/?a=1&b="2"'}), enriched, events)])
    [address] = [a["href"] for tag, a in _Parsed(text).tags if tag == "a" and a["href"].startswith("http")]
    assert address == 'https://example.org/?a=1&b="2"'


def test_every_event_can_be_reached_from_its_trigger_and_back(found: list[Found]) -> None:
    parsed = _Parsed(page(found))
    targets = {a["href"].removeprefix("#") for tag, a in parsed.tags if tag == "a"}
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert targets <= set(ids)
    events = sum(len(each[2]) for each in found)
    assert sum(id_.startswith("event-") for id_ in ids) == sum(id_.startswith("trigger-") for id_ in ids) == events > 15


def test_marks_that_overlap_are_all_there() -> None:
    text = "abcdefghij"

    def entity(start: int, end: int, kind: str) -> dict[str, object]:
        return {"kind": kind, "name": "N", "span": {"start": start, "end": end, "text": text[start:end]}}

    enriched = EnrichedArticle.model_validate(
        {
            "article": {"article_id": "o", "language": "en"},
            "entities": [entity(0, 5, "PERSON"), entity(3, 8, "PLACE"), entity(3, 4, "WEAPON"), entity(9, 10, "STATE")],
            **{name: [] for name in ("figures", "times", "event_types", "event_ids")},
            "extractor_version": "0",
        }
    )
    html = page([(Article(id="o", text=text), enriched, [])])
    marked = re.findall(r'<mark class="([a-z ]+)" title="[^"]*">([^<]+)</mark>', html)
    assert marked == [("person", "abc"), ("person place weapon", "d"), ("person place", "e"), ("place", "fgh"), ("state", "j")]


def test_many_articles_get_a_table_of_contents(found: list[Found]) -> None:
    assert "<nav" not in page(found[:1])
    parsed = _Parsed(page(found))
    assert [a["href"] for tag, a in parsed.tags if tag == "a" and a["href"].startswith("#article-")] == [
        "#article-1",
        "#article-2",
        "#article-3",
    ]
    assert page([]).count("No articles.") == 1


def test_an_empty_field_says_why(found: list[Found]) -> None:
    text = unescape(page(found[:1]))
    for event in found[0][2]:
        assert all(reason in text for reason in event.null_reasons.values())


def test_every_kind_of_mark_can_be_read_in_light_and_dark(found: list[Found]) -> None:
    style = page(found[:1])
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", style, re.DOTALL)
    for block in (light, dark):
        colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6})", block))
        for ground in ("paper", "card", "person", "state", "organisation", "place", "weapon", "figure", "time"):
            assert contrast(colours["ink"], colours[ground]) >= 7
        for word in ("quiet", "link", "trigger"):
            assert contrast(colours[word], colours["paper"]) >= 4.5
            assert contrast(colours[word], colours["card"]) >= 4.5


def contrast(first: str, second: str) -> float:
    """Contrast ratio by WCAG 2."""

    def luminance(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
        channels = [int(digits[i:j], 16) / 255 for i, j in pairwise(range(0, 7, 2))]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_command_writes_it(tmp_path: Path) -> None:
    article = tmp_path / "one.txt"
    article.write_text("Norway will give Ukraine 12 Leopard 2 tanks.")
    written = tmp_path / "page.html"
    outcome = CliRunner().invoke(app, ["extract", "--html", str(written), str(article)])
    assert outcome.exit_code == 0
    assert '"type": "weapons-pledge"' in outcome.stdout
    assert _Parsed(written.read_text()).shown == article.read_text()
