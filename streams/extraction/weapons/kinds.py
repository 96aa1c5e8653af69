"""What kind of word of a transfer a word is: it gives, gets, promises, asks, refuses; alone, or with the words beside it."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.factuality import Governor
from streams.extraction.lexicon import words
from streams.extraction.weapons.weapon import lexicon

__all__ = [
    "AGAINST",
    "MOVES",
    "asked_with",
    "holding_noun",
    "is_already_there",
    "is_used_by",
    "is_won",
    "kind_of",
    "kind_of_copula",
    "mission_of",
]

MOVES = frozenset({"give", "get", "go", "secure"})
"""Kinds of words by which weapons change hands; the others say that they will, may or will not."""

AGAINST = frozenset({"refuse", "delay", "withdraw"})
"""Kinds of words by which they do not."""

_NAMED = frozenset({"GPE", "NORP", "ORG"})
"""What the parser takes for a state, a people or an organisation."""

WIDEST_VERB_PHRASE = 4
"""Tokens in which the word stands that makes another verb of one: `is already in Ukrainian hands`."""


def kind_of(token: Token) -> str | None:
    """What kind of transfer word a token is, if any."""
    lemma = token.lemma_.lower()
    by_verb, by_noun = lexicon()["by_verb"], lexicon()["by_noun"]
    if token.pos_ in ("NOUN", "PROPN"):
        return _kind_of_noun(token)
    if token.pos_ not in ("VERB", "AUX"):
        return None
    if lemma == "be" or holding_noun(token) is not None:
        return _of_phrase(token) or _of_frame(token) or kind_of_copula(token)
    if lemma in lexicon()["leave"]["taking"]:
        particle = Governor(token, "").lemma
        by_particle = by_verb.get(particle) if particle != lemma else None
        return _of_phrase(token) or by_particle or _of_frame(token) or ("get" if _is_taken_by_leave(token) else None)
    phrase = _of_phrase(token)
    if phrase == "" or _says_nothing(token):
        return None
    kind: str | None = phrase or _of_dropped(token) or _of_leave(token) or by_verb.get(Governor(token, "").lemma) or by_verb.get(lemma)
    if lemma in lexicon()["aside"]["phases"]:
        # "began deliveries of", "deliveries began": not every beginning.
        begun = [c for c in token.children if c.dep_ in ("dobj", "nsubj", "nsubjpass", "xcomp")]
        if lemma in ("complete", "finish") and any(by_noun.get(c.lemma_.lower()) == "secure" for c in begun):
            # "completed the purchase of"
            return "commit"
        return "give" if any(by_noun.get(c.lemma_.lower()) == "give" for c in begun) else None
    if (moved := _of_frame(token)) is not None:
        return moved
    if lemma in ("order", "direct", "reach") and (ordered := _of_ordered(token)):
        return ordered
    if lemma in lexicon()["aside"]["wishing"] or _favours(token):
        return _of_wish(token)
    if _gives_up_refusing(token):
        return "resume"
    if kind == "get" and any(c.dep_ == "dobj" and c.ent_type_ == "PERSON" for c in token.children):
        # "welcomed the president"
        return None
    if kind in ("get", "give", "secure"):
        # "received confirmation", "gave a promise": nothing has changed hands.
        held = [by_noun.get(c.lemma_.lower()) for c in token.children if c.dep_ == "dobj" and c.pos_ == "NOUN"]
        return next((k for k in held if k in ("commit", "pledge", "ask", "refuse", "resume")), kind)
    if lemma in lexicon()["law"]["verbs"]:
        # Lawmakers pass a bill; a town may be passed too.
        passed = {c.lemma_.lower() for c in token.children if c.dep_ in ("dobj", "nsubjpass")}
        return kind if passed & set(lexicon()["law"]["nouns"]) else None
    return kind


def _kind_of_noun(noun: Token) -> str | None:
    found: str | None = lexicon()["by_noun"].get(noun.lemma_.lower())
    is_of_amount = found in ("units", "others", "containers", "measures", "ordinals")
    if noun.lemma_ == "bid" and any(c.dep_ == "prep" and c.lower_ == "for" for c in noun.children):
        # "Malta's bid for tanks"; but "a bid to sell"
        return "ask"
    # "made the right call on sending"
    is_choice = noun.lemma_ == "call" and noun.head.lemma_ == "make"
    # "six transports landed": planes.
    is_plane = noun.lemma_ == "transport" and noun.tag_ == "NNS"
    return None if is_of_amount or is_choice or is_plane or _is_stock(noun) else found


def _is_stock(noun: Token) -> bool:
    """`destroyed its supply of rockets`: what it has, and gives to nobody."""
    if noun.lemma_.lower() != "supply" or noun.tag_ != "NN":
        return False
    is_own = any(c.dep_ == "poss" for c in noun.children) and bool(syntax.adjuncts(noun, "of"))
    return is_own and not syntax.adjuncts(noun, "to", "for", "by")


def _is_of_carrier(verb: Token) -> bool:
    is_home = any(c.lower_ in ("home", "back") for c in verb.children)
    return not is_home and any(c.dep_ == "nsubj" and c.lemma_.lower() in lexicon()["sources"]["carriers"] for c in verb.children)


def _of_frame(verb: Token) -> str | None:
    """What a verb says by what stands beside it: `From Malta came 20 tanks`, `presented it to Malta`, `leased from Malta`."""
    lemma = verb.lemma_.lower()
    if lemma == "come" and any(c.dep_ == "prep" and c.lower_ == "from" and c.i < verb.i for c in verb.children):
        return "go"
    if lemma in ("sail", "depart") and any(_is_loaded(c) for c in verb.children):
        # "a freighter loaded with tanks for Malta sailed from Bergen"
        return "go"
    if lemma in ("have", "be") and _is_on_order(verb):
        return "secure"
    if lemma in ("light", "lit") and [t.lower_ for t in verb.doc[max(verb.i - 2, 0) : verb.i]] == ["green", "-"]:
        # "green-lit the sale"
        return "commit"
    held = {c.lemma_.lower() for c in verb.children if c.dep_ in ("dobj", "nsubjpass")}
    if lemma == "fill" and "order" in held:
        return "fulfil"
    if lemma == "set" and any(c.lower_ == "up" for c in verb.children) and any(_is_fund_for_arms(c) for c in verb.children):
        return "pledge"
    if lemma == "present" and _is_handed_over(verb):
        return "give"
    if lemma == "join" and any(c.dep_ == "dobj" and c.lemma_.lower() in lexicon()["sources"]["public_bodies"] for c in verb.children):
        # "joined Malta's navy"
        return "go"
    if lemma == "fly" and syntax.adjuncts(verb, "to", "into") and (syntax.is_passive(verb) or any(c.dep_ == "dobj" for c in verb.children)):
        # "flew 300 missiles to Malta"; but "flew to Malta to ask for missiles"
        return "give"
    if lemma in ("fly", "bring") and _is_of_carrier(verb):
        # "The plane flew to Assab": with what it carries; "planes brought tanks to Malta"
        return "go" if lemma == "fly" else "give"
    return "secure" if lemma in ("lease", "rent", "borrow") and any(c.lower_ == "from" for c in verb.children) else None


def _is_fund_for_arms(noun: Token) -> bool:
    """`set up a fund to buy tanks`."""
    if noun.dep_ not in ("dobj", "nsubjpass") or noun.lemma_.lower() not in lexicon()["packages"]["funds"]:
        return False
    by_verb = lexicon()["by_verb"]
    return any(c.tag_ == "VB" and by_verb.get(c.lemma_.lower()) in ("get", "secure", "give") for c in noun.children)


def _is_on_order(verb: Token) -> bool:
    """`has six planes on order from Malta`, `are on order`."""
    nodes = (verb, *(c for c in verb.children if c.dep_ == "dobj"))
    orders = [h for node in nodes for h in syntax.adjuncts(node, "on") if h.lower_ == "order"]
    return any(c.dep_ not in ("det", "poss") for order in orders for c in (order, *order.children)) and not any(
        c.dep_ in ("det", "poss") for order in orders for c in order.children
    )


def _is_loaded(carrier: Token) -> bool:
    if carrier.dep_ != "nsubj" or carrier.lemma_.lower() not in lexicon()["sources"]["carriers"]:
        return False
    return any(c.dep_ in ("acl", "relcl") and c.lemma_.lower() in lexicon()["clause"]["carrying"] for c in carrier.children)


def _is_shown(thing: Token) -> bool:
    """`presented evidence on missiles`, `presented captured tanks to reporters`: nobody gets any."""
    if thing.dep_ != "dobj" or kind_of(thing) is not None:
        return False
    watching = lexicon()["aside"]["watching"]
    goals = [h for node in (thing, thing.head) for h in syntax.adjuncts(node, "to")]
    return bool(syntax.adjuncts(thing, "on", "about", "of")) or any(h.lemma_.lower() in watching for h in goals)


def _is_handed_over(verb: Token) -> bool:
    """`presented a patrol boat to Malta`; but not `presented a plan to lawmakers`."""
    held = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")]
    # "presented a film on howitzers"
    is_thing = bool(held) and not any(syntax.adjuncts(c, "on", "about") for c in held)
    is_thing = is_thing and all(lexicon()["by_noun"].get(c.lemma_.lower()) in (None, "units") for c in held)
    # "presented a boat built by Nordvest to Malta", to whichever of the words the parser hangs Malta
    nodes = (verb, *held, *(c for thing in held for c in thing.children if c.dep_ == "acl"))
    goals = [h for node in nodes for h in syntax.adjuncts(node, "to")]
    goals = [h for h in goals if h.lemma_.lower() not in lexicon()["aside"]["watching"]]
    return is_thing and any(h.ent_type_ in _NAMED or any(c.ent_type_ in _NAMED for c in h.children) for h in goals)


def _of_dropped(verb: Token) -> str | None:
    """`dropped crates of rifles to the rebels` gives them; `dropped its plan to sell` does not; `dropped bombs on`, `to destroy` is war."""
    held = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass")] if verb.lemma_ == "drop" else []
    if verb.lemma_ == "drop" and verb.dep_ == "acl" and syntax.is_passive(verb):
        # "weapons dropped by Malta for the army"
        nodes = (verb, *syntax.adjuncts(verb, "by"))
        named = [
            h
            for node in nodes
            for h in syntax.adjuncts(node, "to", "for")
            if h.ent_type_ in _NAMED or any(c.ent_type_ in _NAMED for c in h.children)
        ]
        return "give" if named else None
    if any(lexicon()["by_noun"].get(c.lemma_.lower()) in ("pledge", "discuss", "ask") for c in held):
        return "withdraw"
    goals = [h for node in (verb, *held) for h in syntax.adjuncts(node, "to")]
    return "give" if held and any(h.pos_ in ("NOUN", "PROPN", "PRON") for h in goals) else None


def _of_leave(verb: Token) -> str | None:
    """`let Malta buy tanks`, `let Malta draw shells from a stockpile`: whoever lets it gives; but not `let the deadline pass`."""
    if verb.lemma_.lower() not in lexicon()["leave"]["letting"]:
        return None
    let = [c for c in verb.children if c.dep_ in ("ccomp", "xcomp") and c.tag_ == "VB"]
    by_verb, taking = lexicon()["by_verb"], lexicon()["leave"]["taking"]
    gets = (by_verb.get(c.lemma_.lower()) in ("get", "secure") or (c.lemma_.lower() in taking and _is_taken_by_leave(c)) for c in let)
    return "commit" if any(gets) else None


def _is_taken_by_leave(verb: Token) -> bool:
    """`agreed to take 24 tanks`, `let Malta have tanks`, `let it draw on its stocks`; but not `agreed to take arms off the streets`."""
    leave, lemma = lexicon()["leave"], verb.lemma_.lower()
    behind_to = verb.dep_ == "pcomp" and verb.head.lower_ == "to"
    above = verb.head.head if behind_to else verb.head if verb.dep_ in ("xcomp", "ccomp") else None
    if above is None or any(c.dep_ == "prt" or (c.dep_ != "aux" and c.lower_ in leave["away"]) for c in verb.children):
        return False
    if lemma != "take":
        is_from_store = any(h.lemma_.lower() in lexicon()["packages"]["stores"] for h in syntax.adjuncts(verb, "from", "on", "off"))
        return above.lemma_.lower() in leave["letting"] and (lemma == "have" or is_from_store)
    return above.lemma_.lower() in (*leave["letting"], *lexicon()["aside"]["enabling"], *leave["agreeing"])


def _says_nothing(verb: Token) -> bool:
    """`gave up its weapons`, `get the package through`, `called it historic`, `left ten dead`, `spend ammunition`, `welcomed its aid`."""
    lemma = verb.lemma_.lower()
    if _judges(verb):
        return True
    if lemma == "replace":
        return not _is_asked_to_replace(verb)
    if lemma == "present" and any(_is_shown(c) for c in verb.children):
        return True
    phrases = lexicon()["phrases"].get(lemma, {})
    if any(phrases.get(c.lower_) == "" for c in verb.children) or (lemma == "call" and not _calls_on_somebody(verb)):
        return True
    if any(c.dep_ == "dobj" and c.lemma_.lower() in lexicon()["aside"]["informing"] for c in verb.children):
        # "providing details of the incident"
        return True
    if lemma == "welcome" and any(c.dep_ == "dobj" and c.lemma_.lower() in lexicon()["packages"]["heads"] for c in verb.children):
        # Whoever praises aid need not get it.
        return True
    return lemma in ("leave", "spend") and _acts_on_something_else(verb)


def _judges(verb: Token) -> bool:
    """`is considered an ideal weapon`: what it is, in somebody's eyes; nobody thinks about giving it."""
    is_of_thought = lexicon()["by_verb"].get(verb.lemma_.lower()) == "discuss"
    return is_of_thought and syntax.is_passive(verb) and any(c.dep_ == "oprd" for c in verb.children)


