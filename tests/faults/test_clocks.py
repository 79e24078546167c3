"""One process's clock is ten minutes off, the others' is right: nothing is lost, and nothing waits for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from sandbox.demo import children
from tests.faults.clock import wrong_clock
from tests.faults.rig import KEPT_WITHIN_S, TIMEOUT_S, Rig
from tests.stack import wait_until

pytestmark = pytest.mark.timeout(TIMEOUT_S)

# Late answers whose call is over: nobody hears them, and that is written down.
OWED = """WITH asked AS (
              INSERT INTO calls_toolcall (tool_call_id, name, arguments, arguments_hash, state, result, error, failure)
              SELECT gen_random_uuid()::text, 'getTicket', '{}', '', 'done', '', '', '' FROM generate_series(1, %s)
              RETURNING id
          )
          INSERT INTO calls_delivery (tool_call_id, caller_number, state, text, triggers_reply, attempt, reason)
          SELECT id, '', 'ready', 'Told late', true, 0, '' FROM asked RETURNING id"""
OWED_STILL = "SELECT id FROM calls_delivery WHERE state IN ('waiting', 'ready', 'speaking')"
OFF_BY = "SELECT extract(epoch FROM received_at - now()) / 60 FROM calls_event ORDER BY received_at %s LIMIT 1"


@pytest.fixture(scope="module", autouse=True)
def right_clocks_afterwards(rig: Rig) -> Iterator[None]:
    yield
    rig.kill_web()
    rig.stack.kill("worker")
    rig.stack.kill("crm-worker")
    rig.start_web()
    rig.start_worker()
    rig.stack.start("crm-worker", children.CRM_WORKER)


@pytest.mark.parametrize("minutes", [10, -10])
def test_the_web_servers_clock_is_off(rig: Rig, minutes: int) -> None:
    clock = wrong_clock(minutes)
    rig.kill_web()
    rig.start_web(**clock)
    with rig.load():
        time.sleep(1)
    assert is_off(rig, minutes)
    counts = rig.check(f"web server {minutes:+d} min off")
    assert counts.accepted == counts.sent - counts.unanswered


def is_off(rig: Rig, minutes: int) -> bool:
    """Whether the clock was wrong indeed."""
    ((found,),) = rig.stack.sql(OFF_BY % ("DESC" if minutes > 0 else ""))
    return abs(float(found) - minutes) < 2


@pytest.mark.parametrize("minutes", [10, -10])
def test_the_celery_workers_clock_is_off(rig: Rig, minutes: int) -> None:
    clock = wrong_clock(minutes)
    rig.stack.kill("worker")
    rig.start_worker(**clock)
    with rig.load():
        time.sleep(1)
    counts = rig.check(f"Celery worker {minutes:+d} min off")
    assert counts.accepted == counts.sent - counts.unanswered


@pytest.mark.parametrize("minutes", [10, -10])
def test_the_clock_of_what_waits_for_others_is_off(rig: Rig, minutes: int) -> None:
    clock = wrong_clock(minutes)
    rig.stack.kill("crm-worker")
    rig.stack.start("crm-worker", children.CRM_WORKER, **clock)
    all_owed_is_done(rig)


@pytest.mark.parametrize("minutes", [10, -10])
def test_one_of_two_that_wait_for_others_has_a_wrong_clock(rig: Rig, minutes: int) -> None:
    """What the one sends the other does: neither throws it away as too old."""
    clock = wrong_clock(minutes)
    rig.stack.kill("crm-worker")
    rig.stack.start("crm-worker", children.CRM_WORKER)
    rig.stack.start("crm-worker of another clock", children.CRM_WORKER, **clock)
    try:
        for _ in range(3):
            all_owed_is_done(rig)
    finally:
        rig.stack.kill("crm-worker of another clock")
    logs = [path.read_text() for path in rig.stack.folder.glob("crm-worker*.log")]
    assert not any("Discarding revoked task: calls.deliver[" in log for log in logs)


def all_owed_is_done(rig: Rig) -> None:
    rig.stack.sql(OWED, 30)
    wait_until(lambda: not rig.stack.sql(OWED_STILL), KEPT_WITHIN_S, what="the late answers")
