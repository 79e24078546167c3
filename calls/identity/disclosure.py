"""Who may hear a ticket: one table in the settings, tool → step, and one table here, step → check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from calls.identity.caller import Caller
from tickets.lookup import FoundTicket

EVERY_OTHER_TOOL = "*"


def _knows_the_number(_caller: Caller, _ticket: FoundTicket) -> bool:
    """Whoever asked has named the ticket's number."""
    return True


def _calls_from_the_customers_number(caller: Caller, ticket: FoundTicket) -> bool:
    return bool(caller.number) and caller.number == ticket.customer_phone


STEPS: dict[str, Callable[[Caller, FoundTicket], bool]] = {
    "ticket-number": _knows_the_number,
    "caller-number": _calls_from_the_customers_number,
}
STRICTEST = "caller-number"


def may_hear(tool: str, caller: Caller, ticket: FoundTicket) -> bool:
    policy: dict[str, str] = settings.DISCLOSURE_POLICY
    step = policy.get(tool) or policy.get(EVERY_OTHER_TOOL, STRICTEST)
    return STEPS.get(step, STEPS[STRICTEST])(caller, ticket)


def check_policy(**_: Any) -> list[CheckMessage]:
    """Registered as a system check in calls.apps."""
    unknown = sorted(set(settings.DISCLOSURE_POLICY.values()) - set(STEPS))
    hint = f"The steps are: {', '.join(STEPS)}."
    return [
        Error(f"DISCLOSURE_POLICY names no step we know: {step!r}.", hint=hint, id="calls.E001") for step in unknown
    ]
