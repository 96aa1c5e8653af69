"""What a replay costs and takes, measured on this machine against a real Kafka: `make bench-replay`, or one part by its name.

Parts: `throughput` (articles a second by format, beside kcat with the same records), `profile`, `memory`, `kills`, `latency` (of live
articles, without and with a replay beside them). Each prints lines of Markdown.
"""

from __future__ import annotations

import argparse
import cProfile
import gzip
import io
import json
import os
import pstats
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import avro.datafile
import avro.io
import avro.schema
import psutil
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from streams.administration import create_topics, ensure_topic, topic_bounds
from streams.resources import SCHEMAS
from streams.settings import Settings
from streams.stack.server import free_port
from streams.stack.stack import running_stack
from streams.topics import ARTICLES, ENRICHED
from streams.wire.contract import register_schemas
from streams.wire.registry import SchemaRegistry

WORDS = [
    "the",
    "minister",
    "said",
    "on",
    "Monday",
    "that",
    "talks",
    "about",
    "a",
    "ceasefire",
    "would",
    "go",
    "on",
    "while",
    "officials",
    "from",
    "several",
    "states",
    "met",
    "in",
    "a",
    "city",
    "by",
    "the",
    "lake",
    "and",
    "aid",
    "agencies",
    "warned",
    "of",
    "a",
    "shortfall",
    "of",
    "millions",
    "of",
    "euros",
    "for",
    "food",
    "and",
    "shelter",
    "as",
    "tanks",
    "and",
    "missiles",
    "were",
    "promised",
    "by",
    "an",
    "ally",
]
KEY_END, RECORD_END = "|-key-|", "|-record-|"
"""What kcat takes as ends: records of Avro hold every byte, but hardly these."""


def article(number: int, size: int) -> dict[str, Any]:
    """A text of random words, the same for the same number."""
    chance = random.Random(number)
    text, length = [], 0
    while length < size:
        sentence = " ".join(chance.choices(WORDS, k=chance.randint(8, 24))).capitalize() + ". "
        text.append(sentence)
        length += len(sentence)
    return {
        "id": f"bench-{number}",
        "title": f"Article {number}",
        "text": "".join(text),
        "url": f"https://news.example/{number}",
        "publisher": "Bench",
        "published_at": "2025-07-25T08:00:00Z",
        "language": "en",
    }


def write_lines(path: Path, count: int, size: int) -> None:
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.writelines(json.dumps(article(number, size)).encode() + b"\n" for number in range(count))


def write_avro(path: Path, count: int, size: int) -> None:
    from datetime import UTC, datetime

    schema = avro.schema.parse((SCHEMAS / "article.avsc").read_text())
    with path.open("wb") as out, avro.datafile.DataFileWriter(out, avro.io.DatumWriter(), schema, codec="deflate") as writer:
        for number in range(count):
            writer.append({**article(number, size), "published_at": datetime(2025, 7, 25, 8, tzinfo=UTC)})


def write_warc(path: Path, count: int, size: int) -> None:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for number in range(count):
            made = article(number, size)
            paragraphs = "".join(f"<p>{made['text'][at : at + 600]}</p>" for at in range(0, size, 600))
            links = "".join(f'<li><a href="/{n}">Another headline number {n}</a></li>' for n in range(60))
            page = (
                f'<!doctype html><html><head><title>{made["title"]}</title><meta property="og:site_name" content="Bench">'
                f'<meta property="article:published_time" content="{made["published_at"]}"></head><body><nav><ul>{links}</ul></nav>'
                f"<article><h1>{made['title']}</h1>{paragraphs}</article><footer>Subscribe</footer></body></html>"
            )
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(made["url"], "response", payload=io.BytesIO(page.encode()), http_headers=head))


