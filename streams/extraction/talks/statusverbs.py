"""What a verb says of a meeting: that it is set, goes on, is put off, or is one to travel to."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor
from streams.extraction.talks.meeting import OFF, talks_words
from streams.extraction.talks.triggers import is_deadline, is_stay

__all__ = ["StatusVerbs"]


class StatusVerbs:
    """Reads the status that a verb gives to what stands below it."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        lexicon = talks_words()
        self._glad = frozenset(lexicon["offers"]["glad"])
        self._by_verb: dict[str, str] = lexicon["by_verb"]
        self._off = {word: status for word, status in lexicon["by_modifier"].items() if status in OFF}
        self._motion = frozenset(lexicon["verbs"]["motion"])
        self._sending = frozenset(lexicon["verbs"]["sending"])
        self._stretches = frozenset({*lexicon["days"]["spans"], "stage", "phase", "hour"})
        self._coming = frozenset({*lexicon["verbs"]["attending"], "show up", "turn up", "meet"})
        self._visits = frozenset(lexicon["nouns"]["visit"])
        self._moving = frozenset(lexicon["verbs"]["moving"])
        self._room = frozenset(lexicon["offers"]["room"])
        self._nothing = frozenset(lexicon["nouns"]["nothing"])
        self._on_hold = frozenset(lexicon["nouns"]["on_hold"])

    def read(self, governor: Governor) -> tuple[str, Token] | None:
        """What a verb says of the meeting, and the word that says it: the verb, or `possible` beside `is`."""
        verb = governor.token
        lemma = governor.lemma
        with_adverb = (
            self._by_verb.get(f"{verb.lemma_.lower()} {c.lower_}")
            for c in verb.children
            if c.dep_ in ("advmod", "prep", "acomp") and not _is_of_time(c)
        )
        by_adverb = next((s for s in with_adverb if s), None)
        if (by_construction := self._of_construction(governor)) is not None:
            return by_construction
        if is_stay(verb) and governor.relation in ("prep:for", "advcl", "xcomp"):
            return "MOTION", verb
        if lemma in self._sending and governor.relation in ("advcl", "xcomp", "prep:for", "prep:to"):
            # "Sent her last month to meet them": she went.
            return "MOTION", verb
        if lemma in ("be", "remain", "stay", "become", "appear", "seem", "look") and by_adverb is None:
            return self._complement_status(verb, is_clause=governor.relation in ("xcomp", "ccomp", "advcl", "prep:for"))
        if (by_course := self._of_course(governor)) is not None:
            return by_course
        if lemma in self._motion and verb.pos_ == "VERB":
            return "MOTION", verb
        if lemma == "follow" and governor.relation == "dobj" and not any(self._context.cast.one(s) for s in syntax.subjects(verb)):
            # "The visit followed talks in Lima": those were before it.
            return "HELD", verb
        if lemma in ("reach", "hit", "face", "take") and governor.relation == "nsubj" and (stuck := self._of_impasse(verb)) is not None:
            return stuck
        is_of_else = verb.pos_ == "NOUN" and governor.relation in ("acl", "relcl") and self._by_verb.get(lemma) == "ONGOING"
        if is_deadline(verb) or is_of_else:
            # "Not enough progress to hold a summit".
            return None
        status = by_adverb or self._by_verb.get(lemma) or self._by_verb.get(verb.lemma_.lower())
        if governor.relation == "nsubj" and status in ("PROPOSED", "WISHED", "SCHEDULED", "REACTION"):
            # Talks propose nothing: "the talks aim at", "the talks set the stage".
            return None
        if governor.relation == "nsubjpass" and status == "PROPOSED" and lemma in ("aim", "intend"):
            return None
        if status == "SUSPENDED" and verb.tag_ == "VBG" and verb.dep_ == "pcomp":
            # "accused Britain of stalling the talks": an accusation, and they may well go on.
            return None
        return (status, verb) if status else None

    def _of_construction(self, governor: Governor) -> tuple[str, Token] | None:
        """`have to start`, `raises the stakes for the summit`, `put on hold`, `paid a visit to Lima to meet`."""
        verb, lemma = governor.token, governor.lemma
        if verb.lower_ in self._glad and any(c.lower_ in ("would", "’d", "'d") for c in verb.head.children):
            # "Would be happy to meet him".
            return "PROPOSED", verb
        if governor.relation == "nsubj" and verb.pos_ == "VERB" and (self._leads_nowhere(verb) or self._moves(verb)):
            return "HOLD", verb
        if lemma == "take" and any(child.dep_ in ("dobj", "prt") and child.lower_ in ("place", "part") for child in verb.children):
            return "HOLD", verb
        if lemma in ("have", "take") and governor.relation == "nsubj" and syntax.objects(verb) and verb.tag_ == "VB":
            # "The talks are said to have his blessing".
            return "ONGOING", verb
        has_to = any(c.dep_ == "xcomp" and c.tag_ == "VB" for c in verb.children)
        if lemma == "have" and has_to and governor.relation in ("xcomp", "nsubj") and verb.tag_ != "VBD":
            return "WISHED", verb
        if governor.relation == "prep:for" and (room := next((o for o in syntax.objects(verb) if o.lemma_.lower() in self._room), None)):
            # "To give room for talks".
            return "WISHED", room
        if lemma == "raise" and governor.relation.startswith("prep:"):
            return "REACTION", verb
        if lemma == "extend" and governor.relation in ("dobj", "nsubjpass"):
            # An invitation is extended, and so are talks.
            return "ONGOING", verb
        if verb.lemma_ == "put" and any(c.lower_ in self._on_hold for on in verb.children if on.lower_ == "on" for c in on.children):
            return "SUSPENDED", verb
        goes = lemma in ("make", "pay") and any(o.lemma_.lower() in self._visits for o in syntax.objects(verb))
        return ("MOTION", verb) if goes and governor.relation in ("advcl", "xcomp", "prep:for") else None

    def _leads_nowhere(self, verb: Token) -> bool:
        """`A first round came to nothing`, `the talks led nowhere`."""
        behind = (c for c in verb.children if c.i > verb.i and c.dep_ in ("advmod", "prep"))
        return any(word.lower_ in self._nothing for c in behind for word in (c, *c.children))

    def _moves(self, verb: Token) -> bool:
        """`The talks move to Oslo on Friday`; they may move to a new stage, too."""
        to = syntax.adjuncts(verb, "to") if verb.lemma_.lower() in self._moving else []
        return any(self._context.mentions.at(head.i) is not None for head in to)

    def _of_impasse(self, verb: Token) -> tuple[str, Token] | None:
        """`The talks have reached an impasse`, `took a pause until Friday`; `the 13-day talks reached a stalemate` are over."""
        is_so_now = verb.tag_ in ("VBZ", "VBP") or any(c.lower_ in ("have", "has", "until", "till") for c in verb.children)
        stuck = next((o for o in syntax.objects(verb) if self._by_verb.get(o.lemma_.lower()) == "SUSPENDED"), None)
        return ("SUSPENDED", stuck) if stuck is not None and is_so_now else None

    def _of_course(self, governor: Governor) -> tuple[str, Token] | None:
        """`The talks entered a second week`, `are going through a hard time`, `a second round is to follow`; `failed to attend them`."""
        verb, objects = governor.token, syntax.objects(governor.token)
        if governor.lemma == "fail" and any(c.dep_ == "xcomp" and Governor(c, "").lemma in self._coming for c in verb.children):
            return "RULED_OUT", verb
        if governor.lemma == "enter" and governor.relation == "nsubj" and any(o.lemma_.lower() in self._stretches for o in objects):
            return "ONGOING", verb
        if governor.lemma == "go" and governor.relation == "nsubj" and any(c.lower_ in ("through", "into") for c in verb.children):
            return "ONGOING", verb
        if governor.lemma == "follow" and (governor.relation == "nsubj" or verb.dep_ == "xcomp") and not objects:
            return "HOLD", verb
        return None

    def _by_phrase(self, preposition: Token) -> str | None:
        """`under way`, `off the table`, `at a standstill`, `out of the question`."""
        nouns = [n for c in preposition.children for n in (c, *(c.children if c.lower_ == "of" else ()))]
        for noun in nouns:
            if status := self._by_verb.get(f"{preposition.lower_} {noun.lower_}"):
                return status
            if preposition.lower_ in ("at", "in") and self._by_verb.get(noun.lower_) == "SUSPENDED":
                return "SUSPENDED"
            if preposition.lower_ == "on" and noun.lower_ in self._on_hold:
                return "SUSPENDED"
        return None

    def _complement_status(self, verb: Token, *, is_clause: bool) -> tuple[str, Token] | None:
        """What `is`, `remains` or `seems` says of a meeting: `is possible`, `are under way`, `was off`."""
        for child in verb.children:
            told = self._by_verb.get(child.lemma_.lower())
            if child.dep_ == "nsubj" and is_clause and told in ("WISHED", "PROPOSED", "SCHEDULED"):
                # "Their goal was to hold talks", "preparations are under way for a summit".
                return told, child
            if child.lower_ == "likely" and verb.tag_ == "VBD" and any(c.lemma_ == "be" and c.dep_ == "xcomp" for c in child.children):
                # "The meeting was likely to be their last": it was held.
                return "HOLD", child
            found = self._by_verb.get(child.lemma_.lower()) or self._by_verb.get(child.lower_) or self._off.get(child.lower_, "HOLD")
            is_for_else = child.dep_ == "attr" and any(c.dep_ == "acl" for c in child.children)
            if child.dep_ in ("acomp", "advmod", "attr", "prep", "oprd") and found not in ("HOLD", "REACTION") and not is_for_else:
                # "The meeting was an attempt to revive the accord" says nothing of the meeting.
                return found, child
            if child.dep_ == "prep" and (by_phrase := self._by_phrase(child)) is not None:
                return by_phrase, child
            if child.dep_ == "advmod" and child.lower_ in ("off", "over"):
                return ("CANCELLED" if child.lower_ == "off" else "HOLD"), child
        return None


def _is_of_time(preposition: Token) -> bool:
    """`called it off on Monday`, and not `called on them`."""
    return preposition.lower_ == "on" and any(c.ent_type_ in ("DATE", "TIME") for c in preposition.children)
