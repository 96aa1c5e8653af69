"""Who gives and who gets: read off the parse around each step, then off the words behind, then off what was said before."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.weapons.agents import Agents
from streams.extraction.weapons.arguments import Arguments, for_whom_to, with_deliveries
from streams.extraction.weapons.beneficiaries import Beneficiaries
from streams.extraction.weapons.kinds import kind_of
from streams.extraction.weapons.owners import Owners
from streams.extraction.weapons.parties import distinct, is_any_force
from streams.extraction.weapons.speakers import Speakers
from streams.extraction.weapons.steps import Step
from streams.extraction.weapons.trade import Trade
from streams.extraction.weapons.weapon import Item, lexicon
from streams.extraction.weapons.wordorder import WordOrder
from streams.records import ActorKind

__all__ = ["Sides"]


class Sides:
    """The suppliers and recipients of transfers in one article."""

    def __init__(self, context: ArticleContext, owners: Owners, agents: Agents, speakers: Speakers) -> None:
        self._context = context
        self._owners = owners
        self._agents = agents
        self._speakers = speakers
        self._arguments = Arguments(context, owners, agents)
        self._beneficiaries = Beneficiaries(context)
        self._order = WordOrder(context, agents)
        self._trade = Trade(context, owners, agents, self._order)

    def of(
        self, item: Item, steps: list[Step], gapped: Token | None, limit: int, *, is_one_of_several: bool
    ) -> tuple[list[Party], list[Party], bool]:
        """Suppliers, recipients, and whether they are the same: what a state buys for its own forces.

        Parameters
        ----------
        limit
            Token where the next item of the sentence, or the next sentence, begins: what stands behind belongs to that one.
        is_one_of_several
            Whether the sentence has other items: `20 tanks to Poland and 30 guns to Latvia`.
        """
        cast = self._context.cast
        suppliers: list[Party] = cast.one(gapped) if gapped is not None else []
        if suppliers and steps[0].kind == "discuss":
            return (*self._trade.with_another(item, steps[0].token, suppliers), False)
        recipients: list[Party] = []
        # "Malta is smuggling arms from Cyprus": by way of it.
        is_by_way = steps[0].token.lemma_.lower() in lexicon()["aside"]["smuggling"] and bool(self._agents.acting([steps[0].token]))
        for node in (item.weapon.head, item.top):
            gifts = [c for c in node.children if c.dep_ == "appos" and kind_of(c) == "give"]
            suppliers = suppliers or [p for h in syntax.adjuncts(node, "from") if not is_by_way for p in cast.one(h)]
            suppliers = suppliers or [p for gift in gifts for h in syntax.adjuncts(gift, "from", "of") for p in cast.one(h)]
            goals = with_deliveries(syntax.adjuncts(node, "to", "for"))
            behind = [h for h in (*goals, *for_whom_to(node)) if h.i < limit]
            recipients = recipients or [p for h in behind for p in cast.one(h) or self._agents.nobody_by_name(h) if p.first < limit]
        telling = (item.weapon.head, item.top, *(step.token for step in steps if step.token.pos_ == "NOUN"))
        recipients = recipients or self._beneficiaries.meant(dict.fromkeys(telling))
        recipients = recipients or (self._order.behind(item, limit) if is_one_of_several else [])
        suppliers, recipients = self._at_steps(item, steps, suppliers, recipients)
        doc = self._context.reading.doc
        named = {p.key for p in recipients if doc[p.first].pos_ == "PROPN"}
        # "flowed from the country to Malta": from another one.
        suppliers = [p for p in suppliers if p.key not in named or doc[p.first].pos_ not in ("DET", "NOUN")]
        if not any(p.country for p in recipients) and steps[0].kind == "secure" and steps[0].relation == "below":
            # "Malta's new boats, bought from Cyprus, have arrived"
            sold = {p.key for p in suppliers}
            owners = [p for c in item.weapon.head.children if c.dep_ == "poss" for p in self._owners.one(c)]
            if not owners and item.top.dep_ == "dobj" and item.top.head.pos_ == "VERB":
                # "Malta unveiled six planes bought from Cyprus"
                owners = self._agents.subjects(item.top.head)
            recipients = [p for p in owners if p.is_named and p.key not in sold] or recipients
        suppliers, recipients = self._trade.of(item, steps, suppliers, recipients)
        if not any(p.is_named for p in suppliers):
            suppliers = self._of_weapon_or_speaker(item, steps, {p.key for p in recipients}, is_unnamed=bool(suppliers)) or suppliers
        recipients = recipients or self._trade.partners(steps, suppliers)
        suppliers, recipients = [self._agents.of_state(p) for p in suppliers], [self._agents.of_state(p) for p in recipients]
        recipients = [p for p in recipients if not is_any_force(p)]
        # Of organisations of states only these have arms to give: others are asked to allow it.
        suppliers = [p for p in suppliers if not is_any_force(p)]
        suppliers = [p for p in suppliers if p.kind is not ActorKind.IGO or p.name in lexicon()["sources"]["alliances"]]
        taken = {p.key for p in suppliers}
        is_told = any(not p.is_named for p in recipients)
        if not is_told and not any(p.key not in taken for p in recipients):
            is_given = any(p.is_named for p in suppliers)
            found = self._order.behind(item, limit) or self._beneficiaries.of(item, steps, is_given=is_given)
            found = [self._agents.of_state(p) for p in found]
            recipients = [p for p in found if p.key not in taken] or recipients
        if not recipients or not any(p.is_named for p in suppliers):
            suppliers, recipients = self._order.completed(steps, item, suppliers, recipients)
            taken = {p.key for p in suppliers}
        for_whom = self.for_whom(item, "for")
        is_own = bool(for_whom) and all(p.key in taken for p in for_whom)
        recipients = [p for p in recipients if p.key not in taken and not is_any_force(p)]
        return distinct(suppliers), distinct(recipients), is_own

    def is_meant(self, item: Item) -> bool:
        """`seized the rifles sent by Malta and meant for Togo`: whose they were to be is told beside what became of them."""
        return bool(self._beneficiaries.meant(dict.fromkeys((item.weapon.head, item.top))))

    def for_whom(self, item: Item, *prepositions: str) -> list[Party]:
        """Who stands behind a preposition on the weapon itself: `Apache helicopters for Malta`."""
        heads = [h for node in dict.fromkeys((item.weapon.head, item.top)) for h in syntax.adjuncts(node, *prepositions)]
        return [self._agents.of_state(p) for h in heads for p in self._context.cast.one(h)]

    def _at_steps(self, item: Item, steps: list[Step], suppliers: list[Party], recipients: list[Party]) -> tuple[list[Party], list[Party]]:
        """Who gives and gets by the words of the transfer themselves, from the inside out."""
        buys = any(step.kind in ("get", "secure") for step in steps)
        gives = any(step.kind == "give" and step.token.pos_ == "VERB" for step in steps)
        for step in steps:
            target = {p.key for p in recipients}
            if not recipients:
                recipients = self._arguments.recipients(step, item.top)
            if buys and step.kind == "withdraw" and not recipients:
                # "has frozen talks over the purchase of": whoever buys.
                recipients = [p for p in self._agents.subjects(step.token) if p.is_named]
            elif gives and step.kind == "secure" and step.relation == "below":
                # "will hand Malta two launchers bought from Norway": whoever hands them over gives.
                continue
            elif not suppliers and not (buys and step.kind == "discuss"):
                got = {p.key for p in recipients}
                # "offered Malta to buy tanks from it", "cleared the way for its sale to Malta": nobody sells to itself.
                # "pressed Malta to buy guns": whoever is asked gets them.
                # "scrapped an order for jets": who gives up what it was to buy.
                own = (
                    got
                    if step.kind in ("get", "secure") or (buys and step.kind in ("ask", "withdraw", "delay"))
                    else target
                    if step.kind == "commit"
                    else frozenset()
                )
                suppliers = [p for p in self._arguments.suppliers(step) if p.key not in own]
                if buys and step.kind in ("commit", "pledge", "package") and step.relation != "below":
                    # "signed contracts to buy": who signs buys, unless it lets another buy.
                    recipients = recipients or suppliers
                    suppliers = [p for p in suppliers if p.key not in {r.key for r in recipients}]
            elif not recipients and step.kind == "commit" and step.relation == "below":
                # "has not delivered the guns for which Malta paid"
                sold = {p.key for p in suppliers}
                recipients = [p for p in self._agents.subjects(step.token) if p.is_named and p.key not in sold]
            elif not recipients and step.kind == "commit" and step.below.lemma_.lower() in lexicon()["sources"]["deals"]:
                # "signed a contract for frigates from Malta"
                sold = {p.key for p in suppliers}
                recipients = [p for p in self._agents.subjects(step.token) if p.is_named and p.key not in sold]
        if not suppliers or not recipients:
            framed = self._of_frame(item, steps)
            taken = {p.key for p in (*suppliers, *recipients)}
            suppliers = suppliers or [p for p in framed[0] if p.key not in taken]
            recipients = recipients or [p for p in framed[1] if p.key not in taken]
        return self._turned(item, steps, suppliers, recipients)

    def _turned(self, item: Item, steps: list[Step], suppliers: list[Party], recipients: list[Party]) -> tuple[list[Party], list[Party]]:
        """Who gives and gets after the words that turn a transfer round: asked to sell, withheld from, bought for, vetoed."""
        asking = [step for step in steps if step.kind == "ask"]
        given_to = [c for step in steps if step.kind == "give" for c in step.token.children if c.dep_ in ("dobj", "dative")]
        is_itself = any(c.pos_ == "PRON" for c in given_to) or (
            bool(recipients) and all(self._context.reading.doc[p.first].pos_ == "PRON" for p in recipients)
        )
        if asking and recipients and ({p.key for p in recipients} <= {p.key for p in suppliers} or is_itself):
            # "asked Malta to sell it", "called on the West to send it": whoever asks.
            recipients = self._arguments.recipients(asking[0], item.top) or recipients
        keeping = [step.token for step in steps if step.token.lemma_.lower() in lexicon()["sources"]["keeping"]]
        if (keepers := [p for verb in keeping for p in self._agents.subjects(verb) if p.is_named]) and suppliers:
            # "is withholding bombs from Malta"
            others = [*suppliers, *self._from_whom(*keeping)]
            recipients = [p for p in others if p.key not in {k.key for k in keepers}] or recipients
            suppliers = keepers
        elif keeping and (kept := self._from_whom(*keeping, item.weapon.head)):
            recipients, suppliers = kept, [p for p in suppliers if p.key not in {k.key for k in kept}]
        got = {p.key for p in recipients}
        if any(step.token.lemma_.lower() == "confirm" and step.below.pos_ == "NOUN" for step in steps):
            # "can confirm new transfers of Russian tanks": who knows of it need not be who gives.
            made = [p for p in self._owners.nationality(item.weapon) if p.key not in got]
            suppliers = made or suppliers
        if any(p.is_named for p in recipients):
            # "will buy tanks for Malta from Cyprus": who buys gives.
            bought = [p for step in steps if step.kind == "secure" for p in self._agents.subjects(step.token) if p.is_named]
            suppliers = [p for p in bought if p.key not in got] or suppliers
        if not recipients and (steps[0].token.lemma_.lower() in lexicon()["sources"]["spending"] or _borrows(steps)):
            # "will spend $999 million on 12 jets", "signed a loan to pay for 12 jets": who pays for its own buys.
            suppliers, recipients = [], suppliers
        if payees := self._paid(steps[0]):
            # "has paid Malta for six boats", "for six boats for Togo"
            payers = [p for p in self._agents.subjects(steps[0].token) if p.is_named]
            theirs = [p for p in recipients if p.is_named and p.key not in {q.key for q in (*payers, *payees)}]
            return (payers, theirs) if theirs else (payees, payers)
        if declined := [
            s for s in steps if s.kind == "refuse" and s.below.pos_ == "NOUN" and s.below.lemma_.lower() in lexicon()["again"]["offering"]
        ]:
            # "rejected an offer of guns from Malta": whoever was to get them.
            offer, whom = declined[0].below, self._agents.subjects(declined[0].token)
            made = [p for h in syntax.adjuncts(offer, "by") for p in self._context.cast.one(h)]
            offering = [*self._owners.of(offer), *self._from_whom(offer, item.weapon.head), *made]
            return [p for p in offering if p.key not in {w.key for w in whom}], [p for p in whom if p.is_named]
        refusing = [p for step in steps if step.kind == "refuse" and step.token.pos_ == "VERB" for p in self._agents.subjects(step.token)]
        # "vetoed the re-export that Germany asked for": who forbids it, and not who would have sent it.
        return [p for p in refusing if p.is_named and p.key not in got] or suppliers, recipients

    def _paid(self, step: Step) -> list[Party]:
        """`Malta` of `paid Malta €90 million for six boats`."""
        if step.token.lemma_ != "pay" or step.token.pos_ != "VERB" or syntax.is_passive(step.token):
            return []
        paid = [c for c in step.token.children if c.dep_ in ("dative", "dobj") and c.i > step.token.i and c.pos_ == "PROPN"]
        return [p for c in paid for p in self._context.cast.one(c) if p.is_named and p.country]

    def _from_whom(self, *nodes: Token) -> list[Party]:
        return [p for node in nodes for h in syntax.adjuncts(node, "from") for p in self._context.cast.one(h)]

    def _of_frame(self, item: Item, steps: list[Step]) -> tuple[list[Party], list[Party]]:
        """`were delivered as part of Malta's programme for Cyprus`, `under a Maltese agreement with`: whose it is and for whom."""
        frames = lexicon()["packages"]["frames"]
        for step in steps:
            if step.kind not in ("give", "get", "go") or step.token.pos_ != "VERB":
                continue
            # "drones in a Maltese sale": the parser may hang it on the drones.
            heads = [h for node in (step.token, item.top) for h in syntax.adjuncts(node, "as", "under", "through", "within", "in", "via")]
            nouns = [n for h in heads for n in (syntax.adjuncts(h, "of") if h.lemma_.lower() == "part" else [h])]
            for noun in nouns:
                if noun.lemma_.lower() in frames:
                    goals = [p for h in syntax.adjuncts(noun, "to", "for", "with") for p in self._context.cast.one(h) if p.is_named]
                    gone = {p.key for p in goals}
                    owners = [p for p in self._owners.of(noun) if p.is_named]
                    return [p for p in owners if p.key not in gone], goals
        return [], []

    def _of_weapon_or_speaker(self, item: Item, steps: list[Step], got: set[str], *, is_unnamed: bool) -> list[Party]:
        """Who gives by what stands behind the weapon, by its nationality, or by who says so."""
        buys = any(step.kind in ("get", "secure") for step in steps)
        moves = any(step.kind in ("give", "go") and step.token.pos_ == "VERB" for step in steps)
        behind = self._order.first_behind(item, "from") if buys else []
        if any(p.is_named for p in behind):
            return behind
        found = [p for p in self._owners.nationality(item.weapon, is_bought=buys and not moves) if p.key not in got]
        found = found or [p for p in self._of_sum(item) if p.key not in got]
        return found or [p for p in self._speakers.announcer(steps, is_unnamed=is_unnamed or bool(behind)) if p.key not in got] or behind

    def _of_sum(self, item: Item) -> list[Party]:
        """`Malta's $30 million in military aid`, wherever the parser hangs the sum."""
        doc, i = self._context.reading.doc, item.value.first - 1 if item.value is not None else 0
        is_owned = i > 0 and doc[i].lower_ in ("'s", "’s")
        return self._owners.one(doc[i - 1]) if is_owned else []


def _borrows(steps: list[Step]) -> bool:
    """`signed a $4 billion loan to help pay for`."""
    loans = lexicon()["sources"]["loans"]
    verbs = [step.token for step in steps if step.kind in ("commit", "get", "secure", "ask") and step.token.pos_ == "VERB"]
    return any(c.lemma_.lower() in loans for verb in verbs for c in verb.children if c.dep_ == "dobj")
