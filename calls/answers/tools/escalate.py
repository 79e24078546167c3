"""Bringing a person in."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from calls.answers.registry import Answer, Context, tool
from calls.escalations import ask_for_a_person
from tickets.lookup import find_said
from tickets.services import escalate
from tickets.spoken import ticket_number

NO_REASON = "The caller asked for a person."


class NeedsAPerson(msgspec.Struct, rename="camel"):
    reason: Annotated[str, Meta(description="Why a person is needed, in the caller's words", max_length=2_000)] = ""
    ticket_id: Annotated[str | int, Meta(description="The ticket it is about, where there is one")] = ""


@tool(writes=True)
def escalateToHuman(arguments: NeedsAPerson, context: Context) -> Answer:  # noqa: N802  the model's name for it
    """Ask a person of the support team to take over. Use it when the caller asks for a person, is angry, or cannot
    be helped with the other tools."""
    number = ticket_number(arguments.ticket_id)
    ticket = find_said(number) if number else None
    reason = " ".join(arguments.reason.split())[:500] or NO_REASON
    escalation = ask_for_a_person(call=context.call, ticket_number=ticket.number if ticket else None, reason=reason)
    if ticket:
        escalate(ticket.number, brief=reason, cause=context.cause)
    told = f"A person has been asked to take over. The reference is {escalation}."
    return Answer(told, escalation.ticket_id)
