"""Missing money: who lacks how much for what and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.extraction.factuality import Factuality, Governor, Tense, assess
from streams.extraction.funding.clauses import verbs_above
from streams.extraction.funding.cover import Covers
from streams.extraction.funding.exclusions import Exclusions
from streams.extraction.funding.holders import Holders
from streams.extraction.funding.lack import Gap, inherit_entity, merge, one_a_sentence, stands_alone
from streams.extraction.funding.means import Means
from streams.extraction.funding.sums import Sums, is_less
from streams.extraction.lexicon import lists
from streams.extraction.times import Direction
from streams.records import ActorKind, AidType, EntityKind, FigureKind, FundingGapStatus, Grain

__all__ = ["find_gaps"]

Status = FundingGapStatus

CUES = (
    "nouns.always",
    "nouns.gap",
    "nouns.lack",
    "need.verbs",
    "short.verbs",
    "short.dried",
    "short.insufficient",
    "short.having",
    "short.words",
    "short.by",
    "short.than",
    "short.still",
    "short.missing",
    "short.adjectives",
    "short.overspend",
    "short.unmet",
    "funded.shares",
    "funded.fractions",
    "funded.percent",
    "funded.received",
    "funded.released",
    "funded.arrived",
    "funded.unless",
    "means.afford",
    "means.balance",
    "means.find",
    "means.red",
    "means.exceed",
    "means.leaving",
    "means.empty",
    "means.allotted",
    "nouns.money",
)
"""Lists of the data file of which each trigger, or its first word, is in one."""


@dataclass(frozen=True)
class _Told:
    """What a trigger tells of the money."""

    gap: FigureMention | None = None
    requirements: FigureMention | None = None
    funding: FigureMention | None = None
    share: FigureMention | None = None

    @property
    def all(self) -> tuple[FigureMention | None, FigureMention | None, FigureMention | None, FigureMention | None]:
        """In the order of the fields."""
        return self.gap, self.requirements, self.funding, self.share


def find_gaps(context: ArticleContext) -> list[Gap]:
    """The gaps that an article states, each once, in the order of their triggers."""
    finder = _Finder(context)
    found: list[Gap] = []
    for token in context.reading.tokens:
        gap = finder.at(token)
        if gap is not None:
            found.append(inherit_entity(finder.with_speaker(gap), found, context))
    exclusions = Exclusions(context)
    told = one_a_sentence([gap for gap in found if stands_alone(gap) and not exclusions.excludes(gap)], context)
    return merge([gap for gap in map(finder.with_entity, told) if not exclusions.is_private(gap)])


@cache
def _cues() -> frozenset[str]:
    """The words, or first words, of all triggers."""
    return frozenset(phrase.split()[0] for name in CUES for phrase in lists("funding")[name])


class _Finder:
    """Looks for gaps at each token."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._lexicon = lists("funding")
        self._sums = Sums(context)
        self._holders = Holders(context, self._sums)
        self._covers = Covers(context, self._sums)
        self._means = Means(context, self._sums)
        self._exclusions = Exclusions(context)
        fractions = self._lexicon["funded.fractions"]
        self._divided = frozenset(token.head.i for token in context.reading.tokens if token.lower_ in fractions)

    def at(self, token: Token) -> Gap | None:
        """The gap that a token triggers."""
        if token.lower_ not in _cues() and token.lemma_.lower() not in _cues() and token.i not in self._divided:
            return None
        finders = (
            self._named,
            self._lack,
            self._short,
            self._share,
            self._part,
            self._covered,
            self._without,
            self._need,
            self._beyond_means,
        )
        for find in finders:
            gap = find(token)
            if gap is not None:
                return None if gap.amount is None and gap.requirements is not None and self._is_reached(token) else gap
        return None

    def with_entity(self, gap: Gap) -> Gap:
        """Who lacks the money where its sentence does not say: whoever the article speaks of there."""
        if gap.entity is not None and gap.entity.kind is not ActorKind.PERSON:
            return gap
        node, holders = gap.node, self._holders
        entity = holders.speaking(node) if gap.entity is not None else None
        entity = entity or holders.spoken_of(node) or holders.speaking(node) or holders.of_article(node)
        return replace(gap, entity=entity, confidence=round(gap.confidence * 0.8, 2))

    def with_speaker(self, gap: Gap) -> Gap:
        """`The agency said a lack of funds had forced cuts`: where nothing else tells who lacks the money, nor how much."""
        is_cause = gap.node.pos_ in ("VERB", "AUX") or gap.node.dep_ in (*syntax.SUBJECT, "pobj")
        if is_cause and gap.entity is None and not stands_alone(gap) and (entity := self._holders.speaking(gap.node)) is not None:
            return replace(gap, entity=entity, confidence=round(gap.confidence * 0.8, 2))
        return gap

    def _has(self, name: str, token: Token) -> bool:
        """Whether the token's lemma is in a list of the data file."""
        return token.lemma_.lower() in self._lexicon[name]

    # Triggers ----------------------------------------------------------------------------------------------------------------------

    def _named(self, noun: Token) -> Gap | None:
        """`a funding gap`, `a budget shortfall of $3 million`, `underfunding`, `unmet requirements of …`."""
        if noun.pos_ not in ("NOUN", "PROPN"):
            return None
        if self._has("nouns.always", noun):
            return self._gap(noun, (noun.i, noun.i + 1))
        is_inside = noun.dep_ in ("compound", "nmod") and noun.head.pos_ in ("NOUN", "PROPN")
        if not self._has("nouns.gap", noun) or (is_inside and not self._has("nouns.of_gap", noun.head)):
            return None
        phrase = {t.lower_ for i in syntax.noun_phrase(noun) if (t := noun.doc[i]) != noun}
        about = [t for t in syntax.adjuncts(noun, "in", "of", "for") if t.pos_ in ("NOUN", "PROPN")]
        around = phrase | {w for t in about for w in (t.lower_, t.lemma_.lower())} | {c.lower_ for t in about for c in t.children}
        apart = syntax.adjuncts(noun, "between", "with")
        of_means = [t for t in apart if self._has("means.had", t) or self._has("means.spent", t)]
        if apart and not (phrase & self._lexicon["nouns.of_funding"] or of_means):
            # "a $30 million gap between the two leagues" and "the gap with India" are differences.
            return None
        if any(self._has("nouns.traded", t) for t in noun.sent) and not phrase & self._lexicon["nouns.of_funding"]:
            return None
        holder = syntax.governing_verb(noun)
        if holder is not None:
            around |= {c.lower_ for s in syntax.subjects(holder) if s != noun for c in (s, *s.children) if c.pos_ in ("NOUN", "ADJ")}
        against = any(self._has("funded.required_nouns", t) for t in syntax.adjuncts(noun, "against"))
        if (
            around & self._lexicon["nouns.other"]
            and not against
            and not (phrase | {t.lower_ for t in about}) & self._lexicon["nouns.of_money"]
        ):
            return None
        if phrase <= {"the", "that", "this"} and self._was_of_other(noun):
            return None
        if noun.dep_ == "pobj" and noun.head.lower_ == "than":
            # "Worse than the shortfall that was forecast": what it is compared with.
            return None
        if noun.dep_ == "pobj" and self._has("nouns.feared", noun.head.head):
            # "Ending fears of a shortfall": there is none as yet.
            return None
        top = noun.head if is_inside else noun
        verbs = verbs_above(top)
        amount = self._sums.on([top]) or self._sums.equated(top, verbs)
        if self._has("nouns.unmet", noun):
            named = bool(phrase & self._lexicon["short.unmet"]) and bool(phrase & self._lexicon["nouns.of_money"] or amount)
        elif self._has("nouns.strict", noun):
            is_measured = amount is not None and self._has("nouns.measured", noun) and self._is_faced(noun, verbs)
            named = bool(phrase & self._lexicon["nouns.of_funding"]) or is_measured
        else:
            is_black_hole = "black" in phrase and self._is_faced(noun, verbs)
            named = bool(around & self._lexicon["nouns.of_money"]) or amount is not None or is_black_hole
            # "a 58 per cent gap against its requirement of $38 million"
            named = named or against
        if not named or self._is_statistic(noun, phrase, verbs):
            return None
        first = min(
            [noun.i, *(c.i for c in noun.children if c.dep_ in ("compound", "amod") and c.lower_ in self._lexicon["nouns.of_money"])]
        )
        return self._gap(noun, (first, noun.i + 1), _Told(gap=amount), who=[c for t in of_means for c in t.children if c.dep_ == "poss"])

    def _is_statistic(self, noun: Token, phrase: set[str], verbs: list[Token]) -> bool:
        """`its shortfall with other countries fell to £2.7bn`, where the talk is of a state's deficit."""
        if phrase & self._lexicon["nouns.of_funding"] or self._has("nouns.strict", noun):
            return False
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(noun) - 3)].start
        around = [t for t in reading.tokens[begin : noun.sent.end] if t.pos_ in ("NOUN", "PROPN")]
        is_of_body = any(self._has("holders.local", t) for t in around)
        is_told_as_such = any(self._has("nouns.statistic", t) for t in around) or any(self._has("nouns.recorded", v) for v in verbs[:1])
        return is_told_as_such and not is_of_body and not self._is_faced(noun, verbs)

    def _is_faced(self, noun: Token, verbs: list[Token]) -> bool:
        """`must close a $12 million deficit`, `a deficit that must be plugged`, `the trust's deficit`: no statistic of a state's."""
        said_of_it = [t for c in noun.children if c.dep_ in ("relcl", "acl") for t in c.subtree if t.pos_ == "VERB"]
        if any(self._has("status.faced", verb) for verb in verbs[:1]) or any(self._has("status.closed", verb) for verb in said_of_it):
            return True
        if verbs and self._has("amounts.change", verbs[0]) and self._is_of_body_before(noun):
            return True
        entity, _ = self._holders.entity(noun, verbs, [])
        named = entity is not None and {t.lemma_.lower() for t in noun.doc[entity.first : entity.end]}
        return bool(named and entity is not None and entity.kind is not ActorKind.STATE and named & self._lexicon["holders.local"])

    def _is_of_body_before(self, noun: Token) -> bool:
        """`Seattle's schools expect cuts. The deficit has grown to $131 million`: it is theirs, unless a state is named with it."""
        phrase = syntax.noun_phrase(noun)
        if any(self._context.mentions.at(i, EntityKind.STATE) for i in phrase):
            return False
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(noun) - 1)].start
        return any(self._has("holders.budgeting", t) for t in reading.tokens[begin : noun.sent.end] if t.pos_ in ("NOUN", "PROPN"))

    def _was_of_other(self, noun: Token) -> bool:
        """Whether `the gap` takes up one that the sentences before called a trade gap or a pay gap."""
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(noun) - 3)].start
        for token in reversed(list(noun.doc[begin : noun.sent.start])):
            if self._has("nouns.gap", token) and token.pos_ == "NOUN":
                described = {t.lower_ for i in syntax.noun_phrase(token) if (t := noun.doc[i]) != token}
                if described - {"the", "that", "this", "a"}:
                    return bool(described & self._lexicon["nouns.other"])
        return False

    def _lack(self, token: Token) -> Gap | None:
        """`for lack of funds`, `lacks the money`, `a shortage of cash`."""
        if token.pos_ == "NOUN" and self._has("nouns.lack", token):
            what = [t for t in syntax.adjuncts(token, "of", "in") if self._has("nouns.money", t)]
        elif token.pos_ == "VERB" and self._has("short.verbs", token):
            missing = next((f for f in self._sums.of(token, FigureKind.MONEY) if f.root in syntax.objects(token)), None)
            if missing is not None:
                return self._gap(token, (token.i, token.i + 1), _Told(gap=missing))
            lacking = syntax.subjects(token) if token.tag_ == "VBG" and not syntax.objects(token) else []
            if any(self._has("nouns.money", t) for t in lacking):
                return self._gap(token, (token.i, token.i + 1))
            what = [t for t in syntax.objects(token) if self._has("nouns.money", t)]
        elif self._is_there(token):
            return self._gap(token, (token.i, token.i + 1)) if any(c.dep_ == "neg" for c in token.children) else None
        elif self._holds(token):
            what = [t for t in syntax.objects(token) if self._has("nouns.money", t) and self._is_none(token, t)]
        elif token.pos_ == "VERB" and Governor(token, "").lemma in self._lexicon["short.dried"]:
            what_dries = [token.head] if token.dep_ == "acl" else [*syntax.subjects(token), *syntax.objects(token)]
            dried = [t for t in what_dries if self._has("nouns.money", t) or self._has("short.dries", t)]
            return self._gap(token, (token.i, token.i + 2), who=[h for t in dried for h in syntax.adjuncts(t, "for")]) if dried else None
        elif token.lower_ in self._lexicon["short.insufficient"] and token.dep_ == "amod":
            what = [token.head] if self._has("nouns.money", token.head) else []
        elif self._is_not_there(token):
            return self._gap(token.head, (token.i, token.i + 1))
        else:
            return None
        return self._gap(token if token.dep_ != "amod" else token.head, (token.i, what[0].i + 1)) if what else None

    def _holds(self, token: Token) -> bool:
        """`have`, `there is`."""
        if not self._has("short.having", token) or token.pos_ not in ("VERB", "AUX"):
            return False
        return token.lemma_.lower() != "be" or any(c.dep_ == "expl" for c in token.children)

    def _is_not_there(self, money: Token) -> bool:
        """`no other money could be found`, `no funds had come`."""
        if not self._has("nouns.money", money) or money.dep_ not in syntax.SUBJECT or not any(c.lower_ == "no" for c in money.children):
            return False
        verb = money.head
        return any(self._has(name, verb) for name in ("funded.received", "means.find", "amounts.equate")) or (
            Governor(verb, "").lemma in self._lexicon["funded.arrived"]
        )

    def _is_there(self, verb: Token) -> bool:
        """`the money is there`, `funds are available`."""
        said = [c for c in verb.children if c.lower_ in self._lexicon["short.there"]]
        return verb.lemma_.lower() == "be" and bool(said) and any(self._has("nouns.money", s) for s in syntax.subjects(verb))

    def _is_none(self, have: Token, money: Token) -> bool:
        """`has no money`, `does not have enough money to`."""
        negated = any(c.dep_ == "neg" for c in have.children)
        return negated or any(c.lower_ == "no" for c in money.children) or any(c.lower_ == "little" for c in money.children)

    def _short(self, token: Token) -> Gap | None:
        """`is running out of money`, `$3 million short`, `is underfunded`, `a third of the needs were unmet`."""
        doc = token.doc
        if token.lower_ in self._lexicon["short.words"] and token.i + 2 < len(doc) and doc[token.i + 1].lower_ in self._lexicon["short.of"]:
            verb = syntax.governing_verb(token)
            money = next((t for t in doc[token.i + 2 : token.i + 6] if self._has("nouns.money", t)), None)
            # "out of concern the money …"
            is_of_it = money is not None and money.left_edge.i <= token.i + 2
            if verb is not None and money is not None and is_of_it and token.sent == money.sent:
                return self._gap(verb, (token.i, money.i + 1))
        if token.lower_ in self._lexicon["short.by"]:
            return self._short_of(token)
        if token.lower_ in self._lexicon["short.than"] and (missing := self._less_than_needed(token)) is not None:
            return self._gap(token, (missing.first, token.i + 2), _Told(gap=missing))
        if (missing := self._still_missing(token)) is not None:
            return self._gap(token, (token.i, token.i + 1), _Told(gap=missing, requirements=self._sums.of_which(missing)))
        if self._has("short.overspend", token) and token.pos_ == "VERB":
            by = next(
                (f for f in self._sums.of(token, FigureKind.MONEY) if f.root in [*syntax.adjuncts(token, "by"), *syntax.objects(token)]),
                None,
            )
            return self._gap(token, (token.i, token.i + 1), _Told(gap=by)) if by else None
        if token.lower_ in self._lexicon["short.adjectives"] and not self._is_attribute(token):
            measured = [*syntax.adjuncts(token, "by"), *(of for tune in syntax.adjuncts(token, "to") for of in syntax.adjuncts(tune, "of"))]
            near = [f for f in self._sums.of(token, FigureKind.MONEY) if f.root in measured or f.end == token.i]
            missing = near[0] if near else None
            return self._gap(token, (token.i, token.i + 1), _Told(gap=missing))
        if token.lower_ in self._lexicon["short.unmet"] and token.dep_ not in ("amod", "compound"):
            verb = syntax.governing_verb(token)
            needs = [s for s in syntax.subjects(verb) if self._is_need_of_money(s)] if verb is not None else []
            if needs:
                return self._gap(token, (token.i, token.i + 1), who=needs)
        return None

    def _short_of(self, short: Token) -> Gap | None:
        """`$2 million short of its target`, `raised $14 billion, falling short of its $18 billion goal`."""
        doc, verb = short.doc, syntax.governing_verb(short)
        node = verb if verb is not None else short
        figures = self._sums.of(short, FigureKind.MONEY)
        before = next((f for f in figures if f.end == short.i), None)
        if short.i + 1 == len(doc) or doc[short.i + 1].lower_ != "of":
            behind_it = next(
                (f for f in figures if f.first == short.i + 1 or (f.first == short.i + 2 and doc[short.i + 1].lower_ == "by")), None
            )
            missing = before or behind_it
            if missing is None and self._is_share_of_budget(short):
                return self._gap(node, (short.i, short.i + 1))
            return self._gap(node, (short.i, short.i + 1), _Told(gap=missing)) if missing else None
        behind = [t for t in doc[short.i + 2 : short.sent.end] if t.pos_ in ("NOUN", "PROPN") or t.lower_ == "what"]
        if behind and (goals := [t for t in doc[short.i + 1].children if t.dep_ == "pobj" and t.pos_ in ("NOUN", "PROPN")]):
            behind = [goals[0], *(t for t in behind if t.i > goals[0].i)]
        is_goal = bool(behind) and (
            self._has("funded.required_nouns", behind[0]) or self._has("funded.whole", behind[0]) or behind[0].lower_ == "what"
        )
        goal = next((f for f in figures if f.first > short.i and self._sums.is_asked_for(f)), None)
        if goal is not None:
            # "fell $4 billion short of its $18 billion target", but "raised $14 billion, falling short of its $18 billion goal".
            came = next((f for f in reversed(figures) if f.end < short.i and is_less(f, goal)), None)
            head = goal.root.head
            who = [head, *(syntax.subjects(head) if head.pos_ == "VERB" else ()), *(syntax.subjects(verb) if verb is not None else ())]
            return self._gap(
                node, (short.i, short.i + 2), _Told(gap=before, requirements=goal, funding=came if before is None else None), who=who
            )
        by = next((f for f in figures if f.first > short.i and is_goal and doc[f.first - 1].lower_ == "by"), None)
        of = next((f for f in figures if f.first == short.i + 2), None)
        missing = (before if is_goal else None) or by or of
        who = [t for t in doc[short.sent.start : short.i] if verb is None and t.dep_ in ("ROOT", *syntax.SUBJECT)] + behind[:1]
        return self._gap(node, (short.i, short.i + 2), _Told(gap=missing), who=behind[:1] if verb is not None else who) if missing else None

    def _is_attribute(self, adjective: Token) -> bool:
        """`small and underfunded hospitals`: a lack in passing."""
        first = next(t for t in syntax.chain(adjective) if t.dep_ != "conj")
        return first.dep_ in ("amod", "compound")

    def _is_share_of_budget(self, short: Token) -> bool:
        """`the court's budget is 30 per cent short`."""
        is_percent = any(f.end == short.i for f in self._sums.of(short, FigureKind.PERCENTAGE))
        verb = syntax.governing_verb(short)
        return is_percent and verb is not None and any(self._has("nouns.money", s) for s in syntax.subjects(verb))

    def _still_missing(self, token: Token) -> FigureMention | None:
        """`$1.9 billion is still missing`, `remains unfunded`, `has yet to be found`."""
        yet = token.lower_ in self._lexicon["short.still"] and token.i + 2 < len(token.doc) and token.doc[token.i + 1].lower_ == "to"
        if not yet and token.lower_ not in self._lexicon["short.missing"]:
            return None
        if yet:
            found = next((c for c in token.doc[token.i + 1 : token.sent.end] if c.pos_ == "VERB"), None)
            if found is None or found.lemma_ == "pay" or not (self._has("funded.received", found) or found.lemma_ == "find"):
                return None
        for figure in reversed(self._sums.of(token, FigureKind.MONEY)):
            is_before_it = token.dep_ == "amod" and figure.first <= token.i + 1 <= figure.end
            if is_before_it or figure.root in self._missed(token):
                return figure
            if figure.end <= token.i and all(t.pos_ in ("AUX", "ADV", "VERB", "PART") for t in token.doc[figure.end : token.i]):
                return figure
        return None

    def _less_than_needed(self, less: Token) -> FigureMention | None:
        """`has $217 million less than it requires`."""
        behind = less.doc[less.i + 1 : min(less.i + 6, less.sent.end)]
        if not behind or behind[0].lower_ != "than" or not any(t.pos_ == "VERB" and self._has("funded.required", t) for t in behind):
            return None
        return next((f for f in self._sums.of(less, FigureKind.MONEY) if f.end == less.i), None)

    def _missed(self, token: Token) -> list[Token]:
        """What somebody is missing."""
        return syntax.objects(token) if token.pos_ == "VERB" and token.tag_ == "VBG" else []

    def _is_need_of_money(self, subject: Token) -> bool:
        phrase = {t.lemma_.lower() for t in subject.subtree}
        return bool(phrase & self._lexicon["nouns.money"]) and bool(phrase & self._lexicon["funded.whole"])

    def _share(self, token: Token) -> Gap | None:
        """`only 30 percent funded`, `37 % of the requested funding had been received`, `half the funds required were raised`."""
        lowered = token.lower_
        if token.i and lowered in self._lexicon["funded.shares"]:
            behind = token.i + 1 < len(token.doc) and token.doc[token.i + 1].lower_ == "at"
            shares = self._sums.of(token, FigureKind.PERCENTAGE)
            share = next((f for f in shares if f.end == token.i or (behind and 0 < f.first - token.i <= 3)), None)
            if share is not None and self._sums.is_less_than_whole(share) and not self._paid_by(token):
                who = self._holding(token, share.first)
                return self._gap(token, (min(share.first, token.i), token.i + 1), _Told(share=share), who=who)
            before = token.nbor(-1)
            if share is None and before.lower_.split("-")[-1] in self._lexicon["funded.fractions"] and not self._paid_by(token):
                return self._gap(token, (before.i, token.i + 1), who=self._holding(token, before.i))
        if (listed := self._listed(token)) is not None:
            return listed
        whole = self._whole_of(token)
        if whole is None:
            return None
        verb = self._coming_in(token, whole)
        is_little = verb is not None and (self._has("means.seeking", verb) or self._sums.is_too_little(verb, token))
        if verb is None or not (is_little or any(c.dep_ == "neg" for c in verb.children)):
            return None
        if self._covers.is_to_come(verb) or any(syntax.adjuncts(v, "from") for v in (verb, syntax.governing_verb(token)) if v is not None):
            # "Only a third of the money came from small donors": all of it came.
            return None
        share = next((f for f in self._sums.of(token, FigureKind.PERCENTAGE) if f.first <= token.i < f.end), None)
        if share is not None and not self._sums.is_less_than_whole(share):
            return None
        requirements = next((f for f in self._sums.of(token, FigureKind.MONEY) if f.root == whole or self._sums.is_asked_for(f)), None)
        # Of two thirds that "have still not arrived", or that are still looked for, nothing has come in.
        is_missing = self._has("means.seeking", verb) or any(c.dep_ == "neg" for c in verb.children)
        sums = _Told(requirements=requirements, share=None if is_missing else share)
        wanting = [whole, *(c for c in whole.children if c.dep_ in ("acl", "relcl"))]
        who = [
            whole,
            *(h for t in wanting for h in syntax.adjuncts(t, "for")),
            *(self._covers.asking(requirements) if requirements else ()),
        ]
        gap = self._gap(verb, (verb.i, verb.i + 1), sums, who=[*who, *syntax.subjects(verb)])
        return gap if is_missing else replace(gap, status=Status.PARTLY_FUNDED)

    def _listed(self, token: Token) -> Gap | None:
        """`The least-funded plans are Chad at 15% and the Peru appeal at 16%`: one gap each."""
        share = next((f for f in self._sums.of(token, FigureKind.PERCENTAGE) if f.end == token.i + 1), None)
        if share is None or share.first < token.sent.start + 2 or token.doc[share.first - 1].lower_ not in ("at", "("):
            return None
        named = token.doc[share.first - 2]
        is_of_funding = any(t.lower_ in self._lexicon["funded.listed"] for t in token.doc[token.sent.start : share.first])
        if named.pos_ not in ("NOUN", "PROPN") or not is_of_funding or not self._sums.is_less_than_whole(share):
            return None
        entity = self._holders.one(named)
        gap = self._gap(token, (share.first, token.i + 1), _Told(share=share)) if entity is not None else None
        return replace(gap, entity=entity) if gap is not None else None

    def _holding(self, token: Token, end: int) -> list[Token]:
        """What is funded: the subjects and objects of the verbs that the words hang on, before a token."""
        return [t for verb in verbs_above(token) for t in (*syntax.objects(verb), *syntax.subjects(verb)) if t.i < end]

    def _coming_in(self, share: Token, whole: Token) -> Token | None:
        """The word by which a share of the money came in: `has been raised`, `secured`, or the share itself."""
        above = syntax.governing_verb(share)
        of_subjects = (c for s in (syntax.subjects(above) if above is not None else ()) for c in s.children if c.dep_ in ("acl", "relcl"))
        near = [above, *(c for node in (whole, share) for c in node.children), *of_subjects]
        came = next((v for v in near if v is not None and v.pos_ == "VERB" and self._has("funded.received", v)), None)
        if above is not None and self._has("funded.required", above):
            # "Half of the money is needed for food."
            return None
        if came is not None:
            return came
        if above is not None and self._has("means.seeking", above) and any(c.lower_ == "still" for c in above.children):
            return above
        is_wanted = any(self._has("funded.required", c) for c in (whole, *whole.children) if c.dep_ in ("amod", "acl", "relcl", "pcomp"))
        if is_wanted and above is not None and above.lemma_.lower() == "have":
            return above
        stands_at = above is not None and self._has("amounts.equate", above) and share.head.dep_ in ("ROOT", "prep", "ccomp")
        return share if is_wanted and (above is None or stands_at or share.head.pos_ == "ADP") else None

    def _whole_of(self, share: Token) -> Token | None:
        """The needs that a percentage or fraction is a share of."""
        is_fraction = share.lemma_.lower() in self._lexicon["funded.fractions"] or share.lower_ in self._lexicon["funded.fractions"]
        is_percent = share.lower_ in self._lexicon["funded.percent"]
        if is_fraction or is_percent:
            wholes = syntax.adjuncts(share, "of")
        elif any(
            c.lower_ in self._lexicon["funded.fractions"] for c in share.children if c.dep_ in ("nummod", "predet", "det", "quantmod")
        ):
            wholes = [share]
        else:
            return None
        money = {f.root.i for f in self._sums.of(share, FigureKind.MONEY) if self._sums.is_asked_for(f)}
        return next((w for w in wholes if self._is_whole(w) or w.i in money), None)

    def _is_whole(self, token: Token) -> bool:
        """`of the funds`, `of the target`, `of what is needed`."""
        is_needed = token.dep_ == "pcomp" and self._has("funded.required", token)
        return self._has("nouns.money", token) or self._has("funded.whole", token) or is_needed

    def _paid_by(self, funded: Token) -> bool:
        """`80 percent funded by the European Union` says who pays, and nothing is missing."""
        by = funded.doc[funded.i + 1] if funded.i + 1 < len(funded.doc) else None
        if by is None or by.lower_ not in ("by", "through", "from", "with"):
            return False
        return not any(self._context.time_at(t) for t in by.subtree)

    def _part(self, verb: Token) -> Gap | None:
        """`£300,000 of the £500,000 needed has been raised`, `has received $2 million of the $9 million it asked for`."""
        is_released = self._has("funded.released", verb)
        comes_in = verb.pos_ == "VERB" and (is_released or self._has("funded.received", verb))
        if not (comes_in or self._is_at_hand(verb)) or self._covers.has_yet_to(verb):
            return None
        for funding in self._sums.of(verb, FigureKind.MONEY):
            if funding.root not in [*syntax.objects(verb), *syntax.subjects(verb)]:
                continue
            others = [f for f in self._sums.of(verb, FigureKind.MONEY) if f is not funding]
            whole = next((f for f in others if self._sums.is_part_of(funding.root, f.root) or self._sums.is_asked_for(f)), None)
            is_little = self._sums.is_too_little(verb, funding.root)
            if whole is None or self._covers.is_to_come(verb) or self._is_asked_by_people(whole):
                continue
            is_claim = (is_released and not self._sums.is_part_of(funding.root, whole.root)) or self._sums.is_promised(whole)
            if is_little or (is_less(funding, whole) and not is_claim):
                who = [*self._covers.asking(whole), whole.root.head, *(h for t in funding.root.subtree for h in syntax.adjuncts(t, "for"))]
                told = _Told(requirements=whole, funding=funding, share=self._sums.share_between(funding, whole))
                return self._gap(verb, (verb.i, verb.i + 1), told, who=who)
        return None

    def _is_at_hand(self, verb: Token) -> bool:
        """`is in hand`, `is available`."""
        if verb.lemma_.lower() != "be":
            return False
        said = [*(c for c in verb.children if c.dep_ in ("acomp", "advmod")), *syntax.adjuncts(verb, "in", "on")]
        return any(self._has("short.hand", t) or t.lower_ in self._lexicon["short.there"] for t in said)

    def _is_asked_by_people(self, whole: FigureMention) -> bool:
        """What farmers want is no budget of theirs."""
        return any(self._has("holders.people", t) for t in self._covers.asking(whole)[:1])

    def _covered(self, verb: Token) -> Gap | None:
        """`They need $161 million and have so far mobilised $32 million`, in one sentence or two."""
        cover = self._covers.at(verb)
        if cover is None or assess(verb).condition is not None:
            return None
        if self._is_asked_by_people(cover.requirements):
            return None
        told = _Told(requirements=cover.requirements, funding=cover.funding, share=cover.share)
        return self._gap(verb, (verb.i, verb.i + 1), told, who=cover.who)

    def _is_reached(self, token: Token) -> bool:
        """`The appeal reached its target when a sale raised the final £840`: nothing is missing."""
        return any(
            self._has("funded.reached", t) and any(o.lemma_.lower() in ("target", "goal", "total") for o in syntax.objects(t))
            for t in token.sent
            if t.pos_ == "VERB"
        )

    def _need(self, verb: Token) -> Gap | None:
        """`An additional €21 billion will be needed for …`, `Ukraine needs another $5 billion`, `urgently needs $75 million to …`."""
        if not self._has("need.verbs", verb) or verb.pos_ not in ("VERB", "ADJ"):
            return None
        if verb.lemma_.lower() == "want" and not syntax.is_passive(verb):
            return None
        objects = syntax.objects(verb)
        # "$200 million more"
        objects += [c for o in objects if o.lower_ in self._lexicon["need.more"] for c in o.children if c.dep_ == "npadvmod"]
        amount = next((f for f in self._sums.of(verb, FigureKind.MONEY) if f.root in objects), None)
        if amount is None:
            return None
        around = {t.lower_ for t in amount.root.subtree if t.i <= amount.end} | {
            t.lower_ for t in verb.doc[max(0, amount.first - 2) : amount.end + 1]
        }
        urgent = [c for c in verb.children if c.lower_ in self._lexicon["need.urgent"]]
        # What is still needed is not there yet.
        is_still = any(c.lower_ == "still" for c in urgent)
        is_more = bool(around & self._lexicon["need.more"]) or is_still
        fact = assess(verb)
        if not (is_more or urgent) or fact.negation is not None or fact.condition is not None:
            return None
        cue = [c for c in amount.root.subtree if c.lower_ in self._lexicon["need.more"]] or urgent
        gap = self._gap(verb, (verb.i, verb.i + 1), _Told(gap=amount) if is_more else _Told(requirements=amount))
        return replace(
            gap,
            status=Status.PROJECTED if fact.tense is Tense.FUTURE else Status.STATED,
            evidence=tuple(_in_order([*cue, *fact.evidence])),
            is_additional=is_more and not is_still,
        )

    def _without(self, token: Token) -> Gap | None:
        """`Without $2.2 million by October the teams will be dissolved`, `unless it receives $5 million`."""
        if token.lower_ not in self._lexicon["funded.unless"]:
            return None
        node = token if token.lower_ == "without" else token.head
        if node == token:
            wanted = [c for c in token.children if c.dep_ == "pobj"]
        elif self._has("funded.received", node) or Governor(node, "").lemma in self._lexicon["funded.arrived"]:
            wanted = [*syntax.objects(node), *syntax.subjects(node), *syntax.adjuncts(node, "with")]
        else:
            return None
        above = node.head
        wanted += [of for t in wanted for of in syntax.adjuncts(t, "of")]
        amount = next((f for f in self._sums.of(token, FigureKind.MONEY) if f.root in wanted), None)
        verb = syntax.governing_verb(above)
        if amount is None or verb is None or (assess(verb).tense is not Tense.FUTURE and assess(verb).modal_kind == ""):
            return None
        return self._gap(
            token, (token.i, token.i + 1), _Told(gap=amount), who=[*syntax.subjects(token), *syntax.subjects(verb), *syntax.objects(verb)]
        )

    def _beyond_means(self, token: Token) -> Gap | None:
        """`cannot afford to pay`, `has cash only until May`, `liabilities exceed assets by $3.3 billion`."""
        shortage = self._means.at(token)
        if shortage is None or any(self._exclusions.is_company(head) for head in shortage.who):
            return None
        entity = next((p for head in shortage.who if (p := self._holders.one(head))), None)
        if entity is not None and entity.kind is ActorKind.PERSON:
            entity = self._holders.speaking(token)
        if entity is None and not shortage.tells_by_itself:
            return None
        if entity is not None and (self._exclusions.is_state(entity)):
            # What states can pay for is their own affair.
            return None
        gap = self._gap(token, (shortage.first, shortage.end), _Told(gap=shortage.amount))
        return replace(gap, entity=entity or gap.entity)

    # One gap -----------------------------------------------------------------------------------------------------------------------

    def _gap(self, node: Token, trigger: tuple[int, int], told: _Told | None = None, *, who: Iterable[Token] = ()) -> Gap:
        """Put a gap together from what its trigger tells; the rest is looked for in its sentence and the one before."""
        amount, requirements, funding, share = (told or _Told()).all
        verbs = verbs_above(node)
        fact = assess(node)
        status, cues = self._status(node, verbs, fact)
        if funding or share:
            status = Status.PARTLY_FUNDED
        entity, spoken_of = self._holders.entity(node, verbs, list(who))
        helpers = self._holders.asked_to_help(verbs)
        if helpers is not None:
            entity = helpers[0]
        if requirements is None and spoken_of is not None:
            requirements = self._sums.asked_for(spoken_of)
        funding = funding or self._sums.came_in(node, amount)
        if entity is None and (appeal := self._sums.appeal_before(node)) is not None:
            asking, asked = appeal
            entity = next((p for subject in asking if (p := self._holders.one(subject))), None)
            requirements = requirements or asked
        if requirements is amount:
            requirements = None
        is_unnamed = entity is None or (entity.country is None and entity.name == entity.name.lower())
        if is_unnamed and (sum_told := requirements or amount) is not None:
            entity = self._holders.asking_for(sum_told) or entity
        if entity is None and any(self._has("groups.public", t) for t in node.sent):
            entity = self._holders.treasury()
        is_need = node.pos_ == "VERB" and self._has("need.verbs", node)
        is_to_close = bool(verbs) and self._has("status.closed", verbs[0])
        period, deadline = self._times([node, *verbs, *([spoken_of] if spoken_of is not None else [])], has_deadline=is_need or is_to_close)
        if period is not None and status is not Status.PROJECTED and self._is_past_day(period):
            # The day on which it was told.
            period = None
        purpose = self._purpose([node, *(a.root for a in (amount, requirements) if a)])
        return Gap(
            trigger=trigger,
            node=node,
            status=status,
            certainty=fact.certainty,
            evidence=tuple(_in_order([*cues, *fact.evidence])),
            amount=amount,
            requirements=requirements,
            funding=funding,
            percent_funded=share,
            entity=entity,
            requested_from=helpers[1] if helpers else (),
            purpose=purpose,
            aid_type=self._aid_type(node, purpose),
            period=period,
            deadline=deadline,
            attribution=self._context.attributions.of(node),
            confidence=_confidence(entity, amount or requirements, fact),
        )

    # The rest ----------------------------------------------------------------------------------------------------------------------

    def _times(self, nodes: list[Token], *, has_deadline: bool) -> tuple[TimeMention | None, TimeMention | None]:
        period: TimeMention | None = None
        deadline: TimeMention | None = None
        subjects = [s for node in nodes if node.pos_ == "VERB" for s in syntax.subjects(node)]
        named = [t for s in subjects if (t := self._context.time_at(s)) is not None]
        for time in [*self._context.times_on(nodes), *named]:
            before = time.root.doc[time.first - 1].lower_ if time.first else ""
            if has_deadline and before in ("by", "before", "until", "till"):
                deadline = deadline or time
            else:
                period = period or time
        if period is None and deadline is None:
            # The only year, half or quarter in a sentence is that of its gap.
            sentence = nodes[0].sent
            others = self._context.times_between(sentence.start, sentence.end)
            long = [t for t in others if t.found.grain in (Grain.YEAR, Grain.QUARTER, Grain.SEASON)]
            period = long[0] if len(long) == 1 else None
        return period, deadline

    def _is_past_day(self, time: TimeMention) -> bool:
        end = time.found.resolve(self._context.published, Direction.NEAREST).end
        return time.found.grain is Grain.DAY and end is not None and self._context.published is not None and end <= self._context.published

    def _purpose(self, nodes: list[Token]) -> tuple[int, int] | None:
        for node in nodes:
            for child in node.children:
                is_for = child.dep_ == "prep" and child.lower_ == "for" and not any(self._context.time_at(t) for t in child.children)
                if is_for and child.n_rights:
                    what = [t for t in child.subtree if t != child]
                    named = [p for h in syntax.adjuncts(node, "for") for p in self._context.cast.parties(h)]
                    if what and not (named and named[0].kind is ActorKind.STATE):
                        return what[0].i, what[-1].i + 1
                if child.dep_ == "dobj" and self._has("means.afford", node):
                    return child.left_edge.i, child.right_edge.i + 1
                if (
                    child.dep_ in ("advcl", "acl", "xcomp")
                    and child.tag_ == "VB"
                    and child.i > node.i
                    and any(c.lower_ == "to" for c in child.children)
                ):
                    what = [t for t in child.subtree if t.lower_ != "to" or t.head != child]
                    return what[0].i, what[-1].i + 1
        return None

    def _aid_type(self, node: Token, purpose: tuple[int, int] | None) -> AidType:
        near = [node.doc[i] for i in range(*purpose)] if purpose else []
        if any(self._context.mentions.at(t.i, EntityKind.WEAPON) for t in near):
            return AidType.MILITARY
        for tokens in (near, [node.doc[i] for i in syntax.noun_phrase(node)]):
            lowered = {t.lower_ for t in tokens}
            for kind in (AidType.HUMANITARIAN, AidType.MILITARY, AidType.FINANCIAL):
                if lowered & self._lexicon[f"aid.{kind.value.lower()}"]:
                    return kind
        return AidType.UNKNOWN

    def _denies(self, negation: Token, noun: Token, verb: Token | None) -> bool:
        """`there is no gap`, `does not face a gap`; what is not paid because of a gap does not deny it, nor does what does not close it."""
        if negation.head == noun:
            # "does not have the money" is the lack itself.
            return noun.lemma_.lower() != "have" and not self._has("means.afford", noun)
        about = verb is not None and negation.head == verb and noun in [*syntax.objects(verb), *syntax.subjects(verb)]
        return about and verb is not None and verb.lemma_.lower() not in self._lexicon["status.closed"]

    def _status(self, noun: Token, verbs: list[Token], fact: Factuality) -> tuple[Status, list[Token]]:
        verb = verbs[0] if verbs else None
        attribution = self._context.attributions.of(noun)
        if attribution is not None and attribution.denies:
            return Status.DENIED, [attribution.cue]
        if fact.negation is not None and self._denies(fact.negation, noun, verb):
            return Status.DENIED, []
        if (
            verb is not None
            and Governor(verb, "").lemma in self._lexicon["status.closed"]
            and fact.tense is Tense.PAST
            and noun in syntax.objects(verb)
        ):
            return Status.CLOSED, [verb]
        for above in verbs:
            if above.lemma_.lower() in self._lexicon["status.projected"]:
                return Status.PROJECTED, [above]
        projected = [c for c in noun.children if c.lemma_.lower() in self._lexicon["status.projected"]]
        if projected:
            return Status.PROJECTED, projected
        # "cannot pay because of a gap", "cannot afford": the gap is there.
        if noun.dep_ != "pobj" and not self._has("means.afford", noun) and (fact.tense is Tense.FUTURE or fact.modal_kind == "possible"):
            return Status.PROJECTED, []
        return Status.STATED, [verb] if verb is not None else []


def _confidence(entity: Party | None, amount: FigureMention | None, fact: Factuality) -> float:
    confidence = 0.95 * (entity.directness if entity else 0.8) * (1.0 if amount else 0.85)
    return round(confidence * (0.9 if fact.tense is Tense.NONE else 1.0), 2)


def _in_order(tokens: Iterable[Token]) -> list[Token]:
    return sorted({token.i: token for token in tokens}.values(), key=lambda token: token.i)
