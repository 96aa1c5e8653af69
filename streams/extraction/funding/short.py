"""Money that falls short: `$3 million short of its target`, `is running out of money`, `is underfunded`, `is still missing`."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import FigureMention
from streams.extraction.funding.builder import Builder, Told
from streams.extraction.funding.holders import Holders
from streams.extraction.funding.lack import Gap
from streams.extraction.funding.sums import Sums, is_less
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists
from streams.records import FigureKind

__all__ = ["Short"]


class Short:
    """Sums by which money falls short, in one article."""

    def __init__(self, builder: Builder, sums: Sums, holders: Holders) -> None:
        self._holders = holders
        self._lexicon = lists("funding")
        self._builder = builder
        self._sums = sums

    def at(self, token: Token) -> Gap | None:
        """`is running out of money`, `$3 million short`, `is underfunded`, `a third of the needs were unmet`."""
        doc = token.doc
        if token.lower_ in self._lexicon["short.words"] and token.i + 2 < len(doc) and doc[token.i + 1].lower_ in self._lexicon["short.of"]:
            verb = syntax.governing_verb(token)
            money = next((t for t in doc[token.i + 2 : token.i + 6] if is_in("nouns.money", t)), None)
            # "out of concern the money …"
            is_of_it = money is not None and money.left_edge.i <= token.i + 2 and money.pos_ != "PROPN"
            # "A plan right out of his budget" runs out of nothing.
            runs = verb is not None and is_in("short.runs", verb)
            if verb is not None and runs and money is not None and is_of_it and token.sent == money.sent:
                return self._builder.gap(verb, (token.i, money.i + 1))
        if token.lower_ in self._lexicon["short.by"] and not self._is_moved(token):
            return self._short_of(token)
        if token.lower_ in self._lexicon["short.than"] and (missing := self._less_than_needed(token)) is not None:
            verb = syntax.governing_verb(token)
            who = syntax.subjects(verb) if verb is not None else []
            return self._builder.gap(token, (missing.first, token.i + 2), Told(gap=missing), who=who)
        if (owed := self._unfunded(token)) is not None:
            return self._builder.gap(token.head, (min(token.i, token.head.i), max(token.i, token.head.i) + 1), Told(gap=owed))
        if (missing := self._still_missing(token)) is not None:
            told = Told(gap=missing, requirements=self._sums.of_which(missing))
            gap = self._builder.gap(token, (token.i, token.i + 1), told)
            # "The bridge is still missing $90 million."
            bearing = syntax.subjects(token) if gap.entity is None and missing.root in self._missed(token) else []
            found = next((p for s in bearing if (p := self._holders.thing(s))), None)
            return replace(gap, entity=found) if found is not None else gap
        if is_in("short.overspend", token) and token.pos_ == "VERB":
            by = next(
                (f for f in self._sums.of(token, FigureKind.MONEY) if f.root in [*syntax.adjuncts(token, "by"), *syntax.objects(token)]),
                None,
            )
            return self._builder.gap(token, (token.i, token.i + 1), Told(gap=by)) if by else None
        if token.lower_ in self._lexicon["short.adjectives"] and not (self._is_attribute(token) or self._is_only_way(token)):
            measured = [*syntax.adjuncts(token, "by"), *(of for tune in syntax.adjuncts(token, "to") for of in syntax.adjuncts(tune, "of"))]
            near = [f for f in self._sums.of(token, FigureKind.MONEY) if f.root in measured or f.end == token.i]
            missing = near[0] if near else None
            underfunded = self._underfunded(token)
            found = self._holders.thing(underfunded[0]) if underfunded else None
            if underfunded and found is None:
                return None
            gap = self._builder.gap(token, (token.i, token.i + 1), Told(gap=missing))
            return replace(gap, entity=found) if underfunded else gap
        if token.lower_ in self._lexicon["short.unmet"] and token.dep_ not in ("amod", "compound"):
            verb = syntax.governing_verb(token)
            needs = [s for s in syntax.subjects(verb) if self._is_need_of_money(s)] if verb is not None else []
            if needs:
                return self._builder.gap(token, (token.i, token.i + 1), who=needs)
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
            who = [short.head] if verb is None and short.head.pos_ in ("NOUN", "PROPN") else []
            if missing is None and self._is_share_of_budget(short):
                return self._builder.gap(node, (short.i, short.i + 1))
            return self._builder.gap(node, (short.i, short.i + 1), Told(gap=missing), who=who) if missing else None
        behind = [t for t in doc[short.i + 2 : short.sent.end] if t.pos_ in ("NOUN", "PROPN") or t.lower_ == "what"]
        if behind and (goals := [t for t in doc[short.i + 1].children if t.dep_ == "pobj" and t.pos_ in ("NOUN", "PROPN")]):
            behind = [goals[0], *(t for t in behind if t.i > goals[0].i)]
        # "They promised $100 billion, and are $38 billion short of it".
        lists_of_goals = ("funded.required_nouns", "funded.whole", "nouns.money")
        is_goal = bool(behind) and (behind[0].lower_ == "what" or any(is_in(name, behind[0]) for name in lists_of_goals))
        # "They promised $100 billion, and are $38 billion short of it".
        is_goal = is_goal or doc[short.i + 2 : short.i + 3].text.lower() in ("it", "that")
        # "is £2m shy of being able to reopen"
        is_goal = is_goal or any(t.tag_ == "VBG" for t in doc[short.i + 2 : short.i + 3])
        # "$16 billion short of the $100 billion they had promised"
        promised = next((f for f in figures if short.i < f.first <= short.i + 4 and self._sums.is_promised(f)), None)
        goal = next((f for f in figures if f.first > short.i and self._sums.is_asked_for(f)), promised)
        if goal is not None:
            # "fell $4 billion short of its $18 billion target", but "raised $14 billion, falling short of its $18 billion goal".
            came = next((f for f in reversed(figures) if f.end < short.i and is_less(f, goal)), None)
            head = goal.root.head
            who = [head, *(syntax.subjects(head) if head.pos_ == "VERB" else ()), *(syntax.subjects(verb) if verb is not None else ())]
            return self._builder.gap(
                node, (short.i, short.i + 2), Told(gap=before, requirements=goal, funding=came if before is None else None), who=who
            )
        by = next((f for f in figures if f.first > short.i and is_goal and doc[f.first - 1].lower_ == "by"), None)
        is_remote = short.i > 0 and doc[short.i - 1].lower_ in self._lexicon["short.remote"]
        of = None if is_remote else next((f for f in figures if f.first == short.i + 2), None)
        missing = (before if is_goal else None) or by or of
        who = [t for t in doc[short.sent.start : short.i] if verb is None and t.dep_ in ("ROOT", *syntax.SUBJECT)] + behind[:1]
        return (
            self._builder.gap(node, (short.i, short.i + 2), Told(gap=missing), who=behind[:1] if verb is not None else who)
            if missing
            else None
        )

    def _is_moved(self, word: Token) -> bool:
        """`give away $120,000`, `took millions away from charities`: away from nobody's target."""
        if word.lower_ == "behind" and not any(is_in("short.behind", t) for t in word.subtree):
            # "Two minutes behind the leader."
            return True
        verb = syntax.governing_verb(word)
        return word.lower_ in self._lexicon["short.elsewhere"] and (verb is None or not is_in("short.standing", verb))

    def _underfunded(self, participle: Token) -> list[Token]:
        """`has underfunded the service`, `was underfunded by the state`, `has left it underfunded`: the service lacks the money."""
        above = participle.head
        if participle.dep_ == "oprd" and above.pos_ == "VERB":
            return [o for o in syntax.objects(above) if o != participle]
        return [o for o in syntax.objects(participle) if o.pos_ in ("NOUN", "PROPN", "PRON")] if participle.pos_ == "VERB" else []

    def _is_only_way(self, participle: Token) -> bool:
        """`ways to save, from underfunding pensions to selling land`: nobody is said to do it."""
        return participle.tag_ == "VBG" and participle.dep_ == "pcomp" and not any(c.dep_ == "nsubj" for c in participle.children)

    def _is_attribute(self, adjective: Token) -> bool:
        """`small and underfunded hospitals`: a lack in passing."""
        first = next(t for t in syntax.chain(adjective) if t.dep_ != "conj")
        return first.dep_ in ("amod", "compound")

    def _is_share_of_budget(self, short: Token) -> bool:
        """`the court's budget is 30 per cent short`."""
        is_percent = any(f.end == short.i for f in self._sums.of(short, FigureKind.PERCENTAGE))
        verb = syntax.governing_verb(short)
        return is_percent and verb is not None and any(is_in("nouns.money", s) for s in syntax.subjects(verb))

    def _still_missing(self, token: Token) -> FigureMention | None:
        """`$1.9 billion is still missing`, `remains unfunded`, `has yet to be found`."""
        yet = token.lower_ in self._lexicon["short.still"] and token.i + 2 < len(token.doc) and token.doc[token.i + 1].lower_ == "to"
        if not yet and token.lower_ not in self._lexicon["short.missing"]:
            return None
        if yet:
            found = next((c for c in token.doc[token.i + 1 : token.sent.end] if c.pos_ == "VERB"), None)
            if found is None or found.lemma_ == "pay" or not (is_in("funded.received", found) or found.lemma_ == "find"):
                return None
        for figure in reversed(self._sums.of(token, FigureKind.MONEY)):
            is_before_it = token.dep_ == "amod" and figure.first <= token.i + 1 <= figure.end
            if token.dep_ == "amod" and not is_before_it:
                # "To settle outstanding claims".
                continue
            told_right_before = self._is_told_before(token, figure) and (yet or not self._is_told_aside(token, figure))
            if is_before_it or figure.root in self._missed(token) or self._is_said_of(token, figure) or told_right_before:
                return figure
        return None

    def _is_told_before(self, missing: Token, figure: FigureMention) -> bool:
        """`$1.9 billion is still missing`, wherever the parser hangs it."""
        if figure.end > missing.i:
            return False
        return all(t.pos_ in ("AUX", "ADV", "VERB", "PART") for t in missing.doc[figure.end : missing.i])

    def _is_told_aside(self, missing: Token, figure: FigureMention) -> bool:
        """`A man who moved $90 million is missing`."""
        above = {t.i for t in syntax.chain(missing)}
        return any(t.dep_ in ("relcl", "acl") for t in syntax.chain(figure.root) if t.i not in above)

    def _is_said_of(self, missing: Token, figure: FigureMention) -> bool:
        """`$1.7 billion of its strategy is unfunded`."""
        verb = syntax.governing_verb(missing)
        is_predicate = missing.dep_ in ("acomp", "attr", "oprd") and missing.lower_ in self._lexicon["short.uncovered"]
        return is_predicate and verb is not None and figure.root in syntax.subjects(verb)

    def _unfunded(self, unfunded: Token) -> FigureMention | None:
        """`$50 billion in unfunded pension liabilities`, `unfunded promises of $35 trillion`."""
        owed = unfunded.head
        if unfunded.lower_ not in self._lexicon["short.adjectives"] or unfunded.dep_ != "amod" or not is_in("means.spent", owed):
            return None
        behind = syntax.adjuncts(owed, "of")
        figures = self._sums.of(unfunded, FigureKind.MONEY)
        return next((f for f in figures if f.root in behind or owed in syntax.adjuncts(f.root, "in", "of")), None)

    def _less_than_needed(self, less: Token) -> FigureMention | None:
        """`has $217 million less than it requires`; but not `less than the governor wanted`."""
        behind = less.doc[less.i + 1 : min(less.i + 6, less.sent.end)]
        needed = [t for t in behind if t.pos_ == "VERB" and is_in("funded.required", t)]
        if less.lower_ == "more":
            # "needs $700 million more than it has"
            verb = syntax.governing_verb(less)
            has = [t for t in behind if is_in("short.provides", t)]
            needed = has if verb is not None and is_in("need.verbs", verb) else []
        if not needed or behind[0].lower_ != "than" or any(map(self._holders.is_politician, syntax.subjects(needed[0]))):
            return None
        return next((f for f in self._sums.of(less, FigureKind.MONEY) if f.end == less.i), None)

    def _missed(self, token: Token) -> list[Token]:
        """What somebody is missing."""
        return syntax.objects(token) if token.pos_ == "VERB" and token.tag_ == "VBG" else []

    def _is_need_of_money(self, subject: Token) -> bool:
        phrase = {t.lemma_.lower() for t in subject.subtree}
        return bool(phrase & self._lexicon["nouns.money"]) and bool(phrase & self._lexicon["funded.whole"])
