"""Who and what is named where: states, organisations, people, places and weapons, from the gazetteers and the entity recogniser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from spacy.tokens import Doc, Token

from streams.extraction.lexicon import table
from streams.extraction.reading import Reading
from streams.records import ActorKind, EntityKind, WeaponCategory

__all__ = ["Form", "Gazetteer", "Mention", "Mentions"]


class Form(Enum):
    """How a mention names what it names."""

    NAME = "name"
    DEMONYM = "demonym"
    """`Ukrainian`, `Dutch`: an adjective, or the people."""
    CAPITAL = "capital"
    """`Kyiv`: a place, or the government that sits there."""
    SEAT = "seat"
    """`the Kremlin`, `the Pentagon`: an organ of a state."""
    GENERIC = "generic"
    """`air defence system`: a class of weapons."""


@dataclass(frozen=True)
class Mention:
    """One mention.

    Parameters
    ----------
    name
        What it stands for: `Ukraine` for `Kyiv`, the full name for a surname.
    first, end
        Tokens from `first` to before `end`.
    country
        ISO 3166-1 alpha-3.
    actor_kind
        For organisations.
    category
        For weapons.
    """

    kind: EntityKind
    form: Form
    name: str
    first: int
    end: int
    country: str | None = None
    actor_kind: ActorKind = ActorKind.UNKNOWN
    category: WeaponCategory = WeaponCategory.UNKNOWN

    @property
    def last(self) -> int:
        """The last token."""
        return self.end - 1


class Mentions:
    """The mentions of one text, in its order, none overlapping another but where the tokenizer leaves two in one word."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self._mentions = sorted(mentions, key=lambda mention: mention.first)
        self._by_token: dict[int, list[Mention]] = {}
        for mention in self._mentions:
            for token in range(mention.first, mention.end):
                self._by_token.setdefault(token, []).append(mention)

    def __iter__(self) -> Iterator[Mention]:
        return iter(self._mentions)

    def at(self, token: int, *kinds: EntityKind) -> Mention | None:
        """The mention that a token belongs to, of one of the kinds where any are given."""
        mention = self._by_token[token][-1] if token in self._by_token else None
        return mention if mention and (not kinds or mention.kind in kinds) else None

    def all_at(self, token: int) -> Sequence[Mention]:
        """Every mention in a token: two in `U.S.-Ghana`, which the tokenizer leaves whole."""
        return self._by_token.get(token, [])


@dataclass(frozen=True)
class _Entry:
    mention: Mention
    needs_context: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int


