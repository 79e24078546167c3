"""Stored events through the projection once more: after a mended fold, or where rows do not say what the events say.

Only what the projection owns is written anew. Tools are not called, tickets and escalations stay as they are.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from calls.models import Event, Pending
from calls.projection import pending
from calls.projection.batch import project_locked
from calls.projection.fold import some_are_gone
from calls.projection.snapshot import Difference, Snapshot, differences, snapshot

log = logging.getLogger(__name__)

WAIT_FOR_WORKER_S = 5.0
LOOK_EVERY_S = 0.1


class ReplayError(Exception):
    """Nothing was changed."""


@dataclass(frozen=True)
class Replay:
    call_id: str
    applied: int
    failed: int
    before: Snapshot
    after: Snapshot

    @property
    def changes(self) -> list[Difference]:
        return differences(self.before, self.after)

    def __str__(self) -> str:
        failed = f", {self.failed} could not be" if self.failed else ""
        counts = f"{self.after.get('turns', 0)} turns, {self.after.get('interruptions', 0)} interruptions"
        outcome = f"{len(self.changes)} changed" if self.changes else "nothing changed"
        events = "event" if self.applied == 1 else "events"
        return f"Call {self.call_id}: {self.applied} {events} applied{failed}; {counts}; {outcome}."


def replay_call(call_id: str) -> Replay:
    """All stored events of the call from the first, as if it had never been seen."""
    return _replay(call_id, None)


def replay_event(event_id: UUID) -> Replay:
    """One event once more in its place: the call is folded anew around it."""
    event = Event.objects.filter(pk=event_id).only("call_id").first()
    if event is None:
        raise ReplayError(f"There is no event {event_id}.")
    if event.call_id is None:
        raise ReplayError(f"Event {event_id} belongs to no call, so nothing is made of it.")
    return _replay(event.call_id, event_id)


def _replay(call_id: str, only: UUID | None) -> Replay:
    """In one transaction: whoever reads the call sees it before or after, never half."""
    try:
        with transaction.atomic():
            return _fold_anew(call_id, only)
    except ReplayError:
        raise
    except Exception as error:
        log.exception("call %s could not be replayed", call_id)
        raise ReplayError(f"Call {call_id} could not be replayed: {type(error).__name__}: {error}") from error


def _fold_anew(call_id: str, only: UUID | None) -> Replay:
    _lock(call_id)
    stored = set(Event.objects.filter(call_id=call_id).values_list("pk", flat=True))
    if not stored:
        raise ReplayError(f"No event of call {call_id} is stored.")
    if some_are_gone(pending.load_state(call_id), stored):
        raise ReplayError(f"Call {call_id} has lost events to retention: what is left does not make the call.")
    before = snapshot(call_id)
    if only is None:
        pending.drop_state(call_id)
    ids = list(stored) if only is None else [only]
    pending.put_back(ids)
    applied = _project(call_id)
    failed = Pending.objects.filter(event_id__in=ids).count()
    return Replay(call_id, applied, failed, before, snapshot(call_id))


def _project(call_id: str) -> int:
    """Batch by batch; what cannot be applied is postponed, and so no longer due."""
    applied = 0
    while count := project_locked([call_id]):
        applied += count
    return applied


def _lock(call_id: str) -> None:
    """A worker that is at the call is waited for."""
    give_up_at = time.monotonic() + WAIT_FOR_WORKER_S
    while not pending.lock(call_id):
        if time.monotonic() > give_up_at:
            raise ReplayError(f"A worker is busy with call {call_id}. Try again in a moment.")
        time.sleep(LOOK_EVERY_S)
