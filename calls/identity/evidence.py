"""What is known of a caller and a ticket: the same queries whatever is there, so that each refusal lasts as long."""

from __future__ import annotations

from dataclasses import dataclass

from calls.identity.caller import Caller
from calls.identity.disclosure import WEAKEST, Evidence, is_enough, step_in_force
from calls.models import Call, Verification
from tickets.lookup import FoundTicket
from tickets.services import customers_with_number

NOBODY = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks what. `at_least`: the step below which this is never told. `named`: the caller said the number."""

    tool: str
    caller: Caller
    call: Call | None
    at_least: str = WEAKEST
    named: bool = True


def evidence_for(asked: Asked, ticket: FoundTicket | None) -> Evidence:
    customer_id = ticket.customer_id if ticket else NOBODY
    number = asked.caller.number
    by_number = customers_with_number(number)
    proofs = Verification.objects.filter(call=asked.call, customer=customer_id)
    return Evidence(
        has_customers_number=bool(number and ticket and ticket.customer_phone == number),
        others_with_number=sum(one.pk != customer_id for one in by_number),
        has_proved=asked.call is not None and proofs.exists(),
        has_named=asked.named and ticket is not None,
    )


def may_hear(asked: Asked, ticket: FoundTicket | None) -> str | None:
    """The step that was asked for and reached; None where the caller may not hear it, or there is no such ticket."""
    step = step_in_force(asked.tool, asked.at_least)
    evidence = evidence_for(asked, ticket)
    return step if ticket is not None and is_enough(evidence, step) else None
