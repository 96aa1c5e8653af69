"""Article in, result out: the pure function that everything else carries to and fro."""

from __future__ import annotations

import bisect
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date

from streams import __version__
from streams.extraction.abbreviations import with_abbreviations
from streams.extraction.actors import Cast, Party
from streams.extraction.assembly import Assembler
from streams.extraction.claims import Attributions
from streams.extraction.context import ArticleContext
from streams.extraction.figures import FoundFigure, find_figures
from streams.extraction.funding.gap import find_gaps
from streams.extraction.funding.lack import Gap
from streams.extraction.language import LanguageDetector
from streams.extraction.local_currency import with_local_currencies
from streams.extraction.mentions import Form, Gazetteer, Mentions
from streams.extraction.namesakes import Namesakes
from streams.extraction.parser.parsing import load_parser
from streams.extraction.reading import Reading, read
from streams.extraction.talks.round import Meeting, find_meetings
from streams.extraction.times import FoundTime, find_times
from streams.extraction.weapons.pledge import Transfer, find_transfers
from streams.records import ActorKind, Article, Citation, EnrichedArticle, EntityKind, Event, FigureKind

__all__ = ["Extraction", "Extractor"]

ENGLISH = "en"

REMEMBERED = 500_000
"""Code points of the latest texts that are remembered, about 150 articles: some 50 MB."""


@dataclass(frozen=True)
class Extraction:
    """What one article holds.

    Parameters
    ----------
    seconds
        Time by stage, `nlp` and `extract`; no part of the result.
    """

    enriched: EnrichedArticle
    events: list[Event]
    seconds: dict[str, float]


@dataclass(frozen=True)
class _Text:
    """What the contents of an article depend on.

    Parameters
    ----------
    language
        As its producer says.
    published
        Publication date in UTC.
    voice
        The state or organisation that publishes.
    """

    text: str
    language: str | None
    published: date | None
    voice: Party | None


@dataclass(frozen=True)
class _Found:
    """What a text holds, before records are made of it; nothing where it is not in English."""

    language: str
    context: ArticleContext | None = None
    gaps: Sequence[Gap] = ()
    transfers: Sequence[Transfer] = ()
    meetings: Sequence[Meeting] = ()


