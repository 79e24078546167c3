"""A write to the CRM is asked for, in the transaction of the change it is about."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.db import transaction

from supportvoice.wake import wake
from tickets.crm.connections import active
from tickets.models import Operation, Ticket

PERFORM_DUE = "tickets.perform_due"


def ask(kind: str, ticket: Ticket, payload: dict[str, Any], cause: str = "") -> Operation | None:
    """None where tickets are kept here. `cause` names what it is done for, such as a tool call: one cause asks once.

    To be called inside a transaction, which commits the change and the operation together.
    """
    connection = active()
    if connection.is_local or ticket.crm not in ("", connection.name):
        return None
    operation, made = Operation.objects.get_or_create(
        key=_key(kind, ticket, cause),
        defaults={"kind": kind, "crm": connection.name, "ticket": ticket, "payload": payload},
    )
    if made:
        transaction.on_commit(lambda: wake(PERFORM_DUE))
    return operation


def _key(kind: str, ticket: Ticket, cause: str) -> str:
    """Of an empty cause nothing comes twice: each is a change of its own."""
    named = f"{cause}\x1f{kind}" if cause else f"{uuid.uuid4()}\x1f{kind}\x1f{ticket.pk}"
    return hashlib.sha256(named.encode()).hexdigest()
