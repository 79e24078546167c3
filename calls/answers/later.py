"""An answer that is owed: written down with what was told for now, brought into the call by calls.deliveries."""

from __future__ import annotations

from django.db import transaction

from calls.answers.call_row import call_row
from calls.answers.one_line import one_line
from calls.answers.requested import RequestedCall, requested_calls
from calls.answers.row_key import row_key
from calls.escalations import notice_a_need
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


def owe_answered(message: Message) -> list[RequestedCall]:
    """What was answered when Vapi had already been told to go on: said as it stands in the ledger.

    Returns those that are not answered there, since a process or the database went away in the middle of it.
    """
    call = call_row(message)
    if call is None:
        return []
    left = [requested for requested in requested_calls(message) if not _owe_answered(call, requested)]
    wake(DELIVER_DUE)
    return left


def ask_a_person(message: Message | None) -> None:
    """The caller was told that it is being worked on, and nobody can say that it was done."""
    names = sorted({requested.name for requested in requested_calls(message)}) if message else []
    reason = f"The caller was told that it is being worked on, and it may not be done: {', '.join(names) or 'unknown'}"
    call = call_row(message) if message else None
    notice_a_need(call=call, reason=reason[:500])


def _owe_answered(call: Call, requested: RequestedCall) -> bool:
    row = ToolCall.objects.filter(**row_key(call, requested)).first()
    told = row and (row.error or row.result)
    if row is None or not told:
        return False
    ready = {"state": Delivery.State.READY, "text": one_line(told)}
    Delivery.objects.get_or_create(tool_call=row, defaults=ready)
    return True
