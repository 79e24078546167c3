"""Who is calling, and what may be said to them."""

from __future__ import annotations

from calls.identity.caller import Caller, caller_of
from calls.identity.disclosure import CALLER_NUMBER, STEPS, TICKET_NUMBER, step_in_force
from calls.identity.evidence import NOBODY, Asked, may_hear

__all__ = [
    "CALLER_NUMBER",
    "NOBODY",
    "STEPS",
    "TICKET_NUMBER",
    "Asked",
    "Caller",
    "caller_of",
    "may_hear",
    "step_in_force",
]
