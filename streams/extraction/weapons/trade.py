"""Who sells and who buys, where a deal is `with` somebody, or two sign it together."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.weapons.agents import Agents
from streams.extraction.weapons.owners import Owners
from streams.extraction.weapons.parties import distinct, unnamed
from streams.extraction.weapons.steps import Step
from streams.extraction.weapons.weapon import Item, lexicon, made_in
from streams.extraction.weapons.wordorder import WordOrder
from streams.records import ActorKind

__all__ = ["Trade"]


class Trade:
    """The sellers and buyers of the deals in one article."""

    def __init__(self, context: ArticleContext, owners: Owners, agents: Agents, order: WordOrder) -> None:
        self._context = context
        self._owners = owners
        self._agents = agents
        self._order = order
        self._exporters = {country: rank for rank, country in enumerate(lexicon()["sources"]["exporters"])}

    def of(self, item: Item, steps: list[Step], suppliers: list[Party], recipients: list[Party]) -> tuple[list[Party], list[Party]]:
        """Who sells and who buys, where a deal is `with` somebody, or two sign it together."""
        named = [p for p in distinct(suppliers) if p.is_named]
        verbs = [step.token for step in steps]
        tokens = [item.weapon.head, item.top, *verbs, *(c for verb in verbs for c in verb.children if c.dep_ == "dobj")]
        deals = [t for t in tokens if t.lemma_.lower() in lexicon()["sources"]["deals"]]
        kinds = {step.kind for step in steps}
        # "Malta and Togo finalised the terms of a sale of 12 jets"
        is_between_two = len(named) == 2 and "commit" in kinds and any(v.lemma_ == "sale" for v in verbs)
        if not deals and not kinds & {"discuss", "secure"} and not is_between_two:
            return suppliers, recipients
        with_whom = [h for t in tokens for h in syntax.adjuncts(t, "with", "between")]
        partners = [p for h in with_whom for p in (self._agents.state_of_company(h) or self._context.cast.parties(h)) if p.is_named]
        partners = partners or (self._order.first_behind(item, "with") if deals else [])
        if kinds & {"get", "secure"}:
            talking = [step.token for step in steps if step.kind == "discuss"]
            buyers = recipients or [p for t in talking for p in (self._agents.subjects(t) or self._agents.holders(t))]
            sellers = suppliers or [p for p in partners if p.key not in {b.key for b in buyers}]
            # "in talks with European contractors to buy": somebody without a name.
            sellers = sellers or [unnamed(h) for t in talking for h in syntax.adjuncts(t, "with") if h.pos_ == "NOUN"]
            pair = distinct(buyers)
            makers = [p for p in pair if (p.country or "") in self._exporters]
            if not sellers and talking and len(pair) == 2 and len(makers) == 1:
                return self._seller_first(pair)
            firms = [p for p in pair if p.kind is ActorKind.ORG]
            if not sellers and deals and len(pair) == 2 and len(firms) == 1:
                # "Malta's Nordvest and Togo have signed a contract for 36 jets": the firm sells.
                return firms, [p for p in pair if p not in firms]
            return sellers, buyers
        is_trade = any(step.token.lemma_.lower() in lexicon()["sources"]["trading"] for step in steps)
        is_trade = is_trade or ("discuss" in kinds and sum((p.country or "") in self._exporters for p in named) == 1)
        if not (deals or partners or (is_trade and len(named) == 2)) or any(p.is_named for p in recipients):
            return suppliers, recipients
        both = distinct([*named, *partners, *self._owners.nationality(item.weapon)])
        if len(partners) > 1 and named and not {p.key for p in named} & {p.key for p in partners}:
            # "approved deals with Malta, Cyprus and Jordan"
            makes = min(map(self._rank, named)) < min(map(self._rank, partners))
            return (named, partners) if makes else (partners, named)
        if len(both) == 1 and named == both and kinds <= {"commit", "package"} and (both[0].country or "") not in self._exporters:
            # "signed a contract for 24 jets": who sells no arms buys them.
            return [], [replace(both[0], directness=0.7)]
        is_maker = bool(partners) and (partners[0].country == made_in(item.weapon) or (partners[0].country or "") in self._exporters)
        if partners and not named and kinds == {"discuss"} and is_maker:
            # "Army chiefs are in talks with Malta over": whose make it is.
            return partners[:1], recipients
        if len(partners) == 1 and not named and "discuss" in kinds and made_in(item.weapon) not in (None, partners[0].country):
            # "Talks with Malta over a batch of Rafales drag on": whoever makes them sells.
            return suppliers, partners
        if len(both) != 2:
            return suppliers, recipients
        sellers, buyers = self._seller_first(both)
        if not sellers and (maker := [p for p in both if p.country and p.country == made_in(item.weapon)]):
            # "is in talks with Malta over": whose make it is sells it.
            sellers, buyers = maker, [p for p in both if p not in maker]
        if not sellers and len(named) == len(partners) == 1 and "give" in kinds:
            # "confirmed a deal with Malta for the sale of": whoever confirms it sells.
            return named, partners
        if not sellers and len(named) == len(partners) == 1 and deals and kinds <= {"commit", "package"}:
            # "signed a contract with Malta for rockets": whoever signs it buys.
            return partners, named
        return (sellers, buyers) if sellers else (suppliers, recipients)

    def partners(self, steps: list[Step], suppliers: list[Party]) -> list[Party]:
        """`Malta` of `Norway said a contract for six boats had been signed with Malta`: with whom whoever sells has a deal."""
        verbs = [step.token for step in steps]
        if not any(t.lemma_.lower() in lexicon()["sources"]["deals"] for t in verbs) or not any(p.is_named for p in suppliers):
            return []
        sold = {p.key for p in suppliers}
        found = [p for verb in verbs for h in syntax.adjuncts(verb, "with") for p in self._context.cast.parties(h)]
        return [p for p in found if p.is_named and p.key not in sold]

    def with_another(self, item: Item, talks: Token, partners: list[Party]) -> tuple[list[Party], list[Party]]:
        """`in talks with Malta over tanks and with Cyprus over jets`: whoever talks with the first talks with the second."""
        talking = self._agents.subjects(talks) or self._agents.holders(talks)
        pair = distinct([*talking, *partners])
        if len(pair) != len({p.key for p in pair}) or len(pair) < 2 or not any(p.is_named for p in talking):
            return partners, []
        maker = [p for p in pair if p.country and p.country == made_in(item.weapon)]
        sellers, _ = (maker, pair) if maker else self._seller_first(pair)
        sellers = sellers or partners
        return sellers, [p for p in pair if p.key not in {s.key for s in sellers}]

    def _seller_first(self, pair: list[Party]) -> tuple[list[Party], list[Party]]:
        """Of two who sign together, or talk of a sale, the one who makes more arms for others sells; both buy where neither does."""
        seller, buyer = sorted(pair, key=self._rank)
        if (seller.country or "") not in self._exporters:
            return [], pair
        return [replace(seller, directness=0.7)], [replace(buyer, directness=0.7)]

    def _rank(self, party: Party) -> int:
        """Place among those who make arms for others."""
        return self._exporters.get(party.country or "", len(self._exporters))
