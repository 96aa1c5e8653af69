"""Whether a number is that of all that was ever given, and not of one batch."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Token

from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Tense, assess
from streams.extraction.weapons.transfer import Transfer
from streams.extraction.weapons.weapon import lexicon
from streams.records import WeaponsPledgeStatus

__all__ = ["is_summing_up", "is_total"]

OPEN = frozenset({WeaponsPledgeStatus.REQUESTED, WeaponsPledgeStatus.UNDER_DISCUSSION})
"""What is asked for, or talked of since some year, is no sum of what was given."""


def is_total(transfer: Transfer, context: ArticleContext) -> bool:
    """`more than $60 billion since the war began`, `in total`."""
    if (transfer.quantity is None and transfer.value is None) or transfer.status in OPEN:
        return False
    sentence = transfer.weapon.head.sent
    said = [token for token in sentence if not _is_in_brackets(token) or _is_in_brackets(transfer.weapon.head)]
    said = _of_this_batch(said, transfer.weapon.first)
    text = f" {' '.join(token.lower_ for token in said if token.is_alpha or token.text[:1].isalnum())} "
    is_to_come = transfer.predicate.pos_ == "VERB" and assess(transfer.predicate).tense in (Tense.FUTURE, Tense.INFINITIVE)
    cues = lexicon()["cumulative"]
    first = transfer.quantity.first if transfer.quantity is not None else transfer.weapon.first
    before = f" {' '.join(token.lower_ for token in said if token.i < first)} "
    if any(f" {cue} " in before for cue in cues["bringing"]):
        return True
    # "the largest package to date"
    is_record = any(token.tag_ == "JJS" and token.lemma_.lower() in cues["records"] for token in said)
    until_now = () if is_record else cues["until_now"]
    if any(f" {cue} " in text for cue in (*cues["cues"], *until_now)) or (
        not is_to_come and any(f" {cue} " in text for cue in cues["sums"])
    ):
        return True
    # "since 2008", "since March last year"
    # The first of its kind since then is no total.
    is_first = any(token.lower_ == "first" for token in said)
    since = [token.i for token in said if token.lower_ == "since" and not is_first]
    if any(sentence.doc[i].dep_ in ("mark", "prep") for i in since) and assess(transfer.predicate).is_perfect:
        # "has sent 20 since the war broke out"
        return True
    return any(time.first - i in (1, 2) for i in since for time in context.times_between(i, i + 3))


def _of_this_batch(said: list[Token], weapon: int) -> list[Token]:
    """Without `…, bringing the total to $2 billion` behind the weapon: what it brings is no more than all of them together."""
    cues = [cue.split() for cue in lexicon()["cumulative"]["bringing"]]
    behind = [
        i for i, token in enumerate(said) if token.i > weapon and any([t.lower_ for t in said[i : i + len(cue)]] == cue for cue in cues)
    ]
    return said[: behind[0]] if behind else said


def is_summing_up(heading: Iterable[Token]) -> bool:
    """`Previous assistance includes:`, `Since 2014 we have provided:`."""
    said = {token.lower_ for token in heading}
    return bool(said & set(lexicon()["cumulative"]["headings"]))


def _is_in_brackets(token: Token) -> bool:
    """`(a total of 76 have been delivered)` is said beside the rest of the sentence."""
    before = [t.text for t in token.doc[token.sent.start : token.i] if t.text in ("(", ")")]
    return before[-1:] == ["("]
