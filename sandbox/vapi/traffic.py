"""Many calls at once: who calls when, for a number of calls or until stopped."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.vapi import account
from sandbox.vapi.call_object import Keep, keep_nothing
from sandbox.vapi.clock import CallClock
from sandbox.vapi.control import ControlPort
from sandbox.vapi.ledger import Write
from sandbox.vapi.outbox import Outbox
from sandbox.vapi.placed import Finished, PlacedCall
from sandbox.vapi.scenario import Scenario, natural_seconds
from sandbox.vapi.sender import Sender

STAGGER_SECONDS = 7.0
PAUSE_SECONDS = (2.0, 12.0)
SHORTEST_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    scenarios: list[Scenario]
    speed: float = 1.0
    concurrency: int = 4
    calls: int | None = None  # None: until stopped
    seed: int = 0


def order(plan: Plan) -> Iterator[tuple[int, Scenario]]:
    """Every scenario once before any comes again, each round shuffled anew but the first."""
    rng = random.Random(plan.seed)  # noqa: S311
    rounds = (
        [*plan.scenarios] if n == 0 else rng.sample(plan.scenarios, len(plan.scenarios)) for n in itertools.count()
    )
    return itertools.islice(enumerate(itertools.chain.from_iterable(rounds)), plan.calls)


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Keeps as many calls in progress as the plan wants."""

    plan: Plan
    sender: Sender
    write: Write
    on_call: Callable[[Finished], None]
    control: ControlPort | None = None
    keep: Keep = keep_nothing

    async def run(self) -> None:
        turns = order(self.plan)
        async with asyncio.TaskGroup() as group:
            for line in range(self.plan.concurrency):
                group.create_task(self._line(line, turns))

    async def _line(self, line: int, turns: Iterator[tuple[int, Scenario]]) -> None:
        """One of the lines that are busy at the same time; the lines share the order of calls."""
        speed = self.plan.speed
        await asyncio.sleep(line * STAGGER_SECONDS / speed)
        rng = random.Random(f"{self.plan.seed}:line {line}")  # noqa: S311
        for index, scenario in turns:
            self.on_call(await self.place(scenario, index))
            if self.plan.calls is None:
                await asyncio.sleep(max(SHORTEST_PAUSE_SECONDS, rng.uniform(*PAUSE_SECONDS) / speed))

    async def place(self, scenario: Scenario, index: int) -> Finished:
        rng = random.Random(f"{self.plan.seed}:{index}")  # noqa: S311
        clock = CallClock(natural_seconds(scenario) * 1000, self.plan.speed)
        outbox = Outbox(account.call_id(), scenario, self.sender, self.write, rng)
        call = PlacedCall(scenario, clock, outbox, rng, self.control)
        call.keep = self.keep
        finished = await call.place()
        remarks = {"unmet": finished.unmet, "problems": finished.tally.problems}
        self.write({"record": "call", **finished.expected, **remarks})
        return finished
