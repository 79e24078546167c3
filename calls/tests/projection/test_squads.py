"""A squad's call: who of it spoke, when one handed over to another, and how long that took."""

from __future__ import annotations

from typing import Any

import pytest

from calls.models import Handover
from calls.projection.handovers import HandoverFound, assistants, handovers
from calls.projection.message import StoredMessage
from calls.tests.projection import build
from calls.tests.projection.build import T0, folded, row

DESK, ORDERS = "Front desk", "Orders"


def transfer(at: int, **fields: Any) -> dict[str, Any]:
    names = {"fromAssistant": {"name": DESK}, "toAssistant": {"name": ORDERS}}
    destination = {"type": "assistant", "assistantName": ORDERS}
    call = {"id": build.CALL, "type": "webCall"}
    return {
        "type": "transfer-update",
        "timestamp": T0 + at,
        "call": call,
        "destination": destination,
        **names,
        **fields,
    }


def said(at: int, *lines: tuple[int, int, str, str | None]) -> dict[str, Any]:
    """A conversation update: begin and end of each line, its words, and which assistant said them; None: the caller."""
    messages = [
        {
            "role": "user" if name is None else "bot",
            "message": text,
            "time": T0 + began,
            "endTime": T0 + ended,
            **({"assistantName": name} if name else {}),
        }
        for began, ended, text, name in lines
    ]
    return build.body("conversation-update__messages", at, messages=messages)


def told(*messages: dict[str, Any]) -> list[tuple[int, str, str, int | None]]:
    state = folded(*(StoredMessage(row(message)) for message in messages))
    return [(one.at_ms - T0, *one[1:]) for one in handovers(state)]


TALK = [(0, 900, "What is it about?", DESK), (1_000, 2_000, "My order.", None), (2_500, 4_000, "One moment.", DESK)]
AFTER = (5_300, 7_000, "Orders here.", ORDERS)


def test_a_transfer_update_is_a_handover_and_takes_until_the_next_word() -> None:
    assert told(said(7_100, *TALK, AFTER), transfer(4_200)) == [(4_200, DESK, ORDERS, 1_100)]


def test_without_one_the_names_of_the_turns_tell_it() -> None:
    assert told(said(7_100, *TALK, AFTER)) == [(4_000, DESK, ORDERS, 1_300)]


def test_what_is_told_is_not_seen_again_and_a_second_one_is() -> None:
    back = (8_000, 9_000, "Front desk again.", DESK)
    assert told(said(9_100, *TALK, AFTER, back), transfer(4_200)) == [
        (4_200, DESK, ORDERS, 1_100),
        (7_000, ORDERS, DESK, 1_000),
    ]


def test_how_long_it_takes_is_not_known_before_the_next_word() -> None:
    assert told(said(4_100, *TALK), transfer(4_200)) == [(4_200, DESK, ORDERS, None)]


@pytest.mark.parametrize(
    "fields",
    [
        {"destination": {"type": "number", "number": "+12025550188"}, "toAssistant": None},
        {"destination": {"type": "sip", "sipUri": "sip:a@b.com"}},
        {"destination": None, "toAssistant": {"name": 5}},
        {"destination": "Orders", "toAssistant": []},
    ],
)
def test_where_no_assistant_takes_over_there_is_no_handover(fields: dict[str, Any]) -> None:
    assert told(said(4_100, *TALK), transfer(4_200, **fields)) == []


def test_one_assistant_alone_hands_nothing_over() -> None:
    assert told(said(4_100, *TALK)) == []


def test_a_turn_without_a_name_is_of_whoever_took_over_last() -> None:
    nameless = [(began, ended, text, None if name is None else "") for began, ended, text, name in (*TALK, AFTER)]
    messages = [said(7_100, *nameless), transfer(4_200)]
    state = folded(*(StoredMessage(row(message)) for message in messages))
    assert assistants(state) == [DESK, "", DESK, ORDERS]


def test_two_assistants_one_after_the_other_are_two_turns_already_while_they_speak() -> None:
    final = "transcript__final-agent-bracket"
    state = folded(
        build.event(final, 2_000, transcript="One moment.", assistantName=DESK),
        build.event(final, 4_000, transcript="Orders here.", assistantName=ORDERS),
        build.event(final, 5_000, transcript="How can I help?", assistantName=None),
    )
    assert [(turn.assistant, turn.text) for turn in state.turns] == [
        (DESK, "One moment."),
        (ORDERS, "Orders here. How can I help?"),
    ]


def test_a_conversation_without_names_keeps_those_that_are_known() -> None:
    state = folded(
        build.event("transcript__final-agent-bracket", 4_100, assistantName=DESK),
        build.event("conversation-update__conversation-only", 7_500),
    )
    assert [turn.assistant for turn in state.turns] == [DESK, ""]


@pytest.mark.django_db
def test_the_rows_follow_the_events() -> None:
    call = build.project(said(4_100, *TALK), transfer(4_200))
    assert Handover.objects.get().took_ms is None
    build.project(said(7_100, *TALK, AFTER))
    handover = Handover.objects.get()
    assert (handover.call, handover.from_assistant, handover.to_assistant, handover.took_ms) == (
        call,
        DESK,
        ORDERS,
        1_100,
    )
    assert list(call.turns.values_list("assistant", flat=True)) == [DESK, "", DESK, ORDERS]


def test_the_moment_of_two_that_differ_is_told_once() -> None:
    assert handovers(folded(*(StoredMessage(row(one)) for one in (transfer(1), transfer(1, destination=None))))) == [
        HandoverFound(T0 + 1, DESK, ORDERS, None)
    ]
