"""A worker keeps its connections to PostgreSQL from task to task, and does without one that died."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psutil
import pytest

from tests.stack import Stack, wait_until

# Longer than beat leaves either worker alone.
SOME_TASKS_S = 5


@pytest.mark.parametrize("worker", ["worker", "crm-worker"])
def test_a_connection_serves_many_tasks(stack: Stack, worker: str) -> None:
    wait_until(lambda: backends(stack, worker), 60, what="a first task")
    time.sleep(SOME_TASKS_S)  # every process and some threads have had one
    before = backends(stack, worker)
    time.sleep(SOME_TASKS_S)
    assert before
    assert before <= backends(stack, worker)


@pytest.mark.parametrize("worker", ["worker", "crm-worker"])
def test_a_connection_that_died_is_replaced_without_a_failed_task(stack: Stack, worker: str) -> None:
    wait_until(lambda: backends(stack, worker), 60, what="a first task")
    with nothing_to_do(stack, worker):  # a task that loses its connection in the midst does fail
        dead, said = backends(stack, worker), failures(stack, worker)
        stack.sql("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", list(dead))
    wait_until(lambda: backends(stack, worker) - dead, 60, what="a connection that lives")
    time.sleep(SOME_TASKS_S)
    assert failures(stack, worker) == said


@contextmanager
def nothing_to_do(stack: Stack, worker: str) -> Iterator[None]:
    """Beat, from whom all tasks come here, stands still, and what it had sent is done."""
    beat = stack.processes["beat"]
    beat.send_signal(signal.SIGSTOP)
    try:
        wait_until(lambda: all_rest(stack, worker), 60, what="the last task's end")
        yield
    finally:
        beat.send_signal(signal.SIGCONT)


def all_rest(stack: Stack, worker: str) -> bool:
    """Each connection has had nothing to do for a second."""
    resting = "bool_and(state = 'idle' AND state_change < clock_timestamp() - interval '1 second')"
    pids = list(backends(stack, worker))
    return bool(stack.sql(f"SELECT {resting} FROM pg_stat_activity WHERE pid = ANY(%s)", pids)[0][0])


def backends(stack: Stack, worker: str) -> set[int]:
    """Of PostgreSQL, that serve this worker where it performs tasks: its children, or its threads."""
    first = psutil.Process(stack.processes[worker].pid)
    sockets = [socket for one in first.children() or [first] for socket in one.net_connections("tcp")]
    postgres = urlsplit(stack.environment["DATABASE_URL"]).port
    ports = [socket.laddr.port for socket in sockets if bool(socket.raddr) and socket.raddr.port == postgres]
    return {pid for (pid,) in stack.sql("SELECT pid FROM pg_stat_activity WHERE client_port = ANY(%s)", ports)}


def failures(stack: Stack, worker: str) -> int:
    return (stack.folder / f"{worker}.log").read_text().count("raised unexpected")
