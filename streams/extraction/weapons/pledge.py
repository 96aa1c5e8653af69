"""Weapons asked for, discussed, promised, delivered or refused: who gives what, how many, to whom, and how far it has come."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.extraction.factuality import Factuality, Tense, assess
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form
from streams.extraction.polities import polity
from streams.extraction.weapons.again import told_again
from streams.extraction.weapons.items import Item, Items, Weapon, is_passed_over, lexicon
from streams.extraction.weapons.kinds import holding_noun, kind_of
from streams.extraction.weapons.lists import Lists, holds_a_package
from streams.extraction.weapons.merge import fill_sides, merge
from streams.extraction.weapons.sides import Sides, distinct
from streams.extraction.weapons.status import in_order, status_of
from streams.extraction.weapons.steps import Step, WayUp
from streams.extraction.weapons.transfer import Transfer
from streams.records import ActorKind, Certainty, EntityKind, FigureKind, WeaponCategory, WeaponsPledgeStatus

__all__ = ["Transfer", "find_transfers"]

Status = WeaponsPledgeStatus

PURPOSE = 4
"""Tokens within which `for` names what a sum is for."""

REACH_OF_DEAL = 3
"""Sentences in which `the deal` still is the one told before; longer where it says with whom."""

REACH_OF_WORTH = 15

LOOSELY_READ = 0.7
"""Confidence of what was read off the order of the words, beside what was read off the parse."""

DECADE = re.compile(r"(?:19|20)\d0s")

FIRST_YEAR_OF_NEWS = 1995
"""Up to here a year is history in an article without a date."""

YEARS_OF_NEWS = 15
"""A transfer in a year further back is history."""

WIDEST_SHARE = 6
"""Tokens before a weapon in which its share stands: `99 % of all the military`."""

PROMISED = frozenset({Status.PLEDGED, Status.COMMITTED})

RECENT = 40
"""Transfers that a sentence can still speak of."""

REACH_OF_PACKAGE = 8
"""Sentences in which `it includes …` still speaks of a package named before."""

LONGEST_RUNNING_LIST = 6
"""Items of a list behind a heading of which each counts; of a longer one, and of bullets, only those with a number."""


def find_transfers(context: ArticleContext) -> list[Transfer]:
    """The transfers that an article states, each once, in the order of the weapons."""
    finder = _Finder(context)
    mentions: list[Transfer] = []
    for sentence in context.reading.sentences:
        tokens = context.reading.tokens[sentence.start : sentence.end]
        recent = mentions[-RECENT:]
        del mentions[-RECENT:]
        told = finder.worth_told_later(tokens, [*recent, *finder.in_sentence(tokens, recent)])
        mentions.extend(finder.told_again(tokens, told))
    filled = fill_sides(mentions, context.voice, _sellers(context))
    return merge([t for t in map(_between_polities, filled) if _is_identifiable(t)])


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


class _Finder:
    """Looks for transfers sentence by sentence."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._items = Items(context)
        self._sides = Sides(context)
        self._lists = Lists(context.reading)

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
            transfer = self._transfer(self._paid_for(item), known, limit, len(present))
            if listed is not None and listed[1] is not None and self._goes_on(listed[0], listed[1], item, transfer):
                transfer = _as_before(item, listed[1])
            listed = item, transfer
            if transfer:
                found.append(transfer)
            elif item.weapon.is_package and item.value is not None:
                orphans.append(item)
        found.extend(self._gapped(found, tokens))
        found = _with_recipients_of_list(found)
        if any(token.lower_ == "respectively" for token in tokens):
            found = self._respectively(found, tokens)
        found = [replace(t, status=Status.REFUSED) if t.status in PROMISED and self._is_excepted(t) else t for t in found]
        found = _without_act(self._with_values(found, orphans, tokens))
        return [replace(t, is_cumulative=t.is_cumulative or self._is_cumulative(t)) for t in found]

    def told_again(self, tokens: Sequence[Token], transfers: Sequence[Transfer]) -> list[Transfer]:
        """The transfers so far, with what the sentence says of the last of them without naming it."""
        return told_again(self._context.reading, self._sides, tokens, transfers)

    def _is_excepted(self, transfer: Transfer) -> bool:
        """`will include helicopters, but not the F-16 jets that it asked for`."""
        doc = self._context.reading.doc
        i = (transfer.quantity.first if transfer.quantity is not None else transfer.weapon.first) - 1
        while i > 0 and (doc[i].pos_ in ("DET", "ADJ") or doc[i].lower_ == "any"):
            i -= 1
        return i > 1 and doc[i].lower_ == "not" and doc[i - 1].lower_ in ("but", "and", ",", "though", "although")

    def _goes_on(self, before: Item, told: Transfer, item: Item, transfer: Transfer | None) -> bool:
        """Whether a weapon is next in a list, where the parser has lost it, or sees `the purchase of 12 jets`, and 20 tanks, approved."""
        if transfer is None:
            return not WayUp(item.top, item.weapon.head).moving and self._is_next_in_list(before, item)
        is_act = told.predicate.pos_ == "NOUN" and transfer.predicate in told.predicate.ancestors
        return is_act and transfer.predicate.i < before.weapon.first and self._is_next_in_list(before, item)

    def _is_next_in_list(self, before: Item, item: Item) -> bool:
        """Whether nothing but commas, `and`, numbers and modifiers stands between two weapons."""
        if item.weapon.is_package or item.weapon.is_elliptic or before.weapon.is_elliptic:
            return False
        between = self._context.reading.doc[before.weapon.end : item.weapon.first]
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

    # One transfer ------------------------------------------------------------------------------------------------------------------

    def _transfer(self, item: Item, before: list[Transfer], limit: int, items: int) -> Transfer | None:
        if _is_beside_weapons(item):
            return None
        way = WayUp(item.top, item.weapon.head)
        if not way.steps and item.weapon.is_package and (item.value is not None or _is_taken_apart(item.weapon.head)):
            # "Sweden's package for Ukraine, worth …, includes …": no verb gives it, and none need.
            way.steps.append(Step(item.weapon.head, "package", "self", item.weapon.head))
        if not way.steps and item.weapon.is_package and kind_of(item.weapon.head) == "give":
            # "oversaw arms deliveries from Malta to Cyprus"
            way.steps.append(Step(item.weapon.head, "give", "self", item.weapon.head))
        steps = way.moving
        if not steps or way.steps[0].kind == "list":
            listed = self._listed(item, way, before, items)
            if listed or not steps:
                return listed
        told = self._told(item, way, before, limit, items)
        is_act = steps[0].relation == "self" and steps[0].kind == "give" and steps[0].token.pos_ == "NOUN"
        if is_act and told is not None and told.status is not Status.DELIVERED:
            return None
        if told is not None and steps[0].relation == "self" and _lacks_sides(told):
            return self._known_package(told, before)
        return told

    def _known_package(self, told: Transfer, before: list[Transfer]) -> Transfer | None:
        """`The donation, worth $16 million, includes`: whose it is and for whom the sentences before say."""
        frame = self._frame(self._context.reading.sentence_index(told.weapon.head), before)
        if frame is None or told.value is None or not _is_taken_apart(told.weapon.head):
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
        if (
            _is_set_free(steps[0].token, item.weapon)
            or self._is_history(steps[0].token)
            or _is_aside(item)
            or _is_share(item)
            or _moves_by_itself(item, steps)
            or _is_asked(steps[0].token)
            or _is_headline(steps[0].token, weapon.head)
            or self._is_topic(steps, item)
            or self._is_fitted(steps[0].token)
        ):
            return None
        if any(child.lower_ == "no" and child.dep_ in ("det", "neg") for node in (weapon.head, item.top) for child in node.children):
            # "no arms would be sent"
            if status is not Status.PLEDGED:
                return None
            status = Status.REFUSED
        suppliers, recipients, is_own = self._sides.of(item, steps, way.gapped, limit, is_one_of_several=items > 1)
        if status in (Status.REFUSED, Status.UNDER_DISCUSSION) and not suppliers and recipients and fact.tense is not Tense.NONE:
            # "A Maltese spokesman said nothing had been decided about giving Cyprus": whoever says so would give.
            suppliers = self._sides.speakers(steps, recipients)
        if is_own or (status is Status.REFUSED and not any(p.is_named for p in suppliers)):
            # Somebody must refuse.
            return None
        if weapon.is_elliptic and not recipients and before:
            # "…, while discussions are underway to obtain seven more": for whom the ones before are.
            taken = {p.key for p in suppliers}
            recipients = [replace(p, directness=0.8) for p in before[-1].recipients if p.key not in taken]
        if weapon.is_elliptic and not suppliers and before and steps[0].kind == "give" and syntax.is_passive(steps[0].token):
            # "…, and a further 40 will be sent": by whoever sent the ones before.
            suppliers = [replace(p, directness=0.8) for p in before[-1].suppliers if p.key not in {r.key for r in recipients}]
        if suppliers and before and not any(p.country for p in suppliers) and _speaks_for_itself(steps, suppliers):
            # "We will also send", said by somebody whose state only the sentence before tells.
            near = self._context.reading.sentence_index(weapon.head) - self._context.reading.sentence_index(before[-1].weapon.head) <= 3
            suppliers = [replace(p, directness=0.7) for p in before[-1].suppliers] if near and before[-1].named_suppliers else suppliers
        if _is_trade_of_companies(steps, suppliers, recipients) or self._stays_its_own(item, steps, recipients):
            return None
        if _replaces_others(item.top) and not recipients:
            return None
        status = Status.DELIVERED if status is Status.PLEDGED and fact.is_progressive and _is_habit(steps[0], item) else status
        if way.is_used and item.quantity is None and not any(self._context.times_on([step.token]) for step in steps):
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
            quantity=item.quantity,
            value=item.value or (self._value(steps) if way.package is None else None),
            package=way.package,
            announced=announced,
            delivery=delivery,
            attribution=self._context.attributions.of(steps[0].token),
            is_loose=way.is_loose,
            confidence=round(_confidence(weapon, suppliers, recipients, fact) * (LOOSELY_READ if way.is_loose else 1.0), 2),
        )

    def _is_topic(self, steps: list[Step], item: Item) -> bool:
        """`They will discuss everything from trade to missiles`: for nobody, and of no kind that has a name."""
        if item.weapon.form is Form.NAME or item.weapon.is_package or item.quantity is not None or item.value is not None:
            return False
        spoken = all(step.token.pos_ == "VERB" and step.token.lemma_.lower() in lexicon()["aside"]["topics"] for step in steps)
        goals = [h for step in steps for h in syntax.adjuncts(step.token, "for", "to")]
        return spoken and not goals and not self._sides.for_whom(item, "for", "to")

    def _stays_its_own(self, item: Item, steps: list[Step], recipients: list[Party]) -> bool:
        """`to increase their own stockpiles`, `sent 40 tanks to Sinai`: what nobody else is named for."""
        if any(p.is_named for p in recipients):
            return False
        goals = [h for node in (steps[0].token, item.top, item.weapon.head) for h in syntax.adjuncts(node, "to", "into")]
        is_moved = steps[0].token.lemma_.lower() in lexicon()["aside"]["moving"]
        is_at_home = is_moved and any(self._context.mentions.at(h.i, EntityKind.PLACE) is not None for h in goals)
        return is_at_home or any(t.lower_ == "own" for t in self._context.reading.doc[max(item.weapon.first - 2, 0) : item.weapon.first])

    def _is_fitted(self, verb: Token) -> bool:
        """`The jets will be armed with missiles`: what a weapon carries nobody gets."""
        carriers = [c for c in verb.children if c.dep_ in ("nsubjpass", "dobj")]
        is_weapon = any(self._context.mentions.at(c.i, EntityKind.WEAPON) is not None for c in carriers)
        return is_weapon and verb.lemma_.lower() in lexicon()["aside"]["having"]

    def _is_history(self, predicate: Token) -> bool:
        """`in 1962`, `the Soviet Union`: what was given long before the article."""
        published = self._context.published
        sentence = predicate.sent
        if any(word in f" {sentence.text} " for word in lexicon()["aside"]["history"]):
            return True
        if any(token.lower_ == "since" for token in sentence):
            return False
        latest = published.year - YEARS_OF_NEWS if published is not None else FIRST_YEAR_OF_NEWS
        if any(DECADE.fullmatch(token.text) and int(token.text[:4]) + 9 <= latest for token in sentence):
            return True
        numbers = [t for t in sentence if t.text.isdecimal() and len(t.text) == 4 and self._context.time_at(t) is not None]
        # A Mirage 2000 is of no year.
        years = [int(t.text) for t in numbers if self._context.mentions.at(t.i, EntityKind.WEAPON) is None]
        return any(1900 <= year <= latest for year in years)

    def _listed(self, item: Item, way: WayUp, before: list[Transfer], items: int) -> Transfer | None:
        """What a package named before holds: a bullet below a heading, or `it includes …`."""
        weapon = item.weapon
        if weapon.is_package or weapon.is_elliptic:
            return None
        has_number = item.quantity is not None or item.value is not None
        heading = self._lists.heading_of(weapon.head)
        verb = next((step.token for step in way.steps if step.kind == "list"), None)
        if not has_number and any(t.quantity is not None and way.package in (t.weapon.head, t.top) for t in before):
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
        elif (same := self._package_beside(item, before)) is not None:
            before = [same]
            sentence = self._context.reading.sentence_index(weapon.head)
        else:
            return None
        frame = self._frame(sentence, before)
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
            recipients=tuple(p for p in self._sides.for_whom(item, "to", "for") if p.is_named and p.country) or frame.recipients,
            quantity=item.quantity,
            value=item.value,
            package=frame.package or frame.top,
            is_cumulative=heading is not None and self._is_summing_up(heading),
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
        if own is None or not (own.named_suppliers or own.named_recipients):
            return frame
        is_sale = noun.lemma_.lower() == "sale" or any(kind_of(c) in ("pledge", "commit") for c in noun.children)
        has_come = kind_of(noun) == "give" and not is_sale and verb.tag_ != "VBG" and assess(verb).tense is Tense.PAST
        is_other = frame is None or bool(
            (own.named_suppliers and own.named_suppliers != frame.named_suppliers)
            or (own.named_recipients and frame.named_recipients and own.named_recipients != frame.named_recipients)
        )
        shared = own if frame is None or is_other else frame
        status = Status.DELIVERED if has_come else shared.status
        suppliers, recipients = own.suppliers or shared.suppliers, own.recipients or shared.recipients
        return replace(own, status=status, evidence=(*own.evidence, verb), suppliers=suppliers, recipients=recipients, package=None)

    def _is_summing_up(self, heading: int) -> bool:
        """`Previous assistance includes:`, `Since 2014 we have provided:`."""
        said = {token.lower_ for token in self._context.reading.sentences[heading]}
        return bool(said & set(lexicon()["cumulative"]["headings"]))

    def _heading_itself(self, item: Item, heading: int, *, needs_package: bool = False) -> Transfer | None:
        """`Germany will deliver to Ukraine:`, a heading that gives, and leaves what to the list."""
        sentence = self._context.reading.sentences[heading]
        if needs_package and not any(token.lemma_.lower() in lexicon()["packages"]["money_only"] for token in sentence):
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

    def _package_beside(self, item: Item, before: list[Transfer]) -> Transfer | None:
        """`a sale to Japan of 73 missiles`, where the parser has lost the missiles: the sale just before, with no verb between."""
        if not before or not before[-1].weapon.is_package or (item.quantity is None and item.weapon.form is not Form.NAME):
            return None
        last = before[-1].weapon
        between = item.weapon.head.doc[last.end : item.weapon.first]
        if last.head.sent != item.weapon.head.sent or any(token.pos_ in ("VERB", "AUX") and token.tag_ != "VBN" for token in between):
            return None
        return before[-1] if any(token.lower_ in ("of", "for", ":") for token in between) else None

    def _frame(self, sentence: int, before: list[Transfer]) -> Transfer | None:
        """The package that a list takes apart: the last one told of, not long before."""
        reading = self._context.reading
        near = [t for t in before if 0 <= sentence - reading.sentence_index(t.weapon.head) <= REACH_OF_PACKAGE]
        near = [t for t in near if t.named_suppliers or t.named_recipients]
        packages = [t for t in near if t.weapon.is_package or t.weapon.category is WeaponCategory.UNSPECIFIED]
        return (packages or near)[-1] if near else None

    # When and worth what -----------------------------------------------------------------------------------------------------------

    def _value(self, steps: list[Step]) -> FigureMention | None:
        """`a $300 million package`, `weapons worth …` on the predicate."""
        for step in steps:
            if step.token.pos_ == "NOUN":
                found = [f for f in self._context.figures_on([step.token]) if f.found.kind is FigureKind.MONEY]
                if found:
                    return found[0]
        return None

    def _paid_for(self, item: Item) -> Item:
        """`will provide €500 million to buy ammunition`: the sum is given, and the weapons are its purpose."""
        if item.value is not None or item.quantity is not None:
            return item
        first = item.weapon.head.sent.start
        for figure in reversed(self._context.figures_between(first, item.weapon.first)):
            verb = figure.root.head
            while verb.dep_ in ("pobj", "prep", "nummod", "quantmod", "nmod", "compound") and verb.head != verb:
                verb = verb.head
            money = figure.root if figure.root.dep_ == "dobj" else figure.root.head
            is_given = (
                money.dep_ in ("dobj", "nsubjpass") and money.head.pos_ == "VERB" and kind_of(money.head) in ("give", "pledge", "commit")
            )
            if figure.found.kind is not FigureKind.MONEY or not is_given:
                continue
            stretch = item.weapon.head.doc[figure.end : item.weapon.first]
            if any(token.tag_ in ("VBD", "VBZ", "VBP", "MD") for token in stretch):
                # "promised $100 million to support the mission and has delivered vehicles": another verb gives those.
                continue
            between = [token.lower_ for token in stretch if not self._is_for_whom(token)]
            goals = [i for i, word in enumerate(between) if word in ("for", "to")]
            is_bought = any(token.tag_ == "VB" and token.nbor(-1).lower_ == "to" for token in stretch)
            is_for = between[:1] == ["for"] or (between[:1] == ["in"] and bool(goals) and ("for" in between or is_bought))
            if between[:1] == ["to"] or (is_for and len(between) <= PURPOSE + goals[0]):
                return replace(item, value=figure, top=money)
        return item

    def _is_for_whom(self, token: Token) -> bool:
        """`for Malta` and `production of` of `in aid for Malta to expand production of shields`: they only lead to what is bought."""
        mention = self._context.mentions.at(token.i, EntityKind.STATE)
        if mention is not None or token.pos_ == "DET":
            return True
        nouns = lexicon()["packages"]["purposes"]
        return token.lemma_.lower() in nouns or (token.lower_ in ("of", "the") and token.nbor(-1).lemma_.lower() in nouns)

    def _with_values(self, transfers: list[Transfer], orphans: list[Item], tokens: Sequence[Token]) -> list[Transfer]:
        """Give a sum that the sentence says something is worth to its package, or to its only system."""
        first, end = tokens[0].i, tokens[-1].i + 1
        transfers = self._with_sum_of_deal(_with_shared_sum(transfers), tokens)
        if len(orphans) == 1 and transfers and not any(t.weapon.is_package for t in transfers):
            # "frigates, missiles and vehicles in a $1.8 billion arms package"
            if len(transfers) == 1:
                return [replace(transfers[0], value=transfers[0].value or orphans[0].value)]
            package = replace(transfers[0], weapon=orphans[0].weapon, top=orphans[0].top, quantity=None, value=orphans[0].value)
            return [*(replace(t, package=orphans[0].top) for t in transfers), package]
        if len(orphans) == 1 and len([t for t in transfers if t.weapon.is_package]) == 1:
            # "more security assistance — $800 million in assistance"
            return [replace(t, value=t.value or orphans[0].value) if t.weapon.is_package else t for t in transfers]
        used = {t.value.first for t in transfers if t.value is not None}
        sums = [f for f in self._context.figures_between(first, end) if f.found.kind is FigureKind.MONEY and f.first not in used]
        sums = [f for f in sums if self._is_worth(f, transfers)]
        lacking = [t for t in transfers if t.value is None]
        packages = [t for t in lacking if t.weapon.is_package]
        chosen = packages if len(packages) == 1 else lacking if len(transfers) == 1 else []
        if len(sums) > 1:
            return self._with_sum_each(transfers, sums)
        if len(sums) != 1 or len(chosen) != 1:
            return transfers
        return [replace(t, value=sums[0]) if t is chosen[0] else t for t in transfers]

    @staticmethod
    def _with_sum_each(transfers: list[Transfer], sums: Sequence[FigureMention]) -> list[Transfer]:
        """`50 jets, valued at $8 billion; 30 missiles for an estimated $2 billion`: each sum is that of the weapon before it."""
        by_weapon: dict[int, list[FigureMention]] = {}
        for figure in sums:
            before = [i for i, t in enumerate(transfers) if t.weapon.end <= figure.first and t.value is None]
            if before:
                by_weapon.setdefault(max(before, key=lambda i: transfers[i].weapon.end), []).append(figure)
        if sum(map(len, by_weapon.values())) != len(by_weapon):
            return transfers
        # What has a worth of its own is no part of a package, of which all bear the same.
        return [replace(t, value=by_weapon[i][0], package=None) if i in by_weapon else t for i, t in enumerate(transfers)]

    def _with_sum_of_deal(self, transfers: list[Transfer], tokens: Sequence[Token]) -> list[Transfer]:
        """`a $2 billion deal to buy 12 jets and 40 tanks`, `will sell 12 jets in a deal worth $3 billion`: of one, or of a package."""
        if not transfers or any(t.value is not None or t.weapon.is_package or t.weapon.is_elliptic for t in transfers):
            return transfers
        deals = [token for token in tokens if token.pos_ == "NOUN" and token.lemma_.lower() in lexicon()["packages"]["told_later"]]
        for deal in deals:
            sums = [f for f in self._context.figures_on([deal, *_worth_of(deal)]) if f.found.kind is FigureKind.MONEY]
            verb = syntax.governing_verb(deal)
            is_theirs = all(verb in (t.predicate, *t.predicate.ancestors) or deal in t.predicate.ancestors for t in transfers)
            if len(sums) != 1 or verb is None or not is_theirs:
                continue
            if len(transfers) == 1:
                return [replace(transfers[0], value=sums[0])] if not self._is_part(transfers[0]) else transfers
            package = _as_package(transfers[0], sums[0], deal)
            return [package, *(replace(t, package=deal) for t in transfers)]
        return transfers

    def _is_part(self, transfer: Transfer) -> bool:
        """`the first three of 24 jets`: of what all are worth nothing is said of these."""
        end = transfer.quantity.end if transfer.quantity is not None else None
        return end is not None and end < len(self._context.reading.doc) and self._context.reading.doc[end].lower_ == "of"

    def _is_worth(self, figure: FigureMention, transfers: list[Transfer]) -> bool:
        """`worth $3 billion`; `for $3 billion`, where something is sold."""
        packages = lexicon()["packages"]
        before = [t.lower_ for t in self._context.reading.doc[max(figure.root.sent.start, figure.first - 4) : figure.first]]
        is_sold = len(transfers) == 1 and transfers[0].predicate.lemma_.lower() in lexicon()["sources"]["trading"]
        return any(word in packages["worth"] for word in before) or (is_sold and before[-1:] == ["for"])

    def worth_told_later(self, tokens: Sequence[Token], before: list[Transfer]) -> list[Transfer]:
        """Give `the sale is worth $3 billion` or `the $2 billion deal` to the one transfer before that it can mean."""
        sums = [f for f in self._context.figures_between(tokens[0].i, tokens[-1].i + 1) if f.found.kind is FigureKind.MONEY]
        for figure in sums:
            deal = self._deal_of(figure)
            bearers = [t for t in before if t.value is not None and t.value.first == figure.first]
            others = [t for t in before if t not in bearers and t.value is None and not t.weapon.is_package and t.named_suppliers]
            is_bare = [t.weapon.head for t in bearers] == [deal] and not any(t.named_suppliers or t.named_recipients for t in bearers)
            if is_bare and others and self._is_right_before(others[-1], figure.root):
                # "Malta will send 49 tanks. The $245 million gift follows": no package beside them.
                before = [t for t in before if t not in bearers]
            elif bearers:
                continue
            if deal is None:
                continue
            weapon = self._context.mentions.at(deal.i, EntityKind.WEAPON)
            named = {p.key for h in syntax.adjuncts(deal, "to", "with", "for") for p in self._context.cast.parties(h) if p.is_named}
            sentence = self._context.reading.sentence_index(figure.root)
            meant = [
                i
                for i, t in enumerate(before)
                if (t.value is None or (t.value.found.min is None and t.value.found.max is None))
                and (deal.lower_ in ("package", "it", "assistance") or not t.weapon.is_package)
                and (weapon is None or weapon.name == t.weapon.designation)
                and sentence - self._context.reading.sentence_index(t.weapon.head) <= (REACH_OF_WORTH if named else REACH_OF_DEAL)
                and (not named or named <= t.named_recipients | t.named_suppliers)
            ]
            packages = [i for i in meant if before[i].weapon.is_package]
            meant = packages if len(packages) == 1 else meant
            if meant and len({(before[i].weapon.designation, before[i].named_recipients) for i in meant}) == 1:
                before = [replace(t, value=figure) if i == meant[0] else t for i, t in enumerate(before)]
        return before

    def _is_right_before(self, transfer: Transfer, token: Token) -> bool:
        sentence_index = self._context.reading.sentence_index
        return sentence_index(token) - sentence_index(transfer.weapon.head) == 1

    def _deal_of(self, figure: FigureMention) -> Token | None:
        """`the sale` of `the sale is worth $3 billion`, `the deal` of `the $2 billion deal`."""
        nouns = lexicon()["packages"]["told_later"]
        node = figure.root
        while node.dep_ in ("nummod", "compound", "nmod", "quantmod", "amod", "npadvmod", "acomp", "attr", "pobj", "prep", "dobj"):
            node = node.head
            if node.lemma_.lower() in nouns and node.pos_ == "NOUN":
                return node if any(c.lower_ in ("the", "this") for c in node.children) else None
            if node.pos_ in ("VERB", "AUX"):
                break
        if node.lemma_.lower() not in ("be", "value", "cost", "estimate", "total", "price"):
            return None
        if node.dep_ == "acl" and node.head.lemma_.lower() in nouns:
            return node.head if any(c.lower_ in ("the", "this") for c in node.head.children) else None
        subject = next((c for c in node.children if c.dep_ in syntax.SUBJECT), None)
        if subject is not None and self._context.mentions.at(subject.i, EntityKind.WEAPON) is not None:
            # "The Apaches are valued at"
            return subject
        if subject is None or not (subject.lemma_.lower() in nouns or subject.lower_ in ("it", "one")):
            return None
        return subject if node.lemma_.lower() != "be" or self._is_worth(figure, []) or subject.lower_ == "one" else None

    def _is_cumulative(self, transfer: Transfer) -> bool:
        """`more than $60 billion since the war began`, `in total`."""
        if transfer.quantity is None and transfer.value is None:
            return False
        sentence = transfer.weapon.head.sent
        said = [token for token in sentence if not _is_in_brackets(token) or _is_in_brackets(transfer.weapon.head)]
        text = f" {' '.join(token.lower_ for token in said if token.is_alpha or token.text[:1].isalnum())} "
        is_to_come = transfer.predicate.pos_ == "VERB" and assess(transfer.predicate).tense in (Tense.FUTURE, Tense.INFINITIVE)
        cues = lexicon()["cumulative"]
        first = transfer.quantity.first if transfer.quantity is not None else transfer.weapon.first
        before = f" {' '.join(token.lower_ for token in said if token.i < first)} "
        if any(f" {cue} " in before for cue in cues["bringing"]):
            return True
        if any(f" {cue} " in text for cue in cues["cues"]) or (not is_to_come and any(f" {cue} " in text for cue in cues["sums"])):
            return True
        # "since 2008", "since March last year"
        # The first of its kind since then is no total.
        is_first = any(token.lower_ == "first" for token in sentence)
        since = [token.i for token in sentence if token.lower_ == "since" and not is_first]
        if any(sentence.doc[i].dep_ in ("mark", "prep") for i in since) and assess(transfer.predicate).is_perfect:
            # "has sent 20 since the war broke out"
            return True
        return any(time.first - i in (1, 2) for i in since for time in self._context.times_between(i, i + 3))

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


