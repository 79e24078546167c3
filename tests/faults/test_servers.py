"""PostgreSQL and Valkey go away under load: nothing that was answered with 200 goes with them."""

from __future__ import annotations

import contextlib
import signal
import time
from typing import Any

import psycopg
import pytest

from tests.faults.rig import ROUNDS, TIMEOUT_S, Rig

pytestmark = pytest.mark.timeout(TIMEOUT_S)

CUT_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE backend_type = 'client backend' AND pid <> ALL(%s)"""


@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGKILL], ids=["stopped immediately", "killed"])
def test_postgresql_gone_and_back(rig: Rig, how: signal.Signals) -> None:
    with rig.load() as load:
        for _ in range(ROUNDS):
            rig.servers.end("postgres", how)
            time.sleep(1)
            rig.servers.start_postgres()
            rig.is_accepted(load)
    rig.check(f"PostgreSQL ended with {how.name}")


def test_no_connection_to_postgresql_is_left(rig: Rig) -> None:
    with rig.load() as load, contextlib.ExitStack() as taken:
        places = Places(rig.stack.environment["DATABASE_URL"], taken)
        rig.is_refused(load, meanwhile=places.take)
    assert rig.check("connections exhausted").unavailable


class Places:
    """Every connection that PostgreSQL has, for as long as `taken` is open."""

    def __init__(self, url: str, taken: contextlib.ExitStack) -> None:
        self._url, self._taken = url, taken
        self._mine = [self._connect()]

    def take(self) -> None:
        """Cuts the others', and takes what is free before they are back."""
        self._mine[0].execute(CUT_OTHERS, [[one.info.backend_pid for one in self._mine]])
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                self._mine.append(self._connect())

    def _connect(self) -> psycopg.Connection[Any]:
        return self._taken.enter_context(psycopg.connect(self._url, autocommit=True))


def test_valkey_killed_and_emptied(rig: Rig) -> None:
    with rig.load() as load:
        for _ in range(ROUNDS):
            rig.servers.end("valkey", signal.SIGKILL)
            time.sleep(1)
            rig.is_accepted(load)
            rig.servers.start_valkey()
            time.sleep(1)
    assert not rig.check("Valkey killed and emptied").unavailable


def test_each_event_delivered_three_times_in_disorder(rig: Rig) -> None:
    with rig.load(copies=3):
        time.sleep(3)
    counts = rig.check("three times each, shuffled")
    assert counts.accepted == counts.sent - counts.unanswered
