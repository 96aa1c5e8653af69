"""The clause that a word of missing money stands in: its verbs, and whether they state it at all."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists, words

__all__ = ["is_aim", "is_prevented", "is_supposed", "verbs_above"]


def verbs_above(node: Token) -> list[Token]:
    """The verbs that a word hangs on, the nearest first, up to who says it or to the noun that a clause describes."""
    said = words("speech")["verbs"]["say"]
    found: list[Token] = []
    below = node
    for above in syntax.chain(node):
        if above.pos_ in ("VERB", "AUX"):
            if above != node and above.lemma_.lower() in said and below.dep_ in ("ccomp", "parataxis", "dep"):
                break
            found.append(above)
            if above.dep_ == "relcl":
                break
        below = above
    return found


def is_supposed(node: Token) -> bool:
    """`If the fund runs out of money`, `if the harvest fails, it will run out`; but not `unless donors pay, it will run out`."""
    verbs = verbs_above(node)
    if any(map(_is_unreal, verbs[:1])):
        return True
    if node.pos_ in ("NOUN", "PROPN") and not any(c.dep_ == "det" and c.lower_ in ("a", "an", "any") for c in node.children):
        # "If the gap is not closed": it is there.
        return False
    if any(t.lower_ in ("event", "case") and t.dep_ == "pobj" for t in syntax.chain(node)):
        # "In the event that no further funding will be forthcoming".
        return True
    return any(_is_condition(verb) or any(map(_is_open, verb.children)) for verb in verbs)


def _is_unreal(verb: Token) -> bool:
    """`would have folded`."""
    helpers = {c.lower_ for c in verb.children if c.dep_ == "aux"}
    return "have" in helpers and bool(helpers & {"would", "could", "might"})


def _is_condition(verb: Token) -> bool:
    return verb.dep_ in ("advcl", "ccomp", "conj") and any(c.dep_ == "mark" and c.lower_ == "if" for c in verb.children)


def _is_open(clause: Token) -> bool:
    """Whether a clause makes the one above it conditional, and not on money that does not come."""
    if clause.dep_ != "advcl" or not _is_condition(clause):
        return False
    return not any(t.dep_ == "neg" or t.lower_ in ("no", "nothing", "even", "without") or t.lemma_ == "fail" for t in clause.subtree)


def is_aim(node: Token) -> bool:
    """`The target is to end the year £3 million in deficit`."""
    aims = lists("funding")["status.aims"]
    return any(s.lemma_.lower() in aims for verb in verbs_above(node) for s in syntax.subjects(verb))


def is_prevented(node: Token) -> bool:
    """`to keep the programme from running out of money`."""
    verb = syntax.governing_verb(node)
    if verb is None or verb.dep_ != "pcomp" or verb.head.lower_ != "from":
        return False
    return is_in("status.prevented", verb.head.head)
