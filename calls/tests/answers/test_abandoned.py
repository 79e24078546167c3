"""A tool call that nobody answers any more does not look for ever as if somebody did."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from calls.answers.abandoned import WHY, mark_abandoned
from calls.models import ToolCall
from calls.tests.dashboard import build

State = ToolCall.State


def asked(minutes_ago: float, state: str = State.RUNNING) -> ToolCall:
    return build.tool(build.call(), state, requested_at=timezone.now() - timedelta(minutes=minutes_ago))


@pytest.mark.django_db
def test_it_has_failed_and_staff_see_why() -> None:
    row = asked(minutes_ago=16)
    assert mark_abandoned() == 1
    row.refresh_from_db()
    assert (row.state, row.failure, row.error) == (State.FAILED, WHY, "")
    assert mark_abandoned() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes_ago", "state"), [(14, State.RUNNING), (16, State.DONE), (16, State.REPORTED), (25 * 60, State.RUNNING)]
)
def test_others_stay_as_they_are(minutes_ago: float, state: str) -> None:
    row = asked(minutes_ago, state)
    assert mark_abandoned() == 0
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.django_db(transaction=True)
def test_one_that_is_being_answered_is_passed_over() -> None:
    row, is_locked, is_over = asked(minutes_ago=16), threading.Event(), threading.Event()

    def answering() -> None:
        try:
            with transaction.atomic():
                ToolCall.objects.select_for_update(no_key=True).get(pk=row.pk)
                is_locked.set()
                is_over.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=answering)
    thread.start()
    try:
        assert is_locked.wait(10)
        assert mark_abandoned() == 0
    finally:
        is_over.set()
        thread.join()
    assert mark_abandoned() == 1
