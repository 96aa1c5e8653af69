"""How far a transfer has come: the words between a weapon and the top of its sentence, and the status that they give it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.factuality import Factuality, Governor, Tense, assess
from streams.extraction.lexicon import words
from streams.extraction.weapons.items import lexicon
from streams.records import WeaponsPledgeStatus

__all__ = ["Step", "WayUp", "asked_with", "ends_clause", "holding_noun", "is_by_way_of", "kind_of", "status_of"]

Status = WeaponsPledgeStatus

MOVES = frozenset({"give", "get", "go", "secure"})
"""Kinds of words by which weapons change hands; the others say that they will, may or will not."""

AGAINST = frozenset({"refuse", "delay", "withdraw"})
"""Kinds of words by which they do not."""

REACH_OF_VERB = 16
"""Tokens within which a verb is taken for that of a weapon where the parse joins them by nothing."""

WIDEST_VERB_PHRASE = 4
"""Tokens in which the word stands that makes another verb of one: `is already in Ukrainian hands`."""

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
        told_below = [(c, kind) for c in clauses if (kind := kind_of(c)) and _tells_from_below(c, kind) and not _acts_itself(c, kind)]
        below = [Step(child, kind, "below", top) for child, kind in told_below]
        comes_first = any(step.kind in MOVES for step in below) and not _is_of_those(top, below)
        if comes_first:
            self.steps.extend(below)
        self._climb(top)
        if not comes_first:
            # "has released the arms that were blocked": what moves them now comes first.
            moves = bool(self.steps) and self.steps[0].kind in MOVES
            self.steps = [*self.steps, *below] if moves else [*below, *self.steps]
        if not self.steps and self.package is None:
            self._from_clause()

    @property
    def moving(self) -> list[Step]:
        """The steps without those that only list what a package holds."""
        return [step for step in self.steps if step.kind != "list"]

    def _climb(self, node: Token | None) -> None:
        while node is not None and node.head != node:
            node = self._up(node)

    def _from_clause(self) -> None:
        """The nearest transfer word before, or behind, in the weapon's clause, where the parse joins them by nothing that says anything."""
        if _is_used(self.top):
            return
        cue = self._cue_before() or self._cue_behind()
        if cue is None:
            return
        kind = kind_of(cue)
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
            if ends_clause(token) or _is_used_by(token):
                return None
            kind = kind_of(token) if token.lemma_ != "be" or _of_copula(token) == "list" else None
            if token.lemma_.lower() in lexicon()["clause"]["by_amount"] or (kind == "ask" and token.nbor(1).lower_ in ("about", "over")):
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
            if ends_clause(token) or _is_used_by(token):
                return None
            if token.pos_ in ("VERB", "AUX") and token.dep_ not in ("aux", "auxpass", "acl", "relcl", "amod", "compound"):
                kind = kind_of(token)
                moves = kind == "go" or (kind in FROM_AFAR and syntax.is_passive(token))
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
            return None if node.pos_ in ("VERB", "AUX") and self.steps else head
        if relation == "prep" or (relation == "appos" and head.pos_ != "VERB"):
            return head
        if relation in ("pobj", "pcomp") and head.pos_ in ("ADP", "SCONJ", "VERB"):
            return self._through_preposition(node, head)
        return self._to_head(node, head, relation)

    def _through_preposition(self, node: Token, preposition: Token) -> Token | None:
        word, holder = preposition.lower_, preposition.head
        if self._is_only_used(holder):
            return None
        is_example = word == "as" and preposition.i > 0 and preposition.nbor(-1).lower_ == "such"
        # "a package with rockets"
        is_content = word == "with" and holder.pos_ == "NOUN" and holder.lemma_.lower() in lexicon()["packages"]["sums"] and not self.steps
        if word in ("including", "like") or is_example or is_content:
            self.package = _list_head(preposition)
            if kind := kind_of(self.package):
                self.steps.append(Step(self.package, kind, f"prep:{word}", self.top))
            return self.package
        if word == "with" and holder.dep_ in ("dobj", "dative") and _takes_theme(holder.head, word) and (kind := kind_of(holder.head)):
            # "supplying the rebels with guns", where the parser sees rebels with guns.
            self.steps.append(Step(holder.head, kind, "prep:with", node))
            return holder.head
        is_joined = word == "with" and preposition.i > 0 and preposition.nbor(-1).lower_ in ("along", "together")
        verb = syntax.governing_verb(preposition)
        is_before = verb is not None and (verb.i < preposition.i or kind_of(verb) == "list")
        is_added = word == "to" and holder.lower_ == "addition" and is_before
        if is_joined or is_added:
            # "jets, along with missiles": the verb of the jets is that of the missiles.
            if verb is not None and (kind := kind_of(verb)):
                self.steps.append(Step(verb, kind, "dobj", node))
            return verb
        if holder.pos_ == "ADP":
            # "from Germany for two, and from Norway for one": a preposition on a preposition stands for the gapped verb.
            self.gapped = next((c for c in holder.children if c.dep_ == "pobj"), None)
            node, holder = holder, holder.head
        kind = lexicon()["by_preposition"].get(holder.lemma_.lower(), {}).get(word)
        if kind:
            self.steps.append(Step(holder, kind, f"prep:{word}", node))
            return holder
        kind = kind_of(holder)
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
        if kind and (self.steps or self.gapped is not None or self._is_astray or _takes_theme(holder, word)):
            self.steps.append(Step(holder, kind, f"prep:{word}", node))
        elif word == "of" and not self.steps and (holder.pos_ == "PROPN" or holder.lemma_.lower() == "government"):
            # "a sale to the Government of Malta of tanks": the parser hangs the tanks on the state.
            self._is_astray = True
        elif not self.steps and self.gapped is None:
            nouns = lexicon()["nouns"]
            amounts = (*nouns["containers"], *nouns["measures"], *nouns["ordinals"])
            is_amount = word == "of" and (holder.pos_ == "NUM" or holder.lemma_.lower() in amounts)
            return holder if is_amount or (word in ("with", "of") and _is_carried(node, holder, "dobj")) else None
        return holder

    def _is_only_used(self, above: Token) -> bool:
        """`let it use the weapons supplied by`, `the use of missiles`: who may use them is told, and no transfer but the one below."""
        is_used = _is_used_by(above) and all(step.relation == "below" for step in self.steps)
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
        if relation in ("dobj", "nsubjpass") and self._is_only_used(head):
            return None
        is_abstract = relation == "dobj" and node != self.top and node.lemma_.lower() in lexicon()["aside"]["abstract"]
        kind, is_report = (None if is_abstract else kind_of(head)), _is_report(head, node)
        is_phase = head.lemma_.lower() in lexicon()["aside"]["phases"]
        if kind == "go" and relation == "dobj" and head.lemma_.lower() != "flow":
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
        is_beside = relation == "relcl" or (relation == "advcl" and any(child.dep_ in syntax.SUBJECT for child in node.children))
        return None if is_report or (is_beside and (relation == "advcl" or not kind)) else head


