"""What sounds like a pledge of weapons and is none: headlines, questions, history, trade between companies, arms that fire or move."""

from __future__ import annotations

import re

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Tense, assess
from streams.extraction.mentions import Form
from streams.extraction.weapons.items import is_passed_over
from streams.extraction.weapons.kinds import kind_of
from streams.extraction.weapons.lists import is_taken_apart
from streams.extraction.weapons.sides import Sides
from streams.extraction.weapons.steps import Step, list_head
from streams.extraction.weapons.transfer import Transfer
from streams.extraction.weapons.weapon import Item, Weapon, lexicon
from streams.records import ActorKind, EntityKind, WeaponCategory, WeaponsPledgeStatus

__all__ = ["Exclusions", "is_beside_weapons", "is_identifiable", "is_one_of_those", "is_trade_of_companies", "replaces_others"]

Status = WeaponsPledgeStatus

DECADE = re.compile(r"(?:19|20)\d0s")

FIRST_YEAR_OF_HISTORY = 1400
"""A lower number of four digits is no year."""

FIRST_YEAR_OF_NEWS = 1995
"""Up to here a year is history in an article without a date."""

YEARS_OF_NEWS = 15
"""A transfer in a year further back is history."""

WIDEST_SHARE = 6
"""Tokens before a weapon in which its share stands: `99 % of all the military`."""


