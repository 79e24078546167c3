"""A person decides what a customer asked for. Of two at once the database lets one win; the other hears who did.

Nothing is cancelled or paid from here: "done" says that a person has done it elsewhere.
"""

from __future__ import annotations

from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now

from supportvoice import live
from tickets.models import ServiceRequest, TicketChange
from tickets.services import add_comment

LIVE_NAME = "follow-ups"
State = ServiceRequest.State
CHANGED = {ServiceRequest.Kind.CANCEL_ORDER: "the cancellation", ServiceRequest.Kind.REFUND: "the refund"}


class DecisionError(Exception):
    """Nothing was changed. Says why, for who decided."""


class DecidedError(DecisionError):
    """Somebody else was faster; `request` is how it stands now."""

    def __init__(self, request: ServiceRequest) -> None:
        who = request.decided_by
        name = (who.get_full_name() or who.get_username()) if who else "Somebody"
        super().__init__(f"{name} has decided it already: {request.get_state_display().lower()}.")
        self.request = request


class NoReasonError(DecisionError):
    def __init__(self) -> None:
        super().__init__("Say why it is declined: the customer will ask.")


@transaction.atomic
def decide(request: int, state: ServiceRequest.State, *, by: User, note: str) -> ServiceRequest:
    """Approved is done; declining takes a reason. Both are written on the ticket."""
    note = note.strip()
    if state == State.DECLINED and not note:
        raise NoReasonError
    waiting = ServiceRequest.objects.filter(pk=request, state=State.REQUESTED)
    decided = waiting.update(state=state, decided_by=by, decided_at=Now(), note=note)
    now = ServiceRequest.objects.select_related("decided_by").get(pk=request)
    if not decided:
        raise DecidedError(now)
    write_on_ticket(now, State.REQUESTED, by)
    transaction.on_commit(partial(live.publish, "calls", {"ids": [LIVE_NAME]}))
    return now


def write_on_ticket(request: ServiceRequest, old: ServiceRequest.State, by: User) -> None:
    """A comment and a line of its history. To be called in the transaction of the decision."""
    TicketChange.objects.create(
        ticket_id=request.ticket_id,
        by=by,
        field=CHANGED[ServiceRequest.Kind(request.kind)],
        old=old.label,
        new=request.get_state_display(),
    )
    if request.state != State.REQUESTED:
        add_comment(request.ticket_id, body=in_words(request), by=by)


def in_words(request: ServiceRequest) -> str:
    subject = CHANGED[ServiceRequest.Kind(request.kind)].capitalize()
    order = f" of order {request.order_reference}" if request.order_reference else ""
    amount = f" of ${request.amount_usd:,.2f}" if request.amount_usd is not None else ""
    decided = "was declined" if request.state == State.DECLINED else "is done"
    return f"{subject}{order}{amount} {decided}{f': {request.note}' if request.note else '.'}"