def cpu_of_children() -> float:
    """Seconds of CPU of all processes that were started here and have ended, with theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Bench:
    """A stack, and the command line against it."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder

    def start(self, *arguments: str, **changes: object) -> subprocess.Popen[bytes]:
        chosen = self.settings.model_copy(update=changes).model_dump(mode="json")
        environment = {f"STREAMS_{key.upper()}": str(value) for key, value in chosen.items() if "password" not in key}
        log = (self.folder / "log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "streams", *arguments], env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=log
        )

    def streams(self, *arguments: str) -> dict[str, Any]:
        done = self.start(*arguments)
        out, _ = done.communicate()
        if done.returncode:
            raise SystemExit(f"{arguments} ended with {done.returncode}: {out.decode()} {(self.folder / 'log').read_text()[-2000:]}")
        said: dict[str, Any] = json.loads(out.splitlines()[-1])
        return said

    def topic(self, name: str) -> str:
        ensure_topic(self.settings, name, partitions=self.settings.partitions, configs={})
        return name

    def records(self, topic: str) -> Iterator[Any]:
        ends = {TopicPartition(topic, p): end for p, (_, end) in topic_bounds(self.settings, [topic])[topic].items() if end}
        consumer = KafkaConsumer(bootstrap_servers=self.settings.bootstrap_servers, group_id=None, auto_offset_reset="earliest")
        consumer.assign(list(ends))
        while any(consumer.position(tp) < end for tp, end in ends.items()):
            for batch in consumer.poll(timeout_ms=500).values():
                yield from batch
        consumer.close()


def throughput(bench: Bench, count: int) -> None:
    """Articles a second into Kafka, by format and number of processes, beside kcat with the same records."""
    size = 3500
    print(f"\n### Throughput: {count} articles of {size} characters (WARC: {count // 20})\n")
    print("| archive | processes | planning, articles/s | sending, articles/s | both, articles/s | CPU of both, ms an article |")
    print("|---|---|---|---|---|---|")
    writers: dict[str, Callable[[Path, int, int], None]] = {"jsonl.gz": write_lines, "avro": write_avro, "warc.gz": write_warc}
    sent: dict[tuple[str, int], float] = {}
    for name, write in writers.items():
        number = count // 20 if name == "warc.gz" else count
        path = bench.folder / f"archive.{name}"
        write(path, number, size)
        for processes in (1, 2):
            topic = bench.topic(f"bench-{name.replace('.', '-')}-{processes}")
            started, cpu_before = time.monotonic(), cpu_of_children()
            said = bench.streams(
                "replay", "archive", str(path), "--execute", "--max-lag", "0", "--to", topic, "--processes", str(processes)
            )
            both, cpu = time.monotonic() - started, cpu_of_children() - cpu_before
            plan = json.loads((bench.settings.replay_dir / said["run"] / "plan.json").read_text())
            assert said["sent"] == number
            sent[name, processes] = said["rate"]
            print(
                f"| {name} | {processes} | {number / plan['seconds']:.0f} | {said['rate']:.0f} | {number / both:.0f} "
                f"| {1000 * cpu / number:.2f} |",
                flush=True,
            )
    if shutil.which("kcat") is None:
        print("\nkcat is not installed, and was not measured.")
        return
    records = bench.folder / "records"
    with records.open("wb") as out:
        for record in bench.records("bench-jsonl-gz-1"):
            out.write(record.key + KEY_END.encode() + record.value + RECORD_END.encode())
    topic = bench.topic("bench-kcat")
    options = ["-X", "acks=all", "-X", "enable.idempotence=true", "-X", "linger.ms=20", "-K", KEY_END, "-D", RECORD_END]
    started, cpu_before = time.monotonic(), cpu_of_children()
    with records.open("rb") as stream:
        subprocess.run(["kcat", "-P", "-b", bench.settings.bootstrap_servers, "-t", topic, *options], stdin=stream, check=True)
    rate = count / (time.monotonic() - started)
    cpu = 1000 * (cpu_of_children() - cpu_before) / count
    bounds = topic_bounds(bench.settings, [topic])[topic]
    print(
        f"\nkcat with the same records: {rate:.0f} articles/s, {cpu:.2f} ms of CPU an article "
        f"({sum(end for _, end in bounds.values())} records in its topic)"
    )
    for (name, processes), ours in sent.items():
        print(f"- {name}, {processes} processes: {ours / rate:.2f} of kcat")


