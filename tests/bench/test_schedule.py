"""The load is decided before: so many calls at any time, each from its first ring to its report, and bursts."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import pytest

from bench.load.schedule import STEADY, Bursts, Due, schedule
from bench.load.talk import CALL_S, EVENTS_A_SECOND, REPORT, STEPS, call, fields, of_run

CALLS = 50
OPENING_S = 5.0


def due(bursts: Bursts, seconds: float) -> list[Due]:
    return list(itertools.takewhile(lambda one: one.at_s < seconds, schedule(7, CALLS, OPENING_S, bursts)))


def test_as_many_calls_are_running_at_any_time_as_were_asked_for() -> None:
    sent = due(STEADY, 3 * CALL_S)
    first, last = dict[str, float](), dict[str, float]()
    for one in sent:
        first.setdefault(one.call.id, one.at_s)
        last[one.call.id] = one.at_s if one.step.kind == REPORT else 4 * CALL_S
    for at_s in (OPENING_S + 1, CALL_S, 2 * CALL_S):
        running = sum(first[call_id] <= at_s < last[call_id] for call_id in first)
        assert abs(running - CALLS) <= 2


def test_events_come_in_order_and_no_two_of_a_call_at_once() -> None:
    sent = due(Bursts(every_s=30, lasts_s=5), 2 * CALL_S)
    assert [one.at_s for one in sent] == sorted(one.at_s for one in sent)
    stamps = Counter((one.call.id, round(one.at_s * 1000)) for one in sent)
    assert max(stamps.values()) == 1


def test_a_call_that_begins_under_the_load_is_heard_from_its_first_ring_to_its_report() -> None:
    steps = defaultdict(list)
    for one in due(STEADY, 3 * CALL_S):
        if one.is_whole:
            steps[one.call.id].append((one.step.kind, one.step.what))
    whole = [(step.kind, step.what) for step in STEPS]
    assert all(heard == whole[: len(heard)] for heard in steps.values())
    assert whole in steps.values()


def test_one_that_was_running_is_heard_of_before_it_goes_on() -> None:
    (first, *_), (second, *_) = (
        [one for one in due(STEADY, 60) if one.call.id == call(7, number).id] for number in (3, 40)
    )
    assert (first.step.what, second.step.what) == ("ringing", "ringing")
    assert max(first.at_s, second.at_s) < OPENING_S


def test_a_burst_is_three_times_as_much() -> None:
    sent = due(Bursts(every_s=60, lasts_s=6, times=3), 10 * 60)
    second = Counter(int(one.at_s) % 60 for one in sent if one.at_s > 60)
    in_burst = sum(second[at] for at in range(27, 33)) / 6
    outside = sum(second[at] for at in range(35, 60)) / 25
    assert in_burst / outside == pytest.approx(3, rel=0.1)
    assert outside / 9 == pytest.approx(CALLS * EVENTS_A_SECOND, rel=0.1)


def test_the_report_tells_what_was_said() -> None:
    played = call(7, 1)
    for number, step in enumerate(STEPS):
        own = fields(played, step, 1_000 * number)
    assert [one["message"] for one in own["messages"]] == [one.text for one in played.said]
    assert len({one.text for one in played.said}) == len(played.said) > 20
    assert played.id.startswith(of_run(7))
    assert not played.id.startswith(of_run(8))
