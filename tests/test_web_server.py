"""The web server as it is started: its processes, what becomes of them, and how they take connections."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from sandbox.demo import children
from supportvoice.embedded.ports import free_port
from tests.faults.clock import clock_that_is_set
from tests.stack import ROOT, START_TIMEOUT_S, answers, wait_until

PORT = free_port()
HALF_A_DELIVERY = (
    b"POST /webhook/vapi HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
)
HEALTH = f"http://127.0.0.1:{PORT}/healthz"
# What is left to another is left for so long that a busy machine does not decide who takes it.
LEAVES_FOR_S, APART_S = 0.2, 0.05
PATIENT = f"""
import runpy
from supportvoice import accepting
accepting.LEAVES_FOR_S = {LEAVES_FOR_S}
globals().update(runpy.run_path("gunicorn.conf.py"))
"""
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


@pytest.fixture
def server() -> Iterator[psutil.Popen]:
    with running() as started:
        yield started


@pytest.fixture
def patient_server(tmp_path: Path) -> Iterator[psutil.Popen]:
    (tmp_path / "patient.py").write_text(PATIENT)
    with running("--config", str(tmp_path / "patient.py")) as started:
        yield started


@contextmanager
def running(*options: str, **environment: str) -> Iterator[psutil.Popen]:
    """Two processes and their parent, which takes one for dead that it has not heard of for 2 s."""
    command = [*children.web(PORT), "--workers", "2", "--timeout", "2", *options]
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


@pytest.mark.parametrize("connections", [16, 101])
def test_each_process_has_its_share_of_the_connections(patient_server: psutil.Popen, connections: int) -> None:
    with ExitStack() as stack:
        for _ in range(connections):
            ask(stack.enter_context(connected()))
            time.sleep(APART_S)
        fewer, more = sorted(map(open_connections, patient_server.children()))
    assert fewer + more == connections
    assert more - fewer <= 1


def test_one_that_takes_the_place_of_another_gets_who_comes_next(patient_server: psutil.Popen) -> None:
    dead, alive = patient_server.children()
    with ExitStack() as stack:
        for _ in range(20):
            ask(stack.enter_context(connected()))
            time.sleep(APART_S)
        dead.kill()
        wait_until(lambda: len({*patient_server.children()} - {dead}) == 2, 10, what="another in its place")
        [fresh] = {*patient_server.children()} - {dead, alive}
        for _ in range(10):
            ask(stack.enter_context(connected()))
        assert open_connections(fresh) == 10 == open_connections(alive)


def test_who_is_left_to_one_that_does_not_come_is_taken_by_another(server: psutil.Popen) -> None:
    still, alive = server.children()
    with ExitStack() as stack:
        still.send_signal(signal.SIGSTOP)
        stack.callback(still.kill)
        for _ in range(10):
            ask(stack.enter_context(connected()))
        assert open_connections(alive) == 10


def connected() -> socket.socket:
    return socket.create_connection(("127.0.0.1", PORT), timeout=5)


def ask(one: socket.socket) -> None:
    one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert one.recv(4096).startswith(b"HTTP/1.1 ")


def open_connections(process: psutil.Process) -> int:
    return sum(one.status == "ESTABLISHED" and one.laddr.port == PORT for one in process.net_connections("tcp"))
