"""Where a phrase belongs that the parser has hung on whatever stands nearest."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.lexicon import words

__all__ = ["meeting_between", "offered_behind", "verb_of_opening"]

FINITE = frozenset({"VBD", "VBZ", "VBP"})


def verb_of_opening(people: Token) -> Token | None:
    """`met` of `On the margins of the assembly, the ministers of Ghana and Togo met`: they act, and are no other name of the assembly."""
    opening = next((node for node in syntax.chain(people) if node.dep_ == "prep" and node.head.pos_ == "VERB"), None)
    if opening is None or opening.i != opening.sent.start or people.left_edge.i == 0:
        return None
    verb = opening.head
    helpers = [c for c in verb.lefts if c.dep_ in ("aux", "auxpass", "neg", "advmod") and c.i > opening.i]
    is_next = people.right_edge.i + 1 == min([verb.i, *(c.i for c in helpers)])
    is_finite = verb.tag_ in FINITE or any(c.dep_ in ("aux", "auxpass") for c in helpers)
    is_alone = not any(c.dep_ in syntax.SUBJECT for c in verb.children)
    return verb if is_next and is_finite and is_alone and people.doc[people.left_edge.i - 1].text == "," else None


def meeting_between(preposition: Token) -> Token | None:
    """`talks` of `supports the talks in Oslo between Ghana and Togo`: between them lies no town."""
    place = preposition.head
    if preposition.lower_ != "between" or place.ent_type_ != "GPE" or place.dep_ != "pobj" or place.head.lower_ not in ("in", "at"):
        return None
    above, meetings = place.head.head, words("talks")["nouns"]["meeting"]
    near = [above, *syntax.objects(above), *syntax.subjects(above)]
    return next((noun for noun in near if noun.i < place.i and noun.lemma_.lower() in meetings), None)


def offered_behind(host: Token) -> Token | None:
    """`offer` of `welcomed Malta's offer to host talks`, where `to host` is a noun to the tagger."""
    before = [host.nbor(-2), host.nbor(-1)] if host.i > 1 else []
    if not before or before[1].lower_ != "to" or before[1].dep_ != "prep" or host.head.head != before[1]:
        return None
    lexicon = words("talks")
    is_offered = host.lemma_.lower() in lexicon["roles"]["offer"] and host.head.lemma_.lower() in lexicon["nouns"]["meeting"]
    is_offer = before[0].pos_ == "NOUN" and before[0].lemma_.lower() in lexicon["status"]["PROPOSED"]
    return before[0] if is_offer and is_offered else None
