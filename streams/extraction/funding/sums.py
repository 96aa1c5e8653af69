"""How much is missing, was asked for and came in: the sums of money around a gap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.factuality import Governor
from streams.extraction.funding.vocabulary import is_in
from streams.extraction.lexicon import lists
from streams.records import CurrencyBasis, FigureKind

__all__ = ["Sums", "is_less"]

VERBS_OF_MONEY = ("funded.required", "funded.received", "funded.released", "funded.arrived", "short.having")
"""Lists of the verbs beside which a bare number is money."""

LEAST_BARE_SUM = 1000
"""Below it a number without a currency counts something else."""


class Sums:
    """The sums of money of one article."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._lexicon = lists("funding")
        self._figures = [self._with_currency(figure) for figure in context.figure_mentions]

    def _with_currency(self, figure: FigureMention) -> FigureMention:
        """`50 million of the 80 million dinars`: a number that counts nothing is money in the currency of its sentence."""
        if figure.found.kind is not FigureKind.COUNT or not self._is_bare(figure):
            return figure
        sentence = figure.root.sent
        beside = self._context.figures_between(sentence.start, sentence.end)
        currencies = {f.found.currency for f in beside if f.found.kind is FigureKind.MONEY and f.found.currency}
        if len(currencies) != 1:
            return figure
        found = replace(figure.found, kind=FigureKind.MONEY, currency=currencies.pop(), currency_basis=CurrencyBasis.INFERRED)
        return replace(figure, found=found)

    def _is_bare(self, figure: FigureMention) -> bool:
        least = figure.found.min if figure.found.min is not None else figure.found.max
        root, behind = figure.root, figure.root.doc[figure.end] if figure.end < len(figure.root.doc) else None
        if least is None or least < LEAST_BARE_SUM or not figure.first <= root.i < figure.end:
            return False
        counts_noun = behind is not None and behind.pos_ in ("NOUN", "ADJ")
        if counts_noun or root.dep_ in ("nummod", "quantmod", "compound", "amod", "nmod", "npadvmod"):
            return False
        above = next((t for t in syntax.chain(root.head) if t.pos_ not in ("ADP", "NUM", "SYM", "ADV")), root)
        clauses = [c for node in (root, above) for c in node.children if c.dep_ in ("acl", "relcl")]
        verbs = [above, *(t for clause in clauses for t in clause.subtree if t.pos_ == "VERB")]
        return any(Governor(verb, "").lemma in self._lexicon[name] for verb in verbs for name in VERBS_OF_MONEY)

    def _on_nodes(self, nodes: Iterable[Token]) -> list[FigureMention]:
        """The figures that hang on one of the nodes, those of the first node first."""
        return [self._figures[bisect_left(self._figures, f.first, key=lambda g: g.first)] for f in self._context.figures_on(nodes)]

    def of(self, token: Token, kind: FigureKind) -> list[FigureMention]:
        """The figures of one kind in the token's sentence, without what each gives: `convinced 400 donors to give $2,700 each`."""
        sentence = token.sent
        begin = bisect_left(self._figures, sentence.start, key=lambda figure: figure.first)
        end = bisect_left(self._figures, sentence.end, key=lambda figure: figure.first)
        return [f for f in self._figures[begin:end] if f.found.kind is kind and not _is_of_each(f)]

    def on(self, nodes: list[Token]) -> FigureMention | None:
        found = [f for f in self._on_nodes(nodes) if f.found.kind is FigureKind.MONEY]
        return found[0] if found else None

    def equated(self, noun: Token, verbs: list[Token]) -> FigureMention | None:
        """`the gap is €34 billion`, `the shortfall stands at $2bn`, `seeking $1.2 billion to make up its shortfall`."""
        if noun.dep_ == "pobj" and noun.head.lower_ in ("in", "of") and not is_in("short.overspend", noun):
            # "$400 million in funding shortages"
            held = next((f for f in self.of(noun, FigureKind.MONEY) if f.root == noun.head.head and f.end <= noun.head.i), None)
            if held is not None:
                return held
        clauses = [c for c in noun.children if c.dep_ in ("acl", "relcl")]
        # "a shortfall projected to be $181 million"
        clauses += [b for c in clauses if is_in("status.projected", c) for b in c.children if b.dep_ == "xcomp"]
        # "a gap in this year's budget, which Accra puts at $11 billion"
        clauses += [c for about in syntax.adjuncts(noun, "in") for c in about.children if c.dep_ == "relcl"]
        widened = [h for c in clauses if is_in("amounts.change", c) for h in syntax.adjuncts(c, "to")]
        if widened and (found := self.on(widened)) is not None:
            # "a hole that has widened to $12 million"
            return found
        totalling = [c for c in clauses if is_in("amounts.equate", c)]
        told = [h for c in totalling for h in (*syntax.objects(c), *syntax.adjuncts(c, "at"))]
        if totalling and (found := self.on([*totalling, *told])) is not None:
            return found
        if not verbs:
            return None
        verb = verbs[0]
        if noun in syntax.objects(verb) and is_in("amounts.equate", verb):
            # "put the hole in its budget at 17 billion euros"
            at = [f for f in self.of(noun, FigureKind.MONEY) if f.first > noun.i and f.root in syntax.adjuncts(verb, "at")]
            if at:
                return at[0]
        if noun.dep_ in syntax.SUBJECT and is_in("amounts.change", verb):
            # "has grown from £13 million to £46 million"
            return next((f for f in self.of(noun, FigureKind.MONEY) if f.first > verb.i and noun.doc[f.first - 1].lower_ == "to"), None)
        if noun.dep_ in syntax.SUBJECT and is_in("amounts.equate", verb):
            # "is estimated to be $97 million"
            verb = next((c for c in verb.children if c.dep_ == "xcomp" and is_in("amounts.equate", c)), verb)
            return self.on([verb, *(o for o in syntax.objects(verb) if not is_in("amounts.causes", o))])
        seeking = verb.head
        to_fill = is_in("funded.required", seeking) or is_in("amounts.to_fill", seeking)
        if verb.dep_ in ("advcl", "xcomp", "acl") and verb.tag_ == "VB" and to_fill:
            sought = [*syntax.objects(seeking), *syntax.adjuncts(seeking, "for")]
            return self.on([*sought, *(o for s in sought for o in syntax.adjuncts(s, "of"))])
        if verb.dep_ == "acl" and (held := self.on([seeking])):
            return held
        return None

    def asked_for(self, noun: Token) -> FigureMention | None:
        """What an appeal or plan asks for: the amount on it, or that of the last sentences that asked for one."""
        if (found := self.on([noun])) is not None:
            return found
        for child in noun.children:
            if child.dep_ in ("acl", "appos", "relcl") and (found := self.on([child, *self._asked(child)])):
                return found
        appeal = self.appeal_before(noun) if is_in("funded.required_nouns", noun) and not self.is_another(noun) else None
        return appeal[1] if appeal else None

    def _asked(self, verb: Token) -> list[Token]:
        """What a clause asks for or costs: `which will cost $5.8 billion`, `requesting $64 million`."""
        return syntax.objects(verb) if self.asks(verb) else []

    def asks(self, verb: Token) -> bool:
        """`needs`, `sought`, `launched to raise`."""
        if verb.dep_ == "xcomp" and is_in("funded.managed", verb.head):
            return is_in("funded.required", verb)
        is_aim = verb.tag_ == "VB" and is_in("funded.collected", verb) and any(c.lower_ == "to" for c in verb.children)
        return is_aim or is_in("funded.required", verb) or self.must_find(verb) or self._is_due(verb)

    def must_find(self, verb: Token) -> bool:
        """`must find`, `needs to come up with`, `has to be found`."""
        # "Has until Sunday to find £500,000", "has until May to raise £90,000".
        has_until = verb.head.lemma_.lower() == "have" and any(c.lower_ in ("until", "till") for c in verb.head.children)
        is_raised = has_until and is_in("funded.collected", verb)
        if verb.pos_ != "VERB" or not (is_raised or Governor(verb, "").lemma in self._lexicon["means.find"]):
            return False
        must = any(c.dep_ == "aux" and c.lower_ == "must" for c in verb.children)
        return must or has_until or (verb.dep_ == "xcomp" and is_in("means.obliged", verb.head))

    def _is_due(self, verb: Token) -> bool:
        """`the $600 million it was meant to have`."""
        return is_in("funded.due", verb) and verb.dep_ == "relcl" and syntax.is_passive(verb)

    def is_another(self, subject: Token) -> bool:
        """`Chad needs $4 million. Peru's plan has brought in …`: a name that the sentence before does not have."""
        phrase = [t for t in subject.subtree if t.i <= subject.i and t.pos_ == "PROPN"]
        index = self._context.reading.sentence_index(subject)
        before = {t.text for t in self._context.reading.sentences[index - 1]} if index else set()
        is_giver = is_in("funded.givers", subject)
        return bool(phrase) and not is_giver and not any(t.text in before for t in phrase)

    def appeal_before(self, node: Token) -> tuple[list[Token], FigureMention] | None:
        """Who asked for how much in the sentence before: `UNFPA is appealing for $9 million`."""
        index = self._context.reading.sentence_index(node)
        for token in self._context.reading.sentences[index - 1] if index else ():
            if token.pos_ not in ("VERB", "NOUN") or not self.asks(token) or self.must_find(token):
                continue
            asked = self.on([token, *syntax.objects(token), *syntax.adjuncts(token, "for", "of")])
            if asked is not None:
                return (syntax.subjects(token) if token.pos_ == "VERB" else []), asked
        return None

    def came_in(self, node: Token, amount: FigureMention | None) -> FigureMention | None:
        """`only $250,000 has been received` in the same sentence."""
        for figure in self.of(node, FigureKind.MONEY):
            verb = syntax.governing_verb(figure.root)
            if figure is amount or verb is None or not is_in("funded.received", verb):
                continue
            if figure.root in [*syntax.objects(verb), *syntax.subjects(verb)] and self.is_too_little(verb, figure.root):
                return figure
        return None

    def is_asked_for(self, amount: FigureMention) -> bool:
        """`needs $9 million`, `a $9 million appeal`."""
        head = amount.root.head.head if amount.root.head.pos_ == "ADP" else amount.root.head
        if self.asks(head) if head.pos_ == "VERB" else is_in("funded.required_nouns", head):
            return True
        clauses = [c for c in amount.root.children if c.dep_ in ("acl", "relcl")]
        return any(self.asks(t) for clause in clauses for t in clause.subtree if t.pos_ == "VERB")

    def share_between(self, part: FigureMention, whole: FigureMention) -> FigureMention | None:
        """`$616 million, or 27 per cent, of the $2.3 billion`."""
        shares = self.of(part.root, FigureKind.PERCENTAGE)
        between = (f for f in shares if part.end <= f.first < whole.first)
        in_brackets = (f for f in shares if whole.end <= f.first <= whole.end + 3 and f.root.doc[f.first - 1].text == "(")
        return next((f for f in (*between, *in_brackets) if self.is_less_than_whole(f)), None)

    def of_which(self, part: FigureMention) -> FigureMention | None:
        """The sum before `of which $15 billion`."""
        doc = part.root.doc
        behind = [t.lower_ for t in doc[max(part.root.sent.start, part.first - 4) : part.first]]
        if "of" not in behind or "which" not in behind:
            return None
        return next((f for f in reversed(self.of(part.root, FigureKind.MONEY)) if f.end < part.first and is_less(part, f)), None)

    def is_promised(self, amount: FigureMention) -> bool:
        """`the $10 billion pledged`: nobody says that more is needed."""
        nodes = [amount.root, *([amount.root.head] if amount.root.dep_ == "nummod" else [])]
        told = ("funded.promised", "funded.withheld")
        return any(is_in(name, c) for name in told for node in nodes for c in node.children if c.dep_ in ("acl", "relcl", "amod"))

    def is_part_of(self, part: Token, whole: Token) -> bool:
        doc = part.doc
        before = self._first_of(whole)
        if before > part.i and doc[before - 1].lower_ == "of" and doc[before - 2].lower_ == "out" and before - 3 <= part.i:
            # "$1 million out of $43 million", wherever the parser hangs it.
            return True
        return whole in syntax.adjuncts(part, "of") or (
            whole != part and part.is_ancestor(whole) and any(t.lower_ in ("of", "out") for t in part.doc[part.i : whole.i])
        )

    def _first_of(self, root: Token) -> int:
        return next((f.first for f in self.of(root, FigureKind.MONEY) if f.root == root), root.i)

    def is_too_little(self, verb: Token, taken: Token) -> bool:
        """Whether a word says that what came in is not all: `only`, `so far`, `required`."""
        near = {t.lower_ for t in (*taken.subtree, *verb.children)}
        # "Of the costs" asks for nothing, "of the funds required" does.
        return bool(near & self._lexicon["funded.only"]) or any(
            t.pos_ in ("VERB", "ADJ") and is_in("funded.required", t) for t in taken.subtree
        )

    def is_less_than_whole(self, share: FigureMention) -> bool:
        most = share.found.max if share.found.max is not None else share.found.min
        return most is not None and most < 100


def is_less(part: FigureMention, whole: FigureMention) -> bool:
    low = part.found.max if part.found.max is not None else part.found.min
    high = whole.found.min if whole.found.min is not None else whole.found.max
    return low is not None and high is not None and low < high


def _is_of_each(figure: FigureMention) -> bool:
    doc = figure.root.doc
    return figure.end < len(doc) and doc[figure.end].lower_ in ("each", "apiece")
