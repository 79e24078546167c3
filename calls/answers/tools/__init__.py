"""The tools themselves; importing a file here registers what is in it."""

from __future__ import annotations

from calls.answers.tools import (
    callback,
    cancel_order,
    create_ticket,
    escalate,
    my_tickets,
    notes,
    refund,
    tickets,
    verify,
)

__all__ = [
    "callback",
    "cancel_order",
    "create_ticket",
    "escalate",
    "my_tickets",
    "notes",
    "refund",
    "tickets",
    "verify",
]
