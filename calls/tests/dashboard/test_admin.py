"""The admin: what Vapi said can be read, never rewritten."""

from __future__ import annotations

import json
import uuid

from django.contrib.auth.models import User
from django.test import Client

from calls.body import pack
from calls.models import Event
from calls.tests.dashboard import build
from tickets.models import Comment, Ticket


def event(body: bytes) -> Event:
    return Event.objects.create(id=uuid.uuid4(), call_id="c1", type="hang", body=body, received_bytes=2)


def test_an_events_message_is_shown_readable_and_as_text(admin: Client) -> None:
    stored = event(pack(json.dumps({"type": "hang", "x": "<script>"}).encode()))
    page = admin.get(f"/admin/calls/event/{stored.pk}/change/").content.decode()
    assert "  &quot;type&quot;: &quot;hang&quot;" in page
    assert "&lt;script&gt;" in page


def test_a_body_that_cannot_be_read_says_so(admin: Client) -> None:
    page = admin.get(f"/admin/calls/event/{event(b'not packed').pk}/change/").content.decode()
    assert "This body cannot be read" in page


def test_the_events_of_one_call_are_one_link_away(admin: Client) -> None:
    stored = event(pack(b"{}"))
    assert str(stored.pk) in admin.get("/admin/calls/event/?call_id=c1").content.decode()
    assert str(stored.pk) not in admin.get("/admin/calls/event/?call_id=c2").content.decode()


def test_neither_events_nor_calls_can_be_changed(admin: Client) -> None:
    call = build.call()
    assert admin.post("/admin/calls/event/add/", {}).status_code == 403
    assert admin.post(f"/admin/calls/call/{call.pk}/change/", {"status": "ended"}).status_code == 403
    assert admin.post(f"/admin/calls/call/{call.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_comment_written_in_the_admin_has_its_author(admin: Client) -> None:
    ticket = Ticket.objects.create(issue="Parcel never came")
    form = {"issue": "Parcel never came", "status": "open", "priority": "high"}
    inline = {
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "0",
        "comments-0-body": "Called back.",
        "comments-0-source": "person",
    }
    assert admin.post(f"/admin/tickets/ticket/{ticket.pk}/change/", {**form, **inline}).status_code == 302
    assert Comment.objects.get().author == User.objects.get(username="admin")
    assert Ticket.objects.get().status == "open"
