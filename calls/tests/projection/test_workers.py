"""Several workers at once, and batches as they fall, on a real database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from hypothesis import HealthCheck, given, settings
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from calls.models import Call, Event, Pending, ProjectionState
from calls.projection import batch, pending, run
from calls.projection import fold as folding
from calls.projection.change import Advanced
from calls.projection.message import StoredMessage
from calls.projection.run import project_call, project_pending
from calls.projection.state import CallState, load
from calls.projection.write import write
from calls.tests.projection.build import CALL, body, row, store, whole_call
from calls.tests.projection.held import held_elsewhere
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


def of_calls(calls: int, *messages: dict[str, Any]) -> None:
    for n in range(calls):
        store((row({**message, "call": {"id": f"call-{n:02}"}}) for message in messages), f"call-{n:02}")


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_forty_calls() -> None:
    start = threading.Barrier(3)
    counts: list[int] = []

    def work() -> None:
        start.wait()
        counts.extend(project_pending(together=8) for _ in range(10))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    start.wait()
    for at in range(0, 100, 10):
        of_calls(40, *(body("hang__late-answer", at + n) for n in range(3)))
    for worker in workers:
        worker.join()
    counts.append(project_pending())

    assert sum(counts) == 40 * 30
    assert set(Call.objects.values_list("hang_count", flat=True)) == {30}
    assert (Call.objects.count(), Pending.objects.count()) == (40, 0)


@pytest.mark.django_db(transaction=True)
def test_what_arrives_while_a_batch_is_written_is_projected_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    of_calls(5, body("hang__late-answer", 1_000))
    arriving = [body("hang__late-answer", 2_000), body("hang__late-answer", 500)]

    def arrive(advanced: Sequence[Advanced]) -> None:
        write(advanced)
        if arriving:
            elsewhere(of_calls, 7, arriving.pop(), arriving.pop())

    monkeypatch.setattr(batch, "write", arrive)

    assert project_pending() == 5 + 7 * 2
    counts = dict(Call.objects.values_list("vapi_id", "hang_count"))
    assert counts == {**{f"call-{n:02}": 3 for n in range(5)}, "call-05": 2, "call-06": 2}


def elsewhere(work: Callable[..., None], *arguments: Any) -> None:
    """In another thread and its own connection; back when it is done."""

    def and_close() -> None:
        work(*arguments)
        connection.close()

    thread = threading.Thread(target=and_close)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_nobodys_fault() -> None:
    """Another transaction has the second call and wants the first: the batch gives way, and waits for nothing long."""
    of_calls(3, body("hang__late-answer", 1_000))
    for n in range(3):
        Call.objects.create(vapi_id=f"call-{n:02}")
    held = threading.Event()

    def hold_and_want() -> None:
        with transaction.atomic():
            Call.objects.select_for_update(no_key=True).get(vapi_id="call-01")
            held.set()
            wait_until_somebody_waits()
            Call.objects.select_for_update(no_key=True).get(vapi_id="call-00")
        connection.close()

    holder = threading.Thread(target=hold_and_want)
    holder.start()
    held.wait(10)
    applied = project_pending()
    holder.join()

    assert applied + project_pending() == 3
    assert set(Call.objects.values_list("hang_count", flat=True)) == {1}
    assert not Pending.objects.exists()


def wait_until_somebody_waits() -> None:
    for _ in range(1000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_who_holds_one_row_holds_up_that_call_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_LOCK_WITHIN", "SET LOCAL lock_timeout = '50ms'")
    of_calls(4, body("hang__late-answer", 1_000))
    Call.objects.create(vapi_id="call-01")
    with held_elsewhere(lambda: Call.objects.select_for_update(no_key=True).get(vapi_id="call-01")):
        assert project_pending() == 3
        assert list(Pending.objects.values_list("call_id", "attempts")) == [("call-01", 0)]
    assert project_pending() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [DeadlockDetected, LockNotAvailable, SerializationFailure])
def test_a_call_that_stood_in_anothers_way_is_as_due_as_before(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def give_way(*_args: Any) -> None:
        raise OperationalError("gave way") from error()

    of_calls(2, body("hang__late-answer", 1_000))
    monkeypatch.setattr(batch, "write", give_way)
    assert project_pending() == 0
    assert set(Pending.objects.values_list("attempts", "error")) == {(0, "")}
    monkeypatch.undo()

    assert project_pending() == 2


@pytest.mark.django_db(transaction=True)
def test_a_call_that_another_worker_has_is_passed_over() -> None:
    store([row(body("hang__late-answer", 0))])
    with held_elsewhere(lambda: pending.lock(CALL)):
        of_calls(3, body("hang__late-answer", 0))
        assert (project_pending(), project_call(CALL)) == (3, 0)
    assert project_pending() == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_halfway_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_args: Any) -> None:
        raise SystemExit

    store(ROWS.values())
    monkeypatch.setattr("calls.projection.pending.save_states", die)
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
    for some in batches:
        store(ROWS[message.id] for message in some)
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


@pytest.mark.django_db
@pytest.mark.parametrize(("waited_s", "rests"), [(0, 2), (60, 0)])
def test_between_batches_it_rests_unless_it_is_far_behind(
    monkeypatch: pytest.MonkeyPatch, waited_s: int, rests: int
) -> None:
    rested: list[float] = []
    monkeypatch.setattr(time, "sleep", lambda seconds: rested.append(seconds) if seconds else None)
    of_calls(6, body("hang__late-answer"))
    Pending.objects.update(retry_at=Now() - timedelta(seconds=waited_s))
    assert project_pending(together=2) == 6
    assert len(rested) == rests
    assert all(0 < seconds <= run.LONGEST_REST_S for seconds in rested)
