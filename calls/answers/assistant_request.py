"""Which assistant answers an inbound call: from local data alone, far under Vapi's 7.5 s.

Source: ServerMessageResponseAssistantRequest in Vapi's OpenAPI document.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from calls.identity import caller_of
from calls.message import Message
from calls.models import Assistant
from tickets.of_customer import count_open_tickets
from tickets.services import customer_by_phone

NOBODY_ANSWERS = "Sorry, nobody can take your call right now. Please try again later."


def answer_assistant_request(message: Message) -> dict[str, Any]:
    """The assistant and what it may know of the caller; else the fallback number; else a sentence that is spoken."""
    assistant = Assistant.objects.filter(answers_unassigned_numbers=True).first()
    if assistant:
        return {
            "assistantId": assistant.vapi_id,
            "assistantOverrides": {"variableValues": _variables(message)},
        }
    if settings.VAPI_FALLBACK_NUMBER:
        return {"destination": {"type": "number", "number": settings.VAPI_FALLBACK_NUMBER}}
    return {"error": NOBODY_ANSWERS}


def _variables(message: Message) -> dict[str, Any]:
    """Empty values rather than none: Vapi reads an unknown {{variable}} out loud."""
    customer = customer_by_phone(caller_of(message).number)
    open_tickets = count_open_tickets(customer) if customer else 0
    return {"customerName": customer.name if customer else "", "openTicketCount": str(open_tickets)}
