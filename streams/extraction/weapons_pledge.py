"""Weapons asked for, discussed, promised, delivered or refused: who gives what, how many, to whom, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.claims import Attribution
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.extraction.factuality import Factuality, Governor, Tense, assess
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form, Mention
from streams.records import ActorKind, Certainty, EntityKind, FigureKind, Qualifier, WeaponCategory, WeaponsPledgeStatus

__all__ = ["Transfer", "find_transfers"]

Status = WeaponsPledgeStatus

LADDER = [Status.REQUESTED, Status.UNDER_DISCUSSION, Status.PLEDGED, Status.COMMITTED, Status.DELIVERED]
"""How far a transfer has come."""

STATUS_OF_KIND = {
    "pledge": Status.PLEDGED,
    "package": Status.PLEDGED,
    "commit": Status.COMMITTED,
    "ask": Status.REQUESTED,
    "discuss": Status.UNDER_DISCUSSION,
    "refuse": Status.REFUSED,
    "delay": Status.DELAYED,
    "withdraw": Status.WITHDRAWN,
}

SUPPLIER_KINDS = frozenset({ActorKind.STATE, ActorKind.IGO, ActorKind.GROUP, ActorKind.PERSON, ActorKind.ORG})


@dataclass(frozen=True)
class Weapon:
    """What is given, as it stands in the text.

    Parameters
    ----------
    head
        Head of its phrase.
    first, end
        Tokens of the phrase without its number.
    is_elliptic
        Named before: `two systems`, `seven more`.
    """

    designation: str
    category: WeaponCategory
    form: Form
    head: Token
    first: int
    end: int
    is_elliptic: bool = False


@dataclass(frozen=True)
class Transfer:
    """One batch of one system as a sentence tells it.

    Parameters
    ----------
    top
        Head of the phrase that the weapon is counted or valued in: `billions` of `billions of dollars of weapons`.
    predicate
        The verb or noun by which it changes hands.
    package
        The token that the systems of one announced package share.
    """

    weapon: Weapon
    top: Token
    predicate: Token
    status: Status
    certainty: Certainty
    evidence: tuple[Token, ...]
    suppliers: tuple[Party, ...] = ()
    recipients: tuple[Party, ...] = ()
    quantity: FigureMention | None = None
    value: FigureMention | None = None
    package: Token | None = None
    announced: TimeMention | None = None
    delivery: TimeMention | None = None
    attribution: Attribution | None = None
    is_cumulative: bool = False
    confidence: float = 1.0

    @property
    def named_suppliers(self) -> frozenset[str]:
        """Those that have a name, comparable with those of another mention."""
        return frozenset(party.key for party in self.suppliers if party.is_named)

    @property
    def named_recipients(self) -> frozenset[str]:
        """Those that have a name, comparable with those of another mention."""
        return frozenset(party.key for party in self.recipients if party.is_named)


def find_transfers(context: ArticleContext) -> list[Transfer]:
    """The transfers that an article states, each once, in the order of the weapons."""
    finder = _Finder(context)
    mentions: list[Transfer] = []
    for token in context.reading.doc:
        mentions.extend(finder.at(token, mentions))
    return _merge(mentions)


@cache
def _lexicon() -> dict[str, Any]:
    data = words("transfers")
    verbs = {lemma: kind for kind, lemmas in reversed(data["verbs"].items()) for lemma in lemmas}
    nouns = {lemma: kind for kind, lemmas in reversed(data["nouns"].items()) for lemma in lemmas}
    return {**data, "by_verb": verbs, "by_noun": nouns, "by_any": verbs.keys() | nouns.keys()}


@dataclass(frozen=True)
class _Step:
    """One predicate on the way from the weapon to the top of its sentence.

    Parameters
    ----------
    below
        What hangs on it: the weapon's phrase, or the predicate before.
    """

    token: Token
    kind: str
    relation: str
    below: Token

    @property
    def cue(self) -> Token:
        """The word that says it: beside `are` in `discussions are underway`."""
        if self.token.lemma_ == "be":
            return next(
                (c for c in self.token.children if c.dep_ in ("nsubj", "attr", "acomp") and c.lemma_.lower() in _lexicon()["by_any"]),
                self.token,
            )
        return self.token


class _WayUp:
    """The predicates between a weapon's phrase and the root of its sentence, from the inside out.

    Parameters
    ----------
    top
        Head of the phrase.

    Attributes
    ----------
    package
        The noun that a list behind `including` takes apart.
    gapped
        Who stands where a verb was left out: `Norway` in `and from Norway for one`.
    """

    def __init__(self, top: Token) -> None:
        self.top = top
        self.steps: list[_Step] = []
        self.package: Token | None = None
        self.gapped: Token | None = None
        for child in top.children:
            # "tanks that Poland sent", "weapons supplied by": the verb hangs below the weapon.
            if child.dep_ in ("relcl", "acl") and (kind := _kind(child)) in ("give", "get", "go", "secure"):
                self.steps.append(_Step(child, kind, "below", top))
        node: Token | None = top
        while node is not None and node.head != node:
            node = self._up(node)

    def _up(self, node: Token) -> Token | None:
        """The node to go on from; None where what stands above says nothing of the transfer."""
        head, relation = node.head, node.dep_
        if relation == "conj":
            return None if node.pos_ in ("VERB", "AUX") and self.steps else head
        if relation == "prep" or (relation == "appos" and head.pos_ != "VERB"):
            return head
        if relation in ("pobj", "pcomp") and head.pos_ in ("ADP", "SCONJ", "VERB"):
            return self._through_preposition(node, head)
        return self._to_head(node, head, relation)

    def _through_preposition(self, node: Token, preposition: Token) -> Token | None:
        word, holder = preposition.lower_, preposition.head
        if word in ("including", "like") or (word == "as" and preposition.i > 0 and preposition.nbor(-1).lower_ == "such"):
            self.package = _list_head(preposition)
            if kind := _kind(self.package):
                self.steps.append(_Step(self.package, kind, f"prep:{word}", self.top))
            return self.package
        if holder.pos_ == "ADP":
            # "from Germany for two, and from Norway for one": a preposition on a preposition stands for the gapped verb.
            self.gapped = next((c for c in holder.children if c.dep_ == "pobj"), None)
            node, holder = holder, holder.head
        kind = _kind(holder)
        if kind and (self.steps or self.gapped is not None or _takes_theme(holder, word)):
            self.steps.append(_Step(holder, kind, f"prep:{word}", node))
        elif not self.steps and self.gapped is None:
            return None
        return holder

    def _to_head(self, node: Token, head: Token, relation: str) -> Token | None:
        kind, is_report = _kind(head), _is_report(head, node)
        if kind:
            self.steps.append(_Step(head, kind, "report" if is_report else relation, node))
        elif not self.steps and relation not in ("compound", "nmod", "amod", "nummod", "quantmod", "poss"):
            return None
        # "…, while discussions are underway": a clause of its own.
        is_beside = relation == "relcl" or (relation == "advcl" and any(child.dep_ in syntax.SUBJECT for child in node.children))
        return None if is_report or (is_beside and (relation == "advcl" or not kind)) else head


def _kind(token: Token) -> str | None:
    """What kind of transfer word a token is, if any."""
    lemma = token.lemma_.lower()
    by_verb, by_noun = _lexicon()["by_verb"], _lexicon()["by_noun"]
    if token.pos_ in ("NOUN", "PROPN"):
        found: str | None = by_noun.get(lemma)
        return None if found in ("units", "others") else found
    if token.pos_ not in ("VERB", "AUX"):
        return None
    if lemma == "be":
        return _of_copula(token)
    if lemma == "take" and not any(c.lower_ == "delivery" for c in token.children):
        return None
    kind: str | None = by_verb.get(Governor(token, "").lemma) or by_verb.get(lemma)
    if kind in ("get", "give", "secure"):
        # "received confirmation", "gave a promise": nothing has changed hands.
        held = [by_noun.get(c.lemma_.lower()) for c in token.children if c.dep_ == "dobj"]
        return next((k for k in held if k in ("commit", "pledge", "ask", "refuse")), kind)
    return kind


def _of_copula(verb: Token) -> str | None:
    """`discussions are underway`, `Germany is ready`: the word that says it stands beside."""
    for child in verb.children:
        if child.dep_ in ("nsubj", "attr", "acomp"):
            lexicon = _lexicon()["by_noun" if child.pos_ == "NOUN" else "by_verb"]
            kind = lexicon.get(child.lemma_.lower())
            if kind in ("discuss", "ask", "refuse", "delay", "pledge"):
                return str(kind)
    return None


def _moved(kind: str, fact: Factuality) -> Status | None:
    """How far weapons have come by a verb that moves them: its tense and mood tell."""
    if fact.modal_kind in ("possible", "obliged") or fact.condition is not None or fact.doubt is not None:
        return Status.UNDER_DISCUSSION if fact.negation is None else None
    if fact.negation is not None:
        return Status.REFUSED if fact.tense is Tense.FUTURE else None
    if fact.tense in (Tense.FUTURE, Tense.INFINITIVE) or fact.is_progressive:
        return Status.PLEDGED
    if kind == "secure":
        return Status.COMMITTED
    return Status.PLEDGED if kind == "give" and fact.tense is Tense.PRESENT else Status.DELIVERED


def _is_report(verb: Token, below: Token) -> bool:
    return verb.lemma_.lower() in words("speech")["verbs"]["say"] and below.dep_ in ("ccomp", "parataxis", "dep")


def _takes_theme(holder: Token, preposition: str) -> bool:
    lemmas = _lexicon()["theme_prepositions"].get(preposition, [])
    return "*" in lemmas or holder.lemma_.lower() in lemmas


class _Finder:
    """Looks for transfers at each token."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._lexicon = _lexicon()
        self._units = frozenset(self._lexicon["nouns"]["units"])
        self._others = frozenset(self._lexicon["nouns"]["others"])
        self._made = frozenset(self._lexicon["sources"]["made"])
        self._given = frozenset(self._lexicon["sources"]["given"])
        self._last_weapon: Weapon | None = None

    def at(self, token: Token, before: list[Transfer]) -> list[Transfer]:
        """The transfers of the weapon whose phrase has its head here."""
        weapon = self._weapon(token)
        if weapon is None:
            partner = self._talks_with_supplier(token, before)
            return [partner] if partner else []
        if not weapon.is_elliptic and (
            weapon.form is Form.NAME or self._last_weapon is None or weapon.category is not WeaponCategory.UNSPECIFIED
        ):
            self._last_weapon = weapon
        transfer = self._transfer(weapon, before)
        return [transfer] if transfer else []

    # What --------------------------------------------------------------------------------------------------------------------------

    def _weapon(self, token: Token) -> Weapon | None:
        mention = self._context.mentions.at(token.i, EntityKind.WEAPON)
        if mention:
            return self._named_weapon(token, mention)
        return self._elliptic_weapon(token)

    def _named_weapon(self, token: Token, mention: Mention) -> Weapon | None:
        if token.i != mention.last:
            return None
        head, end = token, mention.end
        while (
            head.dep_ in ("compound", "nmod", "amod")
            and head.head.lemma_.lower() in self._units
            and head.head.i - end <= 3
            and head.head.i >= end
        ):
            head, end = head.head, head.head.i + 1
        if head.dep_ in ("compound", "nmod", "amod", "poss") and head.head.pos_ in ("NOUN", "PROPN") and head.head.i >= end:
            following = head.head.lemma_.lower()
            other = self._context.mentions.at(head.head.i, EntityKind.WEAPON)
            if other and other is not mention:
                return None
            if following not in self._lexicon["by_noun"]:
                return None
        return Weapon(mention.name, mention.category, mention.form, head, mention.first, end)

    def _elliptic_weapon(self, token: Token) -> Weapon | None:
        """`two systems`, `seven more`, `one`: more of what was named last."""
        last = self._last_weapon
        if last is None or token.i - last.head.i > 120:
            return None
        figure = next(
            (f for f in self._context.figure_mentions if f.found.kind is FigureKind.COUNT and (token in (f.root, f.root.head))),
            None,
        )
        if figure is None:
            return None
        lemma = token.lemma_.lower()
        is_unit = lemma in self._units and token.pos_ == "NOUN" and lemma in {t.lemma_.lower() for t in token.doc[last.first : last.end]}
        is_bare = (lemma in self._others and figure.root.head == token) or (
            figure.root == token and token.dep_ in ("pobj", "dobj", "nsubj", "nsubjpass", "conj", "appos") and not _counts_something(token)
        )
        if not (is_unit or is_bare):
            return None
        phrase = syntax.noun_phrase(token)
        return replace(last, head=token, first=min(phrase.start, figure.first), end=token.i + 1, is_elliptic=True)

    # One transfer --------------------------------------------------------------------------------------------------------------------

    def _transfer(self, weapon: Weapon, before: list[Transfer]) -> Transfer | None:
        quantity, value, top = self._figures(weapon)
        way = _WayUp(top)
        steps = way.steps
        if not steps:
            return None
        fact = assess(steps[0].token)
        status, cues = self._status(steps, fact)
        if status is None:
            return None
        suppliers, recipients = self._sides(weapon, top, steps, way.gapped)
        if weapon.is_elliptic and not recipients and before:
            # "…, while discussions are underway to obtain seven more": for whom the ones before are.
            recipients = [replace(p, directness=0.8) for p in before[-1].recipients]
        recipients = [p for p in recipients if p.key not in {s.key for s in suppliers}]
        value = value or self._value(steps)
        announced, delivery = self._times(steps, status)
        transfer = Transfer(
            weapon=weapon,
            top=top,
            predicate=steps[0].token,
            status=status,
            certainty=fact.certainty,
            evidence=tuple(_in_order([*cues, *fact.evidence])),
            suppliers=tuple(suppliers),
            recipients=tuple(recipients),
            quantity=quantity,
            value=value,
            package=way.package,
            announced=announced,
            delivery=delivery,
            attribution=self._context.attributions.of(steps[0].token),
            confidence=_confidence(weapon, suppliers, recipients, fact),
        )
        return transfer if self._is_identifiable(transfer, steps) else None

    def _figures(self, weapon: Weapon) -> tuple[FigureMention | None, FigureMention | None, Token]:
        """How many, worth how much, and the head that both hang on: `dozens of tanks`, `billions of dollars of weapons`."""
        quantity: FigureMention | None = None
        value: FigureMention | None = None
        top = weapon.head
        for figure in self._context.figure_mentions:
            counts = (
                figure.root.head == weapon.head
                and figure.root.dep_ in ("nummod", "amod", "compound", "nmod", "dep")
                and figure.end <= weapon.head.i
            )
            inside = figure.first <= weapon.head.i < figure.end or figure.root == weapon.head
            if figure.found.kind is FigureKind.COUNT and (counts or inside) and figure.first >= weapon.first - 6:
                quantity = figure
            elif figure.found.kind is FigureKind.MONEY and counts:
                value = figure
        while top.dep_ == "pobj" and top.head.lower_ == "of":
            holder = top.head.head
            held = next((f for f in self._context.figure_mentions if f.first <= holder.i < f.end), None)
            if held is None or held.found.kind not in (FigureKind.COUNT, FigureKind.MONEY):
                break
            if held.found.kind is FigureKind.MONEY:
                value = value or held
            else:
                quantity = quantity or held
            top = held.root
        for child in weapon.head.children:
            if child.lower_ in ("worth", "valued", "costing", "totaling", "totalling"):
                value = value or next(
                    (f for f in self._context.figure_mentions if f.found.kind is FigureKind.MONEY and child.is_ancestor(f.root)), None
                )
        return quantity, value, top

    # How far it has come -----------------------------------------------------------------------------------------------------------

    def _status(self, steps: list[_Step], fact: Factuality) -> tuple[Status | None, list[Token]]:
        """The status and the words that say so: the innermost transfer word, then what stands above it."""
        status: Status | None = None
        cues: list[Token] = []
        for step in steps:
            found = self._status_of(step, fact if not cues else assess(step.token))
            if found is None:
                if not cues and step.kind in ("give", "get", "go", "secure"):
                    return None, []
                continue
            if status is None or self._overrides(step, found, status):
                status = found
            else:
                continue
            cues.append(step.cue)
        return status, cues

    def _overrides(self, step: _Step, found: Status, status: Status) -> bool:
        below = step.below
        if step.relation == "report":
            return step.kind == "commit" and status is Status.PLEDGED
        is_finite = below.pos_ in ("VERB", "AUX") and any(
            c.dep_ in ("aux", "nsubj", "nsubjpass", "mark") and c.lower_ != "to" for c in below.children
        )
        if step.kind in ("give", "get", "go", "secure"):
            return below.pos_ == "NOUN"
        if is_finite and step.kind not in ("commit", "refuse", "discuss", "ask"):
            return False
        return not (step.kind == "pledge" and found is Status.PLEDGED and status in (Status.DELIVERED, Status.COMMITTED) and is_finite)

    def _status_of(self, step: _Step, fact: Factuality) -> Status | None:
        negated = fact.negation is not None
        match step.kind:
            case "give" | "get" | "go" | "secure":
                return Status.PLEDGED if step.token.pos_ == "NOUN" else _moved(step.kind, fact)
            case "pledge" if negated:
                return Status.REFUSED
            case "commit" if negated:
                return None
            case "refuse" if negated:
                return Status.UNDER_DISCUSSION
            case "pledge" | "commit" if fact.modal_kind == "possible":
                return Status.UNDER_DISCUSSION
        return STATUS_OF_KIND.get(step.kind)

    # Who and to whom ---------------------------------------------------------------------------------------------------------------

    def _sides(self, weapon: Weapon, top: Token, steps: list[_Step], gapped: Token | None) -> tuple[list[Party], list[Party]]:
        cast = self._context.cast
        suppliers: list[Party] = []
        recipients: list[Party] = []
        if gapped is not None:
            suppliers = cast.one(gapped)
        for node in (weapon.head, top):
            suppliers = suppliers or [p for h in syntax.adjuncts(node, "from") for p in cast.one(h)]
            recipients = recipients or [p for h in syntax.adjuncts(node, "to", "for") for p in cast.one(h)]
        for step in steps:
            if not suppliers:
                suppliers = self._suppliers_at(step)
            if not recipients:
                recipients = self._recipients_at(step, top)
        if not any(p.is_named for p in suppliers):
            suppliers = self._nationality(weapon) or suppliers
        return _distinct(suppliers), _distinct(recipients)

    def _suppliers_at(self, step: _Step) -> list[Party]:
        cast = self._context.cast
        token = step.token
        subjects = [p for s in syntax.subjects(token) for p in cast.parties(s)] if token.pos_ in ("VERB", "AUX") else []
        source = [p for h in syntax.adjuncts(token, "from", "by") for p in cast.one(h)]
        match step.kind:
            case "give" | "pledge" | "commit" | "refuse" | "delay" | "withdraw" | "package" if token.pos_ == "NOUN":
                return source or self._owners(token)
            case "give" | "pledge" | "refuse" | "withdraw" | "delay":
                return [p for p in subjects if p.kind in SUPPLIER_KINDS] or source
            case "commit":
                return source or ([] if self._holds_get(token) else [p for p in subjects if p.kind in SUPPLIER_KINDS])
            case "get" | "go" | "secure":
                return source
            case "ask":
                asked = [
                    p for child in token.children if child.dep_ in ("dobj", "dative") and child != step.below for p in cast.parties(child)
                ]
                return source or asked
            case "discuss" if step.below.pos_ != "VERB":
                return source or subjects
        return []

    def _recipients_at(self, step: _Step, top: Token) -> list[Party]:
        cast = self._context.cast
        token = step.token
        target = [p for h in syntax.adjuncts(token, "to", "for", "dative") for p in cast.one(h) if h != top]
        subjects = [p for s in syntax.subjects(token) for p in cast.parties(s)] if token.pos_ in ("VERB", "AUX") else []
        match step.kind:
            case "get" | "secure":
                return subjects
            case "ask":
                return subjects or target
            case "commit" | "pledge" if self._holds_get(token):
                return subjects
            case "give":
                others = [o for o in syntax.objects(token) if o not in (step.below, top)] if token.pos_ in ("VERB", "AUX") else []
                return target or [p for o in others for p in cast.parties(o)]
        held = syntax.governing_verb(token) if token.pos_ == "NOUN" else None
        if held is not None and self._lexicon["by_verb"].get(held.lemma_.lower()) in ("get", "secure") and token in syntax.objects(held):
            # "Ukraine has received confirmation that they will provide": it gets the weapons too.
            return target or [p for s in syntax.subjects(held) for p in cast.parties(s)]
        return target

    def _holds_get(self, verb: Token) -> bool:
        """`received confirmation`: the subject is the one who gets."""
        return verb.pos_ in ("VERB", "AUX") and self._lexicon["by_verb"].get(verb.lemma_.lower()) in ("get", "secure")

    def _owners(self, noun: Token) -> list[Party]:
        """`Germany's delivery`, `US military aid`."""
        found: list[Party] = []
        for i in syntax.noun_phrase(noun):
            mention = self._context.mentions.at(i, EntityKind.STATE, EntityKind.ORGANISATION)
            if mention and mention.first == i and not self._is_maker(noun.doc, mention):
                found.extend(self._context.cast.one(noun.doc[i]))
        return found

    def _nationality(self, weapon: Weapon) -> list[Party]:
        """`US weapons`, `Germany's Patriots`; but `German-made tanks` may come from anywhere."""
        doc = weapon.head.doc
        found: list[Party] = []
        for i in range(max(syntax.noun_phrase(weapon.head).start, weapon.first - 5), weapon.head.i):
            mention = self._context.mentions.at(i, EntityKind.STATE)
            if mention and mention.first == i and not self._is_maker(doc, mention):
                found.extend(self._context.cast.one(doc[i]))
        return found

    def _is_maker(self, doc: Any, mention: Mention) -> bool:
        behind = [doc[i].lower_ for i in range(mention.end, min(mention.end + 2, len(doc)))]
        return len(behind) == 2 and behind[0] == "-" and behind[1] in self._made - self._given

    # When and worth what -----------------------------------------------------------------------------------------------------------

    def _value(self, steps: list[_Step]) -> FigureMention | None:
        """`a $300 million package`, `weapons worth …` on the predicate."""
        for step in steps:
            if step.token.pos_ == "NOUN":
                found = [f for f in self._context.figures_on([step.token]) if f.found.kind is FigureKind.MONEY]
                if found:
                    return found[0]
        return None

    def _times(self, steps: list[_Step], status: Status) -> tuple[TimeMention | None, TimeMention | None]:
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

    # What counts -------------------------------------------------------------------------------------------------------------------

    def _is_identifiable(self, transfer: Transfer, steps: list[_Step]) -> bool:
        """Whether it says enough to be a fact: somebody by name, and more than that weapons exist."""
        if not transfer.named_suppliers and not transfer.named_recipients:
            return False
        has_number = transfer.quantity is not None or transfer.value is not None
        if transfer.named_suppliers and transfer.named_recipients:
            return True
        if has_number:
            return True
        if transfer.weapon.form is Form.NAME and steps[0].token.pos_ == "VERB":
            return bool(transfer.named_suppliers) or transfer.status is Status.REQUESTED
        return False

    def _talks_with_supplier(self, token: Token, before: list[Transfer]) -> Transfer | None:
        """`We are currently working with Dutch partners`, right behind what others have confirmed: more of the same is being discussed."""
        if not before or token.pos_ != "VERB" or self._lexicon["by_verb"].get(token.lemma_.lower()) != "discuss":
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
            evidence=tuple(_in_order([token])),
            suppliers=tuple(partners),
            quantity=None,
            value=None,
            package=None,
            announced=None,
            delivery=None,
            attribution=self._context.attributions.of(token),
            confidence=0.6,
        )


