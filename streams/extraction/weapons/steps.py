"""The words between a weapon and the top of its sentence: each that says something of its transfer is a step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.lexicon import words
from streams.extraction.weapons.kinds import AGAINST, MOVES, asked_with, holding_noun, is_used_by, is_won, kind_of, kind_of_copula
from streams.extraction.weapons.weapon import lexicon

__all__ = ["Step", "WayUp", "ends_clause", "list_head"]

REACH_OF_VERB = 16
"""Tokens within which a verb is taken for that of a weapon where the parse joins them by nothing."""

REACH_BEHIND = 14
"""The same for a verb behind the weapon."""

FROM_AFAR = frozenset({"give", "pledge", "commit", "get", "secure", "ask", "list", "refuse", "withdraw", "discuss", "resume"})

REACH_OF_LIST = 60
"""The same for `includes` and `there will be`, behind which long lists stand."""


@dataclass(frozen=True)
class Step:
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
            said = (c for c in self.token.children if c.dep_ in ("nsubj", "attr", "acomp") and c.lemma_.lower() in lexicon()["by_any"])
            return next((c for c in said if c.lemma_.lower() not in lexicon()["nouns"]["units"]), self.token)
        return self.token


class WayUp:
    """The predicates between a weapon's phrase and the root of its sentence, from the inside out.

    Parameters
    ----------
    top
        Head of the phrase.
    head
        Head of the weapon itself, where that is another: `tanks` of `a batch of tanks`.

    Attributes
    ----------
    package
        The noun that a list behind `including` takes apart.
    gapped
        Who stands where a verb was left out: `Norway` in `and from Norway for one`.
    is_loose
        Whether they were read off the order of the words, where the parse joins them by nothing.
    is_used
        Whether the sentence tells how they are used, and whose they were only beside that.
    """

    def __init__(self, top: Token, head: Token | None = None) -> None:
        self.top = top
        self.steps: list[Step] = []
        self.package: Token | None = None
        self.gapped: Token | None = None
        self.is_loose = False
        self.is_used = False
        self._is_astray = False
        is_verb = top.pos_ == "VERB" and (head is None or top.lemma_.lower() in lexicon()["packages"]["arming"])
        if is_verb and (kind := kind_of(top)):
            # The parser takes the planes of "donated three surveillance planes" for a verb at times.
            self.steps.append(Step(top, kind, "self", top))
        # "tanks that Poland sent", "weapons supplied by": the verb hangs below the weapon.
        children = [*top.children, *(head.children if head is not None and head != top else ())]
        clauses = [_what_is_to_be(c) for c in children if c.dep_ in ("relcl", "acl") and not _is_of_last_item(top, c)]
        # "on top of 10 delivered in May": what the verb above does is done with others.
        is_beside = top.dep_ == "pobj" and top.head.lower_ == "of" and top.head.head.lower_ == "top"
        if is_beside:
            clauses.extend(c for c in top.head.head.children if c.dep_ == "acl")
        clauses.extend(_given_among(top))
        clauses.extend(_clauses_of_batch(top.head) if top.dep_ in ("nsubj", "nsubjpass", "dobj") else ())
        told_below = [(c, kind) for c in clauses if (kind := kind_of(c)) and _tells_from_below(c, kind) and not _acts_itself(c, kind)]
        below = [Step(child, kind, "below", top) for child, kind in told_below]
        below = [*(s for child, _ in told_below for s in _come_since(child, top)), *below]
        comes_first = any(step.kind in MOVES for step in below) and not _is_of_those(top, below)
        if comes_first:
            self.steps.extend(below)
        if not is_beside:
            self._climb(top)
        if not comes_first:
            # "has released the arms that were blocked": what moves them now comes first.
            moves = bool(self.steps) and self.steps[0].kind in MOVES
            self.steps = [*self.steps, *below] if moves else [*below, *self.steps]
        if not self.steps and self.package is None and not is_beside:
            self._from_clause()
        self.steps = self._without_receipt([s for step in self.steps for s in (step, *self._told_of_act(step))])

    def _told_of_act(self, step: Step) -> list[Step]:
        """`approved` of `a sale of tanks to Malta that Cyprus approved`: what is said of the sale is said of the tanks."""
        noun = step.token
        if noun.pos_ != "NOUN" or step.kind not in ("give", "package", "secure"):
            return []
        known = {s.token for s in self.steps}
        clauses = [c for c in noun.children if c.dep_ in ("relcl", "acl") and c.tag_ != "VB"]
        # Of "the sale to Malta, which Cyprus approved" the parser hangs the clause on Malta.
        clauses.extend(c for h in syntax.adjuncts(noun, "to", "for", "of") for c in h.children if _asks_for_thing(c))
        # Of "green-lit the sale" the parser makes "the green-lit sale".
        clauses.extend(c for c in noun.children if c.dep_ == "amod" and c.pos_ == "VERB" and c.nbor().pos_ == "DET")
        clauses = [c for c in clauses if c not in known]
        told = [(c, kind_of(c) or "") for c in clauses if kind_of(c) in ("pledge", "commit")]
        return [Step(c, kind, "below", noun) for c, kind in told if not _acts_itself(c, kind)]

    @staticmethod
    def _without_receipt(steps: list[Step]) -> list[Step]:
        """`received an order from Malta for 24 jets`: the order is received, and not the jets."""
        ordered = [s.token for s in steps if is_won(s.token)]
        return [s for s in steps if not (s.below in ordered and s.kind in ("get", "secure"))]

    @property
    def moving(self) -> list[Step]:
        """The steps without those that only list what a package holds."""
        return [step for step in self.steps if step.kind != "list"]

    def _climb(self, node: Token | None) -> None:
        while node is not None and node.head != node:
            node = self._up(node)

    def _from_clause(self) -> None:
        """The nearest transfer word before, or behind, in the weapon's clause, where the parse joins them by nothing that says anything."""
        if _is_used(self.top) or _is_goal(self.top) or _acts(self.top):
            return
        cue = self._cue_before() or self._cue_behind()
        if cue is None:
            return
        kind = kind_of(cue)
        if kind in MOVES and kind_of(self.top) == "give":
            # "sold tanks as an answer to arms deliveries": nobody sells deliveries.
            return
        if kind is not None:
            self.is_loose = kind != "list" and not (cue.pos_ == "VERB" and self.top.dep_ not in (*syntax.SUBJECT, "pobj"))
            self.steps.append(Step(cue, kind, "dobj", self.top))
            self._climb(cue)

    def _cue_before(self) -> Token | None:
        begin = max(self.top.sent.start, self.top.i - REACH_OF_LIST)
        is_listed = False
        for i in range(self.top.left_edge.i - 1, begin - 1, -1):
            token = self.top.doc[i]
            if token.text == ";" and not is_listed and _is_list_item(self.top.doc[i + 1 : self.top.i]):
                is_listed = True
            if is_listed and (token.text == ";" or token.dep_ == "acl"):
                # "includes 50 jets, valued at $8 billion; 30 missiles"
                continue
            if ends_clause(token) or is_used_by(token) or (token.dep_ == "mark" and token.lower_ in lexicon()["clause"]["beside"]):
                return None
            kind = kind_of(token) if token.lemma_ != "be" or kind_of_copula(token) == "list" else None
            if token.lemma_.lower() in lexicon()["clause"]["by_amount"] or (kind == "ask" and token.nbor(1).lower_ in ("about", "over")):
                kind = None
            if kind == "go":
                # What goes stands before: "a missile, following an attack".
                kind = None
            is_near = kind == "list" or self.top.i - i <= REACH_OF_VERB
            if token.dep_ == "relcl" and kind != "list" and not token.is_ancestor(self.top):
                # "the guns, which Malta has bought, and the tanks": not these.
                return None
            if token.dep_ not in ("aux", "auxpass", "amod", "compound") and is_near and kind in FROM_AFAR:
                return None if syntax.is_passive(token) and token.dep_ != "acl" else token
            is_light = token.lemma_.lower() in lexicon()["clause"]["light"] and token.dep_ != "relcl"
            if token.pos_ in ("VERB", "AUX") and token.dep_ not in ("amod", "compound", "aux", "auxpass") and not is_light:
                return None
        return None

    def _cue_behind(self) -> Token | None:
        """`The last of the ships were flown`: of a verb behind the weapon is the subject."""
        end = min(self.top.sent.end, self.top.i + REACH_BEHIND)
        for i in range(self.top.i + 1, end):
            token = self.top.doc[i]
            if ends_clause(token) or is_used_by(token):
                return None
            if token.pos_ in ("VERB", "AUX") and token.dep_ not in ("aux", "auxpass", "acl", "relcl", "amod", "compound"):
                kind = kind_of(token)
                moves = (kind == "go" and token.tag_ != "VB") or (kind in FROM_AFAR and syntax.is_passive(token))
                return token if moves and self.top.dep_ == "pobj" and token.head.i <= token.i else None
        return None

    def _up(self, node: Token) -> Token | None:
        """The node to go on from; None where what stands above says nothing of the transfer."""
        head, relation = node.head, node.dep_
        if head.dep_ == "auxpass" and relation in ("attr", "nsubj"):
            # "Included in it are tanks": the parser hangs the tanks on the helper.
            head, relation = head.head, "nsubjpass"
        if relation == "conj":
            if node.pos_ == "VERB" and self.steps and _shares_governor(node):
                # "will allow Malta to join and buy jets": what stands above the first verb holds for the second.
                return self._up(head) if head.dep_ in ("xcomp", "ccomp") else None
            if not self.steps and head.pos_ == "NOUN" and (kind := kind_of(head)) in ("give", "package") and node == self.top:
                # "the sale of guns to Latvia and tanks to Malta": the parser joins the tanks to the sale.
                self.steps.append(Step(head, kind, "conj", node))
            is_subject = not self.steps and node.pos_ in ("NOUN", "PROPN") and head.pos_ == "VERB" and syntax.is_passive(head)
            if is_subject and kind_of(head) in MOVES:
                # "A plane was given by Malta in May, and two ships in June": the parser joins the ships to the verb.
                self.steps.append(Step(head, kind_of(head) or "", "nsubjpass", node))
            return None if node.pos_ in ("VERB", "AUX") and self.steps else head
        if relation == "prep" or (relation == "appos" and head.pos_ != "VERB"):
            return head
        if relation in ("pobj", "pcomp") and head.pos_ in ("ADP", "SCONJ", "VERB"):
            return self._through_preposition(node, head)
        if relation == "nsubj" and head.dep_ == "csubj" and head.tag_ == "VBG" and kind_of(head) is None:
            # "tanks now sitting in a depot would be in Malta": the parser sees their sitting.
            head = head.head
        return self._to_head(node, head, relation)

    def _through_preposition(self, node: Token, preposition: Token) -> Token | None:
        word, holder = preposition.lower_, preposition.head
        if self._is_only_used(holder) or (word == "of" and _is_of_paper(holder)) or self._stands_apart(preposition):
            return None
        is_example = word == "as" and preposition.i > 0 and preposition.nbor(-1).lower_ == "such"
        # "a package with rockets"
        is_content = word == "with" and holder.pos_ == "NOUN" and holder.lemma_.lower() in lexicon()["packages"]["sums"] and not self.steps
        if word in ("including", "like") or is_example or is_content:
            self.package = list_head(preposition)
            if kind := kind_of(self.package):
                self.steps.append(Step(self.package, kind, f"prep:{word}", self.top))
            return self.package
        if (above := self._beside(node, preposition)) is not None:
            return above
        is_joined = word == "with" and preposition.i > 0 and preposition.nbor(-1).lower_ in ("along", "together")
        verb = syntax.governing_verb(preposition)
        is_before = verb is not None and (verb.i < preposition.i or kind_of(verb) == "list")
        is_added = word == "to" and holder.lower_ == "addition" and is_before
        if is_joined or is_added:
            # "jets, along with missiles": the verb of the jets is that of the missiles.
            verb = _said_before(verb, preposition)
            if verb is not None and (kind := kind_of(verb)):
                self.steps.append(Step(verb, kind, "dobj", node))
            return verb
        if holder.pos_ == "ADP":
            # "from Germany for two, and from Norway for one": a preposition on a preposition stands for the gapped verb.
            self.gapped = next((c for c in holder.children if c.dep_ == "pobj"), None)
            # "pulled out of a deal": no verb is left out; "received 120 out of the 230 tanks"
            is_part = self.gapped is None and f"{holder.lower_} {word}" == "out of" and kind_of(holder.head) in MOVES
            word = "out of" if is_part else word
            node, holder = (node if self.gapped is None else holder), holder.head
        kind = lexicon()["by_preposition"].get(holder.lemma_.lower(), {}).get(word) or ("go" if _boosts(preposition, self.steps) else None)
        if kind:
            self.steps.append(Step(holder, kind, f"prep:{word}", node))
            return holder
        kind = kind_of(holder)
        if kind in AGAINST and word in ("over", "for", "after", "on") and _stops_something_else(holder):
            # "to withdraw sanctions over the purchase of jets"
            return None
        held = _held_before(holder, preposition) if kind is None and self.steps else None
        if held is not None:
            # "expressed interest in buying"
            self.steps.append(Step(held, kind_of(held) or "", f"prep:{word}", node))
            return holder
        if self.steps and _has_other_object(holder, kind, node):
            # "negotiations gained momentum for the purchase": something else is gained.
            spoken = _is_what_goes_on(holder)
            self.steps.extend([Step(spoken, "discuss", f"prep:{word}", node)] if spoken is not None else [])
            return holder
        node = self._moved_before(preposition, node)
        if kind and (self.steps or self.gapped is not None or self._is_astray or _takes_theme(holder, word)):
            self.steps.append(Step(holder, kind, f"prep:{word}", node))
        elif word == "of" and not self.steps and (holder.pos_ == "PROPN" or holder.lemma_.lower() == "government"):
            # "a sale to the Government of Malta of tanks": the parser hangs the tanks on the state.
            self._is_astray = True
        elif not self.steps and self.gapped is None:
            nouns = lexicon()["nouns"]
            amounts = (*nouns["containers"], *nouns["measures"], *nouns["ordinals"])
            # "the first parts of a system"
            is_part = holder.lemma_ == "part" and any(c.lemma_.lower() in lexicon()["own_motion"]["unless"] for c in holder.children)
            is_amount = word == "of" and (holder.pos_ == "NUM" or is_part or holder.lemma_.lower() in amounts)
            is_load = word == "with" and holder.lemma_.lower() in lexicon()["sources"]["carriers"]
            # "covers the cost of 12 jets", "took charge of 12 jets"
            is_of_phrase = holder.dep_ == "dobj" and holder.lower_ in lexicon()["phrases"].get(holder.head.lemma_.lower(), {})
            return (
                holder if is_amount or is_load or is_of_phrase or (word in ("with", "of") and _is_carried(node, holder, "dobj")) else None
            )
        return holder

    def _moved_before(self, preposition: Token, node: Token) -> Token:
        """`export` of `halted the export to Malta of tanks`, where the parser hangs the tanks on Malta."""
        holder = preposition.head
        if not self._is_astray or self.steps or kind_of(holder) not in AGAINST:
            return node
        moved = (c for c in holder.children if c.dep_ == "dobj" and c.i < preposition.i and kind_of(c) == "give")
        self.steps.extend(Step(c, "give", "prep:of", node) for c in moved)
        return self.steps[-1].token if self.steps else node

    def _beside(self, node: Token, preposition: Token) -> Token | None:
        """Where to go on from a phrase that belongs elsewhere than where the parser hangs it, and what is said there."""
        word, holder = preposition.lower_, preposition.head
        is_content = word == "with" and holder.pos_ in ("NOUN", "PROPN") and kind_of(holder) is None
        above = self._asked_or_supplied(holder, word) or self._with_another(preposition) or self._deal_with(preposition)
        if above is not None:
            self.steps.append(Step(above, kind_of(above) or "", f"prep:{word}", node))
        elif is_content and not self.steps and _are_counted(node, holder):
            # "25 launchers with 410 missiles": given like the launchers.
            return holder
        return above

    def _with_another(self, preposition: Token) -> Token | None:
        """`talks` of `in talks with Malta over tanks and with Cyprus over jets`: the second half has neither verb nor noun of its own."""
        partner = preposition.head
        first = partner.head.head if partner.dep_ == "pobj" and partner.head.lower_ == "with" and partner.head.dep_ == "conj" else None
        if self.steps or first is None or first.dep_ != "prep" or not _takes_theme(first.head, preposition.lower_):
            return None
        self.gapped = partner if kind_of(first.head) == "discuss" else None
        return first.head if self.gapped is not None else None

    def _deal_with(self, preposition: Token) -> Token | None:
        """`deal` of `a deal with Malta for 20 tanks`, `close to a deal for 20 tanks`, where the parser hangs the tanks elsewhere."""
        above = preposition.head
        if self.steps or preposition.lower_ not in ("for", "on", "over"):
            return None
        nouns = [above.head.head] if above.dep_ == "pobj" and above.head.lower_ == "with" and above.pos_ == "PROPN" else []
        if above.lemma_ == "be":
            close = [h for c in above.children if c.dep_ in ("acomp", "advmod") for h in syntax.adjuncts(c, "to")]
            nouns = [h for h in close if h.i < preposition.i]
        return next((n for n in nouns if n.lemma_.lower() in lexicon()["sources"]["deals"] and kind_of(n)), None)

    def _stands_apart(self, preposition: Token) -> bool:
        """`instead of`, `the stationing of`, `refrained from criticising it for selling`: what stands above is said of something else."""
        aside, holder = lexicon()["aside"], preposition.head
        is_reason = bool(self.steps) and preposition.lower_ in ("for", "over") and holder.pos_ == "VERB"
        is_judged = is_reason and holder.lemma_.lower() in (*aside["accusing"], *aside["judging"])
        is_stationed = preposition.lower_ == "of" and holder.lemma_.lower() in aside["stationing"]
        # "provided them with details of a package"
        is_told = preposition.lower_ == "with" and any(c.lemma_.lower() in aside["informing"] for c in preposition.children)
        # "could fire into it, but not with missiles"
        is_excepted = preposition.lower_ == "with" and preposition.i > 0 and preposition.nbor(-1).lower_ == "not"
        # "in addition to the tanks that it has given, it will send launchers": those have come.
        is_more = preposition.lower_ == "to" and holder.lower_ == "addition"
        has_come = is_more and any(step.kind in MOVES and step.relation == "below" for step in self.steps)
        return is_judged or is_stationed or is_told or is_excepted or has_come or preposition.lower_ in lexicon()["clause"]["apart"]

    def _asked_or_supplied(self, noun: Token, preposition: str) -> Token | None:
        """The verb of `asked its allies for guns`, `supplying the rebels with guns`, where the parser hangs the guns on those before."""
        verb = noun.head.head if noun.dep_ == "pobj" else noun.head
        if preposition == "for" and not self.steps and noun.pos_ in ("NOUN", "PROPN") and verb.pos_ == "VERB" and kind_of(verb) == "ask":
            return verb
        is_supplied = preposition == "with" and noun.dep_ in ("dobj", "dative") and _takes_theme(noun.head, preposition)
        return noun.head if is_supplied and kind_of(noun.head) is not None else None

    def _is_only_used(self, above: Token) -> bool:
        """`let it use the weapons supplied by`, `the use of missiles`: who may use them is told, and no transfer but the one below."""
        is_used = is_used_by(above) and all(step.relation == "below" for step in self.steps)
        self.is_used = self.is_used or is_used
        return is_used

    def _to_head(self, node: Token, head: Token, relation: str) -> Token | None:
        if relation in syntax.SUBJECT and not self.steps and (raised := _raised(head)) is not None:
            # "the tanks are expected to be sent"
            self.steps.append(Step(raised, kind_of(raised) or "", relation, node))
            return raised
        if relation == "nsubj" and any(c.dep_ == "mark" and c.lower_ == "for" and c.i < node.i for c in head.children):
            # "a request for arms to help": the parser sees arms that help.
            asked = head.head
            if asked.pos_ == "NOUN" and not self.steps and (kind := kind_of(asked)):
                self.steps.append(Step(asked, kind, "prep:for", node))
                return asked
        if relation == "advcl" and any(c.lower_ in lexicon()["clause"]["beside"] for c in node.children if c.dep_ in ("mark", "advmod")):
            # "While Malta sends guns, Cyprus considers": what the other clause says is said of something else.
            return None
        if relation == "nsubj" and self.steps and _comes_to_nothing(head):
            self.steps.append(Step(head, "withdraw", relation, node))
            return head
        if (
            relation == "advcl"
            and node.tag_ == "VBG"
            and kind_of(head) in AGAINST
            and node.left_edge.i > 0
            and node.left_edge.nbor(-1).text == ","
        ):
            # "cancelled the order, buying French tanks instead"
            return None
        if (relation in ("dobj", "nsubjpass") and self._is_only_used(head)) or (relation == "relcl" and _is_got(node)):
            return None
        is_abstract = relation == "dobj" and node != self.top and node.lemma_.lower() in lexicon()["aside"]["abstract"]
        is_freight = relation == "dobj" and not self.steps and _is_freight(node, head)
        kind, is_report = ("go" if is_freight else None if is_abstract else kind_of(head)), _is_report(head, node)
        is_phase = head.lemma_.lower() in lexicon()["aside"]["phases"]
        if kind == "go" and relation == "dobj" and head.lemma_.lower() != "flow" and not is_freight:
            # "will reach 1,000 warheads", "left weapons": what goes is the subject.
            return None
        is_listed = kind == "list" and holding_noun(head) is not None
        if relation == "nsubj" and kind not in ("go", None) and head.lemma_ != "be" and not is_phase and not is_listed:
            # "the tanks will work", "the aid allows": the weapon acts, and is not given.
            return None
        is_within = relation not in (*syntax.SUBJECT, "advcl", "relcl")
        spoken = _is_what_goes_on(head) if kind is None and self.steps and is_within else None
        request = asked_with(head, node) if kind is None and self.steps and relation in ("advcl", "xcomp") else None
        if kind and head.lemma_ == "be" and self.steps and (self.steps[-1].token, self.steps[-1].kind) == (node, kind):
            # "there is no ban": the ban says it, and `is` no more.
            return head
        if kind:
            self.steps.append(Step(head, kind, "report" if is_report else relation, node))
        elif request is not None:
            self.steps.append(Step(request, "ask", relation, node))
        elif spoken is not None:
            self.steps.append(Step(spoken, "discuss", relation, node))
        elif not self.steps and relation not in ("compound", "nmod", "amod", "nummod", "quantmod", "poss"):
            return head if _is_carried(node, head, relation) else None
        # "…, while discussions are underway": a clause of its own.
        is_clause = relation == "relcl" and not (node.tag_ == "VB" and any(c.lower_ == "to" for c in node.lefts))
        is_beside = (is_clause and not _is_of_frame(node) and not _is_sum_stopped(head)) or (
            relation == "advcl" and any(child.dep_ in syntax.SUBJECT for child in node.children)
        )
        return None if is_report or (is_beside and (relation == "advcl" or not kind)) else head


