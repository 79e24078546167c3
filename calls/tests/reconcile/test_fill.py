"""What the API's call fills, and that it never takes the place of what a webhook said."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from calls.body import unpack
from calls.message import FROM_API, moment
from calls.models import Call, Event, Healing, MonitorUrls, ProjectionState, Report, ToolCall, Turn
from calls.projection.replay import replay_call
from calls.projection.run import project_pending
from calls.projection.snapshot import snapshot
from calls.reconcile.fill import Filled, fill
from calls.tests.projection.build import CALL, T0, body, project, row, store, whole_call
from calls.tests.reconcile.build import api_call, at, running

pytestmark = pytest.mark.django_db


def heal(*rows: dict[str, Any]) -> list[Filled]:
    filled = fill(rows, timezone.now())
    project_pending()
    return filled


def healed() -> set[str]:
    return set(Healing.objects.filter(call__vapi_id=CALL).values_list("field", flat=True))


def the_call() -> Call:
    return Call.objects.get(vapi_id=CALL)


def test_a_call_nobody_told_of_is_made_whole() -> None:
    [filled] = heal(api_call())

    call = the_call()
    assert filled.is_new
    assert (call.status, call.ended_reason, call.kind) == ("ended", "assistant-ended-call", "inboundPhoneCall")
    assert (call.began_at, call.started_at) == (moment(T0 - 5_000), moment(T0 + 100))
    assert (call.customer_name, call.customer_number) == ("Ada Byrne", "+14155550123")
    assert call.our_number == "+14155550100"
    assert call.report.analysis["successEvaluation"] == "true"
    assert call.turns.count() == 4
    assert {"report", "status", "turns", "customer_number", "ended_reason", "cost_usd"} <= healed()


def test_a_running_call_nobody_told_of_appears_on_the_board() -> None:
    heal(running())

    call = the_call()
    assert (call.status, call.started_at, call.ended_at) == ("in-progress", moment(T0), None)
    assert MonitorUrls.objects.filter(call_id=CALL).exists()


def test_a_report_that_never_came_is_filled() -> None:
    project(*whole_call()[:-1])

    heal(api_call())

    assert the_call().report.transcript.startswith("AI: ")
    assert "report" in healed()
    assert "status" not in healed()


def test_a_call_whose_end_was_lost_is_closed() -> None:
    project(body("status-update__in-progress", 0))

    heal(api_call())

    assert (the_call().status, the_call().ended_at) == ("ended", moment(T0 + 58_534))
    assert {"status", "ended_ms", "ended_reason"} <= healed()


def test_a_complete_call_gets_nothing_and_stores_nothing() -> None:
    project(*whole_call())
    events, before = Event.objects.count(), snapshot(CALL)

    assert heal(api_call(endedReason="customer-ended-call", cost=99)) == []
    assert (Event.objects.count(), snapshot(CALL), healed()) == (events, before, set())


def test_what_webhooks_said_is_never_overwritten() -> None:
    ended = body("status-update__ended", 60_000, endedReason="customer-ended-call")
    project(body("status-update__in-progress", 0), ended)

    heal(api_call(endedReason="assistant-ended-call", type="webCall"))

    call = the_call()
    assert (call.ended_reason, call.ended_at) == ("customer-ended-call", moment(T0 + 60_000))
    assert call.kind == "inboundPhoneCall"
    assert {"ended_reason", "ended_ms", "kind"} & healed() == set()


def test_a_report_that_comes_after_all_takes_its_place() -> None:
    project(*whole_call()[:-1])
    heal(api_call(analysis={"summary": "As the API has it."}))
    assert the_call().report.summary == "As the API has it."

    project(whole_call()[-1])

    assert the_call().report.summary == "The caller asked for ticket 12345 and cancelled the order."
    assert "report" not in healed()


def test_running_it_twice_changes_nothing() -> None:
    project(*whole_call()[3:9])
    heal(api_call())
    before, events, marks = snapshot(CALL), Event.objects.count(), list(Healing.objects.values())

    assert heal(api_call()) == []
    assert heal(api_call(changed=90_000)) == []
    assert (snapshot(CALL), Event.objects.count(), list(Healing.objects.values())) == (before, events, marks)


def test_a_later_answer_adds_what_the_earlier_one_lacked() -> None:
    heal(api_call(analysis=None))
    assert the_call().report.analysis == {}

    heal(api_call(changed=99_000, cost=None))

    assert the_call().report.analysis["successEvaluation"] == "true"
    assert str(the_call().cost_usd) == "0.074200"


def test_in_any_order_the_call_is_the_same() -> None:
    messages = [body("status-update__in-progress", 0), whole_call()[-1]]
    steps: list[Callable[[], object]] = [partial(project, message) for message in messages]
    steps.append(lambda: heal(api_call(endedReason="other")))
    seen = []
    for order in itertools.permutations(steps):
        for model in (Event, Call, ProjectionState):
            model.objects.all().delete()
        for step in order:
            step()
        seen.append(snapshot(CALL))
    assert [sorted(set(one.items()) ^ set(seen[0].items())) for one in seen if one != seen[0]] == []


def test_a_refold_keeps_it_and_its_time() -> None:
    project(body("status-update__in-progress", 0))
    heal(api_call())
    before, marks = snapshot(CALL), list(Healing.objects.values_list("field", "at"))

    replay_call(CALL)

    assert (snapshot(CALL), list(Healing.objects.values_list("field", "at"))) == (before, marks)


def test_a_tool_call_that_no_question_told_of_is_written_down() -> None:
    heal(api_call())
    assert ToolCall.objects.filter(call__vapi_id=CALL).exists()
    assert "tool_calls" in healed()


def test_no_secret_of_the_api_is_stored() -> None:
    heal(api_call(), running(id="another", artifact={"presignedMonoUrl": "https://x/?X-Amz-Signature=planted"}))
    bodies = b"".join(unpack(event.body) for event in Event.objects.all())
    assert b"planted" not in bodies
    assert b"/control" not in bodies


def test_a_plan_stores_nothing() -> None:
    assert [str(one) for one in fill([api_call()], timezone.now(), only_plan=True)] == [f"{CALL}: never seen before"]
    assert not Event.objects.exists()


NO_CALLS: list[dict[str, Any]] = [
    {},
    {"id": 5},
    {"id": "x"},
    {"id": "", "createdAt": at(0)},
    {"id": "x", "updatedAt": "soon"},
]


@pytest.mark.parametrize("row", NO_CALLS)
def test_what_is_no_call_is_passed_over(row: dict[str, Any]) -> None:
    assert heal(row) == []


@pytest.mark.parametrize("wrong", ["text", 7, ["list"], {"a": "b"}, True])
def test_fields_of_the_wrong_type_are_absent(wrong: Any) -> None:
    names = ("status", "artifact", "analysis", "customer", "costs", "cost", "squad", "startedAt", "endedReason")
    heal(api_call(**dict.fromkeys(names, wrong)))
    assert the_call().vapi_id == CALL


def test_words_that_were_missed_are_filled() -> None:
    project(body("status-update__in-progress", 0), body("transcript__final-caller", 7_200))
    heal(api_call())
    assert Turn.objects.filter(call__vapi_id=CALL).count() == 4
    assert Event.objects.filter(type=FROM_API).count() == 1
    assert Report.objects.count() == 1


def test_the_end_of_a_last_turn_that_was_missed_is_filled() -> None:
    told = api_call()
    *_, last = (one for one in told["artifact"]["messages"] if one["role"] in ("bot", "user"))
    part = last | {"message": last["message"][:-10].strip()}
    heard = [part if one is last else one for one in told["artifact"]["messages"]]
    project(body("status-update__in-progress", 0), body("conversation-update__messages", 60_000, messages=heard))
    texts = Turn.objects.filter(call__vapi_id=CALL).order_by("position").values_list("text", flat=True)
    assert texts.last() == part["message"]

    heal(told)
    assert texts.last() == last["message"]
    assert texts.count() == 4
    assert "turns" in healed()


def test_what_waits_to_be_projected_is_not_healed() -> None:
    store([row(message) for message in whole_call()])
    heal(api_call())
    assert healed() == set()