def profile(bench: Bench, count: int) -> None:
    """Where the time of one process goes."""
    from streams.feed.replay.selection import Selection
    from streams.feed.replay.sources import CHUNK_ITEMS, ArchiveSource
    from streams.feed.replay.work import Work, WorkSpec
    from streams.wire.avro import Schema

    path = bench.folder / "profile.jsonl.gz"
    write_lines(path, count, 3500)
    topic = bench.topic("bench-profile")
    schema = Schema(1, (SCHEMAS / "article.avsc").read_text())
    work = Work(WorkSpec(bench.settings, "profile", Selection(), target=topic, schema=schema, target_partitions=bench.settings.partitions))
    profiler = cProfile.Profile()
    profiler.enable()
    for chunk in ArchiveSource((str(path),)).chunks({}, CHUNK_ITEMS):
        work.begin(chunk)()
    profiler.disable()
    work.close()
    out = io.StringIO()
    pstats.Stats(profiler, stream=out).sort_stats("tottime").print_stats(18)
    print("\n### Profile: one process, JSON lines, the thread that reads and encodes\n\n```")
    print("\n".join(line for line in out.getvalue().splitlines() if line.strip()).replace(sys.prefix, "")[:4000])
    print("```")


def memory(bench: Bench, counts: tuple[int, ...]) -> None:
    """Largest resident memory of the process, by the size of the archive."""
    print("\n### Memory: small articles, one process\n\n| articles | archive, bytes | peak resident, MB | articles/s |\n|---|---|---|---|")
    for count in counts:
        path = bench.folder / "memory.jsonl.gz"
        with gzip.open(path, "wb", compresslevel=1) as out:
            for number in range(count):
                out.write(
                    b'{"id": "m%d", "text": "Officials met in Oslo on Monday, for the %dth time.", "published_at": "2025-07-25"}\n'
                    % (number, number)
                )
        running = bench.start("replay", "archive", str(path), "--execute", "--max-lag", "0", "--to", bench.topic(f"bench-memory-{count}"))
        peak = 0
        while running.poll() is None:
            try:
                peak = max(peak, psutil.Process(running.pid).memory_info().rss)
            except psutil.Error:
                break
            time.sleep(0.1)
        out_bytes, _ = running.communicate()
        said = json.loads(out_bytes.splitlines()[-1])
        assert said["sent"] == count
        print(f"| {count} | {path.stat().st_size} | {peak / 1e6:.0f} | {said['rate']:.0f} |", flush=True)


def kills(bench: Bench, times: int) -> None:
    """Killed at random and resumed: what is missing, and what was sent twice."""
    count, chance = 60_000, random.Random()
    path = bench.folder / "kills.jsonl.gz"
    write_lines(path, count, 500)
    print(f"\n### Killed {times} times at random and resumed\n")
    for processes in (1, 2):
        topic, run = bench.topic(f"bench-kills-{processes}"), f"kills-{processes}"
        options = ["--rate", "3000", "--max-lag", "0", "--to", topic, "--processes", str(processes), "--run-id", run]
        running = bench.start("replay", "archive", str(path), "--execute", *options)
        while not (bench.settings.replay_dir / run / "checkpoint.json").exists():
            time.sleep(0.1)
        killed = 0
        while killed < times:
            time.sleep(chance.uniform(0.2, 3.0))
            if running.poll() is not None:
                break
            running.send_signal(signal.SIGKILL)
            running.communicate()
            killed += 1
            running = bench.start("replay", "resume", run)
        running.communicate()
        keys = [record.key for record in bench.records(topic)]
        missing = {f"bench-{number}".encode() for number in range(count)} - set(keys)
        again = len(keys) - len(set(keys))
        print(
            f"- {processes} processes, {count} articles, killed {killed} times: missing {len(missing)}, sent twice {again}",
            flush=True,
        )


