"""What must not be stored: provider tokens, secrets, caller metadata, SIP identity tokens, links that open recordings.

A field is only decoded where its bytes hold a suspicious name. What cannot be decoded then is dropped, not kept.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import msgspec
from ahocorasick_rs import BytesAhoCorasick

from calls.message import UNDECODABLE, Fields

REDACTED = "[redacted]"
_REDACTED_RAW = msgspec.Raw(msgspec.json.encode(REDACTED))

_SECRET_KEYS = frozenset(
    {
        "twilioauthtoken",
        "twilioapisecret",
        "twilioapikey",
        "serverurlsecret",
        "credentials",
        "controlurl",
        "listenurl",
        "authorization",
        "password",
        "apikey",
        "api_key",
        "privatekey",
        "secretkey",
        "pin",
    }
)
_SECRET_KEY_PATTERN = re.compile(r"presigned\w*urls?|(?:sip[_-]?)?(?:h[_-])?(?:x-)?identity")
# Only inside these objects: elsewhere the same names are harmless.
_SECRET_IN = {"server": frozenset({"secret", "headers"}), "assistantoverrides": frozenset({"metadata"})}

# In lower case, and found in one pass: of 9 KB it takes 17 µs, one after the other 70, as a regular expression 700.
_SUSPICIOUS = (
    *(b"twilioa", b"serverurlsecret", b'"secret', b'credentials"', b"controlurl", b"listenurl", b"uthorization"),
    *(b"password", b"pikey", b"pi_key", b"ivatekey", b'"pin"', b'"pin\\"', b"presigned", b"identity"),
    *(b'"metadata"', b'"headers"', b"\\u00"),
)
_LONGEST = max(map(len, _SUSPICIOUS))
_PIECE_BYTES = 64 * 1024
_found_in = BytesAhoCorasick(_SUSPICIOUS).find_matches_as_indexes
_SIP_IDENTITY = re.compile(r"(?im)^((?:x-)?identity\s*:).*$")


def redact(fields: Fields) -> bytes:
    """The message as it may be stored, as JSON: the same bytes wherever nothing looks like a secret."""
    whole = msgspec.json.encode(fields)
    if not _is_suspicious(whole):
        return whole
    return msgspec.json.encode({name: redact_field(name, raw) for name, raw in fields.items()})


def redact_field(name: str, raw: msgspec.Raw) -> msgspec.Raw:
    if _is_secret(name, parent=""):
        return _REDACTED_RAW
    if not _is_suspicious(bytes(raw)):
        return raw
    try:
        return msgspec.Raw(msgspec.json.encode(_redact(msgspec.json.decode(raw), parent=name)))
    except UNDECODABLE:
        return msgspec.Raw(b'"[dropped: not decodable]"')


def _is_suspicious(raw: bytes) -> bool:
    """Piece by piece, to the first that is: where all of 10 MB matches, its matches would take 380 MiB."""
    lowered = raw.lower()
    pieces = (lowered[at : at + _PIECE_BYTES + _LONGEST] for at in range(0, len(lowered), _PIECE_BYTES))
    return any(map(_found_in, pieces))


def _redact(value: Any, parent: str) -> Any:
    if isinstance(value, dict):
        return {
            key: REDACTED if item and _is_secret(key, parent) else _redact(item, key)
            for key, item in _named_header(value).items()
        }
    if isinstance(value, list):
        return [_redact(item, parent) for item in value]
    return _redact_text(value, parent) if isinstance(value, str) else value


def _redact_text(text: str, parent: str) -> str:
    """A tool call's arguments also come as an object written as text."""
    if text.lstrip().startswith("{") and _is_suspicious(text.encode(errors="replace")):
        with suppress(*UNDECODABLE):
            return msgspec.json.encode(_redact(msgspec.json.decode(text), parent)).decode()
    return _SIP_IDENTITY.sub(rf"\1 {REDACTED}", text)


def _is_secret(key: str, parent: str) -> bool:
    name = key.lower()
    return (
        name in _SECRET_KEYS
        or name in _SECRET_IN.get(parent.lower(), ())
        or _SECRET_KEY_PATTERN.fullmatch(name) is not None
    )


def _named_header(value: dict[str, Any]) -> dict[str, Any]:
    """SIP headers also come as {"name": "Identity", "value": …}."""
    name = value.get("name")
    if "value" in value and isinstance(name, str) and _is_secret(name, parent=""):
        return {**value, "value": REDACTED}
    return value
