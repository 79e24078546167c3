"""The front door: which requests the lane takes, and that it opens and closes with the process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from calls.intake.lane import Lane
from calls.models import Event
from calls.tests.conftest import load, signed
from supportvoice import asgi
from supportvoice.handler import Handler

SECRET = "test-webhook-secret"
STATUS = json.dumps(load("status-update__in-progress")).encode()


@pytest.fixture(autouse=True)
def secret(settings: Any) -> None:
    settings.VAPI_SERVER_SECRETS, settings.VAPI_HMAC_SECRETS = [SECRET], []


@contextmanager
def counting_django(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths that reached Django."""
    paths: list[str] = []
    through = Handler.__call__

    async def counted(self: Handler, scope: Any, receive: Any, send: Any) -> None:
        paths.append(scope["path"])
        await through(self, scope, receive, send)

    monkeypatch.setattr(Handler, "__call__", counted)
    yield paths


async def from_start_to_stop(method: str, path: str, **request: Any) -> tuple[httpx.Response, list[str]]:
    """One request to a server that starts and stops around it; what the lifespan answered."""
    events, told, started = asyncio.Queue[dict[str, str]](), list[str](), asyncio.Event()

    async def send(message: Any) -> None:
        told.append(message["type"])
        started.set()

    lifespan = asyncio.create_task(asgi.application({"type": "lifespan"}, events.get, send))
    await events.put({"type": "lifespan.startup"})
    await started.wait()
    transport = httpx.ASGITransport(asgi.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        response = await client.request(method, path, **request)
    await events.put({"type": "lifespan.shutdown"})
    await lifespan
    return response, told


@pytest.mark.parametrize(("fast", "through_django"), [(True, []), (False, ["/webhook/vapi"])])
def test_the_webhook_takes_the_lane_unless_it_is_off(
    transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, fast: bool, through_django: list[str]
) -> None:
    settings.WEBHOOK_FASTLANE = fast
    monkeypatch.setattr(asgi, "lane", Lane())
    with counting_django(monkeypatch) as paths:
        response, told = asyncio.run(
            from_start_to_stop("POST", "/webhook/vapi", content=STATUS, headers=signed(STATUS))
        )
    assert (response.status_code, paths) == (200, through_django)
    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert Event.objects.count() == 1


def test_everything_else_is_djangos(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "lane", Lane())
    with counting_django(monkeypatch) as paths:
        response, _ = asyncio.run(from_start_to_stop("GET", "/login/"))
    assert (response.status_code, paths) == (200, ["/login/"])
