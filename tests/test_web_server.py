"""The web server as it is started: its processes, what becomes of them, and how they take connections."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import uvloop

from sandbox.demo import children
from supportvoice.embedded.ports import free_port
from supportvoice.web_worker import DOORS, doors
from tests.faults.clock import clock_that_is_set
from tests.stack import ROOT, START_TIMEOUT_S, answers, wait_until

PORT = free_port()
HALF_A_DELIVERY = (
    b"POST /webhook/vapi HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
)
HEALTH = f"http://127.0.0.1:{PORT}/healthz"
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


@pytest.fixture
def server() -> Iterator[psutil.Popen]:
    with running() as started:
        yield started


@contextmanager
def running(**environment: str) -> Iterator[psutil.Popen]:
    """Two processes and their parent, which takes one for dead that it has not heard of for 2 s."""
    command = [*children.web(PORT), "--workers", "2", "--timeout", "2"]
    started = psutil.Popen(command, cwd=ROOT, env={**os.environ, "LOCAL_MODE": "1", **environment}, process_group=0)
    try:
        wait_until(lambda: answers(HEALTH), START_TIMEOUT_S, what="the web server")
        wait_until(lambda: len(started.children()) == 2, 10, what="both processes")
        yield started
    finally:
        if started.is_running():
            started.terminate()
        started.wait(timeout=30)


def test_one_that_dies_is_replaced(server: psutil.Popen) -> None:
    before = server.children()
    before[0].kill()
    wait_until(lambda: len({*server.children()} - {before[0]}) == 2, 10, what="another in its place")
    assert answers(HEALTH)


def test_a_clock_that_is_set_back_stops_none_of_them(tmp_path: Path) -> None:
    with running(**clock_that_is_set(tmp_path / "clock", "+0")) as server:
        before = server.children()
        (tmp_path / "clock").write_text("-10m")
        time.sleep(5)
        assert server.children() == before


def test_without_their_parent_they_end_and_leave_the_port_free(server: psutil.Popen) -> None:
    left_alone = server.children()
    server.kill()
    assert not psutil.wait_procs(left_alone, timeout=10)[1]
    assert not answers(HEALTH)


@pytest.mark.parametrize("stop", STOPS, ids=lambda one: one.name)
def test_told_to_stop_they_end_also_while_someone_sends(server: psutil.Popen, stop: signal.Signals) -> None:
    with socket.create_connection(("127.0.0.1", PORT)) as sending:
        sending.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200 OK" in sending.recv(4096)
        sending.sendall(HALF_A_DELIVERY)
        server.send_signal(stop)
        assert server.wait(timeout=10) == 0


def test_many_connections_are_taken_in_one_round_of_the_loop() -> None:
    async def scene() -> list[int]:
        loop, all_taken = asyncio.get_running_loop(), asyncio.Event()
        rounds, taken_in = [0], list[int]()

        class Taken(asyncio.Protocol):
            def connection_made(self, _: object) -> None:
                taken_in.append(rounds[0])

        def go_round() -> None:
            rounds[0] += 1
            if len(taken_in) < len(waiting):
                loop.call_soon(go_round)
            else:
                all_taken.set()

        listening = socket.create_server(("127.0.0.1", 0))
        address = listening.getsockname()
        servers = [
            await loop.create_server(Taken, sock=one)
            for one in doors(SimpleNamespace(sock=listening, close=listening.close))
        ]
        waiting = [socket.create_connection(address) for _ in range(4 * DOORS)]
        go_round()
        await asyncio.wait_for(all_taken.wait(), 10)
        for one in servers:
            one.close()
        for connection in waiting:
            connection.close()
        return taken_in

    taken_in = uvloop.run(scene())
    assert max(taken_in.count(one) for one in set(taken_in)) == DOORS > 1
