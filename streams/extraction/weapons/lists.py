"""Lists: the bullets of a fact sheet, and sentences that say what a package named before holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from spacy.tokens import Span as Tokens
from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.reading import Reading
from streams.extraction.weapons.kinds import holding_noun, kind_of
from streams.extraction.weapons.steps import Step
from streams.extraction.weapons.weapon import lexicon

__all__ = ["Lists", "holds_a_package", "is_taken_apart", "package_giving"]

BULLET = re.compile(r"(?:^|\n)[^\S\n]*(?:--?|[–—*•▪◦●■·‣]|o(?=\s)|\(?\d{1,2}[.)](?=\s)|\(?[a-z]\)(?=\s))[^\S\n]*$")
"""What stands between the start of a line and the first word of a list item."""


class Lists:
    """The lists of one text."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def heading_of(self, token: Token) -> int | None:
        """Index of the sentence whose colon opens the list that the token stands in."""
        index = self._reading.sentence_index(token)
        heading = self._headings[index]
        if heading == index and not any(t.text == ":" for t in self._reading.sentences[index] if t.i < token.i):
            # What stands before the colon opens the list, and is not in it.
            return None
        return heading

    def is_bullet(self, token: Token) -> bool:
        """Whether the token's sentence is, or continues, an item of a list set in lines."""
        index = self._reading.sentence_index(token)
        return self._headings[index] not in (None, index)

    @cached_property
    def _headings(self) -> list[int | None]:
        found: list[int | None] = []
        heading: int | None = None
        sentences = self._reading.sentences
        for index, sentence in enumerate(sentences):
            if heading is not None and index > heading and not self._continues(sentence):
                heading = None
            is_before_bullet = index + 1 < len(sentences) and self._has_bullet(sentences[index + 1]) and not self._has_bullet(sentence)
            is_before_bullet = is_before_bullet and (sentence[-1].text == ":" or _tells_contents(sentence))
            if is_before_bullet or _opens_list(sentence):
                heading = index
                found.append(heading if self._colon_inside(sentence) else None)
            else:
                found.append(heading)
        return found

    def _continues(self, sentence: Tokens) -> bool:
        """A list goes on while its lines have bullets or no verb of their own."""
        root = sentence.root
        if self._has_bullet(sentence) or root.pos_ not in ("VERB", "AUX"):
            return True
        return not any(child.dep_ in ("nsubj", "nsubjpass", "expl") for child in root.children)

    def _has_bullet(self, sentence: Tokens) -> bool:
        # The parser may take the bullet for a word, or for a sentence.
        first = next((token for token in sentence if token.text[:1].isalnum()), None)
        start = self._reading.start_of(first) if first is not None else self._reading.span_of(sentence).end
        return BULLET.search(self._reading.text[max(0, start - 12) : start]) is not None

    @staticmethod
    def _colon_inside(sentence: Tokens) -> bool:
        return any(token.text == ":" for token in sentence[:-1])


def _opens_list(sentence: Tokens) -> bool:
    """`The package includes:`, `capabilities in this announcement:`, `the following:`."""
    cues = lexicon()["lists"]["heading"]
    colon = next((token.i for token in reversed(sentence) if token.text == ":"), None)
    if colon is None:
        return False
    return any(token.lemma_.lower() in cues or token.lower_ in cues for token in sentence if token.i < colon)


def _tells_contents(sentence: Tokens) -> bool:
    """`The package includes ammunition.`, before bullets that go on with it."""
    return any(token.pos_ == "VERB" and token.lemma_ in lexicon()["verbs"]["list"] and holds_a_package(token) for token in sentence)


def holds_a_package(verb: Token) -> bool:
    """`It includes …`, `the package consists of …`, `there will also be …`: the subject is a package, or stands for one."""
    subjects = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "expl")]
    nouns = lexicon()["lists"]["subjects"]
    if holding_noun(verb) is not None:
        return True
    if any(c.lemma_.lower() in lexicon()["lists"]["spoils"] for c in subjects):
        return False
    if not subjects and any(
        c.lemma_.lower() in lexicon()["lists"]["dangers"] for c in verb.head.children if c.dep_ in ("attr", "dobj", "nsubj")
    ):
        # "there are 200 targets, to include command systems"
        return False
    if not subjects:
        # "letters containing explosives"
        return verb.dep_ != "acl" or any(node.lemma_.lower() in nouns for node in _phrases_above(verb.head))
    for subject in subjects:
        if subject.lower_ in ("which", "that") and verb.dep_ == "relcl":
            # "a wave of strikes which comprised 158 missiles"; of "a package to Malta, which includes" the parser asks what Malta includes.
            return any(node.lemma_.lower() in nouns for node in _phrases_above(verb.head))
        if (
            subject.lower_ in ("it", "this", "these", "they", "which", "that", "there", "first", "second", "third")
            or subject.lemma_.lower() in nouns
        ):
            return True
    return any(c.dep_ == "prep" and any(g.lemma_.lower() in nouns for g in c.subtree) for c in verb.children)


def _phrases_above(noun: Token) -> Iterator[Token]:
    """A noun, and those that it stands behind by a preposition."""
    yield noun
    while noun.dep_ == "pobj" and noun.head.head.pos_ in ("NOUN", "PROPN"):
        noun = noun.head.head
        yield noun


def is_taken_apart(package: Token) -> bool:
    """Whether the package is what includes things."""
    return package.dep_ == "nsubj" and kind_of(package.head) == "list"


def package_giving(step: Step) -> Token | None:
    """`package` of `the package will provide guns`: what gives them is what holds them; of `a boost to its guns` it is not."""
    verb = step.token
    if step.relation != "dobj" or step.kind != "give" or verb.pos_ != "VERB" or syntax.is_passive(verb):
        return None
    nouns = lexicon()["lists"]["giving"]
    return next((c for c in syntax.subjects(verb) if c.pos_ == "NOUN" and c.lemma_.lower() in nouns), None)
