"""What one call sends from its first ring to its report: Vapi's default messages and the transcripts.

An exchange of caller and agent takes 12 s and sends nine messages, a call has fourteen of them: 0.8 events a second.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

EXCHANGES = 14
EXCHANGE_S = 12.0
SPEAKS_AFTER_S = 2.0
CALL_S = SPEAKS_AFTER_S + EXCHANGES * EXCHANGE_S + 1.0
LOOKS_UP_IN, OPENS_IN = 3, 8
CALLER, AGENT = "user", "assistant"
REPORT, TOOL_CALLS, PARTIAL = "end-of-call-report", "tool-calls", "partial"
ENDED_REASON = "customer-ended-call"
ISSUE = "Never arrived: parcel"


class Step(NamedTuple):
    """`at_s` since the call began. `what`: a role, a status, or a tool's name."""

    at_s: float
    kind: str
    what: str = ""
    more: str = ""


class Said(NamedTuple):
    role: str
    text: str
    stamp_ms: int


@dataclass
class Call:
    """`words` make what is said in it its own. `said` grows as final transcripts are made."""

    id: str
    number: int
    began_ms: int = 0
    said: list[Said] = field(default_factory=list)
    partial: str = ""

    @property
    def phone(self) -> str:
        return f"+1202555{self.number % 10_000:04d}"

    def words(self, role: str) -> str:
        nth = len(self.said)
        if role == CALLER:
            return f"Where is my parcel {self.number}-{nth}, please, I have been waiting for it for three days?"
        return f"Parcel {self.number}-{nth} is on its way and arrives tomorrow between nine and twelve."


def call(run: int, number: int) -> Call:
    return Call(str(UUID(int=run << 64 | number, version=4)), number)


def of_run(run: int) -> str:
    """How the ids of its calls begin."""
    return call(run, 0).id[:18]


OPENING = (
    Step(0.0, "status-update", "ringing"),
    Step(1.0, "status-update", "in-progress"),
    Step(1.2, "assistant.started"),
)
EXCHANGE = (
    Step(0.0, "speech-update", CALLER, "started"),
    Step(1.5, PARTIAL, CALLER),
    Step(3.5, "transcript", CALLER),
    Step(3.6, "speech-update", CALLER, "stopped"),
    Step(3.8, "conversation-update"),
    Step(4.5, "speech-update", AGENT, "started"),
    Step(10.5, "transcript", AGENT),
    Step(10.6, "speech-update", AGENT, "stopped"),
    Step(10.8, "conversation-update"),
)
LOOKS_UP, OPENS = "getTicketDetails", "createTicket"
TOOLS = {LOOKS_UP_IN: LOOKS_UP, OPENS_IN: OPENS}
CLOSING = (Step(CALL_S - 0.8, "status-update", "ended"), Step(CALL_S, REPORT))


def _exchanges() -> Iterator[Step]:
    for nth in range(EXCHANGES):
        began_s = SPEAKS_AFTER_S + nth * EXCHANGE_S
        steps = [*EXCHANGE, Step(4.0, TOOL_CALLS, TOOLS[nth])] if nth in TOOLS else EXCHANGE
        yield from (step._replace(at_s=began_s + step.at_s) for step in sorted(steps))


STEPS = (*OPENING, *_exchanges(), *CLOSING)
EVENTS_A_SECOND = len(STEPS) / CALL_S


def steps(since_s: float = 0.0) -> Iterator[Step]:
    """All of a call, or of one that has been running so long and is heard of only now: it opens, and goes on."""
    opened_s = OPENING[-1].at_s
    yield from (step._replace(at_s=since_s + step.at_s) for step in OPENING)
    yield from itertools.dropwhile(lambda step: step.at_s <= since_s + opened_s, STEPS[len(OPENING) :])


def fields(of: Call, step: Step, stamp_ms: int) -> dict[str, Any]:
    """The message's own fields. A final transcript is said from now on."""
    return {"type": step.kind} | FIELDS.get(step.kind, _no_more)(of, step, stamp_ms)


def _no_more(_: Call, __: Step, ___: int) -> dict[str, Any]:
    return {}


def _status(_: Call, step: Step, __: int) -> dict[str, Any]:
    return {"status": step.what} | ({"endedReason": ENDED_REASON} if step.what == "ended" else {})


def _speech(of: Call, step: Step, _: int) -> dict[str, Any]:
    return {"role": step.what, "status": step.more, "turn": len(of.said)}


def _partial(of: Call, step: Step, _: int) -> dict[str, Any]:
    text = of.words(step.what)[:30]
    return {"type": "transcript", "transcriptType": "partial", "role": step.what, "transcript": text}


def _final(of: Call, step: Step, stamp_ms: int) -> dict[str, Any]:
    of.said.append(Said(step.what, of.words(step.what), stamp_ms))
    return {"transcriptType": "final", "role": step.what, "transcript": of.said[-1].text}


def _conversation(of: Call, _: Step, __: int) -> dict[str, Any]:
    conversation = [{"role": one.role, "content": one.text} for one in of.said]
    return {"messages": _messages(of), "conversation": conversation}


def _tool_call(of: Call, step: Step, _: int) -> dict[str, Any]:
    function = {"name": step.what, "arguments": _arguments(of, step.what)}
    return {"toolCallList": [{"id": tool_call_id(of, step.what), "type": "function", "function": function}]}


def _messages(of: Call) -> list[dict[str, Any]]:
    return [
        {"role": "bot" if one.role == AGENT else one.role, "message": one.text, "time": one.stamp_ms - 1500}
        for one in of.said
    ]


def tool_call_id(of: Call, name: str) -> str:
    return f"call_{of.id}_{name}"


def _arguments(of: Call, name: str) -> dict[str, str]:
    return {"issue": issue(of)} if name == OPENS else {"ticketId": str(12331 + of.number % 10)}


def issue(of: Call) -> str:
    return f"{ISSUE} {of.id}"


def _report(of: Call, _: Step, stamp_ms: int) -> dict[str, Any]:
    transcript = "".join(f"{'AI' if one.role == AGENT else 'User'}: {one.text}\n" for one in of.said)
    return {
        "endedReason": ENDED_REASON,
        "durationMs": stamp_ms - of.began_ms,
        "cost": 0.21,
        "costBreakdown": {"total": 0.21, "stt": 0.03, "llm": 0.08, "tts": 0.06, "vapi": 0.04},
        "analysis": {"summary": "The caller asked for a parcel.", "successEvaluation": "true"},
        "summary": "The caller asked for a parcel.",
        "transcript": transcript,
        "messages": _messages(of),
    }


FIELDS: dict[str, Callable[[Call, Step, int], dict[str, Any]]] = {
    "status-update": _status,
    "speech-update": _speech,
    PARTIAL: _partial,
    "transcript": _final,
    "conversation-update": _conversation,
    TOOL_CALLS: _tool_call,
    REPORT: _report,
}
