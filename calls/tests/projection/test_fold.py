"""Any order, any duplication, any batches: the same call."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.projection import fold as folding
from calls.projection.fold import advance, fold
from calls.projection.message import StoredMessage
from calls.projection.speech import interruptions
from calls.projection.state import END_OF_TIME, CallState, dump, load
from calls.projection.turns import CALLER
from calls.tests.projection.build import T0, event, folded, row, whole_call

CALL_EVENTS = [StoredMessage(row(message)) for message in whole_call()]
NAMES = [
    "status-update__in-progress",
    "status-update__ended",
    "speech-update__agent-started",
    "speech-update__agent-stopped",
    "speech-update__caller-started",
    "speech-update__caller-stopped",
    "user-interrupted__caller",
    "transcript__final-caller",
    "transcript__final-agent-bracket",
    "conversation-update__messages",
    "conversation-update__conversation-only",
    "tool-calls__get-ticket-details",
    "hang__late-answer",
    "end-of-call-report__phone",
    "end-of-call-report__2024",
    "transfer-update__to-orders",
    "assistant.speechStarted__policy",
]


def in_batches(batches: Sequence[Sequence[StoredMessage]]) -> CallState:
    """As the projector does it: the state stored between the batches, everything delivered so far at hand."""
    state, delivered = CallState(), list[StoredMessage]()
    for batch in batches:
        delivered += batch
        state, failed = advance(load(dump(state)), batch, stored=partial(list, delivered))
        assert failed == {}
    return load(dump(state))


@st.composite
def deliveries(draw: st.DrawFn, events: Sequence[StoredMessage]) -> list[list[StoredMessage]]:
    """Each event at least once, some again, in any order, cut anywhere."""
    again = draw(st.lists(st.sampled_from(events), max_size=8))
    order = [*events, *again]
    random.Random(draw(st.integers(0, 2**32))).shuffle(order)
    cuts = sorted(draw(st.lists(st.integers(1, len(order) - 1), unique=True, max_size=12)))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]


@settings(max_examples=400, deadline=None)
@given(deliveries(CALL_EVENTS))
def test_a_call_is_the_same_however_its_events_arrive(batches: list[list[StoredMessage]]) -> None:
    assert in_batches(batches) == fold(CallState(), CALL_EVENTS).state


@st.composite
def any_calls(draw: st.DrawFn) -> list[StoredMessage]:
    """Not a call anybody would make: any of the types at any time, many of one millisecond."""
    drawn = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 40)), min_size=2, max_size=25, unique=True))
    return [event(name, at * 100) for name, at in drawn]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_so_is_any_sequence_of_events(data: st.DataObject) -> None:
    events = data.draw(any_calls())

    assert in_batches(data.draw(deliveries(events))) == fold(CallState(), events).state


def test_the_whole_call_is_what_a_listener_would_tell() -> None:
    state = folded(*CALL_EVENTS)

    assert (state.status, state.ended_reason, state.hang_count) == ("ended", "assistant-ended-call", 1)
    assert [turn.text for turn in state.turns if turn.role == CALLER] == [
        "My ticket is one two three four five.",
        "I already know that, just cancel my order.",
    ]
    assert [(each.began_ms - T0, each.stopped_ms) for each in interruptions(state)] == [(17_000, T0 + 17_300)]
    assert state.applied == len(CALL_EVENTS)


def test_later_events_do_not_read_what_is_stored() -> None:
    state = folded(*CALL_EVENTS[:10])

    assert advance(state, CALL_EVENTS[10:], stored=pytest.fail).state == folded(*CALL_EVENTS)


def test_an_event_that_comes_late_refolds_the_call() -> None:
    early, late = CALL_EVENTS[:10], CALL_EVENTS[3]
    state = folded(*(each for each in early if each is not late))

    assert advance(state, [late], stored=lambda: early).state == folded(*early)


def test_where_retention_dropped_events_a_late_one_is_applied_in_place() -> None:
    state = folded(*CALL_EVENTS)
    late = event("hang__late-answer", 6_000)

    after = advance(state, [late], stored=lambda: [*CALL_EVENTS[4:], late]).state

    assert after.hang_count == state.hang_count + 1
    assert (after.turns, after.status, after.started_ms) == (state.turns, state.status, state.started_ms)
    assert (after.last, after.applied) == (state.last, state.applied + 1)


@pytest.mark.parametrize(
    "name", ["status-update__ringing", "conversation-update__messages", "end-of-call-report__2024"]
)
def test_what_is_older_does_not_overwrite_in_place(name: str) -> None:
    state = folded(*CALL_EVENTS)

    after = advance(state, [event(name, 1)], stored=lambda: CALL_EVENTS[4:]).state

    assert (after.status, after.turns, after.report) == (state.status, state.turns, state.report)


def test_an_older_status_does_not_overwrite_a_newer_one_in_place() -> None:
    state = folded(*CALL_EVENTS[1:5])

    after = advance(state, [event("status-update__ringing", -4_000)], stored=lambda: CALL_EVENTS[4:5]).state

    assert (state.status, after.status) == ("in-progress", "in-progress")


def test_a_state_of_another_version_is_refolded() -> None:
    unreadable = load(b'{"turns": "no longer a list"}')
    assert unreadable.last == END_OF_TIME

    assert advance(unreadable, CALL_EVENTS[-1:], stored=lambda: CALL_EVENTS).state == folded(*CALL_EVENTS)


def test_an_event_that_cannot_be_applied_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def half_done(state: CallState, _message: StoredMessage) -> None:
        state.hang_count += 100
        raise KeyError("surprise")

    monkeypatch.setitem(folding.HANDLERS, "hang", half_done)

    state, failed = fold(CallState(), CALL_EVENTS)

    assert list(failed.values()) == ["KeyError: 'surprise'"]
    assert (state.hang_count, state.status, state.applied) == (0, "ended", len(CALL_EVENTS) - 1)


def test_the_state_given_is_left_as_it_is() -> None:
    state = folded(*CALL_EVENTS[:10])
    before = dump(state)

    fold(state, CALL_EVENTS[10:])

    assert dump(state) == before
