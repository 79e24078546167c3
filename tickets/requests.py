"""A cancellation or a refund is asked for: written on the ticket, for a person to decide."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q

from tickets.changes import set_fields
from tickets.models import Comment, Customer, Operation, ServiceRequest, Ticket, TicketChange
from tickets.notes import lock_unclosed
from tickets.operations import ask

# An order that is not stopped today is on its way tomorrow.
LEAST_PRIORITY = {ServiceRequest.Kind.CANCEL_ORDER: Ticket.Priority.HIGH}
PRIORITIES: list[str] = list(Ticket.Priority)
WAITS_FOR_A_PERSON = (Ticket.Status.NEW, Ticket.Status.OPEN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`source` is a Comment's. `requested_by` tells callers apart; empty where nothing does. `cause`: as in ask."""

    kind: ServiceRequest.Kind
    source: Comment.Source
    requested_by: str
    reason: str = ""
    order_reference: str = ""
    amount_usd: Decimal | None = None
    cause: str = ""

    @property
    def in_words(self) -> str:
        return f"{self._asked}. Reason: {self.reason}" if self.reason else f"{self._asked}."

    @property
    def _asked(self) -> str:
        if self.kind == ServiceRequest.Kind.CANCEL_ORDER:
            return f"The caller asks to cancel {order_in_words(self.order_reference)}"
        return f"The caller asks for a refund{'' if self.amount_usd is None else f' of ${self.amount_usd:,.2f}'}"


def order_in_words(reference: str) -> str:
    return f"order {reference}" if reference else "the order"


def open_request(wanted: Wanted, ticket_number: int | None) -> ServiceRequest | None:
    """The same thing asked for before and not decided: on the ticket, or for the order by the same caller."""
    same = Q(ticket=ticket_number) if ticket_number else Q(pk__in=[])
    if wanted.requested_by and wanted.order_reference:
        same |= Q(requested_by=wanted.requested_by, order_reference=wanted.order_reference)
    waiting = ServiceRequest.objects.filter(same, kind=wanted.kind, state=ServiceRequest.State.REQUESTED)
    return waiting.order_by("pk").first()


@transaction.atomic
def request_on_ticket(wanted: Wanted, ticket_number: int) -> ServiceRequest:
    """The open request, new or not. Raises tickets.notes.TicketClosedError."""
    ticket = lock_unclosed(ticket_number)
    return open_request(wanted, ticket.number) or _once(wanted, ticket)


@transaction.atomic
def request_for_order(wanted: Wanted, customer: Customer | None) -> ServiceRequest:
    """For an order of which there is no ticket: a new one carries the request."""
    if found := open_request(wanted, None):
        return found
    try:
        with transaction.atomic():
            issue = f"Cancel {order_in_words(wanted.order_reference)}"
            ticket = Ticket.objects.create(issue=issue, customer=customer)
            request = _create(wanted, ticket)
            told = {"subject": issue, "body": wanted.in_words, "priority": ticket.priority}
            ask(Operation.Kind.CREATE, ticket, told, wanted.cause)
            return request
    except IntegrityError:
        return _found(wanted, None)


def _once(wanted: Wanted, ticket: Ticket) -> ServiceRequest:
    """The constraints decide between two who ask at once for one order under two tickets."""
    try:
        with transaction.atomic():
            request = _create(wanted, ticket)
            told = {"note": wanted.in_words, "status": ticket.status, "priority": ticket.priority}
            ask(Operation.Kind.UPDATE, ticket, told, wanted.cause)
            return request
    except IntegrityError:
        return _found(wanted, ticket.number)


def _found(wanted: Wanted, ticket_number: int | None) -> ServiceRequest:
    found = open_request(wanted, ticket_number)
    if found is None:
        raise ServiceRequest.DoesNotExist
    return found


def _create(wanted: Wanted, ticket: Ticket) -> ServiceRequest:
    request = ServiceRequest.objects.create(
        ticket=ticket,
        kind=wanted.kind,
        order_reference=wanted.order_reference,
        amount_usd=wanted.amount_usd,
        reason=wanted.reason,
        requested_by=wanted.requested_by,
    )
    Comment.objects.create(ticket=ticket, source=wanted.source, body=wanted.in_words)
    least = LEAST_PRIORITY.get(wanted.kind, ticket.priority)
    waits = {
        "status": ticket.status if ticket.status in WAITS_FOR_A_PERSON else Ticket.Status.OPEN,
        "priority": max(ticket.priority, least, key=PRIORITIES.index),
    }
    set_fields(ticket, waits, None, TicketChange.Source.PHONE_AGENT)
    return request
