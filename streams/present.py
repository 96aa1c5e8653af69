"""How articles and events look to a person on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from streams.feed.produce import Position
from streams.records import (
    Actor,
    Article,
    Citation,
    EnrichedArticle,
    EntityKind,
    Event,
    EventType,
    FundingGap,
    ParticipantRole,
    Span,
    TalksRound,
    WeaponsPledge,
)
from streams.wording import days_in_words, money_in_words, quantity_in_words, status_in_words

__all__ = ["article_panel", "event_line", "event_tables"]

STYLES = {
    EntityKind.PERSON: "bold cyan",
    EntityKind.STATE: "bold blue",
    EntityKind.ORGANISATION: "bold magenta",
    EntityKind.PLACE: "bold green",
    EntityKind.WEAPON: "bold red",
}
FIGURE_STYLE = "black on yellow"
TIME_STYLE = "black on bright_cyan"
TRIGGER_STYLE = "underline bold"

Placed = tuple[Event, Position]
Row = tuple[Sequence[str], Event, Position]
COLUMNS = {
    EventType.FUNDING_GAP: ("who lacks", "how much", "for what", "when"),
    EventType.WEAPONS_PLEDGE: ("who gives", "to whom", "what", "worth"),
    EventType.TALKS_ROUND: ("who", "where", "when", "round, length, form"),
}

Mark = tuple[Span, str, str]
"""Where, what, and how it looks."""


def article_panel(article: Article, enriched: EnrichedArticle, events: Sequence[Event], *, in_colour: bool) -> RenderableType:
    """The article with what was found in it marked: in colours, or where there are none by braces and a word."""
    marks = [(entity.span, entity.kind.value.lower(), STYLES.get(entity.kind, "")) for entity in enriched.entities]
    marks += [(found.span, "figure", FIGURE_STYLE) for figure in enriched.figures if (found := figure.money or figure.quantity)]
    marks += [(time.span, "time", TIME_STYLE) for time in enriched.times]
    marks += [(event.trigger, "trigger", TRIGGER_STYLE) for event in events]
    text = _coloured(article.text, marks) if in_colour else _braced(article.text, marks)
    return Panel(text, title=_visible(_heading(enriched.article)), title_align="left")


def _coloured(article: str, marks: list[Mark]) -> Text:
    text = Text(_visible(article))
    for span, _, style in marks:
        text.stylize(style, span.start, span.end)
    text.append("\n\n")
    for label, style in {label: style for _, label, style in marks}.items():
        text.append(label, style).append("  ")
    return text


def _braced(article: str, marks: list[Mark]) -> Text:
    """`{Kyiv|state}`; of marks that overlap the first, because braces cannot cross."""
    shown, done = "", 0
    for span, label, _ in sorted(marks, key=lambda mark: (mark[0].start, -mark[0].end)):
        if span.start >= done:
            shown += f"{article[done : span.start]}{{{span.text}|{label}}}"
            done = span.end
    return Text(_visible(shown + article[done:]))


def event_tables(events: Sequence[Placed]) -> Iterable[RenderableType]:
    """A table for each event type that occurs: who, what, how much, when, status, the sentence as proof, and where in Kafka it lies."""
    rows: dict[EventType, list[Row]] = {}
    for event, position in events:
        rows.setdefault(event.event_type, []).append((_cells(event), event, position))
    for kind, columns in COLUMNS.items():
        if kind in rows:
            yield _table(f"events.{kind.label}", columns, rows[kind])


def _cells(event: Event) -> Sequence[str]:
    """What distinguishes an event, by the columns of its type."""
    match event:
        case FundingGap():
            return _name(event.entity), money_in_words(event.gap), event.purpose or "–", days_in_words(event.period or event.deadline)
        case WeaponsPledge():
            return _names(event.suppliers), _names(event.recipients), _batch(event), money_in_words(event.value)
        case TalksRound():
            return _participants(event), event.location.name if event.location else "–", days_in_words(event.date), _round(event)
    return ()


def event_line(event: Event) -> str:
    """One event in one line."""
    proof = f"“{_shortened(event.quote)}”"
    parts = (f"{event.event_type.label:15}", *_cells(event), status_in_words(event), _claims(event), proof)
    return _visible(" · ".join(parts))


def _table(title: str, columns: Sequence[str], rows: Iterable[Row]) -> RenderableType:
    table = Table(title=f"{title}   (last column: partition:offset)", title_justify="left", title_style="bold", show_lines=True)
    for column in (*columns, "status"):
        table.add_column(column, overflow="fold", max_width=22)
    table.add_column("proof, and who says so", ratio=1)
    table.add_column("Kafka")
    for cells, event, position in rows:
        proof = f"{' '.join(event.quote.text.split())}\n– {_claims(event)}"
        # As Text, so that square brackets of an article are not taken for markup.
        table.add_row(
            *(Text(_visible(cell)) for cell in (*cells, status_in_words(event), proof, f"{position.partition}:{position.offset}"))
        )
    return table


def _visible(text: str) -> str:
    """Without the control characters by which a text could move the cursor or change the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)


def _heading(article: Citation) -> str:
    published = f", {article.published_at:%A %-d %B %Y}" if article.published_at else ""
    return f"{article.title or article.article_id} ({article.language}{published})"


def _shortened(quote: Span, width: int = 90) -> str:
    flat = " ".join(quote.text.split())
    return flat if len(flat) <= width else f"{flat[: width - 1]}…"


def _name(actor: Actor | None) -> str:
    return actor.name if actor else "–"


def _names(actors: Sequence[Actor]) -> str:
    return ", ".join(actor.name for actor in actors) or "–"


def _batch(event: WeaponsPledge) -> str:
    return " ".join(part for part in (quantity_in_words(event.quantity), event.system.designation) if part != "–")


def _participants(event: TalksRound) -> str:
    names = []
    for participant in event.participants:
        person = f" ({participant.individual.name})" if participant.individual else ""
        role = "" if participant.role is ParticipantRole.PARTY else f", {participant.role.value.lower()}"
        names.append(f"{participant.actor.name}{person}{role}")
    return "; ".join(names) or "–"


def _round(event: TalksRound) -> str:
    parts = []
    if event.round_number:
        parts.append(f"round {event.round_number}")
    if event.round_count:
        parts.append(f"{event.round_count} rounds")
    if event.duration:
        parts.append(event.duration)
    if event.format.value != "UNKNOWN":
        parts.append(event.format.value.lower())
    return ", ".join(parts) or "–"


def _claims(event: Event) -> str:
    said = event.claim.speaker.name if event.claim and event.claim.speaker else "the article" if event.claim is None else "somebody"
    against = "; ".join(f"{c.speaker.name if c.speaker else 'somebody'}: {c.cue}" for c in event.counter_claims)
    return f"{said}; {against}" if against else said
