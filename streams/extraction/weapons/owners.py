"""Whose a noun is, by the names and pronouns of its own phrase: `Germany's delivery`, `our tanks`, `US weapons`."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Doc, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.mentions import Mention
from streams.extraction.weapons.beneficiaries import is_beneficiary
from streams.extraction.weapons.weapon import Weapon, lexicon
from streams.records import ActorKind, EntityKind

__all__ = ["FIRST_PERSON", "Owners"]

FIRST_PERSON = frozenset({"i", "we", "us", "our", "my"})


class Owners:
    """Whose the nouns of one article are."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._doc: Doc = context.reading.doc
        sources = lexicon()["sources"]
        self._made = frozenset(sources["made"])
        self._makers = self._made - frozenset(sources["given"])

    def of(self, noun: Token) -> list[Party]:
        """`Germany's delivery`, `US military aid`."""
        found = [
            p
            for c in noun.children
            if c.dep_ == "poss" and (c.pos_ == "PRON" or c.lower_ == "whose")
            for p in self.one(syntax.antecedent(c))
        ]
        for i in syntax.noun_phrase(noun):
            mention = self._context.mentions.at(i, EntityKind.STATE, EntityKind.ORGANISATION)
            if mention and mention.first == i and not self._is_maker(mention) and not is_beneficiary(noun, mention, self._doc):
                found.extend(self._context.cast.one(self._doc[mention.last]))
        return found

    def one(self, token: Token) -> list[Party]:
        """Whom a possessive stands for: `Germany's`, and `our` in a government's own release."""
        found = self._context.cast.one(token)
        return found or (self.publisher(token) if token.lower_ in FIRST_PERSON else [])

    def publisher(self, pronoun: Token) -> list[Party]:
        """Whom `we` means in a government's own release."""
        voice = self._context.voice
        return [replace(voice, first=pronoun.i, end=pronoun.i + 1, directness=0.7)] if voice else []

    def nationality(self, weapon: Weapon, *, is_bought: bool = False) -> list[Party]:
        """`US weapons`, `Germany's Patriots`; but `German-made tanks` may come from anywhere, unless somebody buys them."""
        found: list[Party] = []
        begin = max(syntax.noun_phrase(weapon.head).start, weapon.first - 5)
        if weapon.head.dep_ == "conj" and weapon.first - syntax.noun_phrase(weapon.head.head).stop <= 1:
            # "French weapons and equipment"
            begin = syntax.noun_phrase(weapon.head.head).start
        if weapon.first > 0 and self._context.mentions.at(weapon.first - 1, EntityKind.STATE) is not None:
            # "First Polish Leopard 2 tanks", which the parser takes apart
            begin = min(begin, weapon.first - 1)
        for i in range(begin, weapon.head.i):
            mention = self._context.mentions.at(i, EntityKind.STATE)
            if mention is None or mention.first != i or (self._is_maker(mention) and not is_bought):
                continue
            if not is_beneficiary(weapon.head, mention, self._doc):
                found.extend(self._context.cast.one(self._doc[mention.last]))
        if is_bought and not found:
            # "jets made in Malta"
            made = [c for c in weapon.head.children if c.dep_ == "acl" and c.lower_ in self._made]
            found = [
                p
                for verb in made
                for h in syntax.adjuncts(verb, "in", "by")
                for p in self._context.cast.one(h)
                if p.kind is ActorKind.STATE
            ]
        return found

    def _is_maker(self, mention: Mention) -> bool:
        """`German-made`; but not `German-supplied`."""
        behind = [self._doc[i].lower_ for i in range(mention.end, min(mention.end + 2, len(self._doc)))]
        return len(behind) == 2 and behind[0] == "-" and behind[1] in self._makers