def _counts_something(token: Token) -> bool:
    return any(child.dep_ == "prep" and child.lower_ == "of" for child in token.children) or (
        token.head.pos_ == "NOUN" and token.dep_ == "nummod"
    )


def _list_head(preposition: Token) -> Token:
    """What `including` takes apart: the noun before it, or the subject or object of the verb that the parser hung it on."""
    holder = preposition.head
    if holder.pos_ in ("VERB", "AUX"):
        named = [*syntax.objects(holder), *(child for child in holder.children if child.dep_ in syntax.SUBJECT)]
        return min((n for n in named if n.i < preposition.i), key=lambda n: preposition.i - n.i, default=holder)
    return holder


def _distinct(parties: Iterable[Party]) -> list[Party]:
    seen: dict[str, Party] = {}
    for party in parties:
        seen.setdefault(party.key, party)
    named = [party for party in seen.values() if party.is_named]
    return named or list(seen.values())


def _in_order(tokens: Iterable[Token]) -> list[Token]:
    return sorted({token.i: token for token in tokens}.values(), key=lambda token: token.i)


def _confidence(weapon: Weapon, suppliers: list[Party], recipients: list[Party], fact: Factuality) -> float:
    confidence = 0.95 * (0.9 if weapon.is_elliptic else 1.0) * (0.9 if fact.tense is Tense.NONE else 1.0)
    for side in (suppliers, recipients):
        confidence *= min((p.directness for p in side), default=0.85)
    return round(confidence, 2)


