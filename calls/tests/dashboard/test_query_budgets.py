"""No page's query count grows with its rows, and each is what this table says."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.body import pack
from calls.models import (
    ApiPass,
    Assistant,
    Call,
    Callback,
    CallTicket,
    DayCompleteness,
    Delivery,
    Disclosure,
    Escalation,
    Event,
    Healing,
    Incident,
    Judgement,
    LookupMiss,
    Managed,
    Pending,
    SyncRun,
    Verification,
)
from calls.models.do_not_call import DoNotCall, RefusedDials
from calls.models.transfer_destination import TransferDestination
from calls.tests.dashboard import build
from calls.tests.dashboard.conftest import client_in
from tickets.changes import add_comment
from tickets.models import Article, CrmSettings, Customer, Fetched, Operation, ServiceRequest, Ticket

pytestmark = pytest.mark.django_db

Counts = dict[str, int]

BUDGETS: Counts = {
    "/": 28,
    "/?show=50": 28,
    "/calls/": 7,
    "/calls/?q=parcel&escalated=open": 10,
    "/calls/?silent=day&late=yes": 8,
    "/calls/full/": 20,
    "/tools/": 8,
    "/admin/calls/callback/": 6,
    "/admin/tickets/servicerequest/": 6,
    "/completeness/": 6,
    "/doctor/": 8,
    "/calls/full/player": 8,
    "/escalations/": 9,
    "/escalations/?show=resolved": 9,
    "/tickets/": 7,
    "/tickets/?q=parcel&status=unsettled&assigned=nobody": 9,
    "/tickets/12345/": 15,
    "/follow-ups/": 8,
    "/follow-ups/?show=requests": 8,
    "/follow-ups/?show=settled": 9,
    "/assistants/": 12,
    "/assistants/runs": 5,
    "/assistants/assistant/support/": 19,
    "/intent/": 8,
    "/intent/?show=marked": 8,
    "/admin/calls/judgement/": 6,
    "/crm/": 8,
    "/crm/?show=waiting": 8,
    "/crm/?show=ended": 8,
    "/admin/tickets/operation/": 6,
    "/admin/tickets/fetched/": 6,
    "/admin/tickets/crmsettings/": 7,
    "/admin/calls/delivery/": 6,
    "/admin/calls/disclosure/": 6,
    "/admin/calls/lookupmiss/": 6,
    "/admin/calls/verification/": 6,
    "/admin/calls/managed/": 7,
    "/admin/calls/apipass/": 7,
    "/admin/calls/daycompleteness/": 7,
    "/admin/calls/healing/": 6,
    "/admin/calls/incident/": 6,
    "/events/": 7,
    "/events/?type=hang&waiting=yes": 7,
    "/admin/calls/call/": 7,
    "/admin/calls/event/": 6,
    "/admin/calls/pending/": 7,
    "/admin/calls/escalation/": 7,
    "/admin/calls/assistant/": 7,
    "/admin/tickets/ticket/": 7,
    "/admin/tickets/customer/": 6,
    "/admin/calls/transferdestination/": 7,
    "/admin/calls/donotcall/": 6,
    "/admin/calls/refuseddials/": 7,
    "/admin/tickets/article/": 7,
}


def fill(rows: int) -> None:
    subject, _ = Ticket.objects.get_or_create(number=12345, defaults={"issue": "Parcel never came"})
    for number in range(rows):
        made = build.full(status=Call.Status.IN_PROGRESS)
        build.say(Call.objects.get(vapi_id="full"), f"and {number}")
        build.tool(Call.objects.get(vapi_id="full"))
        settled = {"state": Escalation.State.RESOLVED, "resolved_at": timezone.now(), "resolution": "done"}
        Escalation.objects.create(call=made, reason="asked", **settled)
        build.tool(made, ticket=subject)
        add_comment(subject.pk, body=f"comment {number}", by=None)
        CallTicket.objects.create(call=made, ticket=subject)
        CallTicket.objects.create(call=Call.objects.get(vapi_id="full"), ticket=Ticket.objects.create(issue="x"))
        event = uuid.uuid4()
        Event.objects.create(id=event, call_id=made.vapi_id, type="hang", body=pack(b"{}"), received_bytes=2)
        Pending.objects.create(event_id=event, call_id=made.vapi_id)
        Callback.objects.create(call=made, customer=made.customer, number="+447700900018", due_at=timezone.now())
        ticket = Ticket.objects.filter(customer=made.customer).get()
        ServiceRequest.objects.create(ticket=ticket, kind="refund")
        settle_one(made, ticket)
        put_up_settings(made)
        lose_something(made)
        go_slowly(made, subject)


def settle_one(call: Call, ticket: Ticket) -> None:
    by, at = User.objects.get(username="admin"), timezone.now()
    done = {"state": Callback.State.DONE, "settled_by": by, "settled_at": at}
    Callback.objects.create(call=call, customer=call.customer, number="+447700900018", due_at=at, topic="x", **done)
    declined = {"state": ServiceRequest.State.DECLINED, "decided_by": by, "decided_at": at}
    ServiceRequest.objects.create(ticket=ticket, kind="refund", **declined)


def go_slowly(call: Call, ticket: Ticket) -> None:
    """With a CRM that is slow: an answer that came late, what was told, and writes in each state."""
    tool_call = build.tool(call, ticket=ticket)
    about = {"crm": "zendesk", "ticket": ticket, "kind": "add-note"}
    for state in ("dead", "waiting", "settled"):
        Operation.objects.create(key=uuid.uuid4().hex, state=state, payload={"text": "x"}, **about)
    dead = Operation.objects.filter(state="dead").last()
    Delivery.objects.create(tool_call=tool_call, operation=dead, state="spoken", ended_at=timezone.now())
    Disclosure.objects.create(call=call, tool_call=tool_call, ticket=ticket, tool="getTicket", step="caller-number")
    LookupMiss.objects.create(call=call, tool_call=tool_call, tool="getTicket")
    by = User.objects.get(username="admin")
    judged = {"intent": "cancel", "verdict": "do", "reason": "An order"}
    Judgement.objects.create(tool_call=tool_call, mark="right", marked_at=timezone.now(), marked_by=by, **judged)
    Judgement.objects.create(tool_call=build.tool(call, ticket=ticket), **judged)
    Verification.objects.create(call=call, customer=Customer.objects.create(), factor="pin")
    CrmSettings.objects.create(name=uuid.uuid4().hex, changed_by=User.objects.get(username="admin"))
    Fetched.objects.create(crm="zendesk", subject=uuid.uuid4().hex)
    Managed.objects.create(kind="assistant", key=uuid.uuid4().hex)
    support, _ = Managed.objects.get_or_create(kind="assistant", key="support", vapi_id="a1")
    support.versions.create(number=support.versions.count() + 1, document={}, source="applied")
    agent, _ = Assistant.objects.get_or_create(vapi_id="a1")
    build.say(build.ended(0, assistant=agent, interruption_count=1), "Hello")
    SyncRun.objects.create(act="apply", state="done", by=User.objects.get(username="admin"))


def lose_something(call: Call) -> None:
    """A call that sounds dead and one that was, what the API filled, and a day's count."""
    Incident.objects.create(call=call, kind="no-report")
    Incident.objects.create(call=call, kind="ringing", state="closed", closed_at=timezone.now())
    ApiPass.objects.get_or_create(pk=ApiPass.ONLY)
    Healing.objects.create(call=Call.objects.get(vapi_id="full"), field=uuid.uuid4().hex)
    count = DayCompleteness.objects.count()
    DayCompleteness.objects.create(day=date(2026, 1, 1) + timedelta(days=count), calls=9, with_report=8)


