"""Being called back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from calls.answers.registry import Answer, Context, ToolError, tool
from calls.escalations import book_callback, opening_hours
from calls.escalations.spoken_time import Span, readings
from tickets.phone import e164
from tickets.services import customer_by_phone

NOT_UNDERSTOOD = (
    "The time was not understood. Ask the caller for a day and a time again, such as tomorrow at three, "
    "Monday morning, or in two hours."
)
NO_NUMBER = "Ask the caller which number to call back, with its country code, such as +44 7700 900018."


class CallbackWanted(msgspec.Struct, rename="camel"):
    when: Annotated[str, Meta(description="When, as the caller said it (tomorrow at three), or in ISO 8601")]
    topic: Annotated[str, Meta(description="What it is about, in the caller's words", max_length=500)]
    number: Annotated[
        str | int, Meta(description="Only where it is not the number they call from: with country code, +447700900018")
    ] = ""
    number_read_back: Annotated[
        bool, Meta(description="True only after another number was read back to the caller and they said it is right")
    ] = False


@tool(writes=True)
def scheduleCallback(arguments: CallbackWanted, context: Context) -> Answer:  # noqa: N802  the model's name for it
    """Book a time at which a person of the support team calls the caller back. Pass the time as the caller said it.
    Read the booked day and time back to the caller afterwards."""
    topic = " ".join(arguments.topic.split())
    if not topic:
        raise ToolError("Ask the caller what the callback is about.")
    wanted = readings(arguments.when, context.asked_at, opening_hours().zone)
    if not wanted:
        raise ToolError(NOT_UNDERSTOOD)
    due_at = opening_hours().first_open(wanted, context.asked_at)
    if due_at is None:
        return _other_times(wanted, context.asked_at)
    number = _number(str(arguments.number).strip(), context)
    if number != context.caller.number and not arguments.number_read_back:
        return _read_back(number)
    customer = customer_by_phone(context.caller.number)
    booked = book_callback(call=context.call, customer=customer, number=number, due_at=due_at, topic=topic)
    return Answer(f"A callback is booked for {opening_hours().in_words(booked.due_at)}. Read the day and time back.")


def _number(said: str, context: Context) -> str:
    number = e164(said) if said else context.caller.number
    if not number:
        raise ToolError(NO_NUMBER)
    return number


def _read_back(number: str) -> Answer:
    return Answer(
        f"Nothing has been booked yet. Read {number} back to the caller, digit by digit. Only if they say it is right, "
        "call scheduleCallback again with the same arguments and numberReadBack true."
    )


def _other_times(wanted: list[Span], now: datetime) -> Answer:
    hours = opening_hours()
    times = "; ".join(hours.in_words(at) for at in hours.next_possible(wanted, now))
    return Answer(
        f"Nothing has been booked: nobody calls back at that time. The next possible times are {times}. "
        "Ask the caller which one suits, or for another time."
    )