class Exclusions:
    """What the words around a weapon of one article say that takes it out."""

    def __init__(self, context: ArticleContext, sides: Sides) -> None:
        self._context = context
        self._sides = sides

    def hold(self, item: Item, steps: list[Step]) -> bool:
        """Whether what is said of a weapon, nearest word first, is no transfer of it."""
        predicate = steps[0].token
        return (
            _is_set_free(predicate, item.weapon)
            or self._is_history(predicate)
            or _is_aside(item)
            or _is_share(item)
            or _moves_by_itself(item, steps)
            or self._goes_with_crew(predicate)
            or _is_asked(predicate)
            or _is_headline(predicate, item.weapon.head)
            or self._is_topic(steps, item)
            or _is_strengthened(item, steps)
            or self._is_fitted(predicate)
            or (item.weapon.is_elliptic and predicate.lemma_.lower() in lexicon()["aside"]["picking"])
            or self._is_dropped(predicate)
            or _is_called_back(steps)
            or _is_in_a_poll(steps)
            or _is_figurative(item, steps)
        )

    def stays_its_own(self, item: Item, steps: list[Step], recipients: list[Party]) -> bool:
        """`to increase their own stockpiles`, `sent 40 tanks to Sinai`, `retaliated by sending jets`: what nobody else is named for."""
        if any(p.is_named for p in recipients):
            return False
        goals = [h for node in (steps[0].token, item.top, item.weapon.head) for h in syntax.adjuncts(node, "to", "into")]
        is_moved = steps[0].token.lemma_.lower() in lexicon()["aside"]["moving"]
        above = steps[0].token.head.head if steps[0].token.dep_ == "pcomp" else steps[0].token
        if is_moved and above.lemma_.lower() in lexicon()["aside"]["reacting"]:
            return True
        owned = [h for h in goals if any(c.dep_ == "poss" and c.pos_ == "PRON" for c in h.children)]
        if any(h.lemma_.lower() in lexicon()["aside"]["own_people"] for h in owned):
            # "delivering rifles to our soldiers"
            return True
        is_carried = steps[0].relation == "below" and steps[0].token.dep_ == "acl" and not goals
        if is_moved and is_carried and not any(c.dep_ == "agent" for c in steps[0].token.children):
            # "tanks transported on trailers"
            return True
        is_at_home = is_moved and any(self._context.mentions.at(h.i, EntityKind.PLACE) is not None for h in goals)
        return is_at_home or any(t.lower_ == "own" for t in self._context.reading.doc[max(item.weapon.first - 2, 0) : item.weapon.first])

    def _is_topic(self, steps: list[Step], item: Item) -> bool:
        """`They will discuss everything from trade to missiles`: for nobody, and of no kind that has a name."""
        if item.weapon.form is Form.NAME or item.weapon.is_package or item.quantity is not None or item.value is not None:
            return False
        spoken = all(step.token.pos_ == "VERB" and step.token.lemma_.lower() in lexicon()["aside"]["topics"] for step in steps)
        goals = [h for step in steps for h in syntax.adjuncts(step.token, "for", "to")]
        return spoken and not goals and not self._sides.for_whom(item, "for", "to")

    def _is_fitted(self, verb: Token) -> bool:
        """`The jets will be armed with missiles`: what a weapon carries nobody gets."""
        carriers = [c for c in verb.children if c.dep_ in ("nsubjpass", "dobj")]
        is_weapon = any(self._context.mentions.at(c.i, EntityKind.WEAPON) is not None for c in carriers)
        return is_weapon and verb.lemma_.lower() in lexicon()["aside"]["having"]

    def _is_dropped(self, verb: Token) -> bool:
        """`aircraft delivering bombs`: on a target, where nobody is told to get them."""
        carrier = verb.head
        if verb.pos_ != "VERB" or verb.dep_ not in ("acl", "relcl") or syntax.adjuncts(verb, "to", "for"):
            return False
        if any(c.dep_ == "nsubj" and c.lower_ not in syntax.RELATIVE for c in verb.children):
            # "shells which Malta is sending"
            return False
        is_weapon = self._context.mentions.at(carrier.i, EntityKind.WEAPON) is not None
        return verb.tag_ == "VBG" and (is_weapon or carrier.lemma_.lower() in lexicon()["sources"]["carriers"])

    def _goes_with_crew(self, verb: Token) -> bool:
        """`sent drones and special forces troops to back them`: its own, and given to nobody."""
        words_of = lexicon()["aside"]
        if verb.lemma_.lower() not in (*words_of["moving"], *words_of["committing"]):
            return False
        sent = [t for c in verb.children if c.dep_ == "dobj" for n in syntax.conjuncts(c) for t in (n, *syntax.adjuncts(n, "of"))]
        if verb.lemma_.lower() in words_of["committing"]:
            # "would commit 80,000 troops and 300 tanks"
            return any(t.lemma_.lower() in words_of["crews"] for t in sent)
        weapons = (self._context.mentions.at(t.i, EntityKind.WEAPON) for t in sent)
        is_driven = any(m is not None and m.category.value in lexicon()["own_motion"]["driven"] for m in weapons)
        return is_driven and any(t.lemma_.lower() in words_of["crews"] for t in sent)

    def _is_history(self, predicate: Token) -> bool:
        """`in 1962`, `the Soviet Union`: what was given long before the article."""
        published = self._context.published
        sentence = predicate.sent
        if any(word in f" {sentence.text} " for word in lexicon()["aside"]["history"]):
            return True
        if any(token.lower_ == "since" for token in sentence):
            return False
        verb = predicate
        while verb.dep_ == "xcomp" and verb.tag_ == "VB" and verb.head.pos_ in ("VERB", "AUX"):
            # "has agreed to sell, reversing a decision of 1990"
            verb = verb.head
        has_done = any(c.dep_ == "aux" and c.lower_ in ("has", "have", "'ve", "’ve") for c in verb.children)
        if verb.pos_ in ("VERB", "AUX") and (has_done or assess(verb).tense in (Tense.FUTURE, Tense.PRESENT)):
            # "is to deliver six boats in a deal signed in 2009", "has delivered five of the boats ordered in 2009"
            return False
        latest = published.year - YEARS_OF_NEWS if published is not None else FIRST_YEAR_OF_NEWS
        if any(DECADE.fullmatch(token.text) and int(token.text[:4]) + 9 <= latest for token in sentence):
            return True
        numbers = [t for t in sentence if t.text.isdecimal() and len(t.text) == 4]
        # Of years before 1900 there are no times.
        numbers = [t for t in numbers if self._context.time_at(t) is not None or (t.ent_type_ == "DATE" and int(t.text) < 1900)]
        # A Mirage 2000 is of no year.
        years = [int(t.text) for t in numbers if self._context.mentions.at(t.i, EntityKind.WEAPON) is None]
        return any(FIRST_YEAR_OF_HISTORY <= year <= latest for year in years)


def _is_called_back(steps: list[Step]) -> bool:
    """`demanded that Malta withdraw the vessel`: to be asked to take arms away is to be asked for none."""
    is_asked = len(steps) > 1 and steps[1].kind == "ask" and steps[1].relation != "below"
    return is_asked and steps[0].kind == "withdraw" and steps[0].token.pos_ == "VERB"