def _is_got(verb: Token) -> bool:
    """`made a plea for support, which it got in the form of tanks`: what stands above is said of the plea."""
    return verb.tag_ in ("VBD", "VBZ") and kind_of(verb) == "get" and kind_of(verb.head) == "package"


def ends_clause(token: Token) -> bool:
    """A semicolon, a colon or a dash; a hyphen inside a word is none."""
    return token.text in lexicon()["clause"]["ends"] or (token.text == "-" and token.i > 0 and bool(token.nbor(-1).whitespace_))


def _is_list_item(tokens: Iterable[Token]) -> bool:
    """Whether no verb of its own stands before a weapon behind a semicolon."""
    return not any(token.pos_ in ("VERB", "AUX") for token in tokens)


def _is_used(weapon: Token) -> bool:
    """`fired missiles`, `hit by drones`, `the tanks that burned`: what it does, or is done with it, is told, and not that it is given."""
    clause = lexicon()["clause"]
    if weapon.dep_ == "pobj" and weapon.head.lower_ in clause["of_use"] and weapon.lemma_.lower() not in lexicon()["packages"]["sums"]:
        return True
    if weapon.dep_ == "pobj" and weapon.head.lower_ == "of" and _is_of_paper(weapon.head.head):
        return True
    if weapon.dep_ == "pobj" and weapon.head.lower_ == "with" and weapon.head.head.pos_ in ("NOUN", "PROPN"):
        # "12 aircraft with weapons and services"
        return True
    verb = weapon.head if weapon.dep_ != "pobj" else weapon.head.head
    if is_used_by(verb):
        return True
    is_joined = weapon.dep_ in ("dobj", "nsubj", "nsubjpass") and verb.pos_ == "VERB"
    return is_joined and verb.lemma_.lower() not in clause["light"]


