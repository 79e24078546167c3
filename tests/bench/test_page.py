"""The benchmark's viewer asks as static/app.js does."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bench.load.page import Page


def test_a_page_says_which_signal_made_it_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.load.page.NOT_THERE_YET_S", 0)
    statuses, heard, asked = [200, 404, 200], list[str | None](), asyncio.Semaphore(0)

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(request.headers.get("X-Heard-Ms"))
        asked.release()
        return httpx.Response(statuses[len(heard) - 1])

    async def scene() -> None:
        async with httpx.AsyncClient(base_url="http://desk", transport=httpx.MockTransport(answer)) as client:
            page = Page(client, "/")
            await asked.acquire()
            page.changed([], 1)
            page.changed([], 2)
            await asked.acquire()
            await asked.acquire()
            page.close()

    asyncio.run(asyncio.wait_for(scene(), 30))
    assert heard == [None, "2", None]