def latency(bench: Bench, seconds: int) -> None:
    """From a live article's timestamp to that of its enriched record, at a steady rate, without and with a replay beside it."""
    worker = bench.start("worker", health_port=free_port(), metrics_port=free_port(), processes=2)
    path = bench.folder / "latency.jsonl.gz"
    write_lines(path, 100_000, 3500)
    producer = KafkaProducer(bootstrap_servers=bench.settings.bootstrap_servers, acks="all")
    topic = ARTICLES.name_in(bench.settings)
    print(f"\n### Latency of live articles: 2 a second of 3,500 characters, {seconds} s each, 2 processes of one worker\n")
    print("| beside it | p50, s | p99, s | live articles | replayed and enriched a second |\n|---|---|---|---|---|", flush=True)

    def live(label: str, count: int) -> dict[bytes, float]:
        sent: dict[bytes, float] = {}
        for number in range(count):
            key = f"live-{label}-{number}".encode()
            producer.send(topic, key=key, value=json.dumps({**article(number, 3500), "id": key.decode()}).encode())
            sent[key] = time.time()
            time.sleep(0.5)
        producer.flush()
        return sent

    def enriched(wanted: set[bytes]) -> tuple[dict[bytes, float], int]:
        deadline = time.monotonic() + 180
        while True:
            found: dict[bytes, float] = {}
            replayed = 0
            for record in bench.records(ENRICHED.name_in(bench.settings)):
                if record.key in wanted:
                    found.setdefault(record.key, record.timestamp / 1000)
                replayed += any(name == "replay.run-id" for name, _ in record.headers)
            if wanted <= found.keys() or time.monotonic() > deadline:
                return found, replayed
            time.sleep(2)

    warm = live("warm", 10)
    enriched(set(warm))
    replayed_before = 0
    for label, options in {"nothing": None, "a replay, --max-lag 20": "20", "a replay, --max-lag 200": "200"}.items():
        running = None
        if options:
            running = bench.start("replay", "archive", str(path), "--execute", "--max-lag", options, "--run-id", f"beside-{options}")
            while not (bench.settings.replay_dir / f"beside-{options}" / "checkpoint.json").exists():
                time.sleep(0.2)
            time.sleep(5)
        _, replayed_before = enriched(set())
        started = time.monotonic()
        sent = live(options or "alone", seconds * 2)
        found, replayed = enriched(set(sent))
        elapsed = time.monotonic() - started
        if running:
            running.terminate()
            running.communicate()
        waits = sorted(found[key] - at for key, at in sent.items() if key in found)
        p99 = waits[min(len(waits) - 1, int(len(waits) * 0.99))]
        rate = (replayed - replayed_before) / elapsed
        print(f"| {label} | {statistics.median(waits):.2f} | {p99:.2f} | {len(waits)} of {len(sent)} | {rate:.1f} |", flush=True)
    worker.terminate()
    worker.communicate()


def main() -> None:
    """Run the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["throughput", "profile", "memory", "kills", "latency"])
    parser.add_argument("--articles", type=int, default=40_000)
    parser.add_argument("--memory", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="streams-bench-") as name, running_stack(Path(name) / "stack", Settings()) as stack:
        folder = Path(name)
        settings = Settings().model_copy(update={**stack.connection, "replay_dir": folder / "runs"})
        create_topics(settings)
        registry = SchemaRegistry(settings)
        register_schemas(registry, settings)
        registry.close()
        bench = Bench(settings, folder)
        parts: dict[str, Callable[[], None]] = {
            "throughput": lambda: throughput(bench, asked.articles),
            "profile": lambda: profile(bench, 10_000),
            "memory": lambda: memory(bench, tuple(asked.memory)),
            "kills": lambda: kills(bench, asked.kills),
            "latency": lambda: latency(bench, asked.seconds),
        }
        print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f} at the start", flush=True)
        for part in asked.parts:
            parts[part]()
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
