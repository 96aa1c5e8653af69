"""Slips of tagger and parser that can be told from the words around them, put right."""

from __future__ import annotations

from calendar import day_name
from functools import cache
from typing import Any

import numpy as np
from spacy.tokens import Doc, Token

from streams.extraction import syntax
from streams.extraction.attachments import meeting_between, offered_behind, verb_of_opening
from streams.extraction.lexicon import words

__all__ = ["is_tree", "mend"]

PARSE: list[int | str] = ["TAG", "POS", "LEMMA", "DEP", "HEAD"]
"""What a mended parse may differ in."""

NOMINAL = frozenset({*syntax.SUBJECT, *syntax.OBJECT, "pobj"}) - {"csubj", "csubjpass"}
"""Places in a clause where no finite verb stands."""

PLACES = frozenset({"GPE", "LOC", "PERSON"})
"""What the recogniser takes a state for."""

BEFORE_NOUN = frozenset({"amod", "compound", "nmod"})


def mend(doc: Doc) -> None:
    """Put right what is wrong in the parse of an article; where no tree would be left, it stays as it was."""
    before: Any = doc.to_array(PARSE)
    for token in doc:
        _mend_slip(token)
        if sum(1 for _ in token.ancestors) >= len(doc):
            # In a circle whoever climbs from a word to its sentence's verb climbs for ever, and so may the next word's mending.
            break
    if not is_tree(doc):
        doc.from_array(PARSE, before)


def is_tree(doc: Doc) -> bool:
    """Whether every word's heads end at a root."""
    heads = np.arange(len(doc)) + doc.to_array("HEAD").astype(np.int64)
    above = heads
    for _ in range(len(doc).bit_length()):
        # Twice as far up each time.
        above = above[above]
    return bool(np.array_equal(heads[above], above))


def _mend_slip(token: Token) -> None:
    _mend_infinitive(token)
    _mend_number_of_round(token)
    _mend_last(token)
    _mend_opening(token)
    _mend_leaders_meeting(token)
    _mend_talks_on_truce(token)
    _mend_visitor(token)
    _mend_following(token)
    if token.tag_ == "VBZ" and token.pos_ == "VERB" and token.dep_ in NOMINAL:
        _make_noun(token)
    elif token.lemma_ == "drop" and token.i > 1 and token.doc[token.i - 1 - (token.doc[token.i - 1].text == "-")].lower_ == "air":
        # "air-dropped", "air dropped": one word with its first part.
        token.lemma_ = "airdrop"
    elif token.dep_ == "conj":
        _mend_conjunct(token)
    elif token.dep_ in BEFORE_NOUN and token.pos_ in ("NOUN", "PROPN") and token.i < token.head.i:
        _mend_before_noun(token)
    elif token.lower_ == "for" and token.dep_ == "prep" and _leads_guest(token):
        token.head = token.head.head
    elif token.dep_ == "agent":
        _mend_passive(token)
    elif token.dep_ == "relcl" and (package := _package_of(token)) is not None:
        token.head = package
    elif token.dep_ in ("csubj", "csubjpass"):
        _mend_clause_as_subject(token)
    elif token.dep_ == "prep":
        _mend_preposition(token)
    elif token.dep_ == "pobj" and _ends_name(token):
        _part_day_from_name(token)
    elif token.dep_ == "appos":
        _mend_second_name(token)
    elif token.dep_ in ("nsubj", "dobj"):
        _mend_second_subject(token)
        _mend_meeting(token)
    elif token.lower_ == "as" and token.dep_ == "prep" and (verb := _clause_behind(token)) is not None:
        _make_clause(token, verb)


def _mend_second_name(token: Token) -> None:
    if _is_named_after_style(token):
        _make_name_head(token)
    elif (verb := verb_of_opening(token)) is not None:
        token.head, token.dep_ = verb, "nsubj"


def _mend_before_noun(token: Token) -> None:
    if _is_side(token):
        _take_apart(token)
    elif token.tag_ == "NN" and (offer := offered_behind(token)) is not None:
        _make_offered(token, offer)


def _make_noun(token: Token) -> None:
    """`Ceasefire talks between Ghana and Togo are under way`: a verb to the tagger, and the parser knows better."""
    token.tag_, token.pos_ = "NNS", "NOUN"
    for child in token.lefts:
        if child.dep_ in syntax.SUBJECT and child.pos_ == "NOUN":
            child.dep_ = "compound"


