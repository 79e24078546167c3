"""Which rows are taken, which wait, and what a batch costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from calls.models import (
    Assistant,
    Call,
    Event,
    Interruption,
    Pending,
    ProjectionState,
    Report,
    ToolCall,
    Turn,
)
from calls.projection import batch
from calls.projection import fold as folding
from calls.projection.change import Advanced
from calls.projection.pending import due_calls
from calls.projection.run import project_call, project_pending
from calls.projection.write import write
from calls.tests.projection.build import CALL, RECEIVED, body, project, row, store, whole_call

pytestmark = pytest.mark.django_db

OTHER = "0199c1aa-0000-7c30-a0d5-3f4b8e9a1002"


def boom(*_args: Any) -> None:
    raise KeyError("surprise")


def test_what_is_applied_is_no_longer_pending() -> None:
    count = len(store(row(message) for message in whole_call()))

    assert project_pending() == count
    assert not Pending.objects.exists()
    assert project_pending() == 0


def test_in_what_batches_it_came_makes_no_difference() -> None:
    messages = whole_call()
    for message in [*messages[12:], *messages[:12][::-1]]:
        project(message)
    slowly = snapshot()
    for model in (Call, Event, ProjectionState):
        model.objects.all().delete()
    project(*messages)

    assert snapshot() == slowly


def snapshot() -> list[Any]:
    hidden = {"id", "call", "call_id"}
    return [
        [{key: value for key, value in values.items() if key not in hidden} for values in model.objects.values()]
        for model in (Call, Turn, Interruption, Report, ToolCall)
    ]


@pytest.fixture
def hang_is_poison(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(folding.HANDLERS, "hang", boom)


@pytest.mark.usefixtures("hang_is_poison")
def test_a_poison_event_waits_alone_with_its_reason() -> None:
    call = project(*whole_call())

    [pending] = Pending.objects.all()
    assert (pending.attempts, pending.error) == (1, "KeyError: 'surprise'")
    assert pending.retry_at > timezone.now()
    assert (call.status, call.hang_count, call.turns.count()) == ("ended", 0, 4)


@pytest.mark.usefixtures("hang_is_poison")
def test_a_poison_event_waits_longer_each_time() -> None:
    project(*whole_call())
    for attempt in (2, 3):
        Pending.objects.update(retry_at=timezone.now())
        assert project_pending() == 0
        pending = Pending.objects.get()
        assert pending.attempts == attempt
        waiting = pending.retry_at - timezone.now()
        assert timedelta(seconds=2**attempt - 1) < waiting <= timedelta(seconds=2**attempt)


@pytest.mark.usefixtures("hang_is_poison")
def test_once_a_poison_event_can_be_applied_it_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    project(*whole_call())
    monkeypatch.undo()
    Pending.objects.update(retry_at=timezone.now())

    assert project_pending() == 1
    assert Call.objects.get().hang_count == 1
    assert not Pending.objects.exists()


@pytest.mark.usefixtures("hang_is_poison")
def test_a_refold_does_not_take_along_an_event_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    project(*whole_call()[5:])
    monkeypatch.undo()

    assert project(*whole_call()[:5]).hang_count == 0
    assert Pending.objects.count() == 1


def test_a_body_that_cannot_be_read_does_not_block_its_call() -> None:
    store([row(message) for message in whole_call()])
    Event.objects.filter(type="hang").update(body=b"not packed")

    project_pending()

    assert Call.objects.get().status == "ended"
    assert Pending.objects.get().error.startswith("UnreadableBodyError: Error -3")


def test_a_pending_row_whose_event_is_gone_goes_too() -> None:
    ids = store([row(message) for message in whole_call()])
    Event.objects.filter(id__in=ids).delete()

    assert project_pending() == 0
    assert not Pending.objects.exists()
    assert not Call.objects.exists()


def test_a_database_error_in_one_call_leaves_the_others_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(advanced: Sequence[Advanced]) -> None:
        if OTHER in [one.call_id for one in advanced]:
            raise DatabaseError("refused")
        write(advanced)

    monkeypatch.setattr(batch, "write", refuse)
    store([row(body("status-update__ringing", call={"id": OTHER}))], call_id=OTHER)
    store([row(body("status-update__ringing"))])

    assert project_pending() == 1
    [pending] = Pending.objects.all()
    assert (pending.call_id, pending.attempts, pending.error) == (OTHER, 1, "DatabaseError: refused")


def test_a_row_whose_time_has_not_come_is_left() -> None:
    store([row(body("status-update__ringing"))])
    Pending.objects.update(retry_at=F("retry_at") + timedelta(minutes=1))

    assert project_pending() == 0
    assert project_call(CALL) == 0
    assert Pending.objects.exists()


def test_more_calls_than_the_limit_are_all_projected() -> None:
    for n in range(5):
        store([row(body("status-update__ringing", call={"id": f"call-{n}"}))], call_id=f"call-{n}")

    assert project_pending(limit=2) == 5


def test_a_call_that_has_no_row_comes_before_those_that_wait_longer() -> None:
    project(body("status-update__ringing"))
    store([row(body("status-update__in-progress"))])
    Pending.objects.update(retry_at=F("retry_at") - timedelta(minutes=1))
    for call_id in ("new", "newer"):
        store([row(body("status-update__ringing", call={"id": call_id}))], call_id)
    Pending.objects.filter(call_id="new").update(retry_at=F("retry_at") - timedelta(seconds=1))

    assert due_calls(3, without=[]) == ["new", "newer", CALL]
    assert due_calls(2, without=["new"]) == ["newer", CALL]


def test_the_watchers_hear_of_it_after_the_commit(
    told: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    store([row(body("status-update__ringing"))])
    with django_capture_on_commit_callbacks(execute=True):
        project_pending()
        assert told == []

    assert told == [("calls", {"ids": [CALL]})]


def test_the_stamps_of_events_without_a_timestamp_are_those_of_their_arrival() -> None:
    assert project(body("status-update__ended", timestamp=None)).ended_at == RECEIVED


# How long a lock is waited for, lock, due rows, state, savepoint and its release; then call, state and pending rows are
# written.
EVERY_BATCH = 9


@pytest.mark.parametrize(
    ("messages", "queries"),
    [
        ([body("hang__late-answer", 30_000)], EVERY_BATCH),
        ([body("transcript__final-caller", 30_000, transcript="Hello?")], EVERY_BATCH + 1),
        ([body("transcript__final-caller", 30_000 + n, transcript="Yes.") for n in range(200)], EVERY_BATCH + 1),
        # Refold: the stored events. The turns end up the same.
        ([body("transcript__final-caller", 200)], EVERY_BATCH + 1),
        # Turns, report, its recording, known tool calls, missing ones.
        ([body("end-of-call-report__phone")], EVERY_BATCH + 5),
    ],
    ids=["nothing-to-show", "one-turn", "two-hundred-finals", "late", "report"],
)
def test_a_batch_takes_few_queries(
    messages: list[dict[str, Any]], queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    project(*whole_call()[:12])
    store([row(message) for message in messages])

    with django_assert_num_queries(queries):
        project_call(CALL)


def test_the_first_batch_takes_a_few_more(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    Assistant.objects.create(vapi_id="b1a6b7de-11f0-4f9a-9c0f-2f6a58b7c001", name="Frontline")
    store([row(body("status-update__ringing"))])

    # Customer, assistant, the link if one is found; what an older row may have left.
    with django_assert_num_queries(EVERY_BATCH + 6):
        project_call(CALL)
