"""Looking a ticket up by its number."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated

import msgspec
from msgspec import Meta

from calls.answers.named_ticket import disclosed_ticket
from calls.answers.registry import Answer, Context, tool
from calls.identity import TICKET_NUMBER
from tickets.lookup import FoundTicket


class TicketNumber(msgspec.Struct, rename="camel"):
    ticket_id: Annotated[str | int, Meta(description="The ticket number as the caller said it, such as 12345")]


@tool(writes=False, at_least=TICKET_NUMBER, about="ticket")
def getTicketStatus(arguments: TicketNumber, context: Context) -> Answer:  # noqa: N802  the model's name for it
    """Look up where a support ticket stands: its status, its priority and who it is assigned to.
    Ask the caller for the ticket number first and pass it as the caller said it."""
    ticket = disclosed_ticket(arguments.ticket_id, context)
    told = {"ticketId": ticket.said, "status": ticket.status, "priority": ticket.priority}
    return Answer({**told, "assignedTo": ticket.assigned_agent or "nobody yet"}, ticket.number)


@tool(writes=False, at_least=TICKET_NUMBER, about="ticket")
def getTicketDetails(arguments: TicketNumber, context: Context) -> Answer:  # noqa: N802
    """Look up what a support ticket is about: its issue, its status, its last update and the agent who has it.
    Ask the caller for the ticket number first and pass it as the caller said it."""
    ticket = disclosed_ticket(arguments.ticket_id, context)
    return Answer(details(ticket), ticket.number)


@tool(writes=False, at_least=TICKET_NUMBER, about="ticket")
def getTicket(arguments: TicketNumber, context: Context) -> Answer:  # noqa: N802
    """Look up a support ticket by its number: its issue, its status, its last update and the agent who has it."""
    return getTicketDetails(arguments, context)


def details(ticket: FoundTicket) -> dict[str, str]:
    return {
        "ticketId": ticket.said,
        "status": ticket.status,
        "issue": ticket.issue,
        "lastUpdate": ticket.updated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "assignedAgent": ticket.assigned_agent or "nobody yet",
    }
