"""A page is taken to a thread once, and stays there."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import asgiref.sync
import httpx
import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from supportvoice.handler import handler

on_threads: list[str] = []


@login_not_required
def page(_: HttpRequest) -> HttpResponse:
    on_threads.append(threading.current_thread().name)
    return HttpResponse("here")


@login_not_required
async def stream(_: HttpRequest) -> HttpResponse:
    on_threads.append(threading.current_thread().name)
    return HttpResponse("there")


urlpatterns = [path("page/", page), path("stream/", stream)]


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


def answered(where: str) -> str:
    async def scene() -> str:
        application: Any = handler()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://desk") as client:
            return (await client.get(where)).text

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        return loop.run_until_complete(scene())


def test_no_middleware_takes_a_page_from_its_thread(trips: list[str]) -> None:
    assert answered("/page/") == "here"
    assert trips == ["BaseHandler.get_response"]
    assert on_threads != [threading.current_thread().name]


def test_a_stream_runs_on_the_event_loop(trips: list[str]) -> None:
    assert answered("/stream/") == "there"
    assert on_threads == [threading.current_thread().name]
