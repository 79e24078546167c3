"""Finding one ticket: the lookups' one SQL text, whoever runs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from supportvoice.one_row import one_row
from tickets.crm.connections import active
from tickets.models import Ticket

_FIND_TICKET = """
SELECT ticket.number, ticket.status, ticket.priority, ticket.issue, ticket.updated_at,
       COALESCE(
           NULLIF(TRIM(CONCAT_WS(' ', agent.first_name, agent.last_name)), ''), agent.username, ticket.crm_assignee
       ),
       COALESCE(customer.phone, ''), ticket.crm_number, COALESCE(ticket.customer_id, 0)
FROM tickets_ticket ticket
LEFT JOIN tickets_customer customer ON customer.id = ticket.customer_id
LEFT JOIN auth_user agent ON agent.id = ticket.assigned_agent_id
WHERE """
FIND_TICKET = _FIND_TICKET + "ticket.number = %s"
FIND_TICKET_OF_CRM = _FIND_TICKET + "ticket.crm = %s AND ticket.crm_number = %s"
LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class FoundTicket:
    """`assigned_agent` and `customer_phone` (E.164) are empty where there is none, `customer_id` is 0."""

    number: int
    status: str
    priority: str
    issue: str
    updated_at: datetime
    assigned_agent: str
    customer_phone: str
    crm_number: str = ""
    customer_id: int = 0

    @property
    def said(self) -> str:
        """The number that callers know it by."""
        return self.crm_number or str(self.number)

    @property
    def status_in_words(self) -> str:
        return Ticket.Status(self.status).label.lower()


def find_said(number: int) -> FoundTicket | None:
    """By the number that callers know: the active CRM's, or ours where tickets are kept here."""
    connection_to = active()
    if connection_to.is_local:
        return find_ticket(number)
    return _found(FIND_TICKET_OF_CRM, [connection_to.name, str(number)])


def find_ticket(number: int) -> FoundTicket | None:
    """By our own number."""
    if not 0 < number <= LARGEST_NUMBER:
        return None
    return _found(FIND_TICKET, [number])


def _found(query: str, parameters: Sequence[str | int]) -> FoundTicket | None:
    row = one_row(query, parameters)
    return FoundTicket(*row) if row else None
