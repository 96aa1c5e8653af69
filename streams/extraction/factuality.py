"""Whether something happened, will happen, may happen or is denied, from the words that carry it; those words are the evidence.

After FactA's split into certainty, time and polarity, read off the path from the trigger up to the root of its sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.lexicon import words
from streams.records import Certainty

__all__ = ["Factuality", "Governor", "Tense", "assess", "report_tense", "tense_of"]


class Tense(Enum):
    PAST = "past"
    PRESENT = "present"
    FUTURE = "future"
    INFINITIVE = "infinitive"
    NONE = "none"
    """No verb: a headline, a list item."""


@dataclass(frozen=True)
class Governor:
    """A verb, noun or adjective above the trigger.

    Parameters
    ----------
    relation
        How what lies below hangs on it: `dobj`, `nsubj`, `xcomp`, `prep:for`, …
    """

    token: Token
    relation: str

    @property
    def lemma(self) -> str:
        """Its lemma, with a particle: `call off`."""
        particle = next((child.lower_ for child in self.token.children if child.dep_ == "prt" or child.lower_ == "aside"), None)
        lemma = self.token.lemma_.lower()
        return f"{lemma} {particle}" if particle else lemma


@dataclass
class Factuality:
    """What the words around a trigger say of it.

    Parameters
    ----------
    governors
        From the trigger upwards.
    tense
        Of the nearest verb.
    """

    governors: list[Governor] = field(default_factory=list)
    tense: Tense = Tense.NONE
    is_progressive: bool = False
    is_perfect: bool = False
    negation: Token | None = None
    modal: Token | None = None
    modal_kind: str = ""
    condition: Token | None = None
    doubt: Token | None = None
    hedge: Token | None = None
    hedge_strength: Certainty = Certainty.CERTAIN

    @property
    def certainty(self) -> Certainty:
        """CERTAIN unless a word says less."""
        if self.doubt is not None or self.modal_kind == "possible" or self.condition is not None:
            return Certainty.POSSIBLE
        if self.hedge is not None:
            return self.hedge_strength
        return Certainty.CERTAIN

    @property
    def evidence(self) -> list[Token]:
        """The words that it was read off, in the order of the text."""
        tokens = (self.negation, self.modal, self.condition, self.doubt, self.hedge)
        return sorted({token.i: token for token in tokens if token is not None}.values(), key=lambda token: token.i)


def assess(trigger: Token) -> Factuality:
    """Read the words around a trigger: a verb, or a noun that names an event."""
    lexicon = words("factuality")
    result = Factuality()
    node, seen_verb = trigger, False
    _note_modifiers(node, result, lexicon)
    while True:
        if node.pos_ in ("VERB", "AUX"):
            _note_verb(node, result, lexicon, is_nearest=not seen_verb)
            seen_verb = True
        head, relation = node.head, node.dep_
        if head == node:
            return result
        # "No plans for them to head to Lima": no relative clause, whatever the parser says.
        is_infinitive = relation == "relcl" and node.tag_ == "VB" and any(c.lower_ == "to" for c in node.lefts)
        if relation in ("relcl", "appos") and node != trigger and not is_infinitive:
            # "The crisis, an issue for the summit, is not new": what stands above is said of the crisis.
            return result
        if relation == "advcl" and result.condition is None and _is_finite_clause(node):
            # "…, while talks go on": what is said above is said of something else.
            return result
        if relation == "ccomp" and head.pos_ == "ADV":
            # "Now that it has passed, it could": the same.
            return result
        if relation in ("pobj", "pcomp") and _excepts(head):
            # "No offer other than an invitation to talks".
            return result
        if relation in ("pobj", "pcomp") and (head.pos_ == "ADP" or (head.dep_ == "prep" and head.lower_ == "to")):
            # A preposition hangs on what the phrase belongs to: "call for talks".
            above = head.head
            while above.lower_ in ("out", "away") and above.pos_ in ("ADP", "ADV"):
                # "Walked out of the talks", "stayed away from".
                above = above.head
            result.governors.append(Governor(above, f"prep:{head.lower_}"))
            node = above if head.head != head else head
            if node == head:
                return result
            _note_modifiers(node, result, lexicon)
            continue
        if relation == "conj" and node.pos_ in ("VERB", "AUX") and any(child.dep_ in syntax.SUBJECT for child in node.children):
            # "They did not come, but we will meet": two clauses.
            return result
        if relation == "conj":
            # "will meet and discuss": what stands above the first holds for the second too.
            seen_verb = seen_verb or node.pos_ in ("VERB", "AUX")
            node = head
            continue
        result.governors.append(Governor(head, relation))
        result.negation = result.negation or _denied(node, head, relation, lexicon["denial"])
        if head.pos_ not in ("VERB", "AUX"):
            _note_modifiers(head, result, lexicon)
        node = head


def _denied(node: Token, head: Token, relation: str, denial: dict[str, list[str]]) -> Token | None:
    """`The claim that it sold tanks is false`, `It is untrue that`, `falsely claimed that`: the word that denies what is told."""
    if relation == "ccomp" and (falsely := next((c for c in head.children if c.lower_ in denial["falsely"]), None)) is not None:
        return falsely
    if relation == "ccomp" and head.lemma_.lower() in denial["untrue"]:
        return head
    is_told = (relation in syntax.SUBJECT and node.lemma_.lower() in denial["told_by"]) or relation == "ccomp"
    said = (c for c in head.children if c.dep_ in ("acomp", "attr")) if is_told and head.lemma_ == "be" else ()
    return next((c for c in said if c.lemma_.lower() in denial["untrue"] and not any(n.dep_ == "neg" for n in head.children)), None)


def _excepts(preposition: Token) -> bool:
    """`other than`, `except`, `apart from`: what is said above is said of everything else."""
    before = preposition.nbor(-1).lower_ if preposition.i else ""
    return preposition.lower_ in ("except", "besides") or (before, preposition.lower_) in (
        ("other", "than"),
        ("apart", "from"),
        ("except", "for"),
    )


def _is_finite_clause(verb: Token) -> bool:
    """With a subject of its own, and not `for them to meet`."""
    return any(c.dep_ in syntax.SUBJECT for c in verb.children) and not any(c.dep_ == "mark" and c.lower_ == "for" for c in verb.children)


def _note_verb(verb: Token, result: Factuality, lexicon: dict[str, dict[str, list[str]]], *, is_nearest: bool) -> None:
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    for child in verb.children:
        word = child.lower_
        is_no_longer = child.dep_ == "advmod" and word == "longer" and any(c.lower_ == "no" for c in child.children)
        is_negator = (
            child.dep_ == "neg" or is_no_longer or (child.dep_ in ("det", "advmod", "preconj") and word in lexicon["negation"]["words"])
        )
        if is_negator and not _is_lifted(child, lexicon):
            result.negation = result.negation or child
        elif child.dep_ == "mark" and word in lexicon["conditions"]["words"]:
            result.condition = result.condition or child
        elif child.dep_ == "advcl" and is_nearest:
            _note_condition(child, result, lexicon)
        elif child.dep_ in ("advmod", "acomp", "amod", "oprd", "attr"):
            _note_likelihood(child, result, lexicon)
    _note_likelihood(verb, result, lexicon)
    for helper in helpers:
        for kind, modals in lexicon["modals"].items():
            if helper.lower_ in modals and (result.modal is None or is_nearest):
                result.modal, result.modal_kind = helper, kind
    if result.tense is Tense.NONE:
        # A bare gerund ("by holding calls, we will see") has the tense of what stands above it.
        result.tense, result.is_progressive, result.is_perfect = _tense(verb, helpers)


def _is_lifted(negator: Token, lexicon: dict[str, dict[str, list[str]]]) -> bool:
    """`Will not only send tanks`: they are sent."""
    return negator.i + 1 < len(negator.doc) and negator.nbor(1).lower_ in lexicon["negation"]["lifted_by"]


def _note_condition(clause: Token, result: Factuality, lexicon: dict[str, dict[str, list[str]]]) -> None:
    """`If the harvest fails, it will need more`: what the main clause says holds only then; `even if` leaves it as it is."""
    for mark in clause.children:
        open_condition = mark.dep_ == "mark" and mark.lower_ in lexicon["conditions"]["of_main_clause"]
        if open_condition and not any(c.lower_ in ("even", "as") for c in (*mark.children, *clause.children) if c.i < mark.i):
            result.condition = result.condition or mark


def _tense(verb: Token, helpers: list[Token]) -> tuple[Tense, bool, bool]:
    lexicon = words("factuality")
    lowered = {_in_full(helper.lower_, verb) for helper in helpers}
    perfect = bool(lowered & {"have", "has", "had", "having"})
    progressive = verb.tag_ == "VBG" and bool(lowered & {"be", "is", "are", "was", "were", "been"})
    if lowered & {*lexicon["modals"]["future"], *lexicon["modals"]["would"]}:
        return Tense.FUTURE, progressive, perfect
    if "to" in lowered or lowered & {*lexicon["modals"]["possible"], *lexicon["modals"]["obliged"]}:
        return Tense.INFINITIVE, progressive, perfect
    if perfect or verb.tag_ == "VBD" or lowered & {"was", "were", "did", "had"}:
        return Tense.PAST, progressive, perfect
    if verb.tag_ in ("VBZ", "VBP") or lowered & {"is", "are", "does", "do"}:
        return Tense.PRESENT, progressive, perfect
    if verb.tag_ == "VB" and verb.dep_ == "ROOT" and not helpers and any(c.dep_ == "nsubj" and c.i < verb.i for c in verb.children):
        # "Talks on the lake, a salty one, follow on Monday": an infinitive to the tagger.
        return Tense.PRESENT, progressive, perfect
    if verb.tag_ == "VBN" and not helpers:
        return Tense.PAST, False, False
    return Tense.NONE, progressive, perfect


def _in_full(helper: str, verb: Token) -> str:
    """`we're sending`, `it's been sent`: the auxiliary that a contraction stands for."""
    match helper.replace("’", "'"):
        case "'ve":
            return "have"
        case "'re" | "'m":
            return "are"
        case "'s":
            return "has" if verb.tag_ == "VBN" and any(c.lower_ == "been" for c in verb.children) else "is"
    return helper


def _note_modifiers(noun: Token, result: Factuality, lexicon: dict[str, dict[str, list[str]]]) -> None:
    if noun.pos_ in ("VERB", "AUX"):
        return
    for child in noun.children:
        if child.dep_ in ("det", "neg") and child.lower_ in lexicon["negation"]["words"] and not _is_lifted(child, lexicon):
            result.negation = result.negation or child
        elif child.dep_ in ("amod", "advmod"):
            _note_likelihood(child, result, lexicon)


def _note_likelihood(token: Token, result: Factuality, lexicon: dict[str, dict[str, list[str]]]) -> None:
    word = token.lemma_.lower()
    if word in lexicon["likelihood"]["against"] or token.lower_ in lexicon["likelihood"]["against"]:
        result.doubt = result.doubt or token
    for strength in (Certainty.POSSIBLE, Certainty.PROBABLE):
        if (word in lexicon["likelihood"][strength] or token.lower_ in lexicon["likelihood"][strength]) and result.hedge is None:
            result.hedge, result.hedge_strength = token, strength


def report_tense(token: Token) -> Tense:
    """Tense of the nearest verb above a clause: `said` in `said it would send`."""
    above = token.head if token.head != token else None
    verb = syntax.governing_verb(above) if above is not None else None
    return Tense.NONE if verb is None else tense_of(verb)


def tense_of(verb: Token) -> Tense:
    """Tense of a verb by itself: `flew` in `he flew there to meet her`."""
    return _tense(verb, [child for child in verb.children if child.dep_ in ("aux", "auxpass")])[0]
