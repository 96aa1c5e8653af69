"""Where and when."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, TimeMention
from streams.extraction.factuality import Governor
from streams.extraction.lexicon import table, words
from streams.extraction.mentions import Form, Mention
from streams.extraction.talks.meeting import Draft, talks_words
from streams.extraction.talks.triggers import is_in_dateline, is_meeting_word, is_venue, ordinal_of
from streams.records import EntityKind, Grain

__all__ = ["Particulars"]

PLACE_PREPOSITIONS = ("in", "at", "outside", "near")
PLACE_ENTITIES = frozenset({"GPE", "LOC", "FAC"})
"""What the recogniser takes a place for."""
SIDELINES = frozenset({"sideline", "margin", "fringe"})
AHEAD = frozenset({"ahead", "advance", "before"})
OTHER_TIME = frozenset({"since", "after", "before", "following", "until", "over", "about", "on", "amid", "despite"})
"""What stands behind one of these is another event, with a day of its own."""


class Particulars:
    """Finds what tells one meeting from another."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._lexicon = talks_words()
        self._place_nouns = frozenset(self._lexicon["nouns"]["place"])
        self._islands = frozenset(self._lexicon["nouns"]["islands"])
        self._seats = frozenset(self._lexicon["nouns"]["seat"])
        self._motion = frozenset(self._lexicon["verbs"]["motion"])
        self._sending = frozenset(self._lexicon["verbs"]["sending"])
        self._met = frozenset(self._lexicon["verbs"]["meet"])
        self._received = frozenset(self._lexicon["verbs"]["receive"])
        self._said = frozenset(words("speech")["verbs"]["say"])
        self._together = frozenset(word for needed in self._lexicon["verbs"]["together"].values() for word in needed)
        self._times: dict[int, list[TimeMention]] = {}
        for time in context.time_mentions:
            self._times.setdefault(context.reading.sentence_index(time.root), []).append(time)

    # Where -------------------------------------------------------------------------------------------------------------------------

    def location(self, draft: Draft) -> Mention | None:
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
        return next((m for m in places if self._can_be_place(m)), None)

    def _of_dateline(self, draft: Draft) -> Mention | None:
        """`met here on Monday`, `met in this border town`: where the report was written."""
        nodes = [*draft.nouns, *draft.inner_verbs, *self._telling_verbs(draft)]
        is_here = any(c.lower_ == "here" and c.dep_ in ("advmod", "pcomp", "pobj") for node in nodes for c in node.children)
        if not is_here and not any(self._is_this_place(head) for node in nodes for head in syntax.adjuncts(node, *PLACE_PREPOSITIONS)):
            return None
        return self._written_at()

    def _written_at(self) -> Mention | None:
        """`Lome` of `LOME, Togo (Reuters) - …`."""
        doc = self._context.reading.doc
        end = next((t.i for t in doc if not t.text.isupper()), len(doc))
        if not end or not is_in_dateline(doc[0]):
            return None
        name = doc[:end].text.title()
        lands = (m for i in range(end, min(end + 2, len(doc))) if (m := self._context.mentions.at(i, EntityKind.STATE)))
        by_capital = {capital: country for country, capital in _capitals().items()}
        return Mention(EntityKind.PLACE, Form.NAME, name, 0, end, next((m.country for m in lands), by_capital.get(name)))

    def _is_this_place(self, noun: Token) -> bool:
        """`in this border town`, `at the headquarters in this town`."""
        inner = [noun, *syntax.adjuncts(noun, "in")]
        return any(n.lemma_.lower() in self._place_nouns and any(c.lower_ == "this" for c in n.children) for n in inner)

    def _of_there(self, draft: Draft) -> Mention | None:
        """`Both agreed to a third round, in Lima. Talks on fish follow there on Monday`: the town told of last, in the sentence before."""
        nodes = [*draft.nouns, *draft.inner_verbs, *self._telling_verbs(draft)]
        there = next((c for node in nodes for c in node.children if c.lower_ == "there" and c.dep_ == "advmod"), None)
        if there is None:
            return None
        begin = self._context.reading.sentences[max(0, self._context.reading.sentence_index(there) - 1)].start
        before = (m for i in range(there.i - 1, begin - 1, -1) if (m := self._context.mentions.at(i)))
        return next((m for m in before if self._can_be_place(m) and self._place_preposition(m) is not None), None)

    def place_within(self, first: int, end: int) -> Mention | None:
        """The first place that stands between two tokens."""
        mentions = (m for i in range(first, end) if (m := self._context.mentions.at(i)))
        return next((m for m in mentions if self._can_be_place(m)), None)

    def ends_place_or_day(self, i: int) -> bool:
        """Whether a place or a day stands right before a token."""
        mention = self._context.mentions.at(i - 1)
        is_place = mention is not None and self._can_be_place(mention)
        return is_place or any(t.end == i for t in self._times.get(self._context.reading.sentence_index(self._context.reading.doc[i]), []))

    def told_behind(self, i: int) -> tuple[Mention | None, TimeMention | None]:
        """Place and day of `in Lima on Monday`, which begins at a token."""
        place, day, _ = self.stop_at(i)
        return place, day

    def stop_at(self, i: int) -> tuple[Mention | None, TimeMention | None, int]:
        """Place and day of `in Lima on Monday`, which begins at a token, and the token behind them."""
        doc = self._context.reading.doc
        place, day, behind = None, None, i
        times = self._times.get(self._context.reading.sentence_index(doc[i]), []) if i < len(doc) else []
        while i < len(doc):
            i += doc[i].lower_ in (*PLACE_PREPOSITIONS, "on", "from")
            mention = self._context.mentions.at(i) if i < len(doc) else None
            time = next((t for t in times if t.first in (i, i - 1)), None)
            if time is not None and day is None:
                day, i = time, time.end
            elif mention is not None and place is None and self._can_be_place(mention) and doc[i - 1].lower_ in PLACE_PREPOSITIONS:
                place, i = mention, mention.end
            else:
                break
            behind = i
        return place, day, behind

    def land_of(self, host: Party, draft: Draft) -> Mention | None:
        """`would host talks`: they would be in the host's country."""
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        told = [m for i in sentence if (m := self._context.mentions.at(i.i, EntityKind.STATE)) and m.country == host.country]
        # "Oslo will host the next round".
        capital = next((m for m in told if m.form is Form.CAPITAL and m.first == host.first), None)
        return capital or next((m for m in told if m.form in (Form.NAME, Form.DEMONYM)), None)

    def day_behind(self, verb: Token, *prepositions: str) -> TimeMention | None:
        """The day of `until Friday` behind a verb."""
        times = self._times.get(self._context.reading.sentence_index(verb), [])
        doc = self._context.reading.doc
        days = (t for t in times if t.first > verb.i + 1 and doc[t.first - 1].lower_ in prepositions and t.found.grain is Grain.DAY)
        day = next((t for t in days if syntax.governing_verb(doc[t.first - 1]) == verb), None)
        return replace(day, found=day.found.by_itself()) if day is not None else None

    def _of_modifiers(self, draft: Draft) -> Mention | None:
        for noun in draft.nouns:
            phrase = syntax.noun_phrase(noun)
            for i in phrase:
                mention = self._context.mentions.at(i)
                if mention is None or not (mention.kind is EntityKind.PLACE or mention.form is Form.CAPITAL):
                    continue
                if mention.name in _regions():
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
        verbs = [v for v in (*self._telling_verbs(draft), *self._said_during(draft)) if v.lemma_.lower() not in reviewing]
        nodes = [*draft.nouns, *draft.inner_verbs, *verbs, *_time_of(draft)]
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        found: list[tuple[int, int, int, Mention]] = []
        last: Mention | None = None
        for i in range(sentence.start, sentence.end):
            mention = self._context.mentions.at(i)
            if mention is None or mention is last:
                continue
            last = mention
            # The capital of a union is of no state: Brussels.
            if not self._can_be_place(mention) and mention.form is not Form.CAPITAL:
                continue
            anchor = self._anchor(self._root_of(mention), nodes)
            if anchor is not None:
                is_country = mention.kind is EntityKind.STATE and mention.form is Form.NAME
                # "The Black Sea resort of Sochi": Sochi, which stands behind.
                is_modifier = self._root_of(mention).dep_ in ("compound", "nmod", "poss", "amod")
                found.append((anchor, int(is_country) + 2 * int(is_modifier), i, mention))
        return min(found, key=lambda f: f[:3])[3] if found else None

    def _of_unknown_place(self, draft: Draft) -> Mention | None:
        """`met in Zarqumbe`, `at the Yildiz pavilion`: a place that stands in no gazetteer, where it hangs on the meeting itself."""
        nodes = [*draft.nouns, *draft.inner_verbs, *self._telling_verbs(draft)]
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        found = [(anchor, name) for t in sentence if (name := self._unknown_place(t)) and (anchor := self._anchor(t, nodes)) is not None]
        return min(found, key=lambda f: f[0])[1] if found else None

    def _unknown_place(self, token: Token) -> Mention | None:
        if token.dep_ != "pobj" or token.head.lower_ not in (*PLACE_PREPOSITIONS, "of") or self._context.mentions.at(token.i):
            return None
        names = [c.i for c in token.lefts if c.dep_ == "compound" and c.pos_ == "PROPN"]
        first = min([token.i, *names])
        is_house = token.lemma_.lower() in (*self._place_nouns, *self._lexicon["nouns"]["venue"]) and first < token.i
        is_town = token.pos_ == "PROPN" and token.ent_type_ in PLACE_ENTITIES
        # "At the Harbour Security Forum": no place.
        is_event = is_meeting_word(token) or token.lemma_.lower() in self._lexicon["nouns"]["body"]
        if is_event or not (is_house or is_town) or any(self._context.mentions.at(i) for i in range(first, token.i)):
            return None
        name = token.doc[first : token.i + 1].text
        return Mention(EntityKind.PLACE, Form.NAME, name, first, token.i + 1)

    def _root_of(self, mention: Mention) -> Token:
        doc = self._context.reading.doc
        tokens = range(mention.first, mention.end)
        return next((doc[i] for i in tokens if doc[i].head.i not in tokens), doc[mention.first])

    def _anchor(self, place: Token, nodes: list[Token]) -> int | None:
        """Which of the nodes a place hangs on, by `in` or `at` and through nothing but people, places and meetings."""
        doc = self._context.reading.doc
        if place.dep_ not in ("pobj", "appos", "conj", "compound", "nmod", "npadvmod"):
            return None
        node, seen_preposition = place, False
        while node.head != node:
            if node.dep_ == "pobj" and (node.head.lower_ in PLACE_PREPOSITIONS or self._is_on_island(node)):
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
            names_place = head.lemma_.lower() in self._place_nouns or self._context.mentions.at(head.i, EntityKind.PLACE, EntityKind.STATE)
            if head.pos_ in ("NOUN", "PROPN") and not seen_preposition and not names_place:
                return None
            if head.pos_ in ("NOUN", "PROPN") and seen_preposition and not self._is_transparent(head):
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
        is_land = mention is not None and (mention.form is Form.NAME or mention.name in _regions())
        return is_land and noun.lower_ in self._lexicon["groups"]["rivals"]

    def _is_land_of_deal(self, place: Token, noun: Token) -> bool:
        """`talks on a truce in Mali`: where the war is."""
        mention = self._context.mentions.at(place.i)
        is_land = mention is not None and (mention.form is Form.NAME or mention.name in _regions())
        return is_land and noun.lemma_.lower() in self._lexicon["nouns"]["outcome"]

    def _is_transparent(self, noun: Token) -> bool:
        """People, states and dates: what stands behind them may belong to the meeting that they are named for."""
        if is_meeting_word(noun):
            if is_venue(noun):
                return True
            return any(node.lemma_.lower() in SIDELINES for node in syntax.chain(noun))
        lemma = noun.lemma_.lower()
        if (
            lemma in SIDELINES
            or lemma in self._place_nouns
            or lemma in self._lexicon["nouns"]["venue"]
            or lemma in self._lexicon["nouns"]["outcome"]
            or noun.ent_type_ in ("DATE", "TIME")
            or lemma in ("date", "deadline", "day", "time")
            or lemma in self._together
            or lemma in self._lexicon["roles"]["mediator_nouns"]
            or (lemma == "place" and noun.head.lemma_ == "take")
        ):
            return True
        if self._context.mentions.at(noun.i) or self._context.cast.is_person(noun):
            return True
        if lemma in self._lexicon["nouns"]["body"] and any(c.lower_ == "their" for c in noun.children):
            # "Reconvene their committee in Lima".
            return True
        return lemma in self._lexicon["groups"]["words"] or bool(self._context.cast.one(noun))

    def _of_motion(self, draft: Draft) -> Mention | None:
        """`is coming to London for the meeting`, `visited Lima for talks`."""
        moving = self._lexicon["verbs"]["moving"]
        for verb in (*draft.verbs, *(v for v in draft.inner_verbs if v.lemma_.lower() in moving)):
            if verb.lemma_.lower() in self._received | self._sending or verb.lemma_.lower() in moving:
                heads = syntax.adjuncts(verb, "to")
            elif verb.lemma_.lower() in self._motion:
                heads = [*syntax.adjuncts(verb, "to", "in", "at"), *syntax.objects(verb)]
                heads.extend(syntax.adjuncts(verb, "for") if verb.lemma_ in ("leave", "depart", "head") else [])
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
                    if (
                        mention
                        and (mention.kind is EntityKind.PLACE or mention.form in (Form.NAME, Form.CAPITAL))
                        and not _is_wide(mention)
                    ):
                        return mention
        return None

    def _of_place_before(self, draft: Draft) -> Mention | None:
        """`visited Lima, where he met them`: the place that the clause hangs on."""
        for verb in draft.verbs[:2] or [draft.node]:
            where = next((c for c in verb.children if c.lower_ == "where" and c.dep_ == "advmod"), None)
            if where is not None and verb.dep_ == "relcl":
                mention = self._context.mentions.at(verb.head.i)
                return mention if mention is not None and self._can_be_place(mention) else None
        return None

    def _only_place(self, draft: Draft) -> Mention | None:
        """The one place of a sentence that tells of one meeting, wherever the parser hung it; not `the war in Mali`."""
        doc = self._context.reading.doc
        found: dict[str, Mention] = {}
        if draft.word in self._lexicon["nouns"]["phone"]:
            return None
        for i in self._sentence_around(draft):
            mention = self._context.mentions.at(i)
            if mention is None or mention.first != i or not self._can_be_place(mention) or is_in_dateline(doc[i]):
                continue
            before = self._place_preposition(mention)
            verb = syntax.governing_verb(before) if before is not None else None
            if verb is not None and _is_of_noun_before(verb, draft):
                continue
            if verb is not None and verb.lemma_.lower() in self._said and verb.i > draft.node.i and verb not in self._telling_verbs(draft):
                # "They negotiate, reports our correspondent in Lima", "they will meet, the office in Lima announced".
                continue
            if verb not in self._telling_verbs(draft) and (i < draft.node.i or (verb is not None and verb.lemma_.lower() in self._motion)):
                # "Met him after a stop in Lima", "met him two days after visiting Togo's envoy in Lima".
                continue
            if before is not None and before.i and self._may_precede(doc[before.i - 1], draft):
                found.setdefault(mention.name, mention)
        if not found:
            return self._some_capital(draft)
        return next(iter(found.values())) if len(found) == 1 else None

    def _some_capital(self, draft: Draft) -> Mention | None:
        """`in the Venezuelan capital`, which is not named; `in the Turkish city`, of which was told."""
        doc = self._context.reading.doc
        for i in self._sentence_around(draft):
            word = doc[i + 1 : i + 2].text
            state = self._context.mentions.at(i, EntityKind.STATE) if word in self._place_nouns else None
            before = self._place_preposition(state) if state is not None else None
            if state is None or before is None or not before.i or not self._may_precede(doc[before.i - 1], draft):
                continue
            if word == "capital":
                name = _capitals().get(state.country or "", state.name)
                return replace(state, kind=EntityKind.PLACE, form=Form.NAME, name=name, end=i + 2)
            told = [m for m in self._context.mentions if m.kind is EntityKind.PLACE and m.country == state.country and m.first < i]
            if told:
                return told[-1]
        return None

    def _can_be_place(self, mention: Mention) -> bool:
        if _is_wide(mention) or self._is_owner(mention):
            return False
        is_state = mention.kind is EntityKind.STATE and mention.form in (Form.CAPITAL, Form.NAME)
        return mention.kind is EntityKind.PLACE or is_state or self._is_seat(mention)

    def _is_owner(self, mention: Mention) -> bool:
        """`at the U.S. Chamber of Commerce`, `in the U.S. Government`: whose it is, and not where."""
        head = self._root_of(mention).head
        is_before = self._root_of(mention).dep_ in ("compound", "nmod", "amod") and head.i >= mention.end and head.pos_ in ("NOUN", "PROPN")
        is_name = mention.kind is EntityKind.STATE and mention.form is Form.NAME
        return is_before and is_name and not self._context.mentions.at(head.i) and head.lemma_.lower() not in self._place_nouns

    def _is_seat(self, mention: Mention) -> bool:
        """`at the White House`: a government's house stands for it, and is a place too."""
        name = self._context.reading.doc[mention.first : mention.end].text.casefold()
        return mention.form is Form.SEAT and name.removeprefix("the ") in self._seats

    def _place_preposition(self, mention: Mention) -> Token | None:
        """`in` of `in the Qatari capital, Doha`."""
        doc = self._context.reading.doc
        for i in range(mention.first - 1, max(mention.first - 7, -1), -1):
            token = doc[i]
            if token.lower_ in PLACE_PREPOSITIONS:
                return token
            known = (
                self._context.mentions.at(i) or token.lemma_.lower() in self._place_nouns or token.pos_ in ("DET", "ADJ", "PUNCT", "PART")
            )
            if not known and token.lower_ not in ("of", "capital", "neighbouring", "neighboring"):
                return None
        return None

    def _may_precede(self, token: Token, draft: Draft) -> bool:
        """Whether what stands before `in Oslo` or `on Monday` lets it belong to the meeting."""
        lemma = token.lemma_.lower()
        if token in draft.nouns or token in draft.verbs or is_meeting_word(token):
            return True
        if token.pos_ in ("VERB", "AUX"):
            return self._lexicon["by_verb"].get(lemma) in ("HOLD", "ONGOING", "SUSPENDED", "POSTPONED")
        if token.tag_ == "VBG" and token not in draft.verbs:
            return False
        in_time = any(t.first <= token.i < t.end for t in self._times.get(self._context.reading.sentence_index(token), []))
        if lemma in self._lexicon["nouns"]["outcome"]:
            return False
        if self._is_topic(token, draft):
            return True
        return in_time or self._is_transparent(token) or token.pos_ in ("ADV", "PUNCT")

    def _is_topic(self, token: Token, draft: Draft) -> bool:
        """`talks on trade in Lima`: where they are; `talks on the protests in Lima` may be anywhere."""
        nouns = self._lexicon["nouns"]
        if token.pos_ != "NOUN" or token.lemma_.lower() in (*self._lexicon["groups"]["conflicts"], *nouns["outcome"], *nouns["local"]):
            return False
        behind = token.doc[token.i + 2 : token.i + 3]
        mention = self._context.mentions.at(behind[0].i) if len(behind) else None
        is_town = mention is not None and (
            mention.form is Form.CAPITAL or (mention.kind is EntityKind.PLACE and mention.name not in _regions())
        )
        topics = [about for noun in draft.nouns for about in syntax.adjuncts(noun, "on", "about", "over")]
        return is_town and any(token == topic or token in topic.children for topic in topics)

    def _sentence_around(self, draft: Draft) -> range:
        """The tokens of the sentence where it tells of no other meeting; none where it does."""
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        verbs = {*self._lexicon["verbs"]["meet"], *self._lexicon["roles"]["mediate"], "bring"}
        for token in sentence:
            own = token in draft.nouns or token in draft.verbs or token == draft.node
            is_numbered = ordinal_of(token.lower_) is not None and token.dep_ in syntax.SUBJECT
            is_other = is_numbered or is_meeting_word(token) or (token.pos_ == "VERB" and token.lemma_.lower() in verbs)
            if is_other and not own and token.dep_ not in ("compound", "amod", "nmod"):
                return range(0)
        return range(sentence.start, sentence.end)

    def _telling_verbs(self, draft: Draft) -> list[Token]:
        """The verbs whose day and place are those of the meeting: not `the talks come as ministers met last month`."""
        if draft.node.dep_ in syntax.SUBJECT and draft.verbs and draft.verbs[0].lemma_.lower() in self._motion:
            return draft.verbs[1:]
        is_beside = bool(draft.nouns and draft.verbs) and _is_beside(draft, AHEAD | {"after", "following"})
        if is_beside and (draft.verbs[0].lemma_.lower() in self._met or any(is_meeting_word(o) for o in syntax.objects(draft.verbs[0]))):
            # "Met him in Lima in advance of the summit", "held talks on Monday, a day after a first round in Oslo".
            return draft.verbs[1:]
        return draft.verbs

    def _is_reviewed(self, draft: Draft) -> bool:
        """`will welcome him on Monday to discuss the summit`: the day and place of the talk about it."""
        verb = draft.verbs[0] if draft.verbs and draft.node.dep_ == "dobj" else None
        return verb is not None and verb.lemma_.lower() in self._lexicon["offers"]["reviewing"]

    @staticmethod
    def _said_during(draft: Draft) -> list[Token]:
        """`said on Tuesday in Lima after talks with`: the day and place of what was said are those of the meeting."""
        for noun in draft.nouns[:1]:
            if noun.dep_ == "pobj" and noun.head.lower_ in ("during", "after", "following", "at", "in") and noun.head.head.pos_ == "VERB":
                verb = noun.head.head
                is_of_else = verb.lemma_.lower() in (*talks_words()["verbs"]["motion"], *talks_words()["verbs"]["meet"])
                is_of_else = is_of_else or any(is_meeting_word(o) for o in syntax.objects(verb))
                return [] if is_of_else else [verb]
        return []

    # When --------------------------------------------------------------------------------------------------------------------------

    def date(self, draft: Draft) -> TimeMention | None:
        """The expression of time nearest to what names the meeting."""
        is_ahead = _is_beside(draft, AHEAD)
        # "Arrived on Tuesday ahead of talks": they are on another day.
        verbs = [] if is_ahead else [*self._telling_verbs(draft), *self._said_during(draft)]
        nodes = [*draft.nouns, *draft.inner_verbs, *verbs]
        times = self._times.get(self._context.reading.sentence_index(draft.node), [])
        times = [t for t in times if not is_in_dateline(self._context.reading.doc[t.first]) and not self._is_of_decision(t, draft)]
        if self._is_reviewed(draft):
            times = [t for t in times if t.first >= syntax.noun_phrase(draft.node).start]
        ranked = [(anchor, t.first, t) for t in times if (anchor := self._hangs_on(t, nodes)) is not None and self._tells_the_day(t, draft)]
        if ranked:
            return self._new_day([t for *_, t in ranked], draft) or min(ranked, key=lambda r: r[:2])[2]
        # The sentence may be cut behind the colon.
        cut = self._times.get(self._context.reading.sentence_index(draft.node) - 1, [])
        cut = [t for t in cut if t.end + 1 == draft.node.sent.start]
        if (entry := next((t for t in (*times, *cut) if self.is_of_entry(t)), None)) is not None:
            return entry
        return self._day_before(draft, times) or (None if is_ahead else self._only_day(draft, times))

    def is_of_entry(self, time: TimeMention) -> bool:
        """`11 August 2020: Envoys meet in Lima`: the day of an entry in a calendar."""
        doc = self._context.reading.doc
        before = doc[doc[time.first].sent.start : time.first]
        return all(t.is_punct or t.is_space for t in before) and time.end < len(doc) and doc[time.end].text == ":"

    @staticmethod
    def _day_before(draft: Draft, times: list[TimeMention]) -> TimeMention | None:
        """`in December, when its members gather`: the day that the clause hangs on."""
        for verb in draft.verbs[:1] or [draft.node]:
            if verb.dep_ == "relcl" and any(c.lower_ == "when" for c in verb.children):
                return next((t for t in times if t.first <= verb.head.i < t.end), None)
        return None

    def _new_day(self, times: list[TimeMention], draft: Draft) -> TimeMention | None:
        """`moved from Monday to Friday`, `planned for May, was put off to June`: the day that it is moved to."""
        if len(times) < 2:
            return None
        doc = self._context.reading.doc
        statuses = [self._lexicon["by_verb"].get(Governor(verb, "").lemma) for verb in draft.verbs]
        is_moved = "POSTPONED" in statuses or any(f"{verb.lemma_.lower()} to" in self._lexicon["by_verb"] for verb in draft.verbs)
        is_moved = is_moved or any(t.first and doc[t.first - 1].lower_ == "from" for t in times)
        return next((t for t in times if is_moved and t.first and doc[t.first - 1].lower_ in ("to", "until", "till")), None)

    def _is_of_decision(self, time: TimeMention, draft: Draft) -> bool:
        """`called off on Monday`, `agreed on Friday to meet`: the day of that, and none of the talks; `put off to Friday` is theirs."""
        if time.found.grain is not Grain.DAY or self._is_of_clause_on_noun(time, draft):
            return False
        before = self._context.reading.doc[time.first - 1].lower_ if time.first else ""
        verb = next((n for n in syntax.chain(time.root) if n.pos_ in ("VERB", "AUX") or n in draft.nouns), None)
        own = (draft.node, *draft.nouns, *self._said_during(draft))
        if verb is not None and self._is_of_plan(verb, draft):
            return True
        if self._is_behind_place(time, draft) and verb in draft.verbs and verb.lemma_.lower() == "invite":
            return False
        if verb is None or verb in own or verb.tag_ not in ("VBD", "VBN") or before in ("for", "to", "until", "from", "by", "till"):
            return False
        status = self._lexicon["by_verb"].get(Governor(verb, "").lemma)
        is_planned = status in ("PROPOSED", "WISHED", "SCHEDULED") and not syntax.is_passive(verb)
        if is_planned and time.first > draft.node.i and self._is_still_ahead(time):
            # "Invited both to a session in Lima on May 22", told before that day.
            return False
        # "On Tuesday welcomed the talks".
        is_reaction = status == "REACTION" and time.first < draft.node.i
        return status in ("CANCELLED", "POSTPONED", "RULED_OUT") or is_planned or is_reaction

    def _is_behind_place(self, time: TimeMention, draft: Draft) -> bool:
        """`invited both to a session in Lome on 22 August`: the day of the session."""
        first = time.first - (time.first > 0 and self._context.reading.doc[time.first - 1].lower_ == "on")
        mention = self._context.mentions.at(first - 1) if first > draft.node.i + 1 else None
        return mention is not None and self._can_be_place(mention)

    def _is_still_ahead(self, time: TimeMention) -> bool:
        start, published = time.found.resolve(self._context.published).start, self._context.published
        return start is not None and published is not None and start > published

    @staticmethod
    def _is_of_clause_on_noun(time: TimeMention, draft: Draft) -> bool:
        """`the talks that were to be held in Lima on Friday have been postponed`: the parser may hang the day on the last verb."""
        helpers = [c.i for verb in draft.verbs[:1] for c in verb.children if c.dep_ in ("aux", "auxpass")]
        return bool(helpers) and any(inner.i < time.first < min(helpers) for inner in draft.inner_verbs)

    def _is_of_plan(self, verb: Token, draft: Draft) -> bool:
        """`went ahead on Monday with plans for talks`: the day of the planning."""
        between = [n for n in syntax.chain(draft.node) if n != draft.node and n.pos_ == "NOUN" and n.i > verb.i and verb in n.ancestors]
        return verb in draft.verbs and any(n.lemma_.lower() in ("plan", "preparation", "proposal") for n in between)

    def _only_day(self, draft: Draft, times: list[TimeMention]) -> TimeMention | None:
        """The one day of a sentence that tells of one meeting, wherever the parser hung it; not `said on Friday`."""
        around = self._sentence_around(draft)
        doc = self._context.reading.doc
        if len(times) != 1 or times[0].first not in around or doc[times[0].first].lower_ in OTHER_TIME:
            return None
        [time] = times
        verb = syntax.governing_verb(time.root)
        if verb is not None and verb not in draft.verbs and (self._tells_something_else(verb) or _is_of_noun_before(verb, draft)):
            return None
        before = doc[time.first - 1] if time.first > around.start else None
        if before is not None and before.lower_ in ("on", "in", "at", "from", "early", "late") and before.i > around.start:
            before = doc[before.i - 1]
        fits = before is None or (before.lower_ not in (*OTHER_TIME, "by", "until") and self._may_precede(before, draft))
        return time if fits and self._tells_the_day(time, draft) else None

    def _tells_something_else(self, verb: Token) -> bool:
        """`said on Friday that`, `will brief the council on Friday and`: the day of that."""
        return verb.lemma_.lower() in self._said or (
            any(c.dep_ == "dobj" for c in verb.children) and any(c.dep_ in syntax.SUBJECT for c in verb.children)
        )

    def _hangs_on(self, time: TimeMention, nodes: list[Token]) -> int | None:
        node = time.root
        while True:
            if node in nodes:
                return nodes.index(node)
            head = node.head
            if head == node:
                return None
            if head not in nodes and (head.pos_ in ("VERB", "AUX") or (is_meeting_word(head) and not is_venue(head))):
                # "when its ally attacked last year": the day of what ended the talks is theirs.
                if head.pos_ == "VERB" and head.dep_ == "advcl" and head.head in nodes and any(c.lower_ == "when" for c in head.children):
                    return nodes.index(head.head)
                return None
            if head.pos_ in ("NOUN", "PROPN") and head not in nodes and not self._is_transparent(head):
                is_after = any(n.dep_ == "prep" and n.lower_ in OTHER_TIME for n in (head.head, head))
                if node.dep_ != "prep" or is_after:
                    # "The first talks since the attack last week": no day of the talks.
                    return None
            node = head

    def _tells_the_day(self, time: TimeMention, draft: Draft) -> bool:
        """Not `the first in eight months`, and not `the third since April`."""
        doc = self._context.reading.doc
        before = doc[time.first - 1].lower_ if time.first else ""
        if self._is_day_of_report(time, draft):
            return False
        word = doc[time.end - 1].lower_
        if before == "since" or doc[time.first].lower_ == "since":
            goes_on = any(v.tag_ == "VBG" for v in draft.verbs[:1])
            return goes_on or any(c.dep_ == "nummod" for noun in draft.nouns for c in noun.children)
        is_span = word in ("years", "months", "weeks", "days", "decades", "year", "decade", "month")
        named_before = doc[time.first].lower_ in ("last", "next", "this", "past", "coming", "early", "late", "the", "later", "earlier")
        is_first = any(c.lower_ in ("first", "last", "only", "latest", "highest") for noun in draft.nouns for c in noun.children)
        if is_span and is_first and not named_before:
            return False
        if before == "in" and time.first > 1 and doc[time.first - 2].lemma_.lower() == "time":
            # "For the third time in two months".
            return False
        if is_span and before in ("in", "for", "over", "than", "nearly", "about", "almost") and not named_before:
            return before == "in" and any(v.tag_ == "VB" for v in draft.verbs)
        is_cut = bool(draft.verbs) and self._lexicon["by_verb"].get(Governor(draft.verbs[0], "").lemma) == "SUSPENDED"
        return before not in ("until", "till", "to" if is_cut else "until")

    def _is_day_of_report(self, time: TimeMention, draft: Draft) -> bool:
        """`said on Tuesday it would resume talks`: the parser may hang the day on what was said."""
        doc = self._context.reading.doc
        first = time.first - 1 if time.first and doc[time.first - 1].lower_ in ("on", "late", "early") else time.first
        if first < 1 or time.end >= len(doc):
            return False
        said, behind = doc[first - 1], doc[time.end]
        is_report = said.tag_ in ("VBD", "VBZ", "VBP") and said.lemma_.lower() in self._said and said not in draft.verbs
        return (
            is_report
            and draft.node.i > time.end
            and (behind.lower_ in ("that", "it", "he", "she", "they") or behind.dep_ in syntax.SUBJECT)
        )


