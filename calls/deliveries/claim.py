"""Taking a delivery for one attempt: the same lease and fence as an operation's, by the database's clock as there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Now

from calls.models import Delivery
from calls.models.delivery import OPEN

LEASE = timedelta(seconds=45)
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Claim:
    delivery: Delivery

    def write(self, **fields: Any) -> bool:
        """False where another attempt has it by now."""
        mine = Delivery.objects.filter(pk=self.delivery.pk, attempt=self.delivery.attempt)
        return bool(mine.update(**fields))


def due() -> list[int]:
    found = Delivery.objects.filter(_is_free(), state__in=OPEN)
    return list(found.order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])


def claim(delivery_id: int) -> Claim | None:
    free = Delivery.objects.filter(_is_free(), pk=delivery_id, state__in=OPEN)
    if not free.update(attempt=F("attempt") + 1, lease_until=Now() + LEASE):
        return None
    delivery = Delivery.objects.select_related("tool_call__call", "tool_call__ticket", "operation").get(pk=delivery_id)
    return Claim(delivery)


def _is_free() -> Q:
    return Q(next_attempt_at__lte=Now()) & (Q(lease_until=None) | Q(lease_until__lt=Now()))
