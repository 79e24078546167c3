"""The tools as Vapi's assistants want them, ready to paste into `model.tools`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calls.answers.registry import Tool

# What Vapi's JsonSchema knows; it refuses what else JSON Schema has. Limits are kept by our own validation.
KNOWN = ("type", "description", "enum", "pattern", "required")
FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}


def function_tools(tools: Iterable[Tool], server_url: str = "") -> list[dict[str, Any]]:
    server = {"server": {"url": server_url}} if server_url else {}
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": narrowed(tool.parameters)},
            **server,
        }
        for tool in tools
    ]


def narrowed(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON Schema with what Vapi knows of it. Of several types the first counts."""
    first = schema["anyOf"][0] if "anyOf" in schema else {}
    kept = {"type": "string", **first, **{key: schema[key] for key in KNOWN if key in schema}}
    if schema.get("format") in FORMATS:
        kept["format"] = schema["format"]
    if "properties" in schema:
        kept["properties"] = {name: narrowed(item) for name, item in schema["properties"].items()}
    if isinstance(schema.get("items"), dict):
        kept["items"] = narrowed(schema["items"])
    return kept
