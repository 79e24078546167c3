"""Tool calls as Vapi delivers them, over HTTP."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.stack import Stack


def tool_call(name: str, call_id: str = "", control_url: str = "", **arguments: Any) -> bytes:
    """The body of one delivery; sent again it is the same one."""
    now = datetime.now(UTC)
    call_id = call_id or str(uuid.uuid4())
    call: dict[str, Any] = {"id": call_id, "type": "webCall", "createdAt": now.isoformat()}
    if control_url:
        call["monitor"] = {"controlUrl": control_url}
    function = {"name": name, "arguments": arguments}
    asked = {"id": f"call_{uuid.uuid4().hex[:8]}", "type": "function", "function": function}
    message = {
        "type": "tool-calls",
        "timestamp": int(now.timestamp() * 1000),
        "call": call,
        "toolCallList": [asked],
    }
    return json.dumps({"message": message}).encode()


def signed(stack: Stack, body: bytes) -> dict[str, str]:
    """The headers that go with this body."""
    signature = hmac.new(stack.environment["VAPI_SERVER_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    return {"x-vapi-signature": signature, "content-type": "application/json"}


def told(answer: httpx.Response) -> str:
    """What the model is told."""
    assert answer.status_code == 200, answer.text
    (result,) = answer.json()["results"]
    return str(result.get("result") or result["error"])


def post(stack: Stack, body: bytes, client: httpx.Client | None = None) -> str:
    send = client.post if client else httpx.post
    return told(send(f"{stack.address}/webhook/vapi", content=body, headers=signed(stack, body), timeout=30))
