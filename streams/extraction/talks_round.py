"""Meetings, calls and rounds of talks: who, where, when, which round, how long, and whether it happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.claims import Attribution
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.extraction.factuality import Factuality, Governor, Tense, assess, report_tense
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form, Mention
from streams.records import ActorKind, Certainty, EntityKind, FigureKind, TalksFormat, TalksLevel, TalksRoundStatus

__all__ = ["Meeting", "find_meetings"]

Status = TalksRoundStatus

PLANNED = frozenset({Status.SCHEDULED, Status.PROPOSED, Status.POSTPONED, Status.SUSPENDED, Status.CANCELLED, Status.RULED_OUT})
HAPPENED = frozenset({Status.HELD, Status.ONGOING})

BEFORE_IT = frozenset({"ahead", "before"})
"""`ahead of talks`: they are still to come."""
AT_IT = frozenset({"after", "following", "during", "at", "since", "in", "from", "amid", "through"})
"""`after the latest round`, `at a meeting in Paris`: they take or took place."""

PARTY_KINDS = frozenset({ActorKind.STATE, ActorKind.IGO, ActorKind.GROUP})


@dataclass(frozen=True)
class Meeting:
    """One meeting as a sentence tells it.

    Parameters
    ----------
    trigger
        First token of the trigger and the one after its last.
    node
        The noun or verb that names it.
    is_definite
        `the talks`, `such a meeting`: it may be one named before.
    counter_attribution
        Who doubts or denies it, in a mention that was merged into this one.
    """

    trigger: tuple[int, int]
    node: Token
    status: Status
    certainty: Certainty
    evidence: tuple[Token, ...]
    parties: tuple[Party, ...] = ()
    mediators: tuple[Party, ...] = ()
    hosts: tuple[Party, ...] = ()
    location: Mention | None = None
    date: TimeMention | None = None
    duration: FigureMention | None = None
    round_number: int | None = None
    round_count: int | None = None
    process: tuple[int, int] | None = None
    level: TalksLevel = TalksLevel.UNKNOWN
    format: TalksFormat = TalksFormat.UNKNOWN
    proposed_by: Party | None = None
    attribution: Attribution | None = None
    doubt: Token | None = None
    counter_attributions: tuple[tuple[Token, Attribution | None], ...] = ()
    is_definite: bool = False
    is_cumulative: bool = False
    confidence: float = 1.0

    @property
    def party_keys(self) -> frozenset[str]:
        """The parties, comparable with those of another mention."""
        return frozenset(party.key for party in self.parties if party.is_named)


def find_meetings(context: ArticleContext) -> list[Meeting]:
    """The meetings that an article states, each once, in the order of their triggers."""
    finder = _Finder(context)
    mentions = [meeting for token in context.reading.doc for meeting in finder.at(token)]
    return _merge(mentions, context)


@cache
def _lexicon() -> dict[str, Any]:
    data = words("talks")
    by_verb: dict[str, str] = {}
    for status, lemmas in data["status"].items():
        for lemma in lemmas:
            by_verb.setdefault(lemma, status)
    by_modifier = {word: status for status, modifiers in data["modifiers"].items() for word in modifiers}
    return {**data, "by_verb": by_verb, "by_modifier": by_modifier}


@dataclass
class _Draft:
    """What is being put together for one trigger."""

    node: Token
    nouns: list[Token]
    verbs: list[Token] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    mediators: list[Party] = field(default_factory=list)
    hosts: list[Party] = field(default_factory=list)
    proposed_by: Party | None = None


class _Finder:
    """Looks for meetings at each token."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._lexicon = _lexicon()
        self._nouns = frozenset(self._lexicon["nouns"]["meeting"])
        self._parts = frozenset(self._lexicon["nouns"]["part"])
        self._loose = frozenset(self._lexicon["nouns"]["loose"])
        self._foreign = frozenset(self._lexicon["not_between_states"]["words"])
        self._said = frozenset(words("speech")["verbs"]["say"])
        self._last_parties: list[Party] = []

    def at(self, token: Token) -> list[Meeting]:
        """The meetings that a token triggers: usually none or one, several for `calls with A and B`."""
        if self._is_meeting_noun(token):
            draft = self._draft_noun(token)
        elif self._is_meeting_verb(token):
            draft = self._draft_verb(token)
        else:
            return []
        if draft is None:
            return []
        meetings = self._complete(draft)
        if meetings and len(meetings[-1].party_keys) >= 2:
            self._last_parties = list(meetings[-1].parties)
        return meetings

    # Triggers ----------------------------------------------------------------------------------------------------------------------

    def _is_meeting_noun(self, token: Token) -> bool:
        if token.lemma_.lower() not in self._nouns and token.lower_ not in self._nouns:
            return False
        if token.pos_ not in ("NOUN", "PROPN") and not _is_mistaken_for_verb(token):
            return False
        if token.dep_ in ("compound", "nmod", "amod") and token.head.pos_ in ("NOUN", "PROPN"):
            # "summit meeting" is found at its head, "meeting format" is none.
            return False
        if (
            token.dep_ == "pobj"
            and token.head.lower_ == "of"
            and token.head.head.lemma_.lower() in self._parts
            and token.head.head.pos_ == "NOUN"
        ):
            return False
        modifiers = {child.lemma_.lower() for child in token.children if child.dep_ in ("compound", "amod", "nmod")}
        return not modifiers & self._foreign

    def _is_meeting_verb(self, token: Token) -> bool:
        if token.pos_ != "VERB":
            return False
        lemma = token.lemma_.lower()
        if lemma == "bring":
            return any(child.lower_ == "together" for child in token.children)
        if lemma == "call" or lemma not in self._lexicon["verbs"]["meet"]:
            return False
        if lemma == "meet" and any(
            child.dep_ == "dobj"
            and child.lemma_.lower()
            in (
                "need",
                "target",
                "demand",
                "goal",
                "condition",
                "requirement",
                "deadline",
                "criterion",
                "obligation",
                "challenge",
                "commitment",
                "fate",
                "cost",
            )
            for child in token.children
        ):
            return False
        # "speak" alone is a speech; "speak to Putin" is a call.
        return lemma == "meet" or bool(syntax.adjuncts(token, *self._lexicon["verbs"]["meet_with"].get(lemma, [])))

    # Who ---------------------------------------------------------------------------------------------------------------------------

    def _draft_noun(self, noun: Token) -> _Draft | None:
        nouns = [noun]
        while nouns[-1].lemma_.lower() in self._parts or len(nouns) == 1:
            inner = [c for c in syntax.adjuncts(nouns[-1], "of") if c.lemma_.lower() in self._nouns or c.lower_ in self._nouns]
            if not inner:
                break
            nouns.append(inner[0])
        draft = _Draft(noun, nouns, self._verbs_above(noun))
        for node in nouns:
            self._from_modifiers(node, draft)
            self._from_prepositions(node, draft)
            self._from_participles(node, draft)
        self._from_verb(noun, draft)
        return draft

    def _draft_verb(self, verb: Token) -> _Draft | None:
        draft = _Draft(verb, [], [verb, *self._verbs_above(verb)])
        lemma = verb.lemma_.lower()
        acting = [p for s in syntax.subjects(verb) for p in self._parties(s)]
        if lemma == "bring":
            draft.mediators = acting
            draft.parties = [p for o in syntax.objects(verb) for p in self._parties(o)]
            return draft if draft.mediators and draft.parties else None
        met = [] if lemma != "meet" else [p for o in syntax.objects(verb) for p in self._parties(o)]
        met += [p for o in syntax.adjuncts(verb, "with", "to") for p in self._parties(o)]
        if syntax.is_passive(verb):
            return None
        if not acting or (not met and len(acting) < 2):
            return None
        draft.parties = [*acting, *met]
        return draft

    def _verbs_above(self, token: Token) -> list[Token]:
        """Verbs between the trigger and whoever reports it: where its time and place may stand."""
        found: list[Token] = []
        below = token
        for node in syntax.chain(token):
            if node == token:
                continue
            if node.pos_ in ("VERB", "AUX"):
                if node.lemma_.lower() in self._said and below.dep_ in ("ccomp", "parataxis", "dep"):
                    break
                if node.lemma_.lower() in self._said and below.dep_ == "prep":
                    break
                found.append(node)
                if _is_clause_of_its_own(node):
                    break
            below = node
        return found

    def _parties(self, head: Token) -> list[Party]:
        """Who a phrase stands for, with `the two sides` and `these leaders` looked up."""
        lemma = head.lemma_.lower()
        found = self._context.cast.parties(head)
        vague = not found or not any(party.is_named for party in found)
        counted = {child.lower_ for child in head.children} & {"two", "both", "these", "those", "the"}
        if (
            vague
            and lemma
            in ("side", "party", "leader", "country", "nation", "delegation", "president", "man", "neighbour", "neighbor", "minister")
            and counted
        ):
            if counted & {"these", "those"} and (named := self._named_before(head)):
                return named
            if self._last_parties:
                return [_without_person(replace(party, first=head.i, end=head.i + 1), 0.8) for party in self._last_parties]
            return self._context.cast.two_sides(head)
        return found

    def _named_before(self, head: Token) -> list[Party]:
        """Two or more parties joined by `and` before `these leaders`, in the same sentence."""
        for token in reversed(list(head.doc[head.sent.start : head.i])):
            if token.dep_ != "conj":
                parties = self._context.cast.parties(token)
                if len([p for p in parties if p.is_named]) >= 2:
                    return [replace(party, directness=0.8) for party in parties]
        return []

    def _from_modifiers(self, noun: Token, draft: _Draft) -> None:
        """`Russia-Ukraine talks`, `Turkish-brokered talks`, `the Putin-Zelensky meeting`; `Geneva talks` name a place."""
        context = self._context
        doc = noun.doc
        phrase = syntax.noun_phrase(noun)
        for i in phrase:
            token = doc[i]
            if token == noun or (i > phrase.start and (before := context.mentions.at(i - 1)) and before.end > i):
                continue
            mention = context.mentions.at(i)
            behind = mention.end if mention else i + 1
            suffix = doc[behind + 1].lower_ if behind + 1 < len(doc) and doc[behind].text == "-" else ""
            if mention and mention.kind is EntityKind.STATE and mention.form is Form.CAPITAL and suffix == "" and doc[i - 1].text != "-":
                continue
            parties = context.cast.one(token) if mention or context.cast.is_person(token) else []
            if suffix in self._lexicon["roles"]["mediator_suffixes"]:
                draft.mediators.extend(parties)
            elif token.dep_ == "poss" or mention or context.cast.is_person(token):
                draft.parties.extend(parties)

    def _from_prepositions(self, noun: Token, draft: _Draft) -> None:
        for head in syntax.adjuncts(noun, "between", "with", "among", "involving", "including", "alongside"):
            draft.parties.extend(self._one(head))
        for head in syntax.adjuncts(noun, "of"):
            if head.lemma_.lower() not in self._nouns:
                draft.parties.extend(self._one(head))
        for head in syntax.adjuncts(noun, "under", "through", "by", "via"):
            if head.lemma_.lower() in self._lexicon["roles"]["mediator_nouns"] or head.dep_ == "pobj":
                draft.mediators.extend(self._context.cast.one(head))
                draft.mediators.extend(p for of in syntax.adjuncts(head, "of", "from", "by") for p in self._context.cast.one(of))
                draft.mediators.extend(
                    p for child in head.children if child.dep_ in ("amod", "compound", "poss") for p in self._context.cast.one(child)
                )

    def _one(self, head: Token) -> list[Party]:
        # `adjuncts` has taken the phrase apart already.
        found = self._context.cast.one(head)
        return found if any(p.is_named for p in found) else self._parties(head)

    def _from_participles(self, noun: Token, draft: _Draft) -> None:
        """`talks mediated by Qatar`, `a meeting hosted by Norway`, `talks involving`."""
        for child in noun.children:
            if child.dep_ in ("acl", "relcl") and child.pos_ == "VERB":
                lemma = child.lemma_.lower()
                agents = [p for s in syntax.subjects(child) for p in self._parties(s)] if syntax.is_passive(child) else []
                if lemma in self._lexicon["roles"]["mediate"]:
                    draft.mediators.extend(agents)
                elif lemma in self._lexicon["roles"]["host"]:
                    draft.hosts.extend(agents)
                elif lemma in ("involve", "bring", "gather", "attend"):
                    draft.parties.extend(agents or [p for o in syntax.objects(child) for p in self._parties(o)])

    def _from_verb(self, noun: Token, draft: _Draft) -> None:
        """The subject of `hold talks` takes part, that of `host` gives the place, that of `propose` proposes."""
        verb = draft.verbs[0] if draft.verbs else None
        if verb is None:
            return
        lemma = Governor(verb, "").lemma
        is_object = noun in syntax.objects(verb) or noun.dep_ == "pobj"
        acting = [p for s in syntax.subjects(verb) if s != noun for p in self._parties(s)] if is_object else []
        if is_object or noun.dep_ in syntax.SUBJECT:
            draft.parties.extend(p for head in syntax.adjuncts(verb, "with", "between") for p in self._one(head))
        roles = self._lexicon["roles"]
        status = self._lexicon["by_verb"].get(lemma)
        if lemma in roles["host"]:
            draft.hosts.extend(acting)
        elif lemma in roles["mediate"]:
            draft.mediators.extend(acting)
        elif lemma in self._said:
            pass
        elif status == "HOLD" and (noun.dep_ != "pobj" or noun.head.lower_ in ("in", "for", "at", "to", "into", "of")):
            # Who calls comes before who is called.
            draft.parties[:0] = acting
        elif status in ("PROPOSED", "SCHEDULED", "RULED_OUT", "CANCELLED", "POSTPONED", "SUSPENDED") and acting:
            if status == "PROPOSED":
                draft.proposed_by = acting[0]
            if len(_named(draft.parties)) == 1 or status == "SCHEDULED":
                draft.parties.extend(acting)
        for above in draft.verbs[1:3] if not acting else []:
            takes_part = self._lexicon["by_verb"].get(Governor(above, "").lemma) in ("SCHEDULED", "PROPOSED", "HOLD")
            if takes_part and len(_named(draft.parties)) < 2:
                draft.parties.extend(p for s in syntax.subjects(above) for p in self._parties(s))
        draft.proposed_by = draft.proposed_by or self._proposer_in_clause(verb)

    def _proposer_in_clause(self, verb: Token) -> Party | None:
        """`…, as Ukraine has proposed`."""
        for child in verb.children:
            if (
                child.dep_ == "advcl"
                and self._lexicon["by_verb"].get(child.lemma_.lower()) == "PROPOSED"
                and any(c.dep_ == "mark" and c.lower_ == "as" for c in child.children)
            ):
                proposers = [p for s in syntax.subjects(child) for p in self._context.cast.parties(s)]
                if proposers:
                    return proposers[0]
        return None

    # Putting it together -----------------------------------------------------------------------------------------------------------

    def _complete(self, draft: _Draft) -> list[Meeting]:
        context = self._context
        nodes = [*draft.nouns, *draft.verbs]
        fact = assess(draft.node)
        status, cues = self._status(draft, fact)
        if status is None:
            return []
        mediators, hosts = _distinct(draft.mediators), _distinct(draft.hosts)
        aside = {p.key for p in (*mediators, *hosts)}
        parties = [p for p in _distinct(draft.parties) if p.key not in aside]
        location = self._location(draft, nodes)
        date = self._date(nodes)
        round_number, round_count = self._round(draft)
        first, end = self._trigger_range(draft)
        meeting = Meeting(
            trigger=(first, end),
            node=draft.node,
            status=status,
            certainty=fact.certainty,
            evidence=tuple(_in_order([*cues, *fact.evidence])),
            parties=tuple(parties),
            mediators=tuple(mediators),
            hosts=tuple(hosts),
            location=location,
            date=date,
            duration=self._duration(draft),
            round_number=round_number,
            round_count=round_count,
            level=self._level(draft, parties),
            format=self._format(draft, location),
            proposed_by=draft.proposed_by,
            attribution=context.attributions.of(draft.node),
            doubt=fact.doubt,
            is_definite=self._is_definite(draft),
            confidence=_confidence(parties, fact),
        )
        if not self._is_identifiable(meeting, draft):
            return []
        return _one_by_one(meeting)

    def _is_identifiable(self, meeting: Meeting, draft: _Draft) -> bool:
        """Whether it is a meeting between those that the records are about, and not just some meeting."""
        acting = [p for p in meeting.parties if p.kind in PARTY_KINDS or p.individual]
        if meeting.parties and not acting:
            return False
        if len(acting) >= 2 or meeting.mediators:
            return True
        noun = draft.node.lemma_.lower()
        if meeting.is_definite or noun in ("talk", "talks", "negotiation", "summit"):
            return True
        return meeting.location is not None and noun not in self._loose

    def _status(self, draft: _Draft, fact: Factuality) -> tuple[Status | None, list[Token]]:
        """HELD, SCHEDULED, … with the words that say so."""
        modifier = self._modifier_status(draft)
        status: str | None = None
        cues: list[Token] = []
        governors = fact.governors if draft.nouns else [Governor(draft.node, "self"), *fact.governors]
        for governor in governors:
            if governor.relation.startswith("prep:") and status is None and (place := self._by_preposition(governor)):
                status, cue = place
                cues.append(cue)
                break
            if governor.relation in ("ccomp", "parataxis") and governor.token.lemma_.lower() in self._said and status is not None:
                break
            verb_status = self._verb_status(governor)
            if verb_status is None:
                continue
            found, cue = verb_status
            if status in (None, "HOLD") and found != "HOLD":
                status = found
                cues.append(cue)
            elif status is None:
                status = found
            if governor.relation in ("relcl", "advcl") and status not in (None, "HOLD"):
                break
        if status in (None, "HOLD"):
            return self._by_tense(fact, draft, modifier, cues, has_verb=status is not None)
        if fact.negation is not None and status in ("PROPOSED", "SCHEDULED"):
            return Status.RULED_OUT, cues
        return Status(status), cues

    def _verb_status(self, governor: Governor) -> tuple[str, Token] | None:
        """What a verb says of the meeting, and the word that says it: the verb, or `possible` beside `is`."""
        verb = governor.token
        lemma = governor.lemma
        by_verb: dict[str, str] = self._lexicon["by_verb"]
        if lemma == "be":
            for child in verb.children:
                found = by_verb.get(child.lemma_.lower()) or by_verb.get(child.lower_) or "HOLD"
                if child.dep_ in ("acomp", "advmod", "attr", "prep", "oprd") and found != "HOLD":
                    return found, child
                if child.dep_ == "prep" and child.lower_ == "under" and any(c.lower_ == "way" for c in child.children):
                    return "ONGOING", child
        if lemma == "take" and any(child.dep_ in ("dobj", "prt") and child.lower_ in ("place", "part") for child in verb.children):
            return "HOLD", verb
        status = by_verb.get(lemma) or by_verb.get(verb.lemma_.lower())
        return (status, verb) if status else None

    def _by_preposition(self, governor: Governor) -> tuple[str, Token] | None:
        word = governor.relation.removeprefix("prep:")
        if word in AT_IT and governor.lemma not in ("participate", "take", "engage", "result", "interest", "go", "continue", "involve"):
            preposition = next((c for c in governor.token.children if c.dep_ == "prep" and c.lower_ == word), governor.token)
            if word in ("in", "at", "from", "through"):
                return None
            return "HELD", preposition
        if word in BEFORE_IT:
            return "SCHEDULED", governor.token
        return None

    def _by_tense(
        self, fact: Factuality, draft: _Draft, modifier: tuple[str, Token] | None, cues: list[Token], *, has_verb: bool
    ) -> tuple[Status | None, list[Token]]:
        verb = draft.verbs[0] if draft.verbs else None
        verb_cue = [verb] if verb is not None else []
        if fact.modal_kind in ("possible", "obliged") or fact.condition is not None or fact.doubt is not None:
            return (Status.RULED_OUT if fact.negation and fact.modal_kind == "possible" else Status.PROPOSED), cues
        if fact.tense is Tense.FUTURE:
            if fact.negation is not None:
                return Status.RULED_OUT, cues
            reported = verb is not None and report_tense(verb) is Tense.PAST
            if fact.modal_kind == "would" and not reported:
                return Status.PROPOSED, cues
            return Status.SCHEDULED, cues
        if fact.hedge is not None and fact.hedge_strength is Certainty.POSSIBLE:
            return Status.PROPOSED, cues
        if fact.negation is not None:
            return None, cues
        if modifier is not None:
            return Status(modifier[0]), [*cues, modifier[1]]
        if fact.tense is Tense.INFINITIVE:
            return Status.SCHEDULED, [*cues, *verb_cue]
        if fact.tense is Tense.PAST:
            return Status.HELD, [*cues, *verb_cue]
        if fact.tense is Tense.PRESENT:
            return (Status.ONGOING if fact.is_progressive else Status.HELD), [*cues, *verb_cue]
        return (Status.HELD if has_verb else Status.UNKNOWN), cues

    def _modifier_status(self, draft: _Draft) -> tuple[str, Token] | None:
        for noun in draft.nouns:
            for child in noun.children:
                if child.dep_ in ("amod", "compound") and (status := self._lexicon["by_modifier"].get(child.lower_)):
                    return status, child
        return None

    def _location(self, draft: _Draft, nodes: list[Token]) -> Mention | None:
        context = self._context
        candidates: list[Mention] = []
        for noun in draft.nouns:
            for i in syntax.noun_phrase(noun):
                mention = context.mentions.at(i)
                if (
                    mention
                    and (mention.kind is EntityKind.PLACE or mention.form is Form.CAPITAL)
                    and noun.doc[mention.first - 1].text != "-"
                ):
                    candidates.append(mention)
        for node in nodes:
            for head in syntax.adjuncts(node, "in", "at", "outside", "near"):
                candidates.extend(m for m in self._places(head))
            if candidates and any(m.kind is EntityKind.PLACE for m in candidates):
                break
        named = [m for m in candidates if m.kind is EntityKind.PLACE] or [m for m in candidates if m.form is Form.CAPITAL] or candidates
        return named[0] if named else None

    def _places(self, head: Token) -> Iterable[Mention]:
        """The place in `in Istanbul`, `in the Turkish city of Istanbul`, `in Turkey`."""
        found = [m for t in head.subtree if (m := self._context.mentions.at(t.i)) and m.last >= t.i]
        for mention in dict.fromkeys(found):
            is_state = mention.kind is EntityKind.STATE and mention.form in (Form.NAME, Form.CAPITAL)
            if mention.kind is EntityKind.PLACE or (is_state and (head.i in range(mention.first, mention.end) or head.head.lower_ == "in")):
                yield mention

    def _date(self, nodes: list[Token]) -> TimeMention | None:
        times = self._context.times_on(nodes)
        return times[0] if times else None

    def _duration(self, draft: _Draft) -> FigureMention | None:
        """`lasted 40 minutes`, `a two-hour meeting`, `eight hours of talks`."""
        for figure in self._context.figure_mentions:
            if figure.found.kind is not FigureKind.DURATION:
                continue
            head = figure.root.head
            if head.lemma_.lower() in ("last", "take", "run", "span", "stretch") and self._lasts(head, draft):
                return figure
            if figure.root.dep_ in ("compound", "amod", "nmod", "nummod") and head in draft.nouns:
                return figure
            of = [c for c in syntax.adjuncts(figure.root, "of") if c in draft.nouns]
            if of:
                return figure
        return None

    def _lasts(self, verb: Token, draft: _Draft) -> bool:
        if verb in draft.verbs or any(s in draft.nouns for s in syntax.subjects(verb)):
            return True
        # The parser hangs "which lasted" on the last noun before it, even if that is a weekday.
        return (
            verb.dep_ in ("relcl", "acl")
            and any(node in draft.nouns for node in syntax.chain(verb.head) if node.sent == verb.sent)
            and not any(
                node.pos_ in ("VERB", "AUX") and node != verb and any(n in draft.nouns for n in node.subtree) and node.i > draft.node.i
                for node in syntax.chain(verb.head)
            )
        )

    def _round(self, draft: _Draft) -> tuple[int | None, int | None]:
        """Which round it is by its ordinal, and how many it stands for."""
        number = count = None
        for noun in draft.nouns:
            if noun.lemma_.lower() not in ("round", "session", "meeting", "summit", "talk"):
                continue
            for child in noun.children:
                if noun.lemma_.lower() == "round" and child.dep_ in ("amod", "compound", "nummod"):
                    number = number or self._lexicon["ordinals"].get(child.lower_) or _numeral_ordinal(child.lower_)
            for figure in self._context.figure_mentions:
                is_count = figure.found.kind is FigureKind.COUNT and figure.root.head == noun and figure.root.dep_ == "nummod"
                if (
                    is_count
                    and noun.lemma_.lower() in ("round", "session", "meeting", "summit")
                    and figure.found.min == figure.found.max
                    and figure.found.min
                ):
                    count = int(figure.found.min)
        return number, count if count and count > 1 else None

    def _level(self, draft: _Draft, parties: list[Party]) -> TalksLevel:
        modifiers = {t.lower_ for noun in draft.nouns for i in syntax.noun_phrase(noun) for t in (noun.doc[i],)}
        modifiers |= {t.lemma_.lower() for noun in draft.nouns for t in syntax.adjuncts(noun, "between", "of", "with")}
        nouns = self._lexicon["nouns"]
        if modifiers & set(nouns["leaders"]):
            return TalksLevel.LEADERS
        levels = {p.individual.level for p in parties if p.individual} | {p.level for p in parties}
        for level in (TalksLevel.LEADERS, TalksLevel.MINISTERIAL, TalksLevel.DELEGATION):
            if level in levels:
                return level
        if modifiers & set(nouns["ministers"]):
            return TalksLevel.MINISTERIAL
        if modifiers & {"delegation", "envoy", "negotiator"}:
            return TalksLevel.DELEGATION
        return TalksLevel.TECHNICAL if modifiers & set(nouns["technical"]) else TalksLevel.UNKNOWN

    def _format(self, draft: _Draft, location: Mention | None) -> TalksFormat:
        nouns = self._lexicon["nouns"]
        modifiers = {draft.node.doc[i].lower_ for noun in draft.nouns for i in syntax.noun_phrase(noun)}
        for verb in draft.verbs[:1]:
            modifiers |= {c.lower_ for c in verb.children if c.dep_ in ("advmod", "npadvmod")}
            modifiers |= {c.lower_ for c in syntax.adjuncts(verb, "by", "via", "over", "on")}
        if modifiers & set(nouns["indirect"]):
            return TalksFormat.INDIRECT
        if modifiers & set(nouns["online"]) or "videoconference" in modifiers or "link" in modifiers:
            return TalksFormat.ONLINE
        names_call = draft.node.lemma_.lower() == "call" or modifiers & {*nouns["phone"], "telephone"}
        if names_call or (not draft.nouns and draft.node.lemma_.lower() == "speak" and location is None):
            return TalksFormat.PHONE
        return TalksFormat.DIRECT if modifiers & set(nouns["direct"]) or "face" in modifiers else TalksFormat.UNKNOWN

    def _is_definite(self, draft: _Draft) -> bool:
        for noun in draft.nouns:
            determiners = {c.lower_ for c in noun.children if c.dep_ in ("det", "predet", "poss", "amod")}
            if determiners & {"the", "this", "that", "these", "such", "its", "their"}:
                return True
        return (
            bool(draft.nouns)
            and draft.nouns[-1].lower_ in ("talks", "negotiations")
            and not any(c.dep_ == "det" for c in draft.nouns[-1].children)
        )

    def _trigger_range(self, draft: _Draft) -> tuple[int, int]:
        if not draft.nouns:
            return draft.node.i, draft.node.i + 1
        compound = [
            c.i
            for c in draft.nouns[0].children
            if c.dep_ == "compound" and c.lemma_.lower() in ("summit", "peace", "phone", "leader", "video")
        ]
        return min([draft.nouns[0].i, *compound]), draft.nouns[-1].i + 1


