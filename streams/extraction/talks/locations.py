"""Where a meeting is: the place that its words name, or that its sentence leaves for it."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form, Mention
from streams.extraction.talks.belonging import Belonging, is_beside, is_of_noun_before, time_of
from streams.extraction.talks.meeting import Draft, talks_words
from streams.extraction.talks.places import PREPOSITIONS, Places, capitals, is_wide, regions
from streams.extraction.talks.triggers import is_in_dateline, is_meeting_word
from streams.records import EntityKind

__all__ = ["Locations"]


AFTER = frozenset({"after", "following"})


class Locations:
    """Finds where the meetings of one article are."""

    def __init__(self, context: ArticleContext, places: Places, belonging: Belonging) -> None:
        self._context = context
        self._places = places
        self._belonging = belonging
        self._lexicon = talks_words()
        self._islands = frozenset(self._lexicon["nouns"]["islands"])
        self._motion = frozenset(self._lexicon["verbs"]["motion"])
        self._sending = frozenset(self._lexicon["verbs"]["sending"])
        self._received = frozenset(self._lexicon["verbs"]["receive"])
        self._said = frozenset(words("speech")["verbs"]["say"])

    def of(self, draft: Draft) -> Mention | None:
        """`Geneva talks`, `met in the Turkish city of Izmir`, `flew to Accra for talks`."""
        return (
            self._of_modifiers(draft)
            or self._of_destination(draft)
            or self._of_prepositions(draft)
            or self._of_unknown_place(draft)
            or self._of_motion(draft)
            or self._of_place_before(draft)
            or self._of_there(draft)
            or self._only_place(draft)
            or self._of_dateline(draft)
        )

    def _of_destination(self, draft: Draft) -> Mention | None:
        """`a trip to Oslo`, `welcomed him to Lima`."""
        if draft.word not in (*self._lexicon["nouns"]["visit"], *self._lexicon["verbs"]["receive"]):
            return None
        places = (m for head in syntax.adjuncts(draft.node, "to") if (m := self._context.mentions.at(head.i)))
        return next((m for m in places if self._places.can_be(m)), None)

    def _of_dateline(self, draft: Draft) -> Mention | None:
        """`met here on Monday`, `met in this border town`: where the report was written."""
        nodes = [*draft.nouns, *draft.inner_verbs, *self._belonging.telling_verbs(draft)]
        is_here = any(c.lower_ == "here" and c.dep_ in ("advmod", "pcomp", "pobj") for node in nodes for c in node.children)
        if not is_here and not any(self._places.is_this(head) for node in nodes for head in syntax.adjuncts(node, *PREPOSITIONS)):
            return None
        return self._places.written_at()

    def _of_there(self, draft: Draft) -> Mention | None:
        """`Both agreed to a third round, in Lima. Talks on fish follow there on Monday`: the town told of last, in the sentence before."""
        nodes = [*draft.nouns, *draft.inner_verbs, *self._belonging.telling_verbs(draft)]
        there = next((c for node in nodes for c in node.children if c.lower_ == "there" and c.dep_ == "advmod"), None)
        if there is None:
            return None
        begin = self._context.reading.sentences[max(0, self._context.reading.sentence_index(there) - 1)].start
        before = (m for i in range(there.i - 1, begin - 1, -1) if (m := self._context.mentions.at(i)))
        return next((m for m in before if self._places.can_be(m) and self._places.preposition_of(m) is not None), None)

    def _of_modifiers(self, draft: Draft) -> Mention | None:
        for noun in draft.nouns:
            phrase = syntax.noun_phrase(noun)
            for i in phrase:
                mention = self._context.mentions.at(i)
                if mention is None or not (mention.kind is EntityKind.PLACE or mention.form is Form.CAPITAL):
                    continue
                if mention.name in regions():
                    # "Kashmir talks" are about it.
                    continue
                doc = noun.doc
                # "Crimea Platform summit" is a name; "Geneva peace talks" are in Geneva.
                between = [doc[j] for j in range(mention.end, noun.i)]
                is_name = any(t.text[:1].isupper() and not is_meeting_word(t) for t in between)
                is_joined = doc[mention.first - 1].text in ("-", "/") or (mention.end < len(doc) and doc[mention.end].text in ("-", "/"))
                is_owner = mention.end < len(doc) and doc[mention.end].lower_ in ("'s", "’s", "'", "’")
                if not is_name and not is_joined and not is_owner:
                    return mention
        return None

    def _of_prepositions(self, draft: Draft) -> Mention | None:
        # "At talks with them he discussed the war in Mali": no place of the talks.
        reviewing = self._lexicon["offers"]["reviewing"]
        verbs = [
            v
            for v in (*self._belonging.telling_verbs(draft), *self._belonging.said_during(draft))
            if v.lemma_.lower() not in reviewing or v == draft.node
        ]
        nodes = [*draft.nouns, *draft.inner_verbs, *verbs, *time_of(draft)]
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        found: list[tuple[int, int, int, Mention]] = []
        last: Mention | None = None
        for i in range(sentence.start, sentence.end):
            mention = self._context.mentions.at(i)
            if mention is None or mention is last:
                continue
            last = mention
            # The capital of a union is of no state: Brussels.
            if not self._places.can_be(mention) and mention.form is not Form.CAPITAL:
                continue
            anchor = self._anchor(self._places.root_of(mention), nodes)
            if anchor is not None:
                is_country = mention.kind is EntityKind.STATE and mention.form is Form.NAME
                # "The Black Sea resort of Sochi": Sochi, which stands behind.
                is_modifier = self._places.root_of(mention).dep_ in ("compound", "nmod", "poss", "amod")
                found.append((anchor, int(is_country) + 2 * int(is_modifier), i, mention))
        return min(found, key=lambda f: f[:3])[3] if found else None

    def _of_unknown_place(self, draft: Draft) -> Mention | None:
        """`met in Zarqumbe`, `at the Yildiz pavilion`: a place that stands in no gazetteer, where it hangs on the meeting itself."""
        nodes = [*draft.nouns, *draft.inner_verbs, *self._belonging.telling_verbs(draft)]
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        found = [
            (anchor, name) for t in sentence if (name := self._places.unknown_at(t)) and (anchor := self._anchor(t, nodes)) is not None
        ]
        return min(found, key=lambda f: f[0])[1] if found else None

    def _anchor(self, place: Token, nodes: list[Token]) -> int | None:
        """Which of the nodes a place hangs on, by `in` or `at` and through nothing but people, places and meetings."""
        doc = self._context.reading.doc
        if place.dep_ not in ("pobj", "appos", "conj", "compound", "nmod", "npadvmod"):
            return None
        node, seen_preposition = place, False
        while node.head != node:
            if node.dep_ == "pobj" and (node.head.lower_ in PREPOSITIONS or self._is_on_island(node)):
                seen_preposition = True
            head = node.head
            if seen_preposition and head in nodes:
                return nodes.index(head)
            if head.pos_ in ("VERB", "AUX"):
                return None
            # "The envoy for peace in Mali": the parser hangs it on the envoy.
            of_title = node.nbor(-1) if seen_preposition and node.dep_ == "prep" and self._context.cast.one(head) else head
            if seen_preposition and (self._is_home_of(place, head) or any(self._is_land_of_deal(place, n) for n in (head, of_title))):
                return None
            names_place = head.lemma_.lower() in self._places.houses or self._context.mentions.at(
                head.i, EntityKind.PLACE, EntityKind.STATE
            )
            if head.pos_ in ("NOUN", "PROPN") and not seen_preposition and not names_place:
                return None
            if head.pos_ in ("NOUN", "PROPN") and seen_preposition and not self._belonging.is_transparent(head):
                return None
            node = head
        return None if not (seen_preposition and doc[node.i] in nodes) else nodes.index(node)

    def _is_on_island(self, place: Token) -> bool:
        """`met on Crete`, `on the island of Crete`."""
        mention = self._context.mentions.at(place.i)
        is_island = mention is not None and mention.name in self._islands
        return place.head.lower_ == "on" and (is_island or place.lower_ == "island")

    def _is_home_of(self, place: Token, noun: Token) -> bool:
        """`the warring sides in Mali`, `the government in Accra`: where they are from; a town behind sides is where they meet."""
        mention = self._context.mentions.at(place.i)
        if mention is not None and mention.kind is EntityKind.STATE and noun.lower_ in self._lexicon["groups"]["ruling"]:
            return True
        is_land = mention is not None and (mention.form is Form.NAME or mention.name in regions())
        return is_land and noun.lower_ in self._lexicon["groups"]["rivals"]

    def _is_land_of_deal(self, place: Token, noun: Token) -> bool:
        """`talks on a truce in Mali`: where the war is."""
        mention = self._context.mentions.at(place.i)
        is_land = mention is not None and (mention.form is Form.NAME or mention.name in regions())
        return is_land and noun.lemma_.lower() in self._lexicon["nouns"]["outcome"]

    def _of_motion(self, draft: Draft) -> Mention | None:
        """`is coming to London for the meeting`, `visited Lima for talks`."""
        moving = self._lexicon["verbs"]["moving"]
        for verb in (*draft.verbs, *(v for v in draft.inner_verbs if v.lemma_.lower() in moving)):
            if verb.lemma_.lower() in self._received | self._sending or verb.lemma_.lower() in moving:
                heads = syntax.adjuncts(verb, "to")
            elif verb.lemma_.lower() in self._motion:
                heads = [*syntax.adjuncts(verb, "to", "in", "at", "into"), *syntax.objects(verb)]
                heads.extend(syntax.adjuncts(verb, "for") if verb.lemma_ in ("leave", "depart", "head") else [])
                # "Returned from Lima after talks with".
                heads = syntax.adjuncts(verb, "from") if verb.lemma_ == "return" and is_beside(draft, AFTER) else heads
            elif draft.node.dep_ == "pcomp" and any(o.lemma_.lower() in self._lexicon["nouns"]["visit"] for o in syntax.objects(verb)):
                # "Wrapped up a visit to Lima after meeting them".
                heads = [h for o in syntax.objects(verb) for h in syntax.adjuncts(o, "to", "in")]
            elif verb.dep_ == "conj" and verb.head.lemma_.lower() in self._motion and verb.tag_ == verb.head.tag_:
                # "Travelled to Lima and held talks".
                heads = [*syntax.adjuncts(verb.head, "to", "in"), *(syntax.objects(verb.head) if verb.head.lemma_ == "visit" else [])]
            elif any(o.lemma_ in ("delegation", "team") for o in syntax.objects(verb)):
                heads = [h for o in (verb, *syntax.objects(verb)) for h in syntax.adjuncts(o, "to")]
            else:
                continue
            for head in (h for h in heads if not is_meeting_word(h)):
                for token in (head, *head.children, *(c for h in head.children for c in h.children)):
                    mention = self._context.mentions.at(token.i)
                    if mention and (mention.kind is EntityKind.PLACE or mention.form in (Form.NAME, Form.CAPITAL)) and not is_wide(mention):
                        return mention
        return None

    def _of_place_before(self, draft: Draft) -> Mention | None:
        """`visited Lima, where he met them`: the place that the clause hangs on."""
        for verb in draft.verbs[:2] or [draft.node]:
            where = next((c for c in verb.children if c.lower_ == "where" and c.dep_ == "advmod"), None)
            if where is not None and verb.dep_ == "relcl":
                mention = self._context.mentions.at(verb.head.i)
                if mention is not None and self._places.can_be(mention):
                    return mention
                return self._before_the_day(where)
        return None

    def _before_the_day(self, where: Token) -> Mention | None:
        """`was in Lima on Monday, where he met them`, `paid a visit to Peru last week, where`: the place before the day."""
        i, visits = where.i - 1, self._lexicon["nouns"]["visit"]
        # "Is in Lima for a two-day state visit, where".
        visit = next((n for n in (where.head.head, where.doc[i], where.doc[i - 1]) if n.lemma_.lower() in visits), None)
        passed = {*(syntax.noun_phrase(visit) if visit is not None else ())}
        while i > where.sent.start and (
            i in passed or where.doc[i].ent_type_ in ("DATE", "TIME") or where.doc[i].lower_ in (",", "on", "in", "at", "for")
        ):
            i -= 1
        mention = self._context.mentions.at(i)
        is_to = mention is not None and where.doc[mention.first - 1].lower_ in (*PREPOSITIONS, "to")
        return mention if mention is not None and is_to and self._places.can_be(mention) else None

    def _only_place(self, draft: Draft) -> Mention | None:
        """The one place of a sentence that tells of one meeting, wherever the parser hung it; not `the war in Mali`."""
        doc = self._context.reading.doc
        found: dict[str, Mention] = {}
        if draft.word in self._lexicon["nouns"]["phone"]:
            return None
        for i in self._belonging.sentence_around(draft):
            mention = self._context.mentions.at(i)
            if mention is None or mention.first != i or not self._places.can_be(mention) or is_in_dateline(doc[i]):
                continue
            before = self._places.preposition_of(mention)
            verb = syntax.governing_verb(before) if before is not None else None
            if verb is not None and is_of_noun_before(verb, draft):
                continue
            if before is not None and before.dep_ == "prep" and self._is_land_of_deal(self._places.root_of(mention), before.head):
                # "A deal between Ghana and the rebels in Mali": where the war is.
                continue
            if (
                verb is not None
                and verb.lemma_.lower() in self._said
                and verb.i > draft.node.i
                and verb not in self._belonging.telling_verbs(draft)
            ):
                # "They negotiate, reports our correspondent in Lima", "they will meet, the office in Lima announced".
                continue
            if verb not in self._belonging.telling_verbs(draft) and (
                i < draft.node.i or (verb is not None and verb.lemma_.lower() in self._motion)
            ):
                # "Met him after a stop in Lima", "met him two days after visiting Togo's envoy in Lima".
                continue
            if before is not None and before.i and self._belonging.may_precede(doc[before.i - 1], draft):
                found.setdefault(mention.name, mention)
        if not found:
            return self._some_capital(draft)
        return next(iter(found.values())) if len(found) == 1 else None

    def _some_capital(self, draft: Draft) -> Mention | None:
        """`in the Venezuelan capital`, which is not named; `in the Turkish city`, of which was told."""
        doc = self._context.reading.doc
        for i in self._belonging.sentence_around(draft):
            word = doc[i + 1 : i + 2].text
            state = self._context.mentions.at(i, EntityKind.STATE) if word in self._places.nouns else None
            before = self._places.preposition_of(state) if state is not None else None
            if state is None or before is None or not before.i or not self._belonging.may_precede(doc[before.i - 1], draft):
                continue
            if word == "capital":
                name = capitals().get(state.country or "", state.name)
                return replace(state, kind=EntityKind.PLACE, form=Form.NAME, name=name, end=i + 2)
            told = [m for m in self._context.mentions if m.kind is EntityKind.PLACE and m.country == state.country and m.first < i]
            if told:
                return told[-1]
        return None
