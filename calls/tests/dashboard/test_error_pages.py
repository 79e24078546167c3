"""The pages for when something is wrong say what was kept and what to do."""

from __future__ import annotations

import pytest
from django.test import Client

from calls.dashboard.views import live


def test_a_failure_says_that_events_are_still_stored(viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer.raise_request_exception = False
    monkeypatch.setattr(live, "tiles", lambda _: 1 / 0)
    response = viewer.get("/")
    assert response.status_code == 500
    assert "every event is still being stored" in response.content.decode()


def test_a_form_that_is_too_old_says_that_nothing_changed(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "Nothing was changed" in response.content.decode()


def test_an_address_nobody_knows_is_a_page_also_for_who_is_not_logged_in(db: None) -> None:
    assert Client().get("/nowhere/").status_code == 404


def test_a_wrong_password_is_named_as_such(db: None) -> None:
    page = Client().post("/login/", {"username": "x", "password": "y"}).content.decode()
    assert 'role="alert">Please enter a correct username and password' in page
