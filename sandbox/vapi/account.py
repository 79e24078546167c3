"""The account the stand-in calls from: ids, numbers, and secrets planted where Vapi leaks real ones."""

from __future__ import annotations

import secrets
import time
import uuid
from typing import Any

ORG_ID = "5a4d0c1e-7c1b-4b57-9d1e-0f6b8f2d9a10"
DESK_NUMBER = "+12025550100"
PHONE_NUMBER_ID = "3f0a3c52-1d0e-4a57-8a3c-6f1f0b9ad201"
BORN = "2026-03-02T09:14:05.120Z"

# None of these may ever turn up in a row, a log line or a page of the receiver.
TWILIO_AUTH_TOKEN = "planted-twilio-auth-token-8c1f"  # noqa: S105
SERVER_URL_SECRET = "planted-server-url-secret-41aa"  # noqa: S105
TOOL_SERVER_SECRET = "planted-tool-server-secret-77d0"  # noqa: S105
METADATA_TOKEN = "planted-metadata-jwt-5b2e"  # noqa: S105
SIP_IDENTITY = "planted-stir-shaken-identity-90c4"
PRESIGNED_SIGNATURE = "planted-presigned-signature-"
PLANTED_SECRETS = (
    TWILIO_AUTH_TOKEN,
    SERVER_URL_SECRET,
    TOOL_SERVER_SECRET,
    METADATA_TOKEN,
    SIP_IDENTITY,
    PRESIGNED_SIGNATURE,
)


def call_id() -> str:
    """A version 7 UUID, as Vapi's call ids have been since late 2025."""
    value = int(time.time() * 1000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return str(uuid.UUID(int=value))


def tool_call_id() -> str:
    return f"call_{secrets.token_urlsafe(18)}"


def assistant_id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://sandbox.invalid/assistants/{name}"))


def phone_number() -> dict[str, Any]:
    return {
        "id": PHONE_NUMBER_ID,
        "orgId": ORG_ID,
        "assistantId": None,
        "number": DESK_NUMBER,
        "createdAt": BORN,
        "updatedAt": BORN,
        "name": "Support line",
        "provider": "twilio",
        "status": "active",
        "twilioAccountSid": "AC00000000000000000000000000000000",
        "twilioAuthToken": TWILIO_AUTH_TOKEN,
        "serverUrl": "https://sandbox.invalid/webhook/vapi",
        "serverUrlSecret": SERVER_URL_SECRET,
        "server": {"url": "https://sandbox.invalid/webhook/vapi", "timeoutSeconds": 20},
        "fallbackDestination": None,
        "smsEnabled": True,
    }
