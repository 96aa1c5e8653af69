"""Corpora like news, made of text that this project owns: the sentences of `tests/corpus`, and everyday ones with new names in each."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

from tests.unit.corpus import corpus

__all__ = ["CORPORA", "article_of", "names", "write"]

EVERYDAY = [
    "{place} council voted {n} to {m} on {day} to close the swimming pool on {street}, after engineers found cracks in its roof.",
    "{person}, who has run the bakery on {street} since {year}, said that flour now costs {percent} percent more than last winter.",
    "{club} beat {club} {m}-1 in front of {thousands} spectators, and moved up to fourth place in the league.",
    "The central bank left its main rate at {percent} percent and said that prices would rise more slowly in the second half of the year.",
    "Shares in {company} fell {percent} percent after the maker of bicycles warned that orders from abroad had slowed.",
    "Heavy rain washed away part of the road between {place} and {place}, and about {thousands} homes were without power on {day}.",
    "“Nobody told us that the line would be closed,” said {person}, a teacher from {place} who had waited for two hours.",
    "A court in {place} sentenced {person}, {n}, to four years in prison for fraud; his lawyer said that he would appeal.",
    "Researchers at the University of {place} followed {thousands} patients for ten years and found no sign that coffee shortens sleep.",
    "{company} will build a factory for batteries near {place} and hopes to employ {thousands} people there by {year}.",
    "The novel by {person}, which tells of a lighthouse keeper and his three daughters, has sold more than {thousands} copies.",
    "Firefighters from {place} needed {n} hours to put out a blaze in a warehouse on {street}; nobody was hurt.",
    "Temperatures are expected to reach {n} degrees by {day}, the weather service said, with thunderstorms in the hills.",
    "{person} scored twice in the last ten minutes, although the referee had first shown her a yellow card for the same foul.",
    "Passengers on the ferry to {place} were given free coffee after the captain turned back because of a seal on the landing stage.",
    "The museum in {place}, closed since a flood in {year}, reopens on {day} with paintings that {person} left to the city.",
    "“We have looked at every bolt,” said {person} of {company}, “and we would let our own children ride on it.”",
    "The government's plan to tax sugary drinks went to a second reading, but {person} said her party would vote against it.",
    "Police asked for help on {day} in the search for a violin that was left on a bus between {place} and {street}.",
    "Unemployment in the region around {place} fell to {percent} percent, the lowest since {year}, the statistics office reported.",
    "Farmers near {place} harvest earlier every year: {person} picked her first cherries {n} days sooner than her mother used to.",
    "{company} has recalled {thousands} heaters of the type {club} because a screw in the base may come loose.",
    "At the school on {street} pupils of the ninth year teach pensioners how to buy tickets with a telephone.",
    "The orchestra plays works by {person} and {person} in {place} on {day}; tickets are sold out.",
    "A spokesman for the railway said that the new timetable, which begins in December, cuts the journey to {place} by {n} minutes.",
    "Doctors in {place} say that waiting lists for hip operations have grown again, to {thousands} patients at the end of {year}.",
    "{person}, the mayor of {place}, wants to plant {n} trees along {street}, where shopkeepers fear for their parking spaces.",
    "The film, shot in {place} in only {n} days, won a prize for {person}, who plays a tired postman.",
]
BEGINNINGS = [
    "ba",
    "co",
    "de",
    "fal",
    "gri",
    "hu",
    "kes",
    "lo",
    "mar",
    "nor",
    "ol",
    "per",
    "ros",
    "sil",
    "tor",
    "ul",
    "ves",
    "wel",
    "yar",
    "zim",
]
MIDDLES = ["", "ba", "de", "li", "mo", "na", "ri", "sta", "ve"]
ENDINGS = ["berg", "by", "dale", "ena", "ford", "gate", "ham", "ic", "ley", "mond", "ner", "ova", "sen", "ski", "ton", "wick"]
GIVEN = ["Anna", "Ben", "Clara", "Daniel", "Eva", "Frank", "Grace", "Hugo", "Ines", "Jan", "Kate", "Leo", "Maria", "Nils", "Olga", "Paul"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WIRE_SHARE = 1 / 3
"""Articles that another has printed before, word for word."""

EVENT_SHARE = 0.2
"""Articles with a passage in which there may be an event."""


class _Writer:
    """Writes articles, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._passages = [entry.text for entry in corpus() if entry.language == "en"]

    def text(self, words: int, event_share: float) -> str:
        paragraphs: list[str] = []
        if self._chance.random() < event_share:
            paragraphs.append(self._chance.choice(self._passages))
        while sum(len(paragraph.split()) for paragraph in paragraphs) < words:
            paragraphs.append(" ".join(self._sentence() for _ in range(self._chance.randint(1, 3))))
        self._chance.shuffle(paragraphs)
        return "\n\n".join(paragraphs)

    def _sentence(self) -> str:
        makers: dict[str, Callable[[], object]] = {
            "person": lambda: f"{self._chance.choice(GIVEN)} {self._name()}",
            "place": self._name,
            "street": lambda: f"{self._name()} Street",
            "club": lambda: f"{self._name()} {self._chance.choice(['United', 'Rovers', 'Athletic'])}",
            "company": lambda: f"{self._name()} {self._chance.choice(['Works', 'Group', 'Industries'])}",
            "day": lambda: self._chance.choice(DAYS),
            "year": lambda: self._chance.randint(1985, 2024),
            "n": lambda: self._chance.randint(12, 39),
            "m": lambda: self._chance.randint(2, 9),
            "percent": lambda: round(self._chance.uniform(1, 9), 1),
            "thousands": lambda: f"{self._chance.randint(1, 90)},{self._chance.randint(100, 999)}",
        }
        words = self._chance.choice(EVERYDAY)
        for name, make in makers.items():
            while f"{{{name}}}" in words:
                words = words.replace(f"{{{name}}}", str(make()), 1)
        return words

    def _name(self) -> str:
        return "".join(map(self._chance.choice, (BEGINNINGS, MIDDLES, ENDINGS))).capitalize()


