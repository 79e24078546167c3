"""Django's handler, for pages that stay on one thread.

Ahead of one synchronous middleware (WhiteNoise) Django takes the others for asynchronous, and carries each page to the
event loop and back for each of them and for its view. Where the loop is busy with deliveries a page waits every time.
Pages that only refresh give way (supportvoice/refreshes.py).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest

from supportvoice.refreshes import Refreshes, is_refresh


class Handler(ASGIHandler):
    def __init__(self, busy: Callable[[], bool]) -> None:
        super().__init__()
        self._refreshes = Refreshes(busy)
        self._free: list[ThreadPoolExecutor] = []

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """On a thread of its own, which the next request gets: Django would start and end two for each."""
        thread = self._free.pop() if self._free else ThreadPoolExecutor(1, thread_name_prefix="page")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            self._free.append(thread)

    def close(self) -> None:
        """Ends the threads that have no request; each with its connection, where it keeps one."""
        while self._free:
            self._free.pop().shutdown()

    async def get_response_async(self, request: HttpRequest) -> Any:
        """An asynchronous view, a stream, still runs on the event loop."""
        if not is_refresh(request):
            return await sync_to_async(self.get_response)(request)
        async with self._refreshes.turn():
            return await sync_to_async(self.get_response)(request)


def handler(busy: Callable[[], bool] = lambda: False) -> Handler:
    """`busy`: whether the process has deliveries or answers that wait."""
    django.setup(set_prefix=False)
    return Handler(busy)
