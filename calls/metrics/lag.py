"""How far the projection is behind."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

# Event ids are in the order of their messages' stamps. What failed is tried again, and counted by itself.
OLDEST = """
SELECT extract(epoch FROM now() - received_at) FROM calls_event
WHERE id = (SELECT min(event_id::text)::uuid FROM calls_pending WHERE attempts = 0)
"""


def projection_lag_s() -> float:
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        row = cursor.fetchone()
    return max(float(row[0]), 0.0) if row else 0.0


def projection() -> str:
    """A part of supportvoice.readiness."""
    lag_s = projection_lag_s()
    return f"{lag_s:.0f} s behind: look at the workers" if lag_s > settings.READY_MOST_LAG_S else ""
