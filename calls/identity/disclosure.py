"""Who may hear a ticket: one table in the settings, tool → step, and one table here, step → check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from calls.identity.caller import Caller
from tickets.lookup import FoundTicket

EVERY_OTHER_TOOL = "*"
TICKET_NUMBER, CALLER_NUMBER = "ticket-number", "caller-number"


def _knows_the_number(_caller: Caller, _ticket: FoundTicket) -> bool:
    """Whoever asked has named the ticket's number."""
    return True


def calls_from_the_customers_number(caller: Caller, ticket: FoundTicket) -> bool:
    return bool(caller.number) and caller.number == ticket.customer_phone


# The weakest first.
STEPS: dict[str, Callable[[Caller, FoundTicket], bool]] = {
    TICKET_NUMBER: _knows_the_number,
    CALLER_NUMBER: calls_from_the_customers_number,
}
STRICTNESS = list(STEPS)
WEAKEST, STRICTEST = TICKET_NUMBER, CALLER_NUMBER


def step_in_force(tool: str, at_least: str = WEAKEST) -> str:
    """The policy's step for the tool; `at_least` where the policy asks for less."""
    policy: dict[str, str] = settings.DISCLOSURE_POLICY
    step = policy.get(tool) or policy.get(EVERY_OTHER_TOOL, STRICTEST)
    return max(step if step in STEPS else STRICTEST, at_least, key=STRICTNESS.index)


def may_hear(tool: str, caller: Caller, ticket: FoundTicket, at_least: str = WEAKEST) -> bool:
    return STEPS[step_in_force(tool, at_least)](caller, ticket)


def check_policy(**_: Any) -> list[CheckMessage]:
    """Registered as a system check in calls.apps."""
    unknown = sorted(set(settings.DISCLOSURE_POLICY.values()) - set(STEPS))
    hint = f"The steps are: {', '.join(STEPS)}."
    return [
        Error(f"DISCLOSURE_POLICY names no step we know: {step!r}.", hint=hint, id="calls.E001") for step in unknown
    ]
