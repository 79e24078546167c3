"""The projection's loop: which calls next, one transaction for many of them, and what becomes of one that fails."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from calls.intake.wake import PROJECT_PENDING
from calls.projection import pending
from calls.projection.batch import project_locked
from calls.projection.places import place
from supportvoice.wake import awake

log = logging.getLogger(__name__)

LONGEST_RUN_S = 60.0  # below Celery's soft limit; the next wake goes on
CALLS_TOGETHER = 64
MOST_CALLS = 128  # found to be due at a time: a new call waits no longer than two batches
SWEPT_AFTER = 20_000  # events applied
# Between two batches as long as the last one took, so that intake has its turn: docs/decisions/0012.
LONGEST_REST_S = 0.03
# Who holds a call's row for longer holds up that call alone, not the others of its batch.
_LOCK_WITHIN = "SET LOCAL lock_timeout = '2s'"
# What an index of words puts off is done soon: with PostgreSQL's own 4 MB one batch in some writes for 0.15 s, and
# intake waits for it.
_PUTS_OFF = "SET LOCAL gin_pending_list_limit = '256kB'"
_STOOD_IN_THE_WAY = DeadlockDetected | LockNotAvailable | SerializationFailure


@dataclass(frozen=True)
class Done:
    """`left`: calls that are another worker's, or that failed and wait for their next try."""

    applied: int
    left: frozenset[str]

    def __add__(self, other: Done) -> Done:
        return Done(self.applied + other.applied, self.left | other.left)


NOTHING = Done(0, frozenset())


def project_where_there_is_a_place() -> int:
    """As `project_pending`; nothing where as many processes of this machine project as may. These see to all of it:
    whoever gives a place back looks once more for what came while others were turned away, or were not woken.
    """
    done, stop_at = NOTHING, time.monotonic() + LONGEST_RUN_S
    while time.monotonic() < stop_at:
        with place() as there_is_one:
            if not there_is_one:
                break
            with awake(PROJECT_PENDING, LONGEST_RUN_S):
                done = _project_due(done, MOST_CALLS, CALLS_TOGETHER, stop_at)
        if not pending.due_calls(1, without=done.left):
            break
    return done.applied


def project_pending(limit: int = MOST_CALLS, together: int = CALLS_TOGETHER) -> int:
    """Until no due row is left. Returns how many events were applied."""
    return _project_due(NOTHING, limit, together, time.monotonic() + LONGEST_RUN_S).applied


def _project_due(done: Done, limit: int, together: int, stop_at: float) -> Done:
    took_s, swept = 0.0, done.applied
    while time.monotonic() < stop_at and (due := pending.due_calls(limit, without=done.left)):
        if done.applied - swept >= SWEPT_AFTER:
            pending.sweep()
            swept = done.applied
        rests = not pending.is_behind()
        for start in range(0, len(due), together):
            time.sleep(min(took_s, LONGEST_REST_S) if rests else 0)
            began = time.monotonic()
            done += _project(due[start : start + together])
            took_s = time.monotonic() - began
    return done


def project_call(call_id: str) -> int:
    """What is due of one call. Nothing where another worker is at it."""
    return _project([call_id]).applied


def _project(calls: Sequence[str]) -> Done:
    """In one transaction. Where something goes wrong nothing of it stands: each half is tried for itself."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"{_LOCK_WITHIN}; {_PUTS_OFF}")
            mine = pending.lock_free(calls)
            return Done(project_locked(mine), frozenset(calls).difference(mine))
    except Exception as error:
        if len(calls) == 1:
            return _failed(calls[0], error)
        log.warning("%d calls could not be projected together: %s", len(calls), type(error).__name__)
    half = len(calls) // 2
    return _project(calls[:half]) + _project(calls[half:])


def _failed(call_id: str, error: Exception) -> Done:
    """A call that only stood in another's way is as due as before: the next run takes it."""
    if isinstance(error.__cause__, _STOOD_IN_THE_WAY):
        log.warning("call %s stood in the way of another transaction: %s", call_id, error)
    else:
        log.error("call %s could not be projected", call_id, exc_info=error)
        pending.postpone_call(call_id, f"{type(error).__name__}: {error}")
    return Done(0, frozenset([call_id]))
