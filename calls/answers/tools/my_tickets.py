"""The caller's own tickets, found by the number they call from."""

from __future__ import annotations

import msgspec

from calls.answers.registry import Answer, Context, Told, tool
from calls.identity import CALLER_NUMBER, Asked, may_hear, step_in_force
from tickets.lookup import FoundTicket
from tickets.of_customer import count_open_tickets, newest_open_tickets
from tickets.services import customer_by_phone

MOST_READ_OUT = 5
# One answer for "no number", "nobody's number" and "several people's number": it tells nothing about any customer.
CANNOT_TELL = (
    "The number of this call does not tell whose tickets they are. Please ask the caller for the ticket number."
)


class Nothing(msgspec.Struct):
    pass


@tool(writes=False, at_least=CALLER_NUMBER, about="caller")
def findMyTickets(arguments: Nothing, context: Context) -> Answer:  # noqa: N802  the model's name for it
    """Find the caller's open support tickets by the number they call from, when they do not know a ticket number.
    Takes no arguments. The answer can be read out as it is."""
    customer = customer_by_phone(context.caller.number)
    if customer is None:
        return Answer(CANNOT_TELL)
    asked = Asked(context.tool, context.caller, context.call, CALLER_NUMBER, named=False)
    found = [ticket for ticket in newest_open_tickets(customer, MOST_READ_OUT) if may_hear(asked, ticket)]
    step = step_in_force(context.tool, CALLER_NUMBER)
    context.told.extend(Told(ticket, step) for ticket in found)
    if not found:
        return Answer("There is no open ticket for the number of this call.")
    told = [_how_many(count_open_tickets(customer), len(found)), *map(_in_words, found)]
    return Answer(" ".join(told), found[0].number if len(found) == 1 else None)


def _how_many(count: int, told: int) -> str:
    few = f"There {'is 1 open ticket' if count == 1 else f'are {count} open tickets'}"
    return f"{few}." if count <= told else f"{few}; these are the newest {told}."


def _in_words(ticket: FoundTicket) -> str:
    issue = ticket.issue.strip()
    return (
        f"Ticket {ticket.said}, {ticket.status_in_words}: {issue if issue.endswith(('.', '!', '?')) else f'{issue}.'}"
    )
