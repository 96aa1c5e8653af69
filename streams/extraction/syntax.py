"""Who does what to whom in one sentence, read off the dependency parse (spaCy's English models give ClearNLP's labels)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.tokens import Token

__all__ = [
    "adjuncts",
    "antecedent",
    "chain",
    "conjuncts",
    "first_of_list",
    "governing_verb",
    "is_event_noun_of",
    "is_of_none",
    "makers",
    "noun_phrase",
    "objects",
    "subjects",
]

SUBJECT = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
OBJECT = frozenset({"dobj", "attr", "oprd"})
CLAUSE = frozenset({"ROOT", "ccomp", "xcomp", "advcl", "acl", "relcl", "pcomp", "csubj", "csubjpass", "conj", "parataxis", "dep"})
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "SYM", "DET", "X"})
RELATIVE = frozenset({"which", "that", "who", "whom"})
APPEALS = {
    "call": ("on", "upon", "for"),
    "appeal": ("to",),
    "plead": ("with",),
    "lean": ("on",),
    "prevail": ("on", "upon"),
    "wait": ("for",),
}
"""Verbs that ask by a preposition: `called on Malta to send`."""
CREDITING = frozenset(
    {"thank", "praise", "commend", "congratulate", "applaud", "credit", "laud", "criticise", "criticize", "blame", "condemn"}
)
"""`thanked Malta for hosting`: who is thanked has done it."""


def first_of_list(token: Token) -> Token:
    """`tanks` of `tanks, guns and drones`, for each of the three."""
    return next((node for node in chain(token) if node.dep_ != "conj"), token)


def conjuncts(token: Token) -> list[Token]:
    """The token and what is joined to it by commas, `and`, `or`, in the order of the text."""
    found = [token]
    for child in token.rights:
        if child.dep_ == "conj":
            found.extend(conjuncts(child))
        elif child.dep_ == "appos" and child.pos_ == "PROPN" and token.pos_ == "PROPN":
            # The parser takes the middle of "A, B and C" for an apposition as often as not.
            found.extend(c for c in conjuncts(child) if c != child or any(c.dep_ == "conj" for c in child.rights))
    return found


def is_passive(verb: Token) -> bool:
    """Whether the verb stands in the passive: `will be sent`, or a bare participle behind its noun: `tanks sent by Poland`."""
    if any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children):
        return True
    if any(child.dep_ == "agent" for child in verb.children):
        # "They met by video link".
        return not any(child.dep_ == "nsubj" for child in verb.children)
    has_helper = any(child.dep_ in ("nsubj", "aux") for child in verb.children)
    # "Ghana given 20 tanks", in a headline.
    return (verb.tag_ == "VBN" and verb.dep_ == "acl" and not has_helper) or (verb.lower_ == "given" and not _has_aux(verb))


def _has_aux(verb: Token) -> bool:
    return any(child.dep_ == "aux" for child in verb.children)


def subjects(verb: Token) -> list[Token]:
    """Heads of who acts, with the subject that a verb shares with another or takes from the noun it hangs on.

    In the passive that is the agent: `was sent by Poland`.
    """
    if is_passive(verb):
        return [c for agent in verb.children if agent.dep_ == "agent" for c in _objects_of(agent)]
    return _surface_subjects(verb)


def objects(verb: Token) -> list[Token]:
    """Heads of what is acted on; in the passive the surface subject."""
    found = [c for child in verb.children if child.dep_ in OBJECT for c in conjuncts(child)]
    if is_passive(verb):
        found.extend(_surface_subjects(verb))
    elif (
        verb.dep_ == "relcl"
        and not found
        and any(child.dep_ in SUBJECT and child.lower_ not in RELATIVE for child in verb.children)
        and not any(child.lower_ in ("where", "when", "why") for child in verb.children)
    ):
        # The pronoun may be left out, as in: the tanks Poland sent.
        found.append(verb.head)
    return [verb.head if token.lower_ in RELATIVE and verb.dep_ == "relcl" else token for token in found]


def _antecedent(verb: Token, pronoun: Token) -> Token:
    """`Cyprus` of `between Malta and Cyprus, which is bound by law`: of one, by the verb, the one named last."""
    is_of_one = any(token.tag_ == "VBZ" for token in (verb, *verb.children) if token.pos_ in ("VERB", "AUX") and token.dep_ != "conj")
    named = [token for token in conjuncts(verb.head) if token.i < pronoun.i and token.pos_ == "PROPN"]
    return named[-1] if is_of_one and len(named) > 1 else verb.head


def _surface_subjects(verb: Token) -> list[Token]:
    own = [c for child in verb.children if child.dep_ in SUBJECT for c in conjuncts(child)]
    if not own:
        # The parser hangs a long subject on the auxiliary at times.
        helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
        own = [c for helper in helpers for child in helper.children if child.dep_ in SUBJECT for c in conjuncts(child)]
    if own:
        # "Malta, which sent tanks", "Malta, which they say has sent tanks"
        clause = verb.head if verb.dep_ == "ccomp" else verb
        if clause.dep_ == "relcl":
            return [_antecedent(clause, token) if token.lower_ in RELATIVE else token for token in own]
        return own
    head = verb.head
    match verb.dep_:
        case "conj" if head.pos_ in ("VERB", "AUX"):
            # "was besieged with requests and ran out": what was acted on goes on, where nobody is said to have done it.
            return _surface_subjects(head) if not is_passive(head) or is_passive(verb) else subjects(head) or _surface_subjects(head)
        case "conj" if head.pos_ == "ADV" and head.head.pos_ in ("VERB", "AUX"):
            # "has gone further and frozen": the parser joins the verb to the adverb.
            return _surface_subjects(head.head)
        case "xcomp" | "ccomp" if head.pos_ in ("VERB", "AUX"):
            # "asked Germany to send", "called on Germany to send": who is asked acts.
            # "agreed to send", "was asked by Malta to send": the subject does.
            asked = [child for child in head.children if child.dep_ in ("dobj", "dative") and child.i < verb.i]
            asked = asked or [c for c in adjuncts(head, *APPEALS.get(head.lemma_, ())) if c.i < verb.i]
            acting = _surface_subjects(head) if verb.dep_ == "xcomp" and is_passive(head) else []
            return [c for child in asked for c in conjuncts(child)] or acting or subjects(head) or _surface_subjects(head)
        case "acomp" | "oprd" if head.pos_ in ("VERB", "AUX"):
            # "They remain locked in".
            return _surface_subjects(head)
        case "xcomp" if head.pos_ == "ADJ" and head.dep_ == "acomp" and head.head.pos_ in ("VERB", "AUX"):
            # "They are due to meet".
            return _surface_subjects(head.head)
        case "advcl" | "pcomp" if verb.tag_ in ("VB", "VBG", "VBN"):
            governor = head if head.pos_ in ("VERB", "AUX") else head.head
            # "is open to meeting them"
            governor = governor.head if governor.dep_ == "acomp" and governor.pos_ == "ADJ" and head.lower_ == "to" else governor
            if governor.dep_ == "pobj" and governor.head.head.lemma_ == "be":
                # "is in the process of sending", "is on the brink of buying"
                governor = governor.head.head
            if verb.dep_ == "pcomp" and head.lower_ == "for" and governor.lemma_ in CREDITING:
                return [c for child in governor.children if child.dep_ == "dobj" for c in conjuncts(child)]
            return _surface_subjects(governor) if governor.pos_ in ("VERB", "AUX") and governor != verb else []
        case "acl":
            # "The scheme, which fed many, ended in May": the parser sees a noun with a clause.
            if verb.tag_ in ("VBG", "VBD", "VBZ", "VBP") or is_passive(verb):
                return [head]
            # "a plan to send", "its decision to send": whoever has the plan.
            return _holders(head)
        case "relcl":
            return [head]
    return []


def _holders(noun: Token) -> list[Token]:
    """Whose plan it is: the possessor's, `efforts by Malta`, `the decision of Malta`, or of whoever does what it is the object of."""
    owners = [child for child in noun.children if child.dep_ == "poss"] or adjuncts(noun, "by")
    owners = owners or [head for head in adjuncts(noun, "of") if head.pos_ == "PROPN"]
    if owners:
        return owners
    verb = governing_verb(noun)
    return _surface_subjects(verb) if verb is not None and noun.dep_ in OBJECT else []