def _is_of_frame(clause: Token) -> bool:
    """`halted the programme under which it paid for tanks`: what is done with the programme is done with them."""
    is_under = any(h.lower_ == "which" for h in syntax.adjuncts(clause, "under", "through"))
    return is_under and clause.head.lemma_.lower() in lexicon()["packages"]["frames"]


def _are_counted(*nouns: Token) -> bool:
    return all(any(c.dep_ == "nummod" for c in noun.children) for noun in nouns)


def _is_of_paper(noun: Token) -> bool:
    """`sent a list of weapons`; but `requested a list of weapons`."""
    return noun.lemma_.lower() in lexicon()["aside"]["papers"] and kind_of(noun.head) in ("give", "get", "go")


def _is_carried(node: Token, head: Token, relation: str) -> bool:
    """`a plane carrying missiles landed`: what becomes of the plane becomes of them."""
    carrying = lexicon()["clause"]["carrying"]
    if relation == "dobj":
        return head.lemma_.lower() in carrying and head.dep_ in ("acl", "relcl")
    return relation in ("acl", "relcl") and node.lemma_.lower() in carrying


def _said_before(verb: Token | None, preposition: Token) -> Token | None:
    """`arrived` of `The jets have arrived, along with missiles, officials confirmed`, where the parser hangs the missiles on the last."""
    if verb is None or verb.i < preposition.i:
        return verb
    return next((c for c in verb.children if c.dep_ in ("ccomp", "advcl") and c.i < preposition.i and kind_of(c)), verb)


