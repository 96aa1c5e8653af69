"""Who comes together by a verb of coming: they return, are called back or expected, brought to the table, or follow others."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.lexicon import words
from streams.extraction.talks.meeting import talks_words

__all__ = [
    "are_both_sides",
    "brings_to_table",
    "called_back",
    "expected_at",
    "follow_in_turn",
    "is_return",
    "is_time_spent",
    "returns_below",
    "returns_to",
    "see_each_other",
]


def brings_to_table(verb: Token) -> bool:
    """`brought both sides to the negotiating table`, `to get Ghana and Togo to the table`; not `brought it to the table of the two`."""
    brought = syntax.objects(verb) if verb.lemma_.lower() in ("bring", "get") and verb.pos_ == "VERB" else []
    places = [head for node in (verb, *brought) for head in syntax.adjuncts(node, "to", "at", "around")] if brought else []
    return any(head.lemma_ == "table" and not any(c.lower_ == "of" for c in head.children) for head in places)


def expected_at(verb: Token) -> list[Token]:
    """`Oslo` of `Ministers of both are expected in Oslo on Friday`, `are due to arrive in Oslo`: who come there together meet there."""
    due = [c for c in verb.children if c.dep_ == "acomp" and c.lower_ == "due"] if verb.lemma_ == "be" else []
    if not due and not (verb.lemma_ == "expect" and verb.tag_ == "VBN" and syntax.is_passive(verb)):
        return []
    coming = [c for node in (verb, *due) for c in node.children if c.dep_ == "xcomp"]
    came = syntax.subjects(verb) if due else syntax.objects(verb)
    are_many = _are_envoys(came) and all(c.tag_ in ("NNS", "NNPS") for c in came)
    if not are_many or any(c.lemma_.lower() not in talks_words()["verbs"]["motion"] for c in coming):
        return []
    nodes = (verb, *due, *coming)
    below = [c for node in nodes for c in node.children if c not in nodes]
    if any(c.lower_ in ("for", "after", "before") or c.dep_ in ("xcomp", "advcl", "neg") for c in below):
        # "Are expected in Paris for the funeral".
        return []
    return [head for node in nodes for head in syntax.adjuncts(node, "in", "at", "to")]


def follow_in_turn(verb: Token) -> bool:
    """`Experts are to follow in Lima in May`, `their defence ministers will follow`: in a meeting of their own."""
    groups = talks_words()["groups"]
    who = {*groups["sides"], *groups["seconds"]}
    if verb.lemma_ != "follow" or syntax.is_passive(verb) or syntax.objects(verb):
        return False
    several = any(s.tag_ == "NNS" and s.lemma_.lower() in who for s in syntax.subjects(verb))
    is_to_come = any(c.tag_ in ("MD", "TO") for c in verb.children) or verb.head.lemma_ in ("be", "expect", "due")
    is_somewhen = any(c.dep_ in ("prep", "npadvmod") and c.lower_ not in ("from", "to", "into") for c in verb.children)
    return several and is_to_come and is_somewhen


def see_each_other(verb: Token) -> bool:
    """`are to see one another in Davos`; not `see each other as rivals`, `saw each other off`, nor who has not done so for years."""
    if verb.lemma_ != "see":
        return False
    is_each_other = any(o.doc[o.left_edge.i : o.right_edge.i + 1].text.lower() in ("each other", "one another") for o in verb.children)
    # "In Davos, where both will speak": told of the place.
    behind = [c for c in verb.children if not any(t.lower_ in ("where", "when") for t in c.children)]
    is_else = any(c.lower_ in ("as", "off", "out", "through") or c.dep_ in ("neg", "xcomp", "ccomp", "oprd") for c in behind)
    return is_each_other and not is_else and bool(syntax.adjuncts(verb, "in", "at", "on"))


def is_time_spent(verb: Token) -> bool:
    """`spent three hours in a hotel`, `spent the week trying to agree`, `sat for two days`: of two who do so together, they met."""
    if verb.lemma_ == "sit":
        return any(time.lemma_ in ("hour", "day") for time in syntax.adjuncts(verb, "for"))
    spans = talks_words()["verbs"]["spans"]
    times = [of for time in syntax.objects(verb) for of in (time, *syntax.adjuncts(time, "of"))]
    if verb.lemma_ != "spend" or not any(time.lemma_.lower() in spans for time in times) or not _is_of_envoys(verb):
        return False
    if aims := [c for c in verb.children if c.tag_ == "VBG" and c.dep_ in ("advcl", "xcomp")]:
        return any(aim.lemma_.lower() in talks_words()["verbs"]["spent_on"] for aim in aims)
    nouns = talks_words()["nouns"]
    rooms = {*nouns["venue"], *nouns["place"], "room"} - {"museum", "stadium", "university"}
    return any(place.lemma_.lower() in rooms for place in syntax.adjuncts(verb, "in", "at", "inside"))


def _is_of_envoys(verb: Token) -> bool:
    """`The leaders of Ghana and Togo`, `negotiators from both`: who would not spend his time on anything else."""
    return _are_envoys(syntax.subjects(verb))


def _are_envoys(heads: list[Token]) -> bool:
    roles = words("roles")
    levels = (roles["titles"][level] for level in ("leaders", "ministers", "delegates", "technical"))
    acting = {title.split()[-1] for titles in levels for title in titles} | {"delegation", "official", "team", "side", "servant"}
    return any(head.lemma_.lower() in acting for head in heads)


def is_return(verb: Token) -> bool:
    """`Both will return to Lima`, `they are to be back in Lima on Friday`: a meeting, where they met there before."""
    is_back = any(c.lower_ == "back" for c in verb.children)
    if verb.lemma_ != "return" and not (is_back and verb.lemma_ in ("be", "come", "go")):
        return False
    is_to_come = any(c.tag_ in ("MD", "TO") for c in verb.children) or verb.tag_ in ("VBP", "VBZ")
    return is_to_come and bool(returns_to(verb)) and not syntax.objects(verb) and any(are_both_sides(s) for s in syntax.subjects(verb))


def returns_to(verb: Token) -> list[Token]:
    """`Lima` of `will be back in Lima`."""
    return [head for node in (verb, *(c for c in verb.children if c.lower_ == "back")) for head in syntax.adjuncts(node, "to", "in")]


def called_back(verb: Token) -> list[Token]:
    """`Oman asked both to come back`: whom; the parser may hang them on the verb below."""
    below = (c for clause in returns_below(verb) for c in clause.children if c.dep_ in ("nsubj", "preconj") and c.i > verb.i)
    return [*syntax.objects(verb), *below]


def returns_below(verb: Token) -> list[Token]:
    return [c for c in verb.children if c.dep_ == "xcomp" and c.lemma_.lower() in ("come", "go", "return")]


def are_both_sides(token: Token) -> bool:
    """`them`, `both delegations`, `the two sides`; not `its delegation`."""
    if token.lower_ in ("them", "they", "both"):
        return True
    counted = {c.lower_ for c in token.children} & {"both", "two", "the"}
    return token.lemma_.lower() in talks_words()["verbs"]["recalled"] and token.tag_ == "NNS" and bool(counted)
