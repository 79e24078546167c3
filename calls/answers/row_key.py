"""Which row of the ledger a tool call is, however often and in whichever order it is delivered."""

from __future__ import annotations

from typing import Any

from calls.answers.requested import RequestedCall
from calls.message import clean
from calls.models import Call
from calls.models.tool_call import arguments_hash
from tickets.pin import masked

SECRET = ("pin",)


def row_key(call: Call | None, requested: RequestedCall) -> dict[str, Any]:
    """The fields of ToolCall's constraint. Vapi's id alone is not unique: hooks always send the same one."""
    return {
        "call": call,
        "tool_call_id": clean(requested.tool_call_id, 200),
        "name": requested.name,
        "arguments_hash": arguments_hash(kept(requested.arguments)),
    }


def kept(arguments: dict[str, Any] | None) -> dict[str, Any]:
    """As the row holds them: a PIN is told from another, and never read."""
    plain: dict[str, Any] = storable(arguments or {})
    return {name: masked(str(value)) if name in SECRET else value for name, value in plain.items()}


def storable(value: Any) -> Any:
    """The value as jsonb can hold it."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): storable(item) for key, item in value.items()}
    return [storable(item) for item in value] if isinstance(value, list) else value
