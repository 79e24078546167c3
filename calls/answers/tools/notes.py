"""Something to add to a ticket."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from calls.answers.named_ticket import closed, source_of, writable_ticket
from calls.answers.registry import Answer, Context, ToolError, tool
from calls.identity import TICKET_NUMBER
from tickets.models import Ticket
from tickets.notes import TicketClosedError
from tickets.services import add_note


class Note(msgspec.Struct, rename="camel"):
    ticket_id: Annotated[str | int, Meta(description="The ticket number as the caller said it, such as 12345")]
    note: Annotated[str, Meta(description="What the caller wants to add, in their words", max_length=4_000)]


@tool(writes=True, at_least=TICKET_NUMBER, about="ticket")
def addTicketNote(arguments: Note, context: Context) -> Answer:  # noqa: N802  the model's name for it
    """Add what the caller says to one of their support tickets, for whoever works on it.
    Read the note back to the caller before calling this."""
    body = arguments.note.strip()
    if not body:
        raise ToolError("The note is empty. Ask the caller what to add.")
    found = writable_ticket(arguments.ticket_id, context)
    try:
        ticket = add_note(found.number, body=body, source=source_of(context, found), cause=context.cause)
    except TicketClosedError:
        raise closed(found.said) from None
    reopened = ticket.status != found.status
    told = f" It is {Ticket.Status(ticket.status).label.lower()} again." if reopened else ""
    return Answer(f"The note has been added to ticket {found.said}.{told}", ticket.number)
