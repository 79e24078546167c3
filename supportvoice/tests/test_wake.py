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


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that were woken."""
    names: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: names.append(name))
    return names


def test_many_wakes_become_few_messages(sent: list[str]) -> None:
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


def test_what_is_awake_is_not_woken(sent: list[str]) -> None:
    waker = wake.Waker("calls.project_pending")
    with wake.awake("calls.project_pending", 10):
        waker.wake()
        assert not wait_until(lambda: sent, 0.3)
        wake.Waker("calls.deliver_due").wake()
        assert wait_until(lambda: sent == ["calls.deliver_due"])
    waker.wake()
    assert wait_until(lambda: sent == ["calls.deliver_due", "calls.project_pending"])


def test_what_fails_is_no_longer_awake(sent: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), wake.awake("calls.project_pending", 10):
        _ = 1 / 0
    wake.Waker("calls.project_pending").wake()
    assert wait_until(lambda: sent)


def test_whoever_dies_awake_is_woken_when_its_time_is_over(sent: list[str]) -> None:
    dies = wake.awake("calls.project_pending", 0.5)
    dies.__enter__()
    waker = wake.Waker("calls.project_pending")
    waker.wake()
    assert not wait_until(lambda: sent, 0.1)
    time.sleep(0.5)
    waker.wake()
    assert wait_until(lambda: sent)


def test_where_nobody_can_say_that_they_are_awake_all_are_woken(sent: list[str], settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    with wake.awake("calls.project_pending", 10):
        wake.Waker("calls.project_pending").wake()
        assert wait_until(lambda: sent)


def test_an_error_of_the_system_s_stops_neither_who_wakes_nor_who_is_awake(
    sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise OSError

    monkeypatch.setattr(wake, "_redis", away)
    with wake.awake("calls.project_pending", 10):
        wake.Waker("calls.project_pending").wake()
        assert wait_until(lambda: sent)
