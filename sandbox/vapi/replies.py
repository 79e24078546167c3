"""Which replies Vapi understands: a table of fields and types, and what becomes of the rest.

The kinds: `text` and `id` are strings, `line` a string without line breaks, `flag` a boolean, `object` any object,
`anything` any JSON value, `seconds` a number from 0 to 15, `[X]` a list of X, and a name stands for another shape.
A field with `!` must be there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sandbox.vapi.conversation import NO_RESULT

Shape = Mapping[str, str]

SHAPES: dict[str, Shape] = {
    "tool-calls": {"results!": "[ToolCallResult]", "error": "line"},
    "ToolCallResult": {
        "toolCallId!": "id",
        "name!": "id",
        "result": "line",
        "error": "line",
        "message": "ToolMessage",
        "metadata": "object",
    },
    "ToolMessage": {
        "type!": "id",
        "role": "id",
        "content": "text",
        "contents": "[TextContent]",
        "conditions": "[Condition]",
        "endCallAfterSpokenEnabled": "flag",
    },
    "TextContent": {"type!": "id", "text!": "text", "language!": "id"},
    "Condition": {"operator!": "id", "param!": "id", "value!": "anything"},
    "function-call": {"result!": "anything"},
    "assistant-request": {
        "assistantId": "id",
        "assistant": "object",
        "assistantOverrides": "object",
        "squadId": "id",
        "squad": "object",
        "squadOverrides": "object",
        "workflowId": "id",
        "workflow": "object",
        "workflowOverrides": "object",
        "destination": "Destination",
        "error": "text",
    },
    "Destination": {
        "type!": "id",
        "number": "id",
        "sipUri": "id",
        "extension": "id",
        "callerId": "id",
        "description": "text",
        "message": "anything",
        "numberE164CheckEnabled": "flag",
        "sipHeaders": "object",
        "transferPlan": "object",
    },
    "transfer-destination-request": {"destination": "Destination", "message": "ToolMessage", "error": "text"},
    "handoff-destination-request": {"destination!": "object", "result": "text", "error": "text"},
    "knowledge-base-request": {"documents": "[Document]", "message": "object"},
    "Document": {"content!": "text", "similarity!": "number", "uuid": "id"},
    "call.endpointing.request": {"timeoutSeconds!": "seconds"},
    "campaign.predial": {"eligible!": "flag"},
}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


KINDS: dict[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "id": _is_text,
    "line": lambda value: isinstance(value, str) and len(value.splitlines()) < 2 and not value.endswith("\n"),
    "flag": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "number": _is_number,
    "seconds": lambda value: _is_number(value) and 0 <= value <= 15,
    "anything": lambda value: True,
}

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


def problems(kind: str, value: object, path: str) -> list[str]:
    """Every way in which a value differs from its shape."""
    if kind.startswith("["):
        if not isinstance(value, list):
            return [f"{path} is not a list"]
        return [p for index, item in enumerate(value) for p in problems(kind[1:-1], item, f"{path}[{index}]")]
    if kind in SHAPES:
        return _differences(SHAPES[kind], value, path)
    return [] if KINDS[kind](value) else [f"{path} is not {kind}"]


def _differences(shape: Shape, value: object, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path} is not an object"]
    kinds = {name.rstrip("!"): kind for name, kind in shape.items()}
    missing = [n[:-1] for n in shape if n.endswith("!") and n[:-1] not in value]
    found = [f"{path}.{name} is missing" for name in missing]
    found += [f"{path}.{name} is not a field Vapi reads" for name in value if name not in kinds]
    for name in value.keys() & kinds.keys():
        found += problems(kinds[name], value[name], f"{path}.{name}")
    return found


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
        kind = "error" if _is_text(reply["error"]) else "unspeakable-error"
        verdict.ended_reason = f"assistant-request-returned-{kind}"
    elif verdict.problems:
        verdict.ended_reason = "assistant-request-returned-invalid-assistant"
    elif "destination" in given:
        verdict.ended_reason = "assistant-request-returned-forwarding-phone-number"
    return verdict


JUDGES: dict[str, Callable[[Any, Mapping[str, str]], Verdict]] = {
    "tool-calls": judge_tool_calls,
    "function-call": judge_function_call,
    "assistant-request": judge_assistant_request,
}


def judge(message_type: str, status: int | None, body: bytes, wanted: Mapping[str, str]) -> tuple[Any, Verdict]:
    """The decoded reply and its verdict; without a usable answer the call goes on as Vapi's would."""
    reply, found = decoded(status, body)
    if not found:
        return reply, JUDGES[message_type](reply, wanted)
    reason = "assistant-request-failed" if message_type == "assistant-request" else None
    return None, Verdict(found, dict.fromkeys(wanted, NOTHING), reason)