def _without_person(party: Party, directness: float) -> Party:
    """A party taken over from another meeting: who went there then need not be there now."""
    return replace(party, individual=None, level=TalksLevel.UNKNOWN, directness=directness)


def _is_clause_of_its_own(verb: Token) -> bool:
    """A finite clause with a subject: what stands above it has its own time, place and actors."""
    return verb.dep_ == "relcl" or (verb.dep_ in ("ccomp", "advcl") and any(child.dep_ in syntax.SUBJECT for child in verb.children))


def _is_mistaken_for_verb(token: Token) -> bool:
    """`a leaders meeting in Istanbul`, where the parser sees leaders who meet."""
    return (
        token.lower_ == "meeting"
        and token.dep_ == "acl"
        and token.head.i == token.i - 1
        and not any(c.dep_ in ("aux", "dobj") for c in token.children)
    )


def _numeral_ordinal(word: str) -> int | None:
    digits = word.rstrip("stndrh")
    return int(digits) if digits != word and digits.isdigit() and len(digits) < 3 else None


def _named(parties: Iterable[Party]) -> list[Party]:
    return [party for party in _distinct(parties) if party.is_named]


def _distinct(parties: Iterable[Party]) -> list[Party]:
    """Each party once: the mention that names a person before one that does not, a named one before `the two sides`."""
    best: dict[str, Party] = {}
    for party in parties:
        known = best.get(party.key)
        if known is None or (party.individual and not known.individual):
            best[party.key] = party
    found = list(best.values())
    named = [party for party in found if party.is_named]
    return found if len(named) < 2 else named