def kind_of(token: Token) -> str | None:
    """What kind of transfer word a token is, if any."""
    lemma = token.lemma_.lower()
    by_verb, by_noun = lexicon()["by_verb"], lexicon()["by_noun"]
    if token.pos_ in ("NOUN", "PROPN"):
        found: str | None = by_noun.get(lemma)
        return None if found in ("units", "others", "containers", "measures", "ordinals") else found
    if token.pos_ not in ("VERB", "AUX"):
        return None
    if lemma == "be" or holding_noun(token) is not None:
        return _of_phrase(token) or _of_copula(token)
    if lemma == "take":
        return _of_phrase(token)
    phrase, phrases = _of_phrase(token), lexicon()["phrases"].get(lemma, {})
    if phrase == "" or any(phrases.get(c.lower_) == "" for c in token.children):
        # "gave up its weapons", "get the package through"
        return None
    kind: str | None = phrase or by_verb.get(Governor(token, "").lemma) or by_verb.get(lemma)
    if lemma in lexicon()["aside"]["phases"]:
        # "began deliveries of", "deliveries began": not every beginning.
        begun = [c for c in token.children if c.dep_ in ("dobj", "nsubj", "nsubjpass", "xcomp")]
        return "give" if any(by_noun.get(c.lemma_.lower()) == "give" for c in begun) else None
    if lemma == "fly" and any(c.dep_ == "nsubj" and c.lemma_.lower() in lexicon()["sources"]["carriers"] for c in token.children):
        # "The plane flew to Assab": with what it carries.
        return "go"
    if lemma == "call" and kind == "ask" and not any(c.dep_ == "prep" and c.lower_ in ("for", "on", "upon") for c in token.children):
        # "a system called Iron Dome"
        return None
    if lemma in ("lease", "rent", "borrow") and any(c.lower_ == "from" for c in token.children):
        return "secure"
    if lemma in ("order", "reach") and (ordered := _of_ordered(token)):
        return ordered
    if lemma in lexicon()["aside"]["wishing"] or _favours(token):
        return _of_wish(token)
    if kind == "get" and any(c.dep_ == "dobj" and c.ent_type_ == "PERSON" for c in token.children):
        # "welcomed the president"
        return None
    if kind in ("get", "give", "secure"):
        # "received confirmation", "gave a promise": nothing has changed hands.
        held = [by_noun.get(c.lemma_.lower()) for c in token.children if c.dep_ == "dobj" and c.pos_ == "NOUN"]
        return next((k for k in held if k in ("commit", "pledge", "ask", "refuse")), kind)
    if lemma in lexicon()["law"]["verbs"]:
        # Lawmakers pass a bill; a town may be passed too.
        passed = {c.lemma_.lower() for c in token.children if c.dep_ in ("dobj", "nsubjpass")}
        return kind if passed & set(lexicon()["law"]["nouns"]) else None
    return kind


def holding_noun(verb: Token) -> Token | None:
    """`package` of `guns are in the package`, `will form part of the package`, `are among the items`: what holds the subject."""
    lemma, lists = verb.lemma_.lower(), lexicon()["lists"]
    if verb.pos_ not in ("VERB", "AUX") or lemma not in lists["being_part"]:
        return None
    parts = [c for c in verb.children if c.dep_ in ("dobj", "attr") and c.lemma_.lower() == "part"]
    holders = [verb, *parts] if lemma in ("be", "include") else parts
    held = [h for node in holders for h in syntax.adjuncts(node, *(("of",) if node in parts else ("in", "among")))]
    return next((noun for noun in held if noun.lemma_.lower() in lists["subjects"] and kind_of(noun) != "discuss"), None)


def _of_ordered(verb: Token) -> str | None:
    """`ordered a delivery`, `ordered a pause`, `reached an agreement`: what it confirms; `ordered 20 tanks` buys them."""
    held = {lexicon()["by_noun"].get(c.lemma_.lower()) for c in verb.children if c.dep_ == "dobj"}
    if verb.lemma_.lower() == "reach":
        return "commit" if held & {"commit", "package"} else None
    is_done = any(c.dep_ == "ccomp" for c in verb.children) or bool(held & {"give", *AGAINST})
    return "commit" if is_done else None


