"""A person is asked for: one escalation a call until it is resolved, however often somebody asks."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from calls.escalations.work import tell
from calls.models import Call, Escalation, EscalationEvent

Kind = EscalationEvent.Kind


def ask_for_a_person(*, call: Call | None, ticket_number: int | None, reason: str) -> Escalation:
    """By the caller. `ticket_number` is one that exists."""
    return _wanted(Kind.ASKED, call, ticket_number, reason)


def notice_a_need(*, call: Call | None, reason: str) -> Escalation:
    """By the desk itself: the caller has not asked, and may not know."""
    return _wanted(Kind.NOTICED, call, None, reason)


@transaction.atomic
def _wanted(kind: Kind, call: Call | None, ticket_number: int | None, reason: str) -> Escalation:
    """The constraint decides between two who ask at once."""
    asked = int(kind == Kind.ASKED)
    if call is not None:
        # Serialises askers of one call; the row is there before any tool runs.
        Call.objects.select_for_update(no_key=True).get(pk=call.pk)
        before = Escalation.objects.filter(call=call).exclude(state=Escalation.State.RESOLVED).first()
        if before:
            return _written_down(kind, _asked_again(before, asked, ticket_number, reason), reason)
    new = Escalation.objects.create(call=call, ticket_id=ticket_number, reason=reason, times_asked=asked)
    return _written_down(kind, new, reason)


def _asked_again(escalation: Escalation, asked: int, ticket_number: int | None, reason: str) -> Escalation:
    """What the caller wants is not overwritten by what the desk noticed: the history has both."""
    Escalation.objects.filter(pk=escalation.pk).update(
        times_asked=F("times_asked") + asked,
        reason=escalation.reason if escalation.times_asked and not asked else reason,
        ticket_id=escalation.ticket_id or ticket_number,
    )
    escalation.refresh_from_db()
    return escalation


def _written_down(kind: Kind, escalation: Escalation, reason: str) -> Escalation:
    EscalationEvent.objects.create(escalation=escalation, kind=kind, note=reason)
    tell(escalation)
    return escalation