def _ends_compound(talks: Token) -> bool:
    """`ahead of Ghana-Togo ceasefire talks to be held in Lome`: a verb to the tagger; `for ceasefire and prisoner release negotiations`."""
    if talks.tag_ == "VBZ":
        before = talks.nbor(-1) if talks.i > talks.sent.start else talks
        return before.lower_ in _topics() and before.dep_ in ("pobj", "dobj") and not any(c.dep_ in syntax.SUBJECT for c in talks.children)
    first = talks.head
    if talks.dep_ != "conj" or first.tag_ != "NN" or first.lower_ not in _topics() or talks.left_edge.i - first.i != 2:
        return False
    is_bare = first.dep_ in ("pobj", "dobj") and not any(c.dep_ == "det" for c in (*first.children, *talks.children))
    return is_bare and first.nbor(1).lower_ == "and" and any(c.dep_ == "compound" for c in talks.children)


def _mend_talks_on_truce(talks: Token) -> None:
    if talks.lower_ not in ("talks", "negotiations"):
        return
    to = talks.nbor(-1) if talks.i > talks.sent.start else talks
    if talks.dep_ == "xcomp" and to.lower_ == "to" and to.head == talks:
        # "Invited Togo to talks": what Togo is to do, for the parser.
        to.head, to.dep_, to.tag_, to.pos_ = talks.head, "prep", "IN", "ADP"
        talks.head, talks.dep_, talks.tag_, talks.pos_ = to, "pobj", "NNS", "NOUN"
        return
    if not _ends_compound(talks):
        return
    # Of "could risk disrupting the ceasefire talks" the parser makes two verbs: the topic stands before the second.
    topic = talks.head if talks.dep_ == "conj" and talks.tag_ != "VBZ" else talks.nbor(-1)
    above, relation = topic.head, topic.dep_
    if talks in (above, talks.head):
        return
    before = [c for c in talks.lefts if talks.dep_ != "conj" and topic in c.subtree]
    if talks.is_ancestor(above) and not any(above == c or c.is_ancestor(above) for c in before):
        # "disrupting the ceasefire talks that officials have said were": what stands above the topic stands below the talks.
        return
    for child in before:
        # "Ahead" of "ahead of ceasefire talks", to the parser how one talks.
        child.head = talks.head
    behind = [c for c in topic.children if c.i > topic.i and c != talks]
    talks.tag_, talks.pos_ = "NNS", "NOUN"
    talks.head, talks.dep_ = above, relation
    topic.head, topic.dep_ = talks, "compound"
    for child in behind:
        child.head = talks
    for child in talks.children:
        if child.dep_ == "xcomp" and child.tag_ in ("VB", "VBN"):
            child.dep_ = "acl"


def _mend_visitor(visiting: Token) -> None:
    """`met with visiting Togolese premier Yao Kpodo`: a guest, and not what was done meanwhile."""
    if visiting.lower_ != "visiting":
        return
    above = visiting.head
    is_clause = visiting.dep_ in ("pcomp", "xcomp") or (visiting.dep_ == "advcl" and above.i == visiting.i - 1)
    if not is_clause or any(True for _ in visiting.lefts):
        return
    guest = next((c for c in visiting.rights if c.dep_ == "dobj" and c.left_edge.i == visiting.i + 1), None)
    is_met = above.lower_ in ("with", "to") if visiting.dep_ == "pcomp" else above.lemma_ in ("meet", "tell", "host", "welcome", "receive")
    if guest is None or not is_met or not (guest.ent_type_ == "PERSON" or _noun(guest) in _people() | _titles()):
        return
    for child in list(visiting.rights):
        child.head = above if child != guest and above.pos_ == "VERB" else guest
    guest.head, guest.dep_ = above, "pobj" if visiting.dep_ == "pcomp" else "dobj"
    visiting.head, visiting.dep_, visiting.tag_, visiting.pos_ = guest, "amod", "VBG", "ADJ"


def _mend_following(token: Token) -> None:
    """`Following a five-hour meeting, both announced it`, `announced it following talks`: a verb to the tagger, and nobody follows."""
    if token.lower_ != "following" or token.pos_ != "VERB":
        return
    after = next((c for c in token.children if c.dep_ in ("dobj", "pobj") and c.i > token.i), None)
    is_bare = not any(c.dep_ in (*syntax.SUBJECT, "aux", "auxpass") for c in token.children)
    if after is None or not is_bare or token.dep_ not in ("prep", "advcl", "acl"):
        return
    if token.dep_ != "prep" and not {_noun(after), *(_noun(of) for of in syntax.adjuncts(after, "of"))} & _meetings():
        return
    above = syntax.governing_verb(token.head) if token.dep_ == "acl" and token.head.dep_ in syntax.OBJECT else None
    token.tag_, token.pos_, token.dep_, after.dep_ = "IN", "ADP", "prep", "pobj"
    token.head = above or token.head
    for child in token.children:
        child.head = child.head if child == after else after


