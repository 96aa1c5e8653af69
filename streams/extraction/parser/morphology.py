"""Parts of speech, morphology and lemmas by a spaCy pipeline's own rules, each applied once to each word in each use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.attrs import LEMMA, MORPH, POS
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc

__all__ = ["AttributeRules", "Lemmas"]

CAPACITY = 50_000
"""Words in their uses that are remembered; when there are more, all are forgotten."""

UNNAMED = "unnamed"

Use = tuple[str, int, int]
"""Text, tag, dependency label."""

Attributes = tuple[int, int, int]
"""Part of speech, morphology, lemma; 0 where no rule says anything."""


@dataclass(frozen=True)
class _Rules:
    """What applies to a word, by the numbers of the rules.

    Parameters
    ----------
    opens_pair
        Whether a rule for two words may begin here.
    """

    numbers: tuple[int, ...]
    attributes: Attributes
    opens_pair: bool


class AttributeRules:
    """What the rules say of each word.

    spaCy holds every word against nearly two hundred patterns. All but a few of them look at one word, its tag and its label alone.

    Parameters
    ----------
    ruler
        The pipeline's `attribute_ruler`.
    """

    def __init__(self, ruler: AttributeRuler) -> None:
        self._ruler = ruler
        self._openings = Matcher(ruler.vocab)
        for number, rule in enumerate(_rules(ruler)):
            if openings := [pattern[:1] for pattern in rule["patterns"] if len(pattern) > 1]:
                self._openings.add(str(number), openings)
        lowers = [token["LOWER"] for rule in _rules(ruler) for pattern in rule["patterns"] for token in pattern if "LOWER" in token]
        self._named = frozenset(word for lower in lowers for word in _words_named(lower))
        regular = [lower["REGEX"] for lower in lowers if isinstance(lower, dict) and "REGEX" in lower]
        self._described = re.compile("|".join(regular)) if regular else None
        self._of_word: dict[Use, _Rules] = {}
        self._of_pair: dict[tuple[Use, Use], list[tuple[int, int]]] = {}

    @staticmethod
    def supports(ruler: AttributeRuler) -> bool:
        """Whether each rule looks at one word or two, and sets only what no other step has found."""
        # Rules for white space never apply: it is no word here.
        patterns = [
            (pattern, set(rule["attrs"]))
            for rule in _rules(ruler)
            for pattern in rule["patterns"]
            if not any(token.get("IS_SPACE") for token in pattern)
        ]
        return all(
            len(pattern) <= 2
            and attributes <= {"POS", "MORPH", "LEMMA"}
            and all(set(token) <= {"TAG", "DEP", "LOWER", "IS_SPACE"} for token in pattern)
            and all(isinstance(lower, str) or set(lower) <= {"IN", "NOT_IN", "REGEX"} for token in pattern if (lower := token.get("LOWER")))
            for pattern, attributes in patterns
        )

    def of(self, uses: Iterable[Use]) -> list[Attributes]:
        """For each word what the rules set."""
        uses = [(self._shown(text.lower()), tag, label) for text, tag, label in uses]
        if len(self._of_word) + len(uses) > CAPACITY:
            self._of_word.clear()
            self._of_pair.clear()
        if missing := [use for use in dict.fromkeys(uses) if use not in self._of_word]:
            self._match(missing)
        rules = [self._of_word[use] for use in uses]
        found = [of_word.attributes for of_word in rules]
        for i, of_word in enumerate(rules[:-1]):
            if of_word.opens_pair:
                for number, index in self._rules_of_pair(uses[i], uses[i + 1]):
                    found[i + index] = self._attributes([*rules[i + index].numbers, number])
        return found

    def _shown(self, lower: str) -> str:
        """The word as the rules see it: one that none of them names is as good as any other."""
        if lower in self._named or (self._described and self._described.search(lower)):
            return lower
        return UNNAMED

    def _match(self, uses: list[Use]) -> None:
        doc = self._doc(uses)
        numbers: list[list[int]] = [[] for _ in uses]
        for number, _, begin, end in self._ruler.match(doc):
            if end - begin == 1:
                numbers[begin].append(number)
        openings = {begin for _, begin, _ in self._openings(doc, allow_missing=True)}
        for i, use in enumerate(uses):
            self._of_word[use] = _Rules(tuple(numbers[i]), self._attributes(numbers[i]), i in openings)

    def _rules_of_pair(self, first: Use, second: Use) -> list[tuple[int, int]]:
        """The rules for these two words together, and which of them each is about."""
        if (pair := (first, second)) not in self._of_pair:
            matches = self._ruler.match(self._doc(pair))
            self._of_pair[pair] = [(number, self._ruler.indices[number]) for number, _, begin, end in matches if end - begin == 2]
        return self._of_pair[pair]

    def _attributes(self, numbers: Sequence[int]) -> Attributes:
        # Of two rules that set the same, the later one holds.
        set_to = {attribute: value for number in sorted(numbers) for attribute, value in self._ruler.attrs[number].items()}
        return set_to.get(POS, 0), set_to.get(MORPH, 0), set_to.get(LEMMA, 0)

    def _doc(self, uses: Sequence[Use]) -> Doc:
        doc = Doc(self._ruler.vocab, words=[text for text, _, _ in uses])
        for token, (_, tag, label) in zip(doc, uses, strict=True):
            token.tag, token.dep = tag, label
        return doc


def _rules(ruler: AttributeRuler) -> list[dict[str, Any]]:
    return ruler.patterns


def _words_named(lower: str | dict[str, Any]) -> list[str]:
    return [lower] if isinstance(lower, str) else [*lower.get("IN", ()), *lower.get("NOT_IN", ())]


class Lemmas:
    """The lemma of each word.

    Parameters
    ----------
    lemmatizer
        The pipeline's `lemmatizer`, by rules or look-up: of a word it sees its text, part of speech and morphology.
    """

    def __init__(self, lemmatizer: Lemmatizer) -> None:
        self._lemmatizer = lemmatizer
        # A look for a word through lists of thousands, for each of its possible lemmas, is what the time went on.
        index = lemmatizer.lookups.get_table("lemma_index", {})
        for part_of_speech in list(index):
            index[part_of_speech] = frozenset(index[part_of_speech])
        self._lemmas: dict[tuple[str, int, int], str] = {}

    def of(self, doc: Doc, words: Sequence[str], attributes: Sequence[Attributes]) -> list[int]:
        """For each word its lemma in the vocabulary; the rules' own where they set one.

        Parameters
        ----------
        doc
            With part of speech and morphology.
        """
        if len(self._lemmas) + len(words) > CAPACITY:
            self._lemmas.clear()
            self._lemmatizer.cache.clear()
        add = doc.vocab.strings.add
        found: list[int] = []
        for i, (word, (pos, morph, by_rule)) in enumerate(zip(words, attributes, strict=True)):
            if by_rule:
                found.append(by_rule)
                continue
            key = word, pos, morph
            lemma = self._lemmas.get(key)
            if lemma is None:
                lemma = self._lemmas[key] = self._lemmatizer.lemmatize(doc[i])[0]
            # Each time: the vocabulary forgets the words of an article.
            found.append(add(lemma))
        return found
