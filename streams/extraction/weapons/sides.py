"""Who gives and who gets: read off the parse around each step, then off the words behind, then off what was said before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Doc, Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form, Mention
from streams.extraction.weapons.items import Item, Weapon, lexicon
from streams.extraction.weapons.kinds import asked_with, kind_of
from streams.extraction.weapons.status import is_by_way_of
from streams.extraction.weapons.steps import Step, ends_clause
from streams.records import ActorKind, EntityKind, TalksLevel

__all__ = ["Sides", "distinct"]

SUPPLIER_KINDS = frozenset({ActorKind.STATE, ActorKind.IGO, ActorKind.GROUP, ActorKind.PERSON, ActorKind.ORG})

WIDEST_NAME = 4
"""Tokens between a preposition and the name that it is for: `to the newly formed Libyan`."""

REACH_OF_PARTICIPLE = 2
"""Tokens between a weapon and the participle that is said of it: `systems, jointly funded by`."""

BY_ORDER = 0.6
"""Directness of who stands where suppliers and recipients stand, with nothing in the parse to say so."""

FIRST_PERSON = frozenset({"i", "we", "us", "our", "my"})


class Sides:
    """The suppliers and recipients of transfers in one article."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._doc: Doc = context.reading.doc
        sources = lexicon()["sources"]
        self._made = frozenset(sources["made"])
        self._given = frozenset(sources["given"])
        self._countries = {m.country for m in context.mentions if m.kind is EntityKind.STATE}
        self._exporters = {country: rank for rank, country in enumerate(sources["exporters"])}
        self._beneficiary_verbs = frozenset(lexicon()["beneficiary"]["verbs"])

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
        recipients: list[Party] = []
        for node in (item.weapon.head, item.top):
            gifts = [c for c in node.children if c.dep_ == "appos" and kind_of(c) == "give"]
            suppliers = suppliers or [p for h in syntax.adjuncts(node, "from") for p in cast.one(h)]
            suppliers = suppliers or [p for gift in gifts for h in syntax.adjuncts(gift, "from", "of") for p in cast.one(h)]
            behind = [h for h in (*syntax.adjuncts(node, "to", "for"), *_for_whom_to(node)) if h.i < limit]
            recipients = recipients or [p for h in behind for p in cast.one(h) or self._nobody_by_name(h) if p.first < limit]
        recipients = recipients or (self._behind(item, limit) if is_one_of_several else [])
        suppliers, recipients = self._at_steps(item, steps, suppliers, recipients)
        suppliers, recipients = self._trade(item, steps, suppliers, recipients)
        if not any(p.is_named for p in suppliers):
            suppliers = self._of_weapon_or_speaker(item, steps, {p.key for p in recipients}, is_unnamed=bool(suppliers)) or suppliers
        suppliers, recipients = [self._of_state(p) for p in suppliers], [self._of_state(p) for p in recipients]
        recipients = [p for p in recipients if not _is_any_force(p)]
        # Of organisations of states only these have arms to give: others are asked to allow it.
        suppliers = [p for p in suppliers if not _is_any_force(p)]
        suppliers = [p for p in suppliers if p.kind is not ActorKind.IGO or p.name in lexicon()["sources"]["alliances"]]
        taken = {p.key for p in suppliers}
        if not any(p.is_named and p.key not in taken for p in recipients):
            # "to protect the United States", where nobody gives: a state's own arms.
            helped = self._helped(item.weapon.head.sent) if any(p.is_named for p in suppliers) else []
            found = self._behind(item, limit) or self._named_for(item.weapon) or helped or self._told_to(steps)
            found = found or self._strengthened(item, steps)
            found = [self._of_state(p) for p in found]
            recipients = [p for p in found if p.key not in taken] or recipients
        if not any(p.is_named for p in recipients) or not any(p.is_named for p in suppliers):
            suppliers, recipients = self._in_order(steps, item, suppliers, recipients)
            taken = {p.key for p in suppliers}
        for_whom = self.for_whom(item, "for")
        is_own = bool(for_whom) and all(p.key in taken for p in for_whom)
        recipients = [p for p in recipients if p.key not in taken and not _is_any_force(p)]
        return distinct(suppliers), distinct(recipients), is_own

    def for_whom(self, item: Item, *prepositions: str) -> list[Party]:
        """Who stands behind a preposition on the weapon itself: `Apache helicopters for Malta`."""
        heads = [h for node in dict.fromkeys((item.weapon.head, item.top)) for h in syntax.adjuncts(node, *prepositions)]
        return [self._of_state(p) for h in heads for p in self._context.cast.one(h)]

    def _at_steps(self, item: Item, steps: list[Step], suppliers: list[Party], recipients: list[Party]) -> tuple[list[Party], list[Party]]:
        """Who gives and gets by the words of the transfer themselves, from the inside out."""
        buys = any(step.kind in ("get", "secure") for step in steps)
        gives = any(step.kind == "give" and step.token.pos_ == "VERB" for step in steps)
        for step in steps:
            target = {p.key for p in recipients}
            if not recipients:
                recipients = self._recipients_at(step, item.top)
            if buys and step.kind == "withdraw" and not recipients:
                # "has frozen talks over the purchase of": whoever buys.
                recipients = [p for p in self._subjects(step.token) if p.is_named]
            elif gives and step.kind == "secure" and step.relation == "below":
                # "will hand Malta two launchers bought from Norway": whoever hands them over gives.
                continue
            elif not suppliers and not (buys and step.kind == "discuss"):
                got = {p.key for p in recipients}
                # "offered Malta to buy tanks from it", "cleared the way for its sale to Malta": nobody sells to itself.
                # "pressed Malta to buy guns": whoever is asked gets them.
                own = (
                    got
                    if step.kind in ("get", "secure") or (buys and step.kind == "ask")
                    else target
                    if step.kind == "commit"
                    else frozenset()
                )
                suppliers = [p for p in self._suppliers_at(step) if p.key not in own]
                if buys and step.kind in ("commit", "pledge", "package") and step.relation != "below":
                    # "signed contracts to buy": who signs buys, unless it lets another buy.
                    recipients = recipients or suppliers
                    suppliers = [p for p in suppliers if p.key not in {r.key for r in recipients}]
        if not suppliers or not recipients:
            framed = self._of_frame(steps)
            taken = {p.key for p in (*suppliers, *recipients)}
            suppliers = suppliers or [p for p in framed[0] if p.key not in taken]
            recipients = recipients or [p for p in framed[1] if p.key not in taken]
        asking = [step for step in steps if step.kind == "ask"]
        if asking and recipients and {p.key for p in recipients} <= {p.key for p in suppliers}:
            # "asked Malta to sell it": not itself.
            recipients = self._recipients_at(asking[0], item.top)
        keeping = [step.token for step in steps if step.token.lemma_.lower() in lexicon()["sources"]["keeping"]]
        if (keepers := [p for verb in keeping for p in self._subjects(verb) if p.is_named]) and suppliers:
            # "is withholding bombs from Malta"
            others = [*suppliers, *(p for verb in keeping for h in syntax.adjuncts(verb, "from") for p in self._context.cast.one(h))]
            recipients = [p for p in others if p.key not in {k.key for k in keepers}] or recipients
            suppliers = keepers
        got = {p.key for p in recipients}
        if not suppliers and any(p.is_named for p in recipients):
            # "will buy tanks for Malta": who buys gives.
            bought = [p for step in steps if step.kind == "secure" for p in self._subjects(step.token) if p.is_named]
            suppliers = [p for p in bought if p.key not in got]
        if not recipients and steps[0].token.lemma_.lower() in lexicon()["sources"]["spending"]:
            # "will spend $999 million on 12 jets": who pays for its own buys.
            suppliers, recipients = [], suppliers
        refusing = [p for step in steps if step.kind == "refuse" and step.token.pos_ == "VERB" for p in self._subjects(step.token)]
        # "vetoed the re-export that Germany asked for": who forbids it, and not who would have sent it.
        return [p for p in refusing if p.is_named and p.key not in got] or suppliers, recipients

    def _of_frame(self, steps: list[Step]) -> tuple[list[Party], list[Party]]:
        """`were delivered as part of Malta's programme for Cyprus`, `under a Maltese agreement with`: whose it is and for whom."""
        frames = lexicon()["packages"]["frames"]
        for step in steps:
            if step.kind not in ("give", "get", "go") or step.token.pos_ != "VERB":
                continue
            heads = syntax.adjuncts(step.token, "as", "under", "through", "within", "in", "via")
            nouns = [n for h in heads for n in (syntax.adjuncts(h, "of") if h.lemma_.lower() == "part" else [h])]
            for noun in nouns:
                if noun.lemma_.lower() in frames:
                    goals = [p for h in syntax.adjuncts(noun, "to", "for", "with") for p in self._context.cast.one(h) if p.is_named]
                    gone = {p.key for p in goals}
                    owners = [p for p in self._owners(noun) if p.is_named]
                    return [p for p in owners if p.key not in gone], goals
        return [], []

    def _of_weapon_or_speaker(self, item: Item, steps: list[Step], got: set[str], *, is_unnamed: bool) -> list[Party]:
        """Who gives by what stands behind the weapon, by its nationality, or by who says so."""
        buys = any(step.kind in ("get", "secure") for step in steps)
        moves = any(step.kind in ("give", "go") and step.token.pos_ == "VERB" for step in steps)
        behind = self._first_behind(item, "from") if buys else []
        if any(p.is_named for p in behind):
            return behind
        found = [p for p in self._nationality(item.weapon, is_bought=buys and not moves) if p.key not in got]
        return found or [p for p in self._announcer(steps, is_unnamed=is_unnamed or bool(behind)) if p.key not in got] or behind

    def _trade(self, item: Item, steps: list[Step], suppliers: list[Party], recipients: list[Party]) -> tuple[list[Party], list[Party]]:
        """Who sells and who buys, where a deal is `with` somebody, or two sign it together."""
        named = [p for p in suppliers if p.is_named]
        verbs = [step.token for step in steps]
        tokens = [item.weapon.head, item.top, *verbs, *(c for verb in verbs for c in verb.children if c.dep_ == "dobj")]
        deals = [t for t in tokens if t.lemma_.lower() in lexicon()["sources"]["deals"]]
        kinds = {step.kind for step in steps}
        if not deals and not kinds & {"discuss", "secure"}:
            return suppliers, recipients
        partners = [p for t in tokens for h in syntax.adjuncts(t, "with", "between") for p in self._context.cast.parties(h) if p.is_named]
        partners = partners or (self._first_behind(item, "with") if deals else [])
        if kinds & {"get", "secure"}:
            talking = [step.token for step in steps if step.kind == "discuss"]
            buyers = recipients or [p for t in talking for p in (self._subjects(t) or self._holders(t))]
            sellers = suppliers or [p for p in partners if p.key not in {b.key for b in buyers}]
            # "in talks with European contractors to buy": somebody without a name.
            sellers = sellers or [_unnamed(h) for t in talking for h in syntax.adjuncts(t, "with") if h.pos_ == "NOUN"]
            pair = distinct(buyers)
            makers = [p for p in pair if (p.country or "") in self._exporters]
            if not sellers and talking and len(pair) == 2 and len(makers) == 1:
                return self._seller_first(pair)
            return sellers, buyers
        is_trade = any(step.token.lemma_.lower() in lexicon()["sources"]["trading"] for step in steps)
        is_trade = is_trade or ("discuss" in kinds and sum((p.country or "") in self._exporters for p in named) == 1)
        if not (deals or partners or (is_trade and len(named) == 2)) or any(p.is_named for p in recipients):
            return suppliers, recipients
        both = distinct([*named, *partners, *self._nationality(item.weapon)])
        if len(partners) > 1 and named and not {p.key for p in named} & {p.key for p in partners}:
            # "approved deals with Malta, Cyprus and Jordan"
            makes = min(map(self._rank, named)) < min(map(self._rank, partners))
            return (named, partners) if makes else (partners, named)
        if len(both) == 1 and named == both and kinds <= {"commit", "package"} and (both[0].country or "") not in self._exporters:
            # "signed a contract for 24 jets": who sells no arms buys them.
            return [], [replace(both[0], directness=0.7)]
        if len(both) != 2:
            return suppliers, recipients
        sellers, buyers = self._seller_first(both)
        if not sellers and len(named) == len(partners) == 1 and "give" in kinds:
            # "confirmed a deal with Malta for the sale of": whoever confirms it sells.
            return named, partners
        return (sellers, buyers) if sellers else (suppliers, recipients)

    def _rank(self, party: Party) -> int:
        """Place among those who make arms for others."""
        return self._exporters.get(party.country or "", len(self._exporters))

    def _seller_first(self, pair: list[Party]) -> tuple[list[Party], list[Party]]:
        """Of two who sign together, or talk of a sale, the one who makes more arms for others sells; both buy where neither does."""
        seller, buyer = sorted(pair, key=self._rank)
        if (seller.country or "") not in self._exporters:
            return [], pair
        return [replace(seller, directness=0.7)], [replace(buyer, directness=0.7)]

    # At one step -------------------------------------------------------------------------------------------------------------------

    def _suppliers_at(self, step: Step) -> list[Party]:
        token = step.token
        subjects = self._subjects(token)
        source = [p for h in syntax.adjuncts(token, "from", "by") for p in self._context.cast.one(h)]
        source = source or [p for way in _ways(token) for h in syntax.adjuncts(way, "from") for p in self._context.cast.one(h)]
        match step.kind:
            case "pledge" | "commit" | "refuse" | "delay" | "withdraw" if token.pos_ == "NOUN":
                # "put a freeze on": who does it freezes.
                does = token.head.lemma_.lower() in lexicon()["aside"]["doing"]
                return source or self._owners(token) or (self._holders(token) if does else [])
            case "give" | "package" if token.pos_ == "NOUN":
                # "received its first consignment": its own, and not from it.
                return source or ([] if _holds_get(token.head) else self._owners(token))
            case "discuss" if token.pos_ == "NOUN":
                # "discussions between rebels in Malta to provide guns to"
                among = syntax.adjuncts(token, "between", "among") if step.relation == "acl" and step.below.tag_ == "VB" else []
                return source or [p for h in among for p in self._context.cast.one(h)] or self._holders(token)
            case "give" | "pledge" | "refuse" | "withdraw" | "delay" | "resume":
                return [p for p in subjects if p.kind in SUPPLIER_KINDS] or source
            case "commit" if token.lemma_ == "notify" and syntax.is_passive(token):
                # Of sales of its own its parliament is told.
                return [self._state_of_parliament(p) for o in syntax.objects(token) for p in self._context.cast.one(o)]
            case "commit":
                return source or ([] if _holds_get(token) else [p for p in subjects if p.kind in SUPPLIER_KINDS])
            case "go":
                # "A Turkish plane landed", "arrived aboard two US ships"
                carriers = [*syntax.subjects(token), *syntax.adjuncts(token, "off", "aboard", "on", "in")]
                carriers = [c for c in carriers if c.lemma_.lower() in lexicon()["sources"]["carriers"]]
                # "left Malta for Cyprus"
                left = syntax.objects(token) if token.lemma_ == "leave" else []
                return source or [p for o in left for p in self._context.cast.one(o)] or [p for c in carriers for p in self._owners(c)]
            case "get" | "secure":
                return source
            case "help":
                return subjects
            case "thank":
                return [p for o in syntax.objects(token) for p in self._context.cast.parties(o)]
            case "ask" if step.below.pos_ == "VERB" and kind_of(step.below) == "secure" and step.below.head == token:
                # "urged Malta to buy jets": who is asked buys.
                return source
            case "ask" if token.pos_ == "NOUN":
                return [p for h in syntax.adjuncts(token, "to") for p in self._context.cast.one(h)]
            case "ask":
                asked = [
                    p
                    for child in token.children
                    if child.dep_ in ("dobj", "dative") and child != step.below
                    for p in self._context.cast.parties(child)
                ]
                return source or asked or self._asked_without_name(token)
            case "discuss" if step.below.pos_ != "VERB":
                return source or subjects
        return []

    def _asked_without_name(self, verb: Token) -> list[Party]:
        """`asked its allies for`, `appealed to Western countries for`: not whoever else the article tells of."""
        roles = words("roles")
        others = {*roles["bodies"]["others"], *roles["groups"]["words"]}
        heads = [*(c for c in verb.children if c.dep_ in ("dobj", "dative")), *syntax.adjuncts(verb, "to", "on", "upon", "from")]
        return [_unnamed(head) for head in heads if head.pos_ == "NOUN" and head.lemma_.lower() in others][:1]

    def _recipients_at(self, step: Step, top: Token) -> list[Party]:
        cast = self._context.cast
        token = step.token
        nodes = [token, *_ways(token)]
        targets = [h for node in nodes for h in syntax.adjuncts(node, "to", "for", "dative") if h != top]
        targets = targets or _for_whom_to(token)
        target = [p for h in targets for p in cast.one(h)] or [p for h in targets for p in self._nobody_by_name(h)]
        subjects = self._subjects(token)
        match step.kind:
            case "secure" if [p for p in target if p.key not in {s.key for s in subjects}]:
                # "will buy tanks for Malta": who buys gives.
                return [p for p in target if p.key not in {s.key for s in subjects}]
            case "get" | "secure":
                return subjects or self._holders(token)
            case "await" | "thank":
                return subjects
            case "ask":
                asking = [p for h in syntax.adjuncts(token, "from", "by") for p in cast.one(h)] if token.pos_ == "NOUN" else []
                # Who speaks for no state that is known asks for somebody.
                subjects = [replace(p, is_named=bool(p.country) or p.kind not in (ActorKind.PERSON, ActorKind.ORG)) for p in subjects]
                if _holds_get(token):
                    # "obtained a request": whoever reads it has not asked.
                    subjects = []
                return subjects or asking or self._holders(token) or target
            case "commit" | "pledge" if _holds_get(token):
                return subjects
            case "go":
                reached = [*syntax.adjuncts(token, "in", "into"), *(syntax.objects(token) if token.lemma_ != "leave" else ())]
                # "at Mogadishu's airport"
                owners = [p for h in syntax.adjuncts(token, "at") for c in h.children if c.dep_ == "poss" for p in self._owner(c)]
                return target or [p for h in reached for p in cast.one(h)] or owners
            case "pledge" if token.pos_ == "VERB":
                is_whom = step.relation == "below" or (syntax.is_passive(token) and step.below.dep_ == "dobj")
                promised = [o for o in syntax.objects(token) if o.pos_ == "PROPN" or step.relation != "below"] if is_whom else []
                return target or [p for o in promised if o != step.below for p in cast.one(o)] or self._right_behind(token)
            case "give":
                # What stands behind the weapon is another weapon, or begins another clause: "and Lithuania two".
                others = [o for o in syntax.objects(token) if o not in (step.below, top) and (o.i < top.i or top.i <= token.i)]
                found = target or [p for o in others for p in cast.parties(o)] or self._right_behind(token)
                return found or [p for o in others for p in self._nobody_by_name(o)]
        held = syntax.governing_verb(token) if token.pos_ == "NOUN" else None
        if held is not None and lexicon()["by_verb"].get(held.lemma_.lower()) in ("get", "secure") and token in syntax.objects(held):
            # "Ukraine has received confirmation that they will provide": it gets the weapons too.
            return target or self._subjects(held)
        return target

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

    def _holders(self, noun: Token) -> list[Party]:
        """Who has a noun: `Israel's request`, `Israel made a request`, `Washington is holding talks`."""
        if noun.pos_ != "NOUN":
            return []
        owners = [p for p in self._owners(noun) if p.is_named]
        if owners:
            return owners
        while noun.dep_ == "pobj" and noun.head.lower_ in ("in", "of"):
            # "is in talks", "submitted a letter of request"
            verb = noun.head.head
            if verb.pos_ in ("VERB", "AUX"):
                return self._subjects(verb)
            noun = verb
        for clause in (c for c in noun.children if c.dep_ == "relcl" or (c.dep_ == "amod" and c.tag_ in ("VBD", "VBN"))):
            # "the order that Malta placed"; "Malta repeated calls", which the parser may take for repeated ones.
            if found := [p for s in syntax.subjects(clause) if s != noun for p in self._context.cast.parties(s)]:
                return found
        verb = noun.head
        is_held = noun.dep_ in ("dobj", "attr") and verb.pos_ in ("VERB", "AUX") and verb != noun
        return self._subjects(verb) if is_held else []

    def _subjects(self, verb: Token) -> list[Party]:
        if verb.pos_ not in ("VERB", "AUX"):
            return []
        found: list[Party] = []
        if verb.head.pos_ in ("NOUN", "PROPN") and verb.head.i < verb.i and verb.dep_ in ("xcomp", "acl", "relcl") and verb.tag_ == "VB":
            # A headline: "Malta to send guns".
            found.extend(p for p in self._named_first(verb.head) or self._context.cast.parties(verb.head) if p.is_named)
        for subject in self._agents(verb):
            parties = self._named_first(subject) or self._both(subject) or self._context.cast.parties(subject)
            if not parties and subject.lower_ in FIRST_PERSON:
                parties = self._publisher(subject)
            if not any(p.is_named for p in parties):
                parties = self._behind_noun(subject) or parties
            found.extend(self._state_of_parliament(party) for party in parties or self._nobody_by_name(subject))
        if not found and verb.dep_ == "pcomp" and kind_of(verb.head.head) is not None:
            # "has an interest in buying": whoever has it.
            return self._holders(verb.head.head)
        tells = verb.dep_ == "xcomp" and verb.head.pos_ == "VERB" and kind_of(verb.head) in (None, "commit")
        if tells and all(p.kind is ActorKind.ORG and not p.country for p in found):
            # "directed the secretary to send": where the one who is told is no party, the one who tells acts.
            return self._subjects(verb.head) or found
        return found

    def _nobody_by_name(self, noun: Token) -> list[Party]:
        """`the West`, `separatist forces`: who gives or gets them, without a name."""
        unnamed = lexicon()["sources"]["unnamed"]
        if noun.lower_ == "alliance" and any(c.lower_ == "the" for c in noun.children):
            # The one named last.
            known = [m for m in self._context.mentions if m.end <= noun.i and m.name in lexicon()["sources"]["alliances"]]
            return self._context.cast.one(self._doc[known[-1].last]) if known else [_unnamed(noun)]
        is_many = noun.tag_ in ("NNS", "NNPS") and noun.lemma_.lower() in unnamed["many"]
        is_private = noun.lemma_.lower() in lexicon()["sources"]["private"]
        return [_unnamed(noun)] if noun.pos_ in ("NOUN", "PROPN") and (is_many or is_private or noun.text in unnamed["one"]) else []

    def _of_state(self, party: Party) -> Party:
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

    def _agents(self, verb: Token) -> list[Token]:
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
            return [h for node in (request, verb.head) for h in syntax.adjuncts(node, "to", "on", "upon")]
        if called := _called_on(verb):
            return called
        if verb.dep_ in ("acl", "xcomp", "advcl") and kind_of(verb) == "give" and (allowed := _allowed(verb)):
            return allowed
        above = syntax.governing_verb(verb.head) if verb.tag_ == "VB" else None
        if above is not None and above.dep_ == "pcomp" and Governor(above.head.head, "").lemma in lexicon()["aside"]["accusing"]:
            # "accused a charity of raising money to buy"
            return self._agents(above)
        preposition = verb.head
        if verb.dep_ != "pcomp" or any(child.dep_ in syntax.SUBJECT for child in verb.children):
            return syntax.subjects(verb)
        holder = preposition.head
        judging = (*lexicon()["aside"]["accusing"], *lexicon()["verbs"]["thank"])
        if Governor(holder, "").lemma in judging:
            judged = [c for child in holder.children if child.dep_ in ("dobj", "nsubjpass") for c in syntax.conjuncts(child)]
            return judged or syntax.subjects(verb)
        if preposition.lower_ == "by" and holder.dep_ == "pcomp":
            # "accused X of fuelling the war by supplying"
            return self._agents(holder)
        if preposition.lower_ == "by" and holder.lower_ == "including" and (above := syntax.governing_verb(holder.head)) is not None:
            # "has provoked them, including by supplying"
            return syntax.subjects(above)
        return (_penalised(preposition) if preposition.lower_ in ("for", "over") else []) or syntax.subjects(verb)

    def _state_of_parliament(self, party: Party) -> Party:
        """`Congress`, `the Senate`: in an article that names the United States, theirs."""
        parliament = lexicon()["sources"]["parliaments"]
        if party.country or party.name not in parliament["names"] or parliament["country"] not in self._countries:
            return party
        return replace(party, name=parliament["state"], kind=ActorKind.STATE, country=parliament["country"])

    def _named_first(self, subject: Token) -> list[Party]:
        """`Italy is one of the countries sending`, `are among the states that`: who is counted among them."""
        head = subject.head
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
        if subject.lemma_.lower() in parliament["governments"] and parliament["country"] in self._countries:
            party = Party(parliament["state"], ActorKind.STATE, parliament["country"], subject.i, subject.i + 1, directness=0.8)
            return [] if any(c.dep_ in ("amod", "compound", "poss", "nmod") for c in subject.children) else [party]
        if subject.lemma_.lower() in lexicon()["sources"]["led"]:
            # "the Czech-led initiative"
            led = (self._context.mentions.at(i, EntityKind.STATE) for i in syntax.noun_phrase(subject))
            return [p for m in led if m is not None for p in cast.one(self._doc[m.last])]
        if subject.lemma_.lower() in lexicon()["sources"]["carriers"]:
            # "a Turkish transport plane"
            return [p for p in self._owners(subject) if p.is_named]
        owners = [p for c in subject.children if c.dep_ == "poss" for p in self._owner(c)]
        if owners or subject.lemma_.lower() not in lexicon()["by_noun"].keys() | set(lexicon()["law"]["nouns"]) | {"determination", "step"}:
            return [p for p in owners if p.is_named] if subject.lemma_.lower() not in words("roles")["bodies"]["others"] else []
        if subject.dep_ == "dobj" and head.pos_ == "VERB":
            return [p for s in syntax.subjects(head) for p in cast.parties(s) if p.is_named]
        return []

    def _owner(self, token: Token) -> list[Party]:
        found = self._context.cast.one(token)
        return found or (self._publisher(token) if token.lower_ in FIRST_PERSON else [])

    def _publisher(self, pronoun: Token) -> list[Party]:
        """Whom `we` means in a government's own release."""
        voice = self._context.voice
        return [replace(voice, first=pronoun.i, end=pronoun.i + 1, directness=0.7)] if voice else []

    def _announcer(self, steps: list[Step], *, is_unnamed: bool) -> list[Party]:
        """`The Pentagon announced that … will get`, `Ottawa said permits had been suspended`: who says it in doing it.

        Parameters
        ----------
        is_unnamed
            Whether somebody else gives, who has no name: `partners`.
        """
        attribution = self._context.attributions.of(steps[0].token)
        if attribution is None or attribution.speaker is None:
            return []
        is_ruling = not is_unnamed and any(step.kind in ("commit", "withdraw", "refuse", "package") for step in steps)
        if attribution.cue.lemma_.lower() not in words("speech")["verbs"]["performative"] and not is_ruling:
            return []
        return self.speakers(steps, [])

    def acting(self, verbs: Iterable[Token]) -> list[Party]:
        """Who does what the first of the verbs says that somebody with a name does."""
        for verb in verbs:
            if found := distinct(self._of_state(p) for p in self._subjects(verb) if p.is_named):
                return found
        return []

    def speakers(self, steps: list[Step], recipients: list[Party]) -> list[Party]:
        """Who says so, where that is not who gets or asks for the weapons."""
        attribution = self._context.attributions.of(steps[0].token)
        if attribution is None or attribution.speaker is None or attribution.cue.lemma_.lower() in lexicon()["aside"]["accusing"]:
            return []
        gets = {p.key for s in steps if s.kind in ("get", "secure", "ask") for p in self._subjects(s.token)} | {p.key for p in recipients}
        said = [self._of_state(p) for p in self._context.cast.parties(attribution.speaker) if p.is_named and p.key not in gets]
        # Who speaks for no government has nothing to give.
        said = [p for p in said if p.individual is None or p.level is not TalksLevel.UNKNOWN]
        return [replace(p, directness=0.8) for p in said]

    # Around the weapon -------------------------------------------------------------------------------------------------------------

    def _owners(self, noun: Token) -> list[Party]:
        """`Germany's delivery`, `US military aid`."""
        found = [p for c in noun.children if c.dep_ == "poss" and c.pos_ == "PRON" for p in self._owner(c)]
        for i in syntax.noun_phrase(noun):
            mention = self._context.mentions.at(i, EntityKind.STATE, EntityKind.ORGANISATION)
            if mention and mention.first == i and not self._is_maker(mention) and not _is_beneficiary(noun, mention, self._doc):
                found.extend(self._context.cast.one(self._doc[mention.last]))
        return found

    def _nationality(self, weapon: Weapon, *, is_bought: bool = False) -> list[Party]:
        """`US weapons`, `Germany's Patriots`; but `German-made tanks` may come from anywhere, unless somebody buys them."""
        found: list[Party] = []
        begin = max(syntax.noun_phrase(weapon.head).start, weapon.first - 5)
        if weapon.head.dep_ == "conj" and weapon.first - syntax.noun_phrase(weapon.head.head).stop <= 1:
            # "French weapons and equipment"
            begin = syntax.noun_phrase(weapon.head.head).start
        for i in range(begin, weapon.head.i):
            mention = self._context.mentions.at(i, EntityKind.STATE)
            if mention is None or mention.first != i or (self._is_maker(mention) and not is_bought):
                continue
            if not _is_beneficiary(weapon.head, mention, self._doc):
                found.extend(self._context.cast.one(self._doc[mention.last]))
        if is_bought and not found:
            # "jets made in Malta"
            made = [c for c in weapon.head.children if c.dep_ == "acl" and c.lower_ in self._made]
            found = [
                p
                for verb in made
                for h in syntax.adjuncts(verb, "in", "by")
                for p in self._context.cast.one(h)
                if p.kind is ActorKind.STATE
            ]
        return found

    def _strengthened(self, item: Item, steps: list[Step]) -> list[Party]:
        """`approved $225 million for Malta's air defences`: whose they are."""
        amounts = lexicon()["clause"]["by_amount"]
        if any(step.kind not in ("commit", "pledge") for step in steps) or not (
            steps[0].kind == "commit" or steps[0].token.lemma_.lower() in amounts
        ):
            # "offers an improvement in Malta's weaponry", "works with its air defence": none of it is for Malta.
            return []
        return [p for c in item.weapon.head.children if c.dep_ == "poss" for p in self._context.cast.one(c) if p.is_named and p.country]

    def _named_for(self, weapon: Weapon) -> list[Party]:
        """`the Ukraine aid package`."""
        found: list[Party] = []
        for i in range(syntax.noun_phrase(weapon.head).start, weapon.head.i):
            mention = self._context.mentions.at(i, EntityKind.STATE)
            if mention and mention.first == i and _is_beneficiary(weapon.head, mention, self._doc):
                found.extend(self._context.cast.one(self._doc[mention.last]))
        return found

    def _is_maker(self, mention: Mention) -> bool:
        behind = [self._doc[i].lower_ for i in range(mention.end, min(mention.end + 2, len(self._doc)))]
        return len(behind) == 2 and behind[0] == "-" and behind[1] in self._made - self._given

    def _behind(self, item: Item, limit: int) -> list[Party]:
        """The next `to` or `for` with somebody behind it, up to the next item or the next clause."""
        for i in range(item.weapon.end, limit):
            token = self._doc[i]
            if token.pos_ in ("VERB", "AUX") and any(child.dep_ in syntax.SUBJECT for child in token.children):
                return []
            if token.lower_ in ("to", "for", "into") and token.pos_ == "ADP" and not _is_of_source(token):
                found = [p for c in token.children if c.dep_ == "pobj" for p in self._context.cast.parties(c) if p.first < limit]
                found = [p for p in found if p.is_named and not _is_any_force(p)]
                if found:
                    return found
        return []

    def _first_behind(self, item: Item, preposition: str) -> list[Party]:
        """`received two helicopters and a radar from Russia`: of both; `deals worth $2 billion with Malta`."""
        for token in self._doc[item.weapon.end : item.weapon.head.sent.end]:
            if token.pos_ in ("VERB", "AUX") and any(child.dep_ in syntax.SUBJECT for child in token.children):
                return []
            if token.lower_ == preposition and token.pos_ == "ADP":
                return [p for c in token.children if c.dep_ == "pobj" for p in self._context.cast.parties(c) if p.is_named]
        return []

    def _in_order(self, steps: list[Step], item: Item, suppliers: list[Party], recipients: list[Party]) -> tuple[list[Party], list[Party]]:
        """Whom the order of the words gives, where the parse gives nobody: by preposition, or by place before the verb."""
        cue = steps[0].token
        is_asking = any(step.kind == "ask" for step in steps)
        is_getting = is_asking or any(step.kind in ("get", "secure") for step in steps)
        source, target = ("from", "by"), (*(() if is_asking else ("to",)), "for", "into")
        found: dict[str, list[Party]] = {"supplier": [], "recipient": []}
        accusing = [t for t in cue.ancestors if t.lemma_.lower() in lexicon()["aside"]["accusing"]]
        # "accused a charity of raising money to buy guns": who accuses gives none.
        accusers = [p for t in accusing for p in self._subjects(t)]
        taken = {p.key for p in (*suppliers, *recipients, *accusers)}
        acts = cue.pos_ in ("VERB", "AUX") and not syntax.is_passive(cue) and not self._agents(cue) and cue.dep_ not in ("csubj", "pcomp")
        for first, party in self._named_in(self._clause(cue, item)):
            preposition = self._preposition_before(first)
            if preposition is not None and (_is_of_source(preposition) or preposition.dep_ == "mark"):
                continue
            before = preposition.lower_ if preposition is not None else ""
            if party.key in taken or (preposition is not None and self._belongs_elsewhere(preposition, item, steps)):
                continue
            if before == "by" and is_getting and preposition is not None and preposition.head.pos_ == "NOUN":
                # "bids by Malta to buy"
                continue
            if before == "from" and preposition is not None and kind_of(preposition.head) == "ask":
                # "a request from Malta"
                found["recipient"].append(party)
            elif before in source or (is_asking and before in ("to", "on", "upon", "of")):
                found["supplier"].append(party)
            elif before in target:
                found["recipient"].append(party)
            elif before == "" and first < cue.i and acts:
                # Of those before a verb the last acts.
                found["recipient" if is_getting else "supplier"] = [party]
        if not any(p.is_named for p in suppliers):
            got = {p.key for p in recipients}
            suppliers = [p for p in found["supplier"] if p.key not in got][:1] or suppliers
        if not any(p.is_named for p in recipients):
            got = {p.key for p in suppliers}
            recipients = [p for p in found["recipient"] if p.key not in got][:1] or recipients
        return suppliers, recipients

    def _clause(self, cue: Token, item: Item) -> range:
        """The tokens around a transfer word and its weapon, up to where the sentence breaks or another clause begins."""
        first, end = min(cue.i, item.weapon.first), max(cue.i, item.weapon.head.i) + 1
        while first > cue.sent.start and not ends_clause(self._doc[first - 1]):
            first -= 1
        while end < cue.sent.end and not ends_clause(self._doc[end]) and self._doc[end].tag_ not in ("WDT", "WP", "WRB"):
            end += 1
        return range(first, end)

    def _belongs_elsewhere(self, preposition: Token, item: Item, steps: list[Step]) -> bool:
        """`protests from Moscow`, `a threat to Israel`, `caused by the war`: it hangs on neither the weapon nor a transfer word."""
        head = preposition.head
        if preposition.lower_ == "by" and head.pos_ == "VERB":
            if head.lower_ in self._made - self._given:
                return True
            is_right_behind = 0 <= head.i - item.weapon.end <= REACH_OF_PARTICIPLE
            return head not in [step.token for step in steps] and not is_right_behind
        is_of_item = head in (item.weapon.head, item.top) or item.weapon.first <= head.i < item.weapon.end
        return head.pos_ == "NOUN" and not is_of_item and kind_of(head) is None

    def _named_in(self, tokens: range) -> Iterator[tuple[int, Party]]:
        """Everybody named in a stretch, and where the name begins."""
        for i in tokens:
            mention = self._context.mentions.at(i)
            is_person = self._context.cast.is_person(self._doc[i])
            if mention is not None and (mention.last != i or mention.kind not in (EntityKind.STATE, EntityKind.ORGANISATION)):
                continue
            if mention is None and not is_person:
                continue
            for party in self._context.cast.one(self._doc[i]):
                if party.country or party.kind in (ActorKind.GROUP, ActorKind.IGO):
                    yield (mention.first if mention else i), replace(self._of_state(party), directness=BY_ORDER)

    def _preposition_before(self, first: int) -> Token | None:
        """The preposition before a name and its article and adjectives."""
        i = first - 1
        while i >= 0 and first - i <= WIDEST_NAME and (self._doc[i].pos_ in ("DET", "ADJ", "PROPN") or self._doc[i].text == "-"):
            i -= 1
        return self._doc[i] if i >= 0 and self._doc[i].pos_ in ("ADP", "SCONJ", "PART", "CCONJ") else None

    def _told_to(self, steps: list[Step]) -> list[Party]:
        """`told the Iraqi leader that it would send`."""
        attribution = self._context.attributions.of(steps[0].token)
        if attribution is None:
            return []
        heads = [c for c in attribution.cue.children if c.dep_ in ("dobj", "dative") and c.pos_ != "ADP"]
        return [replace(p, directness=0.8) for h in heads for p in self._context.cast.one(h) if p.is_named and p.country]

    def _helped(self, sentence: Iterable[Token]) -> list[Party]:
        """`to help Ukraine fend off`, `to bolster Taiwan's defences`."""
        for verb in sentence:
            if verb.pos_ != "VERB" or verb.lemma_.lower() not in self._beneficiary_verbs:
                continue
            for child in verb.children:
                if child.dep_ in ("dobj", "nsubj", "ccomp") and child.i > verb.i:
                    nodes = [child, *(c for c in child.children if c.dep_ in ("poss", "nsubj", "compound", "amod"))]
                    found = [p for n in nodes for p in self._context.cast.one(n) if p.is_named and p.country]
                    if found:
                        return [replace(p, directness=0.8) for p in found]
        return []


