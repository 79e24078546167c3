"""A call as Vapi's API gives it, for the call that the projection's tests tell of."""

from __future__ import annotations

from typing import Any

from calls.message import moment
from calls.tests.projection.build import CALL, T0, body
from calls.vapi.rest import iso

FROM_REPORT = ("endedReason", "startedAt", "endedAt", "cost", "costBreakdown", "costs", "analysis", "artifact")


def at(ms: int) -> str:
    return iso(moment(T0 + ms))


def api_call(changed: int = 70_000, **fields: Any) -> dict[str, Any]:
    """Ended and reported, `changed` ms after T0; a field of None is left out."""
    report = body("end-of-call-report__phone")
    call: dict[str, Any] = {
        "id": CALL,
        "orgId": "org",
        "type": "inboundPhoneCall",
        "status": "ended",
        "createdAt": at(-5_000),
        "updatedAt": at(changed),
        "customer": {"number": "+14155550123", "name": "Ada Byrne"},
        "phoneNumber": {"number": "+14155550100", "twilioAuthToken": "planted-token"},
        "monitor": {"controlUrl": f"https://phone.vapi.ai/{CALL}/control"},
        **{name: report[name] for name in FROM_REPORT if name in report},
        **fields,
    }
    return {name: value for name, value in call.items() if value is not None}


def running(changed: int = 1_000, **fields: Any) -> dict[str, Any]:
    ended = dict.fromkeys(FROM_REPORT)
    return api_call(changed, **{**ended, "status": "in-progress", "startedAt": at(0), **fields})
