"""Is this process alive? Asked by the container's health check; touches neither the database nor Redis."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

PATH = "/healthz"
ALIVE = b"alive\n"
HEADERS = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Under a server that is not ours. ASGI answers ahead of Django, which knows neither 127.0.0.1 nor plain HTTP."""
    return HttpResponse(ALIVE, headers=HEADERS)


def asks(scope: Any) -> bool:
    return bool(scope["type"] == "http" and scope["path"] == PATH)


async def answer(send: Any) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": ALIVE})