def _articles(count: int, words: int, event_share: float, wire_share: float, seed: int) -> list[str]:
    writer, chance, texts = _Writer(seed), random.Random(seed), list[str]()
    for number in range(count):
        is_copy = number > 0 and chance.random() < wire_share
        # What is copied is copied while it is news.
        texts.append(chance.choice(texts[-60:]) if is_copy else writer.text(int(words * chance.uniform(0.6, 1.4)), event_share))
    return texts


def article_of(words: int, event_share: float, seed: int) -> str:
    """One text; with a share of 1 it holds passages with events throughout."""
    writer = _Writer(seed)
    parts = [writer.text(min(words, 120), event_share) for _ in range(max(1, words // 140))]
    return "\n\n".join(parts)


def names(count: int) -> list[str]:
    """Invented names of two words."""
    chance = random.Random(count)
    return [f"{''.join(map(chance.choice, (BEGINNINGS, MIDDLES, MIDDLES, ENDINGS))).capitalize()} {number}" for number in range(count)]


CORPORA: dict[str, Callable[[int, int], list[str]]] = {
    "news": lambda count, seed: _articles(count, 480, EVENT_SHARE, WIRE_SHARE, seed),
    "long": lambda count, seed: _articles(max(1, count // 6), 3000, 1.0, 0.0, seed),
    "short": lambda count, seed: _articles(2 * count, 80, EVENT_SHARE, 0.0, seed),
}
"""By name what makes the texts: as long as the usual ones, of 3,000 words, of 80 words."""


def write(path: Path, texts: list[str]) -> None:
    with path.open("w") as out:
        for number, text in enumerate(texts):
            article = {"id": f"bench-{path.stem}-{number}", "text": text, "published_at": "2025-09-17T08:00:00Z", "language": "en"}
            out.write(json.dumps(article) + "\n")
