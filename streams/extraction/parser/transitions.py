"""The two transition systems of a spaCy pipeline, decoded greedily as spaCy does: arc-eager for the parse, BILUO for entities.

spaCy takes one step of one text at a time, and takes and gives back Python's lock dozens of times in each. Here the paragraphs of a text
take their steps side by side, and the states between two entities are scored all at once. The actions chosen are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from spacy.pipeline.transition_parser import Parser as TransitionParser

from streams.extraction.parser.network import Floats, Ints, maxout

__all__ = ["ArcEager", "Biluo", "Scorer"]

NOBODY = -1
"""Where a state has no such word."""


class Scorer:
    """What each action is worth in a state, of which some words are looked at.

    Parameters
    ----------
    component
        The pipeline's `parser` or `ner`.
    """

    def __init__(self, component: TransitionParser) -> None:
        self.actions = [component.moves.get_class_name(i) for i in range(component.moves.n_moves)]
        model = component.model
        reduction = next(node for node in model.get_ref("tok2vec").layers if node.name == "linear")
        self._reduce, self._reduce_bias = np.ascontiguousarray(reduction.get_param("W").T), reduction.get_param("b")
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        self.features, self._pieces = lower.get_dim("nF"), lower.get_dim("nP")
        # Both with the pieces outside, so that the greatest of them is found a row at a time.
        self._lower = np.ascontiguousarray(lower.get_param("W").transpose(3, 0, 2, 1).reshape(lower.get_dim("nI"), -1))
        self._nobody = lower.get_param("pad")[0].transpose(0, 2, 1).reshape(1, -1)
        self._lower_bias = lower.get_param("b").T.reshape(-1)
        self._upper, self._upper_bias = np.ascontiguousarray(upper.get_param("W").T), upper.get_param("b")

    @staticmethod
    def supports(component: TransitionParser, features: int) -> bool:
        """Whether the component decides greedily, by so many words of each state."""
        model = component.model
        return (
            component.cfg["beam_width"] == 1
            and model.attrs["has_upper"]
            and not model.attrs["unseen_classes"]
            and model.get_ref("lower").get_dim("nF") == features
            and model.get_ref("tok2vec").layers[-1].name == "linear"
        )

    def contributions(self, vectors: Floats) -> Floats:
        """What each word gives to each feature: the row `(word + 1) * features + feature`."""
        reduced = vectors @ self._reduce
        reduced += self._reduce_bias
        rows = np.empty((len(vectors) + 1, self._lower.shape[1]), np.float32)
        rows[0] = self._nobody
        np.matmul(reduced, self._lower, out=rows[1:])
        rows = rows.reshape((len(vectors) + 1) * self.features, -1)
        rows[:: self.features] += self._lower_bias
        return rows

    def scores(self, contributions: Floats, rows: Ints | list[int]) -> Floats:
        """The actions' scores, a row for each state, whose features are rows of `contributions`, one state's behind the other's."""
        looked_at = contributions.take(rows, axis=0).reshape(-1, self.features, contributions.shape[1])
        scores: Floats = maxout(np.add.reduce(looked_at, axis=1), self._pieces) @ self._upper
        scores += self._upper_bias
        return scores