def _mend_opening(token: Token) -> None:
    """`Talks open in Accra on 3 October`, `Ghana and Togo plan to meet`: no verb to the tagger, and none beside it."""
    if token.dep_ != "ROOT" or token.pos_ not in ("ADJ", "NOUN", "VERB"):
        return
    if token.pos_ in ("NOUN", "VERB"):
        _make_planning(token)
        return
    if token.lower_ != "open" or token.tag_ != "JJ":
        return
    if any(c.dep_ == "nsubj" and c.tag_ in ("NNS", "NNPS") for c in token.lefts) and not any(c.pos_ == "AUX" for c in token.children):
        token.tag_, token.pos_ = "VBP", "VERB"


def _make_planning(token: Token) -> None:
    """`Ghana and Togo plan to meet`: who has a subject and an infinitive right behind is a verb."""
    aim = next((c for c in token.rights if c.dep_ in ("xcomp", "acl") and c.tag_ == "VB" and token.nbor(1).lower_ == "to"), None)
    # "The United States and Malta plan to": before the noun that it takes it for, they are no subject to the parser.
    subjects = (
        c
        for c in token.lefts
        if (c.dep_ == "nsubj" and token.pos_ == "NOUN") or (c.dep_ == "nmod" and any(cc.dep_ == "cc" for cc in c.children))
    )
    subject = next(subjects, None)
    if aim is None or subject is None or any(c.pos_ == "AUX" for c in token.children):
        return
    subject.dep_ = "nsubj"
    if token.pos_ == "VERB":
        return
    token.tag_, token.pos_, aim.dep_ = "VBZ" if token.tag_ == "NNS" else "VBP", "VERB", "xcomp"
    beside = token.nbor(-1)
    if beside.dep_ == "compound" and beside.head == token and any(c.dep_ == "cc" for c in subject.children):
        # "Ghana's premier and Togo's president plan to meet".
        beside.dep_, beside.head = "conj", subject


def _mend_conjunct(token: Token) -> None:
    if (listed := _listed_before(token)) is not None:
        _make_noun(token)
        token.head = listed
    elif (infinitive := _infinitive_before(token)) is not None:
        token.tag_, token.head = "VB", infinitive
    elif (verb := _verb_of_next_clause(token)) is not None:
        _make_subject(token, verb)
    elif (noun := _noun_of_reduced(token)) is not None:
        _make_reduced(noun, token)


def _mend_second_subject(token: Token) -> None:
    """`The tanks Malta bought from Togo have come`: two subjects to the parser, of which one was bought."""
    if token.dep_ != "nsubj" or token.pos_ != "PROPN" or token.i == 0:
        return
    before = token.nbor(-1)
    if before.dep_ != "nsubj" or before.head != token.head or before.pos_ != "NOUN":
        return
    clause = next((c for c in token.rights if c.dep_ == "acl" and c.i == token.i + 1 and c.tag_ in ("VBD", "VBN")), None)
    if clause is not None:
        clause.head, clause.dep_, clause.tag_ = before, "relcl", "VBD"
        token.head = clause


def _noun_of_reduced(token: Token) -> Token | None:
    """`tanks` of `The tanks supplied by Malta were lost`, `Talks planned for Friday have been called off`: to the parser they planned."""
    first = token.head
    is_finite = token.tag_ in ("VBD", "VBZ", "VBP") or any(c.dep_ in ("aux", "auxpass") for c in token.children)
    if token.pos_ != "VERB" or first.tag_ not in ("VBN", "VBD") or first.i > token.i or not is_finite:
        return None
    if any(c.dep_ in ("aux", "auxpass", "cc", "dobj", "punct") for c in first.children if c.i < token.i):
        return None
    behind = {c.lower_ for c in first.children if first.i < c.i < token.i}
    is_set = first.lemma_.lower() in _plans() and not behind.isdisjoint(("for", "in", "on", "at"))
    if any(c.dep_ in syntax.SUBJECT for c in token.children) or not ("by" in behind or is_set):
        return None
    return next((c for c in first.lefts if c.dep_ in ("nsubj", "nsubjpass") and c.right_edge.i == first.i - 1), None)


def _make_reduced(noun: Token, verb: Token) -> None:
    first = noun.head
    above, relation = (verb if first.head == first else first.head), first.dep_
    later = [c for c in first.children if c.i > verb.i]
    verb.head, verb.dep_ = above, relation
    noun.head, noun.dep_ = verb, "nsubjpass" if any(c.dep_ == "auxpass" for c in verb.children) else "nsubj"
    first.head, first.dep_, first.tag_ = noun, "acl", "VBN"
    for child in later:
        child.head = verb
    for child in first.children:
        if child.lower_ == "by":
            child.dep_ = "agent"


