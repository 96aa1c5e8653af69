"""What holds of the parties of any transfer: each is told once, some have no name, and some forces may be anybody's."""

from __future__ import annotations

from collections.abc import Iterable

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.weapons.weapon import lexicon
from streams.records import ActorKind

__all__ = ["distinct", "is_any_force", "unnamed"]


def distinct(parties: Iterable[Party]) -> list[Party]:
    """Each party once; those without a name only where nobody has one."""
    seen: dict[str, Party] = {}
    for party in parties:
        seen.setdefault(party.key, party)
    named = [party for party in seen.values() if party.is_named]
    return named or list(seen.values())


def unnamed(noun: Token) -> Party:
    """Whoever a phrase describes and does not name."""
    phrase = syntax.noun_phrase(noun)
    return Party(noun.doc[phrase.start : phrase.stop].text, ActorKind.GROUP, None, phrase.start, phrase.stop, is_named=False)


def is_any_force(party: Party) -> bool:
    """`the Armed Forces`: whose, the rest of the article tells; nor is a parliament that is told given anything."""
    sources = lexicon()["sources"]
    is_any = all(word in sources["forces"] for word in party.name.lower().split())
    return party.country is None and (is_any or party.name in sources["parliaments"]["names"])
