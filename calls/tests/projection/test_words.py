"""What is said, before the report settles it."""

from __future__ import annotations

import pytest

from calls.projection.state import CallState
from calls.tests.projection.build import T0, event, folded

AGENT_SAID = "Thanks for calling Northwind support. How can I help?"
CALLER_SAID = "My ticket is one two three four five."


def words(state: CallState) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in state.turns]


def test_consecutive_finals_of_one_role_are_one_turn() -> None:
    state = folded(
        event("transcript__final-agent-bracket", 2_000, transcript="Thanks for calling."),
        event("transcript__final-agent-bracket", 3_000, transcript="How can I help?"),
        event("transcript__final-caller", 7_000),
    )

    assert words(state) == [("assistant", "Thanks for calling. How can I help?"), ("user", CALLER_SAID)]
    assert (state.turns[0].started_ms, state.turns[0].ended_ms) == (T0 + 2_000, T0 + 3_000)


def test_a_turn_begins_where_the_speech_update_says_so() -> None:
    state = folded(event("speech-update__caller-started", 5_000), event("transcript__final-caller", 7_000))

    assert (state.turns[0].started_ms, state.turns[0].ended_ms) == (T0 + 5_000, T0 + 7_000)


def test_a_partial_is_no_turn() -> None:
    assert folded(event("transcript__partial", 1_000)).turns == []


def test_the_conversation_update_replaces_the_fragments_before_it() -> None:
    state = folded(
        event("transcript__final-agent-bracket", 2_000, transcript="Thanks for for calling"),
        event("transcript__final-caller", 7_000),
        event("conversation-update__messages", 7_500),
    )

    assert words(state) == [("assistant", AGENT_SAID), ("user", CALLER_SAID)]
    assert (state.turns[1].started_ms, state.turns[1].ended_ms) == (T0 + 5_000, T0 + 7_100)


def test_fragments_after_the_conversation_update_follow_it() -> None:
    state = folded(
        event("conversation-update__messages", 7_500),
        event("transcript__final-agent-bracket", 9_000, transcript="Your ticket"),
        event("transcript__final-agent-bracket", 9_900, transcript="is open."),
    )

    assert words(state)[2:] == [("assistant", "Your ticket is open.")]


def test_a_final_that_the_conversation_update_overtook_is_not_said_twice() -> None:
    state = folded(event("conversation-update__messages", 7_500), event("transcript__final-caller", 7_600))

    assert words(state) == [("assistant", AGENT_SAID), ("user", CALLER_SAID)]


def test_of_one_millisecond_the_conversation_update_contains_the_final() -> None:
    final = event("transcript__final-caller", 7_500, transcript="my tick it")

    assert words(folded(final, event("conversation-update__messages", 7_500))) == [
        ("assistant", AGENT_SAID),
        ("user", CALLER_SAID),
    ]


def test_a_conversation_without_times_keeps_those_that_are_known() -> None:
    state = folded(
        event("speech-update__agent-started", 1_000),
        event("transcript__final-agent-bracket", 4_100),
        event("conversation-update__conversation-only", 7_500),
    )

    assert words(state) == [("assistant", AGENT_SAID), ("user", CALLER_SAID)]
    assert (state.turns[0].started_ms, state.turns[0].ended_ms) == (T0 + 1_000, T0 + 4_100)
    assert state.turns[1].started_ms == T0 + 7_500


@pytest.mark.parametrize("items", [[], None, "none", [{"role": "system", "content": "Be kind."}]])
def test_an_empty_conversation_wipes_nothing(items: object) -> None:
    state = folded(
        event("transcript__final-caller", 7_000),
        event("conversation-update__conversation-only", 7_500, conversation=items),
    )

    assert words(state) == [("user", CALLER_SAID)]


def test_openais_form_will_do() -> None:
    listed = [{"role": "assistant", "content": "Hello."}, {"role": "tool", "content": "{}"}]

    state = folded(event("conversation-update__conversation-only", conversation=None, messagesOpenAIFormatted=listed))

    assert words(state) == [("assistant", "Hello.")]
