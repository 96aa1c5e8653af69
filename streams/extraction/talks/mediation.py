"""Who mediates, hosts and chairs a meeting, and who is meant by `Omani mediators`."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor
from streams.extraction.talks.meeting import Draft, talks_words
from streams.extraction.talks.phrases import Phrases
from streams.extraction.talks.sides import STATE_LIKE, distinct, named, without_person
from streams.extraction.talks.triggers import is_meeting_word
from streams.records import ActorKind, EntityKind

__all__ = ["Mediation"]

LISTING = frozenset({"by", "for", "of"})
"""Prepositions that may stand in a list of names."""

MEDIATING = frozenset({"mediating", "facilitating", "brokering", "moderating"})


class Mediation:
    """Finds those who help others to meet."""

    def __init__(self, context: ArticleContext, phrases: Phrases) -> None:
        self._context = context
        self._phrases = phrases
        lexicon = talks_words()
        self._roles = lexicon["roles"]
        self._chair = frozenset(lexicon["roles"]["chair"])

    def mediators(self) -> tuple[Party, ...]:
        """Who is called a mediator anywhere: `Turkish and Qatari mediators`, `Norway and Chile act as guarantors`, `brokered by Oman`."""
        found: list[Party] = []
        for token in self._context.reading.tokens:
            lemma = token.lemma_.lower()
            if token.pos_ == "NOUN" and lemma in self._roles["mediator_nouns"]:
                found.extend(self.helpers(token))
                verb = syntax.governing_verb(token) if token.dep_ == "pobj" and token.head.lower_ == "as" else None
                found.extend(p for s in (syntax.subjects(verb) if verb is not None else []) for p in self._context.cast.parties(s))
            elif token.pos_ == "VERB" and lemma in self._roles["mediate"] and any(is_meeting_word(o) for o in syntax.objects(token)):
                found.extend(p for s in syntax.subjects(token) for p in self._context.cast.parties(s))
        return tuple(without_person(p, 0.7) for p in named(found) if p.kind in STATE_LIKE or p.country)

    def from_adverbial(self, draft: Draft) -> None:
        """`met under UN auspices`, `are negotiating through Qatari mediators`, `with Oman mediating`."""
        for verb in (*draft.verbs[:1], *draft.inner_verbs):
            for head in syntax.adjuncts(verb, "under", "through", "via"):
                draft.mediators.extend(self.sponsors(head))
            for clause in (c for c in verb.children if c.dep_ in ("advcl", "prep") and c.lower_ in ("involving", "including")):
                # "Talks resumed in Lima, involving A and B".
                draft.parties.extend(
                    p
                    for o in [*syntax.objects(clause), *(c for c in clause.children if c.dep_ == "pobj")]
                    for p in self._phrases.parties(o)
                )
            for child in [c for node in (verb, *draft.nouns) for c in node.children if c.dep_ == "prep" and c.lower_ == "with"]:
                for inner in child.children:
                    if inner.dep_ == "pcomp" and (self.is_mediating(inner) or self._goes_between(inner)):
                        draft.mediators.extend(p for s in inner.children if s.dep_ in syntax.SUBJECT for p in self._phrases.parties(s))
                        draft.parties.extend(p for head in syntax.adjuncts(inner, "between") for p in self._phrases.one(head))
                    elif inner.dep_ == "pobj" and self.helps(inner):
                        draft.mediators.extend(self.helpers(inner) if self.is_mediator(inner) else self._phrases.parties(inner))
                        # "With Ghana and Togo mediating": the parser takes the last for what is mediated.
                        taken = [c for h in syntax.conjuncts(inner) if h.lower_ in MEDIATING for c in h.children if c.dep_ == "compound"]
                        draft.mediators.extend(p for c in taken for p in self._context.cast.one(c))
            for head in syntax.adjuncts(verb, "in") if len(named(draft.parties)) > 1 else ():
                if head.lemma_.lower() in self._roles["presence"]:
                    # "Met in the presence of the UN envoy".
                    draft.mediators.extend(p for of in syntax.adjuncts(head, "of") for p in named(self._phrases.parties(of)))
        helpers = {p.key for p in draft.mediators}
        draft.parties = [p for p in draft.parties if p.key not in helpers]

    def from_participles(self, draft: Draft) -> None:
        """`…, mediated by the African Union`: the parser hangs the clause on whatever stands before it."""
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        for token in sentence.doc[draft.node.i + 1 : sentence.end]:
            if is_meeting_word(token) and token not in draft.nouns:
                return
            if token.lower_ in MEDIATING and token.pos_ == "NOUN":
                draft.mediators.extend(self._listed_before(token, draft.node))
            if token.lower_ in MEDIATING and token.dep_ in ("acl", "amod", "advcl"):
                first = token.head
                while first.dep_ in ("conj", "appos") and first.head.i > draft.node.i:
                    first = first.head
                draft.mediators.extend(p for p in self._phrases.parties(first) if p.is_named)
                draft.parties.extend(p for head in syntax.adjuncts(token, "between") for p in self._phrases.one(head))
            if token.tag_ not in ("VBN", "VBD") or not any(c.dep_ == "agent" for c in token.children) or token in draft.inner_verbs:
                continue
            if any(c.dep_ in syntax.SUBJECT and c.lower_ != "which" for c in token.children):
                continue
            if token.lemma_.lower() in self._chair and (self._leads_body(token) or self._leads_others(token)):
                continue
            agents = named(p for s in syntax.subjects(token) for p in self._phrases.parties(s))
            if token.lemma_.lower() in self._roles["mediate"] and len(listed := self._listed_behind(token)) > len(agents):
                agents = listed
            lemma = token.lemma_.lower()
            if lemma in self._roles["mediate"]:
                draft.mediators.extend(agents)
            elif lemma in self._chair:
                self.chaired_by(agents, draft)
            elif lemma in self._roles["host"] and not self._hosts_other(token):
                draft.hosts.extend(agents)

    @staticmethod
    def _hosts_other(participle: Token) -> bool:
        """`after talks ahead of the games hosted by Togo`: it hosts those."""
        return participle.dep_ == "acl" and participle.nbor(-1) == participle.head and participle.head.pos_ in ("NOUN", "PROPN")

    def helpers(self, head: Token) -> list[Party]:
        """Who `by X`, `through Omani mediators`, `under the auspices of the UN` stand for."""
        cast = self._context.cast
        found = list(cast.one(head))
        if not found:
            found += [p for of in syntax.adjuncts(head, "of", "from", "by") for p in cast.one(of)]
            modifiers = [child for child in head.children if child.dep_ in ("amod", "compound", "poss", "nmod")]
            found += [p for child in modifiers for c in syntax.conjuncts(child) for p in cast.one(c)]
        return [p for p in found if p.is_named]

    def sponsors(self, head: Token) -> list[Party]:
        """`under Togolese auspices`, `under the African Union`; not `under the Aquino administration`."""
        words_of = {head.lemma_.lower(), *(c.lemma_.lower() for c in head.children if c.dep_ in ("compound", "amod", "nmod"))}
        helpers = self.helpers(head)
        return helpers if words_of & set(self._roles["mediator_nouns"]) or all(p.kind is ActorKind.IGO for p in helpers) else []

    def helps(self, head: Token) -> bool:
        """`with Ghana mediating`, `with Ghana as facilitator`, `with Ghana in the chair`."""
        nouns = self._roles["mediator_nouns"]
        if self.is_mediator(head):
            return True
        if any(c.lemma_.lower() in nouns for h in syntax.conjuncts(head) for c in syntax.adjuncts(h, "as")):
            return True
        if any(c.lemma_.lower() in nouns for c in syntax.adjuncts(head.head.head, "as") if c.i > head.i):
            return True
        if any(h.lower_ in MEDIATING for h in syntax.conjuncts(head)):
            return True
        inside = [c for node in (head, head.head.head) for c in syntax.adjuncts(node, "in") if c.i > head.i]
        if any(c.lemma_.lower() in self._roles["seats"] for c in inside):
            return True
        behind = head.doc[head.i + 1 : head.i + 6]
        if behind.text.lower().startswith(("as go-between", "as the go-between", "as a go-between")):
            return True
        return any(
            c.dep_ in ("acl", "amod") and c.tag_ == "VBG" and self.is_mediating(c) for h in syntax.conjuncts(head) for c in h.children
        )

    def is_mediator(self, head: Token) -> bool:
        """`with Qatari mediators`."""
        return head.lemma_.lower() in self._roles["mediator_nouns"]

    def is_mediating(self, verb: Token) -> bool:
        """`mediate`, and `act as intermediary`, `serve as a mediator`."""
        if Governor(verb, "").lemma in self._roles["mediate"]:
            return True
        below = (o for o in syntax.objects(verb) if is_meeting_word(o))
        named = (c.i for node in (verb, *below) for c in node.children if c.dep_ == "prep" and c.lower_ == "as" and not _is_of_companion(c))
        return any(self.is_mediator(head) for i in named for head in verb.doc[i].children if head.dep_ == "pobj")

    def _goes_between(self, verb: Token) -> bool:
        """`with Qatari officials passing messages between the two`, `going back and forth between rooms`."""
        return verb.lemma_.lower() in self._roles["carry"] and any(t.lower_ == "between" for t in verb.subtree)

    @staticmethod
    def chaired_by(acting: list[Party], draft: Draft) -> None:
        """Two who lead talks sit across from each other; one may be between those who do, and so are all who lead a process."""
        if len(named(acting)) == 1:
            draft.chairs.extend(named(acting))
        elif draft.word in talks_words()["nouns"]["process"]:
            draft.mediators.extend(named(acting))
        else:
            draft.parties.extend(acting)

    @staticmethod
    def _leads_others(participle: Token) -> bool:
        """`institutions led by Togo`, `delegations led by`: what stands right before it, and not the talks."""
        noun = participle.head
        is_beside = participle.dep_ == "acl" and noun.i == participle.i - 1
        return is_beside and noun.tag_ == "NNS" and not is_meeting_word(noun) and noun.ent_type_ not in ("DATE", "TIME")

    def _leads_body(self, participle: Token) -> bool:
        """`countries of the Contact Group (CG), led by Togo`: who leads that group."""
        before = next((t for t in reversed(list(participle.doc[participle.sent.start : participle.i])) if t.is_alpha), None)
        body = self._context.mentions.at(before.i, EntityKind.ORGANISATION) if before is not None else None
        return body is not None and body.actor_kind is ActorKind.IGO

    def _listed_before(self, mediating: Token, node: Token) -> list[Party]:
        """`with Ghana and Togo mediating`, where the parser sees a noun: those named behind `with`."""
        first = next((t.i for t in reversed(list(mediating.doc[node.i + 1 : mediating.i])) if t.lower_ == "with"), mediating.i)
        mentions = (self._context.mentions.at(i, EntityKind.STATE, EntityKind.ORGANISATION) for i in range(first, mediating.i))
        return distinct(p for m in mentions if m for p in self._context.cast.one(mediating.doc[m.last]))

    def _listed_behind(self, participle: Token) -> list[Party]:
        """`brokered by Ghana, Togo and, for once, the African Union`: the names of the list, however it is parsed."""
        found: list[Party] = []
        for token in participle.doc[participle.i + 1 : participle.sent.end]:
            mention = self._context.mentions.at(token.i, EntityKind.STATE, EntityKind.ORGANISATION)
            if mention is not None:
                found.extend(p for p in self._context.cast.one(token) if mention.first == token.i)
            elif (
                token.pos_ in ("VERB", "AUX", "SCONJ")
                or token.text in (".", ";", ":")
                or (token.pos_ == "ADP" and token.lower_ not in LISTING)
            ):
                break
        return distinct(found)


def _is_of_companion(as_: Token) -> bool:
    """`held talks with Norway as mediator`: what Norway is, and not who holds them."""
    return any(
        c.dep_ == "prep" and c.lower_ == "with" and c.right_edge.i == as_.i - 1
        for node in (as_.head, *as_.head.children)
        for c in node.children
    )
