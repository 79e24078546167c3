"""What an HMAC is made over: Vapi's `payloadFormat`, read once, filled in for each delivery."""

from __future__ import annotations

import re
from dataclasses import dataclass

BODY, TIMESTAMP, MESSAGE_ID, METHOD, URL = "{body}", "{timestamp}", "{svix-id}", "{method}", "{url}"
TOKENS = (BODY, TIMESTAMP, MESSAGE_ID, METHOD, URL)

_TOKEN = re.compile(r"(\{[^{}]*\})")


@dataclass(frozen=True, slots=True)
class PayloadFormat:
    """`{method}` and `{url}` are filled in already: Vapi posts, and to the address it was given."""

    text: str
    parts: tuple[bytes, ...]

    def has(self, token: str) -> bool:
        return token in self.text

    def fill(self, body: bytes, timestamp: bytes, message_id: bytes) -> bytes:
        values = {b"{body}": body, b"{timestamp}": timestamp, b"{svix-id}": message_id}
        return b"".join([values.get(part, part) for part in self.parts])


def read_format(text: str, url: str) -> PayloadFormat:
    known = {METHOD: "POST", URL: url}
    parts = (known.get(part, part).encode() for part in _TOKEN.split(text))
    return PayloadFormat(text, tuple(part for part in parts if part))


def unknown_tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if token not in TOKENS]
