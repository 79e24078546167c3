"""The working copy: tickets and people of the CRM as they were when last looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

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


def is_fresh(subject: str, now: datetime | None = None) -> bool:
    """`subject`: number:35436, or contact:+447700900018."""
    since = (now or timezone.now()) - FRESH_FOR
    return Fetched.objects.filter(crm=active().name, subject=subject, at__gt=since).exists()


def freshen_ticket(number: str, *, timeout_s: float) -> None:
    """Asks the active CRM for the ticket that callers know by this number. Raises CrmError; nothing where local."""
    connection = active()
    if connection.is_local:
        return
    found = adapter(connection.name).find_by_number(number, timeout_s=timeout_s)
    with transaction.atomic():
        if found:
            take_ticket(connection.name, found)
        _remember(connection.name, f"number:{number}")


def freshen_contact(phone: str, *, timeout_s: float) -> None:
    """Asks for who may be calling from this number (E.164), and their open tickets. Raises CrmError."""
    connection = active()
    if connection.is_local or not phone:
        return
    found = adapter(connection.name).find_open_by_contact(phone=phone, timeout_s=timeout_s)
    with transaction.atomic():
        for contact in found.contacts:
            take_contact(connection.name, contact)
        for ticket in found.tickets:
            take_ticket(connection.name, ticket)
        _remember(connection.name, f"contact:{phone}")


def take_contact(crm: str, contact: Contact) -> Customer:
    """One person there is one customer here. A number without its country is kept as its end: it may be anybody's."""
    phone, end = _phones(contact.phones)
    fields = {
        "name": contact.name[:200],
        "email": contact.email[:254],
        "phone": phone,
        "phone_tail": end,
        "postcode": "".join(contact.postcode.upper().split())[:12],
    }
    customer, _ = Customer.objects.update_or_create(crm=crm, crm_id=contact.crm_id[:100], defaults=fields)
    return customer


def _phones(written: Iterable[str]) -> tuple[str, str]:
    whole = [number for one in written if (number := e164(one))]
    if whole:
        return whole[0], ""
    return "", next((tail(one) for one in written if len(tail(one)) >= 7), "")


def take_ticket(crm: str, found: CrmTicket) -> Ticket:
    customer = take_contact(crm, found.contact) if found.contact else None
    fields = {"customer": customer, "issue": (found.subject or "(no subject)")[:500], **_state(found)}
    try:
        with transaction.atomic():
            ticket, made = Ticket.objects.get_or_create(crm=crm, crm_number=found.number, defaults=fields)
    except IntegrityError:  # another process took it at the same moment
        ticket, made = Ticket.objects.get(crm=crm, crm_number=found.number), False
    if not made:
        _bring_up_to_date(ticket.pk, found, customer)
    return ticket


def link(ticket_number: int, crm: str, found: CrmTicket) -> None:
    """Our ticket is that one of the CRM, and as it stands there now."""
    Ticket.objects.filter(pk=ticket_number).update(crm=crm, crm_number=found.number)
    _bring_up_to_date(ticket_number, found, None)


def _bring_up_to_date(ticket_number: int, found: CrmTicket, customer: Customer | None) -> None:
    """What was changed here and is not there yet stays as it is."""
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_number)
    ticket.crm_status, ticket.crm_assignee = found.crm_status[:100], found.assignee[:200]
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
        "crm_status": found.crm_status[:100],
        "crm_assignee": found.assignee[:200],
        "fetched_at": timezone.now(),
        "updated_at": found.updated_at,
    }


def _remember(crm: str, subject: str) -> None:
    Fetched.objects.update_or_create(crm=crm, subject=subject[:200], defaults={"at": timezone.now()})
