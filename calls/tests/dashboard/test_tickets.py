"""Tickets: found again by filters, by search, page by page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from calls.dashboard.paging import PAGE_SIZE
from tickets.changes import add_comment
from tickets.models import Comment, Customer, Ticket


def ticket(issue: str = "Parcel never came", **fields: Any) -> Ticket:
    return Ticket.objects.create(issue=issue, **fields)


def found(client: Client, query: str = "") -> list[int]:
    html = client.get(f"/tickets/?{query}").content.decode()
    return [int(number) for number in re.findall(r'data-row="TK-(\d+)"', html)]


def test_the_last_changed_comes_first(viewer: Client) -> None:
    first, second = ticket(), ticket()
    assert found(viewer) == [second.pk, first.pk]
    add_comment(first.pk, body="Called back.", by=None)
    assert found(viewer) == [first.pk, second.pk]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("status=pending", {"status": "pending"}),
        ("status=unsettled", {"status": "on-hold"}),
        ("priority=urgent", {"priority": "urgent"}),
    ],
)
def test_a_filter_keeps_what_it_names(query: str, fields: dict[str, Any], viewer: Client) -> None:
    ticket(status="closed")
    wanted = ticket(**fields)
    assert found(viewer, query) == [wanted.pk]


def test_tickets_of_mine_of_nobody_and_of_a_colleague(agent: Client) -> None:
    me = User.objects.get(username="agent")
    nobodys, mine = ticket(), ticket(assigned_agent=me)
    assert found(agent, "assigned=me") == found(agent, f"assigned={me.pk}") == [mine.pk]
    assert found(agent, "assigned=nobody") == [nobodys.pk]


def test_tickets_of_one_customer(viewer: Client) -> None:
    ticket()
    wanted = ticket(customer=Customer.objects.create(name="Ada Byrne"))
    assert found(viewer, f"customer={wanted.customer_id}") == [wanted.pk]


@pytest.mark.parametrize("query", ["12345", "TK-12345", "byr", "kettle", "courier", "9918"])
def test_a_ticket_is_found_by_number_customer_issue_comment_and_last_digits(query: str, viewer: Client) -> None:
    ticket()
    customer = Customer.objects.create(name="Ada Byrne", phone="+447700909918")
    wanted = ticket("The kettle came without its lid", number=12345, customer=customer)
    for body in ("Asked the courier", "Asked the courier again"):
        Comment.objects.create(ticket=wanted, body=body)
    assert found(viewer, f"q={query}") == [wanted.pk]


def test_numbers_are_masked_and_search_does_not_unmask_them(viewer: Client, agent: Client) -> None:
    wanted = ticket(customer=Customer.objects.create(name="Ada", phone="+447700900018"))
    html = viewer.get("/tickets/").content.decode()
    assert "+44 •••• 0018" in html
    assert "7700900018" not in html
    assert found(viewer, "q=7700900018") == []
    assert found(agent, "q=7700900018") == [wanted.pk]


def test_pages_meet_without_overlap_and_keep_their_filters(viewer: Client) -> None:
    for _ in range(PAGE_SIZE + 2):
        ticket(updated_at="2026-11-21T10:00:00Z")
    first = viewer.get("/tickets/?status=new").context["page"]
    second = viewer.get(f"/tickets/?status=new&before={first.older}").context["page"]
    assert [one.pk for one in (*first.rows, *second.rows)] == sorted(Ticket.objects.values_list("pk", flat=True))[::-1]
    assert re.search(r'href="\?status=new&amp;before=', viewer.get("/tickets/?status=new&q=").content.decode())


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q='", "q=" + "9" * 30, "assigned=x", "assigned=" + "9" * 30, "customer=x", "status=zz", "before=9-9"],
)
def test_nonsense_is_no_error(query: str, viewer: Client) -> None:
    ticket()
    assert viewer.get(f"/tickets/?{query}").status_code == 200


def test_empty_and_nothing_found_are_different(viewer: Client) -> None:
    assert "No ticket yet" in viewer.get("/tickets/").content.decode()
    assert "No ticket found" in viewer.get("/tickets/?q=zebra").content.decode()


def test_without_the_right_the_list_is_closed(stranger: Client) -> None:
    assert stranger.get("/tickets/").status_code == 403
