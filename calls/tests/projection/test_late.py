"""What the agent said too late: a tool's result the caller had not waited for, a reply to words from before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.models import Turn
from calls.projection.fold import fold
from calls.projection.late import ON_TIME, Late, late_turns
from calls.projection.message import StoredMessage
from calls.projection.state import CallState
from calls.tests.projection.build import T0, body, event, folded, project
from calls.tests.projection.test_fold import deliveries, in_batches
from calls.tests.projection.test_speech import line

END = 60_000


def said(text: str) -> list[dict[str, Any]]:
    """`caller 0-2000, tool 2100-2600, agent 3000-5000`: Vapi's messages, in ms after T0."""
    messages: list[dict[str, Any]] = []
    for who, times in (part.split() for part in text.split(", ")):
        began, _, ended = times.partition("-")
        messages += MAKE[who](T0 + int(began), T0 + int(ended) if ended else None)
    return sorted(messages, key=lambda message: int(message["time"]))


def spoken(role: str, began: int, ended: int | None) -> list[dict[str, Any]]:
    times = {"time": began + 0.4} | ({} if ended is None else {"endTime": ended + 0.4})
    return [{"role": role, "message": f"{role} at {began - T0}", **times}]


def tool(began: int, ended: int | None) -> list[dict[str, Any]]:
    call = {"id": f"call_{began}", "type": "function", "function": {"name": "getTicketStatus", "arguments": "{}"}}
    result = {"role": "tool_call_result", "name": "getTicketStatus", "toolCallId": call["id"], "result": "open"}
    answer = [] if ended is None else [{**result, "time": ended}]
    return [{"role": "tool_calls", "toolCalls": [call], "message": "", "time": began}, *answer]


MAKE = {
    "agent": lambda began, ended: spoken("bot", began, ended),
    "caller": lambda began, ended: spoken("user", began, ended),
    "tool": tool,
}


def heard(text: str, at: int = END) -> StoredMessage:
    return event("conversation-update__messages", at, messages=said(text))


def late(text: str, events: str = "") -> dict[int, Late]:
    """What is marked, by when it began."""
    state = folded(*line(events), heard(text))
    marked = zip(state.turns, late_turns(state), strict=True)
    return {(turn.started_ms or 0) - T0: mark for turn, mark in marked if mark != ON_TIME}


RESULT = Late("tool-result", "getTicketStatus")


def test_the_result_of_a_tool_during_which_the_caller_talked_on_is_marked() -> None:
    assert late("caller 0-2000, tool 2100-4000, caller 2500-5000, agent 5800-8000") == {5800: RESULT}


def test_so_is_one_that_came_before_the_caller_talked_on_and_waited_unspoken() -> None:
    assert late("caller 0-2000, tool 2100-2600, caller 3000-5000, agent 5800-8000") == {5800: RESULT}


def test_so_is_one_behind_a_filler_if_the_tool_was_still_at_work() -> None:
    told = "caller 0-2000, tool 2100-6000, agent 2300-3000, caller 3500-5000, agent 7000-9000"
    assert late(told) == {7000: RESULT}


def test_only_the_first_words_after_the_result_are_marked() -> None:
    told = "tool 2100-2600, caller 3000-5000, agent 5800-8000, caller 8500-10000, agent 11000-12000"
    assert late(told) == {5800: RESULT}


def test_of_two_tools_only_the_overtaken_one_marks_its_result() -> None:
    told = "tool 0-500, agent 600-2000, caller 2500-4000, tool 4100-6000, caller 4500-5900, agent 7000-8000"
    assert late(told) == {7000: RESULT}


@pytest.mark.parametrize(
    "told",
    [
        "caller 0-2000, tool 2100-2600, agent 3000-5000, caller 5500-7000, agent 8000-9000",
        "caller 0-2100, tool 2100-2600, agent 3000-5000",
        "caller 0-2000, tool 1500-2600, agent 3000-5000",
        "tool 2100-2600, caller 3000-3999, agent 5800-8000",
        "tool 2100-2600, caller 3000-5000",
        "agent 1000-4000, tool 2100-2600, caller 4500-6000, agent 7000-8000",
        "tool 2100-2400, agent 2300-3000, caller 3500-5000, agent 7000-9000",
        "tool 2100-2600, caller 3000, agent 5800-8000",
        "tool 2100-2600, agent 3000-5000, caller 3000-5000",
    ],
    ids=[
        "the-caller-waited",
        "the-caller-had-finished",
        "the-caller-began-before-the-tool",
        "less-than-a-second-is-a-mhm",
        "nothing-was-spoken-afterwards",
        "the-agent-was-speaking-and-got-an-answer",
        "a-fast-tool-behind-a-filler",
        "how-long-the-caller-spoke-is-not-known",
        "both-began-together",
    ],
)
def test_a_result_that_was_not_overtaken_is_not_marked(told: str) -> None:
    assert late(told) == {}


