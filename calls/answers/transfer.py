"""Where a call is put through to, when the agent's transfer tool names no destination of its own.

Source: ServerMessageResponseTransferDestinationRequest in Vapi's OpenAPI document.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q

from calls.answers.call_row import call_row
from calls.escalations import ask_for_a_person
from calls.message import Message, as_text
from calls.models import Escalation, TransferDestination

NOBODY_THERE = "I cannot put you through right now. A person has been asked to get in touch with you."
TRY_LATER = "I cannot put you through right now. Please try again in a few minutes."
REASON = "The caller was to be put through, and no transfer destination is set. Call back; set one in the admin."


def answer_transfer_request(message: Message) -> dict[str, Any]:
    if destination := destination_for(message):
        return as_vapi_wants_it(destination)
    if settings.VAPI_FALLBACK_NUMBER:
        return last_resort()
    ask_for_a_person(call=call_row(message), ticket_number=None, reason=REASON)
    return {"error": NOBODY_THERE}


def destination_for(message: Message) -> TransferDestination | None:
    """The most particular one: of a call that waits for a person, then of its assistant, then the default."""
    when = TransferDestination.When
    wanted = Q(when__in=[when.DEFAULT, when.ESCALATION]) | Q(assistant__vapi_id__in=_assistant_ids(message))
    found = {destination.when: destination for destination in TransferDestination.objects.filter(wanted)}
    if when.ESCALATION in found and not _waits_for_a_person(message.call_id):
        del found[when.ESCALATION]
    return next((found[case] for case in (when.ESCALATION, when.ASSISTANT, when.DEFAULT) if case in found), None)


def as_vapi_wants_it(destination: TransferDestination) -> dict[str, Any]:
    where = {"type": "number", "number": destination.number}
    if destination.sip_uri:
        where = {"type": "sip", "sipUri": destination.sip_uri}
    if destination.description:
        where["description"] = destination.description
    if not destination.announcement:
        return {"destination": where}
    return {"destination": where, "message": {"type": "request-start", "content": destination.announcement}}


def last_resort() -> dict[str, Any]:
    """Without the database, so nobody is asked to get in touch either."""
    number = settings.VAPI_FALLBACK_NUMBER
    return {"destination": {"type": "number", "number": number}} if number else {"error": TRY_LATER}


def _assistant_ids(message: Message) -> list[str]:
    """The one that speaks now; in a squad that is not the one the call began with."""
    ids = (message.object("assistant").get("id"), message.object("call").get("assistantId"))
    return [text for text in (as_text(value, 100) for value in ids) if text][:1]


def _waits_for_a_person(call_id: str | None) -> bool:
    unresolved = Escalation.objects.exclude(state=Escalation.State.RESOLVED)
    return call_id is not None and unresolved.filter(call__vapi_id=call_id).exists()
