"""What changed in a call's state, into the tables that people read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from calls.message import moment
from calls.models import Call, Handover, Healing, Interruption, Recording, Report, Turn
from calls.projection import from_api
from calls.projection.ended_reasons import classify
from calls.projection.handovers import assistants, handovers
from calls.projection.late import Late, late_turns
from calls.projection.links import link_parties
from calls.projection.speech import interruptions
from calls.projection.state import CallState, Overlap, ReportState, SpokenTurn
from calls.projection.status import standing
from calls.projection.tool_calls import add_missing_tool_calls
from calls.projection.unheard import unheard
from calls.recordings.wake import wake

_LARGEST_INTEGER = 2**31 - 1


class Told(NamedTuple):
    """A turn with what was found out about it."""

    turn: SpokenTurn
    late: Late
    assistant: str
    unheard: str


def write(call_id: str, before: CallState, after: CallState) -> None:
    """`before` is what was written last. Where its row is gone or was never there, everything is written."""
    shown = from_api.whole(after)
    call = after.row_id = shown.row_id = _upsert_call(call_id, _call_values(shown))
    known = from_api.whole(before) if before.row_id == call else CallState()
    link_parties(call, known, shown)
    _write_turns(call, known, shown)
    _write_interruptions(call, known, shown)
    _write_handovers(call, known, shown)
    if shown.report is not None and shown.report != known.report:
        _write_report(call, shown.report)
    if shown.tool_calls != known.tool_calls:
        add_missing_tool_calls(call, shown.tool_calls, moment(shown.last_event_ms))
    if before.from_api is not None or after.from_api is not None:
        _write_healings(call, from_api.healed(after))


def gap_ms(overlap: Overlap) -> int | None:
    return None if overlap.stopped_ms is None else min(overlap.stopped_ms - overlap.began_ms, _LARGEST_INTEGER)


def _upsert_call(call_id: str, values: dict[str, Any]) -> int:
    """The row may be there: `answers` makes a bare one to hang a tool call on."""
    [call] = Call.objects.bulk_create(
        [Call(vapi_id=call_id, **values)], update_conflicts=True, unique_fields=["vapi_id"], update_fields=list(values)
    )
    return call.pk


def _call_values(state: CallState) -> dict[str, Any]:
    ended = classify(state.ended_reason)
    counted = interruptions(state)
    return {
        "kind": state.kind,
        "status": standing(state) or Call.Status.QUEUED,
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


def _write_turns(call: int, known: CallState, after: CallState) -> None:
    old: Sequence[Told | None] = [*_turns(known), *[None] * len(after.turns)]
    changed = [
        Turn(
            call_id=call,
            position=position,
            role=told.turn.role,
            text=told.turn.text,
            unheard=told.unheard,
            assistant=told.assistant,
            started_at=_moment(told.turn.started_ms),
            ended_at=_moment(told.turn.ended_ms),
            late=told.late.kind,
            late_detail=told.late.detail,
        )
        for position, told in enumerate(_turns(after))
        if told != old[position]
    ]
    if known.row_id is None or len(after.turns) < len(known.turns):
        Turn.objects.filter(call_id=call, position__gte=len(after.turns)).delete()
    if changed:
        fields = ["role", "text", "unheard", "assistant", "started_at", "ended_at", "late", "late_detail"]
        Turn.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["call", "position"], update_fields=fields
        )


def _turns(state: CallState) -> list[Told]:
    return list(map(Told, state.turns, late_turns(state), assistants(state), unheard(state)))


def _write_interruptions(call: int, known: CallState, after: CallState) -> None:
    old, new = _by_beginning(known), _by_beginning(after)
    changed = [
        Interruption(
            call_id=call,
            caller_began_at=moment(began_ms),
            agent_stopped_at=_moment(overlap.stopped_ms),
            gap_ms=gap_ms(overlap),
        )
        for began_ms, overlap in new.items()
        if began_ms not in old or old[began_ms].stopped_ms != overlap.stopped_ms
    ]
    if known.row_id is None or old.keys() - new.keys():
        kept = [moment(began_ms) for began_ms in new]
        Interruption.objects.filter(call_id=call).exclude(caller_began_at__in=kept).delete()
    if changed:
        Interruption.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["call", "caller_began_at"],
            update_fields=["agent_stopped_at", "gap_ms"],
        )


def _write_handovers(call: int, known: CallState, after: CallState) -> None:
    found = handovers(after)
    if known.row_id is not None and found == handovers(known):
        return
    Handover.objects.filter(call_id=call).delete()
    Handover.objects.bulk_create(
        Handover(
            call_id=call,
            at=moment(one.at_ms),
            from_assistant=one.before,
            to_assistant=one.after,
            took_ms=one.took_ms,
        )
        for one in found
    )


def _by_beginning(state: CallState) -> dict[int, Overlap]:
    return {overlap.began_ms: overlap for overlap in interruptions(state)}


def _write_report(call: int, report: ReportState) -> None:
    values = {
        "reported_at": moment(report.reported_ms),
        "summary": report.summary,
        "transcript": report.transcript,
        "analysis": report.analysis,
        "recording": report.recording,
        "cost_breakdown": report.cost_breakdown,
        "costs": report.costs,
        "turn_latencies": report.turn_latencies,
        "performance": report.performance,
    }
    Report.objects.bulk_create(
        [Report(call_id=call, **values)], update_conflicts=True, unique_fields=["call"], update_fields=list(values)
    )
    if report.recording:
        Recording.objects.bulk_create([Recording(call_id=call)], ignore_conflicts=True)
        transaction.on_commit(wake, robust=True)


def _write_healings(call: int, fields: list[str]) -> None:
    """A field that a webhook has told after all is healed no longer; one that still is keeps its time."""
    Healing.objects.filter(call_id=call).exclude(field__in=fields).delete()
    Healing.objects.bulk_create([Healing(call_id=call, field=field) for field in fields], ignore_conflicts=True)


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else moment(ms)
