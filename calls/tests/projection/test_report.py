"""What the end-of-call report settles."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from calls.projection.message import StoredMessage
from calls.projection.state import CallState, ReportState
from calls.tests.projection.build import T0, body, event, folded, row


def reported(name: str = "end-of-call-report__phone", **fields: Any) -> ReportState:
    report = folded(event(name, **fields)).report
    assert report is not None
    return report


def test_a_report_implies_the_end() -> None:
    state = folded(event("end-of-call-report__never-connected", 2_000))

    assert (state.status, state.ended_ms, state.started_ms) == ("ended", T0 + 2_000, None)
    assert state.ended_reason == "customer-did-not-answer"
    assert state.cost_usd == 0


def test_the_reports_times_and_reason_override_the_status_updates() -> None:
    state = folded(
        event("status-update__in-progress", 500),
        event("status-update__ended", 60_000),
        event("end-of-call-report__phone"),
    )

    assert (state.started_ms, state.ended_ms) == (T0 + 100, T0 + 58_534)
    assert state.ended_reason == "assistant-ended-call"
    assert state.cost_usd == Decimal("0.074200")


def test_status_updates_after_the_report_change_nothing() -> None:
    state = folded(
        event("end-of-call-report__phone"),
        event("status-update__in-progress", 70_000),
        event("status-update__ended", 71_000),
    )

    assert (state.started_ms, state.ended_ms) == (T0 + 100, T0 + 58_534)


def test_a_report_without_times_leaves_the_status_updates() -> None:
    state = folded(event("status-update__ended", 60_000), event("end-of-call-report__2024"))

    assert state.ended_ms == T0 + 60_000


def test_the_cost_may_stand_in_the_breakdown_only() -> None:
    state = folded(event("end-of-call-report__phone", cost=None))

    assert state.cost_usd == Decimal("0.074200")


def test_the_reports_messages_replace_all_that_was_heard() -> None:
    state = folded(
        event("transcript__final-caller", 7_200, transcript="my tick it is"),
        event("conversation-update__messages", 7_500),
        event("end-of-call-report__phone"),
        event("conversation-update__messages", 70_000, messages=[{"role": "user", "message": "Late."}]),
        event("transcript__final-caller", 71_000),
    )

    assert [turn.role for turn in state.turns] == ["assistant", "user", "assistant", "user"]
    assert state.turns[3].text == "I already know that, just cancel my order."
    assert (state.turns[3].started_ms, state.turns[3].ended_ms) == (T0 + 17_000, T0 + 19_000)


def test_a_report_without_messages_leaves_the_words() -> None:
    state = folded(event("transcript__final-caller", 1_000), event("end-of-call-report__never-connected", 2_000))

    assert [turn.role for turn in state.turns] == ["user"]


def test_it_keeps_analysis_latencies_and_costs() -> None:
    report = reported()

    assert report.summary == "The caller asked for ticket 12345 and cancelled the order."
    assert report.analysis["successEvaluation"] == "true"
    assert report.cost_breakdown["analysisCostBreakdown"]["summary"] == 0.0003
    assert [cost["type"] for cost in report.costs] == ["transport", "transcriber", "model", "voice", "vapi"]
    assert report.turn_latencies[1]["turnLatency"] == 1334
    assert report.performance["numUserInterrupted"] == 1
    assert "turnLatencies" not in report.performance


def test_the_summary_may_stand_in_the_analysis_only() -> None:
    assert reported(summary=None).summary == "The caller asked for ticket 12345 and cancelled the order."


def test_recordings_that_would_expire_are_named_without_their_link() -> None:
    recording = reported().recording

    assert recording.keys() == {"mono", "stereo", "agent", "caller", "video"}
    assert recording["mono"].endswith("-mono.wav")
    assert recording["agent"] == ""
    assert recording["video"] == ""


def test_the_form_of_2024_is_read_too() -> None:
    message = event("end-of-call-report__2024")
    state = folded(message)

    assert message.ms == T0 + 63_500
    assert state.report is not None
    assert state.report.recording.keys() == {"mono", "stereo"}
    assert state.report.summary == "Ticket asked for."
    assert state.ended_ms == T0 + 63_500
    assert len(state.turns) == 2


def test_tool_calls_come_with_their_results() -> None:
    calls = folded(event("end-of-call-report__phone")).tool_calls

    assert [(call.name, call.arguments) for call in calls] == [
        ("getTicketDetails", {"ticketId": "12345"}),
        ("endCall", {}),
    ]
    assert [call.result for call in calls] == ['{"ticketId": "12345", "status": "Open"}', "Success."]
    assert calls[0].requested_ms == T0 + 8_000


def test_calls_that_share_an_id_take_their_results_in_turn() -> None:
    hooked = {"id": "hook-function-call", "function": {"name": "note", "arguments": {"n": 1}}}
    messages = [
        {"role": "tool_calls", "toolCalls": [hooked, hooked]},
        {"role": "tool_call_result", "toolCallId": "hook-function-call", "result": "first"},
        {"role": "tool_call_result", "toolCallId": "hook-function-call", "result": "second"},
    ]

    calls = folded(event("end-of-call-report__2024", messages=messages)).tool_calls

    assert [(call.arguments, call.result) for call in calls] == [({"n": 1}, "first"), ({"n": 1}, "second")]


def test_an_earlier_report_does_not_replace_a_later_one() -> None:
    state = folded(event("end-of-call-report__phone", 63_500), event("end-of-call-report__2024", 63_000))

    assert state.report is not None
    assert state.report.performance


def test_text_that_postgresql_refuses_is_cleaned() -> None:
    message = body("end-of-call-report__phone", summary="a\x00b", analysis={"k\x00": ["\ud800x", 10**30]})
    report = folded(StoredMessage(row(message))).report

    assert report is not None
    assert report.summary == "a�b"
    assert report.analysis == {"k�": ["�x", 1e30]}


WRONG: list[Any] = ["text", 7, -1.5, True, [], [[]], {}, {"a": {}}, ["x", 3, None, {"role": {}, "toolCalls": 5}], 1e300]
FIELDS = [
    *("artifact", "messages", "analysis", "cost", "costBreakdown", "costs", "summary", "transcript", "endedReason"),
    *("startedAt", "endedAt", "recordingUrl", "call", "customer", "phoneNumber", "timestamp", "status", "role"),
    *("conversation", "messagesOpenAIFormatted", "transcriptType", "assistantVersion"),
]


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_field_of_the_wrong_type_never_raises(name: str, wrong: Any) -> None:
    fixtures = ("end-of-call-report__phone", "conversation-update__messages", "status-update__ended")
    for fixture in (*fixtures, "transcript__final-caller", "speech-update__agent-started"):
        message = body(fixture) | {name: wrong}
        state = folded(StoredMessage(row(message)))
        assert isinstance(state, CallState)


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("part", ["messages", "recording", "performanceMetrics", "recordingUrl", "transcript"])
def test_an_artifact_with_a_wrong_part_never_raises(part: str, wrong: Any) -> None:
    assert folded(event("end-of-call-report__phone", artifact={part: wrong})).status == "ended"
