"""Django's handler, for pages that stay on one thread.

Ahead of one synchronous middleware (WhiteNoise) Django takes the others for asynchronous, and carries each page to the
event loop and back for each of them and for its view. Where the loop is busy with deliveries a page waits every time.
"""

from __future__ import annotations

from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest


class Handler(ASGIHandler):
    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> Any:
        """An asynchronous view, a stream, still runs on the event loop."""
        return await sync_to_async(self.get_response)(request)


def handler() -> Handler:
    django.setup(set_prefix=False)
    return Handler()
