"""One kind of write each: how it is said to an adapter, and what must be true of the ticket afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tickets.crm.interface import Adapter, Change, Contact, CrmTicket, NewTicket
from tickets.models import Customer, Operation, Ticket

WRITE_WITHIN_S = 20.0

Write = Callable[[Adapter, Operation, str], CrmTicket]


def _create(adapter: Adapter, operation: Operation, _number: str) -> CrmTicket:
    payload, customer = operation.payload, operation.ticket.customer
    contact = contact_of(customer, operation.crm) if customer else None
    new = NewTicket(payload["subject"], payload.get("body", ""), payload.get("priority", "normal"), contact)
    return adapter.create(new, key=operation.key, timeout_s=WRITE_WITHIN_S)


def _add_note(adapter: Adapter, operation: Operation, number: str) -> CrmTicket:
    payload = operation.payload
    is_public = bool(payload.get("public"))
    return adapter.add_note(number, payload["text"], public=is_public, key=operation.key, timeout_s=WRITE_WITHIN_S)


def _update(adapter: Adapter, operation: Operation, number: str) -> CrmTicket:
    """What the CRM cannot be given is left out, and is missing afterwards: "said but not done"."""
    payload, can = operation.payload, adapter.capabilities
    status, priority = payload.get("status"), payload.get("priority")
    change = Change(
        status if status in can.settable_statuses else None,
        priority if priority in can.settable_priorities else None,
        payload.get("note", ""),
    )
    return adapter.update(number, change, key=operation.key, timeout_s=WRITE_WITHIN_S)


def _escalate(adapter: Adapter, operation: Operation, number: str) -> CrmTicket:
    payload = operation.payload
    brief, priority = payload["brief"], payload.get("priority", Ticket.Priority.URGENT)
    return adapter.escalate(number, brief=brief, priority=priority, key=operation.key, timeout_s=WRITE_WITHIN_S)


WRITES: dict[str, Write] = {
    Operation.Kind.CREATE: _create,
    Operation.Kind.ADD_NOTE: _add_note,
    Operation.Kind.UPDATE: _update,
    Operation.Kind.ESCALATE: _escalate,
}


def contact_of(customer: Customer, crm: str) -> Contact:
    crm_id = customer.crm_id if customer.crm == crm else ""
    phones = (customer.phone,) if customer.phone else ()
    return Contact(crm_id, customer.name, customer.email, phones)


def differences(payload: dict[str, Any], ticket: CrmTicket) -> list[str]:
    """What was asked for and is not so, in words for staff. A new ticket may be sorted in by the CRM's own rules."""
    found = []
    for name, label, is_now, theirs in (
        ("status", "Status", ticket.status, ticket.crm_status),
        ("priority", "Priority", ticket.priority, ticket.crm_priority),
    ):
        wanted = payload.get(name)
        if wanted and wanted != is_now:
            found.append(f"{label} should be {wanted}, and is {is_now} ({theirs or 'none'} there).")
    return found
