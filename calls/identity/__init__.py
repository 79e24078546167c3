"""Who is calling, and what may be said to them."""

from __future__ import annotations

from calls.identity.caller import Caller, caller_of
from calls.identity.disclosure import (
    CALLER_NUMBER,
    TICKET_NUMBER,
    calls_from_the_customers_number,
    may_hear,
    step_in_force,
)

__all__ = [
    "CALLER_NUMBER",
    "TICKET_NUMBER",
    "Caller",
    "caller_of",
    "calls_from_the_customers_number",
    "may_hear",
    "step_in_force",
]
