"""Something is added to a ticket by whoever calls about it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from tickets.models import Comment, Ticket

# The customer has spoken: what waited for them, or seemed settled, is somebody's work again.
REOPENED = (Ticket.Status.PENDING, Ticket.Status.SOLVED)


class TicketClosedError(Exception):
    """A closed ticket takes nothing more."""


def lock_unclosed(number: int) -> Ticket:
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=number)
    if ticket.status == Ticket.Status.CLOSED:
        raise TicketClosedError
    return ticket


@transaction.atomic
def add_note(number: int, *, body: str, source: str) -> Ticket:
    """Raises TicketClosedError."""
    ticket = lock_unclosed(number)
    Comment.objects.create(ticket=ticket, body=body, source=source)
    if ticket.status in REOPENED:
        ticket.status = Ticket.Status.OPEN
    ticket.updated_at = timezone.now()
    ticket.save(update_fields=["status", "updated_at"])
    return ticket
