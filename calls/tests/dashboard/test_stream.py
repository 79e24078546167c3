"""The stream refuses plainly and tells only what was asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from django.contrib.auth.models import Group, User
from django.db import connections
from django.test import Client

from calls.tests.dashboard.conftest import client_in
from supportvoice import streams


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


@pytest.mark.parametrize(
    ("query", "names"), [("?words=c1", frozenset(("c1", "escalations"))), ("?words=", None), ("", None)]
)
def test_only_a_page_of_one_call_is_told_of_that_call_alone(
    viewer: Client, monkeypatch: pytest.MonkeyPatch, query: str, names: frozenset[str] | None
) -> None:
    opened: list[streams.Outbox] = []

    async def frames(outbox: streams.Outbox, _: float) -> AsyncIterator[str]:
        opened.append(outbox)
        yield ""

    monkeypatch.setattr(streams, "_frames", frames)
    assert list(viewer.get(f"/live/stream{query}")) == [b""]
    assert [outbox.names for outbox in opened] == [names]


def test_a_right_that_was_taken_away_counts_at_the_next_connection(db: None) -> None:
    client = client_in("viewer")
    assert client.get("/live/stream").status_code == 200
    User.objects.get(username="viewer").groups.remove(Group.objects.get(name="viewer"))
    assert client.get("/live/stream").status_code == 403
