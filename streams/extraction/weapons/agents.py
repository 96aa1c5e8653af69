"""Who acts for a verb or has a noun, and whom a phrase without a name of its own stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Doc, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form
from streams.extraction.weapons.kinds import asked_with, kind_of, mission_of
from streams.extraction.weapons.owners import FIRST_PERSON, Owners
from streams.extraction.weapons.parties import distinct, unnamed
from streams.extraction.weapons.status import is_by_way_of
from streams.extraction.weapons.weapon import lexicon
from streams.records import ActorKind, EntityKind

__all__ = ["Agents"]


PLANS = frozenset({"pledge", "commit", "discuss", "refuse"})
"""Kinds of nouns that say what somebody is to do: whoever has one does it."""


class Agents:
    """Those who act in one article."""

    def __init__(self, context: ArticleContext, owners: Owners) -> None:
        self._context = context
        self._owners = owners
        self._doc: Doc = context.reading.doc
        self._countries = {m.country for m in context.mentions if m.kind is EntityKind.STATE}

    def acting(self, verbs: Iterable[Token]) -> list[Party]:
        """Who does what the first of the verbs says that somebody with a name does."""
        for verb in verbs:
            if found := distinct(self.of_state(p) for p in self.subjects(verb) if p.is_named):
                return found
        return []

    def subjects(self, verb: Token) -> list[Party]:
        """Who does what a verb says, with a state for its parliament and whoever has no name."""
        if verb.pos_ not in ("VERB", "AUX"):
            return []
        if verb.dep_ in ("acl", "relcl") and verb.tag_ == "VB" and kind_of(verb.head) in PLANS:
            # "condemned a US plan to sell": whose plan it is.
            planners = [
                *self._owners.of(verb.head),
                *(p for h in syntax.adjuncts(verb.head, "by", "of") for p in self._context.cast.one(h)),
            ]
            if planners := [p for p in planners if p.is_named]:
                return [self.state_of_parliament(p) for p in planners]
            if verb.head.dep_ == "dobj" and verb.head.head.lemma_.lower() in lexicon()["aside"]["judging"]:
                return []
        found: list[Party] = []
        if verb.head.pos_ in ("NOUN", "PROPN") and verb.head.i < verb.i and verb.dep_ in ("xcomp", "acl", "relcl") and verb.tag_ == "VB":
            # A headline: "Malta to send guns".
            found.extend(p for p in self._named_first(verb.head) or self._context.cast.parties(verb.head) if p.is_named)
        for subject in self.heads(verb):
            parties = (
                self.state_of_company(subject) or self._named_first(subject) or self._both(subject) or self._context.cast.parties(subject)
            )
            if not parties and subject.lower_ in FIRST_PERSON:
                parties = self._owners.publisher(subject)
            if not any(p.is_named for p in parties):
                parties = self._behind_noun(subject) or self.examples(subject) or parties
            found.extend(self.state_of_parliament(party) for party in parties or self.nobody_by_name(subject))
        if not found and verb.dep_ == "pcomp" and kind_of(verb.head.head) is not None:
            # "has an interest in buying": whoever has it.
            return self.holders(verb.head.head)
        tells = verb.dep_ == "xcomp" and verb.head.pos_ == "VERB" and kind_of(verb.head) in (None, "commit")
        if tells and all(p.kind is ActorKind.ORG and not p.country for p in found):
            # "directed the secretary to send": where the one who is told is no party, the one who tells acts.
            return self.subjects(verb.head) or found
        return found

    def holders(self, noun: Token) -> list[Party]:
        """Who has a noun: `Israel's request`, `Israel made a request`, `Washington is holding talks`."""
        if noun.pos_ != "NOUN":
            return []
        owners = [p for p in self._owners.of(noun) if p.is_named]
        if owners:
            return owners
        while noun.dep_ == "pobj" and noun.head.lower_ in ("in", "of"):
            # "is in talks", "submitted a letter of request"
            verb = noun.head.head
            if verb.pos_ in ("VERB", "AUX"):
                return self.subjects(verb)
            noun = verb
        for clause in (c for c in noun.children if c.dep_ == "relcl" or (c.dep_ == "amod" and c.tag_ in ("VBD", "VBN"))):
            # "the order that Malta placed"; "Malta repeated calls", which the parser may take for repeated ones.
            if found := [p for s in syntax.subjects(clause) if s != noun for p in self._context.cast.parties(s)]:
                return found
        verb = noun.head
        is_held = noun.dep_ in ("dobj", "attr") and verb.pos_ in ("VERB", "AUX") and verb != noun
        return self.subjects(verb) if is_held else []

    def heads(self, verb: Token) -> list[Token]:
        """Heads of who acts; in `accuses X of arming Y`, `thanked X for sending` and `sanctions on X for supplying` that is X."""
        if is_by_way_of(verb):
            user = verb.head.head if verb.head.pos_ in ("NOUN", "PROPN") else verb.head
            return syntax.subjects(user)
        request = asked_with(verb.head, verb) if verb.dep_ in ("xcomp", "advcl", "ccomp") else None
        if verb.dep_ == "acl" and kind_of(verb) == "give" and kind_of(verb.head) == "ask":
            request = verb.head
        if request is not None and request.lemma_ == "pressure" and request.dep_ == "pobj":
            # "is under pressure to send"
            return syntax.subjects(request.head.head)
        if request is not None:
            # "renewed its appeal to Malta to send"
            asked = [h for node in (request, verb.head) for h in syntax.adjuncts(node, "to", "on", "upon")]
            above = syntax.governing_verb(request)
            is_granted = above is not None and kind_of(above) == "commit"
            # "approved requests by Malta to send"
            return asked or (syntax.adjuncts(request, "by", "from") if is_granted else [])
        if called := _called_on(verb):
            return called
        is_let = verb.dep_ in ("acl", "xcomp", "advcl", "relcl") and verb.tag_ == "VB" and kind_of(verb) in ("give", "get", "secure")
        if is_let and (allowed := _allowed(verb)):
            return allowed
        above = syntax.governing_verb(verb.head) if verb.tag_ == "VB" else None
        if above is not None and above.dep_ == "pcomp" and Governor(above.head.head, "").lemma in lexicon()["aside"]["accusing"]:
            # "accused a charity of raising money to buy"
            return self.heads(above)
        if thanked := _thanked_for(verb):
            return thanked
        preposition = verb.head
        is_joined = verb.dep_ == "conj" and verb.tag_ == preposition.tag_ == "VBG" and preposition.dep_ == "pcomp"
        if is_joined and not any(c.dep_ in syntax.SUBJECT for c in verb.children):
            # "by funding and arming"
            return self.heads(preposition)
        if (acting := _right_before(verb)) is not None:
            return [acting]
        if verb.dep_ != "pcomp" or any(child.dep_ in syntax.SUBJECT for child in verb.children):
            return syntax.subjects(verb)
        return self._heads_of_gerund(verb)

    def _heads_of_gerund(self, verb: Token) -> list[Token]:
        """Whoever does what stands behind a preposition: `accuses X of arming Y`, `including Malta giving it tanks`."""
        preposition = verb.head
        holder = preposition.head
        before = self._doc[verb.i - 1]
        if preposition.lower_ == "including" and before.head == preposition and before.dep_ == "pobj":
            # "including Malta giving it tanks"
            return [before]
        judging = (*lexicon()["aside"]["accusing"], *lexicon()["verbs"]["thank"])
        if Governor(holder, "").lemma in judging:
            return _judged(holder) or syntax.subjects(verb)
        if preposition.lower_ == "in" and (praised := _whose_part_it_is(holder)):
            return praised
        warning = lexicon()["aside"]["warning"]
        warned = next((t for t in (holder, *holder.children) if t.lemma_.lower() in warning), None)
        if warned is not None and preposition.lower_ in ("about", "against", "over"):
            # "sent a warning to Malta about arming", "warned Malta against arming"
            to_whom = [h for node in (warned, warned.head) for h in syntax.adjuncts(node, "to")]
            return to_whom or (syntax.objects(warned) if warned.pos_ == "VERB" else [])
        while preposition.lower_ == "by" and holder.dep_ == "xcomp":
            holder = holder.head
        if preposition.lower_ == "by" and holder.dep_ == "pcomp":
            # "accused X of fuelling the war by supplying", "of trying to fuel it by supplying"
            return self.heads(holder)
        if preposition.lower_ == "by" and holder.lower_ == "including" and (above := syntax.governing_verb(holder.head)) is not None:
            # "has provoked them, including by supplying"
            return syntax.subjects(above)
        return (_penalised(preposition) if preposition.lower_ in ("for", "over") else []) or syntax.subjects(verb)

    def nobody_by_name(self, noun: Token) -> list[Party]:
        """`the West`, `separatist forces`, `sending them`: who gives or gets them, without a name."""
        if noun.lower_ == "them" and noun.dep_ in ("dobj", "dative", "pobj"):
            return [unnamed(noun)]
        without_name = lexicon()["sources"]["unnamed"]
        if noun.lower_ == "alliance" and any(c.lower_ == "the" for c in noun.children):
            # The one named last.
            known = [m for m in self._context.mentions if m.end <= noun.i and m.name in lexicon()["sources"]["alliances"]]
            return self._context.cast.one(self._doc[known[-1].last]) if known else [unnamed(noun)]
        if noun.lemma_.lower() in lexicon()["sources"]["counting"]:
            # "a number of allies"
            noun = next(iter(syntax.adjuncts(noun, "of")), noun)
        if examples := self.examples(noun):
            return examples
        named = [c for c in noun.children if c.dep_ in ("compound", "nmod") and self._context.mentions.at(c.i, EntityKind.ORGANISATION)]
        if named and noun.lemma_.lower() in without_name["many"]:
            # "PKK militants"
            return [p for c in named for p in self._context.cast.one(c)]
        is_many = noun.tag_ in ("NNS", "NNPS") and noun.lemma_.lower() in without_name["many"]
        is_private = noun.lemma_.lower() in lexicon()["sources"]["private"]
        # "Ansar Dine": a name that no gazetteer has.
        is_unlisted = noun.pos_ == "PROPN" and noun.ent_type_ != "PERSON" and self._context.mentions.at(noun.i) is None
        is_somebody = is_many or is_private or is_unlisted or noun.text in without_name["one"]
        return [unnamed(noun)] if noun.pos_ in ("NOUN", "PROPN") and is_somebody else []

    def examples(self, noun: Token) -> list[Party]:
        """`Several countries sent arms, including Malta and Cyprus`: those named of whoever else there is."""
        many = lexicon()["sources"]["unnamed"]["many"]
        if noun.tag_ != "NNS" or noun.lemma_.lower() not in many:
            return []
        for token in self._doc[noun.i + 1 : noun.sent.end]:
            if token.tag_ == "NNS" and token.lemma_.lower() in many:
                return []
            is_example = token.lower_ == "including" or (token.lower_ == "as" and token.nbor(-1).lower_ == "such")
            named = [p for c in token.children if is_example and c.dep_ == "pobj" for p in self._context.cast.parties(c)]
            if named := [p for p in named if p.is_named and p.country and p.individual is None]:
                return named
        return []

    def of_state(self, party: Party) -> Party:
        """`the Philippine Air Force`: an organ that no gazetteer has acts for the state in its name."""
        if party.country or party.individual or not party.is_named:
            # "US allies" are somebody else.
            return party
        owner = self._context.mentions.at(party.first - 2, EntityKind.STATE) if party.first > 1 else None
        if owner is not None and self._doc[party.first - 1].lower_ in ("'s", "’s") and party.kind is ActorKind.ORG:
            return replace(party, name=owner.name, kind=ActorKind.STATE, country=owner.country)
        for i in range(party.first, party.end):
            state = self._context.mentions.at(i, EntityKind.STATE)
            if state is not None:
                return replace(party, name=state.name, kind=ActorKind.STATE, country=state.country)
        return party

    def state_of_parliament(self, party: Party) -> Party:
        """`Congress`, `the Senate`: in an article that names the United States, theirs."""
        parliament = lexicon()["sources"]["parliaments"]
        if party.country or party.name not in parliament["names"] or parliament["country"] not in self._countries:
            return party
        return replace(party, name=parliament["state"], kind=ActorKind.STATE, country=parliament["country"])

    def state_of_company(self, noun: Token) -> list[Party]:
        """`the Norwegian yard`, `Norwegian shipbuilder Nordvest`, `Nordvest, a Norwegian maker of arms`: its state lets it sell."""
        nouns = [noun, *(c for c in noun.children if c.dep_ in ("compound", "appos", "nmod"))]
        makers = [n for n in nouns if n.lemma_.lower() in lexicon()["sources"]["makers"] and n.tag_ in ("NN", "NNP")]
        for i in sorted({i for maker in makers for i in (*syntax.noun_phrase(maker), *syntax.noun_phrase(noun))}):
            mention = self._context.mentions.at(i, EntityKind.STATE)
            if mention is not None and mention.form is Form.DEMONYM:
                return [replace(p, directness=0.7) for p in self._context.cast.one(self._doc[mention.last])]
        return []

    def _named_first(self, subject: Token) -> list[Party]:
        """`Italy is one of the countries sending`, `are among the states that`: who is counted among them."""
        head = subject.head
        if subject.dep_ == "pobj" and head.lower_ == "of" and head.head.dep_ == "attr":
            # "is one of the countries sending"
            subject, head = head.head, head.head.head
        if not (subject.dep_ == "attr" or (subject.dep_ == "pobj" and head.lower_ == "among")):
            return []
        verb = head if head.pos_ in ("VERB", "AUX") else head.head
        return [p for s in syntax.subjects(verb) if s != subject for p in self._context.cast.parties(s) if p.is_named]

    def _both(self, subject: Token) -> list[Party]:
        """`the two countries`, `both sides`: the two that the article is about."""
        counted = any(child.lower_ in ("two", "both") for child in subject.children)
        is_pair = counted and subject.lemma_.lower() in lexicon()["sources"]["pairs"]
        return self._context.cast.two_sides(subject) if is_pair else []

    def _behind_noun(self, subject: Token) -> list[Party]:
        """Who stands behind a noun that acts: `Germany's policy is`, `made a decision approving`."""
        cast = self._context.cast
        if subject.pos_ not in ("NOUN", "PROPN") or subject.lemma_.lower() in lexicon()["sources"]["companies"]:
            return []
        head = subject.head
        parliament = lexicon()["sources"]["parliaments"]
        is_government = subject.lemma_.lower() in parliament["governments"] and parliament["country"] in self._countries
        if is_government and not any(c.dep_ in ("amod", "compound", "poss", "nmod") for c in subject.children):
            return [Party(parliament["state"], ActorKind.STATE, parliament["country"], subject.i, subject.i + 1, directness=0.8)]
        if subject.lemma_.lower() in lexicon()["sources"]["led"]:
            # "the Czech-led initiative"
            led = (self._context.mentions.at(i, EntityKind.STATE) for i in syntax.noun_phrase(subject))
            return [p for m in led if m is not None for p in cast.one(self._doc[m.last])]
        if subject.lemma_.lower() in lexicon()["sources"]["carriers"]:
            # "a Turkish transport plane"
            return [p for p in self._owners.of(subject) if p.is_named]
        owners = [p for c in subject.children if c.dep_ == "poss" for p in self._owners.one(c)]
        if owners or subject.lemma_.lower() not in lexicon()["by_noun"].keys() | set(lexicon()["law"]["nouns"]) | {"determination", "step"}:
            return [p for p in owners if p.is_named] if subject.lemma_.lower() not in words("roles")["bodies"]["others"] else []
        if subject.dep_ == "dobj" and head.pos_ == "VERB":
            return [p for s in syntax.subjects(head) for p in cast.parties(s) if p.is_named]
        return []


def _thanked_for(verb: Token) -> list[Token]:
    """`Malta` of `thanked Malta for the tanks that it had delivered`."""
    preposition = verb.head.head
    if verb.dep_ != "relcl" or verb.head.dep_ != "pobj" or preposition.lower_ != "for" or kind_of(verb) != "give":
        return []
    is_it = any(c.dep_ == "nsubj" and c.lower_ in ("it", "they") for c in verb.children)
    is_thanked = is_it and preposition.head.lemma_.lower() in lexicon()["verbs"]["thank"]
    return [c for c in preposition.head.children if c.dep_ == "dobj"] if is_thanked else []


def _right_before(verb: Token) -> Token | None:
    """`Malta` of `will respond to Malta supplying Cyprus`, which the parser takes for `will respond, supplying`."""
    before = verb.doc[verb.i - 1] if verb.i else verb
    is_lost = verb.tag_ == "VBG" and verb.dep_ == "advcl" and before.dep_ == "pobj" and before.head.head == verb.head
    return before if is_lost and before.i > verb.head.i and before.head.lower_ in ("to", "over", "about", "on", "of") else None


def _whose_part_it_is(holder: Token) -> list[Token]:
    """`Malta` of `praised Malta's leadership in sending`, to whichever of the two words the parser hangs it."""
    is_judged = holder.lemma_.lower() in lexicon()["aside"]["judging"]
    nouns = [c for c in holder.children if c.dep_ == "dobj"] if is_judged else [holder]
    return [c for noun in nouns if noun.pos_ == "NOUN" for c in noun.children if c.dep_ == "poss"]


def _judged(verb: Token) -> list[Token]:
    """`Malta` of `accuses Malta of arming`, `Malta, which it accuses of arming`."""
    judged = [c for child in verb.children if child.dep_ in ("dobj", "nsubjpass") for c in syntax.conjuncts(child)]
    return [verb.head if verb.dep_ == "relcl" and c.lower_ in syntax.RELATIVE else c for c in judged]


def _called_on(verb: Token) -> list[Token]:
    """`Malta` of `called on Malta to send`, `appealed to Malta to send`: who is asked, where the verb asks with a preposition."""
    if verb.dep_ == "relcl" and verb.tag_ == "VB" and verb.head.dep_ == "dobj" and verb.head.head.lemma_ == "have":
        # "has no tanks to give"
        return syntax.subjects(verb.head.head)
    if (mission := mission_of(verb)) is not None:
        # "flew a mission to supply"
        return syntax.subjects(mission)
    if verb.dep_ not in ("xcomp", "advcl", "ccomp") or verb.tag_ != "VB" or verb.head.pos_ != "VERB" or kind_of(verb.head) != "ask":
        return []
    if any(c.dep_ in ("dobj", "nsubj") for c in verb.children if c.i < verb.i):
        return []
    return [c for h in syntax.adjuncts(verb.head, "on", "upon", "to", "with") if verb.head.i < h.i < verb.i for c in syntax.conjuncts(h)]


def _allowed(verb: Token) -> list[Token]:
    """Whom `gave its permission to Malta to send`, `gave Malta the green light to send` lets send them."""
    noun = verb.head if verb.head.pos_ == "NOUN" else next((c for c in verb.head.children if c.dep_ == "dobj" and c.i < verb.i), None)
    if noun is None:
        return []
    # "gave Malta the green light to buy"
    is_phrase = noun.dep_ == "dobj" and lexicon()["phrases"].get(noun.head.lemma_.lower(), {}).get(noun.lower_) == "commit"
    if kind_of(noun) != "commit" and not is_phrase:
        return []
    holders = [noun, *([noun.head] if noun.dep_ == "dobj" else [])]
    return [h for node in holders for h in syntax.adjuncts(node, "to", "dative")]


def _penalised(preposition: Token) -> list[Token]:
    """Whom `sanctions on X for`, `its criticism of X over` are meant for."""
    above = [preposition.head, *preposition.head.ancestors][:3]
    nouns = [t for node in above for t in (node, *(c for c in node.children if c.dep_ in ("dobj", "nsubjpass")))]
    penalties = [t for t in nouns if t.pos_ == "NOUN" and t.lemma_.lower() in lexicon()["aside"]["penalties"]]
    return [h for t in penalties for h in syntax.adjuncts(t, "on", "against", "of", "at", "to")][:1]
