"""How fast, beside a loop around bare spaCy and beside other stream processors, alternating in one run: `make bench`.

Prints tables in Markdown and writes all figures as JSON. On a machine that is busy with other things only the ratios mean anything, those
of CPU time most.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from streams.administration import create_topics
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import running_stack
from streams.topics import ARTICLES, ENRICHED
from tests.benchmarks.contenders import ON_FILES, ON_KAFKA, cpu_of
from tests.benchmarks.news import CORPORA, write

WAIT = 600.0
"""Seconds until something that does not come is given up."""

QUICK, FULL = (40, 1), (150, 3)
"""Articles of the news-like corpus, rounds."""

NOT_RUN = """\
Not measured: Quix Streams (asks for older versions of confluent-kafka and pydantic than this package), PETRARCH2 (on no package registry; \
written for Python 2, behind Stanford's CoreNLP)."""


@dataclass(frozen=True)
class Run:
    """One contender with one corpus, once."""

    contender: str
    corpus: str
    articles: int
    seconds: float
    cpu: float


class Bench:
    """Corpora, contenders, and what was measured."""

    def __init__(self, settings: Settings, folder: Path, real: Path | None, count: int) -> None:
        self.settings = settings
        self.folder = folder
        self.real = real
        self.count = count
        self.runs: list[Run] = []
        self.starts: list[float] = []

    def corpora(self, number: int) -> dict[str, Path]:
        """The corpora of a round; generated ones are new in each, so that nothing is remembered."""
        paths: dict[str, Path] = {}
        for name, make in CORPORA.items():
            paths[name] = self.folder / f"{name}-{number}.jsonl"
            write(paths[name], make(self.count, number))
        return {"real": self.real, **paths} if self.real else paths

    def environment(self, **changes: object) -> dict[str, str]:
        return {**os.environ, **self.settings.model_copy(update=changes).environment()}

    def add(self, run: Run) -> None:
        self.runs.append(run)
        per_article = 1000 * run.cpu / run.articles
        print(f"  {run.corpus:6} {run.contender:18} {run.articles / run.seconds:7.1f} articles/s {per_article:7.1f} ms CPU", flush=True)

    def on_files(self, contender: str, corpus: str, path: Path, **changes: object) -> Run:
        command = [sys.executable, "-m", "tests.benchmarks.contenders", contender, str(path)]
        done = subprocess.run(command, env=self.environment(**changes), capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{contender} failed on {corpus}:\n{done.stderr[-2000:]}")
        said = json.loads(done.stdout.splitlines()[-1])
        return Run(contender, corpus, said["articles"], said["seconds"], said["cpu"])

    def on_kafka(self, contender: str, corpus: str, path: Path, workers: int = 1, processes: int | None = None) -> Run:
        """Articles into the topic at once, until all are enriched."""
        processes = processes or self.settings.processes
        lines = path.read_bytes().splitlines()
        prefix = f"bench{len(self.runs)}-{random.randrange(10**6)}."
        settings = self.settings.model_copy(update={"topic_prefix": prefix, "group": prefix, "processes": processes})
        create_topics(settings)
        with contextlib.ExitStack() as stack:
            started = [stack.enter_context(self.started(contender, settings)) for _ in range(workers)]
            consumer = stack.enter_context(contextlib.closing(KafkaConsumer(bootstrap_servers=settings.bootstrap_servers)))
            # A member that joins makes the others pause.
            time.sleep(1 if contender == "worker" and workers == 1 else 5)
            used, begun = sum(map(cpu_of, started)), time.monotonic()
            produce(settings, lines)
            wait_for(lambda: enriched(consumer, settings) >= len(lines), "all articles are enriched")
            seconds = time.monotonic() - begun
            return Run(contender, corpus, len(lines), seconds, sum(map(cpu_of, started)) - used)

    @contextlib.contextmanager
    def started(self, contender: str, settings: Settings) -> Iterator[psutil.Process]:
        """A worker, or another contender with all its processes, that is ready."""
        settings = settings.model_copy(update={"health_port": free_port(), "metrics_port": free_port()})
        arguments = ["streams", "worker"] if contender == "worker" else ["tests.benchmarks.contenders", contender, "-"]
        begun = time.monotonic()
        with (self.folder / f"{contender}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments], env={**os.environ, **settings.environment()}, stdout=subprocess.PIPE, stderr=log
            )
        assert process.stdout is not None
        try:
            if contender == "worker":
                wait_for(lambda: answers(f"http://127.0.0.1:{settings.health_port}/readyz"), "the worker is ready")
                self.starts.append(time.monotonic() - begun)
            elif not all(process.stdout.readline() for _ in range(settings.processes)):
                raise SystemExit(f"{contender} ended: {(self.folder / f'{contender}.log').read_text()[-2000:]}")
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {WAIT:.0f} s in vain until {what}")
        time.sleep(0.05)


def produce(settings: Settings, lines: Sequence[bytes]) -> None:
    producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers, linger_ms=5)
    for number, line in enumerate(lines):
        producer.send(ARTICLES.name_in(settings), value=line, key=str(number).encode())
    producer.flush()
    producer.close()


def enriched(consumer: KafkaConsumer, settings: Settings) -> int:
    """How many articles are enriched; over one connection, since a new one for each question would take an article's time."""
    topic = ENRICHED.name_in(settings)
    partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
    return sum(consumer.end_offsets(partitions).values())


def throughput(bench: Bench, rounds: int, kafka: Sequence[str]) -> None:
    """Everybody with every corpus, one after the other, and that several times."""
    for number in range(rounds):
        print(f"\nround {number + 1} of {rounds}", flush=True)
        for corpus, path in bench.corpora(number).items():
            for contender in ON_FILES:
                bench.add(bench.on_files(contender, corpus, path))
            for contender in kafka:
                # Others do the same enrichment; one corpus shows what they add to it.
                if contender == "worker" or corpus == "news":
                    bench.add(bench.on_kafka(contender, corpus, path))


def latency(bench: Bench, count: int, rate: float | None) -> dict[str, float]:
    """Seconds from `produce` to the enriched record, alone (each after the last) or at a rate a second."""
    lines = bench.corpora(97)["news"].read_bytes().splitlines()
    lines = (lines * (count // len(lines) + 1))[:count]
    prefix = f"latency{random.randrange(10**6)}."
    settings = bench.settings.model_copy(update={"topic_prefix": prefix, "group": prefix})
    create_topics(settings)
    sent: dict[bytes, float] = {}
    took: list[float] = []
    consumer = KafkaConsumer(ENRICHED.name_in(settings), bootstrap_servers=settings.bootstrap_servers, auto_offset_reset="earliest")
    consumer.poll(timeout_ms=2000)
    producer = KafkaProducer(bootstrap_servers=settings.bootstrap_servers)

    def receive(seconds: float) -> None:
        for records in consumer.poll(timeout_ms=max(1, int(1000 * seconds))).values():
            took.extend(time.monotonic() - sent[record.key] for record in records)

    with bench.started("worker", settings):
        chance, following = random.Random(8), time.monotonic() + 2
        for number, line in enumerate(lines):
            while rate and time.monotonic() < following:
                receive(following - time.monotonic())
            following += chance.expovariate(rate) if rate else 0
            article = json.loads(line) | {"id": str(number)}
            article["text"] += f"\n\nReport number {number}."
            sent[str(number).encode()] = time.monotonic()
            producer.send(ARTICLES.name_in(settings), value=json.dumps(article).encode(), key=str(number).encode())
            producer.flush()
            while len(took) < (number + 1 if not rate else 0):
                receive(1)
        while len(took) < count:
            receive(1)
    consumer.close()
    producer.close()
    hundredths = statistics.quantiles(took, n=100)
    return {"p50": hundredths[49], "p99": hundredths[98], "most": max(took)}


def growth() -> list[dict[str, float]]:
    """CPU milliseconds of one article by its length, with and without events in it."""
    from streams.extraction.pipeline import Extractor
    from streams.records import Article
    from tests.benchmarks.news import article_of

    extractor = Extractor(Settings().model)
    found: list[dict[str, float]] = []
    for words in (500, 1000, 2000, 4000, 8000):
        row: dict[str, float] = {"words": words}
        for name, share in (("everyday", 0.0), ("dense", 1.0)):
            texts = [article_of(words, share, seed) for seed in range(4)]
            extractor.extract(Article(text=texts[0]))
            used = time.process_time()
            entities = [len(extractor.extract(Article(text=text)).enriched.entities) for text in texts[1:]]
            row[f"{name} ms"] = 1000 * (time.process_time() - used) / len(texts[1:])
            row[f"{name} entities"] = statistics.mean(entities)
        found.append(row)
    return found


def gazetteers() -> list[dict[str, float]]:
    """Milliseconds of looking a text up by the number of phrases in the gazetteer."""
    from streams.extraction.mentions import Form, Gazetteer, Mention
    from streams.extraction.parser.parsing import load_parser
    from streams.extraction.reading import read
    from streams.records import EntityKind
    from tests.benchmarks.news import article_of, names

    reading = read(article_of(1000, 1.0, 5), load_parser(Settings().model))
    found: list[dict[str, float]] = []
    for more in (0, 10_000, 100_000):
        gazetteer = Gazetteer()
        gazetteer.add(Mention(EntityKind.PLACE, Form.NAME, "Somewhere", 0, 0), names(more))
        used = time.process_time()
        for _ in range(20):
            gazetteer.find(reading)
        found.append({"phrases more": more, "ms": 1000 * (time.process_time() - used) / 20})
    return found


def summary(runs: Sequence[Run]) -> str:
    """For each corpus and contender the median, the spread, and the ratio to bare spaCy round by round."""
    lines = [
        "| corpus | contender | articles/s: median (least–most) | to bare spaCy | ms CPU an article | to bare spaCy by CPU |",
        "|---|---|---|---|---|---|",
    ]
    for corpus in dict.fromkeys(run.corpus for run in runs):
        base = [run for run in runs if (run.corpus, run.contender) == (corpus, "spacy")]
        for contender in dict.fromkeys(run.contender for run in runs if run.corpus == corpus):
            own = [run for run in runs if (run.corpus, run.contender) == (corpus, contender)]
            rates, cpu = [run.articles / run.seconds for run in own], [1000 * run.cpu / run.articles for run in own]
            by_time = statistics.median(b.seconds / r.seconds for b, r in zip(base, own, strict=True))
            by_cpu = statistics.median(b.cpu / r.cpu for b, r in zip(base, own, strict=True))
            lines.append(
                f"| {corpus} | {contender} | {statistics.median(rates):.1f} ({min(rates):.1f}–{max(rates):.1f}) | {by_time:.2f} "
                f"| {statistics.median(cpu):.1f} | {by_cpu:.2f} |"
            )
    return "\n".join(lines)


def table(rows: Sequence[dict[str, float]]) -> str:
    names = list(rows[0])
    body = ["| " + " | ".join(f"{row[name]:.4g}" for name in names) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(names) + " |", "|" + "---|" * len(names), *body])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, help="real articles, JSON lines; without them only generated ones are measured")
    parser.add_argument("--quick", action="store_true", help="few articles, once")
    parser.add_argument("--out", type=Path, default=Path("bench.json"), help="where the figures go")
    chosen = parser.parse_args()
    if chosen.articles is None:
        print("NO REAL ARTICLES: --articles FILE (make bench ARTICLES=FILE) measures them too", flush=True)
    count, rounds = QUICK if chosen.quick else FULL
    print(NOT_RUN, flush=True)
    found: dict[str, Any] = {"processors": os.cpu_count(), "load before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        with running_stack(folder / "stack", Settings()) as stack:
            bench = Bench(Settings().model_copy(update=stack.connection), folder, chosen.articles, count)
            throughput(bench, rounds, ["worker", *ON_KAFKA])
            print("\n" + summary(bench.runs), flush=True)
            found["runs"] = [asdict(run) for run in bench.runs]
            paths = bench.corpora(98)
            scaling = [bench.on_files("extract", "news", paths["news"], processes=n) for n in (1, 2)]
            scaling += [
                bench.on_kafka("worker", "news", paths["news"], workers, processes) for workers, processes in ((1, 1), (1, 2), (2, 1))
            ]
            names = ["extract, 1 process", "extract, 2 processes", "1 worker of 1", "1 worker of 2", "2 workers of 1"]
            found["scaling"] = {name: run.articles / run.seconds for name, run in zip(names, scaling, strict=True)}
            print("\narticles/s: " + ", ".join(f"{name} {rate:.1f}" for name, rate in found["scaling"].items()), flush=True)
            full = statistics.median(run.articles / run.seconds for run in bench.runs if (run.contender, run.corpus) == ("worker", "news"))
            number = 30 if chosen.quick else 150
            loads = {"alone": None, "half load": full / 2, "95 % of full load": 0.95 * full}
            found["latency"] = {name: latency(bench, number, rate) for name, rate in loads.items()}
            print("\nseconds from produce to enriched: " + json.dumps(found["latency"]), flush=True)
            found["start to ready"] = {"median": statistics.median(bench.starts), "most": max(bench.starts)}
            print("\nseconds from a worker's start until it is ready: " + json.dumps(found["start to ready"]), flush=True)
    found["growth"], found["gazetteers"] = growth(), gazetteers()
    print("\n" + table(found["growth"]) + "\n\n" + table(found["gazetteers"]))
    chosen.out.write_text(json.dumps(found, indent=1))
    print(f"\nall figures: {chosen.out}")


if __name__ == "__main__":
    main()
