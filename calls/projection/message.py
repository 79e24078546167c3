"""A stored message, read without trust: a field of the wrong type is an absent field."""

from __future__ import annotations

import json
import zlib
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from calls.message import UNDECODABLE, Message, decode_fields
from calls.projection.order import place

_LONGEST_INT = 18  # digits that always fit 64 bits


class EventRow(NamedTuple):
    """The columns of Event that the fold reads."""

    id: UUID
    type: str
    received_at: datetime
    body: bytes
    assistant_hash: bytes | None


class StoredMessage(Message):
    """`ms` is when it happened: Vapi's timestamp, else when it was received."""

    __slots__ = ("assistant_hash", "id", "ms", "place")

    def __init__(self, row: EventRow) -> None:
        """Raises where the body is not a compressed JSON object."""
        super().__init__(decode_fields(zlib.decompress(row.body)))
        self.id = row.id
        self.type = row.type
        self.assistant_hash = "" if row.assistant_hash is None else bytes(row.assistant_hash).hex()
        self.ms = self.stamp_ms if self.stamp_ms is not None else int(row.received_at.timestamp() * 1000)
        self.place = place(self)

    def get(self, name: str) -> Any:
        if name not in self._values:
            raw = self.fields.get(name)
            self._values[name] = None if raw is None else _decode(raw)
        return self._values[name]


def _decode(raw: msgspec.Raw) -> Any:
    """msgspec refuses lone surrogates and huge numbers. One such in a report must not cost the whole artifact."""
    try:
        return msgspec.json.decode(raw)
    except UNDECODABLE:
        pass
    try:
        return json.loads(bytes(raw), parse_int=_whole_number)
    except (ValueError, RecursionError):
        return None


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INT else float(digits)
