"""The fast parser on real text: the same parse as spaCy's, word for word."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc, Token

from streams.extraction import mending
from streams.extraction.mending import is_tree
from streams.extraction.parser.network import Embeddings
from streams.extraction.parser.parsing import FastParser, Parser, load_parser
from streams.extraction.reading import read
from streams.settings import Settings
from tests.unit.corpus import corpus

MODEL = Settings().model
COMPARED: list[int | str] = ["ORTH", "SPACY", "TAG", "POS", "MORPH", "LEMMA", "HEAD", "DEP", "SENT_START", "ENT_IOB", "ENT_TYPE"]
HARD = [
    "Hello",
    "a b",
    "Talks. Talks. Talks. Talks.",
    "He said “no.” (She said yes.) They're gonna let's go; y'all ain't got to. There's a plan: there are two, c'mon!",
    "\n\n\n- first item\n- second item\n\n  * third",
    "No full stop at all " * 60,
    "?!... ... . . . !!! ???",
    "$5m €3bn 10% 2 January 2024 Mr. Smith's U.S.-made F-16s, e.g. the F-16C",
    "and " * 300 + ". " * 50,
]


@pytest.fixture(scope="module")
def fast() -> FastParser:
    parser = load_parser(MODEL)
    assert isinstance(parser, FastParser)
    return parser


@pytest.fixture(scope="module")
def texts() -> list[str]:
    seeds = [path.read_text() for path in sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))]
    return [*seeds, *(article.text for article in corpus()), *HARD]


@pytest.fixture(scope="module")
def parsed(fast: FastParser, texts: list[str]) -> dict[str, np.ndarray]:
    return dict(arrays(fast, texts))


def arrays(parser: Parser, texts: list[str]) -> Iterator[tuple[str, np.ndarray]]:
    for text in texts:
        with parser.nlp.memory_zone():
            yield text, read(text, parser).doc.to_array(COMPARED)


def assert_equal(text: str, ours: np.ndarray, theirs: np.ndarray) -> None:
    rows, columns = np.nonzero(ours != theirs)
    assert [(COMPARED[column], int(row)) for row, column in zip(rows, columns, strict=True)] == [], text


def assert_same(parser: Parser, other: Parser, texts: list[str]) -> None:
    for (text, ours), (_, theirs) in zip(arrays(parser, texts), arrays(other, texts), strict=True):
        assert_equal(text, ours, theirs)


def test_the_parse_is_spacys(fast: FastParser, parsed: dict[str, np.ndarray], texts: list[str]) -> None:
    for text, theirs in arrays(Parser(fast.nlp), texts):
        assert_equal(text, parsed[text], theirs)


def test_words_are_those_of_spacys_tokenizer(fast: FastParser, texts: list[str]) -> None:
    for text in texts:
        assert fast.words(text) == [(token.text, token.idx) for token in fast.nlp.tokenizer(text) if not token.is_space], text


def test_what_came_before_changes_nothing(parsed: dict[str, np.ndarray], texts: list[str]) -> None:
    shuffled = random.Random(8).sample(texts, len(texts))
    assert all(np.array_equal(parsed[text], in_disorder) for text, in_disorder in arrays(load_parser(MODEL), shuffled))


@pytest.mark.parametrize("every", [1, 2, 7])
def test_wrong_guesses_of_sentences_change_nothing(fast: FastParser, texts: list[str], monkeypatch: pytest.MonkeyPatch, every: int) -> None:
    monkeypatch.setattr(fast, "_likely_starts", lambda tags: list(range(1, len(tags), every)))
    assert_same(fast, Parser(fast.nlp), texts[-40:])


def test_vectors_are_forgotten_when_there_are_too_many(fast: FastParser) -> None:
    pipes: dict[str, Any] = dict(fast.nlp.pipeline)
    layers = [pipes["tok2vec"].model.layers[0]]
    small, large = Embeddings(layers, capacity=40), Embeddings(layers)
    for words in (["a", "b", "c"], list(map(str, range(38))), list(map(str, range(60))), ["a", "7"]):
        doc = Doc(fast.nlp.vocab, words=words)
        assert np.array_equal(small.of(doc)[0], large.of(doc)[0])


def test_a_pipeline_of_another_make_is_run_by_spacy() -> None:
    nlp = spacy.load(MODEL)
    nlp.add_pipe("sentencizer", first=True)
    assert not FastParser.supports(nlp)
    assert len(list(Parser(nlp)(["It", "rains", "."], [True, False, False], [True, False, False]).sents)) == 1


def test_a_mended_parse_is_a_tree(fast: FastParser, texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    lost = (
        "Malta remains focused on supporting Kenya's security and prosperity, while working together to tackle the climate crisis, "
        "promote access to food and energy, strengthen health, expand their ties, and address the crises in Togo."
    )
    trees: list[bool] = []

    def noted(doc: Doc) -> bool:
        trees.append(is_tree(doc))
        return True

    monkeypatch.setattr(mending, "is_tree", noted)
    for text in [*texts, lost]:
        with fast.nlp.memory_zone():
            read(text, fast)
        assert trees.pop(), text


def test_a_parse_that_mending_would_tie_in_a_circle_stays_as_it_was(fast: FastParser, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Ghana sent tanks to Togo. The two met in Lima."
    plain = read(text, fast).doc

    def tie(token: Token) -> None:
        if token.i > 0:
            # Whoever asks for what hangs on a word of a circle never gets to its end.
            assert token.i == 1 or list(token.nbor(-1).subtree)
            token.head, token.nbor(-1).head, token.tag_ = token.nbor(-1), token, "NN"

    monkeypatch.setattr(mending, "_mend_slip", tie)
    tied = read(text, fast).doc
    assert is_tree(tied)
    assert np.array_equal(tied.to_array(COMPARED), plain.to_array(COMPARED))
