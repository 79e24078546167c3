"""How long who asked for a person may wait: until somebody has taken it, and until it is resolved."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db.models import Q

from calls.models import Escalation

NAMES = ("ESCALATION_CLAIM_S", "ESCALATION_RESOLVE_S")
LONGEST_S = 30 * 24 * 60 * 60
State = Escalation.State
# state → the setting that bounds it, and what is to be done by then
STEPS = {State.OPEN: ("ESCALATION_CLAIM_S", "claim"), State.CLAIMED: ("ESCALATION_RESOLVE_S", "resolve")}


def due_at(escalation: Escalation) -> datetime | None:
    """None where nothing is left to be done."""
    step = STEPS.get(State(escalation.state))
    return escalation.created_at + allowed(step[0]) if step else None


def to_do(escalation: Escalation) -> str:
    return STEPS[State(escalation.state)][1]


def is_overdue(escalation: Escalation, now: datetime) -> bool:
    due = due_at(escalation)
    return due is not None and due < now


def was_late(escalation: Escalation) -> bool:
    """Resolved, but after its time."""
    done = escalation.resolved_at
    return done is not None and done > escalation.created_at + allowed("ESCALATION_RESOLVE_S")


def overdue(now: datetime) -> Q:
    """The same as `is_overdue`, for the database."""
    late = [Q(state=state, created_at__lt=now - allowed(name)) for state, (name, _) in STEPS.items()]
    return reduce(or_, late)


def allowed(name: str) -> timedelta:
    return timedelta(seconds=int(getattr(settings, name)))


def check_deadlines(**_: Any) -> list[CheckMessage]:
    """Registered as a system check in calls.apps."""
    wrong = [name for name in NAMES if not _is_possible(getattr(settings, name))]
    if not wrong and allowed(NAMES[0]) > allowed(NAMES[1]):
        hint = "Somebody has to take an escalation before they can resolve it."
        return [Error("ESCALATION_CLAIM_S is longer than ESCALATION_RESOLVE_S.", hint, id="calls.E021")]
    hint = f"It is a number of seconds from 1 to {LONGEST_S}, such as 300."
    return [Error(f"{name} was not understood: {getattr(settings, name)!r}.", hint, id="calls.E020") for name in wrong]


def _is_possible(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10 and 0 < int(text) <= LONGEST_S