def _of_wish(verb: Token) -> str:
    """`wants 20 jets`, `hopes to buy`, `wants Malta to send` ask; `wants to give` promises."""
    if _favours(verb):
        return "discuss"
    wished = next((c for c in verb.children if c.dep_ in ("xcomp", "ccomp") and c.pos_ == "VERB"), None)
    if wished is None or any(c.dep_ == "nsubj" for c in wished.children):
        return "ask"
    return "ask" if lexicon()["by_verb"].get(wished.lemma_.lower()) in ("get", "secure") else "pledge"


def _favours(verb: Token) -> bool:
    """`supports sending tanks`: for it, and no more."""
    is_for = verb.lemma_.lower() in lexicon()["aside"]["favouring"]
    return is_for and any(c.dep_ in ("xcomp", "dobj", "ccomp") and c.tag_ == "VBG" for c in verb.children)


def _of_phrase(verb: Token) -> str | None:
    """`said no to`, `is on its way`, `held back`, `put its name to`: a verb with the word behind it that makes it another."""
    phrases = lexicon()["phrases"].get(verb.lemma_.lower())
    if phrases is None:
        return None
    behind_verb = verb.doc[verb.i + 1 : min(verb.i + 1 + WIDEST_VERB_PHRASE, verb.sent.end)]
    whole = " ".join(token.lower_ for token in behind_verb)
    if (longer := next((kind for phrase, kind in phrases.items() if " " in phrase and whole.startswith(phrase)), None)) is not None:
        return str(longer)
    for token in behind_verb:
        if token.pos_ in ("VERB", "AUX") and token.lower_ not in phrases:
            # "said it had no plans" says no to nothing.
            break
        if token.lower_ in phrases and token.nbor(-1).lower_ != "under":
            return str(phrases[token.lower_])
    # "put its plans to send tanks on hold"
    behind = (c for preposition in verb.children if preposition.dep_ == "prep" for c in preposition.children if c.dep_ == "pobj")
    return next((str(phrases[c.lower_]) for c in behind if c.lower_ in ("hold", "ice") and c.lower_ in phrases), None)


def _of_copula(verb: Token) -> str | None:
    """`discussions are underway`, `Germany is ready`: the word that says it stands beside; `there are`: a list."""
    if holding_noun(verb) is not None:
        return "list"
    for child in verb.children:
        if child.dep_ in ("nsubj", "attr", "acomp"):
            by = lexicon()["by_noun" if child.pos_ == "NOUN" else "by_verb"]
            kind = by.get(child.lemma_.lower())
            if kind in ("discuss", "ask", "refuse", "delay", "pledge"):
                return str(kind)
        if child.dep_ == "prep" and child.lower_ == "among":
            return "list"
        if child.dep_ == "prep" and child.lower_ == "in" and verb.lemma_ == "be":
            # "is in talks to buy"
            held = next((c for c in child.children if c.dep_ == "pobj"), None)
            if held is not None and lexicon()["by_noun"].get(held.lemma_.lower()) == "discuss":
                return "discuss"
        if child.dep_ == "expl" and any(c.dep_ == "aux" and c.lower_ == "will" for c in verb.children):
            return "list"
    return None


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
    if weapon.dep_ == "pobj" and weapon.head.lower_ == "with" and weapon.head.head.pos_ in ("NOUN", "PROPN"):
        # "12 aircraft with weapons and services"
        return True
    verb = weapon.head if weapon.dep_ != "pobj" else weapon.head.head
    if _is_used_by(verb):
        return True
    is_joined = weapon.dep_ in ("dobj", "nsubj", "nsubjpass") and verb.pos_ == "VERB"
    return is_joined and verb.lemma_.lower() not in clause["light"]


def _is_used_by(token: Token) -> bool:
    return token.pos_ in ("VERB", "NOUN") and token.lemma_.lower() in lexicon()["clause"]["using"]


def _is_carried(node: Token, head: Token, relation: str) -> bool:
    """`a plane carrying missiles landed`: what becomes of the plane becomes of them."""
    carrying = lexicon()["clause"]["carrying"]
    if relation == "dobj":
        return head.lemma_.lower() in carrying and head.dep_ in ("acl", "relcl")
    return relation in ("acl", "relcl") and node.lemma_.lower() in carrying


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


def asked_with(verb: Token, infinitive: Token) -> Token | None:
    """`calls` of `issued calls to Russia to stop`, where the parser hangs what is asked for on the verb."""
    if verb.pos_ != "VERB" or infinitive.tag_ != "VB":
        return None
    return next((c for c in verb.children if c.dep_ == "dobj" and c.i < infinitive.i and kind_of(c) == "ask"), None)


def _is_of_those(top: Token, below: list[Step]) -> bool:
    """`received six of the twelve jets that it ordered`: what the verb above does is said of the six."""
    while top.dep_ == "pobj" and top.head.lower_ == "of" and top.head.head.pos_ == "NUM":
        top = top.head.head
    above = top.head
    is_moved = top.dep_ in ("dobj", "nsubjpass") and above.pos_ == "VERB" and kind_of(above) in ("get", "give", "go")
    return is_moved and all(step.kind == "secure" for step in below)


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
    for child in (c for holder in holders for c in holder.children if c.dep_ in ("xcomp", "pobj")):
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


def _acts_itself(verb: Token, kind: str) -> bool:
    """`satellites which pick up the flash`: they get it, and nobody gets them."""
    acting = any(c.dep_ == "nsubj" and c.lower_ in syntax.RELATIVE for c in verb.children)
    return acting and kind != "go" and verb.dep_ == "relcl" and any(c.dep_ == "dobj" for c in verb.children)


def _list_head(preposition: Token) -> Token:
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


