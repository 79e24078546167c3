"""The caller knows no ticket number. Through the DRF view and through the lane."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from calls.models import ToolCall
from calls.tests.answers.asking import ADA, CALL_ID, WEB, ask, ask_as
from calls.tests.conftest import Post
from tickets.models import Customer, Ticket

CANNOT_TELL = (
    "The number of this call does not tell whose tickets they are. Please ask the caller for the ticket number."
)


def opened(customer: Customer | None, hours_ago: int, status: str = "open", **fields: Any) -> Ticket:
    at = datetime.now(UTC) - timedelta(hours=hours_ago)
    return Ticket.objects.create(
        customer=customer, issue=f"Opened {hours_ago} hours ago", status=status, created_at=at, **fields
    )


def test_the_open_tickets_of_the_number_are_read_out_newest_first(post: Post, ticket: Ticket) -> None:
    opened(ticket.customer, 50, "pending", number=20001)
    opened(ticket.customer, 3, "solved")
    opened(ticket.customer, 2, "closed")
    opened(Customer.objects.create(phone="+12025550132"), 1)
    assert ask(post, "findMyTickets", {}) == (
        "There are 2 open tickets. Ticket 12345, open: Parcel never came. "
        "Ticket 20001, waiting for the customer: Opened 50 hours ago."
    )


def test_no_more_than_five_are_read_out_and_the_count_is_told(post: Post, ticket: Ticket) -> None:
    for hours_ago in range(1, 8):
        opened(ticket.customer, hours_ago)
    told = ask(post, "findMyTickets", {})
    assert told.startswith("There are 8 open tickets; these are the newest 5.")
    assert told.count("Ticket ") == 5
    assert "Opened 5 hours ago" not in told and "Opened 4 hours ago" in told


def test_a_single_ticket_is_linked_to_the_tool_call(post: Post, ticket: Ticket) -> None:
    assert ask(post, "findMyTickets", {}).startswith("There is 1 open ticket. Ticket 12345,")
    assert ToolCall.objects.get().ticket == ticket


def test_a_customer_with_nothing_open_hears_so(post: Post, ticket: Ticket) -> None:
    Ticket.objects.update(status="solved")
    assert ask(post, "findMyTickets", {}) == "There is no open ticket for the number of this call."


def test_unless_the_number_is_one_customers_the_ticket_number_is_asked_for(post: Post, ticket: Ticket) -> None:
    unknown = ask_as(post, "+12025550199", "findMyTickets", {})
    withheld = ask_as(post, "anonymous", "findMyTickets", {})
    web = ask(post, "findMyTickets", {}, **WEB)
    Customer.objects.create(phone=ADA, name="Ada's husband")
    shared = ask(post, "findMyTickets", {})
    assert {unknown, withheld, web, shared} == {CANNOT_TELL}


def test_no_policy_makes_a_number_from_the_arguments_enough(post: Post, ticket: Ticket, settings: Any) -> None:
    settings.DISCLOSURE_POLICY = {"*": "ticket-number", "findMyTickets": "ticket-number"}
    claimed = {"phone": ADA, "customer": {"number": ADA}}
    call = {"id": CALL_ID, "customer": {"number": "+12025550199"}}
    assert ask(post, "findMyTickets", claimed, customer={}, call=call) == CANNOT_TELL
    assert ask(post, "findMyTickets", claimed, **WEB) == CANNOT_TELL
