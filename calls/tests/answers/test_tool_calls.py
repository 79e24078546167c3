"""The agent asks, we answer from the tickets. Through the DRF view and through the lane."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from calls.answers import registry
from calls.answers.registry import Answer, Context, Tool
from calls.answers.tools.tickets import TicketNumber
from calls.models import Call, Escalation, ToolCall
from calls.tests.answers.asking import ADA, CALL_ID, NOT_FOUND, function, results, tool_calls
from calls.tests.conftest import Post, load
from tickets.models import Customer, Ticket


def test_the_details_of_a_ticket_are_told_in_one_line(post: Post, ticket: Ticket) -> None:
    (result,) = results(post, load("tool-calls__get-ticket-details"))
    assert (result["toolCallId"], result["name"]) == ("call_Fq1details", "getTicketDetails")
    told = json.loads(result["result"])
    assert told == {
        "ticketId": "12345",
        "status": "open",
        "issue": "Parcel never came",
        "lastUpdate": ticket.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "assignedAgent": "Sam Ortiz",
    }
    assert "\n" not in result["result"]


def test_the_status_of_a_ticket(post: Post, ticket: Ticket) -> None:
    (result,) = results(post, tool_calls(function("getTicketStatus", {"ticketId": 12345})))
    told = json.loads(result["result"])
    assert told == {"ticketId": "12345", "status": "open", "priority": "high", "assignedTo": "Sam Ortiz"}


NUMBER = {"ticketId": "T K dash 12345"}
SHAPES = {
    "object": function("getTicketStatus", NUMBER),
    "string": function("getTicketStatus", json.dumps(NUMBER)),
    "nested parameters": {"id": "call_1", "function": {"name": "getTicketStatus", "parameters": NUMBER}},
    "flat arguments": {"id": "call_1", "name": "getTicketStatus", "arguments": NUMBER},
    "flat parameters": {"id": "call_1", "name": "getTicketStatus", "parameters": NUMBER},
    "flat string": {"id": "call_1", "name": "getTicketStatus", "arguments": json.dumps(NUMBER)},
}


@pytest.mark.parametrize("item", SHAPES.values(), ids=SHAPES)
def test_arguments_are_understood_in_every_shape(post: Post, ticket: Ticket, item: dict[str, Any]) -> None:
    (result,) = results(post, tool_calls(item))
    assert (result["toolCallId"], json.loads(result["result"])["ticketId"]) == ("call_1", "12345")


def test_a_call_that_is_only_in_the_list_with_tools_is_answered(post: Post, ticket: Ticket) -> None:
    with_tool = load("tool-calls__get-ticket-details")["message"]["toolWithToolCallList"]
    (result,) = results(post, tool_calls(toolWithToolCallList=with_tool))
    assert json.loads(result["result"])["ticketId"] == "12345"


def test_several_calls_in_one_message_are_all_answered_under_their_ids(post: Post, ticket: Ticket) -> None:
    calls = [
        function("getTicketStatus", {"ticketId": "12345"}, "a"),
        function("getTicketStatus", {"ticketId": "999"}, "b"),
        function("orderPizza", {}, "c"),
        function("getTicketStatus", "not json", "d"),
        function("getTicketStatus", {}, "e"),
    ]
    found = results(post, tool_calls(*calls))
    assert [item["toolCallId"] for item in found] == ["a", "b", "c", "d", "e"]
    assert "result" in found[0]
    assert [item["error"] for item in found[1:]] == [
        NOT_FOUND,
        "There is no tool named orderPizza.",
        "The arguments are not a JSON object.",
        "The arguments do not fit: Object missing required field `ticketId`.",
    ]
    assert ToolCall.objects.filter(state=ToolCall.State.FAILED).count() == 4


def test_another_customers_ticket_sounds_like_no_ticket(post: Post, ticket: Ticket) -> None:
    for caller in ({"number": "+12025550199"}, {}, {"number": "withheld"}):
        item = function("getTicketDetails", {"ticketId": "12345"})
        call = {"id": CALL_ID, "customer": caller}
        (result,) = results(post, tool_calls(item, customer=caller, call=call))
        assert result["error"] == NOT_FOUND
        assert "Parcel" not in json.dumps(result)


def test_the_callers_number_comes_from_the_call_and_not_from_the_arguments(post: Post, ticket: Ticket) -> None:
    item = function("getTicketDetails", {"ticketId": "12345", "customer": {"number": ADA}, "phone": ADA})
    call = {"id": CALL_ID, "customer": {"number": "+12025550199"}}
    (result,) = results(post, tool_calls(item, customer={}, call=call))
    assert result["error"] == NOT_FOUND


def test_the_policy_can_let_the_number_of_the_ticket_be_enough(post: Post, ticket: Ticket, settings: Any) -> None:
    settings.DISCLOSURE_POLICY = {"*": "caller-number", "getTicketStatus": "ticket-number"}
    calls = [function(name, {"ticketId": "12345"}, name) for name in ("getTicketStatus", "getTicketDetails")]
    status, details = results(post, tool_calls(*calls, customer={}, call={"id": CALL_ID}))
    assert "result" in status
    assert details["error"] == NOT_FOUND


@pytest.mark.parametrize("path", ["/webhook/vapi", "/webhook"])
def test_the_legacy_function_call_gets_a_result(post: Post, ticket: Ticket, settings: Any, path: str) -> None:
    settings.DISCLOSURE_POLICY = {"*": "ticket-number"}
    enveloped = load("function-call__get-ticket")
    flat = {
        "type": "function-call",
        "call": {"id": CALL_ID},
        "functionName": "getTicket",
        "parameters": {"ticketId": 12345},
    }
    for body in (enveloped, enveloped, flat):
        told = post(body, path=path).json()["result"]
        assert (told["ticketId"], told["issue"], told["assignedAgent"]) == ("12345", "Parcel never came", "Sam Ortiz")
    assert (
        "No ticket"
        in post(
            load("function-call__get-ticket", functionCall={"name": "getTicket", "parameters": {"ticketId": 7}})
        ).json()["result"]
    )


def test_the_bare_function_call_gets_the_ticket_today_and_again_tomorrow(
    post: Post, ticket: Ticket, settings: Any
) -> None:
    settings.DISCLOSURE_POLICY = {"*": "ticket-number"}
    line = b'{"message":{"type":"function-call","functionCall":{"name":"getTicket","parameters":{"ticketId":"12345"}}}}'
    today = datetime.now(UTC)
    for day in (0, 0, 1, 40):
        with time_machine.travel(today + timedelta(days=day)):
            assert post(line).json()["result"]["ticketId"] == "12345"


def test_a_tool_that_breaks_has_done_nothing_and_says_so_in_one_line(
    post: Post, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_arguments: TicketNumber, _context: Context) -> Answer:
        Ticket.objects.update(status="closed")
        raise RuntimeError("secret upstream\ndetail")

    for writes in (True, False):
        monkeypatch.setitem(registry.TOOLS, "breaks", Tool("breaks", "d", TicketNumber, breaks, writes))
        (result,) = results(post, tool_calls(function("breaks", {"ticketId": "1"}, f"id-{writes}")))
        assert result["error"] == "Something went wrong on our side. Please try again in a moment."
    assert Ticket.objects.get().status == "open"
    assert set(ToolCall.objects.values_list("state", flat=True)) == {"failed"}
    assert "RuntimeError" in ToolCall.objects.first().failure  # type: ignore[union-attr]


NEW_TICKET = function("createTicket", {"issue": "My parcel\nis broken", "priority": "urgent", "details": "Glass"})


def test_a_new_ticket_belongs_to_who_calls(post: Post, ticket: Ticket) -> None:
    (result,) = results(post, tool_calls(NEW_TICKET))
    created = Ticket.objects.get(number=json.loads(result["result"])["ticketId"])
    assert (created.issue, created.priority, created.status) == ("My parcel is broken", "urgent", "new")
    assert created.customer == ticket.customer
    assert created.comments.get().body == "Glass"
    assert ToolCall.objects.get().ticket == created


def test_an_unknown_caller_becomes_a_customer(post: Post, transactional_db: None) -> None:
    item = function("createTicket", {"issue": "Hello", "customerName": "New Person"})
    results(post, tool_calls(item, customer={"number": "+12025550111"}))
    assert (Ticket.objects.get().customer or Customer()).name == "New Person"


def test_a_number_that_two_customers_share_names_neither(post: Post, transactional_db: None) -> None:
    for name in ("One", "Two"):
        Customer.objects.create(name=name, phone=ADA)
    results(post, tool_calls(NEW_TICKET))
    assert Ticket.objects.get().customer is None


def test_a_second_delivery_makes_no_second_ticket_and_hears_the_same(post: Post, transactional_db: None) -> None:
    first, second = (results(post, tool_calls(NEW_TICKET)) for _ in range(2))
    assert first == second
    assert Ticket.objects.count() == 1


def test_fifty_deliveries_at_once_make_one_ticket(post: Post, transactional_db: None) -> None:
    def deliver(_: int) -> str:
        try:
            return str(results(post, tool_calls(NEW_TICKET))[0].get("result"))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        told = set(threads.map(deliver, range(50)))
    assert Ticket.objects.count() == 1
    number = Ticket.objects.get().number
    assert all(str(number) in text or text == "This is being worked on right now." for text in told)
    assert any(str(number) in text for text in told)


def test_the_same_words_under_another_id_are_another_ticket(post: Post, transactional_db: None) -> None:
    results(post, tool_calls(NEW_TICKET, NEW_TICKET | {"id": "call_2"}))
    assert Ticket.objects.count() == 2


def test_a_rival_waits_a_little_and_then_hears_that_it_is_being_worked_on(post: Post, transactional_db: None) -> None:
    results(post, tool_calls(NEW_TICKET))
    ToolCall.objects.update(state=ToolCall.State.RUNNING)

    def hold_the_row_and_deliver() -> str:
        from django.db import transaction

        with transaction.atomic():
            ToolCall.objects.select_for_update().get()
            with ThreadPoolExecutor(1) as thread:
                return thread.submit(deliver).result()

    def deliver() -> str:
        try:
            return str(results(post, tool_calls(NEW_TICKET))[0]["result"])
        finally:
            connection.close()

    assert hold_the_row_and_deliver() == "This is being worked on right now."
    assert Ticket.objects.count() == 1


def test_asking_for_a_person_makes_one_escalation_however_often(post: Post, ticket: Ticket) -> None:
    for number in (1, 2):
        item = function("escalateToHuman", {"reason": f"asked {number}", "ticketId": "12345"}, f"id-{number}")
        (result,) = results(post, tool_calls(item))
    escalation = Escalation.objects.get()
    assert (escalation.times_asked, escalation.reason, escalation.ticket) == (2, "asked 2", ticket)
    assert (escalation.call or Call()).vapi_id == CALL_ID
    assert str(escalation) in result["result"]


def test_after_the_call_nothing_is_done(post: Post, transactional_db: None) -> None:
    stamp = datetime.fromtimestamp(1795244410, UTC)
    Call.objects.create(vapi_id=CALL_ID, status="ended", ended_at=stamp - timedelta(seconds=6))
    (result,) = results(post, tool_calls(NEW_TICKET))
    assert result["error"] == "The call had already ended, so nothing was done."
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(("tool_call_id", "seconds"), [("call_1", 4), ("hook-function-call", 60)])
def test_just_after_the_call_and_from_a_hook_it_is_done(
    post: Post, transactional_db: None, tool_call_id: str, seconds: int
) -> None:
    stamp = datetime.fromtimestamp(1795244410, UTC)
    Call.objects.create(vapi_id=CALL_ID, status="ended", ended_at=stamp - timedelta(seconds=seconds))
    results(post, tool_calls(NEW_TICKET | {"id": tool_call_id}))
    assert Ticket.objects.count() == 1


def test_a_tool_call_is_written_down(post: Post, ticket: Ticket) -> None:
    results(post, load("tool-calls__get-ticket-details"))
    row = ToolCall.objects.get()
    assert (row.name, row.state, row.arguments, row.ticket) == (
        "getTicketDetails",
        "done",
        {"ticketId": "12345"},
        ticket,
    )
    assert (row.call or Call()).vapi_id == CALL_ID
    assert row.duration_ms is not None and row.answered_at
    assert json.loads(row.result)["ticketId"] == "12345"
