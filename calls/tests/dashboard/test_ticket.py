"""One ticket: what was said and done about it, edited without losing anybody's edit."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from calls.models import Escalation
from calls.tests.dashboard import build
from calls.tests.dashboard.conftest import client_in
from tickets.models import Comment, Customer, Ticket, TicketChange

FRAGMENT = {"HX-Request": "true"}
FIELDS = {"status": "new", "priority": "normal", "assigned_agent": "", "issue": "Parcel never came"}


@pytest.fixture
def ticket(db: None) -> Ticket:
    customer = Customer.objects.create(name="Ada Byrne", phone="+447700900018")
    return Ticket.objects.create(number=12345, issue="Parcel never came", customer=customer)


def html(client: Client, number: int = 12345) -> str:
    return client.get(f"/tickets/{number}/").content.decode()


def save(client: Client, seen: dict[str, str] = FIELDS, /, **wanted: str) -> Any:
    form = {**FIELDS, **wanted, **{f"seen-{name}": value for name, value in seen.items()}}
    return client.post("/tickets/12345/change", form, headers=FRAGMENT)


def test_comments_say_who_wrote_them(ticket: Ticket, viewer: Client) -> None:
    Comment.objects.create(ticket=ticket, body="<b>Called</b>", author=User.objects.create_user("maya"))
    Comment.objects.create(ticket=ticket, body="It rained", source=Comment.Source.CUSTOMER)
    Comment.objects.create(ticket=ticket, body="Sounds upset", source=Comment.Source.PHONE_AGENT)
    page = html(viewer)
    for words in ("maya</strong>", "internal", "The customer</strong>", "The phone agent</strong>", "&lt;b&gt;Called"):
        assert words in page


def test_its_calls_are_shown_with_what_was_asked(ticket: Ticket, viewer: Client) -> None:
    asked, escalated, other = build.ended(), build.ended(), build.ended()
    build.tool(
        asked, name="getTicketStatus", ticket=ticket, arguments={"ticketId": "12345"}, result='{"status": "new"}'
    )
    Escalation.objects.create(call=escalated, ticket=ticket, reason="wants a refund")
    page = html(viewer)
    assert re.findall(r'data-row="([^"]+)"', page) == [escalated.vapi_id, asked.vapi_id]
    for words in ("getTicketStatus", "ticketId: 12345", "status: new", "wants a refund"):
        assert words in page
    assert other.vapi_id not in page


def test_the_call_links_to_its_ticket(ticket: Ticket, viewer: Client) -> None:
    call = build.ended()
    build.tool(call, ticket=ticket)
    assert viewer.get(f"/calls/{call.vapi_id}/").content.decode().count('href="/tickets/12345/"') == 2


def test_an_edit_is_saved_and_shown_with_who_made_it(ticket: Ticket, agent: Client) -> None:
    client_in("manager")
    maya = User.objects.get(username="manager")
    response = save(agent, status="open", assigned_agent=str(maya.pk))
    page = response.content.decode()
    assert (response.status_code, "Saved." in page) == (200, True)
    assert "agent</strong>\n          changed status from “New” to “Open”" in page
    assert "changed who has it from “nobody” to “manager”" in page


def test_the_second_editor_is_told_what_changed_and_keeps_what_they_entered(ticket: Ticket, agent: Client) -> None:
    save(client_in("manager"), status="pending", priority="urgent")
    response = save(agent, status="solved")
    page = response.content.decode()
    assert response.status_code == 409
    assert "manager changed status meanwhile, to “Waiting for the customer”." in page
    assert '<option value="solved" selected>' in page
    assert '<option value="urgent" selected>' in page  # their other field is not undone by saving again
    ticket.refresh_from_db()
    assert (ticket.status, TicketChange.objects.count()) == ("pending", 2)
    again = save(agent, {**FIELDS, "status": "pending", "priority": "urgent"}, status="solved", priority="urgent")
    assert again.status_code == 200
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority) == ("solved", "urgent")


def test_an_edit_that_is_not_understood_saves_nothing(ticket: Ticket, agent: Client) -> None:
    client_in("viewer")
    viewer = User.objects.get(username="viewer")
    wrongs: list[dict[str, str]] = [
        {"status": "zz"},
        {"issue": " "},
        {"assigned_agent": "x"},
        {"assigned_agent": str(viewer.pk)},
    ]
    for wrong in wrongs:
        assert save(agent, **wrong).status_code == 422
    assert not TicketChange.objects.exists()


def test_a_comment_is_added_with_its_author(ticket: Ticket, agent: Client) -> None:
    said = {"body": "He called the depot.", "source": "customer"}
    assert "Comment added." in agent.post("/tickets/12345/comment", said, headers=FRAGMENT).content.decode()
    assert agent.post("/tickets/12345/comment", {"body": " ", "source": "person"}).status_code == 422
    comment = Comment.objects.get()
    assert (comment.author, comment.source) == (User.objects.get(username="agent"), "customer")


def test_the_customers_number_is_masked_and_showing_it_is_on_record(
    ticket: Ticket, viewer: Client, agent: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert "+44 •••• 0018" in html(viewer)
    assert "7700900018" not in html(agent)
    assert "btn-reveal" not in html(viewer)
    with caplog.at_level(logging.INFO, "calls.dashboard"):
        assert "+447700900018" in agent.post("/tickets/12345/number").content.decode()
    assert "number of ticket 12345 shown to user" in caplog.text
    assert viewer.post("/tickets/12345/number").status_code == 403


def test_who_may_only_look_is_offered_nothing_to_do(ticket: Ticket, viewer: Client) -> None:
    page = html(viewer)
    assert "Add comment" not in page
    assert 'id="ticket-form"' not in page
    assert save(viewer, status="open").status_code == 403


def test_a_ticket_nobody_knows_is_not_found(agent: Client) -> None:
    for number in (1, 10**30):
        assert agent.get(f"/tickets/{number}/").status_code == 404
        assert agent.post(f"/tickets/{number}/change", FIELDS).status_code == 404


def test_the_way_back_keeps_the_filters(ticket: Ticket, viewer: Client) -> None:
    page = viewer.get("/tickets/12345/?back=status%3Dopen%26q%3Dparcel").content.decode()
    assert '<a href="/tickets/?status=open&amp;q=parcel">← Tickets</a>' in page


def test_after_an_edit_the_page_asks_for_itself_and_still_knows_the_way_back(ticket: Ticket, agent: Client) -> None:
    said = {"body": "Called back.", "source": "person"}
    page = agent.post("/tickets/12345/comment?back=status%3Dopen", said, headers=FRAGMENT).content.decode()
    assert 'hx-get="/tickets/12345/?back=status%3Dopen"' in page
    assert 'hx-post="/tickets/12345/change?back=status%3Dopen"' in page


def test_an_edit_in_the_admin_is_in_the_history_too(ticket: Ticket, admin: Client) -> None:
    inline = {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    form = {"issue": "Parcel never came", "status": "open", "priority": "normal", "customer": ticket.customer_id}
    assert admin.post("/admin/tickets/ticket/12345/change/", {**form, **inline}).status_code == 302
    change = TicketChange.objects.get()
    assert (change.field, change.old, change.new, str(change.by)) == ("status", "New", "Open", "admin")
