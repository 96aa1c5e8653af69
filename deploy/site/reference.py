"""The pages of the reference, made from schemas, settings, command line and metrics, so that they cannot differ from the code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import click
import typer
from prometheus_client import CollectorRegistry
from pydantic_core import PydanticUndefined

from streams.asyncapi import asyncapi_document
from streams.cli import app
from streams.lag_exporter import LagCollector
from streams.metrics import LagExporterMetrics, WorkerMetrics
from streams.settings import Settings
from streams.topics import TOPICS
from streams.wire.contract import schema_text

__all__ = ["pages"]

MADE = "*Made from the code at every build of the site.*"


def pages() -> dict[str, str]:
    """By path within `docs/`, each page's Markdown."""
    return {
        "reference/topics.md": _topics(),
        "reference/records.md": _records(),
        "reference/settings.md": _settings(),
        "reference/commands.md": _commands(),
        "reference/metrics.md": _metrics(),
    }


def _page(title: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", MADE, *parts]) + "\n"


def _table(names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    names = list(names)
    lines = [names, ["---"] * len(names), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _topics() -> str:
    document = asyncapi_document(Settings.model_construct())
    actions = {operation["channel"]["$ref"]: operation["action"] for operation in document["operations"].values()}
    same = "The same as an [AsyncAPI 3 document](../asyncapi.yaml), for generators and catalogues"
    parts = [f"{same}; `streams schemas asyncapi` prints it with the names and addresses of your settings."]
    for name, channel in document["channels"].items():
        who = "The pipeline reads it." if actions[f"#/channels/{name}"] == "receive" else "The pipeline writes it."
        parts += [f"## `{channel['address']}`", f"{channel['description']} {who}"]
        for message_name in channel["messages"]:
            message = document["components"]["messages"][message_name]
            key = message["bindings"]["kafka"]["key"]["description"]
            parts.append(f"**{message['contentType']}** · key: {key} · value: {_value_link(message)}")
            if headers := message.get("headers"):
                required = headers["required"]
                parts.append(
                    _table(
                        ("header", "what", "example", "always"),
                        (
                            (f"`{header}`", about["description"], f"`{about['examples'][0]}`", "yes" if header in required else "")
                            for header, about in headers["properties"].items()
                        ),
                    )
                )
        options = channel["bindings"]["kafka"]
        parts.append(_table(("setting", "value where the pipeline creates it"), _options(options)))
    return _page("Topics", *parts)


def _value_link(message: dict[str, Any]) -> str:
    schema = message["payload"]["schema"]
    if schema.get("type") == "record":
        return f"[{schema['name']}](records.md#{schema['name'].lower()})"
    return str(schema.get("description", "the same fields as JSON; instants in ISO 8601"))


def _options(options: dict[str, Any]) -> Iterator[tuple[str, object]]:
    yield "partitions", options["partitions"]
    yield "replicas", options["replicas"]
    yield from ((f"`{name}`", value) for name, value in options["topicConfiguration"].items())


def _records() -> str:
    named: dict[str, dict[str, Any]] = {}
    for topic in TOPICS.values():
        if topic.schema_file:
            _collect(json.loads(schema_text(topic)), named)
    parts = ["What an article leaves open is null, and `null_reasons` says why. Offsets are Unicode code points, end exclusive."]
    for name, schema in named.items():
        parts += [f"## {name}", schema.get("doc", "")]
        if schema["type"] == "enum":
            parts.append(" ".join(f"`{symbol}`" for symbol in schema["symbols"]))
        else:
            rows = ((f"`{field['name']}`", _type(field["type"]), field.get("doc", "")) for field in schema["fields"])
            parts.append(_table(("field", "type", "what"), rows))
    return _page("Records", *parts)


def _collect(schema: Any, named: dict[str, dict[str, Any]]) -> None:
    """Every record and enum, in the order in which they are met."""
    if isinstance(schema, list):
        for branch in schema:
            _collect(branch, named)
    elif isinstance(schema, dict):
        if schema["type"] in {"record", "enum"}:
            named.setdefault(schema["name"], schema)
        for field in schema.get("fields", ()):
            _collect(field["type"], named)
        for part in ("items", "values", "type"):
            if isinstance(schema.get(part), dict | list):
                _collect(schema[part], named)


def _type(schema: Any) -> str:
    if isinstance(schema, list):
        kinds = [_type(branch) for branch in schema if branch != "null"]
        return f"{' or '.join(kinds)}, or null" if "null" in schema else " or ".join(kinds)
    if isinstance(schema, str):
        # A name that was defined before is a record or enum, others are Avro's own.
        return f"[{schema.rpartition('.')[2]}](#{schema.rpartition('.')[2].lower()})" if schema[0].isupper() or "." in schema else schema
    match schema["type"]:
        case "array":
            return f"list of {_type(schema['items'])}"
        case "map":
            return f"map of {_type(schema['values'])}"
        case "record" | "enum":
            return f"[{schema['name']}](#{schema['name'].lower()})"
    if "logicalType" in schema:
        scale = f"({schema['precision']}, {schema['scale']})" if schema["logicalType"] == "decimal" else ""
        return f"{schema['logicalType']}{scale}"
    return _type(schema["type"])


def _settings() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        default = "of the machine" if field.default is PydanticUndefined else f"`{field.default}`" if str(field.default) else "empty"
        rows.append((f"`STREAMS_{name.upper()}`", default, field.description or ""))
    return _page(
        "Settings", "Environment variables; `streams settings` shows the values in force.", _table(("variable", "default", "what"), rows)
    )


def _commands() -> str:
    command = typer.main.get_command(app)
    parts = [part for path, found in _walk("streams", command) for part in _command(path, found)]
    return _page("Commands", "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 stopped and resumable.", *parts)


def _walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    subcommands = getattr(command, "commands", None)
    if subcommands is None:
        yield path, command
        return
    for name in sorted(subcommands):
        yield from _walk(f"{path} {name}", subcommands[name])


def _command(path: str, command: Any) -> Iterator[str]:
    yield f"## `{path}`"
    yield click.unstyle(command.help or "")
    rows = []
    for parameter in command.params:
        if getattr(parameter, "hidden", False) or parameter.name == "help":
            continue
        names = (
            ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts)) if parameter.param_type_name == "option" else ""
        )
        rows.append(
            (names or f"`{parameter.metavar or parameter.name.upper()}`", getattr(parameter, "help", "") or "", _default(parameter))
        )
    if rows:
        yield _table(("argument or option", "what", "default"), rows)


def _default(parameter: Any) -> str:
    default = parameter.default
    return f"`{default}`" if default != "" and isinstance(default, str | int | float) else ""


def _metrics() -> str:
    parts = [
        "Base units; `mode` is `live`, `replay` or `heartbeat`. [Runbooks](../runbooks/README.md) say what to do when one of them is bad."
    ]
    for title, make in (("Worker", WorkerMetrics), ("Lag exporter", _lag_exporter)):
        registry = CollectorRegistry()
        make(registry)
        rows = sorted((f"`{family.name}`", family.type, family.documentation) for family in registry.collect())
        parts += [f"## {title}", _table(("metric", "type", "what"), rows)]
    return _page("Metrics", *parts)


def _lag_exporter(registry: CollectorRegistry) -> None:
    LagExporterMetrics(registry)
    registry.register(LagCollector("cluster"))
