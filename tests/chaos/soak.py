"""`make soak`: tens of thousands of articles, no two alike, through one worker, and the memory of it and of its pool as a picture."""

from __future__ import annotations

import argparse
import csv
import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from confluent_kafka import Producer

from streams.administration import create_topics
from streams.records import Article
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import running_stack
from streams.topics import ARTICLES
from tests.chaos import report
from tests.chaos.articles import BACKGROUND, PUBLISHED, STATEMENTS
from tests.chaos.crew import REPOSITORY

WARM = 5_000
"""Articles after which memory must have found its level."""

ALLOWED_GROWTH = 0.03
SAMPLE_SECONDS = 2.0
TELL_SECONDS = 30.0
AHEAD = 2_000
"""Articles that lie in the topic unread at most, so that a worker reads as it does in production and not from a heap."""

PATIENCE = 300.0
"""Seconds without any progress after which the soak has failed; how long it takes in all is the machine's affair."""

LENGTHS = ((60, 150), (150, 600), (600, 2500))
SHARES = (88, 10, 2)
"""Words of an article, and how many of a hundred have so many: short items of a wire, reports, long reads."""

SYLLABLES = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"]


class Sample:
    """What was measured at one moment; memory in MiB."""

    def __init__(self, articles: int, parent: float, children: float) -> None:
        self.articles = articles
        self.parent = parent
        self.children = children

    @property
    def total(self) -> float:
        return self.parent + self.children


def varied_articles(seed: int) -> Iterator[Article]:
    """Articles of varied lengths whose names and words never come again: what a cache keyed by words would grow by."""
    chance = random.Random(seed)

    def invented() -> str:
        return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))

    def sentence() -> str:
        if chance.random() < 0.5:
            return chance.choice(BACKGROUND)
        names = f"{invented().capitalize()} {invented().capitalize()}"
        return chance.choice((f"{names} said that {invented()} had come.", f"The bill of {names} came to ${chance.randint(1, 10**6):,}."))

    for number in itertools.count():
        [(fewest, most)] = chance.choices(LENGTHS, SHARES)
        wanted = chance.randint(fewest, most)
        sentences = chance.sample(STATEMENTS, chance.choice((0, 0, 1, 1, 2)))
        while words_of(sentences) < wanted:
            sentences.insert(chance.randint(0, len(sentences)), sentence())
        yield Article(id=f"soak-{number}", text=" ".join(sentences), published_at=PUBLISHED, language="en")


def words_of(sentences: list[str]) -> int:
    return sum(sentence.count(" ") + 1 for sentence in sentences)


@dataclass
class Soak:
    """What one soak has come to.

    Parameters
    ----------
    words
        Of the articles that were sent.
    done
        Whether all articles were processed.
    """

    samples: list[Sample] = field(default_factory=list)
    words: int = 0
    done: bool = False


def measure(count: int, processes: int, seed: int, seconds: float) -> Soak:
    """Drive one worker through the articles and sample its memory; ends early when the time is up, or nothing moves any more."""
    soak = Soak()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, running_stack(Path(folder), Settings()) as stack:
        settings = Settings().model_copy(
            update={**stack.connection, "processes": processes, "health_port": free_port(), "metrics_port": free_port(), "partitions": 3}
        )
        create_topics(settings)
        log = Path(folder) / "worker.log"
        with log.open("wb") as output:
            environment = {**os.environ, **settings.environment(), "PYTHONPATH": str(REPOSITORY)}
            worker = subprocess.Popen([sys.executable, "-m", "streams", "worker"], env=environment, stdout=output, stderr=output)
        try:
            drive(soak, worker, settings, itertools.islice(varied_articles(seed), count), time.monotonic() + seconds)
            soak.done = soak.samples[-1].articles >= count
            worker.terminate()
            assert worker.wait(PATIENCE) == 0, log.read_text()[-3000:]
        finally:
            worker.kill()
            worker.wait()
    return soak


def drive(soak: Soak, worker: subprocess.Popen[bytes], settings: Settings, articles: Iterator[Article], deadline: float) -> None:
    """Send, and sample, until all is processed, or the worker ends, or the time is up."""
    producer = Producer({"bootstrap.servers": settings.bootstrap_servers, "enable.idempotence": True})
    sent = done = 0
    moved = told = time.monotonic()
    while worker.poll() is None and time.monotonic() < min(deadline, moved + PATIENCE):
        for article in itertools.islice(articles, max(0, done + AHEAD - sent)):
            producer.produce(ARTICLES.name_in(settings), article.model_dump_json(exclude_none=True).encode(), key=article.id)
            sent += 1
            soak.words += words_of([article.text])
        producer.flush(30)
        before, done = done, max(done, processed(settings))
        if done > before:
            moved = time.monotonic()
        soak.samples.append(sample(worker.pid, done))
        if done == sent:
            return
        if time.monotonic() - told > TELL_SECONDS:
            told = time.monotonic()
            print(f"{done:,} articles, {soak.samples[-1].total:.0f} MiB", file=sys.stderr, flush=True)
        time.sleep(SAMPLE_SECONDS)


