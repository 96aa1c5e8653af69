"""Sums of military aid told in a row: who gives how much, where the verb and the aid are said once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Token

from streams.extraction.actors import Party
from streams.extraction.context import ArticleContext, FigureMention
from streams.extraction.local_currency import with_local_currencies
from streams.extraction.mentions import Form
from streams.extraction.weapons.transfer import Transfer
from streams.extraction.weapons.weapon import Weapon
from streams.records import EntityKind, FigureKind, WeaponCategory

__all__ = ["with_rows"]

OPENING = frozenset({",", ";", ":", "and", "by", "from", "while", "plus"})
"""What stands before the next of a row."""

JOINING = frozenset({"(", ":", "with", "–", "—", "-", "another"})
"""What may stand between who gives and how much."""

CLOSING = frozenset({",", ";", ".", ")", "and", "more", "while", "plus"})
"""What stands behind how much."""

LEAST = 100_000
"""A number from here on may be a sum, where the first of a row has a currency."""

FEWEST = 2
"""Of these a row is made where the sentence tells of no other sum of aid."""


def with_rows(context: ArticleContext, transfers: list[Transfer], tokens: Sequence[Token]) -> list[Transfer]:
    """`Norway pledged 9bn kroner in military aid to Malta, Latvia €5m`, `Norway (9bn kroner), Latvia (€5m)`, `€9m from Norway`."""
    anchor = next((t for t in reversed(transfers) if t.weapon.is_package), None)
    if anchor is None:
        return transfers
    figures = [_of_currency(f, anchor.value) for f in context.figures_between(tokens[0].i, tokens[-1].i + 1)]
    rows = [row for f in figures if (row := _row(context, f, tokens[-1].i)) is not None]
    rows = [(figure, party) for figure, party in rows if anchor.value is None or figure.first != anchor.value.first]
    givers = {party.key for _, party in rows}
    has_sum = anchor.value is not None and bool(anchor.named_suppliers) and not anchor.named_suppliers <= givers
    if len(rows) < (1 if has_sum else FEWEST) or any(t.value is not None and t is not anchor for t in transfers):
        return transfers
    recipients = tuple(p for p in anchor.recipients if p.key not in givers)
    told = [replace(anchor, recipients=recipients)] if has_sum else []
    told.extend(_told(anchor, figure, party, recipients) for figure, party in rows)
    return [*(t for t in transfers if t is not anchor), *told]


def _of_currency(figure: FigureMention, first: FigureMention | None) -> FigureMention:
    """`5 million` of `€20 million, Latvia 5 million`: of the currency that is said once."""
    number = figure.found.min
    if first is None or figure.found.kind is not FigureKind.COUNT or figure.first < first.end or number is None or number < LEAST:
        return figure
    found = replace(figure.found, kind=FigureKind.MONEY, currency=first.found.currency, currency_basis=first.found.currency_basis)
    return replace(figure, found=found)


def _row(context: ArticleContext, figure: FigureMention, last: int) -> tuple[FigureMention, Party] | None:
    doc = context.reading.doc
    if figure.found.kind is not FigureKind.MONEY:
        return None
    if figure.end < last and doc[figure.end].lower_ in ("from", "by"):
        mention = context.mentions.at(figure.end + 1, EntityKind.STATE)
        is_row = mention is not None and (mention.end > last or doc[mention.end].lower_ in CLOSING)
    else:
        before = figure.first - 1
        before -= before > 0 and doc[before].lower_ in JOINING
        mention = context.mentions.at(before, EntityKind.STATE) if before >= 0 else None
        is_opened = mention is not None and mention.last == before and mention.first > 0 and doc[mention.first - 1].lower_ in OPENING
        is_row = is_opened and (figure.end > last or doc[figure.end].lower_ in CLOSING)
    if not is_row or mention is None or mention.form is not Form.NAME:
        return None
    parties = context.cast.one(doc[mention.last])
    # "Denmark 900m kroner"
    own = with_local_currencies((figure.found,), (mention,))[0]
    return (replace(figure, found=own), parties[0]) if parties else None


def _told(anchor: Transfer, figure: FigureMention, party: Party, recipients: tuple[Party, ...]) -> Transfer:
    weapon = Weapon(anchor.weapon.designation, WeaponCategory.UNSPECIFIED, Form.GENERIC, figure.root, figure.first, figure.end)
    return replace(anchor, weapon=weapon, top=figure.root, suppliers=(party,), recipients=recipients, value=figure, quantity=None)
