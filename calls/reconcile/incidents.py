"""Calls that sound dead: an incident is opened, and closed by itself when what was missing comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction

from calls.projection.status import HEARD
from supportvoice import live

RINGING_S = 90
NO_SPEECH_S = 20
NO_REPORT_S = 60
# Older calls are somebody else's business: lost ones are marked, and reports are asked for.
RUNNING_LOOK_BACK = timedelta(days=1)
ENDED_LOOK_BACK = timedelta(hours=6)
# An account that never tells who speaks would make each of its calls sound dead.
SPEECH_IS_TOLD_WITHIN = timedelta(days=1)
TELLS_OF_SPEECH = [*sorted(HEARD), "conversation-update"]

# Kind → which calls. Each reads one partial index: call_running or call_ended.
_DEAD = {
    "ringing": """
        c.ended_at IS NULL AND c.lost_at IS NULL AND c.began_at > %(running_since)s
        AND c.status = 'ringing' AND coalesce(c.last_event_at, c.began_at) <= %(rings_since)s""",
    "no-speech": """
        c.ended_at IS NULL AND c.lost_at IS NULL AND c.began_at > %(running_since)s
        AND c.status = 'in-progress' AND NOT c.was_heard AND c.started_at <= %(silent_since)s
        AND EXISTS (
            SELECT FROM calls_messagetype m WHERE m.type = ANY(%(speech)s) AND m.last_seen_at > %(told_since)s
        )""",
    "no-report": """
        c.ended_at > %(ended_since)s AND c.ended_at <= %(unreported_since)s
        AND NOT EXISTS (SELECT FROM calls_report r WHERE r.call_id = c.id)""",
}
# A call with an event that nobody has tried to project yet is not dead: the workers are behind.
_OPEN = """
WITH dead AS (
    SELECT c.id, c.vapi_id FROM calls_call c
    WHERE {dead}
      AND NOT EXISTS (SELECT FROM calls_incident i WHERE i.call_id = c.id AND i.kind = %(kind)s)
      AND NOT EXISTS (SELECT FROM calls_pending p WHERE p.call_id = c.vapi_id AND p.attempts = 0)
), opened AS (
    INSERT INTO calls_incident (call_id, kind, opened_at) SELECT id, %(kind)s, %(now)s FROM dead
    ON CONFLICT (call_id, kind) DO NOTHING RETURNING call_id
)
SELECT dead.vapi_id FROM dead JOIN opened ON opened.call_id = dead.id
"""
_CLOSE = """
UPDATE calls_incident i SET state = 'closed', closed_at = %(now)s FROM calls_call c
WHERE i.state = 'open' AND c.id = i.call_id AND CASE i.kind
    WHEN 'ringing' THEN c.status <> 'ringing' OR c.ended_at IS NOT NULL
    WHEN 'no-speech' THEN c.was_heard OR c.ended_at IS NOT NULL
    ELSE EXISTS (SELECT FROM calls_report r WHERE r.call_id = c.id) END
RETURNING c.vapi_id
"""


def sweep(now: datetime) -> tuple[list[str], list[str]]:
    """Vapi's ids of the calls whose incident was opened, and of those whose was closed."""
    values = _values(now)
    with transaction.atomic():
        closed = _ids(_CLOSE, values)
        opened = [call_id for kind in _DEAD for call_id in _open(kind, values)]
        if opened or closed:
            transaction.on_commit(partial(live.publish, "calls", {"ids": sorted({*opened, *closed})}))
    return opened, closed


def _open(kind: str, values: dict[str, Any]) -> list[str]:
    return _ids(_OPEN.format(dead=_DEAD[kind]), {**values, "kind": kind})


def _values(now: datetime) -> dict[str, Any]:
    return {
        "now": now,
        "running_since": now - RUNNING_LOOK_BACK,
        "rings_since": now - timedelta(seconds=RINGING_S),
        "silent_since": now - timedelta(seconds=NO_SPEECH_S),
        "ended_since": now - ENDED_LOOK_BACK,
        "unreported_since": now - timedelta(seconds=NO_REPORT_S),
        "told_since": now - SPEECH_IS_TOLD_WITHIN,
        "speech": TELLS_OF_SPEECH,
    }


def _ids(sql: str, values: dict[str, Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [vapi_id for (vapi_id,) in cursor.fetchall()]
