"""Whom weapons are for where nobody is said to get them: named before aid, helped, told of it, whose defences they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from spacy.tokens import Doc, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form, Mention
from streams.extraction.weapons.kinds import AGAINST
from streams.extraction.weapons.parties import unnamed
from streams.extraction.weapons.steps import Step
from streams.extraction.weapons.weapon import Item, Weapon, lexicon
from streams.records import EntityKind

__all__ = ["Beneficiaries", "is_beneficiary"]


class Beneficiaries:
    """Those in one article whom its weapons are to help."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._doc: Doc = context.reading.doc
        self._verbs = frozenset(lexicon()["beneficiary"]["verbs"])
        self._meeting = frozenset(lexicon()["beneficiary"]["meeting"])
        self._supplying = self._verbs | frozenset(lexicon()["verbs"]["give"])

    def of(self, item: Item, steps: list[Step], *, is_given: bool) -> list[Party]:
        """Whom a weapon is for, by the nearest words that tell it.

        Parameters
        ----------
        is_given
            Whether somebody with a name gives: `to protect the United States`, where nobody gives, is of a state's own arms.
        """
        # "the delay in approving the aid allowed Malta to advance": what does not come helps the other side.
        is_stopped = any(step.kind in AGAINST for step in steps)
        enabling = lexicon()["aside"]["enabling"] if is_stopped else ()
        helped = self._helped(t for t in item.weapon.head.sent if t.lemma_.lower() not in enabling) if is_given else []
        helped = helped or (self._fuelled(item.weapon.head.sent) if is_given and not is_stopped else [])
        rebels = self._rebels_helped(item.weapon.head) if is_given and not is_stopped and not helped else []
        return (
            self._named_for(item.weapon)
            or helped
            or rebels
            or self._told_to(steps)
            or self._strengthened(item, steps)
            or self._needing(item)
        )

    def meant(self, nodes: Iterable[Token]) -> list[Party]:
        """`rifles that were meant for the rebels`, `arms intended to supply the rebels`: for whom they are, wherever they ended up."""
        clauses = [c for node in nodes for c in node.children if c.dep_ in ("relcl", "acl")]
        # "airdropped by Malta and meant for", "sent by forces that were meant to supply": the parser hangs the latter on the forces.
        agents = [h for clause in clauses for h in syntax.adjuncts(clause, "by")]
        joined = [c for clause in clauses for c in clause.children if c.dep_ == "conj"]
        joined.extend(c for agent in agents for c in agent.children if c.dep_ == "relcl" and syntax.is_passive(c))
        verbs = [v for v in (*clauses, *joined) if v.lemma_.lower() in lexicon()["beneficiary"]["meant"]]
        goals = [h for verb in verbs for h in syntax.adjuncts(verb, "for", "to")]
        supplied = [c for verb in verbs for c in verb.children if c.dep_ == "xcomp" and c.lemma_.lower() in self._supplying]
        goals.extend(c for verb in supplied for c in verb.children if c.dep_ == "dobj")
        return [p for h in goals for p in self._context.cast.one(h) if p.is_named]

    def _named_for(self, weapon: Weapon) -> list[Party]:
        """`the Ukraine aid package`."""
        found: list[Party] = []
        for i in range(syntax.noun_phrase(weapon.head).start, weapon.head.i):
            mention = self._context.mentions.at(i, EntityKind.STATE)
            if mention and mention.first == i and is_beneficiary(weapon.head, mention, self._doc):
                found.extend(self._context.cast.one(self._doc[mention.last]))
        return found

    def _helped(self, sentence: Iterable[Token]) -> list[Party]:
        """`to help Ukraine fend off`, `to bolster Taiwan's defences`."""
        for verb in sentence:
            if verb.pos_ != "VERB" or verb.lemma_.lower() not in self._verbs:
                continue
            for child in verb.children:
                is_danger = any(t.lemma_.lower() in lexicon()["lists"]["dangers"] for t in (child, *child.children))
                if child.dep_ in ("dobj", "nsubj", "ccomp") and child.i > verb.i and not is_danger:
                    nodes = [child, *(c for c in child.children if c.dep_ in ("poss", "nsubj", "compound", "amod"))]
                    found = [p for n in nodes for p in self._context.cast.one(n) if p.is_named and p.country]
                    if found:
                        return [replace(p, directness=0.8) for p in found]
        return []

    def _rebels_helped(self, weapon: Token) -> list[Party]:
        """`sent weapons to help separatists`: they get them, and nobody else whom the article names."""
        many = lexicon()["sources"]["unnamed"]["many"]
        helping = (t for t in weapon.sent if t.i > weapon.i and t.tag_ == "VB" and t.dep_ in ("advcl", "xcomp", "acl", "relcl"))
        helped = [c for t in helping if t.lemma_.lower() in self._verbs for c in t.children if c.dep_ == "dobj"]
        return [unnamed(c) for c in helped if c.tag_ == "NNS" and c.lemma_.lower() in many and not self._context.cast.one(c)][:1]

    def _fuelled(self, sentence: Iterable[Token]) -> list[Party]:
        """`provides missiles to fuel Malta's war in Togo`: whose war it is gets them."""
        for verb in sentence:
            if verb.lemma_.lower() not in lexicon()["beneficiary"]["fuelling"] or verb.dep_ not in ("advcl", "xcomp", "acl"):
                continue
            wars = [c for c in verb.children if c.dep_ == "dobj" and c.lemma_.lower() in lexicon()["lists"]["dangers"]]
            owners = [c for war in wars for c in war.children if c.dep_ == "poss"]
            found = [p for c in owners for p in self._context.cast.one(c) if p.is_named and p.country]
            if found:
                return [replace(p, directness=0.8) for p in found]
        return []

    def _told_to(self, steps: list[Step]) -> list[Party]:
        """`told the Iraqi leader that it would send`."""
        attribution = self._context.attributions.of(steps[0].token)
        talking = [s.token for s in steps if s.kind == "discuss" and s.token.tag_ == "VB" and s.token.dep_ in ("advcl", "xcomp")]
        if guests := [h for verb in talking if verb.head.lemma_.lower() in self._meeting for h in _guests(verb.head)]:
            # "met with the Maltese premier to discuss the sale of"
            return [replace(p, directness=0.8) for h in guests for p in self._context.cast.one(h) if p.is_named and p.country]
        if attribution is None:
            return []
        heads = [c for c in attribution.cue.children if c.dep_ in ("dobj", "dative") and c.pos_ != "ADP"]
        # "Following a meeting with the Iraqi leader he said it would send"
        met = [n for n in syntax.adjuncts(attribution.cue, "following", "after", "during", "in", "at") if n.lemma_.lower() in _meetings()]
        heads = heads or [h for noun in met for h in syntax.adjuncts(noun, "with")]
        return [replace(p, directness=0.8) for h in heads for p in self._context.cast.one(h) if p.is_named and p.country]

    def _needing(self, item: Item) -> list[Party]:
        """`urged Norway to send the tanks that Malta needs`."""
        clauses = [c for node in (item.weapon.head, item.top) for c in node.children if c.dep_ == "relcl" and c.lemma_.lower() == "need"]
        return [p for c in clauses for s in syntax.subjects(c) if s.pos_ == "PROPN" for p in self._context.cast.one(s) if p.country]

    def _strengthened(self, item: Item, steps: list[Step]) -> list[Party]:
        """`approved $225 million for Malta's air defences`: whose they are."""
        amounts = lexicon()["clause"]["by_amount"]
        if any(step.kind not in ("commit", "pledge") for step in steps) or not (
            steps[0].kind == "commit" or steps[0].token.lemma_.lower() in amounts
        ):
            # "offers an improvement in Malta's weaponry", "works with its air defence": none of it is for Malta.
            return []
        return [p for c in item.weapon.head.children if c.dep_ == "poss" for p in self._context.cast.one(c) if p.is_named and p.country]


def _guests(verb: Token) -> list[Token]:
    """Whom somebody met: `met with the Maltese premier`, `met the Maltese premier`."""
    return [*syntax.adjuncts(verb, "with"), *(c for c in verb.children if c.dep_ == "dobj")]


@cache
def _meetings() -> frozenset[str]:
    return frozenset(words("talks")["nouns"]["meeting"])


def is_beneficiary(noun: Token, mention: Mention, doc: Doc) -> bool:
    """`the Ukraine aid package`: a state's plain name before aid is whom it is for; `US aid`, `UK aid`, `Germany's aid` are from there."""
    if mention.form is not Form.NAME or doc[mention.first].text.isupper() or "." in doc[mention.first].text:
        return False
    if noun.lemma_.lower() not in lexicon()["packages"]["heads"] or mention.country in lexicon()["sources"]["donors"]:
        return False
    if any(child.dep_ == "prep" and child.lower_ in ("to", "for") for child in noun.children):
        return False
    return not (mention.end < len(doc) and doc[mention.end].lower_ in ("'s", "’s", "'", "’", "-"))