def _mend_clause_as_subject(verb: Token) -> None:
    if verb.dep_ == "csubj":
        subject = _subject_behind(verb)
        if subject is not None:
            verb.dep_, subject.dep_, subject.head = "advcl", "nsubj", verb.head
    elif (subject := _subject_of_reduced(verb)) is not None:
        _hang_reduced(verb, subject)


def _subject_of_reduced(verb: Token) -> Token | None:
    """`18` of `Only 18 of the 50 tanks pledged to Ghana have been delivered`, of which the parser makes a clause with a subject."""
    subjects = [c for c in verb.lefts if c.dep_ in ("nsubj", "nsubjpass")]
    is_reduced = verb.tag_ in ("VBD", "VBN") and not any(c.dep_ in ("aux", "auxpass", "mark", "dobj", "ccomp") for c in verb.children)
    is_joined = len(subjects) == 1 and subjects[0].right_edge.i == verb.i - 1 and verb.i < verb.head.i
    is_joined = is_joined and any(c.lower_ == "of" for c in subjects[0].children)
    return subjects[0] if is_reduced and is_joined and syntax.is_passive(verb.head) else None


def _hang_reduced(verb: Token, subject: Token) -> None:
    noun = verb.nbor(-1)
    subject.head, subject.dep_ = verb.head, "nsubjpass"
    verb.head, verb.dep_, verb.tag_ = noun, "acl", "VBN"
    for child in verb.rights:
        if child.lower_ == "by" and child.dep_ == "prep":
            child.dep_ = "agent"


def _mend_infinitive(token: Token) -> None:
    if token.dep_ == "pobj" and token.head.lower_ == "to" and token.lower_ in _verbs_of_meeting() and not list(token.lefts):
        _make_infinitive(token, token.head, token.head.head, "xcomp")
    if token.tag_ != "VB" or token.dep_ not in ("advcl", "acl"):
        return
    if (verb := _invitation_of(token)) is not None:
        token.head, token.dep_ = verb, "xcomp"
    elif token.dep_ == "advcl" and (offer := _offer_of(token)) is not None:
        token.head, token.dep_ = offer, "acl"


def _mend_preposition(token: Token) -> None:
    if (meeting := meeting_between(token)) is not None:
        token.head = meeting
    elif (verb := _verb_of_lost(token)) is not None:
        token.head = verb
    elif (verb := _verb_behind_and(token)) is not None:
        for child in list(token.lefts):
            # "Virtually and on June 9".
            child.head = token.head
        token.head = verb


def _mend_number_of_round(token: Token) -> None:
    """`Round two is set for May`: two of a kind to the parser."""
    if token.dep_ != "compound" or token.lemma_.lower() != "round":
        return
    number = token.head
    if number.tag_ != "CD" or number.i != token.i + 1:
        return
    token.head, token.dep_ = number.head, number.dep_
    for child in list(number.children):
        child.head = token
    number.head, number.dep_ = token, "nummod"


def _mend_last(token: Token) -> None:
    """`The pair last negotiated in Lima`, `The two last met in May`: to the parser those with whom somebody negotiated last."""
    if token.lower_ != "last" or not 0 < token.i < len(token.doc) - 1:
        return
    subject, verb = token.nbor(-1), token.nbor(1)
    is_bare = verb.tag_ in ("VBN", "VBD") and not any(c.dep_ in (*syntax.SUBJECT, "aux", "auxpass", "agent") for c in verb.children)
    if subject.lower_ not in ("pair", "two", "duo", "sides", "parties") or not is_bare or token.is_ancestor(verb):
        # "The two last named are": those named last.
        return
    root = subject if subject.dep_ == "ROOT" else subject.head
    if root.dep_ == "ROOT" and root != verb and root.pos_ == "NOUN" and root.is_ancestor(verb):
        verb.head, verb.dep_ = verb, "ROOT"
        for child in [c for c in root.children if c.i > token.i and c != verb]:
            child.head = verb
        # "Negotiated face to face".
        root.head, root.dep_ = verb, "advmod"
        for child in [c for c in verb.children if c.dep_ == "appos"]:
            child.dep_ = "advmod"
    elif subject.head not in (verb, token) or subject.dep_ not in ("nummod", "det", "compound", "npadvmod", "dep"):
        return
    verb.tag_, subject.head, subject.dep_ = "VBD", verb, "nsubj"
    token.head, token.dep_ = verb, "advmod"