def _as_before(item: Item, listed: Transfer) -> Transfer:
    """The next item of a list: given as the one before."""
    confidence = round(listed.confidence * 0.9, 2)
    return replace(listed, weapon=item.weapon, top=item.top, quantity=item.quantity, value=item.value, confidence=confidence)


def _with_shared_sum(transfers: list[Transfer]) -> list[Transfer]:
    """`$200 million in missiles, guns and vehicles`, `a $2 billion sale of 108 tanks and 250 missiles`: the sum is that of a package.

    Of `a $25 billion arms deal for 127 jets` it is that of the jets.
    """
    sums = Counter(t.value.first for t in transfers if t.value is not None)
    first = next((t for t in transfers if t.value is not None and _is_shared(t, sums[t.value.first])), None)
    if first is None or first.value is None:
        return transfers
    shared = [t for t in transfers if t.value is not None and t.value.first == first.value.first]
    parts = [t for t in transfers if t in shared or t.weapon.head in first.weapon.head.subtree or t.top == first.top]
    if len(parts) < 2 or any(t.value is not None and t not in shared for t in parts):
        return transfers
    named = [t for t in parts if t.weapon.category is not WeaponCategory.UNSPECIFIED]
    counts = {t.quantity.first for t in parts if t.quantity is not None}
    if not named or (len(parts) == 2 and parts[0].weapon.category is parts[1].weapon.category and len(counts) < 2):
        # "fighter jets (F-15s, for $21 billion)": one system in two words.
        return transfers
    if len(shared) == len(parts) and 0 < len(named) < len(parts):
        others = (t.weapon.is_package or t.weapon.designation == lexicon()["packages"]["designation"] for t in parts if t is not named[0])
        if len(named) == 1 and all(others):
            return [t for t in transfers if t not in parts or t is named[0]]
        package = next(t for t in parts if t not in named)
        return [replace(t, value=None, package=package.top) if t in parts and t is not package else t for t in transfers]
    package = _as_package(first, first.value, first.top)
    package = replace(package, recipients=tuple(distinct(p for t in parts for p in t.recipients)))
    return [package, *(replace(t, value=None, package=package.top) if t in parts else t for t in transfers)]


