"""Which operations are due: also those whose message was lost, and those that somebody died at."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.functions import Now

from tickets.models import Operation

MOST_AT_ONCE = 100


def due() -> list[int]:
    """Oldest first; what waits for another operation of its ticket is left out by the claim."""
    waiting = Q(state=Operation.State.WAITING, next_attempt_at__lte=Now())
    left = Q(state=Operation.State.RUNNING, lease_until__lt=Now())
    return list(Operation.objects.filter(waiting | left).order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
