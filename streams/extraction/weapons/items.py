"""What is given: named systems, classes of weapons, packages known only by their worth, and `two more` of what was named before."""

from __future__ import annotations

from dataclasses import replace

from spacy.tokens import Token

from streams.extraction import syntax
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.mentions import Form, Mention
from streams.extraction.weapons.kinds import kind_of
from streams.extraction.weapons.setting import Setting
from streams.extraction.weapons.weapon import Item, Weapon, lexicon
from streams.records import EntityKind, FigureKind, Qualifier, WeaponCategory

__all__ = ["Items", "is_passed_over"]

WIDEST_PHRASE = 9
"""Tokens in which a number stands before what it counts: `20 long-range, all-weather strike fighters`."""

WIDEST_CLASS = 6
"""Tokens in which the class of a named system begins: `Rafale multi-role combat jets`."""

REACH_OF_ELLIPSIS = 120
"""Tokens within which `two more` still means what was named last."""

MOST_LEFT_OUT = 100_000
"""Of more than so many nobody leaves out what they are."""

MAKE_LENGTH = 3
"""Letters of what stands before a number that is part of a name: `RB 99`."""

CLOSING = ('"', "”", "’", "'", "''")
"""Behind a name in quotation marks."""

BEFORE_NOUN = frozenset({"compound", "nmod", "amod", "nummod"})

MODIFIER_POS = frozenset({"ADJ", "NOUN", "PROPN", "ADV", "X", "NUM"})