def _with_recipients_of_list(transfers: list[Transfer]) -> list[Transfer]:
    """`thousands of rockets and dozens of trucks to Malta`: what stands behind the last is for all that the verb gives."""
    filled: list[Transfer] = []
    last: Transfer | None = None
    for transfer in reversed(transfers):
        if transfer.recipients:
            last = transfer
        elif last is not None and last.predicate == transfer.predicate and not transfer.weapon.is_elliptic:
            taken = transfer.named_suppliers
            filled.append(replace(transfer, recipients=tuple(p for p in last.recipients if p.key not in taken)))
            continue
        filled.append(transfer)
    return filled[::-1]


def _worth_of(noun: Token) -> list[Token]:
    """`worth` of `a deal worth $3 billion`, `valued` of `a contract valued at`."""
    return [token for child in noun.children if child.lower_ in lexicon()["packages"]["worth"] for token in (child, *child.children)]


def _is_shared(transfer: Transfer, times: int) -> bool:
    is_of_phrase = transfer.top != transfer.weapon.head and transfer.weapon.category is not WeaponCategory.UNSPECIFIED
    return times > 1 or (is_of_phrase and not transfer.weapon.is_package)


def _as_package(transfer: Transfer, value: FigureMention, top: Token) -> Transfer:
    """The package of several systems that a sum is the worth of, given as one of them is."""
    designation = lexicon()["packages"]["of_several"]
    weapon = Weapon(designation, WeaponCategory.UNSPECIFIED, Form.GENERIC, value.root, value.first, value.end)
    return replace(transfer, weapon=weapon, top=top, quantity=None, value=value, package=None)


