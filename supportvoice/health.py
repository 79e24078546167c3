"""What machines ask of this installation: is it alive, is it ready, how is it doing.

ASGI answers ahead of Django, which knows neither 127.0.0.1 nor plain HTTP. Nothing here is for the outside.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from supportvoice import metrics, readiness

PATH, READY_PATH, METRICS_PATH = "/healthz", "/readyz", "/metrics"
ALIVE = b"alive\n"
LONGEST_LOOK_S = 5.0
KEPT_S = 1.0  # a stranger who asks all the time costs the database one look a second


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Type": self.content_type, "Cache-Control": "no-store"}


TOO_SLOW = Answer(503, b"No answer in time\n")


def alive(_: str) -> Answer:
    """Touches neither the database nor Redis: while they are away, restarting this process helps nobody."""
    return Answer(200, ALIVE)


def ready(_: str) -> Answer:
    found = readiness.look()
    return Answer(200 if found.is_ready else 503, found.as_json(), "application/json")


def measured(authorization: str) -> Answer:
    if not metrics.is_allowed(authorization):
        return Answer(404, b"Not found\n")
    return Answer(200, metrics.exposition(), metrics.CONTENT_TYPE)


# What each path answers to an Authorization header.
PROBES: dict[str, Callable[[str], Answer]] = {PATH: alive, READY_PATH: ready, METRICS_PATH: measured}


@login_not_required
def probe(request: HttpRequest) -> HttpResponse:
    """Under a server that is not ours."""
    found = PROBES[request.path](request.headers.get("Authorization", ""))
    return HttpResponse(found.body, status=found.status, headers=found.headers)


def asks(scope: Any) -> bool:
    return scope["type"] == "http" and scope["path"] in PROBES


async def answer(scope: Any, send: Any) -> None:
    given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    asked = PROBES[scope["path"]]
    found = asked(given) if asked is alive else await _looked.answer(asked, given)
    headers = [(name.lower().encode(), value.encode()) for name, value in found.headers.items()]
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.body})


class Looked:
    """One look at a time, in a thread of its own: whatever hangs, and however many ask, nobody else waits."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="probe")
        self._ready: tuple[float, Answer] | None = None

    async def answer(self, asked: Callable[[str], Answer], given: str) -> Answer:
        looking = asyncio.get_running_loop().run_in_executor(self._thread, self._look, asked, given)
        try:
            return await asyncio.wait_for(looking, LONGEST_LOOK_S)
        except TimeoutError:
            return TOO_SLOW

    def _look(self, asked: Callable[[str], Answer], given: str) -> Answer:
        if asked is ready and self._ready and time.monotonic() - self._ready[0] < KEPT_S:
            return self._ready[1]
        try:
            found = asked(given)
        finally:
            close_old_connections()
        if asked is ready:
            self._ready = (time.monotonic(), found)
        return found


_looked = Looked()
