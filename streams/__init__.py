"""Reads news articles from Kafka and emits funding gaps, weapons pledges and rounds of talks as typed Avro events."""

import os
from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("news-event-streams")

# The matrix libraries read these when they are loaded. Each process has a core: threads beside it would only push each other off.
for _library in ("OMP", "OPENBLAS", "MKL", "BLIS"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")
