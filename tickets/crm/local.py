"""The tables here as a CRM: what `local` means. A write and the row that proves it are one transaction."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from tickets.changes import set_fields
from tickets.crm import errors
from tickets.crm.interface import Capabilities, Change, Contact, CrmTicket, Found, Health, Kind, NewTicket
from tickets.crm.needs import Given, Need
from tickets.crm.spellings import tail
from tickets.models import Comment, Customer, Operation, Ticket, TicketChange
from tickets.models.ticket import SETTLED
from tickets.notes import TicketClosedError, lock_unclosed

NEEDS: tuple[Need, ...] = ()
MOST_TICKETS = 10


class Local:
    name = "local"
    capabilities = Capabilities(
        proof={"create": "key", "add-note": "key", "update": "key", "escalate": "key"},
        settable_statuses=frozenset(Ticket.Status.values),
        settable_priorities=frozenset(Ticket.Priority.values),
    )

    def __init__(self, _given: Given) -> None:
        pass

    def find_by_number(self, number: str, *, timeout_s: float) -> CrmTicket | None:
        found = _tickets().filter(pk=int(number)).first() if number.isdigit() and len(number) <= 18 else None
        return _as_crm(found) if found else None

    def find_open_by_contact(self, *, phone: str = "", email: str = "", timeout_s: float) -> Found:
        asked = Q(pk__in=[])
        if phone:
            asked |= Q(phone=phone) | Q(phone_tail=tail(phone))
        if email:
            asked |= Q(email__iexact=email)
        customers = list(Customer.objects.filter(asked).order_by("pk"))
        newest = _tickets().filter(customer__in=customers).exclude(status__in=SETTLED).order_by("-updated_at")
        return Found(tuple(map(_contact, customers)), tuple(map(_as_crm, newest[:MOST_TICKETS])))

    def create(self, new: NewTicket, *, key: str, timeout_s: float) -> CrmTicket:
        def make() -> Ticket:
            customer = Customer.objects.filter(pk=new.contact.crm_id).first() if new.contact else None
            ticket = Ticket.objects.create(issue=new.subject[:500], priority=new.priority, customer=customer)
            if new.body:
                Comment.objects.create(ticket=ticket, source=Comment.Source.PHONE_AGENT, body=new.body)
            return ticket

        return self._once("create", key, make)

    def add_note(self, number: str, text: str, *, public: bool, key: str, timeout_s: float) -> CrmTicket:
        return self.update(number, Change(note=text), key=key, timeout_s=timeout_s)

    def update(self, number: str, change: Change, *, key: str, timeout_s: float) -> CrmTicket:
        return self._once("update", key, lambda: _changed(number, change))

    def escalate(self, number: str, *, brief: str, priority: str, key: str, timeout_s: float) -> CrmTicket:
        return self._once("escalate", key, lambda: _changed(number, Change(priority=priority, note=brief)))

    def find_written(self, kind: Kind, number: str, *, key: str, timeout_s: float) -> CrmTicket | None:
        done = Operation.objects.filter(key=key).select_related("ticket").first()
        return _as_crm(done.ticket) if done else None

    def health(self, *, timeout_s: float) -> Health:
        return Health(True, [f"Tickets are kept here: {Ticket.objects.count()} of them."])

    def _once(self, kind: str, key: str, work: Callable[[], Ticket]) -> CrmTicket:
        try:
            with transaction.atomic():
                ticket = work()
                state = Operation.State.DONE
                Operation.objects.create(key=key, kind=kind, crm=self.name, ticket=ticket, state=state, ended_at=Now())
        except IntegrityError:
            ticket = Operation.objects.select_related("ticket").get(key=key).ticket
        return _as_crm(_tickets().get(pk=ticket.pk))


def _changed(number: str, change: Change) -> Ticket:
    try:
        ticket = lock_unclosed(int(number))
    except (Ticket.DoesNotExist, ValueError):
        raise errors.NotThereError(f"No ticket {number[:20]}.") from None
    except TicketClosedError:
        raise errors.ClosedError from None
    if change.note:
        Comment.objects.create(ticket=ticket, source=Comment.Source.PHONE_AGENT, body=change.note)
    wanted = {name: value for name, value in (("status", change.status), ("priority", change.priority)) if value}
    set_fields(ticket, wanted, None, TicketChange.Source.PHONE_AGENT)
    return ticket


def _tickets() -> QuerySet[Ticket]:
    return Ticket.objects.select_related("customer", "assigned_agent")


def _contact(customer: Customer) -> Contact:
    phones = tuple(phone for phone in (customer.phone, customer.phone_tail) if phone)
    return Contact(str(customer.pk), customer.name, customer.email, phones, customer.postcode)


def _as_crm(ticket: Ticket) -> CrmTicket:
    agent = ticket.assigned_agent
    return CrmTicket(
        number=str(ticket.number),
        subject=ticket.issue,
        status=ticket.status,
        crm_status=ticket.status,
        priority=ticket.priority,
        crm_priority=ticket.priority,
        updated_at=ticket.updated_at,
        assignee=(agent.get_full_name() or agent.get_username()) if agent else "",
        contact=_contact(ticket.customer) if ticket.customer else None,
    )
