"""Something is added to a ticket by whoever calls about it."""

from __future__ import annotations

from django.db import transaction

from tickets.changes import set_fields
from tickets.models import Comment, Ticket, TicketChange

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
    status = Ticket.Status.OPEN if ticket.status in REOPENED else ticket.status
    set_fields(ticket, {"status": status}, None, TicketChange.Source.PHONE_AGENT)
    return ticket