def _is_asked(predicate: Token) -> bool:
    """`Will Malta sell missiles?`: nobody says so."""
    sentence = predicate.sent
    if not any(token.text == "?" for token in sentence[-2:]):
        return False
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
    """`…, its largest ever arms export`: the same once more; what is passed over."""
    head = item.weapon.head
    if is_passed_over(head):
        return True
    superlatives = {"largest", "biggest", "first", "latest"}
    return item.weapon.is_package and head.dep_ == "appos" and any(child.lower_ in superlatives for child in head.subtree)


def _replaces_others(top: Token) -> bool:
    """`will be replaced by 75 tanks bought from Malta`: whoever gave away what was told of before gets them."""
    return top.dep_ == "pobj" and top.head.lower_ in ("by", "with") and top.head.head.lemma_.lower() == "replace"


def _is_habit(step: Step, item: Item) -> bool:
    """`is supplying the rebels with rockets`: whoever is doing it does it again and again; a number is that of one batch."""
    is_batch = item.quantity is not None or item.value is not None or item.weapon.is_package
    habits = lexicon()["aside"]["habits"]
    return not is_batch and step.kind == "give" and step.token.pos_ == "VERB" and step.token.lemma_.lower() in habits


def _is_share(item: Item) -> bool:
    """`provides 99 % of all its weapons`, `most of its arms`: how much of something it is, and no batch."""
    shares = lexicon()["aside"]["shares"]
    first = item.weapon.first
    before = item.weapon.head.doc[max(item.weapon.head.sent.start, first - WIDEST_SHARE) : first]
    found = [t.i for t in before if t.lower_ in shares]
    return item.quantity is None and item.value is None and bool(found) and any(t.lower_ == "of" for t in before if t.i > found[-1])


