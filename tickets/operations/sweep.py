"""Which operations are due: also those whose message was lost, and those that somebody died at."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from tickets.models import Operation

MOST_AT_ONCE = 100


def due(now: datetime) -> list[int]:
    """Oldest first; what waits for another operation of its ticket is left out by the claim."""
    waiting = Q(state=Operation.State.WAITING, next_attempt_at__lte=now)
    left = Q(state=Operation.State.RUNNING, lease_until__lt=now)
    return list(Operation.objects.filter(waiting | left).order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
