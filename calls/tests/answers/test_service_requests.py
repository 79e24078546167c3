"""Cancelling an order and refunding it: asked first, then requested, never done. Through both adapters."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from calls.tests.answers import asking
from calls.tests.answers.asking import IN_PROGRESS, NOT_FOUND, WEB, conversation
from calls.tests.conftest import Post
from tickets.models import Comment, Customer, ServiceRequest, Ticket

ARGUMENTS: dict[str, dict[str, Any]] = {
    "cancelOrder": {"ticketId": "12345", "reason": "Too late"},
    "requestRefund": {"ticketId": "12345", "amount": 49.9, "reason": "It broke"},
}
TOOLS = pytest.mark.parametrize("name", ARGUMENTS)
NOT_A_YES: list[dict[str, Any]] = [{}, {"confirmed": False}, {"confirmed": None}]
WRONG_TYPES: list[Any] = ["false", "true", "yes", "no", "", 0, 1, 1.0, [True], {"confirmed": True}]

MEANT = conversation("user: Please cancel my order. And I want a refund.")


def ask(post: Post, name: str, arguments: Any, tool_call_id: str = "call_1", **fields: Any) -> str:
    return asking.ask(post, name, arguments, tool_call_id, **MEANT | fields)


def ask_as(post: Post, number: str, name: str, arguments: Any, tool_call_id: str = "call_1") -> str:
    return asking.ask_as(post, number, name, arguments, tool_call_id, **MEANT)


def confirmed(name: str, **arguments: Any) -> dict[str, Any]:
    return ARGUMENTS[name] | arguments | {"confirmed": True}


def nothing_happened() -> bool:
    ticket = Ticket.objects.get()
    return (ticket.status, ticket.priority) == ("open", "high") and not (
        ServiceRequest.objects.exists() or Comment.objects.exists()
    )


@TOOLS
@pytest.mark.parametrize("unsaid", NOT_A_YES, ids=str)
def test_without_a_yes_it_answers_a_question_and_does_nothing(
    post: Post, ticket: Ticket, name: str, unsaid: dict[str, Any]
) -> None:
    told = ask(post, name, ARGUMENTS[name] | unsaid)
    assert told.startswith("Nothing has been done yet. Ask the caller: shall I ask for ")
    assert f"Only if they say yes, call {name} again with the same arguments and confirmed true." in told
    assert "12345" in told
    assert nothing_happened()


@TOOLS
@pytest.mark.parametrize("value", WRONG_TYPES, ids=repr)
def test_only_true_is_a_yes(post: Post, ticket: Ticket, name: str, value: Any) -> None:
    told = ask(post, name, ARGUMENTS[name] | {"confirmed": value})
    assert told == "The arguments do not fit: `confirmed` is either true or false, and not a text."
    assert nothing_happened()


def test_a_confirmed_cancellation_is_written_on_the_ticket_and_not_called_done(post: Post, ticket: Ticket) -> None:
    Ticket.objects.update(status="pending", priority="low")
    told = ask(post, "cancelOrder", confirmed("cancelOrder", orderReference="a-17"))
    assert told == (
        "The cancellation of order A-17 has been requested on ticket 12345. It is not done yet: a person confirms it."
    )
    request, after, comment = ServiceRequest.objects.get(), Ticket.objects.get(), Comment.objects.get()
    assert (request.kind, request.state, request.ticket, request.reason) == (
        "cancel-order",
        "requested",
        ticket,
        "Too late",
    )
    assert (request.order_reference, request.amount_usd) == ("A-17", None)
    assert (after.status, after.priority) == ("open", "high")
    assert comment.body == "The caller asks to cancel order A-17. Reason: Too late"
    assert comment.source == "customer"


@pytest.mark.parametrize(
    ("amount", "words", "stored"),
    [
        (49.9, "$49.90", Decimal("49.90")),
        ("1200", "$1,200.00", Decimal(1200)),
        (None, "all that was paid", None),
    ],
)
def test_a_confirmed_refund_is_requested_to_the_cent(
    post: Post, ticket: Ticket, amount: Any, words: str, stored: Decimal | None
) -> None:
    told = ask(post, "requestRefund", confirmed("requestRefund", amount=amount))
    assert told == (
        f"A refund of {words} has been requested on ticket 12345. It is not decided yet: a person confirms it."
    )
    request = ServiceRequest.objects.get()
    assert (request.kind, request.amount_usd, request.requested_by) == ("refund", stored, "+447700900018")


@pytest.mark.parametrize("amount", [0, -5, "NaN", "Infinity", 1e300, "1e-400", "10.005", 1_000_001, True, "fifty", []])
def test_an_amount_that_no_refund_can_be_is_refused(post: Post, ticket: Ticket, amount: Any) -> None:
    assert "amount" in ask(post, "requestRefund", confirmed("requestRefund", amount=amount))
    assert nothing_happened()


@TOOLS
def test_anothers_ticket_sounds_like_none_confirmed_or_not(post: Post, ticket: Ticket, name: str) -> None:
    for number, arguments in enumerate((ARGUMENTS[name], confirmed(name), confirmed(name, ticketId=999))):
        caller = "+447700900018" if arguments["ticketId"] == 999 else "+12025550199"
        assert ask_as(post, caller, name, arguments, f"id-{number}") == NOT_FOUND
    assert nothing_happened()


@TOOLS
def test_a_closed_ticket_takes_no_request(post: Post, ticket: Ticket, name: str) -> None:
    Ticket.objects.update(status="closed")
    for arguments in (ARGUMENTS[name], confirmed(name)):
        assert ask(post, name, arguments).startswith("Ticket 12345 is closed")
    assert not ServiceRequest.objects.exists()


@TOOLS
def test_what_is_requested_already_is_not_requested_again(post: Post, ticket: Ticket, name: str) -> None:
    first = ask(post, name, confirmed(name))
    again = ask(post, name, confirmed(name, reason="Still"), "call_2")
    unconfirmed = ask(post, name, ARGUMENTS[name], "call_3")
    assert first == again == unconfirmed
    assert (ServiceRequest.objects.count(), Comment.objects.count()) == (1, 1)


@TOOLS
def test_after_a_decision_it_can_be_asked_for_again(post: Post, ticket: Ticket, name: str) -> None:
    ask(post, name, confirmed(name))
    ServiceRequest.objects.update(state="declined")
    assert ask(post, name, ARGUMENTS[name], "call_2").startswith("Nothing has been done yet.")
    ask(post, name, confirmed(name), "call_3")
    assert ServiceRequest.objects.filter(state="requested").count() == 1


def test_fifty_deliveries_at_once_make_one_refund_request(post: Post, ticket: Ticket) -> None:
    told = asking.fifty_at_once(post, "requestRefund", confirmed("requestRefund"), **MEANT)
    assert (ServiceRequest.objects.count(), Comment.objects.count()) == (1, 1)
    assert len(told - {IN_PROGRESS}) == 1


def test_the_same_order_under_ten_ids_at_once_is_one_request(post: Post, ticket: Ticket) -> None:
    """No ticket to lock: the constraint decides."""

    def deliver(number: int) -> str:
        try:
            return ask(post, "cancelOrder", {"orderReference": "a 17", "confirmed": True}, f"id-{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        told = set(threads.map(deliver, range(10)))
    assert ServiceRequest.objects.count() == 1
    assert Ticket.objects.exclude(pk=ticket.pk).count() == 1
    assert len({text for text in told if "has been requested on ticket" in text}) == 1
    assert len({text for text in told if "has been requested already" in text}) == 1


def test_an_order_without_a_ticket_gets_a_new_one(post: Post, ticket: Ticket) -> None:
    question = ask(post, "cancelOrder", {"orderReference": 1007}, "call_1")
    assert "shall I ask for order 1007 to be cancelled?" in question
    assert Ticket.objects.count() == 1
    told = ask(post, "cancelOrder", {"orderReference": 1007, "confirmed": True}, "call_2")
    request = ServiceRequest.objects.get()
    assert (request.ticket.issue, request.ticket.priority) == ("Cancel order 1007", "high")
    assert request.ticket.customer == ticket.customer
    assert str(request.ticket.number) in told


def test_two_callers_with_one_order_reference_learn_nothing_of_each_other(post: Post, ticket: Ticket) -> None:
    arguments = {"orderReference": "A17", "confirmed": True}
    first = ask_as(post, "+12025550132", "cancelOrder", arguments, "call_1")
    second = ask_as(post, "+12025550177", "cancelOrder", arguments, "call_2")
    assert first != second
    assert ServiceRequest.objects.count() == 2


def test_in_a_web_call_one_order_is_requested_once(post: Post, ticket: Ticket) -> None:
    arguments = {"orderReference": "A17", "confirmed": True}
    first, second = (ask(post, "cancelOrder", arguments, tool_call_id, **WEB) for tool_call_id in ("a", "b"))
    assert "requested on ticket" in first
    assert "requested already" in second
    assert not any(character.isdigit() for character in second.replace("A17", ""))
    assert ServiceRequest.objects.get().ticket.customer is None
    assert Customer.objects.count() == 1


def test_a_cancellation_of_nothing_in_particular_asks_what_it_is_of(post: Post, ticket: Ticket) -> None:
    told = ask(post, "cancelOrder", {"confirmed": True})
    assert told == "Ask the caller for the ticket number or the order reference."
    assert nothing_happened()
