"""Who meets, who mediates, who hosts and who proposes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext
from streams.extraction.factuality import Governor
from streams.extraction.lexicon import words
from streams.extraction.mentions import Form, Mention
from streams.extraction.talks.circles import Circles
from streams.extraction.talks.meeting import OFF, Draft, Meeting, talks_words
from streams.extraction.talks.triggers import is_in_dateline, is_meeting_word, is_naming
from streams.records import ActorKind, EntityKind, TalksLevel

__all__ = ["Participants", "distinct", "named", "without_person"]

STATE_LIKE = frozenset({ActorKind.STATE, ActorKind.IGO, ActorKind.GROUP})
"""Between whom the records' meetings are: not companies, not people who act for nobody."""

SIDES = STATE_LIKE - {ActorKind.IGO}
"""Who may be at odds with each other."""

INTO_IT = frozenset({"in", "for", "at", "to", "into", "of", "from"})
"""`takes part in talks`, `arrived for talks`: prepositions that bring the subject to the table."""

JOINING = frozenset({"of", "from", "between", "among", "with", "including"})
"""`delegations from A and B`: prepositions behind which parties stand, and neither a place nor a topic."""

LISTING = frozenset({"by", "for", "of"})
"""Prepositions that may stand in a list of names."""

MEDIATING = frozenset({"mediating", "facilitating", "brokering", "moderating"})


