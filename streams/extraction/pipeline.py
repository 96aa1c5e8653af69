"""Article in, result out: the pure function that everything else carries to and fro."""

from __future__ import annotations

import bisect
import time
from dataclasses import dataclass
from datetime import UTC

from streams import __version__
from streams.extraction.abbreviations import with_abbreviations
from streams.extraction.actors import Cast, Party
from streams.extraction.assembly import Assembler
from streams.extraction.claims import Attributions
from streams.extraction.context import ArticleContext
from streams.extraction.figures import FoundFigure, find_figures
from streams.extraction.funding_gap import find_gaps
from streams.extraction.language import LanguageDetector
from streams.extraction.mentions import Form, Gazetteer, Mentions
from streams.extraction.namesakes import Namesakes
from streams.extraction.parsing import load_parser
from streams.extraction.reading import Reading, read
from streams.extraction.talks_round import find_meetings
from streams.extraction.times import FoundTime, find_times
from streams.extraction.weapons_pledge import find_transfers
from streams.records import ActorKind, Article, Citation, EnrichedArticle, EntityKind, Event, FigureKind

__all__ = ["Extraction", "Extractor"]

ENGLISH = "en"


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

    def extract(self, article: Article) -> Extraction:
        """Enrich one article; a text that is not in English is named as such, and nothing is looked for in it."""
        language = self._languages.detect(article.text, article.language)
        citation = Citation(
            article_id=article.id,
            url=article.url,
            publisher=article.publisher,
            title=article.title,
            language=language,
            published_at=article.published_at,
        )
        if language != ENGLISH:
            return Extraction(_enriched(citation), [], {"nlp": 0.0, "extract": 0.0})
        # What spaCy remembers of the words of an article goes with it; otherwise memory grows with every new word for ever.
        with self._parser.nlp.memory_zone():
            started = time.perf_counter()
            reading = read(article.text, self._parser)
            parsed = time.perf_counter()
            enriched, events = self._find(reading, article, citation)
            done = time.perf_counter()
        return Extraction(enriched, events, {"nlp": parsed - started, "extract": done - parsed})

    def _find(self, reading: Reading, article: Article, citation: Citation) -> tuple[EnrichedArticle, list[Event]]:
        mentions = Mentions(with_abbreviations(reading.doc, self._namesakes.without(reading.doc, self._gazetteer.find(reading))))
        attributions = Attributions(reading)
        times = find_times(article.text)
        context = ArticleContext(
            reading=reading,
            mentions=mentions,
            attributions=attributions,
            cast=Cast(reading, mentions, attributions),
            figures=_without_names(_without_days(find_figures(article.text), times), mentions, reading),
            times=times,
            published=article.published_at.astimezone(UTC).date() if article.published_at else None,
            voice=self._voice(article.publisher),
        )
        assembler = Assembler(context, citation)
        events: list[Event] = [
            *map(assembler.funding_gap, find_gaps(context)),
            *map(assembler.weapons_pledge, find_transfers(context)),
            *map(assembler.talks_round, find_meetings(context)),
        ]
        enriched = _enriched(
            citation,
            entities=assembler.entities(),
            figures=[assembler.figure(figure) for figure in context.figures],
            times=[assembler.time(found) for found in context.times],
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
