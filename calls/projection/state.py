"""Everything the fold of one call needs to go on, and everything that is written from it. Stored as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

# Stamp in ms, rank of the type, event id: see calls.projection.order.
Place = tuple[int, int, str]
END_OF_TIME: Place = (2**63 - 1, 0, "")


class SpokenTurn(msgspec.Struct, omit_defaults=True):
    role: str
    text: str
    started_ms: int | None = None
    ended_ms: int | None = None
    assistant: str = ""  # of a squad


class Voice(msgspec.Struct, omit_defaults=True):
    """One side of the line, as speech updates tell it."""

    speaking: bool = False
    began_ms: int | None = None
    stopped_ms: int | None = None


class Overlap(msgspec.Struct, omit_defaults=True):
    """The caller spoke while the agent did: an interruption, or only a "mhm"."""

    began_ms: int
    stopped_ms: int | None = None
    open: bool = True
    caller_gave_way: bool = False
    confirmed: bool = False


class ReadyWords(msgspec.Struct, omit_defaults=True):
    """What the agent's voice had been given to say, and when it began to."""

    began_ms: int
    text: str


class ToldHandover(msgspec.Struct, omit_defaults=True):
    at_ms: int
    before: str = ""
    after: str = ""


class ReportedToolCall(msgspec.Struct, omit_defaults=True):
    tool_call_id: str
    name: str
    arguments: dict[str, Any] = {}
    requested_ms: int | None = None
    answered: bool = False
    answered_ms: int | None = None
    result: str = ""


class ToolTime(msgspec.Struct, omit_defaults=True):
    tool_call_id: str
    name: str
    requested_ms: int
    answered_ms: int | None = None


class ReportState(msgspec.Struct, omit_defaults=True):
    reported_ms: int
    summary: str = ""
    transcript: str = ""
    analysis: dict[str, Any] = {}
    recording: dict[str, str] = {}
    cost_breakdown: dict[str, Any] = {}
    costs: list[Any] = []
    turn_latencies: list[dict[str, float]] = []
    performance: dict[str, float] = {}


class CallState(msgspec.Struct, omit_defaults=True):
    first: Place | None = None
    last: Place | None = None
    applied: int = 0
    last_event_ms: int = 0
    row_id: int | None = None  # the Call row this was written to

    kind: str = ""
    created_ms: int | None = None
    customer_name: str = ""
    customer_number: str = ""
    our_number: str = ""
    assistant_id: str = ""
    assistant_name: str = ""  # where the call itself has it
    assistant_version: str = ""
    assistant_hash: str = ""

    status: str = ""
    status_ms: int = 0
    started_ms: int | None = None
    ended_ms: int | None = None
    ended_reason: str = ""
    was_heard: bool = False  # somebody spoke, or a tool was asked for
    cost_usd: Decimal | None = None
    hang_count: int = 0
    silenced_count: int = 0

    turns: list[SpokenTurn] = []
    settled_turns: int = 0  # how many of them came from a conversation update
    settled_ms: int = 0  # the stamp of the newest one
    clean: bool = False  # the report's own messages are final

    ready: dict[int, ReadyWords] = {}  # by Vapi's number of the turn
    handovers: list[ToldHandover] = []

    agent: Voice = msgspec.field(default_factory=Voice)
    caller: Voice = msgspec.field(default_factory=Voice)
    overlaps: list[Overlap] = []

    report: ReportState | None = None
    tool_calls: list[ReportedToolCall] = []
    tool_times: list[ToolTime] = []  # from the newest list of messages
    asked: list[ToolTime] = []  # from questions, which come earlier

    from_api: CallState | None = None  # what Vapi's API says; shown only where all of the above is silent


_decoder = msgspec.json.Decoder(CallState)


def dump(state: CallState) -> bytes:
    return msgspec.json.encode(state)


def load(body: bytes | memoryview) -> CallState:
    """A state this version cannot read comes back as one that any event is too late for, so the call is refolded."""
    try:
        return _decoder.decode(body)
    except msgspec.MsgspecError:
        return CallState(last=END_OF_TIME)


def copy(state: CallState) -> CallState:
    return _decoder.decode(msgspec.json.encode(state))
