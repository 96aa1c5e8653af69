"""The vectors of an article's words, computed with a spaCy pipeline's own weights: faster than thinc, and equal up to rounding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import ORTH, SPACY
from spacy.tokens import Doc
from thinc.api import Model

__all__ = ["Convolution", "Embeddings", "Floats", "Ints", "maxout"]

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

SMALLEST_VARIANCE = np.float32(1e-8)

ROWS = 16
"""Words that are embedded at a time at least, a multiple of it: a matrix product of another height may round otherwise."""


LEXICAL = frozenset({"NORM", "PREFIX", "SUFFIX", "SHAPE", "LOWER", "ORTH", "SPACY", "IS_SPACE"})
"""What is the same for a word wherever it stands, and whether a space follows."""


class Embeddings:
    """The vectors of words without their neighbours, each computed once.

    They depend on nothing but the word and whether a space follows, so that a few thousand words make up most of all news.

    Parameters
    ----------
    layers
        The embedding layers of the pipeline's components; their vectors stand one behind the other.
    capacity
        Words that are remembered; when there are more, all are forgotten.
    """

    def __init__(self, layers: Sequence[Model[list[Doc], list[Floats]]], capacity: int = 20_000) -> None:
        self._layers = layers
        self._capacity = capacity
        self._rows: dict[tuple[int, int], int] = {}
        self._vectors: list[Floats] = [np.empty((capacity, layer.get_dim("nO")), np.float32) for layer in layers]

    @staticmethod
    def supports(layer: Model[list[Doc], list[Floats]]) -> bool:
        """Whether the layer looks at words alone."""
        [features] = [node for node in layer.walk() if node.name == "extract_features"]
        return set(features.attrs["columns"]) <= LEXICAL

    def of(self, doc: Doc) -> list[Floats]:
        """For each layer, a row for each word."""
        keys = list(map(tuple, doc.to_array([ORTH, SPACY]).tolist()))
        distinct = dict.fromkeys(keys)
        if len(distinct) > self._capacity:
            return [layer.predict([doc])[0] for layer in self._layers]
        if len(self._rows) + len(distinct) > self._capacity:
            self._rows.clear()
        if missing := [key for key in distinct if key not in self._rows]:
            self._add(doc, missing)
        rows = [self._rows[key] for key in keys]
        return [vectors[rows] for vectors in self._vectors]

    def _add(self, doc: Doc, keys: list[tuple[int, int]]) -> None:
        padded = keys + [keys[-1]] * (-len(keys) % ROWS)
        words = Doc(doc.vocab, words=[doc.vocab.strings[orth] for orth, _ in padded], spaces=[bool(space) for _, space in padded])
        first = len(self._rows)
        for layer, vectors in zip(self._layers, self._vectors, strict=True):
            vectors[first : first + len(keys)] = layer.predict([words])[0][: len(keys)]
        self._rows.update((key, first + i) for i, key in enumerate(keys))


BLOCK = "residual(expand_window>>maxout>>layernorm>>dropout)"


class Convolution:
    """spaCy's `MaxoutWindowEncoder` with a window of one word on each side.

    Parameters
    ----------
    model
        The layer as it was trained.
    """

    def __init__(self, model: Model[list[Floats], list[Floats]]) -> None:
        self._margin: int = model.attrs["pad"]
        self._blocks = [_Block(block) for block in model.layers[0].layers]

    @staticmethod
    def supports(model: Model[list[Floats], list[Floats]]) -> bool:
        """Whether the layer is made of the blocks that this class knows."""
        blocks = model.layers[0].layers if model.name.startswith("with_array(residual(") else []
        return bool(blocks) and all(
            block.name == BLOCK and next(node for node in block.walk() if node.name == "expand_window").attrs["window_size"] == 1
            for block in blocks
        )

    def __call__(self, vectors: Floats) -> Floats:
        """Rows of words in, rows of words in their context out."""
        # What stands before the first word and behind the last is empty at first, and has vectors of its own after the first block.
        found = np.pad(vectors, ((self._margin, self._margin), (0, 0)))
        for block in self._blocks:
            found += block(found)
        return found[self._margin : len(found) - self._margin]


class _Block:
    def __init__(self, residual: Model[Floats, Floats]) -> None:
        by_name: dict[str, Any] = {node.name: node for node in residual.walk()}
        weights, bias = by_name["maxout"].get_param("W"), by_name["maxout"].get_param("b")
        self._pieces = weights.shape[1]
        # Piece by piece, so that the greatest of a word's pieces is found a row at a time.
        self._weights = np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(weights.shape[2], -1))
        self._bias = np.ascontiguousarray(bias.T.reshape(-1))
        self._scale, self._shift = by_name["layernorm"].get_param("G"), by_name["layernorm"].get_param("b")

    def __call__(self, vectors: Floats) -> Floats:
        count, width = vectors.shape
        windows = np.zeros((count, 3 * width), np.float32)
        windows[1:, :width] = vectors[:-1]
        windows[:, width : 2 * width] = vectors
        windows[:-1, 2 * width :] = vectors[1:]
        pieces = windows @ self._weights
        pieces += self._bias
        found = maxout(pieces, self._pieces)
        found -= found.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", found, found)[:, None] / np.float32(found.shape[1])
        found *= (variance + SMALLEST_VARIANCE) ** np.float32(-0.5)
        found *= self._scale
        found += self._shift
        return found


def maxout(pieces: Floats, count: int) -> Floats:
    """The greatest of `count` pieces that stand one behind the other in each row."""
    width = pieces.shape[1] // count
    found: Floats = np.maximum(pieces[:, :width], pieces[:, width : 2 * width])
    for piece in range(2, count):
        np.maximum(found, pieces[:, piece * width : (piece + 1) * width], out=found)
    return found
