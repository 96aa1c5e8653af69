"""Reads news articles from Kafka and emits funding gaps, weapons pledges and rounds of talks as typed Avro events."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("news-event-streams")
