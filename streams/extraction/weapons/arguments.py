"""Who gives and who gets at one transfer word: its subject, its objects, and those behind its prepositions."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Doc, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Tense, assess
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form
from streams.extraction.weapons.agents import Agents
from streams.extraction.weapons.kinds import is_won, kind_of
from streams.extraction.weapons.owners import Owners
from streams.extraction.weapons.parties import unnamed
from streams.extraction.weapons.steps import Step
from streams.extraction.weapons.weapon import lexicon
from streams.records import ActorKind, EntityKind

__all__ = ["Arguments", "for_whom_to", "with_deliveries"]

SUPPLIER_KINDS = frozenset({ActorKind.STATE, ActorKind.IGO, ActorKind.GROUP, ActorKind.PERSON, ActorKind.ORG})


REACHED = ("in", "into", "near", "outside")
"""Behind these stands the place that weapons have come to."""

SPEAKING_FOR_OTHERS = frozenset({ActorKind.PERSON, ActorKind.ORG, ActorKind.IGO})
"""Who of these asks for arms need not be the one who is to get them."""


class Arguments:
    """The suppliers and recipients that the transfer words of one article have of their own."""

    def __init__(self, context: ArticleContext, owners: Owners, agents: Agents) -> None:
        self._context = context
        self._owners = owners
        self._agents = agents
        self._doc: Doc = context.reading.doc

    def suppliers(self, step: Step) -> list[Party]:
        """Who gives by what the transfer word governs: who does it, whose it is, or where it is from."""
        token = step.token
        subjects = [] if _is_judged(step) else self._agents.subjects(token)
        source = [p for h in syntax.adjuncts(token, "from", "by") for p in self._context.cast.one(syntax.antecedent(h))]
        source = source or [p for way in _ways(token) for h in syntax.adjuncts(way, "from") for p in self._context.cast.one(h)]
        match step.kind:
            case "pledge" | "commit" | "refuse" | "delay" | "withdraw" if token.pos_ == "NOUN":
                # "put a freeze on": who does it freezes.
                does = token.head.lemma_.lower() in lexicon()["aside"]["doing"]
                return source or self._owners.of(token) or (self._agents.holders(token) if does else [])
            case "give" | "package" if token.pos_ == "NOUN":
                # "received its first consignment": its own, and not from it.
                return source or ([] if _holds_get(token.head) else self._owners.of(token))
            case "discuss" if token.pos_ == "NOUN":
                # "discussions between rebels in Malta to provide guns to"
                among = syntax.adjuncts(token, "between", "among") if step.relation == "acl" and step.below.tag_ == "VB" else []
                return source or [p for h in among for p in self._context.cast.one(h)] or self._agents.holders(token)
            case "give" | "pledge" | "refuse" | "withdraw" | "delay" | "resume" | "fulfil":
                # "Maltese planes brought tanks"
                carriers = [s for s in syntax.subjects(token) if token.lemma_ == "bring"]
                return [p for p in subjects if p.kind in SUPPLIER_KINDS] or source or [p for s in carriers for p in self._owners.of(s)]
            case "commit" if token.lemma_ == "notify" and syntax.is_passive(token):
                # Of sales of its own its parliament is told.
                return [self._agents.state_of_parliament(p) for o in syntax.objects(token) for p in self._context.cast.one(o)]
            case "commit":
                # "have arrived, officials confirmed": they need not be who sent them.
                tells_of_arrival = step.relation == "report" and kind_of(step.below) == "go"
                acting = [p for p in subjects if p.kind in SUPPLIER_KINDS and (p.is_named or not tells_of_arrival)]
                return source or ([] if _holds_get(token) or _tells_of_receipt(step) else acting)
            case "go":
                # "A Turkish plane landed", "arrived aboard two US ships"
                carriers = [*syntax.subjects(token), *syntax.adjuncts(token, "off", "aboard", "on", "in")]
                carriers = [c for c in carriers if c.lemma_.lower() in lexicon()["sources"]["carriers"]]
                # "left Malta for Cyprus"
                left = syntax.objects(token) if token.lemma_ == "leave" else []
                ports = [*left, *(h for o in left for h in syntax.adjuncts(o, "of", "in"))]
                # "left the Norwegian port of Bergen"
                from_where = [p for o in ports for p in (self._context.cast.one(o) or self._owners.of(o))]
                return source or from_where or [p for c in carriers for p in self._owners.of(c)]
            case "get" | "secure":
                return source if token.pos_ == "VERB" else self._sellers(token)
            case "help":
                return subjects
            case "thank":
                return [p for o in syntax.objects(token) for p in self._context.cast.parties(o)]
            case "ask" if step.below.pos_ == "VERB" and kind_of(step.below) == "secure" and step.below.head == token:
                # "urged Malta to buy jets": who is asked buys.
                return source
            case "ask" if token.pos_ == "NOUN":
                # "put in a request for jets with Malta"
                filed = (
                    [token, token.head, step.below]
                    if token.dep_ == "dobj" and token.head.lemma_.lower() in lexicon()["aside"]["filing"]
                    else []
                )
                partners = [*syntax.adjuncts(token, "to"), *(h for node in filed for h in syntax.adjuncts(node, "with"))]
                return [p for h in partners for p in self._context.cast.one(h)]
            case "ask":
                asked = [
                    p
                    for child in token.children
                    if child.dep_ in ("dobj", "dative") and child != step.below
                    for p in self._context.cast.parties(child)
                ]
                return source or asked or self._asked_beside(token) or self._asked_there(token) or self._asked_without_name(token)
            case "discuss" if step.below.pos_ != "VERB":
                return source or self._discussing(step, subjects)
        return []

    def _of_place(self, noun: Token, verb: Token) -> list[Party]:
        """`to the army in Lome`: of the state whose place it is."""
        if noun.lemma_.lower() not in lexicon()["sources"]["public_bodies"] or any(
            c.dep_ in ("poss", "amod", "compound") for c in noun.children
        ):
            return []
        places = syntax.adjuncts(noun, "in") or [h for h in syntax.adjuncts(verb, "in") if h.i > noun.i]
        return [p for h in places if h.ent_type_ == "GPE" for p in self._context.cast.one(h) if p.country]

    def _sellers(self, noun: Token) -> list[Party]:
        """`an order from Malta`; of `received an order from Malta` whoever received it; of an acquisition `by Malta` that one gets it."""
        if is_won(noun):
            return self._agents.subjects(noun.head)
        return [p for h in syntax.adjuncts(noun, "from") for p in self._context.cast.one(h)]

    def _discussing(self, step: Step, subjects: list[Party]) -> list[Party]:
        """Who talks of giving; of `Malta's request is on Norway's table` that is not whose request it is."""
        if step.token.lemma_ != "be" or step.below.pos_ != "NOUN" or kind_of(step.below) != "ask":
            return subjects
        return [p for h in syntax.adjuncts(step.token, "on", "before", "with") for p in self._owners.of(h) if p.is_named]

    def _asked_beside(self, verb: Token) -> list[Party]:
        """`thanked him and asked for guns`: the one who is thanked is asked."""
        first = verb.head
        if verb.dep_ != "conj" or first.lemma_.lower() not in lexicon()["sources"]["addressing"] or syntax.is_passive(first):
            return []
        if any(c.dep_ in syntax.SUBJECT for c in verb.children):
            return []
        return [p for c in first.children if c.dep_ == "dobj" and c.i < verb.i for p in self._context.cast.parties(c) if p.country]

    def _asked_there(self, verb: Token) -> list[Party]:
        """`flew to Oslo to ask for guns`: those there."""
        travelling = verb.head
        if verb.dep_ not in ("advcl", "xcomp") or travelling.lemma_.lower() not in lexicon()["sources"]["travelling"]:
            return []
        return [p for h in syntax.adjuncts(travelling, "to") for p in self._context.cast.one(h) if p.country]

    def _asked_without_name(self, verb: Token) -> list[Party]:
        """`asked its allies for`, `appealed to Western countries for`: not whoever else the article tells of."""
        roles = words("roles")
        others = {*roles["bodies"]["others"], *roles["groups"]["words"]}
        heads = [*(c for c in verb.children if c.dep_ in ("dobj", "dative")), *syntax.adjuncts(verb, "to", "on", "upon", "from")]
        return [unnamed(head) for head in heads if head.pos_ == "NOUN" and head.lemma_.lower() in others][:1]

    def recipients(self, step: Step, top: Token) -> list[Party]:
        """Who gets by what the transfer word governs: to whom it is, or who does what only those who get can do.

        Parameters
        ----------
        top
            Head of the phrase that the weapon is counted or valued in.
        """
        cast = self._context.cast
        token = step.token
        nodes = [token, *_ways(token)]
        targets = with_deliveries([h for node in nodes for h in syntax.adjuncts(node, "to", "for", "dative") if h != top])
        targets = targets or for_whom_to(token)
        target = [p for h in targets for p in (cast.one(syntax.antecedent(h)) or self._of_place(h, token))]
        if not any(p.is_named for p in target):
            examples = [p for h in targets for p in self._agents.examples(h)]
            target = examples or target or [p for h in targets for p in self._agents.nobody_by_name(h)]
        # "received an order from Malta": it buys.
        target = (
            [p for node in (token, token.head) for h in syntax.adjuncts(node, "from") for p in cast.one(h)] if is_won(token) else target
        )
        subjects = self._agents.subjects(token)
        match step.kind:
            case "secure" if [p for p in target if p.key not in {s.key for s in subjects}]:
                # "will buy tanks for Malta": who buys gives.
                return [p for p in target if p.key not in {s.key for s in subjects}]
            case "get" | "secure":
                # "the acquisition by Malta of"
                by = [p for h in syntax.adjuncts(token, "by") for p in cast.one(h)] if token.pos_ == "NOUN" else []
                return subjects or by or self._agents.holders(token)
            case "await" | "thank":
                return subjects
            case "ask":
                filed = [c for c in token.children if c.dep_ == "acl" and c.lemma_.lower() in (*lexicon()["aside"]["filing"], "make")]
                # "a request from Malta", "a request made by Malta"
                by_whom = [h for node in (token, *filed) for h in syntax.adjuncts(node, "from", "by")]
                asking = [p for h in by_whom for p in cast.one(h)] if token.pos_ == "NOUN" else []
                # Who speaks for no state that is known asks for somebody.
                subjects = [replace(p, is_named=bool(p.country) or p.kind not in SPEAKING_FOR_OTHERS) for p in subjects]
                if _holds_get(token):
                    # "obtained a request": whoever reads it has not asked.
                    subjects = []
                return subjects or asking or self._agents.holders(token) or target
            case "commit" | "pledge" if _holds_get(token):
                return subjects
            case "go":
                reached = [*syntax.adjuncts(token, *REACHED), *(syntax.objects(token) if token.lemma_ != "leave" else ())]
                # "at Mogadishu's airport"
                owners = [p for h in syntax.adjuncts(token, "at") for c in h.children if c.dep_ == "poss" for p in self._owners.one(c)]
                # "Malta's first jets arrived from Peru"
                owned = [p for c in top.children if c.dep_ == "poss" for p in cast.one(c)] if syntax.adjuncts(token, "from") else []
                return target or [p for h in reached for p in cast.one(h)] or owners or owned
            case "pledge" if token.pos_ == "VERB":
                return target or [p for o in _promised(step) for p in cast.one(o)] or self._right_behind(token)
            case "refuse" | "commit" if token.pos_ == "VERB" and syntax.is_passive(token) and step.relation == "dobj":
                # "has been refused jets by Malta", "has been allotted jets by Malta"
                return target or [p for o in syntax.objects(token) if o != step.below for p in cast.one(o)]
            case "give":
                # What stands behind the weapon is another weapon, or begins another clause: "and Lithuania two".
                others = [o for o in syntax.objects(token) if o not in (step.below, top) and (o.i < top.i or top.i <= token.i)]
                helped = [p for o in _helped_by(token) for p in cast.parties(o)] if any(o.lower_ in ("it", "them") for o in others) else []
                found = target or helped or [p for o in others for p in cast.parties(o)] or self._right_behind(token)
                if token.lemma_ == "supply" and token.dep_ == "dobj" and token.head.lemma_ == "have":
                    # "has supplies of missiles from Malta"
                    found = found or self._agents.subjects(token.head)
                found = found or self._of_first(token)
                if token.lemma_.lower() in lexicon()["sources"]["unloading"]:
                    # "were unloaded near the capital"
                    found = found or [p for h in syntax.adjuncts(token, *REACHED) for p in cast.one(h)]
                return found or [p for o in others for p in self._agents.nobody_by_name(o)]
        held = syntax.governing_verb(token) if token.pos_ == "NOUN" else None
        if held is not None and lexicon()["by_verb"].get(held.lemma_.lower()) in ("get", "secure") and token in syntax.objects(held):
            # "Ukraine has received confirmation that they will provide": it gets the weapons too.
            return target or self._agents.subjects(held)
        return target

    def _of_first(self, verb: Token) -> list[Party]:
        """`provides Malta with intelligence and sends weapons`: to the same."""
        first = verb.head
        if verb.dep_ != "conj" or kind_of(first) != "give" or any(c.dep_ in syntax.SUBJECT for c in verb.children):
            return []
        whom = [c for c in first.children if c.dep_ in ("dobj", "dative") and c.i < verb.i]
        return [p for c in whom for p in self._context.cast.one(c) if p.is_named and p.country]

    def _right_behind(self, verb: Token) -> list[Party]:
        """`sell Riyadh 84 jets`, `send Ukraine missiles`, where the parser makes one name of whom and what."""
        i = verb.i + 1
        i += i < len(self._doc) and self._doc[i].lower_ == "the"
        if verb.pos_ != "VERB" or i >= len(self._doc):
            return []
        if self._doc[i].lower_ in ("it", "them", "him", "us"):
            return self._context.cast.one(self._doc[i])
        mention = self._context.mentions.at(i, EntityKind.STATE, EntityKind.ORGANISATION)
        if mention is None or mention.first != i or mention.form is Form.DEMONYM or mention.end >= len(self._doc):
            return []
        behind = self._doc[mention.end]
        if behind.lower_ in ("'s", "’s") and behind.i + 1 < len(self._doc):
            # "sent Malta's government 20 jets"
            is_body = self._doc[behind.i + 1].lemma_.lower() in lexicon()["sources"]["public_bodies"]
            return self._context.cast.one(self._doc[mention.last]) if is_body else []
        is_whole = behind.pos_ in ("NUM", "ADJ", "NOUN", "PROPN", "ADV", "DET", "SYM")
        return self._context.cast.one(self._doc[mention.last]) if is_whole else []


def _promised(step: Step) -> list[Token]:
    """`Malta` of `was promised tanks`, `the tanks that Norway promised Malta have arrived`."""
    token = step.token
    if step.relation == "ccomp":
        # "assured Malta's president that the tanks would arrive"
        return [c for c in token.children if c.dep_ in ("dobj", "dative") and token.i < c.i < step.below.i]
    is_whom = step.relation == "below" or (syntax.is_passive(token) and step.below.dep_ == "dobj")
    promised = [o for o in syntax.objects(token) if o.pos_ == "PROPN" or step.relation != "below"] if is_whom else []
    behind = token.nbor(1) if token.i + 1 < len(token.doc) else token
    if step.relation == "below" and not promised and behind.pos_ == "PROPN":
        return [behind]
    return [o for o in promised if o != step.below]


def for_whom_to(node: Token) -> list[Token]:
    """`Malta` of `$8 million for Malta to buy shells`: the parser sees Malta buy them, on the sum or on the verb that gives it."""
    purposes = [c for c in node.children if c.dep_ in ("relcl", "acl", "advcl", "xcomp", "ccomp") and c.tag_ == "VB" and c.i > node.i]
    marked = [c for c in purposes if any(m.lower_ == "for" and m.dep_ == "mark" for m in c.children)]
    return [s for c in marked for s in c.children if s.dep_ in ("nsubj", "nsubjpass")]


def with_deliveries(goals: list[Token]) -> list[Token]:
    """`Malta` too of `ordered tanks for delivery to Malta`."""
    return [*goals, *(h for goal in goals if kind_of(goal) == "give" for h in syntax.adjuncts(goal, "to"))]


def _helped_by(verb: Token) -> list[Token]:
    """`Malta` of `is helping Malta in the war by supplying it with guns`: the one who is helped."""
    if verb.dep_ != "pcomp" or verb.head.lower_ != "by" or verb.head.head.lemma_.lower() not in lexicon()["verbs"]["help"]:
        return []
    return [c for c in verb.head.head.children if c.dep_ == "dobj"]


def _ways(verb: Token) -> list[Token]:
    """`way` of `is on its way to`, which carries what belongs to the verb."""
    if verb.lemma_ not in ("be", "have"):
        return []
    # "is on its way to", "has six planes on order from"
    nodes = (verb, *(c for c in verb.children if c.dep_ == "dobj" and verb.lemma_ == "have"))
    return [c for node in nodes for child in node.children if child.dep_ == "prep" for c in child.children if c.dep_ == "pobj"]


def _tells_of_receipt(step: Step) -> bool:
    """`confirmed that the fighters had received rockets`: whoever knows of it has given none."""
    is_of_getting = step.relation == "report" and kind_of(step.below) == "get"
    return is_of_getting and assess(step.below).tense is Tense.PAST


def _is_judged(step: Step) -> bool:
    """`welcomed the decision on Maltese guns`: it is another's."""
    return step.kind != "give" and step.token.lemma_.lower() in lexicon()["aside"]["judging"]


def _holds_get(verb: Token) -> bool:
    """`received confirmation`: the subject is the one who gets."""
    return verb.pos_ in ("VERB", "AUX") and lexicon()["by_verb"].get(verb.lemma_.lower()) in ("get", "secure")
