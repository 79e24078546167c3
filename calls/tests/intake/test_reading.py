"""A body that does not come, or comes slowly, holds nothing for long."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from calls.intake import lane
from calls.intake.lane import TOO_SLOW, HeldBody, Lane
from calls.intake.limits import InFlight
from calls.intake.patience import Patience

HEADERS = [(b"content-type", b"application/json")]
SCOPE = {"type": "http", "method": "POST", "path": "/webhook/vapi", "headers": HEADERS}
FIRST = {"type": "http.request", "body": b"{", "more_body": True}


class Sender:
    """Sends a first piece, then nothing until the test ends."""

    def __init__(self) -> None:
        self.pieces = [FIRST]

    async def __call__(self) -> dict[str, Any]:
        if not self.pieces:
            await asyncio.Event().wait()
        return self.pieces.pop()


def test_a_body_that_stops_in_the_middle_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "READ_TIMEOUT_S", 0.02)
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message.get("status"))

    asyncio.run(Lane()(dict(SCOPE), Sender(), send))
    assert told[0] == 408


def test_it_is_no_longer_counted_as_held() -> None:
    counter = InFlight()
    held = HeldBody(counter)
    assert asyncio.run(held.read(Sender(), Patience(0.02, HeldBody.give_up))) is TOO_SLOW
    assert counter.held_bytes == 1
    held.release()
    assert counter.held_bytes == 0


def test_a_server_that_stops_meanwhile_is_not_told_that_it_was_too_slow() -> None:
    async def scene() -> None:
        patience = Patience(60, HeldBody.give_up)
        reading = asyncio.create_task(HeldBody(InFlight()).read(Sender(), patience))
        await asyncio.sleep(0.01)
        reading.cancel()
        await reading

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(scene())


def test_after_being_given_up_the_task_can_wait_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is still to be sent."""
    monkeypatch.setattr(lane, "READ_TIMEOUT_S", 0.02)

    async def scene() -> bool:
        await HeldBody(InFlight()).read(Sender(), Patience(0.02, HeldBody.give_up))
        await asyncio.sleep(0.01)
        task = asyncio.current_task()
        return task is not None and task.cancelling() == 0

    assert asyncio.run(scene())