# Status ----------------------------------------------------------------------------------------------------------------------------


def status_of(steps: list[Step], fact: Factuality) -> tuple[Status | None, list[Token]]:
    """The status and the words that say so: the innermost transfer word, then what stands above it; None where it is no transfer."""
    status: Status | None = None
    cues: list[Token] = []
    if (
        _is_hypothetical_subject(steps)
        or _is_feared(fact)
        or any(_is_no_act(step.token) or _is_of_hearsay(step) or _is_of_thing(step) for step in steps)
    ):
        return None, []
    against = {step.token for step in steps if step.kind in AGAINST}
    for step in steps:
        here = _said_of(step, fact if not cues else assess(step.token), against)
        if step.kind == "ask" and (answer := _answer_to(step)) is not None:
            return answer, [*cues, step.cue]
        found = _status_at(step, here) if not _is_failed(step) else None
        if found is None and step.token.lemma_ == "deny":
            return None, []
        if found is None:
            if not cues and step.kind in AGAINST and here.negation is not None:
                # "does not want to halt the sale": it goes on as before; of a proposed one that is something.
                is_open = any(c.lower_ in lexicon()["aside"]["to_come"] for c in step.below.children)
                return (Status.UNDER_DISCUSSION, [step.cue]) if is_open else (None, [])
            if not cues and step.kind in MOVES:
                return None, []
            continue
        if status in (Status.WITHDRAWN, Status.REFUSED) and (_is_of_opponent(step) or (found is Status.REFUSED and step.kind == "discuss")):
            # "is not considering sending"
            continue
        if _is_of_opponent(step):
            return None, []
        if status in (Status.WITHDRAWN, Status.REFUSED) and step.kind in ("ask", "refuse", "discuss", "withdraw"):
            # "urged them to halt", "refused to stop": nobody gives, and nobody has stopped.
            return None, []
        is_against = status is Status.REFUSED or (status in (Status.WITHDRAWN, Status.DELAYED) and any(cue in against for cue in cues))
        if is_against and step.kind in ("pledge", "commit", "fulfil"):
            if found not in (Status.PLEDGED, Status.COMMITTED, Status.DELIVERED, status):
                # "may decide to halt", "did not agree to block"
                return None, []
            # "decided to suspend", "promised not to send", "kept its promise not to": what is decided is not to give.
            cues.append(step.cue)
            continue
        if status is None or _overrides(step, found, status):
            status = found
        else:
            continue
        cues.append(step.cue)
    return status, cues


def _said_of(step: Step, fact: Factuality, against: set[Token]) -> Factuality:
    """What is said of one step: without the negation of another, and with that of the word that says it."""
    here = _of_transfer(_within_clause(step.token, fact))
    if here.negation is not None and _is_of_one(here.negation, against - {step.token}):
        # "has not ruled out sending", "is not opposed to sending": not the sending is denied.
        here = replace(here, negation=None)
    if here.negation is None and step.cue != step.token:
        # "there is no taboo"
        here = replace(here, negation=assess(step.cue).negation)
    return here


def _is_of_opponent(step: Step) -> bool:
    """`opposes the sale`: who is against it need not be the one who gives; but `is opposed to sending`."""
    is_opposing = step.kind == "refuse" and step.token.lemma_.lower() in lexicon()["aside"]["opposing"]
    is_own = step.relation == "prep:to" and step.below.tag_ == "VBG" and step.token.tag_ in ("VBN", "JJ")
    return is_opposing and not is_own and not _is_pressed(step)


def _is_of_one(negation: Token, against: set[Token]) -> bool:
    """Whether a negation is that of one of the words, or of the `be` that one of them stands behind."""
    return negation.head in against or any(c.dep_ == "acomp" and c in against for c in negation.head.children)


def _answer_to(step: Step) -> Status | None:
    """`Asked if it would send them, the minister answered "no"`: what the answer alone says."""
    aside = lexicon()["aside"]
    asked = step.below
    if asked.pos_ not in ("VERB", "AUX") or not any(c.dep_ == "mark" and c.lower_ in ("if", "whether") for c in asked.children):
        return None
    words_behind = [t for t in step.token.sent if t.i > asked.i and t.lower_ in aside["answers"] and t.dep_ not in ("det", "amod")]
    return Status(aside["answers"][words_behind[0].lower_]) if words_behind else None


def _within_clause(trigger: Token, fact: Factuality) -> Factuality:
    """Without a negation or a modal above the weapon's relative clause: `not counting, may fire, the guns that Malta is to buy`."""
    if trigger.dep_ != "relcl" or any(c.lower_ == "to" and c.dep_ == "aux" for c in trigger.children):
        # "it was not the moment to buy"
        return fact
    if fact.negation is not None and not trigger.is_ancestor(fact.negation):
        fact = replace(fact, negation=None)
    if fact.modal is not None and not trigger.is_ancestor(fact.modal):
        fact = replace(fact, modal=None, modal_kind="")
    return fact


def _of_transfer(fact: Factuality) -> Factuality:
    """Without a negation of what the transfer does: `their failure to approve it would not affect relations`."""
    if fact.negation is None:
        return fact
    acted = any(
        g.token == fact.negation.head and g.relation in syntax.SUBJECT and g.token.pos_ == "VERB" and kind_of(g.token) is None
        for g in fact.governors
    )
    return replace(fact, negation=None) if acted else fact


