"""What a person sees: everything that matters, and nothing that an article could smuggle in."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from streams.extraction.pipeline import Extractor
from streams.feed.produce import Position
from streams.present import article_panel, event_line, event_tables
from streams.records import Article


def shown(*renderables: object, colour: bool = False) -> str:
    console = Console(file=io.StringIO(), width=160, force_terminal=colour, color_system="standard" if colour else None)
    console.print(*renderables)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_article_is_marked_without_colours_too(extractor: Extractor, seed: Article) -> None:
    extraction = extractor.extract(seed)
    panel = shown(article_panel(seed, extraction.enriched, extraction.events, in_colour=False))
    for mark in ("{Kremlin|state}", "{Dmitry Peskov|person}", "{€34 billion|figure}", "{mid-May|time}", "{financing gap|trigger}"):
        assert mark in panel


def test_the_article_is_marked_in_colours(extractor: Extractor, seed: Article) -> None:
    extraction = extractor.extract(seed)
    panel = shown(article_panel(seed, extraction.enriched, extraction.events, in_colour=True), colour=True)
    assert "\x1b[30;43m€34 billion\x1b[0m" in panel


def test_tables_tell_who_what_how_much_when_status_proof_and_place(extractor: Extractor, seed: Article) -> None:
    events = [(event, Position("t", 3, 42)) for event in extractor.extract(seed).events]
    tables = shown(*event_tables(events))
    for cell in (
        "34 billion EUR",
        "2 Patriot",
        "under discussion",
        "a total",
        "PT40M",
        "“billions of dollars”",
        "Dmitry Peskov: unlikely",
        "3:42",
    ):
        assert cell in tables, cell


def test_an_event_in_one_line(extractor: Extractor, seed: Article) -> None:
    lines = [event_line(event) for event in extractor.extract(seed).events]
    assert all("\n" not in line for line in lines)
    assert "Germany · Ukraine · 2 Patriot" in lines[4]


@pytest.mark.parametrize("colour", [True, False])
def test_an_article_cannot_steer_the_terminal(extractor: Extractor, colour: bool) -> None:
    text = "Poland sent \x1b]0;title\x07\x1b[2J[red]ten[/red] tanks to Ukraine\x00, officials said."
    article = Article(text=text)
    extraction = extractor.extract(article)
    events = [(event, Position("t", 0, 0)) for event in extraction.events]
    output = shown(article_panel(article, extraction.enriched, extraction.events, in_colour=colour), *event_tables(events), colour=colour)
    assert "[red]" in output
    for character in ("\x1b]", "\x1b[2J", "\x07", "\x00"):
        assert character not in output