def processed(settings: Settings) -> int:
    try:
        metrics = httpx.get(f"http://127.0.0.1:{settings.metrics_port}/metrics", timeout=5).text
    except httpx.HTTPError:
        return 0
    return int(sum(float(line.split()[-1]) for line in metrics.splitlines() if line.startswith("streams_articles_processed_total")))


def sample(pid: int, done: int) -> Sample:
    parent = psutil.Process(pid)
    children = 0.0
    for child in parent.children(recursive=True):
        try:
            children += child.memory_info().rss / 2**20
        except psutil.NoSuchProcess:
            continue
    return Sample(done, parent.memory_info().rss / 2**20, children)


def growth(samples: list[Sample]) -> tuple[float, float]:
    """Median memory in MiB of the first tenth after the warm-up, and of the last tenth."""
    warm = [s for s in samples if s.articles >= WARM]
    part = max(1, len(warm) // 10)
    return statistics.median(s.total for s in warm[:part]), statistics.median(s.total for s in warm[-part:])


def draw(samples: list[Sample], path: Path) -> None:
    """Memory over articles, as a picture."""
    width, height, margin = 900, 360, 50
    most_articles, most_memory = max(s.articles for s in samples), max(s.total for s in samples) * 1.1

    def line(name: str, colour: str) -> str:
        points = " ".join(
            f"{margin + s.articles / most_articles * (width - 2 * margin):.1f},"
            f"{height - margin - getattr(s, name) / most_memory * (height - 2 * margin):.1f}"
            for s in samples
        )
        return f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{points}"/>'

    def label(x: float, y: float, text: str, colour: str = "#333", anchor: str = "middle") -> str:
        return f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}">{text}</text>'

    bottom = height - margin
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<path d="M{margin},{margin} V{bottom} H{width - margin}" fill="none" stroke="#333"/>',
        *(line(name, colour) for name, colour in (("total", "#333"), ("parent", "#06c"), ("children", "#c60"))),
        *(label(margin + p / 5 * (width - 2 * margin), bottom + 18, f"{most_articles * p // 5:,}") for p in range(6)),
        *(label(margin - 6, bottom - p / 4 * (bottom - margin) + 4, f"{most_memory * p / 4:.0f}", anchor="end") for p in range(5)),
        label(width / 2, height - 10, "articles"),
        label(margin, 24, "resident MiB: ", anchor="start"),
        label(margin + 90, 24, "all", "#333", "start"),
        label(margin + 120, 24, "worker", "#06c", "start"),
        label(margin + 175, 24, "pool", "#c60", "start"),
        "</svg>",
    ]
    path.write_text("\n".join(parts))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=7200, help="time after which it ends in any case, as one that failed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="file for the table of samples (.csv)")
    parser.add_argument("--record", action="store_true", help="keep the figures in docs/chaos.json and the picture in docs/soak.svg")
    options = parser.parse_args()
    circumstances = report.circumstances()
    started = time.monotonic()
    soak = measure(options.articles, options.processes, options.seed, options.seconds)
    seconds = time.monotonic() - started
    samples = soak.samples
    if options.output:
        with options.output.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["articles", "worker_mib", "pool_mib"])
            table.writerows([s.articles, f"{s.parent:.1f}", f"{s.children:.1f}"] for s in samples)
    articles = samples[-1].articles
    if articles <= WARM:
        print(f"only {articles:,} articles: too few to tell")
        return 1
    early, late = growth(samples)
    print(f"{articles:,} of {options.articles:,} articles in {seconds:.0f} s; {soak.words:,} words", end="; ")
    print(f"resident {early:.0f} MiB after {WARM:,}, {late:.0f} MiB at the end: {late / early - 1:+.1%}")
    if options.record:
        draw(samples, report.DOCS / "soak.svg")
        figures = {"articles": articles, "words": soak.words, "seconds": seconds, "processes": options.processes}
        report.record("soak", "one worker", {**circumstances, **figures, "early_mib": early, "late_mib": late, "seed": options.seed})
    return 0 if soak.done and late / early - 1 <= ALLOWED_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