def _is_of_thing(step: Step) -> bool:
    """`a capability allows it to deliver`, `, enabling it to send`: what makes something possible approves nothing."""
    token, aside = step.token, lexicon()["aside"]
    if token.pos_ != "VERB" or syntax.is_passive(token):
        return False
    subjects = syntax.subjects(token)
    if token.lemma_.lower() in aside["barring"] and any(s.pos_ == "NOUN" and s.lemma_.lower() in aside["rules"] for s in subjects):
        # "the law bans arms sales to"
        return True
    if token.lemma_.lower() not in aside["enabling"]:
        return False
    is_thing = any(s.pos_ == "NOUN" and s.lemma_.lower() in aside["makings"] for s in subjects)
    return is_thing or (token.dep_ == "advcl" and token.tag_ == "VBG")


def _is_feared(fact: Factuality) -> bool:
    """`concerns that the arms could be passed on`: nobody talks of giving them."""
    fearing = lexicon()["aside"]["fearing"]
    return (
        fact.modal is not None
        and fact.modal.lower_ != "will"
        and any(governor.token.lemma_.lower() in fearing for governor in fact.governors)
    )


def _is_of_hearsay(step: Step) -> bool:
    """`rejected claims that it had armed`, `asked about the missiles`: what is turned down or asked for is no weapon."""
    aside = lexicon()["aside"]
    if step.kind == "refuse" and step.below.lemma_.lower() in aside["hearsay"]:
        return True
    return step.kind == "ask" and step.relation in ("prep:about", "prep:over")


def _is_hypothetical_subject(steps: list[Step]) -> bool:
    """`Sending tanks would be a mistake`: what it would lead to is told, not that it happens."""
    innermost = steps[0].token
    node = innermost
    while node.dep_ in ("pobj", "prep", "compound", "conj", "pcomp"):
        node = node.head
    if node.dep_ not in ("nsubj", "csubj", "nsubjpass", "csubjpass") or kind_of(node.head) is not None:
        return False
    is_act = innermost.pos_ == "NOUN" or innermost.tag_ in ("VBG", "VB")
    return is_act and any(c.dep_ == "aux" and c.lower_ in ("would", "could", "might", "may", "’d", "'d") for c in node.head.children)


def _is_no_act(token: Token) -> bool:
    """`reluctant to send`, `instead of sending`, `against sending`, `how it has supplied`, `traditionally bought`: nothing is given."""
    aside = lexicon()["aside"]
    head = token.head
    above = head.head if token.dep_ == "pcomp" else head
    is_behind = token.dep_ == "pcomp" and head.i > 0 and head.nbor(-1).lemma_.lower() in aside["unwilling"]
    if is_behind or (token.dep_ in ("xcomp", "acl", "advcl", "ccomp", "pcomp") and above.lemma_.lower() in aside["unwilling"]):
        return True
    if head.lemma_ == "use" and head.dep_ == "relcl" and head.head.lemma_.lower() in aside["makings"]:
        # "money that Malta can use to buy guns"
        return True
    if token.dep_ in ("xcomp", "acl") and head.lemma_.lower() in aside["failing"] and kind_of(token) not in AGAINST:
        return True
    if token.dep_ == "xcomp" and any(c.dep_ == "acomp" and c.lemma_.lower() in aside["unwilling"] for c in head.children):
        return True
    before = [t.lower_ for t in token.doc[max(token.i - 2, 0) : token.i]]
    instead = before[-1:] == ["without"] or before in (["instead", "of"], ["rather", "than"], ["short", "of"])
    is_against = token.dep_ == "pcomp" and head.lower_ == "against"
    if token.tag_ == "VBG" and (instead or ((is_against or before[-1:] == ["against"]) and not _is_decided_against(token))):
        return True
    if _is_of_what_a_deal_does(token) or _permits_use(token):
        return True
    tells_of_now = all(c.tag_ in ("VBZ", "VBP") for c in token.children if c.dep_ == "auxpass")
    has_them = token.tag_ == "VBN" and tells_of_now and not any(c.dep_ in ("aux", "agent") for c in token.children)
    if has_them and token.lemma_.lower() in aside["having"]:
        # "the only state armed with missiles", "whose ships are armed with them"
        return True
    if token.lemma_.lower() in aside["moving"] and _goes_to_a_place(token):
        return True
    return token.pos_ in ("VERB", "AUX") and any(c.dep_ == "advmod" and c.lower_ in aside["adverbs"] for c in token.children)


def _permits_use(verb: Token) -> bool:
    """`would permit the missiles to hit targets`, `were permitted to strike bases`: who may do what with them is told."""
    if verb.lemma_.lower() not in lexicon()["aside"]["permitting"]:
        return False
    return any(c.dep_ in ("xcomp", "ccomp", "advcl") and c.tag_ == "VB" and _is_used_by(c) for c in verb.children)


def _is_decided_against(verb: Token) -> bool:
    """`decided against sending`; but who warned against it has nothing to refuse."""
    return verb.dep_ == "pcomp" and "against" in lexicon()["by_preposition"].get(verb.head.head.lemma_.lower(), {})


def _is_of_what_a_deal_does(verb: Token) -> bool:
    """`The sale would help the army by providing missiles`: the same once more."""
    if verb.dep_ != "pcomp" or verb.head.lower_ != "by":
        return False
    acting = next((t for t in verb.head.ancestors if any(c.dep_ in syntax.SUBJECT for c in t.children)), verb.head.head)
    subjects = [c for c in acting.children if c.dep_ in syntax.SUBJECT]
    return bool(subjects) and all(kind_of(s) in ("give", "package", "commit", "secure") or s.lower_ in ("it", "this") for s in subjects)


