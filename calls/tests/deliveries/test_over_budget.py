"""A thread that hangs does not hold the answer: Vapi is told in time, and what the thread finds out follows."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction

from calls.answers import Reply, safe_answer
from calls.answers.ledger import IN_PROGRESS
from calls.identity.misses import wait_in_line
from calls.intake.accepted import reply_to
from calls.message import Message
from calls.models import Delivery
from calls.tests.answers.asking import ADA, ask, ask_as
from calls.tests.conftest import Post
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_over_the_lane(request: pytest.FixtureRequest, settings: Any) -> None:
    if request.node.callspec.params["post"] != "lane":
        pytest.skip("only the lane is what Vapi reaches")
    settings.TOOL_BUDGET_MS, settings.DISCLOSURE_POLICY = 200, {"*": "ticket-number"}


def test_the_lane_answers_in_time_and_owes_the_rest(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    Ticket.objects.create(number=12345, issue="The heating is cold")

    def slow(message: Any) -> Any:
        time.sleep(0.6)
        return reply_to(message)

    monkeypatch.setattr("calls.intake.lane.reply_to", slow)
    began = time.monotonic()
    assert ask(post, "getTicket", {"ticketId": "12345"}) == IN_PROGRESS.result
    assert time.monotonic() - began < 0.6
    assert "The heating is cold" in owed().text


def test_what_the_lane_promised_is_done_also_where_the_database_went_away_meanwhile(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = itertools.count()

    def away_at_first(message: Message) -> Reply:
        if next(times):
            return reply_to(message)
        time.sleep(0.6)
        return safe_answer(message)

    monkeypatch.setattr("calls.intake.lane.reply_to", away_at_first)
    assert ask(post, "createTicket", {"issue": "The parcel never came"}) == IN_PROGRESS.result
    told = owed().text
    ticket = Ticket.objects.get()
    assert (ticket.issue, str(ticket.number) in told) == ("The parcel never came", True)


def test_what_waits_for_another_of_the_same_caller_is_done_in_its_turn(post: Post, settings: Any) -> None:
    settings.TOOL_BUDGET_MS = 1_000  # more than a rival waits, as usual
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            wait_in_line(None, ADA)
            asked = thread.submit(ask_as, post, ADA, "createTicket", {"issue": "The parcel never came"})
            assert asked.result() == IN_PROGRESS.result
        told = owed().text
        assert str(Ticket.objects.get().number) in told


def owed() -> Delivery:
    ends = time.monotonic() + 5
    while not Delivery.objects.exists() and time.monotonic() < ends:
        time.sleep(0.02)
    found = Delivery.objects.get()
    assert found.state == Delivery.State.READY
    return found