class Items:
    """Finds what may be given, token by token from the start of the text to its end."""

    def __init__(self, context: ArticleContext) -> None:
        self._context = context
        self._doc = context.reading.doc
        nouns = lexicon()["nouns"]
        self._units = frozenset(nouns["units"])
        self._others = frozenset(nouns["others"])
        self._containers = frozenset(nouns["containers"])
        self._measures = frozenset(nouns["measures"])
        self._ordinals = frozenset(nouns["ordinals"])
        self._packages = lexicon()["packages"]
        self._words = frozenset(lemma for key in ("arming", "money_only", "counted", "bare") for lemma in self._packages[key])
        self._figure_at = {i: f for f in context.figure_mentions for i in range(f.first, f.end)}
        self._figures_under: dict[int, list[FigureMention]] = {}
        for figure in context.figure_mentions:
            self._figures_under.setdefault(figure.root.i, []).append(figure)
            self._figures_under.setdefault(figure.root.head.i, []).append(figure)
        self._last_weapon: Weapon | None = None
        self._last_named: dict[WeaponCategory, Weapon] = {}
        self._end_of_last = 0
        self._setting = Setting(context)

    def at(self, token: Token) -> Item | None:
        """The item whose phrase has its last word here."""
        mention = self._context.mentions.at(token.i, EntityKind.WEAPON)
        if mention:
            self._setting.note_weapon(token)
        weapon = self._named(token, mention) if mention else self._unnamed(token)
        if weapon is None:
            return None
        weapon = self._by_name(weapon)
        self._end_of_last = weapon.end
        # "gave a boost to Malta's air defences": of them no hundreds are delivered.
        is_whose = weapon.head.lemma_.lower() in ("defence", "defense")
        is_told = weapon.form is Form.NAME or self._last_weapon is None or weapon.category is not WeaponCategory.UNSPECIFIED
        is_the_one = self._last_weapon is not None and weapon.head.tag_ in ("NN", "NNP") and _is_definite(weapon.head)
        # Of "11 jets to equip the aircraft carrier" five more are jets.
        if is_told and not weapon.is_elliptic and not is_passed_over(weapon.head) and not is_the_one and not is_whose:
            self._last_weapon = weapon
            if weapon.form is Form.NAME:
                self._last_named[weapon.category] = weapon
        quantity, value, top = self._figures(weapon)
        own = self._figure_at.get(weapon.first)
        if own is not None and own.found.kind is FigureKind.MONEY and own.first == weapon.first and own.end == weapon.end:
            # The sum is all that is named.
            quantity, value, top = None, own, weapon.head
        return Item(weapon, top, quantity, value)

    def _by_name(self, weapon: Weapon) -> Weapon:
        """`24 of the jets`, `such weapons`: those named last, where they are of that class."""
        is_such = weapon.category is WeaponCategory.UNSPECIFIED and any(c.lower_ == "such" for c in weapon.head.lefts)
        if self._last_weapon is not None and is_such and not weapon.is_package and self._is_near(weapon, self._last_weapon):
            # "will not provide such weapons"
            return replace(weapon, designation=self._last_weapon.designation, category=self._last_weapon.category)
        last = self._last_named.get(weapon.category)
        if last is None or weapon.is_elliptic or not weapon.is_known:
            return weapon
        return replace(weapon, designation=last.designation) if self._is_near(weapon, last) else weapon

    @staticmethod
    def _is_near(weapon: Weapon, last: Weapon) -> bool:
        return weapon.head.i - last.head.i <= REACH_OF_ELLIPSIS

    def _unnamed(self, token: Token) -> Weapon | None:
        if token.i < self._end_of_last or (token.i not in self._figures_under and token.lemma_.lower() not in self._words):
            return None
        if _is_one_of_the_best(token):
            return None
        return (
            self._arming(token)
            or self._money_only(token)
            or self._stopped(token)
            or self._sum(token)
            or self._elliptic(token)
            or self._counted(token)
            or self._again(token)
        )

    # The weapon --------------------------------------------------------------------------------------------------------------------

    def _named(self, token: Token, mention: Mention) -> Weapon | None:
        if token.i != mention.last or (mention.form is Form.GENERIC and mention.first == mention.last and _is_verb(token)):
            return None
        # The guns of "48 M240 machine guns" end with what was before.
        if _is_denied(self._doc[mention.first]) or self._is_named_before(mention) or mention.first < self._end_of_last:
            return None
        # Of "rounds of ammunition" the rounds are what a verb moves.
        root = self._doc[mention.first : mention.end].root
        head, end = (root if any(t.lower_ == "of" for t in root.rights) else token), mention.end
        if mention.form is Form.NAME and (kind := self._class_behind(end, head.sent.end)) is not None:
            head, end = self._doc[kind.last], kind.end
        while (unit := self._unit_behind(head, end)) is not None:
            is_shared = any(token.pos_ in ("CCONJ", "PUNCT") and token.text != "-" for token in self._doc[end : unit.i])
            # Of "Buk and Osa batteries" each has its own name.
            head, end = unit, (end if is_shared else unit.i + 1)
            if is_shared:
                break
        if mention.form is Form.GENERIC and (kind := self._type_behind(end)) is not None:
            # "rockets of the RS-7 type"
            return Weapon(kind.name, kind.category, Form.NAME, head, mention.first, kind.end + 1)
        is_modifier = head.dep_ in ("compound", "nmod", "amod", "poss") and head.head.pos_ in ("NOUN", "PROPN") and head.head.i >= end
        # Of "missiles, guns and vehicles" the missiles are no kind of vehicle.
        if is_modifier and not any(token.text == "," for token in self._doc[end : head.head.i]):
            other = self._context.mentions.at(head.head.i, EntityKind.WEAPON)
            if other and other is not mention:
                return None
            if head.head.lemma_.lower() not in lexicon()["by_noun"] or head.head.lemma_.lower() in lexicon()["lists"]["side_items"]:
                return None
        if end < len(self._doc) and self._doc[end].text == "-" and not self._doc[end - 1].whitespace_:
            # "drone-related", "missile-armed": a word of another thing.
            return None
        if head.lemma_.lower() in self._packages["stores"] or self._is_source_or_purpose(head) or _is_one_of_the_best(head):
            return None
        is_of_another = head.lemma_.lower() in lexicon()["not_given"]["words"] or (head == token and self._is_of_another_noun(token))
        if mention.form is Form.GENERIC and is_of_another:
            return None
        if head.dep_ in BEFORE_NOUN and head.head.lemma_.lower() in lexicon()["not_given"]["after_names"]:
            return None
        if mention.category is not WeaponCategory.SHIP and self._is_of_mass_destruction(mention):
            return None
        return Weapon(mention.name, mention.category, mention.form, head, mention.first, end)

    def _type_behind(self, end: int) -> Mention | None:
        """`RS-7` of `rockets of the RS-7 type`."""
        if self._doc[end : end + 2].text.lower() != "of the":
            return None
        name = self._context.mentions.at(end + 2, EntityKind.WEAPON) if end + 2 < len(self._doc) else None
        if name is None or name.form is not Form.NAME or name.first != end + 2 or name.end >= len(self._doc):
            return None
        return name if self._doc[name.end].lemma_.lower() in lexicon()["nouns"]["kinds"] else None

    def _class_behind(self, end: int, limit: int) -> Mention | None:
        """`multi-role combat jets` of `Rafale multi-role combat jets`: the class that says what a named system is."""
        for i in range(end, min(end + WIDEST_CLASS, limit)):
            mention = self._context.mentions.at(i, EntityKind.WEAPON)
            if mention is not None:
                return mention if mention.form is Form.GENERIC and mention.first == i else None
            if (self._doc[i].pos_ not in MODIFIER_POS and self._doc[i].text not in ("-", *CLOSING)) or i in self._figure_at:
                return None
        return None

    def _is_of_mass_destruction(self, mention: Mention) -> bool:
        """`chemical weapons`, `its nuclear and missile programmes`, `political ammunition`: what a state has, and gives to nobody."""
        before = self._doc[max(mention.first - 2, 0) : mention.end]
        behind = self._doc[mention.end : mention.end + 1]
        if mention.name == "bomb" and self._doc[mention.last].tag_ == "NN" and mention.first not in self._figure_at:
            # "whether Iran will get the bomb"
            return True
        is_figure = mention.first > 0 and self._doc[mention.first - 1].lower_ in self._packages["figurative"]
        is_of_mass = any(t.lower_ in self._packages["mass_destruction"] for t in before)
        is_of_mass = is_of_mass or self._doc[mention.end : mention.end + 3].text.lower() == "of mass destruction"
        return is_figure or is_of_mass or any(t.lemma_.lower() in self._packages["programmes"] for t in behind)

    def _is_named_before(self, mention: Mention) -> bool:
        """`missiles` of `Army Tactical Missile System (ATACMS) missiles`: the name stands in the brackets, or before them."""
        closing = mention.first - 1
        while closing > 1 and (self._doc[closing].pos_ in ("ADJ", "NOUN") or self._doc[closing].text == "-"):
            # As in: (ATACMS) long-range missiles.
            closing -= 1
        if mention.form is not Form.GENERIC or closing < 1 or self._doc[closing].text != ")":
            return False
        opening = next((i for i in range(closing - 1, max(closing - WIDEST_PHRASE, 0), -1) if self._doc[i].text == "("), 0)
        names = (self._context.mentions.at(i, EntityKind.WEAPON) for i in (closing - 1, opening - 1) if i >= 0)
        return any(name is not None and name.form is Form.NAME for name in names)

    def _is_of_another_noun(self, token: Token) -> bool:
        """`missile` of `drone and missile technology`, `submarine, missile and other technologies`: what another noun is of."""
        if token.tag_ != "NN" or any(c.dep_ in ("det", "nummod", "poss", "amod") for c in token.children):
            return False
        for behind in self._doc[token.i + 1 : min(token.i + WIDEST_PHRASE, token.sent.end)]:
            if behind.lemma_.lower() in lexicon()["not_given"]["words"]:
                # Of "ammunition, training and fuel" each is given.
                return behind.nbor(-1).pos_ in ("NOUN", "ADJ", "PROPN")
            if behind.pos_ not in ("NOUN", "ADJ", "CCONJ", "PROPN") and behind.text not in (",", "-"):
                return False
        return False

    def _unit_behind(self, head: Token, end: int) -> Token | None:
        """`jets` of `F-16 fighter jets`, whatever the parser hangs the words on."""
        is_modifier = head.dep_ in ("compound", "nmod", "amod", "nummod")
        if is_modifier and head.head.lemma_.lower() in self._units and end <= head.head.i <= end + 3:
            return head.head
        for token in self._doc[end : min(end + 3, head.sent.end)]:
            if token.pos_ not in ("NOUN", "PROPN", "ADJ"):
                return None
            # Of a plural in capitals the lemmatizer leaves the ending.
            if token.tag_ in ("NNS", "NNPS") and {token.lemma_.lower(), token.lower_.removesuffix("s")} & self._units:
                return token
        return None

    def _is_source_or_purpose(self, head: Token) -> bool:
        """`from its arsenal`, `out of stocks`; `ammunition for howitzers`, which gives no howitzers."""
        if head.dep_ == "appos" and head.head.pos_ == "PROPN" and not any(c.dep_ == "cc" for c in head.children):
            # As in: ammunition for High Mobility Artillery Rocket Systems (HIMARS).
            head = head.head
        while head.dep_ == "pobj" and head.head.lower_ == "to" and head.head.i > 0 and head.head.nbor(-1).text == "-":
            # "Surface-to-Air Missile System", which the parser takes apart
            head = head.head.head
        first = head
        while first.dep_ == "conj":
            first = first.head
        if head.dep_ == "conj" and not any(c.dep_ in ("nummod", "det") for c in head.children):
            # "shells for tanks and howitzers", to whichever of the nouns the parser joins the howitzers
            start = syntax.noun_phrase(head).start
            is_joined = start > 1 and self._doc[start - 1].lower_ == "and"
            firsts = (first, self._doc[start - 2]) if is_joined else (first,)
            if not is_joined and any(c.lower_ == "the" for c in first.children):
                # "munitions for the NASAMS system, machine guns and radars"
                return False
            return any(self._is_for_accessory(t) for t in firsts)
        if head.dep_ != "pobj" or head.head.lower_ not in ("from", "of", "for"):
            return False
        preposition = head.head
        if preposition.lower_ == "from":
            return True
        if preposition.lower_ == "of":
            # "out of its stocks", "the destruction of landmines", "rotations of jets"; but "12 out of the 44 jets"
            out = preposition.head
            if out.lemma_.lower() in (*self._packages["disarming"], *lexicon()["aside"]["stationing"]):
                return True
            return out.lower_ == "out" and not (out.i > 0 and out.nbor(-1).like_num)
        if any(c.dep_ == "relcl" and lexicon()["by_verb"].get(c.lemma_.lower()) == "pledge" for c in head.children):
            # "has trained crews for the jets that it promised to Malta"
            return False
        return self._is_for_accessory(head)

    def _is_for_accessory(self, noun: Token) -> bool:
        """Whether it is what shells, parts or kits are for."""
        if noun.dep_ != "pobj" or noun.head.lower_ != "for":
            return False
        # "deliveries of missiles for Malta's jets"
        above = (noun.head.head, *syntax.adjuncts(noun.head.head, "of"))
        return any(t.lemma_.lower() in self._packages["accessories"] and t.i < noun.i for t in above)

    def _arming(self, token: Token) -> Weapon | None:
        """`threatened to arm the rebels`: weapons, said by the verb alone."""
        if token.pos_ != "VERB" or token.lemma_.lower() not in self._packages["arming"]:
            return None
        if not any(child.dep_ == "dobj" and self._context.cast.parties(child) for child in token.children):
            return None
        if any(child.dep_ == "prep" and child.lower_ == "with" for child in token.children):
            return None
        return Weapon("weapon", WeaponCategory.UNSPECIFIED, Form.GENERIC, token, token.i, token.i + 1)

    def _counted(self, token: Token) -> Weapon | None:
        """`more than 400 vehicles`, `60 boats`: things that armies have, counted where the talk is of arms."""
        lemma = token.lemma_.lower()
        category = self._packages["counted"].get(lemma)
        carrying = lexicon()["clause"]["carrying"]
        if category is None or token.pos_ not in ("NOUN", "PROPN") or any(c.lemma_.lower() in carrying for c in token.rights):
            return None
        if lemma in self._packages["least"] and any(c.lower_ == "of" for c in token.rights):
            # "rounds of ammunition" are named by that.
            return None
        weapon = Weapon(lemma, WeaponCategory(category), Form.GENERIC, token, token.i, token.i + 1)
        quantity, _, _ = self._figures(weapon)
        is_enough = quantity is not None and (quantity.found.min or 0) >= self._packages["least"].get(lemma, 0)
        if quantity is not None and any(t.lower_ in self._others for t in self._doc[quantity.end : token.i]):
            # "one more vessel", "two other jets": of the ones told of, where those are of that class
            last = self._last_named.get(weapon.category)
            weapon = replace(weapon, designation=last.designation) if last is not None and self._is_near(weapon, last) else weapon
        return weapon if is_enough and self._setting.is_military(token) else None

    def _again(self, token: Token) -> Weapon | None:
        """`those jets`, `the ships`: the ones named last, where they are of that class."""
        category, last = self._packages["counted"].get(token.lemma_.lower()), self._last_weapon
        if category is None or last is None or last.form is not Form.NAME or token.i > last.head.i + REACH_OF_ELLIPSIS:
            return None
        if token.tag_ != "NNS" or token.dep_ in ("compound", "nmod", "amod", "poss"):
            return None
        before = [c for c in token.lefts if c.dep_ != "punct"]
        if len(before) != 1 or before[0].lower_ not in ("the", "these", "those", "both"):
            return None
        return replace(last, head=token, first=token.i, end=token.i + 1) if category == last.category.value else None

    def _money_only(self, token: Token) -> Weapon | None:
        """`a $275 million package`, `$800 million in assistance`, where the talk is of arms."""
        if token.pos_ not in ("NOUN", "PROPN") or token.lemma_.lower() not in self._packages["money_only"]:
            return None
        if token.dep_ in ("compound", "nmod") and token.head.pos_ in ("NOUN", "PROPN"):
            return None
        if self._setting.is_civil(token) or any(map(_is_denied, token.subtree)):
            return None
        phrase = syntax.noun_phrase(token)
        weapon = Weapon(self._packages["designation"], WeaponCategory.UNSPECIFIED, Form.GENERIC, token, phrase.start, token.i + 1)
        figures = [f for i in phrase if (f := self._figure_at.get(i)) is not None]
        end_of_figures = max((f.end for f in figures), default=phrase.start)
        weapon = replace(weapon, first=min(end_of_figures, token.i))
        _, value, _ = self._figures(weapon)
        is_taken_apart = token.dep_ == "nsubj" and token.head.lemma_.lower() in lexicon()["verbs"]["list"]
        if value is None and not self._has_worth_behind(token) and not is_taken_apart:
            return None
        return weapon if self._setting.is_military(token) else None

    def _stopped(self, token: Token) -> Weapon | None:
        """`is freezing deliveries to Malta`, `suspended all permits for exports to Malta`, where the talk is of arms: of arms."""
        if token.lemma_.lower() not in self._packages["bare"] or token.pos_ != "NOUN" or syntax.adjuncts(token, "of", "in"):
            return None
        noun = token.head.head if token.dep_ == "pobj" and token.head.lower_ == "for" and kind_of(token.head.head) == "commit" else token
        is_stopped = noun.dep_ in ("dobj", "nsubjpass") and kind_of(noun.head) in ("withdraw", "refuse")
        is_bare = not any(c.dep_ in ("compound", "nmod", "poss", "conj") or c.tag_ == "NN" for c in token.children)
        goals = [p for h in syntax.adjuncts(token, "to") for p in self._context.cast.one(h) if p.country]
        if not (is_stopped and is_bare and goals) or not self._setting.is_of_arms(token):
            return None
        return Weapon("arms", WeaponCategory.UNSPECIFIED, Form.GENERIC, token, token.i, token.i + 1)

    def _sum(self, token: Token) -> Weapon | None:
        """`$60 billion for Ukraine`, where the talk is of arms and of nothing civil."""
        figure = next((f for f in self._figures_under.get(token.i, ()) if f.root == token and f.found.kind is FigureKind.MONEY), None)
        if figure is None or figure.end + 1 >= len(self._doc) or self._doc[figure.end].lower_ not in ("for", "to"):
            return None
        before = [t.lower_ for t in self._doc[max(token.sent.start, figure.first - 4) : figure.first]]
        if before[-1:] == ["for"] or any(word in self._packages["worth"] for word in before):
            # What something else costs.
            return None
        state = self._context.mentions.at(figure.end + 1, EntityKind.STATE)
        if state is None or state.form is Form.DEMONYM or not self._setting.is_military(token):
            return None
        if any(word.lower_ in self._packages["civil"] for word in token.sent):
            return None
        return Weapon(self._packages["designation"], WeaponCategory.UNSPECIFIED, Form.GENERIC, token, figure.first, figure.end)

    def _has_worth_behind(self, token: Token) -> bool:
        """`a package worth $20 million`."""
        worth = self._packages["worth"]
        return any(c.lower_ in worth and any(word.i in self._figure_at for word in c.subtree) for c in token.children)

    def _elliptic(self, token: Token) -> Weapon | None:
        """`two systems`, `seven more`, `one`: more of what was named last."""
        last = self._last_weapon
        if last is None or token.i > last.head.i + REACH_OF_ELLIPSIS:
            return None
        figure = next((f for f in self._figures_under.get(token.i, ()) if f.found.kind is FigureKind.COUNT), None)
        if (
            figure is None
            or figure.found.min == 0
            or (figure.found.min or 0) > MOST_LEFT_OUT
            or (
                figure.root == token
                and figure.found.min is None
                and figure.found.max is None
                and not (_are_given(token) and last.head.tag_ in ("NNS", "NNPS"))
            )
        ):
            return None
        lemma = token.lemma_.lower()
        known = {t.lemma_.lower() for t in self._doc[last.first : last.end]}
        if last.head.dep_ == "pobj" and last.head.head.lower_ == "of":
            # "three batteries of the missile", and later "five batteries"
            known.add(last.head.head.head.lemma_.lower())
        between = {t.lemma_.lower() for t in self._doc[figure.end : token.i] if t.pos_ in ("NOUN", "PROPN")}
        is_unit = lemma in self._units and token.pos_ == "NOUN" and lemma in known and between <= known | self._others
        is_bare = (lemma in self._others and figure.root.head == token) or (
            figure.root == token
            and (
                token.dep_ in ("pobj", "dobj", "nsubj", "nsubjpass", "conj")
                or (token.dep_ == "appos" and token.is_alpha and token.head != last.head)
            )
            and not _counts_something(token)
        )
        if not (is_unit or is_bare) or (is_bare and self._names_thing(figure.end)):
            return None
        before = [t.lower_ for t in self._doc[max(figure.first - 3, 0) : figure.first]]
        behind = [t.lower_ for t in self._doc[figure.end : figure.end + 1]]
        is_end_of_range = before[:1] == ["from"] and before[-1:] == ["to"]
        is_range = is_end_of_range or (is_bare and before[-1:] == ["from"] and behind == ["to"])
        if is_range or before[1:] == ["addition", "to"] or not {"not", "never"}.isdisjoint(before):
            # "to raise the age to buy rifles from 18 to 21", "sponsored by the senator in addition to five others", "not a single one"
            return None
        if is_bare and token.dep_ == "nsubj" and figure.first > 0 and self._doc[figure.first - 1].lower_ == "the":
            # "…, and the two held drills": two states.
            return None
        phrase = syntax.noun_phrase(token)
        return replace(last, head=token, first=min(phrase.start, figure.first), end=token.i + 1, is_elliptic=True)

    def _names_thing(self, i: int) -> bool:
        """Whether a noun, or a weapon that the parser took for something else, stands behind a number."""
        if i >= len(self._doc):
            return False
        token = self._doc[i]
        return token.lemma_.lower() not in self._others and (
            token.pos_ in ("NOUN", "PROPN", "ADJ") or self._context.mentions.at(i, EntityKind.WEAPON) is not None
        )

    # Its figures -------------------------------------------------------------------------------------------------------------------

    def _figures(self, weapon: Weapon) -> tuple[FigureMention | None, FigureMention | None, Token]:
        """How many, worth how much, and the head that both hang on: `dozens of tanks`, `$14 billion in military aid`."""
        figure, top = self._figure_before(weapon)
        if figure is None:
            # "seven more", where the number is the phrase.
            under = [f for f in self._figures_under.get(weapon.head.i, ()) if f.found.kind is FigureKind.COUNT]
            figure = next((f for f in under if f.first <= weapon.head.i < f.end or weapon.is_elliptic), None)
        if weapon.head.is_ancestor(top):
            top = weapon.head
        if figure is None or figure.found.kind is FigureKind.MONEY:
            return None, figure, top
        figure = self._without_topic(figure)
        is_count = figure.found.kind is FigureKind.COUNT and not weapon.is_package and not _counts_another(weapon)
        return (figure if is_count else None), None, top

    def _without_topic(self, figure: FigureMention) -> FigureMention:
        """`talks with Malta over ten jets`: ten, and not more than ten."""
        over = self._doc[figure.first]
        is_topic = over.lower_ == "over" and over.dep_ == "prep" and over.head.lemma_.lower() in lexicon()["theme_prepositions"]["over"]
        if not is_topic or figure.found.qualifier is not Qualifier.AT_LEAST or figure.end <= figure.first + 1:
            return figure
        start = self._context.reading.start_of(self._doc[figure.first + 1])
        found = replace(figure.found, max=figure.found.min, qualifier=Qualifier.EXACT, start=start)
        return replace(figure, first=figure.first + 1, found=found)

    def _figure_before(self, weapon: Weapon) -> tuple[FigureMention | None, Token]:
        """The number that stands before a weapon and its adjectives, or before an `of`, and the head of both."""
        top = weapon.head
        first_of_sentence = self._start_of_line(weapon.head.sent.start)
        i = weapon.first - 1
        while i >= max(first_of_sentence, weapon.first - WIDEST_PHRASE):
            token = self._doc[i]
            if (found := self._figure_at.get(i)) is not None and self._is_of_make(found):
                i = found.first - 1
            elif found is not None:
                return (None if self._is_second_of_two(found) else self._part_of(found)), top
            if token.text == ")":
                # A sum in another currency stands between: `the $61bn (£49bn) package`; or the number itself: `eight (8) guns`.
                inside = self._figure_at.get(i - 1)
                i = self._before_parenthesis(i)
                if self._figure_at.get(i) is None and inside is not None:
                    return inside, top
            elif token.lower_ in ("of", "in") and i > first_of_sentence:
                holder = self._doc[self._before_parenthesis(i - 1)]
                if holder.is_quote and holder.i > first_of_sentence:
                    holder = holder.nbor(-1)
                if token.lower_ == "of" and holder.lemma_.lower() in self._measures:
                    # How many containers, and not how many rounds.
                    return None, holder
                if token.lower_ == "of" and holder.lemma_.lower() in self._containers:
                    top, i = holder, holder.i - 1
                    continue
                return self._figure_of(holder, token.lower_, top)
            elif self._belongs_to_phrase(i) and not self._ends_item(i):
                i -= 1
            elif token.pos_ in ("PRON", "DET") and i > first_of_sentence and self._doc[i - 1].lower_ == "of":
                # "14 of its own tanks"
                i -= 1
            else:
                break
        return None, top

    def _start_of_line(self, first: int) -> int:
        """The start of a sentence, or of the number before it, where the parser cuts `10 | drones` in two."""
        reading = self._context.reading
        figure = self._figure_at.get(first - 1) if first else None
        if figure is None or "\n" in reading.text[reading.start_of(self._doc[first - 1]) : reading.start_of(self._doc[first])]:
            return first
        return figure.first

    def _is_of_make(self, figure: FigureMention) -> bool:
        """`three Project 1135.6 frigates`, `a 6,000-tonne frigate`: a number of what kind they are, and not of how many."""
        if figure.found.kind is not FigureKind.COUNT or figure.end >= len(self._doc):
            return False
        before = self._doc[figure.first - 1] if figure.first else None
        is_named = before is not None and (before.lower_ in lexicon()["numbers"]["makes"] or self._is_make(before))
        behind = self._doc[figure.end : figure.end + 2]
        is_measured = len(behind) == 2 and behind[0].text == "-" and behind[1].lemma_.lower() in lexicon()["numbers"]["dimensions"]
        return is_named or is_measured

    def _is_make(self, token: Token) -> bool:
        """`RB` of `RB 99 missiles`, `CV` of `CV 90 vehicles`; but not `US`."""
        is_short = token.text.isupper() and token.text.isalpha() and 1 < len(token) <= MAKE_LENGTH
        return is_short and self._context.mentions.at(token.i) is None

    def _is_second_of_two(self, figure: FigureMention) -> bool:
        """`18 new and 14 used jets`, `20 and 30 tanks`: neither number is that of all."""
        i = figure.first - 1
        if i < 1 or self._doc[i].lower_ not in ("and", "or"):
            return False
        i -= 1
        while i > 0 and self._doc[i].pos_ == "ADJ":
            i -= 1
        other = self._figure_at.get(i)
        return other is not None and other.found.kind is figure.found.kind is FigureKind.COUNT

    def _part_of(self, figure: FigureMention) -> FigureMention | None:
        """Of `four of the 24 jets` the four."""
        i = figure.first - 1
        i -= i > 0 and self._doc[i].lower_ in ("the", "its", "their", "these")
        if i < 1 or self._doc[i].lower_ != "of":
            return figure
        # "120 out of the 230 jets"
        i -= self._doc[i - 1].lower_ == "out"
        if self._doc[i - 1].lower_ in (*self._ordinals, *lexicon()["numbers"]["parts"]):
            # Of "the first of two ships" one, and no number says so; nor how many are "half of the 20".
            return None
        part = self._figure_at.get(i - 1)
        return part if part is not None and part.found.kind is FigureKind.COUNT else figure

    def of_which(self, weapon: Weapon, *, is_all: bool) -> FigureMention | None:
        """`30` of `the first of 30 jets that Malta has bought should follow`, `the last of 30 jets have arrived`.

        Parameters
        ----------
        is_all
            Whether what is told is told of all of them, and not of the first.
        """
        figure = self._figure_at.get(weapon.first - 1)
        if figure is None or figure.found.kind is not FigureKind.COUNT:
            return None
        of = figure.first - 1
        of -= of > 0 and self._doc[of].lower_ in ("the", "its", "their", "these")
        if of < 1 or self._doc[of].lower_ != "of":
            return None
        part = self._doc[of - 1].lower_
        return figure if part in ("last", "final") or (is_all and part in self._ordinals) else None

    def _figure_of(self, holder: Token, preposition: str, top: Token) -> tuple[FigureMention | None, Token]:
        """The number in `dozens of`, `$8 billion worth of`, `€2bn in`."""
        worth = holder if holder.lower_ == "worth" and holder.i > 1 else None
        if worth is not None:
            behind = 2 if self._doc[holder.i - 1].lower_ in ("'s", "’s", "'", "’") else 1
            holder = self._doc[worth.i - behind]
        if holder.lower_ == "more" and holder.i > 0:
            # "two more of the frigates"
            held = self._figure_at.get(holder.i - 1)
            return (held, held.root) if held is not None and held.found.kind is FigureKind.COUNT and preposition == "of" else (None, top)
        held = self._figure_at.get(holder.i)
        if held is None or (held.found.kind is not FigureKind.MONEY and (preposition == "in" or held.found.kind is not FigureKind.COUNT)):
            return None, worth or top
        return held, worth or held.root

    def _belongs_to_phrase(self, i: int) -> bool:
        """Whether a token can stand between a number and what it counts: an adjective, or what joins two."""
        token = self._doc[i]
        if token.tag_ in ("VBN", "VBG"):
            # "two planes carrying ammunition" are not two of ammunition.
            return token.dep_ not in ("acl", "relcl") or not any(c.dep_ == "dobj" for c in token.rights)
        if token.pos_ in MODIFIER_POS or token.text in ("-", "/", "“", '"'):
            return True
        joins = token.lower_ in ("and", "or", ",") and self._doc[i + 1].pos_ in MODIFIER_POS
        # Of "33 engines, spare parts" the engines are 33.
        before = self._doc[i - 1]
        others = before.tag_ in ("NNS", "NNPS") and before.lemma_.lower() not in self._packages["counted"]
        # "20 of the old kind, small drones"
        others = others or before.lemma_.lower() in lexicon()["nouns"]["kinds"]
        return joins and not others and not self._ends_item(i - 1)

    def _before_parenthesis(self, i: int) -> int:
        """The token before a parenthesis that ends at a token; the token itself where none ends there."""
        if self._doc[i].text != ")":
            return i
        opening = next((j for j in range(i - 1, max(i - 10, 0), -1) if self._doc[j].text == "("), i)
        return max(opening - 1, 0)

    def _ends_item(self, i: int) -> bool:
        """Whether another item stands there: the number before it counts that one."""
        mention = self._context.mentions.at(i, EntityKind.WEAPON)
        return mention is not None and mention.last == i and self._doc[i].dep_ not in ("compound", "amod", "nmod")


