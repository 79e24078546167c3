"""The control URLs of running calls, over HTTP: what is injected is heard, and an ended call says 404."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.conf import settings


class ControlPort(ThreadingHTTPServer):
    """`heard`: call id → what was injected, while the call is running."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        self.heard: dict[str, list[dict[str, Any]]] = {}
        super().__init__(("127.0.0.1", 0), Handler)

    def begin(self, call_id: str) -> str:
        """Its control URL."""
        self.heard[call_id] = []
        return f"http://127.0.0.1:{self.server_address[1]}/{call_id}/control"

    def end(self, call_id: str) -> None:
        self.heard.pop(call_id, None)


class Handler(BaseHTTPRequestHandler):
    server: ControlPort
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        _, call_id, *rest = self.path.split("/")
        inbox = self.server.heard.get(call_id)
        if not _is_allowed(self.headers.get("authorization", "")):
            return self._answer(401)
        if rest != ["control"] or inbox is None:
            return self._answer(404)
        inbox.append(json.loads(body))
        return self._answer(200)

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002  http.server's name
        """Quiet."""

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()


def _is_allowed(given: str) -> bool:
    """As an account with controlAuthenticationEnabled."""
    wanted = f"Bearer {settings.VAPI_PUBLIC_KEY}"
    return not settings.VAPI_PUBLIC_KEY or hmac.compare_digest(given.encode(), wanted.encode())


@contextmanager
def control_port() -> Iterator[ControlPort]:
    port = ControlPort()
    Thread(target=port.serve_forever, name="control URLs", daemon=True).start()
    try:
        yield port
    finally:
        port.shutdown()
        port.server_close()
