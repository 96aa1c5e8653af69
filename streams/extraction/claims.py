"""Who says what: the speaker of each sentence and clause, kept apart from who acts in it."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.lexicon import words
from streams.extraction.reading import Reading
from streams.records import Directness

__all__ = ["Attribution", "Attributions"]

OPENING, CLOSING = "“", "”"


@dataclass(frozen=True)
class Attribution:
    """A clause or quotation laid to a speaker.

    Parameters
    ----------
    speaker
        Head of who speaks; None where the text does not say (`it was reported`).
    cue
        The word that attributes: `said`, `According`.
    """

    speaker: Token | None
    cue: Token
    directness: Directness

    @property
    def denies(self) -> bool:
        """Whether the clause is said not to be so: `denied that it had sent`."""
        negated = any(child.dep_ == "neg" for child in self.cue.children)
        return self.cue.lemma_.lower() in words("speech")["denial"]["words"] and not negated


class Attributions:
    """The attributions of one text."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        lexicon = words("speech")
        self._verbs = frozenset(lexicon["verbs"]["say"])
        self._quoted = _quoted_tokens(reading)
        self._by_sentence = [self._of_sentence(index) for index in range(len(reading.sentences))]
        self._quote_attributions = self._carry_over_quotes()

    def is_quoted(self, token: Token) -> bool:
        """Whether the token stands between quotation marks."""
        return self._quoted[token.i] >= 0

    def of(self, token: Token) -> Attribution | None:
        """Who says the clause that the token stands in; None where the article says it itself."""
        for node in syntax.chain(token):
            if node != token and self._attributes(node, token):
                return self._attribution(node, token)
        sentence = self._reading.sentence_index(token)
        if self.is_quoted(token):
            quoted = self._quote_attributions.get(self._quoted[token.i])
            if quoted:
                return quoted
        according = self._by_sentence[sentence]
        if according and not self._inside_attributing_words(token, according):
            return according
        return None

    def _attributes(self, verb: Token, token: Token) -> bool:
        """Whether the verb reports the clause that the token is in, and not only something beside it."""
        if verb.lemma_.lower() not in self._verbs or verb.pos_ not in ("VERB", "AUX"):
            return False
        child = token
        while child.head != verb:
            child = child.head
        return child.dep_ in ("ccomp", "parataxis", "xcomp", "advcl", "dep", "acl") and not _asks_somebody(verb, child)

    def _attribution(self, verb: Token, token: Token) -> Attribution:
        speakers = syntax.subjects(verb) if not syntax.is_passive(verb) else []
        directness = Directness.DIRECT if self.is_quoted(token) and not self.is_quoted(verb) else Directness.INDIRECT
        return Attribution(speakers[0] if speakers else None, verb, directness)

    def _of_sentence(self, index: int) -> Attribution | None:
        """`According to X` and an inserted `X said` without a clause of its own."""
        sentence = self._reading.sentences[index]
        for token in self._reading.tokens[sentence.start : sentence.end]:
            if token.lower_ == "according":
                to = [child for child in token.children if child.lower_ == "to"]
                whom = [c for child in to for c in child.children if c.dep_ == "pobj"]
                if whom:
                    return Attribution(whom[0], token, Directness.INDIRECT)
        return None

    def _inside_attributing_words(self, token: Token, attribution: Attribution) -> bool:
        return attribution.cue == token or attribution.cue.is_ancestor(token)

    def _carry_over_quotes(self) -> dict[int, Attribution]:
        """For each quotation the speaker; one without a `said` of its own has that of its neighbour in the paragraph."""
        quotes: dict[int, list[int]] = {}
        for token, quote in zip(self._reading.tokens, self._quoted, strict=True):
            if quote >= 0:
                sentence = self._reading.sentence_index(token)
                sentences = quotes.setdefault(quote, [])
                if sentence not in sentences:
                    sentences.append(sentence)
        found: dict[int, Attribution] = {}
        for quote, sentences in quotes.items():
            attribution = self._speech_of(quote, sentences)
            if attribution:
                found[quote] = attribution
        previous: int | None = None
        for quote in sorted(quotes):
            if quote not in found and previous in found and quotes[quote][0] - quotes[previous][-1] <= 1:
                found[quote] = found[previous]
            previous = quote
        return found

    def _speech_of(self, quote: int, sentences: list[int]) -> Attribution | None:
        """The attributing verb outside the quotation, in one of its sentences or the one before it."""
        for index in (*reversed(sentences), sentences[0] - 1):
            if index < 0:
                continue
            for token in self._reading.sentences[index]:
                outside = self._quoted[token.i] != quote
                if outside and token.pos_ == "VERB" and token.lemma_.lower() in self._verbs:
                    speakers = syntax.subjects(token)
                    if speakers:
                        return Attribution(speakers[0], token, Directness.DIRECT)
        return None


def _asks_somebody(verb: Token, clause: Token) -> bool:
    """`told them to send`, `asked Germany to send`: a request, not a report."""
    return clause.dep_ == "xcomp" and clause.tag_ == "VB" and verb.lemma_ in ("tell", "ask", "warn", "promise", "pledge", "vow")


def _quoted_tokens(reading: Reading) -> list[int]:
    """For each token the number of the quotation that it stands in, or -1.

    A quotation that is not closed ends with its paragraph's last sentence: news opens each paragraph of a long one anew.
    """
    numbers = [-1] * len(reading.doc)
    number, inside = -1, False
    for token in reading.tokens:
        text = token.text
        if inside and token.is_sent_start and text != CLOSING:
            begin = reading.start_of(token)
            inside = "\n" not in reading.text[max(0, begin - 2) : begin]
        if text == OPENING or (text == '"' and not inside):
            number, inside = number + 1, True
        elif text == CLOSING or (text == '"' and inside):
            inside = False
        elif inside:
            numbers[token.i] = number
    return numbers
