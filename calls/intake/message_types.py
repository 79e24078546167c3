"""Vapi's message types, as far as intake treats them differently. Any other type is stored all the same.

Source: the ServerMessage schemas of Vapi's OpenAPI document, August 2026, and captured messages.
"""

from __future__ import annotations

from calls.message import FROM_API

REPORT = "end-of-call-report"
TRANSCRIPTS = frozenset({"transcript", 'transcript[transcriptType="final"]'})

WANTS_REPLY = frozenset(
    {
        "assistant-request",
        "tool-calls",
        "function-call",
        "transfer-destination-request",
        "handoff-destination-request",
        "knowledge-base-request",
        "voice-request",
        "call.endpointing.request",
        "campaign.predial",
    }
)
# May be larger than other events: they carry the whole conversation.
LARGE = WANTS_REPLY | {REPORT, "conversation-update"}
# The artifact repeats the conversation in every message; it is kept only where it is wanted.
KEEPS_ARTIFACT = WANTS_REPLY | {REPORT, FROM_API}

# Sent along with every message, about the call and not about the event.
SIBLINGS = frozenset({"timestamp", "call", "assistant", "phoneNumber", "customer", "artifact", "assistantVersion"})

# What tells two events of one call, type and timestamp apart. A type that is not here: all its own fields.
IDENTITY_FIELDS: dict[str, tuple[str, ...]] = {
    "status-update": ("status", "endedReason"),
    REPORT: (),
    "transcript": ("role", "transcriptType", "transcript"),
    'transcript[transcriptType="final"]': ("role", "transcriptType", "transcript"),
    "speech-update": ("status", "role", "turn"),
    "conversation-update": ("conversation", "messages"),
    "model-output": ("turnId", "output"),
    "user-interrupted": ("turnId",),
    "hang": (),
    "assistant-request": (),
    "tool-calls": ("toolCallList", "toolCalls", "toolWithToolCallList"),
    "function-call": ("functionCall", "functionName", "parameters"),
    "assistant.speechStarted": ("text", "turn"),
    FROM_API: ("status", "startedAt", "endedAt", "endedReason", "cost", "costs", "analysis", "artifact"),
}