def _is_figurative(item: Item, steps: list[Step]) -> bool:
    """`gives ammunition to its critics`: words."""
    figurative = lexicon()["aside"]["figurative"]
    if item.weapon.head.lemma_.lower() not in figurative["arms"] or item.quantity is not None:
        return False
    giver = next((s for s in syntax.subjects(steps[0].token)), None)
    if giver is not None and giver.lower_ in ("it", "this", "that") and item.weapon.head.lemma_.lower() in ("ammunition", "ammo"):
        # "it gives Malta far less ammunition to use against him"
        return any(
            c.dep_ in ("relcl", "acl", "advcl") and c.lemma_ in ("use", "attack", "criticise", "criticize")
            for c in (*item.weapon.head.children, *steps[0].token.children)
        )
    getters = [h for step in steps for h in (*syntax.adjuncts(step.token, "to", "for"), *syntax.objects(step.token))]
    return any(h.lemma_.lower() in figurative["users"] for h in (*getters, *syntax.adjuncts(item.weapon.head, "to", "for")))


def _is_in_a_poll(steps: list[Step]) -> bool:
    """`60% of voters want Malta to send arms`: what the people asked would like, and no state has done."""
    polled = lexicon()["aside"]["polled"]
    if any(token.lemma_.lower() in polled["surveys"] for token in steps[0].token.sent):
        return True
    verbs = [t for step in steps for t in (step.token, *step.token.ancestors) if t.pos_ in ("VERB", "AUX")]
    heads = [h for verb in verbs for s in syntax.subjects(verb) for h in (s, *syntax.adjuncts(s, "of"))]
    return any(h.lemma_.lower() in polled["people"] for h in heads)


def _is_asked(predicate: Token) -> bool:
    """`Will Malta sell missiles?`: nobody says so."""
    sentence = predicate.sent
    if not any(token.text == "?" for token in sentence[-2:]):
        return False
    if sentence[:2].text.lower() == "what if":
        return True
    for verb in (predicate, sentence.root):
        helper = next((c for c in verb.children if c.dep_ == "aux"), verb)
        subject = next((c for c in verb.children if c.dep_ in syntax.SUBJECT), None)
        if subject is not None and helper.i < subject.i and helper.pos_ == "AUX":
            return True
    return False


def _is_headline(predicate: Token, weapon: Token) -> bool:
    """`BIDEN TO TALK TO MALTA Tanks gather`: a headline that ran into the text."""
    return predicate.is_upper and len(predicate) > 2 and not weapon.is_upper


def _is_set_free(predicate: Token, weapon: Weapon) -> bool:
    """`refuses to release the ships that it seized`, `the release of three ships`: they go back to whom they were taken from."""
    words_of = lexicon()["aside"]
    is_ship = weapon.category is WeaponCategory.SHIP and predicate.lemma_.lower() in ("release", "free")
    is_free = predicate.lemma_.lower() in words_of["freeing"]
    return is_ship or (is_free and any(t.lemma_.lower() in words_of["seizing"] for t in predicate.sent))


def _is_aside(item: Item) -> bool:
    """`…, its largest ever arms export`: the same once more; what is passed over; `destroyers stationed in Malta`, its owner's own."""
    head = item.weapon.head
    is_stationed = any(c.dep_ == "acl" and c.lemma_.lower() in lexicon()["aside"]["stationed"] for c in head.children)
    if is_passed_over(head) or is_stationed:
        return True
    superlatives = {"largest", "biggest", "first", "latest"}
    return item.weapon.is_package and head.dep_ == "appos" and any(child.lower_ in superlatives for child in head.subtree)


def replaces_others(top: Token) -> bool:
    """`will be replaced by 75 tanks bought from Malta`: whoever gave away what was told of before gets them."""
    return top.dep_ == "pobj" and top.head.lower_ in ("by", "with") and top.head.head.lemma_.lower() == "replace"


def _is_strengthened(item: Item, steps: list[Step]) -> bool:
    """`to strengthen Malta's air defences`: its own, and better, with what nobody says."""
    is_uncounted = item.weapon.form is Form.GENERIC and item.quantity is None and item.value is None
    is_own = not item.weapon.is_package and any(c.dep_ == "poss" and c.pos_ != "PRON" for c in item.weapon.head.children)
    by_amount = steps[0].token.lemma_.lower() in lexicon()["clause"]["by_amount"] and steps[0].relation == "dobj"
    return is_uncounted and is_own and by_amount


