"""What destroys or spends runs only on the caller's own words, whatever the model claims. Through both adapters."""

from __future__ import annotations

from typing import Any

import pytest

from calls.answers.guard import NOT_HEARD, NOT_MEANT, STILL_UNCLEAR
from calls.answers.registry import TOOLS
from calls.models import Judgement, ToolCall
from calls.tests.answers.asking import ADA, ask, conversation
from calls.tests.conftest import Post, load
from tickets.models import ServiceRequest, Ticket

CLAIMED = {"ticketId": "12345", "confirmed": True}
OURS = "bot: Shall I ask for the order from ticket 12345 to be cancelled?"


def cancel(post: Post, *lines: str, tool_call_id: str = "call_1") -> str:
    return ask(post, "cancelOrder", CLAIMED, tool_call_id, **conversation(*lines))


@pytest.mark.parametrize(
    "lines",
    [
        ["user: Please cancel my order."],
        ["user: Don't call me back, just cancel it."],
        ["user: Hm.", "bot: Yes?", "user: Wait, no, actually just cancel it."],
        [OURS, "user: Yes."],
        ["user: I don't want to cancel it.", "bot: All right.", "user: Oh well, please cancel it after all."],
    ],
)
def test_it_runs_when_the_caller_asked_for_it(post: Post, ticket: Ticket, lines: list[str]) -> None:
    assert "has been requested on ticket 12345" in cancel(post, *lines)
    assert Judgement.objects.get().verdict == "do"


@pytest.mark.parametrize(
    "lines",
    [
        ["user: I don't want to cancel my order."],
        [OURS, "user: No."],
        ["user: Cancel my order.", OURS, "user: No, please don't cancel it."],
    ],
)
def test_it_is_refused_when_the_caller_said_otherwise_though_the_model_claims_a_yes(
    post: Post, ticket: Ticket, lines: list[str]
) -> None:
    assert cancel(post, *lines) == NOT_MEANT
    judged = Judgement.objects.get()
    assert (judged.verdict, judged.tool_call.state) == ("don't", "failed")
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize(
    "lines",
    [
        ["user: Where is my parcel?"],
        ["user: If it doesn't come by Friday I'll cancel my order."],
        ["bot: Is this about your order?", "user: Yes."],
        ["bot: Shall I cancel the order or send it again?", "user: Yes."],
        ["bot: How can I help?"],
    ],
)
def test_what_is_not_clear_is_asked_in_one_sentence(post: Post, ticket: Ticket, lines: list[str]) -> None:
    told = cancel(post, *lines)
    asked = told.startswith("Nothing has been done yet. Ask the caller: shall I ask for ")
    assert asked or told == NOT_MEANT
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("arguments", [{}, {"orderReference": "A-17"}, {"amount": 49.9}], ids=str)
@pytest.mark.parametrize("name", ["cancelOrder", "requestRefund"])
def test_a_yes_to_the_question_that_the_tool_itself_gave_is_a_yes(
    post: Post, ticket: Ticket, name: str, arguments: dict[str, Any]
) -> None:
    lines = ["user: My parcel never came."]
    told = ask(post, name, {"ticketId": "12345"} | arguments, "call_1", **conversation(*lines))
    question = told.removeprefix("Nothing has been done yet. Ask the caller: ").partition("?")[0]
    lines += [f"bot: Of course. {question.capitalize()}?", "user: Yes."]
    assert "has been requested" in ask(post, name, CLAIMED | arguments, "call_2", **conversation(*lines))


def test_nobody_is_asked_for_ever(post: Post, ticket: Ticket) -> None:
    told = [cancel(post, OURS, "user: Hm, well.", tool_call_id=f"call_{turn}") for turn in range(3)]
    assert [one.startswith("Nothing has been done yet.") for one in told] == [True, True, False]
    assert told[-1] == STILL_UNCLEAR


@pytest.mark.parametrize(
    "nothing", [{"artifact": None}, {"artifact": {}}, {"artifact": {"messages": "?"}}, conversation()]
)
def test_without_the_conversation_nothing_is_done(post: Post, ticket: Ticket, nothing: dict[str, Any]) -> None:
    assert ask(post, "cancelOrder", CLAIMED, **nothing) == NOT_HEARD
    assert not ServiceRequest.objects.exists()


def test_the_legacy_form_is_guarded_too(post: Post, ticket: Ticket) -> None:
    asked = {"functionCall": {"name": "cancelOrder", "parameters": CLAIMED}, "customer": {"number": ADA}}
    unheard = post(load("function-call__get-ticket", **asked, artifact=None)).json()["result"]
    assert unheard == NOT_HEARD
    heard = post(load("function-call__get-ticket", **asked, **conversation(OURS, "user: Yes please."))).json()["result"]
    assert "has been requested" in heard


def test_a_yes_is_not_judged_again_when_it_is_delivered_again(post: Post, ticket: Ticket) -> None:
    first = cancel(post, OURS, "user: Yes.")
    assert cancel(post, OURS, "user: Yes.", "user: No, stop.") == first
    assert Judgement.objects.get().verdict == "do"
    assert ToolCall.objects.count() == ServiceRequest.objects.count() == 1


def test_the_words_that_decided_are_kept(post: Post, ticket: Ticket) -> None:
    cancel(post, "user: I do not want to cancel my order.")
    judged = Judgement.objects.get()
    assert "do not want to" in judged.words
    assert judged.reason
    assert (judged.intent, judged.mark, judged.marked_by) == ("cancel", "", None)


def test_every_tool_that_asks_a_person_to_undo_or_pay_is_guarded() -> None:
    assert {name: tool.intent for name, tool in TOOLS.items() if tool.intent} == {
        "cancelOrder": "cancel",
        "requestRefund": "refund",
    }
    asks_first = [name for name, tool in TOOLS.items() if "confirmed" in tool.parameters["properties"]]
    assert all(TOOLS[name].intent for name in asks_first)