class Gazetteer:
    """The data files, ready to be looked up in a text: by words of its own, so that loading them costs no parser."""

    CONTEXT_WORDS = 3
    """Words behind `Archer` or `Puma` that one of the needed words must stand in, unless a number counts them or the text has named them
    before."""

    def __init__(self) -> None:
        # By first word: the whole phrase and what it names.
        self._as_written: dict[str, list[tuple[tuple[str, ...], _Entry]]] = {}
        self._in_lower_case: dict[str, list[tuple[tuple[str, ...], _Entry]]] = {}
        self._state_of_capital: dict[str, str] = {}
        self._bodies_by_state: dict[str, Mention] = {}
        self._add_states()
        self._add_organisations()
        self._add_places()
        self._add_weapons()

    def find(self, reading: Reading) -> list[Mention]:
        """The mentions in a text, from left to right the longest at each place."""
        text = _words(reading.text)
        as_written = [word.text for word in text]
        in_lower_case = [word.text.lower() for word in text]
        found: list[Mention] = []
        bare: list[Mention] = []
        i = 0
        while i < len(text):
            known_as_written, known_in_lower_case = self._as_written.get(as_written[i]), self._in_lower_case.get(in_lower_case[i])
            if known_as_written is None and known_in_lower_case is None:
                i += 1
                continue
            best: tuple[int, _Entry] | None = None
            without_context: tuple[int, _Entry] | None = None
            for words, phrases in ((as_written, known_as_written), (in_lower_case, known_in_lower_case)):
                for phrase, entry in phrases or ():
                    end = i + len(phrase)
                    if tuple(words[i:end]) != phrase:
                        continue
                    is_counted = entry.mention.form is not Form.GENERIC and _is_counted(reading, text[i].start)
                    if not self._has_context(entry, as_written[end : end + self.CONTEXT_WORDS]) and not is_counted:
                        without_context = (end, entry)
                    elif best is None or end > best[0]:
                        best = (end, entry)
            chosen = best or without_context
            if chosen is not None:
                end, entry = chosen
                tokens = reading.tokens_between(text[i].start, text[end - 1].end)
                # "US$5 million" names a currency.
                if tokens and reading.text[text[end - 1].end : text[end - 1].end + 1] not in CURRENCY_SIGNS:
                    (found if best else bare).append(replace(entry.mention, first=tokens.start, end=tokens.stop))
            i = best[0] if best else i + 1
        # Once the AH-64 Apache is named, an Apache is one.
        known = {name: mention.name for mention in found for name in (mention.name.rpartition(" ")[2], mention.name)}
        found.extend(replace(mention, name=known[mention.name]) for mention in bare if mention.name in known)
        # In an article on tanks Leopards are no animals.
        classes = {mention.category for mention in found if mention.kind is EntityKind.WEAPON} - {WeaponCategory.UNSPECIFIED}
        found.extend(m for m in bare if m.name not in known and m.category in classes and _is_many(reading.doc[m.last]))
        return list(_join_weapons(reading.doc, self._with_capitals(_apart(found))))

    def _with_capitals(self, found: list[Mention]) -> list[Mention]:
        """`Brussels` is the European Union where that is named and Belgium is not."""
        named = {mention.name for mention in found if mention.form is not Form.CAPITAL}
        return [
            replace(body, form=Form.CAPITAL, first=mention.first, end=mention.end)
            if mention.form is Form.CAPITAL
            and mention.name not in named
            and (body := self._bodies_by_state.get(mention.name)) is not None
            and body.name in named
            else mention
            for mention in found
        ]

    def organ(self, publisher: str) -> Mention | None:
        """The organ of a state in a publisher's name, or the intergovernmental organisation that the name is."""
        text = [word.text for word in _words(publisher)]
        for i, word in enumerate(text):
            for phrase, entry in self._as_written.get(word, ()):
                mention = entry.mention
                is_whole = len(phrase) == len(text) and mention.actor_kind is ActorKind.IGO
                if tuple(text[i : i + len(phrase)]) == phrase and (mention.form is Form.SEAT or is_whole):
                    return mention
        return None

    @staticmethod
    def _has_context(entry: _Entry, behind: list[str]) -> bool:
        return not entry.needs_context or any(word in entry.needs_context for word in behind)

    def add(self, mention: Mention, phrases: Iterable[str], *, needs_context: str = "", lower: bool = False) -> None:
        """Let the phrases name what the mention says."""
        entry = _Entry(mention, frozenset(_values(needs_context)))
        index = self._in_lower_case if lower else self._as_written
        for phrase in phrases:
            words = tuple(word.text for word in _words(phrase.lower() if lower else phrase))
            index.setdefault(words[0], []).append((words, entry))

    def _add_states(self) -> None:
        for row in table("countries"):
            state = Mention(EntityKind.STATE, Form.NAME, row["name"], 0, 0, country=row["alpha3"], actor_kind=ActorKind.STATE)
            self.add(state, [row["name"], *_values(row["aliases"])])
            for form, column in ((Form.DEMONYM, "demonyms"), (Form.CAPITAL, "capitals"), (Form.SEAT, "seats")):
                if phrases := _values(row[column]):
                    self.add(replace(state, form=form), phrases)
            self._state_of_capital |= dict.fromkeys(_values(row["capitals"]), row["name"])

    def _add_organisations(self) -> None:
        for row in table("organisations"):
            kind = ActorKind(row["kind"])
            organisation = Mention(EntityKind.ORGANISATION, Form.NAME, row["name"], 0, 0, country=row["country"] or None, actor_kind=kind)
            self.add(organisation, [row["name"], *_values(row["aliases"])])
            if row["capital"]:
                self._bodies_by_state[self._state_of_capital[row["capital"]]] = organisation

    def _add_places(self) -> None:
        for row in table("places"):
            place = Mention(EntityKind.PLACE, Form.NAME, row["name"], 0, 0, country=row["country"] or None)
            self.add(place, [row["name"], *_values(row["aliases"])])

    def _add_weapons(self) -> None:
        for row in table("weapons"):
            designation = row["designation"]
            is_generic = designation == designation.lower()
            form = Form.GENERIC if is_generic else Form.NAME
            weapon = Mention(EntityKind.WEAPON, form, designation, 0, 0, category=WeaponCategory(row["category"]))
            # `Puma` alone may be a shoe; `RQ-20 Puma` may not.
            for phrases, context in (([designation], row["needs_context"]), (_values(row["aliases"]), "")):
                spelt = phrases if is_generic else [*phrases, *(other for phrase in phrases for other in _spelt(phrase))]
                plurals = [plural for phrase in spelt for plural in _plurals(phrase, is_generic=is_generic)]
                self.add(weapon, [*spelt, *plurals], needs_context=context, lower=is_generic)


def _is_counted(reading: Reading, start: int) -> bool:
    """`20 Mastiffs`, `ten more Apaches`: a number stands before what begins at an offset."""
    tokens = reading.tokens_between(start, start + 1)
    before = tokens.start - 1 if tokens else 0
    # "six more Leopards"
    before -= before > 0 and reading.doc[before].lower_ in ("more", "further", "additional", "other", "new")
    return before >= 0 and bool(tokens) and reading.doc[before].like_num and _is_many(reading.doc[tokens.start])