def _calls_on_somebody(verb: Token) -> bool:
    """`called for tanks`, `called on Malta`, `called off`; not `a system called Iron Dome`, `on Sunday called it historic`."""
    if any(c.dep_ == "prt" for c in verb.children):
        return True
    clauses = (c for c in verb.children if c.dep_ in ("advcl", "ccomp", "xcomp") and c.tag_ == "VB")
    if any(c.dep_ == "mark" and c.lower_ == "for" for clause in clauses for c in clause.children):
        # "called for Malta to send tanks"
        return True
    prepositions = [c for c in verb.children if c.dep_ == "prep" and c.lower_ in ("for", "on", "upon")]
    return any(o.ent_type_ not in ("DATE", "TIME") for preposition in prepositions for o in preposition.children if o.dep_ == "pobj")


def _acts_on_something_else(verb: Token) -> bool:
    """Whether a verb has an object that is neither a place to leave nor money to spend."""
    places_or_money = ("GPE", "LOC", "FAC", "ORG", "MONEY", "CARDINAL")
    money = words("figures")["currencies"]["words"]
    objects = [c for c in verb.children if c.dep_ == "dobj" and c.lower_ not in syntax.RELATIVE and c.lemma_.lower() not in money]
    # "spent Tuesday pressing for tanks"
    days = [c for c in verb.children if verb.lemma_ == "spend" and c.dep_ == "npadvmod" and c.tag_ in ("NNP", "NN")]
    return any(c.ent_type_ not in places_or_money and c.lemma_.lower() not in lexicon()["sources"]["ports"] for c in objects) or (
        bool(days) and not objects
    )


