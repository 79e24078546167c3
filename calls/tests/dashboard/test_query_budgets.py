"""No page's query count grows with its rows, and each is what this table says."""

from __future__ import annotations

import uuid
import zlib
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calls.models import Call, Event, Pending
from calls.models.do_not_call import DoNotCall, RefusedDials
from calls.models.transfer_destination import TransferDestination
from calls.tests.dashboard import build
from tickets.models import Article

BUDGETS = {
    "/": 18,
    "/?show=50": 18,
    "/calls/": 6,
    "/calls/?q=parcel&escalated=open": 6,
    "/calls/full/": 13,
    "/admin/calls/call/": 13,
    "/admin/calls/event/": 6,
    "/admin/calls/pending/": 7,
    "/admin/calls/escalation/": 8,
    "/admin/calls/assistant/": 7,
    "/admin/tickets/ticket/": 8,
    "/admin/tickets/customer/": 7,
    "/admin/calls/transferdestination/": 7,
    "/admin/calls/donotcall/": 7,
    "/admin/calls/refuseddials/": 7,
    "/admin/tickets/article/": 7,
}


def fill(rows: int) -> None:
    for number in range(rows):
        made = build.full(status=Call.Status.IN_PROGRESS)
        build.say(Call.objects.get(vapi_id="full"), f"and {number}")
        build.tool(Call.objects.get(vapi_id="full"))
        event = uuid.uuid4()
        Event.objects.create(id=event, call_id=made.vapi_id, type="hang", body=zlib.compress(b"{}"), received_bytes=2)
        Pending.objects.create(event_id=event, call_id=made.vapi_id)
        put_up_settings(made)


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


@pytest.mark.parametrize("address", BUDGETS)
def test_a_page_costs_the_same_with_three_rows_and_with_thirty(address: str, admin: Client) -> None:
    build.full(vapi_id="full")
    fill(3)
    with_three = queries(admin, address)
    fill(27)
    assert (with_three, queries(admin, address)) == (BUDGETS[address], BUDGETS[address])
