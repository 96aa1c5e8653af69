"""Prints a line for each event. With --until-end it stops when it has read what is there now."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message
from confluent_kafka.schema_registry import SchemaRegistryClient, SchemaRegistryError
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext, SerializationError
from lines import funding_gap, talks_round, weapons_pledge

SCHEMAS = Path(os.environ.get("SCHEMAS", Path(__file__).parents[3] / "schemas"))
LINES: dict[str, Callable[[Any], str]] = {
    "events.funding-gap": funding_gap,
    "events.weapons-pledge": weapons_pledge,
    "events.talks-round": talks_round,
}
REMEMBERED = 10_000
"""Ids; a repeat comes soon after the first, in the same partition."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--until-end", action="store_true")
    until_end = options.parse_args().until_end
    # So that the loop below ends as with Ctrl-C, and the group is left at once.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    prefix = os.environ.get("STREAMS_TOPIC_PREFIX", "")
    registry = SchemaRegistryClient({"url": os.environ.get("STREAMS_REGISTRY_URL", "http://127.0.0.1:8081/apis/ccompat/v7")})
    # Each topic is read with the version of its schema that this program was built with: fields that came later are left out,
    # and symbols that came later are the enum's default, UNKNOWN.
    decoders = {
        prefix + topic: AvroDeserializer(registry, (SCHEMAS / f"{topic.removeprefix('events.')}.avsc").read_text()) for topic in LINES
    }
    consumer = Consumer(
        {
            "bootstrap.servers": os.environ.get("STREAMS_BOOTSTRAP_SERVERS", "127.0.0.1:9092"),
            "group.id": "example-python-confluent",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    consumer.subscribe(list(decoders))
    seen: OrderedDict[str, None] = OrderedDict()
    try:
        for message in messages(consumer, until_end=until_end):
            topic = str(message.topic())
            event = decode(message, decoders[topic])
            if event is None:
                print(f"{topic}[{message.partition()}] offset {message.offset()} is passed over: no event of this topic", file=sys.stderr)
            elif event["id"] not in seen:
                print(LINES[topic.removeprefix(prefix)](event), flush=True)  # your work goes here
                seen[event["id"]] = None
                if len(seen) > REMEMBERED:
                    seen.popitem(last=False)
            # One by one is simplest and slow: commit every hundred where there are many.
            consumer.commit(message=message, asynchronous=False)
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


def decode(message: Message, decoder: AvroDeserializer) -> Any:
    """The event, or None where the record is none; an error while the registry is away, so that the record is not passed over."""
    try:
        return decoder(message.value(), SerializationContext(str(message.topic()), MessageField.VALUE))
    except SchemaRegistryError as error:
        if error.http_status_code != HTTPStatus.NOT_FOUND:
            raise
    except (SerializationError, EOFError, LookupError, TypeError, ValueError):
        pass
    return None


def messages(consumer: Consumer, *, until_end: bool) -> Iterator[Message]:
    """The records, as they come; where it is so wished, until the end of every partition."""
    at_end: set[tuple[str | None, int | None]] = set()
    while not (until_end and at_end and len(at_end) == len(consumer.assignment())):
        message = consumer.poll(1.0)
        if message is None:
            continue
        error = message.error()
        if error is None:
            yield message
        elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its public name
            at_end.add((message.topic(), message.partition()))
        else:
            raise KafkaException(error)


if __name__ == "__main__":
    main()
