"""The wake that tells Celery of waiting rows."""

from __future__ import annotations

import time
from typing import Any

import pytest
from celery import current_app

from supportvoice import wake


def wait_until(condition: Any, seconds: float = 3) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not condition():
        time.sleep(0.01)
    return bool(condition())


def test_many_wakes_become_few_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: sent.append(name))
    waker = wake.Waker("calls.project_pending")
    for _ in range(1_000):
        waker.wake()
    assert wait_until(lambda: sent)
    time.sleep(0.15)
    assert set(sent) == {"calls.project_pending"}
    assert len(sent) <= 3


def test_a_broker_that_is_away_costs_the_caller_nothing_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    calls: list[str] = []

    def away_at_first(name: str, **_: Any) -> None:
        calls.append(name)
        if len(calls) == 1:
            raise ConnectionError

    monkeypatch.setattr(current_app, "send_task", away_at_first)
    waker = wake.Waker("calls.project_pending")
    waker.wake()
    assert wait_until(lambda: len(calls) == 1)
    waker.wake()
    assert wait_until(lambda: len(calls) == 2)


def test_the_connection_gives_up_soon() -> None:
    options = wake.impatient_connection().transport_options
    assert options["socket_connect_timeout"] == options["socket_timeout"] == 0.2
