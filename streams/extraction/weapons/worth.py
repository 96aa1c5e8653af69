"""What weapons are worth: which sum of a sentence, or of a later one, is that of which transfer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.mentions import Form
from streams.extraction.weapons.kinds import is_used_by, kind_of
from streams.extraction.weapons.parties import distinct
from streams.extraction.weapons.steps import Step
from streams.extraction.weapons.transfer import Transfer
from streams.extraction.weapons.weapon import Item, Weapon, lexicon
from streams.records import EntityKind, FigureKind, WeaponCategory

__all__ = ["Worth"]

PURPOSE = 4
"""Tokens within which `for` names what a sum is for."""

REACH_OF_DEAL = 3
"""Sentences in which `the deal` still is the one told before; longer where it says with whom."""

REACH_OF_WORTH = 15


class Worth:
    """The sums of one article and what they are the worth of."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context

    def of_steps(self, steps: list[Step]) -> FigureMention | None:
        """`a $300 million package`, `weapons worth …` on the predicate."""
        for step in steps:
            if step.token.pos_ == "NOUN":
                found = [f for f in self._context.figures_on([step.token]) if f.found.kind is FigureKind.MONEY]
                if found:
                    return found[0]
        return None

    def paid_for(self, item: Item) -> Item:
        """`will provide €500 million to buy ammunition`: the sum is given, and the weapons are its purpose."""
        if item.value is not None or item.quantity is not None:
            return item
        if (spent := self._spent_on(item)) is not None:
            return replace(item, value=spent)
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
            if any(token.pos_ == "NOUN" and is_used_by(token) for token in stretch):
                # "will pay $20 million for the repair of its tanks"
                continue
            if any(token.lower_ == "including" for token in stretch):
                # "$1 billion in assistance for Malta, including rockets": all of it is worth that.
                continue
            between = [token.lower_ for token in stretch if not self._is_for_whom(token)]
            goals = [i for i, word in enumerate(between) if word in ("for", "to")]
            is_bought = any(token.tag_ == "VB" and token.nbor(-1).lower_ == "to" for token in stretch)
            is_for = between[:1] == ["for"] or (between[:1] == ["in"] and bool(goals) and ("for" in between or is_bought))
            is_for = is_for or (between[:1] == ["on"] and money.head.lemma_.lower() in lexicon()["sources"]["spending"])
            if between[:1] == ["to"] or (is_for and len(between) <= PURPOSE + (goals[0] if goals else 0)):
                return replace(item, value=figure, top=money)
        return item

    def without_prices(self, first: int, end: int) -> list[Token]:
        """The tokens between without `at just under $2 million`, `costing $4 million`, `for $8 million`: the price of what was before."""
        doc = self._context.reading.doc
        packages = lexicon()["packages"]
        priced: set[int] = set()
        for figure in self._context.figures_between(first, end):
            if figure.found.kind is not FigureKind.MONEY:
                continue
            i = figure.first - 1
            while i >= first and (doc[i].pos_ in ("ADV", "DET") or doc[i].lower_ in packages["roughly"]):
                i -= 1
            if i >= first and doc[i].lower_ in (*packages["worth"], "at", "for", "("):
                closed = figure.end < end and doc[figure.end].text == ")"
                # "valued at"
                start = i - (i > first and doc[i - 1].lower_ in packages["worth"])
                priced.update(range(start, figure.end + closed))
        return [doc[i] for i in range(first, end) if i not in priced]

    def _spent_on(self, item: Item) -> FigureMention | None:
        """`holds up $500 million that Malta wants to spend on weapons`: the sum that the relative clause is of."""
        preposition = item.top.head
        verb = preposition.head
        if item.top.dep_ != "pobj" or preposition.lower_ != "on" or verb.lemma_.lower() not in lexicon()["sources"]["spending"]:
            return None
        clause = verb.head if verb.dep_ == "xcomp" else verb
        figures = self._context.figures_on([clause.head]) if clause.dep_ == "relcl" else []
        return next((f for f in figures if f.found.kind is FigureKind.MONEY), None)

    def in_sentence(self, transfers: list[Transfer], orphans: list[Item], tokens: Sequence[Token]) -> list[Transfer]:
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
        transfers = self._with_price_by_verb(transfers, first, end)
        if (sold := self._with_sum_of_sale(transfers, end)) is not None:
            return sold
        used = {t.value.first for t in transfers if t.value is not None}
        sums = [f for f in self._context.figures_between(first, end) if f.found.kind is FigureKind.MONEY and f.first not in used]
        told = [f for f in sums if self._is_worth(f, transfers)]
        # "12 jets, valued at $2 billion; 30 missiles for $100 million": where one is a worth, so are those like it.
        sums = [f for f in sums if f in told or (told and len(transfers) > 1 and self._is_price(f))]
        lacking = [t for t in transfers if t.value is None]
        packages = [t for t in lacking if t.weapon.is_package]
        # "equipment worth $2 billion, including 60 missiles": what others are parts of has the sum.
        wholes = packages or [t for t in lacking if any(t.weapon.head == other.package for other in transfers)]
        chosen = wholes if len(wholes) == 1 else lacking if len(transfers) == 1 else []
        if len(sums) > 1:
            return self._with_sum_each(transfers, sums)
        if len(sums) != 1 or len(chosen) != 1:
            return transfers
        return [replace(t, value=sums[0]) if t is chosen[0] else t for t in transfers]

    def told_later(self, tokens: Sequence[Token], before: list[Transfer]) -> list[Transfer]:
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
                and (deal.lower_ in ("package", "it", "assistance", "its", "their") or not t.weapon.is_package)
                and (weapon is None or weapon.name == t.weapon.designation)
                and sentence - self._context.reading.sentence_index(t.weapon.head) <= (REACH_OF_WORTH if named else REACH_OF_DEAL)
                and (not named or named <= t.named_recipients | t.named_suppliers)
            ]
            held = {t.package for t in before if t.package is not None}
            # "Malta will send arms. There are 20 guns. Their worth is put at $2 million": that of all.
            packages = [i for i in meant if before[i].weapon.is_package or not held.isdisjoint((before[i].weapon.head, before[i].top))]
            meant = packages if len(packages) == 1 else meant
            if meant and len({(before[i].weapon.designation, before[i].named_recipients) for i in meant}) == 1:
                before = [replace(t, value=figure) if i == meant[0] else t for i, t in enumerate(before)]
            elif self._is_of_several([before[i] for i in meant], figure.root):
                package = _as_package(before[meant[-1]], figure, deal)
                before = [replace(t, package=deal) if i in meant else t for i, t in enumerate(before)]
                before.insert(meant[-1] + 1, package)
        return before

    def _is_of_several(self, transfers: list[Transfer], token: Token) -> bool:
        """`will send rifles and launchers. The whole consignment, valued at $2 million`: one verb gave them, right before."""
        if len(transfers) < 2 or any(t.package is not None or t.is_cumulative for t in transfers):
            return False
        return len({t.predicate for t in transfers}) == 1 and self._is_right_before(transfers[-1], token)

    def _is_for_whom(self, token: Token) -> bool:
        """`for Malta` and `production of` of `in aid for Malta to expand production of shields`: they only lead to what is bought."""
        mention = self._context.mentions.at(token.i, EntityKind.STATE)
        if mention is not None or token.pos_ == "DET":
            return True
        nouns = lexicon()["packages"]["purposes"]
        return token.lemma_.lower() in nouns or (token.lower_ in ("of", "the") and token.nbor(-1).lemma_.lower() in nouns)

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

    def _with_price_by_verb(self, transfers: list[Transfer], first: int, end: int) -> list[Transfer]:
        """`have bought six drones for $38 million, and are in talks over missiles`: the price is that of what its own verb sells."""
        if len({t.predicate for t in transfers}) < len(transfers) or len(transfers) == 1:
            return transfers
        trading = lexicon()["sources"]["trading"]
        for figure in self._context.figures_between(first, end):
            if figure.found.kind is not FigureKind.MONEY or not self._is_price(figure):
                continue
            verb = syntax.governing_verb(figure.root)
            sold = [t for t in transfers if t.predicate == verb and t.value is None and t.predicate.lemma_.lower() in trading]
            transfers = [replace(t, value=figure) if t in sold and t.weapon.end <= figure.first else t for t in transfers]
        return transfers

    def _with_sum_of_sale(self, transfers: list[Transfer], end: int) -> list[Transfer] | None:
        """`will buy 12 jets, a frigate and a stock of missiles from Malta for $5 million`: the price of them all is that of a package."""
        if len(transfers) < 2 or any(t.value is not None or t.package is not None or t.weapon.is_package for t in transfers):
            return None
        if len({t.predicate for t in transfers}) > 1:
            return None
        is_sold = transfers[0].predicate.lemma_.lower() in lexicon()["sources"]["trading"]
        first, last = transfers[0].weapon.first, max(t.weapon.end for t in transfers)
        sums = [f for f in self._context.figures_between(first, end) if f.found.kind is FigureKind.MONEY]
        if len(sums) != 1 or sums[0].first < last or not ((is_sold and self._is_price(sums[0])) or self._is_total_worth(sums[0])):
            return None
        if any(t.pos_ in ("VERB", "AUX") and t.tag_ != "VBN" for t in self._context.reading.doc[last : sums[0].first]):
            return None
        package = _as_package(transfers[0], sums[0], sums[0].root)
        return [package, *(replace(t, package=sums[0].root) for t in transfers)]

    def _is_total_worth(self, figure: FigureMention) -> bool:
        """`rifles and guns with a total value of $2 million`."""
        before = [t.lower_ for t in self._context.reading.doc[max(figure.root.sent.start, figure.first - 5) : figure.first]]
        is_worth = any(word in lexicon()["packages"]["worth"] for word in before)
        return is_worth and any(word in ("total", "combined", "together", "altogether") for word in before)

    def _is_price(self, figure: FigureMention) -> bool:
        """`for $3 billion`, `at just under $3 billion`."""
        doc, i = self._context.reading.doc, figure.first - 1
        while i > 0 and doc[i].lower_ in lexicon()["packages"]["roughly"]:
            i -= 1
        return i > 0 and doc[i].lower_ in ("for", "at")

    def _is_part(self, transfer: Transfer) -> bool:
        """`the first three of 24 jets`: of what all are worth nothing is said of these."""
        end = transfer.quantity.end if transfer.quantity is not None else None
        return end is not None and end < len(self._context.reading.doc) and self._context.reading.doc[end].lower_ == "of"

    def _is_worth(self, figure: FigureMention, transfers: list[Transfer]) -> bool:
        """`worth $3 billion`; `for $3 billion`, where something is sold."""
        packages = lexicon()["packages"]
        before = [t.lower_ for t in self._context.reading.doc[max(figure.root.sent.start, figure.first - 4) : figure.first]]
        doc = self._context.reading.doc
        if before[-1:] == ["("] and figure.end < len(doc) and doc[figure.end].text == ")":
            # As in: 12 howitzers ($80 million).
            return any(t.weapon.end == figure.first - 1 for t in transfers)
        is_sold = len(transfers) == 1 and transfers[0].predicate.lemma_.lower() in lexicon()["sources"]["trading"]
        between = doc[transfers[0].weapon.end : figure.first] if is_sold else ()
        # "ordered drones, and a club bought a striker for"
        is_sold = is_sold and not any(t.pos_ == "VERB" and any(c.dep_ == "nsubj" for c in t.children) for t in between)
        return any(word in packages["worth"] for word in before) or (is_sold and before[-1:] == ["for"])

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
                if node.dep_ == "pobj" and node.head.lower_ in ("by", "than"):
                    # "dwarfed by the $6 billion package": another one.
                    return None
                return node if any(c.lower_ in ("the", "this") for c in node.children) else None
            if node.pos_ in ("VERB", "AUX"):
                break
        if (bearer := _whose_worth(node)) is not None:
            return bearer
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


