"""The authentication headers a server may ask Vapi for."""

from __future__ import annotations

import hashlib
import hmac
import time
import uuid
from collections.abc import Callable
from typing import NamedTuple


class HmacHeaders(NamedTuple):
    """Their names, which are free at Vapi. Without a name for it, no message id is sent."""

    signature: str = "x-signature"
    timestamp: str = "x-timestamp"
    message_id: str = ""


VAPIS_OWN = HmacHeaders()


def _digest(secret: str, payload: bytes) -> str:
    return hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()


def _secret(secret: str, _body: bytes, _names: HmacHeaders) -> dict[str, str]:
    return {"x-vapi-secret": secret}


def _bearer(secret: str, _body: bytes, _names: HmacHeaders) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def _hex(secret: str, body: bytes, _names: HmacHeaders) -> dict[str, str]:
    return {"x-vapi-signature": _digest(secret, body)}


def _hmac(secret: str, body: bytes, names: HmacHeaders) -> dict[str, str]:
    timestamp = str(int(time.time() * 1000))
    signed = {names.timestamp: timestamp, names.signature: _digest(secret, f"{timestamp}.".encode() + body)}
    return signed | ({names.message_id: str(uuid.uuid4())} if names.message_id else {})


def _none(_secret: str, _body: bytes, _names: HmacHeaders) -> dict[str, str]:
    """What a server without a credential really gets: the header, empty."""
    return {"x-vapi-secret": ""}


SCHEMES: dict[str, Callable[[str, bytes, HmacHeaders], dict[str, str]]] = {
    "secret": _secret,
    "bearer": _bearer,
    "hex": _hex,
    "hmac": _hmac,
    "none": _none,
}