def _in_order(tokens: Iterable[Token]) -> list[Token]:
    return sorted({token.i: token for token in tokens}.values(), key=lambda token: token.i)


def _confidence(parties: list[Party], fact: Factuality) -> float:
    confidence = 0.95 if len(parties) >= 2 else 0.7
    for party in parties:
        confidence *= party.directness
    return round(confidence * (0.9 if fact.tense is Tense.NONE else 1.0), 2)


def _one_by_one(meeting: Meeting) -> list[Meeting]:
    """`calls with A and B` are two calls: nobody reports a call of three in that way."""
    if meeting.format is not TalksFormat.PHONE or len(meeting.parties) != 3:
        return [meeting]
    caller, *called = meeting.parties
    return [replace(meeting, parties=(caller, other)) for other in called]


# One meeting, several mentions -----------------------------------------------------------------------------------------------------


def _merge(mentions: list[Meeting], context: ArticleContext) -> list[Meeting]:
    """Make one of the mentions of one meeting; a mention that stays without parties and place is dropped."""
    clusters: list[list[Meeting]] = []
    for mention in mentions:
        home = next((c for c in reversed(clusters) if _is_same(c, mention, context)), None)
        if home is not None:
            home.append(mention)
        else:
            clusters.append([mention])
    merged = [_combine(cluster) for cluster in clusters]
    merged = [_inherit_parties(meeting, merged) for meeting in merged]
    kept = [m for m in merged if _stands_alone(m)]
    return sorted((_mark_total(m, kept, context) for m in kept), key=lambda m: m.trigger)


