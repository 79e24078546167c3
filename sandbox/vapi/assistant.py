"""The assistant object that rides on every message, at a realistic size."""

from __future__ import annotations

from typing import Any

from sandbox.vapi import account

PROMPT = """# Role
You are the voice of the support desk. You speak with customers on the telephone about their tickets.

# Style
- Short sentences, one question at a time. Numbers are read digit by digit.
- Never read out an address, a card number or another person's details.
- If the caller interrupts, stop at once and answer what was said last.

# Tickets
- Ask for the ticket number before looking anything up, and repeat it once.
- Say what the ticket says. Do not promise dates that are not in it.
- If there is no such ticket, say so plainly and offer to open a new one.

# Hand over
- A caller who asks for a person gets one. A caller who is angry twice is offered one.
- Before handing over, say in one sentence what will happen next.

# Ending
- Ask once whether there is anything else. Then say goodbye and let the caller hang up.
"""

TOOLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "getTicketStatus": ("Status, priority and owner of a ticket.", ("ticketId",)),
    "getTicketDetails": ("What a ticket is about and what happened last.", ("ticketId",)),
    "getTicket": ("A ticket by its number.", ("ticketId",)),
    "createTicket": ("Open a ticket for the caller.", ("issue", "details", "priority")),
    "escalateToHuman": ("Bring a person into the call.", ("reason", "ticketId")),
    "findMyTickets": ("The caller's open tickets.", ()),
    "addTicketNote": ("Add a note to a ticket.", ("ticketId", "note")),
    "cancelOrder": ("Ask for an order to be cancelled.", ("ticketId", "orderReference", "reason", "confirmed")),
    "requestRefund": ("Ask for a refund.", ("ticketId", "amount", "reason", "confirmed")),
    "scheduleCallback": ("Book a callback.", ("when", "topic", "number", "numberReadBack")),
}

SERVER_MESSAGES = [
    "assistant.started",
    "conversation-update",
    "end-of-call-report",
    "function-call",
    "hang",
    "speech-update",
    "status-update",
    "tool-calls",
    "transcript",
    "transfer-destination-request",
    "handoff-destination-request",
    "user-interrupted",
    "transfer-update",
    "assistant.speechStarted",
]


def tool(name: str) -> dict[str, Any]:
    description, parameters = TOOLS.get(name, (f"Runs {name}.", ()))
    return {
        "type": "function",
        "async": False,
        "function": {
            "name": name,
            "description": description,
            "parameters": {
                "type": "object",
                "properties": {parameter: {"type": "string"} for parameter in parameters},
                "required": list(parameters[:1]),
            },
        },
        "server": {
            "url": "https://sandbox.invalid/webhook/vapi",
            "timeoutSeconds": 20,
            "secret": account.TOOL_SERVER_SECRET,
        },
        "messages": [{"type": "request-start", "content": "One moment.", "blocking": False}],
    }


def saved(name: str, assistant_id: str | None = None) -> dict[str, Any]:
    """An assistant as the account keeps it."""
    return {
        "id": assistant_id or account.assistant_id(name),
        "orgId": account.ORG_ID,
        "name": name,
        "createdAt": account.BORN,
        "updatedAt": account.BORN,
        "latestVersion": "v3",
        "isServerUrlSecretSet": True,
        **_settings(),
    }


def transient(settings: dict[str, Any]) -> dict[str, Any]:
    """An assistant that came whole in the answer to an assistant-request: no id, no history."""
    return {**_settings(), **settings}


def _settings() -> dict[str, Any]:
    return {
        "firstMessage": "Support desk, how can I help?",
        "firstMessageMode": "assistant-speaks-first",
        "model": {
            "provider": "openai",
            "model": "gpt-4o-mini",
            "temperature": 0.3,
            "maxTokens": 250,
            "messages": [{"role": "system", "content": PROMPT}],
            "tools": [tool(name) for name in TOOLS],
        },
        "voice": {"provider": "11labs", "voiceId": "sarah", "model": "eleven_turbo_v2_5", "stability": 0.5},
        "transcriber": {"provider": "deepgram", "model": "nova-3", "language": "en", "endpointing": 150},
        "serverMessages": SERVER_MESSAGES,
        "server": {"url": "https://sandbox.invalid/webhook/vapi", "timeoutSeconds": 20},
        "startSpeakingPlan": {"waitSeconds": 0.4, "smartEndpointingPlan": {"provider": "vapi"}},
        "stopSpeakingPlan": {"numWords": 0, "voiceSeconds": 0.2, "backoffSeconds": 1},
        "artifactPlan": {"recordingEnabled": True, "transcriptPlan": {"enabled": True, "assistantName": "AI"}},
        "monitorPlan": {"listenEnabled": True, "controlEnabled": True},
        "maxDurationSeconds": 600,
        "silenceTimeoutSeconds": 30,
        "backgroundDenoisingEnabled": True,
        "endCallPhrases": ["goodbye"],
    }
