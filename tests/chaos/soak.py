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
from pathlib import Path

import httpx
import psutil
from confluent_kafka import Producer

from streams.administration import create_topics
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import running_stack
from streams.topics import ARTICLES
from tests.chaos.articles import make_articles
from tests.chaos.crew import REPOSITORY

WARM = 5_000
"""Articles after which memory must have found its level."""

ALLOWED_GROWTH = 0.03
SAMPLE_SECONDS = 2.0
AHEAD = 2_000
"""Articles that lie in the topic unread at most, so that a worker reads as it does in production and not from a heap."""

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


def varied_articles(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Articles whose names and words never come again: what a cache keyed by words would grow by."""
    chance = random.Random(seed)

    def invented() -> str:
        return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))

    for number, article in enumerate(itertools.chain.from_iterable(make_articles(1_000, seed + n) for n in range(count // 1_000 + 1))):
        if number == count:
            return
        names = [f"{invented().capitalize()} {invented().capitalize()} said that {invented()} had come." for _ in range(2)]
        text = f"{article.text} {' '.join(names)} The bill came to ${chance.randint(1, 10**6):,}."
        varied = article.model_copy(update={"id": f"soak-{number}", "text": text})
        yield varied.id, varied.model_dump_json(exclude_none=True).encode()


def measure(count: int, processes: int, seed: int, seconds: float) -> list[Sample]:
    """Drive one worker through the articles and sample its memory; ends early when the time is up."""
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, running_stack(Path(folder), Settings()) as stack:
        settings = Settings().model_copy(
            update={**stack.connection, "processes": processes, "health_port": free_port(), "metrics_port": free_port(), "partitions": 3}
        )
        create_topics(settings)
        log = Path(folder) / "worker.log"
        with log.open("wb") as output:
            environment = {**os.environ, **settings.environment(), "PYTHONPATH": str(REPOSITORY)}
            worker = subprocess.Popen([sys.executable, "-m", "streams", "worker"], env=environment, stdout=output, stderr=output)
        producer = Producer({"bootstrap.servers": settings.bootstrap_servers, "enable.idempotence": True})
        try:
            sent = 0
            articles = varied_articles(count, seed)
            deadline = time.monotonic() + seconds
            while (done := processed(settings)) < count and time.monotonic() < deadline:
                assert worker.poll() is None, log.read_text()[-3000:]
                for key, value in itertools.islice(articles, max(0, done + AHEAD - sent)):
                    producer.produce(ARTICLES.name_in(settings), value, key=key)
                    sent += 1
                producer.flush(30)
                samples.append(sample(worker.pid, done))
                time.sleep(SAMPLE_SECONDS)
            worker.terminate()
            assert worker.wait(120) == 0, log.read_text()[-3000:]
        finally:
            worker.kill()
            worker.wait()
    return samples


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
    parser.add_argument("--seconds", type=float, default=7200, help="time after which it ends in any case")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("soak"), help="name of the table (.csv) and picture (.svg), without suffix")
    options = parser.parse_args()
    started = time.monotonic()
    samples = measure(options.articles, options.processes, options.seed, options.seconds)
    with options.output.with_suffix(".csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["articles", "worker_mib", "pool_mib"])
        table.writerows([s.articles, f"{s.parent:.1f}", f"{s.children:.1f}"] for s in samples)
    draw(samples, options.output.with_suffix(".svg"))
    done = samples[-1].articles
    if done <= WARM:
        print(f"only {done} articles: too few to tell")
        return 1
    early, late = growth(samples)
    seconds = time.monotonic() - started
    print(f"{done} articles in {seconds:.0f} s; resident {early:.0f} MiB after {WARM}, {late:.0f} MiB at the end: {late / early - 1:+.1%}")
    return 1 if late / early - 1 > ALLOWED_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
