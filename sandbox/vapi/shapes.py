"""What Vapi's replies look like: a table of fields and kinds, after the schemas of its OpenAPI document.

The kinds: `text` and `id` are strings, `line` a string without line breaks, `flag` a boolean, `object` any object,
`anything` any JSON value, `seconds` a number from 0 to 15, `[X]` a list of X, and a name stands for another shape.
A field with `!` must be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Shape = Mapping[str, str]

SHAPES: dict[str, Shape] = {
    "tool-calls": {"results!": "[ToolCallResult]", "error": "line"},
    "ToolCallResult": {
        "toolCallId!": "id",
        "name!": "id",
        "result": "line",
        "error": "line",
        "message": "ToolMessage",
        "metadata": "object",
    },
    "ToolMessage": {
        "type!": "id",
        "role": "id",
        "content": "text",
        "contents": "[TextContent]",
        "conditions": "[Condition]",
        "endCallAfterSpokenEnabled": "flag",
    },
    "TextContent": {"type!": "id", "text!": "text", "language!": "id"},
    "Condition": {"operator!": "id", "param!": "id", "value!": "anything"},
    "function-call": {"result!": "anything"},
    "assistant-request": {
        "assistantId": "id",
        "assistant": "object",
        "assistantOverrides": "object",
        "squadId": "id",
        "squad": "object",
        "squadOverrides": "object",
        "workflowId": "id",
        "workflow": "object",
        "workflowOverrides": "object",
        "destination": "Destination",
        "error": "text",
    },
    "NumberDestination": {
        "type!": "id",
        "number!": "dialled",
        "extension": "id",
        "callerId": "id",
        "description": "text",
        "message": "anything",
        "numberE164CheckEnabled": "flag",
        "transferPlan": "object",
    },
    "SipDestination": {
        "type!": "id",
        "sipUri!": "sip",
        "callerId": "id",
        "description": "text",
        "message": "anything",
        "sipHeaders": "object",
        "transferPlan": "object",
    },
    "AssistantDestination": {
        "type!": "id",
        "assistantName!": "id",
        "description": "text",
        "message": "anything",
        "transferMode": "id",
    },
    "transfer-destination-request": {"destination": "Destination", "message": "ToolMessage", "error": "text"},
    "HandoffToAssistant": {
        "type!": "id",
        "assistantId": "id",
        "assistantName": "id",
        "assistant": "object",
        "assistantOverrides": "object",
        "contextEngineeringPlan": "object",
        "variableExtractionPlan": "object",
        "description": "text",
    },
    "handoff-destination-request": {"destination!": "object", "result": "text", "error": "text"},
    "knowledge-base-request": {"documents": "[Document]", "message": "object"},
    "Document": {"content!": "text", "similarity!": "number", "uuid": "id"},
    "call.endpointing.request": {"timeoutSeconds!": "seconds"},
    "campaign.predial": {"eligible!": "flag"},
}

# One of several shapes, as the value's own `type` says.
VARIANTS: dict[str, dict[str, str]] = {
    "Destination": {
        "number": "NumberDestination",
        "sip": "SipDestination",
        "assistant": "AssistantDestination",
    },
}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


KINDS: dict[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "id": _is_text,
    "line": lambda value: isinstance(value, str) and len(value.splitlines()) < 2 and not value.endswith("\n"),
    "flag": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "number": _is_number,
    "dialled": lambda value: isinstance(value, str) and bool(re.fullmatch(r"\+[1-9]\d{4,14}", value)),
    "sip": lambda value: isinstance(value, str) and bool(re.fullmatch(r"sips?:\S+@\S+", value)),
    "seconds": lambda value: _is_number(value) and 0 <= value <= 15,
    "anything": lambda value: True,
}


def problems(kind: str, value: object, path: str) -> list[str]:
    """Every way in which a value differs from its shape."""
    if kind.startswith("["):
        if not isinstance(value, list):
            return [f"{path} is not a list"]
        return [p for index, item in enumerate(value) for p in problems(kind[1:-1], item, f"{path}[{index}]")]
    if kind in VARIANTS:
        chosen = VARIANTS[kind].get(str(value.get("type"))) if isinstance(value, dict) else None
        return problems(chosen, value, path) if chosen else [f"{path} is no {kind}"]
    if kind in SHAPES:
        return _differences(SHAPES[kind], value, path)
    return [] if KINDS[kind](value) else [f"{path} is not {kind}"]


def _differences(shape: Shape, value: object, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path} is not an object"]
    kinds = {name.rstrip("!"): kind for name, kind in shape.items()}
    missing = [n[:-1] for n in shape if n.endswith("!") and n[:-1] not in value]
    found = [f"{path}.{name} is missing" for name in missing]
    found += [f"{path}.{name} is not a field Vapi reads" for name in value if name not in kinds]
    for name in value.keys() & kinds.keys():
        found += problems(kinds[name], value[name], f"{path}.{name}")
    return found
