"""The rows that say what is still to be projected."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Min
from django.db.models.functions import Now

from calls.models import Pending, ProjectionState
from calls.projection import state as call_state
from calls.projection.message import EventRow
from calls.projection.state import CallState

MOST_IN_A_TRANSACTION = 2000
LONGEST_WAIT_S = 3600

_READ_DUE = """
SELECT p.event_id, e.id, e.type, e.received_at, e.body, e.assistant_hash
FROM calls_pending p LEFT JOIN calls_event e ON e.id = p.event_id
WHERE p.call_id = %s AND p.retry_at <= clock_timestamp() ORDER BY p.event_id LIMIT %s
"""
# Of the events that still wait only those of this batch: each is applied under its own pending row.
_READ_STORED = """
SELECT e.id, e.type, e.received_at, e.body, e.assistant_hash FROM calls_event e
WHERE e.call_id = %s
  AND (e.id = ANY(%s) OR NOT EXISTS (SELECT FROM calls_pending p WHERE p.event_id = e.id))
"""
_POSTPONE = """
UPDATE calls_pending SET attempts = attempts + 1, error = %s,
       retry_at = clock_timestamp() + make_interval(secs => least(power(2, least(attempts + 1, 30)), %s))
WHERE event_id = ANY(%s)
"""
_PUT_BACK = """
INSERT INTO calls_pending (event_id, call_id, retry_at)
SELECT id, call_id, clock_timestamp() FROM calls_event WHERE id = ANY(%s)
ON CONFLICT (event_id) DO UPDATE SET retry_at = excluded.retry_at
"""


class Due(NamedTuple):
    ids: list[UUID]
    rows: list[EventRow]
    """Of those ids whose event still exists."""


def due_calls(limit: int, without: Collection[str]) -> list[str]:
    """Those that wait longest first."""
    due = Pending.objects.filter(retry_at__lte=Now()).exclude(call_id__in=without)
    return list(due.values_list("call_id", flat=True).annotate(since=Min("retry_at")).order_by("since")[:limit])


def lock(call_id: str) -> bool:
    """One worker a call, until its transaction ends. A worker that died holds nothing."""
    key = int.from_bytes(blake2b(b"projection:" + call_id.encode(), digest_size=8).digest(), signed=True)
    return bool(_select("SELECT pg_try_advisory_xact_lock(%s)", [key])[0][0])


def read_due(call_id: str) -> Due:
    found = _select(_READ_DUE, [call_id, MOST_IN_A_TRANSACTION])
    return Due([row[0] for row in found], [EventRow(*row[1:]) for row in found if row[1] is not None])


def read_stored(call_id: str, batch: Sequence[UUID]) -> list[EventRow]:
    return [EventRow(*row) for row in _select(_READ_STORED, [call_id, list(batch)])]


def put_back(ids: Sequence[UUID]) -> None:
    """These are to be applied again, now."""
    with connection.cursor() as cursor:
        cursor.execute(_PUT_BACK, [list(ids)])


def settle(ids: Sequence[UUID]) -> None:
    Pending.objects.filter(event_id__in=ids).delete()


def postpone(failed: Mapping[UUID, str]) -> None:
    with connection.cursor() as cursor:
        for event_id, error in failed.items():
            cursor.execute(_POSTPONE, [error[:2000], LONGEST_WAIT_S, [event_id]])


def postpone_call(call_id: str, error: str) -> None:
    due = Pending.objects.filter(call_id=call_id, retry_at__lte=Now()).values_list("event_id", flat=True)
    postpone(dict.fromkeys(due, error))


def load_state(call_id: str) -> CallState:
    stored = ProjectionState.objects.filter(call_id=call_id).values_list("state", flat=True).first()
    return CallState() if stored is None else call_state.load(stored)


def save_state(call_id: str, state: CallState) -> None:
    ProjectionState.objects.bulk_create(
        [ProjectionState(call_id=call_id, state=call_state.dump(state))],
        update_conflicts=True,
        unique_fields=["call_id"],
        update_fields=["state"],
    )


def drop_state(call_id: str) -> None:
    ProjectionState.objects.filter(call_id=call_id).delete()


def _select(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