def put_up_settings(call: Call) -> None:
    """What callers and campaigns are treated by: one row more of each."""
    count = TransferDestination.objects.count()
    TransferDestination.objects.create(
        name=f"Desk {count}", number="+12025550188", when="assistant", assistant=call.assistant
    )
    DoNotCall.objects.create(number=f"+4477009{count:05}", added_by=User.objects.get(username="admin"))
    RefusedDials.objects.create(day=date(2026, 1, 1) + timedelta(days=count), reason="listed")
    Article.objects.create(title=f"Refunds {count}", body="Five days.")


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.fixture(scope="module")
def counted(django_db_setup: None, django_db_blocker: Any) -> tuple[Counts, Counts]:
    """How many queries each page takes beside three rows of everything, and beside thirty."""
    with django_db_blocker.unblock(), transaction.atomic():
        admin = client_in("admin", is_staff=True)
        build.full(vapi_id="full")
        fill(3)
        with_three = {address: queries(admin, address) for address in BUDGETS}
        fill(27)
        with_thirty = {address: queries(admin, address) for address in BUDGETS}
        transaction.set_rollback(True)
    return with_three, with_thirty


@pytest.mark.parametrize("address", BUDGETS)
def test_a_page_costs_no_more_with_thirty_rows_than_with_three(address: str, counted: tuple[Counts, Counts]) -> None:
    with_three, with_thirty = counted
    assert with_three[address] == BUDGETS[address] >= with_thirty[address]
