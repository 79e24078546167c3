"""What the browser is told with every answer; the addresses and roles are those of tests/test_access.py."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from supportvoice.headers import WAVEFORM_STYLE
from tests.test_access import address, client_of, examples, expected, one_connection  # noqa: F401  fixtures

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# No directive may let in what is inline, or another host: one style by its content, the waveform's.
SOURCES = {"'none'", "'self'", "data:", f"'{WAVEFORM_STYLE}'"}


def policy(response: Any) -> dict[str, set[str]]:
    directives = response["Content-Security-Policy"].split(";")
    return {name: set(sources) for name, *sources in (directive.split() for directive in directives)}


def faults(response: Any) -> list[str]:
    """What is wrong with the headers of one answer."""
    wrong = [name for name, value in WANTED.items() if response.get(name) != value]
    if "no-store" not in response.get("Cache-Control", ""):
        wrong.append("Cache-Control")
    told = policy(response)
    if told["default-src"] != {"'none'"} or told["frame-ancestors"] != {"'none'"}:
        wrong.append("Content-Security-Policy")
    return wrong + [f"{name} {source}" for name, sources in told.items() for source in sources - SOURCES]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["nobody", "agent", "admin"])
def test_every_answer_is_kept_by_nobody_and_runs_nothing_of_strangers(
    role: str,
    examples: dict[str, str],  # noqa: F811
) -> None:
    client, wrong = client_of(role), {}
    for route, (method, _) in expected().items():
        if route == "live/stream" or "logout" in route:
            continue
        response = getattr(client, method.lower())(address(route, examples))
        if found := faults(response):
            wrong[route] = found
    assert wrong == {}


def test_the_stream_is_never_kept_either(db: None, examples: dict[str, str]) -> None:  # noqa: F811
    response = client_of("agent").get("/live/stream")
    assert "no-" in response["Cache-Control"]
    assert policy(response)["default-src"] == {"'none'"}


@pytest.mark.parametrize("path", ["/nowhere", "/calls/?before=%00", "/login/"])
def test_error_pages_say_the_same(db: None, path: str) -> None:
    assert faults(Client().get(path)) == []


def test_a_failure_says_the_same(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calls.dashboard.views.live.tiles", lambda _: 1 / 0)
    response = client_of("agent").get("/")
    assert (response.status_code, faults(response)) == (500, [])