def _called_on(verb: Token) -> list[Token]:
    """`Malta` of `called on Malta to send`, `appealed to Malta to send`: who is asked, where the verb asks with a preposition."""
    if verb.dep_ not in ("xcomp", "advcl", "ccomp") or verb.tag_ != "VB" or verb.head.pos_ != "VERB" or kind_of(verb.head) != "ask":
        return []
    if any(c.dep_ in ("dobj", "nsubj") for c in verb.children if c.i < verb.i):
        return []
    return [c for h in syntax.adjuncts(verb.head, "on", "upon", "to", "with") if verb.head.i < h.i < verb.i for c in syntax.conjuncts(h)]


def _allowed(verb: Token) -> list[Token]:
    """Whom `gave its permission to Malta to send`, `gave Malta the green light to send` lets send them."""
    noun = verb.head if verb.head.pos_ == "NOUN" else next((c for c in verb.head.children if c.dep_ == "dobj" and c.i < verb.i), None)
    if noun is None or kind_of(noun) != "commit":
        return []
    holders = [noun, *([noun.head] if noun.dep_ == "dobj" else [])]
    return [h for node in holders for h in syntax.adjuncts(node, "to", "dative")]


def _for_whom_to(node: Token) -> list[Token]:
    """`Malta` of `$8 million for Malta to buy shells`: the parser sees Malta buy them, on the sum or on the verb that gives it."""
    purposes = [c for c in node.children if c.dep_ in ("relcl", "acl", "advcl", "xcomp", "ccomp") and c.tag_ == "VB" and c.i > node.i]
    marked = [c for c in purposes if any(m.lower_ == "for" and m.dep_ == "mark" for m in c.children)]
    return [s for c in marked for s in c.children if s.dep_ in ("nsubj", "nsubjpass")]


