"""What is known of a caller and a ticket: the same queries whatever is there, so that each refusal lasts as long."""

from __future__ import annotations

from dataclasses import dataclass

from calls.identity.caller import Caller
from calls.identity.disclosure import WEAKEST, Evidence, is_enough, step_in_force
from calls.models import Call
from supportvoice.one_row import one_row
from tickets.crm.spellings import tail
from tickets.lookup import FoundTicket

NOBODY = 0
# Whose number it may be: also of whom only its end is known, since no country was written.
_KNOWN = """
SELECT (SELECT count(*) FROM (
            SELECT FROM tickets_customer
            WHERE %(number)s <> '' AND (phone = %(number)s OR phone_tail = %(tail)s) AND id <> %(customer)s LIMIT 2
        ) others),
       EXISTS (SELECT FROM calls_verification WHERE call_id = %(call)s AND customer_id = %(customer)s)
"""


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
    named = {"number": number, "tail": tail(number), "customer": customer_id, "call": asked.call and asked.call.pk}
    others, has_proved = one_row(_KNOWN, named) or (1, False)
    return Evidence(
        has_customers_number=bool(number and ticket and ticket.customer_phone == number),
        others_with_number=others,
        has_proved=has_proved,
        has_named=asked.named and ticket is not None,
    )


def may_hear(asked: Asked, ticket: FoundTicket | None) -> str | None:
    """The step that was asked for and reached; None where the caller may not hear it, or there is no such ticket."""
    step = step_in_force(asked.tool, asked.at_least)
    evidence = evidence_for(asked, ticket)
    return step if ticket is not None and is_enough(evidence, step) else None