def _gives_up_refusing(verb: Token) -> bool:
    """`has dropped its opposition to selling`, `lifted its ban on`."""
    by_noun = lexicon()["by_noun"]
    is_reversing = verb.lemma_.lower() in lexicon()["aside"]["reversing"]
    return is_reversing and any(c.dep_ == "dobj" and by_noun.get(c.lemma_.lower()) == "refuse" for c in verb.children)


def holding_noun(verb: Token) -> Token | None:
    """`package` of `guns are in the package`, `will form part of the package`, `are among the items`: what holds the subject."""
    lemma, lists = verb.lemma_.lower(), lexicon()["lists"]
    if verb.pos_ not in ("VERB", "AUX") or lemma not in lists["being_part"]:
        return None
    parts = [c for c in verb.children if c.dep_ in ("dobj", "attr") and c.lemma_.lower() == "part"]
    holders = [verb, *parts] if lemma in ("be", "include") else parts
    held = [h for node in holders for h in syntax.adjuncts(node, *(("of",) if node in parts else ("in", "among")))]
    packages = [noun for noun in held if noun.lemma_.lower() in lists["subjects"] and noun.lemma_.lower() not in lists["whole"]]
    return next((noun for noun in packages if kind_of(noun) != "discuss"), None)


def _of_ordered(verb: Token) -> str | None:
    """`ordered a delivery`, `directed a drawdown`, `reached an agreement`: what it confirms; `ordered 20 tanks` buys them."""
    held = {lexicon()["by_noun"].get(c.lemma_.lower()) for c in verb.children if c.dep_ == "dobj"}
    if verb.lemma_.lower() == "reach":
        return "commit" if held & {"commit", "package"} else None
    if verb.lemma_.lower() == "direct" and "package" in held:
        return "commit"
    is_done = any(c.dep_ == "ccomp" for c in verb.children) or bool(held & {"give", *AGAINST})
    return "commit" if is_done else None


