"""Where more comes than can be taken at once, what somebody waits for goes first."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import httpx
import pytest

from calls.intake import lane
from calls.intake.lane import Lane
from calls.intake.receive import NOT_STORED, Accepted
from calls.intake.turns import AT_ONCE_BYTES, LEAST_BYTES, Turns, is_waited_for
from calls.message import Message, decode_fields
from calls.tests.conftest import FIXTURES, load

WAITED_FOR = {
    "assistant-request",
    "call.endpointing.request",
    "campaign.predial",
    "function-call",
    "handoff-destination-request",
    "knowledge-base-request",
    "tool-calls",
    "transcript",
    "transfer-destination-request",
    "voice-request",
}
AT_ONCE = AT_ONCE_BYTES // LEAST_BYTES


@pytest.mark.parametrize("fixture", sorted(path.stem for path in FIXTURES.glob("*__*.json")))
def test_what_is_waited_for_is_told_by_the_first_bytes_of_each_message(fixture: str) -> None:
    assert is_waited_for(json.dumps(load(fixture)).encode()) == (fixture.partition("__")[0] in WAITED_FOR)


def test_a_type_that_is_only_mentioned_in_a_long_message_is_not_waited_for() -> None:
    report = {"type": "end-of-call-report", "call": {"pad": "x" * 512}, "messages": [{"type": "tool-calls"}]}
    assert not is_waited_for(json.dumps({"message": report}).encode())


def test_a_few_take_their_turn_without_waiting_for_the_loop() -> None:
    async def scene() -> None:
        turns = Turns()
        assert [turns.next(1) for _ in range(AT_ONCE)] == [None] * AT_ONCE
        assert turns.next(1) is not None

    asyncio.run(scene())


def test_many_take_turns_in_order_and_leave_the_loop_to_others_between() -> None:
    async def scene() -> tuple[list[int], list[int]]:
        turns, taken, meanwhile = Turns(), list[int](), list[int]()

        async def takes(number: int) -> None:
            if turn := turns.next(1):
                await turn
            taken.append(number)

        waiting = [asyncio.create_task(takes(number)) for number in range(5 * AT_ONCE)]
        while not all(one.done() for one in waiting):
            await asyncio.sleep(0)
            meanwhile.append(len(taken))
        return taken, meanwhile

    taken, meanwhile = asyncio.run(scene())
    assert taken == sorted(taken)
    assert len(taken) == 5 * AT_ONCE
    assert max(later - one for one, later in zip([0, *meanwhile], meanwhile, strict=False)) == AT_ONCE


def test_one_large_body_is_a_whole_turn_and_who_hangs_up_is_none() -> None:
    async def scene() -> list[str]:
        turns, taken = Turns(), list[str]()

        async def takes(name: str, size_bytes: int) -> None:
            if turn := turns.next(size_bytes):
                await turn
            taken.append(name)

        tasks = [asyncio.create_task(takes(name, AT_ONCE_BYTES)) for name in ("first", "gone", "second")]
        await asyncio.sleep(0)
        assert taken == ["first"]
        tasks[1].cancel()
        await asyncio.wait(tasks)
        return taken

    assert asyncio.run(scene()) == ["first", "second"]


def test_a_tool_call_overtakes_the_deliveries_that_came_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def receive(_: Any, body: bytes, *__: Any) -> Any:
        taken.append(json.loads(body)["message"]["type"])
        return NOT_STORED

    monkeypatch.setattr(lane, "receive", receive)

    async def scene() -> None:
        transport = httpx.ASGITransport(Lane())
        async with httpx.AsyncClient(transport=transport, base_url="http://lane") as client:
            bodies = [load("status-update__in-progress")] * 5 * AT_ONCE + [load("tool-calls__get-ticket-details")]
            await asyncio.gather(*(client.post("/webhook/vapi", json=body) for body in bodies))

    asyncio.run(scene())
    assert len(taken) == 5 * AT_ONCE + 1
    assert taken.index("tool-calls") <= 2 * AT_ONCE


def test_a_lane_is_busy_while_deliveries_give_way_or_a_caller_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        one, answers = Lane(), threading.Event()
        assert not one.is_busy()
        for _ in range(AT_ONCE + 1):
            one._turns.next(1)
        assert one.is_busy()
        await asyncio.sleep(0.01)
        assert not one.is_busy()
        asking = Accepted(Message(decode_fields(b'{"type": "assistant-request"}')), None)
        monkeypatch.setattr(lane, "in_thread", lambda _: answers.wait(5))
        asked = asyncio.ensure_future(one._answer(asking))
        await asyncio.sleep(0.01)
        assert one.is_busy()
        answers.set()
        await asked
        assert not one.is_busy()

    asyncio.run(scene())
