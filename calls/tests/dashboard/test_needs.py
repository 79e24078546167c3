"""Each reason, in the words that are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from calls.dashboard.needs import Scene, needs
from calls.models import Call, Escalation, ToolCall

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def words(escalation: Escalation | None = None, tools: str = "", heard_s_ago: float = 1, **call: object) -> list[str]:
    states = {"d": ToolCall.State.DONE, "f": ToolCall.State.FAILED, "r": ToolCall.State.RUNNING}
    called = [ToolCall(name="getTicket", state=states[letter]) for letter in tools]
    running = Call(**{"status": Call.Status.IN_PROGRESS, **call})
    return [need.words for need in needs(Scene(running, NOW, escalation, called, NOW - timedelta(seconds=heard_s_ago)))]


def escalation(state: str, seconds_ago: float, **fields: object) -> Escalation:
    return Escalation(state=state, created_at=NOW - timedelta(seconds=seconds_ago), **fields)


@pytest.mark.parametrize(("state", "seconds"), [("open", 300), ("claimed", 14400)])
def test_past_its_time_an_escalation_presses_most(state: str, seconds: int) -> None:
    (said,) = words(escalation(state, seconds - 1), hang_count=0)
    assert words(escalation(state, seconds + 1), tools="f", silenced_count=1)[0] == said
    assert words(escalation(state, seconds - 1), hang_count=1)[0] == (
        said if state == "open" else "agent did not answer in time"
    )


def test_a_calm_call_needs_nobody() -> None:
    assert words(tools="d", slowest_stop_ms=500) == []


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "needs a person"),
        (1, "asked for a person"),
        (2, "asked for a person twice"),
        (3, "asked for a person 3 times"),
    ],
)
def test_asking_for_a_person(count: int, said: str) -> None:
    assert words(Escalation(times_asked=count, created_at=NOW)) == [said]


def test_a_claimed_escalation_names_who_has_it_and_presses_least() -> None:
    claimed = escalation("claimed", 60, claimed_by=User(username="sam", first_name="Sam"))
    assert words(claimed, hang_count=1) == ["agent did not answer in time", "with Sam"]


@pytest.mark.parametrize(
    ("tools", "said"),
    [("f", ["getTicket failed"]), ("dff", ["getTicket failed twice"]), ("fd", []), ("fr", ["getTicket failed"])],
)
def test_a_tool_fails_until_it_works_again(tools: str, said: list[str]) -> None:
    assert words(tools=tools) == said


def test_a_very_slow_stop_is_told_in_milliseconds() -> None:
    assert words(slowest_stop_ms=501) == ["talked over the caller for 501 ms"]


def test_silence_is_only_silence_in_a_running_call_without_a_running_tool() -> None:
    assert words(heard_s_ago=13) == ["silent for"]
    assert words(heard_s_ago=12) == []
    assert words(heard_s_ago=13, status=Call.Status.RINGING) == []
    assert words(heard_s_ago=13, tools="r") == []


def test_an_agent_without_a_voice_presses_before_its_tools() -> None:
    assert words(tools="f", silenced_count=2) == ["agent cannot be heard: no voice is set up", "getTicket failed"]
    assert words(silenced_count=0) == []
