"""What a caller was told is being worked on is done, also where the process that said so has died."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F

from calls.answers import Reply, safe_answer
from calls.answers.ledger import IN_PROGRESS
from calls.answers.requested import requested_calls
from calls.answers.tool_calls import answer_again
from calls.body import pack
from calls.intake import promises
from calls.intake.accepted import reply_to
from calls.intake.group_commit import GroupCommit
from calls.intake.lane import Lane
from calls.message import Message
from calls.models import Call, Delivery, Escalation, Event, LookupMiss, Promise, ToolCall
from calls.tests.answers.asking import CALL_ID, ask, function, results, tool_calls
from calls.tests.conftest import Post
from calls.tests.deliveries.test_over_budget import only_over_the_lane, owed
from tests.stack import wait_until
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["only_over_the_lane"]

ISSUE = "The parcel never came"
SLOW_S = 0.6


def after(seconds: float) -> None:
    """Time passes for every promise."""
    ago = timedelta(seconds=seconds)
    Promise.objects.update(made_at=F("made_at") - ago, tried_at=F("tried_at") - ago)


@pytest.fixture
def dead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that promises dies at once: its thread does nothing, and nobody sees to what is owed."""

    def dies(message: Message) -> Reply:
        time.sleep(SLOW_S)
        return safe_answer(message)

    async def nobody(*_: Any) -> None: ...

    monkeypatch.setattr("calls.intake.lane.reply_to", dies)
    monkeypatch.setattr(Lane, "_owe", nobody)


def promised(post: Post) -> UUID:
    assert ask(post, "createTicket", {"issue": ISSUE}) == IN_PROGRESS.result
    return written_down()


def written_down() -> UUID:
    """A slow machine tells the caller first."""
    wait_until(Promise.objects.exists, 5, what="the promise")
    return Promise.objects.get().pk


def test_it_is_written_down_before_the_caller_is_told_and_gone_when_it_is_kept(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(message: Message) -> Reply:
        time.sleep(SLOW_S)
        return reply_to(message)

    monkeypatch.setattr("calls.intake.lane.reply_to", slow)
    event_id = promised(post)
    assert Event.objects.get().pk == event_id
    told = owed().text
    assert str(Ticket.objects.get().number) in told
    wait_until(lambda: not Promise.objects.exists(), 5, what="its end")


@pytest.mark.usefixtures("dead")
def test_a_worker_keeps_what_a_dead_process_promised_once(post: Post) -> None:
    promised(post)
    assert promises.keep_due() == 0, "its own process may still be at it"
    after(11)
    assert promises.keep_due() == 1
    ticket = Ticket.objects.get()
    assert (ticket.issue, str(ticket.number) in owed().text) == (ISSUE, True)
    assert not Promise.objects.exists()
    assert promises.keep_due() == 0


@pytest.mark.usefixtures("dead")
def test_what_its_own_process_kept_meanwhile_is_not_done_again(post: Post) -> None:
    event_id = promised(post)
    message = promises._asked(event_id)
    assert message is not None
    assert promises.settle(message, event_id)
    Promise.objects.create(event_id=event_id)
    after(11)
    assert promises.keep_due() == 1
    assert (Ticket.objects.count(), Delivery.objects.count(), Promise.objects.count()) == (1, 1, 0)


@pytest.mark.usefixtures("dead")
def test_what_cannot_be_kept_is_tried_for_ten_minutes_and_then_is_a_persons(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    promised(post)
    with monkeypatch.context() as patched:
        patched.setattr(promises, "answer_again", lambda *_: None)
        for passed_s in (11, 11, 300):
            after(passed_s)
            assert promises.keep_due() == 0
            assert Promise.objects.count() == 1
    after(300)
    assert promises.keep_due() == 0
    escalation = Escalation.objects.get()
    assert escalation.call == Call.objects.get(vapi_id=CALL_ID)
    assert "createTicket" in escalation.reason
    assert not Promise.objects.exists()
    assert not Ticket.objects.exists(), "the caller may have asked again meanwhile"


@pytest.mark.usefixtures("dead")
def test_what_was_answered_in_the_end_is_said_however_late(post: Post) -> None:
    event_id = promised(post)
    message = promises._asked(event_id)
    assert message is not None
    answer_again(message, requested_calls(message))
    after(601)
    assert promises.keep_due() == 1
    assert str(Ticket.objects.get().number) in owed().text
    assert not Escalation.objects.exists()


@pytest.mark.usefixtures("dead")
def test_what_is_stored_without_its_pin_is_never_asked_again(post: Post) -> None:
    """It would be a wrong PIN, and count as one."""
    for arguments in ({"ticketId": "12345", "pin": "1224"}, '{"ticketId": "12345", "pin": "1224"}'):
        assert ask(post, "verifyCaller", arguments, f"t{type(arguments)}") == IN_PROGRESS.result
        written_down()
        after(11)
        assert promises.keep_due() == 0
        assert (LookupMiss.objects.count(), ToolCall.objects.count(), Promise.objects.count()) == (0, 0, 0)
    one = Escalation.objects.get()
    assert one.times_asked == 0, "the caller has asked for nobody"
    assert [event.kind for event in one.events.all()] == ["noticed", "noticed"]


@pytest.mark.usefixtures("dead")
def test_what_belongs_to_no_call_is_a_persons(post: Post) -> None:
    assert ask(post, "createTicket", {"issue": ISSUE}, call={}) == IN_PROGRESS.result
    written_down()
    after(11)
    assert promises.keep_due() == 0
    assert (Ticket.objects.count(), Escalation.objects.get().call) == (0, None)


@pytest.mark.usefixtures("dead")
def test_what_failed_beside_it_is_not_done_again(post: Post) -> None:
    """The caller was told that it failed, and the model may have asked for it anew."""
    calls = [function("createTicket", {"issue": f"{ISSUE} {one}"}, f"t{one}") for one in (1, 2)]
    assert {one["result"] for one in results(post, tool_calls(*calls))} == {IN_PROGRESS.result}
    message = promises._asked(written_down())
    assert message is not None
    answer_again(message, requested_calls(message)[:1])
    ToolCall.objects.update(state=ToolCall.State.FAILED, result="", error="Something went wrong.")
    Ticket.objects.all().delete()
    after(11)
    assert promises.keep_due() == 1
    assert Ticket.objects.get().issue == f"{ISSUE} 2"


@pytest.mark.usefixtures("dead")
@pytest.mark.parametrize("body", [None, b"nothing that was packed", pack(b"[]")], ids=["gone", "broken", "no object"])
def test_one_whose_event_cannot_be_read_holds_up_no_other(post: Post, body: bytes | None) -> None:
    other = UUID(int=promised(post).int + 1)  # in the same day's partition
    Promise.objects.create(event_id=other)
    if body is not None:
        Event.objects.create(id=other, call_id="c1", type="tool-calls", body=body, received_bytes=1)
    after(11)
    assert promises.keep_due() == 1
    assert not Promise.objects.exists()
    assert Escalation.objects.get().call is None


@pytest.mark.usefixtures("dead")
def test_a_database_that_hangs_does_not_hold_the_answer(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(*_: Any) -> None:
        await asyncio.sleep(5)

    monkeypatch.setattr(GroupCommit, "write", hangs)
    began = time.monotonic()
    assert ask(post, "createTicket", {"issue": ISSUE}) == IN_PROGRESS.result
    assert time.monotonic() - began < SLOW_S