def _clauses_of_batch(verb: Token) -> list[Token]:
    """`exported` of `shells found in Malta were from a batch that it had exported to Togo`: what is told of the batch is told of them."""
    verbs = [verb]
    if verb.tag_ == "VBN" and not any(c.dep_ in ("aux", "dobj") for c in verb.children):
        # Of "shells found in Malta were" the parser makes two clauses.
        beside = (c for c in verb.head.children if c.i > verb.i and c.lemma_ == "be")
        verbs.extend(c for c in beside if not any(s.dep_ in syntax.SUBJECT for s in c.children))
    origin = [v for v in verbs if v.lemma_.lower() in lexicon()["sources"]["stemming"]]
    batches = [h for v in origin for h in syntax.adjuncts(v, "from", "to", "of") if h.lemma_.lower() in lexicon()["sources"]["batches"]]
    clauses = (c for batch in batches for c in batch.children if c.dep_ in ("relcl", "acl"))
    return [c for c in clauses if kind_of(c) in ("give", "get", "secure")]


def _is_sum_stopped(noun: Token) -> bool:
    """`holds up $2 million that Malta wants to spend on arms`: what becomes of the sum becomes of them."""
    return noun.dep_ == "dobj" and kind_of(noun.head) in AGAINST and _is_money(noun)


