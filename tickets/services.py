"""What can be done to tickets, for whoever asks: the phone agent, a page, a command."""

from __future__ import annotations

from django.db import transaction

from tickets.models import Comment, Customer, Ticket


def customer_by_phone(number: str) -> Customer | None:
    """The one customer with that number; None for nobody, and for several: then the number tells nothing."""
    if not number:
        return None
    matches = list(Customer.objects.filter(phone=number)[:2])
    return matches[0] if len(matches) == 1 else None


@transaction.atomic
def create_ticket(*, issue: str, priority: str, customer: Customer | None, note: str) -> Ticket:
    ticket = Ticket.objects.create(issue=issue, priority=priority, customer=customer)
    if note:
        Comment.objects.create(ticket=ticket, source=Comment.Source.PHONE_AGENT, body=note)
    return ticket
