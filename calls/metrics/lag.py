"""How far the projection is behind."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

# Since when the row that waits longest has been due. Not by its event: the first id is the oldest stamp, which may have
# come just now, and its event may be gone. What failed is due again at its next try, so that one event that nobody can
# read is no lag, and a worker that tries none of them is.
DUE_SINCE = "SELECT extract(epoch FROM clock_timestamp() - min(retry_at)) FROM calls_pending"


def projection_lag_s() -> float:
    with connection.cursor() as cursor:
        cursor.execute(DUE_SINCE)
        (seconds,) = cursor.fetchone()
    return max(float(seconds or 0), 0.0)


def projection() -> str:
    """A part of supportvoice.readiness."""
    lag_s = projection_lag_s()
    return f"{lag_s:.0f} s behind: look at the workers" if lag_s > settings.READY_MOST_LAG_S else ""