def _is_money(noun: Token) -> bool:
    return noun.lemma_.lower() in words("figures")["currencies"]["words"] or noun.ent_type_ == "MONEY"


def _is_freight(node: Token, verb: Token) -> bool:
    """`The plane carried 20 tonnes of rifles`, `rifles from Malta for Togo`: what is counted in tonnes or goes from one to another."""
    if verb.lemma_.lower() not in lexicon()["clause"]["carrying"] or verb.dep_ in ("acl", "relcl", "amod"):
        return False
    carriers = (*lexicon()["sources"]["carriers"], "it", "they", "which", "that")
    is_carrier = any(c.lemma_.lower() in carriers for c in verb.children if c.dep_ == "nsubj")
    nodes = (verb, *syntax.conjuncts(node))
    goes = all(any(syntax.adjuncts(t, *ways) for t in nodes) for ways in (("from",), ("to", "for")))
    return node.lemma_.lower() in lexicon()["nouns"]["measures"] or (is_carrier and goes)


def _has_other_object(holder: Token, kind: str | None, node: Token) -> bool:
    """Whether a verb that moves weapons moves something that is neither they, nor a sum, nor a word of the transfer."""
    if kind not in ("give", "get", "secure") or holder.pos_ != "VERB":
        return False
    held = [child for child in holder.children if child.dep_ == "dobj" and not child.is_ancestor(node)]
    return bool(held) and all(c.pos_ == "NOUN" and kind_of(c) is None and c.lemma_.lower() in lexicon()["aside"]["abstract"] for c in held)