def _penalised(preposition: Token) -> list[Token]:
    """Whom `sanctions on X for`, `its criticism of X over` are meant for."""
    above = [preposition.head, *preposition.head.ancestors][:3]
    nouns = [t for node in above for t in (node, *(c for c in node.children if c.dep_ in ("dobj", "nsubjpass")))]
    penalties = [t for t in nouns if t.pos_ == "NOUN" and t.lemma_.lower() in lexicon()["aside"]["penalties"]]
    return [h for t in penalties for h in syntax.adjuncts(t, "on", "against", "of", "at", "to")][:1]


def _unnamed(noun: Token) -> Party:
    """Whoever a phrase describes and does not name."""
    phrase = syntax.noun_phrase(noun)
    return Party(noun.doc[phrase.start : phrase.stop].text, ActorKind.GROUP, None, phrase.start, phrase.stop, is_named=False)


def _is_any_force(party: Party) -> bool:
    """`the Armed Forces`: whose, the rest of the article tells; nor is a parliament that is told given anything."""
    sources = lexicon()["sources"]
    is_any = all(word in sources["forces"] for word in party.name.lower().split())
    return party.country is None and (is_any or party.name in sources["parliaments"]["names"])


def _is_of_source(preposition: Token) -> bool:
    """`according to officials`, `due to`: no goal."""
    return preposition.i > 0 and preposition.nbor(-1).lower_ in lexicon()["sources"]["before_to"]