def _is_in_brackets(token: Token) -> bool:
    """`(a total of 76 have been delivered)` is said beside the rest of the sentence."""
    before = [t.text for t in token.doc[token.sent.start : token.i] if t.text in ("(", ")")]
    return before[-1:] == ["("]


def _is_beside_weapons(item: Item) -> bool:
    """`spare parts`, `kits`: what comes with weapons, where it is not counted."""
    is_side_item = item.weapon.form is Form.GENERIC and item.weapon.head.lemma_.lower() in lexicon()["lists"]["side_items"]
    return is_side_item and item.quantity is None and item.value is None


def _moves_by_itself(item: Item, steps: list[Step]) -> bool:
    """`a jet landed in Djibouti`, `rockets landed on two villages`: nobody is given them, unless they are the first, or a shipment."""
    own = lexicon()["own_motion"]
    verb = steps[0].token
    if verb.lemma_.lower() not in own["verbs"] or not item.top == item.weapon.head == steps[0].below:
        return False
    if item.weapon.category.value in own["fired"]:
        return True
    return item.weapon.category.value in own["driven"] and not any(c.lemma_.lower() in own["unless"] for c in item.weapon.head.children)


def _lacks_sides(transfer: Transfer) -> bool:
    """Of a package that no verb gives it must be said whose it is and for whom."""
    return transfer.predicate.pos_ == "NOUN" and not (transfer.named_suppliers and transfer.named_recipients)


