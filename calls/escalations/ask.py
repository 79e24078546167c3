"""A person is asked for: one escalation a call until it is resolved, however often somebody asks."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from calls.escalations.work import tell
from calls.models import Call, Escalation, EscalationEvent


@transaction.atomic
def ask_for_a_person(*, call: Call | None, ticket_number: int | None, reason: str) -> Escalation:
    """`ticket_number` is one that exists. The constraint decides between two who ask at once."""
    if call is not None:
        # Serialises askers of one call; the row is there before any tool runs.
        Call.objects.select_for_update(no_key=True).get(pk=call.pk)
        asked_before = Escalation.objects.filter(call=call).exclude(state=Escalation.State.RESOLVED).first()
        if asked_before:
            return _written_down(_asked_again(asked_before, ticket_number, reason))
    return _written_down(Escalation.objects.create(call=call, ticket_id=ticket_number, reason=reason))


def _asked_again(escalation: Escalation, ticket_number: int | None, reason: str) -> Escalation:
    Escalation.objects.filter(pk=escalation.pk).update(
        times_asked=F("times_asked") + 1, reason=reason, ticket_id=escalation.ticket_id or ticket_number
    )
    escalation.refresh_from_db()
    return escalation


def _written_down(escalation: Escalation) -> Escalation:
    EscalationEvent.objects.create(escalation=escalation, kind=EscalationEvent.Kind.ASKED, note=escalation.reason)
    tell(escalation)
    return escalation
