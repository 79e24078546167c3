"""The event table's day partitions. An event whose day has none goes to the default partition."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg import sql

from calls.intake.event_key import first_id_at

_ADVISORY_LOCK = 0x5654_0001
NAME = "calls_event_p{}"
# Whoever stores an event queues behind a change of the table that waits for its lock, and a tool call has 800 ms: what
# cannot have it at once is tried again in an hour.
LOCK_WITHIN = "200ms"
# What is only added to, and dropped as a whole, needs no vacuum for having grown, which would read it again and again.
_CREATE = """
CREATE TABLE {} PARTITION OF calls_event FOR VALUES FROM ({}) TO ({}) WITH (autovacuum_vacuum_insert_threshold = -1)
"""
# Looked for by call and by id, and otherwise read as a whole: a tenth of the usual sample says enough of it, and none
# is needed of what nothing is looked for by. The usual takes a processor for 0.3 s, once a minute while events pour in.
# Of too few rows none seem to be of one call, so how many a call has is said.
_SAMPLE = """
ALTER TABLE {} ALTER id SET STATISTICS 10, ALTER call_id SET STATISTICS 10, ALTER call_id SET (n_distinct = -0.01),
ALTER type SET STATISTICS 10, ALTER stamped_at SET STATISTICS 10, ALTER received_at SET STATISTICS 10,
ALTER body SET STATISTICS 0, ALTER received_bytes SET STATISTICS 0, ALTER artifact_bytes SET STATISTICS 0,
ALTER assistant_hash SET STATISTICS 0, ALTER artifact_hash SET STATISTICS 0
"""

log = logging.getLogger(__name__)


def ensure(days_ahead: int, today: date | None = None) -> list[str]:
    """Makes what is missing for today and the days ahead; returns the names of those it made."""
    first = today or datetime.now(UTC).date()
    days = [first + timedelta(days=number) for number in range(days_ahead + 1)]
    made: list[str] = []
    try:
        made.extend(name for day in days if (name := _ensure_day(day)))
    except OperationalError as error:
        log.warning("days are made ahead later: the table is busy (%s)", type(error.__cause__ or error).__name__)
    return made


def _ensure_day(day: date) -> str | None:
    """None where it is there already, or where the default partition holds rows of that day and must keep them."""
    name = NAME.format(f"{day:%Y%m%d}")
    low, high = first_id_of(day), first_id_of(day + timedelta(days=1))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        (exists,) = cursor.fetchone()
        cursor.execute("SELECT EXISTS (SELECT FROM calls_event_default WHERE id >= %s AND id < %s)", [low, high])
        (taken,) = cursor.fetchone()
        if exists or taken:
            return None
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_WITHIN])
        cursor.execute(sql.SQL(_CREATE).format(sql.Identifier(name), sql.Literal(str(low)), sql.Literal(str(high))))
        cursor.execute(sql.SQL(_SAMPLE).format(sql.Identifier(name)))
    return name


def first_id_of(day: date) -> UUID:
    return first_id_at(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000))