def _is_same(cluster: list[Meeting], mention: Meeting, context: ArticleContext) -> bool:
    head = _combine(cluster)
    if {head.status, mention.status} & HAPPENED and {head.status, mention.status} & PLANNED:
        return False
    if head.round_number != mention.round_number and head.round_number and mention.round_number:
        return False
    if (head.round_count or 1) != (mention.round_count or 1):
        return False
    if (head.format is TalksFormat.PHONE) != (mention.format is TalksFormat.PHONE):
        return False
    if (
        head.location
        and mention.location
        and head.location.name != mention.location.name
        and head.location.country != mention.location.country
    ):
        return False
    if not _dates_meet(head, mention, context):
        return False
    if mention.party_keys and head.party_keys:
        return mention.party_keys == head.party_keys
    if mention.party_keys or head.party_keys:
        # One of them names nobody: it is the same where it points back, or is at the same place.
        if mention.location and head.location:
            return True
        return (
            not mention.party_keys and mention.is_definite and not mention.location and mention.status in PLANNED and not mention.mediators
        )
    return bool(mention.location and head.location and mention.location.name == head.location.name)


def _dates_meet(first: Meeting, second: Meeting, context: ArticleContext) -> bool:
    if first.date is None or second.date is None:
        return True
    a, b = first.date.found.resolve(context.published), second.date.found.resolve(context.published)
    if (a.start is None and a.end is None) or (b.start is None and b.end is None):
        return first.date.found == second.date.found or context.published is None
    if a.end is not None and b.start is not None and a.end < b.start:
        return False
    return not (b.end is not None and a.start is not None and b.end < a.start)


