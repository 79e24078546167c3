"""Tool calls as Vapi sends them, and what is answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from calls.tests.conftest import Post, load

CALL_ID = "0199c1aa-7b1e-7c30-a0d5-3f4b8e9a1001"
ADA = "+447700900018"
NOT_FOUND = "No ticket with that number was found for this caller."
IN_PROGRESS = "This is being worked on right now."
WEB: dict[str, Any] = {"customer": {}, "call": {"id": CALL_ID}}


def tool_calls(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    nothing: list[Any] = []
    return load(
        "tool-calls__get-ticket-details",
        **{"toolCallList": list(items), "toolCalls": nothing, "toolWithToolCallList": nothing} | fields,
    )


def function(name: str, arguments: Any, tool_call_id: str = "call_1") -> dict[str, Any]:
    return {"id": tool_call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def results(post: Post, envelope: dict[str, Any]) -> list[dict[str, Any]]:
    response = post(envelope)
    assert response.status_code == 200
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def ask(post: Post, name: str, arguments: Any, tool_call_id: str = "call_1", **fields: Any) -> str:
    """What the model is told for one call, result or error."""
    (result,) = results(post, tool_calls(function(name, arguments, tool_call_id), **fields))
    told: str = result.get("result") or result["error"]
    return told


def ask_as(post: Post, number: str, name: str, arguments: Any, tool_call_id: str = "call_1", **fields: Any) -> str:
    caller = {"number": number}
    call = {"id": CALL_ID, "customer": caller}
    return ask(post, name, arguments, tool_call_id, customer=caller, call=call, **fields)


def conversation(*lines: str) -> dict[str, Any]:
    """The artifact that comes with a tool call: lines of "user: …" and "bot: …", oldest first."""
    spoken = [dict(zip(("role", "message"), line.split(": ", 1), strict=True)) for line in lines]
    return {"artifact": {"messages": [{"role": "system", "message": "You cancel orders."}, *spoken]}}


def fifty_at_once(post: Post, name: str, arguments: Any, **fields: Any) -> set[str]:
    """Everything that is told when one tool call is delivered fifty times."""

    def deliver(_: int) -> str:
        try:
            return ask(post, name, arguments, **fields)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        return set(threads.map(deliver, range(50)))
