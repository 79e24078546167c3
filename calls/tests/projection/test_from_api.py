"""Whatever was lost of a call, in whatever order the rest came: the API completes it and overwrites nothing."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from calls.message import FROM_API
from calls.projection.from_api import FIELDS, healed, whole
from calls.projection.message import StoredMessage
from calls.projection.state import CallState
from calls.tests.projection.build import T0, body, folded, row, whole_call

MESSAGES = [StoredMessage(row(message)) for message in whole_call()]
REPORT = body("end-of-call-report__phone")
# Each value another one than the webhooks', so that any overwriting shows.
OTHER = {"endedReason": "other", "cost": 9.0, "costBreakdown": {"total": 9.0}, "endedAt": "2026-11-21T07:01:30.000Z"}


def from_api(at_ms: int = 80_000) -> StoredMessage:
    known = {key: value for key, value in REPORT.items() if key not in ("type", "timestamp")}
    return StoredMessage(row({**known, **OTHER, "type": FROM_API, "timestamp": T0 + at_ms, "status": "ended"}))


def seen(state: CallState) -> CallState:
    """Without where and how many the events were."""
    return msgspec.structs.replace(whole(state), first=None, last=None, applied=0)


@dataclass(frozen=True)
class Came:
    kept: list[StoredMessage]
    api_place: int


@st.composite
def some_came(draw: st.DrawFn) -> Came:
    kept = [message for message in MESSAGES if draw(st.booleans())]
    shuffled = draw(st.permutations(kept))
    return Came(list(shuffled), draw(st.integers(0, len(kept))))


@settings(max_examples=150)
@given(some_came())
def test_the_call_is_complete_and_what_was_told_stands(came: Came) -> None:
    told = folded(*came.kept)
    with_api = folded(*came.kept[: came.api_place], from_api(), *came.kept[came.api_place :])
    shown = whole(with_api)

    assert shown.status == "ended"
    assert shown.report is not None and shown.report.transcript
    for name in FIELDS:
        if getattr(told, name) not in (None, "", []):
            assert getattr(shown, name) == getattr(told, name), name
    if told.report is not None:
        assert shown.report == told.report
    if told.clean:
        assert shown.turns == told.turns


@settings(max_examples=100)
@given(some_came(), st.integers(1_000, 200_000))
def test_when_the_api_answered_makes_no_difference(came: Came, at_ms: int) -> None:
    early, late = folded(*came.kept, from_api(at_ms)), folded(*came.kept, from_api(at_ms), from_api(at_ms + 5_000))
    assert seen(early) == seen(late)
    assert healed(early) == healed(late)


def test_without_the_api_nothing_is_healed() -> None:
    state = folded(*MESSAGES)
    assert (healed(state), whole(state)) == ([], state)


def test_a_report_that_came_in_part_is_completed_in_part() -> None:
    bare = StoredMessage(row({**body("end-of-call-report__phone"), "analysis": {}, "summary": ""}))
    state = folded(bare, from_api())
    assert healed(state) == ["report.analysis", "report.summary"]
    assert (whole(state).report or 0) != (state.report or 0)


def test_a_status_goes_forward_only() -> None:
    ended = folded(StoredMessage(row(body("status-update__ended", 60_000))))
    running = StoredMessage(row({"type": FROM_API, "timestamp": T0 + 90_000, "status": "in-progress"}))
    assert whole(folded(*[StoredMessage(row(body("status-update__ended", 60_000))), running])).status == ended.status
    assert whole(folded(running)).status == "in-progress"


def test_words_keep_the_times_that_were_known_and_the_state_is_left_as_it_is() -> None:
    state = folded(*MESSAGES[:10], from_api())
    before = [turn.text for turn in state.turns]
    assert len(whole(state).turns) == 4
    assert whole(state) == whole(state)
    assert [turn.text for turn in state.turns] == before