def is_passed_over(head: Token) -> bool:
    """`chose the Gripen over the F-16`, `in return for 40 trucks`: what is not given; but `talks over`, `a decision over`."""
    before = head.doc[max(head.left_edge.i - 2, 0) : head.left_edge.i]
    if [token.lower_ for token in before] == ["instead", "of"]:
        return True
    if [token.lower_ for token in head.doc[max(head.left_edge.i - 3, 0) : head.left_edge.i]] == ["in", "place", "of"]:
        # "offered Patriots in place of the S-400"
        return True
    if head.dep_ != "pobj":
        return False
    preposition, above = head.head.lower_, head.head.head
    while above.dep_ == "pobj" and above.head.lower_ == "with":
        # "in talks with Malta over tanks and with Cyprus over jets"
        above = above.head.head if above.head.head.pos_ != "ADP" else above.head.head.head
    holder = above.lemma_.lower()
    if preposition == "for" and holder in lexicon()["aside"]["returning"]:
        return True
    if preposition not in lexicon()["aside"]["passing_over"] or lexicon()["by_noun"].get(holder) == "discuss":
        return False
    # "picked the Gripen that Malta offered over the F-16"
    verbs = (node.lemma_.lower() for node in head.ancestors if node.pos_ == "VERB")
    return holder not in lexicon()["by_any"] or any(lexicon()["by_verb"].get(lemma) == "secure" for lemma in verbs)


