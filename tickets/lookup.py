"""Finding one ticket: the lookups' one SQL text, whoever runs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tickets.models import Ticket

FIND_TICKET = """
SELECT ticket.number, ticket.status, ticket.priority, ticket.issue, ticket.updated_at,
       COALESCE(NULLIF(TRIM(CONCAT_WS(' ', agent.first_name, agent.last_name)), ''), agent.username, ''),
       COALESCE(customer.phone, '')
FROM tickets_ticket ticket
LEFT JOIN tickets_customer customer ON customer.id = ticket.customer_id
LEFT JOIN auth_user agent ON agent.id = ticket.assigned_agent_id
WHERE ticket.number = %s
"""
LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class FoundTicket:
    """`assigned_agent` and `customer_phone` (E.164) are empty where there is none."""

    number: int
    status: str
    priority: str
    issue: str
    updated_at: datetime
    assigned_agent: str
    customer_phone: str

    @property
    def status_in_words(self) -> str:
        return Ticket.Status(self.status).label.lower()


def find_ticket(number: int) -> FoundTicket | None:
    if not 0 < number <= LARGEST_NUMBER:
        return None
    with connection.cursor() as cursor:
        cursor.execute(FIND_TICKET, [number])
        row = cursor.fetchone()
    return FoundTicket(*row) if row else None
