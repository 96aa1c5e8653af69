"""Missing money: who lacks how much for what and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.claims import Attribution
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.extraction.factuality import Factuality, Governor, Tense, assess
from streams.extraction.lexicon import words
from streams.records import ActorKind, AidType, Certainty, EntityKind, FigureKind, FundingGapStatus, Grain

__all__ = ["Gap", "find_gaps"]

Status = FundingGapStatus


@dataclass(frozen=True)
class Gap:
    """One gap as a sentence tells it.

    Parameters
    ----------
    trigger
        First token of the trigger and the one after its last.
    purpose
        Tokens of what the money is for.
    """

    trigger: tuple[int, int]
    node: Token
    status: Status
    certainty: Certainty
    evidence: tuple[Token, ...]
    amount: FigureMention | None = None
    requirements: FigureMention | None = None
    funding: FigureMention | None = None
    percent_funded: FigureMention | None = None
    entity: Party | None = None
    requested_from: tuple[Party, ...] = ()
    purpose: tuple[int, int] | None = None
    aid_type: AidType = AidType.UNKNOWN
    period: TimeMention | None = None
    deadline: TimeMention | None = None
    attribution: Attribution | None = None
    is_additional: bool = False
    confidence: float = 1.0


@dataclass(frozen=True)
class _Sums:
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
    for token in context.reading.doc:
        gap = finder.at(token)
        if gap is not None:
            found.append(_inherit_entity(gap, found, context))
    told = _one_a_sentence([gap for gap in found if _stands_alone(gap)], context)
    return _merge(told)


@cache
def _lexicon() -> dict[str, Any]:
    data = words("funding")
    return {
        **data,
        **{f"{table}.{name}": frozenset(values) for table, lists in data.items() for name, values in lists.items()},
    }


class _Finder:
    """Looks for gaps at each token."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._lexicon = _lexicon()

    def at(self, token: Token) -> Gap | None:
        """The gap that a token triggers."""
        for find in (self._named, self._lack, self._short, self._share, self._part, self._need):
            gap = find(token)
            if gap is not None:
                return gap
        return None

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
        if not self._has("nouns.gap", noun) or (noun.dep_ in ("compound", "nmod") and noun.head.pos_ in ("NOUN", "PROPN")):
            return None
        phrase = {t.lower_ for i in syntax.noun_phrase(noun) if (t := noun.doc[i]) != noun}
        about = [t for t in syntax.adjuncts(noun, "in", "of", "for") if t.pos_ in ("NOUN", "PROPN")]
        around = phrase | {w for t in about for w in (t.lower_, t.lemma_.lower())} | {c.lower_ for t in about for c in t.children}
        if syntax.adjuncts(noun, "between") and not phrase & self._lexicon["nouns.of_funding"]:
            # "a $30 million gap between the two leagues" is a difference.
            return None
        if around & self._lexicon["nouns.other"] and not phrase & self._lexicon["nouns.of_money"]:
            return None
        verbs = self._verbs(noun)
        amount = self._money([noun]) or self._equated(noun, verbs)
        if self._has("nouns.unmet", noun):
            named = bool(phrase & self._lexicon["short.unmet"]) and bool(phrase & self._lexicon["nouns.of_money"] or amount)
        elif self._has("nouns.strict", noun):
            is_faced = amount is not None and bool(verbs) and self._has("status.faced", verbs[0])
            named = bool(phrase & self._lexicon["nouns.of_funding"]) or is_faced
        else:
            named = bool(around & self._lexicon["nouns.of_money"]) or amount is not None or "black" in phrase
        if not named:
            return None
        first = min(
            [noun.i, *(c.i for c in noun.children if c.dep_ in ("compound", "amod") and c.lower_ in self._lexicon["nouns.of_money"])]
        )
        return self._gap(noun, (first, noun.i + 1), _Sums(gap=amount))

    def _lack(self, token: Token) -> Gap | None:
        """`for lack of funds`, `lacks the money`, `a shortage of cash`."""
        if token.pos_ == "NOUN" and self._has("nouns.lack", token):
            what = [t for t in syntax.adjuncts(token, "of", "in") if self._has("nouns.money", t)]
        elif token.pos_ == "VERB" and self._has("short.verbs", token):
            missing = next((f for f in self._figures(token, FigureKind.MONEY) if f.root in syntax.objects(token)), None)
            if missing is not None:
                return self._gap(token, (token.i, token.i + 1), _Sums(gap=missing))
            what = [t for t in syntax.objects(token) if self._has("nouns.money", t)]
        elif token.lemma_.lower() == "have" and token.pos_ in ("VERB", "AUX"):
            what = [t for t in syntax.objects(token) if self._has("nouns.money", t) and self._is_none(token, t)]
        elif token.pos_ == "VERB" and Governor(token, "").lemma in self._lexicon["short.dried"]:
            what_dries = [token.head] if token.dep_ == "acl" else syntax.subjects(token)
            dried = [t for t in what_dries if self._has("nouns.money", t)]
            return self._gap(token, (token.i, token.i + 2), who=[h for t in dried for h in syntax.adjuncts(t, "for")]) if dried else None
        elif token.lower_ in self._lexicon["short.insufficient"] and token.dep_ == "amod":
            what = [token.head] if self._has("nouns.money", token.head) else []
        else:
            return None
        return self._gap(token if token.dep_ != "amod" else token.head, (token.i, what[0].i + 1)) if what else None

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
            if verb is not None and money is not None and token.sent == money.sent:
                return self._gap(verb, (token.i, money.i + 1))
        if token.lower_ == "short":
            return self._short_of(token)
        if (missing := self._still_missing(token)) is not None:
            return self._gap(token, (token.i, token.i + 1), _Sums(gap=missing))
        if token.lower_ in self._lexicon["short.adjectives"] and token.dep_ not in ("amod", "compound"):
            missing = next((f for f in self._figures(token, FigureKind.MONEY) if f.root in syntax.adjuncts(token, "by")), None)
            return self._gap(token, (token.i, token.i + 1), _Sums(gap=missing))
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
        figures = self._figures(short, FigureKind.MONEY)
        before = next((f for f in figures if f.end == short.i), None)
        if short.i + 1 == len(doc) or doc[short.i + 1].lower_ != "of":
            return self._gap(node, (short.i, short.i + 1), _Sums(gap=before)) if before else None
        behind = [t for t in doc[short.i + 2 : short.sent.end] if t.pos_ in ("NOUN", "PROPN") or t.lower_ == "what"]
        is_goal = bool(behind) and (
            self._has("funded.required_nouns", behind[0]) or self._has("funded.whole", behind[0]) or behind[0].lower_ == "what"
        )
        goal = next((f for f in figures if f.first > short.i and self._is_asked_for(f)), None)
        if goal is not None:
            came = next((f for f in reversed(figures) if f.end <= short.i and _is_less(f, goal)), None)
            head = goal.root.head
            who = [head, *(syntax.subjects(head) if head.pos_ == "VERB" else ()), *(syntax.subjects(verb) if verb is not None else ())]
            return self._gap(node, (short.i, short.i + 2), _Sums(requirements=goal, funding=came), who=who)
        by = next((f for f in figures if f.first > short.i and is_goal and doc[f.first - 1].lower_ == "by"), None)
        of = next((f for f in figures if f.first == short.i + 2), None)
        missing = (before if is_goal else None) or by or of
        who = [t for t in doc[short.sent.start : short.i] if verb is None and t.dep_ in ("ROOT", *syntax.SUBJECT)] + behind[:1]
        return self._gap(node, (short.i, short.i + 2), _Sums(gap=missing), who=behind[:1] if verb is not None else who) if missing else None

    def _still_missing(self, token: Token) -> FigureMention | None:
        """`$1.9 billion is still missing`, `remains unfunded`, `has yet to be found`."""
        yet = token.lower_ == "yet" and token.i + 2 < len(token.doc) and token.doc[token.i + 1].lower_ == "to"
        if not yet and token.lower_ not in self._lexicon["short.missing"]:
            return None
        if yet:
            found = next((c for c in token.doc[token.i + 1 : token.sent.end] if c.pos_ == "VERB"), None)
            if found is None or not (self._has("funded.received", found) or found.lemma_ == "find"):
                return None
        for figure in reversed(self._figures(token, FigureKind.MONEY)):
            if figure.end <= token.i and all(t.pos_ in ("AUX", "ADV", "VERB", "PART") for t in token.doc[figure.end : token.i]):
                return figure
        return None

    def _is_need_of_money(self, subject: Token) -> bool:
        phrase = {t.lemma_.lower() for t in subject.subtree}
        return bool(phrase & self._lexicon["nouns.money"]) and bool(phrase & self._lexicon["funded.whole"])

    def _share(self, token: Token) -> Gap | None:
        """`only 30 percent funded`, `37 % of the requested funding had been received`, `half the funds required were raised`."""
        lowered = token.lower_
        if token.i and lowered in self._lexicon["funded.shares"]:
            behind = token.i + 1 < len(token.doc) and token.doc[token.i + 1].lower_ == "at"
            shares = self._figures(token, FigureKind.PERCENTAGE)
            share = next((f for f in shares if f.end == token.i or (behind and 0 < f.first - token.i <= 3)), None)
            if share is not None and self._is_less_than_whole(share) and not self._paid_by(token):
                holder = syntax.governing_verb(token)
                who = syntax.objects(holder) + syntax.subjects(holder) if holder is not None else []
                return self._gap(
                    token, (min(share.first, token.i), token.i + 1), _Sums(share=share), who=[w for w in who if w.i < share.first]
                )
        whole = self._whole_of(token)
        if whole is None:
            return None
        verb = self._coming_in(token, whole)
        if verb is None or not self._is_too_little(verb, token):
            return None
        share = next((f for f in self._figures(token, FigureKind.PERCENTAGE) if f.first <= token.i < f.end), None)
        if share is not None and not self._is_less_than_whole(share):
            return None
        requirements = next((f for f in self._figures(token, FigureKind.MONEY) if f.root == whole or self._is_asked_for(f)), None)
        sums = _Sums(requirements=requirements, share=share)
        return self._gap(verb, (verb.i, verb.i + 1), sums, who=[whole, *syntax.subjects(verb)])

    def _coming_in(self, share: Token, whole: Token) -> Token | None:
        """The word by which a share of the money came in: `has been raised`, `secured`, or the share itself."""
        above = syntax.governing_verb(share)
        near = [above, *(c for node in (whole, share) for c in node.children)]
        came = next((v for v in near if v is not None and v.pos_ == "VERB" and self._has("funded.received", v)), None)
        if came is not None:
            return came
        is_wanted = any(self._has("funded.required", c) for c in whole.children if c.dep_ in ("amod", "acl", "relcl"))
        stands_at = above is not None and self._has("amounts.equate", above) and share.head.dep_ in ("ROOT", "prep", "ccomp")
        return share if is_wanted and (above is None or stands_at or share.head.pos_ == "ADP") else None

    def _whole_of(self, share: Token) -> Token | None:
        """The needs that a percentage or fraction is a share of."""
        is_fraction = share.lemma_.lower() in self._lexicon["funded.fractions"] or share.lower_ in self._lexicon["funded.fractions"]
        is_percent = share.lower_ in ("%", "percent", "cent", "per")
        if is_fraction or is_percent:
            wholes = syntax.adjuncts(share, "of")
        elif any(
            c.lower_ in self._lexicon["funded.fractions"] for c in share.children if c.dep_ in ("nummod", "predet", "det", "quantmod")
        ):
            wholes = [share]
        else:
            return None
        money = {f.root.i for f in self._figures(share, FigureKind.MONEY) if self._is_asked_for(f)}
        return next((w for w in wholes if self._has("nouns.money", w) or self._has("funded.whole", w) or w.i in money), None)

    def _is_less_than_whole(self, share: FigureMention) -> bool:
        most = share.found.max if share.found.max is not None else share.found.min
        return most is not None and most < 100

    def _paid_by(self, funded: Token) -> bool:
        """`80 percent funded by the European Union` says who pays, and nothing is missing."""
        by = funded.doc[funded.i + 1] if funded.i + 1 < len(funded.doc) else None
        if by is None or by.lower_ not in ("by", "through", "from", "with"):
            return False
        return not any(self._context.time_at(t) for t in by.subtree)

    def _is_too_little(self, verb: Token, taken: Token) -> bool:
        """Whether a word says that what came in is not all: `only`, `so far`, `required`."""
        near = {t.lower_ for t in (*taken.subtree, *verb.children)} | {t.lemma_.lower() for t in taken.subtree}
        return bool(near & self._lexicon["funded.only"]) or bool(near & self._lexicon["funded.required"])

    def _part(self, verb: Token) -> Gap | None:
        """`£300,000 of the £500,000 needed has been raised`, `has received $2 million of the $9 million it asked for`."""
        if not self._has("funded.received", verb) or verb.pos_ != "VERB":
            return None
        for funding in self._figures(verb, FigureKind.MONEY):
            if funding.root not in [*syntax.objects(verb), *syntax.subjects(verb)]:
                continue
            others = [f for f in self._figures(verb, FigureKind.MONEY) if f is not funding]
            whole = next((f for f in others if self._is_part_of(funding.root, f.root) or self._is_asked_for(f)), None)
            if whole is not None and (_is_less(funding, whole) or self._is_too_little(verb, funding.root)):
                who = [whole.root.head, *(h for t in funding.root.subtree for h in syntax.adjuncts(t, "for"))]
                return self._gap(verb, (verb.i, verb.i + 1), _Sums(requirements=whole, funding=funding), who=who)
        return None

    def _is_asked_for(self, amount: FigureMention) -> bool:
        """`needs $9 million`, `a $9 million appeal`."""
        head = amount.root.head.head if amount.root.head.pos_ == "ADP" else amount.root.head
        if self._has("funded.required" if head.pos_ == "VERB" else "funded.required_nouns", head):
            return True
        return any(self._has("funded.required", c) for c in amount.root.children if c.dep_ in ("acl", "relcl"))

    def _is_part_of(self, part: Token, whole: Token) -> bool:
        return whole in syntax.adjuncts(part, "of") or (
            whole != part and part.is_ancestor(whole) and any(t.lower_ in ("of", "out") for t in part.doc[part.i : whole.i])
        )

    def _need(self, verb: Token) -> Gap | None:
        """`An additional €21 billion will be needed for …`, `Ukraine needs another $5 billion`, `urgently needs $75 million to …`."""
        if not self._has("need.verbs", verb) or verb.pos_ not in ("VERB", "ADJ"):
            return None
        objects = syntax.objects(verb)
        amount = next((f for f in self._context.figure_mentions if f.found.kind is FigureKind.MONEY and f.root in objects), None)
        if amount is None:
            return None
        around = {t.lower_ for t in amount.root.subtree if t.i <= amount.end} | {
            verb.doc[i].lower_ for i in range(max(0, amount.first - 2), amount.end)
        }
        is_more = bool(around & self._lexicon["need.more"])
        urgent = [c for c in verb.children if c.lower_ in self._lexicon["need.urgent"]]
        fact = assess(verb)
        if not (is_more or urgent) or fact.negation is not None or fact.condition is not None:
            return None
        cue = [c for c in amount.root.subtree if c.lower_ in self._lexicon["need.more"]] or urgent
        gap = self._gap(verb, (verb.i, verb.i + 1), _Sums(gap=amount) if is_more else _Sums(requirements=amount))
        return replace(
            gap,
            status=Status.PROJECTED if fact.tense is Tense.FUTURE else Status.STATED,
            evidence=tuple(_in_order([*cue, *fact.evidence])),
            is_additional=is_more,
        )

    # One gap -----------------------------------------------------------------------------------------------------------------------

    def _gap(self, node: Token, trigger: tuple[int, int], sums: _Sums | None = None, *, who: Iterable[Token] = ()) -> Gap:
        """Put a gap together from what its trigger tells; the rest is looked for in its sentence and the one before."""
        amount, requirements, funding, share = (sums or _Sums()).all
        verbs = self._verbs(node)
        fact = assess(node)
        status, cues = self._status(node, verbs, fact)
        if funding or share:
            status = Status.PARTLY_FUNDED
        entity, spoken_of = self._entity(node, verbs, list(who))
        helpers = self._asked_to_help(verbs)
        if helpers is not None:
            entity = helpers[0]
        if requirements is None and spoken_of is not None:
            requirements = self._asked_for(spoken_of)
        funding = funding or self._came_in(node, amount)
        if entity is None and (appeal := self._appeal_before(node)) is not None:
            entity, asked = appeal
            requirements = requirements or asked
        if requirements is amount:
            requirements = None
        period, deadline = self._times([node, *verbs, *([spoken_of] if spoken_of is not None else [])])
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

    # How much ----------------------------------------------------------------------------------------------------------------------

    def _figures(self, token: Token, kind: FigureKind) -> list[FigureMention]:
        """The figures of one kind in the token's sentence."""
        sentence = token.sent
        return [f for f in self._context.figure_mentions if f.found.kind is kind and sentence.start <= f.first < sentence.end]

    def _money(self, nodes: list[Token]) -> FigureMention | None:
        found = [f for f in self._context.figures_on(nodes) if f.found.kind is FigureKind.MONEY]
        return found[0] if found else None

    def _equated(self, noun: Token, verbs: list[Token]) -> FigureMention | None:
        """`the gap is €34 billion`, `the shortfall stands at $2bn`, `seeking $1.2 billion to make up its shortfall`."""
        if not verbs:
            return None
        verb = verbs[0]
        if noun.dep_ in syntax.SUBJECT and verb.lemma_.lower() in self._lexicon["amounts.equate"]:
            return self._money([verb, *syntax.objects(verb)])
        seeking = verb.head
        if verb.dep_ in ("advcl", "xcomp", "acl") and verb.tag_ == "VB" and self._has("funded.required", seeking):
            return self._money(syntax.objects(seeking))
        if verb.dep_ == "acl" and (held := self._money([seeking])):
            return held
        return None

    def _asked_for(self, noun: Token) -> FigureMention | None:
        """What an appeal or plan asks for: the amount on it, or that of the last sentences that asked for one."""
        if (found := self._money([noun])) is not None:
            return found
        for child in noun.children:
            if child.dep_ in ("acl", "appos", "relcl") and (found := self._money([child])):
                return found
        appeal = self._appeal_before(noun) if self._has("funded.required_nouns", noun) else None
        return appeal[1] if appeal else None

    def _appeal_before(self, node: Token) -> tuple[Party | None, FigureMention] | None:
        """Who asked for how much in the sentence before: `UNFPA is appealing for $9 million`."""
        index = self._context.reading.sentence_index(node)
        for token in self._context.reading.sentences[index - 1] if index else ():
            if not self._has("funded.required", token) or token.pos_ not in ("VERB", "NOUN"):
                continue
            asked = self._money([token, *syntax.objects(token), *syntax.adjuncts(token, "for", "of")])
            if asked is not None:
                acting = syntax.subjects(token) if token.pos_ == "VERB" else []
                return next((p for s in acting if (p := self._holder(s))), None), asked
        return None

    def _came_in(self, node: Token, amount: FigureMention | None) -> FigureMention | None:
        """`only $250,000 has been received` in the same sentence."""
        for figure in self._figures(node, FigureKind.MONEY):
            verb = syntax.governing_verb(figure.root)
            if figure is amount or verb is None or not self._has("funded.received", verb):
                continue
            if figure.root in [*syntax.objects(verb), *syntax.subjects(verb)] and self._is_too_little(verb, figure.root):
                return figure
        return None

    # Who ---------------------------------------------------------------------------------------------------------------------------

    def _verbs(self, noun: Token) -> list[Token]:
        said = words("speech")["verbs"]["say"]
        found: list[Token] = []
        below = noun
        for node in syntax.chain(noun):
            if node.pos_ in ("VERB", "AUX"):
                if node != noun and node.lemma_.lower() in said and below.dep_ in ("ccomp", "parataxis", "dep"):
                    break
                found.append(node)
                if node.dep_ == "relcl":
                    break
            below = node
        return found

    def _entity(self, noun: Token, verbs: list[Token], who: list[Token]) -> tuple[Party | None, Token | None]:
        """Who lacks the money, and the noun that names it where it is no actor by itself."""
        for head in who:
            if found := self._holder(head):
                return found, head
        is_noun = noun.pos_ in ("NOUN", "PROPN")
        places = syntax.adjuncts(noun, "for", "in", "at", "facing", "of") if is_noun else syntax.adjuncts(noun, "for")
        if is_noun:
            if found := self._owner(noun):
                return found, None
            for head in places:
                if named := [p for p in self._context.cast.parties(head) if p.is_named]:
                    return named[0], head
        for verb in verbs:
            holds = Governor(verb, "").lemma in self._lexicon["holders.verbs"] or self._has("holders.verbs", verb) or verb == noun
            is_of_it = noun not in syntax.subjects(verb)
            if not holds and not (noun.dep_ in ("acomp", "attr", "pobj", "advmod", "oprd", "ROOT") or noun.tag_ == "VBN"):
                continue
            acting = [*syntax.subjects(verb), *(syntax.objects(verb) if syntax.is_passive(verb) else [])] if is_of_it else []
            for subject in acting:
                if subject != noun and (found := self._holder(subject)):
                    return found, subject
        for head in places:
            if found := self._holder(head):
                return found, head
        return self._affected(noun, verbs), None

    def _asked_to_help(self, verbs: list[Token]) -> tuple[Party, tuple[Party, ...]] | None:
        """`Zambia has asked the World Bank to help fill a gap`: who asks lacks the money."""
        for below, above in pairwise(verbs):
            if below.dep_ not in ("xcomp", "ccomp") or not self._has("need.ask", above):
                continue
            asked = tuple(
                p
                for c in below.head.children
                if c.dep_ in ("dobj", "dative", "nsubj") and c.i > above.i
                for p in self._context.cast.parties(c)
            )
            asked = asked or tuple(p for c in below.children if c.dep_ == "nsubj" for p in self._context.cast.parties(c))
            asking = next((p for s in syntax.subjects(above) if (p := self._holder(s))), None)
            if asked and asking is not None and not syntax.is_passive(above):
                return asking, asked
        return None

    def _affected(self, noun: Token, verbs: list[Token]) -> Party | None:
        """`Funding gaps have forced cuts to relief programmes`: what goes short."""
        if not verbs:
            return None
        if noun in syntax.subjects(verbs[0]):
            below = [o for v in (verbs[0], *(c for c in verbs[0].children if c.dep_ in ("xcomp", "ccomp"))) for o in self._acted_on(v)]
            if found := next((p for o in below if (p := self._holder(o))), None):
                return found
        hit = [
            t for t in verbs[0].subtree if t.i > noun.i and t.pos_ == "NOUN" and self._has("holders.affected", t) and t.dep_ != "compound"
        ]
        return self._body(hit[0]) if hit and len(syntax.noun_phrase(hit[0])) > 1 else None

    def _acted_on(self, verb: Token) -> list[Token]:
        """`has forced the agency to cut`: the agency is the object, or the subject of what follows."""
        return [*syntax.objects(verb), *(c for c in verb.children if c.dep_ == "nsubj" and verb.dep_ in ("xcomp", "ccomp"))]

    def _owner(self, noun: Token) -> Party | None:
        """`the agency's funding gap`, `UNHCR funding needs`, `its shortfall`."""
        for i in syntax.noun_phrase(noun):
            mention = self._context.mentions.at(i, EntityKind.STATE, EntityKind.ORGANISATION)
            if mention and mention.first == i:
                return self._context.cast.one(noun.doc[i])[0]
        for i in syntax.noun_phrase(noun):
            if noun.doc[i].dep_ == "poss" and noun.doc[i] != noun and (found := self._holder(noun.doc[i])):
                return found
        return None

    def _holder(self, head: Token) -> Party | None:
        """An actor, or a fund, plan or body that can lack money."""
        if head.pos_ == "PRON":
            return self._pronoun(head)
        if head.lower_ == "funds":
            return None
        named = [p for p in self._context.cast.parties(head) if p.is_named]
        if not self._has("holders.nouns", head) and named:
            return named[0]
        if named and named[0].kind is ActorKind.STATE and self._has("groups.of_state", head):
            return named[0]
        owners = [c for c in head.children if c.dep_ == "poss" and c.pos_ == "PRON"]
        if owners and (found := self._holder(owners[0])):
            return found
        if head.pos_ in ("NOUN", "PROPN") and (self._has("holders.nouns", head) or head.ent_type_ == "ORG"):
            return self._body(self._fuller(head))
        return self._inside(head)

    def _pronoun(self, token: Token) -> Party | None:
        """What `it`, `its` or `they` stands for: the last subject that can lack money, in this sentence or the two before."""
        if token.lower_ not in ("it", "its", "they", "their", "them"):
            found = [p for p in self._context.cast.parties(token) if p.is_named]
            return replace(found[0], directness=found[0].directness * 0.9) if found else None
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(token) - 2)].start
        for before in reversed(list(token.doc[begin : token.i])):
            if before.dep_ in syntax.SUBJECT and before.pos_ in ("NOUN", "PROPN") and not self._context.cast.is_person(before):
                found_before = self._holder(before)
                if found_before is not None and found_before.kind is not ActorKind.PERSON:
                    return replace(found_before, directness=found_before.directness * 0.8)
        return None

    def _inside(self, head: Token) -> Party | None:
        """The actor whose needs, costs or people a phrase is about: `UNHCR's funding needs`."""
        if found := self._owner(head):
            return found
        holders = [head, *(child for child in head.children if child.dep_ == "acl")]
        for below in (t for holder in holders for t in syntax.adjuncts(holder, "of", "for", "in", "to")):
            named = [p for p in self._context.cast.parties(below) if p.is_named]
            if named:
                return named[0]
            if found := self._body(below) if self._has("holders.nouns", below) else self._inside(below):
                return found
        return None

    def _body(self, head: Token) -> Party:
        """The phrase as a name: `Humanitarian Response Plan for Haiti`, with the one country that it names."""
        phrase = syntax.noun_phrase(head)
        doc = head.doc
        sums = {i for f in self._figures(head, FigureKind.MONEY) for i in range(f.first, f.end)}
        first = next((i for i in phrase if doc[i].dep_ not in ("det", "predet") and doc[i].pos_ != "PUNCT" and i not in sums), head.i)
        end = head.i + 1
        for child in head.children:
            if child.dep_ == "prep" and child.lower_ in ("for", "of", "in") and child.i == end:
                below = next((c for c in child.children if c.dep_ == "pobj"), None)
                if below is not None and (below.pos_ == "PROPN" or self._context.mentions.at(below.i)):
                    end = below.i + 1
        states = {m.country for i in range(first, end) if (m := self._context.mentions.at(i, EntityKind.STATE)) and m.country}
        country = next(iter(states)) if len(states) == 1 else None
        return Party(self._context.reading.span(first, end).text, ActorKind.ORG, country, first, end, directness=0.9)

    def _fuller(self, head: Token) -> Token:
        """`The fund` is the fund that was named before."""
        if head.pos_ != "NOUN" or len(syntax.noun_phrase(head)) > 2:
            return head
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(head) - 4)].start
        for token in reversed(list(head.doc[begin : head.i])):
            if token.lemma_.lower() == head.lemma_.lower() and any(c.dep_ in ("compound", "poss", "amod", "nmod") for c in token.children):
                return token
            names_body = token.ent_type_ == "ORG" and token.dep_ not in ("compound", "amod", "nmod") and len(token.text) > 2
            if names_body and self._has("holders.bodies", head) and not self._context.mentions.at(token.i, EntityKind.STATE):
                return token
        return head

    # The rest ----------------------------------------------------------------------------------------------------------------------

    def _times(self, nodes: list[Token]) -> tuple[TimeMention | None, TimeMention | None]:
        period: TimeMention | None = None
        deadline: TimeMention | None = None
        subjects = [s for node in nodes if node.pos_ == "VERB" for s in syntax.subjects(node)]
        named = [t for s in subjects if (t := self._context.time_at(s)) is not None]
        for time in [*self._context.times_on(nodes), *named]:
            before = time.root.doc[time.first - 1].lower_ if time.first else ""
            if before in ("by", "before", "until", "till"):
                deadline = deadline or time
            else:
                period = period or time
        if period is None and deadline is None:
            # The only long time in a sentence is that of its gap.
            sentence = nodes[0].sent
            others = [t for t in self._context.time_mentions if sentence.start <= t.first < sentence.end]
            if len(others) == 1 and others[0].found.grain in (Grain.YEAR, Grain.QUARTER, Grain.SEASON):
                period = others[0]
        return period, deadline

    def _purpose(self, nodes: list[Token]) -> tuple[int, int] | None:
        for node in nodes:
            for child in node.children:
                is_for = child.dep_ == "prep" and child.lower_ == "for" and not any(self._context.time_at(t) for t in child.children)
                if is_for and child.n_rights:
                    what = [t for t in child.subtree if t != child]
                    named = [p for h in syntax.adjuncts(node, "for") for p in self._context.cast.parties(h)]
                    if what and not (named and named[0].kind is ActorKind.STATE):
                        return what[0].i, what[-1].i + 1
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
            return noun.lemma_.lower() != "have"
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
        # "cannot pay because of a gap": the gap is there.
        if noun.dep_ != "pobj" and (fact.tense is Tense.FUTURE or fact.modal_kind == "possible"):
            return Status.PROJECTED, []
        return Status.STATED, [verb] if verb is not None else []


