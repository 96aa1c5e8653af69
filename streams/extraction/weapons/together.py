"""Transfers told together: a package and what it holds, a class and its examples, a list with one goal."""

from __future__ import annotations

from dataclasses import replace

from streams.extraction import syntax
from streams.extraction.mentions import Form
from streams.extraction.weapons.kinds import kind_of
from streams.extraction.weapons.lists import is_taken_apart
from streams.extraction.weapons.transfer import Transfer
from streams.extraction.weapons.weapon import lexicon
from streams.records import WeaponCategory

__all__ = ["is_counted", "with_recipients_of_list", "without_act", "without_bare_packages", "without_class"]


def without_bare_packages(transfers: list[Transfer]) -> list[Transfer]:
    """`announced a new package. It includes 20 radars`: of a package without a worth what it holds is given."""
    held = {(t.package, t.weapon.head.sent.start) for t in transfers if t.package is not None}

    def is_bare(t: Transfer) -> bool:
        is_taken_apart_next = not held.isdisjoint((node, t.weapon.head.sent.end) for node in (t.weapon.head, t.top))
        return t.weapon.is_package and t.value is None and is_taken_apart_next

    return [t for t in transfers if not is_bare(t)]


def with_recipients_of_list(transfers: list[Transfer]) -> list[Transfer]:
    """`thousands of rockets and dozens of trucks to Malta`: what stands behind the last is for all that the verb gives."""
    filled: list[Transfer] = []
    last: Transfer | None = None
    for transfer in reversed(transfers):
        if transfer.recipients:
            last = transfer
        elif last is not None and last.predicate == transfer.predicate and not transfer.weapon.is_elliptic:
            taken = transfer.named_suppliers
            filled.append(replace(transfer, recipients=tuple(p for p in last.recipients if p.key not in taken)))
            continue
        filled.append(transfer)
    return filled[::-1]


def without_class(transfers: list[Transfer]) -> list[Transfer]:
    """`launchers such as Grad and Smerch`: those that have a name are given, unless their class is counted."""
    exemplified = {t.package for t in transfers if t.package is not None and t.weapon.category is not WeaponCategory.UNSPECIFIED}

    def is_exemplified(t: Transfer) -> bool:
        is_uncounted = t.weapon.form is Form.GENERIC and not t.weapon.is_package and not is_counted(t) and t.value is None
        return is_uncounted and t.package not in exemplified and not exemplified.isdisjoint((t.weapon.head, t.top))

    return [t for t in transfers if not is_exemplified(t)]


def is_counted(transfer: Transfer) -> bool:
    """By a number; `dozens` is none."""
    return transfer.quantity is not None and (transfer.quantity.found.min or transfer.quantity.found.max) is not None


def without_act(transfers: list[Transfer]) -> list[Transfer]:
    """`a sale of 20 jets worth …`: of a package with one system the system is what is given, and the sum is its worth."""
    outer = {t.package for t in transfers if t.package is not None and t.value is not None and t.weapon.is_package}
    # Of "a $40 billion aid package, including $20 billion in military aid" only a part is for arms.
    transfers = [t for t in transfers if not (t.weapon.head in outer and t.weapon.designation == lexicon()["packages"]["designation"])]
    acts = [t for t in transfers if t.weapon.is_package and not t.weapon.is_elliptic]
    rest = [t for t in transfers if t not in acts]
    if len(acts) != 1 or not rest:
        return transfers
    act = acts[0]
    if act.value is not None and act.weapon.head.lemma_.lower() in ("aid", "assistance", "support"):
        return transfers
    shared = (act.weapon.head, act.predicate) if act.weapon.head.lemma_.lower() == "sale" else (act.weapon.head,)
    parts = [t for t in rest if t.package in (act.weapon.head, act.top) or t.predicate in shared or _is_held(t, act)]
    if len(parts) != len(rest):
        return transfers
    if len({(t.weapon.designation, t.named_recipients) for t in parts}) == 1:
        # A name and its abbreviation are one.
        part = min(parts, key=lambda t: (t.quantity is None, t.is_loose, not (t.suppliers or t.recipients)))
        status = act.status if part.predicate.pos_ == "NOUN" else part.status
        suppliers, recipients = part.suppliers or act.suppliers, part.recipients or act.recipients
        value = part.value or act.value
        # "The package includes shells": the verb says so.
        evidence = (*part.evidence, act.weapon.head.head) if is_taken_apart(act.weapon.head) else part.evidence
        return [replace(part, value=value, status=status, evidence=evidence, suppliers=suppliers, recipients=recipients, package=None)]
    return rest if act.value is None else transfers


def _is_held(part: Transfer, package: Transfer) -> bool:
    """`a package for Malta, which includes the supply of missiles`, `a package that will provide them`, `the package would fund them`."""
    if package.weapon.head.is_ancestor(part.weapon.head):
        below = [t for t in part.weapon.head.ancestors if package.weapon.head.is_ancestor(t)]
        # "a package of assistance that will provide shells"
        return any(kind_of(t) == "list" or (t.dep_ == "relcl" and kind_of(t) == "give") for t in below)
    return package.weapon.head in syntax.subjects(part.predicate) and kind_of(part.predicate) in ("commit", "give")