@cache
def _regions() -> frozenset[str]:
    """Places too large to meet at."""
    return frozenset(row["name"] for row in table("places") if row["kind"] in ("REGION", "AREA"))


@cache
def _capitals() -> dict[str, str]:
    """The capital of each state, by its alpha-3."""
    return {row["alpha3"]: row["capitals"].split("|")[0] for row in table("countries") if row["capitals"]}


def _is_wide(place: Mention) -> bool:
    """`in the Indo-Pacific`: where nobody meets."""
    return place.kind is EntityKind.PLACE and place.name in talks_words()["nouns"]["continents"]


def _is_of_noun_before(verb: Token, draft: Draft) -> bool:
    """`talks on the fair, to be held in Lima`: the fair is."""
    before = verb.doc[verb.left_edge.i - 1] if verb.left_edge.i else verb
    noun = before.nbor(-1) if before.text == "," and before.i else before
    is_clause = verb.dep_ in ("advcl", "acl", "relcl") and syntax.is_passive(verb) and verb not in (*draft.verbs, *draft.inner_verbs)
    return is_clause and noun.i > draft.node.i and noun.pos_ in ("NOUN", "PROPN") and not is_meeting_word(noun)


def _time_of(draft: Draft) -> list[Token]:
    """`was` of `The last time they met was in Lima`."""
    time = draft.node.head
    is_time = not draft.nouns and draft.node.dep_ == "relcl" and time.lemma_ == "time" and time.dep_ in syntax.SUBJECT
    return [time.head] if is_time and time.head.lemma_ == "be" else []


def _is_beside(draft: Draft, words_of: frozenset[str]) -> bool:
    """`ahead of the talks`, `after the talks`, `to prepare for the talks`: what stands above is on another day."""
    if draft.nouns and any(v.lemma_ == "prepare" and v.tag_ == "VB" and v.dep_ in ("advcl", "xcomp") for v in draft.verbs[:1]):
        return "ahead" in words_of
    above = (n for n in syntax.chain(draft.node) if n.i < draft.node.i and n.dep_ in ("advmod", "prep", "pobj"))
    return any(n.lower_ in words_of for n in above)
