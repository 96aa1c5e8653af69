"""Whom the order of the words around a weapon gives, where the parse gives nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Doc, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.weapons.agents import Agents
from streams.extraction.weapons.kinds import kind_of
from streams.extraction.weapons.parties import is_any_force
from streams.extraction.weapons.steps import Step, ends_clause
from streams.extraction.weapons.weapon import Item, lexicon
from streams.records import ActorKind, EntityKind

__all__ = ["WordOrder"]

WIDEST_NAME = 4
"""Tokens between a preposition and the name that it is for: `to the newly formed Libyan`."""

REACH_OF_PARTICIPLE = 2
"""Tokens between a weapon and the participle that is said of it: `systems, jointly funded by`."""

BY_ORDER = 0.6
"""Directness of who stands where suppliers and recipients stand, with nothing in the parse to say so."""


class WordOrder:
    """Those named around the weapons of one article."""

    def __init__(self, context: ArticleContext, agents: Agents) -> None:
        self._context = context
        self._agents = agents
        self._doc: Doc = context.reading.doc
        sources = lexicon()["sources"]
        self._makers = frozenset(sources["made"]) - frozenset(sources["given"])

    def behind(self, item: Item, limit: int) -> list[Party]:
        """The next `to` or `for` with somebody behind it, up to the next item or the next clause."""
        for i in range(item.weapon.end, limit):
            token = self._doc[i]
            if token.pos_ in ("VERB", "AUX") and any(child.dep_ in syntax.SUBJECT for child in token.children):
                return []
            if token.lower_ in ("to", "for", "into") and token.pos_ == "ADP" and not _is_of_source(token):
                found = [p for c in token.children if c.dep_ == "pobj" for p in self._context.cast.parties(c) if p.first < limit]
                found = [p for p in found if p.is_named and not is_any_force(p)]
                if found:
                    return found
        return []

    def first_behind(self, item: Item, preposition: str) -> list[Party]:
        """`received two helicopters and a radar from Russia`: of both; `deals worth $2 billion with Malta`."""
        for token in self._doc[item.weapon.end : item.weapon.head.sent.end]:
            if token.pos_ in ("VERB", "AUX") and any(child.dep_ in syntax.SUBJECT for child in token.children):
                return []
            if token.tag_ == "VBG" and token.dep_ == "advcl" and any(child.dep_ == "dobj" for child in token.children):
                # "opted for the F-35, rejecting bids from Boeing"
                return []
            if token.lower_ in lexicon()["aside"]["passing_over"]:
                # "will buy the Rafale instead of jets from Malta"
                return []
            if token.lower_ == preposition and token.pos_ == "ADP":
                return [p for c in token.children if c.dep_ == "pobj" for p in self._context.cast.parties(c) if p.is_named]
        return []

    def completed(self, steps: list[Step], item: Item, suppliers: list[Party], recipients: list[Party]) -> tuple[list[Party], list[Party]]:
        """Whom the order of the words gives, where the parse gives nobody: by preposition, or by place before the verb."""
        cue = steps[0].token
        is_asking = any(step.kind == "ask" for step in steps)
        is_getting = is_asking or any(step.kind in ("get", "secure") for step in steps)
        source, target = ("from", "by"), (*(() if is_asking else ("to",)), "for", "into")
        found: dict[str, list[Party]] = {"supplier": [], "recipient": []}
        accusing = [t for t in cue.ancestors if t.lemma_.lower() in lexicon()["aside"]["accusing"]]
        # "accused a charity of raising money to buy guns": who accuses gives none.
        accusers = [p for t in accusing for p in self._agents.subjects(t)]
        taken = {p.key for p in (*suppliers, *recipients, *accusers)}
        acts = cue.pos_ in ("VERB", "AUX") and cue.dep_ not in ("csubj", "pcomp")
        acts = acts and not syntax.is_passive(cue) and not self._agents.heads(cue)
        for first, party in self._named_in(self._clause(cue, item)):
            preposition = self._preposition_before(first)
            if preposition is not None and (_is_of_source(preposition) or preposition.dep_ == "mark"):
                continue
            before = preposition.lower_ if preposition is not None else ""
            if party.key in taken or (preposition is not None and self._belongs_elsewhere(preposition, item, steps)):
                continue
            if before == "by" and is_getting and preposition is not None and preposition.head.pos_ == "NOUN":
                # "bids by Malta to buy"
                continue
            if before == "from" and preposition is not None and kind_of(preposition.head) == "ask":
                # "a request from Malta"
                found["recipient"].append(party)
            elif before in source or (is_asking and before in ("to", "on", "upon", "of", "with")):
                found["supplier"].append(party)
            elif before in target:
                found["recipient"].append(party)
            elif before == "" and first < cue.i and acts:
                # Of those before a verb the last acts.
                found["recipient" if is_getting else "supplier"] = [party]
        if not any(p.is_named for p in suppliers):
            got = {p.key for p in recipients}
            suppliers = [p for p in found["supplier"] if p.key not in got][:1] or suppliers
        if not recipients:
            got = {p.key for p in suppliers}
            recipients = [p for p in found["recipient"] if p.key not in got][:1] or recipients
        return suppliers, recipients

    def _clause(self, cue: Token, item: Item) -> range:
        """The tokens around a transfer word and its weapon, up to where the sentence breaks or another clause begins."""
        first, end = min(cue.i, item.weapon.first), max(cue.i, item.weapon.head.i) + 1
        while first > cue.sent.start and not ends_clause(self._doc[first - 1]):
            first -= 1
        while end < cue.sent.end and not ends_clause(self._doc[end]) and self._doc[end].tag_ not in ("WDT", "WP", "WRB"):
            end += 1
        return range(first, end)

    def _belongs_elsewhere(self, preposition: Token, item: Item, steps: list[Step]) -> bool:
        """`protests from Moscow`, `a threat to Israel`, `caused by the war`: it hangs on neither the weapon nor a transfer word."""
        head = preposition.head
        if preposition.lower_ == "into" and head.lemma_.lower() == "fall":
            # "may have fallen into the hands of rebels"
            return True
        if preposition.lower_ in ("to", "for", "into", "from") and head.pos_ == "VERB" and kind_of(head) is None:
            # "wanted guns and to make a point to Malta", "to defend itself from Maltese attacks"
            return not head.is_ancestor(item.weapon.head) and head not in [step.token for step in steps]
        if preposition.lower_ == "by" and head.pos_ == "VERB":
            if head.lower_ in self._makers:
                return True
            is_right_behind = 0 <= head.i - item.weapon.end <= REACH_OF_PARTICIPLE
            return head not in [step.token for step in steps] and not is_right_behind
        if preposition.lower_ == "from" and head.dep_ == "pobj" and head.head.lower_ in ("to", "for", "into"):
            # "smuggled to the rebels from Malta", to whichever of the words the parser hangs it
            return head.head.head not in [step.token for step in steps]
        is_of_item = head in (item.weapon.head, item.top) or item.weapon.first <= head.i < item.weapon.end
        # "opted for the F-35, rejecting bids from Boeing"
        is_of_other = kind_of(head) in (None, "discuss") and {head, head.head}.isdisjoint({step.token for step in steps})
        return head.pos_ == "NOUN" and not is_of_item and is_of_other

    def _named_in(self, tokens: range) -> Iterator[tuple[int, Party]]:
        """Everybody named in a stretch, and where the name begins."""
        for i in tokens:
            mention = self._context.mentions.at(i)
            is_person = self._context.cast.is_person(self._doc[i])
            if mention is not None and (mention.last != i or mention.kind not in (EntityKind.STATE, EntityKind.ORGANISATION)):
                continue
            if mention is None and not is_person:
                continue
            for party in self._context.cast.one(self._doc[i]):
                if party.country or party.kind in (ActorKind.GROUP, ActorKind.IGO):
                    yield (mention.first if mention else i), replace(self._agents.of_state(party), directness=BY_ORDER)

    def _preposition_before(self, first: int) -> Token | None:
        """The preposition before a name and its article and adjectives."""
        i = first - 1
        while i >= 0 and first - i <= WIDEST_NAME and (self._doc[i].pos_ in ("DET", "ADJ", "PROPN") or self._doc[i].text == "-"):
            i -= 1
        return self._doc[i] if i >= 0 and self._doc[i].pos_ in ("ADP", "SCONJ", "PART", "CCONJ") else None


def _is_of_source(preposition: Token) -> bool:
    """`according to officials`, `due to`: no goal."""
    return preposition.i > 0 and preposition.nbor(-1).lower_ in lexicon()["sources"]["before_to"]
