"""Calls as the pages meet them, made in one line each."""

from __future__ import annotations

import itertools
import os
from datetime import timedelta
from typing import Any

from django.utils import timezone

from calls.models import Assistant, Call, Escalation, Interruption, Report, ToolCall, Turn
from tickets.models import Customer, Ticket

numbers = itertools.count(1)


def call(seconds_ago: float = 60, **fields: Any) -> Call:
    began = timezone.now() - timedelta(seconds=seconds_ago)
    number = next(numbers)
    defaults = {
        "vapi_id": f"call-{number}",
        "kind": Call.Kind.INBOUND,
        "status": Call.Status.IN_PROGRESS,
        "began_at": began,
        "started_at": began,
        "last_event_at": timezone.now(),
    }
    return Call.objects.create(**{**defaults, **fields})


def ended(seconds_ago: float = 600, **fields: Any) -> Call:
    at = timezone.now() - timedelta(seconds=seconds_ago - 30)
    defaults = {"ended_reason": "customer-ended-call", "ended_group": "customer-ended"}
    return call(seconds_ago, **{"status": Call.Status.ENDED, "ended_at": at, **defaults, **fields})


def say(to: Call, *texts: str, role: str = "user") -> list[Turn]:
    first = to.turns.count()
    return [
        Turn.objects.create(
            call=to, position=first + place, role=role, text=text, started_at=to.began_at + timedelta(seconds=place)
        )
        for place, text in enumerate(texts)
    ]


def tool(of: Call, state: str = ToolCall.State.DONE, **fields: Any) -> ToolCall:
    defaults = {"name": "getTicket", "tool_call_id": f"t{next(numbers)}", "arguments_hash": os.urandom(16)}
    return ToolCall.objects.create(call=of, state=state, **{**defaults, **fields})


def full(seconds_ago: float = 600, **fields: Any) -> Call:
    """A call with one of everything around it."""
    number = next(numbers)
    customer = Customer.objects.create(name=f"Customer {number}", phone=f"+4477009{number:05}")
    made = call(
        seconds_ago,
        customer=customer,
        customer_number=customer.phone,
        assistant=Assistant.objects.create(vapi_id=f"a{number}", name="Support EN"),
        **fields,
    )
    ticket = Ticket.objects.create(issue="Parcel never came", customer=customer)
    say(made, "Hello", "Where is my parcel?")
    tool(made, ticket=ticket, duration_ms=240)
    Interruption.objects.create(call=made, caller_began_at=made.began_at, gap_ms=340)
    Escalation.objects.create(call=made, ticket=ticket, reason="asked")
    Report.objects.create(call=made, reported_at=timezone.now(), summary="All well.")
    return made