class Extractor:
    """Finds entities, figures, times and events. The same article gives the same result, whatever came before it.

    Parameters
    ----------
    model
        Name of an installed English spaCy pipeline with tagger, parser, lemmatizer and entity recogniser.

    Raises
    ------
    StreamsError
        When the model is not installed.
    """

    def __init__(self, model: str) -> None:
        self._parser = load_parser(model)
        self._gazetteer = Gazetteer()
        self._namesakes = Namesakes()
        self._languages = LanguageDetector()
        self._recent: dict[_Text, _Found] = {}
        self._characters = 0
        self._words_remembered = ExitStack()
        self._words_remembered.enter_context(self._parser.nlp.memory_zone())

    def extract(self, article: Article) -> Extraction:
        """Enrich one article; a text that is not in English is named as such, and nothing is looked for in it."""
        started = time.perf_counter()
        published = article.published_at.astimezone(UTC).date() if article.published_at else None
        text = _Text(article.text, article.language, published, self._voice(article.publisher))
        # What agencies write comes again and again, from everybody who prints it.
        found = self._recent.get(text)
        parsing = 0.0
        if found is None:
            found, parsing = self._find(text)
            self._recent[text] = found
        enriched, events = self._records(found, article)
        return Extraction(enriched, events, {"nlp": parsing, "extract": time.perf_counter() - started - parsing})

    def _find(self, text: _Text) -> tuple[_Found, float]:
        """What a text holds, and the seconds that its parse took."""
        language = self._languages.detect(text.text, text.language)
        if language != ENGLISH:
            return _Found(language), 0.0
        self._forget_when_full(len(text.text))
        started = time.perf_counter()
        reading = read(text.text, self._parser)
        parsing = time.perf_counter() - started
        mentions = Mentions(with_abbreviations(reading.doc, self._namesakes.without(reading.doc, self._gazetteer.find(reading))))
        attributions = Attributions(reading)
        times = find_times(text.text)
        context = ArticleContext(
            reading=reading,
            mentions=mentions,
            attributions=attributions,
            cast=Cast(reading, mentions, attributions),
            figures=with_local_currencies(_without_names(_without_days(find_figures(text.text), times), mentions, reading), mentions),
            times=times,
            published=text.published,
            voice=text.voice,
        )
        return _Found(language, context, find_gaps(context), find_transfers(context), find_meetings(context)), parsing

    def _forget_when_full(self, characters: int) -> None:
        """Let go of the latest texts and of what spaCy remembers of their words; otherwise memory grows with every new word for ever.

        All at once: the words of a text are of no use to the next when they go with each.
        """
        self._characters += characters
        if self._characters > REMEMBERED:
            # First the parses: they point into what spaCy remembers.
            self._recent.clear()
            self._words_remembered.close()
            self._words_remembered.enter_context(self._parser.nlp.memory_zone())
            self._characters = characters

    def _records(self, found: _Found, article: Article) -> tuple[EnrichedArticle, list[Event]]:
        citation = Citation(
            article_id=article.id,
            url=article.url,
            publisher=article.publisher,
            title=article.title,
            language=found.language,
            published_at=article.published_at,
        )
        if found.context is None:
            return _enriched(citation), []
        assembler = Assembler(found.context, citation)
        events: list[Event] = [
            *map(assembler.funding_gap, found.gaps),
            *map(assembler.weapons_pledge, found.transfers),
            *map(assembler.talks_round, found.meetings),
        ]
        enriched = _enriched(
            citation,
            entities=assembler.entities(),
            figures=[assembler.figure(figure) for figure in found.context.figures],
            times=[assembler.time(found_time) for found_time in found.context.times],
            event_types=list(dict.fromkeys(event.event_type for event in events)),
            event_ids=[event.id for event in events],
        )
        return enriched, events

    def _voice(self, publisher: str | None) -> Party | None:
        """The state whose organ publishes (`The White House`), or the organisation; nobody where it is a newspaper."""
        named = self._gazetteer.organ(publisher) if publisher else None
        if named is None:
            return None
        kind = ActorKind.STATE if named.kind is EntityKind.STATE else named.actor_kind
        return Party(named.name, kind, named.country, 0, 1)


def _without_names(figures: list[FoundFigure], mentions: Mentions, reading: Reading) -> list[FoundFigure]:
    """`Leopard 2` and `AMX-10` hold a number, and no figure; `2,000-pound bombs` hold no money."""

    def is_name(figure: FoundFigure) -> bool:
        tokens = reading.tokens_between(figure.start, figure.end)
        mention = mentions.at(tokens.start, EntityKind.WEAPON) if tokens else None
        if mention is None or tokens.stop > mention.end:
            return False
        return figure.kind is FigureKind.MONEY or (mention.form is Form.NAME and mention.first < tokens.start)

    return [figure for figure in figures if not is_name(figure)]


def _without_days(figures: list[FoundFigure], times: list[FoundTime]) -> list[FoundFigure]:
    """`on 2 and 5 October` counts nothing."""
    starts = [time.start for time in times]

    def is_in_time(figure: FoundFigure) -> bool:
        before = bisect.bisect_left(starts, figure.end) - 1
        return figure.kind is FigureKind.COUNT and before >= 0 and figure.start < times[before].end

    return [figure for figure in figures if not is_in_time(figure)]


def _enriched(citation: Citation, **found: object) -> EnrichedArticle:
    empty: dict[str, object] = {name: [] for name in ("entities", "figures", "times", "event_types", "event_ids")}
    return EnrichedArticle.model_validate({**empty, **found, "article": citation, "extractor_version": __version__})
