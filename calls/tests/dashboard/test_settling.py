"""Callbacks and service requests are settled in the admin, and who did it is on record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from calls.models import Callback
from calls.tests.dashboard import build
from tickets.models import ServiceRequest, Ticket

DUE = datetime(2026, 11, 23, 15, tzinfo=UTC)


def callback_form(**fields: object) -> dict[str, object]:
    due = {"due_at_0": "2026-11-23", "due_at_1": "15:30:00"}
    return {"number": "+447700900018", "topic": "The parcel", "state": "open", **due, **fields}


def test_who_settles_a_callback_is_on_record_until_it_is_reopened(admin: Client) -> None:
    booked = Callback.objects.create(number="+447700900018", due_at=DUE, topic="The parcel")
    address = f"/admin/calls/callback/{booked.pk}/change/"
    assert admin.post(address, callback_form(state="done")).status_code == 302
    booked.refresh_from_db()
    assert (booked.state, booked.settled_by) == ("done", User.objects.get(username="admin"))
    assert booked.settled_at
    admin.post(address, callback_form())
    again = Callback.objects.get()
    assert (again.state, again.settled_by, again.settled_at) == ("open", None, None)


def test_a_second_callback_in_the_hour_is_a_message_in_the_form(admin: Client) -> None:
    call = build.call()
    Callback.objects.create(call=call, number="+447700900018", due_at=DUE, topic="x")
    response = admin.post("/admin/calls/callback/add/", callback_form(call=call.pk))
    assert response.status_code == 200
    assert b"errornote" in response.content
    assert Callback.objects.count() == 1


def test_who_decides_a_request_is_on_record(admin: Client, db: None) -> None:
    ticket = Ticket.objects.create(issue="Parcel never came")
    asked = ServiceRequest.objects.create(ticket=ticket, kind="refund")
    form = {"ticket": ticket.pk, "kind": "refund", "state": "declined", "amount_usd": "49.90"}
    assert admin.post(f"/admin/tickets/servicerequest/{asked.pk}/change/", form).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("declined", User.objects.get(username="admin"))
    assert asked.decided_at


def test_a_cancellation_has_no_amount(admin: Client, db: None) -> None:
    ticket = Ticket.objects.create(issue="Parcel never came")
    form = {"ticket": ticket.pk, "kind": "cancel-order", "state": "requested", "amount_usd": "49.90"}
    response = admin.post("/admin/tickets/servicerequest/add/", form)
    assert b"Only a refund has an amount" in response.content


@pytest.mark.parametrize(
    ("group", "actions"),
    [("viewer", {"view"}), ("agent", {"view", "change"}), ("admin", {"view", "change", "add", "delete"})],
)
def test_each_group_may_do_its_part(db: None, group: str, actions: set[str]) -> None:
    permissions = Group.objects.get(name=group).permissions
    for model in ("callback", "servicerequest"):
        held = permissions.filter(content_type__model=model).values_list("codename", flat=True)
        assert set(held) == {f"{action}_{model}" for action in actions}
