"""Makes `fields.json` of Vapi's published OpenAPI document: names, types, ranges and values, no prose.

    python -m calls.assistants.fields_from_openapi openapi.json > calls/assistants/fields.json

A node is one of {"type": …, "enum", "min", "max", "min_length", "max_length"}, {"list": node}, {"object": name},
{"map": node}, {"any_of": [node, …]}, {"same": name} for an `any_of` that many have, and {} for whatever it may be;
`null` may be true in each.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOTS = (
    "CreateAssistantDTO",
    "CreateFunctionToolDTO",
    "CreateSquadDTO",
    "CreateStructuredOutputDTO",
    "UpdateFunctionToolDTO",
    "UpdateSquadDTO",
    "UpdateStructuredOutputDTO",
)
# Secrets do not belong into files; a workflow is drawn in Vapi's dashboard.
LEFT_OUT = {"credentials", "workflow"}
SHARED_FROM = 8
BOUNDS = {
    "minimum": "min",
    "maximum": "max",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
}


class Table:
    def __init__(self, schemas: dict[str, Any]) -> None:
        self.schemas = schemas
        self.objects: dict[str, Any] = {}
        self.shared: dict[str, str] = {}

    def add(self, name: str) -> None:
        """`name` and whatever it leads to."""
        if name in self.objects:
            return
        schema = self.schemas[name]
        self.objects[name] = {}
        fields = {key: self.node(value) for key, value in schema.get("properties", {}).items() if key not in LEFT_OUT}
        self.objects[name] = {"fields": fields, "required": schema.get("required", [])}

    def node(self, schema: dict[str, Any]) -> dict[str, Any]:
        node = self._node(schema)
        return node | {"null": True} if schema.get("nullable") else node

    def _node(self, schema: dict[str, Any]) -> dict[str, Any]:
        if reference := schema.get("$ref"):
            return self._reference(reference.rpartition("/")[2])
        if len(schema.get("allOf", [])) == 1:
            return self._node(schema["allOf"][0])
        if choices := schema.get("oneOf") or schema.get("anyOf"):
            return self._choice([self.node(choice) for choice in choices])
        if schema.get("type") == "array":
            return self._list(schema)
        if schema.get("type") == "object":
            return self._map(schema)
        return _scalar(schema)

    def _reference(self, name: str) -> dict[str, Any]:
        if "properties" not in self.schemas[name]:
            return self._node(self.schemas[name])
        self.add(name)
        return {"object": name}

    def _choice(self, nodes: list[dict[str, Any]]) -> dict[str, Any]:
        if len(nodes) == 1:
            return nodes[0]
        if len(nodes) < SHARED_FROM:
            return {"any_of": nodes}
        written = json.dumps(nodes, sort_keys=True)
        return {"same": self.shared.setdefault(written, f"choice-{len(self.shared) + 1}")}

    def _list(self, schema: dict[str, Any]) -> dict[str, Any]:
        items = dict(schema.get("items", {}))
        # The document puts the values of the items at the list.
        if "enum" in schema and "enum" not in items:
            items["enum"] = schema["enum"]
        return {"list": self.node(items) if items else {}} | _bounds(schema)

    def _map(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The document says object also of what is a word or a number (BackoffPlan's type): nothing is known then."""
        values = schema.get("additionalProperties")
        return {"map": self.node(values)} if isinstance(values, dict) else {}

    def written(self) -> str:
        shared = {name: json.loads(written) for written, name in self.shared.items()}
        return "{\n" + f'"shared": {_lines(shared)},\n"objects": {_lines(self.objects)}\n' + "}\n"


def _scalar(schema: dict[str, Any]) -> dict[str, Any]:
    kind = {"type": schema["type"]} if "type" in schema else {}
    values = {"enum": list(dict.fromkeys(schema["enum"]))} if "enum" in schema else {}
    return kind | values | _bounds(schema)


def _bounds(schema: dict[str, Any]) -> dict[str, Any]:
    return {ours: schema[theirs] for theirs, ours in BOUNDS.items() if theirs in schema}


def _lines(named: dict[str, Any]) -> str:
    lines = (f"{json.dumps(name)}: {json.dumps(named[name], separators=(',', ':'))}" for name in sorted(named))
    return "{\n" + ",\n".join(lines) + "\n}"


def fields_of(document: dict[str, Any]) -> str:
    table = Table(document["components"]["schemas"])
    for root in ROOTS:
        table.add(root)
    return table.written()


if __name__ == "__main__":
    sys.stdout.write(fields_of(json.loads(Path(sys.argv[1]).read_text())))