def _goes_to_a_place(verb: Token) -> bool:
    """`sent a carrier to the region`, `jets to exercises`, `tanks to Malta for repairs`, `missiles into Malta`: they stay its own."""
    places = lexicon()["aside"]["places"]
    if verb.lemma_ == "send" and any(c.dep_ == "prep" and c.lower_ == "into" for c in verb.children):
        return True
    if any(t.i > verb.i and t.lemma_.lower() in lexicon()["aside"]["exercises"] for t in verb.subtree):
        return True
    if any(t.i > verb.i and t.tag_ == "VBG" and t.lemma_.lower() in lexicon()["aside"]["hurtling"] for t in verb.subtree):
        return True
    behind = [t for t in verb.subtree if t.i > verb.i and t.lower_ in ("to", "into", "near", "towards", "off", "for", "across")]
    return any(child.lemma_.lower() in places for token in behind for child in token.children if child.dep_ == "pobj")


def _moved(step: Step, fact: Factuality) -> Status | None:
    """How far weapons have come by a verb that moves them: its tense and mood tell."""
    if _is_unreal(step.token, fact):
        return None
    if fact.tense is Tense.INFINITIVE and (told := _told_above(step)) is not None:
        return told
    if fact.condition is not None and not _is_question(step.token, fact.condition) and fact.tense is not Tense.PAST:
        return None
    if fact.negation is not None:
        return _not_moved(step, fact, fact.negation)
    if fact.condition is not None and fact.tense is Tense.PAST and _is_question(step.token, fact.condition):
        # "asked whether it had sent"
        return None
    if fact.modal_kind == "obliged" or any(g.token.lemma_ == "need" and g.relation == "xcomp" for g in fact.governors):
        return None
    if step.token.lemma_ in lexicon()["aside"]["ranging"] and fact.modal_kind == "possible":
        return None
    if fact.modal_kind == "possible" or fact.condition is not None or fact.doubt is not None:
        return Status.UNDER_DISCUSSION
    if any(governor.token.lemma_.lower() in lexicon()["aside"]["accusing"] for governor in fact.governors):
        return Status.DELIVERED
    if fact.tense is not Tense.PAST and any(c.dep_ == "mark" and c.lower_ in lexicon()["aside"]["not_yet"] for c in step.token.children):
        # "before the guns reach Malta"
        return Status.PLEDGED
    if is_by_way_of(step.token) or (fact.is_progressive and any(c.lower_ == "already" for c in step.token.children)):
        return Status.DELIVERED
    is_to_come = fact.tense is Tense.FUTURE or (fact.tense is Tense.INFINITIVE and not fact.is_perfect)
    if is_to_come or (fact.is_progressive and not fact.is_perfect):
        return Status.PLEDGED
    if step.kind == "secure":
        return Status.COMMITTED
    acting = {s.lemma_.lower() for s in syntax.subjects(step.token)}
    is_habit = step.token.lemma_.lower() in lexicon()["aside"]["habits"] and not any(c.lower_ == "when" for c in step.token.children)
    # "a bill that provides aid"
    is_habit = is_habit and acting.isdisjoint((*lexicon()["law"]["nouns"], *lexicon()["lists"]["subjects"]))
    is_once = step.kind == "give" and not is_habit
    return Status.PLEDGED if is_once and fact.tense is Tense.PRESENT else Status.DELIVERED


def _is_unreal(verb: Token, fact: Factuality) -> bool:
    """`would have received them`, `would have seen it receive them`: it has not."""
    unreal = lexicon()["aside"]["unreal"]
    verbs = (verb, *(g.token for g in fact.governors if g.token.pos_ == "VERB"))
    helpers = ([c.lower_ for c in v.children if c.dep_ == "aux"] for v in verbs)
    return any("have" in words_before and any(word in unreal for word in words_before) for words_before in helpers)


def _told_above(step: Step) -> Status | None:
    """What stands above an infinitive says: `continued to send`, `was the first to send` that it did, `efforts to get` that it wants to."""
    verb, aside = step.token, lexicon()["aside"]
    above = verb.head
    if verb.dep_ == "xcomp" and above.lemma_.lower() in aside["carrying_on"]:
        fact = assess(above)
        return Status.DELIVERED if fact.tense in (Tense.PAST, Tense.PRESENT) and fact.negation is None and not fact.modal_kind else None
    # The parser may hang "to get" of "campaign to get" on the verb.
    before = verb.doc[max(verb.i - 2, verb.sent.start)]
    is_tried = above.lemma_.lower() in aside["trying"] or (before.pos_ == "NOUN" and before.lemma_.lower() in aside["trying"])
    if step.kind in ("get", "secure") and verb.dep_ in ("acl", "xcomp", "relcl", "advcl") and is_tried:
        return Status.REQUESTED
    is_first = verb.dep_ in ("relcl", "acl", "xcomp") and any(t.lower_ == "first" for t in (above, *above.lefts))
    governing = syntax.governing_verb(above) if is_first else None
    if governing is None or governing.lemma_.lower() not in ("be", "become"):
        return None
    fact = assess(governing)
    is_so = fact.tense in (Tense.PAST, Tense.PRESENT) and fact.negation is None and not fact.modal_kind and fact.condition is None
    return Status.DELIVERED if is_so else None


def _is_question(verb: Token, condition: Token) -> bool:
    """`whether to send`, `asked if it would send`: open, and no condition."""
    is_asked = verb.head.lemma_.lower() in lexicon()["aside"]["questioning"] and condition in verb.children
    return condition.lower_ == "whether" or (condition.lower_ == "if" and is_asked)


