"""An answer that is owed: written down with what was told for now, brought into the call by calls.deliveries."""

from __future__ import annotations

from django.db import transaction

from calls.answers.call_row import call_row
from calls.answers.one_line import one_line
from calls.answers.requested import RequestedCall, requested_calls
from calls.answers.row_key import row_key
from calls.escalations import ask_for_a_person
from calls.message import Message
from calls.models import Call, Delivery, ToolCall
from supportvoice.wake import wake
from tickets.models import Operation

DELIVER_DUE = "calls.deliver_due"


def owe(row: ToolCall, caller_number: str, operation: Operation | None = None) -> None:
    """One a tool call, however often it is delivered. In the transaction of the answer."""
    defaults = {"caller_number": caller_number, "operation": operation}
    _, made = Delivery.objects.get_or_create(tool_call=row, defaults=defaults)
    if made:
        transaction.on_commit(lambda: wake(DELIVER_DUE))


def owe_all(message: Message) -> bool:
    """What was answered when Vapi had already been told to go on: said as it stands in the ledger.

    False where something is not answered there, since the database went away in the middle of it.
    """
    call = call_row(message)
    if call is None:
        return True
    settled = [_owe_answered(call, requested) for requested in requested_calls(message)]
    wake(DELIVER_DUE)
    return all(settled)


def ask_a_person(message: Message) -> None:
    """The caller was told that it is being worked on, and it could not be done."""
    names = ", ".join(sorted({requested.name for requested in requested_calls(message)}))
    reason = f"The caller was told that it is being worked on, and it was not done: {names}"[:500]
    ask_for_a_person(call=call_row(message), ticket_number=None, reason=reason)


def _owe_answered(call: Call, requested: RequestedCall) -> bool:
    row = ToolCall.objects.filter(**row_key(call, requested)).first()
    told = row and (row.error or row.result)
    if row is None or not told:
        return False
    ready = {"state": Delivery.State.READY, "text": one_line(told)}
    Delivery.objects.get_or_create(tool_call=row, defaults=ready)
    return True
