"""Fails when enriching has become slower beside bare spaCy: `make bench-gate`.

What counts is the ratio of CPU time in one process, which a busy machine moves little. The figure to hold stands in `gate.json`, with the
share by which it may fall.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from streams.extraction.pipeline import Extractor
from streams.records import Article
from streams.settings import load_settings
from tests.benchmarks.news import CORPORA

KEPT = Path(__file__).with_name("gate.json")
ARTICLES, ROUNDS = 30, 5


def cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    import spacy

    model = load_settings().model
    nlp, extractor = spacy.load(model), Extractor(model)
    ratios: list[float] = []
    for number in range(ROUNDS):
        # Without the copies of the mix: what is gained by them is no speed.
        texts = list(dict.fromkeys(CORPORA["news"](ARTICLES, number)))
        articles = [Article(text=text, language="en") for text in texts]
        theirs = cpu(lambda texts=texts: [[entity.label_ for entity in doc.ents] for doc in nlp.pipe(texts)])  # type: ignore[misc]
        ours = cpu(lambda articles=articles: [extractor.extract(article) for article in articles])  # type: ignore[misc]
        ratios.append(theirs / ours)
        print(f"round {number + 1}: bare spaCy {theirs:.2f} s, all that this package does {ours:.2f} s: {ratios[-1]:.2f}", flush=True)
    kept = json.loads(KEPT.read_text())
    least = kept["ratio"] * (1 - kept["may_fall_by"])
    ratio = statistics.median(ratios)
    print(f"{ratio:.2f} times as fast as bare spaCy; at least {least:.2f} is asked for")
    sys.exit(ratio < least)


if __name__ == "__main__":
    main()