def is_by_way_of(verb: Token) -> bool:
    """`uses a front company to supply it with rockets`: whoever does it by some means does it."""
    above = verb.head
    if verb.tag_ != "VB" or verb.dep_ not in ("xcomp", "advcl", "acl", "ccomp"):
        return False
    above = above.head if above.pos_ in ("NOUN", "PROPN") and above.dep_ == "dobj" else above
    fact = assess(above)
    is_so = fact.negation is None and not fact.modal_kind and fact.tense in (Tense.PRESENT, Tense.PAST)
    return above.lemma_ == "use" and not syntax.is_passive(above) and is_so


def _not_moved(step: Step, fact: Factuality, negation: Token) -> Status | None:
    """`will not send`, `is not sending`, `decided not to send`, `cannot send`; but `has not sent` says nothing of what comes."""
    if fact.doubt is not None or _is_too_little(step.token) or _comes_later(step.token):
        return None
    if any(governor.token == negation.head for governor in fact.governors):
        return _not_chosen(negation.head, fact)
    if fact.modal is not None and fact.modal.lower_ in ("may", "might"):
        return Status.UNDER_DISCUSSION
    if fact.tense in (Tense.FUTURE, Tense.INFINITIVE, Tense.NONE) or fact.modal_kind == "possible":
        # "will not send", "decided not to send", "its policy of not sending"
        return Status.REFUSED
    is_policy = step.kind == "give" and fact.tense is Tense.PRESENT and not fact.is_perfect and not syntax.is_passive(step.token)
    return Status.REFUSED if is_policy else None


def _is_too_little(verb: Token) -> bool:
    """`Is not sending enough shells`: it sends some."""
    words = lexicon()["aside"]["not_all"]
    return any(c.lower_ in words for o in verb.children if o.dep_ in ("dobj", "dative", "attr") for c in o.subtree if c.i <= o.i)


def _comes_later(verb: Token) -> bool:
    """`Will not receive them immediately`, `will not get them before May`: they come later."""
    later = lexicon()["aside"]["for_now"]
    return any(c.lower_ in later for c in verb.children if c.dep_ in ("advmod", "prep", "npadvmod"))


def _not_chosen(word: Token, fact: Factuality) -> Status | None:
    """`no plans to send`, `is not going to`: refused; `has not decided to`: open; who `would not say whether` says nothing."""
    aside = lexicon()["aside"]
    held = next((c for c in word.children if c.dep_ in ("dobj", "acomp", "attr")), word)
    lemma = (held if word.lemma_ in aside["holding"] else word).lemma_.lower()
    if lemma in aside["deciding"] and (fact.is_perfect or word.pos_ == "NOUN" or assess(word).is_perfect):
        return Status.UNDER_DISCUSSION
    return Status.REFUSED if lemma in aside["choosing"] else None


def _overrides(step: Step, found: Status, status: Status) -> bool:
    below = step.below
    if step.relation == "report":
        return step.kind == "commit" and status is Status.PLEDGED
    if status is Status.DELIVERED and step.token.lemma_.lower() in lexicon()["aside"]["witnessing"]:
        return False
    if step.kind == "await" and found is Status.REFUSED:
        return True
    if step.relation == "below" or step.kind in ("thank", "await") or (step.token.lemma_ == "work" and step.relation in ("xcomp", "advcl")):
        return False
    is_finite = below.pos_ in ("VERB", "AUX") and any(
        c.dep_ in ("aux", "nsubj", "nsubjpass", "mark") and c.lower_ != "to" for c in below.children
    )
    if status is Status.DELIVERED and (step.kind == "secure" or (step.kind in MOVES and step.token.pos_ == "NOUN")):
        # "a shipment of missiles, delivered last week", "commissioned a ship donated by"
        return False
    if step.kind in MOVES:
        return below.pos_ == "NOUN" and status not in (Status.WITHDRAWN, Status.REFUSED)
    if is_finite and step.kind not in ("commit", "refuse", "discuss", "ask"):
        return False
    return not (step.kind == "pledge" and found is Status.PLEDGED and status in (Status.DELIVERED, Status.COMMITTED) and is_finite)


def _status_at(step: Step, fact: Factuality) -> Status | None:
    """What one word says by itself, by the table of kinds and moods in the data; None where it says nothing."""
    if step.kind in MOVES:
        return _status_of_move(step, fact)
    if step.kind not in lexicon()["status"] or _is_of_another(step):
        return None
    if step.kind == "await" and not _is_awaited(step):
        return None
    by_mood = lexicon()["status"][step.kind]
    if fact.modal_kind == "obliged" and step.kind in ("pledge", "commit"):
        # "Malta should pay for the tanks"
        return None
    if step.kind == "thank" and step.below.lemma_.lower() in lexicon()["packages"]["sums"]:
        # A package has been announced; for what has come one is thanked too.
        return Status.PLEDGED
    if fact.negation is not None:
        if step.kind in ("pledge", "commit"):
            return _not_chosen(step.token, fact)
        mood = "negated" if step.kind != "discuss" or _is_still_so(step.token, fact) else "unsaid"
    elif fact.modal_kind == "possible" or _is_expected(step.token):
        mood = "possible"
    else:
        mood = "future" if fact.tense is Tense.FUTURE else "plain"
    said = by_mood.get(mood, by_mood["plain"])
    return Status(said) if said else None


def _status_of_move(step: Step, fact: Factuality) -> Status | None:
    """What a word by which weapons change hands says: a noun that they shall, a verb how far they have come."""
    token = step.token
    if token.pos_ == "NOUN":
        return Status.DELIVERED if _is_witnessed(token) or _is_done(token) else Status.PLEDGED
    if _is_imperative(token):
        return Status.REQUESTED
    if any(c.lower_ == "longer" and c.nbor(-1).lower_ == "no" for c in token.children):
        return Status.WITHDRAWN
    if step.kind == "go" and token.lemma_ == "be" and fact.tense is Tense.PRESENT and fact.negation is None:
        # "are on their way"
        return Status.PLEDGED
    return _moved(step, fact)


