"""One attempt at one operation: claimed, proved, written, read again, written down. No transaction waits for a CRM."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from tickets import copy
from tickets.crm import errors
from tickets.crm.connections import adapter
from tickets.crm.errors import CrmError
from tickets.crm.interface import Adapter, CrmTicket, Kind
from tickets.models import Operation
from tickets.operations.claim import Claim, claim
from tickets.operations.writing import WRITE_WITHIN_S, WRITES, differences

FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 600.0
# After a write that may still arrive: a CRM that was slow is given time to finish before its search is believed.
UNCLEAR_PAUSE_S = 30.0
# After what was not even sent.
NOT_ASKED_PAUSE_S = 3.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`state` is Operation.State. `crm_number` is empty until the ticket is there."""

    state: str
    crm_number: str = ""


class _UnclearError(CrmError):
    """Nobody can find out whether it was done."""


def perform(operation_id: int) -> Outcome:
    """Also of one that somebody else performs or has performed: then what is known of it. Raises nothing of a CRM's."""
    held = claim(operation_id)
    if held is None:
        operation = Operation.objects.get(pk=operation_id)
        return Outcome(operation.state, operation.crm_number)
    try:
        ticket = _written(held)
    except errors.NotAskedError as error:
        return _not_asked(held, error)
    except CrmError as error:
        return _failed(held, error)
    except Exception as error:
        log.exception("operation %s failed", operation_id)
        return _failed(held, _UnclearError(type(error).__name__))
    return _done(held, ticket)


def _written(held: Claim) -> CrmTicket:
    operation = held.operation
    guarded = adapter(operation.crm)
    number = operation.ticket.crm_number
    if operation.kind != Operation.Kind.CREATE and not number:
        raise errors.NotThereError("The ticket has no number in the CRM: nothing was made there.")
    if held.attempt > 1 and (found := _proved(held, guarded, number)):
        return found
    return WRITES[operation.kind](guarded, operation, number)


def _proved(held: Claim, guarded: Adapter, number: str) -> CrmTicket | None:
    """The ticket where an earlier attempt did it; None where it is safe to write (again)."""
    operation, can = held.operation, guarded.capabilities
    kind: Kind = operation.kind  # type: ignore[assignment]
    proof = can.proof[kind]
    age_s = (held.at - operation.created_at).total_seconds()
    if proof == "key" and age_s < can.key_lasts_s:
        return None
    if proof == "none":
        raise _UnclearError("An earlier attempt may have done it, and this CRM cannot tell.")
    lag = timedelta(seconds=can.search_lag_s.get(kind, 0))
    if held.left_at and held.at < held.left_at + lag:
        raise errors.NoProofError("Its search does not know yet.", try_again=True)
    return guarded.find_written(kind, number, key=operation.key, timeout_s=WRITE_WITHIN_S)


def _done(held: Claim, ticket: CrmTicket) -> Outcome:
    operation = held.operation
    wrong = differences(operation.payload, ticket)
    state = Operation.State.DIFFERS if wrong else Operation.State.DONE
    with transaction.atomic():
        kept = held.write(
            state=state,
            reason=" ".join(wrong),
            error="",
            crm_number=ticket.number,
            lease_until=None,
            ended_at=Now(),
        )
        if kept:
            copy.link(operation.ticket_id, operation.crm, ticket)
    return Outcome(state, ticket.number) if kept else _as_it_is(held)


def _not_asked(held: Claim, error: CrmError) -> Outcome:
    """Costs no attempt: nothing was sent, so the number is given back for the next one."""
    later = Now() + timedelta(seconds=_jittered(NOT_ASKED_PAUSE_S))
    state = Operation.State.WAITING
    held.write(state=state, next_attempt_at=later, attempt=held.attempt - 1, **_why(error))
    return Outcome(state)


def _failed(held: Claim, error: CrmError) -> Outcome:
    state = _state_after(held, error)
    fields: dict[str, Any] = {"state": state, **_why(error)}
    if state == Operation.State.WAITING:
        fields["next_attempt_at"] = Now() + timedelta(seconds=_pause_s(held, error))
    else:
        fields |= {"lease_until": None, "ended_at": Now()}
    if not held.write(**fields):
        return _as_it_is(held)
    return Outcome(state)


def _state_after(held: Claim, error: CrmError) -> str:
    if isinstance(error, _UnclearError):
        return Operation.State.UNCLEAR
    gives_up = held.attempt >= settings.CRM_MOST_ATTEMPTS or not error.try_again
    if not gives_up:
        return _unless_unprovable(held, error)
    return Operation.State.UNCLEAR if error.may_be_done else Operation.State.DEAD


def _unless_unprovable(held: Claim, error: CrmError) -> str:
    """What may have been done and cannot be proved is never tried again."""
    proof = adapter(held.operation.crm).capabilities.proof[held.operation.kind]  # type: ignore[index]
    return Operation.State.UNCLEAR if error.may_be_done and proof == "none" else Operation.State.WAITING


def _pause_s(held: Claim, error: CrmError) -> float:
    grown = min(FIRST_PAUSE_S * 2 ** (held.attempt - 1), LONGEST_PAUSE_S)
    pause = max(grown, error.retry_after_s or 0)
    if error.may_be_done:
        can = adapter(held.operation.crm).capabilities
        kind: Kind = held.operation.kind  # type: ignore[assignment]
        if can.proof[kind] == "search":
            pause = max(pause, UNCLEAR_PAUSE_S + can.search_lag_s.get(kind, 0))
    return _jittered(pause)


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(1.0, 1.3)  # noqa: S311  no secret


def _why(error: CrmError) -> dict[str, str]:
    return {"error": type(error).__name__.removeprefix("_")[:60], "reason": error.detail or type(error).__name__}


def _as_it_is(held: Claim) -> Outcome:
    now = Operation.objects.get(pk=held.operation.pk)
    return Outcome(now.state, now.crm_number)
