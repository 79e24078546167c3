"""Web and Celery processes are killed at work: what was answered with 200 is there, once, and so is what it does."""

from __future__ import annotations

import os
import random
import signal
import time

import psycopg
import pytest

from tests.faults.rig import ROUNDS, TIMEOUT_S, Rig

pytestmark = pytest.mark.timeout(TIMEOUT_S)


def test_web_workers_killed_while_clients_hang_up(rig: Rig) -> None:
    with rig.load() as load:
        for _ in range(2 * ROUNDS):
            random.choice(rig.children_of("web")).kill()
            time.sleep(1)
            rig.is_accepted(load)
    assert rig.check("web workers killed").unanswered


def test_the_web_server_killed_whole(rig: Rig) -> None:
    with rig.load() as load:
        for _ in range(ROUNDS):
            rig.kill_web()
            rig.start_web()
            rig.is_accepted(load)
    rig.check("web server killed")


def test_what_was_promised_outlives_the_web_server_that_promised_it(rig: Rig) -> None:
    """No tool call can be begun for two seconds; callers are told that it is being worked on, by processes that die."""
    with rig.load() as load:
        with psycopg.connect(rig.stack.environment["DATABASE_URL"]) as locking:
            locking.execute("LOCK TABLE calls_toolcall IN EXCLUSIVE MODE")
            time.sleep(2)
            ((promised,),) = rig.stack.sql("SELECT count(*) FROM calls_promise")
            rig.kill_web()
            locking.rollback()
        rig.start_web()
        rig.is_accepted(load)
    assert promised
    rig.check("web server killed with promises open")


def test_celery_children_killed(rig: Rig) -> None:
    with rig.load():
        for _ in range(2 * ROUNDS):
            for child in rig.children_of("worker"):
                child.kill()
            time.sleep(1.5)
    rig.check("Celery children killed")


@pytest.mark.parametrize("stopped_first_s", [0, 1.5], ids=["at once", "stopped before"])
def test_the_celery_parent_killed_while_messages_arrive(rig: Rig, stopped_first_s: float) -> None:
    with rig.load():
        for _ in range(ROUNDS):
            if stopped_first_s:
                os.kill(rig.stack.processes["worker"].pid, signal.SIGSTOP)
                time.sleep(stopped_first_s)
            rig.stack.kill("worker")
            time.sleep(0.5)
            rig.start_worker()
            time.sleep(2)
    rig.check(f"Celery parent killed, stopped for {stopped_first_s} s before")
