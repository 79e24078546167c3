"""Tool calls that nobody answers any more: the process that was at it died before anybody was told anything."""

from __future__ import annotations

from functools import partial

from django.db import connection, transaction

from supportvoice import live

WHY = "Whoever was answering it was stopped before it was done, and Vapi did not ask again."
# What was late is answered or a person's by then (calls/intake/promises.py). One that is locked is being answered.
_MARK = """
UPDATE calls_toolcall tool SET state = 'failed', failure = %s FROM (
    SELECT id FROM calls_toolcall
    WHERE state = 'running' AND requested_at BETWEEN now() - interval '1 day' AND now() - interval '15 minutes'
    ORDER BY requested_at LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
) dead WHERE dead.id = tool.id
RETURNING (SELECT vapi_id FROM calls_call WHERE calls_call.id = tool.call_id)
"""


def mark_abandoned() -> int:
    """How many are marked as failed. What is beyond the bound waits for the next sweep."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [WHY])
        marked = [vapi_id for (vapi_id,) in cursor.fetchall()]
    if marked:
        transaction.on_commit(partial(live.publish, "calls", {"ids": [one for one in marked if one]}))
    return len(marked)
