"""How a tool asks for what only a person decides, and what the caller is told of it."""

from __future__ import annotations

from calls.answers.named_ticket import closed
from calls.answers.registry import Answer
from tickets.lookup import FoundTicket
from tickets.models import ServiceRequest
from tickets.notes import TicketClosedError
from tickets.requests import Wanted, request_on_ticket


def ask_on_ticket(wanted: Wanted, ticket: FoundTicket) -> ServiceRequest:
    try:
        return request_on_ticket(wanted, ticket.number)
    except TicketClosedError:
        raise closed(ticket.number) from None


def requested(what: str, request: ServiceRequest, *, not_yet: str) -> Answer:
    number = request.ticket_id
    told = f"{what} has been requested on ticket {number}. It is not {not_yet} yet: a person confirms it."
    return Answer(told, number)
