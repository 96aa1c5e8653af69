"""Who is who: people and the states that they act for, and what pronouns, titles and groups stand for in this article."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from spacy.tokens import Span, Token

from streams.extraction import syntax
from streams.extraction.claims import Attributions
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form, Mention, Mentions
from streams.extraction.people import Side, folded, known_people, same_person, states, surname_of, without_article
from streams.extraction.reading import Reading
from streams.records import ActorKind, EntityKind, TalksLevel

__all__ = ["Cast", "Party"]

LEVELS = {
    "leaders": TalksLevel.LEADERS,
    "ministers": TalksLevel.MINISTERIAL,
    "delegates": TalksLevel.DELEGATION,
    "technical": TalksLevel.TECHNICAL,
    "other": TalksLevel.UNKNOWN,
}
JOINS_TITLE = frozenset({"'s", "’s", "-", "and", "&"})
LONGEST_PORTFOLIO = 4
"""Words between a state and a title that say what the minister or envoy is for."""

NAMES = frozenset({"GPE", "NORP", "ORG", "PERSON"})
"""What the recogniser takes parts of a person's name for."""

BESIDE = frozenset({"compound", "amod", "conj", "det", "poss", "appos"})
"""Places in a phrase of whoever is not what the whole phrase stands for."""

MODIFIER = frozenset({"amod", "compound", "poss", "nmod", "nummod", "npadvmod", "dep"})


@dataclass(frozen=True)
class Party:
    """Somebody who acts, as an event needs it: the state where a person acts for one.

    Parameters
    ----------
    first, end
        The tokens of the mention.
    individual
        The person who is named for it.
    is_named
        False for `partners`, `the two sides`.
    directness
        Less than 1 where it took a pronoun or the context to tell who is meant.
    """

    name: str
    kind: ActorKind
    country: str | None
    first: int
    end: int
    individual: Party | None = None
    level: TalksLevel = TalksLevel.UNKNOWN
    is_named: bool = True
    directness: float = 1.0

    @property
    def key(self) -> str:
        """What two mentions of the same party share."""
        # Hamas belongs to a state and is not that state.
        return self.country if self.country and self.kind not in (ActorKind.GROUP, ActorKind.IGO) else self.name.casefold()


@dataclass
class _Person:
    """One person of the article."""

    name: str
    side: Side | None = None
    level: TalksLevel = TalksLevel.UNKNOWN
    titles: set[str] = field(default_factory=set)

    @property
    def country(self) -> str | None:
        """ISO 3166-1 alpha-3 of the state that the person belongs to."""
        return self.side.country if self.side else None


