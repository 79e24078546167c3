"""Where the call stands, and when it connected and ended."""

from __future__ import annotations

import pytest

from calls.projection.order import place
from calls.projection.status import standing
from calls.tests.projection.build import RECEIVED, T0, event, folded


def test_the_newest_status_update_is_the_status() -> None:
    state = folded(event("status-update__in-progress", 0), event("status-update__ringing", -3_000))

    assert state.status == "in-progress"


def test_an_unknown_status_is_kept() -> None:
    assert folded(event("status-update__queued", 0, status="on-hold")).status == "on-hold"


def test_the_call_connects_once() -> None:
    state = folded(event("status-update__in-progress", 0), event("status-update__in-progress", 9_000))

    assert state.started_ms == T0


def test_ended_takes_the_stamp_and_the_reason() -> None:
    state = folded(event("status-update__ended", 60_000))

    assert (state.status, state.ended_ms, state.ended_reason) == ("ended", T0 + 60_000, "customer-ended-call")


def test_an_ended_call_never_reopens() -> None:
    state = folded(event("status-update__ended", 60_000), event("status-update__in-progress", 61_000))

    assert state.status == "ended"
    assert state.ended_ms == T0 + 60_000
    assert state.started_ms is None


def test_a_second_end_changes_nothing() -> None:
    state = folded(
        event("status-update__ended", 60_000), event("status-update__ended", 70_000, endedReason="silence-timed-out")
    )

    assert (state.ended_ms, state.ended_reason) == (T0 + 60_000, "customer-ended-call")


def test_the_frozen_status_in_the_calls_snapshot_is_not_believed() -> None:
    message = event("hang__late-answer", 0)
    assert message.object("call")["status"] == "ringing"

    assert folded(message).status == ""


def test_a_hang_is_a_warning_and_not_an_end() -> None:
    state = folded(event("status-update__in-progress", 0), event("hang__late-answer", 1), event("hang__late-answer", 2))

    assert (state.hang_count, state.status, state.ended_ms) == (2, "in-progress", None)


@pytest.mark.parametrize("name", ["model-output__token", "language-change-detected__spanish"])
def test_a_type_without_handler_leaves_its_time_and_the_parties(name: str) -> None:
    state = folded(event(name, 5_000))

    assert state.last_event_ms == T0 + 5_000
    assert state.kind == "inboundPhoneCall"
    assert (state.status, state.turns, state.report) == ("", [], None)


def test_the_parties_come_from_the_snapshot_of_creation() -> None:
    state = folded(event("status-update__ringing"))

    assert (state.customer_number, state.customer_name) == ("+447700900018", "Ada Byrne")
    assert state.our_number == "+12025550100"
    assert (state.assistant_id, state.assistant_version) == ("b1a6b7de-11f0-4f9a-9c0f-2f6a58b7c001", "v3")
    assert state.created_ms == T0 - 5_000


def test_the_first_event_names_the_parties_for_good() -> None:
    squad = {"type": "webCall", "assistantId": "second", "customer": {"number": "+12025550123", "name": "Bo"}}

    state = folded(event("status-update__ringing"), event("hang__late-answer", call=squad))

    assert (state.kind, state.assistant_id[:8], state.customer_name) == ("inboundPhoneCall", "b1a6b7de", "Ada Byrne")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("+44 7700 900018", "+447700900018"),
        ("+1", "+1"),
        ("+999123456789", "+999123456789"),
        ("+1 (202) 555-01", "+1 (202) 555-01"),
        ("anonymous", "anonymous"),
        ("9" * 60, "9" * 40),
    ],
)
def test_a_number_is_e164_where_it_is_one_and_else_as_vapi_gave_it(given: str, kept: str) -> None:
    state = folded(event("status-update__ringing", call={"customer": {"number": given}}))

    assert state.customer_number == kept


def test_an_event_without_timestamp_happened_when_it_was_received() -> None:
    received_ms = int(RECEIVED.timestamp() * 1000)

    assert event("status-update__ended", timestamp=None).ms == received_ms
    assert folded(event("status-update__ended", timestamp=None)).ended_ms == received_ms


@pytest.mark.parametrize("stamp", [T0, float(T0) + 0.4, T0 / 1000, "2026-11-21T07:00:00Z"])
def test_timestamps_come_as_milliseconds_seconds_or_text(stamp: object) -> None:
    assert event("status-update__ended", timestamp=stamp).ms == T0


def test_of_one_millisecond_the_end_comes_after_the_beginning_and_the_report_last() -> None:
    names = ["end-of-call-report__phone", "status-update__ended", "status-update__in-progress", "status-update__queued"]

    ordered = sorted((event(name, 0) for name in names), key=place)

    assert [message.text("status") for message in ordered] == ["queued", "in-progress", "ended", ""]


@pytest.mark.parametrize(
    "name",
    [
        "speech-update__agent-started",
        "transcript__final-caller",
        "conversation-update__messages",
        "tool-calls__get-ticket-details",
        "function-call__get-ticket",
        "user-interrupted__caller",
    ],
)
def test_a_call_in_which_somebody_speaks_is_in_progress(name: str) -> None:
    assert standing(folded(event(name, 0))) == "in-progress"
    assert standing(folded(event(name, 0), event("status-update__queued", -1))) == "in-progress"
    assert standing(folded(event(name, 0), event("status-update__ringing", 1))) == "in-progress"


@pytest.mark.parametrize("status", ["ended", "forwarding", "not-found", "on-hold"])
def test_words_do_not_contradict_any_other_status(status: str) -> None:
    state = folded(event("status-update__queued", 0, status=status), event("transcript__final-caller", 1))
    assert standing(state) == status


@pytest.mark.parametrize("name", ["hang__late-answer", "language-change-detected__spanish", "model-output__token"])
def test_what_can_come_before_anybody_speaks_leaves_the_status(name: str) -> None:
    assert standing(folded(event(name, 0), event("status-update__queued", -1))) == "queued"


def test_a_conversation_of_the_prompt_alone_is_no_speech() -> None:
    prompt = [{"role": "system", "message": "Be kind.", "time": 0}]
    update = event("conversation-update__conversation-only", 0, conversation=prompt, messages=prompt)
    assert standing(folded(event("status-update__ringing", -1), update)) == "ringing"