def adjuncts(token: Token, *prepositions: str) -> list[Token]:
    """Heads of what stands behind one of the prepositions, on the token or on its object where the parser hung it there."""
    found: list[Token] = []
    for child in token.children:
        if child.dep_ in ("prep", "agent", "dative") and child.lower_ in prepositions:
            found.extend(_objects_of(child))
        elif child.lower_ in ("along", "together"):
            # "Along with".
            found.extend(adjuncts(child, *prepositions))
        elif child.dep_ == "dative" and "dative" in prepositions and child.pos_ != "ADP":
            found.extend(conjuncts(child))
    return found


def antecedent(token: Token) -> Token:
    """`Malta` for `which` and `whose` of `Malta, to which it has sold tanks`, `Malta, whose sale of tanks`; else the token itself."""
    if token.lower_ not in RELATIVE and token.lower_ != "whose":
        return token
    clause = next((node for node in chain(token) if node.dep_ == "relcl"), None)
    return clause.head if clause is not None else token


def _objects_of(preposition: Token) -> list[Token]:
    return [c for child in preposition.children if child.dep_ in ("pobj", "pcomp") for c in conjuncts(child)]


def governing_verb(token: Token) -> Token | None:
    """The nearest verb above the token, or itself."""
    for node in chain(token):
        if node.pos_ in ("VERB", "AUX"):
            return node
    return None


def chain(token: Token) -> Iterator[Token]:
    """The token, its head, the head's head, up to the root."""
    node = token
    # No longer than the text is: a parse that is being mended may be no tree for a moment.
    for _ in range(len(token.doc)):
        yield node
        if node.head == node:
            return
        node = node.head


def noun_phrase(head: Token) -> range:
    """Tokens of the phrase from its first modifier to its head."""
    first = head.i
    for child in head.lefts:
        if child.dep_ in ("det", "amod", "compound", "nummod", "poss", "predet", "nmod", "quantmod", "advmod", "punct", "case"):
            first = min(first, child.left_edge.i)
    return range(first, head.i + 1)


def makers(noun: Token) -> list[Token]:
    """Heads of who makes an offer or an invitation: `Mali's offer`, `an invitation from Mali`, `a proposal by Mali`."""
    return [*adjuncts(noun, "from", "by"), *(child for child in noun.children if child.dep_ == "poss")]


def is_event_noun_of(noun: Token, verb: Token) -> bool:
    """Whether the noun is what the verb is about: its object or, in the passive or with `take place`, its subject."""
    return noun in objects(verb) or noun in _surface_subjects(verb)


def is_of_none(verbs: Iterable[Token]) -> bool:
    """Whether one of them has a subject with `no` before it: `no president has ever met him`."""
    subjects = [c for verb in verbs for c in verb.children if c.dep_ in SUBJECT]
    if any(subject.lower_ in ("nobody", "none") for subject in subjects):
        return True
    return any(c.dep_ == "det" and c.lower_ == "no" for subject in subjects for c in subject.children)