def _combine(cluster: list[Meeting]) -> Meeting:
    """The mention that tells most, filled up from the others; one that doubts it becomes a counter-claim."""
    if len(cluster) == 1:
        return cluster[0]
    best = max(cluster, key=_tells)
    others = [m for m in cluster if m is not best]

    def first(name: str) -> Any:
        values = (getattr(m, name) for m in (best, *others))
        return next((v for v in values if v not in (None, (), TalksLevel.UNKNOWN, TalksFormat.UNKNOWN)), getattr(best, name))

    doubts = tuple((m.doubt, m.attribution) for m in others if m.doubt is not None)
    return replace(
        best,
        parties=first("parties"),
        mediators=first("mediators"),
        hosts=first("hosts"),
        location=first("location"),
        date=first("date"),
        duration=first("duration"),
        round_number=first("round_number"),
        level=first("level"),
        format=first("format"),
        proposed_by=first("proposed_by"),
        counter_attributions=best.counter_attributions + doubts,
    )


def _tells(meeting: Meeting) -> tuple[bool, int, int]:
    filled = sum(
        value is not None for value in (meeting.location, meeting.date, meeting.duration, meeting.round_number, meeting.proposed_by)
    )
    return meeting.doubt is None, 2 * len(meeting.party_keys) + filled, -meeting.trigger[0]


