"""Weapons asked for, discussed, promised, delivered or refused: who gives what, how many, to whom, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, TimeMention
from streams.extraction.factuality import Factuality, Tense, assess
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form
from streams.extraction.polities import polity
from streams.extraction.weapons.adversaries import Adversaries, without_adversary
from streams.extraction.weapons.again import told_again
from streams.extraction.weapons.agents import Agents
from streams.extraction.weapons.exclusions import (
    Exclusions,
    is_beside_weapons,
    is_identifiable,
    is_one_of_those,
    is_trade_of_companies,
    replaces_others,
)
from streams.extraction.weapons.items import Items
from streams.extraction.weapons.kinds import MOVES, holding_noun, kind_of
from streams.extraction.weapons.lists import Lists, holds_a_package, is_taken_apart, package_giving
from streams.extraction.weapons.merge import OF_CONTEXT, agree, fill_sides, merge
from streams.extraction.weapons.owners import Owners
from streams.extraction.weapons.rows import with_rows
from streams.extraction.weapons.sides import Sides
from streams.extraction.weapons.speakers import Speakers
from streams.extraction.weapons.status import in_order, is_one_more, status_of
from streams.extraction.weapons.steps import Step, WayUp
from streams.extraction.weapons.together import is_counted, with_recipients_of_list, without_act, without_bare_packages, without_class
from streams.extraction.weapons.totals import is_summing_up, is_total
from streams.extraction.weapons.transfer import Transfer
from streams.extraction.weapons.weapon import Item, Weapon, lexicon, origins
from streams.extraction.weapons.worth import Worth
from streams.records import ActorKind, Certainty, EntityKind, FigureKind, WeaponCategory, WeaponsPledgeStatus

__all__ = ["Transfer", "find_transfers"]

Status = WeaponsPledgeStatus


LOOSELY_READ = 0.7
"""Confidence of what was read off the order of the words, beside what was read off the parse."""


AGAINST = frozenset({Status.REFUSED, Status.WITHDRAWN, Status.DELAYED})

PROMISED = frozenset({Status.PLEDGED, Status.COMMITTED})

RECENT = 40
"""Transfers that a sentence can still speak of."""

REACH_OF_PACKAGE = 8
"""Sentences in which `it includes …` still speaks of a package named before."""

LONGEST_RUNNING_LIST = 6
"""Items of a list behind a heading of which each counts; of a longer one, and of bullets, only those with a number."""


def find_transfers(context: ArticleContext) -> list[Transfer]:
    """The transfers that an article states, each once, in the order of the weapons."""
    worth = Worth(context)
    finder = _Finder(context, worth)
    mentions: list[Transfer] = []
    for sentence in context.reading.sentences:
        tokens = context.reading.tokens[sentence.start : sentence.end]
        recent = mentions[-RECENT:]
        del mentions[-RECENT:]
        told = worth.told_later(tokens, [*recent, *finder.in_sentence(tokens, recent)])
        mentions.extend(finder.told_again(tokens, told))
    if not mentions:
        return []
    filled = fill_sides(without_bare_packages(mentions), context.voice, _sellers(context), _addressees(context))
    adversaries = Adversaries(context, Owners(context))
    at_peace = (without_adversary(transfer, adversaries) for transfer in filled)
    return merge([t for t in map(_between_polities, at_peace) if is_identifiable(t) and not _is_of_home(t)])


def _is_of_home(transfer: Transfer) -> bool:
    """`The Russian army received its first Su-57`: what its own makers build nobody gives it."""
    home = origins().get(transfer.weapon.designation)
    # A package may pay for what its recipient makes.
    is_told = transfer.package is not None or any(p.directness > OF_CONTEXT for p in transfer.suppliers)
    return home is not None and not is_told and any(p.country == home for p in transfer.recipients)


def _between_polities(transfer: Transfer) -> Transfer:
    """The transfer without those of either side that stand for nobody: a newspaper, a party, a shop."""
    sides = (transfer.suppliers, transfer.recipients)
    suppliers, recipients = (tuple(p for p in side if not p.is_named or polity(p) is not None) for side in sides)
    return replace(transfer, suppliers=suppliers, recipients=recipients)


def _sellers(context: ArticleContext) -> dict[str, Party]:
    """The states that the article names, each of which may have made what it tells of."""
    found: dict[str, Party] = {}
    for mention in context.mentions:
        if mention.kind is EntityKind.STATE and mention.country and mention.country not in found:
            parties = context.cast.one(context.reading.doc[mention.last])
            found.update({mention.country: parties[0]} if parties else {})
    return found


def _addressees(context: ArticleContext) -> tuple[Party, ...]:
    """`a new package for Malta`, `aid to Malta`: whom whatever the article calls aid is for, where that is one and the same."""
    nouns = lexicon()["lists"]["giving"]
    named = [token for token in context.reading.doc if token.lemma_.lower() in nouns]
    heads = [h for token in named for h in syntax.adjuncts(token, "for", "to")]
    # "provides Malta with support"
    heads.extend(h for t in context.reading.doc if t.lemma_.lower() in lexicon()["lists"]["givers"] for h in syntax.adjuncts(t, "to"))
    given = [t.head.head for t in named if t.dep_ == "pobj" and t.head.lower_ == "with" and kind_of(t.head.head) == "give"]
    heads.extend(h for verb in given for h in syntax.objects(verb))
    found = {p.key: p for h in heads for p in context.cast.one(h) if p.is_named and p.country}
    return tuple(found.values()) if len(found) == 1 else ()


class _Finder:
    """Looks for transfers sentence by sentence."""

    def __init__(self, context: ArticleContext, worth: Worth) -> None:
        self._context = context
        self._worth = worth
        self._items = Items(context)
        owners = Owners(context)
        self._agents = Agents(context, owners)
        self._speakers = Speakers(context, self._agents)
        self._sides = Sides(context, owners, self._agents, self._speakers)
        self._lists = Lists(context.reading)
        self._exclusions = Exclusions(context, self._sides)

    def in_sentence(self, tokens: Sequence[Token], before: list[Transfer]) -> list[Transfer]:
        """The transfers of the weapons in one sentence."""
        found: list[Transfer] = []
        listed: tuple[Item, Transfer | None] | None = None
        items = [(token, self._items.at(token)) for token in tokens]
        present = [item for _, item in items if item is not None]
        starts = [item.quantity.first if item.quantity else item.weapon.first for item in present] + [tokens[-1].i + 1]
        orphans: list[Item] = []
        for token, item in items:
            known = [*before, *found]
            if item is None:
                partner = self._talks_with_supplier(token, known)
                found.extend([partner] if partner else [])
                continue
            limit = next(start for start in starts if start > item.weapon.head.i or start == starts[-1])
            if len(present) == 1:
                limit = starts[-1]
            transfer = self._transfer(self._worth.paid_for(item), known, limit, len(present))
            if listed is not None and listed[1] is not None and self._goes_on(listed[0], listed[1], item, transfer):
                transfer = _as_before(item, listed[1])
            if transfer is not None:
                transfer = self._as_listed(transfer, found)
            listed = item, transfer
            if transfer:
                found.append(self._of_gapped(transfer, found))
            elif item.weapon.is_package and item.value is not None:
                orphans.append(item)
        found.extend(self._gapped(found, tokens))
        found = with_recipients_of_list(found)
        if any(token.lower_ == "respectively" for token in tokens):
            found = self._respectively(found, tokens)
        found = [part for t in found for part in _each(t)]
        found = [replace(t, status=Status.REFUSED) if t.status in PROMISED and self._is_excepted(t) else t for t in found]
        found = [t for t in found if t.status is not Status.DELIVERED or not self._is_excepted(t)]
        found = without_act(without_class(self._worth.in_sentence(found, orphans, tokens)))
        found = with_rows(self._context, found, tokens)
        summed = [t for t in found if is_total(t, self._context)]
        totals = {t.predicate for t in summed}
        # "has sent 250 tanks, jets and helicopters since 2022": what is not counted is of the same total.
        summed.extend(t for t in found if t.predicate in totals and t.quantity is None and t.value is None)
        return [replace(t, is_cumulative=True) if t in summed else t for t in found]

    def told_again(self, tokens: Sequence[Token], transfers: Sequence[Transfer]) -> list[Transfer]:
        """The transfers so far, with what the sentence says of the last of them without naming it."""
        return told_again(self._context.reading, self._agents, tokens, transfers)

    def _is_excepted(self, transfer: Transfer) -> bool:
        """`will include helicopters, but not the F-16 jets that it asked for`."""
        doc = self._context.reading.doc
        i = (transfer.quantity.first if transfer.quantity is not None else transfer.weapon.first) - 1
        while i > 0 and (doc[i].pos_ in ("DET", "ADJ") or doc[i].lower_ in ("any", "with")):
            i -= 1
        return i > 1 and doc[i].lower_ == "not" and doc[i - 1].lower_ in ("but", "and", ",", "though", "although")

    def _goes_on(self, before: Item, told: Transfer, item: Item, transfer: Transfer | None) -> bool:
        """Whether a weapon is next in a list, where the parser has lost it, or sees `the purchase of 12 jets`, and 20 tanks, approved."""
        if transfer is None:
            is_part = told.package is not None and self._is_behind_semicolon(item.top) and not self._lists.is_bullet(item.weapon.head)
            return (is_part or self._is_next_in_list(before, item)) and not WayUp(item.top, item.weapon.head).moving
        is_act = told.predicate.pos_ == "NOUN" and transfer.predicate in told.predicate.ancestors
        return is_act and transfer.predicate.i < before.weapon.first and self._is_next_in_list(before, item)

    def _as_listed(self, transfer: Transfer, found: list[Transfer]) -> Transfer:
        """`guns given by Malta; and tanks given by Cyprus`, in a list of what will be sent: as the list says how far, and for whom."""
        before = next((t for t in reversed(found) if t.package is not None and t.status in PROMISED), None)
        if before is None or transfer.predicate.dep_ != "acl" or not self._is_behind_semicolon(transfer.top):
            return transfer
        return replace(transfer, status=before.status, recipients=transfer.recipients or before.recipients, package=before.package)

    def _is_behind_semicolon(self, top: Token) -> bool:
        """Whether a phrase opens the next part of a list: `; and 20 tanks`."""
        doc = self._context.reading.doc
        start = syntax.noun_phrase(top).start
        start -= start > 0 and doc[start - 1].lower_ == "and"
        return start > 0 and doc[start - 1].text == ";"

    def _is_next_in_list(self, before: Item, item: Item) -> bool:
        """Whether nothing but commas, `and`, numbers and modifiers stands between two weapons."""
        if item.weapon.is_package or item.weapon.is_elliptic or before.weapon.is_elliptic or is_one_of_those(item):
            return False
        between = self._worth.without_prices(before.weapon.end, item.weapon.first)
        joined = any(token.text == "," or token.lower_ in ("and", "plus") for token in between)
        joining, within = (",", "-", "/", "and", "plus", "as", "well", "of"), ("NUM", "ADJ", "DET", "NOUN", "PROPN")
        return joined and all(token.lower_ in joining or token.pos_ in within for token in between)

    def _respectively(self, found: list[Transfer], tokens: Sequence[Token]) -> list[Transfer]:
        """`Malta and Cyprus will send 10 and 20 guns respectively`, `guns and tanks to Malta and Cyprus respectively`."""
        if len(found) == 1 and found[0].quantity is None:
            counts = [f for f in self._context.figures_between(tokens[0].i, found[0].weapon.first) if f.found.kind is FigureKind.COUNT]
            if len(counts) == len(found[0].suppliers) > 1:
                return [replace(found[0], quantity=f, suppliers=(p,)) for f, p in zip(counts, found[0].suppliers, strict=True)]
            if len(counts) == len(found[0].recipients) > 1:
                return [replace(found[0], quantity=f, recipients=(p,)) for f, p in zip(counts, found[0].recipients, strict=True)]
        sides = [t.recipients for t in found]
        if len(found) > 1 and all(len(side) == len(found) for side in sides):
            return [replace(t, recipients=(t.recipients[i],)) for i, t in enumerate(found)]
        return found

    def _gapped(self, found: list[Transfer], tokens: Sequence[Token]) -> list[Transfer]:
        """`Norway has donated six launchers, and Lithuania two`: the verb and the weapon of the clause before."""
        if not found or found[-1].quantity is None:
            return []
        last = found[-1]
        gapped: list[Transfer] = []
        for figure in self._context.figures_between(last.weapon.end, tokens[-1].i + 1):
            token = figure.root
            mention = self._context.mentions.at(figure.first - 1, EntityKind.STATE)
            end = figure.end + (figure.end <= tokens[-1].i and self._context.reading.doc[figure.end].lower_ == "more")
            is_end = end > tokens[-1].i or self._context.reading.doc[end].lower_ in (".", ",", ";", ")", "and")
            before = self._context.reading.doc[mention.first - 1].lower_ if mention is not None and mention.first > 0 else ""
            if figure.found.kind is not FigureKind.COUNT or mention is None or not is_end or before not in ("and", ",", ";"):
                continue
            weapon = replace(last.weapon, head=token, first=figure.first, end=figure.end, is_elliptic=True)
            suppliers = tuple(self._context.cast.one(self._context.reading.doc[mention.last]))
            gapped.append(replace(last, weapon=weapon, top=token, quantity=figure, value=None, suppliers=suppliers, confidence=0.7))
        return gapped

    def _of_gapped(self, transfer: Transfer, found: list[Transfer]) -> Transfer:
        """`Norway has pledged 24 guns for Malta, Latvia six helicopters`: the side that the verb has first is another one."""
        doc = self._context.reading.doc
        if transfer.quantity is None or transfer.quantity.first < 2 or not found or found[-1].predicate != transfer.predicate:
            return transfer
        before, mention = found[-1], self._context.mentions.at(transfer.quantity.first - 1, EntityKind.STATE)
        is_joined = mention is not None and mention.form is Form.NAME and doc[mention.first - 1].lower_ in ("and", ",", ";")
        if not is_joined or mention is None or transfer.predicate.pos_ != "VERB" or before.weapon.end > mention.first:
            return transfer
        parties = tuple(self._context.cast.one(doc[mention.last]))
        is_dative = any(transfer.predicate.i < p.first < before.weapon.first for p in before.recipients)
        if is_dative:
            return replace(transfer, suppliers=before.suppliers, recipients=parties)
        return replace(transfer, suppliers=parties, recipients=before.recipients) if before.suppliers else transfer

    # One transfer ------------------------------------------------------------------------------------------------------------------

    def _transfer(self, item: Item, before: list[Transfer], limit: int, items: int) -> Transfer | None:
        if is_beside_weapons(item):
            return None
        way = WayUp(item.top, item.weapon.head)
        if not way.steps and item.weapon.is_package and (item.value is not None or is_taken_apart(item.weapon.head)):
            # "Sweden's package for Ukraine, worth …, includes …": no verb gives it, and none need.
            way.steps.append(Step(item.weapon.head, "package", "self", item.weapon.head))
        if not way.steps and item.weapon.is_package and kind_of(item.weapon.head) == "give":
            # "oversaw arms deliveries from Malta to Cyprus"
            way.steps.append(Step(item.weapon.head, "give", "self", item.weapon.head))
        steps = way.moving
        if way.steps and all(step.kind == "package" and step.relation in ("prep:like", "prep:as") for step in way.steps):
            # "equipment like body armour is unlikely to": nothing is said of a package.
            return None
        if not steps or way.steps[0].kind == "list":
            listed = self._listed(item, way, before, items)
            if listed is not None and steps and not (listed.suppliers and listed.recipients):
                # "a package that includes tanks and missiles for Malta"
                shared = self._told(item, way, before, limit, items) or listed
                return replace(listed, suppliers=listed.suppliers or shared.suppliers, recipients=listed.recipients or shared.recipients)
            if listed or not steps:
                return listed or self._of_shared_clause(item, before, limit, items)
        told = self._told(item, way, before, limit, items)
        is_held = package_giving(steps[0]) is not None or (steps[0].kind == "package" and any(s.kind == "list" for s in way.steps))
        if is_held and not (told is not None and told.named_suppliers and told.named_recipients):
            return self._listed(item, way, before, items) or told
        is_act = steps[0].relation == "self" and steps[0].kind == "give" and steps[0].token.pos_ == "NOUN"
        if is_act and told is not None and told.status is not Status.DELIVERED:
            return None
        if told is not None and steps[0].relation == "self" and _lacks_sides(told):
            return self._known_package(told, before)
        return told

    def _of_shared_clause(self, item: Item, before: list[Transfer], limit: int, items: int) -> Transfer | None:
        """`lists 62 trucks and eight drones that Malta sent to Togo`: Malta has sent both."""
        last = syntax.conjuncts(item.top)[-1]
        clause = next((c for c in last.children if c.dep_ == "relcl" and kind_of(c) == "give"), None)
        if item.top == last or item.top.dep_ != "dobj" or clause is None or item.quantity is None:
            return None
        way = WayUp(item.top, item.weapon.head)
        way.steps = [Step(clause, "give", "below", item.top)]
        return self._told(item, way, before, limit, items)

    def _known_package(self, told: Transfer, before: list[Transfer]) -> Transfer | None:
        """`The donation, worth $16 million, includes`: whose it is and for whom the sentences before say."""
        frame = self._frame(self._context.reading.sentence_index(told.weapon.head), before)
        if frame is None or told.value is None or not is_taken_apart(told.weapon.head):
            return None
        suppliers, recipients = told.suppliers or frame.suppliers, told.recipients or frame.recipients
        return replace(told, status=frame.status, evidence=frame.evidence, suppliers=suppliers, recipients=recipients)

    def _told(self, item: Item, way: WayUp, before: list[Transfer], limit: int, items: int) -> Transfer | None:
        """What the words above a weapon say of it."""
        steps = way.moving
        fact = assess(steps[0].token)
        status, cues = status_of(steps, fact)
        if status is None:
            return None
        weapon = item.weapon
        if weapon.is_elliptic and not before and not any(step.kind in ("give", "get", "secure") for step in steps):
            return None
        if self._exclusions.hold(item, steps):
            return None
        is_none = any(c.lower_ == "no" and c.dep_ in ("det", "neg") for node in (weapon.head, item.top) for c in node.children)
        if is_none and status is not Status.PLEDGED:
            return None
        # "no arms would be sent"
        status = Status.REFUSED if is_none else status
        suppliers, recipients, is_own = self._sides.of(item, steps, way.gapped, limit, is_one_of_several=items > 1)
        recipients = _told_as_pair(recipients, before, self._context.reading.doc) or recipients
        suppliers = suppliers or (self._named_by_line(item, recipients, before) if steps[0].kind in MOVES else [])
        is_leaving = status is Status.PLEDGED and steps[0].token.lemma_.lower() in lexicon()["sources"]["leaving"]
        is_ruled_by_speaker = is_leaving or status in (Status.REFUSED, Status.UNDER_DISCUSSION)
        if is_ruled_by_speaker and not suppliers and recipients and fact.tense is not Tense.NONE:
            # "A Maltese spokesman said nothing had been decided about giving Cyprus": whoever says so would give.
            suppliers = self._speakers.of(steps, recipients)
        if status is Status.PLEDGED and (reached := self._announced_by_recipient(steps, suppliers)):
            status, recipients = Status.DELIVERED, recipients or reached
        if is_own or (status is Status.REFUSED and not any(p.is_named for p in suppliers)):
            # Somebody must refuse.
            return None
        if weapon.is_elliptic and not recipients and before:
            # "…, while discussions are underway to obtain seven more": for whom the ones before are.
            taken = {p.key for p in suppliers}
            recipients = [replace(p, directness=0.8) for p in before[-1].recipients if p.key not in taken]
        if weapon.is_elliptic and not suppliers and before and steps[0].kind in ("give", "pledge") and syntax.is_passive(steps[0].token):
            # "…, and a further 40 will be sent": by whoever sent the ones before.
            suppliers = [replace(p, directness=0.8) for p in before[-1].suppliers if p.key not in {r.key for r in recipients}]
        if suppliers and before and not any(p.country for p in suppliers) and _speaks_for_itself(steps, suppliers):
            # "We will also send", said by somebody whose state only the sentence before tells.
            near = self._context.reading.sentence_index(weapon.head) - self._context.reading.sentence_index(before[-1].weapon.head) <= 3
            suppliers = [replace(p, directness=0.7) for p in before[-1].suppliers] if near and before[-1].named_suppliers else suppliers
        if is_trade_of_companies(item, steps, suppliers, recipients) or self._exclusions.stays_its_own(item, steps, recipients):
            return None
        if replaces_others(item.top) and not recipients:
            return None
        status = Status.DELIVERED if status is Status.PLEDGED and _is_habit(steps, item) else status
        is_only_used = way.is_used and item.quantity is None and not any(self._context.times_on([step.token]) for step in steps)
        if is_only_used and not self._sides.is_meant(item):
            # "the missiles that Malta supplied hit": what they are used for is told.
            return None
        is_plan = steps[0].token.lemma_.lower() in ("plan", "unveil", "detail", "want", "aim", "prepare", "intend")
        if is_plan and not recipients and not weapon.is_package and item.top == steps[0].below:
            # "plans a fleet of submarines": nobody else is to have them.
            return None
        announced, delivery = self._times(steps, status)
        return Transfer(
            weapon=weapon,
            top=item.top,
            predicate=steps[0].token,
            status=status,
            certainty=fact.certainty,
            evidence=tuple(in_order([*cues, *fact.evidence])),
            suppliers=tuple(suppliers),
            recipients=tuple(recipients),
            quantity=item.quantity or self._items.of_which(weapon, is_all=status is not Status.DELIVERED and steps[0].kind == "secure"),
            value=item.value or (self._worth.of_steps(steps) if way.package is None else None),
            package=way.package,
            announced=announced,
            delivery=delivery,
            attribution=self._context.attributions.of(steps[0].token),
            is_loose=way.is_loose,
            confidence=round(_confidence(weapon, suppliers, recipients, fact) * (LOOSELY_READ if way.is_loose else 1.0), 2),
        )

    def _named_by_line(self, item: Item, recipients: list[Party], before: list[Transfer]) -> list[Party]:
        """`13:30 Malta: 20 tanks are on their way`: whose news a line tells gives, unless the article has told that it gets."""
        doc = self._context.reading.doc
        colon = next((t.i for t in item.weapon.head.sent if t.text == ":" and t.i < item.weapon.first and t.nbor(-1).is_alpha), None)
        mention = self._context.mentions.at(colon - 1, EntityKind.STATE) if colon else None
        if mention is None or mention.form is not Form.NAME or mention.last != (colon or 0) - 1:
            return []
        if any(t.is_alpha for t in doc[item.weapon.head.sent.start : mention.first]):
            return []
        told = {key for t in before for key in t.named_recipients}
        found = [p for p in self._context.cast.one(doc[mention.last]) if p.key not in told | {r.key for r in recipients}]
        return found if recipients or told else []

    def _announced_by_recipient(self, steps: list[Step], suppliers: list[Party]) -> list[Party]:
        """`Malta announced the delivery of two helicopters from Cyprus`: who makes known what others send has got it."""
        noun, above = steps[0].token, steps[1].token if len(steps) > 1 else steps[0].token
        is_handed_over = noun.pos_ == "NOUN" and noun.lemma_.lower() in lexicon()["aside"]["handing_over"]
        if not is_handed_over or above.lemma_ != "announce" or assess(above).tense is not Tense.PAST or not suppliers:
            return []
        given = {p.key for p in suppliers}
        return [p for p in self._agents.acting([above]) if p.key not in given]

    def _listed(self, item: Item, way: WayUp, before: list[Transfer], items: int) -> Transfer | None:
        """What a package named before holds: a bullet below a heading, or `it includes …`."""
        weapon = item.weapon
        if weapon.is_package or weapon.is_elliptic:
            return None
        has_number = item.quantity is not None or item.value is not None
        heading = self._lists.heading_of(weapon.head)
        verb = next((step.token for step in way.steps if step.kind == "list" or package_giving(step) is not None), None)
        if not has_number and any(is_counted(t) and way.package in (t.weapon.head, t.top) for t in before):
            # "60 boats, including raiding craft": the boats are what is given.
            return None
        if heading is not None:
            if not has_number and (self._lists.is_bullet(weapon.head) or items > LONGEST_RUNNING_LIST):
                return None
            sentence = heading
        elif verb is not None and holds_a_package(verb):
            # "These include the guns, which Malta has bought, and the tanks": what is said of one is not said of all.
            before = [t for t in before if t.weapon.head.i < verb.i or t.package is not None]
            sentence = self._context.reading.sentence_index(verb)
        elif way.package is not None:
            before = [t for t in before if way.package in (t.weapon.head, t.top)]
            sentence = self._context.reading.sentence_index(way.package)
        elif (whole := self._whole_before(item, before)) is not None:
            before = [whole]
            sentence = self._context.reading.sentence_index(weapon.head)
        elif (same := self._package_beside(item, before)) is not None:
            before = [same]
            sentence = self._context.reading.sentence_index(weapon.head)
        else:
            return None
        frame = self._told_before(item, before) or self._frame(sentence, before)
        if verb is not None and heading is None:
            frame = self._of_what_holds(item, verb, frame)
        own = self._heading_itself(item, heading) if heading is not None else None
        if own is not None:
            # "Delivered since June:" says how far it has come, and the package before whose it is.
            shared = frame or own
            frame = replace(own, suppliers=own.suppliers or shared.suppliers, recipients=own.recipients or shared.recipients)
        if frame is None and sentence > 0:
            # "Malta will send its largest package yet. It will include …"
            frame = self._heading_itself(item, sentence - 1, needs_package=True)
        if frame is None:
            return None
        fact = assess(verb) if verb is not None else None
        if fact is not None and fact.negation is not None:
            return None
        return replace(
            frame,
            weapon=weapon,
            top=item.top,
            evidence=frame.evidence if fact is None else tuple(in_order([*frame.evidence, *fact.evidence])),
            certainty=frame.certainty if fact is None or fact.certainty is Certainty.CERTAIN else fact.certainty,
            suppliers=tuple(p for p in self._sides.for_whom(item, "from") if p.is_named and p.country) or frame.suppliers,
            recipients=tuple(p for p in self._sides.for_whom(item, "to", "for") if p.is_named and p.country) or frame.recipients,
            quantity=item.quantity,
            value=item.value,
            package=frame.package or frame.top,
            is_cumulative=heading is not None and is_summing_up(self._context.reading.sentences[heading]),
            confidence=round(frame.confidence * 0.9, 2),
        )

    def _of_what_holds(self, item: Item, verb: Token, frame: Transfer | None) -> Transfer | None:
        """`Denmark's donation consists of`, `the next tranche for Kyiv will contain`: the subject says itself whose it is and for whom."""
        noun = holding_noun(verb) or next((c for c in syntax.subjects(verb) if c.pos_ == "NOUN"), None)
        if noun is None or noun.lemma_.lower() not in lexicon()["lists"]["subjects"] or (frame is not None and frame.weapon.head == noun):
            return frame
        at_noun = replace(item, weapon=replace(item.weapon, head=noun, first=noun.i, end=noun.i + 1), top=noun)
        way = WayUp(noun, noun)
        way.steps = [Step(noun, "package", "self", noun)]
        own = self._told(at_noun, way, [], item.weapon.first, 1)
        is_sale = noun.lemma_.lower() == "sale" or any(kind_of(c) in ("pledge", "commit") for c in noun.children)
        has_come = kind_of(noun) == "give" and not is_sale and verb.tag_ != "VBG" and assess(verb).tense is Tense.PAST
        if own is None or not (own.named_suppliers or own.named_recipients):
            return replace(frame, status=Status.DELIVERED) if frame is not None and has_come and frame.status in PROMISED else frame
        if frame is not None and own.named_suppliers and own.named_suppliers <= frame.named_recipients:
            # "is sending Malta weapons, which include": not Malta's weapons.
            return frame
        is_other = frame is None or bool(
            (own.named_suppliers and own.named_suppliers != frame.named_suppliers)
            or (own.named_recipients and frame.named_recipients and own.named_recipients != frame.named_recipients)
        )
        shared = own if frame is None or is_other else frame
        status = Status.DELIVERED if has_come else shared.status
        suppliers, recipients = own.suppliers or shared.suppliers, own.recipients or shared.recipients
        return replace(own, status=status, evidence=(*own.evidence, verb), suppliers=suppliers, recipients=recipients, package=None)

    def _heading_itself(self, item: Item, heading: int, *, needs_package: bool = False) -> Transfer | None:
        """`Germany will deliver to Ukraine:`, a heading that gives, and leaves what to the list."""
        sentence = self._context.reading.sentences[heading]
        packages = lexicon()["packages"]
        if needs_package and not any(token.lemma_.lower() in (*packages["money_only"], *packages["sums"]) for token in sentence):
            return None
        telling = [t for t in sentence if kind_of(t) in ("give", "pledge", "commit", "get", "secure")]
        verb = next((t for t in telling if t.pos_ == "VERB"), telling[0] if telling and not needs_package else None)
        if verb is None or item.weapon.head.i <= verb.i:
            return None
        way = WayUp(verb)
        if verb.pos_ != "VERB":
            # A heading without a verb, as in: In preparation.
            way.steps.insert(0, Step(verb, kind_of(verb) or "", "self", verb))
        at_verb = replace(item, weapon=replace(item.weapon, head=verb, first=verb.i, end=verb.i + 1), top=verb)
        return self._told(at_verb, way, [], sentence.end, 1) if way.moving else None

    def _whole_before(self, item: Item, before: list[Transfer]) -> Transfer | None:
        """`will send light arms. There are 20 rifles and 90 mortars`: counted, and nowhere else than in what was told right before."""
        first = item.top
        while first.dep_ in ("conj", "appos"):
            # The parser takes the second of "20 guns, 90 rockets and mortars" for an apposition.
            first = first.head
        verb = first.head
        if item.quantity is None or not before or first.dep_ != "attr" or verb.lower_ != "are" or verb.dep_ != "ROOT":
            return None
        places = ("in", "at", "on", "near", "along", "inside", "around", "under")
        is_elsewhere = any(c.dep_ in ("prep", "neg") or (c.dep_ == "advmod" and c.lower_ != "also") for c in verb.children)
        # "There are 200 tanks in Togo", to whichever word the parser hangs Togo
        is_elsewhere = is_elsewhere or any(syntax.adjuncts(noun, *places) for noun in syntax.conjuncts(first))
        if is_elsewhere or not any(c.dep_ == "expl" for c in verb.children):
            return None
        sentence = self._context.reading.sentence_index(item.weapon.head)
        near = [t for t in before if sentence - self._context.reading.sentence_index(t.weapon.head) == 1]
        wholes = lexicon()["lists"]["wholes"]
        classes = [t for t in near if t.quantity is None and not {t.weapon.head.lower_, t.weapon.head.lemma_.lower()}.isdisjoint(wholes)]
        return classes[-1] if classes and classes[-1].status in (*PROMISED, Status.DELIVERED) else None

    def _package_beside(self, item: Item, before: list[Transfer]) -> Transfer | None:
        """`a sale to Japan of 73 missiles`, where the parser has lost the missiles: the sale just before, with no verb between."""
        if not before or not before[-1].weapon.is_package or (item.quantity is None and item.weapon.form is not Form.NAME):
            return None
        last = before[-1].weapon
        between = item.weapon.head.doc[last.end : item.weapon.first]
        if last.head.sent != item.weapon.head.sent or any(token.pos_ in ("VERB", "AUX") and token.tag_ != "VBN" for token in between):
            return None
        return before[-1] if any(token.lower_ in ("of", "for", ":") for token in between) else None

    def _told_before(self, item: Item, before: list[Transfer]) -> Transfer | None:
        """`60 boats`, told once more in what a package holds, or next to what was: of that package, whatever was told of since."""
        sentence = self._context.reading.sentence_index(item.weapon.head)
        beside = [t for t in before if t.package is not None and self._context.reading.sentence_index(t.weapon.head) == sentence]
        if beside:
            return beside[-1]
        counted = [t for t in before if t.quantity is not None and item.quantity is not None and t.named_suppliers]
        same = [t for t in counted if t.weapon.designation == item.weapon.designation and agree(t.quantity, item.quantity)]
        return same[-1] if same else None

    def _frame(self, sentence: int, before: list[Transfer]) -> Transfer | None:
        """The package that a list takes apart: the last one told of, not long before."""
        reading = self._context.reading
        near = [t for t in before if 0 <= sentence - reading.sentence_index(t.weapon.head) <= REACH_OF_PACKAGE]
        near = [t for t in near if t.named_suppliers or t.named_recipients]
        # "will send aid, and has put off a decision on arms. It includes": the aid.
        near = [t for t in near if t.status not in AGAINST] or near
        packages = [t for t in near if t.weapon.is_package or t.weapon.category is WeaponCategory.UNSPECIFIED]
        return (packages or near)[-1] if near else None

    def _times(self, steps: list[Step], status: Status) -> tuple[TimeMention | None, TimeMention | None]:
        """When it was announced, and when it is or was handed over."""
        announced: TimeMention | None = None
        delivery: TimeMention | None = None
        for step in steps:
            times = self._context.times_on([step.token])
            if not times:
                continue
            if (
                step.kind in ("give", "get", "go")
                and step.relation != "report"
                and (status is Status.DELIVERED or assess(step.token).tense in (Tense.FUTURE, Tense.INFINITIVE))
            ):
                delivery = delivery or times[0]
            elif step.kind in ("pledge", "commit", "package", "ask", "secure"):
                announced = announced or times[0]
        attribution = self._context.attributions.of(steps[0].token)
        if announced is None and attribution and attribution.cue.lemma_.lower() in words("speech")["verbs"]["performative"]:
            reported = self._context.times_on([attribution.cue])
            announced = reported[0] if reported else None
        return announced, delivery

    # More of the same --------------------------------------------------------------------------------------------------------------

    def _talks_with_supplier(self, token: Token, before: list[Transfer]) -> Transfer | None:
        """`We are currently working with Dutch partners`, right behind what others have confirmed: more of the same is being discussed."""
        if not before or token.pos_ != "VERB" or lexicon()["by_verb"].get(token.lemma_.lower()) != "discuss":
            return None
        if any(child.dep_ in ("dobj", "ccomp", "xcomp") for child in token.children) or syntax.adjuncts(
            token, "on", "about", "over", "for", "to"
        ):
            return None
        last = before[-1]
        reading = self._context.reading
        if reading.sentence_index(token) - reading.sentence_index(last.weapon.head) not in (0, 1):
            return None
        fact = assess(token)
        if fact.tense is not Tense.PRESENT or fact.negation is not None:
            return None
        partners = [p for h in syntax.adjuncts(token, "with") for p in self._context.cast.one(h) if p.is_named]
        acting = {p.key for s in syntax.subjects(token) for p in self._context.cast.parties(s)}
        if not partners or acting != last.named_recipients or {p.key for p in partners} & acting:
            return None
        return replace(
            last,
            weapon=replace(last.weapon, is_elliptic=True),
            predicate=token,
            status=Status.UNDER_DISCUSSION,
            certainty=Certainty.CERTAIN,
            evidence=(token,),
            suppliers=tuple(partners),
            quantity=None,
            value=None,
            package=None,
            announced=None,
            delivery=None,
            attribution=self._context.attributions.of(token),
            confidence=0.6,
        )


def _told_as_pair(recipients: list[Party], before: list[Transfer], doc: Doc) -> list[Party]:
    """`froze every sale to the two states`, `deliveries to both countries`: the two that got, or were to get, what was told of before."""
    if len(recipients) != 1 or recipients[0].is_named:
        return []
    words_of = {token.lower_ for token in doc[recipients[0].first : recipients[0].end]}
    head = doc[recipients[0].end - 1]
    if words_of.isdisjoint(("two", "both")) or head.lemma_.lower() not in lexicon()["sources"]["pairs"]:
        return []
    pair = next((t.recipients for t in reversed(before) if len(t.named_recipients) == len(t.recipients) == 2), ())
    return [replace(party, directness=0.8) for party in pair]


def _each(transfer: Transfer) -> list[Transfer]:
    """`Malta and Cyprus will each be given two ships`, `gave Togo two ships each`: two for the one, and two for the other."""
    doc, verb, end = transfer.weapon.head.doc, transfer.predicate, transfer.weapon.end
    is_each = any(c.lower_ == "each" and c.i < verb.i for c in (*verb.children, *(s for c in verb.lefts for s in c.children)))
    is_each = is_each or (end < len(doc) and doc[end].lower_ == "each")
    givers, getters = ([p for p in side if p.is_named] for side in (transfer.suppliers, transfer.recipients))
    if not is_each or transfer.quantity is None or (len(givers) > 1) == (len(getters) > 1):
        return [transfer]
    if len(givers) > 1:
        return [replace(transfer, suppliers=(party,)) for party in givers]
    return [replace(transfer, recipients=(party,)) for party in getters]


def _as_before(item: Item, listed: Transfer) -> Transfer:
    """The next item of a list: given as the one before."""
    confidence = round(listed.confidence * 0.9, 2)
    return replace(listed, weapon=item.weapon, top=item.top, quantity=item.quantity, value=item.value, confidence=confidence)


def _is_habit(steps: list[Step], item: Item) -> bool:
    """`is supplying the rebels with rockets`: whoever is doing it does it again and again; a number is that of one batch."""
    is_batch = item.quantity is not None or item.value is not None or item.weapon.head.lemma_.lower() in lexicon()["packages"]["sums"]
    moving = [step for step in steps if step.kind != "package"][:1]
    gives = next((step.token for step in moving if step.kind == "give" and step.token.pos_ == "VERB"), None)
    if is_batch or gives is None:
        return False
    # "is a thorn in its side by providing missiles"
    told = next((t for t in gives.ancestors if any(c.dep_ in syntax.SUBJECT for c in t.children)), gives)
    is_means = gives.dep_ == "pcomp" and gives.head.lower_ == "by" and assess(told).tense is Tense.PRESENT
    is_going_on = is_means or (assess(gives).is_progressive and assess(gives).tense is not Tense.FUTURE)
    return not is_one_more(gives) and gives.lemma_.lower() in lexicon()["aside"]["habits"] and is_going_on


def _lacks_sides(transfer: Transfer) -> bool:
    """Of a package that no verb gives it must be said whose it is and for whom."""
    return transfer.predicate.pos_ == "NOUN" and not (transfer.named_suppliers and transfer.named_recipients)


def _speaks_for_itself(steps: list[Step], suppliers: list[Party]) -> bool:
    """Whether a person, or a `we`, gives whose state is not told there."""
    subjects = [s.lower_ for step in steps if step.token.pos_ == "VERB" for s in syntax.subjects(step.token)]
    return "we" in subjects or "i" in subjects or all(p.kind is ActorKind.PERSON for p in suppliers)


def _confidence(weapon: Weapon, suppliers: list[Party], recipients: list[Party], fact: Factuality) -> float:
    confidence = 0.95 * (0.9 if weapon.is_elliptic else 1.0) * (0.9 if fact.tense is Tense.NONE else 1.0)
    for side in (suppliers, recipients):
        confidence *= min((p.directness for p in side), default=0.85)
    return round(confidence, 2)
