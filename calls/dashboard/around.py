"""What stands around one call: the caller's other calls, and their other open tickets."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from calls.models import Call
from tickets.models import Ticket

MOST_CALLS = 5
MOST_TICKETS = 8


def other_calls(call: Call) -> QuerySet[Call]:
    """Of the same customer; of the same number where no customer is known."""
    if call.customer_id:
        same = Q(customer=call.customer_id)
    elif call.customer_number:
        same = Q(customer_number=call.customer_number)
    else:
        return Call.objects.none()
    return Call.objects.filter(same).exclude(pk=call.pk).select_related("report")[:MOST_CALLS]


def open_tickets(call: Call, without: Collection[int]) -> QuerySet[Ticket]:
    """What the customer has open besides those the call is about."""
    if not call.customer_id:
        return Ticket.objects.none()
    settled = (Ticket.Status.SOLVED, Ticket.Status.CLOSED)
    theirs = Ticket.objects.filter(customer=call.customer_id).exclude(status__in=settled)
    return theirs.exclude(pk__in=without)[:MOST_TICKETS]
