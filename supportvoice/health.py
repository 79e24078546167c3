"""What machines ask of this installation: is it alive, is it ready, how is it doing.

ASGI answers ahead of Django, which knows neither 127.0.0.1 nor plain HTTP. Nothing here is for the outside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from supportvoice import metrics, readiness

PATH, READY_PATH, METRICS_PATH = "/healthz", "/readyz", "/metrics"
ALIVE = b"alive\n"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"

    @property
    def headers(self) -> dict[str, str]:
        return {"Content-Type": self.content_type, "Cache-Control": "no-store"}


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
    found = asked(given) if asked is alive else await sync_to_async(_in_thread, thread_sensitive=False)(asked, given)
    headers = [(name.lower().encode(), value.encode()) for name, value in found.headers.items()]
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.body})


def _in_thread(asked: Callable[[str], Answer], given: str) -> Answer:
    try:
        return asked(given)
    finally:
        close_old_connections()
