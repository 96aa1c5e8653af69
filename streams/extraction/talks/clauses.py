"""Who takes part by the clause around the noun: the subject of `hold talks`, of `agreed to`, of `flew to Lima for`."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor
from streams.extraction.lexicon import words
from streams.extraction.talks.mediation import Mediation
from streams.extraction.talks.meeting import OFF, Draft, talks_words
from streams.extraction.talks.phrases import Phrases
from streams.extraction.talks.sides import SIDES, STATE_LIKE, named
from streams.extraction.talks.triggers import is_naming, is_stay
from streams.records import ActorKind, EntityKind

__all__ = ["Clauses"]

INTO_IT = frozenset({"in", "for", "at", "to", "into", "of", "from"})
"""`takes part in talks`, `arrived for talks`: prepositions that bring the subject to the table."""

OFFERS = frozenset({"PROPOSED", "WISHED"})
"""What the nouns say of talks that somebody makes an offer of, or calls for."""


class Clauses:
    """Reads the clauses in which a meeting is named."""

    def __init__(self, context: ArticleContext, phrases: Phrases, mediation: Mediation) -> None:
        self._context = context
        self._phrases = phrases
        self._mediation = mediation
        lexicon = talks_words()
        self._by_verb: dict[str, str] = lexicon["by_verb"]
        self._roles = lexicon["roles"]
        self._motion = frozenset(lexicon["verbs"]["motion"])
        self._sending = frozenset(lexicon["verbs"]["sending"])
        self._received = frozenset(lexicon["verbs"]["receive"])
        self._chair = frozenset(lexicon["roles"]["chair"])
        self._visits = frozenset(lexicon["nouns"]["visit"])
        self._weighing = frozenset(lexicon["offers"]["weighing"])
        self._asking = frozenset(lexicon["offers"]["asking"])
        self._present = frozenset(lexicon["roles"]["present"])
        self._sides: dict[str, int] = lexicon["sides"]
        self._attending = frozenset(lexicon["verbs"]["attending"]) - frozenset(lexicon["verbs"]["absent"])
        titles = words("roles")["titles"]
        self._leaders = frozenset(title for level in ("leaders", "ministers") for title in titles[level])
        self._receiving = self._leaders | frozenset({"counterpart", "leader", "official", "authority"})
        self._at_odds = frozenset(lexicon["groups"]["at_odds"]) | frozenset(words("roles")["modifiers"]["words"])

    def from_verbs(self, draft: Draft) -> None:
        """The subject of `hold talks` takes part, that of `host` gives the place, that of `propose` proposes."""
        verb = draft.verbs[0] if draft.verbs else None
        if verb is None:
            return
        link = _link(draft.node, verb)
        if link.lower_ in ("out", "away"):
            # "Walked out of the talks".
            link = next((c for c in link.children if c.dep_ == "prep"), link)
        # "Will send envoys to talks": to the parser like to somebody.
        behind = link.lower_ if link.dep_ == "prep" or link.lower_ == "ahead" or (link.dep_ == "dative" and link.tag_ == "IN") else ""
        if behind == "on" and any(c.lemma_.lower() in self._visits for c in link.children):
            # "Arrived on a visit for talks".
            behind = "for"
        near = next((n for n in syntax.chain(draft.node) if n.dep_ == "prep"), link)
        if link.dep_ == "prep" and near != link and near.head == link and any(c.ent_type_ == "DATE" for c in link.children):
            # "Will be in Lima from May 3 to 5 for the talks": the parser hangs it on the days.
            behind = near.lower_
        is_subject = link.dep_ in syntax.SUBJECT
        inside = is_subject or link in syntax.objects(verb) or behind in INTO_IT or is_naming(link)
        acting = self._acting(verb) if not is_subject or syntax.is_passive(verb) else []
        if not acting and behind in INTO_IT and syntax.is_passive(verb):
            # "have been engaged in talks": those do it themselves.
            acting = [p for s in syntax.objects(verb) for p in self._phrases.parties(s)]
        if inside:
            with_whom = [head for head in syntax.adjuncts(verb, "with", "between", "alongside") if not self._mediation.helps(head)]
            draft.parties.extend(p for head in with_whom for p in self._phrases.one(head) if not (draft.is_open or draft.is_closed))
            if len(named(p for head in syntax.adjuncts(verb, "between") for p in self._phrases.one(head))) > 1:
                # "Convened a meeting last month between A and B".
                draft.is_closed = True
                draft.hosts.extend(acting if Governor(verb, "").lemma in self._roles["convene"] else [])
        is_attended = Governor(verb, "").lemma in self._attending and inside
        if is_attended and draft.is_closed:
            # "Will attend a summit of Togo, Mali and Peru": one more.
            draft.parties.extend(p for p in acting if p.kind in STATE_LIKE)
        if not self._takes_role(verb, acting, draft, behind) and not draft.is_closed:
            if is_subject and Governor(verb, "").lemma in self._roles["include"]:
                draft.parties.extend(p for o in syntax.objects(verb) for p in self._phrases.parties(o))
                draft.parties.extend(self._listed_behind(verb))
            else:
                self._take_part(verb, acting, draft, behind, inside=inside)
        if draft.is_closed and inside and acting and self._status(verb) == "PROPOSED":
            # "Norway proposed talks between Mali and Togo".
            draft.proposed_by = draft.proposed_by or acting[0]
        if inside and not acting:
            self._from_verbs_further_up(draft)
        if inside and not draft.is_closed:
            self._from_request(verb, draft)
        if behind in ("after", "following", "during", "at", "in") and not named(draft.parties) and len(sides := self._acting(verb)) >= 2:
            # "The two states signed an accord after talks in Lima".
            draft.parties.extend(p for p in sides if p.kind in STATE_LIKE)
        self._from_offer(verb, draft)
        self._from_refusal(verb, draft)
        self._from_attendance(draft)
        draft.proposed_by = draft.proposed_by or self._proposer_in_clause(verb)

    def _from_offer(self, verb: Token, draft: Draft) -> None:
        """`accepted Mali's proposal for talks`, `turned down an invitation by Mali to a summit`: who makes it is the other side."""
        known = named(draft.parties)
        if len(known) != 1 or draft.is_closed or draft.opposite:
            return
        offers = [n for n in (*syntax.chain(draft.node), *syntax.objects(verb)) if n.pos_ == "NOUN" and n in verb.subtree]
        offers = [n for n in offers if n not in draft.nouns and self._by_verb.get(n.lemma_.lower()) in OFFERS]
        heads = [h for noun in offers[:1] for h in syntax.makers(noun)]
        heads.extend(h for noun in syntax.chain(draft.node) for h in self._who_answers(noun))
        draft.parties.extend(p for h in heads for p in self._phrases.parties(h) if p.is_named and p.kind in STATE_LIKE)

    def _from_refusal(self, verb: Token, draft: Draft) -> None:
        """`Talks with Mali are out of the question for Togo`: for whom they are so is the other side."""
        if len(named(draft.parties)) != 1 or verb.lemma_ != "be" or not draft.opposite:
            return
        behind = (of for out in verb.children if out.lower_ == "out" for of in syntax.adjuncts(out, "of"))
        refusing = (h for question in behind if question.lower_ == "question" for h in syntax.adjuncts(question, "for"))
        draft.parties.extend(p for h in (*refusing, *syntax.adjuncts(verb, "for")) for p in self._phrases.parties(h) if p.kind in SIDES)

    def _who_answers(self, offer: Token) -> list[Token]:
        """`Togo rejected Mali's proposal to hold talks`: who takes or refuses it is the other side."""
        verb = offer.head
        is_offer = offer.pos_ == "NOUN" and self._by_verb.get(offer.lemma_.lower()) in OFFERS and bool(syntax.makers(offer))
        is_answered = verb.pos_ == "VERB" and self._by_verb.get(Governor(verb, "").lemma) in ("RULED_OUT", "SCHEDULED")
        return syntax.subjects(verb) if is_offer and is_answered and offer in syntax.objects(verb) else []

    def _from_attendance(self, draft: Draft) -> None:
        """`talks in Lima, with envoys of Mali and Togo in attendance`."""
        sentence = draft.node.sent
        for token in draft.node.doc[draft.node.i + 1 : sentence.end]:
            if token.lower_ not in self._present:
                continue
            before = [t for t in token.doc[draft.node.i + 1 : token.i] if t.lower_ == "with"]
            # The parser makes of "with" the beginning of a phrase or of a clause.
            heads = [c for with_ in before[-1:] for c in (*with_.children, with_.head, *with_.head.children, token.head) if c.i > with_.i]
            came = next((c for c in heads if c.dep_ in (*syntax.SUBJECT, "pobj") and c.i < token.i), None)
            draft.parties.extend(p for p in (self._phrases.parties(came) if came is not None else []) if p.kind in STATE_LIKE)
            return

    def _takes_role(self, verb: Token, acting: list[Party], draft: Draft, behind: str) -> bool:
        """Whether who acts hosts, receives or mediates."""
        lemma = Governor(verb, "").lemma
        if lemma in self._received and behind:
            # "Invited both to a session": the parser hangs the word on the preposition.
            both = [c for prep in verb.children if prep.dep_ == "prep" for c in prep.children if c.lower_ == "both" and c.i < prep.i]
            guests = [p for o in (*syntax.objects(verb), *both) for p in self._phrases.parties(o)]
            draft.parties.extend(guests)
            # "Have been invited to the talks": by whom is not told.
            acting = [p for p in acting if p.key not in {g.key for g in guests}]
            draft.at_home.extend(acting if lemma == "host" and not named(guests) else [])
            (draft.hosts if len(named(guests)) > 1 and not self._sits_with(guests, verb, draft) else draft.parties).extend(acting)
        elif lemma in self._roles["host"]:
            # "Hosted a meeting with its partners": with itself.
            is_with = len(draft.opposite) == 1 and any(p.individual for p in acting)
            (draft.parties if is_with else draft.hosts).extend(acting)
        elif verb.lemma_ == "bring" and behind in ("for", "to") and any(t.lower_ == "together" for t in verb.subtree):
            # "Brought A and B together for talks"; "welcomed an initiative to bring them together" is none of his.
            draft.parties = [p for o in syntax.objects(verb) for p in self._phrases.parties(o)]
            draft.mediators.extend(acting if verb.dep_ != "advcl" else [])
            draft.is_closed = True
        elif lemma in self._chair and behind in ("", "over") and len(named(acting)) == 1:
            draft.chairs.extend(named(acting))
        elif self._mediation.is_mediating(verb):
            draft.mediators.extend(acting)
        else:
            return False
        return True

    def _listed_behind(self, verb: Token) -> list[Party]:
        """`In addition to President A, the meeting included: Prime Minister B, King C and D`: the parser loses a list behind a colon."""
        if verb.i + 1 >= len(verb.doc) or verb.nbor(1).text != ":":
            return []
        besides = [h for node in syntax.adjuncts(verb, "in") if node.lower_ == "addition" for h in syntax.adjuncts(node, "to")]
        cast = self._context.cast
        people = [
            t
            for t in verb.doc[verb.i + 2 : verb.sent.end]
            if cast.is_person(t) and not (t.i + 1 < len(t.doc) and cast.is_person(t.nbor(1)))
        ]
        return [p for h in besides for p in self._phrases.parties(h)] + [p for t in people for p in cast.one(t)]

    def _sits_with(self, guests: list[Party], verb: Token, draft: Draft) -> bool:
        """`hosted the premiers of A and B for a trilateral meeting`, `hosted his counterparts`: the host is one of those who meet."""
        described = {noun.doc[i].lower_ for noun in draft.nouns for i in syntax.noun_phrase(noun)}
        is_counted = any(number == len(named(guests)) + 1 for word, number in self._sides.items() if word in described)
        return is_counted or any(o.lemma_.lower() == "counterpart" for o in syntax.objects(verb))

    def _take_part(self, verb: Token, acting: list[Party], draft: Draft, behind: str, *, inside: bool) -> None:
        """Whether who acts sits at the table, or proposes it."""
        lemma, status = Governor(verb, "").lemma, self._status(verb)
        if lemma in self._motion and behind == "to":
            draft.parties[:0] = acting
        elif (lemma in self._motion or is_stay(verb)) and behind in ("for", "before", "ahead"):
            draft.parties[:0] = acting
            met = [h for noun in draft.nouns for h in syntax.adjuncts(noun, "with")]
            if len([p for p in named(draft.parties) if p.kind in STATE_LIKE]) == 1 and all(self._lives_there(h) for h in met):
                # Where they make peace they do so with somebody else.
                visited = self._visited(verb)
                draft.parties = [p for p in draft.parties if p.kind is not ActorKind.PERSON or p.country or not visited]
                (draft.hosts if draft.is_on_peace and not met else draft.parties).extend(visited)
        elif lemma in self._asking and behind in ("for", "to"):
            draft.parties.extend((*acting, *(p for o in syntax.objects(verb) for p in self._phrases.parties(o))))
        elif inside and (lemma in self._sending or (lemma in talks_words()["verbs"]["using"] and draft.opposite)):
            draft.parties[:0] = acting
        elif lemma in self._roles["convene"] and inside and not draft.parties and [p.kind for p in named(acting)] == [ActorKind.IGO]:
            draft.mediators.extend(acting)
        elif status in ("HOLD", "ONGOING") and inside:
            # Who calls comes before who is called.
            draft.parties[:0] = acting
            if lemma == "meet":
                draft.parties.extend(p for o in syntax.objects(verb) for p in self._phrases.parties(o))
            draft.parties.extend(self._visited_for(verb, draft))
        elif status in ("PROPOSED", "WISHED", "SCHEDULED", *OFF) and acting and inside:
            if status == "PROPOSED":
                draft.proposed_by = acting[0]
            is_other_side = len(draft.opposite) > 1 and {p.key for p in named(draft.parties)} == draft.opposite
            # "The African Union announced talks": who speaks of them is none of the two.
            plans = status == "SCHEDULED" and (lemma not in self._roles["announce"] or draft.opposite or len(named(acting)) > 1)
            plans = plans or (lemma in self._weighing and len(named(acting)) > 1)
            leaves = status in OFF and not named(draft.parties) and (len(named(acting)) > 1 or all(p.kind in SIDES for p in acting))
            if len(named(draft.parties)) == 1 or plans or is_other_side or leaves:
                draft.parties.extend(acting)

    def _status(self, verb: Token) -> str | None:
        """What a verb says of talks: `resume`, `stay away`, `see no point`."""
        pointless = talks_words()["refusals"]["no"]
        if any(
            o.lemma_.lower() in pointless and any(c.lower_ == "no" for c in o.children) for o in verb.children if o.dep_ in syntax.OBJECT
        ):
            return "RULED_OUT"
        with_adverb = (f"{verb.lemma_.lower()} {c.lower_}" for c in verb.children if c.dep_ in ("advmod", "prep"))
        return self._by_verb.get(Governor(verb, "").lemma) or next(
            (s for words_of in with_adverb if (s := self._by_verb.get(words_of))), None
        )

    def _from_verbs_further_up(self, draft: Draft) -> None:
        """`agreed to hold talks`, `offered to mediate`: the subject stands higher; not `agreed to free them in order to restart talks`."""
        for below, above in zip(draft.verbs[:3], draft.verbs[1:4], strict=False):
            if (
                below.dep_ == "advcl"
                and self._by_verb.get(Governor(above, "").lemma) != "HOLD"
                and above.lemma_.lower() not in self._motion
            ):
                return
            subjects = [p for s in syntax.subjects(above) for p in self._phrases.parties(s)]
            lemma = Governor(above, "").lemma
            if self._mediation.is_mediating(above):
                draft.mediators.extend(subjects)
            elif lemma in self._roles["host"]:
                draft.hosts.extend(subjects)
            elif self._by_verb.get(lemma) in ("SCHEDULED", "PROPOSED", "WISHED", "HOLD") and not draft.is_closed:
                draft.parties.extend(subjects if len(named(draft.parties)) < 2 else [])

    def _from_request(self, verb: Token, draft: Draft) -> None:
        """`Togo asked Mali to hold talks` with it, `to arrange talks with Peru`; `mediators urged the two to hold talks` together."""
        above = verb.head
        if verb.dep_ not in ("xcomp", "ccomp") or above.pos_ != "VERB":
            return
        asking = syntax.subjects(above)
        lemma = Governor(verb, "").lemma
        if above.lemma_.lower() in self._asking and lemma in (*self._roles["offer"], *self._roles["convene"]):
            asked = [p for o in syntax.objects(above) for p in self._phrases.parties(o) if p.is_named]
            draft.parties = [p for p in draft.parties if p.key not in {a.key for a in asked}]
            draft.parties.extend(p for s in asking for p in self._phrases.parties(s) if p.is_named and p.kind in SIDES)
            draft.mediators.extend(p for p in asked if p.key not in {m.key for m in draft.mediators})
            return
        parties = named(draft.parties)
        if len(parties) == 1 and above.lemma_.lower() in self._asking and not draft.opposite:
            draft.parties.extend(p for s in asking for p in self._phrases.parties(s) if p.is_named and p.kind in SIDES)
        elif len(parties) > 1 and any(self._mediation.is_mediator(s) for s in asking):
            draft.mediators.extend(p for s in asking for p in self._mediation.helpers(s))

    def from_clause_around(self, draft: Draft) -> None:
        """`Togo told Mali at talks in Lima`: those who act in the clause that only says where it took place were there."""
        noun = draft.nouns[-1]
        joining = ("between", "with") if not named(draft.parties) else ("between",)
        between = [t for t in noun.subtree if t.lower_ in joining and t.dep_ == "prep" and t.i > noun.i and not self._bounds(t)]
        between = between or _behind_the_day(noun, joining)
        met = [p for t in between[:1] for head in syntax.adjuncts(t.head, t.lower_) for p in self._phrases.one(head)]
        draft.parties.extend(p for p in self._phrases.between_states(met) if p.kind in STATE_LIKE)
        nouns = self._roles["mediator_nouns"]
        mediating = [t for v in draft.verbs[:1] for t in v.subtree if t.lemma_.lower() in nouns and not named(draft.parties)]
        draft.parties.extend(p for t in mediating for head in syntax.adjuncts(t, "between") for p in self._phrases.one(head))
        # "After three days of talks": after the talks.
        links = (n for n in syntax.chain(draft.node) if n.dep_ == "prep")
        link = next((n for n in links if not (n.lower_ == "of" and n.head.ent_type_ in ("DATE", "TIME"))), None)
        if link is not None and any(c.lower_ == "order" for c in link.children):
            # "Agreed to a truce in order to open talks".
            return
        verb = syntax.governing_verb(draft.node)
        if draft.is_closed or between or link is None or link.lower_ not in ("at", "during", "after", "following", "in") or verb is None:
            return
        acting = [p for s in syntax.subjects(verb) for p in self._phrases.parties(s)]
        if verb.lemma_.lower() not in words("roles")["pronouns"]["against"] and self._by_verb.get(verb.lemma_.lower()) != "REACTION":
            # "Told him at the summit"; whom they blamed there need not be there.
            acting += [p for c in verb.children if c.dep_ in ("dobj", "dative") for p in self._phrases.parties(c)]
        acting += [p for head in syntax.adjuncts(verb, "with") for p in self._phrases.one(head)]
        if any(c.lower_ == "their" for c in noun.children):
            # "At their summit Mali failed to reach a deal with Togo".
            deals = [o for v in (verb, *(c for c in verb.children if c.dep_ == "xcomp")) for o in syntax.objects(v)]
            deals = [o for o in deals if o.lemma_.lower() in talks_words()["nouns"]["outcome"]]
            acting += [p for o in deals for head in syntax.adjuncts(o, "with") for p in self._phrases.one(head)]
        helpers = {p.key for p in (*draft.mediators, *draft.hosts)}
        sides = [p for p in named(acting) if p.kind in STATE_LIKE and p.key not in helpers and p.key not in {q.key for q in draft.parties}]
        leaves = verb.lemma_.lower() in self._motion and link.lower_ in ("after", "following")
        # "In a meeting with Togo's premier, Ms Osei underscored", "praised it in a meeting with him".
        is_one = noun.tag_ == "NN" and any(c.lower_ in ("a", "her", "his") for c in noun.children) and not syntax.is_passive(verb)
        is_within = link.lower_ == "in" and bool(draft.opposite) and (link.i < verb.i or is_one)
        # "European Union leaders said after a summit": their own.
        is_own = link.lower_ in ("after", "following") and [p.kind for p in sides] == [ActorKind.IGO] and _is_of_leaders(verb)
        if len(sides) >= 2 or link.lower_ in ("at", "during") or leaves or is_within or is_own:
            there = draft.mediators if self._brokers(verb) and len(sides) == 1 and not draft.opposite else draft.parties
            there.extend(replace(p, directness=min(p.directness, 0.85)) for p in sides)

    def _brokers(self, verb: Token) -> bool:
        """`worked at talks in Lima to broker a truce between them`: whoever does so is none of the two."""
        outcome = talks_words()["nouns"]["outcome"]
        aims = (c for c in verb.children if c.dep_ in ("xcomp", "advcl") and c.tag_ == "VB" and c.lemma_.lower() in self._roles["mediate"])
        return any(o.lemma_.lower() in outcome for aim in aims for o in syntax.objects(aim))

    def _bounds(self, preposition: Token) -> bool:
        """`along the border between Ghana and Togo`; `at the border between officers of both` they met."""
        return not _are_people(preposition) and preposition.head.lemma_.lower() in talks_words()["nouns"]["boundary"]

    def _acting(self, verb: Token) -> list[Party]:
        """Who does it; also of `plans for the minister to visit`."""
        if verb.dep_ == "advcl" and verb.tag_ == "VB" and self._by_verb.get(verb.head.lemma_.lower()) == "REACTION":
            # "We welcome their decision to open talks": not we.
            return []
        if acting := self._phrases.acting(verb):
            return acting
        subjects = [c for c in verb.lefts if c.dep_ == "npadvmod" and verb.dep_ == "amod"]
        if verb.dep_ == "acl" and verb.tag_ == "VB":
            subjects = [*subjects, *(head for head in syntax.adjuncts(verb.head, "for") if head.i < verb.i)]
        return [p for s in subjects for p in self._phrases.parties(s)]

    def _proposer_in_clause(self, verb: Token) -> Party | None:
        """`…, as Ukraine has proposed`."""
        for child in verb.children:
            if (
                child.dep_ == "advcl"
                and self._by_verb.get(child.lemma_.lower()) == "PROPOSED"
                and any(c.dep_ == "mark" and c.lower_ == "as" for c in child.children)
            ):
                proposers = [p for s in syntax.subjects(child) for p in self._context.cast.parties(s)]
                if proposers:
                    return proposers[0]
        return None

    def _visited_for(self, verb: Token, draft: Draft) -> list[Party]:
        """`travelled to Lima to hold talks with his counterpart`: with whoever lives there."""
        above = verb.head
        met = [h for noun in draft.nouns for h in syntax.adjuncts(noun, "with")]
        is_aim = verb.tag_ == "VB" and verb.dep_ in ("xcomp", "advcl") and above.lemma_.lower() in self._motion
        if not is_aim or not met or len([p for p in named(draft.parties) if p.kind in STATE_LIKE]) != 1:
            return []
        return self._visited(above) if all(self._lives_there(h) for h in met) else []

    def _lives_there(self, head: Token) -> bool:
        """`flew to Lima for talks with his counterpart`, `with President Soto`: whose, no word but the place tells."""
        cast = self._context.cast
        is_titled = cast.is_person(head) and any(c.lemma_.lower() in self._leaders for c in head.children)
        described = {c.dep_ for c in head.children if c.lower_ not in self._at_odds} & {"amod", "compound", "nmod", "prep"}
        if not is_titled and (head.lemma_.lower() not in self._receiving or described):
            return False
        return not any(p.country or (p.is_named and p.kind in STATE_LIKE) for p in self._phrases.one(head))

    def _visited(self, verb: Token) -> list[Party]:
        """`visited Lima for talks`, `is due in Accra for talks`: those who live there are the other side."""
        nodes = (verb, *(c for c in verb.children if c.dep_ == "acomp"))
        heads = [*syntax.objects(verb), *(head for node in nodes for head in syntax.adjuncts(node, "to", "in"))]
        mentions = [m for head in heads if (m := self._context.mentions.at(head.i, EntityKind.STATE))]
        return [p for m in mentions for p in self._context.cast.one(self._context.reading.doc[m.first])]


def _is_of_leaders(verb: Token) -> bool:
    """`leaders said`; not `a spokesman said`, `officials said`."""
    return any(s.tag_ == "NNS" and s.lemma_.lower() in ("leader", "minister", "head", "president") for s in syntax.subjects(verb))


def _behind_the_day(noun: Token, joining: tuple[str, ...]) -> list[Token]:
    """`a meeting late last month between`, `on Friday at the border between officers of`: the parser hangs it on the day or the place."""
    places = {*talks_words()["nouns"]["boundary"], *talks_words()["nouns"]["place"], *talks_words()["nouns"]["venue"]}
    seen_place = False
    for token in noun.doc[noun.i + 1 : noun.sent.end]:
        if token.lower_ in joining:
            return [token] if not seen_place or _are_people(token) else []
        is_place = token.lemma_.lower() in places or token.head.lemma_.lower() in places
        seen_place = seen_place or is_place
        if not is_place and token.ent_type_ not in ("DATE", "TIME") and token.pos_ not in ("ADP", "DET", "ADV", "ADJ"):
            return []
    return []


def _are_people(preposition: Token) -> bool:
    """`between officers of Ghana and Togo`."""
    people = [*words("roles")["bodies"]["words"], *words("roles")["groups"]["words"]]
    return any(c.tag_ == "NNS" and c.lemma_.lower() in people for c in preposition.children)


def _link(noun: Token, verb: Token) -> Token:
    """What of `began the second day of talks` hangs on the verb: the noun, what it is a part of, or its preposition."""
    below = noun
    while below.head not in (verb, below):
        below = below.head
    return below