def _mend_leaders_meeting(token: Token) -> None:
    """`hosted the African Union leaders meeting on Monday`: to the parser those leaders, who meet."""
    if token.lower_ != "meeting" or token.tag_ != "VBG" or token.i == 0:
        return
    people = token.nbor(-1)
    if people.lower_ not in ("leaders", "ministers") or people not in (token.head, *token.lefts):
        return
    verb = people.head if people != token.head and people.dep_ != "nsubj" else token.head if people.head == token else people.head
    is_held = verb.lemma_ in ("hold", "host", "convene", "attend", "schedule", "plan", "arrange", "chair") and verb.i < people.i
    if not is_held or any(c.dep_ in ("aux", "dobj") for c in token.children):
        return
    token.head, token.dep_, token.tag_, token.pos_, token.lemma_ = verb, "dobj", "NN", "NOUN", "meeting"
    for child in [c for c in people.lefts if c.dep_ in ("det", "poss", "nummod")]:
        child.head = token
    people.head, people.dep_ = token, "compound"


def _verb_behind_and(preposition: Token) -> Token | None:
    """`met` of `hosted Malta in May and on June 9 Togo met Ghana`: what stands behind `and`, before who acts, is of the second clause."""
    first, behind = preposition.head, preposition.right_edge.i + 1
    if preposition.i == 0 or preposition.nbor(-1).lower_ != "and" or first.pos_ != "VERB" or first.i > preposition.i:
        return None
    return next((c for c in first.children if c.dep_ == "conj" and c.pos_ == "VERB" and c.left_edge.i in (behind, behind + 1)), None)


def _listed_before(verb: Token) -> Token | None:
    """`trucks` of `lists 62 trucks and eight TB2 drones`: the last is a verb to the tagger, though a number stands before it."""
    is_named = verb.tag_ == "VBZ" and any(c.dep_ in ("compound", "nummod") for c in verb.lefts)
    first = verb.head
    objects = [c for c in first.children if c.dep_ == "dobj" and first.i < c.i < verb.i]
    return objects[-1] if is_named and objects and not any(c.dep_ in syntax.SUBJECT for c in verb.children) else None


def _infinitive_before(verb: Token) -> Token | None:
    """`intensify` of `announced plans to intensify strikes, send advisers, provide arms`: all are planned, and none is done now."""
    if verb.tag_ not in ("VB", "VBP") or any(child.dep_ in (*syntax.SUBJECT, "aux", "auxpass", "neg") for child in verb.children):
        return None
    first = verb.head
    if first.tag_ == "VB" and first.i < verb.i:
        return first
    between = verb.doc[first.i + 1 : verb.i] if first.tag_ in ("VBD", "VBZ") else ()
    # One below the verb itself would close a circle, in which whoever climbs the tree climbs for ever.
    above = (t for t in between if t.tag_ == "VB" and not verb.is_ancestor(t))
    infinitives = [t for t in above if any(c.dep_ == "aux" and c.lower_ == "to" for c in t.children)]
    return infinitives[-1] if infinitives else None


def _verb_of_next_clause(name: Token) -> Token | None:
    """`sent` of `gave tanks to Ghana and Togo sent guns`: who stands before a verb without a subject acts, and got nothing."""
    if name.pos_ != "PROPN" or name.i + 1 >= len(name.doc) or name.doc[name.left_edge.i - 1].dep_ != "cc":
        return None
    behind = name.nbor(1)
    verb = behind.head if behind.dep_ in ("aux", "auxpass") else behind
    first = verb.head
    # "An accord of Ghana and Togo have failed": one state does not have it, and stands in no plural.
    is_finite = behind.tag_ in ("MD", "VBD", "VBZ") if name.tag_ == "NNP" else behind.tag_ in ("MD", "VBD", "VBZ", "VBP")
    is_second = verb.dep_ in ("conj", "advcl", "ccomp") and first.pos_ in ("VERB", "AUX") and first.i < name.i < verb.i
    has_subject = any(child.dep_ in syntax.SUBJECT for child in verb.children)
    is_between = first.is_ancestor(name) and not name.is_ancestor(verb) and not verb.is_ancestor(name)
    listed = syntax.first_of_list(name)
    return verb if is_finite and is_second and not has_subject and is_between and first.i < listed.i else None


def _make_subject(name: Token, verb: Token) -> None:
    joins = name.doc[name.left_edge.i - 1]
    joins.head, verb.dep_ = verb.head, "conj"
    name.head, name.dep_ = verb, "nsubjpass" if any(child.dep_ == "auxpass" for child in verb.children) else "nsubj"


