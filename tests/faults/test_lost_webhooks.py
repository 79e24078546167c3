"""One delivery in ten never arrives, nor do some calls at all: Vapi's API makes each call whole."""

from __future__ import annotations

import sys

import pytest

from sandbox.vapi.line import REPORT
from tests.faults.lossy import EVERYTHING, Played, play
from tests.faults.rig import ROUNDS, TIMEOUT_S, Rig
from tests.faults.whole import Stored, stored, wrong

pytestmark = pytest.mark.timeout(TIMEOUT_S)

CALLS = 30 + 10 * ROUNDS
EVENTS = "SELECT count(*) FROM calls_event"


def test_what_no_webhook_told_is_filled_from_the_api(rig: Rig) -> None:
    played = play(rig.stack, CALLS)
    rig.apart |= played.expected.keys()
    before = looked_at(rig, played)
    assert not before.keys() & played.losing(EVERYTHING)
    assert not any(before[call_id].has_report for call_id in played.losing(REPORT) & before.keys())

    rig.stack.manage("reconcile")
    after = looked_at(rig, played)
    say(played, before, after)
    assert not (found := "\n".join(wrong(played, after))), found
    for call_id, one in after.items():
        assert ("report" in one.healed) == (call_id not in before or not before[call_id].has_report)
        assert call_id in before or {"status", "ended_reason", "report"} <= set(one.healed)

    events = rig.stack.sql(EVENTS)
    rig.stack.manage("reconcile")
    assert (rig.stack.sql(EVENTS), looked_at(rig, played)) == (events, after)


def looked_at(rig: Rig, played: Played) -> dict[str, Stored]:
    rig.stack.wait_until_projected()
    return stored(rig.stack, played)


def say(played: Played, before: dict[str, Stored], after: dict[str, Stored]) -> None:
    dropped = sum(map(len, played.dropped.values()))
    was = f"{dropped} deliveries dropped, {len(played.expected) - len(before)} calls unseen"
    unreported = sum(not one.has_report for one in before.values())
    now = f"{sum(bool(one.healed) for one in after.values())} calls healed, {len(list(wrong(played, after)))} wrong"
    sys.stdout.write(f"\n{len(played.expected)} calls: {was}, {unreported} without their report; {now}\n")