class ArcEager:
    """Heads and labels of the words.

    Parameters
    ----------
    component
        The pipeline's `parser`.
    """

    FEATURES = 8

    def __init__(self, component: TransitionParser) -> None:
        self._scorer = Scorer(component)
        moves = [action.partition("-") for action in self._scorer.actions]
        self._moves = [move for move, _, _ in moves]
        self._labels = [label for _, _, label in moves]
        forbidden = np.empty((16, len(moves)), np.float32)
        for allowed in range(16):
            forbidden[allowed] = [0 if allowed & ALLOWS[move] else -np.inf for move in self._moves]
        self._forbidden = forbidden

    @classmethod
    def supports(cls, component: TransitionParser) -> bool:
        """Whether the component works as this class does: without a beam, and joining no tokens to words."""
        return Scorer.supports(component, cls.FEATURES) and not component.cfg["learn_tokens"]

    def parse(self, vectors: Floats, sentence_starts: Sequence[bool], likely_starts: Iterable[int]) -> tuple[list[int], list[str]]:
        """For each word its head, itself where it is a root, and its label.

        Parameters
        ----------
        sentence_starts
            Whether a sentence has to begin with the word.
        likely_starts
            Other words that a sentence may begin with, in order; they cost time where they are wrong, and change nothing.
        """
        words = _Words(sentence_starts)
        begins = [0, *(i for i in sorted({*likely_starts, *(i for i, start in enumerate(sentence_starts) if start)}) if i)]
        self._run(self._scorer.contributions(vectors), [_State(words, begin, end) for begin, end in pairwise([*begins, len(vectors)])])
        heads = [i if head == NOBODY else head for i, head in enumerate(words.heads)]
        return heads, ["ROOT" if head == i else self._labels[words.actions[i]] for i, head in enumerate(heads)]

    def _run(self, contributions: Floats, states: list[_State]) -> None:
        for state, following in pairwise(states):
            state.following = following
        running = states
        while running:
            rows: list[int] = []
            allowed = [state.look(rows) for state in running]
            scores = self._scorer.scores(contributions, rows)
            scores += self._forbidden.take(allowed, axis=0)
            for state, action in zip(running, scores.argmax(axis=1).tolist(), strict=True):
                if not state.is_final:
                    state.take(self._moves[action], action)
            running = [state for state in running if not state.is_final]


SHIFT, REDUCE, ARC, BREAK = 1, 2, 4, 8
ALLOWS = {"S": SHIFT, "D": REDUCE, "L": ARC, "R": ARC, "B": BREAK}


class _Words:
    """What is known of the words of a text."""

    def __init__(self, sentence_starts: Sequence[bool]) -> None:
        self.must_start = sentence_starts
        self.count = len(sentence_starts)
        self.starts = list(sentence_starts)
        self.heads = [NOBODY] * self.count
        self.actions = [0] * self.count
        self.last_left = [NOBODY] * self.count
        self.right: list[list[int]] = [[] for _ in range(self.count)]
        self.was_put_back = [False] * self.count

    def forget(self, begin: int, end: int) -> None:
        """Undo all that a state has done that began with `begin` and came to `end`."""
        for i in range(begin, end):
            self.heads[i] = self.last_left[i] = NOBODY
            self.right[i] = []
            self.was_put_back[i] = False
        self.starts[begin + 1 : end + 1] = self.must_start[begin + 1 : end + 1]


class _State:
    """Stack and buffer of one stretch of text.

    The stretch behind is parsed at the same time by a state of its own, as if the stack were empty there. Where it is not, because this
    state joins a word of its own with the first word behind, what the other state has done is forgotten, and this one goes on to its end.

    The names of the parts are those of the literature: Nivre (2003), and for words put back Honnibal and Johnson (2015).
    """

    __slots__ = ("_buffer", "_put_back", "_stack", "_words", "end", "following", "is_final")

    def __init__(self, words: _Words, begin: int, end: int) -> None:
        self._words = words
        self._stack: list[int] = []
        self._put_back: list[int] = []
        self._buffer = begin
        self.end = end
        self.following: _State | None = None
        self.is_final = False

    def look(self, rows: list[int]) -> int:
        """Add the rows of what is looked at; returns the moves that are allowed.

        The features are the first two of the buffer, the last three of the stack, and the latest children of the first of each.
        """
        words, stack, put_back, end = self._words, self._stack, self._put_back, self.end
        buffer = self._buffer
        left = words.last_left
        if not put_back:
            first, second = buffer, buffer + 1
        else:
            first, second = put_back[-1], (put_back[-2] if len(put_back) > 1 else buffer)
        if second >= words.count:
            second = NOBODY
            if first >= words.count:
                first = NOBODY
        # What lies behind has no children yet when a state comes to it.
        rows += (8 * first + 8, 8 * second + 9)
        left_of_first = 8 * left[first] + 13 if NOBODY != first < end else 5
        if not stack:
            rows += (2, 3, 4, left_of_first, 6, 7)
            allowed = SHIFT
        else:
            top = stack[-1]
            right = words.right[top]
            depth = len(stack)
            rows += (
                8 * top + 10,
                8 * stack[-2] + 11 if depth > 1 else 3,
                8 * stack[-3] + 12 if depth > 2 else 4,
                left_of_first,
                8 * left[top] + 14,
                8 * right[-1] + 15 if right else 7,
            )
            allowed = REDUCE
            if first != NOBODY and not (words.starts if first <= end else words.must_start)[first]:
                allowed = REDUCE | ARC
                if second != NOBODY and not words.was_put_back[first]:
                    allowed = REDUCE | ARC | SHIFT
        if second == first + 1 and not (words.starts if second <= end else words.must_start)[second]:
            allowed |= BREAK
        return allowed

    def take(self, move: str, action: int) -> None:
        """Change the state."""
        words, stack, put_back = self._words, self._stack, self._put_back
        if move == "D":
            child = stack.pop()
            if words.heads[child] == NOBODY and stack:
                words.was_put_back[child] = True
                put_back.append(child)
        else:
            first = put_back[-1] if put_back else self._buffer
            if first == self.end:
                self._go_on()
            if move == "L":
                child = stack.pop()
                right = words.right[words.heads[child]]
                if words.heads[child] != NOBODY and right and right[-1] == child:
                    right.pop()
                words.heads[child], words.actions[child] = first, action
                words.last_left[first] = child
                words.was_put_back[first] = False
            elif move == "B":
                words.starts[first + 1] = True
            else:
                if put_back:
                    put_back.pop()
                else:
                    self._buffer += 1
                if move == "R":
                    words.heads[first], words.actions[first] = stack[-1], action
                    words.right[stack[-1]].append(first)
                stack.append(first)
        self.is_final = not stack and not put_back and self._buffer == self.end

    def _go_on(self) -> None:
        following = self.following
        assert following is not None
        self._words.forget(self.end, following.end)
        following.is_final = True
        self.end, self.following = following.end, following.following


