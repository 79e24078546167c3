"""From a body's bytes to a message: `{"message": {…}}`, or the flat form of 2024 without the envelope."""

from __future__ import annotations

import re

import msgspec

from calls.message import UNDECODABLE, Fields, Message, decode_fields


class MalformedError(Exception):
    """The body is not what Vapi sends; the text says what is wrong with it."""


# Any JSON escape; group 1 is half a surrogate pair, which the decoder refuses. JavaScript makes them by cutting text.
_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(u[dD][89a-fA-F]\w\w)|.)", re.DOTALL)


def open_envelope(body: bytes) -> Message:
    """Raises MalformedError."""
    try:
        body.decode()
    except UnicodeDecodeError:
        raise MalformedError("The body is not UTF-8.") from None
    try:
        fields = _message_fields(body)
    except RecursionError:
        raise MalformedError("The body is nested too deeply.") from None
    except UNDECODABLE:
        raise MalformedError('The body is not a JSON object of the form {"message": {"type": …}}.') from None
    message = Message(fields)
    if not message.type:
        raise MalformedError("The message has no type.")
    return message


def _message_fields(body: bytes) -> Fields:
    try:
        outer = decode_fields(body)
    except msgspec.DecodeError:
        outer = decode_fields(_ESCAPE.sub(_without_half_pairs, body))
    return decode_fields(outer["message"]) if "message" in outer else outer


def _without_half_pairs(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape[1] else escape[0]
