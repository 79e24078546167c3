"""The stand-ins over HTTP: `/zendesk/…` and `/request-tracker/…`, each with `_knobs`, `_ledger`, `_plant`, `_reset`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.crm.desk import Answer, HungUpError, Request, StandIn
from sandbox.crm.request_tracker import RequestTracker
from sandbox.crm.zendesk import Zendesk

WRITES = ("POST", "PUT")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int) -> None:
        self.desks: dict[str, StandIn] = {"zendesk": Zendesk(), "request-tracker": RequestTracker()}
        super().__init__(("127.0.0.1", port), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_GET  # noqa: N815
    do_PUT = do_GET  # noqa: N815

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002  http.server's name
        """Quiet: what was written is in the ledger."""

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length) if length else b""
        url = urlsplit(self.path)
        _, name, *rest = url.path.split("/")
        desk = self.server.desks.get(name)
        if desk is None:
            return self._send(Answer(404, {"error": "no such CRM"}))
        request = Request(
            self.command,
            "/".join(rest),
            dict(parse_qsl(url.query)),
            {key.lower(): value for key, value in self.headers.items()},
            _decoded(raw),
        )
        control = CONTROLS.get(rest[0]) if rest else None
        if control:
            return self._send(control(desk, request))
        try:
            self._send(misbehaving(desk, request))
        except HungUpError:
            self.close_connection = True

    def _send(self, answer: Answer) -> None:
        is_text = isinstance(answer.body, str)
        body = b"" if answer.body is None else (answer.body if is_text else json.dumps(answer.body)).encode()
        self.send_response(answer.status)
        for key, value in answer.headers.items():
            self.send_header(key, value)
        self.send_header("content-type", "text/plain" if is_text else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def misbehaving(desk: StandIn, request: Request) -> Answer:
    knobs = desk.knobs
    if knobs.is_down:
        raise HungUpError
    trap = knobs.traps.pop(0) if request.method in WRITES and knobs.traps else ""
    if trap.isdigit():
        return Answer(int(trap), "upstream says: canary-7f3a at /usr/share/secret.pm line 12", {"retry-after": "1"})
    if trap == "hang-before":
        raise HungUpError
    if trap == "hold-before":
        knobs.hold()
    answer = desk.answer(request)
    if trap == "hold-after":
        knobs.hold()
    time.sleep(knobs.latency_s)
    if trap == "hang-after":
        raise HungUpError
    return answer


def _turn(desk: StandIn, request: Request) -> Answer:
    desk.knobs.turn(request.body or {})
    return Answer(200, {"is_held": desk.knobs.held.is_set()})


def _reset(desk: StandIn, _request: Request) -> Answer:
    desk.reset()
    return Answer(200, {})


CONTROLS = {
    "_knobs": _turn,
    "_ledger": lambda desk, _request: Answer(200, desk.ledger),
    "_plant": lambda desk, request: Answer(200, desk.plant(request.body)),
    "_reset": _reset,
}


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


@contextmanager
def running(port: int = 0) -> Iterator[str]:
    """In a thread of this process; yields the address it is at."""
    server = Server(port)
    thread = Thread(target=server.serve_forever, name="stand-in CRMs", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
