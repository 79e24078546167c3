"""One call from its first moment to its report: walks through a scenario's steps and sends what Vapi would."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.vapi import account, assistant, call_object, replies, report, speech, spoken, tool_calls
from sandbox.vapi.clock import CallClock
from sandbox.vapi.control import ControlPort
from sandbox.vapi.expectation import Expectation
from sandbox.vapi.ledger import Tally
from sandbox.vapi.line import REPORT, Line
from sandbox.vapi.outbox import Outbox
from sandbox.vapi.scenario import Agent, Caller, Handover, Late, Noise, Question, Scenario, Tool, Vapi, speaking_seconds
from sandbox.vapi.speech import Cue, Speech

BEFORE_ANSWER = {
    "inbound": (("ringing", 300), ("in-progress", 1900)),
    "outbound": (("queued", 0), ("ringing", 900), ("in-progress", 5200)),
    "web": (("queued", 0), ("in-progress", 700)),
}
BETWEEN_TURNS_MS = 250
CHECKING = "I'm checking that for you now"
TRANSFER = "transfer-destination-request"
TALKS_ON_AFTER_MS = 200
LATENCY_MS = {"transcriber": (80, 220), "endpointing": (100, 320), "model": (260, 720), "voice": (120, 300)}


@dataclass(frozen=True, slots=True)
class Finished:
    """What a receiver must know about the call in the end, and how its deliveries went."""

    expected: dict[str, Any]
    unmet: list[str]
    tally: Tally


class PlacedCall:
    def __init__(
        self,
        scenario: Scenario,
        clock: CallClock,
        outbox: Outbox,
        rng: random.Random,
        control: ControlPort | None = None,
    ) -> None:
        self.scenario = scenario
        self.clock = clock
        self.outbox = outbox
        self.rng = rng
        self.control = control
        self.keep: call_object.Keep = call_object.keep_nothing
        self.line = Line(scenario, clock, outbox, control.begin(outbox.call_id) if control else "")
        self.conversation = self.line.conversation
        self.measured = report.Measured()
        self.expectation = Expectation()
        self.heard_from_tools: dict[str, Any] = {}
        self.ended_reason = scenario.ended_reason
        self.destination = a_number(scenario.forward_to) if scenario.forward_to else None
        self.turn = 0
        self.speaks = scenario.squad[0] if scenario.squad else ""
        self._next_is_late = ""

    async def place(self) -> Finished:
        reason = await self._request_assistant() if self.scenario.assistant_request else None
        if reason is None:
            await self._answer()
            for step in self.scenario.steps:
                await STEPS[type(step)](self, step)
            reason = self.ended_reason
        await self.line.perform([])
        report_fields = await self._end(reason)
        await self.outbox.drain()
        expected = self.expectation.record(self.scenario.name, self.line.parties, self.conversation, report_fields)
        return Finished(expected, self.expectation.unmet, self.outbox.tally)

    async def _request_assistant(self) -> str | None:
        """Returns the ended reason where nobody is to speak with the caller."""
        reply, verdict = await self.line.ask("assistant-request", {}, {})
        if verdict.ended_reason:
            self.expectation.unmet.append(f"nobody answers the call: {verdict.ended_reason}")
        else:
            given = reply.get("assistant")
            chosen = assistant.transient(given) if given else assistant.saved(self.scenario.assistant)
            if reply.get("assistantId"):
                chosen["id"] = reply["assistantId"]
            self.line.parties.assistant = chosen | (reply.get("assistantOverrides") or {})
        return verdict.ended_reason

    async def _answer(self) -> None:
        arrived_ms = self.clock.at_ms
        for status, after_ms in BEFORE_ANSWER[self.scenario.kind]:
            self.clock.at_ms = arrived_ms + after_ms
            if status == "in-progress":
                self.measured.started_ms = self.clock.at_ms
                self.conversation.begin(self.clock.at_ms)
            self._keep(status)
            await self.line.tell("status-update", {"status": status})
        self.clock.advance(40)
        first = assistant.saved(self.speaks) if self.speaks else self.line.parties.assistant
        await self.line.tell("assistant.started", {"newAssistant": first})
        self.clock.advance(BETWEEN_TURNS_MS)

    async def _agent(self, step: Agent) -> None:
        text = spoken.sentence(step, self.heard_from_tools)
        latency_ms = self._think() if step.latency_seconds is None else step.latency_seconds * 1000
        start_ms = self.clock.at_ms + (0 if self.line.is_spoken_on else latency_ms)
        full_ms = speaking_seconds(text, step.seconds) * 1000
        said = Speech("assistant", text, start_ms, full_ms, self._next_turn(), assistant=self._speaker())
        if self._next_is_late:
            self.expectation.late.append(self._next_is_late)
            self._next_is_late = ""
        if step.interrupted_after_seconds is not None:
            await self._interrupted(said, step.interrupted_after_seconds * 1000, step.gap_ms)
        elif step.cut_after_seconds is not None:
            await self._cut(replace(said, stopped_after_ms=step.cut_after_seconds * 1000))
        else:
            noise_ms = step.noise_after_seconds and start_ms + step.noise_after_seconds * 1000
            await self._speak(said, speech.noise("", noise_ms, 500) if noise_ms else [])

    async def _interrupted(self, said: Speech, after_ms: float, gap_ms: int) -> None:
        """The caller's step comes next: what the agent still has under way is sent between the caller's words."""
        said = replace(said, stopped_after_ms=after_ms + gap_ms)
        caller_began_ms = said.start_ms + after_ms
        self.expectation.add_interruption(self.clock.stamp(caller_began_ms), self.clock.stamp(said.end_ms))
        await self.line.perform(speech.cues(said), caller_began_ms)

    async def _cut(self, said: Speech) -> None:
        await self.line.perform(speech.until_cut(said))
        self.conversation.add(speech.message(said))
        self.clock.at_ms = said.end_ms

    async def _caller(self, step: Caller) -> None:
        start_ms = self.clock.at_ms + (0 if self.line.is_spoken_on else step.pause_seconds * 1000)
        full_ms = speaking_seconds(step.says, step.seconds) * 1000
        said = Speech("user", step.says, start_ms, full_ms, self._next_turn())
        if not step.answered_early_seconds:
            await self._speak(said)
            return
        self._next_is_late = "old-words"
        await self.line.perform(speech.cues(said), said.end_ms - step.answered_early_seconds * 1000)

    async def _noise(self, step: Noise) -> None:
        start_ms = self.clock.at_ms + step.pause_seconds * 1000
        await self.line.perform(speech.noise(step.half_words, start_ms, step.seconds * 1000))
        self.clock.advance(BETWEEN_TURNS_MS)

    async def _tool(self, step: Tool) -> None:
        await self.line.perform([])
        said = self._meanwhile(step.caller_says)
        calls = [tool_calls.ToolCall(account.tool_call_id(), use.name, use.arguments) for use in step.calls]
        outcomes: dict[str, replies.Outcome] = {}
        shape = step.arguments_shape or self.scenario.arguments_shape
        for message_type, group, fields in tool_calls.questions(calls, shape):
            outcomes |= await self._ask_tools(message_type, group, fields, step.seconds, said)
        await self.line.perform([Cue(self.clock.at_ms, "conversation-update")])
        if said is not None:
            self.clock.at_ms, self._next_is_late = max(self.clock.at_ms, said.end_ms + BETWEEN_TURNS_MS), "tool-result"
        self.heard_from_tools = spoken.fields(outcomes.values())
        for call, use in zip(calls, step.calls, strict=True):
            self.expectation.add_tool_call(call, outcomes[call.id], use.expect)

    async def _ask_tools(
        self, about: str, calls: list[tool_calls.ToolCall], fields: dict[str, Any], seconds: float, said: Speech | None
    ) -> dict[str, replies.Outcome]:
        if about == "tool-calls":
            self.conversation.add_tool_calls(self.clock.at_ms, tool_calls.history(calls))
        asked = asyncio.create_task(self.line.ask(about, fields, {call.id: call.name for call in calls}, seconds))
        await asyncio.sleep(0)  # the question goes out before what is said meanwhile
        if said is not None:
            await self.line.perform(speech.cues(said), self.clock.at_ms + seconds * 1000)
        _, verdict = await asked
        if about == "tool-calls":
            self._hear(calls, verdict)
        return verdict.outcomes

    def _meanwhile(self, text: str) -> Speech | None:
        start_ms, full_ms = self.clock.at_ms + TALKS_ON_AFTER_MS, speaking_seconds(text, None) * 1000
        return Speech("user", text, start_ms, full_ms, self._next_turn()) if text else None

    async def _late(self, step: Late) -> None:
        """The model speaks what was injected; what it makes of our sentence is left to the eye."""
        if CHECKING not in str(self.heard_from_tools.get("result", "")):
            return
        heard = await self._injected(step.waits_seconds)
        await self._agent(Agent(says=spoken.late(heard) if heard else step.otherwise))

    async def _injected(self, within_s: float) -> str:
        inbox = self.control.heard[self.outbox.call_id] if self.control else []
        ends = time.monotonic() + within_s
        while not inbox and time.monotonic() < ends:  # noqa: ASYNC110  threads of a server fill it
            await asyncio.sleep(0.05)
        return str(inbox.pop(0)["message"]["content"]) if inbox else ""

    async def _handover(self, step: Handover) -> None:
        await self.line.perform([])
        both = {"fromAssistant": assistant.saved(self.speaks), "toAssistant": assistant.saved(step.to)}
        destination = {"type": "assistant", "assistantName": step.to}
        await self.line.tell("transfer-update", {"destination": destination, **both})
        self.speaks = step.to
        self.clock.advance(100)

    async def _vapi(self, step: Vapi) -> None:
        await self.line.perform([])
        await self.line.tell(step.type, step.fields)
        self.clock.advance(100)

    async def _question(self, step: Question) -> None:
        await self.line.perform([])
        reply, verdict = await self.line.ask(step.type, step.fields, {}, step.seconds)
        given = reply.get("destination") if isinstance(reply, dict) else None
        if step.type == TRANSFER and given and not verdict.problems:
            self.destination = given
        elif step.type == TRANSFER:
            self.ended_reason = "customer-ended-call"
            self.expectation.unmet.append(f"no destination: {reply}"[:200])

    async def _speak(self, said: Speech, beside: Sequence[Cue] = ()) -> None:
        await self.line.perform([*speech.cues(said), *beside])
        self.clock.at_ms = said.end_ms + BETWEEN_TURNS_MS

    async def _end(self, reason: str) -> dict[str, Any]:
        if self.destination and reason == self.scenario.ended_reason:
            await self.line.tell("status-update", {"status": "forwarding", **self._forwarding(self.destination)})
            self.clock.advance(600)
        if self.control:
            self.control.end(self.outbox.call_id)
        self.measured.ended_ms = self.clock.at_ms
        self.measured.interruptions = len(self.expectation.interruptions)
        self._keep("ended", endedReason=reason, endedAt=self.clock.iso(self.clock.at_ms))
        await self.line.tell("status-update", {"status": "ended", "endedReason": reason})
        self.clock.advance(self.scenario.report_after_seconds * 1000)
        fields = report.fields(self.scenario, self.outbox.call_id, self.conversation, self.measured, reason)
        self._keep("ended", **fields)
        await self.line.tell(REPORT, fields)
        return fields

    def _keep(self, status: str, **known: Any) -> None:
        """Before it is told: the API knows what the webhooks are about to say."""
        if self.measured.started_ms is not None:
            known = {"startedAt": self.clock.iso(self.measured.started_ms), **known}
        self.keep(call_object.as_it_is(self.line.parties, self.clock.iso(self.clock.at_ms), status, **known))

    def _forwarding(self, destination: dict[str, Any]) -> dict[str, Any]:
        return {
            "destination": destination,
            **self.conversation.artifact(),
            "transcript": self.conversation.transcript(),
            "summary": self.scenario.summary,
        }

    def _hear(self, calls: list[tool_calls.ToolCall], verdict: replies.Verdict) -> None:
        for call in calls:
            self.conversation.add_tool_result(self.clock.at_ms, call.id, call.name, verdict.outcomes[call.id].text)

    def _speaker(self) -> dict[str, str]:
        return {"assistantId": account.assistant_id(self.speaks), "assistantName": self.speaks} if self.speaks else {}

    def _next_turn(self) -> int:
        self.turn += 1
        return self.turn - 1

    def _think(self) -> float:
        """The pause before the agent speaks, which is what the report calls the turn's latency."""
        parts = {f"{part}Latency": round(self.rng.uniform(*bounds), 2) for part, bounds in LATENCY_MS.items()}
        total = round(sum(parts.values()), 2)
        self.measured.latencies.append({**parts, "turnLatency": total})
        return total


STEPS: dict[type, Any] = {
    Agent: PlacedCall._agent,
    Caller: PlacedCall._caller,
    Noise: PlacedCall._noise,
    Tool: PlacedCall._tool,
    Late: PlacedCall._late,
    Handover: PlacedCall._handover,
    Vapi: PlacedCall._vapi,
    Question: PlacedCall._question,
}


def a_number(number: str) -> dict[str, Any]:
    return {"type": "number", "number": number, "message": "", "description": "A person"}
