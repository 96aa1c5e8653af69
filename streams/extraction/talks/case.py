"""What has been read of one meeting while the words above it are gone through."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Token

from streams.extraction.context import TimeMention
from streams.extraction.factuality import Factuality
from streams.extraction.talks.meeting import Draft, talks_words

__all__ = ["Case"]


@dataclass
class Case:
    """What has been read of one meeting so far.

    Parameters
    ----------
    parties
        Keys of those who take part.
    status
        `HOLD` where the tense is to decide.
    started
        A word says that it began.
    aside
        The verb above is about something else: `gave him credit for the meeting`.
    own_wish
        Who wishes for it would take part.
    """

    draft: Draft
    fact: Factuality
    date: TimeMention | None
    parties: set[str]
    renews: bool
    status: str | None = None
    cues: list[Token] = field(default_factory=list)
    asserted: bool = False
    started: bool = False
    aside: bool = False
    own_wish: bool = True

    def note(self, status: str, cue: Token) -> None:
        """A word that says the status of this meeting."""
        self.status, self.asserted = status, True
        self.cues.append(cue)

    @property
    def told(self) -> tuple[Token, ...]:
        """The cues, with the verb where its tense is one."""
        return (*self.cues, *self.draft.verbs[:1])

    @property
    def is_resumed(self) -> bool:
        """`the restart of the stalled talks`."""
        renewing = {*talks_words()["renewal"]["words"], *talks_words()["renewal"]["nouns"]}
        return any(governor.lemma in renewing for governor in self.fact.governors)

    @property
    def modifier(self) -> tuple[str, Token] | None:
        """`stalled`, `upcoming`, `latest` beside the noun."""
        by_modifier: dict[str, str] = talks_words()["by_modifier"]
        for noun in self.draft.nouns:
            behind = [t.lower_ for t in noun.doc[noun.i + 1 : noun.i + 3]]
            if behind == ["under", "way"] or behind[:1] == ["underway"]:
                # "Supports the talks under way in Lima".
                return "ONGOING", noun.nbor(1)
            for child in noun.children:
                if child.dep_ in ("amod", "compound") and (status := by_modifier.get(child.lower_)):
                    return status, child
                # "Next year's summit".
                if child.dep_ == "poss" and (word := next((c for c in child.children if c.lower_ in talks_words()["days"]["ahead"]), None)):
                    return "SCHEDULED", word
        return None
