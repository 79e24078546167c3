"""Celery's entry points of the ticket side."""

from __future__ import annotations

from celery import shared_task

from tickets import operations


@shared_task(name="tickets.perform_due")
def perform_due() -> int:
    """Each gets a message of its own, so that a slow CRM holds up one thread and not the rest.

    Without an expiry: another worker's clock would judge it, and the claim finds out what is done already.
    """
    ids = operations.due()
    for operation_id in ids:
        perform.apply_async((operation_id,))
    return len(ids)


@shared_task(name="tickets.perform")
def perform(operation_id: int) -> str:
    return operations.perform(operation_id).state
