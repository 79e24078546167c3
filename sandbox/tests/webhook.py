"""A small real HTTP server in the webhook's place, with answers a test can choose."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Respond = Callable[[dict[str, Any]], tuple[int, Any]]

# A ticket that is nobody's, and a cancellation that the caller does not mean.
REFUSED = ("999009", "spoke of cancelling")
TICKET = {
    "ticketId": "12345",
    "status": "open",
    "priority": "high",
    "assignedTo": "Nora Quinn",
    "assignedAgent": "Nora Quinn",
    "issue": "The parcel never came.",
}


@dataclass
class Received:
    message: dict[str, Any]
    headers: dict[str, str]
    body: bytes


@dataclass
class Webhook:
    url: str = ""
    received: list[Received] = field(default_factory=list)

    def messages(self, message_type: str | None = None) -> list[dict[str, Any]]:
        return [r.message for r in self.received if message_type in {None, r.message["type"]}]


def tool_results(message: dict[str, Any]) -> dict[str, Any]:
    results = []
    for call in message["toolCallList"]:
        name = call.get("name") or call["function"]["name"]
        told = (
            {"error": "That is refused."}
            if any(one in json.dumps(call) for one in REFUSED)
            else {"result": json.dumps(TICKET)}
        )
        results.append({"toolCallId": call["id"], "name": name, **told})
    return {"results": results}


def well_behaved(message: dict[str, Any]) -> tuple[int, Any]:
    match message["type"]:
        case "tool-calls":
            return 200, tool_results(message)
        case "function-call":
            return 200, {"result": json.dumps(TICKET)}
        case "assistant-request":
            return 200, {"assistantId": "a-1", "assistantOverrides": {"variableValues": {"customer": "Ada"}}}
        case "transfer-destination-request":
            return 200, {"destination": {"type": "number", "number": "+12025550188"}}
        case "knowledge-base-request":
            return 200, {"documents": []}
        case _:
            return 200, {}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def webhook(respond: Respond = well_behaved) -> Iterator[Webhook]:
    seen = Webhook()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            message = json.loads(body)["message"]
            seen.received.append(Received(message, {k.lower(): v for k, v in self.headers.items()}, body))
            status, reply = respond(message)
            payload = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Tests stay quiet."""

    server = Server(("127.0.0.1", 0), Handler)

    seen.url = f"http://127.0.0.1:{server.server_address[1]}/webhook/vapi"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
