"""What a receiver must know about a call in the end, gathered while it is placed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.vapi.call import Parties
from sandbox.vapi.conversation import Conversation
from sandbox.vapi.replies import Outcome
from sandbox.vapi.tool_calls import ToolCall


@dataclass(slots=True)
class Expectation:
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    interruptions: list[dict[str, int]] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)

    def add_tool_call(self, call: ToolCall, outcome: Outcome, expect: str) -> None:
        if outcome.kind != expect:
            self.unmet.append(f"{call.name}: {outcome.kind} instead of {expect}: {outcome.text[:120]}")
        about = {"id": call.id, "name": call.name, "arguments": call.arguments}
        self.tool_calls.append({**about, "outcome": outcome.kind, "text": outcome.text})

    def add_interruption(self, caller_began_ms: int, agent_stopped_ms: int) -> None:
        moments = {"caller_began_ms": caller_began_ms, "agent_stopped_ms": agent_stopped_ms}
        self.interruptions.append({**moments, "gap_ms": agent_stopped_ms - caller_began_ms})

    @property
    def is_escalated(self) -> bool:
        return any(c["name"] == "escalateToHuman" and c["outcome"] == "result" for c in self.tool_calls)

    def record(
        self, scenario: str, parties: Parties, conversation: Conversation, report: dict[str, Any]
    ) -> dict[str, Any]:
        without_prompt = conversation.spoken()[1:]
        return {
            "call_id": parties.call["id"],
            "scenario": scenario,
            "call_type": parties.call["type"],
            "caller_number": (parties.customer or {}).get("number"),
            "assistant_id": (parties.assistant or {}).get("id"),
            "ended_reason": report["endedReason"],
            "started_at": report.get("startedAt"),
            "ended_at": report.get("endedAt"),
            "duration_ms": report.get("durationMs"),
            "cost": report["cost"],
            "summary": report["summary"],
            "turns": [{"role": line["role"], "text": line["content"]} for line in without_prompt],
            "interruptions": self.interruptions,
            "late": self.late,
            "tool_calls": self.tool_calls,
            "escalated": self.is_escalated,
        }
