"""Calls that went silent: when they are marked, what lifts it, and that lost is not ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from calls import tasks
from calls.message import moment
from calls.models import Call, Pending
from calls.projection import lost
from calls.projection.lost import LOST_AFTER, mark_lost_calls
from calls.projection.run import project_pending
from calls.tests.projection.build import CALL, T0, body, project, row, store

HEARD = moment(T0)
SILENT = HEARD + LOST_AFTER + timedelta(seconds=1)

pytestmark = pytest.mark.django_db


def running(**fields: Any) -> Call:
    return Call.objects.create(**{"vapi_id": CALL, "status": "in-progress", "last_event_at": HEARD, **fields})


def lost_at(call: Call) -> datetime | None:
    call.refresh_from_db()
    return call.lost_at


def test_a_call_is_lost_an_hour_after_its_last_event() -> None:
    call = running()
    assert mark_lost_calls(HEARD + LOST_AFTER) == []
    assert mark_lost_calls(SILENT) == [CALL]
    assert lost_at(call) == SILENT


def test_a_call_without_a_single_event_counts_from_its_beginning() -> None:
    running(last_event_at=None, began_at=HEARD)
    assert mark_lost_calls(SILENT) == [CALL]


def test_lost_is_marked_once() -> None:
    call = running()
    mark_lost_calls(SILENT)
    assert mark_lost_calls(SILENT + timedelta(hours=9)) == []
    assert lost_at(call) == SILENT


def test_lost_is_not_ended() -> None:
    call = running()
    mark_lost_calls(SILENT)
    call.refresh_from_db()
    assert (call.status, call.ended_at, call.ended_reason) == ("in-progress", None, "")


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "ended", "ended_at": HEARD},
        {"status": "scheduled"},
        {"status": "not-found"},
        {"status": "deletion-failed"},
    ],
)
def test_what_ended_or_never_ran_is_not_lost(fields: dict[str, Any]) -> None:
    running(**fields)
    assert mark_lost_calls(SILENT) == []


def test_no_call_is_both_ended_and_lost() -> None:
    call = running(ended_at=HEARD)
    with pytest.raises(IntegrityError, match="call_lost_is_not_ended"), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(lost_at=SILENT)


@pytest.mark.parametrize("name", ["hang__late-answer", "status-update__ended", "end-of-call-report__phone"])
def test_the_next_event_lifts_it_whatever_it_is(name: str) -> None:
    project(body("status-update__in-progress", 0))
    assert mark_lost_calls(SILENT) == [CALL]

    call = project(body(name, 2 * 3_600_000))

    assert call.lost_at is None
    assert (call.ended_at is not None) == (name != "hang__late-answer")


def test_an_event_that_is_still_to_be_projected_has_come() -> None:
    project(body("status-update__in-progress", 0))
    store([row(body("hang__late-answer", 1_000))])
    assert mark_lost_calls(SILENT) == []

    Pending.objects.update(attempts=1)  # it cannot be applied, so it says nothing of the call
    assert mark_lost_calls(SILENT) == [CALL]


def test_the_watchers_hear_of_it_after_the_commit(
    told: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    running()
    with django_capture_on_commit_callbacks(execute=True):
        mark_lost_calls(SILENT)
        mark_lost_calls(SILENT)
        assert told == []
    assert told == [("calls", {"ids": [CALL]})]


def test_a_sweep_is_one_statement_however_many_calls_it_marks(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Call.objects.bulk_create(Call(vapi_id=f"c{number}", last_event_at=HEARD) for number in range(5))
    monkeypatch.setattr(lost, "MOST_AT_ONCE", 3)
    with django_assert_num_queries(1):
        first = mark_lost_calls(SILENT)
    assert (len(first), len(mark_lost_calls(SILENT)), mark_lost_calls(SILENT)) == (3, 2, [])


@pytest.mark.parametrize(
    ("where", "index"),
    [("ended_at IS NULL AND lost_at IS NULL", "call_running"), ("lost_at IS NOT NULL", "call_lost")],
)
def test_each_reader_has_its_partial_index(where: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM calls_call WHERE {where}")
        assert index in str(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_a_call_that_is_just_being_projected_is_passed_over() -> None:
    running()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM calls_call WHERE vapi_id = %s FOR UPDATE", [CALL])
            assert mark_lost_calls(SILENT) == []
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert mark_lost_calls(SILENT) == [CALL]


def test_beat_sweeps_every_five_minutes() -> None:
    running(last_event_at=timezone.now() - timedelta(minutes=61))
    entry = settings.CELERY_BEAT_SCHEDULE["mark-lost-calls"]
    assert (entry["task"], entry["schedule"]) == (tasks.mark_lost_calls.name, 300.0)
    assert tasks.mark_lost_calls() == 1


NAMES = ["status-update__in-progress", "hang__late-answer", "transcript__final-caller", "end-of-call-report__phone"]
Steps = list[tuple[str, int]]
steps = st.lists(st.tuples(st.sampled_from([*NAMES, "sweep", "project"]), st.integers(0, 300)), max_size=12)


class TestInAnyOrder(TestCase):
    """Events, projections and sweeps at any minute of five hours, in any order of arrival."""

    @hypothesis_settings(max_examples=60, deadline=None)
    @given(steps)
    def test_lost_never_survives_an_event_nor_an_end(self, drawn: Steps) -> None:
        for name, minute in drawn:
            self.do(name, minute)
        before = Call.objects.filter(vapi_id=CALL).first()
        store([row(body("language-change-detected__spanish", 400 * 60_000))])
        project_pending()

        assert Call.objects.get().lost_at is None
        assert before is None or before.lost_at is None or before.ended_at is None

    def do(self, name: str, minute: int) -> None:
        if name == "sweep":
            mark_lost_calls(HEARD + timedelta(minutes=minute))
        elif name == "project":
            project_pending()
        else:
            store([row(body(name, minute * 60_000))])