def _held_before(verb: Token, preposition: Token) -> Token | None:
    """`interest` of `expressed interest in`: the object that says what is said of the transfer behind the preposition."""
    if verb.pos_ != "VERB":
        return None
    return next((c for c in verb.children if c.dep_ == "dobj" and c.i < preposition.i and kind_of(c) in ("discuss", "ask", "refuse")), None)


def _stops_something_else(verb: Token) -> bool:
    """Whether what is refused or withdrawn is neither arms nor a word of a transfer: `withdraw sanctions`."""
    # The plug of "pulled the plug on" is none.
    idle = lexicon()["phrases"].get(verb.lemma_.lower(), {})
    objects = [c for c in verb.children if c.dep_ == "dobj" and c.lower_ not in idle]
    heads = lexicon()["packages"]["heads"]
    return verb.pos_ == "VERB" and bool(objects) and all(kind_of(c) is None and c.lemma_.lower() not in heads for c in objects)


def _comes_to_nothing(verb: Token) -> bool:
    """`The deal collapsed`, `has fallen through`; but not `failed to`."""
    behind = verb.doc[verb.i + 1 : verb.i + 2]
    falls = verb.lemma_ == "fall" and any(token.lower_ in ("through", "apart") for token in behind)
    is_intransitive = not any(c.dep_ in ("xcomp", "dobj") for c in verb.children)
    return falls or (verb.lemma_.lower() in lexicon()["aside"]["collapsing"] and is_intransitive)


