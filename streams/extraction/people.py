"""Whom the gazetteers know by name, for whom they act, and when two names are of one person."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from streams.extraction.lexicon import table, words
from streams.records import ActorKind

__all__ = ["Side", "folded", "known_people", "same_person", "states", "surname_of", "without_article"]

INITIALS = re.compile(r"(?: \w\.)+ ")
"""`John F. Kerry` is known as John Kerry."""

SUFFIX = re.compile(r",? (?:Jr|Sr|II|III|IV)\.?$")
"""`Martin L. Cole Jr.` is known as Martin Cole."""


@dataclass(frozen=True)
class Side:
    """The state or organisation that a person acts for."""

    name: str
    kind: ActorKind
    country: str | None


@cache
def states() -> dict[str, Side]:
    """Every state by its code, ISO 3166-1 alpha-3."""
    return {row["alpha3"]: Side(row["name"], ActorKind.STATE, row["alpha3"]) for row in table("countries")}


@cache
def known_people() -> dict[str, Side]:
    """Sides of office holders by full name, and by the surname of those whom news names without a title."""
    bodies = {row["name"]: Side(row["name"], ActorKind(row["kind"]), row["country"] or None) for row in table("organisations")}
    family_first = frozenset(words("roles")["names"]["family_first"])
    found: dict[str, Side] = {}
    for row in table("people"):
        names = [row["name"], *filter(None, row["aliases"].split("|"))]
        turned = [" ".join(reversed(name.split())) for name in names if row["side"] in family_first and len(name.split()) == 2]
        if row["by_surname"]:
            names += [surname_of(name) for name in names]
        side = states().get(row["side"]) or bodies[row["side"]]
        found |= {folded(name): side for name in (*names, *turned)}
    return found


def folded(name: str) -> str:
    """A name as it is looked up: `José`, `JOSE` and `Jose` are one, `Jong-un` and `Jong Un` too."""
    bare = INITIALS.sub(" ", SUFFIX.sub("", name))
    letters = (c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))
    return "".join(letters).casefold().replace("-", " ").replace("’", "'")


def surname_of(name: str) -> str:
    """`Cole` of `Martin L. Cole Jr.`."""
    return SUFFIX.sub("", name).split()[-1]


def same_person(known: str, name: str) -> bool:
    """Whether a name that the article tells is that of somebody whom it told before."""
    parts, surname = SUFFIX.sub("", known).split(), surname_of(name).casefold()
    if len(name.split()) == 1:
        # "Kim Jong-un" is known as Kim, "Haider al-Abadi" as Abadi.
        return surname in (parts[-1].casefold(), parts[0].casefold(), without_article(parts[-1]).casefold())
    if len(name.split()) == 2 and known.casefold().endswith(f" {name.casefold()}"):
        # "López Obrador" of "Andrés Manuel López Obrador".
        return True
    return known.casefold() == name.casefold() or (parts[-1].casefold() == surname and parts[0][0] == name[0])


def without_article(surname: str) -> str:
    """`Abadi` of `al-Abadi`."""
    return surname[3:] if surname[:3].casefold() in ("al-", "el-") and len(surname) > 5 else surname
