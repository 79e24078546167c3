"""Looking a ticket up by its number."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated

import msgspec
from msgspec import Meta

from calls.answers.registry import Answer, Context, ToolError, tool
from calls.identity import may_hear
from tickets.lookup import FoundTicket, find_ticket
from tickets.spoken import ticket_number

# The same words for "there is none" and "it is not yours": a guess must learn nothing.
NOT_FOUND = "No ticket with that number was found for this caller."


class TicketNumber(msgspec.Struct, rename="camel"):
    ticket_id: Annotated[str | int, Meta(description="The ticket number as the caller said it, such as 12345")]


@tool(writes=False)
def getTicketStatus(arguments: TicketNumber, context: Context) -> Answer:  # noqa: N802  the model's name for it
    """Look up where a support ticket stands: its status, its priority and who it is assigned to.
    Ask the caller for the ticket number first and pass it as the caller said it."""
    ticket = disclosed_ticket(arguments.ticket_id, context)
    told = {"ticketId": str(ticket.number), "status": ticket.status, "priority": ticket.priority}
    return Answer({**told, "assignedTo": ticket.assigned_agent or "nobody yet"}, ticket.number)


@tool(writes=False)
def getTicketDetails(arguments: TicketNumber, context: Context) -> Answer:  # noqa: N802
    """Look up what a support ticket is about: its issue, its status, its last update and the agent who has it.
    Ask the caller for the ticket number first and pass it as the caller said it."""
    ticket = disclosed_ticket(arguments.ticket_id, context)
    return Answer(details(ticket), ticket.number)


@tool(writes=False)
def getTicket(arguments: TicketNumber, context: Context) -> Answer:  # noqa: N802
    """Look up a support ticket by its number: its issue, its status, its last update and the agent who has it."""
    return getTicketDetails(arguments, context)


def disclosed_ticket(said: str | int, context: Context) -> FoundTicket:
    number = ticket_number(said)
    if number is None:
        raise ToolError("That is not a ticket number. Ask the caller for the number, such as 12345.")
    ticket = find_ticket(number)
    if ticket is None or not may_hear(context.tool, context.caller, ticket):
        raise ToolError(NOT_FOUND)
    return ticket


def details(ticket: FoundTicket) -> dict[str, str]:
    return {
        "ticketId": str(ticket.number),
        "status": ticket.status,
        "issue": ticket.issue,
        "lastUpdate": ticket.updated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "assignedAgent": ticket.assigned_agent or "nobody yet",
    }