def _is_share(item: Item) -> bool:
    """`provides 99 % of all its weapons`, `most of its arms`: how much of something it is, and no batch."""
    shares = lexicon()["aside"]["shares"]
    first = item.weapon.first
    before = item.weapon.head.doc[max(item.weapon.head.sent.start, first - WIDEST_SHARE) : first]
    found = [t.i for t in before if t.lower_ in shares]
    return item.quantity is None and item.value is None and bool(found) and any(t.lower_ == "of" for t in before if t.i > found[-1])


def is_beside_weapons(item: Item) -> bool:
    """`spare parts`, `kits`: what comes with weapons, where it is not counted; `threats, including missiles`: what one is in danger of."""
    if _is_danger(item.top) or is_one_of_those(item):
        return True
    is_side_item = item.weapon.form is Form.GENERIC and item.weapon.head.lemma_.lower() in lexicon()["lists"]["side_items"]
    return is_side_item and item.quantity is None and item.value is None


def is_one_of_those(item: Item) -> bool:
    """`Patriots and NASAMS, two of the systems that have been critical`: those just named."""
    is_of = item.weapon.head.dep_ == "pobj" and item.weapon.head.head.lower_ == "of"
    return is_of and item.top.pos_ == "NUM" and item.top.dep_ == "appos" and any(c.dep_ == "relcl" for c in item.weapon.head.children)


def _is_danger(top: Token) -> bool:
    """`threats, including missiles and drones`."""
    top = syntax.first_of_list(top)
    preposition = top.head
    is_example = top.dep_ in ("pobj", "dobj") and preposition.lower_ in ("including", "like", "as")
    return is_example and list_head(preposition).lemma_.lower() in lexicon()["lists"]["dangers"]


def _moves_by_itself(item: Item, steps: list[Step]) -> bool:
    """`a jet landed in Djibouti`, `rockets landed on two villages`: nobody is given them, unless they are the first, or a shipment."""
    own = lexicon()["own_motion"]
    verb = steps[0].token
    comes_in = (
        verb.lemma_.lower() in own["coming_in"] and bool(syntax.adjuncts(verb, "into")) and item.weapon.head.lemma_.lower() in own["flying"]
    )
    if comes_in or (verb.lemma_.lower() in own["sailing"] and item.weapon.category is WeaponCategory.SHIP):
        # "rockets were coming into Malta", "a carrier has arrived in Malta"
        return not syntax.adjuncts(verb, "from") or comes_in
    if verb.lemma_.lower() not in own["verbs"] or not item.top == item.weapon.head == steps[0].below:
        return False
    if item.weapon.category.value in own["fired"] or item.weapon.head.lemma_.lower() in own["flying"]:
        # "flew 20 howitzers to Malta"
        return steps[0].relation != "dobj"
    return item.weapon.category.value in own["driven"] and not any(c.lemma_.lower() in own["unless"] for c in item.weapon.head.children)


def is_identifiable(transfer: Transfer) -> bool:
    """Whether it says enough to be a fact: somebody by name, and more than that weapons exist."""
    if _is_mere_topic(transfer) or (transfer.named_suppliers and transfer.named_suppliers == transfer.named_recipients):
        return False
    if _brings_home(transfer) or _is_anybodys_purchase(transfer):
        return False
    if transfer.named_suppliers and transfer.named_recipients:
        return True
    if transfer.is_loose:
        return False
    is_asked = bool(transfer.named_recipients and transfer.suppliers) and transfer.status is Status.REQUESTED
    is_given = bool(transfer.named_suppliers and transfer.recipients) and transfer.status not in (Status.REQUESTED, Status.UNDER_DISCUSSION)
    if (transfer.predicate.pos_ == "VERB" and (is_asked or is_given)) or (is_given and transfer.status is Status.DELIVERED):
        # The other side is told without a name: to its allies.
        return True
    if transfer.weapon.designation in lexicon()["packages"]["counted"] and not transfer.named_recipients:
        # "The army provided 20 high-water vehicles": to whoever was in need.
        return False
    domestic = lexicon()["aside"]["domestic"]
    if not transfer.named_suppliers and any(token.lower_ in domestic for token in transfer.predicate.sent):
        # What a government asks its own parliament for.
        return False
    if not transfer.named_suppliers and not transfer.named_recipients:
        return False
    if transfer.predicate.pos_ != "VERB":
        # Of "from a total order of 2,000" nothing is said.
        is_said = transfer.status is not Status.PLEDGED or transfer.predicate.dep_ in ("dobj", "nsubj", "nsubjpass", "ROOT", "conj")
        return (transfer.quantity is not None or transfer.value is not None) and is_said
    # Neither counted nor priced, a class of weapons with one side is no fact: "Malta wants a shield".
    is_arrived = transfer.weapon.form is Form.NAME and transfer.status is Status.DELIVERED and bool(transfer.named_recipients)
    return is_arrived or transfer.quantity is not None or transfer.value is not None


