"""Whole signed requests, as large as Vapi's: each message repeats the assistant and the conversation so far."""

from __future__ import annotations

import hmac
import random
from typing import Any

import msgspec

from bench.load.talk import CALLER, EXCHANGES, REPORT, Call, Step, fields

WORDS = "the caller agent parcel order asks says when where address street tomorrow late refund policy please".split()
ASSISTANT_BYTES = 5_000
# Of what is repeated of each turn in `artifact`, in two forms.
TURN_BYTES = 270
REPORT_BYTES = (50_000, 500_000)


def signed(secret: bytes, body: bytes) -> bytes:
    """The whole request."""
    signature = hmac.digest(secret, body, "sha256").hex()
    head = (
        "POST /webhook/vapi HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-Vapi-Signature: {signature}\r\n\r\n"
    )
    return head.encode() + body


class Requests:
    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._dice = random.Random(1)  # noqa: S311  the same sizes each time
        self._prose = " ".join(self._dice.choices(WORDS, k=100_000))
        assistant = {"name": "Support desk", "model": {"provider": "openai", "prompt": self._prose[:ASSISTANT_BYTES]}}
        self._common = b',"assistant":' + msgspec.json.encode(assistant)
        self._artifacts = [self._artifact(turns) for turns in range(2 * EXCHANGES + 1)]

    def _artifact(self, turns: int) -> bytes:
        said = [{"role": CALLER, "message": self._prose[n * 200 :][:TURN_BYTES]} for n in range(turns)]
        return b',"artifact":' + msgspec.json.encode({"messages": said}) if turns else b""

    def request(self, call: Call, step: Step, stamp_ms: int) -> bytes:
        return signed(self._secret, self._body(call, step, stamp_ms))

    def _body(self, call: Call, step: Step, stamp_ms: int) -> bytes:
        about: dict[str, Any] = {"id": call.id, "type": "inboundPhoneCall", "customer": {"number": call.phone}}
        own = {"timestamp": stamp_ms, "call": about, "customer": about["customer"]} | fields(call, step, stamp_ms)
        repeated = self._whole_artifact(own) if step.kind == REPORT else self._artifacts[len(call.said)]
        return b'{"message":' + msgspec.json.encode(own)[:-1] + self._common + repeated + b"}}"

    def _whole_artifact(self, report: dict[str, Any]) -> bytes:
        """The report's is kept and read. Most are small, some are ten times as large."""
        least, most = REPORT_BYTES
        size = int(least * (most / least) ** self._dice.random())
        begins = self._dice.randrange(len(self._prose) - most)
        kept = {"messages": report["messages"], "logs": self._prose[begins:][:size]}
        return b',"artifact":' + msgspec.json.encode(kept)
