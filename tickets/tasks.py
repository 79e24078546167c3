"""Celery's entry points of the ticket side."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from tickets import operations

# As long as the sweep's own pause: what is not begun by then is sent again.
EXPIRES_S = 2


@shared_task(name="tickets.perform_due")
def perform_due() -> int:
    """Each gets a message of its own, so that a slow CRM holds up one thread and not the rest."""
    ids = operations.due(timezone.now())
    for operation_id in ids:
        perform.apply_async((operation_id,), expires=EXPIRES_S)
    return len(ids)


@shared_task(name="tickets.perform")
def perform(operation_id: int) -> str:
    return operations.perform(operation_id).state
