"""What an article introduces with its abbreviation: `the Sudan Revolutionary Front (SRF)`, and `the SRF` from there on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Doc

from streams.extraction.lexicon import words
from streams.extraction.mentions import Form, Mention
from streams.records import ActorKind, EntityKind, WeaponCategory

__all__ = ["with_abbreviations"]

LONGEST = 9
"""Letters of the longest abbreviation."""

SMALL_WORDS = 4
"""`of`, `for the` and the like that a name may hold besides the words that its letters stand for."""


def with_abbreviations(doc: Doc, mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions, and those of names that stand before their abbreviation in brackets, each wherever it is used again."""
    found = list(mentions)
    taken = {i: mention for mention in found for i in range(mention.first, mention.end)}
    named: dict[str, Mention] = {}
    openings = [token.i for token in doc if token.text == "("]
    for token in (doc[i + 1] for i in openings if i + 2 < len(doc)):
        if doc[token.i + 1].text != ")" or not _is_abbreviation(token.text) or token.text in named:
            continue
        first = _begin_of_name(doc, token.i - 2, token.text)
        if first is None:
            continue
        weapon = taken.get(token.i)
        if weapon is not None and weapon.kind is EntityKind.WEAPON:
            # The long name of a system, as in: Advanced Surface-to-Air Missile Systems (NASAMS).
            if not any(i in taken for i in range(first, token.i - 1)):
                found.append(replace(weapon, first=first, end=token.i - 1))
            continue
        known = taken.get(token.i - 2)
        # An organ of a state stays that state's, and "People's Republic of Ghana (PRG)" is Ghana.
        is_of_state = known is not None and known.kind is EntityKind.STATE and known.form in (Form.SEAT, Form.NAME)
        is_state = is_of_state and known is not None and known.first <= first + 1
        is_weapon = known is not None and known.kind is EntityKind.WEAPON and known.category is not WeaponCategory.UNSPECIFIED
        if known is None or not (known.kind is EntityKind.ORGANISATION or is_state or is_weapon):
            if any(taken[i].kind is EntityKind.ORGANISATION for i in range(first, token.i - 1) if i in taken):
                continue
            known = _organisation(doc, first, token.i - 1)
            found = [mention for mention in found if not first <= mention.first < token.i - 1]
            found.append(known)
        named[token.text] = known
    if named:
        found.extend(
            replace(named[token.text], first=token.i, end=token.i + 1)
            for token in doc
            if token.text in named and token.i not in taken and token.i > named[token.text].first
        )
    return found


def _is_abbreviation(text: str) -> bool:
    return 2 <= len(text) <= LONGEST and text[0].isupper() and text.isalpha() and sum(map(str.isupper, text)) >= 2


def _begin_of_name(doc: Doc, last: int, abbreviation: str) -> int | None:
    """The first token of the name that ends at a token and whose words begin with the letters; None where they do not."""
    letters = abbreviation.upper()
    k, i, small, first = len(letters) - 1, last, 0, None
    while i >= doc[last].sent.start and k >= 0:
        word = doc[i].text
        if word[:1].isupper() and word[0].upper() == letters[k]:
            k, first = k - 1, i
        elif word[:1].isalpha() and word[:1].upper() == letters[k] and k > 0:
            k -= 1
        else:
            small += 1
            if small > SMALL_WORDS or (i == last and not word[:1].isupper()):
                return None
        i -= 1
    return first if k < 0 else None


def _organisation(doc: Doc, first: int, end: int) -> Mention:
    is_armed = any(token.lower_ in words("roles")["groups"]["armed"] for token in doc[first:end])
    kind = ActorKind.GROUP if is_armed else ActorKind.ORG
    return Mention(EntityKind.ORGANISATION, Form.NAME, doc[first:end].text, first, end, actor_kind=kind)
