"""A worker keeps its connections to PostgreSQL from task to task, and does without one that died."""

from __future__ import annotations

import time
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
    dead, said = backends(stack, worker), failures(stack, worker)
    stack.sql("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", list(dead))
    wait_until(lambda: backends(stack, worker) - dead, 60, what="a connection that lives")
    time.sleep(SOME_TASKS_S)
    assert failures(stack, worker) == said


def backends(stack: Stack, worker: str) -> set[int]:
    """Of PostgreSQL, that serve this worker where it performs tasks: its children, or its threads."""
    first = psutil.Process(stack.processes[worker].pid)
    sockets = [socket for one in first.children() or [first] for socket in one.net_connections("tcp")]
    postgres = urlsplit(stack.environment["DATABASE_URL"]).port
    ports = [socket.laddr.port for socket in sockets if bool(socket.raddr) and socket.raddr.port == postgres]
    return {pid for (pid,) in stack.sql("SELECT pid FROM pg_stat_activity WHERE client_port = ANY(%s)", ports)}


def failures(stack: Stack, worker: str) -> int:
    return (stack.folder / f"{worker}.log").read_text().count("raised unexpected")