class Cast:
    """Everybody who acts in one article."""

    def __init__(self, reading: Reading, mentions: Mentions, attributions: Attributions) -> None:
        self._reading = reading
        self._mentions = mentions
        self._attributions = attributions
        roles = words("roles")
        self._titles = {title: LEVELS[level] for level, titles in roles["titles"].items() for title in titles}
        self._title_words = {word for title in self._titles for word in title.split()} | set(roles["modifiers"]["words"])
        self._honorifics = frozenset(roles["honorifics"]["words"])
        self._bodies = frozenset(roles["bodies"]["words"]) | self._titles.keys()
        self._others = frozenset(roles["bodies"]["others"])
        self._private = frozenset(roles["private"]["words"])
        self._relative = frozenset(roles["bodies"]["relative"])
        self._against = frozenset(roles["pronouns"]["against"])
        self._groups = frozenset(roles["groups"]["words"])
        self._sent = frozenset(roles["bodies"]["sent"])
        self._camps = frozenset(roles["groups"]["camps"])
        self._rebels = frozenset(roles["groups"]["rebels"])
        self._no_rebels = frozenset(roles["groups"]["no_rebels"])
        self._gone_states = frozenset(roles["groups"]["gone_states"])
        self._definite = frozenset(roles["definite"]["words"])
        self._seated = frozenset(roles["definite"]["seated"])
        self._definite_groups = frozenset(roles["definite"]["groups"])
        self._people: list[_Person] = []
        self._person_at: dict[int, tuple[_Person, int, int]] = {}
        self._pronouns: dict[int, list[Party]] = {}
        self._find_people()

    # What others ask ---------------------------------------------------------------------------------------------------------------

    @property
    def person_mentions(self) -> list[tuple[str, str | None, int, int]]:
        """Each mention of a person: full name, country, first token, token after the last."""
        seen: dict[int, tuple[str, str | None, int, int]] = {}
        for person, first, end in self._person_at.values():
            seen[first] = (person.name, person.country, first, end)
        return [seen[first] for first in sorted(seen)]

    def is_person(self, token: Token) -> bool:
        """Whether the token belongs to a person's name."""
        return token.i in self._person_at

    def parties(self, head: Token) -> list[Party]:
        """Who the phrase with this head stands for, and what is joined to it by `and`; empty where it stands for nobody who acts."""
        return _distinct([party for token in syntax.conjuncts(head) for party in self.one(token)])

    def one(self, token: Token) -> list[Party]:
        """Who one head stands for, without what is joined to it."""
        if token.i in self._person_at:
            return [self._of_person(*self._person_at[token.i])]
        mention = self._mentions.at(token.i)
        if mention and self._is_opposed(mention):
            return []
        if mention and mention.kind in (EntityKind.STATE, EntityKind.ORGANISATION):
            # "U.S.-Ghana", which the tokenizer leaves whole, is both.
            together = [m for m in self._mentions.all_at(token.i) if m.kind in (EntityKind.STATE, EntityKind.ORGANISATION)]
            return [self._of_mention(m) for m in together]
        if mention and mention.kind is EntityKind.WEAPON:
            return []
        if token.pos_ == "PRON" or token.lower_ == "both":
            return self._of_pronoun(token)
        if (office := self._of_office(token)) is not None:
            return [office]
        if token.pos_ in ("NOUN", "PROPN", "ADJ", "NUM"):
            return self._rebels_of(token) or self._of_noun(token)
        return []

    def _of_office(self, noun: Token) -> Party | None:
        """`the Secretary of State has directed`: of the state whose office it is, where only the rest of the article names that."""
        title = noun.doc[noun.i : noun.i + 3].text.lower()
        states_with_it = words("roles")["offices"].get(title)
        if states_with_it is None or noun.i == 0 or noun.nbor(-1).lower_ != "the":
            return None
        is_of_land = noun.i + 3 < len(noun.doc) and noun.nbor(3).lower_ in ("for", "of", "and")
        state, *others = states_with_it
        if is_of_land or state not in self._countries or not self._countries.isdisjoint(others):
            return None
        return Party(
            states()[state].name,
            ActorKind.STATE,
            state,
            noun.i,
            noun.i + 3,
            level=self._titles.get(title, TalksLevel.UNKNOWN),
            directness=0.8,
        )

    @cached_property
    def _countries(self) -> set[str]:
        """The states that the article names."""
        return {m.country for m in self._mentions if m.kind is EntityKind.STATE and m.country}

    def _is_opposed(self, mention: Mention) -> bool:
        """`the anti-Hamas coalition`: those against somebody, and not that one."""
        before = self._reading.doc[max(mention.first - 2, 0) : mention.first]
        return [t.lower_ for t in before] == ["anti", "-"]

    def speaker_party(self, token: Token) -> list[Party]:
        """The party of whoever says the clause that the token stands in: what `we` means there."""
        attribution = self._attributions.of(token)
        if attribution is None or attribution.speaker is None or attribution.speaker.lower_ in ("i", "we"):
            return []
        return self.parties(attribution.speaker)

    # People ------------------------------------------------------------------------------------------------------------------------

    def _find_people(self) -> None:
        doc = self._reading.doc
        ranges: list[tuple[int, int]] = []
        for entity in doc.ents:
            if entity.label_ == "PERSON" or self._is_part_of_name(entity):
                ranges.extend(self._name_parts(self._start_of_name(entity), self._end_of_name(entity)))
        taken = {i for first, end in ranges for i in range(first, end)}
        for before, token in pairwise(self._reading.tokens):
            if self._introduces_name(before) and token.i not in taken and self._is_name_word(token):
                end = token.i + 1
                while end < len(doc) and self._is_name_word(doc[end]) and not self._mentions.at(end):
                    end += 1
                if self._is_double(token.i, end):
                    end += 2
                ranges.extend(self._name_parts(token.i, end))
                taken.update(range(token.i, end))
        for first, end in sorted(ranges, key=lambda r: (r[0] - r[1], r[0])):
            self._note_person(first, end)
        surnames = {surname_of(person.name) for person in self._people if " " in person.name}
        surnames |= {without_article(surname) for surname in surnames}
        for token in self._reading.tokens:
            # "a Koronov-Marenko meeting": the recogniser knows a name in one place and not in another.
            text = token.text
            is_surname = text in surnames or (text[:1].isupper() and folded(text) in known_people())
            if is_surname and token.i not in self._person_at and not self._mentions.at(token.i):
                self._note_person(token.i, token.i + 1)
        for person in self._people:
            known = known_people().get(folded(person.name))
            # Whom a person speaks for changes, and the article knows it; of which state somebody is does not.
            if person.side is None or (known is not None and ActorKind.STATE is known.kind is person.side.kind):
                person.side = known or person.side

    def _is_double(self, first: int, end: int) -> bool:
        """`Dr. Sherwood` + `-Randall`, which no recogniser sees; not `President Putin` + `-Xi`."""
        doc = self._reading.doc
        is_joined = end == first + 1 and end + 1 < len(doc) and doc[end].text == "-" and not doc[first].whitespace_ + doc[end].whitespace_
        return (
            is_joined and self._is_name_word(doc[end + 1]) and not {folded(doc[i].text) for i in (first, end + 1)} & known_people().keys()
        )

    def _is_part_of_name(self, entity: Span) -> bool:
        """`Sujatha Singh`, where the recogniser sees a place and then a people: two unknown names in a row are those of a person."""
        doc = self._reading.doc
        behind = entity.end
        if len(entity) > 1 or behind >= len(doc) or doc[behind].ent_iob_ != "B" or doc[behind].ent_type_ not in NAMES:
            return False
        is_alone = behind + 1 >= len(doc) or doc[behind + 1].ent_iob_ != "I"
        return entity.label_ in NAMES and is_alone and all(self._may_go_on_with_name(i) for i in (entity.start, behind))

    def _start_of_name(self, entity: Span) -> int:
        """`Antony` + `J. Blinken`: where the recogniser begins with an initial, what stands before is the first name."""
        doc, first = self._reading.doc, entity.start
        is_initial = len(doc[first].text) == 2 and doc[first].text[1] == "." and first > 0 and not doc[first].is_sent_start
        return first - 1 if is_initial and self._may_go_on_with_name(first - 1) else first

    def _end_of_name(self, entity: Span) -> int:
        """The end of a name that the recogniser cut short: `Minister Makhdoom Shah` + `Mahmood Qureshi`."""
        doc = self._reading.doc
        end = entity.end
        has_title = entity.start > 0 and self._introduces_name(doc[entity.start - 1])
        while (
            end + 1 < len(doc)
            and doc[end].text == "-"
            and not doc[end - 1].whitespace_ + doc[end].whitespace_
            and doc[end + 1].text.islower()
        ):
            # "Jae" + "-in".
            end += 2
        while end < len(doc) and self._may_go_on_with_name(end) and (has_title or doc[end].ent_type_ in NAMES):
            end += 1
        return end

    def _may_go_on_with_name(self, i: int) -> bool:
        token = self._reading.doc[i]
        is_name = token.pos_ == "PROPN" and self._is_name_word(token) and token.text != token.text.upper()
        return is_name and self._mentions.at(i) is None and token.lower_ not in self._title_words | self._bodies

    def _name_parts(self, first: int, end: int) -> list[tuple[int, int]]:
        """The bare names in a stretch that was taken for one: without titles, and `Putin-Zelensky` as two."""
        doc = self._reading.doc
        parts: list[tuple[int, int]] = []
        begin: int | None = None
        for i in range(first, end + 1):
            fits = i < end and self._is_name_word(doc[i]) and not self._mentions.at(i) and doc[i].lower_ not in self._title_words
            if begin is not None and i < end and doc[i].is_sent_start:
                # "Photo: Ann Lee" and the next line: the recogniser sees one name.
                parts.append((begin, i))
                begin = None
            # `al-Burhan` and `Jong-un` are one name, `Putin-Zelensky` are two.
            fits = fits or (begin is not None and i < end and self._joins(begin, i, end))
            if fits and begin is None:
                begin = i
            elif not fits and begin is not None:
                parts.append((begin, i))
                begin = None
        return [(b, e) for b, e in parts if e - b <= 7]

    def _joins(self, begin: int, i: int, end: int) -> bool:
        """Whether a hyphen, or the part of a name behind one, goes on with the name: `al-Burhan`, `Jong-un`, `Ali Bagheri-Kani`."""
        doc = self._reading.doc
        hyphen = i if doc[i].text == "-" else i - 1
        if doc[hyphen].text != "-" or hyphen + 1 >= end:
            return False
        is_double = hyphen - begin >= 2 and folded(doc[hyphen + 1].text) not in known_people() and hyphen + 2 == end
        is_article = doc[hyphen - 1].text in ("Al", "El")
        return is_double or is_article or doc[hyphen - 1].text[:1].islower() or doc[hyphen + 1].text[:1].islower()

    def _is_name_word(self, token: Token) -> bool:
        return (
            token.text[:1].isupper()
            and token.text.replace("-", "").replace("'", "").replace("’", "").replace(".", "").isalpha()
            and token.text not in self._honorifics
            and token.ent_type_ not in ("DATE", "TIME")
            and token.tag_ != "PRP$"
        ) or (
            token.lower_
            in ("al", "bin", "van", "von", "der", "de", "el", "ben", "ibn", "da", "di", "do", "dos", "du", "del", "la", "le", "-")
            and token.ent_type_ == "PERSON"
            and token.text != "-"
        )

    def _introduces_name(self, token: Token) -> bool:
        return token.text in self._honorifics or (token.lower_ in self._titles and token.pos_ in ("NOUN", "PROPN"))

    def _note_person(self, first: int, end: int) -> None:
        end += self._length_of_suffix(end)
        name = self._reading.doc[first:end].text
        side, level = self._affiliation(first, end)
        is_surname = len(name.split()) == 1
        same = [p for p in self._people if same_person(p.name, name)]
        if is_surname:
            # Whom news names by no more is the office holder, and not the relative or namesake whose full name stands beside.
            acting = [p for p in same if folded(p.name) in known_people() or p.side is not None]
            same = acting if acting or folded(name) in known_people() else same
        person = self._named_last(same, first) if is_surname else next(iter(same), None)
        if person is None:
            person = _Person(name)
            self._people.append(person)
        person.side = person.side or side
        person.titles |= self._titles_of(first, end)
        if person.level is TalksLevel.UNKNOWN:
            person.level = level
        for i in range(first, end):
            self._person_at[i] = (person, first, end)

    def _length_of_suffix(self, end: int) -> int:
        """Two tokens where `, Jr.` stands behind a name."""
        behind = self._reading.doc[end : end + 2]
        return 2 if len(behind) == 2 and behind[0].text == "," and behind[1].text.rstrip(".") in ("Jr", "Sr") else 0

    def _named_last(self, same: list[_Person], first: int) -> _Person | None:
        """Of several of one name the one who was named last before a surname that stands alone: `Kim` is the Kim just told of."""
        if len(same) < 2:
            return next(iter(same), None)
        before = [i for i, (person, *_) in self._person_at.items() if i < first and any(person is known for known in same)]
        return self._person_at[max(before)][0] if before else same[0]

    def _affiliation(self, first: int, end: int) -> tuple[Side | None, TalksLevel]:
        """Side and level of `Ukrainian President X`, `Russia's foreign minister, X`, `X, the German chancellor,`, `President X of Y`."""
        side, level = self._titles_before(first)
        if side is None:
            side, behind = self._titles_behind(end)
            if side is None and first and self._reading.doc[first - 1].lower_ in self._titles:
                side = self._unlisted_side(end)
            level = level if level is not TalksLevel.UNKNOWN else behind
        return side, level

    def _titles_of(self, first: int, end: int) -> set[str]:
        """`president` of `President X`, `prime minister` of `X, the prime minister`."""
        doc = self._reading.doc
        around = [first - 1] if first else []
        if end < len(doc) and doc[end].text == ",":
            around.extend(range(end + 1, min(end + 6, len(doc))))
        return {title for i in around if (title := self._title_at(i)) is not None}

    def _title_at(self, i: int) -> str | None:
        doc = self._reading.doc
        word = doc[i].lower_
        longer = f"{doc[i - 1].lower_} {word}" if i else word
        return longer if longer in self._titles else word if word in self._titles else None

    def _side(self, mention: Mention) -> Side:
        stands_for_itself = mention.actor_kind in (ActorKind.IGO, ActorKind.GROUP)
        if stands_for_itself or mention.country is None:
            return Side(mention.name, mention.actor_kind, mention.country)
        return states()[mention.country]

    def _titles_before(self, first: int) -> tuple[Side | None, TalksLevel]:
        doc = self._reading.doc
        title: list[str] = []
        portfolio = 0
        i = first - 1
        while i >= 0 and doc[i].sent == doc[first].sent:
            mention = self._mentions.at(i)
            if mention and title[:1] == ["envoy"] and doc[i + 1].lower_ == "envoy" and self._is_land_of_envoy(mention):
                # "The UN Yemen envoy" is not Yemen's.
                i = mention.first - 1
                continue
            names_owner = i == first - 2 and doc[first - 1].lower_ in ("'s", "’s")
            is_of_state = title or names_owner or (mention is not None and mention.form is Form.DEMONYM)
            # "At the Union gathering, Mr. Lee", "in Ghana, Mr. Lee": nothing that he is there.
            has_office = any(word in self._title_words or word in self._bodies for word in title)
            is_elsewhere = not has_office and doc[i + 1].text == ","
            if mention and mention.kind is EntityKind.STATE and mention.country and is_of_state and not is_elsewhere:
                return self._side(mention), self._level(title)
            if mention and mention.kind is EntityKind.ORGANISATION and has_office and doc[i + 1].text != ",":
                return (None if self._owns(title, mention) else self._side(mention)), self._level(title)
            word = doc[i].lower_
            is_title = (
                word in self._title_words
                or word in self._bodies
                or doc[i].lemma_.lower() in self._bodies
                or doc[i].text in self._honorifics
            )
            honours_only = all(doc[k].text in self._honorifics for k in range(i + 1, first))
            may_say_for_what = has_office and word not in JOINS_TITLE and portfolio < LONGEST_PORTFOLIO and not mention
            if is_title:
                title.insert(0, word)
            elif may_say_for_what and doc[i].pos_ in ("NOUN", "PROPN", "ADJ"):
                # "Ukraine's strategic industries minister"
                portfolio += 1
            elif not (word in JOINS_TITLE and title) and not (word in (",", "'s", "’s") and honours_only and doc[i - 1].tag_ != "NNS"):
                # "In talks with Malian officials, Dr. Lee said": none of them.
                break
            i -= 1
        return None, self._level(title)

    def _owns(self, title: list[str], mention: Mention) -> bool:
        """`Norfish founder Ann Lee`: she acts for no state."""
        return mention.actor_kind is ActorKind.ORG and not self._private.isdisjoint(title)

    def _is_land_of_envoy(self, mention: Mention) -> bool:
        """`the UN Yemen envoy`, `the UN's Yemen envoy`; `the UN envoy` is the UN's own."""
        before = next((i for i in range(mention.first - 1, -1, -1) if self._reading.doc[i].lower_ not in ("'s", "’s")), None)
        return mention.form is Form.NAME and before is not None and self._mentions.at(before) is not None

    def _titles_behind(self, end: int) -> tuple[Side | None, TalksLevel]:
        doc = self._reading.doc
        if end >= len(doc) or doc[end].lower_ not in (",", "of", "("):
            return None, TalksLevel.UNKNOWN
        title: list[str] = []
        side: Side | None = None
        for i in range(end + 1, min(end + 10, len(doc))):
            mention = self._mentions.at(i)
            if mention and (mention.kind is EntityKind.STATE or (mention.kind is EntityKind.ORGANISATION and doc[end].lower_ != "of")):
                side = side or (None if self._owns(title, mention) else self._side(mention))
                if doc[end].lower_ == "of":
                    return side, TalksLevel.UNKNOWN
                continue
            word = doc[i].lower_
            if word in self._title_words or doc[i].lemma_.lower() in self._bodies:
                title.append(word)
            elif word not in ("the", "a", "'s", "’s", "of", "for", "-"):
                break
        known = any(word in self._titles for word in title)
        return (side, self._level(title)) if known else (None, TalksLevel.UNKNOWN)

    def _unlisted_side(self, end: int) -> Side | None:
        """`President Marko of Belvania`, `commander Mousa of the Sael Liberation Army`: a state or body that no gazetteer has."""
        doc = self._reading.doc
        if end >= len(doc) or doc[end].lower_ != "of":
            return None
        named = next((e for e in doc.ents if e.start > end and e.start <= end + 2 and e.label_ in ("GPE", "ORG")), None)
        if named is None and end + 1 < len(doc) and doc[end + 1].pos_ == "PROPN" and not doc[end + 1].ent_type_:
            return Side(doc[end + 1].text, ActorKind.STATE, None) if not self._mentions.at(end + 1) else None
        if named is None or any(doc[i].lower_ not in ("the", "a") for i in range(end + 1, named.start)):
            return None
        mention = self._mentions.at(named.end - 1)
        if mention:
            return self._side(mention) if mention.kind is EntityKind.ORGANISATION else None
        party = self._unlisted(named.root)
        return Side(party.name, party.kind, None)

    def _level(self, title: list[str]) -> TalksLevel:
        for length in (3, 2, 1):
            for i in range(len(title) - length, -1, -1):
                if level := self._titles.get(" ".join(title[i : i + length])):
                    return level
        return TalksLevel.UNKNOWN

    # What a phrase stands for ------------------------------------------------------------------------------------------------------

    def _of_person(self, person: _Person, first: int, end: int) -> Party:
        individual = Party(person.name, ActorKind.PERSON, person.country, first, end, level=person.level)
        if person.side is None:
            return individual
        return replace(individual, name=person.side.name, kind=person.side.kind, country=person.side.country, individual=individual)

    def _of_mention(self, mention: Mention) -> Party:
        if mention.kind is EntityKind.STATE:
            return self._of_state(mention)
        return Party(mention.name, mention.actor_kind, mention.country, mention.first, mention.end)

    def _of_state(self, mention: Mention) -> Party:
        return Party(mention.name, ActorKind.STATE, mention.country, mention.first, mention.end)

    def _of_noun(self, noun: Token) -> list[Party]:
        """`Dutch partners`, `the government of Mali`, `leaders of both countries`, `partners`."""
        # Of a plural in capitals the lemmatizer leaves the ending.
        lemma = noun.lemma_.lower().removesuffix("s") if noun.tag_ == "NNPS" else noun.lemma_.lower()
        with_word_before = f"{noun.doc[noun.i - 1].lower_} {lemma}" if noun.i else lemma
        is_body = not self._bodies.isdisjoint((lemma, noun.lower_, with_word_before))
        is_group = lemma in self._groups or lemma in self._others
        level = self._level([noun.doc[noun.i - 1].lower_, lemma] if noun.i else [lemma])
        found: list[Party] = []
        if lemma in self._others and (named_behind := self._in_apposition(noun)):
            return named_behind
        if is_body or is_group:
            modifiers = [c for child in noun.children if child.dep_ in MODIFIER for c in syntax.conjuncts(child)]
            modifiers = [m for m in modifiers if not (m.dep_ == "poss" and lemma in self._others)]
            if lemma in self._relative:
                modifiers = [m for m in modifiers if self._mentions.at(m.i, EntityKind.STATE) is None]
            # "American, Qatari and Egyptian officials": the parser hangs the first on the second.
            modifiers[:0] = [c for m in modifiers for c in m.lefts if c.dep_ == "amod" and self._mentions.at(c.i, EntityKind.STATE)]
            # Of "Israel's Defence Ministry" one modifier is a state, and the other a part of the name.
            known = [m for m in modifiers if m.pos_ == "PRON" or self._mentions.at(m.i, EntityKind.STATE, EntityKind.ORGANISATION)]
            if len(known) > 1 and lemma in self._sent:
                # "The UN's Yemen envoy" is not Yemen's.
                known = [m for m in known if m.i != noun.i - 1 or m.dep_ != "compound" or self._is_demonym(m)] or known
            found.extend(p for m in known or modifiers for p in self._modifier(m))
            if not found:
                # "The government in Lima".
                behind = ("of", "from", "for", "in") if lemma in self._seated else ("of", "from", "for")
                found.extend(p for of in syntax.adjuncts(noun, *behind) for p in self.one(of))
        named = next((c for c in noun.children if c.dep_ == "appos" and c.i in self._person_at), None)
        if named is not None and len(found) < 2:
            # "Its director, X": X, and whoever it is that X directs.
            person = self._of_person(*self._person_at[named.i])
            individual = person.individual or person
            return [replace(found[0], individual=individual, level=level)] if found else [person]
        if found:
            parties = [replace(p, level=level) for p in _distinct(found)]
            if len(parties) == 1:
                # "Dutch partners" is written as a whole; of "his Russian and US counterparts" each has its own word.
                phrase = syntax.noun_phrase(noun)
                parties = [replace(p, first=min(p.first, phrase.start), end=max(p.end, noun.i + 1)) for p in parties]
            return parties
        if (camp := self._camp(noun, lemma)) is not None:
            return [camp]
        if (holder := self._the_holder(noun)) is not None:
            return [holder]
        if lemma in self._definite and noun.tag_ != "NNS" and any(c.lower_ in ("the", "this") for c in noun.children if c.dep_ == "det"):
            return self._the_state(noun)
        if lemma in self._definite_groups and not found and any(c.lower_ in ("the", "this") for c in noun.children if c.dep_ == "det"):
            return self._the_group(noun)
        if noun.ent_type_ in ("GPE", "ORG", "NORP") and noun.pos_ == "PROPN":
            return [self._unlisted(noun)]
        if is_group and noun.tag_ == "NNS" and not any(child.dep_ == "poss" and child.pos_ == "PRON" for child in noun.children):
            phrase = syntax.noun_phrase(noun)
            name = self._reading.span(phrase.start, phrase.stop).text
            return [Party(name, ActorKind.GROUP, None, phrase.start, phrase.stop, level=level, is_named=False)]
        return []

    def _in_apposition(self, noun: Token) -> list[Party]:
        """`US allies Japan and South Korea`, `its neighbour Togo`: those whose names follow."""
        heads = [c for child in noun.children if child.dep_ == "appos" and child.i > noun.i for c in syntax.conjuncts(child)]
        return [p for h in heads if self._mentions.at(h.i, EntityKind.STATE, EntityKind.ORGANISATION) for p in self.one(h)]

    def _is_demonym(self, token: Token) -> bool:
        mention = self._mentions.at(token.i)
        return mention is not None and mention.form is Form.DEMONYM

    def _camp(self, noun: Token, lemma: str) -> Party | None:
        """`Kurdish forces`, `Tuareg rebels`, `armed groups in eastern Congo`: who fights, by the people or the land that they are of."""
        described = [c for c in noun.children if c.dep_ in MODIFIER and c.i < noun.i]
        if lemma not in self._camps and self._camps.isdisjoint(c.lower_ for c in described):
            return None
        if lemma not in self._camps | self._groups | self._bodies | {"group"} or any(c.dep_ == "poss" for c in described):
            return None
        if not self._gone_states.isdisjoint(c.lower_ for c in described):
            return None
        if any(self._mentions.at(c.i, EntityKind.ORGANISATION) for c in described):
            # "Seleka rebels" have a name.
            return None
        first = min((c.left_edge.i for c in described), default=noun.i)
        states = [m for i in range(first, noun.i) if (m := self._mentions.at(i, EntityKind.STATE)) is not None]
        is_of_people = any(c.ent_type_ == "NORP" or (c.pos_ in ("ADJ", "PROPN") and c.text[:1].isupper()) for c in described)
        land = self._land_behind(noun)
        if states or is_of_people:
            name_end = noun.i + 1
        elif land is not None:
            name_end = land.end
        else:
            return None
        regions = [m for i in range(first, noun.i) if (m := self._mentions.at(i, EntityKind.PLACE)) is not None]
        if is_of_people and not states:
            # "Tuareg rebels in Lima": where they are, and not whose; of Darfur forces the land is that of Darfur.
            land = regions[0] if regions else None
        countries = {m.country for m in states or filter(None, [land])}
        country = countries.pop() if len(countries) == 1 else None
        return Party(self._reading.span(first, name_end).text, ActorKind.GROUP, country, first, noun.i + 1)

    def _rebels_of(self, noun: Token) -> list[Party]:
        """`Syria's rebels`: they are not Syria."""
        owner = next((c for c in noun.children if c.dep_ == "poss"), None) if noun.lemma_.lower() in self._rebels else None
        state = self._mentions.at(owner.i, EntityKind.STATE) if owner is not None else None
        if state is None or state.form is Form.DEMONYM:
            return []
        name = self._reading.span(state.first, noun.i + 1).text
        return [Party(name, ActorKind.GROUP, state.country, state.first, noun.i + 1)]

    def _land_behind(self, noun: Token) -> Mention | None:
        """`rebels in Chad`, `fighters from Darfur`: by what stands right behind, since the parser hangs it now on them, now on the verb."""
        behind = noun.doc[noun.i + 1] if noun.i + 1 < len(noun.doc) else noun
        if behind.lower_ not in ("in", "from", "of"):
            return None
        inside = [
            of for c in behind.children if c.dep_ == "pobj" for of in (c, *(syntax.adjuncts(c, "of") if c.lemma_ == "region" else ()))
        ]
        # "The forces of Darfur"; those of a state are its army.
        kinds = (EntityKind.PLACE,) if behind.lower_ == "of" else (EntityKind.STATE, EntityKind.PLACE)
        return next(filter(None, (self._mentions.at(c.i, *kinds) for c in inside)), None)

    def _the_holder(self, noun: Token) -> Party | None:
        """`the president`: the person who was named with that title last; `the Secretary`, as releases write it: who was named first."""
        is_own = noun.tag_ == "NNP" and noun.dep_ not in ("compound", "nmod")
        title = self._title_at(noun.i) if noun.tag_ == "NN" or is_own else None
        if title is None or not (is_own or self._titles[title] in (TalksLevel.LEADERS, TalksLevel.MINISTERIAL)):
            return None
        lefts = [c.lower_ for c in noun.lefts]
        if (
            not lefts
            or lefts[0] != "the"
            or any(word not in title.split() for word in lefts[1:])
            or any(c.dep_ != "case" for c in noun.rights)
        ):
            return None
        before = [(f, e, p) for p, f, e in self._person_at.values() if e <= noun.i and p.side is not None and title in p.titles]
        if not before:
            return None
        first, end, person = (min if is_own else max)(before, key=lambda b: b[0])
        return replace(self._of_person(person, first, end), first=noun.i, end=noun.i + 1, directness=0.8)

    def _the_group(self, noun: Token) -> list[Party]:
        """`the group`, `the guerrillas`: the armed group named last, in this sentence or the two before; of rebels, those called so."""
        begin = self._reading.sentences[max(0, self._reading.sentence_index(noun) - 2)].start
        found = self._last_group(self._groups_by_word.get(noun.lower_, []), noun.i)
        if found is None:
            is_rebel = noun.lemma_.lower() in self._rebels
            groups = [m for i in range(begin, noun.i) if (m := self._group_at(i)) is not None]
            found = next((m for m in reversed(groups) if not (is_rebel and m.name in self._no_rebels)), None)
        return [] if found is None else [Party(found.name, found.actor_kind, found.country, noun.i, noun.i + 1, directness=0.7)]

    @cached_property
    def _groups_by_word(self) -> dict[str, list[Mention]]:
        """The armed groups by each word of their names and by the word behind: `M23 rebels`."""
        by_word: dict[str, list[Mention]] = {}
        for mention in self._mentions:
            if mention.kind is EntityKind.ORGANISATION and mention.actor_kind is ActorKind.GROUP:
                for word in {token.lower_ for token in self._reading.doc[mention.first : mention.end + 1]}:
                    by_word.setdefault(word, []).append(mention)
        return by_word

    def _group_at(self, i: int) -> Mention | None:
        mention = self._mentions.at(i, EntityKind.ORGANISATION)
        return mention if mention is not None and mention.actor_kind is ActorKind.GROUP else None

    @staticmethod
    def _last_group(mentions: list[Mention], before: int) -> Mention | None:
        """The last of the mentions, in the order of the text, that begins before a token."""
        k = bisect_left(mentions, before, key=lambda mention: mention.first)
        return mentions[k - 1] if k else None

    def _the_state(self, noun: Token) -> list[Party]:
        """`the country`, `the government`: the state that was a subject last, in its own sentence or the two before, else that named last.

        One that its own sentence names before goes before the subjects of others.
        """
        begin = self._reading.sentences[max(0, self._reading.sentence_index(noun) - 2)].start
        latest: Party | None = None
        verb = syntax.governing_verb(noun)
        # Malta, as in: Malta approved arms sales to the country, Maltese arms arrive in the country.
        subjects: list[Token] = []
        if verb is not None and noun.dep_ not in syntax.SUBJECT:
            subjects = [*syntax.subjects(verb), *(c for c in verb.children if c.dep_ in syntax.SUBJECT)]
        acting = {word.i for subject in subjects for word in (subject, *subject.lefts)}
        for token in reversed(list(noun.doc[begin : noun.i])):
            if latest is not None and token.i < noun.sent.start:
                break
            if token.i in acting:
                continue
            mention = self._mentions.at(token.i, EntityKind.STATE)
            if token.i in self._person_at:
                party = self._of_person(*self._person_at[token.i])
            elif mention and mention.form is not Form.DEMONYM:
                party = self._of_state(mention)
            else:
                continue
            if party.kind is not ActorKind.STATE:
                continue
            party = replace(party, individual=None, first=noun.i, end=noun.i + 1, directness=0.8)
            if token.dep_ in syntax.SUBJECT:
                return [party]
            latest = latest or party
        return [replace(latest, directness=0.7)] if latest else []

    def _modifier(self, token: Token) -> list[Party]:
        mention = self._mentions.at(token.i, EntityKind.STATE, EntityKind.ORGANISATION)
        if mention:
            return self.one(token)
        if token.pos_ == "PRON":
            return self._of_pronoun(token)
        if token.pos_ == "NOUN" and token.dep_ == "poss" and token.lemma_.lower() in self._definite:
            # "The country's minister".
            return self._the_state(token)
        if token.i in self._person_at:
            # "Scholz's government": that of the state he acts for.
            party = self._of_person(*self._person_at[token.i])
            return [replace(party, individual=None)] if party.individual else []
        if token.ent_type_ in ("GPE", "ORG") and token.pos_ in ("PROPN", "ADJ"):
            entity = _entity_of(token)
            # Of "Special Representatives of Mali" and "Army chief" no part is the name of an organisation.
            says_only_what = all(word.lower_ in self._title_words or word.lemma_.lower() in self._bodies for word in entity)
            return [] if token.head.i < entity.end or says_only_what else [self._unlisted(token)]
        return []

    def _unlisted(self, token: Token) -> Party:
        """A name that no gazetteer has, as the entity recogniser sees it."""
        entity = _entity_of(token)
        land = self._mentions.at(entity.start, EntityKind.STATE)
        if land is not None and land.form is Form.NAME and len(entity) > 1 and entity.start > 1 and self._is_ruled(entity.start):
            # "President of Ghana Ama Osei".
            return self._of_state(land)
        first = entity.start + (1 if entity[0].lower_ in ("the", "a") else 0)
        kind = ActorKind.STATE if entity.label_ == "GPE" else ActorKind.GROUP if entity.label_ == "NORP" else ActorKind.ORG
        # "The Dune Front's chief", "the Dune Front in Accra".
        end = entity.end - (len(entity) > 1 and entity[-1].tag_ == "POS")
        end = next((t.i for t in entity[1:-1] if t.lower_ == "in" and self._mentions.at(t.i + 1) and t.i > token.i), end)
        return Party(self._reading.span(first, end).text, kind, None, first, end)

    def _is_ruled(self, i: int) -> bool:
        """Whether `President of` stands before a land."""
        doc = self._reading.doc
        return doc[i - 1].lower_ == "of" and self._title_at(i - 2) is not None

    def _of_pronoun(self, token: Token) -> list[Party]:
        if token.i not in self._pronouns:
            # While it is looked for it stands for nobody: "the army of its neighbour" leads back to "its".
            self._pronouns[token.i] = []
            self._pronouns[token.i] = self._antecedents(token)
        return self._pronouns[token.i]

    def _antecedents(self, token: Token) -> list[Party]:
        word = token.lower_
        if word in ("i", "we", "us", "me", "our", "my"):
            return [replace(p, directness=p.directness * 0.9) for p in self.speaker_party(token)]
        if word in ("he", "she", "him", "her", "his"):
            return [replace(p, directness=p.directness * 0.9) for p in self._person_behind(token) or self._last_person(token)]
        if word in ("they", "them", "their", "it", "its"):
            plural = word in ("they", "them", "their")
            return [replace(p, directness=p.directness * 0.8) for p in self._last_actor(token, plural=plural)]
        return []

    def _person_behind(self, token: Token) -> list[Party]:
        """`As he prepares to meet them, Marko said`: the subject of the clause that stands behind that of the pronoun."""
        for node in syntax.chain(token):
            if node.dep_ in ("ccomp", "parataxis", "relcl", "conj"):
                return []
            behind = [c for c in node.children if c.dep_ in syntax.SUBJECT and c.i > token.i and c.i in self._person_at]
            if behind and node.i > token.i:
                return [self._of_person(*self._person_at[behind[0].i])]
        return []

    def _last_person(self, token: Token) -> list[Party]:
        """The person that was last the subject of a clause before the pronoun, in this sentence or the two before."""
        first_sentence = max(0, self._reading.sentence_index(token) - 2)
        begin = self._reading.sentences[first_sentence].start
        fallback: list[Party] = []
        is_object = token.dep_ in ("dobj", "dative")
        # "Norway's president met Ghana's and thanked him": not himself.
        own = {p.key for subject in syntax.subjects(token.head) for p in self.parties(subject)} if is_object else set[str]()
        for i in range(token.i - 1, begin - 1, -1):
            word = self._reading.doc[i]
            if i in self._person_at:
                person, first, end = self._person_at[i]
                found = [self._of_person(person, first, end)]
                is_subject = self._reading.doc[end - 1].dep_ in syntax.SUBJECT
            elif word.dep_ in syntax.SUBJECT or (is_object and word.dep_ in ("pobj", "dobj") and word.pos_ != "PRON"):
                found, is_subject = self._officeholder(word), word.dep_ in syntax.SUBJECT
            else:
                continue
            if not found or own & {p.key for p in found}:
                continue
            if is_subject:
                return found
            fallback = fallback or found
        return fallback

    def _officeholder(self, noun: Token) -> list[Party]:
        """`Norway's prime minister`, without a name."""
        return [p for p in self._of_noun(noun) if p.country] if self._title_at(noun.i) is not None else []

    def _last_actor(self, token: Token, *, plural: bool) -> list[Party]:
        """The actors last named before the pronoun, in this sentence or the one before: several for `they`, one for `it`.

        Of a pronoun that is a subject rather the last subject: `Malta is a donor to Cyprus. It has sent tanks`.
        """
        begin = self._reading.sentences[max(0, self._reading.sentence_index(token) - 1)].start
        fallback: list[Party] = []
        is_subject = token.dep_ in syntax.SUBJECT
        # "amid promises that Malta would supply it": not Malta itself.
        own = set(syntax.subjects(token.head)) if token.dep_ in ("dobj", "dative") else set[Token]()
        if is_subject and not plural and (suffering := self._acted_against(token.head)):
            return suffering
        for i in range(token.i - 1, begin - 1, -1):
            candidate = self._reading.doc[i]
            if candidate.dep_ in BESIDE or candidate.pos_ not in ("NOUN", "PROPN") or candidate in own:
                continue
            parties = self.parties(candidate)
            if not parties and is_subject and not plural and candidate.pos_ == "PROPN" and candidate.dep_ in syntax.SUBJECT:
                # A subject by a name that is not known: "it" is no other.
                return []
            if not parties:
                continue
            several = len(parties) > 1 or candidate.tag_ in ("NNS", "NNPS")
            is_person = any(party.kind is ActorKind.PERSON or party.individual for party in parties)
            if several == plural and (plural or not is_person):
                if not is_subject or candidate.dep_ in syntax.SUBJECT:
                    return parties
                fallback = fallback or parties
        return fallback

    def _acted_against(self, verb: Token) -> list[Party]:
        """`sanctioned Malta after it tested`: of what is done to somebody, the reason is what that one did."""
        above = verb.head
        if verb.dep_ != "advcl" or above.lemma_.lower() not in self._against or syntax.is_passive(above):
            return []
        return [p for c in above.children if c.dep_ == "dobj" and c.i < verb.i for p in self.parties(c) if p.is_named][:1]

    def two_sides(self, before: Token) -> list[Party]:
        """Of the states named up to a token the two that the article names most often: `the two sides` where no talks were named before."""
        counts: Counter[str] = Counter()
        latest: dict[str, Party] = {}
        for mention in self._mentions:
            if mention.kind is EntityKind.STATE and mention.country:
                counts[mention.country] += 1
                if mention.first < before.i:
                    latest[mention.country] = self._of_state(mention)
        for person, _, _ in self._person_at.values():
            if person.country:
                counts[person.country] += 1
        counts = Counter({country: count for country, count in counts.items() if country in latest})
        ranked = counts.most_common(3)
        # A third state named as often would make it a guess.
        if len(ranked) < 2 or (len(ranked) == 3 and ranked[2][1] == ranked[1][1]):
            return []
        return [replace(latest[country], directness=0.7) for country, _ in ranked[:2]]


def _entity_of(token: Token) -> Span:
    """What the recogniser takes the token for a part of."""
    return next(e for e in token.doc.ents if e.start <= token.i < e.end)


def _distinct(parties: list[Party]) -> list[Party]:
    seen: dict[str, Party] = {}
    for party in parties:
        seen.setdefault(party.key, party)
    return list(seen.values())