def _is_side(first: Token) -> bool:
    """Whether `the Malian government and rebel groups` is two, and not groups of two kinds."""
    last = first.head
    joins = next((child for child in first.rights if child.dep_ == "cc"), None)
    if joins is None or joins.i + 1 >= last.i or last.tag_ not in ("NNS", "NNPS") or last.lemma_.lower() not in _people():
        return False
    is_close = all(token.dep_ in BEFORE_NOUN or token.head == first for token in last.doc[joins.i + 1 : last.i])
    return is_close and (first.lemma_.lower() in _governments() or first.ent_type_ in PLACES)


def _leads_guest(preposition: Token) -> bool:
    """`asked the leader for talks`: whoever is asked or received is so for talks, and is no leader for talks."""
    guest = preposition.head
    is_guest = guest.dep_ == "dobj" and (guest.pos_ == "PROPN" or guest.lemma_.lower() in _people())
    return is_guest and any(c.dep_ == "pobj" and c.lemma_.lower() in _meetings() for c in preposition.children)


def _mend_passive(preposition: Token) -> None:
    verb = preposition.head
    if _is_passive_lost(preposition):
        verb.tag_ = "VBN"
        next(c for c in verb.children if c.dep_ == "nsubj").dep_ = "nsubjpass"
    elif verb.tag_ == "JJ" and verb.lower_.endswith("ed") and _is_participle_lost(verb):
        _make_passive(verb)


def _is_passive_lost(preposition: Token) -> bool:
    """`Arms shipped by the agency were stolen`: who did it stands behind `by`, and what it was done to is no subject that acts."""
    verb = preposition.head
    children = {c.dep_ for c in verb.children}
    is_somebody = any(c.ent_type_ in ("GPE", "ORG", "NORP", "PERSON") for c in preposition.children)
    return is_somebody and verb.tag_ == "VBD" and "nsubj" in children and children.isdisjoint(("dobj", "auxpass", "aux"))


def _is_participle_lost(word: Token) -> bool:
    """`gifted` of `was gifted to Togo by Ghana`: an adjective to the tagger, and somebody did it."""
    if any(c.dep_ == "auxpass" for c in word.children):
        # The parser knows better.
        return True
    is_done = word.dep_ == "acomp" and word.head.lemma_ == "be" and any(c.dep_ == "nsubj" for c in word.head.children)
    agents = [o for c in word.children if c.dep_ == "agent" for o in c.children]
    return is_done and any(o.ent_type_ in ("GPE", "ORG", "NORP", "PERSON") for o in agents)


def _make_passive(word: Token) -> None:
    """The participle heads the clause, and its `be` helps it."""
    be = word.head
    word.tag_, word.pos_, word.lemma_ = "VBN", "VERB", _infinitive(word.lower_)
    if word.dep_ != "acomp":
        return
    word.head, word.dep_ = (word if be.head == be else be.head), be.dep_
    for child in list(be.children):
        if child != word:
            child.head = word
            child.dep_ = "nsubjpass" if child.dep_ == "nsubj" else child.dep_
    be.head, be.dep_, be.pos_ = word, "auxpass", "AUX"


def _infinitive(participle: str) -> str:
    known = {verb for verbs in words("transfers")["verbs"].values() for verb in verbs}
    stem = participle.removesuffix("ed")
    return next((verb for verb in (stem, f"{stem}e", stem[:-1]) if verb in known), stem)


def _package_of(clause: Token) -> Token | None:
    """`a package for Malta, which will allow …`, `weapons from its stocks, which include …`: not Malta, and not the stocks."""
    transfers = words("transfers")
    lists, preposition = transfers["lists"], clause.head.head
    noun = preposition.head
    is_of_things = any(c.lower_ in ("which", "that") and c.dep_ == "nsubj" for c in clause.children)
    does = clause.lemma_.lower() in (*lists["doing"], *transfers["aside"]["enabling"])
    if is_of_things and does and preposition.lower_ == "from" and clause.head.lemma_.lower() in transfers["packages"]["stores"]:
        return next((c for c in reversed(list(noun.children)) if c.dep_ == "dobj"), None)
    is_for = preposition.lower_ in ("for", "to") and noun.pos_ == "NOUN" and noun.lemma_.lower() in lists["subjects"]
    return noun if is_of_things and does and is_for and clause.head.ent_type_ in PLACES else None