def test_before_vapis_messages_tell_of_it_the_question_does() -> None:
    spoken_so_far = [
        event("tool-calls__get-ticket-details", 2_100),
        event("speech-update__caller-started", 3_000),
        event("transcript__final-caller", 5_000),
        event("speech-update__agent-started", 5_800),
        event("transcript__final-agent-bracket", 7_000),
    ]
    assert late_turns(folded(*spoken_so_far)) == [ON_TIME, Late("tool-result", "getTicketDetails")]
    assert late_turns(folded(*spoken_so_far[1:])) == [ON_TIME, ON_TIME]


CUT = "agent+0 caller+2000 agent-2300"


def test_a_reply_that_begins_while_the_interrupting_words_are_spoken_is_marked() -> None:
    told = "agent 0-2300, caller 2000-5000, agent 4400-6000"
    assert late(told, CUT) == {4400: Late("old-words", "600")}


def test_so_is_one_whose_interruption_only_vapi_itself_told_of() -> None:
    assert late("agent 0-2300, caller 1700-5000, agent 4400-6000", "cut2500") == {4400: Late("old-words", "600")}


def test_a_short_word_before_the_interruption_is_not_the_interrupting_one() -> None:
    told = "caller 1400-1600, agent 1700-2300, caller 2000-5000, agent 4400-6000"
    assert list(late(told, "agent+1700 caller+2000 agent-2300")) == [4400]


@pytest.mark.parametrize(
    ("told", "events"),
    [
        ("agent 0-2300, caller 2000-5000, agent 5000-6000", CUT),
        ("agent 0-2300, caller 2000-5000, agent 5900-6000", CUT),
        ("agent 0-2300, agent 4400-6000", CUT),
        ("agent 0-2300, caller 2000-5000, agent 4400-6000", ""),
        ("agent 0-5000, caller 2000-2400, agent 5100-6000", "agent+0 caller+2000 caller-2400 agent-5000"),
        ("agent 0-2300, caller 2000-3000, caller 9000-12000, agent 10000-13000", CUT),
        ("agent 0-2300, caller 9000-12000, agent 10000-13000", CUT),
        ("agent 0-2300, caller 2000, agent 4400-6000", CUT),
    ],
    ids=[
        "as-the-words-end",
        "after-them",
        "no-words",
        "no-interruption",
        "a-mhm",
        "later-words",
        "a-cough-and-later-words",
        "an-end-nobody-knows",
    ],
)
def test_a_reply_to_the_interrupting_words_is_not_marked(told: str, events: str) -> None:
    assert late(told, events) == {}


EVERYTHING = [
    *line("agent+0 caller+2000 cut2200 agent-2300 caller-5000 agent+4400 agent-6000"),
    event("tool-calls__get-ticket-details", 6_100),
    *line("caller+6500 caller-8500 agent+9000 agent-9500"),
    event("transcript__final-caller", 8_600, transcript="Are you still there?"),
    heard("agent 0-2300, caller 2000-5000, agent 4400-6000", 6_050),
    heard("agent 0-2300, caller 2000-5000, agent 4400-6000, tool 6100-7000, caller 6500-8500, agent 9000-9500", 9_700),
    event("status-update__ended", 10_000),
]


@settings(max_examples=60, deadline=None)
@given(deliveries(EVERYTHING))
def test_the_marks_are_the_same_however_the_events_arrive(batches: list[list[StoredMessage]]) -> None:
    marks = late_turns(in_batches(batches))
    assert [mark.kind for mark in marks] == ["", "", "old-words", "", "tool-result"]
    assert marks == late_turns(fold(CallState(), EVERYTHING).state)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["agent", "caller", "tool"]), st.integers(0, 50), st.integers(0, 30))))
def test_only_the_agents_turns_are_ever_marked(drawn: list[tuple[str, int, int]]) -> None:
    told = ", ".join(f"{who} {100 * at}-{100 * (at + length)}" for who, at, length in drawn)
    state = folded(*line(CUT), heard(told)) if told else folded(*line(CUT))
    marks = late_turns(state)
    assert len(marks) == len(state.turns)
    assert all(mark == ON_TIME or turn.role == "assistant" for turn, mark in zip(state.turns, marks, strict=True))


@pytest.mark.django_db
def test_a_mark_is_written_and_goes_when_it_was_none() -> None:
    told = "tool 2100-2600, caller 3000-5000, agent 5800-8000"
    project(body("conversation-update__messages", 8_100, messages=said(told)))
    assert list(Turn.objects.values_list("late", "late_detail")) == [("", ""), ("tool-result", "getTicketStatus")]

    project(body("conversation-update__messages", 8_200, messages=said(told.replace("caller 3000", "caller 2000"))))
    assert not Turn.objects.exclude(late="", late_detail="").exists()
