"""A stream says at once that anything may have changed, then little and often enough, and keeps no connection."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.http import StreamingHttpResponse

from supportvoice import live, streams


def words(call: str, text: str, *, final: bool = False) -> dict[str, Any]:
    return {"topic": "words", "call": call, "role": "user", "text": text, "at_ms": 1, "final": final}


def outbox() -> streams.Outbox:
    box = streams.Outbox()
    box.frame("calls", 0.0)
    return box


def data(frame: str) -> Any:
    return json.loads(frame.split("data: ", 1)[1])


def test_the_first_signal_says_that_anything_may_have_changed() -> None:
    assert data(streams.Outbox().frame("calls", 0.0))["ids"] is None


def test_changes_between_two_signals_are_one_signal() -> None:
    box = outbox()
    for ids in (["b"], ["a", "b"]):
        box.take({"topic": "calls", "ids": ids, "sent_ms": 5})
    signal = data(box.frame("calls", 1.0))
    assert (signal["ids"], signal["at_ms"]) == (["a", "b"], 5)
    assert box.waits() == {}


def test_a_signal_says_when_it_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    box = outbox()
    box.take({"topic": "calls", "ids": ["a"], "sent_ms": 5})
    monkeypatch.setattr(streams, "now_ms", lambda: 9)
    assert data(box.frame("calls", 1.0))["now_ms"] == 9


def test_a_lost_subscription_outweighs_single_changes() -> None:
    box = outbox()
    box.take({"topic": "calls", "ids": ["a"]})
    box.take(live.EVERYTHING)
    box.take({"topic": "calls", "ids": ["b"]})
    assert data(box.frame("calls", 1.0))["ids"] is None


def test_a_viewer_gets_two_signals_and_five_frames_of_words_a_second_at_most() -> None:
    box = outbox()
    box.frame("calls", 10.0)
    box.frame("words", 10.0)
    box.take({"topic": "calls", "ids": ["a"]})
    box.take(words("a", "hello"))
    assert box.waits() == {"calls": 10.5, "words": 10.2}


@pytest.mark.parametrize("message", [{"topic": "calls", "ids": ["a"]}, words("a", "hello")])
def test_what_joins_others_that_wait_wakes_nobody(message: dict[str, Any]) -> None:
    box = outbox()
    box.take(message)
    assert box.changed.is_set()
    box.changed.clear()
    box.take(message)
    assert not box.changed.is_set()
    box.frame(message["topic"], 1.0)
    box.take(message)
    assert box.changed.is_set()


def test_viewers_who_came_at_different_times_are_told_at_the_same_moments() -> None:
    boxes = [outbox(), outbox()]
    for box, at in zip(boxes, (10.1, 10.3), strict=True):
        box.frame("calls", at)
        box.take({"topic": "calls", "ids": ["a"]})
    assert [box.waits()["calls"] for box in boxes] == [10.5, 10.5]


def test_only_the_newest_words_of_a_call_wait() -> None:
    box = outbox()
    for text in ("one", "one two"):
        box.take(words("a", text))
    box.take(words("a", "One two three.", final=True))
    assert [said["text"] for said in data(box.frame("words", 1.0))] == ["one two", "One two three."]


def test_words_of_many_calls_stay_bounded() -> None:
    box = outbox()
    for number in range(500):
        box.take(words(f"c{number}", "hm"))
    calls = [said["call"] for said in data(box.frame("words", 1.0))]
    assert (len(calls), calls[-1]) == (streams.MOST_WORDS_A_FRAME, "c499")


def test_a_viewer_of_one_call_hears_no_other_calls_words() -> None:
    box = streams.Outbox(lambda message: message["call"] == "mine")
    box.take(words("mine", "yes"))
    box.take(words("other", "no"))
    assert [said["call"] for said in data(box.frame("words", 1.0))] == ["mine"]


def test_who_watches_one_call_is_told_of_it_and_of_what_every_page_shows() -> None:
    box = streams.Outbox(names=frozenset(("mine", "escalations")))
    box.frame("calls", 0.0)
    box.take({"topic": "calls", "ids": ["other", "another"]})
    assert box.waits() == {}
    box.take({"topic": "calls", "ids": ["other", "mine"]})
    box.take({"topic": "calls", "ids": ["escalations"]})
    assert data(box.frame("calls", 1.0))["ids"] == ["escalations", "mine"]
    box.take({"topic": "calls", "ids": None})
    assert data(box.frame("calls", 2.0))["ids"] is None


def test_line_ends_in_words_cannot_start_a_new_event() -> None:
    frame = streams.event("words", ["a\n\nevent: calls\rdata: {}"])
    assert frame.count("\n") == 3
    assert "\r" not in frame


async def opened(**options: Any) -> tuple[StreamingHttpResponse, AsyncIterator[Any]]:
    response = await streams.stream(**options)
    content = response.streaming_content
    assert isinstance(content, AsyncIterator)
    return response, content


async def read(content: AsyncIterator[Any], name: str) -> Any:
    async with asyncio.timeout(5):
        async for frame in content:
            if frame.decode().startswith(f"event: {name}\n"):
                return data(frame.decode())
    raise AssertionError(f"the stream ended before {name}")


@pytest.mark.django_db(transaction=True)
def test_an_open_stream_holds_no_database_connection() -> None:
    async def scene() -> None:
        _, content = await opened()
        assert (await read(content, "calls"))["ids"] is None

    connection.ensure_connection()
    async_to_sync(scene)()
    assert connection.connection is None


@pytest.mark.django_db(transaction=True)
def test_a_published_change_arrives_and_proxies_are_told_not_to_keep_it() -> None:
    async def scene() -> tuple[StreamingHttpResponse, Any]:
        response, content = await opened()
        await read(content, "calls")
        await asyncio.to_thread(live.publish, "calls", {"ids": ["c1"]})
        return response, await read(content, "calls")

    response, signal = async_to_sync(scene)()
    assert signal["ids"] == ["c1"]
    assert (response["Cache-Control"], response["X-Accel-Buffering"]) == ("no-cache", "no")


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_by_itself_and_leaves_no_listener() -> None:
    async def scene() -> int:
        _, content = await opened(lifetime_s=0.2)
        async for _ in content:
            pass
        return len(live._hubs[asyncio.get_running_loop()].listeners)

    began = time.monotonic()
    assert async_to_sync(scene)() == 0
    assert time.monotonic() - began < 2


@pytest.mark.django_db(transaction=True)
def test_a_quiet_stream_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BEAT_EVERY_S", 0.05)

    async def scene() -> list[int]:
        _, content = await opened()
        return [(await read(content, "beat"))["now_ms"] for _ in range(3)]

    first, _, third = async_to_sync(scene)()
    assert 50 <= third - first < 2_000
