"""A page is taken to a thread once, and stays there; one that only refreshes gives way."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import asgiref.sync
import httpx
import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from supportvoice import refreshes
from supportvoice.handler import handler
from supportvoice.refreshes import HEARD

REFRESHES = {HEARD: "1"}
on_threads: list[threading.Thread] = []


@login_not_required
def page(_: HttpRequest) -> HttpResponse:
    on_threads.append(threading.current_thread())
    return HttpResponse("here")


both = threading.Barrier(2)


@login_not_required
def together(_: HttpRequest) -> HttpResponse:
    """Says whether another one was being made at the same time."""
    try:
        both.wait(0.5)
    except threading.BrokenBarrierError:
        both.reset()
        return HttpResponse("alone")
    return HttpResponse("together")


@login_not_required
async def stream(_: HttpRequest) -> HttpResponse:
    on_threads.append(threading.current_thread())
    return HttpResponse("there")


urlpatterns = [path("page/", page), path("together/", together), path("stream/", stream)]


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was carried from the event loop to a thread, besides what goes on before a page and after it."""
    carried: list[str] = []
    there = asgiref.sync.SyncToAsync.__call__

    async def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = self.func.__qualname__
        carried.extend([] if name.startswith("Signal.") or name.endswith(".close") else [name])
        return await there(self, *args, **kwargs)

    monkeypatch.setattr(asgiref.sync.SyncToAsync, "__call__", counted)
    on_threads.clear()
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"]):
        yield carried


def answered(*where: str, busy: Callable[[], bool] = lambda: False, headers: dict[str, str] | None = None) -> list[str]:
    """All asked for at once."""

    async def scene() -> list[str]:
        application: Any = handler(busy)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://desk") as client:
            answers = await asyncio.gather(*(client.get(one, headers=headers) for one in where))
        return [answer.text for answer in answers]

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        return loop.run_until_complete(scene())


def test_no_middleware_takes_a_page_from_its_thread(trips: list[str]) -> None:
    assert answered("/page/") == ["here"]
    assert trips == ["BaseHandler.get_response"]
    assert on_threads != [threading.current_thread()]


def test_a_stream_runs_on_the_event_loop(trips: list[str]) -> None:
    assert answered("/stream/") == ["there"]
    assert on_threads == [threading.current_thread()]


def test_one_page_after_another_has_the_same_thread(trips: list[str]) -> None:
    async def scene() -> None:
        application: Any = handler()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://desk") as client:
            for _ in range(3):
                await client.get("/page/")

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        loop.run_until_complete(scene())
    assert len(on_threads) == 3
    assert len(set(on_threads)) == 1


def test_pages_asked_for_at_once_are_made_at_once(trips: list[str]) -> None:
    assert answered("/together/", "/together/") == ["together"] * 2


def test_refreshes_are_made_one_after_another(trips: list[str]) -> None:
    assert answered("/together/", "/together/", headers=REFRESHES) == ["alone"] * 2


def test_a_page_that_somebody_opened_waits_neither_for_refreshes_nor_for_deliveries(trips: list[str]) -> None:
    looks = iter([True])
    assert answered("/page/", busy=lambda: next(looks)) == ["here"]
    assert next(looks)


def test_a_refresh_gives_way_as_long_as_the_process_is_busy(trips: list[str]) -> None:
    left = iter([True, True, True])
    assert answered("/page/", busy=lambda: next(left, False), headers=REFRESHES) == ["here"]
    assert next(left, None) is None


def test_a_refresh_gives_way_no_longer_than_its_time(trips: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshes, "GIVES_WAY_FOR_S", 0.1)
    assert answered("/page/", "/page/", busy=lambda: True, headers=REFRESHES) == ["here", "here"]
