"""One call's messages on their way: duplicated, late and out of order as its scenario wants."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from typing import Any

from sandbox.vapi import replies, report
from sandbox.vapi.ledger import Tally, Write, delivery_record
from sandbox.vapi.scenario import Scenario
from sandbox.vapi.sender import Answer, Sender


class Outbox:
    def __init__(self, call_id: str, scenario: Scenario, sender: Sender, write: Write, rng: random.Random) -> None:
        self.call_id = call_id
        self.scenario = scenario
        self.delivery = scenario.delivery
        self.tally = Tally()
        self._sender = sender
        self._write = write
        self._rng = rng
        self._underway: set[asyncio.Task[Any]] = set()

    def tell(self, message: dict[str, Any]) -> None:
        """Send without waiting, as Vapi does with everything that wants no reply."""
        sequence = self._number()
        is_late = self._rng.random() < self.delivery.late_share
        self._start(self._deliver(message, sequence, 0, self._lateness() if is_late else 0.0))
        for copy, delay in self._copies(message["type"]):
            self._start(self._deliver(again(message, copy), sequence, copy, delay))

    async def ask(self, message: dict[str, Any], wanted: Mapping[str, str]) -> tuple[Any, replies.Verdict]:
        """Send and wait for the reply. Copies travel at once; each reply is judged, the first one counts."""
        sequence = self._number()
        for copy in range(1, self.delivery.tool_calls_copies):
            self._start(self._ask(message, wanted, sequence, copy))
        return await self._ask(message, wanted, sequence, 0)

    async def drain(self) -> None:
        while self._underway:
            await asyncio.gather(*self._underway)

    async def _ask(
        self, message: dict[str, Any], wanted: Mapping[str, str], sequence: int, copy: int
    ) -> tuple[Any, replies.Verdict]:
        answer = await self._deliver(message, sequence, copy, 0)
        reply, verdict = replies.judge(message["type"], answer.status, answer.body, wanted)
        self.tally.problems += [f"{message['type']}: {problem}" for problem in verdict.problems]
        return reply, verdict

    async def _deliver(self, message: dict[str, Any], sequence: int, copy: int, delay_seconds: float) -> Answer:
        if delay_seconds:
            await asyncio.sleep(delay_seconds)
        attempts = await self._sender.post(self.call_id, message)
        self.tally.count(attempts)
        about = {"call_id": self.call_id, "scenario": self.scenario.name, "sequence": sequence}
        for attempt, answer in enumerate(attempts):
            self._write(delivery_record(about, message, copy, attempt, answer))
        return attempts[-1]

    def _copies(self, message_type: str) -> list[tuple[int, float]]:
        if message_type == "end-of-call-report":
            return [(copy, 0.0) for copy in range(1, self.delivery.report_copies)]
        is_doubled = self._rng.random() < self.delivery.duplicate_share
        return [(1, self._lateness())] if is_doubled else []

    def _lateness(self) -> float:
        return self._rng.uniform(0, self.delivery.late_seconds) / self._sender.target.speed

    def _number(self) -> int:
        self.tally.events += 1
        return self.tally.events

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._underway.add(task)
        task.add_done_callback(self._underway.discard)


def again(message: dict[str, Any], copy: int) -> dict[str, Any]:
    """A second delivery of the same message; a report's URLs are signed anew."""
    if message["type"] != "end-of-call-report":
        return message
    artifact = message["artifact"]
    fresh = report.presigned(message["call"]["id"], copy, artifact["presignedUrlsExpiresAt"])
    return message | {"artifact": artifact | fresh}