class Participants:
    """Fills a draft with those who have a part in the meeting."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        lexicon = talks_words()
        self._by_verb: dict[str, str] = lexicon["by_verb"]
        self._roles = lexicon["roles"]
        self._groups = frozenset(lexicon["groups"]["words"])
        self._cardinals: dict[str, int] = lexicon["cardinals"]
        self._domestic = frozenset(lexicon["groups"]["domestic"])
        self._rivals = frozenset(lexicon["groups"]["rivals"])
        self._vague = frozenset(lexicon["groups"]["vague"])
        self._group_names = frozenset(lexicon["groups"]["names"])
        self._motion = frozenset(lexicon["verbs"]["motion"])
        self._together = frozenset(lexicon["verbs"]["together"])
        self._received = frozenset(lexicon["verbs"]["receive"])
        self._chair = frozenset(lexicon["roles"]["chair"])
        self._peacemakers = frozenset(lexicon["roles"]["peacemakers"])
        self._visits = frozenset(lexicon["nouns"]["visit"])
        self._guests = frozenset(title for titles in words("roles")["titles"].values() for title in titles) | {
            "delegation",
            "counterpart",
            "team",
        }
        self._asking = frozenset(lexicon["offers"]["asking"])
        self._peace = frozenset(lexicon["nouns"]["peace"])
        self._circles = Circles(context)
        self._last: list[Party] = []
        self._mentions_at: dict[int, list[Mention]] = {}
        for mention in context.mentions:
            for i in range(mention.first, mention.end):
                self._mentions_at.setdefault(i, []).append(mention)

    def note(self, meeting: Meeting) -> None:
        """Remember who met: `the two sides` of the following sentences."""
        sides = [p for p in named(meeting.parties) if p.kind in STATE_LIKE]
        if len(sides) >= 2:
            self._last = sides

    def opposed(self) -> tuple[Party, ...]:
        """The two who an article is about: those that it joins or sets against each other most often, `negotiators of A and B` first."""
        roles = words("roles")
        acting = {*roles["bodies"]["words"], *roles["groups"]["words"], *talks_words()["groups"]["sides"]}
        counts: Counter[frozenset[str]] = Counter()
        latest: dict[frozenset[str], list[Party]] = {}
        tokens = self._context.reading.tokens
        joined = {token.head.i for token in tokens if token.dep_ == "conj"}
        for token in tokens:
            is_joined = token.i in joined and token.dep_ != "conj" and token.pos_ in ("NOUN", "PROPN", "ADJ")
            acts = token.pos_ == "NOUN" and token.lemma_.lower() in acting
            if not (is_joined or acts):
                continue
            sides = [p for p in named(self.parties(token)) if p.kind in SIDES and p.directness >= 0.9]
            if len(sides) == 2:
                keys = frozenset(p.key for p in sides)
                # A state and an armed group in one breath are at odds.
                counts[keys] += 3 if len({p.kind for p in sides}) == 2 else 2 if acts or token.head.lower_ == "between" else 1
                latest.setdefault(keys, sides)
        ranked = counts.most_common(2)
        if not ranked or ranked[0][1] < 2 or (len(ranked) == 2 and ranked[1][1] == ranked[0][1]):
            return self._circles.of_dispute()
        return tuple(without_person(p, 0.6) for p in latest[ranked[0][0]])

    def mediators(self) -> tuple[Party, ...]:
        """Who is called a mediator anywhere: `Turkish and Qatari mediators`, `Norway and Chile act as guarantors`, `brokered by Oman`."""
        found: list[Party] = []
        for token in self._context.reading.tokens:
            lemma = token.lemma_.lower()
            if token.pos_ == "NOUN" and lemma in self._roles["mediator_nouns"]:
                found.extend(self._helpers(token))
                verb = syntax.governing_verb(token) if token.dep_ == "pobj" and token.head.lower_ == "as" else None
                found.extend(p for s in (syntax.subjects(verb) if verb is not None else []) for p in self._context.cast.parties(s))
            elif token.pos_ == "VERB" and lemma in self._roles["mediate"] and any(is_meeting_word(o) for o in syntax.objects(token)):
                found.extend(p for s in syntax.subjects(token) for p in self._context.cast.parties(s))
        return tuple(without_person(p, 0.7) for p in named(found) if p.kind in STATE_LIKE or p.country)

    def fill(self, draft: Draft) -> bool:
        """Find everybody; False where the words turn out to name no meeting."""
        if not draft.nouns:
            return self._of_verb(draft)
        for noun in draft.nouns:
            self._from_modifiers(noun, draft)
            self._from_prepositions(noun, draft)
            self._from_clauses(noun, draft)
        self._from_nouns_above(draft)
        self._from_verbs(draft)
        self._from_adverbial(draft)
        self._from_participles(draft)
        if len(named(draft.parties)) < 2:
            self._from_clause_around(draft)
        if not named(draft.parties) and draft.topics:
            # "The Gaza ceasefire talks" are of those who fight over it.
            fighting = self._circles.of_dispute() if self._is_on_peace(draft) else ()
            draft.parties.extend(fighting or draft.topics)
        self._from_format(draft)
        draft.parties = self._between_states(draft.parties)
        makes_peace = bool(draft.mediators) or any(c.lower_ in self._peace for noun in draft.nouns for c in noun.children)
        if makes_peace and not named(draft.parties):
            draft.parties.extend((self._two_in_sentence(draft) if draft.mediators else []) or self._circles.whose_conflict(draft.node))
        known = named(draft.parties)
        if known and {p.key for p in known} <= draft.opposite | {known[0].key} and len(known) == max(1, len(draft.opposite)):
            draft.parties.extend(self._other_side(draft, known) if not draft.is_closed else [])
        if makes_peace and len(known := named(draft.parties)) == 1 and known[0].kind is ActorKind.STATE and known[0].country:
            other = self._circles.adversary(known[0].country)
            draft.parties.extend([other] if other is not None else [])
        return True

    def _from_format(self, draft: Draft) -> None:
        """The members of a format that names the meeting, or that its sentence names where it tells of nobody else."""
        members, where = self._circles.of_format(self._context.reading.sentences[self._context.reading.sentence_index(draft.node)])
        names_it = any(i in where for noun in draft.nouns for i in syntax.noun_phrase(noun))
        if names_it or len(named(self._between_states(draft.parties))) < 2:
            draft.parties[:0] = members

    # A verb as trigger -------------------------------------------------------------------------------------------------------------

    def _of_verb(self, draft: Draft) -> bool:
        verb, lemma = draft.node, draft.word
        acting = [p for s in syntax.subjects(verb) for p in self.parties(s)]
        if lemma == "bring":
            draft.mediators = acting
            draft.parties = [p for o in syntax.objects(verb) for p in self.parties(o)]
            return bool(draft.mediators and draft.parties)
        if lemma in self._roles["mediate"]:
            draft.mediators = [p for p in acting if p.is_named]
            draft.parties = [p for head in syntax.adjuncts(verb, "between") for p in self.parties(head)]
            draft.is_closed = True
            return bool(draft.mediators) and len(named(draft.parties)) >= 2
        if syntax.is_passive(verb):
            return False
        if lemma in self._received:
            return self._of_reception(draft, acting)
        met = [] if lemma != "meet" else [p for o in syntax.objects(verb) for p in self.parties(o)]
        others = self._across_the_table(verb) if lemma in self._together else syntax.adjuncts(verb, "with", "to")
        met += [p for o in others for p in self.parties(o)]
        spoken_to = bool(others)
        if lemma in self._together and not met and len(named(acting)) < 2:
            return False
        if lemma in talks_words()["verbs"]["meet_with"] and not met and (spoken_to or len(named(acting)) < 2):
            # "spoke to reporters" is no meeting, and "the minister talked" is none either.
            return False
        if met and {p.key for p in met} <= {p.key for p in acting}:
            # The president speaks to his minister.
            return False
        draft.parties = self._between_states([*acting, *met])
        self._from_adverbial(draft)
        # "The parties will meet in Lima next month": who they are was told elsewhere.
        if not draft.parties:
            sides = talks_words()["groups"]["sides"]
            several = [s for s in syntax.subjects(verb) if s.tag_ in ("NNS", "NNPS") and s.lemma_.lower() in sides]
            draft.parties = [Party(s.text, ActorKind.GROUP, None, s.i, s.i + 1, is_named=False) for s in several]
        return bool(draft.parties)

    def _of_reception(self, draft: Draft, acting: list[Party]) -> bool:
        """`received the envoy of Mali`, `hosted Ghana's leader`: between whoever receives and the guest; two guests meet each other."""
        heads = [o for o in syntax.objects(draft.node) if self._context.cast.is_person(o) or o.lemma_.lower() in self._guests]
        guests = [p for o in heads for p in self.one(o) if p.is_named and p.kind in STATE_LIKE]
        hosts = [p for p in named(acting) if p.kind in STATE_LIKE and p.key not in {g.key for g in guests}]
        draft.parties = self._between_states([*hosts, *guests] if len(named(guests)) == 1 else guests)
        draft.hosts = hosts if len(named(guests)) > 1 else []
        return bool(hosts and guests)

    def _across_the_table(self, verb: Token) -> list[Token]:
        """`sat across from Mali's envoy`, `holed up with diplomats from`."""
        nodes = [
            verb,
            *(c for c in verb.children if c.dep_ in ("acl", "advcl", "xcomp", "oprd", "prep", "dobj", "advmod", "npadvmod", "prt")),
        ]
        nodes.extend(c for child in nodes[1:] for c in child.children if c.dep_ in ("acl", "advcl", "prep", "advmod"))
        return [o for node in nodes for o in syntax.adjuncts(node, "with", "across", "opposite", "from") if o.lemma_.lower() != "table"]

    # A noun as trigger -------------------------------------------------------------------------------------------------------------

    def _from_modifiers(self, noun: Token, draft: Draft) -> None:
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
            suffix = doc[behind + 1].lower_ if behind + 1 < len(doc) and doc[behind].text == "-" else ""
            if "-" in token.text:
                # The tokenizer leaves "U.S.-brokered" whole.
                suffix = token.lower_.rpartition("-")[2]
            joined = suffix != "" or doc[i - 1].text in ("-", "/")
            if mention and (mention.form is Form.CAPITAL or mention.kind is EntityKind.PLACE) and not joined:
                continue
            is_actor = mention or context.cast.is_person(token)
            if len(together := self._mentions_at.get(i, [])) > 1 and all(m.kind is EntityKind.STATE for m in together):
                # The tokenizer leaves "U.S.-Ghana" whole.
                draft.parties.extend(Party(m.name, ActorKind.STATE, m.country, m.first, m.end) for m in together)
                continue
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
                (draft.topics if is_topic else draft.parties).extend(p for p in self.one(token) if p.kind is not ActorKind.NGO)

    def _makes_peace(self, mention: Mention, noun: Token) -> bool:
        """`United Nations talks on Mali`: between others, unless they are `with` somebody."""
        is_talks = noun.lemma_.lower() in ("talk", "talks", "negotiation", "consultation", "process", "mediation")
        return is_talks and mention.name in self._peacemakers and not syntax.adjuncts(noun, "with", "between")

    def _from_prepositions(self, noun: Token, draft: Draft) -> None:
        if noun.lemma_.lower() in self._visits:
            draft.parties.extend(p for head in syntax.adjuncts(noun, "by") for p in self.one(head))
            draft.parties.extend(p for head in syntax.adjuncts(noun, "to") for p in self._who_lives_at(head))
            return
        between = [p for head in syntax.adjuncts(noun, "between", "among", "amongst") for p in self.one(head)]
        for head in syntax.adjuncts(noun, "of"):
            if not is_meeting_word(head):
                between.extend(self.one(head))
        draft.is_closed = draft.is_closed or len(named(between)) >= 2
        draft.parties.extend(between)
        if noun.dep_ == "pobj" and self._by_verb.get(noun.head.head.lemma_.lower()) == "PROPOSED":
            # "An offer of talks from Ghana".
            draft.parties.extend(p for head in syntax.adjuncts(noun, "from") for p in self.one(head))
        for head in syntax.adjuncts(noun, "with", "involving", "including", "alongside"):
            if not self._helps(head) and not self._is_open(draft):
                met = self.one(head)
                draft.parties.extend(met)
                draft.opposite |= {p.key for p in named(met)}
        for head in syntax.adjuncts(noun, "through", "by", "via"):
            draft.mediators.extend(self._helpers(head))
        for head in syntax.adjuncts(noun, "under"):
            draft.mediators.extend(self._sponsors(head))

    def _from_clause_around(self, draft: Draft) -> None:
        """`Togo told Mali at talks in Lima`: those who act in the clause that only says where it took place were there."""
        noun = draft.nouns[-1]
        joining = ("between", "with") if not named(draft.parties) else ("between",)
        between = [t for t in noun.subtree if t.lower_ in joining and t.dep_ == "prep" and t.i > noun.i]
        met = [p for t in between[:1] for head in syntax.adjuncts(t.head, t.lower_) for p in self.one(head)]
        draft.parties.extend(p for p in met if p.kind in STATE_LIKE)
        nouns = self._roles["mediator_nouns"]
        mediating = [t for v in draft.verbs[:1] for t in v.subtree if t.lemma_.lower() in nouns and not named(draft.parties)]
        draft.parties.extend(p for t in mediating for head in syntax.adjuncts(t, "between") for p in self.one(head))
        link = next((n for n in syntax.chain(draft.node) if n.dep_ == "prep"), None)
        verb = syntax.governing_verb(draft.node)
        if draft.is_closed or between or link is None or link.lower_ not in ("at", "during", "after", "following", "in") or verb is None:
            return
        acting = [p for s in syntax.subjects(verb) for p in self.parties(s)]
        acting += [p for c in verb.children if c.dep_ in ("dobj", "dative") for p in self.parties(c)]
        acting += [p for head in syntax.adjuncts(verb, "with") for p in self.one(head)]
        helpers = {p.key for p in (*draft.mediators, *draft.hosts)}
        sides = [p for p in named(acting) if p.kind in STATE_LIKE and p.key not in helpers and p.key not in {q.key for q in draft.parties}]
        if len(sides) >= 2 or link.lower_ in ("at", "during"):
            draft.parties.extend(replace(p, directness=min(p.directness, 0.85)) for p in sides)

    def _helpers(self, head: Token) -> list[Party]:
        """Who `by X`, `through Omani mediators`, `under the auspices of the UN` stand for."""
        cast = self._context.cast
        found = list(cast.one(head))
        if not found:
            found += [p for of in syntax.adjuncts(head, "of", "from", "by") for p in cast.one(of)]
            modifiers = [child for child in head.children if child.dep_ in ("amod", "compound", "poss", "nmod")]
            found += [p for child in modifiers for c in syntax.conjuncts(child) for p in cast.one(c)]
        return [p for p in found if p.is_named]

    def _sponsors(self, head: Token) -> list[Party]:
        """`under Togolese auspices`, `under the African Union`; not `under the Aquino administration`."""
        words_of = {head.lemma_.lower(), *(c.lemma_.lower() for c in head.children if c.dep_ in ("compound", "amod", "nmod"))}
        helpers = self._helpers(head)
        return helpers if words_of & set(self._roles["mediator_nouns"]) or all(p.kind is ActorKind.IGO for p in helpers) else []

    def _from_clauses(self, noun: Token, draft: Draft) -> None:
        """`talks mediated by Qatar`, `a meeting hosted by Norway`, `talks involving`, `talks that Ghana will host`."""
        for child in noun.children:
            if child.dep_ not in ("acl", "relcl") or child.pos_ != "VERB":
                continue
            lemma = child.lemma_.lower()
            acting = [p for s in syntax.subjects(child) if s != noun for p in self.parties(s)]
            if lemma in self._roles["mediate"]:
                draft.mediators.extend(acting)
            elif lemma in self._chair and syntax.is_passive(child):
                self._chaired_by(acting, draft)
            elif lemma in self._roles["host"]:
                draft.hosts.extend(acting)
            elif lemma in ("involve", "include", "gather", "attend", "unite"):
                draft.parties.extend(acting or [p for o in syntax.objects(child) for p in self.parties(o)])
            elif lemma in ("hold", "conduct") and not draft.is_closed:
                draft.parties.extend(acting)
            for verb in (child, *(c for c in child.children if c.dep_ == "xcomp")):
                if verb.lemma_ == "bring" and any(t.lower_ == "together" for t in verb.subtree):
                    draft.parties.extend(p for o in syntax.objects(verb) for p in self.parties(o))
            draft.parties.extend(p for head in syntax.adjuncts(child, "between") for p in self.one(head))
            for head in syntax.adjuncts(child, "through", "via"):
                draft.mediators.extend(self._helpers(head))
            for head in syntax.adjuncts(child, "under"):
                draft.mediators.extend(self._sponsors(head))

    # What stands above it ----------------------------------------------------------------------------------------------------------

    def _from_verbs(self, draft: Draft) -> None:
        """The subject of `hold talks` takes part, that of `host` gives the place, that of `propose` proposes."""
        verb = draft.verbs[0] if draft.verbs else None
        if verb is None:
            return
        link = _link(draft.node, verb)
        if link.lower_ in ("out", "away"):
            # "Walked out of the talks".
            link = next((c for c in link.children if c.dep_ == "prep"), link)
        behind = link.lower_ if link.dep_ == "prep" or link.lower_ == "ahead" else ""
        if behind == "on" and any(c.lemma_.lower() in self._visits for c in link.children):
            # "Arrived on a visit for talks".
            behind = "for"
        is_subject = link.dep_ in syntax.SUBJECT
        inside = is_subject or link in syntax.objects(verb) or behind in INTO_IT or is_naming(link)
        acting = self._acting(verb) if not is_subject or syntax.is_passive(verb) else []
        if not acting and behind in INTO_IT and syntax.is_passive(verb):
            # "have been engaged in talks": those do it themselves.
            acting = [p for s in syntax.objects(verb) for p in self.parties(s)]
        if inside:
            with_whom = [head for head in syntax.adjuncts(verb, "with", "between", "alongside") if not self._helps(head)]
            draft.parties.extend(p for head in with_whom for p in self.one(head) if not (self._is_open(draft) or draft.is_closed))
            if len(named(p for head in syntax.adjuncts(verb, "between") for p in self.one(head))) > 1:
                # "Convened a meeting last month between A and B".
                draft.is_closed = True
                draft.hosts.extend(acting if Governor(verb, "").lemma in self._roles["convene"] else [])
        if not self._takes_role(verb, acting, draft, behind) and not draft.is_closed:
            if is_subject and Governor(verb, "").lemma in self._roles["include"]:
                draft.parties.extend(p for o in syntax.objects(verb) for p in self.parties(o))
            else:
                self._take_part(verb, acting, draft, behind, inside=inside)
        if inside and not acting:
            self._from_verbs_further_up(draft)
        if inside and not draft.is_closed:
            self._from_request(verb, draft)
        if behind in ("after", "following", "during", "at", "in") and not named(draft.parties) and len(sides := self._acting(verb)) >= 2:
            # "The two states signed an accord after talks in Lima".
            draft.parties.extend(p for p in sides if p.kind in STATE_LIKE)
        draft.proposed_by = draft.proposed_by or self._proposer_in_clause(verb)

    def _is_open(self, draft: Draft) -> bool:
        """A conference is with whoever comes: not a meeting between those."""
        return draft.word in talks_words()["nouns"]["open"]

    def _helps(self, head: Token) -> bool:
        """`with Ghana mediating`, `with Ghana as facilitator`."""
        nouns = self._roles["mediator_nouns"]
        if self._is_mediator(head):
            return True
        if any(c.lemma_.lower() in nouns for h in syntax.conjuncts(head) for c in syntax.adjuncts(h, "as")):
            return True
        if any(c.lemma_.lower() in nouns for c in syntax.adjuncts(head.head.head, "as") if c.i > head.i):
            return True
        if any(h.lower_ in MEDIATING for h in syntax.conjuncts(head)):
            return True
        behind = head.doc[head.i + 1 : head.i + 6]
        if behind.text.lower().startswith(("as go-between", "as the go-between", "as a go-between")):
            return True
        return any(c.dep_ in ("acl", "amod") and self._is_mediating(c) for h in syntax.conjuncts(head) for c in h.children)

    def _is_mediator(self, head: Token) -> bool:
        """`with Qatari mediators`."""
        return head.lemma_.lower() in self._roles["mediator_nouns"]

    def _takes_role(self, verb: Token, acting: list[Party], draft: Draft, behind: str) -> bool:
        """Whether who acts hosts, receives or mediates."""
        lemma = Governor(verb, "").lemma
        if lemma in self._received and behind:
            guests = [p for o in syntax.objects(verb) for p in self.parties(o)]
            draft.parties.extend(guests)
            (draft.hosts if len(named(guests)) > 1 else draft.parties).extend(acting)
        elif lemma in self._roles["host"]:
            draft.hosts.extend(acting)
        elif lemma in self._chair and behind in ("", "over") and len(named(acting)) == 1:
            draft.chairs.extend(named(acting))
        elif self._is_mediating(verb):
            draft.mediators.extend(acting)
        else:
            return False
        return True

    def _take_part(self, verb: Token, acting: list[Party], draft: Draft, behind: str, *, inside: bool) -> None:
        """Whether who acts sits at the table, or proposes it."""
        lemma, status = Governor(verb, "").lemma, self._status(verb)
        if lemma in self._motion and behind == "to":
            draft.parties[:0] = acting
        elif lemma in self._motion and behind in ("for", "before", "ahead"):
            draft.parties[:0] = acting
            if len([p for p in named(draft.parties) if p.kind in STATE_LIKE]) == 1:
                # Where they make peace they do so with somebody else.
                (draft.hosts if self._is_on_peace(draft) else draft.parties).extend(self._visited(verb))
        elif lemma in self._roles["convene"] and inside and not draft.parties and [p.kind for p in named(acting)] == [ActorKind.IGO]:
            draft.mediators.extend(acting)
        elif status == "HOLD" and inside:
            # Who calls comes before who is called.
            draft.parties[:0] = acting
            if lemma == "meet":
                draft.parties.extend(p for o in syntax.objects(verb) for p in self.parties(o))
        elif status in ("PROPOSED", "WISHED", "SCHEDULED", *OFF) and acting and inside:
            if status == "PROPOSED":
                draft.proposed_by = acting[0]
            is_other_side = len(draft.opposite) > 1 and {p.key for p in named(draft.parties)} == draft.opposite
            # "The African Union announced talks": who speaks of them is none of the two.
            plans = status == "SCHEDULED" and (lemma not in self._roles["announce"] or draft.opposite or len(named(acting)) > 1)
            leaves = status in OFF and not named(draft.parties) and all(p.kind in SIDES for p in acting)
            if len(named(draft.parties)) == 1 or plans or is_other_side or leaves:
                draft.parties.extend(acting)

    def _is_on_peace(self, draft: Draft) -> bool:
        """`talks on a truce`, `ceasefire talks`."""
        return any(t.lemma_.lower() in self._peace for noun in draft.nouns for t in noun.subtree)

    def _status(self, verb: Token) -> str | None:
        """What a verb says of talks: `resume`, `stay away`, `see no point`."""
        pointless = talks_words()["refusals"]["no"]
        if any(
            o.lemma_.lower() in pointless and any(c.lower_ == "no" for c in o.children) for o in verb.children if o.dep_ in syntax.OBJECT
        ):
            return "RULED_OUT"
        with_adverb = (f"{verb.lemma_.lower()} {c.lower_}" for c in verb.children if c.dep_ in ("advmod", "prep"))
        return self._by_verb.get(Governor(verb, "").lemma) or next(
            (s for words_of in with_adverb if (s := self._by_verb.get(words_of))), None
        )

    def _from_verbs_further_up(self, draft: Draft) -> None:
        """`agreed to hold talks`, `offered to mediate`: the subject stands higher."""
        for above in draft.verbs[1:4]:
            subjects = [p for s in syntax.subjects(above) for p in self.parties(s)]
            lemma = Governor(above, "").lemma
            if self._is_mediating(above):
                draft.mediators.extend(subjects)
            elif lemma in self._roles["host"]:
                draft.hosts.extend(subjects)
            elif self._by_verb.get(lemma) in ("SCHEDULED", "PROPOSED", "WISHED", "HOLD") and not draft.is_closed:
                draft.parties.extend(subjects if len(named(draft.parties)) < 2 else [])

    def _from_request(self, verb: Token, draft: Draft) -> None:
        """`Togo asked Mali to hold talks` with it; `mediators urged Togo and Mali to hold talks` with each other."""
        above = verb.head
        if verb.dep_ not in ("xcomp", "ccomp") or above.pos_ != "VERB":
            return
        asking = syntax.subjects(above)
        parties = named(draft.parties)
        if len(parties) == 1 and above.lemma_.lower() in self._asking and not draft.opposite:
            draft.parties.extend(p for s in asking for p in self.parties(s) if p.is_named and p.kind in SIDES)
        elif len(parties) > 1 and any(self._is_mediator(s) for s in asking):
            draft.mediators.extend(p for s in asking for p in self._helpers(s))

    def _acting(self, verb: Token) -> list[Party]:
        """Who does it; also of `plans for the minister to visit`."""
        subjects = syntax.subjects(verb) or [c for c in verb.lefts if c.dep_ == "npadvmod" and verb.dep_ == "amod"]
        if verb.dep_ == "acl" and verb.tag_ == "VB":
            subjects = [*subjects, *(head for head in syntax.adjuncts(verb.head, "for") if head.i < verb.i)]
        return [p for s in subjects for p in self.parties(s)]

    def _is_mediating(self, verb: Token) -> bool:
        """`mediate`, and `act as intermediary`, `serve as a mediator`."""
        if Governor(verb, "").lemma in self._roles["mediate"]:
            return True
        below = (o for o in syntax.objects(verb) if is_meeting_word(o))
        return any(self._is_mediator(head) for node in (verb, *below) for head in syntax.adjuncts(node, "as"))

    def _from_nouns_above(self, draft: Draft) -> None:
        """`intermediaries in talks`, `Egypt's mediation of talks`, `the U.S. delegation for the talks`, `efforts by Oman to`."""
        for node in syntax.chain(draft.node):
            if node == draft.node or node.pos_ not in ("NOUN", "PROPN"):
                if node.pos_ in ("VERB", "AUX"):
                    return
                continue
            lemma = node.lemma_.lower()
            if lemma in self._roles["mediator_nouns"]:
                draft.mediators.extend(self._helpers(node))
                verb = syntax.governing_verb(node)
                if node.dep_ == "pobj" and node.head.lower_ == "as" and verb is not None:
                    draft.mediators.extend(p for s in syntax.subjects(verb) for p in self.parties(s))
            elif self._by_verb.get(lemma) == "PROPOSED":
                offered = [p for of in syntax.adjuncts(node, "from", "by") for p in self.one(of)]
                offered += [p for c in node.children if c.dep_ in ("poss", "amod", "compound") for p in self._context.cast.one(c)]
                draft.proposed_by = draft.proposed_by or next((p for p in offered if p.is_named), None)
                draft.parties.extend(offered if not draft.is_closed else [])
            elif lemma in self._roles["venue_nouns"]:
                verb = syntax.governing_verb(node)
                if verb is not None and self._by_verb.get(verb.lemma_.lower()) != "REACTION":
                    draft.hosts.extend(p for s in syntax.subjects(verb) for p in self.parties(s))

    def _from_adverbial(self, draft: Draft) -> None:
        """`met under UN auspices`, `are negotiating through Qatari mediators`, `with Oman mediating`."""
        for verb in (*draft.verbs[:1], *draft.inner_verbs):
            for head in syntax.adjuncts(verb, "under", "through", "via"):
                draft.mediators.extend(self._sponsors(head))
            for clause in (c for c in verb.children if c.dep_ in ("advcl", "prep") and c.lower_ in ("involving", "including")):
                # "Talks resumed in Lima, involving A and B".
                draft.parties.extend(
                    p for o in [*syntax.objects(clause), *(c for c in clause.children if c.dep_ == "pobj")] for p in self.parties(o)
                )
            for child in [c for node in (verb, *draft.nouns) for c in node.children if c.dep_ == "prep" and c.lower_ == "with"]:
                for inner in child.children:
                    if inner.dep_ == "pcomp" and self._is_mediating(inner):
                        draft.mediators.extend(p for s in inner.children if s.dep_ in syntax.SUBJECT for p in self.parties(s))
                        draft.parties.extend(p for head in syntax.adjuncts(inner, "between") for p in self.one(head))
                    elif inner.dep_ == "pobj" and self._helps(inner):
                        draft.mediators.extend(self._helpers(inner) if self._is_mediator(inner) else self.parties(inner))
                        # "With Ghana and Togo mediating": the parser takes the last for what is mediated.
                        taken = [c for h in syntax.conjuncts(inner) if h.lower_ in MEDIATING for c in h.children if c.dep_ == "compound"]
                        draft.mediators.extend(p for c in taken for p in self._context.cast.one(c))
        helpers = {p.key for p in draft.mediators}
        draft.parties = [p for p in draft.parties if p.key not in helpers]

    def _from_participles(self, draft: Draft) -> None:
        """`…, mediated by the African Union`: the parser hangs the clause on whatever stands before it."""
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        for token in sentence.doc[draft.node.i + 1 : sentence.end]:
            if is_meeting_word(token) and token not in draft.nouns:
                return
            if token.lower_ in MEDIATING and token.dep_ in ("acl", "amod", "advcl"):
                first = token.head
                while first.dep_ in ("conj", "appos") and first.head.i > draft.node.i:
                    first = first.head
                draft.mediators.extend(p for p in self.parties(first) if p.is_named)
                draft.parties.extend(p for head in syntax.adjuncts(token, "between") for p in self.one(head))
            if token.tag_ not in ("VBN", "VBD") or not any(c.dep_ == "agent" for c in token.children) or token in draft.inner_verbs:
                continue
            if any(c.dep_ in syntax.SUBJECT for c in token.children):
                continue
            if token.lemma_.lower() in self._chair and self._leads_body(token):
                continue
            agents = named(p for s in syntax.subjects(token) for p in self.parties(s))
            if token.lemma_.lower() in self._roles["mediate"] and len(listed := self._listed_behind(token)) > len(agents):
                agents = listed
            lemma = token.lemma_.lower()
            if lemma in self._roles["mediate"]:
                draft.mediators.extend(agents)
            elif lemma in self._chair:
                self._chaired_by(agents, draft)
            elif lemma in self._roles["host"]:
                draft.hosts.extend(agents)

    def _leads_body(self, participle: Token) -> bool:
        """`countries of the Contact Group (CG), led by Togo`: who leads that group."""
        before = next((t for t in reversed(list(participle.doc[participle.sent.start : participle.i])) if t.is_alpha), None)
        body = self._context.mentions.at(before.i, EntityKind.ORGANISATION) if before is not None else None
        return body is not None and body.actor_kind is ActorKind.IGO

    def _listed_behind(self, participle: Token) -> list[Party]:
        """`brokered by Ghana, Togo and, for once, the African Union`: the names of the list, however it is parsed."""
        found: list[Party] = []
        for token in participle.doc[participle.i + 1 : participle.sent.end]:
            mention = self._context.mentions.at(token.i, EntityKind.STATE, EntityKind.ORGANISATION)
            if mention is not None:
                found.extend(p for p in self._context.cast.one(token) if mention.first == token.i)
            elif (
                token.pos_ in ("VERB", "AUX", "SCONJ")
                or token.text in (".", ";", ":")
                or (token.pos_ == "ADP" and token.lower_ not in LISTING)
            ):
                break
        return distinct(found)

    @staticmethod
    def _chaired_by(acting: list[Party], draft: Draft) -> None:
        """Two who lead talks sit across from each other; one may be between those who do."""
        if len(named(acting)) == 1:
            draft.chairs.extend(named(acting))
        else:
            draft.parties.extend(acting)

    def _proposer_in_clause(self, verb: Token) -> Party | None:
        """`…, as Ukraine has proposed`."""
        for child in verb.children:
            if (
                child.dep_ == "advcl"
                and self._by_verb.get(child.lemma_.lower()) == "PROPOSED"
                and any(c.dep_ == "mark" and c.lower_ == "as" for c in child.children)
            ):
                proposers = [p for s in syntax.subjects(child) for p in self._context.cast.parties(s)]
                if proposers:
                    return proposers[0]
        return None

    def _who_lives_at(self, place: Token) -> list[Party]:
        """`a trip to Lima`: the state whose town it is."""
        mention = self._context.mentions.at(place.i, EntityKind.STATE, EntityKind.PLACE)
        state = self._circles.state(mention.country) if mention is not None and mention.country else None
        if mention is None or state is None:
            return []
        return [Party(state, ActorKind.STATE, mention.country, mention.first, mention.end, directness=0.9)]

    def _visited(self, verb: Token) -> list[Party]:
        """`visited Lima for talks`, `flew to Accra for talks`: those who live there are the other side."""
        heads = [*syntax.objects(verb), *syntax.adjuncts(verb, "to", "in")]
        mentions = [m for head in heads if (m := self._context.mentions.at(head.i, EntityKind.STATE))]
        return [p for m in mentions for p in self._context.cast.one(self._context.reading.doc[m.first])]

    def _other_side(self, draft: Draft, known: list[Party]) -> list[Party]:
        """`talks with Iran were going well, the president said`: whoever speaks of it so is the other side."""
        if not draft.nouns or not any(syntax.adjuncts(noun, "with") for noun in draft.nouns):
            return []
        taken = {p.key for p in (*known, *draft.mediators, *draft.hosts)}
        if draft.node.dep_ == "pobj" and draft.node.head.lower_ in ("after", "during", "at", "following", "before"):
            # "Praised the accord after talks with Ghana".
            verb = syntax.governing_verb(draft.node.head)
            subjects = [p for s in syntax.subjects(verb) for p in self.parties(s) if p.is_named and p.key not in taken] if verb else []
            if len(subjects) == 1 and subjects[0].kind in STATE_LIKE:
                return subjects
        speakers = [p for p in self._context.cast.speaker_party(draft.node) if p.is_named and p.key not in taken]
        if len(speakers) == 1 and (speakers[0].kind in STATE_LIKE):
            return [without_person(speakers[0], 0.8)]
        return []

    def _two_in_sentence(self, draft: Draft) -> list[Party]:
        """`Ghana faces new raids from Mali as Togolese-brokered talks stall`: the two states beside who mediates."""
        sentence = self._context.reading.sentences[self._context.reading.sentence_index(draft.node)]
        helpers = {p.key for p in draft.mediators}
        states: dict[str, Party] = {}
        for i in range(sentence.start, draft.node.i):
            for m in self._mentions_at.get(i, []):
                if m.kind is EntityKind.STATE and m.country and m.country not in helpers:
                    states.setdefault(m.country, Party(m.name, ActorKind.STATE, m.country, m.first, m.end, directness=0.7))
        return list(states.values()) if len(states) == 2 else []

    # What a phrase stands for ------------------------------------------------------------------------------------------------------

    def one(self, head: Token) -> list[Party]:
        """Who one head stands for; what is joined to it has been taken apart already."""
        if group := self._group(head) or self._of_compass(head):
            return group
        found = self._of_owner(head) or self._context.cast.one(head)
        if len(named(found)) < 2 and len(everybody := self._all_joined_in(head)) > len(named(found)):
            return everybody
        if not named(found):
            found = [p for of in syntax.adjuncts(head, "of", "from") for p in self._group(of)] or found
        return found if any(p.is_named for p in found) else self.parties(head)

    def _in_front(self, head: Token) -> list[Party]:
        """`the Afghan government delegation`: the state or organisation anywhere before a noun that acts for it."""
        roles = words("roles")
        is_joint = head.lemma_.lower() in talks_words()["nouns"]["body"]
        if not is_joint and head.lemma_.lower() not in (*roles["bodies"]["words"], *roles["groups"]["words"]):
            return []
        mentions = (self._context.mentions.at(i, EntityKind.STATE, EntityKind.ORGANISATION) for i in syntax.noun_phrase(head))
        found = distinct(p for m in mentions if m for p in self._context.cast.one(head.doc[m.last]))
        # "The Ghana-Togo commission" is both, "the Ghanaian commission" is no party.
        return found if len(found) > 1 or not is_joint else []

    def _from_behind(self, head: Token) -> list[Party]:
        """`met delegates from Khartoum`, `officials and negotiators for the rebels`: the parser hangs whom they are of elsewhere."""
        behind = head.doc[head.i + 1] if head.i + 1 < len(head.doc) else None
        roles = words("roles")
        acts = head.lemma_.lower() in (*roles["bodies"]["words"], *roles["groups"]["words"])
        if behind is None or behind.lower_ not in ("from", "for", "of") or not acts or behind.head == head:
            return []
        return [p for c in behind.children if c.dep_ == "pobj" for p in self.one(c) if p.is_named and p.kind in SIDES]

    def _known(self, token: Token) -> list[Party]:
        """Whom a noun stands for, where that is somebody with a name."""
        found = self._context.cast.one(token)
        return found if named(found) else []

    def parties(self, head: Token) -> list[Party]:
        """Who a phrase stands for, with `the two sides`, `they` and `these leaders` looked up."""
        if head.lower_ == "us":
            return [without_person(p, p.directness) for p in self._context.cast.one(head)]
        found = [
            p
            for token in syntax.conjuncts(head)
            for p in (
                self._group(token)
                or self._of_compass(token)
                or self._of_owner(token)
                or self._known(token)
                or self._from_behind(token)
                or self._context.cast.one(token)
            )
        ]
        if not named(found):
            found = self._in_front(head) or found
        found.extend(self._those_countries(head))
        if found and head.dep_ in syntax.SUBJECT:
            found[1:1] = self._joined_by_comma(head)
        found = distinct(p for p in found if not self._is_place(p) and not self._is_dateline(p))
        if len(named(found)) < 2 and len(everybody := self._all_joined_in(head)) > len(named(found)):
            return everybody
        if any(party.is_named for party in found):
            return found
        if head.pos_ == "PRON" or head.lower_ in ("two", "pair", "duo"):
            return self._of_pronoun(head, found)
        sides = talks_words()["groups"]["sides"]
        if (many := self._counted(head)) is not None:
            return many
        counted = {child.lower_ for child in head.children} & {"two", "both", "these", "those", "the", "three"}
        if head.lemma_.lower() in sides and counted:
            if counted & {"these", "those"} and (before := self._named_before(head)):
                return before
            of = [p for h in syntax.adjuncts(head, "of", "from") for p in self.parties(h)]
            if any(p.is_named for p in of):
                return of
            if self._last:
                return [without_person(replace(party, first=head.i, end=head.i + 1), 0.8) for party in self._last]
            two = self._context.cast.two_sides(head)
            is_rival = head.lemma_.lower() + "s" in self._rivals and any(c.dep_ in ("amod", "compound") for c in head.children)
            return two or ([self._nameless(head)] if is_rival else [])
        return found

    def _counted(self, head: Token) -> list[Party] | None:
        """`the six nations`, `ministers of the three states`: the list of as many states; None where no number above two is told."""
        for token in (head, *syntax.adjuncts(head, "of", "from")):
            numeral = next((c for c in token.children if c.dep_ == "nummod"), None)
            count = self._cardinals.get(numeral.lower_, 0) if numeral is not None else 0
            if count > 2 and token.lemma_.lower() in talks_words()["groups"]["sides"]:
                known = self._last if len(self._last) == count else self._listed(count)
                return [without_person(replace(p, first=head.i, end=head.i + 1), 0.8) for p in known]
        return None

    def _listed(self, count: int) -> list[Party]:
        """As many states as stand in one list anywhere in the article."""
        doc = self._context.reading.doc
        row: dict[str, Party] = {}
        end = 0
        for mention in (m for m in self._context.mentions if m.kind is EntityKind.STATE):
            between = doc[end : mention.first]
            if not all(t.is_punct or t.is_upper or t.lower_ in ("and", "the") for t in between) or any(t.text in ".;:" for t in between):
                if len(row) == count:
                    break
                row = {}
            row.setdefault(mention.name, Party(mention.name, ActorKind.STATE, mention.country, mention.first, mention.end))
            end = mention.end
        return list(row.values()) if len(row) == count else []

    def _nameless(self, head: Token) -> Party:
        """`the warring sides in the region`: two of whom no name is told."""
        phrase = syntax.noun_phrase(head)
        return Party(self._context.reading.span(phrase.start, phrase.stop).text, ActorKind.GROUP, None, head.i, head.i + 1, is_named=False)

    def _all_joined_in(self, head: Token) -> list[Party]:
        """`representatives of the M23 group and the Congolese government`: everybody named where the heads do not tell who is joined."""
        inside = list(self._inside(head))
        roles = words("roles")
        acts_for = (
            *roles["bodies"]["words"],
            *roles["groups"]["words"],
            *talks_words()["groups"]["sides"],
            *talks_words()["nouns"]["body"],
        )
        acts_for = (*acts_for, *self._groups)
        is_actor = head.pos_ == "PROPN" or self._context.cast.one(head) or head.lemma_.lower() in acts_for
        if not is_actor or not any(token.dep_ == "cc" for token in inside):
            return []
        found: list[Party] = []
        for token in inside:
            if token.pos_ == "PRON":
                continue
            # Of "Malian and Tuareg rebel delegates" Mali has a word of its own; of "Tuareg forces" the Tuaregs have none.
            is_told = any(p.first <= token.i < p.end for p in found)
            acting = [p for p in (self._group(token) or self._context.cast.one(token)) if p.is_named]
            found.extend(p for p in acting if not is_told or (self._is_listed(p) and p.key not in {q.key for q in found}))
        found.sort(key=lambda party: party.first)
        # "A Hutu rebel faction" is one camp.
        camps = [p for p in found if p.kind is ActorKind.GROUP]
        found = [p for p in found if p not in camps or not any(q.first <= p.first and p.end <= q.end and q != p for q in camps)]
        return distinct(p for p in found if not self._is_place(p) and not self._is_dateline(p))

    def _inside(self, head: Token) -> Iterator[Token]:
        """The tokens of a phrase without its clauses, and without what only says where or about what."""
        yield head
        for child in head.children:
            if child.dep_ in ("relcl", "acl", "advcl", "det", "punct") or (child.dep_ == "prep" and child.lower_ not in JOINING):
                continue
            yield from self._inside(child)

    def _of_owner(self, head: Token) -> list[Party]:
        """`President Marenko's government`, `delegations representing Ghana and Peru`: those whom a body acts for."""
        for child in head.children:
            if child.dep_ == "acl" and child.lemma_.lower() == "represent":
                return [p for o in syntax.objects(child) for p in self._context.cast.one(o)]
        if head.lemma_.lower() not in words("roles")["bodies"]["words"]:
            return []
        owners = [c for c in head.children if c.dep_ == "poss" and self._context.cast.is_person(c)]
        return [without_person(p, 1.0) for owner in owners for p in self._context.cast.one(owner) if p.country]

    def _those_countries(self, head: Token) -> list[Party]:
        """`ministers of those countries and Ghana`: the list of states in the sentence before."""
        for of in syntax.adjuncts(head, "of", "from"):
            is_list = of.lemma_.lower() in ("country", "nation", "state") and any(c.lower_ in ("those", "these") for c in of.children)
            if is_list:
                return self._states_listed_before(of)
        return []

    def _joined_by_comma(self, head: Token) -> list[Party]:
        """`Libya, Malta to hold talks`: a state beside a state is no apposition to it."""
        mentions = self._context.mentions
        joined = [
            c for c in head.children if c.dep_ == "appos" and mentions.at(head.i, EntityKind.STATE) and mentions.at(c.i, EntityKind.STATE)
        ]
        return [p for token in joined for p in self._context.cast.one(token)]

    def _states_listed_before(self, head: Token) -> list[Party]:
        """The last two or more states joined by `and`, in the same sentence or the one before it."""
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(head) - 1)].start
        for token in reversed(list(head.doc[begin : head.i])):
            listed = [m for t in syntax.conjuncts(token) if (m := self._context.mentions.at(t.i, EntityKind.STATE))]
            if token.dep_ != "conj" and len(listed) >= 2:
                return [Party(m.name, ActorKind.STATE, m.country, m.first, m.end, directness=0.8) for m in listed]
        return []

    def _is_place(self, party: Party) -> bool:
        """A city that the entity recogniser took for somebody."""
        mention = self._context.mentions.at(party.first)
        return mention is not None and mention.kind is EntityKind.PLACE and party.country is None

    def _is_dateline(self, party: Party) -> bool:
        """`LOME - Togo and Mali`: where the report was written."""
        return is_in_dateline(self._context.reading.doc[party.first])

    def _of_pronoun(self, pronoun: Token, found: list[Party]) -> list[Party]:
        """`… as they held talks`: the subject of the clause above, else who met before."""
        if pronoun.lower_ not in ("they", "their", "them", "both", "two", "pair", "duo"):
            return found
        for node in syntax.chain(pronoun):
            if node.pos_ not in ("VERB", "AUX"):
                continue
            for subject in syntax.subjects(node):
                if subject.pos_ != "PRON" and subject.i < pronoun.i:
                    parties = [p for p in self._context.cast.parties(subject) if p.is_named]
                    if len(parties) >= 2:
                        return parties
        return [without_person(replace(p, first=pronoun.i, end=pronoun.i + 1), 0.7) for p in self._last] or found

    def _group(self, head: Token) -> list[Party]:
        """`rebels`, `the Syrian opposition`, `separatist leaders`: armed or rival camps, with whose land they are of."""
        camp = head
        if head.lemma_.lower() not in self._groups and head.lower_ not in self._groups:
            modifiers = [c for c in head.children if c.dep_ in ("amod", "compound", "poss") and c.lemma_.lower() in self._groups]
            roles = words("roles")
            acts_for = head.lemma_.lower() in (*roles["bodies"]["words"], *roles["groups"]["words"], *self._group_names)
            if not modifiers or not acts_for:
                return []
            camp = modifiers[0]
        if self._context.mentions.at(camp.i, EntityKind.ORGANISATION):
            return []
        if camp.lemma_.lower() in self._vague and not any(c.dep_ in ("amod", "compound", "poss") for c in camp.children) and camp == head:
            # "A group of banks".
            return []
        before = [c for c in camp.children if c.dep_ in ("amod", "compound") and c.i < camp.i]
        described = [c.i for c in before if c.i == camp.i - 1 or self._names_land(c)]
        first = min([camp.i, *described, *self._land_before(head)])
        if camp == head and (by_name := self._name_before(first if described else camp.i, camp)):
            return [by_name]
        end = camp.i + 1
        lands = {m.country for i in range(first, end) if (m := self._context.mentions.at(i)) and m.country}
        country = lands.pop() if len(lands) == 1 else None
        return [Party(self._context.reading.span(first, end).text, ActorKind.GROUP, country, first, end)]

    def _of_compass(self, head: Token) -> list[Party]:
        """`the North`, where the article tells of North Korea."""
        if head.text not in ("North", "South") or not any(c.lower_ == "the" for c in head.children):
            return []
        korea = next((m for m in self._context.mentions if m.name == f"{head.text} Korea"), None)
        return [Party(korea.name, ActorKind.STATE, korea.country, head.i, head.i + 1, directness=0.9)] if korea is not None else []

    def _name_before(self, first: int, camp: Token) -> Party | None:
        """`the leftist Northern Army (NA) rebel group`: the group by its name."""
        doc = self._context.reading.doc
        begin = first
        while (begin > camp.sent.start and doc[begin - 1].text in "()-") or doc[begin - 1].pos_ == "PROPN":
            begin -= 1
        for i in range(begin, camp.i):
            mention = self._context.mentions.at(i, EntityKind.ORGANISATION)
            if mention is not None:
                return Party(mention.name, mention.actor_kind, mention.country, mention.first, mention.end)
        for other in (c for c in camp.children if c.dep_ == "appos" and c.i > camp.i):
            # "The rebel faction, the Northern Front".
            if renamed := next((p for p in self._context.cast.one(other) if p.kind in (ActorKind.ORG, ActorKind.GROUP)), None):
                return replace(renamed, kind=ActorKind.GROUP)
        name = [i for i in range(begin, camp.i) if doc[i].pos_ == "PROPN" and not self._context.mentions.at(i)]
        if not name or name[-1] - name[0] >= len(name) or doc[name[0]].ent_type_ in ("DATE", "GPE"):
            return None
        # "Tuareg rebels" are no Tuaregs at large.
        end = camp.i + 1 if len(name) == 1 or doc[name[0]].ent_type_ == "NORP" else name[-1] + 1
        return Party(self._context.reading.span(name[0], end).text, ActorKind.GROUP, None, name[0], end)

    def _names_land(self, token: Token) -> bool:
        return token.dep_ in ("amod", "compound") and self._context.mentions.at(token.i, EntityKind.STATE, EntityKind.PLACE) is not None

    def _land_before(self, head: Token) -> list[int]:
        return [c.left_edge.i for c in head.children if self._names_land(c)]

    def _named_before(self, head: Token) -> list[Party]:
        """Two or more parties joined by `and` before `these leaders`, in the same sentence or the one before it."""
        reading = self._context.reading
        begin = reading.sentences[max(0, reading.sentence_index(head) - 1)].start
        for token in reversed(list(head.doc[begin : head.i])):
            if token.dep_ != "conj":
                parties = self._context.cast.parties(token)
                if len([p for p in parties if p.is_named]) >= 2:
                    return [replace(party, directness=0.8) for party in parties]
        return []

    def _between_states(self, parties: list[Party]) -> list[Party]:
        """Those between whom records are: joint bodies taken apart, and nobody who acts for nobody where two others are named."""
        parties = [party for party in parties if party.name.casefold() not in self._domestic]
        parties = [self._as_group(p) for party in parties if not self._is_of_meeting(party) for p in self._taken_apart(party)]
        states = [p for p in parties if p.kind is not ActorKind.PERSON]
        if len(named(states)) < 2:
            return parties
        listed = [p for p in states if self._is_listed(p)]
        # Beside two who are known, what else the recogniser sees in one word is mostly a part of somebody's name.
        return [p for p in states if p in listed or " " in p.name or p.name.islower()] if len(named(listed)) >= 2 else states

    def _is_of_meeting(self, party: Party) -> bool:
        """`the Six-Party Talks`: what is held, and nobody who takes part."""
        return party.kind in (ActorKind.ORG, ActorKind.IGO) and is_meeting_word(self._context.reading.doc[party.end - 1])

    def _as_group(self, party: Party) -> Party:
        """An unlisted front or army is an armed group: `the Northern Front`, `Tigrayan forces`."""
        words_of = (party.name.split()[-1].casefold(), self._context.reading.doc[party.end - 1].lower_)
        if party.kind is not ActorKind.ORG or not self._group_names & set(words_of):
            return party
        return replace(party, kind=ActorKind.GROUP)

    def _taken_apart(self, party: Party) -> list[Party]:
        """`the Ghana-Togo Joint Commission`: the states that sit on it."""
        if party.kind is not ActorKind.ORG or self._is_listed(party):
            return [party]
        inside = {m.country: m for i in range(party.first, party.end) for m in self._mentions_at.get(i, []) if m.kind is EntityKind.STATE}
        if len(inside) < 2:
            return [party]
        return [Party(m.name, ActorKind.STATE, m.country, m.first, m.end) for m in inside.values()]

    def _is_listed(self, party: Party) -> bool:
        """Whether a gazetteer knows the party, or the state that it acts for."""
        if party.country is not None or party.individual is not None:
            return True
        mention = self._context.mentions.at(party.first) or self._context.mentions.at(party.end - 1)
        return mention is not None and mention.name == party.name


def _link(noun: Token, verb: Token) -> Token:
    """What of `began the second day of talks` hangs on the verb: the noun, what it is a part of, or its preposition."""
    below = noun
    while below.head not in (verb, below):
        below = below.head
    return below


def without_person(party: Party, directness: float) -> Party:
    """A party taken over from another meeting: who went there then need not be there now."""
    return replace(party, individual=None, level=TalksLevel.UNKNOWN, directness=directness)


def named(parties: Iterable[Party]) -> list[Party]:
    """Those with a name, each once."""
    return [party for party in distinct(parties) if party.is_named]


def distinct(parties: Iterable[Party]) -> list[Party]:
    """Each party once: the mention that names a person before one that does not, a named one before `the two sides`."""
    best: dict[str, Party] = {}
    for party in parties:
        known = best.get(party.key)
        if known is None or (party.individual and not known.individual):
            best[party.key] = party
    found = list(best.values())
    with_name = [party for party in found if party.is_named]
    return found if len(with_name) < 2 else with_name
