"""The working copy: tickets and people of the CRM as they were when last looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.utils import timezone

from tickets.changes import set_fields
from tickets.crm.connections import active, adapter
from tickets.crm.interface import Contact, CrmTicket
from tickets.crm.spellings import tail
from tickets.models import Customer, Fetched, Operation, Ticket, TicketChange
from tickets.models.operation import OPEN
from tickets.phone import e164

# What was looked at so lately is not asked for again, also where there was nothing.
FRESH_FOR = timedelta(seconds=60)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked up: `number` of a ticket as callers say it, or the E.164 number of a `contact`."""

    kind: Literal["number", "contact"]
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class Found:
    """Empty where there is nothing."""

    crm: str
    contacts: tuple[Contact, ...] = ()
    tickets: tuple[CrmTicket, ...] = ()


def is_fresh(subject: Subject) -> bool:
    """Also of what was not there when it was last looked for."""
    since = timezone.now() - FRESH_FOR
    return Fetched.objects.filter(crm=active().name, subject=str(subject), at__gt=since).exists()


def fetch(subject: Subject, *, timeout_s: float) -> Found:
    """Asks the active CRM, and touches no table. Raises CrmError."""
    name = active().name
    if subject.kind == "number":
        ticket = adapter(name).find_by_number(subject.value, timeout_s=timeout_s)
        return Found(name, tickets=(ticket,) if ticket else ())
    found = adapter(name).find_open_by_contact(phone=subject.value, timeout_s=timeout_s)
    return Found(name, found.contacts, found.tickets)


@transaction.atomic
def take(subject: Subject, found: Found) -> None:
    """What was found is the working copy now."""
    every = {one.crm_id: one for one in (*found.contacts, *(t.contact for t in found.tickets if t.contact))}
    customers = {crm_id: take_contact(found.crm, contact) for crm_id, contact in every.items()}
    for ticket in found.tickets:
        take_ticket(found.crm, ticket, customers[ticket.contact.crm_id] if ticket.contact else None)
    Fetched.objects.update_or_create(crm=found.crm, subject=str(subject)[:200], defaults={"at": timezone.now()})


def freshen(subject: Subject, *, timeout_s: float) -> None:
    """Raises CrmError. Nothing where tickets are kept here."""
    if not active().is_local:
        take(subject, fetch(subject, timeout_s=timeout_s))


def take_contact(crm: str, contact: Contact) -> Customer:
    """One person there is one customer here. A number without its country is kept as its end: it may be anybody's."""
    phone, end = _phones(contact.phones)
    fields = {
        "name": text(contact.name, 200),
        "email": text(contact.email, 254),
        "phone": phone,
        "phone_tail": end,
        "postcode": text("".join(contact.postcode.upper().split()), 12),
    }
    customer, _ = Customer.objects.update_or_create(crm=crm, crm_id=contact.crm_id[:100], defaults=fields)
    return customer


def _phones(written: Iterable[str]) -> tuple[str, str]:
    whole = [number for one in written if (number := e164(one))]
    if whole:
        return whole[0], ""
    return "", next((tail(one) for one in written if len(tail(one)) >= 7), "")


def take_ticket(crm: str, found: CrmTicket, customer: Customer | None) -> Ticket:
    fields = {"customer": customer, "issue": text(found.subject, 500) or "(no subject)", **_state(found)}
    ticket, made = Ticket.objects.get_or_create(crm=crm, crm_number=found.number, defaults=fields)
    if not made:
        _bring_up_to_date(ticket.pk, found, customer)
    return ticket


@transaction.atomic
def link(ticket_number: int, crm: str, found: CrmTicket) -> None:
    """Our ticket is that one of the CRM, and as it stands there now."""
    twin = Ticket.objects.filter(crm=crm, crm_number=found.number).exclude(pk=ticket_number)
    for other in twin.select_for_update():
        _absorb(other, ticket_number)
    Ticket.objects.filter(pk=ticket_number).update(crm=crm, crm_number=found.number)
    _bring_up_to_date(ticket_number, found, None)


def _absorb(twin: Ticket, ticket_number: int) -> None:
    """A lookup found the new ticket there before we knew that it is ours. What was written on it moves over."""
    for relation in Ticket._meta.related_objects:
        field = relation.field.name
        for row in relation.related_model._base_manager.filter(**{field: twin}):
            with suppress(IntegrityError), transaction.atomic():  # ours has the same already
                relation.related_model._base_manager.filter(pk=row.pk).update(**{field: ticket_number})
    twin.delete()


def _bring_up_to_date(ticket_number: int, found: CrmTicket, customer: Customer | None) -> None:
    """What was changed here and is not there yet stays as it is."""
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_number)
    ticket.crm_status, ticket.crm_assignee = text(found.crm_status, 100), text(found.assignee, 200)
    ticket.fetched_at = timezone.now()
    ticket.customer = customer or ticket.customer
    ticket.save(update_fields=["crm_status", "crm_assignee", "fetched_at", "customer"])
    if not Operation.objects.filter(ticket=ticket_number, state__in=OPEN).exists():
        wanted = {"status": found.status, "priority": found.priority}
        changed = {name: value for name, value in wanted.items() if getattr(ticket, name) != value}
        if changed:
            set_fields(ticket, changed, None, TicketChange.Source.CRM)


def _state(found: CrmTicket) -> dict[str, Any]:
    return {
        "status": found.status,
        "priority": found.priority,
        "crm_status": text(found.crm_status, 100),
        "crm_assignee": text(found.assignee, 200),
        "fetched_at": timezone.now(),
        "updated_at": found.updated_at,
    }


def text(theirs: str, limit: int) -> str:
    """As PostgreSQL can hold it."""
    return UNSTORABLE.sub("", theirs)[:limit]
