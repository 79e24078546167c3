"""Escalations as people work them: what waits first, with the call's last words; then one of them, with its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Case, Count, Prefetch, Q, QuerySet, When
from django.utils import timezone

from calls.dashboard.lines import Line, line
from calls.dashboard.paging import Page, page_of
from calls.escalations.deadlines import overdue
from calls.escalations.work import MAY_WORK
from calls.intake import words as spoken
from calls.models import Escalation, EscalationEvent, Turn

MOST_SHOWN = 100
SHOWN = {"": "Unresolved", "overdue": "Overdue", "mine": "Mine", "resolved": "Resolved"}


@dataclass(frozen=True)
class Row:
    escalation: Escalation
    line: Line


@dataclass(frozen=True)
class Queue:
    rows: list[Row]
    more: int
    page: Page[Escalation] | None = None


def escalations() -> QuerySet[Escalation]:
    history = EscalationEvent.objects.select_related("by", "to")
    around = ("call__assistant", "call__customer", "ticket", "claimed_by")
    return Escalation.objects.select_related(*around).prefetch_related(Prefetch("events", history, to_attr="history"))


def queue(user: int | None, shown: str) -> Queue:
    """Overdue ones first, then those that nobody has, and of those the one that has waited longest."""
    late = overdue(timezone.now())
    unresolved = escalations().exclude(state=Escalation.State.RESOLVED)
    if shown == "mine":
        unresolved = unresolved.filter(claimed_by=user)
    elif shown == "overdue":
        unresolved = unresolved.filter(late)
    punctual = Case(When(late, then=0), default=1)
    found = list(unresolved.order_by(punctual, "-state", "created_at", "pk")[: MOST_SHOWN + 1])
    more = unresolved.count() - MOST_SHOWN if len(found) > MOST_SHOWN else 0
    return Queue(_rows(found[:MOST_SHOWN]), more)


def counts(user: int | None) -> dict[str, int]:
    """How many stand in each list that is worked through."""
    unresolved = Escalation.objects.exclude(state=Escalation.State.RESOLVED)
    counted: dict[str, int] = unresolved.aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=overdue(timezone.now())),
        mine=Count("pk", filter=Q(claimed_by=user)),
    )
    return counted


def resolved(before: str, after: str) -> Queue:
    done = escalations().filter(state=Escalation.State.RESOLVED, resolved_at__isnull=False)
    page = page_of(done, before, after, by="resolved_at")
    return Queue(_rows(page.rows), 0, page)


def colleagues() -> QuerySet[User]:
    """Whom an escalation can be given to."""
    able = User.objects.with_perm(MAY_WORK, backend="django.contrib.auth.backends.ModelBackend")
    return able.order_by("first_name", "username")


def _rows(found: Iterable[Escalation]) -> list[Row]:
    calls = [one.call for one in found if one.call]
    newest = Turn.objects.filter(call__in=calls).order_by("call_id", "-position").distinct("call_id")
    turns = {turn.call_id: turn for turn in newest}
    words = spoken.latest([call.vapi_id for call in calls if not call.ended_at])
    return [
        Row(one, line(turns.get(one.call_id or 0), words.get(one.call.vapi_id if one.call else ""))) for one in found
    ]
