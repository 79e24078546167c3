"""How a tool asks for what only a person decides, and what the caller is told of it."""

from __future__ import annotations

from calls.answers.named_ticket import closed
from calls.answers.registry import Answer
from tickets.lookup import FoundTicket
from tickets.models import ServiceRequest
from tickets.notes import TicketClosedError
from tickets.requests import Wanted, request_on_ticket
from tickets.services import being_opened


def ask_on_ticket(wanted: Wanted, ticket: FoundTicket) -> ServiceRequest:
    try:
        return request_on_ticket(wanted, ticket.number)
    except TicketClosedError:
        raise closed(ticket.said) from None


def requested(what: str, request: ServiceRequest, *, not_yet: str) -> Answer:
    opening = being_opened(request.ticket)
    where = "a new ticket" if opening else f"ticket {request.ticket.said}"
    told = f"{what} has been requested on {where}. It is not {not_yet} yet: a person confirms it."
    return Answer(told, request.ticket_id, waits_for=opening)
