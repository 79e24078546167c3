"""The objects around every message: the call as it was at its creation, its number, customer and assistant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.vapi import account, assistant
from sandbox.vapi.scenario import Scenario

CALL_TYPES = {"inbound": "inboundPhoneCall", "outbound": "outboundPhoneCall", "web": "webCall"}
FIRST_STATUS = {"inbound": "ringing", "outbound": "queued", "web": "queued"}


@dataclass(slots=True)
class Parties:
    """What a message carries besides its own fields. Only the assistant may still change (assistant-request)."""

    call: dict[str, Any]
    phone_number: dict[str, Any] | None
    customer: dict[str, Any] | None
    assistant: dict[str, Any] | None

    def envelope(self) -> dict[str, Any]:
        named = {"phoneNumber": self.phone_number, "customer": self.customer, "assistant": self.assistant}
        return {"call": self.call} | {name: value for name, value in named.items() if value is not None}


def parties(scenario: Scenario, call_id: str, created_at: str, control_url: str = "") -> Parties:
    is_web = scenario.kind == "web"
    customer = {"number": scenario.caller.number} if scenario.caller and not is_web else None
    saved = None if scenario.assistant_request or scenario.squad else assistant.saved(scenario.assistant)
    call = snapshot(scenario, call_id, created_at, saved["id"] if saved else None)
    if control_url:
        call["monitor"]["controlUrl"] = control_url
    if scenario.squad:
        call |= _squad(scenario.squad)
    if customer:
        call |= {"customer": customer, "phoneNumberId": account.PHONE_NUMBER_ID, **_telephony(call_id)}
    return Parties(call, None if is_web else account.phone_number(), customer, saved)


def snapshot(scenario: Scenario, call_id: str, created_at: str, assistant_id: str | None) -> dict[str, Any]:
    """Frozen: Vapi never updates it, so its status, cost and updatedAt stay those of the call's first moment."""
    return {
        "id": call_id,
        "orgId": account.ORG_ID,
        "createdAt": created_at,
        "updatedAt": created_at,
        "type": CALL_TYPES[scenario.kind],
        "status": FIRST_STATUS[scenario.kind],
        "cost": 0,
        "monitor": _monitor(call_id),
        "assistantId": assistant_id,
        "assistantOverrides": {
            "metadata": {"userToken": account.METADATA_TOKEN},
            "variableValues": {"queue": "support", "identity": account.SIP_IDENTITY},
        },
        "transport": {"provider": "daily" if scenario.kind == "web" else "twilio"},
    }


def _squad(names: list[str]) -> dict[str, Any]:
    members = [
        {
            "assistant": assistant.saved(name),
            "assistantDestinations": _destinations(other for other in names if other != name),
        }
        for name in names
    ]
    return {"squadId": account.assistant_id(f"squad of {names[0]}"), "squad": {"name": names[0], "members": members}}


def _destinations(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"type": "assistant", "assistantName": name, "message": "", "description": name} for name in names]


def _monitor(call_id: str) -> dict[str, str]:
    host = f"phone-call-websocket.aws-us-west-2-backend-production{int(call_id[-1], 16) % 3 + 1}.vapi.ai"
    return {"listenUrl": f"wss://{host}/{call_id}/listen", "controlUrl": f"https://{host}/{call_id}/control"}


def _telephony(call_id: str) -> dict[str, str]:
    return {
        "phoneCallProvider": "twilio",
        "phoneCallProviderId": f"CA{call_id.replace('-', '')}",
        "phoneCallTransport": "pstn",
    }
