"""What has been said so far, in the three forms Vapi repeats on nearly every message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from sandbox.vapi.assistant import PROMPT
from sandbox.vapi.clock import CallClock

NO_RESULT = "No result returned."
OPENAI_ROLES = {"system": "system", "bot": "assistant", "user": "user"}
LABELS = {"bot": "AI", "user": "User"}
FRACTION_MS = 0.429  # real times are floats; receivers that expect integers should find out here


@dataclass(slots=True)
class Conversation:
    clock: CallClock
    messages: list[dict[str, Any]] = field(default_factory=list)
    started_ms: float = 0.0

    def begin(self, at_ms: float) -> None:
        self.started_ms = at_ms
        self.add({"role": "system", "message": PROMPT, "time": at_ms})

    def add(self, message: dict[str, Any]) -> None:
        """Takes a message on the call's clock and keeps it in the epoch milliseconds Vapi writes."""
        at_ms = message["time"]
        placed = {"time": self._epoch(at_ms), "secondsFromStart": round((at_ms - self.started_ms) / 1000, 3)}
        if "endTime" in message:
            placed["endTime"] = self._epoch(message["endTime"])
        self.messages.append(message | placed)

    def add_tool_calls(self, at_ms: float, calls: list[dict[str, Any]]) -> None:
        self.add({"role": "tool_calls", "toolCalls": calls, "message": "", "time": at_ms})

    def add_tool_result(self, at_ms: float, tool_call_id: str, name: str, result: str) -> None:
        about = {"toolCallId": tool_call_id, "name": name, "result": result}
        self.add({"role": "tool_call_result", **about, "time": at_ms})

    def spoken(self) -> list[dict[str, str]]:
        return [
            {"role": OPENAI_ROLES[message["role"]], "content": message["message"]}
            for message in self.messages
            if message["role"] in OPENAI_ROLES
        ]

    def openai_formatted(self) -> list[dict[str, Any]]:
        return [_openai(message) for message in self.messages]

    def transcript(self) -> str:
        lines = [m for m in self.messages if m["role"] in LABELS]
        return "".join(f"{LABELS[line['role']]}: {line['message']}\n" for line in lines)

    def artifact(self) -> dict[str, Any]:
        return {"messages": list(self.messages), "messagesOpenAIFormatted": self.openai_formatted()}

    def _epoch(self, at_ms: float) -> float:
        return self.clock.stamp(at_ms) + FRACTION_MS


def _openai(message: dict[str, Any]) -> dict[str, Any]:
    match message["role"]:
        case "tool_calls":
            return {"role": "assistant", "content": None, "tool_calls": message["toolCalls"]}
        case "tool_call_result":
            return {"role": "tool", "tool_call_id": message["toolCallId"], "content": message["result"]}
        case role:
            return {"role": OPENAI_ROLES[role], "content": message["message"]}


def encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()
