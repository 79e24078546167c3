"""The dead rows that applied events leave are swept while it is busy."""

from __future__ import annotations

import pytest
from django.db import connection

from calls.models import Pending
from calls.projection import pending, run
from calls.tests.projection.build import row, store, whole_call

pytestmark = pytest.mark.django_db(transaction=True)


def pages() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('calls_pending') / current_setting('block_size')::int")
        return int(cursor.fetchone()[0])


def applied(rounds: range) -> None:
    for nth_round in rounds:
        for call_id in (f"c{nth_round}-{nth}" for nth in range(40)):
            store((row({**message, "call": {"id": call_id}}) for message in whole_call()[:5]), call_id)
        run.project_pending(limit=10, together=10)
    assert not Pending.objects.exists()


def test_the_room_of_what_was_applied_is_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "SWEPT_AFTER", 20)
    applied(range(2))
    room = pages()
    applied(range(2, 8))
    assert pages() <= room + 1


def test_what_still_waits_is_not_swept() -> None:
    count = len(store(row(message) for message in whole_call()))
    pending.sweep()
    assert run.project_pending() == count
