"""What intake stores, the projection reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from calls.intake.envelope import open_envelope
from calls.intake.inbox import event_rows
from calls.intake.store import store
from calls.models import Call, Event
from calls.projection.run import project_pending
from calls.tests.projection.build import RECEIVED, whole_call

pytestmark = pytest.mark.django_db


def deliver(message: dict[str, Any]) -> None:
    raw = json.dumps({"message": message}).encode()
    store([event_rows(open_envelope(raw), len(raw), RECEIVED)])


def test_a_call_delivered_twice_and_backwards_is_one_call() -> None:
    messages = [message | {"assistant": {"name": "Frontline"}} for message in whole_call()]
    for message in [*messages[::-1], *messages]:
        deliver(message)

    assert project_pending() == len(messages) == Event.objects.count()
    call = Call.objects.get()
    assert (call.status, call.hang_count, call.interruption_count, call.turns.count()) == ("ended", 1, 1, 4)
    assert call.assistant is not None
    assert call.assistant.name == "Frontline"