def _is_taken_apart(package: Token) -> bool:
    """Whether the package is what includes things."""
    return package.dep_ == "nsubj" and kind_of(package.head) == "list"


def _without_act(transfers: list[Transfer]) -> list[Transfer]:
    """`a sale of 20 jets worth …`: of a package with one system the system is what is given, and the sum is its worth."""
    outer = {t.package for t in transfers if t.package is not None and t.value is not None and t.weapon.is_package}
    # Of "a $40 billion aid package, including $20 billion in military aid" only a part is for arms.
    transfers = [t for t in transfers if not (t.weapon.head in outer and t.weapon.designation == lexicon()["packages"]["designation"])]
    acts = [t for t in transfers if t.weapon.is_package and not t.weapon.is_elliptic]
    rest = [t for t in transfers if t not in acts]
    if len(acts) != 1 or not rest:
        return transfers
    act = acts[0]
    if act.value is not None and act.weapon.head.lemma_.lower() in ("aid", "assistance", "support"):
        return transfers
    shared = (act.weapon.head, act.predicate) if act.weapon.head.lemma_.lower() == "sale" else (act.weapon.head,)
    parts = [t for t in rest if t.package in (act.weapon.head, act.top) or t.predicate in shared or _is_held(t, act)]
    if len(parts) != len(rest):
        return transfers
    if len({(t.weapon.designation, t.named_recipients) for t in parts}) == 1:
        # A name and its abbreviation are one.
        part = min(parts, key=lambda t: (t.quantity is None, t.is_loose, not (t.suppliers or t.recipients)))
        status = act.status if part.predicate.pos_ == "NOUN" else part.status
        suppliers, recipients = part.suppliers or act.suppliers, part.recipients or act.recipients
        value = part.value or act.value
        return [replace(part, value=value, status=status, suppliers=suppliers, recipients=recipients, package=None)]
    return rest if act.value is None else transfers


