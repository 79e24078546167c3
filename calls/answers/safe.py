"""What is said where answering failed: valid for its type, without the database, and harmless.

Above all `campaign.predial` (nobody is called) and `voice-request` (audio, not JSON, or the caller hears noise).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings

from calls.answers.assistant_request import NOBODY_ANSWERS
from calls.answers.endpointing import UNSURE_S
from calls.answers.handoff import no_handoff
from calls.answers.ledger import NOT_ANSWERED
from calls.answers.reply import Reply
from calls.answers.tool_calls import apologise
from calls.answers.transfer import last_resort
from calls.answers.voice import answer_voice_request
from calls.message import Message


def _somebody_else_answers(_message: Message) -> dict[str, Any]:
    number = settings.VAPI_FALLBACK_NUMBER
    return {"destination": {"type": "number", "number": number}} if number else {"error": NOBODY_ANSWERS}


SAFE: dict[str, Callable[[Message], dict[str, Any] | Reply]] = {
    "tool-calls": apologise,
    "function-call": lambda _message: {"result": NOT_ANSWERED.error},
    "assistant-request": _somebody_else_answers,
    "transfer-destination-request": lambda _message: last_resort(),
    "handoff-destination-request": lambda _message: no_handoff("The call cannot be handed over right now."),
    "knowledge-base-request": lambda _message: {"documents": []},
    "voice-request": answer_voice_request,
    "call.endpointing.request": lambda _message: {"timeoutSeconds": UNSURE_S},
    "campaign.predial": lambda _message: {"eligible": False},
}
