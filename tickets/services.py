"""What can be done to tickets, for whoever asks: the phone agent, a page, a command. Here first, then in the CRM.

`cause` names what it is done for, such as a tool call, so that the CRM is asked once (tickets.operations).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from tickets import changes, notes
from tickets.crm.spellings import tail
from tickets.models import Comment, Customer, Operation, Ticket, TicketChange
from tickets.operations import ask

TOLD_TO_THE_CRM = ("status", "priority")
_MAY_BE_WITH = "SELECT * FROM tickets_customer WHERE phone = %s OR phone_tail = %s LIMIT 2"


def customer_by_phone(number: str) -> Customer | None:
    """The one customer with that number; None for nobody, and for several: then the number tells nothing.

    One of whom only its end is known may be meant too, since no country was written.
    """
    found = list(Customer.objects.raw(_MAY_BE_WITH, [number, tail(number)])) if number else []
    return found[0] if len(found) == 1 and found[0].phone == number else None


@transaction.atomic(savepoint=False)
def create_ticket(
    *, issue: str, priority: str, customer: Customer | None, note: str, cause: str = ""
) -> tuple[Ticket, Operation | None]:
    """The ticket, and the write that opens it in the CRM; None where tickets are kept here."""
    ticket = Ticket.objects.create(issue=issue, priority=priority, customer=customer)
    if note:
        Comment.objects.create(ticket=ticket, source=Comment.Source.PHONE_AGENT, body=note)
    opening = ask(Operation.Kind.CREATE, ticket, {"subject": issue, "body": note, "priority": priority}, cause)
    return ticket, opening


def being_opened(ticket: Ticket) -> Operation | None:
    """The write that opens it in the CRM, while callers have no number for it yet."""
    return None if ticket.crm_number else ticket.operations.filter(kind=Operation.Kind.CREATE).first()


@transaction.atomic
def add_note(number: int, *, body: str, source: str, cause: str = "") -> Ticket:
    """What the caller adds. Raises tickets.notes.TicketClosedError."""
    before = Ticket.objects.values_list("status", flat=True).get(pk=number)
    ticket = notes.add_note(number, body=body, source=source)
    if ticket.status == before:
        ask(Operation.Kind.ADD_NOTE, ticket, {"text": body}, cause)
    else:
        ask(Operation.Kind.UPDATE, ticket, {"note": body, "status": ticket.status}, cause)
    return ticket


def escalate(number: int, *, brief: str, cause: str = "") -> None:
    """The CRM is told that a person is wanted; here the escalation itself says so."""
    told = {"brief": brief, "priority": Ticket.Priority.URGENT}
    ask(Operation.Kind.ESCALATE, Ticket.objects.get(pk=number), told, cause)


@transaction.atomic
def edit_ticket(
    number: int, *, seen: Mapping[str, Any], wanted: Mapping[str, Any], by: User | None
) -> list[TicketChange]:
    """Raises tickets.changes.ChangedMeanwhileError. What only this desk has (who works on it) the CRM is not told."""
    changed = changes.edit_ticket(number, seen=seen, wanted=wanted, by=by)
    told = {change.field: wanted[change.field] for change in changed if change.field in TOLD_TO_THE_CRM}
    if told:
        ask(Operation.Kind.UPDATE, Ticket.objects.get(pk=number), told)
    return changed


@transaction.atomic
def add_comment(number: int, *, body: str, by: User | None, source: str = Comment.Source.PERSON) -> Comment:
    comment = changes.add_comment(number, body=body, by=by, source=source)
    ask(Operation.Kind.ADD_NOTE, comment.ticket, {"text": body})
    return comment
