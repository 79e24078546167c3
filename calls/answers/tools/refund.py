"""Asking for money back."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from calls.answers.confirmation import Confirmed, ask_first
from calls.answers.named_ticket import source_of, writable_ticket
from calls.answers.registry import Answer, Context, ToolError, tool
from calls.answers.service_request import ask_on_ticket, requested
from calls.identity import TICKET_NUMBER
from tickets.lookup import FoundTicket
from tickets.models import ServiceRequest
from tickets.requests import Wanted, open_request

LARGEST_USD = Decimal(1_000_000)
CENT = Decimal("0.01")


class Refund(msgspec.Struct, rename="camel"):
    ticket_id: Annotated[str | int, Meta(description="The ticket number as the caller said it, such as 12345")]
    amount: Annotated[
        Decimal | UnsetType, Meta(description="US dollars, such as 49.90; left out for all that was paid")
    ] = UNSET
    reason: Annotated[str, Meta(description="Why, in the caller's words", max_length=500)] = ""
    confirmed: Confirmed = False


@tool(writes=True, at_least=TICKET_NUMBER, about="ticket", intent="refund")
def requestRefund(arguments: Refund, context: Context) -> Answer:  # noqa: N802  the model's name for it
    """Ask for a refund on a ticket. Call it first without confirmed: it answers with a question for the caller.
    A person decides about the refund, so never say that the money is on its way."""
    ticket = writable_ticket(arguments.ticket_id, context)
    wanted = _wanted(arguments, context, ticket)
    if waiting := open_request(wanted, ticket.number):
        return _told(waiting)
    if not (arguments.confirmed and context.is_meant):
        question = f"shall I ask for a refund of {_in_words(wanted.amount_usd)} on ticket {ticket.said}"
        return ask_first(question, context.tool, ticket.number)
    return _told(ask_on_ticket(wanted, ticket))


def _wanted(arguments: Refund, context: Context, ticket: FoundTicket) -> Wanted:
    return Wanted(
        kind=ServiceRequest.Kind.REFUND,
        source=source_of(context, ticket),
        requested_by=context.asked_by,
        cause=context.cause,
        reason=" ".join(arguments.reason.split()),
        amount_usd=_usd(arguments.amount),
    )


def _usd(amount: Decimal | UnsetType) -> Decimal | None:
    """To the cent; what no refund can be is asked for again."""
    if isinstance(amount, UnsetType):
        return None
    if not amount.is_finite() or not CENT <= amount <= LARGEST_USD or amount != amount.quantize(CENT):
        raise ToolError("That is not an amount in dollars and cents. Ask the caller for it, such as 49.90.")
    return amount.quantize(CENT)


def _in_words(amount_usd: Decimal | None) -> str:
    return "all that was paid" if amount_usd is None else f"${amount_usd:,.2f}"


def _told(request: ServiceRequest) -> Answer:
    return requested(f"A refund of {_in_words(request.amount_usd)}", request, not_yet="decided")
