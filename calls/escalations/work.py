"""What people do with an escalation. Each is one UPDATE on the condition that it still stands as it was seen.

Of two people at once the database lets one win; the other hears who has it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from calls.escalations.errors import CannotTakeError, NoResolutionError, TooLateError
from calls.models import Escalation, EscalationEvent
from supportvoice import live

LIVE_NAME = "escalations"
MAY_WORK = "calls.change_escalation"

State, Kind = Escalation.State, EscalationEvent.Kind
IS_OPEN = Q(state=State.OPEN)


def claim(escalation: int, *, by: User) -> None:
    _move(escalation, IS_OPEN, _taken_by(by), kind=Kind.CLAIMED, by=by)


def assign(escalation: int, *, by: User, to: User, seen_with: int | None) -> None:
    """`seen_with` is who had it on the screen of `by`, None for nobody."""
    if not (to.is_active and to.has_perm(MAY_WORK)):
        raise CannotTakeError(to)
    _move(escalation, _is_with(seen_with), _taken_by(to), kind=Kind.ASSIGNED, by=by, to=to)


def release(escalation: int, *, by: User) -> None:
    nobodys = {"state": State.OPEN, "claimed_by": None, "claimed_at": None}
    _move(escalation, _is_with(by.pk), nobodys, kind=Kind.RELEASED, by=by)


def resolve(escalation: int, *, by: User, resolution: str) -> None:
    """By who has it, or by anybody while nobody does."""
    resolution = resolution.strip()
    if not resolution:
        raise NoResolutionError
    settled = {"state": State.RESOLVED, "resolved_at": Now(), "resolution": resolution}
    _move(escalation, IS_OPEN | _is_with(by.pk), settled, kind=Kind.RESOLVED, by=by, note=resolution)


def tell(escalation: Escalation) -> None:
    """After the commit: whoever watches escalations, or this call, looks again."""
    names = [LIVE_NAME, *([escalation.call.vapi_id] if escalation.call else [])]
    transaction.on_commit(partial(live.publish, "calls", {"ids": names}))


def _is_with(person: int | None) -> Q:
    return IS_OPEN if person is None else Q(state=State.CLAIMED, claimed_by=person)


def _taken_by(person: User) -> dict[str, Any]:
    return {"state": State.CLAIMED, "claimed_by": person, "claimed_at": Now()}


@transaction.atomic
def _move(escalation: int, seen: Q, change: dict[str, Any], **event: Any) -> None:
    moved = Escalation.objects.filter(seen, pk=escalation).update(**change)
    now = Escalation.objects.select_related("call", "claimed_by").get(pk=escalation)
    if not moved:
        raise TooLateError(now)
    EscalationEvent.objects.create(escalation=now, **event)
    tell(now)
