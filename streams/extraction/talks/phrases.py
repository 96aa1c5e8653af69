"""Who a phrase stands for, with `the two sides`, `they` and `these leaders` looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form
from streams.extraction.talks.camps import Camps
from streams.extraction.talks.meeting import Meeting, talks_words
from streams.extraction.talks.sides import SIDES, STATE_LIKE, Sides, distinct, named, without_person
from streams.extraction.talks.triggers import is_in_dateline
from streams.records import ActorKind, EntityKind, TalksLevel

__all__ = ["SPEAKING", "Phrases"]

JOINING = frozenset({"of", "from", "between", "among", "with", "including"})
"""`delegations from A and B`: prepositions behind which parties stand, and neither a place nor a topic."""

FAR = 120
"""Tokens within which `both countries` means two that were named together."""

ONE = frozenset({"he", "she", "him", "her", "his"})
"""Pronouns that stand for somebody as his name would."""

SPEAKING = frozenset({"i", "we"})


class Phrases:
    """Looks up who the phrases of one article stand for."""

    def __init__(self, context: ArticleContext, sides: Sides) -> None:
        self._context = context
        self._sides = sides
        self._camps = Camps(context)
        lexicon = talks_words()
        self._groups = frozenset(lexicon["groups"]["words"])
        self._cardinals: dict[str, int] = lexicon["cardinals"]
        self._rivals = frozenset(lexicon["groups"]["rivals"])
        titles = words("roles")["titles"]
        self._title_words = frozenset(word for names in titles.values() for title in names for word in title.split())
        self._leading = frozenset(title.split()[-1] for level in ("leaders", "ministers", "other") for title in titles[level])
        self._last: list[Party] = []
        self._places: set[tuple[str, Form]] = set()

    def note(self, meetings: list[Meeting]) -> None:
        """Remember who met: `the two sides` of the following sentences; whoever called both of them is none of `both`."""
        meeting = meetings[-1]
        shared = {p.key for p in meetings[0].parties} & {p.key for p in meeting.parties} if len(meetings) > 1 else set[str]()
        everybody = distinct(p for m in meetings for p in m.parties if p.key not in shared)
        sides = [p for p in named(everybody) if p.kind in STATE_LIKE]
        if len(sides) >= 2:
            self._last = sides
        if meeting.location is not None:
            self._places.add((meeting.location.name, meeting.location.form))

    def met_at(self, heads: list[Token]) -> bool:
        """Whether one of these is a place of a meeting that was told of."""
        mentions = (self._context.mentions.at(head.i) for head in heads)
        return any(m is not None and (m.name, m.form) in self._places for m in mentions)

    def between_states(self, parties: list[Party]) -> list[Party]:
        """Those of them between whom records are: of `the Dune Front`, which no list has, an armed group."""
        return self._sides.between_states(parties)

    def one(self, head: Token) -> list[Party]:
        """Who one head stands for; what is joined to it has been taken apart already."""
        if group := self._by_name(head) or self._of_front(head) or self._camps.of(head) or self._camps.of_compass(head):
            return group
        found = self._of_owner(head) or self._context.cast.one(head)
        if head.lower_ in ONE and head.dep_ == "poss":
            return _as_named_at(head, found)
        if len(named(found)) < 2 and len(everybody := self._all_joined_in(head)) > len(named(found)):
            return everybody
        if not named(found):
            found = [p for of in syntax.adjuncts(head, "of", "from") for p in self._camps.of(of)] or found
        return found if any(p.is_named for p in found) else self.parties(head)

    def acting(self, verb: Token) -> list[Party]:
        """Who does it: the subject, also that of the verb above where they share one."""
        found: list[Party] = []
        for subject in (s for s in syntax.subjects(verb) if not self._names_office(s)):
            parties = self.parties(subject)
            parties = [self._as_own_official(p) for p in parties]
            is_own = subject.head in (verb, verb.head.head) or verb.dep_ in ("xcomp", "conj")
            found.extend(_as_named_at(subject, parties) if subject.lower_ in ONE and is_own else parties)
            # "Ghana, along with Togo, will take part".
            beside = [c for c in (*subject.children, *subject.head.lefts) if c.lower_ in ("along", "together", "alongside")]
            found.extend(p for c in beside for head in (*syntax.adjuncts(c, "with"), *syntax.objects(c)) for p in self.one(head))
        return found

    def parties(self, head: Token) -> list[Party]:
        """Who a phrase stands for, with `the two sides`, `they` and `these leaders` looked up."""
        if head.lower_ == "us" or self._is_private(head):
            return [without_person(p, p.directness) for p in self._context.cast.one(head) if head.lower_ == "us"]
        if len(theirs := self._whose(head)) >= 2 or (theirs := self._camp_meant(head)):
            return theirs
        found = [
            p
            for token in syntax.conjuncts(head)
            if token == head or not (self._names_office(token) or _is_next_stop(token))
            for p in (
                self._by_name(token)
                or self._of_front(token)
                or self._camps.of(token)
                or self._camps.of_compass(token)
                or self._of_owner(token)
                or self._known(token)
                or self._from_behind(token)
                or self._context.cast.one(token)
            )
        ]
        # "The North said it would": the recogniser takes it for a body of that name.
        found = [p for one in found for p in (self._camps.of_compass(head.doc[one.end - 1]) or [one])]
        if not named(found):
            found = self._in_front(head) or found
        found.extend(self._those_countries(head))
        found = [p for p in found if not self._is_of_title(p, head)]
        found = found if named(found) else self._of_delegation(head) or found
        found = self._all_who_met(head, found)
        found = self._of_signatories(head) or found
        if found and head.dep_ in syntax.SUBJECT:
            found[1:1] = self._joined_by_comma(head)
        found = distinct(p for p in found if not self._is_place(p) and not self._is_dateline(p))
        if len(named(found)) < 2 and len(everybody := self._all_joined_in(head)) > len(named(found)):
            return everybody
        if any(party.is_named for party in found):
            return found
        if head.pos_ == "PRON" or head.lower_ in ("two", "pair", "duo") or self._is_office(head):
            return self._of_pronoun(head, found)
        sides = talks_words()["groups"]["sides"]
        for behind in syntax.adjuncts(head, "of", "from"):
            # "Negotiators from both countries".
            if behind.lemma_.lower() in sides and any(c.lower_ in ("both", "two") for c in behind.children):
                return self.parties(behind)
        if (many := self._counted(head)) is not None:
            return many
        counted = {child.lower_ for child in head.children} & {"two", "both", "these", "those", "the", "three"}
        is_one = head.tag_ in ("NN", "NNP") and head.lower_ not in ("pair", "duo")
        # "The rival generals".
        is_feuding = any(c.lower_ in talks_words()["groups"]["feuding"] for c in head.children)
        if not is_one and (is_feuding or head.lemma_.lower() in sides) and counted:
            if counted & {"these", "those"} and (before := self._named_before(head)):
                return before
            of = [p for h in syntax.adjuncts(head, "of", "from") for p in self.parties(h)]
            if any(p.is_named for p in of):
                return of
            if self._last:
                return [without_person(replace(party, first=head.i, end=head.i + 1), 0.8) for party in self._last]
            two = (self._pair_before(head) if counted & {"two", "both"} else []) or self._context.cast.two_sides(head)
            is_rival = head.lemma_.lower() + "s" in self._rivals and any(c.dep_ in ("amod", "compound") for c in head.children)
            return two or ([self._nameless(head)] if is_rival else [])
        return found

    @staticmethod
    def _is_private(head: Token) -> bool:
        """`the Osei campaign's officials`: whoever runs for an office acts for no state yet; `to meet Maltese forces`: in battle."""
        private = talks_words()["groups"]["private"]
        if head.tag_ in ("NN", "NNS") and head.lemma_.lower() in talks_words()["groups"]["no_envoys"]:
            return True
        inside = [head.doc[i] for i in syntax.noun_phrase(head) if i != head.i]
        return head.tag_ in ("NN", "NNS") and any(t.lemma_.lower() in private for t in (*inside, *syntax.adjuncts(head, "of", "from")))

    def _by_name(self, head: Token) -> list[Party]:
        """`the rival factions Ghana First and Togo Now`, `neighbours Ghana and Togo`: several by a word, and then by their names."""
        if head.tag_ != "NNS":
            return []
        found = [p for c in head.children if c.dep_ == "appos" and c.i == head.i + 1 for p in self._context.cast.parties(c)]
        if not found and any(c.dep_ == "nummod" and c.i < head.i for c in head.children):
            found = self._listed_behind(head)
        return found if len(named(found)) > 1 and all(p.kind in SIDES for p in found) else []

    def _listed_behind(self, head: Token) -> list[Party]:
        """`between the two presidents, Ann Lee and Yao Kpodo`: the parser hangs the names on whoever stands before."""
        if head.i + 1 >= len(head.doc) or head.nbor(1).text != ",":
            return []
        found: list[Party] = []
        for token in head.doc[head.i + 2 : head.sent.end]:
            if token.pos_ in ("VERB", "AUX", "ADP") or token.text in (".", ";", ":", "(") or (token.text == "," and len(named(found)) > 1):
                break
            if token.pos_ == "PROPN":
                found.extend(self._context.cast.one(token))
        return distinct(found)

    def _in_front(self, head: Token) -> list[Party]:
        """`the Afghan government delegation`: the state or organisation anywhere before a noun that acts for it."""
        roles = words("roles")
        is_joint = head.lemma_.lower() in talks_words()["nouns"]["body"]
        if not is_joint and head.lemma_.lower() not in (*roles["bodies"]["words"], *roles["groups"]["words"]):
            return []
        mentions = (self._context.mentions.at(i, EntityKind.STATE, EntityKind.ORGANISATION) for i in syntax.noun_phrase(head))
        found = distinct(p for m in mentions if m for p in self._context.cast.one(head.doc[m.last]))
        # "The Ghana-Togo commission" is both, "the Ghanaian commission" is no party.
        return found if len(found) > 1 or not is_joint else []

    def _from_behind(self, head: Token) -> list[Party]:
        """`met delegates from Khartoum`, `officials and negotiators for the rebels`: the parser hangs whom they are of elsewhere."""
        behind = head.doc[head.i + 1] if head.i + 1 < len(head.doc) else None
        roles = words("roles")
        acts = head.lemma_.lower() in (*roles["bodies"]["words"], *roles["groups"]["words"])
        if behind is None or behind.lower_ not in ("from", "for", "of") or not acts or behind.head == head:
            return []
        return [p for c in behind.children if c.dep_ == "pobj" for p in self.one(c) if p.is_named and p.kind in SIDES]

    def _of_front(self, token: Token) -> list[Party]:
        """`rebels of the Dune Front`: those, and no other rebels."""
        if token.lemma_.lower() not in talks_words()["groups"]["fighters"]:
            return []
        behind = [p for of in syntax.adjuncts(token, "of", "from") for p in self._context.cast.one(of)]
        return [p for p in behind if p.is_named and p.kind in (ActorKind.GROUP, ActorKind.ORG)]

    def _known(self, token: Token) -> list[Party]:
        """Whom a noun stands for, where that is somebody with a name."""
        found = self._context.cast.one(token)
        return found if named(found) else []

    def _counted(self, head: Token) -> list[Party] | None:
        """`the six nations`, `ministers of the three states`: the list of as many states; None where no number above two is told."""
        for token in (head, *syntax.adjuncts(head, "of", "from")):
            numeral = next((c for c in token.children if c.dep_ == "nummod"), None)
            count = self._cardinals.get(numeral.lower_, 0) if numeral is not None else 0
            if count > 2 and (known_here := named(self._context.cast.one(token))):
                # "One of the three Malian ministers".
                return known_here
            if count > 2 and token.lemma_.lower() in talks_words()["groups"]["sides"]:
                known = self._last if len(self._last) == count else self._listed(count)
                return [without_person(replace(p, first=head.i, end=head.i + 1), 0.8) for p in known]
        return None

    def _listed(self, count: int) -> list[Party]:
        """As many states as stand in one list anywhere in the article."""
        doc = self._context.reading.doc
        row: dict[str, Party] = {}
        end = 0
        for mention in (m for m in self._context.mentions if m.kind is EntityKind.STATE):
            between = doc[end : mention.first]
            if not all(t.is_punct or t.is_upper or t.lower_ in ("and", "the") for t in between) or any(t.text in ".;:" for t in between):
                if len(row) == count:
                    break
                row = {}
            row.setdefault(mention.name, Party(mention.name, ActorKind.STATE, mention.country, mention.first, mention.end))
            end = mention.end
        return list(row.values()) if len(row) == count else []

    def _nameless(self, head: Token) -> Party:
        """`the warring sides in the region`: two of whom no name is told."""
        phrase = syntax.noun_phrase(head)
        return Party(self._context.reading.span(phrase.start, phrase.stop).text, ActorKind.GROUP, None, head.i, head.i + 1, is_named=False)

    def _all_joined_in(self, head: Token) -> list[Party]:
        """`representatives of the M23 group and the Congolese government`: everybody named where the heads do not tell who is joined."""
        inside = list(self._inside(head))
        roles = words("roles")
        acts_for = (
            *roles["bodies"]["words"],
            *roles["groups"]["words"],
            *talks_words()["groups"]["sides"],
            *talks_words()["nouns"]["body"],
        )
        acts_for = (*acts_for, *self._groups)
        is_actor = head.pos_ == "PROPN" or self._context.cast.one(head) or head.lemma_.lower() in acts_for
        if not is_actor or not any(token.dep_ == "cc" for token in inside):
            return []
        found: list[Party] = []
        for token in inside:
            if token.pos_ == "PRON":
                continue
            # Of "Malian and Tuareg rebel delegates" Mali has a word of its own; of "Tuareg forces" the Tuaregs have none.
            is_told = any(p.first <= token.i < p.end for p in found)
            acting = [p for p in (self._of_front(token) or self._camps.of(token) or self._context.cast.one(token)) if p.is_named]
            found.extend(p for p in acting if not is_told or (self._sides.is_listed(p) and p.key not in {q.key for q in found}))
        found.sort(key=lambda party: party.first)
        # "A Hutu rebel faction" is one camp.
        camps = [p for p in found if p.kind is ActorKind.GROUP]
        found = [p for p in found if p not in camps or not any(q.first <= p.first and p.end <= q.end and q != p for q in camps)]
        return distinct(p for p in found if not self._is_place(p) and not self._is_dateline(p))

    def _inside(self, head: Token) -> Iterator[Token]:
        """The tokens of a phrase without its clauses, and without what only says where or about what."""
        yield head
        for child in head.children:
            if self._names_office(child):
                continue
            if child.dep_ in ("relcl", "acl", "advcl", "det", "punct") or (child.dep_ == "prep" and child.lower_ not in JOINING):
                continue
            yield from self._inside(child)

    def _of_owner(self, head: Token) -> list[Party]:
        """`President Marenko's government`, `delegations representing Ghana and Peru`: those whom a body acts for."""
        for child in head.children:
            if child.dep_ == "acl" and child.lemma_.lower() == "represent":
                return [p for o in syntax.objects(child) for p in self._context.cast.one(o)]
            led = self._context.cast.one(head) if child.dep_ == "acl" and child.lemma_ == "lead" and syntax.is_passive(child) else None
            if led is not None and not named(led):
                # "A delegation led by Mali's minister".
                return [p for s in syntax.subjects(child) for p in self._context.cast.one(s) if p.country]
        if head.lemma_.lower() == "counterpart":
            # "Their counterparts in Togo".
            mentions = (self._context.mentions.at(place.i, EntityKind.STATE) for place in syntax.adjuncts(head, "in"))
            lands = [head.doc[m.first] for m in mentions if m is not None and m.form is Form.NAME]
            # "His Togolese counterpart in Lome", "his counterpart Ann Lee": whose they are is told otherwise.
            is_bare = head.tag_ == "NNS" and all(c.dep_ in ("poss", "prep", "det") for c in head.children)
            return [p for land in lands for p in self._context.cast.one(land) if p.kind is ActorKind.STATE] if is_bare else []
        if head.lemma_.lower() not in words("roles")["bodies"]["words"]:
            return []
        owners = [c for c in head.children if c.dep_ == "poss" and self._context.cast.is_person(c)]
        return [without_person(p, 1.0) for owner in owners for p in self._context.cast.one(owner) if p.country]

    def _those_countries(self, head: Token) -> list[Party]:
        """`ministers of those countries and Ghana`: the list of states in the sentence before."""
        for of in syntax.adjuncts(head, "of", "from"):
            is_list = of.lemma_.lower() in ("country", "nation", "state") and any(c.lower_ in ("those", "these") for c in of.children)
            if is_list:
                return self._states_listed_before(of)
        return []

    def _joined_by_comma(self, head: Token) -> list[Party]:
        """`Libya, Malta to hold talks`: a state beside a state is no apposition to it."""
        mentions = self._context.mentions
        joined = [
            c for c in head.children if c.dep_ == "appos" and mentions.at(head.i, EntityKind.STATE) and mentions.at(c.i, EntityKind.STATE)
        ]
        return [p for token in joined for p in self._context.cast.one(token)]

    def _camp_meant(self, pronoun: Token) -> list[Party]:
        """`The rebel group said it would not come`: who says so, where that is a camp."""
        if pronoun.lower_ not in ("it", "they"):
            return []
        above = (s for node in syntax.chain(pronoun.head) if node.pos_ == "VERB" for s in syntax.subjects(node) if s.i < pronoun.i)
        speaker = next(above, None)
        return [without_person(p, 0.8) for p in self._camps.of(speaker)] if speaker is not None else []

    def _states_listed_before(self, head: Token) -> list[Party]:
        """The last two or more states joined by `and`, in the same sentence or the one before it."""
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(head) - 1)].start
        for token in reversed(list(head.doc[begin : head.i])):
            listed = [m for t in syntax.conjuncts(token) if (m := self._context.mentions.at(t.i, EntityKind.STATE))]
            if token.dep_ != "conj" and len(listed) >= 2:
                return [Party(m.name, ActorKind.STATE, m.country, m.first, m.end, directness=0.8) for m in listed]
        # "The defence of Ghana and the Gambia": the parser hangs the second on the defence.
        for token in reversed(list(head.doc[begin + 1 : head.i])):
            behind = token.i + 1 + (token.nbor(1).lower_ == "the") if token.lower_ == "and" else None
            two = [self._context.mentions.at(i, EntityKind.STATE) for i in (token.i - 1, behind)] if behind is not None else []
            if found := [m for m in two if m is not None][: 2 * all(two)]:
                return [Party(m.name, ActorKind.STATE, m.country, m.first, m.end, directness=0.8) for m in found]
        return []

    def _is_place(self, party: Party) -> bool:
        """A city that the entity recogniser took for somebody."""
        mention = self._context.mentions.at(party.first)
        return mention is not None and mention.kind is EntityKind.PLACE and party.country is None

    def _is_dateline(self, party: Party) -> bool:
        """`LOME - Togo and Mali`: where the report was written."""
        return is_in_dateline(self._context.reading.doc[party.first])

    def _whose(self, head: Token) -> list[Party]:
        """`Ghana and Togo are allies, and their leaders met`: those whose leaders they are."""
        groups = talks_words()["groups"]
        if head.tag_ != "NNS" or head.lemma_.lower() not in (*groups["sides"], *groups["seconds"]):
            return []
        owners = [c for c in head.children if c.dep_ == "poss" and (c.lower_ == "their" or c.tag_ == "NNS")]
        meant = [p for c in owners for p in (self.parties(c) if c.tag_ == "NNS" else self._of_pronoun(c, []))]
        return [without_person(p, 0.8) for p in meant if p.is_named]

    def _of_pronoun(self, pronoun: Token, found: list[Party]) -> list[Party]:
        """`… as they held talks`: the subject of the clause above, else who met before.

        Of `at their first summit, X and Y agreed` the two stand behind it.
        """
        if (pronoun.lower_ in SPEAKING or self._is_office(pronoun)) and not found:
            return self._of_publisher(pronoun)
        if pronoun.lower_ not in ("they", "their", "them", "both", "two", "pair", "duo"):
            return found
        for node in syntax.chain(pronoun):
            if node.pos_ not in ("VERB", "AUX"):
                continue
            for subject in syntax.subjects(node):
                is_joined = any(c.dep_ == "conj" for c in subject.children)
                if (subject.pos_ != "PRON" or is_joined) and (subject.i < pronoun.i or (pronoun.lower_ == "their" and pronoun.i < node.i)):
                    parties = [p for p in self._context.cast.parties(subject) if p.is_named]
                    if len(parties) >= 2:
                        return parties
        speakers = [p for p in self._context.cast.speaker_party(pronoun) if p.kind in SIDES] if pronoun.lower_ == "their" else []
        if speakers and not {p.key for p in speakers} <= {p.key for p in self._last}:
            # "In his remarks after their meeting, Marko said": none of those who met before.
            return speakers
        # "Ghana and Togo blamed each other. Both had sent envoys".
        two = self._two_before(pronoun) if not self._last and pronoun.lower_ in ("both", "two", "pair", "duo") else []
        return [without_person(replace(p, first=pronoun.i, end=pronoun.i + 1), 0.7) for p in (self._last or two)] or found

    def _pair_before(self, head: Token) -> list[Party]:
        """`The two sides`, `ministers of both countries`, where nobody met before: the two of its sentence, else those of one breath."""
        begin = self._context.reading.sentences[self._context.reading.sentence_index(head)].start
        beside = {m.country: m for i in range(begin, head.i) if (m := self._context.mentions.at(i, EntityKind.STATE)) is not None}
        if len(beside) == 2:
            # "Lome raised it with Accra at a meeting of both countries".
            return [Party(m.name, m.actor_kind, m.country, m.first, m.end, directness=0.7) for m in beside.values()]
        for token in reversed(list(head.doc[max(0, head.i - FAR) : head.i])):
            if token.dep_ == "conj" or not any(c.dep_ == "conj" for c in token.children):
                continue
            pair = named(self._context.cast.parties(token))
            if len(pair) == 2 and all(p.kind in (ActorKind.STATE, ActorKind.IGO) and p.individual is None for p in pair):
                return [without_person(p, 0.7) for p in pair]
        return []

    def _two_before(self, pronoun: Token) -> list[Party]:
        two = [p for p in named(self._named_before(pronoun)) if p.kind in SIDES]
        return two if len(two) == 2 else []

    @staticmethod
    def _is_of_title(party: Party, head: Token) -> bool:
        """`State` of `the Secretary of State`, which the recogniser takes for a body."""
        return party.kind is ActorKind.ORG and party.name == "State" and head.lower_ == "secretary"

    def _is_office(self, head: Token) -> bool:
        """`the President`, `the Secretary of State`, as a government's releases write of their own."""
        lefts = list(head.lefts)
        is_bare = bool(lefts) and lefts[0].lower_ == "the" and all(c.text[:1].isupper() for c in lefts[1:])
        is_bare = is_bare and all(c.text == "State" for of in head.rights for c in of.children)
        return head.tag_ == "NNP" and head.text[:1].isupper() and head.lower_ in self._leading and is_bare

    def _as_own_official(self, party: Party) -> Party:
        """`Deputy Secretary Lee met the premier of Togo` in what a government publishes: he is its own where no word says whose."""
        voice = self._context.voice
        is_nobodys = party.kind is ActorKind.PERSON and party.country is None and party.level is not TalksLevel.LEADERS
        if voice is None or not is_nobodys or self._context.attributions.of(self._context.reading.doc[party.first]) is not None:
            return party
        return replace(voice, first=party.first, end=party.end, individual=party, directness=0.8)

    def _names_office(self, token: Token) -> bool:
        """`Union Sherpa and Adviser` of `Mr Lee, Union Sherpa and Adviser to the premier, met`: what he is, and nobody with him."""
        node = token
        while node.dep_ in ("conj", "appos") and node.head.i < node.i:
            is_apart = node.doc[node.left_edge.i - 1].text == ","
            if node.lower_ in self._title_words and is_apart and self._context.cast.is_person(node.head) and not self._has_name(node):
                return True
            node = node.head
        return False

    def _has_name(self, title: Token) -> bool:
        """`Minister for Trade Yao Kpodo`: who he is stands in his title or right behind it."""
        last = title.right_edge.i
        return any(self._context.cast.is_person(t) for t in (*title.subtree, *title.doc[last + 1 : last + 2]))

    def _of_delegation(self, head: Token) -> list[Party]:
        """`the delegation met`: the one told of last by its state, `a high-level Ghanaian delegation`; else that of whoever publishes."""
        lefts = [c.lower_ for c in head.lefts]
        if head.lemma_.lower() != "delegation" or lefts != ["the"] or syntax.adjuncts(head, "of", "from"):
            return []
        for token in reversed(list(head.doc[: head.i])):
            known = named(self._context.cast.one(token)) if token.lemma_.lower() == "delegation" and len(list(token.lefts)) > 1 else []
            if len(known) == 1:
                return [without_person(replace(known[0], first=head.i, end=head.i + 1), 0.8)]
        return self._of_publisher(head)

    def _of_signatories(self, pronoun: Token) -> list[Party]:
        """`We, the President of Ghana, Chancellor of Togo and King of Mali, met`: all of them, however the parser hangs them."""
        if pronoun.lower_ != "we" or pronoun.i + 2 >= len(pronoun.doc) or pronoun.nbor(1).text not in (",", "the"):
            return []
        found: list[Party] = []
        for token in pronoun.doc[pronoun.i + 2 : pronoun.sent.end]:
            if token.tag_ in ("VBD", "VBZ", "VBP", "MD") or token.text in (".", ";", ":"):
                break
            mention = self._context.mentions.at(token.i, EntityKind.STATE, EntityKind.ORGANISATION)
            is_last = self._context.cast.is_person(token) and not self._context.cast.is_person(token.nbor(1))
            if (mention is not None and mention.last == token.i) or is_last:
                found.extend(p for p in self._context.cast.one(token) if p.kind in STATE_LIKE)
        return distinct(found)

    def _all_who_met(self, pronoun: Token, found: list[Party]) -> list[Party]:
        """`They met to consult`, where `they` leads back to the last of a long list of those who met: all of them are meant."""
        is_some = bool(named(found)) and {p.key for p in named(found)} < {p.key for p in self._last}
        if pronoun.lower_ not in ("they", "them") or not is_some:
            return found
        return [without_person(replace(p, first=pronoun.i, end=pronoun.i + 1), 0.8) for p in self._last]

    def _of_publisher(self, head: Token) -> list[Party]:
        """`I met President Osei` in what a government publishes, and outside of anybody's quotation: that government."""
        voice = self._context.voice if self._context.attributions.of(head) is None else None
        return [replace(voice, first=head.i, end=head.i + 1, directness=0.8)] if voice is not None else []

    def _named_before(self, head: Token) -> list[Party]:
        """Two or more parties joined by `and` before `these leaders`, in the same sentence or the one before it."""
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(head) - 1)].start
        for token in reversed(list(head.doc[begin : head.i])):
            if token.dep_ != "conj":
                parties = self._context.cast.parties(token)
                if len([p for p in parties if p.is_named]) >= 2:
                    return [replace(party, directness=0.8) for party in parties]
        return []


def _as_named_at(pronoun: Token, parties: list[Party]) -> list[Party]:
    """`he` told where it stands, as his name would be; not of somebody whom the same sentence names."""
    sentence = pronoun.sent
    return [
        party if sentence.start <= party.first < sentence.end else replace(party, first=pronoun.i, end=pronoun.i + 1) for party in parties
    ]


def _is_next_stop(token: Token) -> bool:
    """`Mali` of `met envoys of Ghana and Togo; Mali, where they met`: another place, and nobody of those."""
    is_behind_semicolon = token.left_edge.i > 0 and token.doc[token.left_edge.i - 1].text == ";"
    return is_behind_semicolon and any(c.lower_ == "where" for clause in token.children if clause.dep_ == "relcl" for c in clause.children)