def _ways(verb: Token) -> list[Token]:
    """`way` of `is on its way to`, which carries what belongs to the verb."""
    if verb.lemma_ != "be":
        return []
    return [c for child in verb.children if child.dep_ == "prep" for c in child.children if c.dep_ == "pobj"]


def _holds_get(verb: Token) -> bool:
    """`received confirmation`: the subject is the one who gets."""
    return verb.pos_ in ("VERB", "AUX") and lexicon()["by_verb"].get(verb.lemma_.lower()) in ("get", "secure")


def _is_beneficiary(noun: Token, mention: Mention, doc: Doc) -> bool:
    """`the Ukraine aid package`: a state's plain name before aid is whom it is for; `US aid`, `UK aid`, `Germany's aid` are from there."""
    if mention.form is not Form.NAME or doc[mention.first].text.isupper() or "." in doc[mention.first].text:
        return False
    if noun.lemma_.lower() not in lexicon()["packages"]["heads"] or mention.country in lexicon()["sources"]["donors"]:
        return False
    if any(child.dep_ == "prep" and child.lower_ in ("to", "for") for child in noun.children):
        return False
    return not (mention.end < len(doc) and doc[mention.end].lower_ in ("'s", "’s", "'", "’", "-"))


def distinct(parties: Iterable[Party]) -> list[Party]:
    """Each party once; those without a name only where nobody has one."""
    seen: dict[str, Party] = {}
    for party in parties:
        seen.setdefault(party.key, party)
    named = [party for party in seen.values() if party.is_named]
    return named or list(seen.values())
