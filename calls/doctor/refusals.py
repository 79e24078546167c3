"""What was refused, in words: by address and cause, never with anything a sender wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from calls.intake.cause import Cause
from calls.intake.endpoints import MAIN_PATH
from calls.message import moment

# Cause → status, what happened, what to do.
WORDS: dict[Cause, tuple[int, str, str]] = {
    Cause.NO_SECRET: (401, "the address is closed", "Set its secret: manage.py check names the variable."),
    Cause.NO_SIGNATURE: (401, "no signature or secret came", "Choose the credential for the server in Vapi (step 2)."),
    Cause.WRONG_SIGNATURE: (401, "the signature or secret is another", "Compare secret and options with Vapi's."),
    Cause.NO_TIMESTAMP: (401, "no timestamp came", "Compare VAPI_HMAC_TIMESTAMP_HEADER and _INCLUDE_TIMESTAMP."),
    Cause.NO_MESSAGE_ID: (401, "no message id came", "Compare VAPI_HMAC_MESSAGE_ID_HEADER with Vapi's."),
    Cause.OUTSIDE_WINDOW: (401, "rightly signed, at another time", "A replay, or a clock that is off: check NTP."),
    Cause.MALFORMED: (400, "the body is no message", "Something other than Vapi has the secret, or a proxy rewrites."),
    Cause.UNKNOWN_ENDPOINT: (404, "no such address", "Compare the names in WEBHOOK_ENDPOINTS with Vapi's URLs."),
    Cause.TOO_SLOW: (408, "the body did not arrive in time", "The network, or a proxy that holds requests back."),
    Cause.TOO_LARGE: (413, "over 10 MB", "Not a message of Vapi's."),
    Cause.TOO_LARGE_FOR_TYPE: (413, "over 2 MB for its type", "Leave wordLevelConfidence out of the transcriber."),
    Cause.NOT_JSON: (415, "not application/json", "Not Vapi, or a proxy that changes headers."),
    Cause.ENCODED: (415, "compressed", "Not Vapi, or a proxy that compresses requests."),
    Cause.BUSY: (503, "too much at once", "Add web processes; Vapi repeats where retries are on (step 4)."),
    Cause.NOT_STORED: (503, "the database did not store it", "Look at PostgreSQL and the web process's log."),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    path: str
    status: int
    what: str
    advice: str
    today: int
    last_at: datetime


def refusals(last_ms: Mapping[str, int], counts: Mapping[str, int]) -> list[Refusal]:
    """Newest first."""
    found = [_refusal(field, ms, counts.get(field, 0)) for field, ms in last_ms.items() if field.startswith("refused:")]
    return sorted(filter(None, found), key=lambda refusal: refusal.last_at, reverse=True)


def _refusal(field: str, ms: int, today: int) -> Refusal | None:
    _, endpoint, cause = field.split(":", 2)
    if cause not in set(Cause):
        return None
    name = "…" if cause == Cause.UNKNOWN_ENDPOINT else endpoint
    path = f"{MAIN_PATH}/{name}" if name else MAIN_PATH
    return Refusal(path, *WORDS[Cause(cause)], today, moment(ms))
