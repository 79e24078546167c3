"""One step of a late answer: find it out, then say it in the call, once."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from calls.answers.freshness import subject_of
from calls.answers.ledger import Outcome, answer_afresh
from calls.answers.one_line import one_line
from calls.answers.registry import TOOLS, Context
from calls.deliveries import wording
from calls.deliveries.claim import Claim, claim
from calls.identity import Caller
from calls.models import Call, Delivery, MonitorUrls, ToolCall
from calls.vapi import control
from supportvoice import live
from supportvoice.encryption import unseal
from tickets import copy, operations
from tickets.changes import add_comment
from tickets.crm.errors import CrmError, NoProofError
from tickets.crm.spoken import sentence_for
from tickets.models import Comment, Operation

LOOKUP_WITHIN_S = 15.0
# A caller who has not heard of it by then hears that it cannot be found out.
GIVE_UP_AFTER = timedelta(seconds=60)
AGAIN_AFTER = timedelta(seconds=2)
ENDED = (Operation.State.DONE, Operation.State.DIFFERS)
FOR_A_PERSON = (Operation.State.UNCLEAR, Operation.State.DEAD, Operation.State.SETTLED)
State = Delivery.State
AFTER: dict[type[control.ControlError], str] = {
    control.CallOverError: State.TOO_LATE,
    control.NoAnswerError: State.UNCLEAR,
    control.NotSentError: State.FAILED,
}

log = logging.getLogger(__name__)


def deliver(delivery_id: int) -> str:
    """Returns the state it is in afterwards."""
    held = claim(delivery_id)
    if held is None:
        return Delivery.objects.values_list("state", flat=True).get(pk=delivery_id)
    if held.delivery.state == State.WAITING and not _find_out(held):
        return State.WAITING
    return _say(held)


def _find_out(held: Claim) -> bool:
    """Whether there is something to say now."""
    delivery = held.delivery
    text = _of_operation(delivery.tool_call, delivery.operation) if delivery.operation else _of_lookup(delivery)
    if text is None:
        held.write(next_attempt_at=Now() + AGAIN_AFTER, lease_until=None)
        return False
    delivery.state, delivery.text = State.READY, text
    return held.write(state=State.READY, text=text)


def _of_operation(row: ToolCall, operation: Operation) -> str | None:
    """None while it is being done. One that takes minutes is told of as well, if the caller is still there."""
    outcome = operations.perform(operation.pk)
    if outcome.state not in (*ENDED, *FOR_A_PERSON):
        return None
    operation.refresh_from_db()
    return wording.late_write(row.name, operation)


def _of_lookup(delivery: Delivery) -> str | None:
    row = delivery.tool_call
    tool = TOOLS.get(row.name)
    subject = subject_of(tool, row.arguments, delivery.caller_number) if tool else None
    try:
        if subject and not copy.is_fresh(subject):
            copy.freshen(subject, timeout_s=LOOKUP_WITHIN_S)
    except CrmError as error:
        too_late = Delivery.objects.filter(pk=delivery.pk, created_at__lt=Now() - GIVE_UP_AFTER).exists()
        if (error.try_again or isinstance(error, NoProofError)) and not too_late:
            return None
        return wording.late_lookup(row.name, sentence_for(error))
    outcome = _afresh(delivery)
    return wording.late_lookup(row.name, one_line(outcome.error or outcome.result))


def _afresh(delivery: Delivery) -> Outcome:
    """By the rules that an answer in time goes by: what this caller may hear."""
    row = delivery.tool_call
    context = Context(tool=row.name, caller=Caller(delivery.caller_number), call=row.call, asked_at=row.requested_at)
    outcome = answer_afresh(row, context)
    if outcome.ticket_number and row.ticket_id is None:
        ToolCall.objects.filter(pk=row.pk).update(ticket=outcome.ticket_number)
        row.ticket_id = outcome.ticket_number
    return outcome


def _say(held: Claim) -> str:
    delivery = held.delivery
    row = delivery.tool_call
    call = Call.objects.get(pk=row.call_id) if row.call_id else None
    url = _control_url(call) if call else ""
    if why := _unsayable(delivery, call, url):
        return _end(held, *why)
    if call is None or not held.write(state=State.SPEAKING):
        return State.SPEAKING
    try:
        control.add_message(call.vapi_id, url, delivery.text, triggers_reply=delivery.triggers_reply)
    except control.ControlError as error:
        return _end(held, AFTER[type(error)], str(error) or type(error).__name__)
    return _end(held, State.SPOKEN, "")


def _unsayable(delivery: Delivery, call: Call | None, url: str) -> tuple[str, str] | None:
    """Once it was begun to be sent, a second try could be a second voice."""
    if delivery.state == State.SPEAKING:
        return State.UNCLEAR, "Whoever was saying it died in the middle."
    if call is None or call.ended_at:
        return State.TOO_LATE, "The call had ended."
    if not url:
        return State.FAILED, "Vapi gave no control URL for this call (monitorPlan.controlEnabled)."
    return None


def _control_url(call: Call) -> str:
    urls = MonitorUrls.objects.filter(pk=call.vapi_id).first()
    return unseal(urls.control_url) if urls and urls.control_url else ""


@transaction.atomic
def _end(held: Claim, state: str, reason: str) -> str:
    """What nobody heard is on the ticket, so that it ends with somebody."""
    delivery = held.delivery
    kept = held.write(state=state, reason=reason, ended_at=Now(), lease_until=None)
    ticket = delivery.tool_call.ticket_id
    if kept and state != State.SPOKEN and ticket:
        body = f"The caller was not told ({reason.rstrip('.').lower()}): {wording.quoted(delivery.text)}"
        add_comment(ticket, body=body, by=None, source=Comment.Source.PHONE_AGENT)
    call = delivery.tool_call.call
    if kept and call:
        transaction.on_commit(lambda: live.publish("calls", {"ids": [call.vapi_id]}))
    return state
