"""One transfer told several times is one: what mentions of the same batch share, and which of them tells most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from streams.extraction.actors import Party
from streams.extraction.context import FigureMention
from streams.extraction.mentions import Form
from streams.extraction.weapons.kinds import kind_of
from streams.extraction.weapons.transfer import Transfer
from streams.extraction.weapons.weapon import Weapon, lexicon, origins
from streams.records import ActorKind, Qualifier, WeaponCategory, WeaponsPledgeStatus

__all__ = ["OF_CONTEXT", "agree", "fill_sides", "merge"]

Status = WeaponsPledgeStatus

LADDER = [Status.REQUESTED, Status.UNDER_DISCUSSION, Status.PLEDGED, Status.COMMITTED, Status.DELIVERED]
"""How far a transfer has come."""

FIRM = frozenset({Status.PLEDGED, Status.COMMITTED})

WIDEST_APPOSITION = 3
"""Tokens between a class of weapons and the name that says which they are: `eight jets, Sukhoi Su-30s`."""

NEAR = 60
"""Tokens within which the recipient named last is the one meant, whoever the others of the article go to."""

KNOWN = frozenset({"the", "these", "those", "its", "their", "his", "our", "such"})
"""Before a class of weapons: they are those told of before."""

OF_CONTEXT = 0.7
"""Directness of a recipient whom only the sentences before name."""


def fill_sides(
    transfers: Sequence[Transfer], voice: Party | None, sellers: Mapping[str, Party], addressees: tuple[Party, ...]
) -> list[Transfer]:
    """Give each transfer the side that its sentence does not name: that of the one before, or of nearly all others of the article.

    Parameters
    ----------
    voice
        The state whose organ publishes: in its own release it gives, where nobody else does.
    sellers
        Whom the article names of each state, by its alpha-3: of what somebody buys, the one whose makers sell it.
    addressees
        Whom the aid of the article is for, where no transfer says to whom it goes.
    """
    says_enough = [_says_enough(transfer) for transfer in transfers]
    return _fill_suppliers(_fill_recipients(transfers, says_enough, addressees), says_enough, voice, sellers)


def _fill_recipients(transfers: Sequence[Transfer], says_enough: Sequence[bool], addressees: tuple[Party, ...]) -> list[Transfer | None]:
    counts = Counter(transfer.named_recipients for transfer in transfers if transfer.named_recipients)
    usual = next((who for who, count in counts.most_common(1) if count > 0.5 * counts.total()), None)
    givers = {t.named_suppliers for t in transfers if t.named_suppliers and t.named_recipients == usual}
    served: dict[frozenset[str], set[frozenset[str]]] = {}
    for transfer in transfers:
        if transfer.named_suppliers and transfer.named_recipients:
            served.setdefault(transfer.named_suppliers, set()).add(transfer.named_recipients)
    latest: dict[frozenset[str], tuple[Party, ...]] = {t.named_recipients: t.recipients for t in transfers if t.named_recipients}
    # What is sent goes to somebody, named or not; what equips or arms need not.
    sending = lexicon()["sources"]["sending"]
    aided = frozenset(p.key for p in addressees) if not latest else frozenset[str]()
    latest[aided] = addressees
    filled: list[Transfer | None] = []
    last: Transfer | None = None
    for transfer, is_enough in zip(transfers, says_enough, strict=True):
        if transfer.named_recipients or not is_enough:
            filled.append(transfer)
            last = transfer if transfer.named_recipients else last
            continue
        is_near = last is not None and transfer.weapon.head.i - last.weapon.head.i <= NEAR
        who = last.named_recipients if last is not None and is_near else usual if transfer.named_suppliers else None
        if len(theirs := served.get(transfer.named_suppliers, set())) == 1:
            # Who gives to one side of a war gives to that one, whoever others give to.
            who = next(iter(theirs))
        if not who or who & transfer.named_suppliers:
            who = usual
        is_of_aid = transfer.weapon.is_package or transfer.package is not None or transfer.predicate.lemma_.lower() in sending
        if not who and transfer.named_suppliers and is_of_aid:
            who = aided
        if who and transfer.named_suppliers and who >= transfer.named_suppliers:
            # Who gets the arms of the article gives none: "Malta would pay for the bombs".
            filled.append(None)
            continue
        # Where one arms another, and others get some too, a third need not give to the same.
        is_other = (
            len(givers) == 1 < len(counts) and transfer.named_suppliers not in givers and transfer.status in (*FIRM, Status.DELIVERED)
        )
        if not who or who & transfer.named_suppliers or (who == usual and not is_near and is_other):
            filled.append(transfer)
            continue
        # "to the rebels", "to other countries": who gets them is no state that was told of.
        known = [p for p in latest[who] if p.is_named and (p.kind is ActorKind.GROUP or not transfer.recipients)]
        if not known:
            filled.append(transfer)
            continue
        recipients = tuple(replace(p, directness=OF_CONTEXT) for p in known)
        filled.append(replace(transfer, recipients=recipients, confidence=round(transfer.confidence * OF_CONTEXT, 2)))
    return filled


def _fill_suppliers(
    filled_before: Sequence[Transfer | None], says_enough: Sequence[bool], voice: Party | None, sellers: Mapping[str, Party]
) -> list[Transfer]:
    """The seller of what is bought; the supplier of the last transfer to the same recipient; else who publishes; else who gives mostly."""
    # What somebody is told to give comes from there, whoever makes it.
    given = {t.weapon.designation for t in filled_before if t is not None and t.named_suppliers}
    made = {designation: sellers[home] for designation, home in origins().items() if home in sellers and designation not in given}
    passed_on = {
        home
        for t in filled_before
        if t is not None and t.suppliers and (home := origins().get(t.weapon.designation)) and all(p.country != home for p in t.suppliers)
    }
    transfers = [
        transfer if transfer is None or not (is_enough and _buys(transfer)) else _with_suppliers(transfer, _seller(transfer, made))
        for transfer, is_enough in zip(filled_before, says_enough, strict=True)
    ]
    named = [transfer for transfer in transfers if transfer is not None and transfer.named_suppliers]
    counts = Counter(transfer.named_suppliers for transfer in named)
    usual = next((who for who, count in counts.most_common(1) if count >= 0.6 * counts.total()), frozenset[str]())
    suppliers = {t.named_suppliers: t.suppliers for t in named}
    supplied = {t.named_recipients for t in named if t.named_suppliers == usual and t.named_recipients}
    filled: list[Transfer] = []
    latest: dict[frozenset[str], tuple[Party, ...]] = {}
    last: Transfer | None = None
    for transfer, is_enough in zip(transfers, says_enough, strict=True):
        if transfer is None:
            continue
        if transfer.named_suppliers:
            latest[transfer.named_recipients] = transfer.suppliers
            last = transfer
        elif is_enough:
            # Who gives to one side of a war gives nothing to the other; who sells to many may sell to one more.
            is_theirs = len(supplied) != 1 or transfer.named_recipients in supplied or _buys(transfer) or _says_also(transfer)
            is_theirs = is_theirs and not _is_seized(transfer)
            if transfer.status is Status.REQUESTED:
                # Nobody is told to be asked: not who gives to others.
                is_theirs = transfer.named_recipients in supplied
            maker = _seller(transfer, made)
            # "HIMARS have been transferred to Malta", where Norway gives Leopards, and whose makers sell the HIMARS gives as well.
            is_far = bool(filled) and transfer.weapon.head.i - filled[-1].weapon.head.i > NEAR
            known = latest.get(transfer.named_recipients, ())
            # "11 Leopards are to follow", where Malta has sent one: it has more of them.
            is_only = bool(maker) and origins().get(transfer.weapon.designation) not in passed_on and (is_far or len(known) > 1)
            is_maker = is_only or frozenset(p.key for p in maker) in suppliers
            found = maker if is_maker else known or (last.suppliers if _is_more(transfer, last) and last else ())
            found = _of_parliament(transfer, sellers) or found
            found = found or ((voice,) if voice else ()) or (suppliers.get(usual, ()) if is_theirs else ())
            filled.append(_with_suppliers(transfer, found or maker))
            continue
        filled.append(transfer)
    return filled


def _with_suppliers(transfer: Transfer, found: Sequence[Party]) -> Transfer:
    """The transfer with suppliers whom the rest of the article names, where its sentence names nobody."""
    if transfer.suppliers or transfer.weapon.is_elliptic:
        return transfer
    states = [p for p in found if p.is_named and p.kind is not ActorKind.PERSON and p.key not in transfer.named_recipients]
    who = tuple(replace(p, directness=OF_CONTEXT) for p in states)
    return replace(transfer, suppliers=who, confidence=round(transfer.confidence * OF_CONTEXT, 2)) if who else transfer


def _seller(transfer: Transfer, made: Mapping[str, Party]) -> tuple[Party, ...]:
    seller = made.get(transfer.weapon.designation)
    return () if seller is None else (seller,)


def _of_parliament(transfer: Transfer, sellers: Mapping[str, Party]) -> tuple[Party, ...]:
    """`A stand-off in Congress saw aid delayed`: whose parliament it is that holds it up."""
    parliament = lexicon()["sources"]["parliaments"]
    held = transfer.status in (Status.DELAYED, Status.WITHDRAWN) and parliament["country"] in sellers
    is_theirs = held and any(t.text in parliament["names"] and t.dep_ == "pobj" for t in transfer.predicate.sent)
    return (sellers[parliament["country"]],) if is_theirs else ()


def _buys(transfer: Transfer) -> bool:
    """Whether the one who gets it is told to buy it, or to want to."""
    return kind_of(transfer.predicate) in ("get", "secure", "ask", "discuss", "commit")


def _is_seized(transfer: Transfer) -> bool:
    """`The rebels have obtained heavy weapons`: nobody need have given them."""
    return kind_of(transfer.predicate) == "get" and any(p.kind is ActorKind.GROUP for p in transfer.recipients)


def _says_also(transfer: Transfer) -> bool:
    """`Weapons will also be sold to Malta`: by whoever sells the ones before."""
    return not transfer.named_recipients or any(token.lower_ in ("also", "too") for token in transfer.predicate.children)


def _is_more(transfer: Transfer, last: Transfer | None) -> bool:
    """`Malta will be given one more ship`: by whoever gave the one before."""
    weapon, quantity = transfer.weapon, transfer.quantity
    if quantity is None or last is None or last.weapon.designation != weapon.designation:
        return False
    return any(t.lower_ == "more" for t in weapon.head.doc[quantity.first : weapon.head.i])


def _says_enough(transfer: Transfer) -> bool:
    """Whether it is more than talk of `arms sales`, of `its weapons` or of `the jets` that were told of before."""
    is_half = bool(transfer.named_suppliers or transfer.named_recipients) or any(p.kind is ActorKind.PERSON for p in transfer.recipients)
    is_act = transfer.predicate.pos_ == "VERB" or transfer.status is not Status.PLEDGED
    if transfer.quantity is not None or transfer.value is not None:
        return (is_act and is_half) if transfer.is_loose else (is_act or is_half)
    if transfer.is_loose:
        return is_half and is_act and transfer.weapon.form is Form.NAME
    if transfer.weapon.is_elliptic:
        return False
    if not is_half and transfer.weapon.form is not Form.NAME:
        return False
    is_known = transfer.weapon.form is not Form.NAME and any(c.lower_ in KNOWN for c in transfer.weapon.head.children)
    return not is_known and (transfer.predicate.pos_ == "VERB" or not transfer.weapon.is_package)


def merge(mentions: Sequence[Transfer]) -> list[Transfer]:
    """The transfers that the mentions tell of, each once, in the order of the weapons."""
    clusters: list[list[Transfer]] = []
    by_kind: dict[object, list[int]] = {}
    for mention in mentions:
        keys = _keys(mention.weapon)
        candidates = sorted({i for key in keys for i in by_kind.get(key, ())})
        home = next((i for i in candidates if _is_same(_combine(clusters[i]), mention)), None)
        if home is None:
            home = len(clusters)
            clusters.append([])
        clusters[home].append(mention)
        for key in keys:
            homes = by_kind.setdefault(key, [])
            if home not in homes:
                homes.append(home)
    merged = _without_echoes([_combine(cluster) for cluster in clusters])
    packages = {transfer.package for transfer in merged if transfer.package is not None}
    merged = [replace(t, package=t.top) if t.top in packages else t for t in merged]
    return [_mark_total(transfer, merged) for transfer in sorted(merged, key=lambda t: (t.weapon.head.i, t.predicate.i))]


def _without_echoes(transfers: list[Transfer]) -> list[Transfer]:
    """Without `the weapons` and `military aid` that are said beside the arms that they stand for."""
    parents = {transfer.package for transfer in transfers if transfer.package is not None}
    return [
        t
        for t in transfers
        if t.weapon.form is Form.NAME
        or t.weapon.head in parents
        or t.top in parents
        or not any(_is_echo(t, other) for other in transfers if other is not t)
    ]


def _is_echo(echo: Transfer, told: Transfer) -> bool:
    """Whether a class of weapons, neither counted nor priced by itself, is another word for one told of close by, between the same two."""
    if echo.value is not None or echo.quantity is not None:
        # "32 F-35 jets"; "eight jets, Su-30 fighters"
        is_behind = told.weapon.form is Form.NAME and told.weapon.end == echo.weapon.head.i
        is_next = told.weapon.form is Form.NAME and 0 < told.weapon.first - echo.weapon.end <= WIDEST_APPOSITION
        return (is_behind or (is_next and told.quantity == echo.quantity)) and echo.value is None and told.quantity is not None
    if echo.weapon.is_known and told.weapon.form is Form.NAME and told.weapon.head.i < echo.weapon.head.i:
        # "ordered the army to supply the missiles", where S-300s were told of before.
        is_same = _compatible(echo.named_recipients, told.named_recipients) and _compatible(echo.named_suppliers, told.named_suppliers)
        if is_same and _same_course(echo.status, told.status):
            return True
    giving = told.predicate
    is_within = (
        giving.tag_ == "VBG" and giving.dep_ == "advcl" and not {echo.predicate, *echo.predicate.ancestors}.isdisjoint({giving.head})
    )
    if is_within and echo.weapon.category is told.weapon.category and told.weapon.form is Form.NAME and echo.status is told.status:
        # "was among the first to give Malta tanks, donating 14 Leopards"
        return True
    if told.is_cumulative and echo.status is not told.status:
        # "plans to provide more", beside what it has provided so far.
        return False
    distance = abs(echo.weapon.head.i - told.weapon.head.i)
    if distance > NEAR or not _same_course(echo.status, told.status):
        return False
    if not _compatible(echo.named_recipients, told.named_recipients) or not _compatible(echo.named_suppliers, told.named_suppliers):
        return False
    if echo.weapon.category is WeaponCategory.UNSPECIFIED:
        return told.weapon.category is not WeaponCategory.UNSPECIFIED or told.value is not None
    between = [token for token in echo.weapon.head.doc[told.weapon.end : echo.weapon.first] if token.pos_ not in ("ADJ", "NOUN")]
    is_beside = told.weapon.end <= echo.weapon.first and 0 < len(between) <= 2 and between[0].text == ","
    # "BrahMos, the supersonic missile", "Patriots, air defence systems of any kind"
    is_other = echo.weapon.category is not told.weapon.category and any(c.lower_ in ("a", "an") for c in echo.weapon.head.children)
    if is_other and told.weapon.category is not WeaponCategory.UNSPECIFIED:
        # "22 Rafale jets, a frigate and a stock of missiles"
        return False
    is_apposed = echo.weapon.head.dep_ == "appos" and echo.weapon.category is told.weapon.category
    return is_beside and (between[-1].pos_ == "DET" or is_apposed)


def _same_course(first: Status, second: Status) -> bool:
    return first is second or {first, second} <= FIRM | {Status.DELIVERED}


def _keys(weapon: Weapon) -> list[object]:
    """What two mentions of one weapon have in common: its name, that it is some unnamed weapon, or the noun of its phrase."""
    if weapon.category is WeaponCategory.UNSPECIFIED:
        return [WeaponCategory.UNSPECIFIED]
    is_class = weapon.form is Form.NAME or weapon.designation in lexicon()["classes"]["of_category"]
    return [weapon.designation, ("noun", weapon.head.lemma_.lower()), *([weapon.category] if is_class else [])]


def _same_weapon(known: Weapon, mention: Weapon) -> bool:
    if known.designation == mention.designation:
        return True
    if known.category is mention.category is WeaponCategory.UNSPECIFIED:
        return True
    if known.category is mention.category and known.form is not mention.form:
        # "Patriots", and later "the air defence systems"
        generic = known if known.form is Form.GENERIC else mention
        if generic.designation in lexicon()["classes"]["of_category"]:
            return True
    if known.head.lemma_.lower() != mention.head.lemma_.lower():
        return False
    # "the Leopard 2 tanks", and later "the tanks"; "ballistic missiles", and later "the missiles".
    names = [set(known.designation.split()), set(mention.designation.split())]
    return known.form is not mention.form or names[0] < names[1] or names[1] < names[0]


def _is_same(known: Transfer, mention: Transfer) -> bool:
    if not _same_weapon(known.weapon, mention.weapon):
        return False
    if known.weapon.category is not WeaponCategory.UNSPECIFIED and known.weapon.designation != mention.weapon.designation:
        generic = min((known, mention), key=lambda t: (t.weapon.form is Form.NAME, len(t.weapon.designation)))
        if known.weapon.form is mention.weapon.form and known.package is not None and known.package == mention.package:
            # Of one list each is another.
            return False
        # "200 Milan anti-tank missiles", and later "200 anti-tank missiles"
        is_same_number = known.quantity is not None and mention.quantity is not None and agree(known.quantity, mention.quantity)
        has_own_figure = (generic.quantity is not None and not is_same_number) or generic.value is not None
        if has_own_figure or known.weapon.head.sent == mention.weapon.head.sent:
            return False
    if not agree(known.quantity, mention.quantity) or not agree(known.value, mention.value):
        return False
    if known.is_cumulative is not mention.is_cumulative and known.status is not mention.status:
        return False
    if not _compatible(known.named_recipients, mention.named_recipients):
        return False
    same_name = known.weapon.designation == mention.weapon.designation
    if known.named_suppliers != mention.named_suppliers and known.named_suppliers and mention.named_suppliers:
        return False
    if not same_name and known.named_suppliers != mention.named_suppliers:
        return False
    is_same_sum = same_name and known.value is not None and mention.value is not None and known.status is mention.status
    if is_same_sum:
        return True
    if bool(known.named_suppliers) != bool(mention.named_suppliers) and (known.quantity is None or mention.quantity is None):
        return _is_request_granted(known, mention)
    if known.status is mention.status or {known.status, mention.status} == {Status.REFUSED, Status.WITHDRAWN}:
        return True
    if not same_name and known.weapon.category is WeaponCategory.UNSPECIFIED and known.value is None and mention.value is None:
        return False
    # A request and a refusal, or a talk and a delivery, are two facts; a promise told once firmer is one.
    return {known.status, mention.status} <= FIRM or _is_request_granted(known, mention)


def _is_request_granted(known: Transfer, mention: Transfer) -> bool:
    """A sale approved, and the request for it, as a notice of an arms sale tells both."""
    statuses = {known.status, mention.status}
    named = known.named_recipients & mention.named_recipients
    return statuses == {Status.REQUESTED, Status.COMMITTED} and bool(named)


def agree(first: FigureMention | None, second: FigureMention | None) -> bool:
    if first is None or second is None or _is_indefinite(first) or _is_indefinite(second):
        return True
    # "400 vehicles", "more than 400 vehicles"
    return first.found.min == second.found.min and (first.found.max == second.found.max or None in (first.found.max, second.found.max))


def _is_indefinite(figure: FigureMention) -> bool:
    return figure.found.min is None and figure.found.max is None


def _compatible(first: frozenset[str], second: frozenset[str]) -> bool:
    return not first or not second or first == second


def _combine(cluster: list[Transfer]) -> Transfer:
    best = max(
        cluster,
        key=lambda t: (
            len(t.named_suppliers) + len(t.named_recipients) + len(t.suppliers),
            t.value is not None or t.quantity is not None,
            t.weapon.form is Form.NAME,
            t.attribution is not None,
            -t.weapon.head.i,
        ),
    )
    if len(cluster) == 1:
        return best
    others = [t for t in cluster if t is not best]

    def first(name: str) -> Any:
        told = [v for t in (best, *others) if (v := getattr(t, name)) not in (None, ())]
        definite = [v for v in told if not (isinstance(v, FigureMention) and _is_indefinite(v))]
        return next(iter([*definite, *told]), getattr(best, name))

    # Of two that say the same, the one that tells most.
    firmest = max(cluster, key=lambda t: (LADDER.index(t.status) if t.status in LADDER else -1, t is best))
    named = next((t.weapon for t in (best, *others) if t.weapon.form is Form.NAME), best.weapon)
    weapon = best.weapon if best.weapon.form is Form.NAME else replace(best.weapon, designation=named.designation, category=named.category)
    return replace(
        best,
        weapon=weapon,
        status=firmest.status,
        evidence=firmest.evidence,
        suppliers=first("suppliers"),
        recipients=first("recipients"),
        quantity=first("quantity"),
        value=first("value"),
        package=first("package"),
        announced=first("announced"),
        delivery=first("delivery"),
        is_cumulative=best.is_cumulative,
    )


def _mark_total(transfer: Transfer, transfers: list[Transfer]) -> Transfer:
    """`three systems from partners` is the total of two from one and one from another."""
    if transfer.named_suppliers or transfer.quantity is None or transfer.quantity.found.qualifier is not Qualifier.EXACT:
        return transfer
    parts = [
        part.quantity.found.min
        for part in transfers
        if part is not transfer
        and part.quantity is not None
        and part.named_suppliers
        and part.weapon.designation == transfer.weapon.designation
        and _compatible(part.named_recipients, transfer.named_recipients)
        and (part.status in (Status.PLEDGED, Status.COMMITTED, Status.DELIVERED))
        == (transfer.status in (Status.PLEDGED, Status.COMMITTED, Status.DELIVERED))
    ]
    total = sum(p for p in parts if p is not None)
    return replace(transfer, is_cumulative=transfer.is_cumulative or (len(parts) > 1 and total == transfer.quantity.found.min))
