"""Several workers at once, and batches as they fall, on a real database."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings

from calls.models import Call, Event, Pending, ProjectionState
from calls.projection import fold as folding
from calls.projection import pending
from calls.projection.message import StoredMessage
from calls.projection.run import project_call, project_pending
from calls.projection.state import CallState, load
from calls.tests.projection.build import CALL, body, row, store, whole_call
from calls.tests.projection.test_fold import CALL_EVENTS, deliveries, in_batches

ROWS = {message.id: row(raw) for message, raw in zip(CALL_EVENTS, whole_call(), strict=True)}


@pytest.mark.django_db(transaction=True)
def test_two_workers_apply_each_event_once() -> None:
    hangs = [body("hang__late-answer", at) for at in range(200)]
    start = threading.Barrier(3)

    def work(applied: list[int]) -> None:
        start.wait()
        applied.extend(project_pending() for _ in range(30))
        connection.close()

    counts: list[int] = []
    workers = [threading.Thread(target=work, args=(counts,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    start.wait()
    for n in range(0, 200, 10):
        store(row(message) for message in hangs[n : n + 10])
    for worker in workers:
        worker.join()
    counts.append(project_pending())

    assert sum(counts) == 200
    assert Call.objects.get().hang_count == 200
    assert not Pending.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_call_that_another_worker_has_is_passed_over() -> None:
    store([row(body("hang__late-answer", 0))])
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            assert pending.lock(CALL)
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)

    assert (project_pending(), project_call(CALL)) == (0, 0)
    done.set()
    holder.join()
    assert project_pending() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_halfway_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_args: Any) -> None:
        raise SystemExit

    store(ROWS.values())
    monkeypatch.setattr("calls.projection.pending.save_state", die)
    with pytest.raises(SystemExit):
        project_pending()
    assert not Call.objects.exists()
    monkeypatch.undo()

    assert project_pending() == len(ROWS)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries(CALL_EVENTS))
def test_any_order_of_arrival_ends_in_the_same_rows(batches: list[list[StoredMessage]]) -> None:
    for model in (Call, Event, Pending, ProjectionState):
        model.objects.all().delete()
    for batch in batches:
        store(ROWS[message.id] for message in batch)
        project_pending()

    call = Call.objects.get()
    expected = folding.fold(CallState(), CALL_EVENTS).state
    stored = load(ProjectionState.objects.get().state)
    stored.row_id = None
    assert stored == expected == in_batches(batches)
    turns = [(turn.position, turn.role, turn.text) for turn in call.turns.all()]
    assert turns == [(position, turn.role, turn.text) for position, turn in enumerate(expected.turns)]
    assert [each.gap_ms for each in call.interruptions.all()] == [300]
    assert (call.hang_count, call.tool_calls.count(), call.status) == (1, 2, "ended")
