"""Whether the talk is of arms: what makes a sum of unnamed things military aid, and what makes it aid of another kind."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from streams.extraction.context import ArticleContext
from streams.extraction.weapons.weapon import lexicon
from streams.records import EntityKind

__all__ = ["Setting"]

REACH_OF_ARMS = 2
"""Sentences in which deliveries and exports are still those of arms."""


REACH_OF_PACKAGE = 2
"""Sentences behind a weapon in which a package without further words is one of arms."""


class Setting:
    """What one article talks of, sentence by sentence from its start."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._packages = lexicon()["packages"]
        self._last_of_weapons: int | None = None

    def note_weapon(self, token: Token) -> None:
        """Keep in mind that a weapon is named here: the next sentence goes on with it."""
        self._last_of_weapons = self._context.reading.sentence_index(token)

    def is_of_arms(self, token: Token) -> bool:
        """Whether `deliveries` are of arms: the sentence or one of the two before tells of some, and none of gas or food."""
        index = self._context.reading.sentence_index(token)
        near = [word.lower_ for i in range(max(0, index - REACH_OF_ARMS), index + 1) for word in self._context.reading.sentences[i]]
        if any(word in self._packages["civil"] or word in self._packages["goods"] for word in near):
            return False
        is_near = self._last_of_weapons is not None and index - self._last_of_weapons <= REACH_OF_ARMS
        return is_near or any(word in self._packages["military"] for word in near)

    def is_civil(self, package: Token) -> bool:
        """`humanitarian aid`, `aid for food security`, `aid for the destruction of landmines`."""
        is_of_other_kind = any(word in self._packages["civil"] for word in self._words_around(package))
        return is_of_other_kind or any(word.lower_ in self._packages["disarming"] for word in package.sent)

    def is_military(self, token: Token) -> bool:
        """Whether the sentence, or the one before, is about arms."""
        index = self._context.reading.sentence_index(token)
        sentences = self._context.reading.sentences
        is_of_weapon = (self._context.mentions.at(word.i, EntityKind.WEAPON) is not None for word in sentences[index])
        if any(word.lower_ in self._packages["military"] for word in sentences[index]) or any(is_of_weapon):
            return True
        if any(word.lower_ in self._packages["civil"] for word in sentences[index]):
            # "£600m in aid to support its humanitarian needs", in an article about arms.
            return False
        if any(self._is_of_forces(word) for word in sentences[index]):
            return True
        reach = REACH_OF_PACKAGE if token.lemma_.lower() == "package" else 1
        if self._last_of_weapons is not None and index - self._last_of_weapons <= reach:
            return True
        # "a $400 million package. It includes howitzers."
        behind = list(sentences[index + 1]) if index + 1 < len(sentences) else []
        takes_apart = any(word.pos_ == "VERB" and word.lemma_.lower() in lexicon()["verbs"]["list"] for word in behind)
        return takes_apart and any(self._context.mentions.at(word.i, EntityKind.WEAPON) for word in behind)

    def _words_around(self, package: Token) -> Iterator[str]:
        """The words that tell what kind of package it is: before it, and behind its `for` and `of`."""
        for child in package.children:
            if child.dep_ in ("amod", "compound", "nmod", "poss"):
                yield from (word.lower_ for word in child.subtree)
            elif child.dep_ == "prep" and child.lower_ in ("for", "of", "in", "to"):
                yield from (word.lower_ for word in child.subtree if word.pos_ in ("NOUN", "ADJ"))
            elif child.dep_ == "conj":
                # "$20 million in aid and food security assistance"
                yield from (word.lower_ for word in package.doc[package.i + 1 : child.i])
        behind = package.doc[package.i + 1 : package.i + 3]
        if len(behind) == 2 and behind[0].lower_ == "to" and behind[1].tag_ == "VB":
            # "aid to address the refugee crisis", wherever the parse hangs it
            for wanted in (child for child in behind[1].children if child.dep_ == "dobj"):
                yield from (word.lower_ for word in package.doc[wanted.left_edge.i : wanted.i + 1])

    def _is_of_forces(self, word: Token) -> bool:
        """`security assistance`; but not `the national security adviser`."""
        is_other = word.i > 0 and word.nbor(-1).lower_ in self._packages["other_security"]
        return word.lower_ in self._packages["forces"] and not is_other
