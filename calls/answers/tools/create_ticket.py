"""Opening a ticket for the caller."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from calls.answers.registry import Answer, Context, ToolError, tool
from tickets.models import Customer
from tickets.services import create_ticket, customer_by_phone

OPENING = "The ticket is being opened. Its number follows in a moment; go on with the caller meanwhile."


class NewTicket(msgspec.Struct, rename="camel"):
    issue: Annotated[str, Meta(description="What the caller needs, in one sentence", max_length=500)]
    details: Annotated[str, Meta(description="Anything that helps whoever works on it", max_length=4_000)] = ""
    priority: Annotated[
        Literal["low", "normal", "high", "urgent"], Meta(description="Urgent only where the caller cannot wait a day")
    ] = "normal"
    customer_name: Annotated[str, Meta(description="The caller's name, where they gave it", max_length=200)] = ""


@tool(writes=True, about="caller")
def createTicket(arguments: NewTicket, context: Context) -> Answer:  # noqa: N802  the model's name for it
    """Open a new support ticket for the caller. Read the issue back and get a yes before calling this.
    Tell the caller the number of the ticket afterwards."""
    issue = " ".join(arguments.issue.split())
    if not issue:
        raise ToolError("The ticket needs an issue. Ask the caller what it is about.")
    ticket, opening = create_ticket(
        issue=issue,
        priority=arguments.priority,
        customer=customer_who_calls(context, arguments.customer_name.strip()),
        note=arguments.details.strip(),
        cause=context.cause,
    )
    if opening:
        return Answer(OPENING, ticket.number, waits_for=opening)
    return Answer({"ticketId": str(ticket.number), "status": ticket.status, "priority": ticket.priority}, ticket.number)


def customer_who_calls(context: Context, name: str = "") -> Customer | None:
    """The one customer who calls from that number, or a new one where nobody has it."""
    number = context.caller.number
    alone = customer_by_phone(number)
    if alone or not number or Customer.objects.filter(phone=number).exists():
        return alone
    return Customer.objects.create(phone=number, name=name)
