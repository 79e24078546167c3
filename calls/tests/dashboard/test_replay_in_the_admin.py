"""The admin's replay action, through the changelists people use."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from calls.models import Call, Event
from calls.tests.projection.build import CALL, project, whole_call

pytestmark = pytest.mark.django_db


def replay(client: Client, model: str, pk: object) -> str:
    form = {"action": "replay", "_selected_action": str(pk)}
    return client.post(f"/admin/calls/{model}/", form, follow=True).content.decode()


def test_a_call_is_replayed_and_what_changed_is_told(admin: Client) -> None:
    call = project(*whole_call())
    Call.objects.update(status="ringing")
    assert "status: ringing → ended" in replay(admin, "call", call.pk)
    assert "nothing changed" in replay(admin, "call", call.pk)
    assert Call.objects.get().status == "ended"


def test_an_event_is_replayed(admin: Client) -> None:
    project(*whole_call())
    page = replay(admin, "event", Event.objects.get(type="hang").pk)
    assert f"Call {CALL}: 1 event applied" in page


def test_a_replay_that_is_refused_says_why(admin: Client) -> None:
    call = project(*whole_call())
    Event.objects.all().delete()
    assert "No event of call" in replay(admin, "call", call.pk)


def test_who_may_only_read_cannot_replay(admin: Client) -> None:
    Group.objects.get(name="admin").permissions.remove(Permission.objects.get(codename="change_pending"))
    call = project(*whole_call())
    Call.objects.update(status="ringing")
    page = replay(Client(), "call", call.pk)
    assert "Replay through" not in page
    replay(admin, "call", call.pk)
    assert (Call.objects.get().status, User.objects.count()) == ("ringing", 1)
