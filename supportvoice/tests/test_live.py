"""Publishing never hurts the publisher; one subscription serves every listener and survives an absent Redis."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from supportvoice import live

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def rested() -> Iterator[None]:
    live._rest.until = 0.0
    yield
    live._rest.until = 0.0


async def heard_until(heard: list[dict[str, Any]], done: Callable[[], bool]) -> None:
    for _ in range(500):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(heard)


def topics(heard: list[dict[str, Any]]) -> list[Any]:
    return [(message["topic"], message.get("ids")) for message in heard]


def test_a_published_message_reaches_every_listener_over_one_subscription() -> None:
    async def scene() -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
        first: list[dict[str, Any]] = []
        second: list[dict[str, Any]] = []
        async with live.subscribe(first.append), live.subscribe(second.append):
            await heard_until(first, lambda: len(first) == 1)
            await asyncio.to_thread(live.publish, "calls", {"ids": ["c1"]})
            await heard_until(second, lambda: len(second) == 2)
            hub = live._hubs[asyncio.get_running_loop()]
            return first, second, len(hub.listeners)

    first, second, listeners = async_to_sync(scene)()
    assert topics(first) == topics(second) == [("calls", None), ("calls", ["c1"])]
    assert listeners == 2


def test_the_subscription_closes_with_its_last_listener() -> None:
    async def scene() -> Any:
        async with live.subscribe(lambda _: None):
            pass
        return live._hubs[asyncio.get_running_loop()].reader

    assert async_to_sync(scene)() is None


def test_publishing_without_redis_is_quick_and_silent(settings: Any) -> None:
    settings.REDIS_URL = NOWHERE
    began = time.monotonic()
    live.publish("calls", {"ids": ["c1"]})
    assert time.monotonic() - began < 0.5


def test_after_a_failure_publishing_rests_for_a_second(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = NOWHERE
    live.publish("calls", {"ids": []})
    tries: list[str] = []
    monkeypatch.setattr(live, "_publisher", tries.append)
    live.publish("calls", {"ids": []})
    assert tries == []


def test_what_cannot_be_said_in_json_is_not_raised_to_the_publisher() -> None:
    live.publish("calls", {"ids": object()})


def test_a_broken_subscription_is_taken_up_again_and_says_that_anything_may_have_changed(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "REST_AFTER_FAILURE_S", 0.01)
    real, settings.REDIS_URL = settings.REDIS_URL, NOWHERE

    async def scene() -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = []
        async with live.subscribe(heard.append):
            await asyncio.sleep(0.1)
            settings.REDIS_URL = real
            await heard_until(heard, lambda: bool(heard))
        return heard

    assert topics(async_to_sync(scene)()) == [("calls", None)]


def test_a_message_that_is_not_json_is_passed_over() -> None:
    assert live._decode(b"\xff{") == live._decode(b"{}") == live._decode(b"[1]") == []
