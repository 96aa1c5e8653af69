"""Writes events.py: a TypedDict for each record of the schemas that are named."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PLAIN = {"string": "str", "int": "int", "long": "int", "double": "float", "boolean": "bool", "bytes": "bytes", "null": "None"}
LOGICAL = {"decimal": "decimal.Decimal", "date": "datetime.date", "timestamp-millis": "datetime.datetime"}
HEADER = '"""Made by generate_types.py."""\n\nimport datetime\nimport decimal\nfrom typing import Literal, TypedDict\n'


def main(output: str, *schema_files: str) -> None:
    definitions: dict[str, str] = {}
    for path in schema_files:
        python_type(json.loads(Path(path).read_text()), definitions)
    Path(output).write_text("\n\n".join([HEADER, *definitions.values()]))


def python_type(schema: Any, definitions: dict[str, str]) -> str:
    """The type's name in Python; records are added to the definitions."""
    if isinstance(schema, str):
        return PLAIN.get(schema, f'"{schema}"')
    if isinstance(schema, list):
        # In one pair of quotes, because a name in quotes knows no `|`.
        return '"' + " | ".join(python_type(branch, definitions).strip('"') for branch in schema) + '"'
    match schema["type"]:
        case "record":
            fields = [f"    {field['name']}: {python_type(field['type'], definitions)}" for field in schema["fields"]]
            definitions[schema["name"]] = f"class {schema['name']}(TypedDict):\n" + "\n".join(fields) + "\n"
            return f'"{schema["name"]}"'
        case "enum":
            symbols = ", ".join(f'"{symbol}"' for symbol in schema["symbols"])
            definitions[schema["name"]] = f"{schema['name']} = Literal[{symbols}]\n"
            return f'"{schema["name"]}"'
        case "array":
            return f"list[{python_type(schema['items'], definitions)}]"
        case "map":
            return f"dict[str, {python_type(schema['values'], definitions)}]"
    return LOGICAL[schema["logicalType"]]


if __name__ == "__main__":
    main(*sys.argv[1:])
