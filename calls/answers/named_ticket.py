"""The ticket a caller names: whether it may be spoken of, and whether it takes anything more."""

from __future__ import annotations

from calls.answers.registry import Context, ToolError
from calls.identity import calls_from_the_customers_number, may_hear
from tickets.lookup import FoundTicket, find_said
from tickets.models import Comment, Ticket
from tickets.spoken import ticket_number

# The same words for "there is none" and "it is not yours": a guess must learn nothing.
NOT_FOUND = "No ticket with that number was found for this caller."


def disclosed_ticket(said: str | int, context: Context) -> FoundTicket:
    number = ticket_number(said)
    if number is None:
        raise ToolError("That is not a ticket number. Ask the caller for the number, such as 12345.")
    ticket = find_said(number)
    if ticket is None or not may_hear(context.tool, context.caller, ticket):
        raise ToolError(NOT_FOUND)
    return ticket


def writable_ticket(said: str | int, context: Context) -> FoundTicket:
    ticket = disclosed_ticket(said, context)
    if ticket.status == Ticket.Status.CLOSED:
        raise closed(ticket.said)
    return ticket


def closed(number: str) -> ToolError:
    return ToolError(f"Ticket {number} is closed and takes nothing more. Offer to open a new ticket.")


def source_of(context: Context, ticket: FoundTicket) -> Comment.Source:
    """Whose word it is: the customer's own, or what the phone agent took down from somebody."""
    is_customer = calls_from_the_customers_number(context.caller, ticket)
    return Comment.Source.CUSTOMER if is_customer else Comment.Source.PHONE_AGENT
