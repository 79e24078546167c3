"""The page CRM: what was to be written, what waits for a person, and what they do about it."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from calls.models import Delivery, Disclosure
from calls.tests.dashboard import build
from tickets.crm import connections
from tickets.crm.guard import breaker
from tickets.models import Customer, Operation, Ticket

FRAGMENT = {"HX-Request": "true"}
State = Operation.State


@pytest.fixture(autouse=True)
def with_zendesk(settings: Any) -> None:
    settings.CRM = "zendesk"
    connections.forget()


@pytest.fixture(autouse=True)
def forgotten() -> Any:
    yield
    connections.forget()


@pytest.fixture
def ticket(db: None) -> Ticket:
    return Ticket.objects.create(
        number=12345, issue="Cold", crm="zendesk", crm_number="35436", customer=Customer.objects.create(name="Ada")
    )


def write(ticket: Ticket, state: str = State.DEAD, **fields: Any) -> Operation:
    known = {"kind": "add-note", "crm": "zendesk", "payload": {"text": "It is still cold"}}
    return Operation.objects.create(ticket=ticket, key=uuid.uuid4().hex, state=state, **known | fields)


def rows(client: Client, query: str = "") -> list[str]:
    return re.findall(r'data-row="write-(\d+)"', client.get(f"/crm/?{query}").content.decode())


def post(client: Client, operation: Operation, act: str, note: str = "") -> Any:
    return client.post(f"/crm/{operation.pk}/{act}", {"note": note}, headers=FRAGMENT)


def test_what_needs_a_person_comes_first_and_says_why(viewer: Client, ticket: Ticket) -> None:
    dead, unclear = write(ticket, reason="Zendesk refused it <b>"), write(ticket, State.UNCLEAR)
    waiting, done = write(ticket, State.WAITING), write(ticket, State.DONE, ended_at=timezone.now())
    assert rows(viewer) == [str(dead.pk), str(unclear.pk)]
    assert rows(viewer, "show=waiting") == [str(waiting.pk)]
    assert rows(viewer, "show=ended") == [str(done.pk)]
    html = viewer.get("/crm/").content.decode()
    assert "Zendesk refused it &lt;b&gt;" in html
    assert "It is still cold" in html
    assert "Zendesk 35436" in html


def test_an_agent_settles_one_with_a_note_and_it_stays_readable(agent: Client, ticket: Ticket) -> None:
    dead = write(ticket)
    assert post(agent, dead, "settle").status_code == 422
    assert post(agent, dead, "settle", "Typed it in by hand").status_code == 200
    dead.refresh_from_db()
    assert (dead.state, dead.note) == (State.SETTLED, "Typed it in by hand")
    assert "Typed it in by hand" in agent.get("/crm/?show=ended").content.decode()


def test_an_agent_tries_again_and_the_second_one_is_told_that_it_is_too_late(agent: Client, ticket: Ticket) -> None:
    dead = write(ticket)
    assert post(agent, dead, "retry", "The ticket was locked").status_code == 200
    dead.refresh_from_db()
    assert (dead.state, dead.note) == (State.WAITING, "The ticket was locked")
    late = post(agent, dead, "settle", "My words")
    assert late.status_code == 409
    assert "My words" in late.content.decode()


def test_a_viewer_sees_no_form_and_may_not_decide(viewer: Client, ticket: Ticket) -> None:
    dead = write(ticket)
    assert "settle-form" not in viewer.get("/crm/").content.decode()
    assert post(viewer, dead, "retry").status_code == 403


@pytest.mark.parametrize(
    ("state", "says"),
    [("closed", "is asked as usual"), ("open", "failed too often just now"), ("half open", "whether it is back")],
)
def test_how_the_crm_is(viewer: Client, monkeypatch: pytest.MonkeyPatch, state: str, says: str) -> None:
    monkeypatch.setattr(breaker("zendesk"), "state", lambda: state)
    assert says in viewer.get("/crm/").content.decode()


def test_without_a_crm_the_page_says_so(viewer: Client, settings: Any) -> None:
    settings.CRM = "local"
    connections.forget()
    assert "Tickets are kept here" in viewer.get("/crm/").content.decode()


def test_live_says_how_many_need_a_person(viewer: Client, ticket: Ticket) -> None:
    assert "to the CRM need" not in viewer.get("/").content.decode()
    write(ticket)
    assert "1 write to the CRM needs a person" in " ".join(viewer.get("/").content.decode().split())


def test_the_call_shows_what_was_told_later_why_it_was_told_and_what_was_not_done(
    viewer: Client, ticket: Ticket
) -> None:
    call = build.full()
    tool_call = build.tool(call, ticket=ticket)
    differs = write(ticket, State.DIFFERS, reason="The note is not there")
    Delivery.objects.create(
        tool_call=tool_call, state="spoken", text="Ticket 35436 is open", operation=differs, ended_at=timezone.now()
    )
    evidence = {"step": "caller-number", "evidence": "the call comes from a number"}
    Disclosure.objects.create(call=call, tool_call=tool_call, ticket=ticket, tool="getTicket", **evidence)
    html = " ".join(viewer.get(f"/calls/{call.vapi_id}/").content.decode().split())
    assert "said in the call" in html
    assert "“Ticket 35436 is open”" in html
    assert "ticket 12345 told, because the call comes from a number" in html
    assert "said but not done" in html
    assert "The note is not there" in html


@pytest.mark.parametrize(
    ("state", "says"),
    [("too-late", "the call had ended"), ("failed", "could not be said"), ("unclear", "perhaps said")],
)
def test_a_late_answer_that_was_not_said_says_so_on_the_call(
    viewer: Client, ticket: Ticket, state: str, says: str
) -> None:
    call = build.full()
    Delivery.objects.create(tool_call=build.tool(call, ticket=ticket), state=state, text="x", ended_at=timezone.now())
    assert says in viewer.get(f"/calls/{call.vapi_id}/").content.decode()


def test_the_ticket_shows_its_writes_and_to_managers_whom_it_was_told(admin: Client, ticket: Ticket) -> None:
    call = build.full()
    write(ticket, reason="It was refused")
    evidence = {"step": "caller-number", "evidence": "the call comes from a number"}
    Disclosure.objects.create(call=call, ticket=ticket, tool="getTicket", **evidence)
    html = admin.get("/tickets/12345/").content.decode()
    assert "It was refused" in html
    assert "Told to" in html
    assert f"/calls/{call.vapi_id}/" in html
