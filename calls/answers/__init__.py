"""What Vapi wants back. One table: message type → how it is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from calls.answers.assistant_request import answer_assistant_request
from calls.answers.endpointing import answer_endpointing_request
from calls.answers.handoff import answer_handoff_request
from calls.answers.knowledge_base import answer_knowledge_base_request
from calls.answers.predial import answer_predial
from calls.answers.reply import NOTHING, Reply, as_reply
from calls.answers.safe import SAFE
from calls.answers.tool_calls import answer_function_call, answer_tool_calls
from calls.answers.transfer import answer_transfer_request
from calls.answers.voice import answer_voice_request
from calls.message import Message

__all__ = ["ANSWERS", "SAFE", "Reply", "answer", "safe_answer"]

Handler = Callable[[Message], dict[str, Any] | Reply]

ANSWERS: dict[str, Handler] = {
    "tool-calls": answer_tool_calls,
    "function-call": answer_function_call,
    "assistant-request": answer_assistant_request,
    "transfer-destination-request": answer_transfer_request,
    "handoff-destination-request": answer_handoff_request,
    "knowledge-base-request": answer_knowledge_base_request,
    "voice-request": answer_voice_request,
    "call.endpointing.request": answer_endpointing_request,
    "campaign.predial": answer_predial,
}


def answer(message: Message) -> Reply:
    """The reply as Vapi's schema has it; `{}` for a type that is not answered here."""
    return _through(ANSWERS, message)


def safe_answer(message: Message) -> Reply:
    """What is said where answering failed: still valid for its type, and nothing that could do harm."""
    return _through(SAFE, message)


def _through(table: dict[str, Handler], message: Message) -> Reply:
    handler = table.get(message.type)
    return as_reply(handler(message)) if handler else NOTHING
