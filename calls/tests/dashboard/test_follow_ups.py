"""Follow-ups: whom did we promise what, and is it done?"""

from __future__ import annotations

import logging
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from calls.escalations.settle import SettledError, settle
from calls.models import Callback
from calls.tests.dashboard import build
from calls.tests.dashboard.conftest import client_in
from tickets.decisions import DecidedError, decide
from tickets.models import Comment, Customer, ServiceRequest, Ticket, TicketChange

FRAGMENT = {"HX-Request": "true"}
REFUND = "49.90"


def user(name: str) -> User:
    return User.objects.get(username=name)


def callback(minutes: float = 30, **fields: Any) -> Callback:
    due_at = timezone.now() + timedelta(minutes=minutes)
    return Callback.objects.create(**{"number": "+447700900018", "due_at": due_at, "topic": "The parcel", **fields})


def refund(**fields: Any) -> ServiceRequest:
    customer = Customer.objects.create(name="Ada Byrne", phone="+447700900018")
    ticket = Ticket.objects.create(issue="Parcel never came", customer=customer)
    return ServiceRequest.objects.create(**{"ticket": ticket, "kind": "refund", "amount_usd": REFUND, **fields})


def shown(client: Client, query: str = "") -> list[str]:
    return re.findall(r'data-row="([^"]+)"', client.get(f"/follow-ups/?{query}").content.decode())


def post(client: Client, address: str, note: str = "") -> Any:
    return client.post(f"/follow-ups/{address}", {"note": note}, headers=FRAGMENT)


def test_what_is_due_first_comes_first_and_what_is_overdue_says_so(viewer: Client) -> None:
    later, late = callback(90), callback(-3)
    assert shown(viewer) == [f"callback-{late.pk}", f"callback-{later.pk}"]
    html = viewer.get("/follow-ups/").content.decode()
    assert "overdue by 3:0" in html
    assert re.search(r"1:29:\d\d left|1:30:00 left", html)


def test_numbers_are_masked_until_somebody_calls_and_that_is_on_record(
    viewer: Client, caplog: pytest.LogCaptureFixture
) -> None:
    booked = callback()
    page = viewer.get("/follow-ups/").content.decode()
    assert "+44 •••• 0018" in page
    assert "7700900018" not in page
    assert viewer.post(f"/follow-ups/callbacks/{booked.pk}/number").status_code == 403
    with caplog.at_level(logging.INFO):
        dialled = post(client_in("agent"), f"callbacks/{booked.pk}/number").content.decode()
    assert 'href="tel:+447700900018"' in dialled
    assert f"number of callback {booked.pk} shown to user" in caplog.text
    assert "agent" in caplog.text


@pytest.mark.parametrize(("act", "state"), [("done", "done"), ("cancel", "cancelled")])
def test_who_settles_a_callback_is_on_record_with_the_note(act: str, state: str, agent: Client) -> None:
    booked = callback()
    response = post(agent, f"callbacks/{booked.pk}/{act}", "  Reached, all well.  ")
    assert (response.status_code, "The callback is" in response.content.decode()) == (200, True)
    booked.refresh_from_db()
    assert (booked.state, booked.settled_by, booked.note) == (state, user("agent"), "Reached, all well.")
    assert booked.settled_at is not None
    assert shown(agent) == []
    assert shown(agent, "show=settled") == [f"callback-{booked.pk}"]
    assert "Reached, all well." in agent.get("/follow-ups/?show=settled").content.decode()


def test_cancelling_and_declining_take_a_reason(agent: Client) -> None:
    booked, wanted = callback(), refund()
    for address in (f"callbacks/{booked.pk}/cancel", f"requests/{wanted.pk}/decline"):
        response = post(agent, address, " \n ")
        assert (response.status_code, "Nothing was changed. Say why" in response.content.decode()) == (422, True)
    assert (Callback.objects.get().state, ServiceRequest.objects.get().state) == ("open", "requested")
    assert not Comment.objects.exists()


def test_who_settles_second_is_told_and_keeps_what_they_wrote(agent: Client) -> None:
    booked = callback()
    post(client_in("manager"), f"callbacks/{booked.pk}/done", "first")
    response = post(agent, f"callbacks/{booked.pk}/cancel", "<b>second</b>")
    html = response.content.decode()
    assert response.status_code == 409
    assert "Too late, nothing was changed. manager has settled it already: done." in html
    assert "&lt;b&gt;second&lt;/b&gt;" in html
    booked.refresh_from_db()
    assert (booked.state, booked.note, booked.settled_by) == ("done", "first", user("manager"))


