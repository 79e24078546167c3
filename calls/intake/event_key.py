"""The event's id: deterministic, so that a second delivery falls on the first, and ordered by time.

48 bits of message.timestamp in milliseconds, then 80 bits of a hash of what the event is.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from calls.intake.message_types import IDENTITY_FIELDS, SIBLINGS
from calls.message import Message, moment

HASH_BITS = 80
DAY_MS = 86_400_000


def event_id(message: Message, received_at: datetime, message_id: bytes = b"") -> UUID:
    """`message_id` is the delivery's own, where its signature covers one."""
    if message.stamp_ms is not None:
        return first_id_at(message.stamp_ms, _hashed(_identity(message)))
    return _id_without_time(received_at, message_id)


def id_of_yesterday(message: Message, received_at: datetime, message_id: bytes = b"") -> UUID | None:
    """What has no time of its own and was delivered first before midnight has that day's id."""
    if message.stamp_ms is not None or not message_id:
        return None
    return _id_without_time(received_at - timedelta(days=1), message_id)


def _id_without_time(received_at: datetime, message_id: bytes) -> UUID:
    """By its message id, at the start of the day, so that it is the same for each delivery of that day.

    Without one an event cannot be told from its repetition: it gets an id of its own.
    """
    received_ms = int(received_at.timestamp() * 1000)
    if not message_id:
        return first_id_at(received_ms, secrets.randbits(HASH_BITS))
    return first_id_at(received_ms - received_ms % DAY_MS, _hashed([b"message id", message_id]))


def _hashed(parts: Iterable[bytes]) -> int:
    whole = b"".join([len(part).to_bytes(4, "big") + part for part in parts])
    return int.from_bytes(blake2b(whole, digest_size=HASH_BITS // 8).digest(), "big")


def first_id_at(ms: int, rest: int = 0) -> UUID:
    """The lowest id of that millisecond, or the one with `rest`: also the bounds of a day's partition."""
    return UUID(int=ms << HASH_BITS | rest)


def time_of(id_: UUID) -> datetime:
    """What an event's id begins with."""
    return moment(id_.int >> HASH_BITS)


def _identity(message: Message) -> Iterator[bytes]:
    yield (message.call_id or "").encode()
    yield message.type.encode()
    own_fields = IDENTITY_FIELDS.get(message.type)
    for name in sorted(set(message.fields) - SIBLINGS) if own_fields is None else own_fields:
        yield name.encode(errors="replace")
        yield bytes(message.fields.get(name, b""))
