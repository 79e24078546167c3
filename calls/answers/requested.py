"""The tool calls in a message, whichever of Vapi's shapes they come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from calls.message import UNDECODABLE, Message, as_object, as_text

LISTS = ("toolCallList", "toolCalls", "toolWithToolCallList")
HOOK_ID = "hook-function-call"
LEGACY_ID = "function-call"


@dataclass(frozen=True, slots=True)
class RequestedCall:
    """`arguments` is None where they are not a JSON object. `tool_call_id` is returned as it came."""

    tool_call_id: str
    name: str
    arguments: dict[str, Any] | None

    @property
    def from_hook(self) -> bool:
        return self.tool_call_id == HOOK_ID


def requested_calls(message: Message) -> list[RequestedCall]:
    """All three lists carry the same calls; the first that has any counts."""
    items = next((items for name in LISTS if (items := message.list(name))), [])
    return [_requested(as_object(item)) for item in items]


def legacy_call(message: Message) -> RequestedCall:
    """`functionCall` inside the envelope, or `functionName` and `parameters` in the flat form of 2024."""
    nested = message.object("functionCall")
    if nested:
        return RequestedCall(LEGACY_ID, as_text(nested.get("name"), 200), _arguments(nested))
    parameters = {"parameters": message.get("parameters")}
    return RequestedCall(LEGACY_ID, message.text("functionName", 200), _arguments(parameters))


def _requested(item: Mapping[str, Any]) -> RequestedCall:
    call = as_object(item.get("toolCall")) or item
    function = as_object(call.get("function"))
    outer_name = as_object(item.get("function")).get("name")
    name = function.get("name") or call.get("name") or outer_name
    tool_call_id = call.get("id")
    return RequestedCall(
        tool_call_id=tool_call_id if isinstance(tool_call_id, str) else "",
        name=as_text(name, 200),
        arguments=_arguments(function) if {"arguments", "parameters"} & set(function) else _arguments(call),
    )


def _arguments(holder: Mapping[str, Any]) -> dict[str, Any] | None:
    """An object, or an object written as a JSON string; nothing at all is no arguments."""
    value = holder.get("arguments")
    value = holder.get("parameters") if value is None else value
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value) if value.strip() else {}
        except UNDECODABLE:
            return None
    if value is None:
        return {}
    return value if isinstance(value, dict) else None
