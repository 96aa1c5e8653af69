"""One gap of what its trigger tells: who lacks the money, for what, when, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, FigureMention, TimeMention
from streams.extraction.factuality import Factuality, Governor, Tense, assess
from streams.extraction.funding.clauses import verbs_above
from streams.extraction.funding.holders import Holders
from streams.extraction.funding.lack import Gap, is_vague, stands_alone
from streams.extraction.funding.names import Names
from streams.extraction.funding.sums import Sums
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists
from streams.extraction.times import Direction
from streams.records import ActorKind, AidType, EntityKind, FundingGapStatus, Grain

__all__ = ["Builder", "Told", "in_order"]

Status = FundingGapStatus


@dataclass(frozen=True)
class Told:
    """What a trigger tells of the money."""

    gap: FigureMention | None = None
    requirements: FigureMention | None = None
    funding: FigureMention | None = None
    share: FigureMention | None = None

    @property
    def all(self) -> tuple[FigureMention | None, FigureMention | None, FigureMention | None, FigureMention | None]:
        """In the order of the fields."""
        return self.gap, self.requirements, self.funding, self.share


class Builder:
    """Makes a gap of what its trigger tells, with the rest from its sentence and the one before."""

    def __init__(self, context: ArticleContext, sums: Sums, holders: Holders) -> None:
        self._context = context
        self._lexicon = lists("funding")
        self._sums = sums
        self._holders = holders
        self._names = Names(context)

    def gap(self, node: Token, trigger: tuple[int, int], told: Told | None = None, *, who: Iterable[Token] = ()) -> Gap:
        """Put a gap together from what its trigger tells; the rest is looked for in its sentence and the one before."""
        amount, requirements, funding, share = (told or Told()).all
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
        if entity is None and any(is_in("groups.public", t) for t in node.sent):
            entity = self._holders.treasury()
        is_need = node.pos_ == "VERB" and is_in("need.verbs", node)
        is_to_close = bool(verbs) and is_in("status.closed", verbs[0])
        # "The shortfall that they face for next year".
        faced = [c for c in node.children if c.dep_ == "relcl"] if node.pos_ == "NOUN" else []
        asking_for = [spoken_of] if spoken_of is not None else []
        period, deadline = self._times([node, *faced, *verbs, *asking_for], has_deadline=is_need or is_to_close)
        if period is not None and status is not Status.PROJECTED and self._is_past_day(period):
            # The day on which it was told.
            period = None
        purpose = self._purpose([node, *(a.root for a in (amount, requirements) if a)])
        return Gap(
            trigger=trigger,
            node=node,
            status=status,
            certainty=fact.certainty,
            evidence=tuple(in_order([*cues, *fact.evidence])),
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

    def with_entity(self, gap: Gap) -> Gap:
        """Who lacks the money where its sentence does not say: whoever the article speaks of there."""
        if gap.entity is not None and gap.entity.kind is not ActorKind.PERSON:
            return gap
        node, holders = gap.node, self._holders
        entity = holders.speaking(node) if gap.entity is not None else None
        if gap.entity is not None and is_vague(gap):
            # "He had no money for wages" is a body's affair where it is a body's person who speaks.
            return replace(gap, entity=entity or gap.entity, confidence=round(gap.confidence * 0.8, 2))
        entity = entity or holders.spoken_of(node, 0) or holders.speaking(node) or holders.spoken_of(node)
        entity = entity or holders.body_before(node) or holders.of_article(node)
        return replace(gap, entity=entity, confidence=round(gap.confidence * 0.8, 2))

    def with_name(self, gap: Gap) -> Gap:
        """The gap with the name of who lacks the money, where its sentence describes and the article names it."""
        return replace(gap, entity=self._names.named(gap.entity)) if gap.entity is not None else gap

    def with_speaker(self, gap: Gap) -> Gap:
        """`The agency said a lack of funds had forced cuts`: where nothing else tells who lacks the money, nor how much."""
        is_cause = gap.node.pos_ in ("VERB", "AUX") or gap.node.dep_ in (*syntax.SUBJECT, "pobj")
        if is_cause and gap.entity is None and not stands_alone(gap) and (entity := self._holders.speaking(gap.node)) is not None:
            return replace(gap, entity=entity, confidence=round(gap.confidence * 0.8, 2))
        return gap

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
            # "Suggestions that he made a year ago" are no gap of that year.
            long = [t for t in long if t.root.doc[t.end - 1].lower_ != "ago"]
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
                if child.dep_ == "dobj" and is_in("means.afford", node):
                    return child.left_edge.i, child.right_edge.i + 1
                if (
                    child.dep_ in ("advcl", "acl", "xcomp")
                    and child.tag_ == "VB"
                    and child.i > node.i
                    and any(c.lower_ == "to" and c.dep_ == "aux" for c in child.children)
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
            # "does not have the money", "the money is not there" is the lack itself.
            is_there = any(c.lower_ in self._lexicon["short.there"] for c in noun.children)
            comes_in = is_in("funded.received", noun) or Governor(noun, "").lemma in self._lexicon["funded.arrived"]
            if is_there or comes_in:
                return False
            return noun.lemma_.lower() != "have" and not is_in("means.afford", noun)
        about = verb is not None and negation.head == verb and noun in [*syntax.objects(verb), *syntax.subjects(verb)]
        return about and verb is not None and not is_in("status.closed", verb)

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
            if is_in("status.projected", above):
                return Status.PROJECTED, [above]
        projected = [c for c in noun.children if is_in("status.projected", c)]
        if projected:
            return Status.PROJECTED, projected
        # "cannot pay because of a gap", "cannot afford": the gap is there.
        if noun.dep_ != "pobj" and not is_in("means.afford", noun) and (fact.tense is Tense.FUTURE or fact.modal_kind == "possible"):
            return Status.PROJECTED, []
        return Status.STATED, [verb] if verb is not None else []


def _confidence(entity: Party | None, amount: FigureMention | None, fact: Factuality) -> float:
    confidence = 0.95 * (entity.directness if entity else 0.8) * (1.0 if amount else 0.85)
    return round(confidence * (0.9 if fact.tense is Tense.NONE else 1.0), 2)


def in_order(tokens: Iterable[Token]) -> list[Token]:
    return sorted({token.i: token for token in tokens}.values(), key=lambda token: token.i)