def _are_given(noun: Token) -> bool:
    """`Hundreds have already been delivered`."""
    return noun.dep_ == "nsubjpass" and noun.tag_ == "NNS" and kind_of(noun.head) == "give" and not syntax.adjuncts(noun, "of")


def _is_one_of_the_best(noun: Token) -> bool:
    """`one of the most advanced systems of its kind`: what was named is said to be one, and no more are given."""
    one = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "of" else noun
    if one.lower_ not in ("one", "some", "among"):
        return False
    kinds = [c for child in one.children if child.lower_ == "of" for c in child.children if c.dep_ == "pobj"]
    return any(t.tag_ in ("RBS", "JJS", "RBR", "JJR") for kind in kinds for t in kind.subtree if t.i < kind.i)


def _is_denied(word: Token) -> bool:
    """`non-military aid`."""
    return word.lower_ in ("military", "weapon", "weapons") and word.i > 1 and word.nbor(-1).text == "-" and word.nbor(-2).lower_ == "non"


def _is_definite(noun: Token) -> bool:
    return any(child.dep_ == "det" and child.lower_ in ("the", "this", "that") for child in noun.children)


def _is_verb(token: Token) -> bool:
    """`threatened to bomb`, `to shell the town`."""
    return token.pos_ == "VERB" or (token.i > 0 and token.dep_ in ("xcomp", "advcl", "ccomp") and token.nbor(-1).lower_ == "to")


def _counts_another(weapon: Weapon) -> bool:
    """`30 arms export licences`, `two missile deals`: the number counts the noun behind."""
    behind = weapon.head.head
    if any(token.pos_ in ("CCONJ", "PUNCT") for token in behind.doc[weapon.end : behind.i]):
        return False
    return weapon.head.dep_ in ("compound", "nmod", "amod") and behind.i >= weapon.end and behind.pos_ in ("NOUN", "PROPN")


def _counts_something(token: Token) -> bool:
    """`180 of the jets`, but not `180 of them`."""
    counted = [c for child in token.children if child.dep_ == "prep" and child.lower_ == "of" for c in child.children if c.dep_ == "pobj"]
    kinds = lexicon()["nouns"]["kinds"]
    # "190 of the ordinary kind"
    counted = [c for c in counted if not (c.lemma_.lower() in kinds and c.tag_ == "NN" and any(d.dep_ == "amod" for d in c.lefts))]
    return any(c.lower_ not in ("them", "these", "those", "which") for c in counted) or (
        token.head.pos_ == "NOUN" and token.dep_ == "nummod"
    )
