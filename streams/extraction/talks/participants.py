"""Who meets, who mediates, who hosts and who proposes it."""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import assess
from streams.extraction.lexicon import words
from streams.extraction.mentions import Mention
from streams.extraction.talks.circles import Circles
from streams.extraction.talks.clauses import Clauses
from streams.extraction.talks.encounters import Encounters
from streams.extraction.talks.mediation import Mediation
from streams.extraction.talks.meeting import Draft, Meeting, talks_words
from streams.extraction.talks.nounphrases import NounPhrases, of_all
from streams.extraction.talks.opponents import Opponents
from streams.extraction.talks.phrases import Phrases
from streams.extraction.talks.sides import SIDES, STATE_LIKE, Sides, distinct, named, without_person
from streams.extraction.talks.triggers import is_meeting_word, is_venue
from streams.records import ActorKind, EntityKind, TalksLevel

__all__ = ["Participants"]

OF_PARTIES = re.compile(r"\bCOP[- ]?\d")

HOSTING = frozenset({TalksLevel.LEADERS, TalksLevel.MINISTERIAL})
"""Who of them receives at home."""

OTHERS = frozenset({"with", "between", "among", "by", "of"})
"""Prepositions behind which those who hold talks are told."""


class Participants:
    """Fills a draft with those who have a part in the meeting."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._circles = Circles(context)
        self._sides = Sides(context)
        self._phrases = Phrases(context, self._sides)
        self._mediation = Mediation(context, self._phrases)
        self._encounters = Encounters(context, self._phrases, self._sides, self._mediation, self._circles)
        self._nouns = NounPhrases(context, self._phrases, self._mediation, self._circles)
        self._clauses = Clauses(context, self._phrases, self._mediation)
        self._opponents = Opponents(context, self._phrases, self._mediation, self._circles)
        self._said = frozenset(words("speech")["verbs"]["say"])
        self._ruling = frozenset(talks_words()["groups"]["ruling"])
        self._renewing = frozenset(talks_words()["renewal"]["words"])
        self._peace = frozenset(talks_words()["nouns"]["peace"])
        self._spans = frozenset(talks_words()["days"]["spans"])

    def note(self, meetings: list[Meeting]) -> None:
        """Remember who met: `the two sides` of the following sentences."""
        self._phrases.note(meetings)

    def mediators(self) -> tuple[Party, ...]:
        """Who is called a mediator anywhere."""
        return self._mediation.mediators()

    def opposed(self) -> tuple[Party, ...]:
        """The two who an article is about."""
        return self._opponents.opposed()

    def fill(self, draft: Draft) -> bool:
        """Find everybody; False where the words turn out to name no meeting."""
        if not draft.nouns:
            is_meeting = self._encounters.of_verb(draft) or self._with_nobody(draft)
            draft.parties.extend(self._government_beside(draft) if is_meeting else [])
            self._from_format(draft)
            return is_meeting
        if self._is_of_everybody(draft.node):
            return False
        for noun in draft.nouns:
            self._nouns.from_modifiers(noun, draft)
            self._nouns.from_prepositions(noun, draft)
            self._nouns.from_clauses(noun, draft)
        self._nouns.from_inner_verbs(draft)
        if self._is_of_firms(draft):
            return False
        self._nouns.from_nouns_above(draft)
        if is_venue(draft.node):
            return True
        self._clauses.from_verbs(draft)
        if self._is_at_home(draft):
            return False
        self._mediation.from_adverbial(draft)
        self._mediation.from_participles(draft)
        if len(named(draft.parties)) < 2:
            self._clauses.from_clause_around(draft)
        if not named(draft.parties):
            draft.parties.extend(self._of_deal_in_sentence(draft) or (self._of_deal_before(draft) if draft.mediators else []))
        if not named(draft.parties) and draft.topics:
            # "The Gaza ceasefire talks" are of those who fight over it.
            fighting = self._circles.of_dispute() if draft.is_on_peace else ()
            draft.parties.extend(fighting or draft.topics)
        if not named(draft.parties) and not draft.topics:
            draft.parties.extend(self._who_act_around(draft))
        self._from_format(draft)
        self._bilateral_helper_sits_too(draft)
        draft.parties = self._sides.between_states(draft.parties)
        if not named(draft.parties) and any(c.lower_ in self._renewing for noun in draft.nouns for c in noun.children):
            # "The two states said the next round would be in Lima".
            speakers = [p for p in self._who_speaks(draft, set()) if p.kind in STATE_LIKE]
            draft.parties.extend(without_person(p, 0.65) for p in speakers if len(named(speakers)) > 1)
        topics = [c for noun in draft.nouns for c in noun.children]
        if draft.node.lemma_.lower() not in talks_words()["nouns"]["gathering"]:
            topics.extend(c for noun in draft.nouns for c in syntax.adjuncts(noun, "over", "on", "about"))
        makes_peace = bool(draft.mediators) or any(c.lower_ in self._peace for c in topics)
        if makes_peace and not named(draft.parties):
            draft.parties.extend((self._two_in_sentence(draft) if draft.mediators else []) or self._circles.whose_conflict(draft.node))
        self._add_other_side(draft, makes_peace=makes_peace)
        return True

    def _add_other_side(self, draft: Draft, *, makes_peace: bool) -> None:
        """Where one of two is told: who speaks, whom he fights, whose land it is."""
        known = named(draft.parties)
        if known and {p.key for p in known} <= draft.opposite | {known[0].key} and len(known) == max(1, len(draft.opposite)):
            draft.parties.extend(self._other_side(draft, known) if not draft.is_closed else [])
        if makes_peace and len(known := named(draft.parties)) == 1 and known[0].kind is ActorKind.STATE and known[0].country:
            other = self._circles.adversary(known[0].country)
            draft.parties.extend([other] if other is not None else [])
        draft.parties.extend(self._government_beside(draft))
        if len(known := named(draft.parties)) == 1 and not draft.opposite and not draft.mediators:
            draft.parties.extend(self._foe_in_war(draft, known[0]))

    def _foe_in_war(self, draft: Draft, known: Party) -> list[Party]:
        """`will send envoys to talks aimed at ending Mali's war with Togo`: with whom it is at war."""
        conflicts = talks_words()["groups"]["conflicts"]
        for war in (t for noun in draft.nouns for t in noun.subtree if t.i > noun.i and t.lemma_.lower() in conflicts):
            heads = [*(c for c in war.children if c.dep_ == "poss"), *syntax.adjuncts(war, "with", "against", "between")]
            sides = [p for p in named(self._sides.between_states([p for h in heads for p in self._phrases.one(h)])) if p.kind in SIDES]
            others = [p for p in distinct(sides) if p.key != known.key]
            is_own = any(p.key == known.key for p in sides) or any(c.lower_ in ("its", "his", "her") for c in heads)
            if is_own and len(others) == 1:
                return [without_person(others[0], 0.8)]
        return []

    def with_host(self, parties: list[Party], location: Mention | None) -> list[Party]:
        """`Ghana's premier met President Adam in Lome`: whose president he is, nothing but the place tells."""
        guests = [p for p in named(parties) if p.kind in STATE_LIKE]
        people = [p for p in parties if p.kind is ActorKind.PERSON and p.country is None and p.level in HOSTING]
        land = location.country if location is not None and location.kind is EntityKind.STATE else None
        is_away = land is not None and land not in (*talks_words()["groups"]["neutral"], *(p.country for p in guests))
        name = self._circles.state(land) if land is not None and is_away else None
        if name is None or len(guests) != 1 or len(people) != 1 or guests[0].kind is not ActorKind.STATE:
            return parties
        host = Party(
            name, ActorKind.STATE, land, people[0].first, people[0].end, individual=people[0], level=people[0].level, directness=0.8
        )
        return [host if p == people[0] else p for p in parties]

    def _with_nobody(self, draft: Draft) -> bool:
        """`"We will not negotiate with anyone," the rebel leader said`: not with the state in which they fight."""
        verb = draft.node
        met = {head.lower_ for head in syntax.adjuncts(verb, "with", "to")}
        is_none = "nobody" in met or (met & {"anyone", "anybody"} and any(c.dep_ == "neg" for c in verb.children))
        if draft.word not in ("negotiate", "talk") or not is_none:
            return False
        sides = [p for p in named([*self._phrases.acting(verb), *self._context.cast.speaker_party(verb)]) if p.kind is ActorKind.GROUP]
        name = self._circles.state(sides[0].country) if len(sides) == 1 and sides[0].country else None
        if name is None:
            return False
        draft.parties = [*sides, Party(name, ActorKind.STATE, sides[0].country, sides[0].first, sides[0].end, directness=0.7)]
        return True

    @staticmethod
    def _bilateral_helper_sits_too(draft: Draft) -> None:
        """`facilitated bilateral talks with Ghana`: between that one and Ghana, since nobody else is there."""
        is_bilateral = any(c.lower_ == "bilateral" for noun in draft.nouns for c in noun.children)
        if is_bilateral and len(named(draft.parties)) == len(named(draft.mediators)) == len(draft.opposite) == 1:
            draft.parties.extend(draft.mediators)
            draft.mediators = []

    def _is_of_everybody(self, noun: Token) -> bool:
        """`the 27th Conference of the Parties`, `the COP27 summit`: of all who signed, and between no two."""
        phrase = syntax.noun_phrase(noun)
        # As it is written: the parser is shown a sum of money.
        is_named = OF_PARTIES.search(self._context.reading.span(phrase.start, phrase.stop).text) is not None
        is_of_parties = noun.lower_ == "conference" and any(head.lower_ == "parties" for head in syntax.adjuncts(noun, "of"))
        is_gathering = noun.lemma_.lower() in ("conference", "summit") and not syntax.adjuncts(noun, "between", "with")
        return is_named or is_of_parties or (is_gathering and of_all(noun))

    @staticmethod
    def _is_of_firms(draft: Draft) -> bool:
        """`talks between the Lamb Group and Ghana`."""
        firms = talks_words()["groups"]["firms"]
        return draft.is_closed and any(p.kind is ActorKind.ORG and p.name.split()[-1].casefold() in firms for p in draft.parties)

    def _is_at_home(self, draft: Draft) -> bool:
        """`Lee spoke at a meeting with the heads of Ghana's ministries`, where she is Ghanaian: all are of one state."""
        verb = draft.verbs[0] if draft.verbs else syntax.governing_verb(draft.node)
        if verb is None or len(draft.opposite) != 1 or {p.key for p in named(draft.parties)} != draft.opposite:
            return False
        return {p.key for p in named(self._phrases.acting(verb))} == draft.opposite

    def _government_beside(self, draft: Draft) -> list[Party]:
        """`talks between the government and the Dune Army`: that of the state where the group fights."""
        known = named(draft.parties)
        if len(known) != 1 or known[0].kind is not ActorKind.GROUP or known[0].country is None:
            return []
        name = self._circles.state(known[0].country)
        verbs = draft.verbs[:1] or [draft.node]
        heads = [c for verb in verbs for s in verb.children if s.dep_ in syntax.SUBJECT for c in syntax.conjuncts(s)]
        heads += [h for node in (*draft.nouns, *verbs) for h in syntax.adjuncts(node, "between", "with", "by")]
        heads += [o for verb in verbs for o in syntax.objects(verb)]
        bodies = words("roles")["bodies"]["words"]
        unnamed = [
            h
            for h in heads
            if (h.lemma_.lower() in self._ruling and not any(c.dep_ in ("amod", "compound", "poss") for c in h.children))
            # "A government delegation".
            or (h.lemma_.lower() in bodies and any(c.lower_ == "government" and c.dep_ == "compound" for c in h.children))
        ]
        if name is None or not unnamed:
            return []
        return [Party(name, ActorKind.STATE, known[0].country, unnamed[0].i, unnamed[0].i + 1, directness=0.8)]

    def _from_format(self, draft: Draft) -> None:
        """The members of a format that names the meeting, or that its sentence names where it tells of nobody else."""
        members, where = self._circles.of_format(self._context.reading.sentences[self._context.reading.sentence_index(draft.node)])
        names_it = any(i in where for noun in draft.nouns for i in syntax.noun_phrase(noun))
        behind = draft.node.doc[where.stop : where.stop + 1] if where else ()
        if not names_it and (any(is_meeting_word(token) for token in behind) or self._names_other(where, draft)):
            # "Held talks in Lima on how to resume the six-party talks": those are others.
            return
        # "North and South Korea", "the leaders of the Quad", which the recogniser takes for one body.
        others = [p for p in draft.parties if p.country is not None or p.first >= where.stop or p.end <= where.start]
        if names_it or len(others) < len(draft.parties) or len(named(self._sides.between_states(draft.parties))) < 2:
            draft.parties = [*members, *others]

    def _names_other(self, where: range, draft: Draft) -> bool:
        """`from the Union's summit to the Quad Leaders' Summit`: the format names another meeting."""
        heads = (n for i in where[-1:] for n in syntax.chain(draft.node.doc[i]) if n.i >= i)
        whole = next((n for n in heads if n.dep_ not in ("compound", "poss", "amod", "nmod")), None)
        return whole is not None and is_meeting_word(whole) and whole not in draft.nouns and whole != draft.node

    def _who_act_around(self, draft: Draft) -> list[Party]:
        """`Ghana and Togo have agreed to cut tolls as talks progress`: the two who act in the clause around talks of nobody else."""
        if draft.node.lower_ not in ("talks", "negotiations") or any(
            c.dep_ in ("prep", "poss") for c in draft.node.children if c.lower_ in OTHERS
        ):
            return []
        for node in syntax.chain(draft.node):
            if node.lower_ == "order" and node.dep_ == "pobj":
                # "Agreed on a truce in order to allow talks": those of others.
                return []
            if node.pos_ not in ("VERB", "AUX") or node.lemma_.lower() in self._said:
                continue
            acting = [s for s in syntax.subjects(node) if s.i < draft.node.i]
            sides = [p for s in acting[:1] for p in named(self._phrases.parties(s)) if p.kind in SIDES and p.directness >= 0.8]
            if len(sides) == 2 and len(acting) == 2:
                return [without_person(p, 0.65) for p in sides]
        return []

    def _of_deal_in_sentence(self, draft: Draft) -> list[Party]:
        """`talks resumed in Cairo, which aim to strike a deal between Ghana and the rebels`: between whom the deal is to be."""
        lexicon = talks_words()
        if draft.word in lexicon["nouns"]["gathering"]:
            # "Remarks at the summit on the war between Ghana and Togo": of others.
            return []
        ends = {*lexicon["nouns"]["outcome"], *lexicon["groups"]["conflicts"]}
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        for token in sentence.doc[draft.node.i : sentence.end]:
            above = token.head.head
            if above.lemma_ == "follow" and draft.node in syntax.subjects(above):
                # "The meeting follows an agreement between Ghana and Togo": another's.
                return []
            if token.lower_ == "between" and token.head.lemma_.lower() in ends:
                between = [p for h in syntax.adjuncts(token.head, "between") for p in self._phrases.one(h)]
                sides = [p for p in named(self._sides.between_states(between)) if p.kind in SIDES]
                return [without_person(p, 0.8) for p in sides] if len(sides) == 2 else []
        return []

    def _who_publishes(self, draft: Draft, taken: set[str]) -> list[Party]:
        """`Following a meeting with Togo's president, the two agreed` in what a government publishes: it met him."""
        voice, link = self._context.voice, draft.node.head
        if voice is None or voice.key in taken or draft.node.dep_ != "pobj" or self._context.attributions.of(draft.node) is not None:
            return []
        is_beside = link.lower_ in ("following", "after", "during", "in") and link.i <= draft.node.sent.root.i
        return [replace(voice, first=draft.node.i, end=draft.node.i + 1)] if is_beside else []

    def _of_deal_before(self, draft: Draft) -> list[Party]:
        """`praised months of talks mediated by Oman`, where one sentence told of a deal or border `between Ghana and Togo`."""
        nouns = talks_words()["nouns"]
        ends = {*nouns["outcome"], *nouns["boundary"], *talks_words()["groups"]["conflicts"]}
        before = (t for t in draft.node.doc[1 : draft.node.i] if t.lower_ == "between" and t.dep_ == "prep")
        between = [t for t in before if {t.head.lemma_.lower(), t.nbor(-1).lemma_.lower()} & ends]
        pairs = [[p for h in syntax.adjuncts(t.head, "between") for p in named(self._phrases.one(h)) if p.kind in SIDES] for t in between]
        pairs = [pair for pair in pairs if len(pair) == 2] or self._struck_before(draft.node)
        helpers = {p.key for p in draft.mediators}
        is_one = len({frozenset(p.key for p in pair) for pair in pairs}) == 1 and not helpers & {p.key for p in pairs[0]}
        return [without_person(p, 0.7) for p in pairs[0]] if is_one else []

    def _struck_before(self, node: Token) -> list[list[Party]]:
        """`Ghana said it had agreed a truce with the Dune Army`: who struck a deal with whom, in the sentences before."""
        nouns = talks_words()["nouns"]
        deals = (t for t in node.doc[: node.i] if t.lemma_.lower() in nouns["outcome"] and t.dep_ == "dobj")
        pairs: list[list[Party]] = []
        for deal in deals:
            heads = syntax.adjuncts(deal, "with") or syntax.adjuncts(deal.head, "with")
            both = ([p for h in heads for p in self._phrases.one(h)], self._phrases.acting(deal.head))
            met, struck = ([p for p in named(self._sides.between_states(found)) if p.kind in SIDES] for found in both)
            if len(met) == len(struck) == 1 and met[0].key != struck[0].key:
                pairs.append([*struck, *met])
        return pairs

    def _other_side(self, draft: Draft, known: list[Party]) -> list[Party]:
        """`talks with Iran were going well, the president said`, `said they agreed to resume talks`: who says so is the other side."""
        agrees = any(verb.lemma_ == "agree" for verb in draft.verbs) and any(noun.tag_ == "NNS" for noun in draft.nouns)
        if not draft.nouns or not (agrees or any(syntax.adjuncts(noun, "with") for noun in draft.nouns)):
            return []
        taken = {p.key for p in (*known, *draft.mediators, *draft.hosts)}
        link = draft.node.head
        if link.lower_ == "of" and (link.head.ent_type_ in ("DATE", "TIME") or link.head.lemma_.lower() in self._spans):
            # "After weeks of talks with Ghana".
            link = link.head.head
        is_ahead = link.lower_ == "of" and link.head.lower_ == "ahead"
        if draft.node.dep_ == "pobj" and (is_ahead or link.lower_ in ("after", "during", "at", "following", "before")):
            # "Praised the accord after talks with Ghana", "ahead of talks with Ghana, Togo's envoy said".
            verb = syntax.governing_verb(draft.node.head)
            subjects = (
                [p for s in syntax.subjects(verb) for p in self._phrases.parties(s) if p.is_named and p.key not in taken] if verb else []
            )
            if len(subjects) == 1 and subjects[0].kind in STATE_LIKE:
                return subjects
        said_of = assess(draft.node)
        if said_of.modal_kind == "possible" or said_of.condition is not None or said_of.hedge is not None:
            # "Talks with Mali are only possible if it disarms": whoever thinks so.
            return []
        speakers = self._who_speaks(draft, taken) or self._who_publishes(draft, taken)
        if len(speakers) == 1 and (speakers[0].kind in STATE_LIKE):
            return [without_person(speakers[0], 0.8)]
        return []

    def _who_speaks(self, draft: Draft, taken: set[str]) -> list[Party]:
        return [p for p in self._context.cast.speaker_party(draft.node) if p.is_named and p.key not in taken]

    def _two_in_sentence(self, draft: Draft) -> list[Party]:
        """`Ghana faces new raids from Mali as Togolese-brokered talks stall`: the two states beside who mediates."""
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        helpers = {p.key for p in draft.mediators}
        states: dict[str, Party] = {}
        for i in range(sentence.start, draft.node.i):
            for m in self._context.mentions.all_at(i):
                if m.kind is EntityKind.STATE and m.country and m.country not in helpers:
                    states.setdefault(m.country, Party(m.name, ActorKind.STATE, m.country, m.first, m.end, directness=0.7))
        return list(states.values()) if len(states) == 2 else []
