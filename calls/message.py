"""A message of Vapi, decoded one level deep: what is not asked for stays bytes, and nothing asked for can raise."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

MS_BEFORE_1973 = 10**11  # a timestamp below this can only be seconds
EARLIEST_MS = 1_577_836_800_000  # 2020-01-01: before Vapi
LATEST_MS = 4_102_444_800_000  # 2100-01-01
# Our own type: what Vapi's API says of a call, stored as an event so that each fold has it (docs/decisions/0010).
FROM_API = "call-from-api"
UNDECODABLE = (msgspec.MsgspecError, RecursionError, ValueError)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Fields = dict[str, msgspec.Raw]
_decode_fields = msgspec.json.Decoder(Fields).decode


def decode_fields(raw: bytes | msgspec.Raw) -> Fields:
    """One level of a JSON object. Raises one of UNDECODABLE."""
    return _decode_fields(raw)


def clean(text: str, limit: int | None = None) -> str:
    """Text as PostgreSQL can hold it: without NUL and lone surrogates, at most `limit` characters."""
    if not text.isascii() or "\x00" in text:  # most texts are plain, and looked through at once
        text = UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text[:limit]


def plain(raw: msgspec.Raw | None) -> Any:
    """The value of a field, None where it is absent or cannot be decoded."""
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw)
    except UNDECODABLE:
        return None


def as_object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def as_text(value: Any, limit: int | None = None) -> str:
    return clean(value, limit) if isinstance(value, str) else ""


def stamp_ms(value: Any) -> int | None:
    """Vapi's timestamp as Unix milliseconds: a number of ms or s, or ISO 8601 text; None where it makes no sense."""
    if isinstance(value, str):
        value = _iso_ms(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        return None
    ms = value * 1000 if 0 < value < MS_BEFORE_1973 else value
    return int(ms) if EARLIEST_MS <= ms < LATEST_MS else None


def _iso_ms(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000


def moment(ms: float) -> datetime:
    """Unix milliseconds as an aware UTC datetime."""
    return datetime.fromtimestamp(ms / 1000, UTC)


class Message:
    """`type`, `call_id` (Vapi's, None where absent) and `stamp_ms` (None where absent), and every field on demand.

    `came_s`: on this process's monotonic clock, what an answer's budget is counted from.
    """

    __slots__ = ("_values", "call_id", "came_s", "fields", "stamp_ms", "type")

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.came_s = time.monotonic()
        self._values: dict[str, Any] = {}
        self.type = as_text(self.get("type"), 100)
        self.call_id = as_text(self.object("call").get("id"), 200) or None
        self.stamp_ms = stamp_ms(self.get("timestamp"))

    def get(self, name: str) -> Any:
        if name not in self._values:
            self._values[name] = plain(self.fields.get(name))
        return self._values[name]

    def object(self, name: str) -> Mapping[str, Any]:
        return as_object(self.get(name))

    def list(self, name: str) -> list[Any]:
        return as_list(self.get(name))

    def text(self, name: str, limit: int | None = None) -> str:
        return as_text(self.get(name), limit)
