"""The tickets a call is about: named by its tools, linked or opened by a person, and shown on both pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from calls.models import Call, CallTicket, Escalation, Report
from calls.tests.dashboard import build
from calls.tests.dashboard.conftest import client_in
from tickets.models import Customer, Ticket

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def call(db: None) -> Call:
    customer = Customer.objects.create(name="Ada Byrne", phone="+447700900018")
    return build.ended(customer=customer)


@pytest.fixture
def ticket(db: None) -> Ticket:
    return Ticket.objects.create(number=12345, issue="Parcel never came")


def html(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def act(client: Client, call: Call, what: str, **form: str) -> Any:
    return client.post(f"/calls/{call.vapi_id}/tickets/{what}", form, headers=FRAGMENT)


def test_what_its_tools_and_escalations_name_is_shown_once_with_why(call: Call, ticket: Ticket, viewer: Client) -> None:
    build.tool(call, name="getTicketStatus", ticket=ticket)
    build.tool(call, name="getTicketStatus", ticket=ticket)
    build.tool(call, name="addTicketNote", ticket=ticket)
    asked = Escalation.objects.create(call=call, ticket=ticket, reason="asked")
    page = html(viewer, f"/calls/{call.vapi_id}/")
    assert page.count('id="about-12345"') == 1
    assert "named by getTicketStatus, addTicketNote" in page
    assert f'named when a person was asked for, <a href="/escalations/{asked.pk}/">' in page


def test_what_else_the_customer_has_open_is_told_apart(call: Call, ticket: Ticket, viewer: Client) -> None:
    for status in ("open", "solved", "closed"):
        Ticket.objects.create(customer=call.customer, issue=f"is {status}", status=status)
    build.tool(call, ticket=ticket)
    page = html(viewer, f"/calls/{call.vapi_id}/")
    assert page.count("this call did not name it") == 1
    assert ("is open" in page, "is solved" in page, "is closed" in page) == (True, False, False)


def test_a_ticket_is_opened_for_the_calls_customer(call: Call, agent: Client) -> None:
    Report.objects.create(call=call, reported_at=timezone.now(), summary="The parcel\nnever came.")
    assert ">\nThe parcel never came.</textarea>" in agent.get(f"/calls/{call.vapi_id}/").content.decode()
    response = act(agent, call, "open", issue="It never came", priority="high")
    made, link = Ticket.objects.get(), CallTicket.objects.get()
    assert (response.status_code, f"Ticket {made.pk} is open." in response.content.decode()) == (200, True)
    assert (made.customer, made.issue, made.priority, made.status) == (call.customer, "It never came", "high", "new")
    assert (link.call, link.ticket, str(link.by)) == (call, made, "agent")
    assert "linked by agent" in html(agent, f"/calls/{call.vapi_id}/")
    assert "linked by agent" in html(agent, f"/tickets/{made.pk}/")


def test_an_issue_left_empty_is_the_reports_summary_which_may_have_come_meanwhile(call: Call, agent: Client) -> None:
    refused = act(agent, call, "open", issue=" ", priority="normal")
    assert (refused.status_code, "Say what it is about" in refused.content.decode()) == (422, True)
    assert re.search(r'id="open-ticket"\s+open', refused.content.decode())
    Report.objects.create(call=call, reported_at=timezone.now(), summary="The parcel never came." + "!" * 600)
    assert act(agent, call, "open", issue=" ", priority="normal").status_code == 200
    assert Ticket.objects.get().issue.startswith("The parcel never came.!!!")


@pytest.mark.parametrize("said", ["12345", "TK-12345", " ticket 12345 "])
def test_a_call_is_linked_to_a_ticket_that_is_there(said: str, call: Call, ticket: Ticket, agent: Client) -> None:
    assert "This call is about ticket 12345 now." in act(agent, call, "link", number=said).content.decode()
    page = html(agent, "/tickets/12345/")
    assert f'data-row="{call.vapi_id}"' in page
    assert "linked by agent" in page


@pytest.mark.parametrize("said", ["", "1", "none", "9" * 30, "<b>", "\0", "9" * 300])
def test_a_number_that_is_no_tickets_links_nothing(said: str, call: Call, ticket: Ticket, agent: Client) -> None:
    response = act(agent, call, "link", number=said)
    assert (response.status_code, CallTicket.objects.count()) == (422, 0)
    assert "Nothing was linked." in response.content.decode()


def test_who_linked_it_first_stays(call: Call, ticket: Ticket, agent: Client) -> None:
    act(agent, call, "link", number="12345")
    assert "was linked before" in act(client_in("manager"), call, "link", number="12345").content.decode()
    assert str(CallTicket.objects.get().by) == "agent"
    with pytest.raises(IntegrityError), transaction.atomic():
        CallTicket.objects.create(call=call, ticket=ticket)


def test_who_may_only_look_is_offered_no_form(call: Call, ticket: Ticket, viewer: Client) -> None:
    assert 'id="open-ticket"' not in html(viewer, f"/calls/{call.vapi_id}/")
    assert act(viewer, call, "open", issue="x", priority="low").status_code == 403
    assert act(viewer, call, "link", number="12345").status_code == 403


def test_without_script_the_whole_page_comes_back_and_renews_itself_at_its_own_address(
    call: Call, ticket: Ticket, agent: Client
) -> None:
    response = agent.post(f"/calls/{call.vapi_id}/tickets/link", {"number": "12345"})
    page = response.content.decode()
    assert "<html" in page
    assert f'hx-get="/calls/{call.vapi_id}/"' in page
    assert "This call is about ticket 12345 now." in page


def test_a_call_nobody_knows_is_not_found(agent: Client) -> None:
    for what in ("open", "link"):
        assert agent.post(f"/calls/nope/tickets/{what}", {"number": "1"}).status_code == 404


def test_the_opened_ticket_is_solved_and_closed_on_its_page_with_a_comment(call: Call, agent: Client) -> None:
    act(agent, call, "open", issue="It never came", priority="normal")
    number = Ticket.objects.get().pk
    fields = {"priority": "normal", "assigned_agent": "", "issue": "It never came"}
    seen = {f"seen-{name}": value for name, value in {**fields, "status": "new"}.items()}
    said = {"body": "Sent again.", "source": "person"}
    assert agent.post(f"/tickets/{number}/comment", said, headers=FRAGMENT).status_code == 200
    for before, after in (("new", "solved"), ("solved", "closed")):
        form = {**fields, **seen, "seen-status": before, "status": after}
        assert agent.post(f"/tickets/{number}/change", form, headers=FRAGMENT).status_code == 200
    assert Ticket.objects.get().status == "closed"
    assert '<span class="badge bg-green-lt">closed</span>' in html(agent, f"/calls/{call.vapi_id}/")
    page = html(agent, f"/tickets/{number}/")
    for words in ("Sent again.", "from “New” to “Solved”", "from “Solved” to “Closed”"):
        assert words in page


def test_a_wrong_link_is_taken_back_and_what_the_tools_named_stays(call: Call, ticket: Ticket, agent: Client) -> None:
    other = Ticket.objects.create(issue="Another")
    build.tool(call, name="getTicketStatus", ticket=ticket)
    for each in (ticket, other):
        act(agent, call, "link", number=str(each.pk))
        assert (
            f"not linked to ticket {each.pk} any more"
            in act(agent, call, "unlink", number=str(each.pk)).content.decode()
        )
    page = html(agent, f"/calls/{call.vapi_id}/")
    assert 'id="about-12345"' in page and f'id="about-{other.pk}"' not in page
    assert "linked by" not in page
    assert "was not linked" in act(agent, call, "unlink", number=str(other.pk)).content.decode()