@pytest.mark.parametrize(
    ("act", "state", "said"),
    [("approve", "Done", "is done: by card"), ("decline", "Declined", "was declined: by card")],
)
def test_a_decision_is_written_on_the_ticket_as_comment_and_history(
    act: str, state: str, said: str, agent: Client
) -> None:
    wanted = refund()
    assert post(agent, f"requests/{wanted.pk}/{act}", "by card").status_code == 200
    comment, change = Comment.objects.get(), TicketChange.objects.get()
    assert (comment.body, comment.author) == (f"The refund of $49.90 {said}", user("agent"))
    assert (change.field, change.old, change.new, change.by) == ("the refund", "Requested", state, user("agent"))
    page = agent.get(f"/tickets/{wanted.ticket_id}/").content.decode()
    assert f"changed the refund from “Requested” to “{state}”" in page


def test_who_decides_second_is_told_and_may_keep_the_words_on_the_ticket(agent: Client) -> None:
    wanted = refund()
    post(client_in("manager"), f"requests/{wanted.pk}/approve")
    response = post(agent, f"requests/{wanted.pk}/decline", "Too late to send back")
    html = response.content.decode()
    assert (response.status_code, "manager has decided it already: done." in html) == (409, True)
    assert f'action="/tickets/{wanted.ticket_id}/comment"' in html
    assert "Too late to send back</textarea>" in html
    assert [comment.body for comment in Comment.objects.all()] == ["The refund of $49.90 is done."]


def test_requests_wait_with_what_is_asked_and_why(viewer: Client) -> None:
    first = refund(reason="It broke")
    second = ServiceRequest.objects.create(ticket=first.ticket, kind="cancel-order", order_reference="A-17")
    assert shown(viewer, "show=requests") == [f"request-{first.pk}", f"request-{second.pk}"]
    html = viewer.get("/follow-ups/?show=requests").content.decode()
    for words in ("refund of $49.90", "It broke", "cancel order A-17", "Ada Byrne", "+44 •••• 0018"):
        assert words in html
    assert "Approve" not in html


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "Nobody waits to be"), ("show=requests", "Nothing waits for"), ("show=settled", "Nothing settled yet")],
)
def test_an_empty_list_says_what_would_be_in_it(query: str, words: str, viewer: Client) -> None:
    assert words in viewer.get(f"/follow-ups/?{query}").content.decode()


def test_live_tells_what_is_due_and_what_waits(viewer: Client) -> None:
    callback(90)
    assert "due within the hour" not in viewer.get("/").content.decode()
    callback(-5), callback(20), refund()
    page = " ".join(viewer.get("/").content.decode().split())
    for words in ("1 callback overdue, 1 due within the hour", "1 cancellation or refund waits for a decision"):
        assert words in page


def test_it_is_closed_to_who_has_no_group(stranger: Client) -> None:
    assert stranger.get("/follow-ups/").status_code == 403
    assert stranger.get("/follow-ups/callbacks/1/done").status_code == 405


def at_once(first: Any, second: Any, errors: tuple[type[Exception], ...]) -> list[str]:
    """The second begins while the first has not committed."""
    began, outcome = threading.Event(), list[str]()

    def run() -> None:
        began.wait(10)
        try:
            second()
            outcome.append("won")
        except errors as error:
            outcome.append(str(error))
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    with transaction.atomic():
        first()
        began.set()
        thread.join(0.5)
        assert outcome == []
    thread.join(10)
    return outcome


@pytest.mark.django_db(transaction=True)
def test_of_two_people_at_once_one_wins_and_the_other_is_told() -> None:
    maya, tom = User.objects.create_user("maya"), User.objects.create_user("tom")
    booked, wanted = callback(call=build.call()), refund()
    told = at_once(
        lambda: settle(booked.pk, Callback.State.DONE, by=maya, note=""),
        lambda: settle(booked.pk, Callback.State.CANCELLED, by=tom, note="x"),
        (SettledError,),
    )
    told += at_once(
        lambda: decide(wanted.pk, ServiceRequest.State.DECLINED, by=tom, note="x"),
        lambda: decide(wanted.pk, ServiceRequest.State.DONE, by=maya, note=""),
        (DecidedError,),
    )
    assert told == ["maya has settled it already: done.", "tom has decided it already: declined."]
    booked.refresh_from_db()
    wanted.refresh_from_db()
    assert (booked.settled_by, wanted.decided_by) == (maya, tom)
    assert Comment.objects.count() == 1


def test_days_are_said_as_days(viewer: Client) -> None:
    callback(60 * 24 * 3 + 10)
    assert "3 days left" in viewer.get("/follow-ups/").content.decode()