def _inherit_parties(meeting: Meeting, meetings: list[Meeting]) -> Meeting:
    """`the latest round of talks`: between those who met before, in the nearest mention above."""
    if meeting.party_keys or not meeting.is_definite or meeting.mediators:
        return meeting
    before = [m for m in meetings if len(m.party_keys) >= 2 and m.trigger < meeting.trigger and m.format is not TalksFormat.PHONE]
    same_kind = [m for m in before if (m.status in HAPPENED) == (meeting.status in HAPPENED)]
    source = max(same_kind or before, key=lambda m: m.trigger, default=None)
    if source is None:
        return meeting
    parties = tuple(_without_person(p, 0.7) for p in source.parties)
    return replace(meeting, parties=parties, confidence=round(source.confidence * 0.8, 2))


def _stands_alone(meeting: Meeting) -> bool:
    if len(meeting.parties) >= 2 and len(meeting.party_keys) >= 1:
        return True
    told = [meeting.location, meeting.date, meeting.round_number, meeting.mediators or None]
    return len(meeting.party_keys) + sum(x is not None for x in told) >= 2 and bool(meeting.mediators or meeting.party_keys)


def _mark_total(meeting: Meeting, meetings: list[Meeting], context: ArticleContext) -> Meeting:
    """`three sessions since May` are a total of others where one of them is told on its own."""
    if not meeting.round_count:
        return meeting
    parts = [
        m
        for m in meetings
        if m is not meeting and m.status is meeting.status and m.party_keys == meeting.party_keys and _dates_meet(m, meeting, context)
    ]
    return replace(meeting, is_cumulative=bool(parts))
