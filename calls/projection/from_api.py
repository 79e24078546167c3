"""What Vapi's API says of a call: kept beside what its webhooks said, and shown only where they said nothing.

So it does not matter which of the two came first, and what a webhook says is never overwritten.
"""

from __future__ import annotations

from typing import Any

import msgspec

from calls.message import stamp_ms
from calls.projection.message import StoredMessage
from calls.projection.parties import note_parties
from calls.projection.report import end_of_call_report
from calls.projection.state import CallState, ReportState
from calls.projection.status import ENDED, standing
from calls.projection.turns import with_known_times

FIELDS = (
    "kind",
    "created_ms",
    "customer_name",
    "customer_number",
    "our_number",
    "assistant_id",
    "assistant_name",
    "assistant_version",
    "started_ms",
    "ended_ms",
    "ended_reason",
    "cost_usd",
    "tool_times",
)
REPORT_FIELDS = tuple(name for name in ReportState.__struct_fields__ if name != "reported_ms")
# A call goes forward only. A status that is not here is one of Vapi's ends, or new: it stays.
FORWARD = {"": 0, "scheduled": 1, "queued": 2, "ringing": 3, "in-progress": 4, "forwarding": 5, ENDED: 6}
STAYS = 9
# Filled, but no field that people read; the report's and the tool calls' names depend on what was there.
NOT_NAMED = ("clean", "last_event_ms", "report", "tool_calls", "tool_times")

Values = dict[str, Any]


def call_from_api(state: CallState, message: StoredMessage) -> None:
    """A newer answer of the API stands over an older one, which fills what the newer lacks."""
    newest = _told(message)
    state.from_api = newest if state.from_api is None else _with(newest, _missing(newest, state.from_api))


def whole(state: CallState) -> CallState:
    """The state as people see it. The one given is left as it is."""
    return state if state.from_api is None else _with(state, _missing(state, state.from_api))


def healed(state: CallState) -> list[str]:
    """The names of what only the API told; of a report that came in part, which parts."""
    if state.from_api is None:
        return []
    missing = _missing(state, state.from_api)
    names = [name for name in missing if name not in NOT_NAMED]
    asked = {one.tool_call_id for one in state.asked}
    if any(one.tool_call_id not in asked for one in missing.get("tool_calls", [])):
        names.append("tool_calls")
    if "report" in missing and state.report is None:
        names.append("report")
    elif "report" in missing:
        names += [f"report.{name}" for name in _missing_of_report(state.report, state.from_api.report)]
    return sorted(names)


def _told(message: StoredMessage) -> CallState:
    """An ended call is as good as its report, for the API has the same fields."""
    told = CallState()
    note_parties(told, message)
    told.status, told.status_ms = message.text("status", 40), message.ms
    told.started_ms = stamp_ms(message.get("startedAt"))
    if told.status == ENDED:
        end_of_call_report(told, message)
    if told.report is not None and told.ended_ms is not None:
        told.report.reported_ms = told.ended_ms  # a change at Vapi that we see nothing of makes no new report
    return told


def _missing(state: CallState, api: CallState) -> Values:
    """What the API has and the webhooks did not tell."""
    values = _blanks(FIELDS, state, api)
    if FORWARD.get(api.status, 1) > FORWARD.get(standing(state), STAYS):
        values["status"] = api.status
    if not state.last_event_ms:
        values["last_event_ms"] = max(filter(None, (api.created_ms, api.started_ms, api.ended_ms)), default=0)
    if api.tool_calls and not state.tool_calls:
        values["tool_calls"] = api.tool_calls
    if not state.clean and _said(api) > _said(state):
        mine = [msgspec.structs.replace(turn) for turn in api.turns]
        values |= {"turns": with_known_times(mine, state.turns, otherwise=None), "clean": True}
    if parts := _missing_of_report(state.report, api.report):
        values["report"] = api.report if state.report is None else msgspec.structs.replace(state.report, **parts)
    return values


def _said(state: CallState) -> tuple[int, int]:
    """How much: a turn of which a part was heard is as many turns and fewer words."""
    return len(state.turns), sum(len(turn.text) for turn in state.turns)


def _missing_of_report(report: ReportState | None, api: ReportState | None) -> Values:
    if api is None:
        return {}
    return {"reported_ms": api.reported_ms} if report is None else _blanks(REPORT_FIELDS, report, api)


def _blanks(names: tuple[str, ...], known: msgspec.Struct, api: msgspec.Struct) -> Values:
    pairs = ((name, getattr(known, name), getattr(api, name)) for name in names)
    return {name: told for name, mine, told in pairs if _is_blank(mine) and not _is_blank(told)}


def _is_blank(value: Any) -> bool:
    return value is None or (value != 0 and not value)


def _with(state: CallState, values: Values) -> CallState:
    return msgspec.structs.replace(state, from_api=None, **values)
