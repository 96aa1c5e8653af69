"""What a sentence says of the transfer before it without naming the weapons again: `but refused to provide them`, `blocked the sale`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.factuality import Tense, assess
from streams.extraction.reading import Reading
from streams.extraction.weapons.agents import Agents
from streams.extraction.weapons.kinds import kind_of
from streams.extraction.weapons.status import in_order, status_of
from streams.extraction.weapons.steps import Step, WayUp
from streams.extraction.weapons.transfer import Transfer
from streams.extraction.weapons.weapon import lexicon
from streams.records import WeaponsPledgeStatus

__all__ = ["told_again"]

Status = WeaponsPledgeStatus

REACH = 2
"""Sentences in which `them` and `the sale` still are those told of before."""

OPEN = frozenset({Status.REQUESTED, Status.UNDER_DISCUSSION})
PROMISED = frozenset({Status.PLEDGED, Status.COMMITTED})
HELD_UP = frozenset({Status.WITHDRAWN, Status.DELAYED})
AGAINST = frozenset({Status.REFUSED, Status.WITHDRAWN})


def told_again(reading: Reading, agents: Agents, tokens: Sequence[Token], transfers: Sequence[Transfer]) -> list[Transfer]:
    """The transfers told so far, with the status that a sentence gives to the last of them."""
    known = list(transfers)
    for token in tokens:
        last = next((t for t in reversed(known) if t.weapon.head.i < token.i), None)
        if last is None or reading.sentence_index(token) - reading.sentence_index(last.weapon.head) > REACH:
            continue
        steps = _steps_above(token) or _answer(token, last)
        if not steps or any(t.predicate == steps[0].token for t in known):
            continue
        status, cues = status_of(steps, assess(steps[0].token))
        if status is None or not _goes_further(last.status, status) or last.is_cumulative:
            continue
        acting = agents.acting([step.token for step in steps])
        who = {p.key for p in acting}
        if _is_turned_down(last, steps[0]) and who <= last.named_recipients:
            known = [replace(t, status=status, evidence=tuple(in_order(cues))) if t.predicate == last.predicate else t for t in known]
            continue
        if not last.named_suppliers and steps[0].kind != "get" and last.status in OPEN and not who & last.named_recipients:
            # "asked for them, but Malta refused to provide them": now it is told who was asked.
            known = [replace(t, suppliers=tuple(acting)) if t.predicate == last.predicate else t for t in known]
            last = replace(last, suppliers=tuple(acting))
        is_unsaid = not who and steps[0].relation == "nsubjpass"
        if is_unsaid or (who and who == (last.named_recipients if steps[0].kind == "get" else last.named_suppliers)):
            evidence = tuple(in_order(cues))
            known = [replace(t, status=status, evidence=evidence) if t.predicate == last.predicate else t for t in known]
    return known


def _steps_above(token: Token) -> list[Step]:
    """`refused` and `provide` of `refused to provide them`; `blocked` of `blocked the sale`; none where nothing is said of it."""
    again = lexicon()["again"]
    above = token.head if token.dep_ != "pobj" else token.head.head
    is_which = token.lower_ in syntax.RELATIVE and (token.tag_ == "WDT" or above.dep_ == "relcl")
    if _are_handed_over(token):
        return [Step(above, "give", "nsubjpass", token)]
    if token.lower_ == "them" and (verb := _all_given(token)) is not None:
        return [Step(verb, "give", "nsubjpass", token)]
    if token.lower_ in again["pronouns"] and not is_which and token.dep_ == "dobj" and kind_of(above) in ("give", "get"):
        return WayUp(token).moving
    is_noun = token.lemma_.lower() in again["nouns"] and any(
        c.dep_ == "det" and c.lower_ in ("the", "this", "that") for c in token.children
    )
    if not (is_noun or is_which or token.lower_ in again["pronouns"]) or above.pos_ != "VERB" or above.lemma_ == "deny":
        # Who denies it says that it is not so.
        return []
    kind = kind_of(above) if token.dep_ == "dobj" else None
    if token.dep_ == "pobj":
        kind = lexicon()["by_preposition"].get(above.lemma_.lower(), {}).get(token.head.lower_)
        if token.head.lower_ == "to" and above.lemma_.lower() == "say":
            # "said no to that"
            kind = kind_of(above)
    return [Step(above, kind, "dobj", token)] if kind in ("refuse", "withdraw", "resume") and _has_happened(above) else []


def _all_given(pronoun: Token) -> Token | None:
    """`delivered` of `the last of them had been delivered`, `all of them have arrived`."""
    part = pronoun.head.head
    is_part = pronoun.dep_ == "pobj" and pronoun.head.lower_ == "of" and part.lower_ in ("last", "all", "rest")
    return part.head if is_part and part.dep_ == "nsubjpass" and kind_of(part.head) == "give" else None


def _are_handed_over(noun: Token) -> bool:
    """`The Turkish-made craft were delivered in two lots`: those told of last, by whoever gives them."""
    verb = noun.head
    is_given = noun.dep_ == "nsubjpass" and verb.lemma_.lower() in lexicon()["aside"]["completing"] and assess(verb).tense is Tense.PAST
    is_told = noun.lemma_.lower() in lexicon()["again"]["things"] and any(
        c.lower_ in ("the", "these", "both", "all") for c in noun.children
    )
    return is_given and is_told and not any(c.dep_ in ("agent", "nummod") for node in (noun, verb) for c in node.children)


def _answer(verb: Token, last: Transfer) -> list[Step]:
    """`asked for tanks, but Malta said no`, `but Malta refused`: the answer to what was asked for, or offered, in the same sentence."""
    is_joined = verb.dep_ == "conj" and (last.predicate in verb.ancestors or last.predicate.head == verb.head)
    is_answer = verb.pos_ == "VERB" and is_joined and kind_of(verb) == "refuse"
    is_open = last.status is Status.REQUESTED or _is_offered(last)
    says_more = any(c.dep_ in ("dobj", "xcomp", "ccomp") and c.lower_ != "no" for c in verb.children)
    told_of = [h for h in syntax.adjuncts(verb, "to") if h.lower_ not in lexicon()["again"]["pronouns"]]
    if not (is_answer and is_open) or says_more or told_of or not _has_happened(verb):
        return []
    return [Step(verb, "refuse", "conj", last.predicate)]


def _is_turned_down(last: Transfer, step: Step) -> bool:
    """`offered Malta a ship, which it declined`: whoever was to get it."""
    return step.kind == "refuse" and _is_offered(last)


def _is_offered(told: Transfer) -> bool:
    """`offered Malta tanks`, `offered to sell Malta tanks`."""
    verbs = (told.predicate, told.predicate.head) if told.predicate.dep_ == "xcomp" else (told.predicate,)
    return any(verb.lemma_.lower() in lexicon()["again"]["offering"] for verb in verbs)


def _has_happened(verb: Token) -> bool:
    """`blocked the sale`; but neither `calls to block the sale` nor `had blocked it` before it was promised."""
    fact = assess(verb)
    helpers = {c.lower_ for c in verb.children if c.dep_ == "aux"}
    is_clause = verb.dep_ in ("ROOT", "conj", "ccomp", "relcl") and helpers.isdisjoint(("to", "had"))
    return is_clause and fact.tense in (Tense.PAST, Tense.PRESENT) and not fact.modal_kind


def _goes_further(known: Status, told: Status) -> bool:
    """Whether the one who is told of them again has come further with them, or turned back."""
    if told in AGAINST:
        return known in OPEN | PROMISED
    if told is Status.COMMITTED and known in HELD_UP:
        # "paused the shipments, and then resumed them"
        return True
    return (told in PROMISED and known in OPEN) or (told is Status.DELIVERED and known in OPEN | PROMISED)
