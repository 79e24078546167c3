"""The headers that a scheme accepts, as Vapi would send them: the other side of calls/intake/signature.py."""

from __future__ import annotations

import hmac
import time
import uuid

from calls.intake.payload_format import MESSAGE_ID, TIMESTAMP
from calls.intake.signature import ENCODERS, Bearer, Hmac, Scheme, SharedSecret


def signed_headers(scheme: Scheme, body: bytes) -> dict[str, str]:
    """Empty where the address is closed. The first secret is used: the others are on their way out."""
    match scheme:
        case Hmac():
            return _hmac(scheme, body)
        case Bearer():
            token = scheme.secrets[0].decode()
            return {scheme.header: f"{scheme.prefix} {token}".strip()}
        case SharedSecret():
            return {"x-vapi-secret": scheme.secrets[0].decode()}
    return {}


def _hmac(scheme: Hmac, body: bytes) -> dict[str, str]:
    stamp, message_id = str(int(time.time())), f"msg_{uuid.uuid4().hex}"
    payload = scheme.payload.fill(body, stamp.encode(), message_id.encode())
    digest = ENCODERS[scheme.encoding](hmac.digest(scheme.secrets[0], payload, scheme.algorithm))
    headers = {scheme.signature_header: (scheme.prefix + digest).decode()}
    if scheme.payload.has(TIMESTAMP):
        headers[scheme.timestamp_header] = stamp
    if scheme.payload.has(MESSAGE_ID):
        headers[scheme.message_id_header] = message_id
    return headers