def _is_of_those(top: Token, below: list[Step]) -> bool:
    """`received six of the twelve jets that it ordered`, `the first of`: what the verb above does is said of the six."""
    parts = lexicon()["nouns"]["ordinals"]
    while top.dep_ == "pobj" and top.head.lower_ == "of" and (top.head.head.pos_ == "NUM" or top.head.head.lemma_.lower() in parts):
        top = top.head.head
    above = top.head
    is_moved = top.dep_ in ("dobj", "nsubjpass") and above.pos_ == "VERB" and kind_of(above) in ("get", "give", "go")
    # "the drones, bought from Malta, had started arriving"
    comes = _raised(above) if top.dep_ in syntax.SUBJECT else None
    is_moved = is_moved or (comes is not None and kind_of(comes) == "go")
    return is_moved and all(step.kind == "secure" for step in below)


def _acts(weapon: Token) -> bool:
    """`will allow planes and drones to support the troops`: they act, and nobody gets them."""
    first = syntax.first_of_list(weapon)
    return first.dep_ == "nsubj" and first.head.tag_ == "VB" and first.i < first.head.i and kind_of(first.head) not in MOVES


def _is_goal(weapon: Token) -> bool:
    """`gave a boost to Malta's air defences`: they get something, and nobody gets them."""
    preposition = weapon.head
    if weapon.dep_ != "pobj" or preposition.lower_ != "to":
        return False
    given = [preposition.head, *(c for c in preposition.head.children if c.dep_ == "dobj")]
    return any(noun.pos_ == "NOUN" and noun.lemma_.lower() in lexicon()["aside"]["abstract"] for noun in given)


def _is_what_goes_on(verb: Token) -> Token | None:
    """`negotiations` of `Negotiations have gained momentum`: what is done with them is said of the transfer."""
    if verb.pos_ not in ("VERB", "AUX"):
        return None
    by_noun = lexicon()["by_noun"]
    return next((c for c in verb.children if c.dep_ in syntax.SUBJECT and by_noun.get(c.lemma_.lower()) == "discuss"), None)


def _shares_governor(verb: Token) -> bool:
    return verb.tag_ == "VB" and not any(c.dep_ in ("aux", "nsubj", "nsubjpass", "mark") and c.lower_ != "to" for c in verb.children)


def _raised(verb: Token) -> Token | None:
    """What is said of the subject of `are expected to be sent`, `are due to arrive`, `are scheduled for delivery`."""
    if verb.pos_ not in ("VERB", "AUX"):
        return None
    holders = [verb, *(c for c in verb.children if c.dep_ in ("acomp", "oprd") or (c.dep_ == "prep" and c.lower_ == "for"))]
    # "are in the process of being transferred"
    under_way = [h for h in syntax.adjuncts(verb, "in") if h.lemma_.lower() in ("process", "course")]
    inner = [h for node in under_way for h in syntax.adjuncts(node, "of")]
    for child in (*inner, *(c for holder in holders for c in holder.children if c.dep_ in ("xcomp", "pobj"))):
        kind = kind_of(child)
        is_announced = kind in ("pledge", "commit") and child.lemma_.lower() not in lexicon()["clause"]["by_amount"]
        done = (kind in MOVES or is_announced) and syntax.is_passive(child)
        moves = kind == "go" or done if child.pos_ == "VERB" else kind == "give"
        if moves and child.i > verb.i:
            return child
    return None


def _is_report(verb: Token, below: Token) -> bool:
    return verb.lemma_.lower() in words("speech")["verbs"]["say"] and below.dep_ in ("ccomp", "parataxis", "dep")


