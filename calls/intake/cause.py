"""Why a delivery was refused, as counted for the doctor page. A closed list: nothing a sender writes gets into it."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    MALFORMED = "malformed"
    NO_SECRET = "no-secret"  # noqa: S105  not one
    NO_SIGNATURE = "no-signature"
    NO_TIMESTAMP = "no-timestamp"
    NO_MESSAGE_ID = "no-message-id"
    WRONG_SIGNATURE = "wrong-signature"
    OUTSIDE_WINDOW = "outside-window"
    UNKNOWN_ENDPOINT = "unknown-endpoint"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    TOO_LARGE_FOR_TYPE = "too-large-for-type"
    NOT_JSON = "not-json"
    ENCODED = "encoded"
    BUSY = "busy"
    NOT_STORED = "not-stored"