def _is_many(noun: Token) -> bool:
    """`Leopards`, also where the tagger takes it for somebody's name."""
    return noun.tag_ in ("NNS", "NNPS") or (noun.tag_ == "NNP" and noun.lower_.endswith("s"))


def _apart(mentions: list[Mention]) -> list[Mention]:
    """In the order of the text, without those that lie inside one before; of `U.S.-Ghana`, which the tokenizer leaves whole, both."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda mention: (mention.first, -mention.end)):
        if not kept or mention.first >= kept[-1].end or _share_word(kept[-1], mention):
            kept.append(mention)
    return kept


def _share_word(first: Mention, second: Mention) -> bool:
    # "U.S.-Coastal Forum": the first word holds a state, and a name begins in it.
    is_one_word = first.first == second.first and second.end == second.first + 1
    return is_one_word and first.name != second.name and EntityKind.WEAPON not in (first.kind, second.kind)


def _words(text: str) -> list[_Word]:
    return [_Word(_AS_TYPED.get(m[0], m[0]), m.start(), m.end()) for m in _WORD.finditer(text.replace("\u02bc", "’"))]


_WORD = re.compile(r"[^\W_]+|[^\w\s]")
_AS_TYPED = {"‑": "-", "–": "-", "’": "'"}
"""Signs that news sets in several ways: hyphens that do not break, curled apostrophes."""


def _values(cell: str) -> list[str]:
    return [value for value in cell.split("|") if value]


def _spelt(phrase: str) -> list[str]:
    """`Mi 24`, `Mi24` of `Mi-24`; not `A 10`, `An 32`, which begin as any noun phrase does."""
    make, hyphen, number = phrase.partition("-")
    is_make = make.isalpha() and 1 < len(make) <= LONGEST_MAKE and make[0].isupper() and make.lower() not in ("an", "at", "in", "no", "us")
    return [f"{make} {number}", f"{make}{number}"] if hyphen and is_make and number[:1].isdigit() and "-" not in number else []


LONGEST_MAKE = 3
"""Letters of what stands before the number of a designation: `MiG-29`."""


def _plurals(phrase: str, *, is_generic: bool) -> list[str]:
    if not is_generic:
        return [f"{phrase}s", f"{phrase}'s"] if phrase[-1].isdigit() else [f"{phrase}s"]
    head, of, rest = phrase.partition(" of ")
    if head.endswith(("s", "x", "ch", "sh")):
        plural = f"{head}es"
    elif head.endswith("y") and head[-2:-1] not in "aeiou":
        plural = f"{head[:-1]}ies"
    else:
        plural = f"{head}s"
    return [plural + of + rest]


CURRENCY_SIGNS = frozenset("$£€¥")

PARTS = frozenset(
    {
        "missile",
        "missiles",
        "interceptor",
        "interceptors",
        "munition",
        "munitions",
        "ammunition",
        "rounds",
        "shells",
        "rockets",
        "radar",
        "radars",
    }
)
"""Last words of a class that make another thing of a name: `Patriot missiles` are not Patriot systems."""

WHOLES = frozenset(
    {
        WeaponCategory.AIR_DEFENCE,
        WeaponCategory.AIRCRAFT,
        WeaponCategory.ARMOURED_VEHICLE,
        WeaponCategory.ARTILLERY,
        WeaponCategory.DRONE,
        WeaponCategory.SHIP,
        WeaponCategory.TANK,
    }
)
"""Classes whose members fire missiles and rounds, and are none."""


def _join_weapons(doc: Doc, mentions: list[Mention]) -> Iterator[Mention]:
    """Make one of a name and the class behind it, or before it: `Patriot` + `missile defence systems`, `rocket launchers` + `(HIMARS)`."""
    joined: Mention | None = None
    for mention in mentions:
        if joined and joined.kind is mention.kind is EntityKind.WEAPON and _is_in_brackets_behind(doc, joined, mention):
            joined = replace(joined, name=mention.name, category=mention.category, form=mention.form)
            continue
        if joined and joined.kind is mention.kind is EntityKind.WEAPON and joined.end == mention.first and mention.form is Form.GENERIC:
            name, category = joined.name, joined.category
            if joined.form is Form.GENERIC:
                name, category = mention.name, mention.category
            elif category in WHOLES and doc[mention.last].lower_ in PARTS:
                name, category = f"{joined.name} {mention.name}", mention.category
            joined = replace(joined, end=mention.end, name=name, category=category)
            continue
        if joined:
            yield joined
        joined = mention
    if joined:
        yield joined


def _is_in_brackets_behind(doc: Doc, weapon: Mention, mention: Mention) -> bool:
    """`rocket launchers (HIMARS)`: the same once more, by its name."""
    if mention.first != weapon.end + 1 or mention.end >= len(doc) or doc[weapon.end].text != "(" or doc[mention.end].text != ")":
        return False
    return mention.form is Form.NAME and (weapon.form is Form.GENERIC or weapon.name == mention.name)
