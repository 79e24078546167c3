"""A thread that hangs does not hold the answer: Vapi is told in time, and what the thread finds out follows."""

from __future__ import annotations

import time
from typing import Any

import pytest

from calls.answers.ledger import IN_PROGRESS
from calls.intake.accepted import reply_to
from calls.models import Delivery
from calls.tests.answers.asking import ask
from calls.tests.conftest import Post
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_lane_answers_in_time_and_owes_the_rest(
    post: Post, settings: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["post"] != "lane":
        pytest.skip("only the lane is what Vapi reaches")
    settings.TOOL_BUDGET_MS, settings.DISCLOSURE_POLICY = 200, {"*": "ticket-number"}
    Ticket.objects.create(number=12345, issue="The heating is cold")

    def slow(message: Any) -> Any:
        time.sleep(0.6)
        return reply_to(message)

    monkeypatch.setattr("calls.intake.lane.reply_to", slow)
    began = time.monotonic()
    assert ask(post, "getTicket", {"ticketId": "12345"}) == IN_PROGRESS.result
    assert time.monotonic() - began < 0.6
    ends = time.monotonic() + 5
    while not Delivery.objects.exists() and time.monotonic() < ends:
        time.sleep(0.02)
    owed = Delivery.objects.get()
    assert owed.state == Delivery.State.READY
    assert "The heating is cold" in owed.text
