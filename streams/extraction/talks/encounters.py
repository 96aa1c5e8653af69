"""Who meets where a verb tells it: `met`, `received`, `sat across from`, `brought together`."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.lexicon import words
from streams.extraction.talks.circles import Circles
from streams.extraction.talks.comings import brings_to_table, called_back, expected_at, is_return, returns_to
from streams.extraction.talks.mediation import Mediation
from streams.extraction.talks.meeting import Draft, talks_words
from streams.extraction.talks.phrases import SPEAKING, Phrases
from streams.extraction.talks.sides import STATE_LIKE, Sides, named, without_person
from streams.extraction.talks.strangers import acting_words
from streams.extraction.talks.triggers import NEAR
from streams.records import ActorKind

__all__ = ["Encounters"]

CALLING = frozenset({"convene", "gather", "assemble"})
"""`convened the leaders`: what is done to those who come."""


class Encounters:
    """Fills a draft whose trigger is a verb."""

    def __init__(self, context: ArticleContext, phrases: Phrases, sides: Sides, mediation: Mediation, circles: Circles) -> None:
        self._context = context
        self._circles = circles
        self._phrases = phrases
        self._sides = sides
        self._mediation = mediation
        lexicon = talks_words()
        self._roles = lexicon["roles"]
        self._together = frozenset(lexicon["verbs"]["together"])
        self._received = frozenset(lexicon["verbs"]["receive"])
        self._guests = frozenset(title for titles in words("roles")["titles"].values() for title in titles) | {
            "delegation",
            "counterpart",
            "team",
        }

    def of_verb(self, draft: Draft) -> bool:
        """Find everybody; False where the words turn out to name no meeting."""
        verb, lemma = draft.node, draft.word
        acting = self._phrases.acting(verb)
        if places := expected_at(verb):
            return self._of_arrival(draft, places)
        if lemma == "bring" or brings_to_table(verb):
            return self._of_bringing(draft, acting)
        if lemma in self._roles["mediate"]:
            draft.mediators = [p for p in acting if p.is_named]
            draft.parties = [p for head in syntax.adjuncts(verb, "between") for p in self._phrases.parties(head)]
            draft.is_closed = True
            return bool(draft.mediators) and len(named(draft.parties)) >= 2
        if lemma in talks_words()["verbs"]["recall"]:
            return self._of_recall(draft, acting)
        if is_return(verb) and not self._phrases.met_at(returns_to(verb)):
            # "They will return to Oslo": home.
            return False
        if lemma in self._received:
            # "Will be received by the president".
            return self._of_reception(draft, acting)
        return not syntax.is_passive(verb) and not self._meets_others(draft, acting) and self._of_encounter(draft, acting)

    def _of_encounter(self, draft: Draft, acting: list[Party]) -> bool:
        """`met`, `spoke with`, `sat across from`: who acts, and whoever is met."""
        verb, lemma = draft.node, draft.word
        met = [] if lemma != "meet" else [p for o in syntax.objects(verb) for p in self._phrases.parties(o)]
        others = self._across_the_table(verb) if lemma in self._together else [*syntax.adjuncts(verb, "with", "to"), *_met_for_a_time(verb)]
        # "Negotiated face to face".
        others = [o for o in others if o.lower_ != "face"]
        if any(o.lower_ in talks_words()["groups"]["media"] for o in others):
            return False
        met += [p for o in others for p in self._phrases.parties(o)]
        called = [o for o in syntax.objects(verb) if lemma in CALLING and o.tag_ == "NNS"]
        # "Convened Caribbean leaders": sits with them.
        met += [p for o in called for p in self._phrases.parties(o)]
        if called and not (named(met) or self._circles.of_format(verb.sent)[0]):
            # "Convening leaders from many associations".
            return False
        spoken_to = bool(others)
        acting = [*acting, *self._inviting(verb)]
        is_body = lemma == "gather" and any(p.kind is ActorKind.IGO for p in acting)
        if lemma in self._together and not met and len(named(acting)) < 2 and not is_body:
            # "Vice-ministers are to compare notes in Lima": who they are was told elsewhere.
            draft.parties = self._several(verb) if lemma in talks_words()["verbs"]["sharing"] and not named(acting) else []
            return bool(draft.parties)
        if lemma in talks_words()["verbs"]["meet_with"] and not met and (spoken_to or len(named(acting)) < 2):
            # "spoke to reporters" is no meeting, and "the minister talked" is none either.
            return False
        is_told_who = any(p.kind in STATE_LIKE or p.country for p in acting)
        subjects = syntax.subjects(verb)
        is_somebody = any(s.pos_ in ("NOUN", "PROPN") or s.lower_ in SPEAKING for s in subjects)
        if len(named(met)) > 1 and not is_told_who and is_somebody:
            # "Ms Low met Malian and Togolese officials", "I met them": not they each other.
            return False
        if met and {p.key for p in met} <= {p.key for p in acting}:
            # The president speaks to his minister.
            return False
        draft.parties = [p for p in self._sides.between_states([*acting, *met]) if not self._is_of_clubs(p)]
        draft.mediators.extend(self._bringing(verb, draft.parties))
        self._mediation.from_adverbial(draft)
        # "The parties will meet in Lima next month": who they are was told elsewhere.
        if not draft.parties:
            draft.parties = self._several(verb) or [p for s in subjects for p in self._who_sit_on(s)]
        return bool(draft.parties)

    def _of_bringing(self, draft: Draft, acting: list[Party]) -> bool:
        """`Oman brought the two together`, `brought Ghana and Togo to the table`."""
        verb = draft.node
        draft.mediators = acting
        draft.parties = self._sides.between_states([p for o in syntax.objects(verb) for p in self._phrases.parties(o)])
        # "It seems like it brings them together": nobody does.
        is_told = any(s.lower_ not in ("it", "this", "that", "which") for s in syntax.subjects(verb))
        # "Brought together 20 nations", "brought together a task force": those did not meet each other for talks.
        is_two = any(c.lower_ in ("the", "both", "two") for o in syntax.objects(verb) if o.tag_ == "NNS" for c in o.children)
        return is_told and bool(draft.mediators) and bool(draft.parties) and (is_two or len(named(draft.parties)) > 1)

    def _of_arrival(self, draft: Draft, places: list[Token]) -> bool:
        """`Ministers of the two are expected in Oslo on Friday`: two or more at a place of none of them, where they meet each other."""
        verb = draft.node
        came = [p for s in (*syntax.objects(verb), *syntax.subjects(verb)) for p in self._phrases.parties(s)]
        draft.parties = [p for p in self._sides.between_states(came) if p.kind in STATE_LIKE]
        lands = {p.country for p in draft.parties}
        mentions = [m for head in places if (m := self._context.mentions.at(head.i))]
        return len(named(draft.parties)) > 1 and bool(mentions) and all(m.country not in lands for m in mentions)

    def _several(self, verb: Token) -> list[Party]:
        """`The parties`, `vice-ministers`, `a technical committee`: some without a name."""
        groups = talks_words()["groups"]
        sides = {*groups["sides"], *groups["seconds"]}
        several = [
            s
            for s in syntax.subjects(verb)
            if (s.tag_ in ("NNS", "NNPS") and (s.lemma_.lower().rpartition("-")[2] in sides or _are_heads(s))) or _is_of_both(s)
        ]
        nameless = [Party(s.text, ActorKind.GROUP, None, s.i, s.i + 1, is_named=False) for s in several]
        return [p for p in nameless if not self._is_of_clubs(p)]

    def _is_of_clubs(self, party: Party) -> bool:
        """`Delegations from the two clubs met`."""
        head = self._context.reading.doc[party.end - 1]
        clubs = talks_words()["groups"]["clubs"]
        return not party.is_named and any(of.lemma_.lower() in clubs for of in syntax.adjuncts(head, "of", "from"))

    def _bringing(self, verb: Token, parties: list[Party]) -> list[Party]:
        """`Peru invited the Malians and the Front to reconvene`: who has them sit with each other stands between them."""
        above = verb.head
        if verb.dep_ != "xcomp" or above.lemma_.lower() != "invite" or syntax.is_passive(above) or len(named(parties)) < 2:
            return []
        inviting = named(p for s in syntax.subjects(above) for p in self._phrases.parties(s))
        return [p for p in inviting if p.kind in STATE_LIKE and p.key not in {q.key for q in parties}]

    def _who_sit_on(self, body: Token) -> list[Party]:
        """`The Ghana-Togo Council exists for that. That body last met in May`: those whose body it is."""
        that = {c.lower_ for c in body.children}
        bodies = talks_words()["nouns"]["body"]
        if body.lemma_.lower() not in bodies or not that & {"that", "this", "the"} or len(that) > 1:
            return []
        for token in reversed(list(body.doc[max(0, body.i - NEAR) : body.i])):
            is_it = token.lemma_.lower() == body.lemma_.lower() or (body.lower_ in ("body", "forum") and token.lemma_.lower() in bodies)
            if is_it and len(two := [p for p in named(self._phrases.parties(token)) if p.kind in STATE_LIKE]) > 1:
                return [without_person(replace(p, first=body.i, end=body.i + 1), 0.7) for p in two]
        return []

    def _of_recall(self, draft: Draft, acting: list[Party]) -> bool:
        """`Oman has called both sides back`, `both were asked to come back`: those who met before, with whoever brings them together."""
        draft.parties = [p for head in called_back(draft.node) for p in self._phrases.parties(head)]
        sides = {p.key for p in draft.parties}
        calling = syntax.subjects(draft.node)
        is_stranger = bool(calling) and not named(acting) and not any(self._mediation.is_mediator(caller) for caller in calling)
        if is_stranger or any(c.dep_ == "poss" for caller in calling for c in caller.children):
            # "Parents called them back", "were called back by their governments".
            return False
        draft.mediators = [p for p in named(acting) if p.key not in sides and p.kind in STATE_LIKE]
        return len(named(draft.parties)) > 1

    def _inviting(self, verb: Token) -> list[Party]:
        """`accepted an invitation from Mali to meet`: who invites and who is invited."""
        noun = verb.head
        if verb.dep_ not in ("acl", "relcl") or talks_words()["by_verb"].get(noun.lemma_.lower()) != "PROPOSED":
            return []
        above = syntax.governing_verb(noun)
        from_whom = syntax.makers(noun)
        by_whom = syntax.subjects(above) if above is not None and noun in syntax.objects(above) else []
        return [p for head in (*from_whom, *by_whom) for p in self._phrases.parties(head)] if from_whom else []

    def _meets_others(self, draft: Draft, acting: list[Party]) -> bool:
        """`Ghana's and Togo's presidents meet business leaders`, `met with pupils`: not each other."""
        if draft.word != "meet" or len(named(acting)) < 2:
            return False
        met = (*syntax.objects(draft.node), *syntax.adjuncts(draft.node, "with"))
        heads = [o for o in met if o.tag_ == "NNS" and (o.lemma_.lower() not in acting_words() or _is_described(o))]
        return bool(heads) and not named(p for o in heads for p in self._phrases.parties(o))

    def _of_reception(self, draft: Draft, acting: list[Party]) -> bool:
        """`received the envoy of Mali`, `hosted Ghana's leader`: between whoever receives and the guest; two guests meet each other."""
        heads = [o for o in syntax.objects(draft.node) if self._context.cast.is_person(o) or o.lemma_.lower() in self._guests]
        # "Welcomed the president asking for it" is glad of it.
        near = list(draft.node.children)
        heads = [
            o for o in heads if not any(c.tag_ == "VBG" and c.i == o.i + 1 and c.dep_ in ("acl", "advcl") for c in (*near, *o.children))
        ]
        offering = self._offering(draft.node)
        them = [o for o in syntax.objects(draft.node) if o.lower_ in ("them", "both") and offering]
        guests = [p for o in heads for p in self._phrases.one(o) if p.is_named and p.kind in STATE_LIKE]
        guests.extend(p for o in them for p in self._phrases.parties(o) if p.is_named and p.kind in STATE_LIKE)
        acting = offering or acting
        hosts = [p for p in named(acting) if p.kind in STATE_LIKE and p.key not in {g.key for g in guests}]
        draft.parties = self._sides.between_states([*hosts, *guests] if len(named(guests)) == 1 else guests)
        draft.hosts = hosts if len(named(guests)) > 1 else []
        return bool(hosts and guests)

    def _offering(self, verb: Token) -> list[Party]:
        """`turned down a Togolese offer to host them`: who makes the offer, and not who turns it down."""
        offer = verb.head
        if verb.dep_ != "acl" or talks_words()["by_verb"].get(offer.lemma_.lower()) != "PROPOSED":
            return []
        makers = [*syntax.makers(offer), *(c for c in offer.children if c.dep_ in ("amod", "compound"))]
        return [p for c in makers for p in self._phrases.parties(c) if p.is_named]

    def _across_the_table(self, verb: Token) -> list[Token]:
        """`sat across from Mali's envoy`, `holed up with diplomats from`."""
        nodes = [
            verb,
            *(c for c in verb.children if c.dep_ in ("acl", "advcl", "xcomp", "oprd", "prep", "dobj", "advmod", "npadvmod", "prt")),
        ]
        nodes.extend(c for child in nodes[1:] for c in child.children if c.dep_ in ("acl", "advcl", "prep", "advmod"))
        tables = [t for node in nodes for t in syntax.adjuncts(node, "at", "around", "in") if t.lemma_ in ("table", "room")]
        around = (*nodes, *tables)
        sides = [o for node in around for o in syntax.adjuncts(node, "with", "across", "opposite", "from") if o.lemma_.lower() != "table"]
        return [*sides, *(o for node in (verb, *tables) for o in syntax.adjuncts(node, "as"))]


def _is_described(head: Token) -> bool:
    return any(c.dep_ in ("compound", "amod") for c in head.children)


def _is_of_both(body: Token) -> bool:
    """`A technical committee`, `the joint commission`: one on which both sides sit."""
    kinds = {*talks_words()["nouns"]["shared"], *talks_words()["groups"]["technical"]}
    is_body = body.tag_ == "NN" and body.lemma_.lower() in talks_words()["nouns"]["body"]
    return is_body and any(c.dep_ in ("amod", "compound") and c.lower_ in kinds for c in body.children)


def _are_heads(head: Token) -> bool:
    """`heads of delegation`."""
    return head.lemma_ == "head" and any(of.lemma_ in ("delegation", "mission", "team") for of in syntax.adjuncts(head, "of"))


def _met_for_a_time(verb: Token) -> list[Token]:
    """`met last week for the first time with rebels`: the parser hangs them on the time."""
    times = [time for time in syntax.adjuncts(verb, "for") if time.lemma_ == "time"]
    return [head for time in times for head in (*syntax.adjuncts(time, "with"), *(c for c in time.children if c.dep_ == "appos"))]
