"""When the model asked for a tool, and when it had the result: from Vapi's messages, before them from its questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calls.message import as_object, as_text
from calls.projection.message import StoredMessage
from calls.projection.reported_tools import reported_tool_calls
from calls.projection.state import CallState, ReportedToolCall, ToolTime


def tool_calls(state: CallState, message: StoredMessage) -> None:
    """The stamp of the question. Nothing but Vapi's messages tells when the result reached the model."""
    items = message.list("toolCallList") or message.list("toolCalls")
    asked = [ToolTime(*_key(as_object(item)), message.ms) for item in items]
    state.asked += [time for time in asked if time.tool_call_id and time.name]


def from_messages(messages: list[Any]) -> list[ToolTime]:
    return from_reported(reported_tool_calls(messages))


def from_reported(calls: Iterable[ReportedToolCall]) -> list[ToolTime]:
    return [
        ToolTime(call.tool_call_id, call.name, call.requested_ms, call.answered_ms)
        for call in calls
        if call.requested_ms is not None
    ]


def tool_times(state: CallState) -> list[ToolTime]:
    told = {(time.tool_call_id, time.name) for time in state.tool_times}
    return [*state.tool_times, *(time for time in state.asked if (time.tool_call_id, time.name) not in told)]


def _key(item: Any) -> tuple[str, str]:
    """In whichever of its shapes Vapi sent the tool call."""
    name = as_object(item.get("function")).get("name") or item.get("name")
    return as_text(item.get("id"), 200), as_text(name, 200)
