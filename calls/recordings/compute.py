"""Which recordings are still without a waveform, and one attempt at each. The row says when the next one is due."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from calls.models import Recording
from calls.recordings.download import arriving
from calls.recordings.peaks import UnsupportedError, peaks
from calls.vapi.errors import NoKeyError, VapiError
from supportvoice import live

WAIT_S = (5, 10, 20, 60, 300, 900, 3600, 6 * 3600)  # after the first attempt, the second …
WITHOUT_KEY_WAIT_S = 600
LONGEST_RUN_S = 20.0  # with the longest download on top still below Celery's soft limit
ONE_AT_A_TIME = 0x7065616B73  # the key of an advisory lock

log = logging.getLogger(__name__)


def compute_due() -> int:
    """Until none is due. Returns how many were attempted."""
    attempted, stop_at = 0, time.monotonic() + LONGEST_RUN_S
    # Slow downloads in every worker at once would leave none for the projection.
    with _only_one() as may:
        while may and time.monotonic() < stop_at and (recording := _claim()):
            _attempt(recording)
            attempted += 1
    return attempted


@contextmanager
def _only_one() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
        may = bool(cursor.fetchone()[0])
        try:
            yield may
        finally:
            if may:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def _claim() -> Recording | None:
    """The one that waits longest. Counted before the attempt: one that kills its worker is not tried for ever."""
    due = Recording.objects.filter(state=Recording.State.WAITING, next_attempt_at__lte=Now())
    recording = due.select_related("call").defer("peaks").order_by("next_attempt_at").first()
    if recording is None:
        return None
    wait = timedelta(seconds=WAIT_S[min(recording.attempts, len(WAIT_S) - 1)])
    _save(recording, attempts=F("attempts") + 1, next_attempt_at=Now() + wait)
    recording.attempts += 1
    return recording


def _attempt(recording: Recording) -> None:
    try:
        with arriving(recording.call.vapi_id) as file:
            found = peaks(file)
    except NoKeyError as error:
        later = Now() + timedelta(seconds=WITHOUT_KEY_WAIT_S)
        _save(recording, attempts=0, next_attempt_at=later, error=str(error))
    except VapiError as error:
        ended = error.is_final or recording.attempts > len(WAIT_S)
        _save(recording, state=Recording.State.FAILED if ended else Recording.State.WAITING, error=str(error)[:200])
    except UnsupportedError as error:
        _save(recording, state=Recording.State.UNSUPPORTED, error=str(error)[:200])
    else:
        ready = {"state": Recording.State.READY, "error": ""}
        _save(recording, duration_ms=found.duration_ms, peaks=found.pairs, **ready)
        live.publish("calls", {"ids": [recording.call.vapi_id]})


def _save(recording: Recording, **values: Any) -> None:
    Recording.objects.filter(pk=recording.pk).update(**values)
