"""Who may hear a ticket: one ladder of evidence, and one table in the settings, tool → the step it asks for.

Decided on plain values, so that an answer in time, one that comes late and a test of ten thousand directories go by the
same lines. What is known is fetched in `evidence.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

EVERY_OTHER_TOOL = "*"
TICKET_NUMBER, CALLER_NUMBER, TICKET_AND_NUMBER, SECOND_FACTOR = (
    "ticket-number",
    "caller-number",
    "ticket-and-number",
    "second-factor",
)
# The weakest first.
STEPS = {
    TICKET_NUMBER: "the caller named the ticket's number",
    CALLER_NUMBER: "the call comes from a number that is the customer's alone",
    TICKET_AND_NUMBER: "the caller named the ticket's number, and calls from a number that is the customer's alone",
    SECOND_FACTOR: "the caller proved in this call to be the customer",
}
STRICTNESS = list(STEPS)
WEAKEST, STRICTEST = STRICTNESS[0], STRICTNESS[-1]
# What applies where DISCLOSURE_POLICY names nothing, or something unknown: never less than this.
USUAL = CALLER_NUMBER


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a caller and one ticket.

    `has_customers_number`: the call's number is the ticket's customer's. `others_with_number`: other customers whose
    number it may be, also by its end alone. `has_proved`: a second factor of that customer, in this call.
    `has_named`: the caller said the ticket's number.
    """

    has_customers_number: bool = False
    others_with_number: int = 0
    has_proved: bool = False
    has_named: bool = False


def step_reached(evidence: Evidence) -> str | None:
    """The strongest there is evidence for; None for nobody: no number, or one that may be several people's."""
    if evidence.has_proved:
        return SECOND_FACTOR
    if evidence.has_customers_number and not evidence.others_with_number:
        return TICKET_AND_NUMBER if evidence.has_named else CALLER_NUMBER
    return TICKET_NUMBER if evidence.has_named else None


def step_in_force(tool: str, at_least: str = WEAKEST) -> str:
    """The policy's step for the tool; `at_least` where the policy asks for less."""
    policy: dict[str, str] = settings.DISCLOSURE_POLICY
    step = policy.get(tool) or policy.get(EVERY_OTHER_TOOL, USUAL)
    return max(step if step in STEPS else STRICTEST, at_least, key=STRICTNESS.index)


def is_enough(evidence: Evidence, step: str) -> bool:
    reached = step_reached(evidence)
    return reached is not None and STRICTNESS.index(reached) >= STRICTNESS.index(step)


def check_policy(**_: Any) -> list[CheckMessage]:
    """Registered as a system check in calls.apps."""
    unknown = sorted(set(settings.DISCLOSURE_POLICY.values()) - set(STEPS))
    hint = f"The steps are: {', '.join(STEPS)}."
    return [
        Error(f"DISCLOSURE_POLICY names no step we know: {step!r}.", hint=hint, id="calls.E001") for step in unknown
    ]
