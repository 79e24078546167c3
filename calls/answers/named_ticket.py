"""The ticket a caller names: whether it may be spoken of, and whether it takes anything more."""

from __future__ import annotations

from calls.answers.registry import Context, Told, ToolError
from calls.identity import Asked, may_hear
from calls.identity.misses import is_locked
from tickets.lookup import FoundTicket, find_said
from tickets.models import Comment, Ticket
from tickets.spoken import ticket_number

# The same words for "there is none" and "it is not yours": a guess must learn nothing.
NOT_FOUND = "No ticket with that number was found for this caller."
OFFER_A_PERSON = "Do not try any more; offer the caller a person of the support team."
LOCKED = f"{NOT_FOUND} {OFFER_A_PERSON}"


class NotDisclosedError(ToolError):
    """Counted as a miss (calls.identity.misses). `subject` is what was asked for."""

    def __init__(self, subject: str, sentence: str) -> None:
        super().__init__(sentence)
        self.subject = subject


def disclosed_ticket(said: str | int, context: Context) -> FoundTicket:
    number = ticket_number(said)
    if number is None:
        raise ToolError("That is not a ticket number. Ask the caller for the number, such as 12345.")
    locked = is_locked(context.call, context.caller.number)
    ticket = find_said(number)
    step = may_hear(Asked(context.tool, context.caller, context.call), ticket)
    if locked or ticket is None or step is None:
        raise NotDisclosedError(str(number), LOCKED if locked else NOT_FOUND)
    context.told.append(Told(ticket, step))
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
    is_customer = bool(context.caller.number) and context.caller.number == ticket.customer_phone
    return Comment.Source.CUSTOMER if is_customer else Comment.Source.PHONE_AGENT
