"""The topics as an AsyncAPI 3 document: what is where, how it is keyed and written, and who sends it."""

from __future__ import annotations

import json
import re
from typing import Any

from streams import __version__
from streams.administration import topic_options
from streams.records import Article, EnrichedArticle, Event
from streams.resources import SCHEMAS
from streams.settings import Settings
from streams.topics import ARTICLES, DEAD_LETTERS, TOPICS, Topic
from streams.wire.contract import schema_text
from streams.wire.dead_letter import LEFT_OUT_HEADER

__all__ = ["asyncapi_document", "headers_of"]

AVRO = "application/vnd.apache.avro+json;version=1.12.0"
JSON_SCHEMA = "application/schema+json;version=draft-07"

BINDING_VERSION = "0.5.0"

HEADER_ROW = re.compile(r"^\| `(?P<name>[^`]+)` \| (?P<what>.+) \| `(?P<example>[^`]+)` \|$", re.MULTILINE)

DESCRIPTION = """\
Reads news articles, finds in each the entities, the figures and three kinds of event, and hands them on as typed Avro events.

Each event comes at least once, and a repeat has the same id. Values are Avro in Confluent's wire format: byte 0, the schema's id in
four bytes, the body. Schemas evolve under `FULL_TRANSITIVE`."""


def asyncapi_document(settings: Settings) -> dict[str, Any]:
    """The document, as plain data; addresses, names, partitions and replicas are those of the settings."""
    channels = {name: _channel(topic, settings) for name, topic in _named().items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "news-event-streams", "version": __version__, "description": DESCRIPTION},
        "defaultContentType": "application/avro",
        "servers": {"kafka": _server(settings)},
        "channels": channels,
        "operations": {name: _operation(name, topic) for name, topic in _named().items()},
        "components": {"messages": {name: message for topic in TOPICS.values() for name, message in _messages(topic).items()}},
    }


def headers_of(file: str) -> dict[str, tuple[str, str]]:
    """By name, what a header of `schemas/<file>` says, and an example."""
    return {found["name"]: (found["what"], found["example"]) for found in HEADER_ROW.finditer((SCHEMAS / file).read_text("utf-8"))}


def _named() -> dict[str, Topic]:
    """Topics by names that the document can refer to: `eventsWeaponsPledge`."""
    return {_camel(topic.name): topic for topic in TOPICS.values()}


def _camel(name: str) -> str:
    first, *rest = re.split(r"[.-]", name)
    return first + "".join(word.capitalize() for word in rest)


def _server(settings: Settings) -> dict[str, Any]:
    first, *_ = settings.bootstrap_servers.split(",")
    server: dict[str, Any] = {
        "host": first,
        "protocol": "kafka-secure" if settings.security_protocol.endswith("SSL") else "kafka",
        "description": "The brokers, and the schema registry with Confluent's API.",
        "bindings": {
            "kafka": {"schemaRegistryUrl": settings.registry_url, "schemaRegistryVendor": "apicurio", "bindingVersion": BINDING_VERSION}
        },
    }
    if settings.security_protocol.startswith("SASL_"):
        scram = {"SCRAM-SHA-256": "scramSha256", "SCRAM-SHA-512": "scramSha512"}
        server["security"] = [{"type": scram.get(settings.sasl_mechanism, "plain")}]
    elif settings.certificate_file:
        server["security"] = [{"type": "X509"}]
    return server


def _channel(topic: Topic, settings: Settings) -> dict[str, Any]:
    options = topic_options(topic, settings)
    return {
        "address": topic.name_in(settings),
        "description": _about(topic),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages(topic)},
        "bindings": {
            "kafka": {
                "partitions": options["num_partitions"],
                "replicas": options["replication_factor"],
                "topicConfiguration": {name: int(value) for name, value in options["configs"].items()},
                "bindingVersion": BINDING_VERSION,
            }
        },
    }


def _operation(name: str, topic: Topic) -> dict[str, Any]:
    action = "receive" if topic is ARTICLES else "send"
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "summary": _about(topic).partition(". ")[0].removesuffix(".") + ".",
    }


def _about(topic: Topic) -> str:
    if topic is DEAD_LETTERS:
        return "Articles that could not be processed: the original key, bytes and headers, and why."
    return str(json.loads(schema_text(topic))["doc"])


def _messages(topic: Topic) -> dict[str, dict[str, Any]]:
    name = _camel(topic.name)
    if topic is DEAD_LETTERS:
        anything = {"schemaFormat": JSON_SCHEMA, "schema": {"description": "The bytes of the record that failed."}}
        return {name: _message(topic, "application/octet-stream", anything, "Key of the record that failed.")}
    avro = {"schemaFormat": AVRO, "schema": json.loads(schema_text(topic))}
    messages = {name: _message(topic, "application/avro", avro, _key(topic))}
    if topic is ARTICLES:
        as_json = {"schemaFormat": JSON_SCHEMA, "schema": _article_json_schema()}
        messages[f"{name}Json"] = _message(topic, "application/json", as_json, _key(topic))
    return messages


def _message(topic: Topic, content_type: str, payload: dict[str, Any], key: str) -> dict[str, Any]:
    binding: dict[str, Any] = {"key": {"type": "string", "description": key}, "bindingVersion": BINDING_VERSION}
    if content_type == "application/avro":
        binding |= {"schemaIdLocation": "payload", "schemaIdPayloadEncoding": "confluent", "schemaLookupStrategy": "TopicNameStrategy"}
    message: dict[str, Any] = {"contentType": content_type, "payload": payload, "bindings": {"kafka": binding}}
    if topic is DEAD_LETTERS:
        message["headers"] = _headers("dead-letter-headers.md", optional=(LEFT_OUT_HEADER,))
    elif topic.record and issubclass(topic.record, Event):
        passed_on = [name for name in headers_of("event-headers.md") if not name.startswith(("ce_", "content-"))]
        message["headers"] = _headers("event-headers.md", optional=("ce_time", *passed_on))
    return message


def _headers(file: str, optional: tuple[str, ...]) -> dict[str, Any]:
    found = headers_of(file)
    return {
        "type": "object",
        "properties": {name: {"type": "string", "description": what, "examples": [example]} for name, (what, example) in found.items()},
        "required": [name for name in found if name not in optional],
    }


def _key(topic: Topic) -> str:
    if topic.record is Article:
        return "Id of the article, or any key: it decides the partition."
    if topic.record is EnrichedArticle:
        return "Id of the article."
    return "`event_key` of the event: reports of one real-world event lie in one partition."


def _article_json_schema() -> dict[str, Any]:
    """The same fields as in Avro, as JSON has them; what is unknown is passed over."""
    optional = {"type": ["string", "null"]}
    documented = {field["name"]: field["doc"] for field in json.loads(schema_text(ARTICLES))["fields"]}
    kinds: dict[str, dict[str, Any]] = {"text": {"type": "string", "minLength": 1}, "published_at": {**optional, "format": "date-time"}}
    properties = {name: {**kinds.get(name, optional), "description": documented[name]} for name in Article.model_fields}
    return {"type": "object", "properties": properties, "required": ["text"]}
