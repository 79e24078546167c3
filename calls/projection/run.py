"""The projection's loop: which calls next, one transaction for many of them, and what becomes of one that fails."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from calls.projection import pending
from calls.projection.batch import project_locked
from calls.projection.places import place

log = logging.getLogger(__name__)

LONGEST_RUN_S = 60.0  # below Celery's soft limit; the next wake goes on
CALLS_TOGETHER = 64
# Between two batches as long as the last one took, so that intake has its turn: docs/decisions/0012.
LONGEST_REST_S = 0.03
# Who holds a call's row for longer holds up that call alone, not the others of its batch.
_LOCK_WITHIN = "SET LOCAL lock_timeout = '2s'"
_STOOD_IN_THE_WAY = DeadlockDetected | LockNotAvailable | SerializationFailure


@dataclass(frozen=True)
class Done:
    """`left`: calls that are another worker's, or that failed and wait for their next try."""

    applied: int
    left: frozenset[str]

    def __add__(self, other: Done) -> Done:
        return Done(self.applied + other.applied, self.left | other.left)


def project_where_there_is_a_place() -> int:
    """As `project_pending`; nothing where as many processes of this machine project as may. These see to all of it:
    whoever gives a place back looks once more for what came while others were turned away.
    """
    applied, ends_at = 0, time.monotonic() + LONGEST_RUN_S
    while (left_s := ends_at - time.monotonic()) > 0:
        with place() as there_is_one:
            newly = project_pending(longest_s=left_s) if there_is_one else 0
        applied += newly
        if not newly or not pending.due_calls(1, without=()):
            break
    return applied


def project_pending(limit: int = 500, together: int = CALLS_TOGETHER, longest_s: float = LONGEST_RUN_S) -> int:
    """Until no due row is left. Returns how many events were applied."""
    done, took_s = Done(0, frozenset()), 0.0
    stop_at = time.monotonic() + longest_s
    while time.monotonic() < stop_at and (due := pending.due_calls(limit, without=done.left)):
        rests = not pending.is_behind()
        for start in range(0, len(due), together):
            time.sleep(min(took_s, LONGEST_REST_S) if rests else 0)
            began = time.monotonic()
            done += _project(due[start : start + together])
            took_s = time.monotonic() - began
    return done.applied


def project_call(call_id: str) -> int:
    """What is due of one call. Nothing where another worker is at it."""
    return _project([call_id]).applied


def _project(calls: Sequence[str]) -> Done:
    """In one transaction. Where something goes wrong nothing of it stands: each half is tried for itself."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_LOCK_WITHIN)
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
