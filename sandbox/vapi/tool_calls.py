"""A tool call in the shapes in which Vapi has been seen to send it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.vapi.assistant import tool
from sandbox.vapi.conversation import encoded


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str
    name: str
    arguments: dict[str, Any]
    expect: str = "result"


def _function(call: ToolCall, arguments: object) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


SHAPES: dict[str, Callable[[ToolCall], dict[str, Any]]] = {
    "object": lambda call: _function(call, call.arguments),
    "string": lambda call: _function(call, encoded(call.arguments)),
    "parameters": lambda call: {"id": call.id, "name": call.name, "parameters": call.arguments},
    "arguments": lambda call: {"id": call.id, "name": call.name, "arguments": call.arguments},
}


def message_fields(calls: list[ToolCall], shape: str) -> dict[str, Any]:
    """The own fields of a tool-calls message; all three lists hold the same calls."""
    entries = [SHAPES[shape](call) for call in calls]
    return {
        "toolCalls": entries,
        "toolCallList": entries,
        "toolWithToolCallList": [
            {**tool(call.name), "toolCall": entry} for call, entry in zip(calls, entries, strict=True)
        ],
    }


def legacy_fields(call: ToolCall) -> dict[str, Any]:
    return {"functionCall": {"name": call.name, "parameters": call.arguments}}


def history(calls: list[ToolCall]) -> list[dict[str, Any]]:
    """As artifact messages keep them: always with the arguments as a string."""
    return [SHAPES["string"](call) for call in calls]


def questions(calls: list[ToolCall], shape: str) -> list[tuple[str, list[ToolCall], dict[str, Any]]]:
    """One message for all calls; in the legacy form one each."""
    if shape == "legacy":
        return [("function-call", [call], legacy_fields(call)) for call in calls]
    return [("tool-calls", calls, message_fields(calls, shape))]
