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
    """The agent speaks. `says` may name fields of the last tool results, `otherwise` is spoken without them.

    `noise_after_seconds`: half a second of noise that stops nobody. `cut_after_seconds`: the line goes dead there.
    """

    says: str
    seconds: float | None = None
    otherwise: str = "I am sorry, this is all I have: {result}"
    interrupted_after_seconds: float | None = None
    gap_ms: int = 340
    latency_seconds: float | None = None
    noise_after_seconds: float | None = None
    cut_after_seconds: float | None = None


class Caller(Step, frozen=True, kw_only=True, tag="caller"):
    """`answered_early_seconds`: the agent's next words begin so long before these end."""

    says: str
    seconds: float | None = None
    pause_seconds: float = 0.6
    answered_early_seconds: float = 0.0


class Noise(Step, frozen=True, kw_only=True, tag="noise"):
    """Something is taken for the caller's voice: half words come as partials, or none do; nothing ever as a final."""

    half_words: str = ""
    seconds: float = 1.0
    pause_seconds: float = 0.6


class ToolUse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    arguments: dict[str, Any] = {}
    expect: Literal["result", "error"] = "result"


class Tool(Step, frozen=True, kw_only=True, tag="tool"):
    """The model calls one or more tools in one message and waits for the answer; the caller may talk on meanwhile."""

    calls: list[ToolUse]
    seconds: float = 0.5
    caller_says: str = ""
    arguments_shape: ArgumentsShape | None = None


class Late(Step, frozen=True, kw_only=True, tag="late"):
    """Where a tool said that its answer follows, the agent waits for it and speaks it. Real seconds, at any speed."""

    waits_seconds: float = 12.0
    otherwise: str = "I am sorry, it takes longer today."


class Handover(Step, frozen=True, kw_only=True, tag="handover"):
    """Another assistant of the squad takes over."""

    to: str


class Vapi(Step, frozen=True, kw_only=True, tag="vapi"):
    """Any other message, sent as it stands."""

    type: str
    fields: dict[str, Any] = {}


class Question(Step, frozen=True, kw_only=True, tag="question"):
    """Any other message that waits for an answer; one that names a destination decides where the call goes."""

    type: str
    fields: dict[str, Any] = {}
    seconds: float = 0.3


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


AnyStep = Agent | Caller | Noise | Tool | Late | Handover | Vapi | Question


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str = ""
    title: str
    steps: list[AnyStep]
    summary: str
    ended_reason: str
    kind: Literal["inbound", "outbound", "web"] = "inbound"
    caller: Person | None = None
    assistant: str = "Support desk"
    squad: list[str] = []  # the members' names, the one who answers first
    report_only: bool = False  # the account subscribed to nothing else
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


def _step_seconds(step: AnyStep) -> float:
    match step:
        case Agent():
            cut = step.interrupted_after_seconds or step.cut_after_seconds
            return (cut or speaking_seconds(step.says, step.seconds)) + 1.3
        case Caller():
            return speaking_seconds(step.says, step.seconds) + step.pause_seconds
        case Question():
            return step.seconds
        case Noise():
            return step.seconds + step.pause_seconds
        case Tool():
            return step.seconds + (speaking_seconds(step.caller_says, None) if step.caller_says else 0)
        case _:
            return 0.1
