"""The agent's next sentence, built from what the tools answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from sandbox.vapi.conversation import NO_RESULT
from sandbox.vapi.replies import Outcome
from sandbox.vapi.scenario import Agent

NOBODY = "nobody yet"


def sentence(step: Agent, fields: dict[str, Any]) -> str:
    """`otherwise` is for the case that a field is missing: an error, or a server that answered nonsense."""
    if "{" not in step.says:
        return step.says
    try:
        return step.says.format_map(fields)
    except KeyError:
        return step.otherwise.format_map({"result": NO_RESULT} | fields)


def late(instruction: str) -> str:
    """What a model makes of a late answer: the data between the marks, or the sentence itself."""
    quoted = instruction.partition("<<")[2].partition(">>")[0]
    return f"I have it now. {quoted}" if quoted else instruction


def fields(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """The fields of JSON results side by side, and the last text itself as `result`."""
    known: dict[str, Any] = {}
    for outcome in outcomes:
        known["result"] = outcome.text
        if outcome.kind == "result":
            known |= _decoded(outcome.text)
    return {name: NOBODY if value is None else value for name, value in known.items()}


def _decoded(text: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}
