"""What came with events goes with them: assistants as they were told, and where a call could be steered and heard."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

# An event may have come twelve hours after its assistant was noted (inbox.SENT_AGAIN_AFTER_S, and as long again in the
# statement), and a replay reads both. Vapi's longest call takes twelve hours.
NOTED_WITHIN = timedelta(days=1)
STEERED_FOR = timedelta(days=2)
STEP_ROWS = 1_000
_DROP_ASSISTANTS = """
DELETE FROM calls_assistantsnapshot WHERE hash IN (
    SELECT hash FROM calls_assistantsnapshot WHERE seen_at < %s LIMIT %s FOR UPDATE SKIP LOCKED
)
"""
_DROP_MONITORS = """
DELETE FROM calls_monitorurls WHERE call_id IN (
    SELECT call_id FROM calls_monitorurls WHERE received_at < %s LIMIT %s
)
"""


def drop_leftovers(oldest_kept: datetime, now: datetime) -> None:
    """`oldest_kept`: events from before are gone. In steps, so that no lock is held for long."""
    drop_in_steps(_DROP_ASSISTANTS, oldest_kept - NOTED_WITHIN)
    drop_in_steps(_DROP_MONITORS, now - STEERED_FOR)


def drop_in_steps(statement: str, before: datetime) -> None:
    """`statement` deletes what is older than its first parameter, and no more rows than its second."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(statement, [before, STEP_ROWS])
            if cursor.rowcount < STEP_ROWS:
                return
