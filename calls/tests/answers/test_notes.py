"""The caller adds something to a ticket. Through the DRF view and through the lane."""

from __future__ import annotations

from typing import Any

import pytest

from calls.tests.answers.asking import NOT_FOUND, ask, ask_as
from calls.tests.conftest import Post
from tickets.models import Comment, Ticket

NOTE = {"ticketId": "12345", "note": " The neighbour has it.\nNumber 7. "}


def test_the_note_is_the_customers_word(post: Post, ticket: Ticket) -> None:
    assert ask(post, "addTicketNote", NOTE) == "The note has been added to ticket 12345."
    comment = Comment.objects.get()
    assert (comment.ticket, comment.source, comment.body) == (ticket, "customer", "The neighbour has it.\nNumber 7.")
    assert Ticket.objects.get().updated_at > ticket.updated_at


def test_from_another_number_it_is_what_the_phone_agent_took_down(post: Post, ticket: Ticket, settings: Any) -> None:
    settings.DISCLOSURE_POLICY = {"*": "ticket-number"}
    ask_as(post, "+12025550199", "addTicketNote", NOTE)
    assert Comment.objects.get().source == "phone-agent"


@pytest.mark.parametrize(
    ("before", "after"),
    [("new", "new"), ("open", "open"), ("on-hold", "on-hold"), ("pending", "open"), ("solved", "open")],
)
def test_what_waited_for_the_customer_is_open_again(post: Post, ticket: Ticket, before: str, after: str) -> None:
    Ticket.objects.update(status=before)
    told = ask(post, "addTicketNote", NOTE)
    assert Ticket.objects.get().status == after
    assert ("It is open again." in told) == (before != after)


def test_a_closed_ticket_stays_closed_and_says_so(post: Post, ticket: Ticket) -> None:
    Ticket.objects.update(status="closed")
    told = ask(post, "addTicketNote", NOTE)
    assert told == "Ticket 12345 is closed and takes nothing more. Offer to open a new ticket."
    assert Ticket.objects.get().status == "closed"
    assert not Comment.objects.exists()


def test_nothing_is_written_on_a_ticket_the_caller_may_not_hear(post: Post, ticket: Ticket) -> None:
    Ticket.objects.update(status="closed")
    assert ask_as(post, "+12025550199", "addTicketNote", NOTE) == NOT_FOUND
    assert ask(post, "addTicketNote", NOTE | {"ticketId": 999}) == NOT_FOUND
    assert not Comment.objects.exists()


def test_a_second_delivery_adds_no_second_note(post: Post, ticket: Ticket) -> None:
    assert ask(post, "addTicketNote", NOTE) == ask(post, "addTicketNote", NOTE)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("note", ["", "  \n", None, 7, ["x"], "x" * 4_001])
def test_a_note_that_is_none_is_refused(post: Post, ticket: Ticket, note: Any) -> None:
    assert "note" in ask(post, "addTicketNote", {"ticketId": 12345, "note": note})
    assert not Comment.objects.exists()