# One transfer, several mentions ----------------------------------------------------------------------------------------------------


def _merge(mentions: list[Transfer]) -> list[Transfer]:
    clusters: list[list[Transfer]] = []
    for mention in mentions:
        home = next((c for c in clusters if _is_same(_combine(c), mention)), None)
        if home is not None:
            home.append(mention)
        else:
            clusters.append([mention])
    merged = [_combine(cluster) for cluster in clusters]
    packages = {transfer.package for transfer in merged if transfer.package is not None}
    merged = [replace(t, package=t.top) if t.top in packages else t for t in merged]
    return [_mark_total(transfer, merged) for transfer in sorted(merged, key=lambda t: (t.weapon.head.i, t.predicate.i))]


def _is_same(known: Transfer, mention: Transfer) -> bool:
    if known.weapon.designation != mention.weapon.designation:
        return False
    if not _agree(known.quantity, mention.quantity) or not _agree(known.value, mention.value):
        return False
    if not _compatible(known.named_recipients, mention.named_recipients):
        return False
    if known.named_suppliers != mention.named_suppliers and known.named_suppliers and mention.named_suppliers:
        return False
    if bool(known.named_suppliers) != bool(mention.named_suppliers) and (known.quantity is None or mention.quantity is None):
        return False
    if known.status is mention.status:
        return True
    # A request and a refusal, or a talk and a delivery, are two facts; a promise told once firmer is one.
    return {known.status, mention.status} <= {Status.PLEDGED, Status.COMMITTED}


