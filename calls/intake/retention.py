"""Old events go: whole days at once, and in small steps what stands in the default partition."""

from __future__ import annotations

import logging
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import OperationalError, connection, transaction
from psycopg import sql

from calls.intake.leftovers import drop_in_steps, drop_leftovers
from calls.intake.partitions import LOCK_WITHIN, NAME, first_id_of

PARTITIONS = """
SELECT child.relname FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
WHERE inhparent = 'calls_event'::regclass ORDER BY child.relname
"""
# By when it came, since what has a senseless stamp may have come today.
DELETE_STEP = """
DELETE FROM calls_event_default WHERE id IN (
    SELECT id FROM calls_event_default AS event
    WHERE received_at < %s AND NOT EXISTS (SELECT FROM calls_pending WHERE event_id = event.id)
    LIMIT %s
)
"""

log = logging.getLogger(__name__)


def check_retention(**_: Any) -> list[CheckMessage]:
    """Registered as a system check in calls.apps. A negative number would drop the day that is being written."""
    if settings.EVENT_RETENTION_DAYS >= 1:
        return []
    message = f"EVENT_RETENTION_DAYS is {settings.EVENT_RETENTION_DAYS}: events would go before they are a day old."
    return [Error(message, hint="A number of days, 1 or more. 30 is usual.", id="calls.E012")]


def drop_old(today: date | None = None) -> list[str]:
    """What is older than EVENT_RETENTION_DAYS; returns the names of the days that went.

    A day with an event that is not projected yet stays, and is said.
    """
    today = today or datetime.now(UTC).date()
    oldest_kept = today - timedelta(days=max(settings.EVENT_RETENTION_DAYS, 1))
    dropped = _drop_days([(name, day) for name, day in days() if day < oldest_kept])
    drop_in_steps(DELETE_STEP, _begins(oldest_kept))
    stayed = [day for _, day in days()]
    drop_leftovers(_begins(min([oldest_kept, *stayed])), now=_begins(today))
    return dropped


def _begins(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def days() -> list[tuple[str, date]]:
    """The day partitions that are there, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        names = [name for (name,) in cursor.fetchall()]
    found = [(name, re.fullmatch(NAME.format(r"(\d{8})"), name)) for name in names]
    return [(name, datetime.strptime(day[1], "%Y%m%d").replace(tzinfo=UTC).date()) for name, day in found if day]


def _drop_days(old: list[tuple[str, date]]) -> list[str]:
    """A backup, which reads the table for long, is waited for once and not once a day."""
    dropped = []
    try:
        for name, day in old:
            if _drop(name, day):
                dropped.append(name)
    except OperationalError as error:
        log.warning("old days are dropped later: the table is busy (%s)", type(error.__cause__ or error).__name__)
    return dropped


def _drop(name: str, day: date) -> bool:
    """DROP, since PostgreSQL detaches nothing concurrently where there is a default partition.

    Locked before it is looked at: an event of that day may be on its way in, and would go unseen.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_WITHIN])
        cursor.execute("LOCK TABLE ONLY calls_event IN ACCESS EXCLUSIVE MODE")
        if _still_waits(day):
            log.warning("%s is old and stays: it has events that are not projected", name)
            return False
        cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
    return True


def _still_waits(day: date) -> bool:
    bounds = [first_id_of(day), first_id_of(day + timedelta(days=1))]
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM calls_pending WHERE event_id >= %s AND event_id < %s)", bounds)
        (found,) = cursor.fetchone()
    return bool(found)
