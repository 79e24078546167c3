"""Places one call in a test, at a speed at which nothing waits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec

from sandbox.vapi.call_object import Keep, keep_nothing
from sandbox.vapi.placed import Finished
from sandbox.vapi.scenario import Scenario, load
from sandbox.vapi.sender import Target, open_sender
from sandbox.vapi.traffic import Plan, Switchboard

FAST = 100_000.0


@dataclass
class Placed:
    finished: Finished
    records: list[dict[str, Any]]

    @property
    def expected(self) -> dict[str, Any]:
        return self.finished.expected


def place(name: str, url: str, *, scheme: str = "secret", retries: int = 0, **changes: Any) -> Placed:
    return place_scenario(msgspec.structs.replace(load(name), **changes), url, scheme=scheme, retries=retries)


def place_scenario(
    scenario: Scenario, url: str, *, scheme: str = "secret", retries: int = 0, keep: Keep = keep_nothing
) -> Placed:
    records: list[dict[str, Any]] = []
    finished: list[Finished] = []
    plan = Plan([scenario], speed=FAST, concurrency=1, calls=1, seed=7)

    async def run() -> None:
        async with open_sender(Target(url, "s3cret", scheme, retries, FAST)) as sender:
            await Switchboard(plan, sender, records.append, finished.append, keep=keep).run()

    asyncio.run(run())
    return Placed(finished[0], records)
