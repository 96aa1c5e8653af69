"""Those who are measured, each in a process of its own: `python -m tests.benchmarks.contenders NAME ARTICLES`.

Those who read files load what they need, take the articles once, and print one line of JSON: articles, seconds, CPU seconds of all their
processes, events. Those on Kafka print `ready` once for each of their processes, and go on until they are ended.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from streams.feed.readers import read_articles
from streams.records import Article
from streams.settings import Settings, load_settings
from streams.topics import ARTICLES, TOPICS
from streams.wire.avro import ArticleDecoder
from streams.wire.contract import register_schemas, schema_text
from streams.wire.registry import SchemaRegistry
from streams.worker.enricher import EnricherOptions

__all__ = ["ON_FILES", "ON_KAFKA", "cpu_of"]


def bare_spacy(articles: list[Article], processes: int) -> Callable[[], int]:
    """What a user would write: the model as it comes, its entities read out."""
    import spacy

    nlp = spacy.load(load_settings().model)

    def run() -> int:
        texts = [article.text for article in articles]
        # With spaCy's own batches of 256, one process would do nearly all.
        batch_size = max(1, min(nlp.batch_size, len(texts) // (4 * processes)))
        for doc in nlp.pipe(texts, n_process=processes, batch_size=batch_size):
            _ = [(entity.text, entity.label_) for entity in doc.ents]
        return 0

    return run


def our_extract(articles: list[Article], processes: int) -> Callable[[], int]:
    """`streams extract`, from its processes being ready."""
    from streams.feed.extract import ExtractOptions, in_order
    from streams.worker.pool import Limits, Pool

    limits = Limits(60, 2**31, 5000)
    pool = Pool(ExtractOptions(load_settings().model, with_records=False), processes=processes, limits=limits, likeness=Article.likeness)
    pool.start()

    def run() -> int:
        try:
            return sum(
                len(extracted.lines) for _, extracted in in_order(pool, articles, 8 * processes) if not isinstance(extracted, Exception)
            )
        finally:
            pool.close()

    return run


def plain_consumer(options: EnricherOptions, settings: Settings, number: int) -> None:
    """The same enrichment behind a plain `confluent-kafka` consumer: one article after the other, an acknowledgement for each batch."""
    from confluent_kafka import Consumer, Producer

    del number

    enrich = options()
    decoder = ArticleDecoder(schema_text(ARTICLES), lambda _: "", max_text_length=settings.max_text_length)
    servers = {"bootstrap.servers": settings.bootstrap_servers}
    consumer = Consumer({**servers, "group.id": settings.group, "auto.offset.reset": "earliest", "enable.auto.commit": False})
    producer = Producer({**servers, "acks": "all", "linger.ms": 5, "message.max.bytes": settings.max_record_bytes})
    consumer.subscribe([ARTICLES.name_in(settings)], on_assign=lambda *_: print("ready", flush=True))
    while True:
        messages = consumer.consume(num_messages=16, timeout=0.2)
        for message in messages:
            for record in enrich(decoder.decode(message.value())).records:
                headers: Any = record.headers
                producer.produce(TOPICS[record.topic].name_in(settings), record.value, record.key, headers=headers)
        if messages:
            producer.flush()
            consumer.commit(asynchronous=False)


def bytewax_flow(options: EnricherOptions, settings: Settings, number: int) -> None:
    """The same enrichment as a Bytewax dataflow, one process of a cluster; without its recovery store, so it keeps no position."""
    from bytewax import operators
    from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource
    from bytewax.dataflow import Dataflow
    from bytewax.testing import cluster_main

    enrich = options()
    decoder = ArticleDecoder(schema_text(ARTICLES), lambda _: "", max_text_length=settings.max_text_length)

    def enriched(message: Any) -> list[KafkaSinkMessage[bytes | None, bytes | None]]:
        records = enrich(decoder.decode(message.value)).records
        return [KafkaSinkMessage(r.key, r.value, TOPICS[r.topic].name_in(settings), r.headers) for r in records]

    flow = Dataflow("enrich")
    articles = operators.input("articles", flow, KafkaSource([settings.bootstrap_servers], [ARTICLES.name_in(settings)], batch_size=16))
    operators.output("records", operators.flat_map("enriched", articles, enriched), KafkaSink([settings.bootstrap_servers], topic=None))
    print("ready", flush=True)
    addresses = [f"127.0.0.1:{settings.metrics_port + place}" for place in range(settings.processes)]
    # It has no types of its own, and is not everywhere installed.
    run_cluster: Callable[..., None] = cluster_main
    run_cluster(flow, addresses if len(addresses) > 1 else [], number)


ON_FILES: dict[str, Callable[[list[Article], int], Callable[[], int]]] = {"spacy": bare_spacy, "extract": our_extract}
ON_KAFKA: dict[str, Callable[[EnricherOptions, Settings, int], None]] = {"confluent-kafka": plain_consumer, "bytewax": bytewax_flow}


def cpu_of(process: psutil.Process) -> float:
    """CPU seconds of a process and of all that it has started, those that have ended too."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def main(name: str, path: str) -> None:
    settings = load_settings()
    if name in ON_KAFKA:
        schemas = register_schemas(SchemaRegistry(settings), settings)
        options = EnricherOptions(settings.model, schemas, settings.event_source, "{id}", settings.max_record_bytes)
        # Leaving in good order takes the processes along.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        context = multiprocessing.get_context("spawn")
        crew = [context.Process(target=ON_KAFKA[name], args=(options, settings, n), daemon=True) for n in range(settings.processes)]
        for process in crew:
            process.start()
        for process in crew:
            process.join()
        return
    articles = [article for article in read_articles([path]) if isinstance(article, Article)]
    run = ON_FILES[name](articles, settings.processes)
    used, started = cpu_of(psutil.Process()), time.perf_counter()
    events = run()
    seconds = time.perf_counter() - started
    print(json.dumps({"articles": len(articles), "seconds": seconds, "cpu": cpu_of(psutil.Process()) - used, "events": events}))


if __name__ == "__main__":
    main(*sys.argv[1:])
