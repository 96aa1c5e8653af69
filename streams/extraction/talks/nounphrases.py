"""Who takes part by the words around the noun: `Russia-Ukraine talks`, `talks with`, `talks mediated by`."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form, Mention
from streams.extraction.talks.circles import Circles
from streams.extraction.talks.mediation import Mediation
from streams.extraction.talks.meeting import Draft, talks_words
from streams.extraction.talks.phrases import Phrases
from streams.extraction.talks.sides import named
from streams.extraction.talks.triggers import is_meeting_word
from streams.records import ActorKind, EntityKind

__all__ = ["NounPhrases", "of_all"]

LASTING = frozenset({"last", "hold", "take"})
"""`talks lasting two hours with`, `talks held with`."""

JOINED = frozenset({"-", "–", "/"})
"""`Ghana-Togo`, `Ghana – Togo`."""


class NounPhrases:
    """Reads the phrase that names a meeting."""

    def __init__(self, context: ArticleContext, phrases: Phrases, mediation: Mediation, circles: Circles) -> None:
        self._context = context
        self._phrases = phrases
        self._mediation = mediation
        self._circles = circles
        lexicon = talks_words()
        self._by_verb: dict[str, str] = lexicon["by_verb"]
        self._roles = lexicon["roles"]
        self._chair = frozenset(lexicon["roles"]["chair"])
        self._peacemakers = frozenset(lexicon["roles"]["peacemakers"])
        self._visits = frozenset(lexicon["nouns"]["visit"])

    def from_modifiers(self, noun: Token, draft: Draft) -> None:
        """`Russia-Ukraine talks`, `Turkish-brokered talks`, `its talks with`; `Geneva talks` name a place."""
        context = self._context
        doc = noun.doc
        phrase = syntax.noun_phrase(noun)
        for i in phrase:
            token = doc[i]
            mention = context.mentions.at(i)
            if token == noun or (mention and mention.first < i and mention.first >= phrase.start):
                continue
            behind = mention.end if mention else i + 1
            suffix = doc[behind + 1].lower_ if behind + 1 < len(doc) and doc[behind].text in JOINED - {"/"} else ""
            if "-" in token.text:
                # The tokenizer leaves "U.S.-brokered" whole.
                suffix = token.lower_.rpartition("-")[2]
            joined = suffix != "" or doc[i - 1].text in JOINED
            if len(together := self._context.mentions.all_at(i)) > 1:
                # The tokenizer leaves "U.S.-Ghana" and "U.S.-Africa" whole.
                draft.parties.extend(p for m in together for p in self._side(m))
                continue
            if mention and (mention.form is Form.CAPITAL or mention.kind is EntityKind.PLACE) and not joined:
                continue
            is_actor = mention or context.cast.is_person(token)
            if suffix in self._roles["mediator_suffixes"]:
                draft.mediators.extend(context.cast.one(token) if is_actor else [])
            elif suffix in self._roles["host_suffixes"]:
                draft.hosts.extend(context.cast.one(token) if is_actor else [])
            elif mention and self._makes_peace(mention, noun):
                draft.mediators.extend(context.cast.one(token))
            elif suffix not in ("supported", "backed") and (token.dep_ == "poss" or is_actor):
                # "Syria peace talks" are about it, "Syrian talks" and "Syria's talks" are its own.
                is_topic = (
                    mention is not None
                    and mention.kind is EntityKind.STATE
                    and mention.form is Form.NAME
                    and token.dep_ == "compound"
                    and not joined
                )
                (draft.topics if is_topic else draft.parties).extend(p for p in self._phrases.one(token) if p.kind is not ActorKind.NGO)

    def _side(self, mention: Mention) -> list[Party]:
        """One of two joined by a hyphen: a state, an organisation, or the states of a continent."""
        match mention.kind:
            case EntityKind.STATE | EntityKind.ORGANISATION:
                return [Party(mention.name, mention.actor_kind, mention.country, mention.first, mention.end)]
            case EntityKind.PLACE if mention.country is None:
                if (body := self._circles.of_region(mention)) is not None:
                    return [body]
                return [Party(f"{mention.name} states", ActorKind.GROUP, None, mention.first, mention.end)]
            case _:
                return []

    def _makes_peace(self, mention: Mention, noun: Token) -> bool:
        """`United Nations talks on Mali`: between others, unless they are `with` somebody."""
        is_talks = noun.lemma_.lower() in ("talk", "talks", "negotiation", "consultation", "process", "mediation") and not of_all(noun)
        return is_talks and mention.name in self._peacemakers and not syntax.adjuncts(noun, "with", "between")

    def from_prepositions(self, noun: Token, draft: Draft) -> None:
        """`talks between`, `a meeting of`, `talks with`, `a visit by`, `talks through`."""
        if noun.lemma_.lower() in self._visits:
            draft.parties.extend(p for head in syntax.adjuncts(noun, "by") for p in self._phrases.one(head))
            draft.parties.extend(p for head in syntax.adjuncts(noun, "to") for p in self._who_lives_at(head))
            return
        between = [p for head in syntax.adjuncts(noun, "between", "among", "amongst") for p in self._phrases.one(head)]
        if len(named(between)) < 2:
            between = self._in_row(noun) or between
        for head in syntax.adjuncts(noun, "of"):
            if not is_meeting_word(head):
                between.extend(self._phrases.one(head))
        between = between if named(between) else [*self._listed_behind(noun), *between]
        between.extend(self._who_joins(noun))
        draft.is_closed = draft.is_closed or len(named(between)) >= 2
        draft.parties.extend(between)
        if noun.dep_ == "pobj" and self._by_verb.get(noun.head.head.lemma_.lower()) == "PROPOSED":
            # "An offer of talks from Ghana".
            draft.parties.extend(p for head in syntax.adjuncts(noun, "from") for p in self._phrases.one(head))
        for head in (*syntax.adjuncts(noun, "with", "involving", "including", "alongside"), *self._people_behind_topic(noun)):
            if not self._mediation.helps(head) and not draft.is_open:
                met = self._phrases.one(head)
                draft.parties.extend(met)
                draft.opposite |= {p.key for p in named(met)}
        for head in syntax.adjuncts(noun, "through", "by", "via"):
            draft.mediators.extend(self._mediation.helpers(head))
        for head in syntax.adjuncts(noun, "under"):
            draft.mediators.extend(self._mediation.sponsors(head))

    def _people_behind_topic(self, noun: Token) -> list[Token]:
        """`discussions on a truce with Egyptian officials`: with them, as `talks on relations with Egypt` need not be."""
        topics = syntax.adjuncts(noun, "on", "about", "over")
        heads = [head for topic in topics if not is_meeting_word(topic) for head in syntax.adjuncts(topic, "with")]
        return [h for h in heads if self._context.cast.is_person(h) or h.lemma_.lower() in words("roles")["bodies"]["words"]]

    def _listed_behind(self, noun: Token) -> list[Party]:
        """`between producers and the biggest consumers - Ghana, Togo and Mali`: without a name, and then by their names."""
        heads = syntax.adjuncts(noun, "between", "among")
        last = heads[-1] if heads else noun
        if not heads or last.tag_ != "NNS" or last.i + 2 >= len(noun.doc) or last.nbor(1).text not in ("-", "–", "—", "--", ":"):
            return []
        found: list[Party] = []
        for token in noun.doc[last.i + 2 : noun.sent.end]:
            mention = self._context.mentions.at(token.i, EntityKind.STATE, EntityKind.ORGANISATION)
            if mention is None and token.text not in (",", "and", "the"):
                break
            found.extend(self._side(mention) if mention is not None and mention.first == token.i else [])
        return found if len(named(found)) > 1 else []

    def _who_joins(self, noun: Token) -> list[Party]:
        """`talks on Togo's membership of the Coastal Union`: between who would enter and what is entered."""
        joining = talks_words()["nouns"]["joining"]
        entries = [about for about in syntax.adjuncts(noun, "on", "about", "over") if about.lemma_.lower() in joining]
        heads = [h for e in entries for h in (*(c for c in e.children if c.dep_ == "poss"), *syntax.adjuncts(e, "of", "to", "into", "in"))]
        found = [p for h in heads for p in self._phrases.one(h) if p.is_named]
        return found if len(named(found)) == 2 and any(p.kind is ActorKind.IGO for p in found) else []

    def _in_row(self, noun: Token) -> list[Party]:
        """`between Mr A, Prime Minister B of Togo, and President C of Mali`: three or more in a row, where the parser loses them."""
        word = next((c for c in noun.children if c.lower_ == "between"), None)
        if word is None:
            return []
        found: list[Party] = []
        for token in noun.doc[word.i + 1 : noun.sent.end]:
            if token.tag_ in ("VBD", "VBZ", "VBP", "MD") or token.text in (";", ":", "("):
                break
            is_last = self._context.cast.is_person(token) and not self._context.cast.is_person(token.nbor(1))
            found.extend(self._phrases.one(token) if is_last else [])
        return found if len({p.key for p in named(found)}) > 2 else []

    def from_clauses(self, noun: Token, draft: Draft) -> None:
        """`talks mediated by Qatar`, `a meeting hosted by Norway`, `talks involving`, `talks that Ghana will host`."""
        # "Talks on the islands involving": the parser hangs it on those.
        of_topic = [c for about in syntax.adjuncts(noun, "on", "about", "over") for c in about.children if c.lower_ == "involving"]
        for child in (*noun.children, *of_topic):
            if child.dep_ not in ("acl", "relcl") or child.pos_ != "VERB":
                continue
            lemma = child.lemma_.lower()
            acting = [p for s in syntax.subjects(child) if s != noun for p in self._phrases.parties(s)]
            if lemma in self._roles["mediate"]:
                draft.mediators.extend(acting)
            elif lemma in self._chair and syntax.is_passive(child):
                self._mediation.chaired_by(acting, draft)
            elif lemma in self._roles["host"]:
                draft.hosts.extend(acting)
            elif lemma in ("involve", "include", "gather", "attend", "unite"):
                taking_part = [p for o in syntax.objects(child) for p in self._phrases.parties(o)]
                draft.parties.extend(taking_part if child.tag_ == "VBG" else acting or taking_part)
            elif lemma in ("hold", "conduct") and not draft.is_closed:
                draft.parties.extend(acting)
            if self._is_set_in(child):
                # "The meeting in which Mr Marko accused them".
                draft.parties.extend(p for p in acting if p.individual and p.individual != p and not draft.is_closed)
            for verb in (child, *(c for c in child.children if c.dep_ == "xcomp")):
                if verb.lemma_ == "bring" and any(t.lower_ == "together" for t in verb.subtree):
                    draft.parties.extend(p for o in syntax.objects(verb) for p in self._phrases.parties(o))
            is_plan = self._by_verb.get(lemma) == "SCHEDULED"
            between = ("between", "with") if lemma in LASTING or is_plan else ("between",)
            draft.parties.extend(p for head in syntax.adjuncts(child, *between) for p in self._phrases.one(head))
            for head in syntax.adjuncts(child, "through", "via"):
                draft.mediators.extend(self._mediation.helpers(head))
            for head in syntax.adjuncts(child, "under"):
                draft.mediators.extend(self._mediation.sponsors(head))

    def from_inner_verbs(self, draft: Draft) -> None:
        """`welcomed the meeting to take place in May between`: the parser hangs the clause on the verb above."""
        lost = (verb for verb in draft.inner_verbs if verb.head not in draft.nouns and verb.tag_ == "VB")
        between = [p for verb in lost for head in syntax.adjuncts(verb, "between", "with") for p in self._phrases.one(head)]
        draft.parties.extend(between)

    @staticmethod
    def _is_set_in(clause: Token) -> bool:
        """`in which`, `at which`: what was done at the meeting."""
        preposition = next((c for c in clause.children if c.dep_ == "prep" and c.lower_ in ("in", "at", "during")), None)
        return preposition is not None and any(c.lower_ == "which" for c in preposition.children)

    def from_nouns_above(self, draft: Draft) -> None:
        """`intermediaries in talks`, `Egypt's mediation of talks`, `the U.S. delegation for the talks`, `efforts by Oman to`."""
        for node in syntax.chain(draft.node):
            if node == draft.node or node.pos_ not in ("NOUN", "PROPN"):
                if node.pos_ in ("VERB", "AUX"):
                    return
                continue
            lemma = node.lemma_.lower()
            if lemma in self._roles["mediator_nouns"]:
                draft.mediators.extend(self._mediation.helpers(node))
                verb = syntax.governing_verb(node)
                if node.dep_ == "pobj" and node.head.lower_ == "as" and verb is not None:
                    draft.mediators.extend(p for s in syntax.subjects(verb) for p in self._phrases.parties(s))
            elif lemma in self._roles["part_nouns"] and not draft.is_closed and draft.word not in talks_words()["nouns"]["gathering"]:
                # "Cast doubt on its participation in the talks".
                owners = [*(c for c in node.children if c.dep_ == "poss"), *syntax.adjuncts(node, "of", "by")]
                draft.parties.extend(p for owner in owners for p in self._phrases.parties(owner) if p.is_named)
            elif self._by_verb.get(lemma) == "PROPOSED" or self._is_refused_appeal(node):
                offered = [p for of in syntax.adjuncts(node, "from", "by") for p in self._phrases.one(of)]
                offered += [p for c in node.children if c.dep_ in ("poss", "amod", "compound") for p in self._context.cast.one(c)]
                draft.proposed_by = draft.proposed_by or next((p for p in offered if p.is_named), None)
                draft.parties.extend(offered if not draft.is_closed else [])
            elif lemma in self._roles["venue_nouns"]:
                verb = syntax.governing_verb(node)
                if verb is not None and self._by_verb.get(verb.lemma_.lower()) != "REACTION":
                    draft.hosts.extend(p for s in syntax.subjects(verb) for p in self._phrases.parties(s))

    def _is_refused_appeal(self, noun: Token) -> bool:
        """`rejected Norway's call for talks`: with Norway."""
        is_appeal = noun.lemma_.lower() in talks_words()["offers"]["appeals"]
        return is_appeal and noun.dep_ in syntax.OBJECT and self._by_verb.get(noun.head.lemma_.lower()) == "RULED_OUT"

    def _who_lives_at(self, place: Token) -> list[Party]:
        """`a trip to Lima`: the state whose town it is."""
        mention = self._context.mentions.at(place.i, EntityKind.STATE, EntityKind.PLACE)
        state = self._circles.state(mention.country) if mention is not None and mention.country else None
        if mention is None or state is None:
            return []
        return [Party(state, ActorKind.STATE, mention.country, mention.first, mention.end, directness=0.9)]


def of_all(noun: Token) -> bool:
    """`climate talks`: of all states, and between no two."""
    topics = talks_words()["nouns"]["of_all"]
    inside = (noun.doc[i] for i in syntax.noun_phrase(noun))
    return any(t.lemma_.lower() in topics for t in inside if t.dep_ in ("compound", "amod", "nmod"))
