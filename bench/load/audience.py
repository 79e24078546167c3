"""Who looks at the desk meanwhile: half at the live list, half at one call each and then at the next.

Each is logged in, holds the page's stream, and fetches the page again when the stream says so, as static/app.js does.
What a browser draws is not measured: words count when the stream brings them, rows when the list's stream names them,
and when the list that was fetched for it is here.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.load.open_loop import Sent
from bench.load.page import Page, trouble
from bench.load.talk import REPORT

# A stream has a beat each 5 s.
SILENT_S = 15.0
AGAIN_AFTER_S = 1.0
LIST_EVERY_S = 1.0  # data-every of templates/calls/live/desk.html


@dataclass
class Seen:
    """Milliseconds from when an event was due. `words`, `rows` and `lists`: since when they may be measured."""

    words_ms: list[float] = field(default_factory=list)
    rows_ms: list[float] = field(default_factory=list)
    lists_ms: list[float] = field(default_factory=list)
    fetched_ms: list[float] = field(default_factory=list)
    unseen_words: int = 0
    troubles: Counter[str] = field(default_factory=Counter)


@dataclass
class Audience:
    address: str
    cookies: httpx.Cookies
    viewers: int
    measured_from_s: float
    seen: Seen = field(default_factory=Seen)
    _idle: deque[asyncio.Future[str]] = field(default_factory=deque)
    _said: dict[str, dict[str, float]] = field(default_factory=dict)
    _begun: dict[str, float] = field(default_factory=dict)
    _hearing: set[str] = field(default_factory=set)

    def hears(self, sent: Sent) -> None:
        """Of every event that is sent: what a viewer is to see of it, and since when it is due."""
        due, due_at = sent.due, sent.due_at
        call_id, kind, what, is_measured = due.call.id, due.step.kind, due.step.what, due.at_s >= self.measured_from_s
        if kind == "status-update" and what == "in-progress" and self._idle:
            self._said[call_id] = {}
            self._idle.popleft().set_result(call_id)
        elif kind == "status-update" and what == "ringing" and due.is_whole and is_measured:
            self._begun[call_id] = due_at
        elif kind == "transcript" and call_id in self._hearing and is_measured:
            self._said[call_id][sent.said] = due_at
        elif kind == REPORT and call_id in self._said:
            asyncio.get_running_loop().call_later(2, self._leave, call_id)

    def _leave(self, call_id: str) -> None:
        self._hearing.discard(call_id)
        self.seen.unseen_words += len(self._said.pop(call_id, {}))

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """While the block runs, and a moment longer: what is on its way arrives."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=3)
        async with httpx.AsyncClient(
            base_url=self.address, cookies=self.cookies, limits=limits, timeout=SILENT_S, trust_env=False
        ) as client:
            kinds = [self._watch_list if number % 2 else self._watch_calls for number in range(self.viewers)]
            tasks = [asyncio.create_task(watch(client)) for watch in kinds]
            try:
                yield
                await asyncio.sleep(2)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        for call_id in list(self._said):
            self._leave(call_id)

    async def _watch_list(self, client: httpx.AsyncClient) -> None:
        named: set[str] = set()
        with self._page(client, "/", LIST_EVERY_S) as page:
            while True:
                async for name, data in self._events(client, "/live/stream"):
                    if name == "calls":
                        page.changed([*self._rows(named, data["ids"])], data["now_ms"])

    def _rows(self, named: set[str], ids: list[str] | None) -> Iterator[float]:
        """When those were due that this viewer hears of for the first time."""
        for call_id in (self._begun.keys() & set(ids or ())) - named:
            named.add(call_id)
            self.seen.rows_ms.append(since_ms(self._begun[call_id]))
            yield self._begun[call_id]

    async def _watch_calls(self, client: httpx.AsyncClient) -> None:
        while True:
            self._idle.append(asyncio.get_running_loop().create_future())
            call_id = await self._idle[-1]
            with self._page(client, f"/calls/{call_id}/") as page:
                await self._watch_call(client, call_id, page)

    async def _watch_call(self, client: httpx.AsyncClient, call_id: str, page: Page) -> None:
        """Until it is over."""
        while call_id in self._said:
            async for name, data in self._events(client, f"/live/stream?words={call_id}"):
                if call_id not in self._said:
                    return
                self._hearing.add(call_id)
                if name == "calls" and (data["ids"] is None or call_id in data["ids"]):
                    page.changed([], data["now_ms"])
                elif name == "words":
                    self._hear(call_id, data)

    def _hear(self, call_id: str, spoken: list[dict[str, Any]]) -> None:
        expected = self._said.get(call_id, {})
        for one in spoken:
            if one.get("final") and (due_at := expected.pop(one["text"], None)) is not None:
                self.seen.words_ms.append(since_ms(due_at))

    async def _events(self, client: httpx.AsyncClient, path: str) -> AsyncIterator[tuple[str, Any]]:
        """Of one stream, until it ends."""
        name = ""
        try:
            async with client.stream("GET", path) as response:
                response.raise_for_status()
                async for line in response.aiter_lines():
                    kind, _, value = line.partition(": ")
                    if kind == "event":
                        name = value
                    elif kind == "data":
                        yield name, json.loads(value)
        except httpx.HTTPError as error:
            self.seen.troubles[trouble("stream", error)] += 1
            await asyncio.sleep(AGAIN_AFTER_S)

    @contextmanager
    def _page(self, client: httpx.AsyncClient, path: str, every_s: float = 0) -> Iterator[Page]:
        page = Page(client, path, every_s)
        try:
            yield page
        finally:
            page.close()
            self.seen.lists_ms += page.shown_ms
            self.seen.fetched_ms += page.took_ms
            self.seen.troubles += page.troubles


def since_ms(due_at: float) -> float:
    return (time.perf_counter() - due_at) * 1000


def logged_in(address: str, username: str, password: str) -> httpx.Cookies:
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        client.get("/login/").raise_for_status()
        form = {"username": username, "password": password, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        answer = client.post("/login/", data=form)
        if answer.status_code != 302:
            raise RuntimeError(f"not logged in: HTTP {answer.status_code}")
        return client.cookies
