"""Whole calls of which much never arrives, beside an API that knows each of them."""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.test import override_settings
from msgspec.structs import replace

from sandbox.api import calls
from sandbox.vapi.ledger import Ledger
from sandbox.vapi.line import REPORT
from sandbox.vapi.placed import Finished
from sandbox.vapi.scenario import Scenario, load, names
from sandbox.vapi.sender import Answer, Sender, Target, open_sender
from sandbox.vapi.traffic import Plan, Switchboard
from tests.stack import Stack

DROPPED = 0.1
NOTHING, EVERYTHING = "nothing", "everything"
# What is sure to be lost of one call in turn, beside one delivery in ten of each.
LOSES = (NOTHING, REPORT, NOTHING, EVERYTHING)
SPEED, LINES = 60.0, 10
# Late answers are waited for in real seconds.
SCENARIOS = [name for name in names() if not name.startswith("slow_crm")]


@dataclass
class Played:
    """What the API knows of each call by its id, and the types of what was dropped of it."""

    expected: dict[str, dict[str, Any]] = field(default_factory=dict)
    dropped: dict[str, list[str]] = field(default_factory=dict)
    loses: dict[str, str] = field(default_factory=dict)

    def losing(self, what: str) -> set[str]:
        return {call_id for call_id, loses in self.loses.items() if loses == what}


class LossySender(Sender):
    """What it drops has no answer, as where the way was cut."""

    def __init__(self, target: Target, client: httpx.AsyncClient, played: Played) -> None:
        super().__init__(target, client)
        self._played, self._next, self._dice = played, itertools.cycle(LOSES), random.Random(1)

    async def post(self, call_id: str, message: dict[str, Any]) -> list[Answer]:
        if call_id not in self._played.loses:
            self._played.loses[call_id] = next(self._next)
        if self._dice.random() < DROPPED or self._played.loses[call_id] in (EVERYTHING, message["type"]):
            self._played.dropped.setdefault(call_id, []).append(message["type"])
            return [Answer(None, b"", 0.0, "dropped")]
        return await super().post(call_id, message)


def play(stack: Stack, count: int) -> Played:
    played = Played()
    with override_settings(REDIS_URL=stack.environment["REDIS_URL"]):
        asyncio.run(_play(stack, count, played))
    return played


def _told_twice(scenario: Scenario) -> Scenario:
    """Reports name no tool call of the old form: what its own message does not tell, nothing could heal."""
    return replace(scenario, arguments_shape="object") if scenario.arguments_shape == "legacy" else scenario


async def _play(stack: Stack, count: int, played: Played) -> None:
    target = Target(f"{stack.address}/webhook/vapi", stack.environment["VAPI_SERVER_SECRET"], speed=SPEED)
    plan = Plan([_told_twice(load(name)) for name in SCENARIOS], speed=SPEED, concurrency=LINES, calls=count)

    def on_call(finished: Finished) -> None:
        played.expected[finished.expected["call_id"]] = finished.expected

    async with open_sender(target) as honest:
        lossy = LossySender(target, honest.client, played)
        await Switchboard(plan, lossy, Ledger().write, on_call, keep=calls.keep).run()
