"""Which replies Vapi understands, and what becomes of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sandbox.vapi.conversation import NO_RESULT
from sandbox.vapi.shapes import SHAPES, problems

ANSWERS_FOR_A_CALL = ("destination", "error", "assistantId", "assistant", "squadId", "squad", "workflowId", "workflow")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the model gets to read for one tool call: a `result`, an `error`, or `none` that Vapi could use."""

    kind: str
    text: str


NOTHING = Outcome("none", NO_RESULT)


@dataclass(slots=True)
class Verdict:
    """What a reply came to: its problems in words, and an outcome per tool call id."""

    problems: list[str] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    ended_reason: str | None = None


def decoded(status: int | None, body: bytes) -> tuple[Any, list[str]]:
    if status is None:
        return None, ["no answer"]
    if not 200 <= status < 300:
        return None, [f"HTTP {status}"]
    try:
        return msgspec.json.decode(body or b"{}"), []
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None, ["the answer is not JSON"]


def judge_tool_calls(reply: Any, wanted: Mapping[str, str]) -> Verdict:
    """`wanted` maps tool call ids to names. An id without a good result reads "No result returned."."""
    verdict = Verdict(problems("tool-calls", reply, "reply"), dict.fromkeys(wanted, NOTHING))
    results = reply.get("results") if isinstance(reply, dict) else None
    answered = [entry for entry in results if isinstance(entry, dict)] if isinstance(results, list) else []
    ids = [entry.get("toolCallId") for entry in answered]
    verdict.problems += [f"no result for {wanted_id}" for wanted_id in wanted if wanted_id not in ids]
    for entry, entry_id in zip(answered, ids, strict=True):
        _take(verdict, entry, entry_id, wanted)
    return verdict


def _take(verdict: Verdict, entry: dict[str, Any], entry_id: Any, wanted: Mapping[str, str]) -> None:
    if not isinstance(entry_id, str) or entry_id not in wanted:
        verdict.problems.append(f"toolCallId {entry_id!r} was not asked for")
        return
    if entry.get("name") != wanted[entry_id]:
        verdict.problems.append(f"{entry_id} is named {entry.get('name')!r}, not {wanted[entry_id]!r}")
    given = [name for name in ("result", "error") if name in entry]
    if len(given) != 1:
        verdict.problems.append(f"{entry_id} has {' and '.join(given) or 'neither result nor error'}")
    elif not problems("ToolCallResult", _read_by_vapi(entry), "entry"):
        verdict.outcomes[entry_id] = Outcome(given[0], entry[given[0]])


def _read_by_vapi(entry: dict[str, Any]) -> dict[str, Any]:
    known = {name.rstrip("!") for name in SHAPES["ToolCallResult"]}
    return {name: value for name, value in entry.items() if name in known}


def judge_function_call(reply: Any, wanted: Mapping[str, str]) -> Verdict:
    """The legacy form has no ids: one question, one `result` of any type."""
    found = problems("function-call", reply, "reply")
    if found:
        return Verdict(found, dict.fromkeys(wanted, NOTHING))
    result = reply["result"]
    text = result if isinstance(result, str) else msgspec.json.encode(result).decode()
    return Verdict([], dict.fromkeys(wanted, Outcome("result", text)))


def judge_assistant_request(reply: Any, _wanted: Mapping[str, str]) -> Verdict:
    """An ended reason in the verdict says that the reply does not lead to a conversation."""
    verdict = Verdict(problems("assistant-request", reply, "reply"))
    given = [name for name in ANSWERS_FOR_A_CALL if isinstance(reply, dict) and reply.get(name) is not None]
    if not given:
        verdict.problems.append("reply names no assistant")
        verdict.ended_reason = "assistant-request-returned-no-assistant"
    elif "error" in given:
        kind = "error" if not problems("text", reply["error"], "error") else "unspeakable-error"
        verdict.ended_reason = f"assistant-request-returned-{kind}"
    elif verdict.problems:
        verdict.ended_reason = "assistant-request-returned-invalid-assistant"
    elif "destination" in given:
        verdict.ended_reason = "assistant-request-returned-forwarding-phone-number"
    return verdict


def judge_transfer(reply: Any, _wanted: Mapping[str, str]) -> Verdict:
    """A place to go, or a sentence why there is none."""
    verdict = Verdict(problems("transfer-destination-request", reply, "reply"))
    given = [name for name in ("destination", "error") if isinstance(reply, dict) and name in reply]
    if len(given) != 1:
        verdict.problems.append(f"reply has {' and '.join(given) or 'neither destination nor error'}")
    return verdict


def judge_handoff(reply: Any, _wanted: Mapping[str, str]) -> Verdict:
    """An empty destination cancels the hand-off; then the model should be told why."""
    verdict = Verdict(problems("handoff-destination-request", reply, "reply"))
    destination = reply.get("destination") if isinstance(reply, dict) else None
    if destination:
        verdict.problems += problems("HandoffToAssistant", destination, "reply.destination")
        if not {"assistantId", "assistantName", "assistant"} & set(destination):
            verdict.problems.append("reply.destination names no assistant")
    elif not verdict.problems and not reply.get("error"):
        verdict.problems.append("reply cancels the hand-off without a reason")
    return verdict


def judge_by_shape(message_type: str) -> Callable[[Any, Mapping[str, str]], Verdict]:
    return lambda reply, _wanted: Verdict(problems(message_type, reply, "reply"))


def judge_audio(status: int | None, body: bytes) -> Verdict:
    """16-bit samples are piped to the line as they come, whatever they are."""
    if status != 200:
        return Verdict([f"HTTP {status}" if status else "no answer"])
    good = body and len(body) % 2 == 0 and body[:1] not in (b"{", b"[")
    return Verdict([] if good else ["the answer is not 16-bit audio"])


JUDGES: dict[str, Callable[[Any, Mapping[str, str]], Verdict]] = {
    "tool-calls": judge_tool_calls,
    "function-call": judge_function_call,
    "assistant-request": judge_assistant_request,
    "transfer-destination-request": judge_transfer,
    "handoff-destination-request": judge_handoff,
    "knowledge-base-request": judge_by_shape("knowledge-base-request"),
    "call.endpointing.request": judge_by_shape("call.endpointing.request"),
    "campaign.predial": judge_by_shape("campaign.predial"),
}


def judge(message_type: str, status: int | None, body: bytes, wanted: Mapping[str, str]) -> tuple[Any, Verdict]:
    """The decoded reply and its verdict; without a usable answer the call goes on as Vapi's would."""
    if message_type == "voice-request":
        return body, judge_audio(status, body)
    reply, found = decoded(status, body)
    if not found:
        return reply, JUDGES[message_type](reply, wanted)
    reason = "assistant-request-failed" if message_type == "assistant-request" else None
    return None, Verdict(found, dict.fromkeys(wanted, NOTHING), reason)