def _is_asked_to_replace(verb: Token) -> bool:
    """`appealed to Norway to replace 11 helicopters`, that are to come from there; not `to replace its helicopters`, nor `with jets`."""
    is_asked = verb.tag_ == "VB" and verb.dep_ in ("xcomp", "advcl", "ccomp") and kind_of(verb.head) == "ask"
    if not is_asked or any(c.dep_ in syntax.SUBJECT or c.lower_ in ("with", "by") for c in verb.children):
        return False
    return not any(c.dep_ == "poss" for o in verb.children if o.dep_ == "dobj" for c in o.children)


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


def kind_of_copula(verb: Token) -> str | None:
    """`discussions are underway`, `Germany is ready`: the word that says it stands beside; `there are`: a list."""
    if holding_noun(verb) is not None:
        return "list"
    if verb.dep_ == "ccomp" and verb.head.lemma_.lower() in lexicon()["aside"]["assuring"] and _is_at_place(verb):
        # "promised that the tanks would be in Malta by Christmas"
        return "go"
    if is_already_there(verb):
        return "go"
    if verb.lemma_ == "be" and any(c.dep_ == "attr" and c.lemma_.lower() in lexicon()["aside"]["gifts"] for c in verb.children):
        # "The boats were a gift from Malta to Togo"
        return "go"
    for child in verb.children:
        if child.dep_ in ("nsubj", "attr", "acomp"):
            by = lexicon()["by_noun" if child.pos_ == "NOUN" else "by_verb"]
            kind = by.get(child.lemma_.lower())
            if kind in ("discuss", "ask", "refuse", "delay", "pledge"):
                return str(kind)
        behind = {c.lemma_.lower() for c in child.children}
        if child.dep_ == "prep" and child.lower_ == "among" and not behind.isdisjoint(lexicon()["lists"]["subjects"]):
            return "list"
        if child.dep_ == "prep" and child.lower_ == "in" and verb.lemma_ == "be":
            # "is in talks to buy"
            held = next((c for c in child.children if c.dep_ == "pobj"), None)
            if held is not None and lexicon()["by_noun"].get(held.lemma_.lower()) == "discuss":
                return "discuss"
        if child.dep_ == "expl" and any(c.dep_ == "aux" and c.lower_ == "will" for c in verb.children):
            return "list"
    return None