class Biluo:
    """Entities, none of them over the end of a sentence.

    Parameters
    ----------
    component
        The pipeline's `ner`.
    """

    FEATURES = 3

    def __init__(self, component: TransitionParser) -> None:
        self._scorer = Scorer(component)
        actions = [action.partition("-") for action in self._scorer.actions]
        self._labels = [label for _, _, label in actions]
        self._moves = [move for move, _, _ in actions]
        self._inside = {label: i for i, (move, _, label) in enumerate(actions) if move == "I"}
        self._last = {label: i for i, (move, _, label) in enumerate(actions) if move == "L"}
        outside = [move == "O" or (move in ("B", "U") and bool(label)) for move, _, label in actions]
        self._forbidden_outside = np.where(outside, 0, -np.inf).astype(np.float32)
        self._forbidden_at_end = np.where([ok and move != "B" for ok, move in zip(outside, self._moves, strict=True)], 0, -np.inf).astype(
            np.float32
        )

    @classmethod
    def supports(cls, component: TransitionParser) -> bool:
        """Whether the component works as this class does."""
        return Scorer.supports(component, cls.FEATURES)

    def find(self, vectors: Floats, sentence_starts: Sequence[bool]) -> list[tuple[int, int, str]]:
        """First word, word behind, and label of each entity."""
        contributions = self._scorer.contributions(vectors)
        count = len(vectors)
        # Whether an entity must end with the word.
        ends = [*sentence_starts[1:], True]
        # Feature by feature: the word, and no first nor last word of an entity.
        rows = np.empty((count, self.FEATURES), np.int64)
        rows[:, 0] = np.arange(count) * self.FEATURES + self.FEATURES
        rows[:, 1:] = (1, 2)
        scores = self._scorer.scores(contributions, rows.reshape(-1))
        scores += np.where(np.array(ends)[:, None], self._forbidden_at_end, self._forbidden_outside)
        chosen = scores.argmax(axis=1)
        found: list[tuple[int, int, str]] = []
        end = 0
        for begin in np.flatnonzero(np.array([move != "O" for move in self._moves])[chosen]).tolist():
            if begin < end:
                continue
            action = int(chosen[begin])
            label = self._labels[action]
            end = begin + 1 if self._moves[action] == "U" else self._end_of(contributions, begin, label, ends)
            found.append((begin, end, label))
        return found

    def _end_of(self, contributions: Floats, begin: int, label: str, ends: Sequence[bool]) -> int:
        inside, last = self._inside[label], self._last[label]
        word = begin + 1
        while not ends[word]:
            scores = self._scorer.scores(contributions, [3 * word + 3, 3 * begin + 4, 3 * word + 2])[0]
            if scores[last] > scores[inside] or (scores[last] == scores[inside] and last < inside):
                break
            word += 1
        return word + 1
