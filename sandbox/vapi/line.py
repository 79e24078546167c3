"""What goes over one call's line: cues in their order, questions, and around each message all that Vapi repeats."""

from __future__ import annotations

import math
import time
from typing import Any

from sandbox.vapi import replies
from sandbox.vapi.call import Parties, parties
from sandbox.vapi.clock import CallClock
from sandbox.vapi.conversation import Conversation
from sandbox.vapi.outbox import Outbox
from sandbox.vapi.scenario import Scenario
from sandbox.vapi.speech import Cue

WITH_HISTORY = ("conversation-update", "knowledge-base-request", "call.endpointing.request")
REPORT = "end-of-call-report"


class Line:
    def __init__(self, scenario: Scenario, clock: CallClock, outbox: Outbox, control_url: str = "") -> None:
        self.clock = clock
        self.parties: Parties = parties(scenario, outbox.call_id, clock.iso(0), control_url)
        self.conversation = Conversation(clock)
        self._outbox = outbox
        self._report_only = scenario.report_only
        self._overlapping: list[Cue] = []

    @property
    def is_spoken_on(self) -> bool:
        """Something that began earlier is still being said."""
        return bool(self._overlapping)

    async def perform(self, cues: list[Cue], until_ms: float = math.inf) -> None:
        """Send cues in their order, among them what was still under way. What is due later waits for the next ones."""
        due = sorted([*self._overlapping, *cues], key=lambda cue: cue.at_ms)
        self._overlapping = [cue for cue in due if cue.at_ms > until_ms]
        for cue in due[: len(due) - len(self._overlapping)]:
            await self._send(cue)
            self.clock.at_ms = max(self.clock.at_ms, cue.at_ms)
        if until_ms < math.inf:
            self.clock.at_ms = until_ms

    async def tell(self, message_type: str, fields: dict[str, Any]) -> None:
        await self._send(Cue(self.clock.at_ms, message_type, fields))

    async def _send(self, cue: Cue) -> None:
        await self.clock.until(cue.at_ms)
        if cue.adds:
            self.conversation.add(cue.adds)
        if cue.type == REPORT or not self._report_only:
            self._outbox.tell(self._message(cue.at_ms, cue.type, cue.fields))

    async def ask(
        self, message_type: str, fields: dict[str, Any], wanted: dict[str, str], at_least_seconds: float = 0.2
    ) -> tuple[Any, replies.Verdict]:
        """The call's clock moves on by the wait, or by what such a wait usually takes."""
        await self.clock.until(self.clock.at_ms)
        asked, asked_ms = time.perf_counter(), self.clock.at_ms
        reply, verdict = await self._outbox.ask(self._message(asked_ms, message_type, fields), wanted)
        waited_ms = max(at_least_seconds, time.perf_counter() - asked) * 1000
        self.clock.at_ms = max(self.clock.at_ms, asked_ms + waited_ms)
        return reply, verdict

    def _message(self, at_ms: float, message_type: str, fields: dict[str, Any]) -> dict[str, Any]:
        message = {"timestamp": self.clock.stamp(at_ms), "type": message_type, **self.parties.envelope()}
        if message_type != "assistant-request":
            message["artifact"] = self.conversation.artifact()
        if message_type == "conversation-update":
            message["conversation"] = self.conversation.spoken()
        if message_type in WITH_HISTORY:
            message |= self.conversation.artifact()
        return message | fields