def is_already_there(verb: Token) -> bool:
    """`The first five are already in the country`, `are already in Malta`: they have come."""
    is_already = verb.lemma_ == "be" and any(c.lower_ == "already" for c in verb.children)
    return is_already and any(h.ent_type_ == "GPE" or h.lemma_.lower() in ("country", "nation") for h in syntax.adjuncts(verb, "in"))


def _is_at_place(verb: Token) -> bool:
    is_to_come = any(c.dep_ == "aux" and c.lower_ in ("will", "would") for c in verb.children)
    return verb.lemma_ == "be" and is_to_come and any(h.ent_type_ == "GPE" for h in syntax.adjuncts(verb, "in"))


def is_used_by(token: Token) -> bool:
    """`fired`, `the use of`: a word for what weapons do, or what is done with them."""
    return token.pos_ in ("VERB", "NOUN") and token.lemma_.lower() in lexicon()["clause"]["using"]


def mission_of(infinitive: Token) -> Token | None:
    """`conducted` of `conducted an airdrop to supply the rebels with rifles`: what it flew it flew to give them."""
    above, aside = infinitive.head, lexicon()["aside"]
    if infinitive.tag_ != "VB" or infinitive.dep_ not in ("relcl", "acl", "advcl", "xcomp"):
        return None
    verb = above.head if above.pos_ == "NOUN" and above.dep_ == "dobj" else above
    flown = [c for c in verb.children if c.dep_ == "dobj" and c.i < infinitive.i and c.lemma_.lower() in aside["missions"]]
    return verb if verb.lemma_.lower() in aside["running"] and flown else None


def is_won(noun: Token) -> bool:
    """`received an order from Malta`, `won an order from Malta`: whoever it is from buys."""
    verb = noun.head
    is_got = noun.dep_ == "dobj" and verb.pos_ == "VERB" and verb.lemma_.lower() in lexicon()["sources"]["winning"]
    return is_got and noun.lemma_ == "order" and any(c.dep_ == "prep" and c.lower_ == "from" for c in (*noun.children, *verb.children))


def asked_with(verb: Token, infinitive: Token) -> Token | None:
    """`calls` of `issued calls to Russia to stop`, where the parser hangs what is asked for on the verb."""
    if verb.pos_ != "VERB" or infinitive.tag_ != "VB":
        return None
    return next((c for c in verb.children if c.dep_ == "dobj" and c.i < infinitive.i and kind_of(c) == "ask"), None)
