"""What stands around one call: the caller's other calls, and the tickets they are about."""

from __future__ import annotations

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


def tickets(call: Call) -> QuerySet[Ticket]:
    """Touched in this call, and what the customer has open besides."""
    settled = (Ticket.Status.SOLVED, Ticket.Status.CLOSED)
    touched = Q(tool_calls__call=call) | Q(escalations__call=call)
    if call.customer_id:
        touched |= Q(customer=call.customer_id) & ~Q(status__in=settled)
    return Ticket.objects.filter(touched).distinct()[:MOST_TICKETS]