def _agree(first: FigureMention | None, second: FigureMention | None) -> bool:
    if first is None or second is None:
        return True
    return (first.found.min, first.found.max) == (second.found.min, second.found.max)


def _compatible(first: frozenset[str], second: frozenset[str]) -> bool:
    return not first or not second or first == second


def _combine(cluster: list[Transfer]) -> Transfer:
    best = max(
        cluster,
        key=lambda t: (len(t.named_suppliers) + len(t.named_recipients) + len(t.suppliers), t.attribution is not None, -t.weapon.head.i),
    )
    if len(cluster) == 1:
        return best
    others = [t for t in cluster if t is not best]

    def first(name: str) -> Any:
        return next((v for t in (best, *others) if (v := getattr(t, name)) not in (None, ())), getattr(best, name))

    # Of two that say the same, the one that tells most.
    firmest = max(cluster, key=lambda t: (LADDER.index(t.status) if t.status in LADDER else -1, t is best))
    return replace(
        best,
        status=firmest.status,
        evidence=firmest.evidence,
        suppliers=first("suppliers"),
        recipients=first("recipients"),
        quantity=first("quantity"),
        value=first("value"),
        package=first("package"),
        announced=first("announced"),
        delivery=first("delivery"),
    )


def _mark_total(transfer: Transfer, transfers: list[Transfer]) -> Transfer:
    """`three systems from partners` is the total of two from one and one from another."""
    if transfer.named_suppliers or transfer.quantity is None or transfer.quantity.found.qualifier is not Qualifier.EXACT:
        return transfer
    parts = [
        part.quantity.found.min
        for part in transfers
        if part is not transfer
        and part.quantity is not None
        and part.named_suppliers
        and part.weapon.designation == transfer.weapon.designation
        and _compatible(part.named_recipients, transfer.named_recipients)
        and (part.status in (Status.PLEDGED, Status.COMMITTED, Status.DELIVERED))
        == (transfer.status in (Status.PLEDGED, Status.COMMITTED, Status.DELIVERED))
    ]
    total = sum(p for p in parts if p is not None)
    return replace(transfer, is_cumulative=len(parts) > 1 and total == transfer.quantity.found.min)
