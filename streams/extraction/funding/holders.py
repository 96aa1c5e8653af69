"""Who lacks the money: actors, and the funds, plans and bodies that are none of a gazetteer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from spacy.tokens import Doc, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.factuality import Governor
from streams.extraction.funding.clauses import verbs_above
from streams.extraction.funding.sums import Sums
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists, table, words
from streams.records import ActorKind, EntityKind, FigureKind

__all__ = ["Holders"]

BODIES = frozenset({ActorKind.IGO, ActorKind.NGO, ActorKind.ORG})


class Holders:
    """Those of one article who can lack money."""

    def __init__(self, context: ArticleContext, sums: Sums) -> None:
        self._context = context
        self._sums = sums
        self._lexicon = lists("funding")
        self._asked_of: set[int] = set()

    def entity(self, noun: Token, verbs: list[Token], who: list[Token]) -> tuple[Party | None, Token | None]:
        """Who lacks the money, and the noun that names it where it is no actor by itself."""
        for head in who:
            if found := self.one(head):
                return found, head
        is_noun = noun.pos_ in ("NOUN", "PROPN")
        places = self._places(noun)
        if (finances := self._public_finances(noun, places)) is not None:
            return self._treasury_of(noun, finances), finances
        if is_noun:
            if found := self._owner(noun) or self._struck(noun):
                return found, None
            for head in places:
                if named := self._named(head):
                    return named[0], head
        if (pair := self._left_with(noun, verbs) or self._acting(noun, verbs)) is not None:
            return pair
        if is_noun and verbs and noun in syntax.subjects(verbs[0]):
            # "A gap remains for the dam", "a hole has opened up in the finances of the region".
            places = [*places, *syntax.adjuncts(verbs[0], "for", "in", "at")]
        for head in places:
            if not self._is_only_time(head) and (found := self.one(head)):
                return found, head
        return self._affected(noun, verbs) or self._bearer(noun, verbs), None

    def _left_with(self, noun: Token, verbs: list[Token]) -> tuple[Party, Token] | None:
        """`Lower fees left the school with a hole`: the school's, and not the fees'."""
        is_with = noun.dep_ == "pobj" and noun.head.lower_ == "with"
        left = syntax.objects(verbs[0]) if is_with and verbs and is_in("holders.leaving", verbs[0]) else []
        return next(((found, o) for o in left if (found := self.one(o))), None)

    def _acting(self, noun: Token, verbs: list[Token]) -> tuple[Party, Token] | None:
        """`the council faces a gap`, `must close it`: who does it."""
        for verb in verbs:
            if verb.dep_ in ("xcomp", "ccomp") and is_in("holders.helping", verb.head):
                # "Partners help to close the gap": it is another's.
                return None
            holds = Governor(verb, "").lemma in self._lexicon["holders.verbs"] or is_in("holders.verbs", verb) or verb == noun
            is_of_it = noun not in syntax.subjects(verb)
            first = next(t for t in syntax.chain(noun) if t.dep_ != "conj")
            if not holds and not (first.dep_ in ("acomp", "attr", "pobj", "advmod", "oprd", "ROOT") or noun.tag_ == "VBN"):
                continue
            acting = [*syntax.subjects(verb), *(syntax.objects(verb) if syntax.is_passive(verb) else [])] if is_of_it else []
            if acting and verb.dep_ == "relcl" and (is_in("status.closed", verb) or is_in("holders.leaving", verb)):
                acting = [*self._proposing(acting[0]), *acting]
            able = [(found, subject) for subject in acting if subject != noun and (found := self.one(subject))]
            if able:
                # "Require the governor and the legislature to plug the hole": it is the body's.
                return next((pair for pair in able if pair[0].kind is not ActorKind.PERSON), able[0])
        return None

    def stopping(self, dried: Token) -> Party | None:
        """`The clinics closed when the money dried up`: what stops, in the verbs above."""
        above = [verb for verb in verbs_above(dried) if verb != dried]
        pair = self._acting(dried, above)
        return pair[0] if pair is not None else self._bearer(dried, above)

    def _proposing(self, draft: Token) -> list[Token]:
        """`The mayor unveiled a plan that closes a gap`: whose plan it is."""
        verb = syntax.governing_verb(draft)
        if not is_in("holders.drafts", draft) or verb is None:
            return []
        return [*syntax.makers(draft), *(syntax.subjects(verb) if draft in syntax.objects(verb) else [])]

    def _public_finances(self, noun: Token, places: list[Token]) -> Token | None:
        """The word for the public finances that a gap is one in, or the black hole itself that `the chancellor has got in his finances`."""
        public = next((head for head in places if is_in("groups.treasury", head) and self._is_public(head)), None)
        if public is not None:
            return public
        elsewhere = any(not (is_in("groups.treasury", head) or is_in("holders.middle", head)) for head in places)
        is_budget = not elsewhere and self._tells_of_budget and self.is_black_hole(noun)
        return noun if is_budget and self._owner(noun) is None else None

    def _treasury_of(self, noun: Token, finances: Token) -> Party:
        """`A black hole in the public finances` is the state's, whoever the sentence speaks of."""
        owner = self._owner(finances)
        if owner is not None and owner.country is not None:
            return owner
        return self._paying_in(noun, finances) or self._named_beside(noun, finances) or self.treasury() or owner or self._body(finances)

    def is_black_hole(self, noun: Token) -> bool:
        """`a financial black hole`, where the sentence is about taxes and spending."""
        is_black = noun.lemma_.lower() == "hole" and any(c.lower_ == "black" for c in noun.children)
        return is_black and any(is_in("groups.fiscal", t) for t in noun.sent)

    @cached_property
    def _tells_of_budget(self) -> bool:
        return any(is_in("groups.budget", token) for token in self._context.reading.tokens)

    def _is_public(self, finances: Token) -> bool:
        """`the public finances`, `the nation's coffers`."""
        about = [c for c in finances.children if c.dep_ in ("amod", "compound", "poss")]
        return any(is_in("groups.public", c) or is_in("groups.of_state", c) for c in about)

    def _places(self, node: Token) -> list[Token]:
        """`a gap for shelter in the plan`, `there is no money in the fund`."""
        if node.pos_ in ("NOUN", "PROPN"):
            places = syntax.adjuncts(node, "for", "in", "at", "facing", "of", "across", "on")
            if node in syntax.objects(node.head):
                # "To fill a hole in the public finances", where the parser hangs it on the verb.
                behind = [c for c in node.head.children if c.dep_ == "prep" and c.lower_ in ("in", "at") and 0 < c.i - node.i <= 2]
                places += [place for prep in behind for place in prep.children if place.dep_ == "pobj"]
            return places
        if any(c.dep_ == "expl" for c in node.children):
            said = [c for c in node.children if c.dep_ == "attr"]
            # "There is no money left in the fund."
            lacking = [node, *said, *(c for s in said for c in s.children if c.dep_ == "acl")]
            return [place for lack in lacking for place in syntax.adjuncts(lack, "for", "in", "at")]
        return syntax.adjuncts(node, "for")

    def _bearer(self, noun: Token, verbs: list[Token]) -> Party | None:
        """`The orchestra cancelled its season for lack of funds`: what stops or goes short, whatever it is, unless it is people."""
        for verb in verbs:
            lemma = Governor(verb, "").lemma
            if lemma not in self._lexicon["holders.verbs"] and not is_in("holders.verbs", verb):
                continue
            acting = syntax.objects(verb) if syntax.is_passive(verb) else syntax.subjects(verb)
            if noun in acting:
                continue
            if not acting:
                # "An NGO in Lima shut its office", where the parser loses who shut it.
                owned = [c for o in syntax.objects(verb) for c in o.children if c.dep_ == "poss" and c.pos_ == "PRON"]
                if (found := next((p for c in owned if (p := self.one(c))), None)) is not None:
                    return found
            if (head := next((t for t in acting if self._is_thing(t)), None)) is not None:
                return replace(self._body(self._fuller(head)), directness=0.7)
        return None

    def _is_thing(self, token: Token) -> bool:
        """Whether a noun can name a body or programme: no person, no money, no time."""
        if token.pos_ not in ("NOUN", "PROPN") or self._context.cast.is_person(token) or self._context.time_at(token) is not None:
            return False
        return not any(is_in(name, token) for name in ("holders.people", "holders.abstract", "nouns.money", "nouns.gap"))

    def speaking(self, node: Token) -> Party | None:
        """`The agency said funding shortfalls had forced cuts`: a body that speaks of missing money lacks it itself, or a person's body."""
        attribution = self._context.attributions.of(node)
        if attribution is None or attribution.speaker is None or attribution.speaker.lower_ in ("i", "we", "our", "us"):
            return None
        if is_in("holders.reckoning", attribution.cue):
            # Who estimates a gap need not be the one that has it.
            return None
        is_source = attribution.cue.dep_ == "prep"
        if is_source and self._context.mentions.at(attribution.speaker.i, EntityKind.ORGANISATION) is None:
            # "According to the tracking system of" somebody, who has the figures of others too.
            return None
        party = self.one(attribution.speaker)
        if party is None or party.kind is ActorKind.PERSON:
            party = self._employer(attribution.speaker) or (self.spoken_of(node) if party is not None else None)
        return replace(party, directness=party.directness * 0.8) if party is not None and party.kind in BODIES else None

    def _employer(self, person: Token) -> Party | None:
        """`Amara Keita, the hospital's director`, `council leader Ann Hill`: the body that the words around a name tell."""
        around = [person, *(c for c in person.children if c.dep_ in ("appos", "compound", "nmod"))]
        if person.dep_ in ("appos", "compound"):
            around.append(person.head)
        if (found := next((p for t in around if (p := self._of_people(t))), None)) is not None:
            return found
        # "Joyce Banda of the Relief Committee"
        of = [t for t in syntax.adjuncts(person, "of", "at", "from", "with") if t.pos_ in ("NOUN", "PROPN")]
        found = next((p for t in of if (is_in("holders.nouns", t) or t.ent_type_ == "ORG") and (p := self.one(t))), None)
        # Of a name the lemmatizer leaves the plural: "Superintendent Ann Hill of Lurre Public Schools".
        plural = (t for t in of if t.pos_ == "PROPN" and t.lower_.removesuffix("s") in self._lexicon["holders.nouns"])
        return found or next(map(self._phrase, plural), None)

    def _phrase(self, head: Token) -> Party:
        phrase = syntax.noun_phrase(head)
        name = self._context.reading.span(phrase.start, phrase.stop).text
        return Party(name, ActorKind.ORG, None, phrase.start, phrase.stop)

    def _of_people(self, noun: Token) -> Party | None:
        """`district leaders`, `officers at the council`: the body that they belong to."""
        if not is_in("holders.people", noun):
            return None
        inside = [c for c in noun.children if c.dep_ in ("compound", "poss", "nmod", "amod")]
        inside += syntax.adjuncts(noun, "at", "of", "from", "for", "with")
        for token in inside:
            is_body = token.pos_ in ("NOUN", "PROPN") and (is_in("holders.nouns", token) or token.ent_type_ == "ORG")
            if (is_body or self._context.mentions.at(token.i, EntityKind.ORGANISATION)) and (found := self.one(token)):
                return found
        return None

    def _is_only_time(self, head: Token) -> bool:
        """`next year's budget` is nobody's."""
        around = [t for t in head.subtree if t != head and t.pos_ in ("NOUN", "PROPN", "PRON")]
        return bool(around) and is_in("holders.sums", head) and all(self._context.time_at(t) for t in around)

    def asked_to_help(self, verbs: list[Token]) -> tuple[Party, tuple[Party, ...]] | None:
        """`Zambia has asked the World Bank to help fill a gap`: who asks lacks the money."""
        for below, above in pairwise(verbs):
            if below.dep_ not in ("xcomp", "ccomp") or not is_in("need.ask", above):
                continue
            asked = tuple(
                p
                for c in below.head.children
                if c.dep_ in ("dobj", "dative", "nsubj") and c.i > above.i
                for p in self._context.cast.parties(c)
            )
            asked = asked or tuple(p for c in below.children if c.dep_ == "nsubj" for p in self._context.cast.parties(c))
            asking = next((p for s in syntax.subjects(above) if (p := self.one(s))), None)
            if asked and asking is not None and not syntax.is_passive(above):
                return asking, asked
        return None

    def _struck(self, noun: Token) -> Party | None:
        """`the gap that is plaguing Kansas`, `the hole confronting Ohio`: whom a clause on the gap says it strikes."""
        clauses = [c for c in noun.children if c.dep_ in ("relcl", "acl") and is_in("holders.striking", c)]
        struck = [o for c in clauses if noun in syntax.subjects(c) or c.dep_ == "acl" for o in syntax.objects(c) if o != noun]
        return next((p for o in struck if (p := self.one(o))), None)

    def _affected(self, noun: Token, verbs: list[Token]) -> Party | None:
        """`Funding gaps have forced cuts to relief programmes`: what goes short."""
        if not verbs:
            return None
        if noun in syntax.subjects(verbs[0]):
            below = [o for v in (verbs[0], *(c for c in verbs[0].children if c.dep_ in ("xcomp", "ccomp"))) for o in self._acted_on(v)]
            if found := next((p for o in below if (p := self.one(o)) and not self._is_mentioned_inside(p, o)), None):
                return found
        named = [o for o in syntax.objects(verbs[0]) if noun in syntax.subjects(verbs[0])]
        for item in named:
            # "has put the Wairoa bridge replacement on hold"
            if any(noun.doc[i].pos_ == "PROPN" for i in syntax.noun_phrase(item)):
                return self._body(item)
        hit = [t for t in verbs[0].subtree if t.i > noun.i and t.pos_ == "NOUN" and is_in("holders.affected", t) and t.dep_ != "compound"]
        return self._body(hit[0]) if hit and len(syntax.noun_phrase(hit[0])) > 1 else None

    def _is_mentioned_inside(self, party: Party, head: Token) -> bool:
        """`the repatriation of Burundian refugees` is not Burundi."""
        return party.kind is ActorKind.STATE and self._context.mentions.at(head.i) is None and not is_in("groups.of_state", head)

    def _acted_on(self, verb: Token) -> list[Token]:
        """`has forced the agency to cut`: the agency is the object, or the subject of what follows."""
        return [*syntax.objects(verb), *(c for c in verb.children if c.dep_ == "nsubj" and verb.dep_ in ("xcomp", "ccomp"))]

    def _owner(self, noun: Token) -> Party | None:
        """`the agency's funding gap`, `UNHCR funding needs`, `its shortfall`."""
        for i in syntax.noun_phrase(noun):
            mention = self._context.mentions.at(i, EntityKind.STATE, EntityKind.ORGANISATION)
            if mention and mention.first == i:
                return self._context.cast.one(noun.doc[i])[0]
        for i in syntax.noun_phrase(noun):
            if noun.doc[i].dep_ == "poss" and noun.doc[i] != noun and (found := self.one(noun.doc[i])):
                return found
        return None

    def one(self, head: Token) -> Party | None:
        """An actor, or a fund, plan or body that can lack money."""
        if head.pos_ == "PRON":
            return self._once(head)
        if is_in("holders.books", head) and (kept := [c for c in head.children if c.dep_ == "compound" and is_in("holders.nouns", c)]):
            # "Her office budget" is that of the office.
            return self._body(kept[-1])
        if head.text in self._lexicon["holders.lawmakers"]:
            return None
        if head.lower_ == "funds":
            return None
        named = self._named(head)
        is_listed = self._context.mentions.at(head.i, EntityKind.ORGANISATION) is not None
        if named and (is_listed or not is_in("holders.nouns", head)):
            return named[0]
        if named and named[0].kind is ActorKind.STATE and is_in("groups.of_state", head):
            return named[0]
        owners = [c for c in head.children if c.dep_ == "poss" and c.pos_ == "PRON"]
        if owners and (found := self.one(owners[0])) and found.kind is not ActorKind.PERSON:
            return found
        if is_in("holders.people", head):
            return self._of_people(head) or self._inside(head)
        if is_in("holders.books", head) and (owners or all(c.dep_ in ("det", "punct", "prep", "relcl", "acl") for c in head.children)):
            # "Its budgets" are nobody, if one cannot tell whose they are.
            return None if owners else self._inside(head)
        if is_in("groups.treasury", head):
            return self._owner(head) or self.treasury()
        # "Kosovo's broadcaster RTK"
        is_called = head.pos_ == "PROPN" and any(
            c.dep_ == "compound" and c.pos_ == "NOUN" and is_in("holders.nouns", c) for c in head.children
        )
        if head.pos_ in ("NOUN", "PROPN") and (is_in("holders.nouns", head) or head.ent_type_ == "ORG" or is_called):
            return self._body(self._fuller(head))
        return self._inside(head)

    def thing(self, head: Token) -> Party | None:
        """Whoever a noun stands for, or the thing itself where it is no body: `embassy security`."""
        is_ours = any(c.lower_ == "our" for c in head.children)
        if not is_ours and (found := self.one(head)) is not None and found.kind is not ActorKind.PERSON:
            return found
        return self.itself(head) if self._is_thing(head) else None

    def itself(self, head: Token) -> Party:
        """The thing that a noun names, whoever's it is: `the state's wildfire account`."""
        return replace(self._body(head), directness=0.8)

    def is_politician(self, token: Token) -> bool:
        """Who asks a parliament for money for others: a person, a party, a government."""
        if token.lower_ in ("he", "she", "i") or self._context.cast.is_person(token):
            return not any(p.kind in BODIES for p in self._context.cast.parties(token))
        # Of a name the lemmatizer leaves the plural.
        return token.lower_.removesuffix("s") in self._lexicon["groups.politicians"] or is_in("holders.people", token)

    def _named(self, head: Token) -> list[Party]:
        """The actors that a word names, but those who vote for money."""
        return [p for p in self._context.cast.parties(head) if p.is_named and head.text not in self._lexicon["holders.lawmakers"]]

    def _once(self, pronoun: Token) -> Party | None:
        """What a pronoun stands for; nothing while that is being asked: `38 billion pesos of its cost`."""
        if pronoun.i in self._asked_of:
            return None
        self._asked_of.add(pronoun.i)
        try:
            return self._pronoun(pronoun)
        finally:
            self._asked_of.remove(pronoun.i)

    def _pronoun(self, token: Token) -> Party | None:
        """What `it`, `its` or `they` stands for: the last subject that can lack money, in this sentence or the two before."""
        if token.lower_ not in ("it", "its", "they", "their", "them"):
            if token.lower_ in ("we", "our", "us") and (speaking := self.speaking(token)) is not None:
                return speaking
            found = [p for p in self._context.cast.parties(token) if p.is_named]
            return replace(found[0], directness=found[0].directness * 0.9) if found else None
        if token.lower_ not in ("it", "its"):
            return None if self.is_private(token) else self.spoken_of(token)
        return self.spoken_of(token) or self.body_before(token) or self._thing_spoken_of(token)

    def body_before(self, token: Token) -> Party | None:
        """`the secretary who oversees the agency warned that it was running low on funds`: a body told last that is no subject."""
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(token) - 1)].start
        for before in reversed(reading.tokens[begin : token.i]):
            if before.tag_ in ("NN", "NNP") and before.dep_ in ("dobj", "pobj", "attr", "poss") and self._can_be_body(before):
                found = self.one(before)
                if found is not None and found.kind not in (ActorKind.PERSON, ActorKind.STATE):
                    return replace(found, directness=found.directness * 0.7)
        return None

    def _can_be_body(self, noun: Token) -> bool:
        return is_in("holders.bodies", noun) or self._context.mentions.at(noun.i, EntityKind.ORGANISATION) is not None

    def is_private(self, token: Token) -> bool:
        """`families`, `thousands of workers`, `they` where they are such: what they cannot pay for is their own affair."""
        if is_in("holders.households", token) or any(is_in("holders.households", t) for t in syntax.adjuncts(token, "of")):
            return True
        if token.lower_ not in ("they", "them", "their", "who"):
            return False
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(token) - 1)].start
        for before in reversed(reading.tokens[begin : token.i]):
            if before.tag_ in ("NNS", "NNPS") and (is_in("holders.households", before) or is_in("holders.nouns", before)):
                return is_in("holders.households", before)
        return False

    def _thing_spoken_of(self, token: Token) -> Party | None:
        """The last subject before a pronoun in its sentence or the one before, whatever it is, unless it is people."""
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(token) - 1)].start
        for before in reversed(reading.tokens[begin : token.i]):
            if before.dep_ in syntax.SUBJECT and self._is_thing(before) and before.tag_ in ("NN", "NNP"):
                return replace(self._body(before), directness=0.7)
        return None

    def spoken_of(self, token: Token, sentences: int = 2) -> Party | None:
        """The last subject before a token that can lack money, in its sentence or some before."""
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(token) - sentences)].start
        for before in reversed(list(token.doc[begin : token.i])):
            if any(c.dep_ == "conj" for c in before.children):
                continue
            if before.dep_ in syntax.SUBJECT and before.pos_ in ("NOUN", "PROPN") and not self._context.cast.is_person(before):
                found_before = self.one(before)
                if found_before is not None and found_before.kind is not ActorKind.PERSON:
                    return replace(found_before, directness=found_before.directness * 0.8)
        return None

    def _inside(self, head: Token) -> Party | None:
        """The actor whose needs, costs or people a phrase is about: `UNHCR's funding needs`."""
        if found := self._owner(head):
            return found
        if of := [c for c in head.children if c.dep_ == "compound" and is_in("holders.bodies", c)]:
            # "a council report"
            return self._body(of[-1])
        holders = [head, *(child for child in head.children if child.dep_ == "acl")]
        for below in (t for holder in holders for t in syntax.adjuncts(holder, "of", "for", "in", "to")):
            named = self._named(below)
            is_place = (
                below.dep_ == "pobj" and below.head.lower_ in ("in", "to") and self._context.mentions.at(below.i, EntityKind.STATE) is None
            )
            is_of_people = below.dep_ == "pobj" and below.head.lower_ == "in" and is_in("holders.households", head)
            if is_of_people and named and named[0].kind is ActorKind.STATE:
                # "Refugees in Kenya" are not Kenya.
                continue
            if named and not is_place:
                return named[0]
            if found := self.one(below) if is_in("holders.nouns", below) else self._inside(below):
                return found
        return None

    def _body(self, head: Token) -> Party:
        """The phrase as a name: `Humanitarian Response Plan for Haiti`, with the one country that it names."""
        phrase = syntax.noun_phrase(head)
        doc = head.doc
        sums = {i for f in self._sums.of(head, FigureKind.MONEY) for i in range(f.first, f.end)}
        outside = ("DT", "PDT", "PRP$")
        plain = self._lexicon["holders.plain"]
        # "This year's reconstruction budget": its name is without the year.
        dated = {t.i for c in head.children if c.dep_ == "poss" and self._context.time_at(c) for t in (c, *c.children)}
        apart = sums | dated
        first = next(
            (i for i in phrase if doc[i].tag_ not in outside and doc[i].pos_ != "PUNCT" and i not in apart and doc[i].text not in plain),
            head.i,
        )
        end = head.i + 1
        for child in head.children:
            if child.dep_ == "prep" and child.lower_ in ("for", "of", "in") and child.i == end:
                below = next((c for c in child.children if c.dep_ == "pobj"), None)
                is_name = below is not None and (below.pos_ == "PROPN" or self._context.mentions.at(below.i) is not None)
                if below is not None and is_name and self._context.time_at(below) is None:
                    mention = self._context.mentions.at(below.i)
                    end = mention.end if mention is not None else below.i + 1
        first, end = self._whole_name(doc, first, end)
        states = {m.country for i in range(first, end) if (m := self._context.mentions.at(i, EntityKind.STATE)) and m.country}
        country = next(iter(states)) if len(states) == 1 else None
        if end == first + 1 and is_in("holders.of_country", head) and (state := self.treasury()) is not None:
            # "The response" of an article about one country is that of this country.
            country = state.country
        return Party(self._context.reading.span(first, end).text, ActorKind.ORG, country, first, end, directness=0.9)

    def _whole_name(self, doc: Doc, first: int, end: int) -> tuple[int, int]:
        """The name with what the parse left out: `Humanitarian Needs and Response Plan for Haiti`."""
        if doc[end - 1].text[:1].isupper():
            while first > doc[end - 1].sent.start and (
                doc[first - 1].pos_ == "PROPN" or (doc[first - 1].lower_ in ("and", "of", "for") and doc[first - 2].pos_ == "PROPN")
            ):
                first -= 1
        if end + 1 < len(doc) and doc[end].lower_ in ("for", "in") and (state := self._context.mentions.at(end + 1, EntityKind.STATE)):
            end = state.end
        return first, end

    def of_article(self, token: Token) -> Party | None:
        """The body that the article has named most often so far."""
        head = self._body_of_article(token)
        return self.one(head) if head != token else None

    def _fuller(self, head: Token) -> Token:
        """`The fund` is the fund that was named before."""
        plain = self._lexicon["holders.plain"]
        if head.pos_ != "NOUN" or any(
            c.dep_ in ("compound", "nmod", "amod", "poss", "nummod") and c.lower_ not in plain for c in head.children
        ):
            return head
        # "The trust" is one that was named; "NHS trusts" are not the NHS.
        is_bare = head.tag_ == "NN" and not any(c.dep_ in ("compound", "nmod", "amod") for c in head.children)
        stands_for_body = is_bare and is_in("holders.bodies", head)
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(head) - 4)].start
        for token in reversed(list(head.doc[begin : head.i])):
            told = [c for c in token.children if c.dep_ in ("compound", "poss", "amod", "nmod")]
            if token.lemma_.lower() == head.lemma_.lower() and any(c.lower_ not in self._lexicon["holders.plain"] for c in told):
                return token
            mention = self._context.mentions.at(token.i, EntityKind.ORGANISATION)
            is_listed = mention is not None and mention.actor_kind in BODIES and mention.last == token.i
            names_body = is_listed or (token.ent_type_ == "ORG" and token.dep_ not in ("compound", "amod", "nmod") and len(token.text) > 2)
            if names_body and stands_for_body and self._fits(head, token):
                return token
        return self._body_of_article(head) if stands_for_body else head

    def _fits(self, head: Token, name: Token) -> bool:
        """`The agency` is whatever body was named, `the fund` only one that is called so."""
        if self._context.mentions.at(name.i, EntityKind.STATE) or name.text in self._lexicon["holders.lawmakers"]:
            return False
        mention = self._context.mentions.at(name.i, EntityKind.ORGANISATION)
        last = mention.name.split()[-1] if mention is not None else name.text
        return is_in("holders.described", head) or last.lower() == head.lower_

    def _body_of_article(self, head: Token) -> Token:
        """The organisation that the article has named most often so far: `the agency` of a long article about one."""
        named: dict[str, list[Token]] = {}
        for entity in head.doc.ents:
            mention = self._context.mentions.at(entity.root.i)
            if entity.root.text in self._lexicon["holders.lawmakers"]:
                continue
            if entity.end <= head.i and entity.label_ == "ORG" and (mention is None or mention.kind is EntityKind.ORGANISATION):
                named.setdefault(mention.name if mention else entity.text.removeprefix("the "), []).append(entity.root)
        if not named:
            for token in self._context.reading.tokens[: head.i]:
                if token.pos_ in ("NOUN", "PROPN") and token.dep_ != "compound" and is_in("holders.local", token):
                    named.setdefault(token.lemma_.lower(), []).append(token)
        counts = sorted(map(len, named.values()), reverse=True)
        # One that is named no more often than another would be a guess.
        if not counts or counts[0] < 2 or counts[1:2] == counts[:1]:
            return head
        return next(tokens[-1] for tokens in named.values() if len(tokens) == counts[0])

    def asking_for(self, amount: FigureMention) -> Party | None:
        """Who else in the article is said to need the same sum: `the project` is that of the charity that `needs to raise £500,000`."""
        for other in self._context.figure_mentions:
            if other is amount or (other.found.min, other.found.max, other.found.currency) != (
                amount.found.min,
                amount.found.max,
                amount.found.currency,
            ):
                continue
            for verb in syntax.chain(other.root):
                if verb.pos_ == "VERB" and (is_in("funded.required", verb) or is_in("funded.received", verb)):
                    named = [p for subject in syntax.subjects(verb) if (p := self.one(subject)) and p.name != p.name.lower()]
                    if named:
                        return replace(named[0], directness=named[0].directness * 0.9)
        return None

    def _paying_in(self, noun: Token, finances: Token) -> Party | None:
        """A hole of so many pounds in the public finances is in those of the one state that pays in pounds."""
        states: dict[str, str] = words("figures")["currencies"]["states"]
        paying = {states.get(f.found.currency or "") for f in self._sums.of(noun, FigureKind.MONEY)}
        return self._state(paying, finances)

    def _named_beside(self, noun: Token, finances: Token) -> Party | None:
        """`NHS property could be sold to fill a hole in the public finances`: the one state that the sentence names, or whose bodies."""
        sentence = (self._context.mentions.at(i) for i in range(noun.sent.start, noun.sent.end))
        return self._state({m.country for m in sentence if m is not None and m.country}, finances)

    def _state(self, countries: set[str | None], finances: Token) -> Party | None:
        country = countries.pop() if len(countries) == 1 else None
        if country is None:
            return None
        name = next(row["name"] for row in table("countries") if row["alpha3"] == country)
        return Party(name, ActorKind.STATE, country, finances.i, finances.i + 1, directness=0.7)

    def treasury(self) -> Party | None:
        """Whose `public finances` are meant where nobody is named with them: the state that the article is about."""
        named = [m for m in self._context.mentions if m.kind is EntityKind.STATE and m.country]
        people = [country for _, country, _, _ in self._context.cast.person_mentions if country]
        counts = Counter([*(m.country for m in named), *people]).most_common(2)
        if not counts or (len(counts) > 1 and counts[1][1] * 2 > counts[0][1]):
            return None
        state = next((m for m in named if m.country == counts[0][0]), None)
        if state is None:
            return None
        return Party(state.name, ActorKind.STATE, state.country, state.first, state.end, directness=0.6)
