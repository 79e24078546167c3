"""Signed deliveries over both adapters, so that each contract test runs on each."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client

from calls.intake import inbox
from calls.intake.lane import Lane

SECRET = "test-webhook-secret"
FIXTURES = Path(__file__).parent / "fixtures"

DRF = Client(enforce_csrf_checks=True)

Post = Callable[..., httpx.Response]


@pytest.fixture(autouse=True)
def webhook_secret(settings: Any) -> None:
    settings.VAPI_SERVER_SECRETS = [SECRET]
    settings.VAPI_HMAC_SECRETS = []
    settings.DISCLOSURE_POLICY = {"*": "caller-number"}


@pytest.fixture(autouse=True)
def nothing_stored_yet() -> Iterator[None]:
    """The process remembers what it has committed; each test starts with an empty database."""
    inbox.stored_assistants.clear()
    inbox.stored_monitors.clear()
    yield


def load(name: str, **fields: Any) -> dict[str, Any]:
    """A fixture's envelope, with fields of its message replaced."""
    envelope: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    envelope["message"].update(fields)
    return envelope


def signed(body: bytes, **headers: str) -> dict[str, str]:
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"content-type": "application/json", "x-vapi-signature": signature, **headers}


def post_through_drf(body: bytes, headers: dict[str, Any], path: str, method: str) -> httpx.Response:
    extra = {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items() if name != "content-type"
    }
    extra["CONTENT_TYPE"] = headers.get("content-type", "")
    response = DRF.generic(method, path, body, extra["CONTENT_TYPE"], **extra)
    return httpx.Response(response.status_code, content=response.content, headers=dict(response.headers))


class LaneThread:
    """The lane as a server keeps it: one event loop, open from the first delivery to the last."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._lane = Lane()
        self._run(self._lane.open())

    def __call__(self, body: bytes, headers: dict[str, Any], path: str, method: str) -> httpx.Response:
        response: httpx.Response = self._run(self._send(body, headers, path, method))
        return response

    async def _send(self, body: bytes, headers: dict[str, Any], path: str, method: str) -> httpx.Response:
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._lane), base_url="http://lane") as client:
            return await client.request(method, path, content=body, headers=raw)

    def close(self) -> None:
        self._run(self._lane.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=60)


@pytest.fixture(params=["drf", "lane"])
def post(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[Post]:
    """post(envelope or bytes, headers=…, path=…) signs and sends, and returns the response."""
    lane = LaneThread() if request.param == "lane" else None

    def send(
        body: Any, headers: dict[str, str] | None = None, path: str = "/webhook/vapi", method: str = "POST"
    ) -> httpx.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return (lane or post_through_drf)(raw, signed(raw) if headers is None else headers, path, method)

    yield send
    if lane:
        lane.close()
