"""What a change of a schema does to those who read and write with another version, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Change", "changes"]

MONEY_AND_TIME = ("logicalType", "precision", "scale")
"""What gives bytes and numbers their meaning. Avro does not compare it: a changed scale is read as a wrong amount, without an error."""


@dataclass(frozen=True)
class Change:
    """One difference between two versions of a schema.

    Parameters
    ----------
    field
        Path of the field: `value.currency`.
    what
        What was changed.
    consequence
        What happens to whom.
    breaks
        Whether somebody reads wrongly, or not at all, because of it.
    """

    field: str
    what: str
    consequence: str
    breaks: bool = True

    def __str__(self) -> str:
        return f"`{self.field}` {self.what}: {self.consequence}"


def changes(old: str, new: str) -> list[Change]:
    """The differences of two versions of one schema that matter to a reader or writer; documentation and order do not.

    Stricter than Avro's own rules, which take a field's disappearance for compatible where it has a default, and do not look at the scale
    of decimals.

    Parameters
    ----------
    old, new
        Avro schemas in JSON; old is what others may have.
    """
    return list(_Comparison(_Names(json.loads(old)), _Names(json.loads(new))).of_types("", "", ""))


class _Names:
    """A schema with the records and enums that it defines."""

    def __init__(self, schema: Any) -> None:
        self.root = schema
        self._named: dict[str, dict[str, Any]] = {}
        self._collect(schema)

    def _collect(self, node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                self._collect(item)
        elif isinstance(node, dict):
            if node.get("type") in ("record", "enum", "fixed") and "name" in node:
                self._named[node["name"]] = node
            for value in node.values():
                self._collect(value)

    def resolved(self, node: Any) -> dict[str, Any]:
        """The definition behind a name, and `{"type": "string"}` for `"string"`."""
        if isinstance(node, str):
            return self._named.get(node.rpartition(".")[2], {"type": node})
        if isinstance(node, dict) and isinstance(node.get("type"), dict):
            return self.resolved(node["type"])
        assert isinstance(node, dict)
        return node


class _Comparison:
    def __init__(self, old: _Names, new: _Names) -> None:
        self._old = old
        self._new = new
        self._compared: set[tuple[str, str]] = set()

    def of_types(self, old: Any, new: Any, path: str) -> Iterator[Change]:
        """The changes from one type to another; the whole schemas where both are empty."""
        if not path:
            old, new = self._old.root, self._new.root
        if isinstance(old, list) or isinstance(new, list):
            yield from self._of_unions(old if isinstance(old, list) else [old], new if isinstance(new, list) else [new], path)
            return
        before, after = self._old.resolved(old), self._new.resolved(new)
        if _full_name(before) != _full_name(after):
            what = f"was {_full_name(before)} and is {_full_name(after)}"
            yield Change(path or "the record", what, "readers of either version fail on records of the other")
            return
        for property_ in MONEY_AND_TIME:
            if before.get(property_) != after.get(property_):
                what = f"had the {property_} {before.get(property_)} and has {after.get(property_)}"
                yield Change(path, what, "readers of either version take the other's value for another one, without an error")
        if "name" in before:
            if (before["name"], after["name"]) in self._compared:
                return
            self._compared.add((before["name"], after["name"]))
        match before["type"]:
            case "record":
                yield from self._of_records(before, after, path)
            case "enum":
                yield from _of_enums(before, after, path)
            case "array":
                yield from self.of_types(before["items"], after["items"], f"{path}[]")
            case "map":
                yield from self.of_types(before["values"], after["values"], f"{path}{{}}")
            case "fixed" if before["size"] != after["size"]:
                yield Change(path, f"had {before['size']} bytes and has {after['size']}", "readers of either version fail")

    def _of_unions(self, old: list[Any], new: list[Any], path: str) -> Iterator[Change]:
        before = {_full_name(self._old.resolved(branch)): branch for branch in old}
        after = {_full_name(self._new.resolved(branch)): branch for branch in new}
        for name in before.keys() - after.keys():
            what = "may no longer be empty" if name == "null" else f"can no longer be {name}"
            yield Change(path, what, "new readers fail on old records in which it is")
        for name in after.keys() - before.keys():
            what = "may now be empty" if name == "null" else f"can now be {name}"
            yield Change(path, what, "services that still read with the old version fail on new records in which it is")
        for name in before.keys() & after.keys():
            yield from self.of_types(before[name], after[name], path)

    def _of_records(self, old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[Change]:
        before = {field["name"]: field for field in old["fields"]}
        after = {field["name"]: field for field in new["fields"]}
        renamed = {alias: field["name"] for field in new["fields"] for alias in field.get("aliases", ())}
        for name, field in before.items():
            where = f"{path}.{name}".lstrip(".")
            if name not in after:
                what = f"is called `{renamed[name]}` now" if name in renamed else "is gone"
                shown = json.dumps(field["default"]) if "default" in field else None
                consequence = f"see {shown} in every new record" if shown else "fail on every new record"
                yield Change(where, what, f"services that still read with the old version {consequence}")
                continue
            yield from self.of_types(field["type"], after[name]["type"], where)
            if "default" in field and field["default"] != after[name].get("default", ...):
                yield Change(where, "has another default or none", "records without it are read differently by the two versions")
        for name, field in after.items():
            where = f"{path}.{name}".lstrip(".")
            if name in before:
                continue
            if "default" in field:
                yield Change(where, "is new, with a default", "services that read with the old version do not see it", breaks=False)
            else:
                yield Change(where, "is new, without a default", "new readers fail on every old record")


def _of_enums(old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[Change]:
    for symbol in old["symbols"]:
        if symbol not in new["symbols"]:
            consequence = f"read {new['default']} in its place" if "default" in new else "fail on it"
            yield Change(path, f"no longer has {symbol}", f"new readers {consequence} in old records")
    for symbol in new["symbols"]:
        if symbol not in old["symbols"] and "default" in old:
            yield Change(
                path,
                f"has {symbol} beside what it had",
                f"services that read with the old version see {old['default']}; those that do so with Python's bare avro package fail",
                breaks=False,
            )
        elif symbol not in old["symbols"]:
            yield Change(path, f"has {symbol} beside what it had", "services that still read with the old version fail on it")
    if old.get("default") != new.get("default"):
        yield Change(path, f"had the default {old.get('default')} and has {new.get('default')}", "unknown values are read differently")


def _full_name(schema: dict[str, Any]) -> str:
    """`string`, `record Money`, `record news.eventstreams.Article`."""
    if "name" not in schema:
        return str(schema["type"])
    space = f"{schema['namespace']}." if "namespace" in schema else ""
    return f"{schema['type']} {space}{schema['name']}"