def _takes_theme(holder: Token, preposition: str) -> bool:
    lemmas = lexicon()["theme_prepositions"].get(preposition, [])
    return "*" in lemmas or holder.lemma_.lower() in lemmas


def _is_of_last_item(top: Token, clause: Token) -> bool:
    """`includes shells, missiles and more of the guns it has provided`: what is said of the last hangs on the first."""
    is_listed = top.dep_ == "dobj" and kind_of(top.head) == "list"
    return is_listed and clause.head == top and any(c.dep_ == "conj" and c.i < clause.i for c in top.children)


def _tells_from_below(verb: Token, kind: str) -> bool:
    """`tanks promised by`; but `missiles aimed at`, `ships armed with missiles` and `weapons needed to stop` tell of no transfer."""
    if verb.tag_ == "VBN" and verb.lemma_.lower() in lexicon()["aside"]["having"] and not any(c.dep_ == "agent" for c in verb.children):
        return False
    return kind in MOVES or verb.lemma_.lower() in lexicon()["below"]["verbs"]


def _what_is_to_be(verb: Token) -> Token:
    """`receive` of `jets which Malta is set to receive`; else the verb of the clause itself."""
    if kind_of(verb) is not None and verb.lemma_ != "be":
        return verb
    holders = (verb, *(c for c in verb.children if c.dep_ == "acomp"))
    inner = [c for holder in holders for c in holder.children if c.dep_ == "xcomp" and kind_of(c) in MOVES]
    return next((c for c in inner if all(o.lower_ in syntax.RELATIVE for o in c.children if o.dep_ == "dobj")), verb)


def _come_since(clause: Token, top: Token) -> list[Step]:
    """`arrived` of `the tanks that Norway promised Malta have arrived`: the parser sees a promise that Malta has arrived."""
    inner = [c for c in clause.children if c.dep_ == "ccomp" and kind_of(c) == "go" and not any(m.dep_ == "mark" for m in c.children)]
    whom = [c for v in inner for c in v.children if c.dep_ == "nsubj" and c.i == clause.i + 1 and c.pos_ == "PROPN"]
    return [Step(v, "go", "nsubj", top) for v in inner] if whom and kind_of(clause) == "pledge" else []


def _given_among(top: Token) -> list[Token]:
    """`sending` of `Among the items Malta is sending are 200 drones`."""
    top = syntax.first_of_list(top)
    items = syntax.adjuncts(top.head, "among") if top.dep_ == "attr" else []
    return [c for item in items for c in item.children if c.dep_ in ("relcl", "acl") and kind_of(c) == "give"]


def _boosts(preposition: Token, steps: list[Step]) -> bool:
    """`Malta's air force has been boosted by six planes from Cyprus`: it has got them."""
    verb = preposition.head
    is_said = preposition.dep_ == "agent" and not steps and any(c.dep_ == "auxpass" for c in verb.children)
    given = [c for c in preposition.children if c.dep_ == "pobj"]
    # "units bolstered by drones": what they have, and nobody is told to have given.
    return is_said and verb.lemma_.lower() in lexicon()["clause"]["by_amount"] and any(syntax.adjuncts(c, "from") for c in given)


def _asks_for_thing(clause: Token) -> bool:
    """`which Cyprus approved`: with somebody who acts, and nothing that is acted on but what the clause is of."""
    acting = any(c.dep_ == "nsubj" and c.lower_ not in syntax.RELATIVE for c in clause.children)
    held = [c.lower_ for c in clause.children if c.dep_ in ("dobj", "xcomp", "ccomp", "dative")]
    return clause.dep_ == "relcl" and acting and bool(held) and all(word in syntax.RELATIVE for word in held)


def _acts_itself(verb: Token, kind: str) -> bool:
    """`satellites which pick up the flash`: they get it, and nobody gets them."""
    acting = any(c.dep_ == "nsubj" and c.lower_ in syntax.RELATIVE for c in verb.children)
    return acting and kind != "go" and verb.dep_ == "relcl" and any(c.dep_ == "dobj" for c in verb.children)


def list_head(preposition: Token) -> Token:
    """What `including` takes apart: the noun before it, or the subject or object of the verb that the parser hung it on."""
    holder = preposition.head
    things = lexicon()["lists"]["things"]
    begin = max(preposition.sent.start if holder.pos_ == "PROPN" else holder.i + 1, preposition.i - REACH_OF_VERB)
    near = [t for t in preposition.doc[begin : preposition.i] if t.lemma_.lower() in things]
    if near and near[-1].dep_ in ("dobj", "pobj", "nsubjpass"):
        # "ordered a pause in sending weapons to Malta, including howitzers"
        return near[-1]
    if holder.pos_ in ("VERB", "AUX"):
        named = [*syntax.objects(holder), *(child for child in holder.children if child.dep_ in syntax.SUBJECT)]
        return min((n for n in named if n.i < preposition.i), key=lambda n: preposition.i - n.i, default=holder)
    return holder
