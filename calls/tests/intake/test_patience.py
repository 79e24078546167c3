"""What takes too long is given up, each at its time, and what ended is left alone."""

from __future__ import annotations

import asyncio

from calls.intake.patience import Patience


def test_each_is_given_up_when_its_own_time_is_over_and_who_ended_is_not() -> None:
    async def scene() -> list[list[str]]:
        given_up = list[str]()
        patience = Patience(0.6, given_up.append)
        patience.begin("first")
        patience.begin("ended")
        await asyncio.sleep(0.3)
        patience.begin("later")
        patience.end("ended")
        seen = [[*given_up]]
        for _ in range(2):
            await asyncio.sleep(0.45)
            seen.append([*given_up])
        return seen

    assert asyncio.run(scene()) == [[], ["first"], ["first", "later"]]


def test_it_is_as_patient_again_after_nothing_was_going_on() -> None:
    async def scene() -> list[str]:
        given_up = list[str]()
        patience = Patience(0.05, given_up.append)
        patience.begin("one")
        patience.end("one")
        await asyncio.sleep(0.1)
        patience.begin("two")
        assert not given_up
        await asyncio.sleep(0.1)
        return given_up

    assert asyncio.run(scene()) == ["two"]


def test_giving_one_up_may_begin_another() -> None:
    async def scene() -> list[str]:
        given_up = list[str]()

        def again(name: str) -> None:
            given_up.append(name)
            if len(given_up) < 3:
                patience.begin(name)

        patience = Patience(0.02, again)
        patience.begin("one")
        await asyncio.sleep(0.3)
        return given_up

    assert asyncio.run(scene()) == ["one"] * 3
