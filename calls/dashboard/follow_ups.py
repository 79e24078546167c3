"""What was promised to callers and waits for a person: callbacks, and requests to cancel or to refund."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from calls.dashboard.intent import alarms
from calls.dashboard.writes import for_a_person
from calls.models import Callback
from tickets.models import ServiceRequest

MOST_SHOWN = 100
SOON = timedelta(hours=1)
SHOWN = {"": "Callbacks", "requests": "Requests", "settled": "Settled"}


@dataclass(frozen=True)
class FollowUp:
    """`kind` names the template that shows `it`."""

    kind: str
    it: Callback | ServiceRequest
    at: datetime


@dataclass(frozen=True)
class Waiting:
    """Counted for Live."""

    overdue: int
    soon: int
    next_due: datetime | None
    requests: int
    writes: int
    intents: list[str]

    @property
    def total(self) -> int:
        return self.overdue + self.soon + self.requests + self.writes + len(self.intents)


def callbacks() -> QuerySet[Callback]:
    return Callback.objects.select_related("call", "customer", "settled_by")


def requests() -> QuerySet[ServiceRequest]:
    return ServiceRequest.objects.select_related("ticket__customer", "decided_by")


def follow_ups(shown: str) -> list[FollowUp]:
    return LISTS[shown]()


def _open_callbacks() -> list[FollowUp]:
    """The one that is due first."""
    still_open = callbacks().filter(state=Callback.State.OPEN).order_by("due_at", "pk")
    return [FollowUp("callback", one, one.due_at) for one in still_open[:MOST_SHOWN]]


def _undecided_requests() -> list[FollowUp]:
    """The one that has waited longest."""
    undecided = requests().filter(state=ServiceRequest.State.REQUESTED).order_by("requested_at", "pk")
    return [FollowUp("request", one, one.requested_at) for one in undecided[:MOST_SHOWN]]


def _settled() -> list[FollowUp]:
    """Newest first."""
    done = (
        callbacks().exclude(state=Callback.State.OPEN).filter(settled_at__isnull=False).order_by("-settled_at", "-pk")
    )
    decided = requests().exclude(state=ServiceRequest.State.REQUESTED).filter(decided_at__isnull=False)
    both = [FollowUp("callback", one, one.settled_at) for one in done[:MOST_SHOWN] if one.settled_at]
    newest = decided.order_by("-decided_at", "-pk")[:MOST_SHOWN]
    both += [FollowUp("request", one, one.decided_at) for one in newest if one.decided_at]
    return sorted(both, key=lambda one: one.at, reverse=True)[:MOST_SHOWN]


LISTS = {"": _open_callbacks, "requests": _undecided_requests, "settled": _settled}


def counts() -> dict[str, int]:
    """What waits, by the name of its list."""
    return {
        "": Callback.objects.filter(state=Callback.State.OPEN).count(),
        "requests": ServiceRequest.objects.filter(state=ServiceRequest.State.REQUESTED).count(),
        "settled": 0,
    }


def waiting(now: datetime) -> Waiting:
    due = Callback.objects.filter(state=Callback.State.OPEN, due_at__lte=now + SOON).aggregate(
        overdue=Count("pk", filter=Q(due_at__lt=now)),
        soon=Count("pk", filter=Q(due_at__gte=now)),
        next_due=Min("due_at"),
    )
    undecided = ServiceRequest.objects.filter(state=ServiceRequest.State.REQUESTED).count()
    return Waiting(**due, requests=undecided, writes=for_a_person(), intents=alarms(now))