def _inherit_entity(gap: Gap, before: list[Gap], context: ArticleContext) -> Gap:
    """`An additional €21 billion`: whoever lacked the money named just before."""
    if gap.entity is not None or not before or before[-1].entity is None:
        return gap
    reading = context.reading
    if reading.sentence_index(gap.node) - reading.sentence_index(before[-1].node) > 2:
        return gap
    entity = replace(before[-1].entity, directness=0.8)
    return replace(gap, entity=entity, confidence=round(gap.confidence * 0.9, 2))


def _stands_alone(gap: Gap) -> bool:
    if gap.entity is None:
        # Nobody is named, but the sum or the share that is missing is.
        told = (gap.amount, gap.percent_funded, gap.requirements and gap.funding)
        return not gap.is_additional and any(value is not None for value in told)
    return True


def _confidence(entity: Party | None, amount: FigureMention | None, fact: Factuality) -> float:
    confidence = 0.95 * (entity.directness if entity else 0.8) * (1.0 if amount else 0.85)
    return round(confidence * (0.9 if fact.tense is Tense.NONE else 1.0), 2)


def _is_less(part: FigureMention, whole: FigureMention) -> bool:
    low = part.found.max if part.found.max is not None else part.found.min
    high = whole.found.min if whole.found.min is not None else whole.found.max
    return low is not None and high is not None and low < high


