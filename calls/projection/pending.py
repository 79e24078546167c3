"""The rows that say what is still to be projected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from calls.models import Pending, ProjectionState
from calls.projection import state as call_state
from calls.projection.message import EventRow
from calls.projection.state import CallState
from calls.projection.upsert import upsert

MOST_IN_A_TRANSACTION = 2000
LONGEST_WAIT_S = 3600
BEHIND = timedelta(seconds=10)

# Of a call that has no row yet nobody who looks at the desk knows, so it comes first; then those that wait longest.
_DUE_CALLS = """
SELECT due.call_id FROM (
    SELECT call_id, min(retry_at) AS since FROM calls_pending
    WHERE retry_at <= clock_timestamp() AND call_id <> ALL(%s) GROUP BY call_id
) due LEFT JOIN calls_call known ON known.vapi_id = due.call_id
ORDER BY known.id IS NOT NULL, due.since LIMIT %s
"""
# Nothing but the array is read, so each lock is tried exactly once, and no call is locked that is not named.
_LOCK = (
    "SELECT call_id FROM unnest(%s::text[], %s::bigint[]) AS due (call_id, key) WHERE pg_try_advisory_xact_lock(key)"
)
# Where they are too many, the calls take turns.
_READ_DUE = """
WITH due AS (
    SELECT call_id, event_id, row_number() OVER (PARTITION BY call_id ORDER BY event_id) AS nth FROM calls_pending
    WHERE call_id = ANY(%s) AND retry_at <= clock_timestamp() ORDER BY nth, call_id LIMIT %s
)
SELECT due.call_id, due.event_id, e.id, e.type, e.received_at, e.body, e.assistant_hash
FROM due LEFT JOIN calls_event e ON e.id = due.event_id ORDER BY due.event_id
"""
# Of the events that still wait only those of this batch: each is applied under its own pending row.
_READ_STORED = """
SELECT e.call_id, e.id, e.type, e.received_at, e.body, e.assistant_hash FROM calls_event e
WHERE e.call_id = ANY(%s)
  AND (e.id = ANY(%s) OR NOT EXISTS (SELECT FROM calls_pending p WHERE p.event_id = e.id))
"""
_POSTPONE = """
UPDATE calls_pending SET attempts = attempts + 1, error = failed.error,
       retry_at = clock_timestamp() + make_interval(secs => least(power(2, least(attempts + 1, 30)), %s))
FROM unnest(%s::uuid[], %s::text[]) AS failed (event_id, error) WHERE calls_pending.event_id = failed.event_id
"""
_PUT_BACK = """
INSERT INTO calls_pending (event_id, call_id, retry_at)
SELECT id, call_id, clock_timestamp() FROM calls_event WHERE id = ANY(%s)
ON CONFLICT (event_id) DO UPDATE SET retry_at = excluded.retry_at
"""


class Due(NamedTuple):
    """Of one call."""

    ids: list[UUID]
    rows: list[EventRow]
    """Of those ids whose event still exists."""


def due_calls(limit: int, without: Collection[str]) -> list[str]:
    """New ones first, then those that wait longest."""
    return [call_id for (call_id,) in _select(_DUE_CALLS, [list(without), limit])]


def is_behind() -> bool:
    """What is due has waited for so long that it matters more than sparing the processor."""
    return Pending.objects.filter(retry_at__lte=Now() - BEHIND).exists()


def lock(call_id: str) -> bool:
    """One worker a call, until its transaction ends. A worker that died holds nothing."""
    return bool(lock_free([call_id]))


def lock_free(call_ids: Sequence[str]) -> list[str]:
    """Those of them that no other worker has; now they are this transaction's."""
    return [call_id for (call_id,) in _select(_LOCK, [list(call_ids), list(map(_key, call_ids))])]


def _key(call_id: str) -> int:
    return int.from_bytes(blake2b(b"projection:" + call_id.encode(), digest_size=8).digest(), signed=True)


def read_due(call_ids: Sequence[str]) -> dict[str, Due]:
    """By call, in the order of their ids: whoever writes rows of several calls writes them in this order."""
    due = {call_id: Due([], []) for call_id in sorted(call_ids)}
    for call_id, event_id, *event in _select(_READ_DUE, [list(call_ids), MOST_IN_A_TRANSACTION]):
        due[call_id].ids.append(event_id)
        if event[0] is not None:
            due[call_id].rows.append(EventRow(*event))
    return {call_id: found for call_id, found in due.items() if found.ids}


def read_stored(call_ids: Sequence[str], batch: Sequence[UUID]) -> dict[str, list[EventRow]]:
    stored: dict[str, list[EventRow]] = {call_id: [] for call_id in call_ids}
    for call_id, *event in _select(_READ_STORED, [list(call_ids), list(batch)]):
        stored[call_id].append(EventRow(*event))
    return stored


def put_back(ids: Sequence[UUID]) -> None:
    """These are to be applied again, now."""
    _run(_PUT_BACK, [list(ids)])


def settle(ids: Sequence[UUID]) -> None:
    _run("DELETE FROM calls_pending WHERE event_id = ANY(%s)", [list(ids)])


def sweep() -> None:
    """Takes out the dead rows that applied events leave: whoever looks for what is due has to pass them.

    PostgreSQL does it once a minute, when there may be hundreds of thousands. Outside any transaction.
    """
    _run("VACUUM (SKIP_LOCKED, TRUNCATE FALSE) calls_pending", [])


def postpone(failed: Mapping[UUID, str]) -> None:
    if failed:
        _run(_POSTPONE, [LONGEST_WAIT_S, list(failed), [error[:2000] for error in failed.values()]])


def postpone_call(call_id: str, error: str) -> None:
    due = Pending.objects.filter(call_id=call_id, retry_at__lte=Now()).values_list("event_id", flat=True)
    postpone(dict.fromkeys(due, error))


def load_states(call_ids: Iterable[str]) -> dict[str, CallState]:
    """A call that has none begins with an empty one."""
    stored = ProjectionState.objects.filter(call_id__in=call_ids).values_list("call_id", "state")
    return {call_id: CallState() for call_id in call_ids} | {call_id: call_state.load(body) for call_id, body in stored}


def load_state(call_id: str) -> CallState:
    return load_states([call_id])[call_id]


def save_states(states: Mapping[str, CallState]) -> None:
    rows = [{"call_id": call_id, "state": call_state.dump(state)} for call_id, state in states.items()]
    upsert(ProjectionState, rows, "call_id")


def drop_state(call_id: str) -> None:
    ProjectionState.objects.filter(call_id=call_id).delete()


def _select(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _run(sql: str, parameters: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
