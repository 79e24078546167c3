"""Asking for an order to be cancelled."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from calls.answers.confirmation import Confirmed, ask_first
from calls.answers.named_ticket import source_of, writable_ticket
from calls.answers.registry import Answer, Context, ToolError, tool
from calls.answers.service_request import ask_on_ticket, requested
from calls.answers.tools.create_ticket import customer_who_calls
from calls.identity import TICKET_NUMBER
from tickets.lookup import FoundTicket
from tickets.models import Comment, ServiceRequest
from tickets.requests import Wanted, open_request, order_in_words, request_for_order


class Cancellation(msgspec.Struct, rename="camel"):
    ticket_id: Annotated[str | int, Meta(description="The ticket about the order, where there is one")] = ""
    order_reference: Annotated[
        str | int, Meta(description="The order's own reference, where the caller has no ticket number")
    ] = ""
    reason: Annotated[str, Meta(description="Why, in the caller's words", max_length=500)] = ""
    confirmed: Confirmed = False


@tool(writes=True, at_least=TICKET_NUMBER, about="ticket", intent="cancel")
def cancelOrder(arguments: Cancellation, context: Context) -> Answer:  # noqa: N802  the model's name for it
    """Ask for an order to be cancelled. Call it first without confirmed: it answers with a question for the caller.
    A person makes the cancellation, so never say that the order is cancelled."""
    ticket = writable_ticket(arguments.ticket_id, context) if str(arguments.ticket_id).strip() else None
    wanted = _wanted(arguments, context, ticket)
    if ticket is None and not wanted.order_reference:
        raise ToolError("Ask the caller for the ticket number or the order reference.")
    if waiting := open_request(wanted, ticket.number if ticket else None):
        return _told(waiting) if ticket else _asked_before(waiting)
    if not (arguments.confirmed and context.is_meant):
        about = f" from ticket {ticket.said}" if ticket else ""
        question = f"shall I ask for {order_in_words(wanted.order_reference)}{about} to be cancelled"
        return ask_first(question, context.tool, ticket.number if ticket else None)
    return _told(_request(wanted, ticket, context))


def _request(wanted: Wanted, ticket: FoundTicket | None, context: Context) -> ServiceRequest:
    if ticket is None:
        return request_for_order(wanted, customer_who_calls(context))
    return ask_on_ticket(wanted, ticket)


def _wanted(arguments: Cancellation, context: Context, ticket: FoundTicket | None) -> Wanted:
    return Wanted(
        kind=ServiceRequest.Kind.CANCEL_ORDER,
        source=source_of(context, ticket) if ticket else Comment.Source.PHONE_AGENT,
        requested_by=context.asked_by,
        cause=context.cause,
        reason=" ".join(arguments.reason.split()),
        order_reference=" ".join(str(arguments.order_reference).upper().split())[:100],
    )


def _asked_before(request: ServiceRequest) -> Answer:
    """Found by the order alone: which ticket it is on is told to nobody who has not named it."""
    order = order_in_words(request.order_reference)
    return Answer(f"The cancellation of {order} has been requested already. It is not done yet: a person confirms it.")


def _told(request: ServiceRequest) -> Answer:
    return requested(f"The cancellation of {order_in_words(request.order_reference)}", request, not_yet="done")