def _is_held(part: Transfer, package: Transfer) -> bool:
    """`a package for Malta, which includes the supply of missiles`, `the package would fund missiles`."""
    if package.weapon.head.is_ancestor(part.weapon.head):
        return any(kind_of(t) == "list" for t in part.weapon.head.ancestors if package.weapon.head.is_ancestor(t))
    return package.weapon.head in syntax.subjects(part.predicate) and kind_of(part.predicate) in ("commit", "give")


def _is_identifiable(transfer: Transfer) -> bool:
    """Whether it says enough to be a fact: somebody by name, and more than that weapons exist."""
    if _is_mere_topic(transfer) or (transfer.named_suppliers and transfer.named_suppliers == transfer.named_recipients):
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


def _is_mere_topic(transfer: Transfer) -> bool:
    """`arms sales to Malta are small`: a noun that no verb says anything of, of arms neither named, nor counted, nor priced."""
    if transfer.quantity is not None or transfer.value is not None or transfer.weapon.form is Form.NAME:
        return False
    if transfer.package is not None and _is_taken_apart(transfer.package):
        # "The package includes shells": the verb says so.
        return False
    return transfer.status is Status.PLEDGED and all(token.pos_ == "NOUN" for token in (transfer.predicate, *transfer.evidence))


def _is_trade_of_companies(steps: list[Step], suppliers: list[Party], recipients: list[Party]) -> bool:
    """Whether makers sell to each other, or at home: what they promise is no state's pledge, unless another state gets it."""
    if _company_acts(steps):
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


def _speaks_for_itself(steps: list[Step], suppliers: list[Party]) -> bool:
    """Whether a person, or a `we`, gives whose state is not told there."""
    subjects = [s.lower_ for step in steps if step.token.pos_ == "VERB" for s in syntax.subjects(step.token)]
    return "we" in subjects or "i" in subjects or all(p.kind is ActorKind.PERSON for p in suppliers)


def _company_acts(steps: list[Step]) -> bool:
    """`companies selling weapons to`."""
    companies = lexicon()["sources"]["companies"]
    return any(
        subject.lemma_.lower() in companies
        for step in steps
        if step.kind == "give" and step.token.pos_ == "VERB"
        for subject in syntax.subjects(step.token)
    )


def _confidence(weapon: Weapon, suppliers: list[Party], recipients: list[Party], fact: Factuality) -> float:
    confidence = 0.95 * (0.9 if weapon.is_elliptic else 1.0) * (0.9 if fact.tense is Tense.NONE else 1.0)
    for side in (suppliers, recipients):
        confidence *= min((p.directness for p in side), default=0.85)
    return round(confidence, 2)
