"""Who interrupted whom, from whatever subset of the events came."""

from __future__ import annotations

import pytest

from calls.projection.message import StoredMessage
from calls.projection.speech import interruptions
from calls.tests.projection.build import T0, event, folded

NAMES = {
    "agent+": "speech-update__agent-started",
    "agent-": "speech-update__agent-stopped",
    "caller+": "speech-update__caller-started",
    "caller-": "speech-update__caller-stopped",
    "cut": "user-interrupted__caller",
}


def line(text: str) -> list[StoredMessage]:
    """`agent+0 caller+900 …`: what happened, and how many ms after T0."""
    found = []
    for word in text.split():
        name = next(name for name in NAMES if word.startswith(name))
        found.append(event(NAMES[name], int(word.removeprefix(name))))
    return found


def found(text: str) -> list[tuple[int, int | None]]:
    """When each interruption began, and when the agent stopped, in ms after T0."""
    counted = interruptions(folded(*line(text)))
    return [(each.began_ms - T0, None if each.stopped_ms is None else each.stopped_ms - T0) for each in counted]


def test_the_gap_runs_from_the_callers_beginning_to_the_agents_stop() -> None:
    assert found("agent+0 caller+900 agent-1250 caller-3000") == [(900, 1250)]


def test_a_caller_who_waits_for_the_end_interrupts_nobody() -> None:
    assert found("agent+0 agent-900 caller+1000 caller-2000 agent+2500 agent-4000") == []


def test_a_back_channel_is_no_interruption() -> None:
    assert found("agent+0 caller+900 caller-1200 agent-5000") == []


def test_a_back_channel_that_cut_the_agent_off_is_one() -> None:
    assert found("agent+0 caller+900 caller-1200 cut1250 agent-1300") == [(900, 1300)]


def test_the_confirmation_may_come_after_the_agents_stop() -> None:
    assert found("agent+0 caller+900 caller-1200 agent-1300 cut1340") == [(900, 1300)]


def test_after_a_back_channel_comes_the_real_one() -> None:
    assert found("agent+0 caller+900 caller-1200 caller+5000 agent-5300") == [(5000, 5300)]


def test_an_agent_that_is_still_speaking_was_not_yet_interrupted() -> None:
    assert found("agent+0 caller+900") == []
    assert found("agent+0 caller+900 cut1000") == [(900, None)]


@pytest.mark.parametrize("restart", [1100, 1200])
def test_beginnings_within_300_ms_are_one(restart: int) -> None:
    assert found(f"agent+0 caller+900 caller-1000 caller+{restart} agent-1500") == [(900, 1500)]


def test_beginnings_further_apart_are_two() -> None:
    assert found("agent+0 caller+900 cut950 caller-1000 caller+1201 agent-1500") == [(900, 1500), (1201, 1500)]


def test_a_confirmation_just_before_the_callers_own_start_is_the_same() -> None:
    assert found("agent+0 cut800 caller+900 agent-1100") == [(800, 1100)]


def test_confirmations_alone_are_interruptions_without_a_gap() -> None:
    assert found("cut1000 cut9000") == [(1000, None), (9000, None)]


def test_without_the_callers_start_the_confirmation_is_the_beginning() -> None:
    assert found("agent+0 cut1000 agent-1200") == [(1000, 1200)]


def test_without_the_callers_start_and_after_the_stop_the_gap_is_unknown() -> None:
    assert found("agent+0 agent-1200 cut1260") == [(1200, None)]


def test_without_the_agents_start_the_callers_start_still_counts() -> None:
    assert found("caller+900 cut1000 agent-1200") == [(900, 1200)]
    assert found("caller+900 agent-1200 cut1230") == [(900, 1200)]


def test_without_the_agents_stop_its_next_start_ends_the_waiting() -> None:
    assert found("agent+0 caller+900 cut1000 agent+8000 agent-9000") == [(900, None)]


def test_an_agent_that_talks_over_the_caller_is_cut_from_its_own_start() -> None:
    assert found("caller+0 agent+1000 cut1500 agent-1600") == [(1000, 1600)]


def test_one_interruption_is_confirmed_twice_and_counted_once() -> None:
    assert found("agent+0 caller+900 cut1000 cut1700 agent-1900") == [(900, 1900)]


def test_each_utterance_of_the_agent_may_be_interrupted() -> None:
    assert found("agent+0 caller+900 agent-1100 caller-2000 agent+3000 caller+4000 agent-4700") == [
        (900, 1100),
        (4000, 4700),
    ]


def test_a_stop_and_a_start_of_one_millisecond_do_not_overlap() -> None:
    assert found("agent+0 caller+900 agent-900") == []


@pytest.mark.parametrize("fields", [{"role": []}, {"role": None}, {"status": {}}, {"status": "paused"}])
def test_a_speech_update_that_makes_no_sense_changes_nothing(fields: dict[str, object]) -> None:
    state = folded(event("speech-update__agent-started", 0, **fields))

    assert not state.agent.speaking
    assert state.overlaps == []
