"""What Vapi wants back. One table: message type → how it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calls.answers.assistant_request import answer_assistant_request
from calls.answers.tool_calls import answer_function_call, answer_tool_calls
from calls.message import Message

ANSWERS: dict[str, Callable[[Message], dict[str, Any]]] = {
    "tool-calls": answer_tool_calls,
    "function-call": answer_function_call,
    "assistant-request": answer_assistant_request,
}


def answer(message: Message) -> dict[str, Any]:
    """The reply as Vapi's schema has it; `{}` for a type that is not answered here."""
    handler = ANSWERS.get(message.type)
    return handler(message) if handler else {}