def _is_awaited(step: Step) -> bool:
    """`expects 24 jets`; but who `expects announcements on` them need not get any."""
    objects = [c for c in step.token.children if c.dep_ == "dobj"]
    return (
        step.relation in ("dobj", "prep:for") and not syntax.is_passive(step.token) and all(kind_of(c) in (None, "give") for c in objects)
    )


def _is_of_another(step: Step) -> bool:
    """`to stop tanks`, `to block drones`: in battle; `denied that it sent`: nothing is refused."""
    lemma = step.token.lemma_.lower()
    if step.kind == "refuse" and lemma == "be" and step.relation == "prep:against" and step.below.tag_ != "VBG":
        # "is against the sale": of another, as often as not.
        return True
    is_told = step.below.pos_ in ("VERB", "AUX")
    if step.kind == "refuse" and step.relation == "xcomp" and step.below.lemma_.lower() in lexicon()["aside"]["telling"]:
        # "refused to describe the weapons that it would send"
        return True
    if step.kind == "withdraw" or (step.kind == "refuse" and lemma in lexicon()["aside"]["fighting"] and not _is_pressed(step)):
        return step.below.pos_ != "VERB" and not _is_act(step.below) and lemma not in lexicon()["below"]["verbs"]
    return step.kind == "refuse" and lemma == "deny" and (is_told or _holds_gerund(step))


def _is_pressed(step: Step) -> bool:
    """`resisted calls to send`, `resisted pressure to send`: whoever is to send."""
    noun = step.below if step.below.pos_ == "NOUN" else asked_with(step.token, step.below)
    return noun is not None and kind_of(noun) == "ask"


def _is_still_so(token: Token, fact: Factuality) -> bool:
    """`is not considering`: who does not even talk of it refuses; who `did not discuss` it says nothing."""
    return token.pos_ == "VERB" and fact.tense in (Tense.PRESENT, Tense.FUTURE)


def _is_witnessed(noun: Token) -> bool:
    """`documented the delivery of`, `the transfer was confirmed`: it has taken place; a plan or a sale has only been made known."""
    aside = lexicon()["aside"]
    if noun.lemma_.lower() not in aside["handing_over"] or any(c.lower_ in aside["to_come"] for c in noun.children):
        return False
    verb = noun.head
    return noun.dep_ in ("dobj", "nsubjpass") and verb.lemma_.lower() in aside["witnessing"] and assess(verb).negation is None


def _is_done(noun: Token) -> bool:
    """`The handover is complete`; `its supply of rockets to the rebels is an act of war`, `the delivery changes the debate`."""
    verb = noun.head
    if noun.lemma_.lower() in lexicon()["aside"]["handing_over"] and noun.dep_ == "nsubj" and kind_of(verb) is None:
        fact = assess(verb)
        is_real = fact.tense in (Tense.PRESENT, Tense.PAST) and fact.negation is None and not fact.modal_kind
        is_to_come = any(c.lower_ in lexicon()["aside"]["to_come"] or c.dep_ == "neg" for c in noun.children)
        if is_real and not is_to_come and any(c.dep_ == "poss" or c.lower_ == "the" for c in noun.children):
            return True
    is_said = noun.dep_ in ("nsubj", "nsubjpass") and verb.lemma_ == "be" and assess(verb).negation is None
    return is_said and any(c.dep_ == "acomp" and c.lemma_.lower() in lexicon()["aside"]["done"] for c in verb.children)


def _is_failed(step: Step) -> bool:
    """`failed to block`, `failed in an attempt to block`: it goes on."""
    failing = lexicon()["aside"]["failing"]
    if step.kind not in AGAINST:
        return False
    node = step.token
    while node.dep_ in ("xcomp", "acl", "pobj", "prep", "relcl", "pcomp") and node.head != node:
        node = node.head
        if node.lemma_.lower() in failing:
            return True
    return False


def _holds_gerund(step: Step) -> bool:
    """`denied supplying missiles`, which the parser may take for `supplied missiles`."""
    behind = step.token.doc[step.token.i + 1 : step.token.i + 2]
    return any(token.tag_ == "VBG" or token.lower_.endswith("ing") for token in behind)


def _is_act(noun: Token) -> bool:
    """Whether a noun is a transfer, or a package: `sales`, `military aid`."""
    is_sum = noun.pos_ in ("NUM", "SYM") or noun.lemma_.lower() in words("figures")["currencies"]["words"]
    return is_sum or kind_of(noun) is not None or noun.lemma_.lower() in lexicon()["packages"]["heads"]


def _is_imperative(verb: Token) -> bool:
    """`Send us more tanks`, `please give us jets`."""
    helpers = {c.dep_ for c in verb.children}
    if verb.dep_ == "conj" and not (verb.head.pos_ == "VERB" and _is_imperative(verb.head)):
        # "agreed to step up and provide": what stands before the first verb holds for the second.
        return False
    return (
        verb.tag_ in ("VB", "VBP")
        and verb.dep_ in ("ROOT", "ccomp", "conj")
        and not helpers & {"nsubj", "aux", "auxpass", "nsubjpass", "mark"}
    )


def _is_expected(verb: Token) -> bool:
    """`is expected to announce`."""
    return verb.dep_ == "xcomp" and verb.head.lemma_.lower() in ("expect", "likely", "set", "poise")


def in_order(tokens: Iterable[Token]) -> list[Token]:
    """Each token once, in the order of the text."""
    return sorted({token.i: token for token in tokens}.values(), key=lambda token: token.i)
