"""Tool calls as the report's messages tell them, with their results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from calls.message import UNDECODABLE, as_list, as_object, as_text, stamp_ms
from calls.projection.state import ReportedToolCall
from calls.projection.values import clean_object


def reported_tool_calls(messages: list[Any]) -> list[ReportedToolCall]:
    calls: list[ReportedToolCall] = []
    for message in map(as_object, messages):
        role = as_text(message.get("role"))
        if role == "tool_calls":
            calls.extend(_requested(message))
        elif role == "tool_call_result":
            _answer(calls, message)
    return calls


def _requested(message: Mapping[str, Any]) -> Iterator[ReportedToolCall]:
    for call in map(as_object, as_list(message.get("toolCalls"))):
        function = as_object(call.get("function"))
        tool_call_id, name = as_text(call.get("id"), 200), as_text(function.get("name"), 200)
        if tool_call_id and name:
            yield ReportedToolCall(
                tool_call_id, name, _arguments(function.get("arguments")), stamp_ms(message.get("time"))
            )


def _answer(calls: list[ReportedToolCall], message: Mapping[str, Any]) -> None:
    """An id may be shared (a hook's always is), so the first unanswered call of that id takes the result."""
    tool_call_id = as_text(message.get("toolCallId"), 200)
    for call in calls:
        if call.tool_call_id == tool_call_id and not call.answered:
            call.answered, call.answered_ms = True, stamp_ms(message.get("time"))
            call.result = as_text(message.get("result"))
            return


def _arguments(value: Any) -> dict[str, Any]:
    """An object, or JSON text of one."""
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (*UNDECODABLE, UnicodeEncodeError):
            value = None
    return clean_object(value)
