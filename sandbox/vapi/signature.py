"""The authentication headers a server may ask Vapi for."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable


def _digest(secret: str, payload: bytes) -> str:
    return hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()


def _secret(secret: str, _body: bytes) -> dict[str, str]:
    return {"x-vapi-secret": secret}


def _bearer(secret: str, _body: bytes) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def _hex(secret: str, body: bytes) -> dict[str, str]:
    return {"x-vapi-signature": _digest(secret, body)}


def _hmac(secret: str, body: bytes) -> dict[str, str]:
    timestamp = str(int(time.time() * 1000))
    return {"x-timestamp": timestamp, "x-signature": _digest(secret, f"{timestamp}.".encode() + body)}


def _none(_secret: str, _body: bytes) -> dict[str, str]:
    """What a server without a credential really gets: the header, empty."""
    return {"x-vapi-secret": ""}


SCHEMES: dict[str, Callable[[str, bytes], dict[str, str]]] = {
    "secret": _secret,
    "bearer": _bearer,
    "hex": _hex,
    "hmac": _hmac,
    "none": _none,
}
