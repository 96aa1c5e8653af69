"""How far a transfer has come: the status that the words above a weapon give it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.factuality import Factuality, Tense, assess
from streams.extraction.lexicon import words
from streams.extraction.weapons.kinds import AGAINST, MOVES, asked_with, is_already_there, is_used_by, kind_of, mission_of
from streams.extraction.weapons.steps import Step, list_head
from streams.extraction.weapons.weapon import lexicon
from streams.records import WeaponsPledgeStatus

__all__ = ["in_order", "is_by_way_of", "is_one_more", "status_of"]

Status = WeaponsPledgeStatus


def status_of(steps: list[Step], fact: Factuality) -> tuple[Status | None, list[Token]]:
    """The status and the words that say so; None where it is no transfer."""
    status, cues = _up_the_sentence(steps, fact)
    if status in (Status.PLEDGED, Status.COMMITTED) and (arrival := _arrival(steps[0])) is not None:
        return Status.DELIVERED, [*cues, arrival]
    if status is Status.PLEDGED and (bill := _pending_bill(steps[0], fact)) is not None:
        return Status.UNDER_DISCUSSION, [*cues, bill]
    return status, cues


def _pending_bill(step: Step, fact: Factuality) -> Token | None:
    """`bill` of `the bill would give Malta 20 guns`, `is debating a bill that would`; not of one that was passed or signed."""
    if step.kind != "give" or step.token.pos_ != "VERB" or fact.modal is None or fact.modal.lower_ not in ("would", "could"):
        return None
    nouns = [*syntax.subjects(step.token), *syntax.adjuncts(step.token, "under")]
    bill = next((noun for noun in nouns if noun.lemma_.lower() in lexicon()["law"]["pending"]), None)
    if bill is None:
        return None
    verbs = [bill.head, *(c for c in bill.children if c.dep_ in ("acl", "relcl") and c != step.token)]
    return None if any(kind_of(verb) in ("commit", "pledge") and assess(verb).tense is Tense.PAST for verb in verbs) else bill


def _up_the_sentence(steps: list[Step], fact: Factuality) -> tuple[Status | None, list[Token]]:
    """What the innermost transfer word says, then what stands above it."""
    status: Status | None = None
    cues: list[Token] = []
    # "senators plan to force a vote to block the sale that the government announced": until then it stands.
    told = next((i for i, step in enumerate(steps) if step.relation == "below" and step.kind in ("pledge", "commit")), len(steps))
    steps = steps[: next((i for i, step in enumerate(steps) if i > told and _is_of_challenger(step)), len(steps))]
    if (
        _is_hypothetical_subject(steps)
        or (steps[0].token.lemma_ == "deny" and steps[0].below.pos_ in ("VERB", "AUX"))
        or _is_feared(steps[0].token, fact)
        or _is_denied_report(fact)
        or any(map(_is_nothing_done, steps))
    ):
        return None, []
    against = {step.token for step in steps if step.kind in AGAINST}
    # "has dropped its opposition to selling"
    given_up = {step.below for step in steps if step.kind == "resume"}
    steps = [step for step in steps if step.token not in given_up or not _is_of_opponent(step)]
    for step in steps:
        here = _said_of(step, fact if not cues else assess(step.token), against)
        if step.kind == "ask" and (answer := _answer_to(step)) is not None:
            return answer, [*cues, step.cue]
        found = _status_at(step, here) if not (_is_failed(step) or _is_of_other_thing(step, steps[0], status)) else None
        if found is None and step.token.lemma_ == "deny":
            return None, []
        if found is None:
            if not cues and step.kind in AGAINST and here.negation is not None:
                # "does not want to halt the sale": it goes on as before; of a proposed one that is something.
                is_open = any(c.lower_ in lexicon()["aside"]["to_come"] for c in step.below.children)
                return (Status.UNDER_DISCUSSION, [step.cue]) if is_open else (None, [])
            if not cues and step.kind in MOVES and not _is_awaited_still(step, here, steps):
                return None, []
            if step.kind in ("delay", "withdraw") and here.modal_kind == "possible":
                # "may cancel its order", "may decide to halt": what stands until then.
                return status, cues
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


def _is_of_other_thing(step: Step, innermost: Step, status: Status | None) -> bool:
    """`a report on arms given to Malta is asked for`, `rules on arms sold to it are lifted`: of a thing told of beside what was given."""
    noun = step.below
    if step.kind == "discuss" and step.relation == "advcl" and status in (Status.DELAYED, Status.WITHDRAWN):
        # "the idea is to limit risks, after a delay in sending tanks"
        return True
    if step.kind == "pledge" and step.token.lemma_ == "be" and status is Status.UNDER_DISCUSSION and kind_of(noun) not in MOVES:
        # "is due to vote on the sale"
        return True
    is_given = status is Status.DELIVERED and innermost.relation == "below" and innermost.token.pos_ == "VERB"
    is_thing = noun.pos_ == "NOUN" and noun != innermost.below and kind_of(noun) is None and noun.is_ancestor(innermost.below)
    nouns = (*lexicon()["aside"]["papers"], *lexicon()["aside"]["rules"], *lexicon()["aside"]["fearing"])
    return is_given and is_thing and noun.lemma_.lower() in nouns


def _arrival(step: Step) -> Token | None:
    """`were bought from Malta and arrived in May`, `bought six guns, and they were delivered`: the verb that tells that they came."""
    if step.kind not in ("secure", "commit") or step.token.pos_ != "VERB":
        return None
    for verb in (c for c in step.token.children if c.dep_ == "conj" and c.i > step.token.i):
        own = [c for c in verb.children if c.dep_ in syntax.SUBJECT]
        # Whoever bought them arrives, where the verb is of the same subject.
        is_theirs = all(c.lower_ in ("they", "it", "these", "both") for c in own) if own else step.relation == "nsubjpass"
        comes = kind_of(verb) == "go" or (kind_of(verb) == "give" and syntax.is_passive(verb))
        said = assess(verb)
        if comes and is_theirs and said.tense is Tense.PAST and said.negation is None and said.modal is None:
            return verb
    return None


def _was_to_have(verb: Token) -> bool:
    """`was to have provided missiles by May`: what was promised, and had not been given when that was written."""
    helpers = {c.lower_ for c in verb.children if c.dep_ == "aux"}
    return verb.dep_ == "xcomp" and verb.head.lemma_ == "be" and verb.head.tag_ == "VBD" and helpers >= {"to", "have"}


def _is_bygone_habit(step: Step) -> bool:
    """`used to buy its weapons from Malta`: history."""
    habit = step.token.head
    is_plain = step.token.dep_ == "xcomp" and step.token.tag_ == "VB" and not any(c.dep_ == "dobj" for c in habit.children)
    return is_plain and habit.lemma_ == "use" and habit.tag_ == "VBD"


def _is_nothing_done(step: Step) -> bool:
    stocks = lexicon()["aside"]["stocks"]
    if step.token.lemma_ == "supply" and step.token.pos_ == "NOUN" and any(c.lower_ in stocks for c in step.token.children):
        # "its limited supply of missiles is better used elsewhere"
        return step.token.tag_ == "NN" and not _is_done(step.token)
    if step.kind == "commit" and any(c.dep_ == "neg" and c.lower_ == "never" for c in step.token.children):
        # "insisted that it never licensed the sale": what it is accused of it denies.
        return assess(step.token).tense is Tense.PAST
    if _is_valued(step.token):
        return False
    if step.kind == "commit" and step.token.pos_ == "NOUN" and step.token.dep_ == "dobj":
        # "needs approval to sell tanks": it has none yet.
        return step.token.head.lemma_.lower() in lexicon()["aside"]["lacking"]
    if _is_supposed(step.token):
        return True
    if step.kind == "discuss" and step.token.lemma_ == "work" and step.relation == "prep:on" and step.token.dep_ == "acl":
        # "crews working on the tanks"
        return True
    is_no_act = _is_bygone_habit(step) or _is_no_act(step.token) or _is_of_hearsay(step) or _is_of_thing(step)
    return is_no_act or _is_wished_stopped(step) or _is_only_tried(step)


def _is_supposed(verb: Token) -> bool:
    """`cutting off aid, a step that would`, `options, including sending tanks`, `jets from, say, Malta`: what somebody could do."""
    if verb.pos_ != "VERB":
        return False
    if any(t.lower_ == "say" and t.i and t.nbor(-1).text == "," and t.i + 1 < len(t.doc) and t.nbor().text == "," for t in verb.subtree):
        return True
    if verb.tag_ != "VBG":
        return False
    aside = lexicon()["aside"]
    first = syntax.first_of_list(verb)
    if first.head.lower_ in ("including", "like", "as") and list_head(first.head).lemma_.lower() in aside["options"]:
        return True
    if kind_of(verb) not in AGAINST or any(c.dep_ == "aux" for c in verb.children):
        return False
    steps = (t for t in verb.subtree if t.i > verb.i and t.dep_ == "appos" and t.lemma_.lower() in aside["moves"])
    return any(h.lower_ == "would" for t in steps for c in t.children if c.dep_ == "relcl" for h in c.children if h.dep_ == "aux")


def _is_wished_stopped(step: Step) -> bool:
    """`should stop`, `to stop Malta selling`, `calls for stopping`, `confronted them about stopping`: what has not been stopped."""
    if step.kind not in AGAINST:
        return False
    fact = assess(step.token)
    is_for = any(c.dep_ == "mark" and c.lower_ == "for" for c in step.token.children)
    is_asked = any(kind_of(g.token) == "ask" or (is_for and g.token.lemma_ == "call") for g in fact.governors)
    if step.token.tag_ == "VB" and any(h.lemma_ == "pressure" for h in syntax.adjuncts(step.token.head, "under")):
        # "came under pressure to stop"
        return True
    is_warned = any(g.token.lemma_.lower() in lexicon()["aside"]["warning"] for g in fact.governors)
    if is_asked and step.token.pos_ == "NOUN" and step.token.lemma_ == "end":
        # "called for an end to arms being exported"
        return True
    if _is_imperative(step.token):
        # "Jews say stop arming Israel"
        return True
    said_of = [c.lemma_.lower() for c in step.token.head.children if c.dep_ in ("nsubj", "attr")] if step.token.head.lemma_ == "be" else []
    if step.token.dep_ in ("ccomp", "acl") and step.token.tag_ == "VBP" and not set(lexicon()["aside"]["wishes"]).isdisjoint(said_of):
        # "the priority is that we stop"
        return True
    is_called_for = (is_asked and (step.token.tag_ == "VBG" or is_for)) or (is_warned and step.token.tag_ == "VB")
    is_topic = step.token.dep_ == "pcomp" and step.token.head.lower_ in ("about", "over")
    if step.token.tag_ == "VB" and step.token.head.lemma_.lower() in lexicon()["aside"]["requiring"]:
        # "which would require it to cut off the aid"
        return True
    is_by_another = step.relation == "ccomp" and any(c.dep_ in syntax.SUBJECT for c in step.below.children)
    return fact.modal_kind == "obliged" or is_called_for or is_topic or (is_by_another and step.token.tag_ == "VB")


def _is_awaited_still(step: Step, fact: Factuality, steps: list[Step]) -> bool:
    """`has not supplied the arms for which Malta paid`: the promise, or the sale, stands."""
    is_open = fact.negation is not None and fact.is_perfect and not fact.modal_kind
    return is_open and any(s.relation == "below" and s is not step and s.kind in ("pledge", "commit", "secure") for s in steps)


def _is_only_tried(step: Step) -> bool:
    """`moves to lift the ban on arms sales`, `efforts to approve the sale`: nobody has yet."""
    noun = step.token.head
    is_purpose = step.kind in ("resume", "commit") and step.token.tag_ == "VB" and step.token.dep_ in ("acl", "relcl")
    return is_purpose and noun.pos_ == "NOUN" and noun.lemma_.lower() in (*lexicon()["aside"]["trying"], "move")


def _said_of(step: Step, fact: Factuality, against: set[Token]) -> Factuality:
    """What is said of one step: without the negation of another, and with that of the word that says it."""
    here = _of_transfer(step.token, _within_clause(step.token, fact))
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


def _is_of_challenger(step: Step) -> bool:
    """`Senators want to stop the sale`, `will vote to block it`, `sued over it`: whoever has no arms to give has not stopped any yet."""
    verb = step.token
    if step.kind not in (*AGAINST, "discuss", "go") or verb.pos_ != "VERB" or (step.kind in AGAINST and verb.tag_ != "VB"):
        return False
    acting = (c for node in (verb, *verb.ancestors) if node.pos_ in ("VERB", "AUX") for c in node.children if c.dep_ == "nsubj")
    known = lexicon()["aside"]["challengers"]
    return any(t.lemma_.lower() in known or t.lower_ in known for s in acting for t in (s, *s.lefts))


def _is_of_one(negation: Token, against: set[Token]) -> bool:
    """Whether a negation is that of one of the words, or of the `be` that one of them stands behind."""
    return negation.head in against or any(c.dep_ == "acomp" and c in against for c in negation.head.children)


def _answer_to(step: Step) -> Status | None:
    """`Asked if it would send them, the minister answered "no"`: what the answer alone says."""
    aside = lexicon()["aside"]
    asked = step.below
    if asked.pos_ not in ("VERB", "AUX") or not any(c.dep_ == "mark" and c.lower_ in ("if", "whether") for c in asked.children):
        return None
    answers = [t for t in step.token.sent if t.lower_ in aside["answers"] and t.dep_ not in ("det", "amod")]
    # "answered no when asked if it would send them"
    said = [t for t in answers if t.i > asked.i or t.head.lemma_.lower() in aside["answering"]]
    return Status(aside["answers"][said[0].lower_]) if said else None


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


def _of_transfer(trigger: Token, fact: Factuality) -> Factuality:
    """Without what is said of its effect: `their failure to approve it would not affect relations`, `the decision to sell could harm`."""
    acting = {
        g.token: below
        for below, g in zip((trigger, *(g.token for g in fact.governors)), fact.governors, strict=False)
        if g.relation in syntax.SUBJECT and g.token.pos_ == "VERB" and kind_of(g.token) is None
    }
    if fact.negation is not None and fact.negation.head in acting:
        fact = replace(fact, negation=None)
    is_decided = fact.modal is not None and fact.modal.head in acting and kind_of(acting[fact.modal.head]) in ("pledge", "commit")
    return replace(fact, modal=None, modal_kind="") if is_decided else fact


def _is_of_thing(step: Step) -> bool:
    """`a capability allows it to deliver`, `, enabling it to send`: what makes something possible approves nothing."""
    token, aside = step.token, lexicon()["aside"]
    if token.pos_ != "VERB" or syntax.is_passive(token):
        return False
    subjects = syntax.subjects(token)
    if token.lemma_.lower() in aside["barring"] and any(s.pos_ == "NOUN" and s.lemma_.lower() in aside["rules"] for s in subjects):
        # "the law bans arms sales to"
        return True
    if token.lemma_.lower() in aside["barring"] and token.dep_ in ("advcl", "relcl") and token.tag_ in ("VBZ", "VBP"):
        # "because the European Union bars arms sales to"
        return True
    if token.lemma_.lower() not in aside["enabling"]:
        return False
    is_thing = any(s.pos_ == "NOUN" and (s.lemma_.lower() in aside["makings"] or kind_of(s) in ("give", "package")) for s in subjects)
    return is_thing or (token.dep_ == "advcl" and token.tag_ == "VBG")


def _is_feared(verb: Token, fact: Factuality) -> bool:
    """`concerns that the arms could be passed on`: nobody talks of giving them."""
    fearing = lexicon()["aside"]["fearing"]
    before = (c.doc[c.left_edge.i - 1] for c in verb.children if c.dep_ in syntax.SUBJECT and c.left_edge.i > 0)
    # "reiterated concerns Malta will send", which the parser hangs on the verb
    feared = [t for t in (*(g.token for g in fact.governors), *before) if t.lemma_.lower() in fearing]
    # Who warns that Malta will, knows it; who has concerns that it will, does not.
    return fact.modal is not None and any(t.pos_ == "NOUN" or fact.modal.lower_ != "will" for t in feared)


def _is_denied_report(fact: Factuality) -> bool:
    """`denied a report claiming that it sent arms`."""
    told = (g.token for g in fact.governors if g.token.pos_ == "NOUN" and g.token.lemma_.lower() in lexicon()["aside"]["hearsay"])
    return any(noun.dep_ == "dobj" and kind_of(noun.head) == "refuse" for noun in told)


def _is_of_hearsay(step: Step) -> bool:
    """`rejected claims that it had armed`, `asked about the missiles`: what is turned down or asked for is no weapon."""
    aside = lexicon()["aside"]
    if step.kind == "refuse" and step.below.lemma_.lower() in aside["hearsay"]:
        return True
    if step.kind == "ask" and step.relation in ("xcomp", "ccomp") and step.below.lemma_.lower() in aside["telling"]:
        # "will ask Malta to say more about the sale"
        return True
    # "approached Malta about buying"
    is_act = step.below.tag_ == "VBG" and kind_of(step.below) in MOVES
    return step.kind == "ask" and step.relation in ("prep:about", "prep:over") and not is_act


def _is_hypothetical_subject(steps: list[Step]) -> bool:
    """`Sending tanks would be a mistake`: what it would lead to is told, not that it happens."""
    innermost = steps[0].token
    node = innermost
    while node.dep_ in ("pobj", "prep", "compound", "conj", "pcomp"):
        node = node.head
    helpers = ("would", "could", "might", "may", "’d", "'d")
    if (
        innermost.tag_ == "VBG"
        and innermost.dep_ == "ccomp"
        and not any(c.dep_ in ("nsubj", "aux") and c.tag_ != "WDT" for c in innermost.children)
    ):
        # "said that giving Malta tanks would force it to": the parser makes two clauses of it.
        verbs = (c for c in innermost.head.children if c.dep_ == "ccomp" and c.i > innermost.i)
        return any(c.dep_ == "aux" and c.lower_ in helpers for v in verbs if not syntax.subjects(v) for c in v.children)
    if node.dep_ not in ("nsubj", "csubj", "nsubjpass", "csubjpass") or kind_of(node.head) is not None:
        return False
    said = [c for c in node.head.children if c.dep_ == "acomp"] if node.head.lemma_ == "be" and innermost.tag_ == "VBG" else []
    if any(t.tag_ in ("JJR", "RBR") for c in said for t in (c, *c.children)):
        # "sending arms was more valuable": of two things that could be done.
        return True
    is_act = innermost.pos_ == "NOUN" or innermost.tag_ in ("VBG", "VB")
    return is_act and any(c.dep_ == "aux" and c.lower_ in helpers for c in node.head.children)


def _is_no_act(token: Token) -> bool:
    """`reluctant to send`, `instead of sending`, `against sending`, `how it has supplied`, `traditionally bought`: nothing is given."""
    aside = lexicon()["aside"]
    head = token.head
    above = head.head if token.dep_ == "pcomp" else head
    is_behind = token.dep_ == "pcomp" and head.i > 0 and head.nbor(-1).lemma_.lower() in aside["unwilling"]
    if is_behind or (token.dep_ in ("xcomp", "acl", "advcl", "ccomp", "pcomp") and above.lemma_.lower() in aside["unwilling"]):
        return True
    if any(c.dep_ == "aux" and c.lower_ == "to" and c.i and c.nbor(-1).lemma_.lower() in aside["hearsay"] for c in token.lefts):
        # "their claims to have armed the rebels"
        return True
    if head.lemma_ == "use" and head.dep_ == "relcl" and head.head.lemma_.lower() in aside["makings"]:
        # "money that Malta can use to buy guns"
        return True
    if head.lemma_ == "use" and syntax.is_passive(head) and token.dep_ == "xcomp":
        # "was being used to supply shells": what a place or a route is for; but what money is for is given.
        used = [c.lemma_.lower() for c in head.children if c.dep_ in syntax.SUBJECT]
        return not any(noun in lexicon()["packages"]["funds"] for noun in used)
    if token.dep_ in ("xcomp", "acl") and head.lemma_.lower() in aside["failing"] and kind_of(token) not in AGAINST:
        return True
    if token.dep_ in ("xcomp", "advcl") and any(c.lower_ == "too" for t in (head, *head.children) if t.pos_ == "ADJ" for c in t.children):
        # "its stocks are too low to give any"
        return True
    is_told_of = token.dep_ == "xcomp" or (token.dep_ in ("ccomp", "advcl") and token.tag_ == "VB")
    if is_told_of and any(c.dep_ in ("acomp", "oprd") and c.lemma_.lower() in aside["unwilling"] for c in head.children):
        return True
    # "without actually sending"
    first = token.i - (token.i > 0 and token.nbor(-1).tag_ == "RB" and token.nbor(-1).lower_.endswith("ly"))
    before = [t.lower_ for t in token.doc[max(first - 2, 0) : first]]
    if kind_of(token) == "give" and _stops_short(token):
        # "stopped short of sending": it has refused to.
        return False
    instead = before[-1:] == ["without"] or before in (["instead", "of"], ["rather", "than"], ["short", "of"])
    is_against = token.dep_ == "pcomp" and head.lower_ == "against"
    if token.tag_ == "VBG" and (instead or ((is_against or before[-1:] == ["against"]) and not _is_decided_against(token))):
        return True
    if _is_of_what_a_deal_does(token) or _permits_use(token) or _lacks_money_for(token):
        return True
    tells_of_now = all(c.tag_ in ("VBZ", "VBP") for c in token.children if c.dep_ == "auxpass")
    has_them = token.tag_ == "VBN" and tells_of_now and not any(c.dep_ in ("aux", "agent") for c in token.children)
    if has_them and token.lemma_.lower() in aside["having"]:
        # "the only state armed with missiles", "whose ships are armed with them"
        return True
    if (token.lemma_.lower() in aside["moving"] or kind_of(token) == "go") and _goes_to_a_place(token):
        return True
    # "refused to say where the rounds went"
    adverbs = (*aside["adverbs"], "where") if token.dep_ == "ccomp" else aside["adverbs"]
    return token.pos_ in ("VERB", "AUX") and any(c.dep_ == "advmod" and c.lower_ in adverbs for c in token.children)


def _is_valued(verb: Token) -> bool:
    """`It was wrong for Malta to send tanks`: it has; but not `it would be wrong`."""
    be = verb.head if verb.head.lemma_ == "be" else verb.head.head
    if verb.tag_ != "VB" or verb.dep_ not in ("advcl", "xcomp", "ccomp") or be.lemma_ != "be":
        return False
    if not any(c.dep_ == "mark" and c.lower_ in ("for", "of") for c in verb.children):
        return False
    fact = assess(be)
    is_so = fact.tense is Tense.PAST and fact.negation is None and not fact.modal_kind
    return is_so and any(c.dep_ == "acomp" and c.lemma_.lower() in lexicon()["aside"]["valuing"] for c in be.children)


def _permits_use(verb: Token) -> bool:
    """`would permit the missiles to hit targets`, `were permitted to strike bases`: who may do what with them is told."""
    if verb.lemma_.lower() not in lexicon()["aside"]["permitting"]:
        return False
    return any(c.dep_ in ("xcomp", "ccomp", "advcl") and c.tag_ == "VB" and is_used_by(c) for c in verb.children)


def _lacks_money_for(verb: Token) -> bool:
    """`will run out of money to buy guns`, `lacks the funds to supply`: it cannot."""
    if verb.tag_ != "VB" or verb.dep_ not in ("acl", "relcl", "xcomp", "advcl", "conj"):
        return False
    money = (*lexicon()["packages"]["funds"], "resource")
    for above in verb.ancestors:
        is_out = above.lemma_ == "run" and any(c.lower_ == "out" for c in above.children)
        if (is_out or above.lemma_ == "lack") and any(t.lemma_.lower() in money for t in above.subtree if t.i < verb.i):
            return True
    return False


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
    missions = lexicon()["aside"]["patrolling"]
    if verb.lemma_ == "send" and any(c.dep_ == "prep" and c.lower_ == "into" for c in verb.children):
        return True
    if any(t.i > verb.i and t.lemma_.lower() in lexicon()["aside"]["exercises"] for t in verb.subtree):
        return True
    if any(t.i > verb.i and t.tag_ == "VBG" and t.lemma_.lower() in lexicon()["aside"]["hurtling"] for t in verb.subtree):
        return True
    purposes = [c for c in verb.children if c.i > verb.i and c.tag_ == "VB" and c.dep_ in ("advcl", "xcomp")]
    is_given = any(c.dep_ == "dative" and c.pos_ != "ADP" for c in verb.children)
    if not is_given and any(c.lemma_.lower() in missions for c in purposes):
        return True
    behind = [
        t for t in verb.subtree if t.i > verb.i and t.lower_ in ("to", "into", "near", "toward", "towards", "off", "for", "across", "on")
    ]
    reached = [child for token in behind if syntax.governing_verb(token) == verb for child in token.children]
    # "on bombing missions"
    wanted = {"pobj": lexicon()["aside"]["places"], "pcomp": missions}
    return any(c.lemma_.lower() in wanted.get(c.dep_, ()) for c in reached)


def _moved(step: Step, fact: Factuality) -> Status | None:
    """How far weapons have come by a verb that moves them: its tense and mood tell."""
    is_out_of_range = step.token.lemma_ in lexicon()["aside"]["ranging"] and fact.modal_kind == "possible"
    if is_out_of_range or _is_unreal(step.token, fact):
        return None
    if fact.tense is Tense.INFINITIVE and (told := _told_above(step)) is not None:
        return told
    if _is_omitted(step.token):
        return None
    if _refuses_unless(step, fact):
        return Status.REFUSED if fact.negation is not None else Status.PLEDGED
    if fact.condition is not None and not _is_question(step.token, fact.condition) and fact.tense is not Tense.PAST:
        return None
    if fact.negation is not None:
        return _not_moved(step, fact, fact.negation)
    if fact.condition is not None and fact.tense is Tense.PAST and _is_question(step.token, fact.condition):
        # "asked whether it had sent"
        return None
    if fact.modal_kind == "obliged" or any(g.token.lemma_ == "need" and g.relation == "xcomp" for g in fact.governors):
        return None
    if fact.modal_kind == "possible" or fact.condition is not None or fact.doubt is not None:
        # "may have acquired rockets": perhaps it has.
        is_past = fact.modal is not None and fact.modal.lower_ in ("may", "might") and fact.is_perfect
        return Status.DELIVERED if is_past and fact.condition is None else Status.UNDER_DISCUSSION
    if any(governor.token.lemma_.lower() in lexicon()["aside"]["accusing"] for governor in fact.governors):
        return Status.DELIVERED
    if fact.tense is not Tense.PAST and any(c.dep_ == "mark" and c.lower_ in lexicon()["aside"]["not_yet"] for c in step.token.children):
        # "before the guns reach Malta"
        return Status.PLEDGED
    if _is_told_as_done(step.token, fact):
        return Status.DELIVERED
    is_to_come = fact.tense is Tense.FUTURE or (fact.tense is Tense.INFINITIVE and not fact.is_perfect) or _was_to_have(step.token)
    if is_to_come or (fact.is_progressive and not fact.is_perfect):
        is_foreseen = step.kind == "secure" and step.token.dep_ == "xcomp" and step.token.head.lemma_ in ("expect", "likely")
        return Status.UNDER_DISCUSSION if is_foreseen else Status.PLEDGED
    if step.kind == "secure":
        return Status.COMMITTED
    return _done_or_promised(step, fact)


def _stops_short(verb: Token) -> bool:
    """`stopped short of sending tanks`."""
    preposition = verb.head
    if verb.dep_ != "pcomp" or preposition.lower_ != "of" or preposition.i == 0 or preposition.nbor(-1).lower_ != "short":
        return False
    above = syntax.governing_verb(preposition)
    if above is None or above.lemma_ != "stop":
        return False
    fact = assess(above)
    return fact.negation is None and not fact.modal_kind and fact.tense in (Tense.PAST, Tense.PRESENT)


def _refuses_unless(step: Step, fact: Factuality) -> bool:
    """`will not send tanks unless`, `will send no tanks unless`: until then it does not."""
    if fact.condition is None or fact.condition.lower_ != "unless" or fact.tense is not Tense.FUTURE or step.kind != "give":
        return False
    return fact.negation is not None or any(c.lower_ == "no" for o in step.token.children if o.dep_ == "dobj" for c in o.children)


def _is_told_as_done(verb: Token, fact: Factuality) -> bool:
    """`uses a front company to supply`, `is already sending`, `acknowledges sending`."""
    is_gerund = verb.tag_ == "VBG" and not any(c.dep_ == "aux" for c in verb.children)
    admits = is_gerund and verb.dep_ in ("xcomp", "ccomp") and verb.head.lemma_.lower() in lexicon()["aside"]["admitting"]
    return admits or is_by_way_of(verb) or (fact.is_progressive and any(c.lower_ == "already" for c in verb.children))


def _done_or_promised(step: Step, fact: Factuality) -> Status:
    """`sent`, `supplies` and a headline's `delivers` tell what is done; a headline's `sends` what is promised."""
    acting = {s.lemma_.lower() for s in syntax.subjects(step.token)}
    is_habit = step.token.lemma_.lower() in lexicon()["aside"]["habits"] and not any(c.lower_ == "when" for c in step.token.children)
    # "a bill that provides aid"
    is_habit = is_habit and acting.isdisjoint((*lexicon()["law"]["nouns"], *lexicon()["lists"]["subjects"]))
    is_habit = is_habit and not is_one_more(step.token)
    if step.token.tag_ in ("VBZ", "VBP") and step.token.lemma_.lower() in lexicon()["aside"]["completing"]:
        # "Malta delivers tanks to Cyprus", in a headline: it has.
        return Status.DELIVERED
    is_once = step.kind == "give" and not is_habit
    return Status.PLEDGED if is_once and fact.tense is Tense.PRESENT else Status.DELIVERED


def is_one_more(verb: Token) -> bool:
    """`provides another $1 billion in aid`, `supplies more rockets`: one batch, and no habit."""
    given = [t for c in verb.children if c.dep_ in ("dobj", "dative", "prep") and c.i > verb.i for t in c.subtree]
    return any(t.ent_type_ == "MONEY" or t.lower_ in lexicon()["aside"]["more"] for t in given)


def _is_omitted(verb: Token) -> bool:
    """`failed to show leadership by sending tanks`: it has not sent them."""
    is_way = verb.dep_ == "pcomp" and verb.head.lower_ == "by"
    return is_way and any(t.lemma_.lower() in lexicon()["aside"]["failing"] for t in (verb.head.head, verb.head.head.head))


def _is_unreal(verb: Token, fact: Factuality) -> bool:
    """`would have received them`, `would have seen it receive them`, `if it gave them, it would be jailed`: it has not."""
    unreal = lexicon()["aside"]["unreal"]
    is_condition = fact.condition is not None and verb.tag_ == "VBD" and verb.dep_ == "advcl"
    if is_condition and any(c.dep_ == "aux" and c.lower_ in unreal for c in verb.head.children):
        return True
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
    if step.kind == "give" and _is_valued(verb):
        return Status.DELIVERED
    if step.kind == "give" and above.lemma_.lower() in aside["persuading"] and above.head.lemma_.lower() in aside["trying"]:
        return Status.REQUESTED
    mission = mission_of(verb)
    if mission is not None and step.kind == "give":
        fact = assess(mission)
        is_flown = fact.tense is Tense.PAST and fact.negation is None and not fact.modal_kind and fact.condition is None
        return Status.DELIVERED if is_flown else None
    is_tried = above.lemma_.lower() in aside["trying"] or (before.pos_ == "NOUN" and before.lemma_.lower() in aside["trying"])
    if step.kind in ("get", "secure") and verb.dep_ in ("acl", "xcomp", "relcl", "advcl") and is_tried:
        return Status.REQUESTED
    is_of_first = any(t.lower_ == "first" for t in (above, *above.lefts, *_of_which(above)))
    is_first = verb.dep_ in ("relcl", "acl", "xcomp", "advcl") and is_of_first
    governing = (above if above.pos_ in ("VERB", "AUX") else syntax.governing_verb(above)) if is_first else None
    if governing is None or governing.lemma_.lower() not in ("be", "become"):
        return None
    fact = assess(governing)
    is_so = fact.tense in (Tense.PAST, Tense.PRESENT) and fact.negation is None and not fact.modal_kind and fact.condition is None
    return Status.DELIVERED if is_so else None


def _of_which(above: Token) -> list[Token]:
    """The words of `the first countries` in `was one of the first countries to send`, to whichever word the parser hangs it."""
    ones = [c for c in above.children if c.dep_ == "attr"] if above.lemma_ in ("be", "become") else [above]
    return [t for one in ones for h in syntax.adjuncts(one, "of") for t in h.lefts]


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
    if step.relation == "below" and negation.head == step.below and step.token.tag_ == "VB" and step.below.head.lemma_ in ("have", "be"):
        # "has no tanks to give": of none it is told that they are given.
        return Status.PLEDGED
    if any(governor.token == negation.head for governor in fact.governors):
        return _not_chosen(negation.head, fact)
    if fact.modal is not None and fact.modal.lower_ in ("may", "might"):
        return Status.UNDER_DISCUSSION
    if fact.modal_kind == "obliged":
        # "should not sell": whoever thinks so has nothing to refuse.
        return None
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
    if held.pos_ == "ADJ" and held.lemma_ == "clear":
        # "it is not clear whether Malta will send"
        return None
    if lemma in aside["deciding"] and (fact.is_perfect or word.pos_ == "NOUN" or assess(word).is_perfect):
        return Status.UNDER_DISCUSSION
    return Status.REFUSED if lemma in aside["choosing"] else None


def _is_own_order(noun: Token) -> bool:
    """`its order for 36 jets`."""
    is_order = noun.pos_ == "NOUN" and kind_of(noun) in ("secure", "commit")
    return is_order and any(c.dep_ == "poss" and c.tag_ == "PRP$" for c in noun.children)


def _overrides(step: Step, found: Status, status: Status) -> bool:
    below = step.below
    if step.relation == "report":
        return step.kind == "commit" and status is Status.PLEDGED
    if status is Status.DELIVERED and step.token.lemma_.lower() in lexicon()["aside"]["witnessing"]:
        return False
    if step.kind == "await" and found is Status.REFUSED:
        return True
    if status is Status.DELIVERED and step.token.lemma_.lower() in lexicon()["leave"]["letting"]:
        # "let Malta draw shells": it has.
        return False
    if status is Status.COMMITTED and step.kind == "pledge" and step.relation == "dobj" and below.pos_ == "NOUN" and kind_of(below) is None:
        # "unveiled six planes bought from Malta"
        return False
    if step.kind == "discuss" and status in (Status.PLEDGED, Status.COMMITTED) and _is_own_order(below):
        # "discussed its order for 36 jets": that stands.
        return False
    if status is Status.DELIVERED and step.kind == "pledge" and step.relation == "prep:with" and step.token.tag_ == "VBG":
        # "accused it of bolstering Togo with the export of rockets"
        return False
    is_of_example = step.kind == "give" and step.relation == "dobj" and step.token.tag_ == "VBG" and below.pos_ == "NOUN"
    if status is Status.DELIVERED and is_of_example:
        # "is delivering aircraft, such as the three delivered in May"
        return False
    if step.relation == "below" and status is Status.PLEDGED and step.below.pos_ == "NOUN" and kind_of(step.below) in ("give", "secure"):
        # "a sale of tanks that Malta approved"
        return True
    if step.relation == "below" or step.kind in ("thank", "await") or (step.token.lemma_ == "work" and step.relation in ("xcomp", "advcl")):
        return False
    if status is Status.REQUESTED and step.kind == "pledge" and step.relation == "xcomp":
        # "plans to urge Malta to send"
        return False
    is_finite = below.pos_ in ("VERB", "AUX") and any(
        c.dep_ in ("aux", "nsubj", "nsubjpass", "mark") and c.lower_ != "to" for c in below.children
    )
    is_paid = step.kind == "commit" and step.relation == "prep:for"
    if status is Status.DELIVERED and (step.kind in ("secure", "package") or is_paid or (step.kind in MOVES and step.token.pos_ == "NOUN")):
        # "a shipment of missiles, delivered last week", "commissioned a ship donated by", "paid for 18 guns, which have arrived"
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
    if step.kind == "refuse" and fact.negation is None and _has_relented(step.token):
        return Status.PLEDGED
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
        if step.kind == "discuss" and step.token.lemma_.lower() in lexicon()["aside"]["deciding"] and fact.is_perfect:
            # "has not decided on the jets"
            return Status.UNDER_DISCUSSION
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
        if any(c.lower_ in lexicon()["aside"]["conceivable"] for c in token.children):
            # "reports of a possible transfer"
            return Status.UNDER_DISCUSSION
        return Status.DELIVERED if _is_witnessed(token) or _is_done(token) else Status.PLEDGED
    if _is_imperative(token):
        return Status.REQUESTED
    if _stops_short(token):
        return Status.REFUSED
    if any(c.lower_ == "longer" and c.nbor(-1).lower_ == "no" for c in token.children):
        return Status.WITHDRAWN
    if step.kind == "go" and is_already_there(token):
        return Status.DELIVERED if fact.tense in (Tense.PRESENT, Tense.PAST) and fact.negation is None and not fact.modal_kind else None
    if step.kind == "go" and token.lemma_ == "be" and fact.tense is Tense.PRESENT and fact.negation is None:
        # "are on their way"
        return Status.PLEDGED
    return _moved(step, fact)


def _has_relented(word: Token) -> bool:
    """`refused to send tanks, but changed its mind`, `its refusal to send them, before relenting`: now it will."""
    relenting = lexicon()["aside"]["relenting"]
    for token in word.sent:
        held = relenting.get(token.lemma_.lower()) if token.i > word.i and token.pos_ == "VERB" else None
        if held is None or (held and not any(c.lemma_.lower() in held for c in token.children if c.dep_ == "dobj")):
            continue
        fact = assess(token)
        is_gerund = token.tag_ == "VBG" and token.dep_ == "pcomp"
        if fact.negation is None and not fact.modal_kind and fact.condition is None and (is_gerund or fact.tense is Tense.PAST):
            return True
    return False


def _is_awaited(step: Step) -> bool:
    """`expects 24 jets`; but who `expects announcements on` them need not get any."""
    objects = [c for c in step.token.children if c.dep_ == "dobj"]
    return (
        step.relation in ("dobj", "prep:for") and not syntax.is_passive(step.token) and all(kind_of(c) in (None, "give") for c in objects)
    )


def _is_of_another(step: Step) -> bool:
    """`to stop tanks`, `to block drones`: in battle; `denied that it sent`: nothing is refused."""
    lemma = step.token.lemma_.lower()
    if lemma == "hope" and step.below.pos_ in ("VERB", "AUX") and kind_of(step.below) is None:
        # "hopes that the transfer will tip the scales": not for the transfer.
        return True
    if step.kind == "refuse" and lemma == "be" and step.relation == "prep:against" and step.below.tag_ != "VBG":
        # "is against the sale": of another, as often as not.
        return True
    is_told = step.below.pos_ in ("VERB", "AUX")
    if step.kind == "refuse" and step.relation == "xcomp" and step.below.lemma_.lower() in lexicon()["aside"]["telling"]:
        # "refused to describe the weapons that it would send"
        return True
    if step.kind == "withdraw" or (step.kind == "refuse" and lemma in lexicon()["aside"]["fighting"] and not _is_pressed(step)):
        if step.below.lower_ in lexicon()["phrases"].get(lemma, {}):
            # "put a stop to the sale"
            return False
        is_blocked = (step.kind == "withdraw" or step.relation != "dobj") and lemma in lexicon()["below"]["verbs"]
        return step.below.pos_ != "VERB" and not _is_act(step.below) and not is_blocked
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
    # "presided over the delivery of"
    is_over = noun.dep_ == "pobj" and noun.head.lower_ == "over"
    verb = noun.head.head if is_over else noun.head
    if (is_over or noun.dep_ in ("dobj", "nsubjpass")) and verb.lemma_.lower() in aside["witnessing"]:
        return assess(verb).negation is None
    # "condemned Malta's support, including the transfer of", "accused it of bolstering Togo with the export of"
    judging = next((t for t in noun.ancestors if t.pos_ == "VERB" and t.lower_ != "including" and t.dep_ != "pcomp"), None)
    if judging is not None and judging.lemma_.lower() in aside["accusing"]:
        return assess(judging).negation is None
    return _is_reacted_to(noun)


def _is_reacted_to(noun: Token) -> bool:
    """`in response to Malta's transfer of`, `angry over the delivery of`, `following the delivery of`: it has been made."""
    if noun.dep_ != "pobj":
        return False
    above = syntax.governing_verb(noun.head)
    is_to_come = above is not None and assess(above).tense not in (Tense.PAST, Tense.PRESENT)
    is_after = noun.head.lower_ in ("after", "following")
    # "will move to do so in response to Malta's transfer of"
    is_to_come = is_to_come and (is_after or not any(c.dep_ == "poss" for c in noun.children))
    return not is_to_come and (is_after or noun.head.head.lemma_.lower() in lexicon()["aside"]["reacted"])


def _is_done(noun: Token) -> bool:
    """`The handover is complete`; `its supply of rockets to the rebels is an act of war`, `the delivery changes the debate`."""
    verb = noun.head
    if noun.lemma_ == "supply" and noun.dep_ == "dobj" and verb.lemma_ == "have":
        # "has supplies of missiles from Malta"
        return assess(verb).negation is None and not assess(verb).modal_kind
    if noun.lemma_.lower() in lexicon()["aside"]["handing_over"] and noun.dep_ == "nsubj" and kind_of(verb) is None:
        fact = assess(verb)
        # "Malta's provision of tanks does not mean that"
        is_denied = fact.negation is not None and (fact.tense is Tense.PAST or verb.lemma_.lower() in lexicon()["aside"]["coming_about"])
        is_real = fact.tense in (Tense.PRESENT, Tense.PAST) and not is_denied and not fact.modal_kind
        is_to_come = any(c.lower_ in lexicon()["aside"]["to_come"] or c.dep_ == "neg" for c in noun.children)
        # "is due", "is in doubt"; but "is an act of war", "is helpful"
        said = [c for c in verb.children if c.dep_ in ("attr", "acomp") and c.lemma_.lower() not in lexicon()["aside"]["undone"]]
        is_real = is_real and (verb.lemma_ != "be" or bool(said))
        is_known = noun.lemma_.lower() in lexicon()["aside"]["happening"]
        if is_real and not is_to_come and (is_known or any(c.dep_ == "poss" or c.lower_ == "the" for c in noun.children)):
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
    packages = lexicon()["packages"]
    return is_sum or kind_of(noun) is not None or noun.lemma_.lower() in (*packages["heads"], *packages["frames"])


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
