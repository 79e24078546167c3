"""The rows of events, and the statements that store them. Both adapters run these, each on its own connection."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec

from calls.body import pack
from calls.intake.event_key import event_id, id_of_yesterday
from calls.intake.message_types import KEEPS_ARTIFACT
from calls.intake.redaction import redact, redact_field
from calls.message import Message, as_object, as_text, moment
from supportvoice.encryption import seal

# What is there already stays as it is, so that a statement may be run again after a failure nobody saw the end of.
# Binary arrays (%b): a row of a batch of 64 takes 10 µs of this process, 53 µs as text, 75 µs with executemany.
INSERT_ASSISTANTS = """
INSERT INTO calls_assistantsnapshot AS stored (hash, body)
SELECT * FROM unnest(%(assistant_hash)b::bytea[], %(assistant_body)b::bytea[])
ON CONFLICT (hash) DO UPDATE SET seen_at = now() WHERE stored.seen_at < now() - interval '6 hours'
"""
INSERT_MONITORS = """
INSERT INTO calls_monitorurls (call_id, control_url, listen_url)
SELECT * FROM unnest(%(call_id)b::text[], %(control_url)b::bytea[], %(listen_url)b::bytea[]) ON CONFLICT DO NOTHING
"""
_INSERT_EVENTS = """
WITH event AS (
    INSERT INTO calls_event (id, call_id, type, stamped_at, received_at, body, received_bytes,
                             assistant_hash, artifact_hash, artifact_bytes)
    SELECT id, call_id, type, stamped_at, received_at, body, received_bytes,
           assistant_hash, artifact_hash, artifact_bytes
    FROM unnest(%(id)b::uuid[], %(call_id)b::text[], %(type)b::text[], %(stamped_at)b::timestamptz[],
                %(received_at)b::timestamptz[], %(body)b::bytea[], %(received_bytes)b::integer[],
                %(assistant_hash)b::bytea[], %(artifact_hash)b::bytea[], %(artifact_bytes)b::integer[],
                %(id_of_yesterday)b::uuid[])
         AS new (id, call_id, type, stamped_at, received_at, body, received_bytes,
                 assistant_hash, artifact_hash, artifact_bytes, id_of_yesterday)
    {where}
    ON CONFLICT DO NOTHING
    RETURNING id, call_id
)
INSERT INTO calls_pending (event_id, call_id) SELECT id, call_id FROM event WHERE call_id IS NOT NULL
"""
INSERT_EVENTS = _INSERT_EVENTS.format(where="")
# Looks into every day's partition, so only batches that hold such an event pay for it.
INSERT_EVENTS_OF_YESTERDAY_TOO = _INSERT_EVENTS.format(
    where="WHERE NOT EXISTS (SELECT FROM calls_event stored WHERE stored.id = new.id_of_yesterday)"
)

ASSISTANT = ("assistant_hash", "assistant_body")
MONITOR = ("call_id", "control_url", "listen_url")
EVENT = (
    *("id", "call_id", "type", "stamped_at", "received_at", "body", "received_bytes"),
    *("assistant_hash", "artifact_hash", "artifact_bytes", "id_of_yesterday"),
)
_HASH_BYTES = 16
SENT_AGAIN_AFTER_S = 6 * 60 * 60
Parameters = dict[str, Any]
Columns = dict[str, list[Any]]


class _RecentlyStored:
    """Keys whose rows this process has committed, so that the same row need not be sent again. Bounded, and for hours
    only: what nobody sends any more is taken for gone (calls/intake/leftovers.py).
    """

    def __init__(self, size: int) -> None:
        self._keys: OrderedDict[Any, float] = OrderedDict()
        self._size = size

    def __contains__(self, key: object) -> bool:
        return self._keys.get(key, -math.inf) > time.monotonic() - SENT_AGAIN_AFTER_S

    def add(self, key: object) -> None:
        self._keys[key] = time.monotonic()
        if len(self._keys) > self._size:
            self._keys.popitem(last=False)

    def clear(self) -> None:
        self._keys.clear()


stored_assistants = _RecentlyStored(size=2_000)
stored_monitors = _RecentlyStored(size=4_000)


@dataclass(frozen=True, slots=True)
class EventRows:
    """The parameters of the statements that store one event."""

    parameters: Parameters

    @property
    def event_id(self) -> UUID:
        found: UUID = self.parameters["id"]
        return found

    @property
    def brings_assistant(self) -> bool:
        return self.parameters["assistant_body"] is not None

    @property
    def brings_monitor(self) -> bool:
        return self.parameters["control_url"] is not None or self.parameters["listen_url"] is not None

    @property
    def stored_bytes(self) -> int:
        return len(self.parameters["body"]) + len(self.parameters["assistant_body"] or b"")

    def mark_stored(self) -> None:
        """To be called after the commit, never before."""
        if self.brings_assistant:
            stored_assistants.add(self.parameters["assistant_hash"])
        if self.brings_monitor:
            stored_monitors.add(self.parameters["call_id"])


def statements(batch: Sequence[EventRows]) -> list[tuple[str, Columns]]:
    """For one transaction, in this order: (statement, its columns). The last one stores the events themselves.

    Tables and keys come in one order in every batch, since two batches that lock in different orders deadlock.
    """
    assistants = {rows.parameters["assistant_hash"]: rows.parameters for rows in batch if rows.brings_assistant}
    monitors = {rows.parameters["call_id"]: rows.parameters for rows in batch if rows.brings_monitor}
    events = sorted((rows.parameters for rows in batch), key=itemgetter("id"))
    of_yesterday = any(parameters["id_of_yesterday"] for parameters in events)
    found = [
        (INSERT_ASSISTANTS, _columns([assistants[key] for key in sorted(assistants)], ASSISTANT)),
        (INSERT_MONITORS, _columns([monitors[key] for key in sorted(monitors)], MONITOR)),
        (INSERT_EVENTS_OF_YESTERDAY_TOO if of_yesterday else INSERT_EVENTS, _columns(events, EVENT)),
    ]
    return [(statement, columns) for statement, columns in found if columns]


def _columns(rows: Sequence[Parameters], names: Sequence[str]) -> Columns:
    """Empty where there are no rows."""
    return {name: [row[name] for row in rows] for name in names} if rows else {}


def repeated(batch: Sequence[EventRows], inserted: int) -> int:
    """How many of them were there before: of those that wait for the projection no row came in."""
    return sum(rows.parameters["call_id"] is not None for rows in batch) - inserted


def event_rows(message: Message, received_bytes: int, received_at: datetime, message_id: bytes = b"") -> EventRows:
    fields = dict(message.fields)
    assistant = fields.pop("assistant", None)
    artifact = None if message.type in KEEPS_ARTIFACT else fields.pop("artifact", None)
    return EventRows(
        {
            "id": event_id(message, received_at, message_id),
            "id_of_yesterday": id_of_yesterday(message, received_at, message_id),
            "call_id": message.call_id,
            "type": message.type,
            "stamped_at": None if message.stamp_ms is None else moment(message.stamp_ms),
            "received_at": received_at,
            "body": pack(redact(fields)),
            "received_bytes": received_bytes,
            "artifact_hash": None if artifact is None else _hash(artifact),
            "artifact_bytes": None if artifact is None else len(bytes(artifact)),
            **_assistant(assistant),
            **_monitor(message),
        }
    )


def _hash(raw: msgspec.Raw) -> bytes:
    return blake2b(raw, digest_size=_HASH_BYTES).digest()


def _assistant(raw: msgspec.Raw | None) -> dict[str, bytes | None]:
    if raw is None:
        return {"assistant_hash": None, "assistant_body": None}
    key = _hash(raw)
    if key in stored_assistants:
        return {"assistant_hash": key, "assistant_body": None}
    return {"assistant_hash": key, "assistant_body": pack(redact_field("assistant", raw))}


def _monitor(message: Message) -> dict[str, bytes | None]:
    nothing: dict[str, bytes | None] = {"control_url": None, "listen_url": None}
    if message.call_id is None or message.call_id in stored_monitors:
        return nothing
    monitor = as_object(message.object("call").get("monitor"))
    urls = {"control_url": as_text(monitor.get("controlUrl")), "listen_url": as_text(monitor.get("listenUrl"))}
    return {name: seal(url) if url else None for name, url in urls.items()}
