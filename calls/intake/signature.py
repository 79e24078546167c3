"""Is this delivery from our Vapi account? Constant time, over the raw bytes, every active secret, closed by default.

Headers come as a mapping from lower-case name to bytes. What Vapi can send: docs/vapi-account.md.
Which scheme holds at which address: calls/intake/endpoints.py.
"""

from __future__ import annotations

import binascii
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from calls.intake.cause import Cause
from calls.intake.payload_format import MESSAGE_ID, TIMESTAMP, PayloadFormat
from calls.message import MS_BEFORE_1973

Headers = Mapping[str, bytes]

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "hex": binascii.hexlify,
    "base64": partial(binascii.b2a_base64, newline=False),
}
MOST_SIGNATURES = 10  # in one header; a rotation has two


@dataclass(frozen=True, slots=True)
class Proof:
    """The delivery is Vapi's. `message_id` is empty where the scheme signs none."""

    message_id: bytes = b""


PROOF = Proof()


class Scheme(Protocol):
    def verify(self, headers: Headers, body: bytes, now_s: float) -> Proof | Cause: ...

    def in_words(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Hmac:
    """Vapi's HMAC credential with all its options. Standard Webhooks is one setting of them."""

    secrets: tuple[bytes, ...]
    algorithm: str
    signature_header: str
    timestamp_header: str
    message_id_header: str
    prefix: bytes
    payload: PayloadFormat
    encoding: str
    tolerance_s: int

    def verify(self, headers: Headers, body: bytes, now_s: float) -> Proof | Cause:
        given = headers.get(self.signature_header, b"")
        stamp = headers.get(self.timestamp_header, b"") if self.payload.has(TIMESTAMP) else None
        message_id = headers.get(self.message_id_header, b"") if self.payload.has(MESSAGE_ID) else None
        if not given:
            return Cause.NO_SIGNATURE
        if stamp == b"":
            return Cause.NO_TIMESTAMP
        if message_id == b"":
            return Cause.NO_MESSAGE_ID
        if not self._signs(given, self.payload.fill(body, stamp or b"", message_id or b"")):
            return Cause.WRONG_SIGNATURE
        if stamp is not None and not _within(stamp, now_s, self.tolerance_s):
            return Cause.OUTSIDE_WINDOW
        return Proof(message_id) if message_id else PROOF

    def _signs(self, given: bytes, signed: bytes) -> bool:
        """The header may hold several signatures, one for each secret of the sender's rotation."""
        encode = ENCODERS[self.encoding]
        expected = [self.prefix + encode(hmac.digest(key, signed, self.algorithm)) for key in self.secrets]
        several = given.split(b" ", MOST_SIGNATURES)[:MOST_SIGNATURES] if b" " in given else []
        results = [_any_equal(one, expected) for one in (given, *several)]
        return any(results)

    def in_words(self) -> str:
        window = f", window {self.tolerance_s} s" if self.payload.has(TIMESTAMP) else ", no timestamp"
        name = f"{self.prefix.decode()}{self.encoding}" if self.prefix else self.encoding
        return (
            f"HMAC {self.algorithm} ({name}) over {self.payload.text} in {self.signature_header}"
            f"{window}, {_counted(self.secrets)}"
        )


@dataclass(frozen=True, slots=True)
class Bearer:
    """The secret in a header of its own, after a word or alone."""

    secrets: tuple[bytes, ...]
    header: str
    prefix: str

    def verify(self, headers: Headers, _body: bytes, _now_s: float) -> Proof | Cause:
        given = headers.get(self.header, b"").strip()
        if not given:
            return Cause.NO_SIGNATURE
        token = _after(self.prefix, given) if self.prefix else given
        return PROOF if _any_equal(token, self.secrets) else Cause.WRONG_SIGNATURE

    def in_words(self) -> str:
        where = f"after {self.prefix}" if self.prefix else "alone"
        return f"the secret in {self.header}, {where}, {_counted(self.secrets)}"


@dataclass(frozen=True, slots=True)
class SharedSecret:
    """The plain secret in `X-Vapi-Secret` or as a bearer token, or hex HMAC-SHA256 of the body."""

    secrets: tuple[bytes, ...]

    def verify(self, headers: Headers, body: bytes, _now_s: float) -> Proof | Cause:
        checks: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
            (headers.get("x-vapi-secret", b""), lambda secret: secret),
            (_after("Bearer", headers.get("authorization", b"")), lambda secret: secret),
            (_hex(headers.get("x-vapi-signature", b"")), lambda secret: _hex_sha256(secret, body)),
        )
        results = [_any_equal(given, [expected(key) for key in self.secrets]) for given, expected in checks if given]
        if not results:
            return Cause.NO_SIGNATURE
        return PROOF if any(results) else Cause.WRONG_SIGNATURE

    def in_words(self) -> str:
        return (
            "the secret in X-Vapi-Secret or after Bearer in Authorization, or HMAC sha256 (hex) over {body} in "
            f"x-vapi-signature, {_counted(self.secrets)}"
        )


@dataclass(frozen=True, slots=True)
class Closed:
    """No secret, or settings that cannot be understood: nothing is accepted."""

    def verify(self, _headers: Headers, _body: bytes, _now_s: float) -> Proof | Cause:
        return Cause.NO_SECRET

    def in_words(self) -> str:
        return "every delivery is refused"


def _counted(secrets: tuple[bytes, ...]) -> str:
    return "1 secret" if len(secrets) == 1 else f"{len(secrets)} secrets"


def _any_equal(given: bytes, expected: Iterable[bytes]) -> bool:
    """Compares with each, never stopping early. An empty value equals nothing."""
    results = [hmac.compare_digest(given, one) for one in expected]
    return bool(given) and any(results)


def _hex_sha256(secret: bytes, signed: bytes) -> bytes:
    return binascii.hexlify(hmac.digest(secret, signed, "sha256"))


def _hex(value: bytes) -> bytes:
    return value.strip().lower().removeprefix(b"sha256=")


def _after(word: str, value: bytes) -> bytes:
    """The token after an authentication scheme's name, whose case does not count."""
    scheme, _, token = value.strip().partition(b" ")
    return token.strip() if scheme.lower() == word.lower().encode() else b""


def _within(stamp: bytes, now_s: float, tolerance_s: int) -> bool:
    """Vapi documents no unit, so seconds and milliseconds are both read."""
    if not stamp.isdigit() or len(stamp) > 16:
        return False
    value = int(stamp)
    seconds = value if value < MS_BEFORE_1973 else value / 1000
    return abs(now_s - seconds) <= tolerance_s
