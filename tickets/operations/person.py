"""What a person does about an operation that did not go by itself."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from supportvoice.wake import wake
from tickets.crm.connections import adapter
from tickets.crm.errors import NotSetUpError
from tickets.models import Operation
from tickets.operations.ask import PERFORM_DUE

FOR_A_PERSON = (Operation.State.DIFFERS, Operation.State.UNCLEAR, Operation.State.DEAD)


class AlreadyDecidedError(Exception):
    """Somebody was faster, or it went by itself."""


@transaction.atomic
def retry(operation_id: int, by: User | None, note: str = "") -> Operation:
    """Waits for its next attempt at once. The proof is asked first, unless a person has looked and none can be had.

    Raises AlreadyDecidedError.
    """
    operation = _locked(operation_id)
    # A person who asks for a second try of what cannot be proved has looked that it is not there.
    operation.attempt = 1 if operation.attempt and _can_be_proved(operation) else 0
    operation.state, operation.next_attempt_at = Operation.State.WAITING, Now()
    operation.settled_by, operation.ended_at, operation.lease_until = by, None, None
    operation.note = note or operation.note
    operation.save()
    transaction.on_commit(lambda: wake(PERFORM_DUE))
    return operation


@transaction.atomic
def settle(operation_id: int, by: User | None, note: str) -> Operation:
    """Nothing more is tried; `note` says what the person did. Raises AlreadyDecidedError."""
    operation = _locked(operation_id)
    operation.state, operation.settled_by, operation.note = Operation.State.SETTLED, by, note
    operation.ended_at = timezone.now()
    operation.save()
    transaction.on_commit(lambda: wake(PERFORM_DUE))
    return operation


def _can_be_proved(operation: Operation) -> bool:
    try:
        proofs = adapter(operation.crm).capabilities.proof
    except NotSetUpError:
        return True
    return proofs[operation.kind] != "none"  # type: ignore[index]


def _locked(operation_id: int) -> Operation:
    operation = Operation.objects.select_for_update().get(pk=operation_id)
    if operation.state not in FOR_A_PERSON:
        raise AlreadyDecidedError(operation.get_state_display())
    return operation
