"""A callback is booked: one for a call and an hour, however often it is asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from calls.models import Call, Callback
from tickets.models import Customer

HOUR = timedelta(hours=1)


@transaction.atomic
def book_callback(
    *, call: Call | None, customer: Customer | None, number: str, due_at: datetime, topic: str
) -> Callback:
    """What is said last of one hour counts. The constraint decides between two who ask at once."""
    if call is not None:
        # Serialises askers of one call; the row is there before any tool runs.
        Call.objects.select_for_update(no_key=True).get(pk=call.pk)
        if booked := _booked(call, due_at):
            booked.number, booked.due_at, booked.topic = number, due_at, topic
            booked.save(update_fields=["number", "due_at", "topic"])
            return booked
    return Callback.objects.create(call=call, customer=customer, number=number, due_at=due_at, topic=topic)


def _booked(call: Call, due_at: datetime) -> Callback | None:
    hour = due_at.replace(minute=0, second=0, microsecond=0)
    same_hour = Callback.objects.filter(call=call, due_at__gte=hour, due_at__lt=hour + HOUR)
    return same_hour.filter(state=Callback.State.OPEN).first()
