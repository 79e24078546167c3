"""The projection's loop: which call next, and one transaction a call."""

from __future__ import annotations

import logging
import time
import zlib
from functools import partial
from uuid import UUID

from django.db import transaction

from calls.message import UNDECODABLE
from calls.projection import pending
from calls.projection.fold import advance
from calls.projection.message import EventRow, StoredMessage
from calls.projection.write import write
from supportvoice import live

log = logging.getLogger(__name__)

LONGEST_RUN_S = 60  # below Celery's soft limit; the next wake goes on


def project_pending(limit: int = 500) -> int:
    """Until no due row is left. Returns how many events were applied."""
    applied, passed = 0, set[str]()
    stop_at = time.monotonic() + LONGEST_RUN_S
    while time.monotonic() < stop_at and (due := pending.due_calls(limit, without=passed)):
        for call_id in due:
            count = _attempt(call_id)
            applied += count or 0
            if count is None:
                passed.add(call_id)
    return applied


def project_call(call_id: str) -> int:
    """What is due of one call. Nothing where another worker is at it."""
    return _attempt(call_id) or 0


def _attempt(call_id: str) -> int | None:
    """How many events were applied; None where the call is another worker's, or failed and waits for its next try."""
    try:
        with transaction.atomic():
            return project_locked(call_id) if pending.lock(call_id) else None
    except Exception as error:
        log.exception("call %s could not be projected", call_id)
        pending.postpone_call(call_id, f"{type(error).__name__}: {error}")
        return None


def project_locked(call_id: str) -> int:
    """One batch of what is due, in the transaction that holds the call's lock. Raises what goes wrong."""
    due = pending.read_due(call_id)
    if not due.ids:
        return 0
    fresh, unreadable = _read(due.rows)
    before = pending.load_state(call_id)
    folded = advance(before, fresh, stored=lambda: _read(pending.read_stored(call_id, due.ids))[0])
    failed = unreadable | {event_id: error for event_id, error in folded.failed.items() if event_id in set(due.ids)}
    pending.postpone(failed)
    pending.settle([event_id for event_id in due.ids if event_id not in failed])
    applied = sum(message.id not in failed for message in fresh)
    if applied:
        write(call_id, before, folded.state)
        pending.save_state(call_id, folded.state)
        transaction.on_commit(partial(live.publish, "calls", {"ids": [call_id]}))
    return applied


def _read(rows: list[EventRow]) -> tuple[list[StoredMessage], dict[UUID, str]]:
    messages, unreadable = [], {}
    for row in rows:
        try:
            messages.append(StoredMessage(row))
        except (*UNDECODABLE, zlib.error) as error:
            log.exception("event %s cannot be read", row.id)
            unreadable[row.id] = f"{type(error).__name__}: {error}"
    return messages, unreadable
