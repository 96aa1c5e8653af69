"""How much is missing, was asked for and came in: the sums of money around a gap."""

from __future__ import annotations

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.lexicon import lists
from streams.records import FigureKind

__all__ = ["Sums", "is_less"]


class Sums:
    """The sums of money of one article."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._lexicon = lists("funding")

    def _has(self, name: str, token: Token) -> bool:
        """Whether the token's lemma is in a list of the data file."""
        return token.lemma_.lower() in self._lexicon[name]

    def of(self, token: Token, kind: FigureKind) -> list[FigureMention]:
        """The figures of one kind in the token's sentence."""
        sentence = token.sent
        return [f for f in self._context.figure_mentions if f.found.kind is kind and sentence.start <= f.first < sentence.end]

    def on(self, nodes: list[Token]) -> FigureMention | None:
        found = [f for f in self._context.figures_on(nodes) if f.found.kind is FigureKind.MONEY]
        return found[0] if found else None

    def equated(self, noun: Token, verbs: list[Token]) -> FigureMention | None:
        """`the gap is €34 billion`, `the shortfall stands at $2bn`, `seeking $1.2 billion to make up its shortfall`."""
        totalling = [c for c in noun.children if c.dep_ in ("acl", "relcl") and self._has("amounts.equate", c)]
        if totalling and (found := self.on(totalling)) is not None:
            return found
        if not verbs:
            return None
        verb = verbs[0]
        if noun in syntax.objects(verb) and self._has("amounts.equate", verb):
            # "put the hole in its budget at 17 billion euros"
            at = [f for f in self.of(noun, FigureKind.MONEY) if f.first > noun.i and f.root in syntax.adjuncts(verb, "at")]
            if at:
                return at[0]
        if noun.dep_ in syntax.SUBJECT and verb.lemma_.lower() in self._lexicon["amounts.equate"]:
            return self.on([verb, *syntax.objects(verb)])
        seeking = verb.head
        to_fill = self._has("funded.required", seeking) or self._has("amounts.to_fill", seeking)
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
            if child.dep_ in ("acl", "appos", "relcl") and (found := self.on([child])):
                return found
        appeal = self.appeal_before(noun) if self._has("funded.required_nouns", noun) else None
        return appeal[1] if appeal else None

    def appeal_before(self, node: Token) -> tuple[list[Token], FigureMention] | None:
        """Who asked for how much in the sentence before: `UNFPA is appealing for $9 million`."""
        index = self._context.reading.sentence_index(node)
        for token in self._context.reading.sentences[index - 1] if index else ():
            if not self._has("funded.required", token) or token.pos_ not in ("VERB", "NOUN"):
                continue
            asked = self.on([token, *syntax.objects(token), *syntax.adjuncts(token, "for", "of")])
            if asked is not None:
                return (syntax.subjects(token) if token.pos_ == "VERB" else []), asked
        return None

    def came_in(self, node: Token, amount: FigureMention | None) -> FigureMention | None:
        """`only $250,000 has been received` in the same sentence."""
        for figure in self.of(node, FigureKind.MONEY):
            verb = syntax.governing_verb(figure.root)
            if figure is amount or verb is None or not self._has("funded.received", verb):
                continue
            if figure.root in [*syntax.objects(verb), *syntax.subjects(verb)] and self.is_too_little(verb, figure.root):
                return figure
        return None

    def is_asked_for(self, amount: FigureMention) -> bool:
        """`needs $9 million`, `a $9 million appeal`."""
        head = amount.root.head.head if amount.root.head.pos_ == "ADP" else amount.root.head
        if self._has("funded.required" if head.pos_ == "VERB" else "funded.required_nouns", head):
            return True
        return any(self._has("funded.required", c) for c in amount.root.children if c.dep_ in ("acl", "relcl"))

    def is_part_of(self, part: Token, whole: Token) -> bool:
        return whole in syntax.adjuncts(part, "of") or (
            whole != part and part.is_ancestor(whole) and any(t.lower_ in ("of", "out") for t in part.doc[part.i : whole.i])
        )

    def is_too_little(self, verb: Token, taken: Token) -> bool:
        """Whether a word says that what came in is not all: `only`, `so far`, `required`."""
        near = {t.lower_ for t in (*taken.subtree, *verb.children)} | {t.lemma_.lower() for t in taken.subtree}
        return bool(near & self._lexicon["funded.only"]) or bool(near & self._lexicon["funded.required"])

    def is_less_than_whole(self, share: FigureMention) -> bool:
        most = share.found.max if share.found.max is not None else share.found.min
        return most is not None and most < 100


def is_less(part: FigureMention, whole: FigureMention) -> bool:
    low = part.found.max if part.found.max is not None else part.found.min
    high = whole.found.min if whole.found.min is not None else whole.found.max
    return low is not None and high is not None and low < high