def _clause_behind(preposition: Token) -> Token | None:
    """`approved` of `comes as the House, after months of waiting, approved it`: a clause without its subject, which stands behind `as`."""
    verb = preposition.head
    clauses = (c for c in verb.rights if c.i > preposition.i and c.dep_ in ("advcl", "ccomp") and c.tag_ in ("VBD", "VBZ", "VBP"))
    clause = next(clauses, None) if verb.pos_ == "VERB" else None
    has_subject = clause is None or any(c.dep_ in (*syntax.SUBJECT, "mark", "aux") for c in clause.lefts)
    return clause if not has_subject and any(c.dep_ == "pobj" for c in preposition.children) else None


def _subject_behind(opening: Token) -> Token | None:
    """`Ghana` of `Marking ten years of trade and travel, Ghana signed`: who acts, and nothing that the clause before the comma lists."""
    verb = opening.head
    if opening.tag_ != "VBG" or opening.i != opening.sent.start or opening.i > verb.i or any(c.dep_ == "nsubj" for c in verb.children):
        return None
    helpers = [c.i for c in verb.lefts if c.dep_ in ("aux", "auxpass", "neg", "advmod") and c.i > opening.right_edge.i]
    end = min([verb.i, *helpers])
    listed = (t for t in opening.subtree if t.dep_ in ("conj", "appos") and t.pos_ in ("NOUN", "PROPN") and t.right_edge.i + 1 == end)
    return next((t for t in listed if verb.doc[t.left_edge.i - 1].text == "," and t.head.i < t.left_edge.i), None)


def _invitation_of(infinitive: Token) -> Token | None:
    """`invited the groups that signed the accord to reconvene`: they are invited to, and have not signed it for that."""
    clause = infinitive.head if infinitive.dep_ == "advcl" else infinitive.head.head
    guest = clause.head
    offers = words("talks")["offers"]
    if clause.dep_ != "relcl" or infinitive.lemma_.lower() not in offers["asked_to"]:
        return None
    guest = syntax.first_of_list(guest)
    is_asked = guest.dep_ == "dobj" and guest.head.lemma_.lower() in offers["asking"] and guest.head.i < guest.i
    return guest.head if is_asked else None


def _offer_of(infinitive: Token) -> Token | None:
    """`renewed his offer to host them`: what is offered, and not what he renewed it for."""
    before = infinitive.nbor(-2) if infinitive.i > 1 and infinitive.nbor(-1).lower_ == "to" else infinitive
    is_offer = before.pos_ == "NOUN" and before.lemma_.lower() in words("talks")["status"]["PROPOSED"]
    return before if is_offer and before.dep_ == "dobj" and before.head == infinitive.head else None


def _verb_of_lost(preposition: Token) -> Token | None:
    """`spoke` of `spoke today with the premier`, `travel` of `travel to Rome, Italy for the summit`: not today's, and not Italy's."""
    above = preposition.head
    if preposition.lower_ == "with" and above.dep_ == "npadvmod" and above.lower_ in ("today", "yesterday"):
        return above.head if above.head.pos_ == "VERB" else None
    is_for_meeting = preposition.lower_ == "for" and any(c.dep_ == "pobj" and _noun(c) in _meetings() for c in preposition.children)
    if not is_for_meeting or above.ent_type_ not in PLACES:
        return None
    place = above.head if above.dep_ == "appos" and above.head.ent_type_ in PLACES else above
    verb = place.head.head if place.dep_ == "pobj" and place.head.lower_ in ("to", "in") else place
    return verb if verb.pos_ == "VERB" else None


def _ends_name(day: Token) -> bool:
    """`met with President Ama Osei Monday`: the parser takes the day for her last name."""
    last = day.nbor(-1) if day.i else day
    return day.ent_type_ == "DATE" and day.text in day_name and last.ent_type_ == "PERSON" and last.dep_ == "compound" and last.head == day


def _part_day_from_name(day: Token) -> None:
    last, preposition = day.nbor(-1), day.head
    for child in day.lefts:
        if child != last:
            child.head = last
    last.head, last.dep_ = preposition, "pobj"
    day.head, day.dep_ = preposition.head, "npadvmod"


def _is_named_after_style(name: Token) -> bool:
    """`President His Excellency Kofi Mensah`: the name is the head, as in `President Kofi Mensah`."""
    style = name.head
    is_style = style.dep_ == "appos" and style.text in words("roles")["honorifics"]["words"]
    return name.ent_type_ == "PERSON" and is_style and name.i > style.i > style.head.i >= style.i - 3


def _make_name_head(name: Token) -> None:
    style, title = name.head, name.head.head
    name.head, name.dep_ = (title.head if title.head != title else name), title.dep_
    title.head, title.dep_ = name, "compound"
    style.head, style.dep_ = name, "compound"


