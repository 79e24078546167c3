"""Many calls at a time: the rows of one at a time, a bounded number of statements, and each call its own risk."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec
import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks

from calls.message import FROM_API
from calls.models import (
    Assistant,
    Call,
    Event,
    Handover,
    Healing,
    Interruption,
    Pending,
    ProjectionState,
    Recording,
    Report,
    ToolCall,
    Turn,
)
from calls.projection import fold as folding
from calls.projection import pending
from calls.projection.message import StoredMessage
from calls.projection.run import project_pending
from calls.projection.state import CallState, load
from calls.tests.projection.build import T0, body, row, store, whole_call
from calls.tests.projection.test_fold import NAMES
from tickets.models import Customer

pytestmark = pytest.mark.django_db

Poison = Callable[[CallState, StoredMessage], None]


def call_id(n: int) -> str:
    return f"call-{n:02}"


def of_call(n: int, *messages: dict[str, Any]) -> None:
    store((row({**message, "call": {**message.get("call", {}), "id": call_id(n)}}) for message in messages), call_id(n))


def projected() -> set[str]:
    return set(Call.objects.filter(turns__isnull=False).values_list("vapi_id", flat=True))


def no_turns_at_all(state: CallState, _message: StoredMessage) -> None:
    state.turns = None  # type: ignore[assignment]


def more_hangs_than_a_column_holds(state: CallState, _message: StoredMessage) -> None:
    state.hang_count = 2**40


def nul_in_a_name(state: CallState, _message: StoredMessage) -> None:
    state.customer_name = "Ada\0Byrne"


@pytest.mark.parametrize(
    ("poison", "error"),
    [
        (no_turns_at_all, "NoneType"),
        (more_hangs_than_a_column_holds, "DataError: integer out of range"),
        (nul_in_a_name, "0x00"),
    ],
)
@pytest.mark.parametrize("place", [0, 7, 19])
def test_a_call_that_fails_waits_alone(monkeypatch: pytest.MonkeyPatch, poison: Poison, error: str, place: int) -> None:
    monkeypatch.setitem(folding.HANDLERS, "hang", poison)
    for n in range(20):
        of_call(n, body("transcript__final-caller", 1_000))
    of_call(place, body("hang__late-answer", 2_000))

    assert project_pending() == 19
    assert projected() == {call_id(n) for n in range(20) if n != place}
    waiting = list(Pending.objects.all())
    assert {(one.call_id, one.attempts) for one in waiting} == {(call_id(place), 1)}
    assert len(waiting) == 2
    assert all(error in one.error for one in waiting)


def test_several_that_fail_wait_and_the_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(folding.HANDLERS, "hang", more_hangs_than_a_column_holds)
    for n in range(20):
        of_call(n, body("hang__late-answer" if n % 3 == 0 else "transcript__final-caller", 1_000))

    assert project_pending() == 13
    assert set(Pending.objects.values_list("call_id", flat=True)) == {call_id(n) for n in range(0, 20, 3)}
    assert set(Pending.objects.values_list("attempts", flat=True)) == {1}


def test_an_event_that_fails_keeps_nothing_of_its_batch_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(folding.HANDLERS, "hang", lambda *_: 1 / 0)
    for n in range(5):
        of_call(n, body("transcript__final-caller", 1_000), body("hang__late-answer", 2_000))

    assert project_pending() == 5
    assert len(projected()) == 5
    assert [one.error for one in Pending.objects.all()] == ["ZeroDivisionError: division by zero"] * 5


def statements(calls: int, *messages: dict[str, Any]) -> int:
    for n in range(calls):
        of_call(n, *messages)
    with CaptureQueriesContext(connection) as captured:
        assert project_pending() == calls * len(messages)
    return len(captured)


@pytest.mark.parametrize(
    "then",
    [
        [body("transcript__final-caller", 70_000)],
        [body("hang__late-answer", 2_500)],
        [body("tool-calls__get-ticket-details", 70_000), body("transfer-update__to-orders", 71_000)],
    ],
    ids=["one-more", "late", "several"],
)
def test_fifty_calls_take_as_many_statements_as_five(then: list[dict[str, Any]]) -> None:
    few = statements(5, *whole_call()), statements(5, *then)
    for model in (Call, ProjectionState, Event, Assistant):
        model.objects.all().delete()
    many = statements(50, *whole_call()), statements(50, *then)

    # What is folded anew is read for so many calls at a time.
    assert many[0] == few[0]
    assert few[1] <= many[1] <= few[1] + 3
    assert max(few) < 30


def test_of_too_many_events_each_call_gets_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "MOST_IN_A_TRANSACTION", 10)
    of_call(0, *(body("hang__late-answer", at) for at in range(100)))
    for n in range(1, 5):
        of_call(n, body("hang__late-answer", 500), body("hang__late-answer", 600))

    taken = pending.read_due([call_id(n) for n in range(5)])

    assert [len(due.ids) for due in taken.values()] == [2, 2, 2, 2, 2]
    assert project_pending() == 108
    assert list(Call.objects.order_by("vapi_id").values_list("hang_count", flat=True)) == [100, 2, 2, 2, 2]


def test_the_watchers_hear_of_all_of_them_at_once(
    told: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for n in range(3):
        of_call(n, body("status-update__ringing"))
    with django_capture_on_commit_callbacks(execute=True):
        project_pending()

    assert told == [("calls", {"ids": [call_id(n) for n in range(3)]})]


def test_customers_and_assistants_are_found_for_each() -> None:
    Customer.objects.bulk_create(Customer(name=f"No {n}", phone=f"+4477009000{n}0") for n in (1, 2))
    Customer.objects.create(name="Also no 2", phone="+447700900020")
    known = Assistant.objects.create(vapi_id="a-1", name="Ours")
    Assistant.objects.create(vapi_id="a-2")
    for n in range(5):
        call = {"customer": {"number": f"+4477009000{n}0"}, "assistantId": f"a-{n}" if n < 4 else None}
        squad = {"members": [{"assistantId": f"a-{n}", "assistant": {"name": f"Squad {n}"}}]}
        of_call(n, body("status-update__ringing", call={**call, "squad": squad}))
    project_pending()

    rows = {call.vapi_id: call for call in Call.objects.select_related("customer", "assistant")}
    assert [str(rows[call_id(n)].customer or "") for n in range(5)].count("") == 4
    assert rows[call_id(1)].customer.name == "No 1"  # type: ignore[union-attr]
    assert rows[call_id(1)].assistant == known
    names = [(one.vapi_id, one.name) for n in range(5) if (one := rows[call_id(n)].assistant)]
    assert names == [("a-0", "Squad 0"), ("a-1", "Ours"), ("a-2", "Squad 2"), ("a-3", "Squad 3"), ("a-4", "Squad 4")]


class Came(NamedTuple):
    """One event of one call."""

    n: int
    message: dict[str, Any]


FROM_THE_API = {
    **{key: value for key, value in body("end-of-call-report__phone").items() if key != "type"},
    "type": FROM_API,
    "status": "ended",
    "cost": 9.0,
}
CALLS = 4


@st.composite
def deliveries_of_several(draw: st.DrawFn) -> list[list[Came]]:
    """Whole calls, nonsense and what the API told, of several calls, in any order, some twice, cut anywhere."""
    came = [Came(0, message) for message in whole_call()]
    events = st.tuples(st.integers(1, CALLS - 1), st.sampled_from([*NAMES, FROM_API]), st.integers(0, 40))
    for n, name, at in draw(st.lists(events, min_size=4, max_size=40, unique=True)):
        came.append(Came(n, {**FROM_THE_API, "timestamp": T0 + at} if name == FROM_API else body(name, at * 100)))
    came += draw(st.lists(st.sampled_from(came), max_size=5))
    random.Random(draw(st.integers(0, 2**32))).shuffle(came)
    cuts = sorted(draw(st.lists(st.integers(1, len(came) - 1), unique=True, max_size=6)))
    return [came[start:end] for start, end in zip([0, *cuts], [*cuts, len(came)], strict=True)]


def result(steps: Sequence[Sequence[Came]], together: int) -> dict[str, Any]:
    """What is in the tables after the steps were projected one by one, so many calls at a time."""
    for model in (Call, Event, Pending, ProjectionState, Assistant):
        model.objects.all().delete()
    for step in steps:
        for n in range(CALLS):
            of_call(n, *(came.message for came in step if came.n == n))
        project_pending(together=together)
    return {
        "states": [seen(one) for one in ProjectionState.objects.order_by("call_id")],
        "pending": list(Pending.objects.values()),
        **{model.__name__: rows_of(model) for model in TABLES},
    }


TABLES = (Call, Turn, Interruption, Handover, Report, Recording, Healing, ToolCall)
HIDDEN = {"id", "call_id", "at", "next_attempt_at", "assistant_id"}


def rows_of(model: Any) -> list[dict[str, Any]]:
    of = "" if model is Call else "call__"
    named = {"of": F(f"{of}vapi_id"), "by": F(f"{of}assistant__vapi_id")}
    hidden = HIDDEN if model is not Handover else HIDDEN - {"at"}
    rows = model.objects.annotate(**named).order_by(f"{of}vapi_id", "pk").values()
    return [{key: value for key, value in values.items() if key not in hidden} for values in rows]


def seen(row: ProjectionState) -> CallState:
    return msgspec.structs.replace(load(row.state), row_id=None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deliveries_of_several())
def test_many_at_a_time_end_in_the_rows_of_one_at_a_time(steps: list[list[Came]]) -> None:
    one_by_one, together = result(steps, together=1), result(steps, together=64)

    assert together == one_by_one
    assert together["Call"]
