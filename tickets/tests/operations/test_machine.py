"""Any order of attempts, failures, deaths and waits: never two effects, and never a second try without a proof."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tickets import operations, services
from tickets.crm import errors
from tickets.models import Operation
from tickets.tests.operations.desk import Desk, KilledError

pytestmark = pytest.mark.django_db

ERRORS = st.sampled_from(
    [
        ("", None),
        ("before", errors.UnreachableError()),
        ("before", errors.BreakerOpenError()),
        ("before", errors.ThrottledError(retry_after_s=1)),
        ("before", errors.TooSlowError()),
        ("after", errors.TooSlowError()),
        ("before", errors.BrokenError()),
        ("after", errors.BrokenError()),
        ("before", KilledError()),
        ("after", KilledError()),
    ]
)
ENDED = (Operation.State.DONE, Operation.State.DIFFERS, Operation.State.UNCLEAR, Operation.State.DEAD)


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(proof=st.sampled_from(["key", "search", "none"]), happens=st.lists(ERRORS, max_size=12), early=st.booleans())
def test_once(desk: Desk, proof: Any, happens: list[Any], early: bool) -> None:
    desk.proof, desk.next = proof, []
    ticket, _ = services.create_ticket(issue="Cold", priority="high", customer=None, note="")
    operation = ticket.operations.get()
    for event in [*happens, *[("", None)] * 10]:
        if early:
            operations.perform(operation.pk)  # before it is due: a second message, a rival
        past = timezone.now() - timedelta(hours=1)
        Operation.objects.filter(pk=operation.pk, state="waiting").update(next_attempt_at=past)
        Operation.objects.filter(pk=operation.pk, state="running").update(lease_until=past)
        desk.next = [event] if event[1] else []
        with suppress(KilledError):
            operations.perform(operation.pk)
        assert desk.effects[operation.key] <= 1
    operation.refresh_from_db()
    assert operation.state in ENDED
    if operation.state == Operation.State.DONE:
        assert desk.effects[operation.key] == 1
