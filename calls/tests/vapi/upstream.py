"""A small real HTTP server in Vapi's place, with answers a test can choose."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "private-key-of-the-tests"


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    endless: bool = False
    silent_s: float = 0.0


@dataclass
class Upstream:
    """`answers` by the beginning of a path; what was asked is in `asked`, as path and headers."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    """Set when who asked for an endless answer has gone."""
    release: threading.Event = field(default_factory=threading.Event)

    def answer_to(self, path: str) -> Answer:
        found = [answer for start, answer in self.answers.items() if path.startswith(start)]
        return found[0] if found else Answer(404)

    def headers_at(self, path: str) -> dict[str, str]:
        return next(headers for asked, headers in self.asked if asked.startswith(path))


@contextmanager
def upstream() -> Iterator[Upstream]:
    there = Upstream()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            there.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            answer = there.answer_to(self.path)
            there.release.wait(answer.silent_s) if answer.silent_s else None
            with suppress(OSError):
                self.send_response(answer.status)
                length = {} if answer.endless else {"content-length": str(len(answer.body))}
                for name, value in {**length, **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)
                while answer.endless:
                    self.wfile.write(bytes(65_536))
            if answer.endless:
                there.left.set()
            self.close_connection = True

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Tests stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    there.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield there
    finally:
        there.release.set()
        server.shutdown()
        server.server_close()
