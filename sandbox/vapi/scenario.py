"""The shape of a scenario file, and how the files beside the package are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

FOLDER = Path(__file__).parent.parent / "scenarios"
WORDS_A_SECOND = 2.7

ArgumentsShape = Literal["object", "string", "parameters", "arguments", "legacy"]


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="who"):
    """One thing that happens in a call; the fields that differ are in the kinds below."""


class Agent(Step, frozen=True, kw_only=True, tag="agent"):
    """The agent speaks. `says` may name fields of the last tool results, `otherwise` is spoken without them."""

    says: str
    seconds: float | None = None
    otherwise: str = "I am sorry, this is all I have: {result}"
    interrupted_after_seconds: float | None = None
    gap_ms: int = 340


class Caller(Step, frozen=True, kw_only=True, tag="caller"):
    says: str
    seconds: float | None = None
    pause_seconds: float = 0.6


class ToolUse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    arguments: dict[str, Any] = {}
    expect: Literal["result", "error"] = "result"


class Tool(Step, frozen=True, kw_only=True, tag="tool"):
    """The model calls one or more tools in one message and waits for the answer."""

    calls: list[ToolUse]
    seconds: float = 0.5
    arguments_shape: ArgumentsShape | None = None


class Vapi(Step, frozen=True, kw_only=True, tag="vapi"):
    """Any other message, sent as it stands."""

    type: str
    fields: dict[str, Any] = {}


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    number: str


class Delivery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How badly the messages travel: shares are 0 to 1, lateness is in the call's own seconds."""

    duplicate_share: float = 0.0
    late_share: float = 0.0
    late_seconds: float = 0.0
    tool_calls_copies: int = 1
    report_copies: int = 1


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str = ""
    title: str
    steps: list[Agent | Caller | Tool | Vapi]
    summary: str
    ended_reason: str
    kind: Literal["inbound", "outbound", "web"] = "inbound"
    caller: Person | None = None
    assistant: str = "Support desk"
    assistant_request: bool = False
    arguments_shape: ArgumentsShape = "object"
    forward_to: str | None = None
    success: bool = True
    report_after_seconds: float = 3.6
    delivery: Delivery = Delivery()
    recording: Literal["", "late", "slow", "expired", "gone", "none"] = ""  # how it behaves: see sandbox.api.recordings


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> Scenario:
    if name not in names():
        raise LookupError(f"There is no scenario {name}; there are: {', '.join(names())}.")
    scenario = msgspec.json.decode((FOLDER / f"{name}.json").read_bytes(), type=Scenario)
    return msgspec.structs.replace(scenario, name=name)


def speaking_seconds(text: str, seconds: float | None) -> float:
    return seconds if seconds is not None else len(text.split()) / WORDS_A_SECOND + 0.3


def natural_seconds(scenario: Scenario) -> float:
    """How long the call takes from creation to report if it were placed in real time, generously."""
    spoken = sum(_step_seconds(step) for step in scenario.steps)
    return spoken * 1.1 + scenario.report_after_seconds + 8


def _step_seconds(step: Agent | Caller | Tool | Vapi) -> float:
    match step:
        case Agent():
            return (step.interrupted_after_seconds or speaking_seconds(step.says, step.seconds)) + 1.3
        case Caller():
            return speaking_seconds(step.says, step.seconds) + step.pause_seconds
        case Tool():
            return step.seconds
        case _:
            return 0.1
