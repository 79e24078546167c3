"""The stream refuses plainly and tells only what was asked for."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.db import connections
from django.test import Client

from calls.tests.dashboard.conftest import client_in


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream would close the connection whose transaction this test is."""
    monkeypatch.setattr(connections, "close_all", lambda: None)


def test_nobody_is_refused_without_a_redirect(db: None) -> None:
    assert Client().get("/live/stream").status_code == 401


def test_without_the_right_it_is_forbidden(stranger: Client) -> None:
    assert stranger.get("/live/stream").status_code == 403


def test_only_get_opens_it(viewer: Client) -> None:
    assert viewer.post("/live/stream").status_code == 405


def test_a_viewer_gets_an_event_stream(viewer: Client) -> None:
    response = viewer.get("/live/stream?words=c1")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/event-stream")


def test_a_right_that_was_taken_away_counts_at_the_next_connection(db: None) -> None:
    client = client_in("viewer")
    assert client.get("/live/stream").status_code == 200
    User.objects.get(username="viewer").groups.remove(Group.objects.get(name="viewer"))
    assert client.get("/live/stream").status_code == 403
