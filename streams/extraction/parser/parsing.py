"""Words in, parse out: a spaCy pipeline, run by spaCy or, where its make is known, by faster code with the same results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, POS, SENT_START, TAG
from spacy.language import Language
from spacy.pipeline._parser_internals.nonproj import deprojectivize
from spacy.tokens import Doc
from thinc.api import Model

from streams.errors import StreamsError
from streams.extraction.parser.morphology import AttributeRules, Lemmas
from streams.extraction.parser.network import Convolution, Embeddings, Floats
from streams.extraction.parser.transitions import ArcEager, Biluo

__all__ = ["FastParser", "Parser", "load_parser"]

Values = NDArray[np.uint64]

CHUNK = re.compile(r"\S+")
CAPACITY = 50_000
"""Chunks whose words are remembered; when there are more, all are forgotten."""

BEGINNING, INSIDE, OUTSIDE = 3, 1, 2
"""spaCy's numbers for `ENT_IOB`."""


class Parser:
    """A pipeline as spaCy runs it."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self._words: dict[str, list[tuple[str, int]]] = {}

    def words(self, text: str) -> list[tuple[str, int]]:
        """The words and signs of a text, each with its offset.

        spaCy's tokenizer looks at no more than what stands between two white spaces.
        """
        if len(self._words) > CAPACITY:
            self._words.clear()
        found: list[tuple[str, int]] = []
        for chunk in CHUNK.finditer(text):
            if (words := self._words.get(chunk[0])) is None:
                words = self._words[chunk[0]] = [(token.text, token.idx) for token in self.nlp.tokenizer(chunk[0])]
            start = chunk.start()
            found.extend((word, start + offset) for word, offset in words)
        return found

    def __call__(self, words: Sequence[str], spaces: Sequence[bool], sentence_starts: Sequence[bool]) -> Doc:
        """Parse.

        Parameters
        ----------
        words
            None of them white space.
        spaces
            Whether a space follows each.
        sentence_starts
            Whether a sentence has to begin with each; elsewhere the parser decides.
        """
        starts = [True if start else None for start in sentence_starts]
        doc = Doc(self.nlp.vocab, words=list(words), spaces=list(spaces), sent_starts=starts)  # type: ignore[arg-type]
        return self.nlp(doc) if words else doc


class FastParser(Parser):
    """The same, up to the rounding of the networks' sums, in a third of the time.

    Parameters
    ----------
    nlp
        A pipeline that this class supports.
    """

    def __init__(self, nlp: Language) -> None:
        super().__init__(nlp)
        pipes: dict[str, Any] = dict(nlp.pipeline)
        networks = _networks(pipes)
        self._embeddings = Embeddings([network.layers[0] for network in networks])
        self._for_parse, self._for_entities = (Convolution(network.layers[1]) for network in networks)
        softmax = pipes["tagger"].model.get_ref("softmax")
        self._tag_weights, self._tag_bias = np.ascontiguousarray(softmax.get_param("W").T), softmax.get_param("b")
        add = nlp.vocab.strings.add
        self._tags = np.array([add(label) for label in pipes["tagger"].labels], np.uint64)
        self._sentence_ends = {add(".")}
        self._closings = {add("''"), add("-RRB-")}
        self._arc_eager, self._biluo = ArcEager(pipes["parser"]), Biluo(pipes["ner"])
        self._rules, self._lemmas = AttributeRules(pipes["attribute_ruler"]), Lemmas(pipes["lemmatizer"])

    @staticmethod
    def supports(nlp: Language) -> bool:
        """Whether the pipeline is made as spaCy's English ones for the CPU are."""
        if nlp.pipe_names != ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "ner"]:
            return False
        pipes: dict[str, Any] = dict(nlp.pipeline)
        return (
            all(Embeddings.supports(network.layers[0]) and Convolution.supports(network.layers[1]) for network in _networks(pipes))
            and ArcEager.supports(pipes["parser"])
            and Biluo.supports(pipes["ner"])
            and AttributeRules.supports(pipes["attribute_ruler"])
            and pipes["lemmatizer"].mode == "rule"
        )

    def __call__(self, words: Sequence[str], spaces: Sequence[bool], sentence_starts: Sequence[bool]) -> Doc:
        doc = Doc(self.nlp.vocab, words=list(words), spaces=list(spaces))
        if not words:
            return doc
        for_parse, for_entities = self._embeddings.of(doc)
        vectors = self._for_parse(for_parse)
        tags = self._tags[(vectors @ self._tag_weights + self._tag_bias).argmax(axis=1)]
        heads, labels = self._arc_eager.parse(vectors, sentence_starts, self._likely_starts(tags.tolist()))
        self._set_syntax(doc, tags, heads, labels)
        found = self._rules.of(list(zip(words, tags.tolist(), doc.to_array(DEP).tolist(), strict=True)))
        _set(doc, [POS, MORPH], np.array([(pos, morph) for pos, morph, _ in found], np.uint64))
        self._set_lemmas_and_entities(doc, self._lemmas.of(doc, words, found), for_entities)
        return doc

    def _likely_starts(self, tags: Sequence[int]) -> list[int]:
        ends = self._sentence_ends
        return [i for i in range(2, len(tags)) if tags[i - 1] in ends or (tags[i - 2] in ends and tags[i - 1] in self._closings)]

    def _set_syntax(self, doc: Doc, tags: Values, heads: Sequence[int], labels: Sequence[str]) -> None:
        strings = doc.vocab.strings
        columns = np.empty((len(doc), 3), np.uint64)
        columns[:, 0] = tags
        columns[:, 1] = (np.array(heads, np.int64) - np.arange(len(doc))).view(np.uint64)
        columns[:, 2] = [strings[label] for label in labels]
        _set(doc, [TAG, HEAD, DEP], columns)
        deprojectivize(doc)

    def _set_lemmas_and_entities(self, doc: Doc, lemmas: Sequence[int], vectors: Floats) -> None:
        columns = np.zeros((len(doc), 3), np.uint64)
        columns[:, 0] = lemmas
        columns[:, 1] = OUTSIDE
        starts = doc.to_array(SENT_START) == 1
        for begin, end, label in self._biluo.find(self._for_entities(vectors), starts.tolist()):
            columns[begin:end, 1] = INSIDE
            columns[begin, 1] = BEGINNING
            columns[begin:end, 2] = doc.vocab.strings[label]
        _set(doc, [LEMMA, ENT_IOB, ENT_TYPE], columns)


def _set(doc: Doc, attributes: list[int], columns: Values) -> None:
    doc.from_array(attributes, columns)  # type: ignore[arg-type]


def _networks(pipes: dict[str, Any]) -> list[Model[list[Doc], list[Floats]]]:
    """What makes vectors of words, for tags and syntax, and for entities."""
    return [pipes["tok2vec"].model, pipes["ner"].model.get_ref("tok2vec").layers[0]]


def load_parser(model: str) -> Parser:
    """The pipeline, ready to parse.

    Parameters
    ----------
    model
        Name of an installed English spaCy pipeline with tagger, parser, lemmatizer and entity recogniser.

    Raises
    ------
    StreamsError
        When it is not installed.
    """
    try:
        nlp = spacy.load(model)
    except OSError as error:
        raise StreamsError("no such spaCy pipeline is installed", where=model, hint="STREAMS_MODEL names an installed one") from error
    return FastParser(nlp) if FastParser.supports(nlp) else Parser(nlp)
