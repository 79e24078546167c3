"""A page that is fetched again when what it shows has changed, as often as static/app.js would."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

import httpx

NOT_THERE_YET_S = 0.5
# From one fetch to the next: so many times what the last one took, and no longer than that.
RESTS, RESTS_AT_MOST_S = 5, 4.0
# The whole page first, then what is put into it.
HTMX = {"HX-Request": "true"}


class Page:
    """Milliseconds. `shown_ms`: from when what changed was due, to when a page was here that was asked for after it."""

    def __init__(self, client: httpx.AsyncClient, path: str, every_s: float = 0) -> None:
        """`every_s`: the page's own `data-every`."""
        self._client, self._path, self._every_s = client, path, every_s
        self._news: list[float] = []
        self._heard_ms: int | None = None
        self._changed = asyncio.Event()
        self.shown_ms: list[float] = []
        self.took_ms: list[float] = []
        self.troubles = Counter[str]()
        self._task = asyncio.create_task(self._run())

    def changed(self, due_at: list[float], heard_ms: int) -> None:
        """`due_at`: of what is to be measured. `heard_ms`: when the server gave the signal, by its own clock."""
        self._news += due_at
        self._heard_ms = heard_ms
        self._changed.set()

    def close(self) -> None:
        self._task.cancel()

    async def _run(self) -> None:
        """A server that answers slowly is asked less often."""
        while True:
            took_s = await self._fetch()
            rest_s = NOT_THERE_YET_S if took_s is None else self._rest_s(took_s)
            await asyncio.sleep(rest_s)
            if took_s is not None:
                await self._changed.wait()
            self._changed.clear()

    def _rest_s(self, took_s: float) -> float:
        return max(min(RESTS * took_s, RESTS_AT_MOST_S), self._every_s) - took_s

    async def _fetch(self) -> float | None:
        """How many seconds it took; None where there is no such page: a call is heard of before it is projected."""
        news, self._news = self._news, []
        headers = self._headers()
        began = time.perf_counter()
        try:
            answer = await self._client.get(self._path, headers=headers)
            if answer.status_code == 404:
                return None
            answer.raise_for_status()
        except httpx.HTTPError as error:
            self.troubles[trouble("page", error)] += 1
        now = time.perf_counter()
        self.took_ms.append((now - began) * 1000)
        self.shown_ms += [(now - due_at) * 1000 for due_at in news]
        return now - began

    def _headers(self) -> dict[str, str]:
        heard_ms, self._heard_ms = self._heard_ms, None
        heard = {} if heard_ms is None else {"X-Heard-Ms": str(heard_ms)}
        return heard | (HTMX if self.took_ms else {})


def trouble(of: str, error: httpx.HTTPError) -> str:
    """Its status, where there was an answer."""
    said = f"HTTP {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else type(error).__name__
    return f"{of}: {said}"
