"""What differs in a call between what was written last and what is to be written. Pure: rows, and no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from calls.message import moment
from calls.models import Call, Handover, Report
from calls.projection import from_api
from calls.projection.ended_reasons import classify
from calls.projection.handovers import assistants, handovers
from calls.projection.late import Late, late_turns
from calls.projection.speech import interruptions
from calls.projection.state import CallState, Overlap, ReportState, SpokenTurn
from calls.projection.status import standing
from calls.projection.unheard import unheard

# By column.
Row = dict[str, Any]

_LARGEST_INTEGER = 2**31 - 1


class Advanced(NamedTuple):
    """`before` is what was written last."""

    call_id: str
    before: CallState
    after: CallState


class Told(NamedTuple):
    """A turn with what was found out about it."""

    turn: SpokenTurn
    late: Late
    assistant: str
    unheard: str


@dataclass(frozen=True)
class Change:
    """`call`: the row. `known` and `shown`: the state as people saw it and as they are to see it.

    Where the row is another one than was written last, or there was none, nothing is known.
    `healed`: what only the API told, None where it told nothing.
    """

    call: int
    known: CallState
    shown: CallState
    healed: list[str] | None

    @property
    def is_first(self) -> bool:
        return self.known.row_id is None


def change(advanced: Advanced, shown: CallState, row_id: int) -> Change:
    """Writes down in both states which row the call has."""
    before, after = advanced.before, advanced.after
    after.row_id = shown.row_id = row_id
    known = from_api.whole(before) if before.row_id == row_id else CallState()
    was_told = before.from_api is not None or after.from_api is not None
    return Change(row_id, known, shown, from_api.healed(after) if was_told else None)


def call_values(state: CallState) -> Row:
    ended = classify(state.ended_reason)
    counted = interruptions(state)
    return {
        "kind": state.kind,
        "status": standing(state) or Call.Status.QUEUED.value,
        "assistant_version": state.assistant_version,
        "customer_name": state.customer_name,
        "customer_number": state.customer_number,
        "our_number": state.our_number,
        "began_at": _moment(state.created_ms if state.created_ms is not None else state.first and state.first[0]),
        "started_at": _moment(state.started_ms),
        "ended_at": _moment(state.ended_ms),
        "last_event_at": _moment(state.last_event_ms or None),
        "lost_at": None,  # an event has come
        "ended_reason": state.ended_reason,
        "ended_group": ended.group,
        "ended_party": ended.party,
        "fault": ended.fault,
        "cost_usd": state.cost_usd,
        "was_heard": state.was_heard or bool(state.turns),
        "hang_count": state.hang_count,
        "silenced_count": state.silenced_count,
        "interruption_count": len(counted),
        "slowest_stop_ms": max((gap for each in counted if (gap := gap_ms(each)) is not None), default=None),
    }


def gap_ms(overlap: Overlap) -> int | None:
    return None if overlap.stopped_ms is None else min(overlap.stopped_ms - overlap.began_ms, _LARGEST_INTEGER)


def loses_turns(one: Change) -> bool:
    return one.is_first or len(one.shown.turns) < len(one.known.turns)


def changed_turns(one: Change) -> list[Row]:
    old: Sequence[Told | None] = [*_turns(one.known), *[None] * len(one.shown.turns)]
    return [
        {
            "call_id": one.call,
            "position": position,
            "role": told.turn.role,
            "text": told.turn.text,
            "unheard": told.unheard,
            "assistant": told.assistant,
            "started_at": _moment(told.turn.started_ms),
            "ended_at": _moment(told.turn.ended_ms),
            "late": str(told.late.kind),
            "late_detail": told.late.detail,
        }
        for position, told in enumerate(_turns(one.shown))
        if told != old[position]
    ]


def _turns(state: CallState) -> list[Told]:
    return list(map(Told, state.turns, late_turns(state), assistants(state), unheard(state)))


def kept_beginnings(one: Change) -> list[datetime] | None:
    """Of the interruptions, where some may have to go."""
    old, new = _by_beginning(one.known), _by_beginning(one.shown)
    return [moment(began_ms) for began_ms in new] if one.is_first or old.keys() - new.keys() else None


def changed_interruptions(one: Change) -> list[Row]:
    old = _by_beginning(one.known)
    return [
        {
            "call_id": one.call,
            "caller_began_at": moment(began_ms),
            "agent_stopped_at": _moment(overlap.stopped_ms),
            "gap_ms": gap_ms(overlap),
        }
        for began_ms, overlap in _by_beginning(one.shown).items()
        if began_ms not in old or old[began_ms].stopped_ms != overlap.stopped_ms
    ]


def _by_beginning(state: CallState) -> dict[int, Overlap]:
    return {overlap.began_ms: overlap for overlap in interruptions(state)}


def changed_handovers(one: Change) -> list[Handover] | None:
    """All of the call's, where they are others than before."""
    found = handovers(one.shown)
    if not one.is_first and found == handovers(one.known):
        return None
    return [
        Handover(
            call_id=one.call,
            at=moment(each.at_ms),
            from_assistant=each.before,
            to_assistant=each.after,
            took_ms=each.took_ms,
        )
        for each in found
    ]


def changed_report(one: Change) -> list[Report]:
    report = one.shown.report
    return [] if report is None or report == one.known.report else [_report(one.call, report)]


def _report(call: int, report: ReportState) -> Report:
    return Report(
        call_id=call,
        reported_at=moment(report.reported_ms),
        summary=report.summary,
        transcript=report.transcript,
        analysis=report.analysis,
        recording=report.recording,
        cost_breakdown=report.cost_breakdown,
        costs=report.costs,
        turn_latencies=report.turn_latencies,
        performance=report.performance,
    )


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else moment(ms)