def _mend_meeting(token: Token) -> None:
    if (people := _people_who_meet(token)) is not None:
        _make_participle(token, people)
    elif (people := _people_before_meeting(token)) is not None:
        _make_one_meeting(people, token)


def _people_who_meet(meeting: Token) -> Token | None:
    """`leaders` of `Leaders of Ghana and Togo meeting in Lima approved it`: they approved it, and meet there."""
    is_meeting = meeting.lower_ == "meeting" and meeting.dep_ == "nsubj"
    return next((c for c in meeting.lefts if c.dep_ == "nsubj"), None) if is_meeting else None


def _make_participle(meeting: Token, people: Token) -> None:
    people.head, people.dep_ = meeting.head, meeting.dep_
    meeting.head, meeting.dep_, meeting.tag_, meeting.pos_, meeting.lemma_ = people, "acl", "VBG", "VERB", "meet"


def _people_before_meeting(meeting: Token) -> Token | None:
    """`advisers` of `held their advisers meeting focused on fish`: one meeting, and not advisers who were held."""
    clause = meeting.head if meeting.dep_ == "nsubj" else None
    verb = meeting.head if clause is None else clause.head
    if _noun(meeting) not in _meetings() or verb.lemma_ != "hold":
        return None
    if clause is not None and (clause.dep_ != "ccomp" or clause.tag_ not in ("VBD", "VBN")):
        return None
    before = meeting.doc[meeting.left_edge.i - 1] if meeting.left_edge.i else meeting
    before = before.head if before.dep_ == "case" else before
    return before if before.dep_ in syntax.OBJECT and before.head == verb and _noun(before) in _people() else None


def _make_one_meeting(people: Token, meeting: Token) -> None:
    clause, verb = meeting.head, people.head
    if clause != verb:
        clause.head, clause.dep_, clause.tag_ = meeting, "acl", "VBN"
    meeting.head, meeting.dep_ = verb, people.dep_
    people.head, people.dep_ = meeting, "compound"


def _noun(token: Token) -> str:
    """The lemma; of a plural in capitals, which the lemmatizer leaves as it is, the singular."""
    lemma = token.lemma_.lower()
    return lemma.removesuffix("s") if token.tag_ in ("NNPS", "NNP") else lemma


def _make_infinitive(token: Token, to: Token, above: Token, relation: str) -> None:
    """`They are due to reconvene in Lima`, `Malta's offer to host talks`: a noun to the tagger."""
    token.tag_, token.pos_, token.dep_, token.head = "VB", "VERB", relation, above
    to.tag_, to.pos_, to.dep_, to.head = "TO", "PART", "aux", token


def _make_offered(host: Token, offer: Token) -> None:
    meeting = host.head
    _make_infinitive(host, host.nbor(-1), offer, "acl")
    meeting.head, meeting.dep_ = host, "dobj"


def _make_clause(preposition: Token, verb: Token) -> None:
    subject = next(c for c in preposition.children if c.dep_ == "pobj")
    subject.head, subject.dep_ = verb, "nsubj"
    preposition.head, preposition.dep_, preposition.pos_ = verb, "mark", "SCONJ"


def _take_apart(first: Token) -> None:
    last, above = first.head, first.head.head
    joined = [child for child in first.rights if child.dep_ == "conj"]
    before = [child for child in last.lefts if child.i < first.i]
    first.dep_ = last.dep_
    first.head = above if above != last else first
    last.head, last.dep_ = first, "conj"
    for child in joined:
        child.head, child.dep_ = last, "compound" if child.pos_ in ("NOUN", "PROPN") else "amod"
    for child in before:
        child.head = first


@cache
def _people() -> frozenset[str]:
    """Nouns for people and bodies, of whom there may be several on one side."""
    return frozenset({*words("roles")["bodies"]["words"], *words("roles")["groups"]["words"], *words("talks")["groups"]["words"]})


@cache
def _titles() -> frozenset[str]:
    return frozenset(title.split()[-1] for titles in words("roles")["titles"].values() for title in titles)


@cache
def _meetings() -> frozenset[str]:
    return frozenset(words("talks")["nouns"]["meeting"])


@cache
def _verbs_of_meeting() -> frozenset[str]:
    return frozenset(words("talks")["verbs"]["never_nouns"])


@cache
def _governments() -> frozenset[str]:
    return frozenset(words("talks")["groups"]["ruling"])


@cache
def _topics() -> frozenset[str]:
    """`ceasefire`, `peace`, `trade`: what talks are called by."""
    nouns = words("talks")["nouns"]
    return frozenset({*nouns["peace"], *nouns["topic"]})


@cache
def _plans() -> frozenset[str]:
    return frozenset(words("talks")["status"]["SCHEDULED"])
