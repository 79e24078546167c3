"""Is this delivery from our Vapi account? Constant time, over the raw bytes, every active secret, closed by default.

Headers come as a mapping from lower-case name to bytes. What Vapi can send: docs/vapi-account.md.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from calls.message import MS_BEFORE_1973

Headers = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class VapiHmac:
    """Vapi's HMAC credential: hex HMAC-SHA256 over `{timestamp}.{body}`, with a window on the timestamp."""

    secrets: tuple[bytes, ...]
    signature_header: str
    timestamp_header: str
    tolerance_s: int

    def accepts(self, headers: Headers, body: bytes, now_s: float) -> bool:
        stamp = headers.get(self.timestamp_header, b"")
        signed = stamp + b"." + body
        given = _hex(headers.get(self.signature_header, b""))
        matches = _any_equal(given, (_hmac(secret, signed) for secret in self.secrets))
        return matches and _within(stamp, now_s, self.tolerance_s)


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """The plain secret in `X-Vapi-Secret` or as a bearer token, or hex HMAC-SHA256 of the body."""

    secrets: tuple[bytes, ...]

    def accepts(self, headers: Headers, body: bytes, _now_s: float) -> bool:
        checks: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
            (headers.get("x-vapi-secret", b""), lambda secret: secret),
            (_bearer(headers.get("authorization", b"")), lambda secret: secret),
            (_hex(headers.get("x-vapi-signature", b"")), lambda secret: _hmac(secret, body)),
        )
        results = [
            _any_equal(given, (expected(secret) for secret in self.secrets)) for given, expected in checks if given
        ]
        return any(results)


def accepts(headers: Headers, body: bytes, now_s: float) -> bool:
    """Vapi's HMAC where it is set up, else the shared secret. No secret at all accepts nothing."""
    return _scheme().accepts(headers, body, now_s)


def _scheme() -> VapiHmac | SharedSecret:
    if settings.VAPI_HMAC_SECRETS:
        return VapiHmac(
            secrets=_as_bytes(settings.VAPI_HMAC_SECRETS),
            signature_header=settings.VAPI_HMAC_SIGNATURE_HEADER.lower(),
            timestamp_header=settings.VAPI_HMAC_TIMESTAMP_HEADER.lower(),
            tolerance_s=settings.VAPI_HMAC_TOLERANCE_S,
        )
    return SharedSecret(_as_bytes(settings.VAPI_SERVER_SECRETS))


def _as_bytes(secrets: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(secret.encode() for secret in secrets if secret)


def _any_equal(given: bytes, expected: Iterable[bytes]) -> bool:
    """Compares with each, never stopping early. An empty value equals nothing."""
    results = [hmac.compare_digest(given, one) for one in expected]
    return bool(given) and any(results)


def _hmac(secret: bytes, signed: bytes) -> bytes:
    return hmac.new(secret, signed, hashlib.sha256).hexdigest().encode()


def _hex(value: bytes) -> bytes:
    return value.strip().lower().removeprefix(b"sha256=")


def _bearer(value: bytes) -> bytes:
    scheme, _, token = value.strip().partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else b""


def _within(stamp: bytes, now_s: float, tolerance_s: int) -> bool:
    """Vapi documents no unit, so seconds and milliseconds are both read."""
    if not stamp.isdigit() or len(stamp) > 16:
        return False
    value = int(stamp)
    seconds = value if value < MS_BEFORE_1973 else value / 1000
    return abs(now_s - seconds) <= tolerance_s
