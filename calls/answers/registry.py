"""The tools that an agent can call: name, JSON Schema, the description the model reads, a function.

    @tool(writes=True)
    def createTicket(arguments: NewTicket, context: Context) -> Answer:
        '''The description the model reads.'''

The schema comes from the arguments' msgspec Struct, and so does their validation.
"""

from __future__ import annotations

import inspect
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_type_hints

import msgspec

from calls.identity import Caller
from calls.intent import INTENTS, Turn
from calls.models import Call
from tickets.lookup import FoundTicket
from tickets.models import Operation

# Vapi's limits for a function (gitops learnings, 2026-06)
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
LONGEST_DESCRIPTION = 999


class ToolError(Exception):
    """The text is told to the model instead of a result: one plain sentence, no upstream detail."""


@dataclass(frozen=True, slots=True)
class Told:
    """A ticket that the answer speaks of, and the step of the ladder that let it."""

    ticket: FoundTicket
    step: str


@dataclass(frozen=True, slots=True)
class Context:
    """`call` is None where the message named none. `cause` names this one use of a tool, for what must happen once.

    `answer_by_s`: on the monotonic clock. `given`: the arguments as they came, where the row must not hold them.
    `told`: every ticket that is spoken of; it is written down with the answer.
    `heard`: reads the conversation that came with the request; `is_meant`: by it the caller wants what this tool does.
    """

    tool: str
    caller: Caller
    call: Call | None
    asked_at: datetime
    cause: str = ""
    answer_by_s: float = math.inf
    given: dict[str, Any] | None = None
    told: list[Told] = field(default_factory=list)
    heard: Callable[[], list[Turn]] = list
    is_meant: bool = False

    def left_s(self) -> float:
        """Until the model must have its answer."""
        return self.answer_by_s - time.monotonic()

    @property
    def asked_by(self) -> str:
        """The caller's number; else what names the call; empty where nothing tells callers apart."""
        return self.caller.number or (self.call.vapi_id if self.call else "")


@dataclass(frozen=True, slots=True)
class Answer:
    """`result` is what the model is told; `ticket_number` names the ticket it is about.

    `waits_for`: the write in a CRM whose end the caller is still to be told of.
    """

    result: str | dict[str, Any]
    ticket_number: int | None = None
    waits_for: Operation | None = None


ToolFunction = Callable[[Any, Context], Answer]


@dataclass(frozen=True, slots=True)
class Tool:
    """`writes`: its effects happen once for one call, id, name and arguments; a lookup is made afresh each time.

    `about`: what of the CRM it speaks of, which is looked up there as far as the time allows.
    `at_least`: the disclosure step below which it never speaks of a ticket; None where it speaks of none.
    `intent`: what the caller must mean before it does anything (calls.intent); empty where nothing is lost or spent.
    """

    name: str
    description: str
    arguments: type[msgspec.Struct]
    function: ToolFunction
    writes: bool
    at_least: str | None = None
    about: Literal["", "ticket", "caller"] = ""
    intent: str = ""

    @property
    def parameters(self) -> dict[str, Any]:
        """JSON Schema of the arguments, as a Vapi function tool wants it."""
        (reference,), components = msgspec.json.schema_components([self.arguments])
        schema = components[reference["$ref"].rpartition("/")[2]]
        return {key: value for key, value in schema.items() if key != "title"}


TOOLS: dict[str, Tool] = {}


def tool(
    *, writes: bool, at_least: str | None = None, about: Literal["", "ticket", "caller"] = "", intent: str = ""
) -> Callable[[ToolFunction], ToolFunction]:
    def register(function: ToolFunction) -> ToolFunction:
        name, description = function.__name__, inspect.getdoc(function) or ""
        if not NAME.fullmatch(name) or not 0 < len(description) <= LONGEST_DESCRIPTION or name in TOOLS:
            raise ValueError(f"Tool {name!r}: Vapi would refuse its name or description, or it is there twice.")
        if intent and (intent not in INTENTS or not writes):
            raise ValueError(f"Tool {name!r}: {intent!r} cannot be judged, or the tool writes nothing.")
        arguments = get_type_hints(function)["arguments"]
        TOOLS[name] = Tool(name, " ".join(description.split()), arguments, function, writes, at_least, about, intent)
        return function

    return register
