"""What one customer has open."""

from __future__ import annotations

from tickets.lookup import FoundTicket
from tickets.models import Customer, Ticket
from tickets.models.ticket import SETTLED


def count_open_tickets(customer: Customer) -> int:
    return customer.tickets.exclude(status__in=SETTLED).count()


def newest_open_tickets(customer: Customer, most: int) -> list[FoundTicket]:
    found = customer.tickets.exclude(status__in=SETTLED).select_related("assigned_agent")
    return [_found(ticket, customer) for ticket in found.order_by("-created_at", "-number")[:most]]


def _found(ticket: Ticket, customer: Customer) -> FoundTicket:
    agent = ticket.assigned_agent
    return FoundTicket(
        number=ticket.number,
        status=ticket.status,
        priority=ticket.priority,
        issue=ticket.issue,
        updated_at=ticket.updated_at,
        assigned_agent=(agent.get_full_name() or agent.get_username()) if agent else ticket.crm_assignee,
        customer_phone=customer.phone,
        crm_number=ticket.crm_number,
        customer_id=customer.pk,
    )
