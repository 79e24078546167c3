"""What lands in the tables, and who is linked."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from calls.body import pack
from calls.message import moment
from calls.models import (
    Assistant,
    AssistantSnapshot,
    Call,
    Event,
    Interruption,
    Recording,
    ToolCall,
    Turn,
)
from calls.models.tool_call import arguments_hash
from calls.projection.run import project_pending
from calls.tests.projection.build import CALL, T0, body, project, row, store, whole_call
from tickets.models import Customer

pytestmark = pytest.mark.django_db


def test_a_whole_call_becomes_what_people_read() -> None:
    call = project(*whole_call())

    assert (call.status, call.kind, call.customer_number) == ("ended", "inboundPhoneCall", "+447700900018")
    assert (call.ended_group, call.ended_party, call.fault) == ("assistant-ended", "assistant", "")
    assert (call.started_at, call.ended_at) == (moment(T0 + 100), moment(T0 + 58_534))
    assert call.last_event_at == moment(T0 + 63_500)
    assert call.cost_usd == Decimal("0.074200")
    assert (call.hang_count, call.interruption_count, call.slowest_stop_ms) == (1, 1, 300)
    assert [turn.role for turn in call.turns.all()] == ["assistant", "user", "assistant", "user"]
    assert [each.gap_ms for each in call.interruptions.all()] == [300]
    assert call.report.analysis["successEvaluation"] == "true"
    assert [each.name for each in call.tool_calls.all()] == ["getTicketDetails", "endCall"]


def test_the_bare_row_of_a_tool_call_is_filled() -> None:
    bare = Call.objects.create(vapi_id=CALL)

    call = project(body("status-update__in-progress", 0))

    assert call.pk == bare.pk
    assert (call.status, call.our_number) == ("in-progress", "+12025550100")


def test_the_one_customer_with_that_number_is_calling() -> None:
    customer = Customer.objects.create(name="Ada Byrne", phone="+447700900018")

    assert project(body("status-update__ringing")).customer == customer


def test_a_number_that_several_share_names_nobody() -> None:
    Customer.objects.bulk_create(Customer(name=name, phone="+447700900018") for name in "AB")

    assert project(body("status-update__ringing")).customer is None


def test_a_new_assistants_name_comes_from_its_snapshot() -> None:
    known_as(b"h" * 16, {"id": "ignored", "name": "Frontline"})
    store([row(body("status-update__ringing"), assistant_hash=b"h" * 16)])
    project_pending()

    assistant = Call.objects.get().assistant
    assert assistant is not None
    assert (assistant.vapi_id, assistant.name) == ("b1a6b7de-11f0-4f9a-9c0f-2f6a58b7c001", "Frontline")


def test_a_name_that_somebody_gave_stays() -> None:
    Assistant.objects.create(vapi_id="b1a6b7de-11f0-4f9a-9c0f-2f6a58b7c001", name="Ours")
    known_as(b"h" * 16, {"name": "Frontline"})
    store([row(body("status-update__ringing"), assistant_hash=b"h" * 16)])
    project_pending()

    assert Assistant.objects.get().name == "Ours"


def test_an_assistant_the_call_does_not_name_is_known_from_its_snapshot() -> None:
    known_as(b"h" * 16, {"id": "chosen-by-us", "name": "Frontline"})
    call = {"id": CALL, "type": "inboundPhoneCall", "assistantId": None}
    store([row(body("status-update__ringing", call=call), assistant_hash=b"h" * 16)])
    project_pending()

    assert Assistant.objects.get().vapi_id == "chosen-by-us"


def known_as(key: bytes, assistant: dict[str, str]) -> None:
    AssistantSnapshot.objects.create(hash=key, body=pack(json.dumps(assistant).encode()))


def test_a_refold_with_fewer_turns_leaves_none_behind() -> None:
    finals = [body("transcript__final-caller", 1_000), body("transcript__final-caller", 9_000, transcript="Hello?")]
    agent = body("transcript__final-agent-bracket", 5_000)
    project(*finals, agent)
    assert Turn.objects.count() == 3

    project(body("conversation-update__messages", 9_500, messages=[{"role": "user", "message": "Hello?"}]))

    assert [turn.text for turn in Turn.objects.all()] == ["Hello?"]


def test_an_interruption_that_was_none_disappears() -> None:
    agent = [body("speech-update__agent-started", 0), body("speech-update__agent-stopped", 5_000)]
    project(*agent, body("speech-update__caller-started", 900))
    assert Interruption.objects.count() == 1

    call = project(body("speech-update__caller-stopped", 1_200))

    assert not Interruption.objects.exists()
    assert (call.interruption_count, call.slowest_stop_ms) == (0, None)


def test_a_call_whose_row_was_deleted_is_written_anew() -> None:
    project(*whole_call()[:12])
    Call.objects.all().delete()

    project(body("hang__late-answer", 20_000))

    assert Turn.objects.count() == 2
    assert Call.objects.get().hang_count == 1


def test_after_retention_a_late_event_costs_nothing_that_is_known() -> None:
    project(*whole_call())
    Event.objects.all().delete()

    call = project(body("hang__late-answer", 6_000))

    assert (call.hang_count, call.turns.count(), call.status) == (2, 4, "ended")


def answered_call(call: Call, **fields: Any) -> ToolCall:
    arguments = fields.pop("arguments", {"ticketId": "12345"})
    values = {"tool_call_id": "call_Fq1details", "name": "getTicketDetails", "state": ToolCall.State.DONE} | fields
    return ToolCall.objects.create(call=call, arguments=arguments, arguments_hash=arguments_hash(arguments), **values)


@pytest.mark.parametrize("arguments", [{"ticketId": "12345"}, {"ticketId": "12345", "static": True}])
def test_what_answers_knows_is_left_alone(arguments: dict[str, Any]) -> None:
    answered = answered_call(Call.objects.create(vapi_id=CALL), arguments=arguments, result="open")

    project(body("end-of-call-report__phone"))

    answered.refresh_from_db()
    assert (answered.state, answered.result, answered.arguments) == ("done", "open", arguments)
    states = dict(ToolCall.objects.values_list("name", "state"))
    assert states == {"getTicketDetails": "done", "endCall": "reported"}


def test_of_calls_that_share_an_id_only_the_unknown_one_is_added() -> None:
    hooks = [{"id": "hook-function-call", "function": {"name": "note", "arguments": {"n": n}}} for n in (1, 2)]
    answered_call(Call.objects.create(vapi_id=CALL), tool_call_id="hook-function-call", name="note", arguments={"n": 2})

    project(body("end-of-call-report__2024", messages=[{"role": "tool_calls", "toolCalls": hooks}]))

    rows = ToolCall.objects.order_by("arguments__n").values_list("arguments", "state")
    assert list(rows) == [({"n": 1}, "reported"), ({"n": 2}, "done")]


@pytest.mark.parametrize(
    "member", [{"assistant": {"id": "front", "name": "Front desk"}}, {"assistantId": "front"}, {"assistant": "odd"}]
)
def test_a_squads_call_is_answered_by_its_first_member(member: dict[str, Any]) -> None:
    squad = {"members": [member, {"assistant": {"id": "orders", "name": "Orders"}}]}
    call = project(body("status-update__ringing", call={"id": CALL, "assistantId": None, "squad": squad}))

    named = (call.assistant.vapi_id, call.assistant.name) if call.assistant else None
    assert named in {("front", "Front desk"), ("front", ""), None}
    assert (named is None) == (member == {"assistant": "odd"})


def test_a_report_with_a_recording_leaves_a_row_to_draw_it_by() -> None:
    call = project(*whole_call())

    assert [each.state for each in Recording.objects.filter(call=call)] == ["waiting"]


def test_a_report_without_a_recording_leaves_none() -> None:
    project(body("end-of-call-report__never-connected"))

    assert not Recording.objects.exists()
