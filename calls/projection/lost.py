"""Calls of which nothing has been heard for an hour. Lost is not ended: the next event of a lost call lifts it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from calls.models import Call
from supportvoice import live

LOST_AFTER = timedelta(hours=1)
NOT_RUNNING = (Call.Status.SCHEDULED, Call.Status.ENDED, Call.Status.NOT_FOUND, Call.Status.DELETION_FAILED)
MOST_AT_ONCE = 1000

# A row that the projection has locked is passed over: that call has an event. So is a call with an event that nobody
# has tried to project yet: after an outage of the workers it is they who were silent, not the calls.
_MARK = """
UPDATE calls_call SET lost_at = %(now)s WHERE id IN (
    SELECT id FROM calls_call c
    WHERE ended_at IS NULL AND lost_at IS NULL AND status <> ALL(%(not_running)s)
      AND coalesce(last_event_at, began_at) < %(silent_since)s
      AND NOT EXISTS (SELECT FROM calls_pending p WHERE p.call_id = c.vapi_id AND p.attempts = 0)
    ORDER BY began_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING vapi_id
"""


def mark_lost_calls(now: datetime) -> list[str]:
    """Vapi's ids of those that were marked. What is beyond the bound waits for the next sweep."""
    values: dict[str, Any] = {
        "now": now,
        "silent_since": now - LOST_AFTER,
        "not_running": [status.value for status in NOT_RUNNING],
        "most": MOST_AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARK, values)
        marked = [vapi_id for (vapi_id,) in cursor.fetchall()]
    if marked:
        transaction.on_commit(partial(live.publish, "calls", {"ids": marked}))
    return marked