def _whose_worth(verb: Token) -> Token | None:
    """`Their` of `their worth was put at $2 million`, `its value is estimated at`."""
    packages = lexicon()["packages"]
    if verb.lemma_.lower() not in packages["putting"]:
        return None
    subject = next((c for c in verb.children if c.dep_ in syntax.SUBJECT and c.lemma_.lower() in ("worth", "value", "cost", "price")), None)
    owners = [c for c in subject.children if c.dep_ == "poss"] if subject is not None else []
    return next((c for c in owners if c.lower_ in ("its", "their")), None)


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


def _worth_of(noun: Token) -> list[Token]:
    """`worth` of `a deal worth $3 billion`, `valued` of `a contract valued at`."""
    packages = lexicon()["packages"]
    told = [token for child in noun.children if child.lower_ in packages["worth"] for token in (child, *child.children)]
    # "a deal that officials put at $3 billion"
    put = [c for c in noun.children if c.dep_ == "relcl" and c.lemma_.lower() in packages["putting"]]
    return [*told, *(h for verb in put for h in syntax.adjuncts(verb, "at"))]


def _is_shared(transfer: Transfer, times: int) -> bool:
    is_of_phrase = transfer.top != transfer.weapon.head and transfer.weapon.category is not WeaponCategory.UNSPECIFIED
    return times > 1 or (is_of_phrase and not transfer.weapon.is_package)


def _as_package(transfer: Transfer, value: FigureMention, top: Token) -> Transfer:
    """The package of several systems that a sum is the worth of, given as one of them is."""
    designation = lexicon()["packages"]["of_several"]
    weapon = Weapon(designation, WeaponCategory.UNSPECIFIED, Form.GENERIC, value.root, value.first, value.end)
    return replace(transfer, weapon=weapon, top=top, quantity=None, value=value, package=None)