def _is_anybodys_purchase(transfer: Transfer) -> bool:
    """`Allies are buying more equipment from Malta`: trade, of nothing and with nobody that has a name."""
    is_vague = transfer.weapon.category is WeaponCategory.UNSPECIFIED and transfer.quantity is None and transfer.value is None
    return is_vague and kind_of(transfer.predicate) == "secure" and not transfer.named_recipients


def _brings_home(transfer: Transfer) -> bool:
    """`Hezbollah smuggles rockets into Lebanon`: a group arms itself in its own land."""
    getters = {p.country for p in transfer.recipients if p.kind is ActorKind.STATE}
    return (
        bool(getters) and all(p.kind is ActorKind.GROUP and p.country in getters for p in transfer.suppliers) and bool(transfer.suppliers)
    )


def _is_mere_topic(transfer: Transfer) -> bool:
    """`arms sales to Malta are small`: a noun that no verb says anything of, of arms neither named, nor counted, nor priced."""
    if transfer.quantity is not None or transfer.value is not None or transfer.weapon.form is Form.NAME:
        return False
    if transfer.package is not None and is_taken_apart(transfer.package):
        # "The package includes shells": the verb says so.
        return False
    return transfer.status is Status.PLEDGED and all(token.pos_ == "NOUN" for token in (transfer.predicate, *transfer.evidence))


def is_trade_of_companies(item: Item, steps: list[Step], suppliers: list[Party], recipients: list[Party]) -> bool:
    """Whether makers sell to each other, or at home: what they promise is no state's pledge, unless another state gets it."""
    is_abroad = len({p.country for p in (*suppliers, *recipients)} - {None}) > 1
    # "The Norwegian yard will deliver two frigates to Malta": its state has let it.
    is_licensed = is_abroad and (item.quantity is not None or item.value is not None or item.weapon.form is Form.NAME)
    if (_company_acts(steps) and not is_licensed) or _is_private(steps, suppliers, recipients):
        return True
    is_order = any(step.token.lemma_.lower() == "award" for step in steps)
    if is_order and not any(p.country for p in recipients):
        # "awarded the maker a contract for missiles"
        return True
    if not suppliers or any(step.kind in ("get", "secure", "ask") for step in steps):
        return False
    bodies = lexicon()["sources"]["public_bodies"]
    homes = {p.country for p in suppliers}
    is_abroad = None not in homes and any(p.country and p.country not in homes for p in recipients)
    return not is_abroad and all(
        p.kind in (ActorKind.ORG, ActorKind.NGO)
        and p.name not in lexicon()["sources"]["parliaments"]["names"]
        and not any(word in bodies for word in p.name.lower().split())
        for p in suppliers
    )


def _is_private(steps: list[Step], suppliers: list[Party], recipients: list[Party]) -> bool:
    """`a man who sent bombs`, `when customers buy rifles`: who acts does so for no state."""
    private = lexicon()["sources"]["private"]
    sides = {"give": suppliers, "get": recipients, "secure": recipients}
    return any(
        subject.lemma_.lower() in private
        or (subject.ent_type_ == "PERSON" and step.kind == "secure" and step.relation in ("relcl", "below"))
        for step in steps
        if step.kind in sides and step.token.pos_ == "VERB" and not any(p.is_named for p in sides[step.kind])
        for subject in syntax.subjects(step.token)
    )


def _company_acts(steps: list[Step]) -> bool:
    """`companies selling weapons to`, `factories are working on the next one`."""
    companies = lexicon()["sources"]["companies"]
    return any(
        subject.lemma_.lower() in companies
        for step in steps
        if step.kind in ("give", "discuss") and step.token.pos_ == "VERB"
        for subject in syntax.subjects(step.token)
    )
