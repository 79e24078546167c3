"""A stored message, read without trust: a field of the wrong type is an absent field."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from calls.body import unpack
from calls.message import UNDECODABLE, Fields, Message, decode_fields
from calls.projection.order import place
from calls.projection.values import clean_json

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
        """Raises where the body is not a packed JSON object."""
        super().__init__(_fields(unpack(row.body)))
        self.id = row.id
        self.type = row.type
        self.assistant_hash = "" if row.assistant_hash is None else bytes(row.assistant_hash).hex()
        self.ms = self.stamp_ms if self.stamp_ms is not None else int(row.received_at.timestamp() * 1000)
        self.place = place(self)

    def get(self, name: str) -> Any:
        if name not in self._values:
            raw = self.fields.get(name)
            self._values[name] = None if raw is None else _decode(bytes(raw))
        return self._values[name]


def _fields(text: bytes) -> Fields:
    try:
        return decode_fields(text)
    except UNDECODABLE:
        return decode_fields(msgspec.json.encode(clean_json(_tolerant(text))))


def _decode(raw: bytes) -> Any:
    try:
        return msgspec.json.decode(raw)
    except UNDECODABLE:
        pass
    try:
        return _tolerant(raw)
    except (ValueError, RecursionError):
        return None


def _tolerant(text: bytes) -> Any:
    """msgspec refuses lone surrogates and huge numbers. One such in a report must not cost all of it."""
    return json.loads(text, parse_int=_whole_number)


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INT else float(digits)