def _in_order(tokens: Iterable[Token]) -> list[Token]:
    return sorted({token.i: token for token in tokens}.values(), key=lambda token: token.i)


def _one_a_sentence(gaps: list[Gap], context: ArticleContext) -> list[Gap]:
    """`only 37 % has been received, leaving a gap of $9 million` is one gap, told by two triggers."""
    kept: list[Gap] = []
    for gap in gaps:
        known = kept[-1] if kept else None
        if known is not None and context.reading.sentence_index(known.node) == context.reading.sentence_index(gap.node):
            both_stated = known.amount is not None and gap.amount is not None and known.amount is not gap.amount
            if not both_stated:
                kept[-1] = _filled(known, gap) if known.amount or not gap.amount else _filled(gap, known)
                continue
        kept.append(gap)
    return kept


def _filled(known: Gap, other: Gap) -> Gap:
    """What one telling leaves open, from the other."""
    names = ("amount", "requirements", "funding", "percent_funded", "entity", "period", "deadline", "purpose", "attribution")
    changes = {name: value for name in names if getattr(known, name) is None and (value := getattr(other, name)) is not None}
    status = Status.PARTLY_FUNDED if changes.keys() & {"funding", "percent_funded"} else known.status
    return replace(known, status=status, **changes)


def _merge(gaps: list[Gap]) -> list[Gap]:
    """One for each gap: the same entity and amount told twice is one."""
    kept: list[Gap] = []
    for gap in gaps:
        twin = next((k for k, known in enumerate(kept) if _is_same(known, gap)), None)
        if twin is None:
            kept.append(gap)
        else:
            kept[twin] = _filled(kept[twin], gap)
    return kept


def _is_same(known: Gap, gap: Gap) -> bool:
    if known.entity and gap.entity and known.entity.key != gap.entity.key:
        return False
    if known.amount and gap.amount:
        return (known.amount.found.min, known.amount.found.max, known.amount.found.currency) == (
            gap.amount.found.min,
            gap.amount.found.max,
            gap.amount.found.currency,
        )
    if known.percent_funded and gap.percent_funded:
        return known.percent_funded.found.min == gap.percent_funded.found.min
    return known.amount is None and gap.amount is None
